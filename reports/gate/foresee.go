package gate

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/viva-eval/viva/reports/baseline"
)

// futile is the chance of a decision under which it is not waited for, and leastSeen the share of items before which nothing is given up.
const (
	futile    = 0.05
	leastSeen = 0.25
)

// foresee predicts, from the share of the items that has come in, how likely a rule is to pass and to fail at its end. The rest is drawn from what was
// seen, with the doubt about that: the estimate moves by a variance of (1 − t)/t of that of the whole. 1 and 1 where nothing can be said yet.
func foresee(r Rule, end levels, share float64, base, head *baseline.Baseline) (pass, fail float64) {
	d, _ := r.Measure.look()
	switch r.Promise.Kind {
	case NotWorse:
		seen := look(r, d, levels{pass: end.pass, fail: end.fail, early: true}, base, head, asScored, asScored)
		for _, e := range seen.estimates {
			_, one := chances(e, Promise{Kind: NonInferior}, levels{pass: end.pass, fail: seen.level}, share)
			fail = math.Max(fail, one)
		}
		if len(seen.estimates) == 0 {
			fail = 1
		}
		return 1, fail
	case NonInferior:
		if p := pair(take(head, r, asScored), take(base, r, asScored)); len(p.head) > 0 {
			return chances(gain(p, d, kOf(r, d)), r.Promise, end, share)
		}
	case AtMost, AtLeast:
		if s := take(head, r, asScored); len(s.cells) > 0 {
			return chances(own(s.cells, d, kOf(r, d)), r.Promise, end, share)
		}
	}
	return 1, 1
}

// chances are those of passing and of failing at the end, for an estimate that rests on the share of the items.
func chances(e estimate, p Promise, end levels, share float64) (pass, fail float64) {
	one := 2*distuv.UnitNormal.CDF(1) - 1
	now, then := e.interval(one, 1), e.bounds(p, end)
	if !now.Defined() || !then.Defined() {
		return 1, 1
	}
	// An interval over all items is narrower by the root of the share.
	low, high := (e.value-then.Low)*math.Sqrt(share), (then.High-e.value)*math.Sqrt(share)
	below := func(limit, sd float64) float64 { return distuv.UnitNormal.CDF((limit - e.value) / math.Max(sd, 1e-9)) }
	rest := math.Sqrt(1 - share)
	down, up := (e.value-now.Low)*rest, (now.High-e.value)*rest // how far it may still move
	switch p.Kind {
	case NonInferior:
		return 1 - below(low-p.Value, down), below(math.Min(-high, -p.Value), down)
	case AtMost:
		return below(p.Value-high, down), 1 - below(p.Value+low, up)
	default:
		return 1 - below(p.Value+low, up), below(p.Value-high, down)
	}
}
