package lab

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

// stale shows the superseded edition of what evidence has one, alone or, with current, beside the one in force (in a seeded order);
// the rest of the evidence lies there as it is. Evidence that is itself superseded, because the question asks for the past, is shown as
// it is and due. What is due otherwise:
//
//   - with current: what the evidence asks;
//   - where the old edition states another value, or none: "not known", since the date of the question is past its own; an old value
//     that can be made out, by its place in the text and its type, becomes a trap of the trial;
//   - where it happens to state the same: the answer or "not known".
func (l *Lab) stale(current bool) func(suites.Item) (layout, string) {
	return func(it suites.Item) (layout, string) {
		evidence, why := l.evidence(it)
		if why != "" {
			return layout{}, why
		}
		var out layout
		past, found := false, false
		for _, p := range evidence {
			old, ok := l.suite.Passage(p.Supersedes)
			switch {
			case l.later[p.ID] != "":
				past, found = true, true
				out.passages = append(out.passages, p)
			case p.Supersedes == "" || !ok:
				out.passages = append(out.passages, p)
			default:
				found = true
				pair := []suites.Passage{old}
				if current {
					pair = append(pair, p)
					if l.dice(it, "stale").IntN(2) == 0 {
						slices.Reverse(pair)
					}
				}
				out.passages = append(out.passages, pair...)
			}
		}
		if !found {
			return layout{}, noEdition
		}
		edits, same := l.outdated(it, out.passages)
		out.edits = edits
		switch {
		case current || past || !it.Answerable():
			out.expect = due(it)
		case same:
			out.expect = runners.ExpectEither
		default:
			out.expect = runners.ExpectAbstain
		}
		return out, ""
	}
}

// outdated compares the superseded editions among the passages with those of the item's evidence. It gives the values that have changed,
// and what answer follows from them; same says that the old editions state the answer.
func (l *Lab) outdated(it suites.Item, shown []suites.Passage) (edits []runners.Edit, same bool) {
	if !it.Answerable() {
		return nil, false
	}
	answer, operands := l.sought(it)
	evidence := l.named(it)
	wants := slices.DeleteFunc(l.stated(it, operands, evidence), func(w want) bool { // which of several places is meant cannot be told
		n := 0
		for _, p := range evidence {
			n += len(w.find(l.reading(p)))
		}
		return n > 1
	})
	if len(operands) == 0 {
		wants = answer
	}
	gold, err := it.Answer.Value(it.Language)
	if err != nil {
		return nil, false
	}
	same = true
	seen := false
	expr := it.Derivation
	to := ""
	for _, id := range it.Evidence {
		now, _ := l.suite.Passage(id)
		old, ok := l.suite.Passage(now.Supersedes)
		if !ok || !slices.ContainsFunc(shown, func(p suites.Passage) bool { return p.ID == old.ID }) {
			continue
		}
		for _, w := range wants {
			hits := w.places(now.Text, now.Language, w.united([]suites.Passage{now}))
			for _, h := range nearest(it.Question, now.Text, hits) {
				seen = true
				was, then, ok := counterpart(now, h, old)
				if !ok {
					same = same && w.stands(l.reading(old))
					continue
				}
				if then != nil && w.is(w.values[0], then.Value) || then == nil && w.stands(read(was, old.Language)) {
					continue
				}
				same = false
				edits = append(edits, runners.Edit{PassageID: old.ID, Kind: string(suites.Stale), From: h.Of(now.Text), To: was})
				switch {
				case !w.operand && to == "":
					to = was
				case w.operand && then != nil && then.Kind == value.Date:
					expr = exchange(expr, operandText(it, w.values[0]), then.Date.Format(time.DateOnly))
				case w.operand && then != nil:
					expr = exchange(expr, operandText(it, w.values[0]), strconv.FormatFloat(then.Num, 'f', -1, 64))
				}
			}
		}
	}
	if expr != it.Derivation {
		before, err1 := suites.Derive(it.Derivation)
		after, err2 := suites.Derive(expr)
		if err1 == nil && err2 == nil {
			to, _ = conclude(it, gold, before.Value, after.Value, 2)
		}
	}
	if to != "" && it.Answer.Kind != value.Set {
		edits = append(edits, answerEdit(it, suites.Stale, to))
	}
	return edits, same && seen
}

