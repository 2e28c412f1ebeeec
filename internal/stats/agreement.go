package stats

import "math"

// Agreement compares two raters who put the same items into the same categories.
type Agreement struct {
	Observed float64 // share of items on which they agree
	Expected float64 // the share by chance, in Cohen's sense
	Kappa    float64 // Cohen 1960
	AC1      float64 // Gwet 2008
	Scott    float64 // Scott's pi, 1955
}

// Agree measures the agreement in a square table of counts, table[first][second]. Each coefficient is (po − pe)/(1 − pe) with its
// own pe: Σ p_k q_k for Cohen, Σ π_k² for Scott and Σ π_k(1 − π_k)/(K − 1) for Gwet, where π is the mean of the raters' shares p and
// q. When nearly all items fall into one category kappa can be near 0 though the raters almost always agree, so AC1 belongs beside
// it. A coefficient is NaN when its pe is 1; all are for an empty or ragged table, fewer than two categories or a negative count.
func Agree(table [][]float64) Agreement {
	nan := math.NaN()
	none := Agreement{nan, nan, nan, nan, nan}
	k := len(table)
	rows, columns := make([]float64, k), make([]float64, k)
	n, same := 0.0, 0.0
	for i, row := range table {
		if len(row) != k {
			return none
		}
		for j, count := range row {
			if !(count >= 0) {
				return none
			}
			n += count
			rows[i] += count
			columns[j] += count
			if i == j {
				same += count
			}
		}
	}
	if k < 2 || n == 0 {
		return none
	}
	var cohen, scott, gwet float64
	for i := range k {
		p, q := rows[i]/n, columns[i]/n
		pi := (p + q) / 2
		cohen += p * q
		scott += pi * pi
		gwet += pi * (1 - pi) / float64(k-1)
	}
	observed := same / n
	return Agreement{observed, cohen, beyond(observed, cohen), beyond(observed, gwet), beyond(observed, scott)}
}

// Fleiss returns Fleiss' kappa (1971): counts[i][k] of the raters put item i into category k. Every item must have the same number of
// raters, two or more. NaN otherwise, for no items, or when only one category was used.
func Fleiss(counts [][]int) float64 {
	if len(counts) == 0 {
		return math.NaN()
	}
	shares := make([]float64, len(counts[0]))
	raters, same := 0, 0.0
	for i, row := range counts {
		if len(row) != len(shares) {
			return math.NaN()
		}
		total, pairs := 0, 0
		for k, count := range row {
			if count < 0 {
				return math.NaN()
			}
			total += count
			pairs += count * (count - 1)
			shares[k] += float64(count)
		}
		if i == 0 {
			raters = total
		}
		if total != raters || raters < 2 {
			return math.NaN()
		}
		same += float64(pairs) / float64(raters*(raters-1))
	}
	n := float64(len(counts))
	expected := 0.0
	for _, s := range shares {
		expected += square(s / (n * float64(raters)))
	}
	return beyond(same/n, expected)
}

// beyond is agreement beyond chance, NaN when chance alone gives all of it.
func beyond(observed, expected float64) float64 {
	if 1-expected < 1e-15 {
		return math.NaN()
	}
	return (observed - expected) / (1 - expected)
}
