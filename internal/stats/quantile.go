package stats

import "math"

// Quantile returns the p-quantile of values sorted in rising order, by linear interpolation between order statistics: the value at
// position p(n − 1), counting from 0, which is the default of numpy and Hyndman and Fan's type 7. NaN for no values or p
// outside [0, 1].
func Quantile(sorted []float64, p float64) float64 {
	if len(sorted) == 0 || !(p >= 0 && p <= 1) {
		return math.NaN()
	}
	at := p * float64(len(sorted)-1)
	i := int(math.Floor(at))
	if i >= len(sorted)-1 {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}
