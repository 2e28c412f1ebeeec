package lab

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/suites"
)

// reading is a text with its typed values and its words.
type reading struct {
	text     string
	language string
	values   []value.Mention
	clocks   []value.Clock
	words    []string    // folded
	at       []text.Span // of the words
}

func read(s, language string) *reading {
	return &reading{text: s, language: language, values: value.Find(s, language), clocks: value.Clocks(s, language), words: text.Words(s), at: text.WordSpans(s)}
}

// says reports whether a phrase begins with the i-th word, and where it ends, less the ending of a possessive.
func (r *reading) says(i int, phrase []string) (end int, ok bool) {
	last := len(phrase) - 1
	if i+last >= len(r.words) || !slices.Equal(r.words[i:i+last], phrase[:last]) {
		return 0, false
	}
	at := r.at[i+last]
	switch word, owner := r.words[i+last], phrase[last]; word {
	case owner:
		return at.End, true
	case owner + "'s":
		return at.End - possessive(at.Of(r.text)), true
	}
	return 0, false
}

// possessive is the length of the ending of a word in the possessive, whatever apostrophe it is written with.
func possessive(word string) int {
	_, s := utf8.DecodeLastRuneInString(word)
	_, apostrophe := utf8.DecodeLastRuneInString(word[:len(word)-s])
	return s + apostrophe
}

// reading reads a passage of the suite once, title and text.
func (l *Lab) reading(p suites.Passage) *reading {
	if r, ok := l.read.Load(p.ID); ok {
		return r.(*reading)
	}
	r := read(p.Title+"\n\n"+p.Text, p.Language)
	l.read.Store(p.ID, r)
	return r
}

// want is one thing that is looked for in passages: an answer, a member of a set, an operand.
type want struct {
	values    []value.Value // its typed forms: the answer's and its aliases'; none: its words decide
	tolerance float64
	scaled    bool // a table may state its scale elsewhere ("in millions")
	operand   bool // of a derivation, which writes no units: a figure of any kind will do
	phrases   [][]string
	clock     *value.Clock
}

// scales are what the figures of a table may have to be multiplied by.
var scales = []float64{1e3, 1e6, 1e9}

// wanted says what an item's answer looks like: one want, or one for each member of a set.
func wanted(a suites.Answer, language string) []want {
	if a.Kind == value.Set {
		var all []want
		for _, m := range a.Set {
			g := value.Guess(m, language)
			w := want{phrases: phrases(m)}
			if g.Kind != value.Text && g.Kind != value.ID {
				w = want{values: []value.Value{g}}
			}
			all = append(all, w)
		}
		return all
	}
	w := want{tolerance: a.Tolerance}
	v, err := a.Value(language)
	if err != nil || a.Kind == value.Text || a.Kind == value.ID {
		w.phrases = phrases(append([]string{a.Text}, a.Aliases...)...)
		if cs := value.Clocks(a.Text, language); len(cs) == 1 && strings.TrimSpace(a.Text[:cs[0].Start]+a.Text[cs[0].End:]) == "" {
			w.clock = &cs[0]
		}
		return []want{w}
	}
	w.values = []value.Value{v}
	w.scaled = a.Number != "" || v.Scaled
	for _, alias := range a.Aliases {
		if av, err := value.Parse(a.Kind, alias, a.Unit, language); err == nil && value.Compare(v, av, a.Tolerance) != value.Match {
			w.values = append(w.values, av)
		}
	}
	return []want{w}
}

func phrases(all ...string) [][]string {
	var out [][]string
	for _, s := range all {
		if words := text.Words(s); len(words) > 0 {
			out = append(out, words)
		}
	}
	return out
}

// hit is a place where a want stands in a text.
type hit struct {
	text.Span
	mention *value.Mention // nil for words and times of day
	bare    bool           // a figure without the unit that the want has
}

// find gives the places where w stands in r, in order.
func (w *want) find(r *reading) []hit {
	var hits []hit
	for i := range r.values {
		m := &r.values[i]
		for _, v := range w.values {
			if w.is(v, m.Value) {
				hits = append(hits, hit{text.Span{Start: m.Start, End: m.End}, m, !w.operand && value.Bare(m.Value) && !value.Bare(v)})
				break
			}
		}
	}
	for _, phrase := range w.phrases {
		for i := 0; i+len(phrase) <= len(r.words); i++ {
			if end, ok := r.says(i, phrase); ok {
				hits = append(hits, hit{Span: text.Span{Start: r.at[i].Start, End: end}})
			}
		}
	}
	if w.clock != nil {
		for _, c := range r.clocks {
			if same, known := c.Same(*w.clock); same && known {
				hits = append(hits, hit{Span: text.Span{Start: c.Start, End: c.End}})
			}
		}
	}
	slices.SortFunc(hits, func(a, b hit) int { // the longer of two that begin together comes first
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return b.End - a.End
	})
	return outermost(hits)
}

// outermost drops hits that lie within the one before: "Dr. Hamann" within "Dr. Silke Hamann".
func outermost(hits []hit) []hit {
	out := hits[:0]
	for _, h := range hits {
		if len(out) == 0 || h.Start >= out[len(out)-1].End {
			out = append(out, h)
		}
	}
	return out
}

// is reports whether a value found in a text is v.
func (w *want) is(v, found value.Value) bool {
	if value.Compare(v, found, w.tolerance) == value.Match {
		return true
	}
	if w.operand && v.Kind == value.Number && found.Kind != value.Date {
		v.Kind, v.Unit = found.Kind, found.Unit
		if value.Compare(v, found, w.tolerance) == value.Match {
			return true
		}
	}
	if found.Kind == value.Date || v.Kind == value.Date || v.Kind == value.Bool {
		return false
	}
	found.Num = math.Abs(found.Num) // accounts write what is negative in brackets
	if value.Compare(v, found, w.tolerance) == value.Match {
		return true
	}
	if w.scaled && value.Bare(found) {
		for _, f := range scales {
			if value.Compare(v, value.Value{Kind: v.Kind, Unit: v.Unit, Num: math.Copysign(found.Num*f, v.Num)}, w.tolerance) == value.Match {
				return true
			}
		}
	}
	return false
}

// stands reports whether any text holds w, bare figures included.
func (w *want) stands(rs ...*reading) bool {
	return slices.ContainsFunc(rs, func(r *reading) bool { return len(w.find(r)) > 0 })
}

// united reports whether a passage writes w with its unit. Then a bare figure is something else: beside "30 days", the 30 of "30 pieces".
func (w *want) united(ps []suites.Passage) bool {
	return slices.ContainsFunc(ps, func(p suites.Passage) bool {
		return slices.ContainsFunc(w.find(read(p.Title+"\n\n"+p.Text, p.Language)), func(h hit) bool { return !h.bare })
	})
}

// places gives where w stands in a text; bare figures count unless w is united elsewhere.
func (w *want) places(s, language string, united bool) []hit {
	hits := w.find(read(s, language))
	if united {
		hits = slices.DeleteFunc(hits, func(h hit) bool { return h.bare })
	}
	return hits
}
