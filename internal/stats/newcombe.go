package stats

import "math"

// Newcombe returns Newcombe's hybrid score interval (1998, method 10) for the difference of two paired proportions: both, b,
// c and neither count the pairs in which both sides, the first only, the second only and none succeeded. Undefined for no pairs,
// a negative count or confidence outside (0, 1).
func Newcombe(both, b, c, neither, confidence float64) Interval {
	n := both + b + c + neither
	if !(confidence > 0 && confidence < 1) || !(n > 0 && n <= most) || !(both >= 0 && b >= 0 && c >= 0 && neither >= 0) {
		return undefined()
	}
	p1, p2 := (both+b)/n, (both+c)/n
	first, second := Wilson(both+b, n, confidence), Wilson(both+c, n, confidence)
	// phi is the correlation of the pairs, with Newcombe's continuity correction when it is positive.
	phi := 0.0
	if margins := (both + b) * (c + neither) * (both + c) * (b + neither); margins > 0 {
		cross := both*neither - b*c
		if cross > 0 {
			cross = math.Max(cross-n/2, 0)
		}
		phi = cross / math.Sqrt(margins)
	}
	dist := func(x, y float64) float64 { return math.Sqrt(math.Max(x*x-2*phi*x*y+y*y, 0)) }
	delta := p1 - p2
	return Interval{
		Low:  delta - dist(p1-first.Low, second.High-p2),
		High: delta + dist(first.High-p1, p2-second.Low),
	}
}

// NewcombeUnpaired returns Newcombe's hybrid score interval (1998, method 10 for independent samples) for the difference
// first − second of the proportions of two separate samples. Undefined where [Wilson] is for either.
//
//	low  = p1 − p2 − √((p1 − l1)² + (u2 − p2)²)      high = p1 − p2 + √((u1 − p1)² + (p2 − l2)²)
func NewcombeUnpaired(successes1, n1, successes2, n2, confidence float64) Interval {
	first, second := Wilson(successes1, n1, confidence), Wilson(successes2, n2, confidence)
	if !first.Defined() || !second.Defined() {
		return undefined()
	}
	p1, p2 := successes1/n1, successes2/n2
	return Interval{
		Low:  p1 - p2 - math.Hypot(p1-first.Low, second.High-p2),
		High: p1 - p2 + math.Hypot(first.High-p1, p2-second.Low),
	}
}