// nearest orders places by how many terms their sentence or row shares with the question, the most first.
func nearest(question, s string, hits []hit) []hit {
	asked := text.Terms(question)
	segs := segments(s)
	shared := func(h hit) int {
		i := slices.IndexFunc(segs, func(g segment) bool { return g.Start <= h.Start && h.End <= g.End })
		if i < 0 {
			return 0
		}
		own := text.Terms(segs[i].Of(s))
		n := 0
		for _, t := range asked {
			if slices.Contains(own, t) {
				n++
			}
		}
		return n
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return shared(b) - shared(a) })
	return hits
}

// named gives the item's evidence, as far as the suite has it.
func (l *Lab) named(it suites.Item) []suites.Passage {
	var all []suites.Passage
	for _, id := range it.Evidence {
		if p, ok := l.suite.Passage(id); ok {
			all = append(all, p)
		}
	}
	return all
}

// operandText is an operand as the derivation spells it.
func operandText(it suites.Item, v value.Value) string {
	d, _ := suites.Derive(it.Derivation)
	for _, o := range d.Operands {
		if (v.Kind == value.Date) == !o.Date.IsZero() && o.Date.Equal(v.Date) && o.Num == v.Num {
			return o.Text
		}
	}
	return ""
}

// counterpart finds what another edition says in the place of h: in the row of the same first cell, the cell of the same column; in the
// sentence that shares most of its terms, the value of the same kind at the same place among its kind. It gives the text and, for a
// typed value, the mention.
func counterpart(now suites.Passage, h hit, old suites.Passage) (string, *value.Mention, bool) {
	segs, olds := segments(now.Text), segments(old.Text)
	i := slices.IndexFunc(segs, func(s segment) bool { return s.Start <= h.Start && h.End <= s.End })
	if i < 0 {
		return "", nil, false
	}
	own := segs[i]
	if own.row {
		row := own.Of(now.Text)
		cs := cells(row)
		column := slices.IndexFunc(cs, func(c text.Span) bool {
			return c.Start <= h.Start-own.Start && h.End-own.Start <= c.End
		})
		if column < 1 {
			return "", nil, false
		}
		for _, o := range olds {
			was := o.Of(old.Text)
			if ocs := cells(was); o.row && !o.head && len(ocs) == len(cs) && strings.EqualFold(ocs[0].Of(was), cs[0].Of(row)) {
				cell := ocs[column].Of(was)
				if h.mention == nil {
					return cell, nil, cell != ""
				}
				return nth(cell, old.Language, h.mention, 0, 1)
			}
		}
		return "", nil, false
	}
	terms := plainTerms(own.Of(now.Text))
	best, score := -1, 0.
	for k, o := range olds {
		if s := overlap(terms, plainTerms(o.Of(old.Text))); !o.row && s > score {
			best, score = k, s
		}
	}
	if best < 0 || score < .34 || h.mention == nil {
		return "", nil, false
	}
	place, total := 0, 0
	for _, m := range value.Find(own.Of(now.Text), now.Language) {
		if kin(m.Value, h.mention.Value) {
			if m.Start < h.Start-own.Start {
				place++
			}
			total++
		}
	}
	return nth(olds[best].Of(old.Text), old.Language, h.mention, place, total)
}

// nth gives the value at a place among those of a text that are of a mention's kind, when there are as many as expected.
func nth(s, language string, like *value.Mention, place, total int) (string, *value.Mention, bool) {
	var all []value.Mention
	for _, m := range value.Find(s, language) {
		if kin(m.Value, like.Value) {
			all = append(all, m)
		}
	}
	if len(all) != total || place >= total {
		return "", nil, false
	}
	m := all[place]
	return s[m.Start:m.End], &m, true
}

// kin reports whether two values could stand in each other's place.
func kin(a, b value.Value) bool {
	if a.Kind != b.Kind {
		return false
	}
	return a.Kind == value.Date && a.Grain == b.Grain || a.Kind == value.ID || a.Kind != value.Date && (a.Unit == b.Unit || value.Commensurable(a, b))
}

// plainTerms are the index terms of a text without figures.
func plainTerms(s string) map[string]bool {
	all := map[string]bool{}
	for _, t := range text.Terms(s) {
		if !hasDigit(t) {
			all[t] = true
		}
	}
	return all
}

// overlap is the Jaccard index of two sets; 0 for empty ones.
func overlap(a, b map[string]bool) float64 {
	both := 0
	for t := range a {
		if b[t] {
			both++
		}
	}
	if both == 0 {
		return 0
	}
	return float64(both) / float64(len(a)+len(b)-both)
}
