package grounded

import "github.com/viva-eval/viva/internal/text"

// fieldWords is how many words of an answer may spell the name of one field: "good for groups".
const fieldWords = 3

// fields compares the answer's sentences with the fields and timetables of records. A sentence that affirms what a field denies, or
// denies what it affirms, contradicts it; one that says either where the field is null claims what the record does not know.
// A name whose fields disagree among themselves is left alone.
func (e *evidence) fields(x *lexer, src *source, a *answer) {
	if len(src.records) == 0 {
		return
	}
	states := make(map[string][3]bool)
	longest := 0
	for i := range src.records {
		for _, t := range src.records[i].toggles {
			s := states[t.key]
			s[t.state] = true
			states[t.key] = s
			longest = max(longest, len(t.key))
		}
	}
	cs := clocks(a.text)
	var denied []bool
	for k, at := range a.sentences {
		ws := a.sentence(k)
		denied = polarity(denied[:0], a.text, ws)
		for len(cs) > 0 && cs[0].Start < at.Start {
			cs = cs[1:]
		}
		n := 0
		for n < len(cs) && cs[n].End <= at.End {
			n++
		}
		ds, rs := periods(a.text, ws, cs[:n])
		for r := range src.records {
			if len(ds)+len(rs) == 0 {
				break
			}
			for _, p := range src.records[r].hours.check(ws, ds, rs, denied) {
				e.flag(p, Hours)
			}
		}
		if !e.muted(at.Start) {
			e.toggles(x, a, ws, denied, states, longest)
		}
	}
}

// toggles flags what a sentence says against the fields of a record. longest is the length of the longest name.
func (e *evidence) toggles(x *lexer, a *answer, ws []word, denied []bool, states map[string][3]bool, longest int) {
	const suffix = 6 // what stemming may have taken off the name
	for i := range ws {
		size := 0
		var parts [fieldWords]string
		for n := 1; n <= fieldWords && i+n <= len(ws); n++ {
			last := &ws[i+n-1]
			parts[n-1] = last.folded
			if size += len(last.folded); size > longest+suffix {
				break
			}
			key := ws[i].term
			if n > 1 {
				key = x.join(parts[:n]...)
			}
			s, ok := states[key]
			if !ok || i+n < len(ws) && ws[i+n].folded == "of" { // "a lot of"
				continue
			}
			span := text.Span{Start: ws[i].Start, End: last.End}
			switch no := denied[i+n-1]; {
			case s[on] && s[off]:
			case s[on] && no, s[off] && !no:
				e.flag(span, Contradicted)
			case s[unknown] && !s[on] && !s[off]:
				e.flag(span, Undisclosed)
			}
		}
	}
}
