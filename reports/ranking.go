package reports

import (
	"math"
	"slices"

	"github.com/viva-eval/viva/internal/stats"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

// Mean is the mean of a figure between 0 and 1 a trial, with Wilson's interval at NEff. For figures that are not just 0 or 1 that interval
// is wider than need be.
type Mean struct {
	N     int    `json:"n"`
	NEff  Figure `json:"n_effective"`
	Value Figure `json:"value"`
	Low   Figure `json:"low"`
	High  Figure `json:"high"`
}

// ranking is how well one list of passages ranks an item's evidence.
type ranking struct{ recall, gain, reciprocal float64 }

// rank judges what was shown, best first, against the evidence. A passage counts where it first stands; k is how many were asked for, 0 as
// many as came.
func rank(evidence []string, shown []string, k int) ranking {
	wanted := map[string]bool{}
	for _, id := range evidence {
		wanted[id] = true
	}
	if k == 0 {
		k = len(shown)
	}
	all := len(wanted)
	var r ranking
	found, gain := 0, 0.0
	for i, id := range shown[:min(k, len(shown))] {
		if !wanted[id] {
			continue
		}
		delete(wanted, id)
		if found == 0 {
			r.reciprocal = 1 / float64(i+1)
		}
		found++
		gain += 1 / math.Log2(float64(i+2))
	}
	ideal := 0.0
	for i := range min(all, k) {
		ideal += 1 / math.Log2(float64(i+2))
	}
	if all > 0 {
		r.recall = float64(found) / float64(all)
	}
	if ideal > 0 {
		r.gain = gain / ideal
	}
	return r
}

// rankingOf judges the passages of a trial whose arm searches for them; nil where there is nothing to judge by.
func rankingOf(run *runners.Run, g *scorers.Graded, e evidence) *ranking {
	if e == evidenceUnknown || !searched(g.Trial.Arm) {
		return nil
	}
	shown := make([]string, len(g.Trial.Shown.Passages))
	for i := range shown {
		shown[i] = g.Trial.Shown.Passages[i].ID
	}
	r := rank(g.Item.Evidence, shown, depth(run, g.Trial.Arm))
	return &r
}

// depth is how many passages an arm asks its retriever for, 0 if that is not known.
func depth(run *runners.Run, arm string) int {
	spec, err := runners.ParseArm(arm)
	if err != nil || spec.Name != runners.Retrieved {
		return 0
	}
	return depthOf(run, spec)
}

// mean closes a figure of the trials that have one.
func mean(cells []*cell, of func(*slot) (float64, bool)) Mean {
	var s sample
	for _, c := range cells {
		sum, squares, n := 0.0, 0.0, 0
		for i := range c.slots {
			if v, ok := of(&c.slots[i]); ok {
				sum, squares, n = sum+v, squares+v*v, n+1
			}
		}
		if n > 0 {
			s.enter(c.item.source, sum, squares, n)
		}
	}
	return s.mean()
}

// mean closes the sample as the mean of its figures.
func (s *sample) mean() Mean {
	n, eff := float64(s.n), s.effective()
	m := Mean{N: s.n, NEff: Figure(eff), Value: ratio(s.sum, n)}
	interval := stats.Wilson(eff*float64(m.Value), eff, Confidence)
	m.Low, m.High = Figure(interval.Low), Figure(interval.High)
	return m
}

// interval writes a mean in percent with its interval.
func (m Mean) interval() string {
	return Rate{N: m.N, Value: m.Value, Low: m.Low, High: m.High}.interval()
}

// distinct returns the values in order, each once.
func distinct(values []string) []string {
	var kept []string
	for _, v := range values {
		if !slices.Contains(kept, v) {
			kept = append(kept, v)
		}
	}
	return kept
}
