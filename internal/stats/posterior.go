package stats

import (
	"math"

	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/mathext"
)

// PosteriorAbove returns the posterior probability that the paired difference of proportions exceeds delta, given b and c discordant
// pairs among n and a uniform Dirichlet(1, 1, 1, 1) prior on the four cells of the paired table. The share S of discordant pairs is
// Beta(b+c+2, n−b−c+2), the part F of it that favours the first side Beta(b+1, c+1), the difference S(2F − 1), and its mean
// (b − c)/(n + 4). NaN for impossible counts or a delta that is none.
func PosteriorAbove(b, c, n, delta float64) float64 {
	if !pairable(b, c, n) || math.IsNaN(delta) {
		return math.NaN()
	}
	if delta <= -1 {
		return 1
	}
	if delta >= 1 {
		return 0
	}
	// S is carried through its own distribution, u = P(S ≤ s), so that the integrand is smooth and bounded.
	above := func(u float64) float64 {
		s := mathext.InvRegIncBeta(b+c+2, math.Max(n-b-c, 0)+2, u)
		f := (1 + delta/s) / 2
		if f <= 0 {
			return 1
		}
		if f >= 1 {
			return 0
		}
		return 1 - mathext.RegIncBeta(b+1, c+1, f)
	}
	return clamp(quad.Fixed(above, 0, 1, 200, nil, 0), 0, 1)
}
