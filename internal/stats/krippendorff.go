package stats

import (
	"math"
	"slices"
)

// Level is the level of measurement of a rating: what a difference between two of its values means.
type Level uint8

// The levels of measurement.
const (
	Nominal  Level = iota // values are the same or not
	Ordinal               // values have an order
	Measured              // differences between values count, by their square; the literature's interval level
)

// Krippendorff returns Krippendorff's alpha (2011), 1 − D_o/D_e: 1 for perfect agreement, 0 for chance. items[i] holds the ratings of
// item i, one a rater, NaN where a rater gave none; items with fewer than two ratings count for nothing. It takes any number of raters
// and any pattern of gaps. NaN when no item has two ratings or all ratings are equal.
//
// With o the coincidences of values within items (each pair weighted by 1/(m − 1) for m ratings) and n_v their sums,
//
//	D_o = Σ o_cv δ²(c, v)      D_e = Σ n_c n_v δ²(c, v)/(n − 1)
//
// δ² is 0 or 1, (c − v)², or for order the square of the number of ratings from c to v, half of those at either end.
func Krippendorff(items [][]float64, level Level) float64 {
	var values []float64
	var rated [][]float64
	for _, ratings := range items {
		var kept []float64
		for _, x := range ratings {
			if !math.IsNaN(x) {
				kept = append(kept, x)
			}
		}
		if len(kept) > 1 {
			rated = append(rated, kept)
			values = append(values, kept...)
		}
	}
	slices.Sort(values)
	n := float64(len(values))
	values = slices.Compact(values)
	sums := make([]float64, len(values))
	coincidences := make([][]float64, len(values))
	for i := range coincidences {
		coincidences[i] = make([]float64, len(values))
	}
	for _, ratings := range rated {
		weight := 1 / float64(len(ratings)-1)
		for i, x := range ratings {
			c, _ := slices.BinarySearch(values, x)
			sums[c]++
			for j, y := range ratings {
				if i != j {
					v, _ := slices.BinarySearch(values, y)
					coincidences[c][v] += weight
				}
			}
		}
	}
	var observed, expected float64
	for c := range values {
		between := 0.0 // ratings strictly between c and v
		for v := c + 1; v < len(values); v++ {
			distance := 1.0
			switch level {
			case Ordinal:
				distance = square((sums[c]+sums[v])/2 + between)
			case Measured:
				distance = square(values[c] - values[v])
			}
			observed += coincidences[c][v] * distance
			expected += sums[c] * sums[v] * distance
			between += sums[v]
		}
	}
	if expected == 0 {
		return math.NaN()
	}
	return 1 - observed*(n-1)/expected
}
