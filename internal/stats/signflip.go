package stats

import (
	"math"
	"math/rand/v2"
)

// exactFlips is the largest number of differences other than 0 whose signs are flipped in every way: 2²⁰ ways take milliseconds.
const exactFlips = 20

// SignFlip returns the two-sided and the one-sided (mean above 0) p-value of the permutation test that paired differences lie evenly
// about 0: the share of all ways to flip their signs whose sum is at least as extreme. For clustered items give it the differences
// summed by cluster ([ClusterSums]), so that a cluster flips as one. With up to 20 differences other than 0 it is exact and rng may
// be nil; beyond, draws random flips are taken and the sample itself is counted as one more, which keeps the test valid. Both are 1
// when every difference is 0, and NaN for none, a NaN among them, or a large sample without rng or draws.
func SignFlip(differences []float64, draws int, rng *rand.Rand) (twoSided, greater float64) {
	var d []float64
	sum, scale := 0.0, 0.0
	for _, x := range differences {
		if x != 0 {
			d = append(d, x)
		}
		sum += x
		scale += math.Abs(x)
	}
	if len(differences) == 0 || math.IsNaN(scale) || (len(d) > exactFlips && (rng == nil || draws < 1)) {
		return math.NaN(), math.NaN()
	}
	// Sums that differ only by rounding are ties, and ties count as extreme.
	slack := 1e-12 * scale
	var extreme, above, ways float64
	count := func(t float64) {
		ways++
		if t >= sum-slack {
			above++
		}
		if math.Abs(t) >= math.Abs(sum)-slack {
			extreme++
		}
	}
	if len(d) <= exactFlips {
		eachFlip(d, count)
		return extreme / ways, above / ways
	}
	count(sum)
	for range draws {
		t := 0.0
		for i := 0; i < len(d); i += 64 {
			bits := rng.Uint64()
			for _, x := range d[i:min(i+64, len(d))] {
				if bits&1 == 0 {
					x = -x
				}
				t += x
				bits >>= 1
			}
		}
		count(t)
	}
	return extreme / ways, above / ways
}

// eachFlip calls f with the sum of d under each of the 2^len(d) choices of signs.
func eachFlip(d []float64, f func(sum float64)) {
	var walk func(i int, sum float64)
	walk = func(i int, sum float64) {
		if i == len(d) {
			f(sum)
			return
		}
		walk(i+1, sum+d[i])
		walk(i+1, sum-d[i])
	}
	walk(0, 0)
}
