package stats

import "math"

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
	if math.IsNaN(z) || !pairable(b, c, n) {
		return undefined()
	}
	estimate := (b - c) / n
	// The statistic falls as delta rises, so each end lies where it crosses a target.
	end := func(low, high, target float64) float64 {
		return crossing(low, high, func(delta float64) float64 { return PairedScore(b, c, n, delta) - target })
	}
	iv := Interval{-1, 1}
	if estimate > -1 {
		iv.Low = end(-1, estimate, z)
	}
	if estimate < 1 {
		iv.High = end(estimate, 1, -z)
	}
	return iv
}

// crossing returns where f, which falls from above 0 at low to below 0 at high, crosses it: by the Illinois form of false position, every fourth
// step halving instead, so that neither a bend nor an infinite end delays it.
func crossing(low, high float64, f func(x float64) float64) float64 {
	above, below := f(low), f(high)
	last, side := low, 0
	for i := range 200 {
		x := low + (high-low)/2
		straight := i%4 != 3 && !math.IsInf(above, 0) && !math.IsInf(below, 0)
		if straight {
			x = high - below*(high-low)/(below-above)
		}
		if !(x > low && x < high) || straight && math.Abs(x-last) < 1e-15 {
			return clamp(x, low, high)
		}
		last = x
		switch y := f(x); {
		case y > 0:
			if low, above = x, y; side > 0 {
				below /= 2
			}
			side = 1
		case y < 0:
			if high, below = x, y; side < 0 {
				above /= 2
			}
			side = -1
		default:
			return x
		}
	}
	return low + (high-low)/2
}

// PairedScore returns Tango's score statistic of the hypothesis that the difference (b − c)/n is truly delta: standard normal under
// it, positive where the data lie above. It is defined, and finite for |delta| in (0, 1), even with no discordant pair. NaN where
// [Tango] is undefined or for delta outside [−1, 1].
func PairedScore(b, c, n, delta float64) float64 {
	if !pairable(b, c, n) || !(delta >= -1 && delta <= 1) {
		return math.NaN()
	}
	gap, variance := b-c-n*delta, tangoVariance(b, c, n, delta)
	switch {
	case variance > 0:
		return gap / math.Sqrt(variance)
	case gap == 0:
		return 0
	}
	return math.Copysign(math.Inf(1), gap)
}

// tangoVariance is the variance of b − c under the hypothesis that the difference is delta.
func tangoVariance(b, c, n, delta float64) float64 {
	a2 := 4 * n // twice the leading coefficient
	lin := -b - c + (2*n-b+c)*delta
	con := -c * delta * (1 - delta)
	q := (math.Sqrt(math.Max(lin*lin-2*a2*con, 0)) - lin) / a2
	return n * (2*q + delta*(1-delta))
}

// pairable reports whether b and c can be the discordant pairs among n. The slack forgives the rounding of scaled counts.
func pairable(b, c, n float64) bool {
	return n > 0 && n <= most && b >= 0 && c >= 0 && b+c <= n*(1+1e-12)
}
