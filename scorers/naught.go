package scorers

import (
	"strings"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/internal/value"
)

// naughts gathers the places where a reply says in words that there is nothing, for a truth that is 0 of anything: "flat", "unchanged", 持平, or a
// "no" before a word of the question ("no impairment losses"). A no that only says what is not known is none.
func (r *reading) naughts(gold *truth, question string) (cs []candidate) {
	if !figure(gold.Kind) || gold.value.Num != 0 {
		return nil
	}
	var asked map[string]bool
	for k, t := range r.terms {
		w := r.word(k)
		switch strings.ToLower(w) {
		case "flat", "unchanged", "nil":
			cs = append(cs, naught(t.span, w))
			continue
		}
		if t.class&none == 0 || r.declines(k) {
			continue
		}
		if asked == nil {
			asked = termSet(question)
		}
		for j := k + 1; j < len(r.terms) && j <= k+4 && !r.broken(r.terms[j-1].end, r.terms[j].start); j++ {
			if ts := text.Terms(r.word(j)); len(ts) == 1 && within(asked, ts[0]) {
				cs = append(cs, naught(span{t.start, r.terms[j].end}, r.text[t.start:r.terms[j].end]))
				break
			}
		}
	}
	for _, w := range [...]string{"持平", "没有变化", "无变化"} {
		if i := strings.Index(r.text, w); i >= 0 {
			cs = append(cs, naught(span{i, i + len(w)}, w))
		}
	}
	return cs
}

func naught(s span, word string) candidate {
	return candidate{span: s, relation: value.Match, text: word}
}
