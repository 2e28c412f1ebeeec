package gate

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/viva-eval/viva/internal/stats"
	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/runners"
)

// MissingError says that a rule is about something the runs do not have: an arm, a slice, a measure, a baseline. It is a mistake in the
// rules or in the choice of runs, and never a pass.
type MissingError struct {
	Rule    string
	Problem string
}

func (e *MissingError) Error() string {
	if e.Rule == "" {
		return e.Problem
	}
	return fmt.Sprintf("rule %q: %s", e.Rule, e.Problem)
}

// Finding is the decision on one rule with what it rests on. Gains are above 0 where the run is better than its baseline, whatever the
// measure; the values of an at-most or at-least rule are the measure's own.
type Finding struct {
	Name     string   `json:"name"`
	Measure  Measure  `json:"measure"`
	Arm      string   `json:"arm"`
	Slice    Slice    `json:"slice"`
	Load     string   `json:"load,omitempty"`
	Promise  string   `json:"promise"`
	Kind     Kind     `json:"kind"`
	Limit    float64  `json:"limit"` // margin, limit or ratio; for not-worse 0
	Tier     Tier     `json:"tier"`
	Decision Decision `json:"decision"`
	Reason   string   `json:"reason"` // one sentence

	Base  reports.Figure `json:"base"`  // the measure in the baseline: over the pairs, or for a promise about the run alone over all its trials; null without one
	Head  reports.Figure `json:"head"`  // in the run
	Value reports.Figure `json:"value"` // what the promise is about: gain, own value or ratio
	Low   reports.Figure `json:"low"`   // one-sided bounds of Value, each at 1 − α
	High  reports.Figure `json:"high"`

	Items      int            `json:"items"`      // pairs, or items of the run
	Effective  reports.Figure `json:"effective"`  // independent items they are worth
	Unscored   int            `json:"unscored"`   // trials without a verdict that would count, both runs
	Unpaired   int            `json:"unpaired"`   // items that would count, without a partner or without a whole answer
	Needed     int            `json:"needed"`     // more items that would decide it; -1: more than can be had; 0: none or not known
	Detectable reports.Figure `json:"detectable"` // the true loss that this rule finds with 80 % power; null but for non-inferior
	Slices     []SliceFinding `json:"slices,omitempty"`
}

// RunRef names a run in a result.
type RunRef struct {
	ID           string `json:"id"`
	Target       string `json:"target"`
	Suite        string `json:"suite"`
	SuiteDigest  string `json:"suite_digest"`
	PromptDigest string `json:"prompt_digest"`
	Scorer       string `json:"scorer"`
	Trials       int    `json:"trials"`
}

// Result is the decision of a gate.
type Result struct {
	Decision Decision  `json:"decision"`
	Alpha    float64   `json:"alpha"`
	Head     RunRef    `json:"head"`
	Base     *RunRef   `json:"base"` // null without a baseline
	Rules    []Finding `json:"rules"`
	Flips    []Flip    `json:"flips"` // those that break a rule first, the worst first among them
	// Standing are the answers that break a rule about the run alone and did not get worse since the baseline, the worst first.
	Standing []Flip   `json:"standing"`
	Notes    []string `json:"notes"`
	// Cost is the penalised score of both runs over what a false answer may cost, in the arm nearest to what users meet; null without a
	// baseline.
	Cost *Cost `json:"cost"`
}

// Check decides the rules on a run, head, beside a baseline, which may be nil where no rule needs one. A [*MissingError] means that the
// rules do not fit the runs, a [*BrokenError] that a run proves nothing.
func Check(rules Rules, base *baseline.Baseline, head baseline.Baseline) (Result, error) {
	return checkAt(rules, func(int) levels { return both(rules.Alpha) }, base, head)
}

// checkAt is [Check] with each rule at levels of its own.
func checkAt(rules Rules, at func(rule int) levels, base *baseline.Baseline, head baseline.Baseline) (Result, error) {
	result := Result{Alpha: rules.Alpha, Head: refOf(head), Flips: []Flip{}, Notes: []string{}}
	if err := sound(head); err != nil {
		return Result{}, err
	}
	if base != nil {
		if err := sound(*base); err != nil {
			return Result{}, err
		}
		if err := comparable(*base, head); err != nil {
			return Result{}, err
		}
		ref := refOf(*base)
		result.Base = &ref
		result.Notes = append(result.Notes, conditions(base.Run, head.Run)...)
		if base.Run.Target.BuiltIn != head.Run.Target.BuiltIn {
			result.Notes = append(result.Notes, "one of the two runs is of the built-in reader, which is no model")
		}
		if cost, err := SweepCosts(*base, head, MainArm(head), mostCost, 2*mostCost); err == nil {
			result.Cost = &cost
		}
	}
	for i, r := range rules.Rules {
		f, err := check(r, at(i), base, &head)
		if err != nil {
			if m, ok := err.(*MissingError); ok {
				m.Rule = r.Name
			}
			return Result{}, err
		}
		result.Rules = append(result.Rules, f)
	}
	if base != nil {
		result.Flips = flips(base, &head, result.Rules)
	}
	result.Standing = standing(base, &head, result.Rules, result.Flips)
	result.Decision = overall(result.Rules)
	return result, nil
}

