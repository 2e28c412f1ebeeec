package stats

import "math"

// Split is the variance of a mean of items that were each asked several times, in its two parts.
type Split struct {
	Mean    float64 // mean of the item means
	OfMeans float64 // sample variance of the item means
	Within  float64 // variance of one reply to a given item; NaN when no item was asked twice
	Between float64 // variance of the items' true means, never below 0; NaN when Within is
	SE      float64 // standard error of Mean, which repeats can lower no further than √(Between/n)
}

// Repeats splits the variance of items asked K times each (Miller 2024): Var(mean) = (ω² + σ²/K)/n, where σ² is the mean of the
// items' own sample variances and ω² = Var(item means) − σ²/K. items[i] holds the scores of item i; items may differ in K, and
// then 1/K is averaged. Items without a score are left out. Mean is NaN without an item, the rest with fewer than two.
func Repeats(items [][]float64) Split {
	var means []float64
	within, repeated, inverse := 0.0, 0.0, 0.0
	for _, scores := range items {
		k := float64(len(scores))
		if k == 0 {
			continue
		}
		mean, squares := deviations(scores)
		means = append(means, mean)
		inverse += 1 / k
		if k > 1 {
			within += squares / (k - 1)
			repeated++
		}
	}
	n := float64(len(means))
	mean, squares := deviations(means)
	s := Split{Mean: mean, OfMeans: math.NaN(), Within: within / repeated, Between: math.NaN(), SE: math.NaN()}
	if n < 2 {
		return s
	}
	s.OfMeans = squares / (n - 1)
	s.SE = math.Sqrt(s.OfMeans / n)
	s.Between = s.OfMeans - s.Within*inverse/n
	if s.Between < 0 {
		s.Between = 0
	}
	return s
}

// RepeatGain returns Var(K)/Var(1), what asking every item k times instead of once leaves of the variance of the mean:
// (ω² + σ²/k)/(ω² + σ²). NaN for k < 1, a negative variance or no variance at all.
func RepeatGain(between, within, k float64) float64 {
	if !(k >= 1) || !(between >= 0) || !(within >= 0) {
		return math.NaN()
	}
	return (between + within/k) / (between + within)
}
