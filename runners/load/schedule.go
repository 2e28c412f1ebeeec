package load

import (
	"math"
	"math/rand/v2"
	"time"

	"gonum.org/v1/gonum/stat/distuv"
)

// Arrivals are the moments, after the stage's start and in order, at which the requests of a stage at a rate are due. They are settled
// before anything is sent, so that a slow target or client never shifts them.
//
//  1. The first is due at once. Intervals are even (constant), exponential (Poisson) or gamma distributed with the stage's shape.
//  2. All intervals together, with the one behind the last request, are rescaled to take exactly n/rate, so that the rate that was
//     asked for is the rate of every seed. Without a ramp that is the stage's Duration.
//  3. In a ramp of length R the rate rises linearly to the full one: the times are bent by t -> the moment by which the rising rate has
//     brought t·rate requests, which keeps the pattern. A ramp takes rate·R/2 requests.
func (s Stage) Arrivals() []time.Duration {
	n := s.planned()
	at := make([]float64, n) // in requests: how many should have come by then
	sum := 0.0
	gap := s.gaps()
	for i := range at {
		at[i] = sum
		sum += gap()
	}
	due := make([]time.Duration, n)
	for i, x := range at {
		due[i] = s.when(x * float64(n) / sum)
	}
	return due
}

// gaps draws the intervals between arrivals, with mean 1.
func (s Stage) gaps() func() float64 {
	source := rand.NewPCG(uint64(s.Seed), 0x6c6f6164)
	switch s.Mode {
	case Poisson:
		rng := rand.New(source)
		return rng.ExpFloat64
	case Gamma:
		return distuv.Gamma{Alpha: s.Shape, Beta: s.Shape, Src: source}.Rand
	}
	return func() float64 { return 1 }
}

// when is the moment by which x requests should have come.
func (s Stage) when(x float64) time.Duration {
	ramp := s.Ramp.Seconds()
	seconds := ramp/2 + x/s.Rate
	if rising := s.Rate * ramp / 2; x < rising {
		seconds = math.Sqrt(2 * ramp * x / s.Rate)
	}
	return time.Duration(math.Round(seconds * float64(time.Second)))
}
