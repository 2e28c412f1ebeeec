package gate

import (
	"fmt"
	"math"

	"github.com/viva-eval/viva/internal/stats"
	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

// A run is looked at each time a tenth of its items has come in, from leastLook on: fewer sources tell nothing of how their items change.
const (
	lookEvery = 0.1
	leastLook = 12 // sources
)

// What α is spent on at the share t of the items, both ways: α tʳ. Passing late leaves the end nearly all of α; failing earlier is what stopping is for.
const (
	passSpending = 3
	failSpending = 2
)

func looksOf(groups [][]string) []glance {
	all := 0
	for _, g := range groups {
		all += len(g)
	}
	var looks []glance
	items, wanted := 0, lookEvery
	for i, g := range groups {
		items += len(g)
		share := float64(items) / float64(all)
		if share < wanted-1e-9 && i+1 < len(groups) {
			continue
		}
		wanted = math.Floor(share/lookEvery+1e-9)*lookEvery + lookEvery
		if i+1 >= leastLook || i+1 == len(groups) {
			looks = append(looks, glance{i + 1, items, share})
		}
	}
	return looks
}

// rulePlan is at which levels a rule may pass and fail, look by look.
type rulePlan struct {
	waits      bool // not followed
	pass, fail []float64
	// unchanged is the first look at which a run passes in which nothing has changed.
	unchanged int
}

func (p rulePlan) at(look int) levels {
	return levels{pass: p.pass[look], fail: p.fail[look], early: look < len(p.pass)-1}
}

// planFor spends a rule's α on the end and on the looks at which it can be decided: to pass, in a run in which nothing has changed; to fail, in
// one in which everything went wrong.
func (s *Sequential) planFor(r Rule) rulePlan {
	end := len(s.looks) - 1
	only := func(first int, power float64) []float64 {
		list := make([]float64, len(s.looks))
		var times []float64
		for _, l := range s.looks[first:] {
			times = append(times, l.share)
		}
		copy(list[first:], stats.SpendingLevels(times, stats.PowerSpending(s.rules.Alpha, power)))
		list[end] = math.Max(list[end], 0)
		return list
	}
	p := rulePlan{pass: only(end, passSpending), fail: only(end, failSpending), unchanged: end}
	if p.waits = r.Promise.Kind == RatioAtMost; p.waits {
		return p
	}
	all := rulePlan{pass: only(0, passSpending), fail: only(0, failSpending)}
	first := func(want Decision, of func(baseline.Record) baseline.Record) int {
		for i := range s.looks[:end] {
			base, head := s.upTo(s.looks[i].sources, func(item string) []baseline.Record {
				var list []baseline.Record
				for _, rec := range s.before[item] {
					list = append(list, of(rec))
				}
				return list
			})
			if f, err := check(r, all.at(i), &base, &head); err == nil && f.Decision == want {
				return i
			}
		}
		return end
	}
	p.fail = only(first(Fail, worst(r)), failSpending)
	if r.Promise.Kind != NotWorse {
		p.unchanged = first(Pass, func(rec baseline.Record) baseline.Record { return rec })
		p.pass = only(p.unchanged, passSpending)
	}
	return p
}

// worst turns a record of the baseline into the worst that a run could do by a rule.
func worst(r Rule) func(baseline.Record) baseline.Record {
	d, _ := r.Measure.look()
	more := d.direction
	switch r.Promise.Kind {
	case AtMost:
		more = -1
	case AtLeast:
		more = 1
	}
	verdicts := d.low
	if more < 0 {
		verdicts = d.high
	}
	return func(rec baseline.Record) baseline.Record {
		switch r.Measure {
		case Failed:
			rec.Status = runners.Failed
			return rec
		case Unscored:
			rec.Verdict = scorers.Unscored
			return rec
		}
		rec.Verdict = verdicts[0]
		if d.twoArms && rec.Arm == closedBook {
			rec.Verdict = verdicts[1]
		}
		if rec.Behaved != scorers.BehavedNA {
			if rec.Behaved = scorers.BehavedYes; rec.Verdict != scorers.Correct {
				rec.Behaved = scorers.BehavedNo
			}
		}
		return rec
	}
}

// CanStop reports whether anything can be decided before the end.
func (s *Sequential) CanStop() bool {
	pass, fail := s.earliest()
	return pass < len(s.looks)-1 || fail < len(s.looks)-1
}

// earliest are the first looks at which the gate can pass, in a run in which nothing changes, and fail.
func (s *Sequential) earliest() (pass, fail int) {
	end := len(s.looks) - 1
	pass, fail = -1, end
	for i, r := range s.rules.Rules {
		if r.Tier == Critical {
			pass = max(pass, s.plans[i].unchanged)
		}
		if r.Tier != Advisory {
			fail = min(fail, firstAbove(s.plans[i].fail))
		}
	}
	if pass < 0 {
		pass = end
	}
	return pass, fail
}

// firstAbove is the first look with a level above 0.
func firstAbove(list []float64) int {
	for i, level := range list {
		if level > 0 {
			return i
		}
	}
	return len(list) - 1
}

// Outlook says, before anything is asked, when each rule can be decided: a line a rule, and one for the gate.
func (s *Sequential) Outlook() []string {
	end := len(s.looks) - 1
	all := s.looks[end].items
	when := func(look int, what, not string) string {
		if look >= end {
			return not
		}
		return fmt.Sprintf("%s from %d of %d items on", what, s.looks[look].items, all)
	}
	var lines []string
	for i, r := range s.rules.Rules {
		p := s.plans[i]
		line := r.Name + ": "
		switch {
		case r.Tier == Advisory:
			line += "advisory, told at the end"
		case p.waits:
			line += "decided at the end only"
		case r.Promise.Kind == NotWorse:
			line += when(firstAbove(p.fail), "can fail", "cannot fail before the end") + ", passes at the end only"
		default:
			line += when(p.unchanged, "unchanged it passes", "unchanged it passes at the end only") + ", " + when(firstAbove(p.fail), "can fail", "cannot fail before the end")
		}
		lines = append(lines, line)
	}
	pass, _ := s.earliest()
	switch {
	case !s.CanStop():
		lines = append(lines, fmt.Sprintf("stopping early cannot happen: %d items on %d sources are too few, and the run is asked whole", all, len(s.groups)))
	case pass >= end:
		lines = append(lines, fmt.Sprintf("a run in which nothing changes is asked to the end: %d sources are too few to pass on less, and only a FAIL, or that nothing can be decided, stops early", len(s.groups)))
	}
	return lines
}
