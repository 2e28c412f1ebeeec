package grounded

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/text"
)

// word is one word of a text; of Han script, a pair of characters that touch.
type word struct {
	text.Span
	folded string
	term   string // index term; empty for a stop word
	name   bool   // written with a capital where its place asks for none, or in Latin letters amid another script
	digit  bool   // holds a digit
	first  bool   // opens its sentence or list item
	light  bool   // carries the discourse and no claim
}

// content reports whether the word can be looked for in a source.
func (w *word) content() bool { return w.term != "" && !w.light }

// lexer cuts texts into words and remembers their stems. It is for one goroutine.
type lexer struct {
	analyzer text.Analyzer
	buf      []string
	latin    bool // the text is written in Latin letters
}

// words appends the words of the sentence at of s to dst, with spans of s.
func (x *lexer) words(dst []word, s string, at text.Span) []word {
	part := at.Of(s)
	spans := text.WordSpans(part)
	labelled := false // the word before was the label of a list item
	for i := 0; i < len(spans); i++ {
		p := spans[i]
		r, n := utf8.DecodeRuneInString(part[p.Start:p.End])
		if n == p.End-p.Start && unicode.Is(unicode.Han, r) {
			end := i + 1
			for end < len(spans) && spans[end].Start == spans[end-1].End && han(part[spans[end].Start:spans[end].End]) {
				end++
			}
			dst = x.pairs(dst, part, spans[i:end], at.Start)
			i = end - 1
			labelled = false
			continue
		}
		folded := canonical(text.Fold(part[p.Start:p.End]))
		w := word{Span: text.Span{Start: at.Start + p.Start, End: at.Start + p.End}, folded: folded, first: i == 0 || labelled}
		x.buf = x.analyzer.Append(x.buf[:0], folded)
		if len(x.buf) > 0 {
			w.term = x.buf[0]
		}
		w.digit = hasDigit(folded)
		labelled = i == 0 && w.digit && label(part, p.End)
		w.light = light[folded] || labelled
		if x.latin {
			w.name = !w.first && w.term != "" && unicode.IsUpper(r) && !opened(part, p.Start)
		} else {
			w.name = len(folded) > 1 && w.term != "" && 'a' <= folded[0] && folded[0] <= 'z'
		}
		dst = append(dst, w)
	}
	return dst
}

// pairs appends the overlapping pairs of a run of Han characters, or the one character that stands alone.
func (x *lexer) pairs(dst []word, s string, run []text.Span, shift int) []word {
	if len(run) == 1 {
		f := text.Fold(run[0].Of(s))
		return append(dst, word{Span: text.Span{Start: shift + run[0].Start, End: shift + run[0].End}, folded: f, term: f})
	}
	for i := 1; i < len(run); i++ {
		f := text.Fold(s[run[i-1].Start:run[i].End])
		dst = append(dst, word{Span: text.Span{Start: shift + run[i-1].Start, End: shift + run[i].End}, folded: f, term: f, light: light[f]})
	}
	return dst
}

// join gives the index term of words written as one: "take", "out" is "takeout".
func (x *lexer) join(parts ...string) string {
	s := strings.Join(parts, "")
	x.buf = x.analyzer.Append(x.buf[:0], s)
	if len(x.buf) != 1 {
		return s
	}
	return x.buf[0]
}

// canonical brings spellings of one word together: initials with and without full stops ("U.S.", "US"), ordinals and their
// numbers ("21st"), months and their short forms.
func canonical(w string) string {
	n := len(w)
	switch {
	case n < 3 || w[0] >= utf8.RuneSelf:
		return w
	case w[1] == '.':
		for i := 1; i < n; i += 2 {
			if w[i] != '.' {
				return w
			}
		}
		return strings.ReplaceAll(w, ".", "")
	case w[0] >= '0' && w[0] <= '9':
		switch w[n-2:] {
		case "st", "nd", "rd", "th":
			return w[:n-2]
		}
	case n <= 4:
		if m := months[w]; m != "" {
			return m
		}
	}
	return w
}

var months = map[string]string{
	"jan": "january", "feb": "february", "mar": "march", "apr": "april", "jun": "june", "jul": "july", "aug": "august",
	"sep": "september", "sept": "september", "oct": "october", "nov": "november", "dec": "december",
}

// label reports whether the number that opens a sentence and ends at i is the label of a list item: "3. Stir", "2) Rest".
func label(s string, i int) bool {
	return i < len(s) && (s[i] == '.' || s[i] == ')' || s[i] == ':') || strings.HasPrefix(s[i:], "、")
}

// opened reports whether the word at i begins what a colon or a quotation mark opens, where English may write a capital that
// marks no name.
func opened(s string, i int) bool {
	for i > 0 && (s[i-1] == ' ' || s[i-1] == '*') {
		i--
	}
	return i > 0 && (s[i-1] == ':' || s[i-1] == '"')
}

func han(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.Is(unicode.Han, r)
}

func hasDigit(s string) bool {
	for _, r := range s {
		if r >= '0' && r <= '9' || r >= utf8.RuneSelf && unicode.IsDigit(r) {
			return true
		}
	}
	return false
}
