package stats

import "math"

// Confusion counts the outcomes of a detector. A share whose denominator is 0 is NaN.
type Confusion struct{ TruePositive, FalsePositive, FalseNegative, TrueNegative float64 }

// Prevalence is the share of positives in truth. Every other figure wants it beside it: to flag everything has precision prevalence
// and recall 1.
func (c Confusion) Prevalence() float64 {
	return (c.TruePositive + c.FalseNegative) / (c.TruePositive + c.FalsePositive + c.FalseNegative + c.TrueNegative)
}

// Precision is the share of flags that are right.
func (c Confusion) Precision() float64 { return c.TruePositive / (c.TruePositive + c.FalsePositive) }

// Recall is the share of positives that are flagged, the sensitivity.
func (c Confusion) Recall() float64 { return c.TruePositive / (c.TruePositive + c.FalseNegative) }

// Specificity is the share of negatives that are left alone.
func (c Confusion) Specificity() float64 { return c.TrueNegative / (c.TrueNegative + c.FalsePositive) }

// F1 is the harmonic mean of precision and recall, 2TP/(2TP + FP + FN).
func (c Confusion) F1() float64 {
	return 2 * c.TruePositive / (2*c.TruePositive + c.FalsePositive + c.FalseNegative)
}

// TrivialF1 is the F1 of flagging everything, 2π/(1 + π) for prevalence π: what any detector must beat.
func (c Confusion) TrivialF1() float64 { return 2 * c.Prevalence() / (1 + c.Prevalence()) }

// BalancedAccuracy is the mean of recall and specificity; one half is a coin.
func (c Confusion) BalancedAccuracy() float64 { return (c.Recall() + c.Specificity()) / 2 }

// Youden is J = recall + specificity − 1, the factor by which the detector's errors shrink a difference of rates.
func (c Confusion) Youden() float64 { return c.Recall() + c.Specificity() - 1 }

// MCC is Matthews' correlation coefficient (1975) of flag and truth, 0 for flagging everything or nothing when both kinds exist. NaN
// when one of them does not.
func (c Confusion) MCC() float64 {
	positives, negatives := c.TruePositive+c.FalseNegative, c.TrueNegative+c.FalsePositive
	flagged, passed := c.TruePositive+c.FalsePositive, c.TrueNegative+c.FalseNegative
	if !(positives > 0 && negatives > 0) {
		return math.NaN()
	}
	if flagged == 0 || passed == 0 {
		return 0
	}
	return (c.TruePositive*c.TrueNegative - c.FalsePositive*c.FalseNegative) /
		(math.Sqrt(positives) * math.Sqrt(negatives) * math.Sqrt(flagged) * math.Sqrt(passed))
}

// Agree is the agreement of flag and truth beyond chance.
func (c Confusion) Agree() Agreement {
	return Agree([][]float64{{c.TruePositive, c.FalsePositive}, {c.FalseNegative, c.TrueNegative}})
}
