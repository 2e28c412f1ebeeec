package main

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/viva-eval/viva/reports/bench"
	"github.com/viva-eval/viva/runners/load"
)

// A target that bears a certain load is found to bear it: exactly, or within the nearness of a rate.
func TestSearchFindsTheEdge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := axis{mode: load.Closed, from: 1, most: 1024, whole: true, repetitions: 3}
		edge := float64(rapid.IntRange(0, 2000).Draw(t, "edge"))
		if rapid.Bool().Draw(t, "rate") {
			x = axis{mode: load.Poisson, from: rapid.Float64Range(0.1, 2).Draw(t, "from"), most: 500, within: searchWithin, repetitions: 3}
			edge = rapid.Float64Range(0.05, 800).Draw(t, "edge of the rate")
		}
		times := map[float64]int{}
		c, err := x.search(func(size float64, before int) (bool, error) {
			if before != times[size] {
				t.Fatalf("%g was tried %d times before, told %d", size, times[size], before)
			}
			times[size]++
			return size <= edge, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case edge < x.from:
			if c.Holds != 0 || c.Breaks != x.from || c.Stages != 1 {
				t.Fatalf("nothing holds, found %+v", c)
			}
		case edge >= x.most:
			if c.Holds != x.most || c.Breaks != 0 {
				t.Fatalf("all holds, found %+v", c)
			}
		case x.whole:
			if c.Holds != edge || c.Breaks != edge+1 {
				t.Fatalf("the edge is at %g, found %+v", edge, c)
			}
		default:
			if c.Holds > edge || c.Breaks <= edge || c.Breaks-c.Holds > x.within*c.Holds*(1+1e-9) {
				t.Fatalf("the edge is at %g, found %+v", edge, c)
			}
		}
		if c.Holds > 0 && times[c.Holds] != x.repetitions {
			t.Fatalf("the answer was tried %d times", times[c.Holds])
		}
		if c.Stages > 40 {
			t.Fatalf("%d stages", c.Stages)
		}
	})
}

// A load that holds once and not again is no answer: the search goes on below it.
func TestSearchRepeatsTheAnswer(t *testing.T) {
	x := axis{mode: load.Closed, from: 1, most: 64, whole: true, repetitions: 3}
	var order []float64
	c, err := x.search(func(size float64, before int) (bool, error) {
		order = append(order, size)
		return size <= 20 && (size <= 18 || before == 0), nil
	})
	if err != nil || c.Holds != 18 || c.Breaks != 19 {
		t.Errorf("found %+v (%v), tried %v", c, err, order)
	}
}

func TestSearchEndsWithAnError(t *testing.T) {
	x := axis{mode: load.Closed, from: 1, most: 64, whole: true, repetitions: 3}
	gone := errors.New("gone")
	c, err := x.search(func(size float64, _ int) (bool, error) {
		if size > 4 {
			return false, gone
		}
		return true, nil
	})
	if !errors.Is(err, gone) || c.Holds != 4 {
		t.Errorf("found %+v (%v)", c, err)
	}
}

func TestCapacityInWords(t *testing.T) {
	rate, places := axis{}, axis{whole: true}
	for _, c := range []struct {
		axis  axis
		found capacity
		cut   bool
		want  string
	}{
		{places, capacity{48, 49, 13}, false, "capacity: 48 requests in flight; it holds at 48 and breaks at 49, found in 13 stages"},
		{rate, capacity{0, 1, 1}, false, "capacity: none; 1 requests/s broke it"},
		{rate, capacity{64, 0, 7}, false, "capacity: at least 64 requests/s, the most that was tried"},
		{rate, capacity{320, 0, 7}, true, "capacity: at least 320 requests/s; beyond it nothing could be measured"},
		{rate, capacity{32, 64, 7}, true, "capacity: at least 32 requests/s and less than 64; the search was cut short"},
		{rate, capacity{}, true, "capacity: not known"},
	} {
		if got := c.axis.tell(c.found, c.cut); got != c.want {
			t.Errorf("%+v: %q, want %q", c.found, got, c.want)
		}
	}
}

func TestParseAxis(t *testing.T) {
	for text, want := range map[string]axis{
		"concurrency":        {load.Closed, 1, 1024, true, 0, 3},
		"concurrency:4..256": {load.Closed, 4, 256, true, 0, 3},
		"rate":               {load.Gamma, 1, 1024, false, 0.05, 3},
		"rate:0.5..50":       {load.Gamma, 0.5, 50, false, 0.05, 3},
	} {
		if got, err := parseAxis(text, load.Gamma); err != nil || got != want {
			t.Errorf("%q: %+v (%v), want %+v", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"users": "is not concurrency or rate", "rate:5": "are no bounds", "rate:a..b": "are no bounds", "rate:5..1": "must rise",
		"rate:0..5": "must rise from above 0", "rate:NaN..5": "must rise", "concurrency:1.5..8": "whole numbers", "concurrency:1..99999": "at most 16384",
	} {
		if _, err := parseAxis(text, load.Poisson); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
}

// The middle of two loads lies between them, whatever they are.
func TestMiddle(t *testing.T) {
	for _, x := range []axis{{whole: true}, {within: 0.05}} {
		for _, low := range []float64{1, 2, 7, 100, 999, 12345} {
			for _, high := range []float64{low + 2, low * 1.1, low * 2} {
				if x.whole {
					high = math.Ceil(high)
				}
				if x.near(low, high) {
					continue
				}
				if m := x.middle(low, high); !(m > low && m < high) {
					t.Errorf("between %g and %g: %g", low, high, m)
				}
			}
		}
	}
	if names := []string{load.Stage{Mode: load.Poisson, Rate: axis{}.middle(1, 2)}.Named().Name}; !slices.Equal(names, []string{"rate-1.41"}) {
		t.Error(names)
	}
}

// A rate that was not sent is no rate that holds. Requests in flight fall short by what the client takes between two of them, which is no limit of the target.
func TestRateThatWasNotSentDoesNotHold(t *testing.T) {
	for mode, want := range map[load.Mode]bool{load.Poisson: false, load.Constant: false, load.Closed: true} {
		s := bench.Stage{Mode: mode, Whole: bench.Window{Attempted: 100, Completed: 100},
			Checks: []bench.Check{{Name: bench.AchievedLoad, Finding: bench.Doubtful, Reason: "9.2 requests/s were sent where 10.0 were asked for"}}}
		if o := (limits{hallucination: -1}).judge(&s); o.Held != want || o.Why != "" || len(o.Broke) > 0 == want {
			t.Errorf("%s: held %v, broke %q, why %q", mode, o.Held, o.Broke, o.Why)
		}
	}
}
