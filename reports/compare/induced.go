package compare

import (
	"math"
	"math/rand/v2"

	"github.com/viva-eval/viva/internal/stats"
	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/scorers"
)

// induced compares induced hallucination: of what the closed book did not get wrong, the share that is false with the pages, over all
// items. False where a side has no closed book, or the arm is one.
//
// The two rates have different denominators, as the two closed books err on different items. The interval is Newcombe's (1998): Wilson's of
// each rate at its effective number, recovered into one with the correlation of the two, which is that of the trials in both denominators
// times the share of trials that are:
//
//	ρ = φ m / √(n₁ n₂)        φ as in [stats.Newcombe], over the m trials in both
//
// The test lets base and head change places, source by source.
func induced(pairs []pair, o Options) (Measure, bool) {
	var base, head inducedSide
	units := map[string]*[2]counts{}
	var order []*[2]counts
	var common [2][2]int // head false or not, base false or not
	failed, items, seen := 0, 0, ""
	m := Measure{Name: Induced, P: reports.Undefined(), Adjusted: reports.Undefined()}
	for _, p := range pairs {
		if p.baseClosed == nil || p.headClosed == nil {
			continue
		}
		if items == 0 || seen != p.head.Item {
			items++
			seen = p.head.Item
		}
		if !p.whole() || !p.baseClosed.Status.Answered() || !p.headClosed.Status.Answered() {
			failed++
			continue
		}
		m.Pairs++
		u := units[p.head.Cluster()]
		if u == nil {
			u = new([2]counts)
			units[p.head.Cluster()] = u
			order = append(order, u)
		}
		b, h := induce(p.baseClosed, p.base), induce(p.headClosed, p.head)
		base.add(p.head, b)
		head.add(p.head, h)
		u[0].add(b)
		u[1].add(h)
		if (b == success || b == failure) && (h == success || h == failure) {
			common[h-success][b-success]++
		}
		switch {
		case b == debt || h == debt:
			m.Unscored++
		case h == success && b == failure:
			m.Up++
		case b == success && h == failure:
			m.Down++
		}
	}
	if items == 0 {
		return Measure{}, false
	}
	m.Items, m.DroppedFailed = items, failed
	m.Pairs -= m.Unscored
	b, h := base.total, head.total
	m.Base, m.Head = b.rate(0, 0), h.rate(0, 0)
	m.Difference = m.Head - m.Base
	scaleBase, scaleHead := base.scale(), head.scale()
	m.NEff = reports.Figure(math.Min(float64(b.n)*scaleBase, float64(h.n)*scaleHead))
	rho := phi(common, math.Min(scaleBase, scaleHead)) * float64(common[0][0]+common[0][1]+common[1][0]+common[1][1]) / math.Sqrt(float64(b.n)*float64(h.n))
	// A rate's unscored trials enter its denominator, and its numerator when they are read as false.
	between := func(headFalse, baseFalse, owed int) stats.Interval {
		wilson := func(c counts, asFalse int, scale float64) (p float64, iv stats.Interval) {
			k, n := float64(c.k+asFalse*c.debt), float64(c.n+owed*c.debt)
			return k / n, stats.Wilson(k*scale, n*scale, o.Confidence)
		}
		ph, wh := wilson(h, headFalse, scaleHead)
		pb, wb := wilson(b, baseFalse, scaleBase)
		recover := func(x, y float64) float64 { return math.Sqrt(math.Max(x*x+y*y-2*rho*x*y, 0)) }
		return stats.Interval{Low: ph - pb - recover(ph-wh.Low, wb.High-pb), High: ph - pb + recover(wh.High-ph, pb-wb.Low)}
	}
	iv := between(0, 0, 0)
	m.Low, m.High = reports.Figure(iv.Low), reports.Figure(iv.High)
	m.Least, m.Most = h.rate(0, 1)-b.rate(1, 1), h.rate(1, 1)-b.rate(0, 1)
	m.bounds(between(0, 1, 1), between(1, 0, 1))
	if b.n > 0 && h.n > 0 {
		m.Test, m.P = SwappedSides, swapSides(order, o.Seed)
	}
	m.settle()
	return m, true
}

