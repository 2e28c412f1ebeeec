package stats

import (
	"math"
	"slices"
)

// Risks returns the selective risks of answers given from the most confident down (El-Yaniv and Wiener 2010): element k−1 is the share
// of errors among the k most confident. Where answers of equal confidence straddle k it is the mean over their orders, so that order
// is of no account. Nil for no answers, slices of unequal length or a NaN confidence.
func Risks(confidence []float64, correct []bool) []float64 {
	if len(confidence) == 0 || len(confidence) != len(correct) || slices.ContainsFunc(confidence, math.IsNaN) {
		return nil
	}
	order := rising(confidence)
	slices.Reverse(order)
	risks := make([]float64, len(order))
	errors := 0.0
	for start := 0; start < len(order); {
		end, wrong := start, 0.0
		for end < len(order) && confidence[order[end]] == confidence[order[start]] {
			wrong += 1 - indicator(correct[order[end]])
			end++
		}
		for k := start; k < end; k++ {
			risks[k] = (errors + wrong*float64(k-start+1)/float64(end-start)) / float64(k+1)
		}
		errors += wrong
		start = end
	}
	return risks
}

// AURC returns the area under the risk-coverage curve, the mean of [Risks]: lower is better. NaN where that is nil.
func AURC(confidence []float64, correct []bool) float64 {
	risks := Risks(confidence, correct)
	sum := 0.0
	for _, r := range risks {
		sum += r
	}
	return sum / float64(len(risks))
}

// EAURC returns by how much [AURC] exceeds that of the best possible confidence, which puts every error last (Geifman et al. 2019). It
// compares models of unequal accuracy. NaN where AURC is.
func EAURC(confidence []float64, correct []bool) float64 {
	right := 0
	for _, c := range correct {
		if c {
			right++
		}
	}
	ideal := 0.0
	for k := right + 1; k <= len(correct); k++ {
		ideal += float64(k-right) / float64(k)
	}
	return AURC(confidence, correct) - ideal/float64(len(correct))
}

// CoverageAtRisk returns the largest share of answers, the most confident first, whose selective risk is at most risk: 0 when even the
// most confident answer exceeds it. NaN where [AURC] is.
func CoverageAtRisk(confidence []float64, correct []bool, risk float64) float64 {
	risks := Risks(confidence, correct)
	if risks == nil || math.IsNaN(risk) {
		return math.NaN()
	}
	for k := len(risks); k > 0; k-- {
		if risks[k-1] <= risk+1e-12 {
			return float64(k) / float64(len(risks))
		}
	}
	return 0
}
