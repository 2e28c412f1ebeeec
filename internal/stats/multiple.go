package stats

import (
	"cmp"
	"math"
	"slices"
)

// Holm returns p-values adjusted by Holm's step-down method (1979), in the order given: rejecting those at most α keeps the chance of
// any false rejection at α, whatever the dependence. It is for slices that decide. NaN stays NaN and counts as no test.
//
//	p̃(i) = max_{j ≤ i} min(1, (m − j + 1) p(j))
func Holm(p []float64) []float64 {
	return adjust(p, func(sorted []float64) {
		m, high := float64(len(sorted)), 0.0
		for i, x := range sorted {
			high = math.Max(high, math.Min(1, (m-float64(i))*x))
			sorted[i] = high
		}
	})
}

// BenjaminiHochberg returns p-values adjusted by the step-up method of Benjamini and Hochberg (1995): rejecting those at most q keeps
// the expected share of false rejections at q for independent or positively dependent tests. It is for slices that only explore.
// NaN stays NaN and counts as no test.
//
//	p̃(i) = min_{j ≥ i} min(1, m p(j)/j)
func BenjaminiHochberg(p []float64) []float64 { return stepUp(p, func(int) float64 { return 1 }) }

// BenjaminiYekutieli is [BenjaminiHochberg] made safe for any dependence (2001), its p-values multiplied by 1 + ½ + … + 1/m.
func BenjaminiYekutieli(p []float64) []float64 {
	return stepUp(p, func(m int) float64 {
		sum := 0.0
		for j := 1; j <= m; j++ {
			sum += 1 / float64(j)
		}
		return sum
	})
}

func stepUp(p []float64, penalty func(m int) float64) []float64 {
	return adjust(p, func(sorted []float64) {
		m, low := len(sorted), 1.0
		scale := float64(m) * penalty(m)
		for i := m - 1; i >= 0; i-- {
			low = math.Min(low, sorted[i]*scale/float64(i+1))
			sorted[i] = low
		}
	})
}

// adjust hands the p-values that are numbers, in rising order, to f, which adjusts them in place, and puts them back where they were.
func adjust(p []float64, f func(sorted []float64)) []float64 {
	out := slices.Repeat([]float64{math.NaN()}, len(p))
	var order []int
	for i, x := range p {
		if !math.IsNaN(x) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(p[i], p[j]) })
	sorted := make([]float64, len(order))
	for r, i := range order {
		sorted[r] = p[i]
	}
	f(sorted)
	for r, i := range order {
		out[i] = sorted[r]
	}
	return out
}
