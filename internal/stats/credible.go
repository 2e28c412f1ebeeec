package stats

import "gonum.org/v1/gonum/mathext"

// Credible returns the equal-tailed posterior interval for a proportion under the uniform prior, that of Beta(k+1, n−k+1).
// Unlike [Wilson] and [ClopperPearson] it never touches 0 or 1. Undefined where [Wilson] is.
func Credible(successes, n, confidence float64) Interval {
	return betaInterval(successes, n, 1, confidence)
}

// Jeffreys returns the equal-tailed posterior interval for a proportion under Jeffreys' prior, that of Beta(k+½, n−k+½), without
// the usual replacement of its ends at k = 0 and k = n. Undefined where [Wilson] is.
func Jeffreys(successes, n, confidence float64) Interval {
	return betaInterval(successes, n, 0.5, confidence)
}

func betaInterval(successes, n, prior, confidence float64) Interval {
	if !(confidence > 0 && confidence < 1) || !countable(successes, n) {
		return undefined()
	}
	a, b, tail := successes+prior, n-successes+prior, (1-confidence)/2
	return Interval{mathext.InvRegIncBeta(a, b, tail), mathext.InvRegIncBeta(a, b, 1-tail)}
}
