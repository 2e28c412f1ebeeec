package scorers

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/text"
)

// recall is how much of a truth in words stands in a reply.
type recall struct {
	span             // the sentence that holds most of it
	spelling  string // of the truth
	hit, size int    // index terms of the spelling that the sentence holds, and how many it has
	headless  bool   // it is a proper name whose last word is missing
	figures   bool   // every figure of the spelling stands in the reply
	echo      bool   // the question holds the whole spelling
}

// suffices reports whether the reply says the truth in words of its own: it holds all words of a spelling that the question does not,
// or more than half of them with every figure. Beside a trap only all of them will do.
func (c recall) suffices(trapped bool) bool {
	if c.echo || c.hit == 0 {
		return false
	}
	if c.size >= longTruth && !trapped && 2*c.hit > c.size && !c.figures { // of many figures one may be left off
		return 3*c.hit >= 2*c.size
	}
	return c.hit == c.size || !trapped && !c.headless && c.figures && 2*c.hit > c.size
}

// half reports whether the reply says half of the truth, with its figures. Half of a person's name is someone else's.
func (c recall) half() bool {
	if c.echo || c.hit == 0 || !c.figures || 2*c.hit != c.size {
		return false
	}
	_, surname := nameParts(c.spelling)
	return surname == ""
}

// String tells what was found: "2 of 3 words of Jesse Wesley Williams".
func (c recall) String() string {
	return fmt.Sprintf("%d of %d words of %s", c.hit, c.size, c.spelling)
}

// recalled finds the spelling and the sentence that share most index terms. Terms that the question itself holds tell nothing and are
// left out, unless nothing else is left. Words agree when their stems do, or one begins the other and makes up most of it: "Zoroastrian"
// and "Zoroastrianism", "sharecropper" and "sharecropping". A hyphen joins or parts: "back-flow" is "backflow".
func (r *reading) recalled(t *truth, question string) (best recall) {
	asked := termSet(question)
	var held []map[string]bool
	whole := termSet(r.text)
	spellings := append([]string{t.Text}, t.Aliases...)
	if len(spellings) > mostSpellings {
		spellings = spellings[:mostSpellings]
	}
	for _, name := range spellings {
		want := wanted(name)
		if len(want) == 0 {
			continue
		}
		if _, surname := nameParts(name); surname != "" { // ends tell names apart
			for i := range want {
				want[i].exact = true
			}
		}
		info := want[:0:0]
		for _, w := range want {
			if !w.in(asked) {
				info = append(info, w)
			}
		}
		c := recall{spelling: name, figures: true}
		if len(info) == 0 {
			info, c.echo = want, true
		}
		c.size = len(info)
		any := false
		for _, w := range info {
			if w.in(whole) {
				any = true
			} else if strings.ContainsAny(w.term, "0123456789") {
				c.figures = false
			}
		}
		if !any {
			if best.size == 0 {
				best = c
			}
			continue
		}
		if held == nil {
			held = make([]map[string]bool, min(len(r.sentences), mostSentences))
			for i := range held {
				held[i] = termSet(r.sentences[i].Of(r.text))
			}
		}
		head := headOf(name)
		for i, have := range held {
			n := 0
			for _, w := range info {
				if w.in(have) {
					n++
				}
			}
			if n > c.hit {
				c.hit, c.span, c.headless = n, span{r.sentences[i].Start, r.sentences[i].End}, !within(have, head) && !within(asked, head)
			}
		}
		for i := 0; i+1 < len(held) && c.hit < c.size; i++ { // all of them in two sentences on end will do
			n := 0
			for _, w := range info {
				if w.in(held[i]) || w.in(held[i+1]) {
					n++
				}
			}
			if n == c.size {
				c.hit, c.span, c.headless = n, span{r.sentences[i].Start, r.sentences[i+1].End}, false
			}
		}
		if c.size >= longTruth { // it takes more than a sentence to say it
			n := 0
			for _, w := range info {
				if w.in(whole) {
					n++
				}
			}
			if n > c.hit {
				c.hit, c.headless = n, false
			}
		}
		c.headless = c.headless && head != ""
		if c.better(best) {
			best = c
		}
	}
	return best
}

// longTruth is how many index terms a truth has that no single sentence need hold.
const longTruth = 12

// wantedTerm is an index term of a truth, with the parts it may be written in.
type wantedTerm struct {
	term  string
	parts []string // of a compound; nil for a plain word
	whole string   // the compound that it is half of; empty for a plain word
	exact bool     // no word of its family will do
}

// in reports whether a set of terms holds the term, a word of its family, all its parts, or
// the compound that it is half of.
func (w *wantedTerm) in(have map[string]bool) bool {
	if have[w.term] || w.whole != "" && have[w.whole] || !w.exact && within(have, w.term) {
		return true
	}
	for _, p := range w.parts {
		if !within(have, p) {
			return false
		}
	}
	return len(w.parts) > 1
}

