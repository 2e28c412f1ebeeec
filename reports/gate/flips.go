package gate

import (
	"cmp"
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
	Repeat   int             `json:"repeat"`
	Language string          `json:"language"`
	Domain   string          `json:"domain"`
	Skill    string          `json:"skill"`
	Base     scorers.Verdict `json:"base"`
	Head     scorers.Verdict `json:"head"`
	Cause    suites.Cause    `json:"cause"` // the trap the run fell into; empty: none known
	Worse    bool            `json:"worse"`
	step     int
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

// flips lists the trials whose verdict changed, the greatest loss first, then by arm and item.
func flips(base, head *baseline.Baseline) []Flip {
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
		f := Flip{Item: now.Item, Arm: now.Arm, Repeat: now.Repeat, Language: now.Language, Domain: now.Domain, Skill: now.Skill,
			Base: then.Verdict, Head: now.Verdict, Cause: now.Cause, step: rank(now.Verdict) - rank(then.Verdict)}
		if !now.Answerable && now.Verdict != scorers.Incorrect && then.Verdict != scorers.Incorrect {
			f.step = 0 // of two harmless replies to a question without an answer neither is better
		}
		f.Worse = f.step < 0
		list = append(list, f)
	}
	slices.SortFunc(list, func(a, b Flip) int {
		return cmp.Or(cmp.Compare(a.step, b.step), cmp.Compare(a.Arm, b.Arm), cmp.Compare(a.Item, b.Item), cmp.Compare(a.Repeat, b.Repeat))
	})
	return list
}
