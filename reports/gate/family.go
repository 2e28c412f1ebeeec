package gate

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/viva-eval/viva/internal/stats"
	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/reports/baseline"
)

// SliceFinding is one slice of a not-worse rule.
type SliceFinding struct {
	Dimension string         `json:"dimension"`
	Value     string         `json:"value"`
	Items     int            `json:"items"`
	Gain      reports.Figure `json:"gain"`
	P         reports.Figure `json:"p"`        // one-sided, of no loss
	Adjusted  reports.Figure `json:"adjusted"` // by Holm
	Worse     bool           `json:"worse"`
}

// leastSlice is the fewest items of a slice that is looked at: of fewer, chance alone turns too large a share.
const leastSlice = 10

// blind is the true loss that a screen must be able to see in at least one slice to pass: one that would miss a loss of 25 points in all of
// them has looked at nothing.
const blind = 0.25

// screen looks at every slice of some dimensions: which are worse, after Holm's adjustment over all that are large enough. small counts those
// that are not.
type screen struct {
	slices   []SliceFinding
	worst    int
	decision Decision
	small    int
	items    int
	unscored int
	unpaired int
	pairs    int // items in both runs, whatever their slice
	// estimates are those of the slices, each tested at level when it is the worst.
	estimates []estimate
	level     float64
	sees      float64 // the smallest true loss that would be found in some slice, with the stated power
}

func look(r Rule, d definition, l levels, base, head *baseline.Baseline, asHead, asBase reading) screen {
	s := screen{sees: math.Inf(1), pairs: len(pair(take(head, r, asHead), take(base, r, asBase)).head)}
	items, owed, lone := map[string]int{}, map[string]int{}, map[string]int{} // by dimension: slices of several overlap
	var p []float64
	for _, part := range parts(r, head) {
		in := r
		in.Slice = r.Slice.with(part[0], part[1])
		now, then := take(head, in, asHead), take(base, in, asBase)
		pairs := pair(now, then)
		owed[part[0]] += now.debts + then.debts
		lone[part[0]] += max(now.asked, then.asked) - len(pairs.head)
		s.unscored, s.unpaired = max(s.unscored, owed[part[0]]), max(s.unpaired, lone[part[0]])
		if len(pairs.head) < leastSlice {
			s.small++
			continue
		}
		e := gain(pairs, d, kOf(r, d))
		items[part[0]] += e.items
		s.items = max(s.items, items[part[0]])
		p = append(p, e.worse())
		s.estimates = append(s.estimates, e)
		s.slices = append(s.slices, SliceFinding{Dimension: part[0], Value: part[1], Items: e.items, Gain: reports.Figure(e.value), P: reports.Figure(p[len(p)-1])})
	}
	if len(s.slices) == 0 {
		return s
	}
	s.level = l.fail / float64(len(s.estimates))
	for _, e := range s.estimates {
		s.sees = math.Min(s.sees, detectable(e, 0, s.level))
	}
	if s.sees <= blind {
		s.decision = Pass
	}
	for i, adjusted := range stats.Holm(p) {
		f := &s.slices[i]
		f.Adjusted, f.Worse = reports.Figure(adjusted), adjusted <= l.fail && f.Gain < 0
		if f.Worse {
			s.decision = Fail
		}
		if worst := &s.slices[s.worst]; f.Adjusted < worst.Adjusted || f.Adjusted == worst.Adjusted && f.Gain < worst.Gain {
			s.worst = i
		}
	}
	return s
}

// needs is how many more items, like those there are, would let the screen see what it must in one of its slices; 0 where it does.
func (s screen) needs() int {
	if s.sees <= blind || len(s.slices) == 0 {
		return 0
	}
	sees := func(times float64) bool {
		return slices.ContainsFunc(s.estimates, func(e estimate) bool {
			e.effective *= times
			return detectable(e, 0, s.level) <= blind
		})
	}
	high := 2.0
	for !sees(high) {
		if high *= 2; high > mostItems {
			return -1
		}
	}
	low := high / 2
	for high-low > 1e-3 {
		if mid := (low + high) / 2; sees(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return max(1, int(math.Ceil(float64(s.pairs)*(high-1))))
}

// parts lists the slices of a rule's dimensions that a run has, each a dimension and a value, in the order of the dimensions.
func parts(r Rule, head *baseline.Baseline) [][2]string {
	var list [][2]string
	for _, by := range r.Promise.By {
		seen := map[string]bool{}
		for i := range head.Records {
			rec := &head.Records[i]
			if v := dimensionOf(rec, by); v != "" && rec.Arm == r.Arm && r.Slice.holds(rec) {
				seen[v] = true
			}
		}
		for _, v := range slices.Sorted(maps.Keys(seen)) {
			list = append(list, [2]string{by, v})
		}
	}
	return list
}

// name says which slice it is: "language zh".
func (s SliceFinding) name() string { return s.Dimension + " " + s.Value }

// family decides a promise about every slice of a dimension. It is a screen: it passes when no slice is shown to be worse, not when all
// are shown to be as good.
func (f *Finding) family(r Rule, d definition, l levels, base, head *baseline.Baseline) {
	s := look(r, d, l, base, head, asScored, asScored)
	f.Slices, f.Decision, f.Items, f.Unscored, f.Unpaired = s.slices, s.decision, s.items, s.unscored, s.unpaired
	if len(s.slices) == 0 {
		f.Reason = fmt.Sprintf("no %s has %d items in both runs", either(r.Promise.By), leastSlice)
		return
	}
	w := s.slices[s.worst]
	f.Value = w.Gain
	f.Reason = fmt.Sprintf("none is worse at Holm's p ≤ %.3g; the lowest, %s, changed by %s over %d items (p %.2g)", l.fail, w.name(), signed(float64(w.Gain)), w.Items, float64(w.Adjusted))
	switch f.Decision {
	case Inconclusive:
		f.Reason = fmt.Sprintf("too few items: a loss under %s would be missed in every %s", points(s.sees), either(r.Promise.By))
		if f.Needed = s.needs(); f.Needed > 0 && !l.early {
			f.Reason += fmt.Sprintf("; with about %d more a loss of %s would be seen in one", f.Needed, points(blind))
		}
	case Fail:
		f.Reason = fmt.Sprintf("%s lost %s over %d items (Holm's p %.2g)", w.name(), points(-float64(w.Gain)), w.Items, float64(w.Adjusted))
	}
	if s.small > 0 {
		f.Reason += fmt.Sprintf("; %d with fewer than %d items not looked at", s.small, leastSlice)
	}
	if s.unscored > 0 {
		one, other := look(r, d, l, base, head, asHigh, asLow), look(r, d, l, base, head, asLow, asHigh)
		needed := -1
		if one.decision != Fail && other.decision != Fail {
			needed = max(one.needs(), other.needs())
		}
		if one.decision != other.decision || one.decision != f.Decision {
			f.indebted(one.decision, other.decision, needed)
		}
	}
	f.coversPairs(r, s.pairs, take(head, r, asScored), take(base, r, asScored))
}
