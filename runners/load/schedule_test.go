package load

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Whatever the mode, the seed and the ramp: arrivals come in order, as many as the rate and the time make, the same for the same seed, and by
// any moment of an even schedule as many have come as should.
func TestArrivals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Stage{
			Mode: rapid.SampledFrom([]Mode{Constant, Poisson, Gamma}).Draw(t, "mode"), Rate: rapid.Float64Range(0.1, 500).Draw(t, "rate"),
			Shape: rapid.Float64Range(0.2, 20).Draw(t, "shape"), Seed: rapid.Int64().Draw(t, "seed"), Concurrency: 1,
			Duration: time.Duration(rapid.Int64Range(int64(time.Second), int64(20*time.Second)).Draw(t, "duration")),
			Ramp:     time.Duration(rapid.Int64Range(0, int64(10*time.Second)).Draw(t, "ramp")),
		}
		due := s.Arrivals()
		if want := max(1, int(math.Round(s.Rate*(s.Duration+s.Ramp/2).Seconds()))); len(due) != want {
			t.Fatalf("%d requests, want %d", len(due), want)
		}
		if due[0] != 0 || !slices.IsSorted(due) {
			t.Fatalf("the first is due at %v, in order: %v", due[0], slices.IsSorted(due))
		}
		slack := time.Duration(float64(time.Second) / s.Rate) // rounding to whole requests
		if end := due[len(due)-1]; end > s.Ramp+s.Duration+slack {
			t.Fatalf("the last is due at %v, behind %v", end, s.Ramp+s.Duration)
		}
		if !slices.Equal(due, s.Arrivals()) {
			t.Fatal("the same seed gives other times")
		}
		if s.Mode != Constant {
			return
		}
		for i, at := range due {
			x := min(at, s.Ramp).Seconds()
			come := s.Rate * (x*x/2/max(s.Ramp.Seconds(), 1e-9) + max(0, (at-s.Ramp).Seconds()))
			if math.Abs(come-float64(i)) > 1.01 {
				t.Fatalf("at %v %.2f should have come, %d have", at, come, i)
			}
		}
	})
}

// The intervals have the spread that their distribution has: the coefficient of variation is 1 for Poisson and 1/√shape for gamma. The
// bounds are those of 20,000 draws, far beyond chance.
func TestIntervals(t *testing.T) {
	for _, c := range []struct {
		stage Stage
		cv    float64
	}{
		{Stage{Mode: Constant}, 0},
		{Stage{Mode: Poisson}, 1},
		{Stage{Mode: Gamma, Shape: 1}, 1},
		{Stage{Mode: Gamma, Shape: 0.25}, 2},
		{Stage{Mode: Gamma, Shape: 4}, 0.5},
	} {
		c.stage.Rate, c.stage.Requests, c.stage.Seed = 100, 20_000, 7
		due := c.stage.Arrivals()
		var sum, squares float64
		for i := 1; i < len(due); i++ {
			gap := (due[i] - due[i-1]).Seconds()
			sum, squares = sum+gap, squares+gap*gap
		}
		n := float64(len(due) - 1)
		mean := sum / n
		cv := math.Sqrt(max(0, squares/n-mean*mean)) / mean
		if math.Abs(mean-0.01) > 1e-4 || math.Abs(cv-c.cv) > 0.05*max(c.cv, 0.01) {
			t.Errorf("%s, shape %g: mean interval %.5f s, variation %.3f, want 0.01 s and %.3f", c.stage.Mode, c.stage.Shape, mean, cv, c.cv)
		}
	}
}

func TestSeedsDiffer(t *testing.T) {
	a := Stage{Mode: Poisson, Rate: 10, Requests: 20, Seed: 1}
	b := a
	b.Seed = 2
	if slices.Equal(a.Arrivals(), b.Arrivals()) {
		t.Error("two seeds give the same times")
	}
}

// The order of the questions is a permutation that the seed decides, and every round of it is whole.
func TestDeck(t *testing.T) {
	d := newDeck(questions(20), 3)
	var first []string
	for round := range 3 {
		seen := map[string]bool{}
		for i := range 20 {
			trial, _ := d.trial("s", round*20+i)
			seen[trial.ItemID] = true
			if trial.Repeat != round {
				t.Fatalf("round %d: repeat %d", round, trial.Repeat)
			}
			if round == 0 {
				first = append(first, trial.ItemID)
			}
		}
		if len(seen) != 20 {
			t.Errorf("round %d asks %d different questions", round, len(seen))
		}
	}
	if slices.IsSorted(first) {
		t.Error("the order is the suite's")
	}
	other := newDeck(questions(20), 4)
	if slices.Equal(d.order, other.order) {
		t.Error("two seeds give one order")
	}
}

func TestCheckStage(t *testing.T) {
	good := Stage{Name: "x", Mode: Gamma, Rate: 1, Shape: 1, Concurrency: 1, Duration: time.Second}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	for why, change := range map[string]func(*Stage){
		"no mode":               func(s *Stage) { s.Mode = "" },
		"nobody in flight":      func(s *Stage) { s.Concurrency = 0 },
		"no rate":               func(s *Stage) { s.Rate = 0 },
		"not a rate":            func(s *Stage) { s.Rate = math.NaN() },
		"infinite rate":         func(s *Stage) { s.Rate = math.Inf(1) },
		"no shape":              func(s *Stage) { s.Shape = 0 },
		"negative number":       func(s *Stage) { s.Requests = -1 },
		"negative time":         func(s *Stage) { s.Ramp = -1 },
		"endless":               func(s *Stage) { s.Duration = 0 },
		"more than can be kept": func(s *Stage) { s.Rate, s.Duration = 90_000, 24*time.Hour },
		"session without turns": func(s *Stage) { s.Mode = Sessions },
		"burst of no number":    func(s *Stage) { s.Mode = Burst },
	} {
		s := good
		change(&s)
		if s.Check() == nil {
			t.Errorf("%s: no complaint", why)
		}
	}
}
