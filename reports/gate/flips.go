package gate

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

// Flip is an item whose verdict is not what it was.
type Flip struct {
	Item     string          `json:"item"`
	Arm      string          `json:"arm"`
	Load     string          `json:"load,omitempty"`
	Repeat   int             `json:"repeat"`
	Language string          `json:"language"`
	Domain   string          `json:"domain"`
	Skill    string          `json:"skill"`
	Base     scorers.Verdict `json:"base"` // unscored: not known
	Head     scorers.Verdict `json:"head"`
	Cause    suites.Cause    `json:"cause"` // the trap the run fell into; empty: none known
	Worse    bool            `json:"worse"`
	// Breaks names the rules that are broken, block, and count this against the run.
	Breaks []string `json:"breaks"`
	// What was asked and answered, as far as [Result.Recite] found it.
	Question  string `json:"question,omitempty"`
	Truth     string `json:"truth,omitempty"`
	BaseReply string `json:"base_reply,omitempty"`
	HeadReply string `json:"head_reply,omitempty"`
	step      int    // of the verdict, in ranks; under 0: for the worse
	gravity   int    // the place of the gravest tier among those of Breaks
}

// Key names the flip's trial, in the run and in the baseline alike.
func (f Flip) Key() runners.Key {
	return runners.Key{ItemID: f.Item, Arm: f.Arm, Load: f.Load, Repeat: f.Repeat}
}

// rank orders verdicts by their worth to a reader.
func rank(v scorers.Verdict) int {
	switch v {
	case scorers.Correct:
		return 3
	case scorers.Partial:
		return 2
	case scorers.Abstained:
		return 1
	default:
		return -1 // a false answer is worse than none
	}
}

// flips lists the trials whose verdict changed, with the broken rules that count them.
func flips(base, head *baseline.Baseline, findings []Finding) []Flip {
	before := map[runners.Key]*baseline.Record{}
	for i := range base.Records {
		before[base.Records[i].Key()] = &base.Records[i]
	}
	list := []Flip{}
	for i := range head.Records {
		now := &head.Records[i]
		then := before[now.Key()]
		if then == nil || now.Verdict == then.Verdict || now.Verdict == scorers.Unscored || then.Verdict == scorers.Unscored {
			continue
		}
		f := flipOf(now)
		f.Base, f.step = then.Verdict, rank(now.Verdict)-rank(then.Verdict)
		if !now.Answerable && now.Verdict != scorers.Incorrect && then.Verdict != scorers.Incorrect {
			f.step = 0 // of two harmless replies to a question without an answer neither is better
		}
		f.Worse = f.step < 0
		for _, broken := range findings {
			if broken.blames(f, now) {
				f.blame(broken)
			}
		}
		list = append(list, f)
	}
	worstFirst(list)
	return list
}

// worstFirst sorts flips: those that break a critical rule first, then those that break another, the greatest loss first among them, then by arm
// and item.
func worstFirst(list []Flip) {
	slices.SortFunc(list, func(a, b Flip) int {
		return cmp.Or(cmp.Compare(a.gravity, b.gravity), cmp.Compare(a.step, b.step), cmp.Compare(a.Arm, b.Arm),
			cmp.Compare(a.Item, b.Item), cmp.Compare(a.Load, b.Load), cmp.Compare(a.Repeat, b.Repeat))
	})
}

// blames reports whether a flip for the worse, of a record of the run, counts against it under a rule that is broken and blocks.
func (f Finding) blames(flip Flip, r *baseline.Record) bool {
	if f.Decision != Fail || f.Tier == Advisory || !flip.Worse || flip.Arm != f.Arm || !f.Slice.holds(r) {
		return false
	}
	if f.Kind == NotWorse && !slices.ContainsFunc(f.Slices, func(s SliceFinding) bool { return s.Worse && dimensionOf(r, s.Dimension) == s.Value }) {
		return false
	}
	switch f.Measure {
	case Accuracy, Lift, Harm:
		return flip.Base == scorers.Correct
	case Hallucination, Induced:
		return flip.Head == scorers.Incorrect
	case Penalised:
		return flip.Base == scorers.Correct || flip.Head == scorers.Incorrect
	case Abstention:
		return flip.Head == scorers.Abstained
	case Behaved:
		return true
	}
	return false // times and failures are nobody's verdict
}

