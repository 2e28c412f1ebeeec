package consistency

import (
	"fmt"
	"math"
)

// Entropy is the discrete semantic entropy of answers by their clusters, in nats: −Σ p ln p with p = n/M for a cluster of n answers out of
// M (Farquhar et al. 2024). It needs no probabilities from the server. 0 for fewer than two answers.
func Entropy(ids []int) float64 {
	counts, order := map[int]int{}, []int{}
	for _, id := range ids {
		if counts[id]++; counts[id] == 1 {
			order = append(order, id) // sums in a fixed order: the same answers give the same figure to the last bit
		}
	}
	h := 0.0
	for _, id := range order {
		p := float64(counts[id]) / float64(len(ids))
		h -= p * math.Log(p)
	}
	return math.Max(h, 0) // −0 of a single cluster
}

// WeightedEntropy is semantic entropy with the answers weighed by their likelihoods, in nats: p is the share of a cluster in the sum of
// exp(logprob), where logprobs are those of whole answers divided by their lengths in tokens (the variant called Rao). An answer of
// probability 0 has logprob −Inf.
func WeightedEntropy(ids []int, logprobs []float64) (float64, error) {
	if len(ids) != len(logprobs) {
		return 0, fmt.Errorf("weigh answers: %d clusters for %d probabilities", len(ids), len(logprobs))
	}
	top := math.Inf(-1)
	for _, l := range logprobs {
		if math.IsNaN(l) || l > 0 {
			return 0, fmt.Errorf("weigh answers: %v is no logarithm of a probability", l)
		}
		top = math.Max(top, l)
	}
	if math.IsInf(top, -1) {
		return 0, fmt.Errorf("weigh answers: no answer has a probability")
	}
	weights, order, sum := map[int]float64{}, []int{}, 0.0
	for i, l := range logprobs {
		w := math.Exp(l - top) // relative to the likeliest: none can vanish beside all others
		if _, ok := weights[ids[i]]; !ok {
			order = append(order, ids[i])
		}
		weights[ids[i]] += w
		sum += w
	}
	h := 0.0
	for _, id := range order {
		if p := weights[id] / sum; p > 0 {
			h -= p * math.Log(p)
		}
	}
	return math.Max(h, 0), nil
}

// Agreement is entropy turned into a share: 1 − H / ln M, which is 1 when all M answers mean the same and 0 when no two do. Undefined for
// fewer than two answers.
func Agreement(ids []int) (float64, bool) {
	if len(ids) < 2 {
		return 0, false
	}
	v := 1 - Entropy(ids)/math.Log(float64(len(ids)))
	return math.Min(math.Max(v, 0), 1), true
}

// Inconsistency is SelfCheckGPT's score of an answer (Manakul et al. 2023): the mean over its sentences of the mean over the samples of
// how inconsistent the sentence is with the sample, 0 to 1. Rows are sentences, columns samples. Undefined without either.
func Inconsistency(scores [][]float64) (float64, bool) {
	sum, n := 0.0, 0
	for _, row := range scores {
		if len(row) == 0 {
			return 0, false
		}
		mean := 0.0
		for _, v := range row {
			mean += v
		}
		sum += mean / float64(len(row))
		n++
	}
	if n == 0 {
		return 0, false
	}
	return sum / float64(n), true
}
