package gate

import (
	"math"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/viva-eval/viva/internal/stats"
)

// estimate is what is known of the quantity a promise is about. For promises beside a baseline it is a gain: above 0 the run is better.
type estimate struct {
	value     float64
	items     int     // items, or pairs of items
	effective float64 // the number of independent items they are worth
	// interval is two-sided; sized asks what it would be with that many times as many items of the same kind.
	interval func(confidence, sized float64) stats.Interval
	// worse is the one-sided p-value of the hypothesis that nothing was lost; nil where no baseline is at hand.
	worse func() float64
	// spread is the variance of one effective item's gain; NaN where it is no mean.
	spread float64
}

// gain estimates how much better the run is than its baseline.
func gain(p pairing, d definition, k float64) estimate {
	if !d.score {
		k = 0
	}
	table, effective := p.table(k)
	if d.direction < 0 {
		table = turned(table)
	}
	e := estimate{items: len(p.head), effective: effective, value: d.direction * (mean(p.head, k) - mean(p.base, k))}
	if !d.score {
		// Only the moves between up and not up count.
		b, c := table[up][level]+table[up][down], table[level][up]+table[down][up]
		e.interval = func(confidence, sized float64) stats.Interval {
			return stats.Tango(b*sized, c*sized, effective*sized, confidence)
		}
		e.worse = func() float64 { return signTest(b, c) }
		e.spread = (b+c)/effective - e.value*e.value
		return e
	}
	e.interval = func(confidence, sized float64) stats.Interval {
		larger := table
		scale(&larger, sized)
		_, iv := stats.PenalisedDifference(larger, k, confidence)
		return iv
	}
	e.worse = func() float64 { return inverted(e.interval) }
	value, square := [3]float64{1, 0, -k}, 0.0
	for i := range table {
		for j := range table[i] {
			square += table[i][j] * (value[i] - value[j]) * (value[i] - value[j])
		}
	}
	e.spread = square/effective - e.value*e.value
	return e
}

// turned swaps the sides, so that a fall counts as a gain.
func turned(o stats.Outcomes) stats.Outcomes {
	var t stats.Outcomes
	for i := range o {
		for j := range o[i] {
			t[j][i] = o[i][j]
		}
	}
	return t
}

// signTest is the exact one-sided p-value of McNemar's test against b, continued to fractional counts: P(X ≥ c) for X ~ Binomial(b + c, ½)
// is the regularised incomplete beta function I_½(c, b + 1).
func signTest(b, c float64) float64 {
	if c <= 0 {
		return 1
	}
	return mathext.RegIncBeta(c, b+1, 0.5)
}

// inverted is the one-sided p-value at which the interval's upper end meets 0.
func inverted(interval func(confidence, sized float64) stats.Interval) float64 {
	above := func(z float64) bool { return !(interval(2*distuv.UnitNormal.CDF(z)-1, 1).High < 0) }
	low, high := 1e-3, 8.0
	if above(low) {
		return 0.5
	}
	if !above(high) {
		return distuv.UnitNormal.Survival(high)
	}
	for range 40 {
		if mid := (low + high) / 2; above(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return distuv.UnitNormal.Survival(high)
}

// own estimates a measure of one run: Clopper and Pearson's interval for a rate, which covers at least at its confidence, and the score
// interval for a score.
func own(cells []cell, d definition, k float64) estimate {
	if !d.score {
		k = 0
	}
	table, effective := alone(cells, k)
	e := estimate{items: len(cells), effective: effective, value: mean(cells, k), spread: math.NaN()}
	if !d.score {
		hits := table[up][level]
		e.interval = func(confidence, sized float64) stats.Interval {
			return stats.ClopperPearson(math.Min(hits, effective)*sized, effective*sized, confidence)
		}
		return e
	}
	e.interval = func(confidence, sized float64) stats.Interval {
		larger := table
		scale(&larger, sized)
		_, iv := stats.PenalisedDifference(larger, k, confidence)
		return iv
	}
	return e
}
