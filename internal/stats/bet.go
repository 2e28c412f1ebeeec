package stats

import (
	"math"

	"gonum.org/v1/gonum/integrate/quad"
)

// Bet is an e-value, followed as values arrive, against the hypothesis that their mean is at most Mean, for values that are never below
// Low: the wealth of a gambler who stakes on the values lying above it, Π(1 + λ(x − Mean)), averaged over stakes λ spread evenly
// between none and the most that cannot go bankrupt (Waudby-Smith and Ramdas 2024). Under the hypothesis the chance that it ever
// reaches 1/α is at most α, whenever one looks, so a promise "above Mean" is kept once it does. Values must come in random order. To
// test "at least", negate the values.
//
// Paired differences of verdicts have Low −1, of penalised scores −(1 + k). The average over stakes is a finite one, by the nodes and
// weights of a quadrature, and so is itself an exact e-value. Bets are made by [NewBet]; the zero value holds no stake and its E is
// NaN.
type Bet struct {
	low, mean float64
	stakes    []float64
	weights   []float64
	wealth    []float64 // logarithms
	void      bool
}

const stakes = 48

// NewBet returns a bet against a mean of at most mean for values in [low, ∞). Its E is NaN for mean ≤ low.
func NewBet(low, mean float64) *Bet {
	b := &Bet{low: low, mean: mean}
	if !(mean > low) || math.IsInf(mean-low, 0) {
		return b
	}
	b.stakes, b.weights, b.wealth = make([]float64, stakes), make([]float64, stakes), make([]float64, stakes)
	quad.Legendre{}.FixedLocations(b.stakes, b.weights, 0, 1)
	for i := range b.stakes {
		b.stakes[i] /= mean - low
	}
	return b
}

// Add takes one value. A value below low or NaN breaks the contract and makes E NaN for good.
func (b *Bet) Add(x float64) { b.AddTimes(x, 1) }

// AddTimes takes the same value several times; a count below 0 breaks the contract. The order of values does not matter to E.
func (b *Bet) AddTimes(x float64, times int) {
	if !(x >= b.low) || times < 0 {
		b.void = true
		return
	}
	for i, stake := range b.stakes {
		b.wealth[i] += float64(times) * math.Log1p(stake*(x-b.mean))
	}
}

// E returns the e-value of the values so far: 1 before the first.
func (b *Bet) E() float64 {
	if b.void || len(b.stakes) == 0 {
		return math.NaN()
	}
	sum := 0.0
	for i, w := range b.weights {
		sum += w * math.Exp(b.wealth[i])
	}
	return sum
}

// DifferenceE returns the e-value of [Bet] against a paired difference of proportions of at most delta, after n pairs of which b favour
// the first side and c the second: non-inferiority within m is shown once it reaches 1/α at delta = −m. NaN for impossible counts or
// delta outside (−1, 1).
func DifferenceE(b, c, n int, delta float64) float64 {
	if b < 0 || c < 0 || b+c > n || !(delta > -1 && delta < 1) {
		return math.NaN()
	}
	bet := NewBet(-1, delta)
	bet.AddTimes(1, b)
	bet.AddTimes(-1, c)
	bet.AddTimes(0, n-b-c)
	return bet.E()
}

// BetInterval returns the confidence sequence that comes of betting on every mean: those means that neither a [Bet] that the values lie
// above them nor one that they lie below has refuted at α/2. It holds the true mean at all times at once with chance 1 − alpha, at any
// n and for any distribution between low and high, and is narrower than [EmpiricalBernstein] where the variance is small. values[i]
// arrived counts[i] times, in whatever order; they must be draws in random order. [low, high] before the first value; undefined for a
// value outside it, a negative count, slices of unequal length, low ≥ high or alpha outside (0, 1).
func BetInterval(values []float64, counts []int, low, high, alpha float64) Interval {
	if len(values) != len(counts) || !(low < high) || math.IsInf(high-low, 0) || !probability(alpha) {
		return undefined()
	}
	for i, x := range values {
		if !(x >= low && x <= high) || counts[i] < 0 {
			return undefined()
		}
	}
	// refuted finds the largest mean that a bet on values above it refutes. Since 1 + λ(x − m) is 1 − s + s(x − low)/(m − low) for the
	// stake s = λ(m − low), wealth falls as m rises, and halving finds it.
	refuted := func(sign, low, high float64) float64 {
		yes, no := low, high
		for range 60 {
			m := yes + (no-yes)/2
			if m == yes || m == no {
				break
			}
			bet := NewBet(low, m)
			for i, x := range values {
				bet.AddTimes(sign*x, counts[i])
			}
			if bet.E() >= 2/alpha {
				yes = m
			} else {
				no = m
			}
		}
		return yes
	}
	return Interval{refuted(1, low, high), -refuted(-1, -high, -low)}
}

// DifferenceSequence is [BetInterval] of a paired difference of proportions after n pairs of which b favour the first side and c the
// second: what [Tango] is at a size fixed beforehand, this is at a size one may choose while looking. Undefined for impossible counts.
func DifferenceSequence(b, c, n int, alpha float64) Interval {
	if b < 0 || c < 0 || b+c > n {
		return undefined()
	}
	return BetInterval([]float64{1, -1, 0}, []int{b, c, n - b - c}, -1, 1, alpha)
}
