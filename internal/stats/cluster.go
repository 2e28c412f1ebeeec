package stats

import "math"

// StandardError returns the standard error of the mean of independent values, √(s²/n) with s² over n − 1. NaN for fewer than two.
func StandardError(values []float64) float64 {
	n := float64(len(values))
	if n < 2 {
		return math.NaN()
	}
	_, squares := deviations(values)
	return math.Sqrt(squares / (n - 1) / n)
}

// ClusteredSE returns the standard error of the mean of values that come in clusters, values[i] belonging to clusters[i] (Miller
// 2024):
//
//	SE² = s²/n + n⁻² Σ_c Σ_{i≠j∈c} (x_i − x̄)(x_j − x̄)
//
// Unlike values within a cluster make it smaller than [StandardError]. NaN for fewer than two values or slices of unequal length.
func ClusteredSE(values []float64, clusters []string) float64 {
	n := float64(len(values))
	if n < 2 || len(values) != len(clusters) {
		return math.NaN()
	}
	mean, squares := deviations(values)
	sums := make(map[string]float64, len(values))
	for i, x := range values {
		sums[clusters[i]] += x - mean
	}
	between := 0.0
	for _, s := range sums {
		between += s * s
	}
	return math.Sqrt(math.Max(squares/(n-1)/n+(between-squares)/(n*n), 0))
}

// DesignEffect returns by how much clustering inflates the variance of the mean, [ClusteredSE]² / [StandardError]², never less than
// 1: a sample whose clusters happen to be balanced earns no credit for it. 1 where there is nothing to compare (fewer than two values,
// no variance, slices of unequal length). Divide n by it to get the effective number of observations.
func DesignEffect(values []float64, clusters []string) float64 {
	plain, clustered := StandardError(values), ClusteredSE(values, clusters)
	if !(plain > 0) || math.IsNaN(clustered) {
		return 1
	}
	return math.Max(1, clustered*clustered/(plain*plain))
}

// deviations returns the mean of values and the sum of their squared deviations from it.
func deviations(values []float64) (mean, squares float64) {
	for _, x := range values {
		mean += x
	}
	mean /= float64(len(values))
	for _, x := range values {
		squares += (x - mean) * (x - mean)
	}
	return mean, squares
}
