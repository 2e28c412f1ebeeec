package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Tango returns Tango's score interval (1998) for the difference of two paired proportions, (b − c)/n: b pairs favour the first
// side only, c the second only, of n pairs in all. The counts may be fractional, as they are at an effective n. It serves equally
// for the mean of any score that takes the values +1 (b times), −1 (c times) and 0.
//
// It inverts the score test: the ends are the two Δ at which
//
//	(b − c − nΔ) / √(n(2q + Δ(1−Δ))) = ±z
//
// where q is the probability of a pair favouring the second side, estimated under Δ as the larger root of
// 2n q² + (−b − c + (2n − b + c)Δ) q − cΔ(1−Δ) = 0. Undefined for n ≤ 0, a negative count, b + c > n or confidence outside (0, 1).
func Tango(b, c, n, confidence float64) Interval {
	z := critical(confidence)
	if math.IsNaN(z) || !(n > 0) || !(b >= 0) || !(c >= 0) || b+c > n*(1+1e-12) {
		return undefined()
	}
	statistic := func(delta float64) float64 {
		a2 := 4 * n // twice the leading coefficient
		lin := -b - c + (2*n-b+c)*delta
		con := -c * delta * (1 - delta)
		q := (math.Sqrt(math.Max(lin*lin-2*a2*con, 0)) - lin) / a2
		variance := n * (2*q + delta*(1-delta))
		gap := b - c - n*delta
		if variance <= 0 {
			return math.Copysign(math.Inf(1), gap)
		}
		return gap / math.Sqrt(variance)
	}
	estimate := (b - c) / n
	// The statistic falls as delta rises, so each end is found by halving.
	halve := func(low, high, target float64) float64 {
		for range 200 {
			mid := low + (high-low)/2
			if mid == low || mid == high {
				break
			}
			if statistic(mid) > target {
				low = mid
			} else {
				high = mid
			}
		}
		return low + (high-low)/2
	}
	iv := Interval{-1, 1}
	if estimate > -1 {
		iv.Low = halve(-1, estimate, z)
	}
	if estimate < 1 {
		iv.High = halve(estimate, 1, -z)
	}
	return iv
}

// Newcombe returns Newcombe's hybrid score interval (1998, method 10) for the difference of two paired proportions: both, b,
// c and neither count the pairs in which both sides, the first only, the second only and none succeeded. Undefined for no pairs,
// a negative count or confidence outside (0, 1).
func Newcombe(both, b, c, neither, confidence float64) Interval {
	n := both + b + c + neither
	if !(confidence > 0 && confidence < 1) || !(n > 0) || !(both >= 0 && b >= 0 && c >= 0 && neither >= 0) {
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

// McNemar returns the two-sided exact and mid-p values of McNemar's test on b against c discordant pairs. With no discordant pair
// both are 1. Both are NaN for a negative count.
//
//	exact = min(1, 2 P(X ≤ min(b, c)))   with X ~ Binomial(b + c, ½)
//	mid   = 2 P(X < min(b, c)) + P(X = min(b, c)); for b = c, 1 − ½ P(X = b)   (Fagerland et al. 2013)
func McNemar(b, c int) (exact, mid float64) {
	if b < 0 || c < 0 {
		return math.NaN(), math.NaN()
	}
	n := b + c
	if n == 0 {
		return 1, 1
	}
	binomial := distuv.Binomial{N: float64(n), P: 0.5}
	least := float64(min(b, c))
	tail := binomial.CDF(least)
	observed := binomial.Prob(least)
	if b == c {
		return 1, 1 - observed/2
	}
	return math.Min(1, 2*tail), 2*tail - observed
}
