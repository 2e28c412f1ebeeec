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

	sorted []float64
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

// At is a quantile, from 0 to 1, in milliseconds. A spread that was read from a file knows none.
func (s Spread) At(p float64) Figure { return Figure(stats.Quantile(s.sorted, p)) }

// Curve is the share of values at or below each of at most n of them, for a chart.
func (s Spread) Curve(n int) (values, shares []float64) {
	steps := min(len(s.sorted), n)
	for i := range steps {
		at := 0
		if steps > 1 {
			at = i * (len(s.sorted) - 1) / (steps - 1)
		}
		values, shares = append(values, s.sorted[at]), append(shares, float64(at+1)/float64(len(s.sorted)))
	}
	return values, shares
}
