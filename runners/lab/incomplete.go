package lab

import (
	"cmp"
	"slices"
	"strings"

	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

// incomplete shows the evidence without the sentences and rows that hold the answer (of a
// table of steps the row stays, with a dash for the cell); of a computed answer, without those that hold one
// of its operands, the one that costs least text. What is shown holds the answer, or that operand, nowhere; where that cannot be had,
// the item is left out.
func (l *Lab) incomplete(it suites.Item) (layout, string) {
	shown, why := l.evidence(it)
	if why != "" {
		return layout{}, why
	}
	if !it.Answerable() {
		return layout{}, noAnswer
	}
	answer, operands := l.sought(it)
	if len(operands) > 0 {
		var best layout
		cost := -1
		why = notDerivable
		for _, w := range l.stated(it, operands, shown) {
			out, reason := without(append([]want{w}, answer...), shown)
			if reason != "" {
				why = reason
				continue
			}
			n := 0
			for _, e := range out.edits {
				n += len(e.From)
			}
			if cost < 0 || n < cost {
				best, cost = out, n
			}
		}
		if cost >= 0 {
			return best, ""
		}
		return layout{}, why
	}
	switch {
	case it.Answer.Kind == value.Bool:
		return layout{}, notPlain
	case len(l.stated(it, answer, shown)) < len(answer):
		return layout{}, notFound
	}
	return without(answer, shown)
}

// stated keeps the wants that stand in a passage; an operand must not stand in the question too.
func (l *Lab) stated(it suites.Item, wants []want, ps []suites.Passage) []want {
	question := read(it.Question, it.Language)
	return slices.DeleteFunc(slices.Clone(wants), func(w want) bool {
		return w.operand && w.stands(question) || !slices.ContainsFunc(ps, func(p suites.Passage) bool { return w.stands(l.reading(p)) })
	})
}

// without takes every sentence and row that holds one of the wants out of the passages.
func without(wants []want, shown []suites.Passage) (layout, string) {
	out := layout{expect: runners.ExpectAbstain}
	united := make([]bool, len(wants))
	for i, w := range wants {
		united[i] = w.united(shown)
	}
	for _, p := range shown {
		segs := segments(p.Text)
		gone, steps := make([]bool, len(segs)), stepped(p.Text, p.Language, segs)
		for i, w := range wants {
			if len(w.places(p.Title, p.Language, united[i])) > 0 {
				return layout{}, titleHolds
			}
			k := 0
			for _, h := range w.places(p.Text, p.Language, united[i]) {
				for k < len(segs) && segs[k].End <= h.Start {
					k++
				}
				for n := k; n < len(segs) && segs[n].Start < h.End; n++ {
					if segs[n].head {
						return layout{}, titleHolds
					}
					gone[n] = true
					if steps[n] {
						segs[n].with = blank(cmp.Or(segs[n].with, segs[n].Of(p.Text)), p.Text, segs[n], h)
					}
				}
			}
		}
		var taken []segment
		for k, s := range segs {
			if gone[k] {
				taken = append(taken, s)
				out.edits = append(out.edits, runners.Edit{PassageID: p.ID, Kind: "removed", From: s.Of(p.Text), To: s.with})
			}
		}
		if len(taken) > 0 {
			if p.Text = cut(p.Text, taken); strings.TrimSpace(p.Text) == "" {
				return layout{}, nothingLeft
			}
		}
		for i, w := range wants {
			if len(w.places(p.Text, p.Language, united[i])) > 0 {
				return layout{}, notFound // the cut has brought figures together that now read as the answer
			}
		}
		out.passages = append(out.passages, p)
	}
	return out, ""
}

// blank gives a row with a dash in the place of the cell that holds h; "", which is to remove it, when that is the cell that names the row.
func blank(row, s string, g segment, h hit) string {
	for i, c := range cells(g.Of(s)) {
		if c.Start > h.End-g.Start || h.Start-g.Start > c.End || i == 0 {
			continue
		}
		if now := cells(row); i < len(now) {
			return row[:now[i].Start] + "–" + row[now[i].End:]
		}
	}
	return ""
}
