package stats

import (
	"math"
	"slices"
)

// Brier returns the mean squared distance between a stated confidence in [0, 1] and being correct (Brier 1950): 0 is best, 0.25 is what
// always saying one half earns. NaN for no answers, slices of unequal length or a confidence outside [0, 1].
func Brier(confidence []float64, correct []bool) float64 {
	return meanLoss(confidence, correct, func(p float64, right bool) float64 {
		if right {
			p = 1 - p
		}
		return p * p
	})
}

// LogLoss returns the mean of −ln of the probability given to what happened, +Inf for a certainty that was wrong. NaN where [Brier] is.
func LogLoss(confidence []float64, correct []bool) float64 {
	return meanLoss(confidence, correct, func(p float64, right bool) float64 {
		if right {
			return -math.Log(p)
		}
		return -math.Log1p(-p)
	})
}

func meanLoss(confidence []float64, correct []bool, loss func(p float64, right bool) float64) float64 {
	if !stated(confidence, correct) {
		return math.NaN()
	}
	sum := 0.0
	for i, p := range confidence {
		sum += loss(p, correct[i])
	}
	return sum / float64(len(confidence))
}

// ECE returns the expected calibration error over bins of equal width, [0, 1/bins), [1/bins, 2/bins) and so on, a confidence of 1
// going to the last (Naeini et al. 2015): the mean over answers of |share correct − mean confidence| in their bin. NaN where [Brier] is
// and for bins < 1.
func ECE(confidence []float64, correct []bool, bins int) float64 {
	if bins < 1 || !stated(confidence, correct) {
		return math.NaN()
	}
	surplus := make([]float64, bins)
	for i, p := range confidence {
		// The slack keeps 0.6 in the bin that begins at 3/5.
		at := int(p*float64(bins) + 1e-9)
		surplus[min(at, bins-1)] += p - indicator(correct[i])
	}
	sum := 0.0
	for _, s := range surplus {
		sum += math.Abs(s)
	}
	return sum / float64(len(confidence))
}

// ECEMass is [ECE] over bins that hold, as nearly as can be, the same number of answers each in order of confidence, which wastes none
// of them on empty bins. Answers of equal confidence stay together, in the bin of their middle one, so that their order is of no
// account.
func ECEMass(confidence []float64, correct []bool, bins int) float64 {
	if bins < 1 || !stated(confidence, correct) {
		return math.NaN()
	}
	order := rising(confidence)
	surplus := make([]float64, bins)
	for start := 0; start < len(order); {
		end := start
		gap := 0.0
		for end < len(order) && confidence[order[end]] == confidence[order[start]] {
			gap += confidence[order[end]] - indicator(correct[order[end]])
			end++
		}
		surplus[(start+end-1)/2*bins/len(order)] += gap
		start = end
	}
	sum := 0.0
	for _, s := range surplus {
		sum += math.Abs(s)
	}
	return sum / float64(len(confidence))
}

// stated reports whether there are answers, each with a confidence in [0, 1].
func stated(confidence []float64, correct []bool) bool {
	return len(confidence) > 0 && len(confidence) == len(correct) &&
		!slices.ContainsFunc(confidence, func(p float64) bool { return !(p >= 0 && p <= 1) })
}

func indicator(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
