package cites

import (
	"sort"
	"strings"

	"github.com/viva-eval/viva/internal/text"
)

// Sentence is one sentence of an answer with the citations that stand for it.
type Sentence struct {
	Text string // without its marks
	Refs []Ref  // in order; none: the sentence cites nothing

	cited map[Ref]bool // the keys of Refs
}

// Sentences cuts an answer into sentences and gives each its citations. A mark belongs to the sentence that it stands in. One that
// stands between two belongs to the one before it, if that is on the same line and has no mark yet ("It is 28 days. [1] Ask HR."),
// else to the one after it on the same line ("[1] It is 28 days."), else to the one before. A passage that is cited twice in a sentence
// counts once. Marks without any sentence stand for nothing.
func Sentences(answer string, ids []string) []Sentence {
	marks := Marks(answer, ids)
	blank := blanked(answer, marks)
	var spans []text.Span
	for _, at := range text.Sentences(blank) {
		if wordy(at.Of(blank)) {
			spans = append(spans, at)
		}
	}
	out := make([]Sentence, len(spans))
	for i, at := range spans {
		out[i].Text = closed.Replace(strings.Join(strings.Fields(at.Of(blank)), " "))
	}
	var breaks []int // offsets of the line ends
	for i := range len(answer) {
		if answer[i] == '\n' || answer[i] == '\r' {
			breaks = append(breaks, i)
		}
	}
	line := func(at int) int { return sort.SearchInts(breaks, at) }
	next, last := 0, -1 // the first sentence that ends after the mark; the end of the mark before, when it went to the sentence before
	for _, m := range marks {
		for next < len(spans) && spans[next].End <= m.Start {
			next++
		}
		inside := next < len(spans) && spans[next].Start < m.End
		before := next > 0 && line(spans[next-1].End) == line(m.Start)
		after := next < len(spans) && line(m.End) == line(spans[next].Start)
		switch {
		case inside:
			out[next].cite(m)
		case before && (len(out[next-1].Refs) == 0 || last == m.Start || !after):
			out[next-1].cite(m)
			last = m.End
		case after:
			out[next].cite(m)
		case next > 0:
			out[next-1].cite(m)
		}
	}
	return out
}

// blanked gives s with its marks written over by spaces, byte for byte, so that they neither join sentences nor part them.
func blanked(s string, marks []Mark) string {
	if len(marks) == 0 {
		return s
	}
	b := []byte(s)
	for _, m := range marks {
		for i := m.Start; i < m.End; i++ {
			b[i] = ' '
		}
	}
	return string(b)
}

// closed takes away the gap that a mark leaves before the end of its sentence or clause.
var closed = strings.NewReplacer(" .", ".", " ,", ",", " ;", ";", " :", ":", " !", "!", " ?", "?", " ।", "।", " 。", "。", " ，", "，")

// cite adds the citations of a mark, each passage once.
func (s *Sentence) cite(m Mark) {
	for _, r := range m.Refs {
		if k := r.key(); !s.cited[k] {
			if s.cited == nil {
				s.cited = make(map[Ref]bool)
			}
			s.cited[k] = true
			s.Refs = append(s.Refs, r)
		}
	}
}

// key is the same for two citations of one passage.
func (r Ref) key() Ref {
	if r.Passage >= 0 {
		r.Text = ""
	}
	return Ref{strings.ToLower(r.Text), r.Passage}
}

// wordy reports whether s holds a word.
func wordy(s string) bool { return len(text.WordSpans(s)) > 0 }
