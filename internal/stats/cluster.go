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
	sums, sizes := ClusterSums(values, clusters)
	between := 0.0
	for i, s := range sums {
		between += (s - sizes[i]*mean) * (s - sizes[i]*mean)
	}
	return math.Sqrt(math.Max(squares/(n-1)/n+(between-squares)/(n*n), 0))
}

// ClusteredSECR0 is the plain sandwich form of [ClusteredSE], known as CR0: SE² = n⁻² Σ_c (Σ_{i∈c} (x_i − x̄))². It lacks the
// n/(n − 1) of the diagonal and so is a little smaller; it is here to compare with tools that print it.
func ClusteredSECR0(values []float64, clusters []string) float64 {
	n := float64(len(values))
	if n < 2 || len(values) != len(clusters) {
		return math.NaN()
	}
	mean, _ := deviations(values)
	between := 0.0
	sums, sizes := ClusterSums(values, clusters)
	for i, s := range sums {
		between += (s - sizes[i]*mean) * (s - sizes[i]*mean)
	}
	return math.Sqrt(between) / n
}

// ClusterSums returns the sum of the values of each cluster and its size, in the order in which the clusters first appear. Both are
// nil for slices of unequal length. Its sums are what [SignFlip] wants when items share a source.
func ClusterSums(values []float64, clusters []string) (sums, sizes []float64) {
	if len(values) != len(clusters) {
		return nil, nil
	}
	at := make(map[string]int, len(values))
	for i, x := range values {
		j, seen := at[clusters[i]]
		if !seen {
			j = len(sums)
			at[clusters[i]] = j
			sums, sizes = append(sums, 0), append(sizes, 0)
		}
		sums[j] += x
		sizes[j]++
	}
	return sums, sizes
}

// Differences returns first[i] − second[i], the pairs that every paired figure is made of. Nil for slices of unequal length.
func Differences(first, second []float64) []float64 {
	if len(first) != len(second) {
		return nil
	}
	d := make([]float64, len(first))
	for i := range first {
		d[i] = first[i] - second[i]
	}
	return d
}

// PairedSE returns the standard error of the mean paired difference: [ClusteredSE] of the [Differences], or [StandardError] of
// them when clusters is nil. What pairing saves is twice the covariance: Var(d) = σ₁² + σ₂² − 2Cov (Miller 2024).
func PairedSE(first, second []float64, clusters []string) float64 {
	d := Differences(first, second)
	if clusters == nil {
		return StandardError(d)
	}
	return ClusteredSE(d, clusters)
}

// UnpairedSE returns the standard error of the difference of two means of separate samples, √(SE₁² + SE₂²).
func UnpairedSE(first, second []float64) float64 {
	return math.Hypot(StandardError(first), StandardError(second))
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