// conditions are notes of what else differs between two runs, which may be why one is worse.
func conditions(base, head runners.Run) (notes []string) {
	var others []string
	for _, c := range reports.Changes(base, head) {
		switch c.What {
		case reports.SeedChange: // runs that are compared have seeds of their own
		case reports.PromptChange:
			notes = append(notes, "the two runs were asked with different papers: differences may be the paper's")
		default:
			others = append(others, fmt.Sprintf("%s %s → %s", c.What, c.Base, c.Head))
		}
	}
	if len(others) > 0 {
		notes = append(notes, "what else differs, baseline → run: "+strings.Join(others, "; "))
	}
	return notes
}

// mostCost is the greatest cost of a false answer that is looked at, in right ones.
const mostCost = 10

// overall is FAIL when a rule that blocks fails, PASS when every critical one passes and at least one that blocks does.
func overall(findings []Finding) Decision {
	passed, undecided := false, false
	for _, f := range findings {
		switch {
		case f.Tier == Advisory:
		case f.Decision == Fail:
			return Fail
		case f.Decision == Pass:
			passed = true
		case f.Tier == Critical:
			undecided = true
		}
	}
	if passed && !undecided {
		return Pass
	}
	return Inconclusive
}

func refOf(b baseline.Baseline) RunRef {
	return RunRef{b.Run.ID, b.Run.Target.Name, b.Run.SuiteName + " " + b.Run.SuiteVersion, b.Run.SuiteDigest, b.Run.PromptDigest, b.Scorer, len(b.Records)}
}

func check(r Rule, l levels, base *baseline.Baseline, head *baseline.Baseline) (Finding, error) {
	d, known := r.Measure.look()
	if !known {
		return Finding{}, missing("unknown measure %q", r.Measure)
	}
	nan := reports.Figure(math.NaN())
	f := Finding{Name: r.Name, Measure: r.Measure, Arm: r.Arm, Slice: r.Slice, Load: r.Load, Promise: r.Promised(), Kind: r.Promise.Kind,
		Limit: r.Promise.Value, Tier: r.Tier, Base: nan, Head: nan, Value: nan, Low: nan, High: nan, Effective: nan, Detectable: nan}
	if r.Promise.Kind.paired() && base == nil {
		return f, missing("it is a promise beside a baseline and none is named")
	}
	for _, b := range []*baseline.Baseline{base, head} {
		if b == nil || b == base && !r.Promise.Kind.paired() {
			continue
		}
		if err := has(b, r, d); err != nil {
			return f, err
		}
	}
	switch r.Promise.Kind {
	case RatioAtMost:
		e, before, after, due, err := ratio(head, base, r)
		if err != nil {
			return f, err
		}
		f.Base, f.Head = reports.Figure(before), reports.Figure(after)
		f.fill(e, r.Promise, l)
		if f.Items < leastTimed {
			f.Needed, f.Reason = leastTimed-f.Items, fmt.Sprintf("a 95th percentile is not judged from %d items, but from %d", f.Items, leastTimed)
		}
		f.covers(f.Items, due, areTimed)
		return f, nil
	case NotWorse:
		f.family(r, d, l, base, head)
		return f, nil
	case NonInferior:
		return f, f.beside(r, d, l, base, head)
	default:
		if base != nil { // told beside the run's own, though the promise does not ask for it
			if then := take(base, r, asScored); len(then.cells) > 0 {
				f.Base = reports.Figure(mean(then.cells, kOf(r, d)))
			}
		}
		return f, f.own(r, d, l, head)
	}
}

// has demands that a run holds what a rule is about.
func has(b *baseline.Baseline, r Rule, d definition) error {
	arms := b.Arms()
	if !slices.Contains(arms, r.Arm) {
		return missing("run %s has no arm %s, but %v", b.Run.ID, r.Arm, arms)
	}
	if d.twoArms && !slices.Contains(arms, closedBook) {
		return missing("%s needs the arm %s, which run %s does not have", r.Measure, closedBook, b.Run.ID)
	}
	if d.seconds {
		return nil
	}
	s := take(b, r, asHigh)
	if s.here == 0 {
		return missing("run %s has no item with %s in the arm %s", b.Run.ID, r.Slice, r.Arm)
	}
	if len(s.cells) == 0 {
		return missing("run %s has no trial that %s counts (%s)", b.Run.ID, r.Measure, r.about())
	}
	return nil
}

// own decides a promise about the run alone.
func (f *Finding) own(r Rule, d definition, l levels, head *baseline.Baseline) error {
	scored := take(head, r, asScored)
	if len(scored.cells) == 0 {
		return missing("%s: nothing was scored", r.about())
	}
	f.Head = reports.Figure(mean(scored.cells, kOf(r, d)))
	f.Unscored, f.Unpaired = scored.debts, scored.asked-len(scored.cells)
	f.fill(own(scored.cells, d, r.K), r.Promise, l)
	if scored.debts > 0 {
		high, low := own(take(head, r, asHigh).cells, d, r.K), own(take(head, r, asLow).cells, d, r.K)
		f.indebted(decide(high, r.Promise, l), decide(low, r.Promise, l), eitherWay(high, low, r.Promise, l))
	}
	f.covers(scored.answered(), scored.here, areAnswered)
	return nil
}

