package reports

import (
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

// desk says whether what was asked for lay open. The zero desk is that of a question without an answer.
type desk uint8

const (
	deskNone desk = iota
	deskUnclear
	deskLacks
	deskHolds
)

// deskOf reads the desk of a trial off what the arm asks for, since a page from which the answer was cut is still the page of that name:
//
//  1. Where an answer is due, or the contradiction of two, the desk holds it.
//  2. Where "not known" is due, the desk lacks it; of an item that names no evidence only if the arm judges such items at all.
//  3. Where either will do, it is unclear.
//  4. Where nothing is asked for, it holds the answer if all of the evidence was shown.
//
// What an examinee finds with its tools is not known when the arm is set, and is looked at now: all of the evidence was found, or what the
// calls brought states the answer.
func deskOf(g *scorers.Graded, shown evidence) desk {
	expect := g.Trial.Shown.Expect
	switch {
	case !g.Item.Answerable():
		return deskNone
	case runners.BaseArm(g.Trial.Arm) == runners.Tools:
		return found(g, shown)
	case expect == runners.ExpectAnswer || expect == runners.ExpectReport:
		return deskHolds
	case expect == runners.ExpectEither || shown == evidenceUnknown:
		return deskUnclear
	case expect == "" && shown == evidenceAll:
		return deskHolds
	default:
		return deskLacks
	}
}

// found is the desk of a trial with tools.
func found(g *scorers.Graded, shown evidence) desk {
	if shown == evidenceAll {
		return deskHolds
	}
	all := g.Trial.Shown.Passages
	for i := range g.Trial.Turns {
		for _, c := range g.Trial.Turns[i].Calls {
			if c.Result != "" {
				all = append(all[:len(all):len(all)], suites.Passage{ID: c.ID, Language: g.Item.Language, Text: c.Result})
			}
		}
	}
	switch suites.States(g.Item, all) {
	case suites.Stated:
		return deskHolds
	case suites.NotStated:
		return deskLacks
	}
	return deskUnclear
}

// deskOf is the desk of a trial in the light of its arm's other trials.
func (t *tally) deskOf(s *slot) desk {
	if s.desk != deskUnclear {
		return s.desk
	}
	switch {
	case s.evidence == evidenceUnknown && s.expect == runners.ExpectAbstain && t.readsText:
		return deskLacks
	case s.evidence != evidenceUnknown && runners.BaseArm(t.arm) == runners.Tools && t.findsNamed:
		return deskLacks // it searches pages of known names, and did not find those
	}
	return deskUnclear
}

// notice learns from a trial how its arm tells what lies open.
func (t *tally) notice(s *slot) {
	t.findsNamed = t.findsNamed || s.evidence == evidenceAll || s.evidence == evidencePart
	t.readsText = t.readsText || s.desk == deskHolds && s.evidence != evidenceAll && runners.BaseArm(t.arm) == runners.Retrieved
}

// searched reports whether the pages of an arm were looked for, by a retriever or by the examinee, so that missing ones are a loss. The books
// of the laboratory lack what they lack on purpose.
func searched(arm string) bool {
	base := runners.BaseArm(arm)
	return base == runners.Retrieved || base == runners.Tools
}

// falls reports whether a trial has a place in the arm's waterfall.
func (t *tally) falls(_ *item, s *slot) bool {
	on := t.deskOf(s)
	return s.status.Answered() && (on == deskHolds || on == deskLacks && searched(t.arm))
}
