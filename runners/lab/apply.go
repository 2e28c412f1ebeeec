package lab

import (
	"cmp"
	"slices"
	"strings"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

// carryOut makes a change in all passages, and checks that nothing of the old is left and the new stands there.
func carryOut(c change, w want, shown []suites.Passage) (layout, bool) {
	out := layout{expect: runners.ExpectContext}
	united := w.united(shown)
	stands := false
	for _, p := range shown {
		for _, field := range []*string{&p.Title, &p.Text} {
			s, edits, ok := c.apply(*field, p.Language, w, united)
			if !ok || len(w.places(s, p.Language, united)) > 0 {
				return layout{}, false
			}
			for _, e := range edits {
				e.PassageID = p.ID
				if !slices.Contains(out.edits, e) {
					out.edits = append(out.edits, e)
				}
			}
			*field = s
		}
		stands = stands || c.is.stands(read(p.Text, p.Language))
		out.passages = append(out.passages, p)
	}
	return out, stands
}

// apply makes a change in one text.
func (c change) apply(s, language string, w want, united bool) (string, []runners.Edit, bool) {
	var puts []put
	for _, h := range w.places(s, language, united) {
		to, ok := c.at(s, language, h)
		if !ok {
			return "", nil, false
		}
		span := h.Span
		if before, article := articleFor(s[:h.Start], s[h.Start:h.End], to, language); article != "" {
			span.Start, to = len(before), article+to
		}
		puts = append(puts, put{span, to})
		if c.kind == string(value.Date) && h.mention != nil {
			day := h.mention.Date
			if day.Year() == 0 {
				day = w.values[0].Date
			}
			if name, is, ok := weekdayBeside(s, language, h.Span, day, c.is.values[0].Date); ok {
				puts = append(puts, put{name, is})
			}
		}
	}
	if len(c.words) > 0 {
		words := text.Words(s)
		for i, span := range text.WordSpans(s) {
			word, owner := words[i], strings.TrimSuffix(words[i], "'s")
			if to, ok := c.words[word]; ok {
				puts = append(puts, put{span, to})
			} else if to, ok := c.words[owner]; ok {
				span.End -= possessive(span.Of(s))
				puts = append(puts, put{span, to})
			}
		}
	}
	slices.SortStableFunc(puts, func(a, b put) int { return cmp.Or(a.Start-b.Start, b.End-a.End) })
	var edits []runners.Edit
	var b strings.Builder
	at := 0
	for _, p := range puts {
		if p.Start < at {
			continue
		}
		b.WriteString(s[at:p.Start] + p.to)
		at = p.End
		edits = append(edits, runners.Edit{Kind: c.kind, From: p.Of(s), To: p.to})
	}
	return b.String() + s[at:], edits, true
}

// put is a piece of a text and what is written in its place.
type put struct {
	text.Span
	to string
}

// articleFor mends "an 8-hour shift" when the figure no longer begins with a vowel's sound, and the reverse. It gives the text before the
// article, and the article with its space; "" when there is none to mend.
func articleFor(before, old, to, language string) (string, string) {
	if language != "en" {
		return before, ""
	}
	for _, article := range [...]string{"an ", "a ", "An ", "A "} {
		rest, ok := strings.CutSuffix(before, article)
		if !ok || rest != "" && !strings.HasSuffix(rest, " ") && !strings.HasSuffix(rest, "\n") || vowelSound(old) == vowelSound(to) {
			continue
		}
		if vowelSound(to) {
			return rest, article[:1] + "n "
		}
		return rest, article[:1] + " "
	}
	return before, ""
}

// vowelSound reports whether a figure is spoken with a vowel first: eight, eleven, eighteen, eighty.
func vowelSound(figure string) bool {
	f := strings.ToLower(figure)
	return strings.HasPrefix(f, "8") || strings.HasPrefix(f, "11") || strings.HasPrefix(f, "18") || strings.HasPrefix(f, "e") && !strings.HasPrefix(f, "eur")
}