func kOf(r Rule, d definition) float64 {
	switch {
	case r.Measure == Penalised:
		return r.K
	case d.score:
		return 1
	}
	return 0
}

// beside decides a promise beside the baseline.
func (f *Finding) beside(r Rule, d definition, l levels, base, head *baseline.Baseline) error {
	now, then := take(head, r, asScored), take(base, r, asScored)
	p := pair(now, then)
	if len(p.head) == 0 {
		return missing("%s: no item was answered and scored in both runs", r.about())
	}
	k := kOf(r, d)
	f.Base, f.Head = reports.Figure(mean(p.base, k)), reports.Figure(mean(p.head, k))
	f.Unscored, f.Unpaired = now.debts+then.debts, max(now.asked, then.asked)-len(p.head)
	e := gain(p, d, k)
	f.fill(e, r.Promise, l)
	f.Detectable = reports.Figure(detectable(e, r.Promise.Value, l.fail))
	if f.Unscored > 0 {
		high := gain(pair(take(head, r, asHigh), take(base, r, asLow)), d, k)
		low := gain(pair(take(head, r, asLow), take(base, r, asHigh)), d, k)
		f.indebted(decide(high, r.Promise, l), decide(low, r.Promise, l), eitherWay(high, low, r.Promise, l))
	}
	f.coversPairs(r, len(p.head), now, then)
	return nil
}

// fill enters an estimate and its decision.
func (f *Finding) fill(e estimate, p Promise, l levels) {
	iv := e.bounds(p, l)
	f.Value, f.Low, f.High = reports.Figure(e.value), reports.Figure(iv.Low), reports.Figure(iv.High)
	f.Items, f.Effective = e.items, reports.Figure(e.effective)
	f.Decision = decide(e, p, l)
	if !l.early {
		f.Needed = needs(e, p, l)
	}
	f.Reason = reasonFor(*f, iv)
}

func reasonFor(f Finding, iv stats.Interval) string {
	own := f.Measure.written
	limit := map[Kind]string{NonInferior: "the margin of " + points(f.Limit), AtMost: own(f.Limit), AtLeast: own(f.Limit),
		RatioAtMost: fmt.Sprintf("%.4g ×", f.Limit)}[f.Kind]
	switch {
	case f.Decision == Pass && f.Kind == NonInferior:
		return fmt.Sprintf("at worst it lost %s, inside %s", points(math.Max(-iv.Low, 0)), limit)
	case f.Decision == Fail && f.Kind == NonInferior:
		return fmt.Sprintf("it lost %s, at least %s and more than %s", points(-float64(f.Value)), points(-iv.High), limit)
	case f.Decision == Pass && f.Kind == AtMost:
		return fmt.Sprintf("at worst %s, not over %s", own(iv.High), limit)
	case f.Decision == Fail && f.Kind == AtMost:
		return fmt.Sprintf("at least %s, over %s", own(iv.Low), limit)
	case f.Decision == Pass && f.Kind == AtLeast:
		return fmt.Sprintf("at least %s, not under %s", own(iv.Low), limit)
	case f.Decision == Fail && f.Kind == AtLeast:
		return fmt.Sprintf("at most %s, under %s", own(iv.High), limit)
	case f.Decision == Pass:
		return fmt.Sprintf("at worst %.3g × the baseline, not over %s", iv.High, limit)
	case f.Decision == Fail:
		return fmt.Sprintf("%.3g × the baseline, surely slower and over %s", float64(f.Value), limit)
	}
	return sentenceOf(f.Needed)
}

// indebted lets unscored trials have their say: read for the run and against it they must lead to the same decision. needed is how many more items,
// as many of them unscored, would make them; -1 where none would.
func (f *Finding) indebted(one, other Decision, needed int) {
	if one == other && one != Inconclusive {
		if f.Decision != one {
			f.Decision, f.Needed, f.Reason = one, 0, fmt.Sprintf("however its %d unscored trials are read", f.Unscored)
		}
		return
	}
	f.Decision, f.Needed, f.Reason = Inconclusive, needed, sentenceOf(needed)
	if one != other {
		f.Reason = fmt.Sprintf("%d unscored trials decide it, %s or %s as they are read", f.Unscored, one, other)
		if needed > 0 {
			f.Reason += fmt.Sprintf("; about %d more items, as many of them unscored, would outweigh them (power %.0f %%)", needed, Power*100)
		}
	}
}

// eitherWay is how many more items would decide the promise both with the unscored trials read for the run and with them read against it.
func eitherWay(one, other estimate, p Promise, l levels) int {
	if l.early {
		return 0
	}
	a, b := needs(one, p, l), needs(other, p, l)
	if tends(one, p) != tends(other, p) || a < 0 || b < 0 {
		return -1
	}
	return max(a, b)
}
