package stats

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Resampled is what a bootstrap learnt of a statistic.
type Resampled struct {
	Estimate     float64  // the statistic of the sample itself
	SE           float64  // standard deviation of the statistic over the resamples
	Bias         float64  // z0, the normal quantile of the share of resamples below the estimate (ties half)
	Acceleration float64  // a, from the jackknife; 0 when no unit matters
	Percentile   Interval // of the resamples, by inverse distribution function
	BCa          Interval // the same at levels corrected by Bias and Acceleration
	Exhaustive   bool     // every resample was taken, so that the result is exact and used no randomness
	Undefined    float64  // share of resamples whose statistic was NaN; they are left out
}

// exhaustiveUnits is the largest number of units whose resamples are all taken: 8 have 6,435 different ones.
const exhaustiveUnits = 8

// Bootstrap resamples units (items, or whole clusters of them, whichever are independent) and returns percentile and BCa intervals
// (Efron 1987) of a statistic. statistic computes it from the indices of the units picked, with repetition; their order must not
// matter and it must not keep the slice. Up to eight units every resample is taken and rng may be nil; beyond, draws resamples are
// drawn from rng.
//
//	z0 = Φ⁻¹(P(θ* < θ̂) + ½ P(θ* = θ̂))      a = Σd³ / 6(Σd²)^{3/2}, d = θ̄₍.₎ − θ₍ᵢ₎
//	level = Φ(z0 + (z0 + z)/(1 − a(z0 + z)))
//
// When all units are alike both intervals are a point: they say nothing of what was not seen, so proportions want [Wilson], [Tango]
// or [PenalisedDifference] instead. Fields that cannot be had are NaN: all without units or with an undefined statistic, the
// intervals too for confidence outside (0, 1), and BCa when every resample lies on one side of the estimate.
func Bootstrap(units int, statistic func(picks []int) float64, confidence float64, draws int, rng *rand.Rand) Resampled {
	nan := math.NaN()
	r := Resampled{nan, nan, nan, nan, undefined(), undefined(), units <= exhaustiveUnits, nan}
	if units < 1 || (!r.Exhaustive && (rng == nil || draws < 1)) {
		return r
	}
	picks := make([]int, units)
	for i := range picks {
		picks[i] = i
	}
	r.Estimate = statistic(picks)
	if math.IsNaN(r.Estimate) {
		return r
	}
	var sample weighted
	if r.Exhaustive {
		multisets(picks, 0, 0, 1, func(weight float64) { sample.add(statistic(picks), weight) })
	} else {
		for range draws {
			for i := range picks {
				picks[i] = rng.IntN(units)
			}
			sample.add(statistic(picks), 1)
		}
	}
	r.Undefined = sample.undefined / (sample.total + sample.undefined)
	if len(sample.points) == 0 {
		return r
	}
	sample.sort()
	r.SE = sample.deviation()
	r.Bias = quantile(sample.below(r.Estimate))
	r.Acceleration = acceleration(units, statistic)
	if !probability(confidence) {
		return r
	}
	tail := (1 - confidence) / 2
	r.Percentile = Interval{sample.quantile(tail), sample.quantile(1 - tail)}
	if math.IsInf(r.Bias, 0) || math.IsNaN(r.Acceleration) {
		return r
	}
	level := func(p float64) float64 {
		z := r.Bias + quantile(p)
		scale := 1 - r.Acceleration*z
		if scale <= 0 {
			return math.NaN()
		}
		return upperTail(-(r.Bias + z/scale))
	}
	if low, high := level(tail), level(1-tail); low < high {
		r.BCa = Interval{sample.quantile(low), sample.quantile(high)}
	}
	return r
}

// BootstrapMean is [Bootstrap] of the mean of values that come in clusters, whole clusters being resampled; clusters nil means that
// every value is its own.
func BootstrapMean(values []float64, clusters []string, confidence float64, draws int, rng *rand.Rand) Resampled {
	sums, sizes := values, slices.Repeat([]float64{1}, len(values))
	if clusters != nil {
		sums, sizes = ClusterSums(values, clusters)
	}
	return Bootstrap(len(sums), func(picks []int) float64 {
		sum, size := 0.0, 0.0
		for _, i := range picks {
			sum += sums[i]
			size += sizes[i]
		}
		return sum / size
	}, confidence, draws, rng)
}

// multisets fills picks with each rising sequence of indices in turn and calls f with the number of orders it stands for.
func multisets(picks []int, at, least int, orders float64, f func(weight float64)) {
	n := len(picks)
	if at == n {
		f(orders)
		return
	}
	for v := least; v < n; v++ {
		// Put v in as often as it may stand, dividing n! by the factorial of that number as it grows.
		weight := orders
		for times := 1; at+times <= n; times++ {
			picks[at+times-1] = v
			weight *= float64(at+times) / float64(times)
			if at+times == n {
				f(weight)
			} else {
				multisets(picks, at+times, v+1, weight, f)
			}
		}
	}
}

// acceleration is BCa's a by the jackknife.
func acceleration(units int, statistic func(picks []int) float64) float64 {
	if units < 2 {
		return 0
	}
	left := make([]float64, units)
	picks := make([]int, units-1)
	for i := range left {
		for j := range picks {
			picks[j] = j
			if j >= i {
				picks[j]++
			}
		}
		left[i] = statistic(picks)
	}
	mean, _ := deviations(left)
	squares, cubes, scale := 0.0, 0.0, 0.0
	for _, x := range left {
		d := mean - x
		squares += d * d
		cubes += d * d * d
		scale = math.Max(scale, math.Abs(x))
	}
	if squares <= float64(units)*square(1e-14*scale) {
		return 0
	}
	return cubes / (6 * math.Pow(squares, 1.5))
}
