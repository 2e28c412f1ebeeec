package suites

import (
	"slices"
	"strings"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/internal/value"
)

// answer checks that the answer has its kind's form, follows from the evidence, and agrees with its aliases and traps. known says
// that all evidence exists; without it nothing is said about what the evidence holds.
func (l *linter) answer(it Item, at func(Rule) Finding, known bool) {
	gold, err := it.Answer.Value(it.Language)
	if err != nil {
		l.add(at(AnswerForm), "the answer has not the form of its kind: %s", err)
		return
	}
	for _, alias := range it.Answer.Aliases {
		if gold.Kind == value.Set {
			break // a set is compared by its members
		}
		v, err := it.Answer.with(alias).Value(it.Language)
		switch {
		case err != nil:
			l.add(at(AliasForm), "alias %q has not the form of its kind: %s", alias, err)
		case gold.Kind != value.Text && gold.Kind != value.ID && value.Compare(gold, v, it.Answer.Tolerance) != value.Match &&
			!l.printed(it, gold, v, l.evidence(it)):
			l.add(at(AliasConflict), "alias %q means another value than the answer %q: correct or remove it", alias, it.Answer.Text)
		}
	}
	l.traps(it, at, &gold)
	if len(it.Evidence) == 0 && len(l.suite.Passages) > 0 {
		l.add(at(EvidenceMissing), "names no evidence: list the passages that hold the answer")
		known = false
	}
	if !known {
		return
	}
	evidence := l.evidence(it)
	if it.Derivation != "" {
		l.derivation(it, gold, evidence, at)
	}
	switch {
	case it.Skill == Counting || len(evidence) == 0:
		return
	case it.Skill == Arithmetic:
		if it.Derivation == "" {
			l.add(at(DerivationMissing), "is arithmetic without derivation: show how %s follows, such as \"1250 * 12\"", quote(it.Answer.Text))
		}
		return
	case it.Derivation != "" && (it.Skill == TwoHop || it.Skill == DateReading):
		return
	}
	if missing := unstated(it.Answer, gold, evidence); missing != "" {
		remedy := "name the passage that states it, or correct the answer"
		if it.Skill == TwoHop || it.Skill == DateReading {
			remedy += "; a computed answer needs a derivation"
		}
		l.add(at(AnswerUnsupported), "the evidence does not state %s: %s", quote(missing), remedy)
	}
}

// unstated gives what of the answer no passage of the evidence states; for sets the first such member.
func unstated(a Answer, gold value.Value, evidence []*facts) string {
	if gold.Kind != value.Set {
		if slices.ContainsFunc(evidence, func(f *facts) bool { return f.contains(a, gold) }) {
			return ""
		}
		return a.Text
	}
	for i, m := range gold.Set {
		member := Answer{Kind: m.Kind, Text: a.Set[i]}
		if unstated(member, m, evidence) != "" && !slices.ContainsFunc(evidence, func(f *facts) bool { return f.says(member.Text) }) {
			return member.Text
		}
	}
	return ""
}

// traps checks that each trap can be read and is wrong; gold is nil where there is no answer to compare with.
func (l *linter) traps(it Item, at func(Rule) Finding, gold *value.Value) {
	for _, t := range it.Traps {
		written := t.Text
		if t.Kind == value.Set {
			written = strings.Join(t.Set, ", ")
		}
		v, err := t.Answer.Value(it.Language)
		if err != nil {
			l.add(at(TrapForm), "trap %q has not the form of its kind: %s", written, err)
			continue
		}
		if gold == nil || gold.Kind != v.Kind {
			continue
		}
		equal := value.Compare(*gold, v, it.Answer.Tolerance) == value.Match
		if v.Kind == value.Text || v.Kind == value.ID {
			equal = slices.ContainsFunc(append([]string{it.Answer.Text}, it.Answer.Aliases...), func(right string) bool {
				return slices.ContainsFunc(append([]string{t.Text}, t.Aliases...), func(wrong string) bool {
					return slices.Equal(text.Words(right), text.Words(wrong))
				})
			})
		}
		if equal {
			l.add(at(TrapEqualsAnswer), "trap %q is the right answer: write the wrong value that cause %s would produce, or remove it", written, t.Cause)
		}
	}
}

// Constants that a derivation may use though nobody states them: nothing and one, parts of a year, a week, a day and an hour,
// percent and scale.
var measures = []float64{0, 1, 7, 12, 24, 52, 60, 100, 365, 1e3, 1e6, 1e9}

// maxMean is the largest number a derivation may divide by unstated, as the mean of so many values.
const maxMean = 12

// derivation checks that the operands are stated and that their outcome is the answer.
func (l *linter) derivation(it Item, gold value.Value, evidence []*facts, at func(Rule) Finding) {
	d, err := Derive(it.Derivation)
	if err != nil {
		l.add(at(BadDerivation), "%s", err)
		return
	}
	stated := append(slices.Clone(evidence), readFacts(it.Question, it.Language))
	for _, o := range d.Operands {
		if len(evidence) > 0 && !l.states(stated, o) { // without passages there is nothing to look it up in
			l.add(at(BadDerivation), "the derivation %q starts from %s, which neither evidence nor question states: take its numbers from there", it.Derivation, o.Text)
			return
		}
	}
	got := d.Value
	switch {
	case got.Kind == value.Number && (numeric(gold.Kind)):
		got.Kind, got.Unit = gold.Kind, gold.Unit
	case got.Kind == value.Duration && gold.Kind == value.Number:
		got.Kind = value.Number
	case got.Kind != gold.Kind:
		l.add(at(BadDerivation), "the derivation %q gives a %s, the answer is a %s: change one", it.Derivation, got.Kind, gold.Kind)
		return
	}
	if value.Compare(gold, got, it.Answer.Tolerance) != value.Match {
		l.add(at(BadDerivation), "the derivation %q gives %s, the answer is %q: correct one", it.Derivation, outcome(got), it.Answer.Text)
	}
}

func (l *linter) states(texts []*facts, o Operand) bool {
	if o.Date.IsZero() {
		if slices.Contains(measures, o.Num) || (o.Divisor && o.Num <= maxMean && o.Num == float64(int(o.Num))) {
			return true
		}
		return slices.ContainsFunc(texts, func(f *facts) bool {
			return f.figures[o.Num] || slices.ContainsFunc(f.values, func(m value.Mention) bool { return m.Num == o.Num && m.Kind != value.Date })
		})
	}
	if o.Date.Equal(l.suite.AsOf) {
		return true
	}
	return slices.ContainsFunc(texts, func(f *facts) bool {
		return slices.ContainsFunc(f.values, func(m value.Mention) bool {
			return m.Kind == value.Date && m.Grain == value.Day && m.Date.Equal(o.Date)
		})
	})
}
