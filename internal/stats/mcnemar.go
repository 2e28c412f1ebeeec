package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// McNemar returns the two-sided exact and mid-p values of McNemar's test on b against c discordant pairs. With no discordant pair
// both are 1. Both are NaN for a negative count.
//
//	exact = min(1, 2 P(X ≤ min(b, c)))   with X ~ Binomial(b + c, ½)
//	mid   = 2 P(X < min(b, c)) + P(X = min(b, c)); for b = c, 1 − ½ P(X = b)   (Fagerland et al. 2013)
func McNemar(b, c int) (exact, mid float64) {
	if b < 0 || c < 0 {
		return math.NaN(), math.NaN()
	}
	n := b + c
	if n == 0 {
		return 1, 1
	}
	binomial := distuv.Binomial{N: float64(n), P: 0.5}
	least := float64(min(b, c))
	tail := binomial.CDF(least)
	observed := binomial.Prob(least)
	if b == c {
		return 1, 1 - observed/2
	}
	return math.Min(1, 2*tail), 2*tail - observed
}

// McNemarGreater returns the one-sided exact and mid-p values of McNemar's test against the alternative that the first side is
// better, b being the pairs that favour it and c those that favour the second: P(X ≥ b), and the same less ½ P(X = b). With no
// discordant pair the exact value is 1 and the mid-p ½. Both are NaN for a negative count.
func McNemarGreater(b, c int) (exact, mid float64) {
	if b < 0 || c < 0 {
		return math.NaN(), math.NaN()
	}
	if b+c == 0 {
		return 1, 0.5
	}
	// P(X ≥ b) is P(X ≤ c) by symmetry, which keeps its precision when it is tiny.
	binomial := distuv.Binomial{N: float64(b + c), P: 0.5}
	exact = binomial.CDF(float64(c))
	return exact, exact - binomial.Prob(float64(c))/2
}
