package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Wilson returns Wilson's score interval (1927) for a proportion of successes among n. Both may be fractional, as they are when
// n is an effective number of observations. Undefined for n ≤ 0, successes outside [0, n] or confidence outside (0, 1).
//
//	centre = (p + z²/2n) / (1 + z²/n)
//	half   = z √(p(1−p)/n + z²/4n²) / (1 + z²/n)
func Wilson(successes, n, confidence float64) Interval {
	z := critical(confidence)
	if math.IsNaN(z) || !countable(successes, n) {
		return undefined()
	}
	// Both fractions are multiplied by n, which holds at any n however small.
	zz := z * z
	centre := (successes + zz/2) / (n + zz)
	half := z * math.Sqrt(successes*(1-successes/n)+zz/4) / (n + zz)
	iv := Interval{clamp(centre-half, 0, 1), clamp(centre+half, 0, 1)}
	// The ends are exact at the edges; rounding must not push them past the estimate.
	if successes == 0 {
		iv.Low = 0
	}
	if successes == n {
		iv.High = 1
	}
	return iv
}

// ClopperPearson returns the exact interval of Clopper and Pearson (1934), which covers at least at its confidence whatever the
// proportion: the choice for safety limits. Undefined where [Wilson] is.
//
//	low  = B⁻¹(α/2; k, n−k+1)      high = B⁻¹(1−α/2; k+1, n−k)
func ClopperPearson(successes, n, confidence float64) Interval {
	if !(confidence > 0 && confidence < 1) || !countable(successes, n) {
		return undefined()
	}
	tail := (1 - confidence) / 2
	iv := Interval{0, 1}
	if successes > 0 {
		iv.Low = mathext.InvRegIncBeta(successes, n-successes+1, tail)
	}
	if successes < n {
		iv.High = mathext.InvRegIncBeta(successes+1, n-successes, 1-tail)
	}
	return iv
}
