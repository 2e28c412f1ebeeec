package gate

import (
	"fmt"
	"math"
	"slices"

	"github.com/viva-eval/viva/internal/stats"
	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/reports/baseline"
)

// Cost is the penalised score of two runs over what a false answer may cost.
type Cost struct {
	Arm    string      `json:"arm"`
	Items  int         `json:"items"`
	Points []CostPoint `json:"points"`
	// Crossover is the cost k at which both runs score the same: one run leads under it, the other over it. Null where one leads at every cost.
	Crossover reports.Figure `json:"crossover"`
	// Band is the stretch of costs at which neither run is shown to be better, two-sided at 95 %. From is null where neither is at any cost
	// looked at, and To is null where it has no end among them.
	From reports.Figure `json:"from"`
	To   reports.Figure `json:"to"`
}

// CostPoint is one cost.
type CostPoint struct {
	K    float64        `json:"k"`
	Base reports.Figure `json:"base"`
	Head reports.Figure `json:"head"`
	Gain reports.Figure `json:"gain"`
	Low  reports.Figure `json:"low"`
	High reports.Figure `json:"high"`
}

// SweepCosts scores two runs in one arm over costs of a false answer from 0 to most in so many steps. The gain is θ₁ − kθ₂, with θ₁ the
// difference in right answers and θ₂ that in false ones, so that the crossover is k = θ₁/θ₂ where that is positive. A [*MissingError] says that
// nothing is paired.
func SweepCosts(base, head baseline.Baseline, arm string, most float64, steps int) (Cost, error) {
	nan := reports.Undefined()
	cost := Cost{Arm: arm, Crossover: nan, From: nan, To: nan}
	r := Rule{Measure: Penalised, Arm: arm}
	d, _ := r.Measure.look()
	p := pair(take(&head, r, asScored), take(&base, r, asScored))
	if len(p.head) == 0 || steps < 1 || !(most > 0) {
		return cost, missing("arm %s: no item was answered and scored in both runs", arm)
	}
	cost.Items = len(p.head)
	right := mean(p.head, 0) - mean(p.base, 0)
	wrong := right - (mean(p.head, 1) - mean(p.base, 1))
	if k := right / wrong; wrong != 0 && k > 0 {
		cost.Crossover = reports.Figure(k)
	}
	at := func(k float64) (estimate, stats.Interval) {
		e := gain(p, d, k)
		return e, e.interval(reports.Confidence, 1)
	}
	open := func(k float64) bool { // neither is shown to be better
		_, iv := at(k)
		return iv.Low <= 0 && iv.High >= 0
	}
	// edge halves the stretch between a cost of one kind and one of the other.
	edge := func(a, b float64) float64 {
		of := open(a)
		for range 40 {
			if mid := (a + b) / 2; open(mid) == of {
				a = mid
			} else {
				b = mid
			}
		}
		return (a + b) / 2
	}
	last, inside := 0.0, false
	for i := range steps + 1 {
		k := most * float64(i) / float64(steps)
		e, iv := at(k)
		cost.Points = append(cost.Points, CostPoint{k, reports.Figure(mean(p.base, k)), reports.Figure(mean(p.head, k)), reports.Figure(e.value), reports.Figure(iv.Low), reports.Figure(iv.High)})
		switch now := open(k); {
		case now && !inside && math.IsNaN(float64(cost.From)):
			cost.From = reports.Figure(k)
			if i > 0 {
				cost.From = reports.Figure(edge(last, k))
			}
			inside = true
		case !now && inside:
			cost.To = reports.Figure(edge(last, k))
			inside = false
		}
		last = k
	}
	return cost, nil
}

// String says which run leads at which cost of a false answer.
func (c Cost) String() string {
	if len(c.Points) == 0 {
		return ""
	}
	first, last := c.Points[0], c.Points[len(c.Points)-1]
	leader := func(p CostPoint) string {
		switch {
		case p.Low > 0:
			return "the run leads"
		case p.High < 0:
			return "the baseline leads"
		}
		return "neither is shown to lead"
	}
	s := fmt.Sprintf("cost of error, %s: %s whatever a false answer costs, up to %g right ones", c.Arm, leader(first), last.K)
	if slices.ContainsFunc(c.Points, func(p CostPoint) bool { return leader(p) != leader(first) }) {
		s = fmt.Sprintf("cost of error, %s: %s if a false answer costs nothing, %s if it costs %g right ones", c.Arm, leader(first), leader(last), last.K)
	}
	if c.Crossover.Defined() && float64(c.Crossover) <= last.K {
		s += fmt.Sprintf("; they cross at %.2g", float64(c.Crossover))
		if c.From.Defined() && c.To.Defined() {
			s += fmt.Sprintf(" (undecided from %.2g to %.2g)", float64(c.From), float64(c.To))
		}
	}
	return s
}
