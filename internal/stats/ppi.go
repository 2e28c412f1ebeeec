package stats

import (
	"math"
	"slices"
)

// LeastLabels is the fewest labelled items for which a corrected mean is given an interval.
const LeastLabels = 50

// Corrected is a mean that leans on a judge for many items and on labels for a few.
type Corrected struct {
	Lambda float64 // how far the judge is trusted: 0 not at all, 1 fully
	Value  float64
	SE     float64
	Labels int
}

// PPI corrects the mean of a judge's scores by labels: prediction-powered inference with power tuning (PPI++; Angelopoulos, Duchi and
// Zrnic 2023). labels and judged are the true and the judge's scores of the labelled items, unlabelled the judge's scores of the
// others; the labelled items must be a random sample. Scores may be 0 and 1 or lie on any scale.
//
//	θ = λ mean_U(Ŷ) + mean_L(Y − λŶ)        Var = λ² Var_U(Ŷ)/N + Var_L(Y − λŶ)/n   (both variances over their n)
//
// lambda is λ; NaN asks for the best, Cov(Y, Ŷ)/((1 + n/N) Var Ŷ) within [0, 1], the variance taken over all judged items. A useless
// judge so costs nothing and a perfect one gives nearly the precision of N labels. Labels that never depart from the judge show that its
// errors are rare, not that there are none: the variance of a single departure across the whole range of scores then stands in for
// Var_L. All fields but Labels are NaN for fewer than two labels,
// no unlabelled item, or slices of unequal length.
func PPI(labels, judged, unlabelled []float64, lambda float64) Corrected {
	n, m := float64(len(labels)), float64(len(unlabelled))
	if n < 2 || m < 1 || len(labels) != len(judged) {
		return Corrected{math.NaN(), math.NaN(), math.NaN(), len(labels)}
	}
	if math.IsNaN(lambda) {
		lambda = bestLambda(labels, judged, unlabelled)
	}
	rectified := make([]float64, len(labels))
	for i := range labels {
		rectified[i] = labels[i] - lambda*judged[i]
	}
	mean, squares := deviations(unlabelled)
	shift, spread := deviations(rectified)
	if spread == 0 {
		step := max(slices.Max(judged), slices.Max(unlabelled), slices.Max(labels)) -
			min(slices.Min(judged), slices.Min(unlabelled), slices.Min(labels))
		spread = step * step * (1 - 1/n)
	}
	return Corrected{
		Lambda: lambda,
		Value:  lambda*mean + shift,
		SE:     math.Sqrt(lambda*lambda*squares/m/m + spread/n/n),
		Labels: len(labels),
	}
}

// PPIDifference is [PPI], at its best λ, of a paired difference first − second: labels1, judged1 and unlabelled1 are the first side's
// scores, labels2, judged2 and unlabelled2 the second's on the same items in the same order. Correcting the differences, not the two
// means, allows the judge to err differently on either side.
func PPIDifference(labels1, judged1, unlabelled1, labels2, judged2, unlabelled2 []float64) Corrected {
	if len(labels1) != len(labels2) || len(judged1) != len(judged2) || len(unlabelled1) != len(unlabelled2) {
		return Corrected{math.NaN(), math.NaN(), math.NaN(), len(labels1)}
	}
	return PPI(Differences(labels1, labels2), Differences(judged1, judged2), Differences(unlabelled1, unlabelled2), math.NaN())
}

// Interval returns Value ± t·SE·√(n/(n − 1)) with Student's t at n − 2 degrees of freedom for n labels, one spent on the mean and one
// on λ: the normal interval of the literature, mended for few labels. Simulated at rates of three in four it covers .94 with 50 or
// 100 labels and .95 with 200, for a nominal .95. Undefined with fewer than [LeastLabels] labels and when no score varies at all.
func (c Corrected) Interval(confidence float64) Interval {
	if c.Labels < LeastLabels || !(c.SE > 0) {
		return undefined()
	}
	n := float64(c.Labels)
	return Student(c.Value, c.SE*math.Sqrt(n/(n-1)), n-2, confidence)
}

// PPIEffective returns how many labels alone would be as precise as n labels with N judged items at the best λ, when judge and truth
// correlate by rho: n/(1 − ρ²N/(n + N)). NaN for n or N ≤ 0 or rho outside [−1, 1].
func PPIEffective(n, unlabelled, rho float64) float64 {
	if !(n > 0 && unlabelled > 0 && rho >= -1 && rho <= 1) {
		return math.NaN()
	}
	return n / (1 - rho*rho*unlabelled/(n+unlabelled))
}

// bestLambda minimises the variance of the corrected mean. A judge that never varies gets no trust.
func bestLambda(labels, judged, unlabelled []float64) float64 {
	n, m := float64(len(labels)), float64(len(unlabelled))
	all := append(append(make([]float64, 0, len(judged)+len(unlabelled)), judged...), unlabelled...)
	_, squares := deviations(all)
	labelMean, _ := deviations(labels)
	judgedMean, _ := deviations(judged)
	covariance := 0.0
	for i := range labels {
		covariance += (labels[i] - labelMean) * (judged[i] - judgedMean)
	}
	if squares == 0 {
		return 0
	}
	return clamp(covariance/n/((1+n/m)*squares/(n+m)), 0, 1)
}
