package scorers

import (
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/text"
)

// span is a stretch of a reply, by byte offsets.
type span struct{ start, end int }

// term is a word of a reply with what it does there.
type term struct {
	span
	class class
}

// reading is a reply as the rules see it: its words in lower case with their classes, and its sentences. Offsets are those of text.
type reading struct {
	text      string
	terms     []term
	sentences []text.Span
	asked     bool            // the question is in the past tense, so that "was" marks nothing as superseded
	question  map[string]bool // words of the question, where a surname must not be one of them
	whether   map[string]bool // words of the question, where it asks for yes or no
	capitals  map[string]bool // folded words that the reply writes with a capital; nil where case says nothing
}

func read(s string) *reading {
	r := &reading{text: s, terms: make([]term, 0, len(s)/5+4), sentences: text.Sentences(s)}
	r.cut()
	return r
}

// cut finds the words. A Latin or Hindi word is a run of letters with apostrophes and hyphens inside; of Chinese only the words of
// the vocabulary are kept, longest first.
func (r *reading) cut() {
	var buf [48]byte
	s := r.text
	for i := 0; i < len(s); {
		c := s[i]
		if c < 0x80 {
			if !letter(c) {
				if c == '=' {
					r.terms = append(r.terms, term{span{i, i + 1}, concludes})
				}
				i++
				continue
			}
		} else {
			q, n := utf8.DecodeRuneInString(s[i:])
			if isHan(q) {
				i += r.hanWord(i, q, n)
				continue
			}
			if !wordRune(q) {
				i += n
				continue
			}
		}
		start, key := i, buf[:0]
		for i < len(s) {
			c := s[i]
			if c < 0x80 {
				switch {
				case letter(c):
					c |= 0x20
				case (c == '\'' || c == '-') && i+1 < len(s) && letter(s[i+1]):
				default:
					c = 0
				}
				if c == 0 {
					break
				}
				key = fit(key, c)
				i++
				continue
			}
			q, n := utf8.DecodeRuneInString(s[i:])
			if q == '’' && i+n < len(s) && letter(s[i+n]) {
				key = fit(key, '\'')
				i += n
				continue
			}
			if isHan(q) || !wordRune(q) {
				break
			}
			i += n
			switch q {
			case 0x093C, 0x200C, 0x200D:
				continue
			case 0x0901:
				q = 0x0902
			case 0x095C:
				q = 0x0921
			case 0x095D:
				q = 0x0922
			case 0x095B:
				q = 0x091C
			case 0x095E:
				q = 0x092B
			}
			if len(key)+4 < cap(key) {
				key = utf8.AppendRune(key, q)
			}
		}
		r.terms = append(r.terms, term{span{start, i}, vocabulary[string(key)]})
	}
}

func fit(key []byte, c byte) []byte {
	if len(key) < cap(key) {
		key = append(key, c)
	}
	return key
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// wordRune reports whether a rune beyond ASCII belongs to words: Latin letters, Devanagari, and whatever else is no symbol.
func wordRune(q rune) bool {
	return q >= 0x00C0 && q < 0x0964 && q != '×' && q != '÷' || q >= 0x0970 && q < 0x2000 || q == 0x200C || q == 0x200D
}

// hanWord records the longest word of the vocabulary at i and returns the bytes to go on by.
func (r *reading) hanWord(i int, q rune, n int) int {
	k := hanStart[q]
	if k == 0 {
		return n
	}
	end, best := i, 0
	var c class
	for ; k > 0 && end < len(r.text); k-- {
		q, m := utf8.DecodeRuneInString(r.text[end:])
		if !isHan(q) {
			break
		}
		end += m
		if v, ok := vocabulary[r.text[i:end]]; ok {
			c, best = v, end
		}
	}
	if best == 0 {
		return n
	}
	r.terms = append(r.terms, term{span{i, best}, c})
	return best - i
}

// sentence gives the index of the sentence that holds offset i.
func (r *reading) sentence(i int) int {
	lo, hi := 0, len(r.sentences)
	for lo < hi {
		if m := (lo + hi) / 2; r.sentences[m].End <= i {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return min(lo, max(len(r.sentences)-1, 0))
}

// reach is how far a clause is followed from its value, in bytes, where no mark ends it.
const reach = 400

// clause gives the stretch around m between commas, semicolons, brackets and words of contrast, within its sentence.
func (r *reading) clause(m span) span {
	lo, hi := 0, len(r.text)
	if len(r.sentences) > 0 {
		s := r.sentences[r.sentence(m.start)]
		lo, hi = max(min(s.Start, m.start), m.start-reach), min(max(s.End, m.end), m.end+reach)
	}
	c := span{lo, hi}
	for i := m.start; i > lo; {
		q, n := utf8.DecodeLastRuneInString(r.text[lo:i])
		if divides(q) {
			c.start = i
			break
		}
		i -= n
	}
	for i := m.end; i < hi; {
		q, n := utf8.DecodeRuneInString(r.text[i:hi])
		if divides(q) {
			c.end = i
			break
		}
		i += n
	}
	for k := r.before(c.start) + 1; k < len(r.terms) && r.terms[k].start < c.end; k++ {
		t := r.terms[k]
		if t.class&contrasts == 0 || t.end <= c.start {
			continue
		}
		if t.end <= m.start {
			c.start = t.start
		} else if t.start >= m.end {
			c.end = t.start
			break
		}
	}
	return c
}

func divides(q rune) bool {
	switch q {
	case ',', ';', '(', ')', '，', '；', '（', '）', '—', '–', '\n', '|':
		return true
	}
	return false
}

// before gives the index of the last word that ends at or before i, or -1.
func (r *reading) before(i int) int {
	lo, hi := 0, len(r.terms)
	for lo < hi {
		m := (lo + hi) / 2
		if r.terms[m].end <= i {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return lo - 1
}

// has reports whether a word of the class stands inside s.
func (r *reading) has(s span, c class) bool {
	for k := r.before(s.start) + 1; k < len(r.terms) && r.terms[k].start < s.end; k++ {
		if r.terms[k].class&c != 0 {
			return true
		}
	}
	return false
}

// bracketed reports whether i stands inside round brackets of its sentence.
func (r *reading) bracketed(i int) bool {
	if len(r.sentences) == 0 {
		return false
	}
	depth := 0
	for k := max(r.sentences[r.sentence(i)].Start, i-reach); k < i; k++ {
		switch r.text[k] {
		case '(':
			depth++
		case ')':
			depth--
		}
	}
	return depth > 0
}
