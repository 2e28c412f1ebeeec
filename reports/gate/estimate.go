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
	// odds are the chances of each decision over n independent items like those seen; nil where they are not known.
	odds func(n int, p Promise, l levels) Odds
	// worse is the one-sided p-value of the hypothesis that nothing was lost; nil where no baseline is at hand.
	worse func() float64
	// wary is the share of effective that counts while a run is under way, when nothing yet tells whether items of one source change together.
	wary float64
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
	e := paired(table, d.score, k)
	e.items, e.effective, e.value = len(p.head), effective, d.direction*(mean(p.head, k)-mean(p.base, k))
	e.odds, e.wary = world{shares: credible(table), score: d.score, k: k}.odds, p.wary(k)
	return e
}

// paired estimates a gain from the table of its pairs, scaled to the effective number of items. value, items and effective are the table's own.
func paired(table stats.Outcomes, score bool, k float64) estimate {
	value, squares, sum, n := [3]float64{1, 0, 0}, 0.0, 0.0, 0.0
	if score {
		value[down] = -k
	}
	for i := range table {
		for j := range table[i] {
			d := value[i] - value[j]
			n, sum, squares = n+table[i][j], sum+table[i][j]*d, squares+table[i][j]*d*d
		}
	}
	e := estimate{value: sum / n, items: int(math.Round(n)), effective: n, spread: squares/n - sum/n*sum/n}
	if !score {
		// Only the moves between up and not up count.
		b, c := table[up][level]+table[up][down], table[level][up]+table[down][up]
		e.interval = func(confidence, sized float64) stats.Interval {
			return stats.Tango(b*sized, c*sized, n*sized, confidence)
		}
		e.worse = func() float64 { return signTest(b, c) }
		return e
	}
	e.interval = func(confidence, sized float64) stats.Interval {
		larger := table
		scale(&larger, sized)
		_, iv := stats.PenalisedDifference(larger, k, confidence)
		return iv
	}
	e.worse = func() float64 { return inverted(e.interval) }
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

// credible is what a table says of pairs to come, as shares: no fewer changes than leastDiscordance are believed.
func credible(table stats.Outcomes) stats.Outcomes {
	n := 0.0
	for _, row := range table {
		n += row[up] + row[level] + row[down]
	}
	scale(&table, 1/n)
	share := between(table).Share()
	if share < leastDiscordance {
		for i := range table {
			table[i][i] *= (1 - leastDiscordance) / (1 - share)
		}
		table[up][level] += (leastDiscordance - share) / 2
		table[level][up] += (leastDiscordance - share) / 2
	}
	return table
}

// own estimates a measure of one run.
func own(cells []cell, d definition, k float64) estimate {
	if !d.score {
		k = 0
	}
	p := alone(cells)
	table, effective := p.table(k)
	e := rate(math.Min(table[up][level], effective), effective)
	if d.score {
		e = paired(table, true, k)
		scale(&table, 1/effective)
		e.odds = world{shares: table, score: true, k: k}.odds
	}
	e.items, e.effective, e.value, e.spread, e.wary = len(cells), effective, mean(cells, k), math.NaN(), p.wary(k)
	return e
}

// rate estimates a share by Clopper and Pearson's interval, which covers at least at its confidence.
func rate(hits, n float64) estimate {
	share := hits / n
	e := estimate{value: share, items: int(math.Round(n)), effective: n, spread: math.NaN()}
	e.interval = func(confidence, sized float64) stats.Interval {
		return stats.ClopperPearson(hits*sized, n*sized, confidence)
	}
	e.odds = func(n int, p Promise, l levels) Odds {
		is := func(d Decision) float64 {
			return stats.PairedPower(n, share, share, func(b, _ int) bool { return decide(rate(float64(b), float64(n)), p, l) == d })
		}
		o := Odds{Pass: is(Pass), Fail: is(Fail)}
		o.Inconclusive = math.Max(0, 1-o.Pass-o.Fail)
		return o
	}
	return e
}
