package stats

import (
	"math"
	"sort"
)

// PairedPower returns the exact probability that decide says yes of n pairs, given the share of discordant pairs and the true
// difference of proportions: it goes through every number b of pairs that favour the first side and c the second. Whatever rule on
// counts a decision follows, this is its power, or under equality its error. NaN for n < 1 or |difference| > discordance > 1.
func PairedPower(n int, discordance, difference float64, decide func(b, c int) bool) float64 {
	if n < 1 || !(discordance >= 0 && discordance <= 1) || !(math.Abs(difference) <= discordance) {
		return math.NaN()
	}
	first := 0.5 // the share of the discordant pairs that favour the first side
	if discordance > 0 {
		first = (1 + difference/discordance) / 2
	}
	return newBinomial(n, discordance).Expect(func(m int) float64 {
		return newBinomial(m, first).Expect(func(b int) float64 {
			if decide(b, m-b) {
				return 1
			}
			return 0
		})
	})
}

// MonotonePower is [PairedPower] for a decision that among m discordant pairs says yes from some number b of pairs on that favour the first
// side, and no below: it looks for that number only, so that dear decisions can be summed over.
func MonotonePower(n int, discordance, difference float64, decide func(b, c int) bool) float64 {
	if n < 1 || !(discordance >= 0 && discordance <= 1) || !(math.Abs(difference) <= discordance) {
		return math.NaN()
	}
	first := 0.5
	if discordance > 0 {
		first = (1 + difference/discordance) / 2
	}
	least := -1 // the smallest b that is enough, of the number of discordant pairs before
	return newBinomial(n, discordance).Expect(func(m int) float64 {
		if least < 0 {
			least = sort.Search(m+1, func(b int) bool { return decide(b, m-b) })
		}
		least = min(least, m+1)
		for least > 0 && decide(least-1, m-least+1) {
			least--
		}
		for least <= m && !decide(least, m-least) {
			least++
		}
		return newBinomial(m, first).atLeast(least)
	})
}

// McNemarPower returns the exact power of McNemar's exact two-sided test at alpha with n pairs. NaN where [PairedPower] is and for
// alpha outside (0, 1).
func McNemarPower(n int, discordance, difference, alpha float64) float64 {
	if !probability(alpha) {
		return math.NaN()
	}
	// limit[m] is the largest smaller count that is significant among m discordant pairs, −1 for none, found when first needed.
	limit := make(map[int]int)
	return PairedPower(n, discordance, difference, func(b, c int) bool {
		m := b + c
		most, known := limit[m]
		if !known {
			most = mcNemarLimit(m, alpha)
			limit[m] = most
		}
		return min(b, c) <= most
	})
}

// mcNemarLimit returns the largest k with 2 P(X ≤ k) ≤ alpha for X ~ Binomial(m, ½), or −1.
func mcNemarLimit(m int, alpha float64) int {
	d := newBinomial(m, 0.5)
	tail := 0.0
	for i, w := range d.prob {
		tail += w
		if 2*tail > alpha {
			return d.from + i - 1
		}
	}
	return d.from + len(d.prob) - 1
}

// McNemarDetectable returns the smallest true difference that McNemar's exact two-sided test at alpha finds among n pairs with at
// least the given power, at this share of discordant pairs. NaN when not even the largest possible one, a difference equal to the
// discordance, is found so often.
func McNemarDetectable(n int, discordance, alpha, power float64) float64 {
	if !probability(power) {
		return math.NaN()
	}
	return leastDifference(discordance, power, func(delta float64) float64 {
		return McNemarPower(n, discordance, delta, alpha)
	})
}

// NonInferiorityPower returns the exact probability that n pairs clear the margin by [NonInferior] at alpha when the true difference
// is difference: 0 for equal sides. At difference = −margin it is the size of the test. NaN where [PairedPower] is, for margin
// outside (0, 1) or alpha outside (0, ½).
func NonInferiorityPower(n int, discordance, difference, margin, alpha float64) float64 {
	if !probability(margin) || !(alpha > 0 && alpha < 0.5) {
		return math.NaN()
	}
	z := quantile(1 - alpha)
	return MonotonePower(n, discordance, difference, func(b, c int) bool {
		return PairedScore(float64(b), float64(c), float64(n), -margin) > z
	})
}

// leastDifference halves towards the smallest difference in (0, most] whose power is enough.
func leastDifference(most, enough float64, power func(delta float64) float64) float64 {
	if !(power(most) >= enough) {
		return math.NaN()
	}
	low, high := 0.0, most
	for range 30 {
		mid := (low + high) / 2
		if power(mid) >= enough {
			high = mid
		} else {
			low = mid
		}
	}
	return high
}

// EnoughItems returns the smallest number of items, from least up, from which on the power at(n) is at least power. Powers rise with n, but for
// a saw-tooth while counts are small: it is found by doubling and halving, and then the sizes that follow, a quarter as many again but no more
// than forty, must have the power too. It gives exact answers to what [NonInferiorityItems] and [McNemarItems] approximate, and serves any
// rule whose power can be computed. 0 when no size up to most has the power, or where it is NaN.
func EnoughItems(least, most int, power float64, at func(n int) float64) int {
	low, high := max(least, 1)-1, max(least, 1)
	for !(at(high) >= power) {
		if high >= most || math.IsNaN(at(high)) {
			return 0
		}
		low, high = high, min(2*high, most)
	}
	for high-low > 1 {
		if mid := low + (high-low)/2; at(mid) >= power {
			high = mid
		} else {
			low = mid
		}
	}
	enough := high
	for n := enough + 1; n <= min(enough+min(enough/4, 40), most+1); n++ {
		if !(at(n) >= power) {
			enough = n + 1
		}
	}
	if enough > most {
		return 0
	}
	return enough
}
