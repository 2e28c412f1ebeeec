package stats

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// Published bounds of Lan and DeMets for five even looks, two-sided .05, as the program ld98 and the R package ldbounds print them.
func TestSpendingLevelsPublished(t *testing.T) {
	even := []float64{.2, .4, .6, .8, 1}
	const side = .025
	for name, c := range map[string]struct {
		spent func(t float64) float64
		z     []float64
	}{
		"O'Brien-Fleming": {func(t float64) float64 { return 2 * upperTail(quantile(1-side/2)/math.Sqrt(t)) }, []float64{4.8769, 3.3569, 2.6803, 2.2898, 2.0310}},
		"Pocock":          {func(t float64) float64 { return side * math.Log(1+(math.E-1)*t) }, []float64{2.4380, 2.4268, 2.4101, 2.3966, 2.3859}},
	} {
		for i, level := range SpendingLevels(even, c.spent) {
			near(t, fmt.Sprintf("%s, look %d", name, i+1), quantile(1-level), c.z[i], 8e-3)
		}
	}
}

func TestSpendingLevelsHold(t *testing.T) {
	times := []float64{.1, .15, .3, .31, .5, .75, .9, 1}
	const runs = 40_000
	for _, r := range []float64{1, 2, 3} {
		levels := SpendingLevels(times, PowerSpending(.05, r))
		rng := rand.New(rand.NewPCG(21, uint64(r)))
		crossed := make([]float64, len(times)) // by the look
		for range runs {
			at, last := 0.0, 0.0
			for i, tt := range times {
				at += math.Sqrt(tt-last) * rng.NormFloat64()
				last = tt
				if upperTail(at/math.Sqrt(tt)) <= levels[i] {
					for j := i; j < len(times); j++ {
						crossed[j] += 1. / runs
					}
					break
				}
			}
		}
		for i, tt := range times {
			want := .05 * math.Pow(tt, r)
			within(t, fmt.Sprintf("spent by %g with power %g", tt, r), crossed[i], want-4*math.Sqrt(want/runs), want+4*math.Sqrt(want/runs))
		}
	}
	one := SpendingLevels([]float64{1}, PowerSpending(.05, 2))
	near(t, "a single look", one[0], .05, 3e-4)
	kept := SpendingLevels([]float64{.5, 1}, func(t float64) float64 { return .05 * math.Floor(t) })
	near(t, "nothing spent early", kept[0], 0, 0)
	near(t, "all of it left", kept[1], .05, 3e-4)
	for _, bad := range [][]float64{{.5, .5}, {0, 1}, {.5, 1.1}, {math.NaN()}} {
		if SpendingLevels(bad, PowerSpending(.05, 1)) != nil {
			t.Errorf("times %v are taken", bad)
		}
	}
	if SpendingLevels([]float64{.5, 1}, func(t float64) float64 { return .05 * (1 - t) }) != nil {
		t.Error("spending that falls is taken")
	}
}
