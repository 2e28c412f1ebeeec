package bench

import (
	"math"
	"slices"
	"time"

	"github.com/viva-eval/viva/internal/stats"
)

// Spread is how a time is distributed, in milliseconds. Percentiles are interpolated linearly between order statistics. The zero Spread is
// not used: an empty one has N 0 and undefined figures.
type Spread struct {
	N    int    `json:"n"`
	Mean Figure `json:"mean"`
	SD   Figure `json:"sd"` // of the population, as the field's tools give it
	Min  Figure `json:"min"`
	P50  Figure `json:"p50"`
	P90  Figure `json:"p90"`
	P95  Figure `json:"p95"`
	P99  Figure `json:"p99"`
	Max  Figure `json:"max"`

	sorted []float64 // in rising order
	upto   []int     // how many values are at most sorted[i]; nil: each stands for one
}

// spreadOf takes values in milliseconds, leaves out those that are no numbers, and sorts in place.
func spreadOf(values []float64) Spread {
	values = slices.DeleteFunc(values, math.IsNaN)
	slices.Sort(values)
	s := Spread{N: len(values), sorted: values}
	for _, f := range []*Figure{&s.Mean, &s.SD, &s.Min, &s.Max} {
		*f = Figure(math.NaN())
	}
	if s.N > 0 {
		sum := 0.0
		for _, v := range values {
			sum += v
		}
		mean, squares := sum/float64(s.N), 0.0
		for _, v := range values {
			squares += (v - mean) * (v - mean)
		}
		s.Mean, s.SD, s.Min, s.Max = Figure(mean), Figure(math.Sqrt(squares/float64(s.N))), Figure(values[0]), Figure(values[s.N-1])
	}
	s.P50, s.P90, s.P95, s.P99 = s.At(.5), s.At(.9), s.At(.95), s.At(.99)
	return s
}

func spreadOfTimes(times []time.Duration) Spread {
	values := make([]float64, len(times))
	for i, t := range times {
		values[i] = ms(t)
	}
	return spreadOf(values)
}

// tally counts times to the microsecond, so that the gaps of a long load take little room.
type tally map[int32]int

func (t tally) add(ms float32) {
	t[int32(min(max(math.Round(float64(ms)*1000), 0), math.MaxInt32))]++
}

// spread closes the tally.
func (t tally) spread() Spread {
	keys := make([]int32, 0, len(t))
	for us := range t {
		keys = append(keys, us)
	}
	slices.Sort(keys)
	s := Spread{}
	sum := 0.0
	for _, us := range keys {
		s.N += t[us]
		s.sorted, s.upto = append(s.sorted, float64(us)/1000), append(s.upto, s.N)
		sum += float64(us) / 1000 * float64(t[us])
	}
	if s.N == 0 {
		return spreadOf(nil)
	}
	mean, squares := sum/float64(s.N), 0.0
	for _, us := range keys {
		squares += (float64(us)/1000 - mean) * (float64(us)/1000 - mean) * float64(t[us])
	}
	s.Mean, s.SD, s.Min, s.Max = Figure(mean), Figure(math.Sqrt(squares/float64(s.N))), Figure(s.sorted[0]), Figure(s.sorted[len(s.sorted)-1])
	s.P50, s.P90, s.P95, s.P99 = s.At(.5), s.At(.9), s.At(.95), s.At(.99)
	return s
}

// At is a quantile, from 0 to 1, in milliseconds. A spread that was read from a file knows none.
func (s Spread) At(p float64) Figure {
	if s.upto == nil {
		return Figure(stats.Quantile(s.sorted, p))
	}
	if !(p >= 0 && p <= 1) {
		return Figure(math.NaN())
	}
	at := p * float64(s.N-1)
	i := int(math.Floor(at))
	low, high := s.order(i), s.order(min(i+1, s.N-1))
	return Figure(low + (at-float64(i))*(high-low))
}

// order is the ith smallest value of counted ones.
func (s Spread) order(i int) float64 {
	at, _ := slices.BinarySearch(s.upto, i+1)
	return s.sorted[at]
}

// Curve is the share of values at or below each of at most n of them, for a chart. Counted spreads have none.
func (s Spread) Curve(n int) (values, shares []float64) {
	steps := min(len(s.sorted), n)
	if s.upto != nil {
		return nil, nil
	}
	for i := range steps {
		at := 0
		if steps > 1 {
			at = i * (len(s.sorted) - 1) / (steps - 1)
		}
		values, shares = append(values, s.sorted[at]), append(shares, float64(at+1)/float64(len(s.sorted)))
	}
	return values, shares
}
