package stats

import (
	"cmp"
	"math"
	"slices"
)

// AUROC returns the area under the receiver operating characteristic: the chance that a random positive has a higher score than a
// random negative, ties counting half. NaN for slices of unequal length, a NaN score, or when either kind is missing.
func AUROC(scores []float64, positive []bool) float64 {
	if len(scores) != len(positive) {
		return math.NaN()
	}
	above, pairs := ordered(scores, positive)
	return above / pairs
}

// AUROCWithin returns the area under the receiver operating characteristic where only pairs of the same group are compared: the mean of
// the groups' areas weighted by their pairs of a positive and a negative. It takes from a score the credit for merely telling easy
// groups from hard ones. NaN where [AUROC] is for every group.
func AUROCWithin(scores []float64, positive []bool, groups []string) float64 {
	if len(scores) != len(positive) || len(scores) != len(groups) {
		return math.NaN()
	}
	type group struct {
		scores   []float64
		positive []bool
	}
	var order []string
	byName := make(map[string]*group)
	for i, name := range groups {
		g := byName[name]
		if g == nil {
			g = new(group)
			byName[name] = g
			order = append(order, name)
		}
		g.scores = append(g.scores, scores[i])
		g.positive = append(g.positive, positive[i])
	}
	above, pairs := 0.0, 0.0
	for _, name := range order {
		a, p := ordered(byName[name].scores, byName[name].positive)
		above += a
		pairs += p
	}
	return above / pairs
}

// ordered counts the pairs of a positive and a negative, and those in which the positive scores higher, ties by half.
func ordered(scores []float64, positive []bool) (above, pairs float64) {
	if slices.ContainsFunc(scores, math.IsNaN) {
		return math.NaN(), math.NaN()
	}
	order := rising(scores)
	positives, negatives := 0.0, 0.0
	for start := 0; start < len(order); {
		end, p, n := start, 0.0, 0.0
		for end < len(order) && scores[order[end]] == scores[order[start]] {
			if positive[order[end]] {
				p++
			} else {
				n++
			}
			end++
		}
		above += p*negatives + p*n/2
		positives += p
		negatives += n
		start = end
	}
	return above, positives * negatives
}

// rising returns the indices of values from the lowest to the highest.
func rising(values []float64) []int {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(values[i], values[j]) })
	return order
}
