package compare

import (
	"math"

	"github.com/viva-eval/viva/internal/stats"
	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/scorers"
)

// lift compares what the pages did for either side: its accuracy in the arm less that with the books closed, over answerable items whose
// four trials were all judged. False where a side has no closed book, or the arm is one.
//
// The difference of lifts is that of two paired differences, of the arm's accuracy and of the closed book's. Each has Tango's interval; the
// two are recovered into one as [stats.PenalisedDifference] does, with the items' own correlation as if one item more had spoken for
// each side.
func lift(pairs []pair, o Options) (Measure, bool) {
	var full []pair
	failed := 0
	for _, p := range pairs {
		switch {
		case p.baseClosed == nil || p.headClosed == nil || !p.head.Answerable:
		case !p.whole() || !p.baseClosed.Status.Answered() || !p.headClosed.Status.Answered():
			failed++
		default:
			full = append(full, p)
		}
	}
	if len(full)+failed == 0 {
		return Measure{}, false
	}
	known := liftSample(full, true, debt, debt)
	m := Measure{
		Name: Lift, Items: len(known.values), Pairs: known.pairs, Unscored: known.debts, DroppedFailed: failed, Up: known.up, Down: known.down,
		Base: known.base, Head: known.head, Test: NoTest, P: reports.Undefined(), Adjusted: reports.Undefined(),
	}
	var iv, low, high stats.Interval
	m.Difference, iv, m.NEff = known.difference(o.Confidence)
	m.Low, m.High = reports.Figure(iv.Low), reports.Figure(iv.High)
	if len(known.values) > 0 {
		m.Test, m.P = signFlip(known.values, known.clusters, o.Seed)
	}
	m.Least, low, _ = liftSample(full, false, success, failure).difference(o.Confidence)
	m.Most, high, _ = liftSample(full, false, failure, success).difference(o.Confidence)
	m.bounds(low, high)
	m.settle()
	return m, true
}

// lifted holds the lifts of both sides, item by item.
type lifted struct {
	arm, closed  sample // head − base with pages, and with the books closed
	values       []float64
	clusters     []string
	base, head   reports.Figure
	pairs, debts int
	up, down     int
}

// liftSample gathers the four trials of each pair. What is unscored is read against head or for it: the closed book's readings are the
// other way about, since it is taken off. When onlyKnown, pairs with an unscored trial are left out and counted.
func liftSample(pairs []pair, onlyKnown bool, ifBase, ifHead reading) lifted {
	read := is(scorers.Correct, true)
	var l lifted
	var arm, closed []pair
	for _, p := range pairs {
		if onlyKnown && (!p.scored() || p.baseClosed.Verdict == scorers.Unscored || p.headClosed.Verdict == scorers.Unscored) {
			l.debts++
			continue
		}
		arm = append(arm, p)
		closed = append(closed, pair{base: p.baseClosed, head: p.headClosed})
		if onlyKnown {
			right := func(r *baseline.Record) int {
				if r.Verdict == scorers.Correct {
					return 1
				}
				return 0
			}
			switch d := right(p.head) - right(p.headClosed) - right(p.base) + right(p.baseClosed); {
			case d > 0:
				l.up++
			case d < 0:
				l.down++
			}
		}
	}
	l.pairs = len(arm)
	l.arm, l.closed = collect(arm, read, 0, ifBase, ifHead), collect(closed, read, 0, ifHead, ifBase)
	for i, u := range l.arm.units {
		l.values = append(l.values, u.d-l.closed.units[i].d)
		l.clusters = append(l.clusters, u.cluster)
	}
	side := func(of func(unit) float64) reports.Figure { return l.arm.mean(of) - l.closed.mean(of) }
	l.base, l.head = side(func(u unit) float64 { return u.base }), side(func(u unit) float64 { return u.head })
	return l
}

// difference returns head's lift less base's with its interval and the smaller effective number of the two.
func (l lifted) difference(confidence float64) (reports.Figure, stats.Interval, reports.Figure) {
	x, xi := l.arm.difference(confidence)
	y, yi := l.closed.difference(confidence)
	if !xi.Defined() || !yi.Defined() {
		return reports.Undefined(), xi, reports.Figure(0)
	}
	n := float64(len(l.values)) + 2
	var xx, yy, xy, sx, sy float64
	for i, u := range l.arm.units {
		v := l.closed.units[i].d
		xx, yy, xy, sx, sy = xx+u.d*u.d, yy+v*v, xy+u.d*v, sx+u.d, sy+v
	}
	covariance := (xy-2)/n - sx/n*sy/n
	rho := covariance / math.Sqrt(((xx+2)/n-sx/n*sx/n)*((yy+2)/n-sy/n*sy/n))
	rho = math.Min(math.Max(rho, -1), 1)
	recover := func(a, b float64) float64 { return math.Sqrt(math.Max(a*a+b*b-2*rho*a*b, 0)) }
	d := float64(x - y)
	iv := stats.Interval{
		Low:  math.Max(d-recover(float64(x)-xi.Low, yi.High-float64(y)), -2),
		High: math.Min(d+recover(xi.High-float64(x), float64(y)-yi.Low), 2),
	}
	return reports.Figure(d), iv, reports.Figure(math.Min(l.arm.effective(), l.closed.effective()))
}
