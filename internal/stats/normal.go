package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Student returns the interval mean ± t·se with Student's t at the given degrees of freedom: n − 1 for the mean of n independent
// values, clusters − 1 for a clustered one. It is for scores on a scale; for yes and no take [Wilson] or [Tango]. Undefined for
// se < 0, fewer than one degree of freedom or confidence outside (0, 1).
func Student(mean, se, degrees, confidence float64) Interval {
	if !(confidence > 0 && confidence < 1) || !(se >= 0) || !(degrees >= 1) || math.IsNaN(mean) {
		return undefined()
	}
	half := se * distuv.StudentsT{Mu: 0, Sigma: 1, Nu: degrees}.Quantile(0.5+confidence/2)
	return Interval{mean - half, mean + half}
}

// normal returns mean ± z·se. Callers answer for the size of the sample.
func normal(mean, se, confidence float64) Interval {
	half := se * critical(confidence)
	return Interval{mean - half, mean + half}
}

// upperTail is P(Z > z), precise however small.
func upperTail(z float64) float64 { return math.Erfc(z/math.Sqrt2) / 2 }

// quantile is the standard normal quantile, infinite at 0 and 1 and NaN outside [0, 1].
func quantile(p float64) float64 {
	switch {
	case p == 0:
		return math.Inf(-1)
	case p == 1:
		return math.Inf(1)
	case !(p > 0 && p < 1):
		return math.NaN()
	}
	return distuv.UnitNormal.Quantile(p)
}

// probability reports whether p lies strictly between 0 and 1.
func probability(p float64) bool { return p > 0 && p < 1 }