// phi is the correlation of a 2 × 2 table whose counts are scaled to their effective number, with Newcombe's continuity correction where it
// is positive; 0 where a margin is empty.
func phi(table [2][2]int, scale float64) float64 {
	var t [2][2]float64
	for i := range table {
		for j := range table[i] {
			t[i][j] = float64(table[i][j]) * scale
		}
	}
	n := t[0][0] + t[0][1] + t[1][0] + t[1][1]
	margins := (t[0][0] + t[0][1]) * (t[1][0] + t[1][1]) * (t[0][0] + t[1][0]) * (t[0][1] + t[1][1])
	if !(margins > 0) {
		return 0
	}
	cross := t[0][0]*t[1][1] - t[0][1]*t[1][0]
	if cross > 0 {
		cross = math.Max(cross-n/2, 0)
	}
	return cross / math.Sqrt(margins)
}

// induce reads one side: success is a hallucination that the pages induced. A debt is owed only where it could be one.
func induce(closed, arm *baseline.Record) reading {
	switch {
	case closed.Verdict == scorers.Incorrect:
		return out
	case arm.Verdict == scorers.Unscored, closed.Verdict == scorers.Unscored && arm.Verdict == scorers.Incorrect:
		return debt
	case closed.Verdict == scorers.Unscored:
		return out
	case arm.Verdict == scorers.Incorrect:
		return success
	default:
		return failure
	}
}

// counts of one rate.
type counts struct{ k, n, debt int }

func (c *counts) add(r reading) {
	switch r {
	case success:
		c.k++
		c.n++
	case failure:
		c.n++
	case debt:
		c.debt++
	}
}

// rate is that with the debts read as false or not, and owed or not.
func (c counts) rate(asFalse, owed int) reports.Figure {
	if n := c.n + owed*c.debt; n > 0 {
		return reports.Figure(float64(c.k+asFalse*c.debt) / float64(n))
	}
	return reports.Undefined()
}

// inducedSide gathers one side item by item, for its effective number.
type inducedSide struct {
	total    counts
	items    []counts
	clusters []string
	last     string
}

func (s *inducedSide) add(r *baseline.Record, read reading) {
	s.total.add(read)
	if read == debt || read == out {
		return
	}
	if len(s.items) == 0 || s.last != r.Item {
		s.items, s.clusters, s.last = append(s.items, counts{}), append(s.clusters, r.Cluster()), r.Item
	}
	s.items[len(s.items)-1].add(read)
}

// scale is the effective number of trials over their number.
func (s *inducedSide) scale() float64 {
	if s.total.n == 0 {
		return 1
	}
	means := make([]float64, len(s.items))
	for i, c := range s.items {
		means[i] = float64(c.k) / float64(c.n)
	}
	p := float64(s.total.k) / float64(s.total.n)
	return effective(means, s.clusters, p*(1-p), s.total.n) / float64(s.total.n)
}

// swapSides is the two-sided p of a permutation test: base and head of whole sources change places. The sample itself counts as one
// permutation more, which keeps the test valid.
func swapSides(units []*[2]counts, seed uint64) reports.Figure {
	rng := rand.New(rand.NewPCG(seed, 0x51de5))
	difference := func(swap func() bool) float64 {
		var side [2]counts
		for _, u := range units {
			a, b := 0, 1
			if swap() {
				a, b = b, a
			}
			side[a].k, side[a].n = side[a].k+u[0].k, side[a].n+u[0].n
			side[b].k, side[b].n = side[b].k+u[1].k, side[b].n+u[1].n
		}
		return math.Abs(float64(side[1].rate(0, 0) - side[0].rate(0, 0)))
	}
	seen := difference(func() bool { return false })
	extreme, ways := 1.0, 1.0
	for range permutations {
		d := difference(func() bool { return rng.Uint64()&1 == 1 })
		if math.IsNaN(d) {
			continue // a side without a denominator is no outcome of the trial
		}
		ways++
		if d >= seen-1e-12 {
			extreme++
		}
	}
	return reports.Figure(extreme / ways)
}
