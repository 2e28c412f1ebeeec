package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// SignE returns the e-value of the sign test after x wins among n discordant pairs, against even chances: the likelihood ratio of a
// win rate mixed uniformly over (0, 1). It may be looked at after every pair: the chance that it ever reaches 1/α is at most α when
// the chances are even (Ville 1939), so reject when it does. 1 for no pair, NaN for x outside [0, n].
//
//	e = 2ⁿ / ((n + 1) C(n, x))
func SignE(x, n int) float64 { return math.Exp(logSignE(x, n)) }

// SignEGreater is the one-sided [SignE] against a win rate of at most ½: the mixture is uniform over (½, 1).
//
//	e = 2 · 2ⁿ B(x+1, n−x+1) (1 − I_½(x+1, n−x+1))
func SignEGreater(x, n int) float64 {
	whole := logSignE(x, n)
	if math.IsNaN(whole) {
		return math.NaN()
	}
	// The upper half of Beta(x+1, n−x+1) is the lower half of its mirror.
	return 2 * math.Exp(whole) * mathext.RegIncBeta(float64(n-x)+1, float64(x)+1, 0.5)
}

func logSignE(x, n int) float64 {
	if x < 0 || x > n {
		return math.NaN()
	}
	return float64(n)*math.Ln2 + mathext.Lbeta(float64(x)+1, float64(n-x)+1)
}