// standing lists the answers that count against the run under a broken rule about the run alone, and are no worse than the baseline's: such a
// rule can break though nothing turned. base may be nil; then all of them are.
func standing(base, head *baseline.Baseline, findings []Finding, flipped []Flip) []Flip {
	before, told := map[runners.Key]*baseline.Record{}, map[runners.Key]bool{}
	if base != nil {
		for i := range base.Records {
			before[base.Records[i].Key()] = &base.Records[i]
		}
	}
	for _, f := range flipped {
		told[f.Key()] = f.Worse
	}
	list := []Flip{}
	for i := range head.Records {
		r := &head.Records[i]
		f := flipOf(r)
		if told[f.Key()] {
			continue
		}
		for _, broken := range findings {
			if broken.holdsAgainst(r) {
				f.blame(broken)
			}
		}
		if len(f.Breaks) == 0 {
			continue
		}
		if then := before[f.Key()]; then != nil {
			f.Base = then.Verdict
		}
		f.step = rank(f.Head)
		list = append(list, f)
	}
	worstFirst(list)
	return list
}

// holdsAgainst reports whether an answer counts against the run under a rule about the run alone that is broken and blocks.
func (f Finding) holdsAgainst(r *baseline.Record) bool {
	if f.Decision != Fail || f.Tier == Advisory || r.Arm != f.Arm || !f.Slice.holds(r) || r.Verdict == scorers.Unscored {
		return false
	}
	switch {
	case f.Kind == AtMost && (f.Measure == Hallucination || f.Measure == Induced), f.Kind == AtLeast && f.Measure == Penalised:
		return r.Verdict == scorers.Incorrect
	case f.Kind == AtMost && f.Measure == Abstention:
		return r.Verdict == scorers.Abstained
	case f.Kind == AtLeast && f.Measure == Accuracy:
		return r.Answerable && r.Verdict != scorers.Correct
	case f.Kind == AtLeast && f.Measure == Behaved:
		return r.Behaved == scorers.BehavedNo
	}
	return false
}

// flipOf begins a flip with what the run says.
func flipOf(r *baseline.Record) Flip {
	return Flip{Item: r.Item, Arm: r.Arm, Load: r.Load, Repeat: r.Repeat, Language: r.Language, Domain: r.Domain, Skill: r.Skill,
		Head: r.Verdict, Cause: r.Cause, Breaks: []string{}, gravity: len(Tiers())}
}

// blame enters a rule that the flip breaks.
func (f *Flip) blame(broken Finding) {
	f.Breaks = append(f.Breaks, broken.Name)
	f.gravity = min(f.gravity, slices.Index(Tiers(), broken.Tier))
}

// replyKept is how many bytes of a text a flip carries.
const replyKept = 1500

// Recite puts question, truth and replies beside the flips. of tells what is known of a trial of a run; its Exchange may be empty, as it is for a
// baseline file, which holds no replies.
func (r *Result) Recite(of func(run string, key runners.Key) Exchange) {
	r.recite(r.Flips, of)
	r.recite(r.Standing, of)
}

func (r *Result) recite(list []Flip, of func(run string, key runners.Key) Exchange) {
	for i := range list {
		f := &list[i]
		now := of(r.Head.ID, f.Key())
		f.HeadReply = legible(now.Reply)
		if r.Base != nil {
			then := of(r.Base.ID, f.Key())
			f.BaseReply = legible(then.Reply)
			now.Question, now.Truth = cmp.Or(now.Question, then.Question), cmp.Or(now.Truth, then.Truth)
		}
		f.Question, f.Truth = legible(now.Question), legible(now.Truth)
	}
}

// String writes a flip as "item q7, arm oracle: correct → incorrect (stale)".
func (f Flip) String() string {
	s := fmt.Sprintf("item %s, arm %s", clean(f.Item), clean(f.Arm))
	if f.Load != "" {
		s += ", load " + clean(f.Load)
	}
	if f.Repeat > 0 {
		s += fmt.Sprintf(", repeat %d", f.Repeat)
	}
	switch f.Base {
	case scorers.Unscored:
		s += fmt.Sprintf(": %s", f.Head)
	case f.Head:
		s += fmt.Sprintf(": %s, as before", f.Head)
	default:
		s += fmt.Sprintf(": %s → %s", f.Base, f.Head)
	}
	if f.Cause != "" {
		s += fmt.Sprintf(" (%s)", f.Cause)
	}
	return s
}

// told lists what is known of a flip's question and answers, each with its name; what is empty is left out.
func (f Flip) told() [][2]string {
	var list [][2]string
	for _, t := range [][2]string{{"question", f.Question}, {"truth", f.Truth}, {"baseline", f.BaseReply}, {"run", f.HeadReply}} {
		if t[1] != "" {
			list = append(list, t)
		}
	}
	return list
}

// worsened returns the flips for the worse.
func (r Result) worsened() []Flip {
	var list []Flip
	for _, f := range r.Flips {
		if f.Worse {
			list = append(list, f)
		}
	}
	return list
}

// against returns the answers that break a rule, those that turned first.
func (r Result) against(rule string) []Flip {
	var list []Flip
	for _, f := range slices.Concat(r.Flips, r.Standing) {
		if slices.Contains(f.Breaks, rule) {
			list = append(list, f)
		}
	}
	return list
}