// wanted gives the index terms of a spelling. A compound is one term, however it is written: "back-flow", "backflow"; of two words the same goes for
// "eye glasses".
func wanted(name string) []wantedTerm {
	var out []wantedTerm
	for w := range strings.FieldsSeq(name) {
		terms := text.Terms(unhyphened(w))
		var parts []string
		if len(terms) == 1 && strings.Contains(w, "-") {
			parts = text.Terms(w)
		}
		for _, t := range terms {
			out = append(out, wantedTerm{term: numeral(t), parts: parts})
		}
	}
	if len(out) == 2 && strings.Count(name, " ") == 1 {
		if joined := text.Terms(strings.ReplaceAll(name, " ", "")); len(joined) == 1 {
			out[0].whole, out[1].whole = joined[0], joined[0]
		}
	}
	return out
}

// headOf gives the index term of the word that says what a proper name names: its last one before a comma or a preposition, the station of "Angel
// Island Immigration Station". Without it the rest is another thing's. It is empty for a text that has words in small letters.
func headOf(name string) string {
	head := ""
words:
	for w := range strings.FieldsSeq(name) {
		q, _ := utf8.DecodeRuneInString(w)
		if !unicode.IsUpper(q) && (head == "" || !unicode.IsDigit(q)) {
			switch w {
			case "the", "a", "an", "and", "&":
				continue
			case "of", "in", "by", "at", "from", "on", "for", "with":
				break words
			}
			return ""
		}
		head = w
		if strings.HasSuffix(w, ",") {
			break
		}
	}
	return oneTerm(head)
}

// oneTerm gives the last index term of a word, or nothing.
func oneTerm(w string) string {
	ts := text.Terms(unhyphened(w))
	if len(ts) == 0 {
		return ""
	}
	return numeral(ts[len(ts)-1])
}

// mostSpellings and mostSentences bound the work on one reply: no truth needs more, and answers stand early.
const mostSpellings, mostSentences = 64, 64

func (c recall) better(d recall) bool {
	if c.echo != d.echo {
		return d.echo && c.hit > 0
	}
	if a, b := c.hit*d.size, d.hit*c.size; a != b {
		return a > b || d.size == 0
	}
	return c.size > d.size
}

// unhyphened writes compounds in one word.
func unhyphened(s string) string {
	if !strings.Contains(s, "-") {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '-' && i > 0 && i+1 < len(s) && letter(s[i-1]) && letter(s[i+1]) {
			continue
		}
		b = append(b, s[i])
	}
	return string(b)
}

// termSet gives the index terms of a text, those of its compounds both in parts and whole.
func termSet(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range text.Terms(s) {
		m[numeral(w)] = true
	}
	if strings.Contains(s, "-") {
		for _, w := range text.Terms(unhyphened(s)) {
			m[w] = true
		}
	}
	return m
}

// numeral writes a term for a small number or an ordinal in digits, "three", "third" and "3rd" are 3, and an adjective of a country whose stem is
// not the country's as the country: Spanish is Spain.
func numeral(w string) string {
	if n, ok := numerals[w]; ok {
		return n
	}
	if n, ok := countries[w]; ok {
		return n
	}
	if n := len(w) - 2; n > 0 && n <= 4 && w[0] >= '0' && w[0] <= '9' && w[n-1] >= '0' && w[n-1] <= '9' {
		switch w[n:] {
		case "st", "nd", "rd", "th":
			return w[:n]
		}
	}
	return w
}

var (
	numerals  = buildNumerals()
	countries = buildCountries()
)

// buildCountries keys the irregular adjectives of countries by their index terms.
func buildCountries() map[string]string {
	m := map[string]string{}
	for _, row := range [...]string{"england english", "france french", "spain spanish", "wales welsh", "ireland irish", "scotland scottish scots",
		"netherlands dutch holland", "greece greek", "turkey turkish", "denmark danish danes", "poland polish", "sweden swedish swedes",
		"switzerland swiss", "finland finnish finns", "britain british", "thailand thai", "norway norwegian", "peru peruvian"} {
		ts := text.Terms(row)
		for _, t := range ts[1:] {
			m[t] = ts[0]
		}
	}
	return m
}

// buildNumerals keys the words for numbers by their index terms.
func buildNumerals() map[string]string {
	m := map[string]string{}
	for i, row := range [...]string{"one first once", "two second twice", "three third", "four fourth", "five fifth", "six sixth", "seven seventh",
		"eight eighth", "nine ninth", "ten tenth", "eleven eleventh", "twelve twelfth"} {
		for _, w := range text.Terms(row) {
			m[w] = strconv.Itoa(i + 1)
		}
	}
	return m
}

// within reports whether a set of terms holds a term or a word of its family.
func within(have map[string]bool, w string) bool {
	if have[w] {
		return true
	}
	if len(w) < 5 || w[0] >= utf8.RuneSelf || strings.ContainsAny(w, "0123456789") {
		return false
	}
	for h := range have {
		if kin(h, w) {
			return true
		}
	}
	return false
}

// kin reports whether two stems begin alike for at least five letters and most of their length.
func kin(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < 5 || a[0] != b[0] || 4*len(a) < 3*len(b)-3 {
		return false
	}
	n := 0
	for n < len(a) && a[n] == b[n] {
		n++
	}
	return n >= 5 && n >= len(a)-1 && 3*n >= 2*len(b)
}
