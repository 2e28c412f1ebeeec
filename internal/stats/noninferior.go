package stats

import "math"

// Noninferiority is a test that a paired difference of proportions (first − second) is not as low as −margin.
type Noninferiority struct {
	Difference float64 // (b − c)/n
	SE         float64 // of Difference: under the hypothesis −margin for the score test, as observed for Wald's
	Z          float64 // (Difference + margin)/SE
	P          float64 // one-sided: small when the first side is not inferior
	Bound      float64 // one-sided lower bound at 1 − α; the promise is kept when it lies above −margin
}

// NonInferior tests by Tango's score that the first side is worse than the second by less than margin; Bound is the lower end of
// [Tango] at confidence 1 − 2α, so that P < α and Bound > −margin are the same statement. It needs no large counts: with no
// discordant pair z is √(n m/(1 − m)). All fields are NaN for impossible counts, margin outside (0, 1) or α outside (0, ½).
func NonInferior(b, c, n, margin, alpha float64) Noninferiority {
	if !pairable(b, c, n) || !probability(margin) || !(alpha > 0 && alpha < 0.5) {
		return noNoninferiority()
	}
	z := PairedScore(b, c, n, -margin)
	return Noninferiority{
		Difference: (b - c) / n,
		SE:         math.Sqrt(tangoVariance(b, c, n, -margin)) / n,
		Z:          z,
		P:          upperTail(z),
		Bound:      Tango(b, c, n, 1-2*alpha).Low,
	}
}

// leastDiscordant is the number of pairs on either side below which a normal approximation with the observed variance is refused.
const leastDiscordant = 5

// NonInferiorWald is the same test with the observed variance (b + c − (b − c)²/n)/n², as most software prints it. It is for large
// samples: with fewer than five pairs on either side all fields are NaN, as they are where [NonInferior] is undefined.
func NonInferiorWald(b, c, n, margin, alpha float64) Noninferiority {
	if !pairable(b, c, n) || !probability(margin) || !(alpha > 0 && alpha < 0.5) || math.Min(b, c) < leastDiscordant {
		return noNoninferiority()
	}
	d := (b - c) / n
	se := math.Sqrt(b+c-(b-c)*d) / n
	z := (d + margin) / se
	return Noninferiority{Difference: d, SE: se, Z: z, P: upperTail(z), Bound: normal(d, se, 1-2*alpha).Low}
}

// Equivalent returns the p-value of the two one-sided tests (TOST, Schuirmann 1987) that the difference lies within ±margin, by
// Tango's score: the larger of the two. NaN where [NonInferior] is undefined.
func Equivalent(b, c, n, margin float64) float64 {
	if !pairable(b, c, n) || !probability(margin) {
		return math.NaN()
	}
	return math.Max(upperTail(PairedScore(b, c, n, -margin)), upperTail(-PairedScore(b, c, n, margin)))
}

// EquivalentWald is [Equivalent] with the observed variance, NaN where [NonInferiorWald] is.
func EquivalentWald(b, c, n, margin float64) float64 {
	below := NonInferiorWald(b, c, n, margin, 0.05)
	above := NonInferiorWald(c, b, n, margin, 0.05)
	return math.Max(below.P, above.P)
}

func noNoninferiority() Noninferiority {
	nan := math.NaN()
	return Noninferiority{nan, nan, nan, nan, nan}
}
