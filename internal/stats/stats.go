// Package stats holds the statistics of an examination. It knows nothing of questions or answers, only of counts and scores:
//
//   - one proportion: [Wilson], [ClopperPearson], [Credible], [Jeffreys]
//   - the mean of scores, clustered, paired or repeated: [ClusteredSE], [PairedSE], [DesignEffect], [Repeats], [Student]
//   - two proportions: [Tango], [Newcombe], [NewcombeUnpaired], [McNemar], [PosteriorAbove]; penalised scores: [PenalisedDifference]
//   - a promise kept: [NonInferior], [Equivalent]; several at once: [Holm], [BenjaminiHochberg], [CochranQ]
//   - resampling: [Bootstrap], [SignFlip]
//   - tests that may be looked at any time: [SPRT], [SignE], [Bet], [EmpiricalBernstein], [AsymptoticHalfWidth];
//     at planned times: [SpendingLevels]
//   - how many items: [MeanItems], [McNemarItems], [NonInferiorityItems]; exactly: [PairedPower], [EnoughItems]
//   - raters: [Agree], [Fleiss], [Krippendorff]; detectors: [Confusion], [AUROC]; confidence: [Brier], [ECE], [Risks], [AURC]
//   - a judge that errs: [RoganGladen], [PPI]
//
// No small sample is given a normal interval. Where a figure leans on a normal approximation it says from which size, and is
// undefined below it.
//
// An undefined result (no observations, an impossible count, a confidence outside (0, 1)) is NaN, never 0 and never 1, so that
// no empty figure can flatter or condemn.
package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Interval is a two-sided interval. Both ends are NaN when it is undefined.
type Interval struct{ Low, High float64 }

// Defined reports whether both ends are numbers.
func (i Interval) Defined() bool { return !math.IsNaN(i.Low) && !math.IsNaN(i.High) }

// Width is High − Low; NaN when the interval is undefined.
func (i Interval) Width() float64 { return i.High - i.Low }

// undefined is the interval of nothing.
func undefined() Interval { return Interval{math.NaN(), math.NaN()} }

// critical returns the two-sided standard normal quantile of a confidence level: 1.96 for 0.95. NaN outside (0, 1).
func critical(confidence float64) float64 {
	if !(confidence > 0 && confidence < 1) {
		return math.NaN()
	}
	return distuv.UnitNormal.Quantile(0.5 + confidence/2)
}

// clamp keeps x within [low, high].
func clamp(x, low, high float64) float64 { return math.Min(math.Max(x, low), high) }

// most is the largest count taken, 2⁵³: beyond it a float64 no longer tells a number from the next.
const most = 1 << 53

// countable reports whether so many successes can be among n.
func countable(successes, n float64) bool {
	return n > 0 && n <= most && successes >= 0 && successes <= n
}
