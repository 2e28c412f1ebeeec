package value

import (
	"unicode"
	"unicode/utf8"
)

type tokenKind uint8

const (
	wordToken     tokenKind = iota // a run of letters
	numberToken                    // digits with their grouping and decimals, already read
	dottedToken                    // digits in three or more groups that are no number: a date, a version, an address
	hanToken                       // a Chinese word of the lexicon, or one rune
	digitToken                     // a Chinese numeral
	fractionToken                  // ½ and its kin; num holds it
	powerToken                     // superscript digits; num holds them
	markToken                      // any other rune
)

// token is the smallest piece that the grammar sees.
type token struct {
	kind       tokenKind
	start, end int
	r          rune // of marks, Chinese numerals and unknown Chinese runes, in its plain form
	lex        *lexeme
	num        float64
	decimals   int
	digits     int  // digits written, to tell "03" from "3"
	zero       bool // begins with a zero and goes on
	grouped    bool
	decimal    bool
	space      bool // white space or the start of the text stands before it
	line       bool // a line break or the start of the text stands before it
	opens      bool // first of its line but for marks of Markdown
}

// Limit is the longest text that [Find] reads, in bytes. What lies behind it is not searched.
const Limit = 1 << 20

type reader struct {
	s    string
	lang string
	toks []token
	out  []Mention
	list int // the number of the last list label
	buf  [96]byte
}

// plainRune maps full-width forms, Unicode digits, spaces, dashes and quotes to ASCII, one rune for one rune.
func plainRune(r rune) rune {
	if r < 0x80 {
		return r
	}
	switch {
	case r >= 0xFF01 && r <= 0xFF5E:
		return r - 0xFEE0
	case r >= 0x4E00 && r <= 0x9FFF:
		return r
	case r == 0x2212 || (r >= 0x2010 && r <= 0x2015) || r == 0xFE63:
		return '-'
	case r == 0x00A0 || r == 0x202F || r == 0x3000 || (r >= 0x2000 && r <= 0x200A):
		return ' '
	case r == 0x2019 || r == 0x2018:
		return '\''
	case r == 0x066B:
		return '.'
	case r == 0x066C:
		return ','
	case r == 0xFFE5:
		return '¥'
	case r == 0xFFE1:
		return '£'
	case r == 0x2044:
		return '/'
	}
	if unicode.Is(unicode.Nd, r) {
		return '0' + rune(digitValue(r))
	}
	return r
}

// digitValue gives the value of a decimal digit of any script: the digits of a script stand in a row of ten that starts at the
// lower end of its block of Nd runes, a multiple of ten away from it.
func digitValue(r rune) int {
	switch {
	case r >= 0x0966 && r <= 0x096F:
		return int(r - 0x0966)
	case r >= '0' && r <= '9':
		return int(r - '0')
	}
	for _, rg := range unicode.Nd.R16 {
		if rune(rg.Lo) <= r && r <= rune(rg.Hi) {
			return int(r-rune(rg.Lo)) % 10
		}
	}
	for _, rg := range unicode.Nd.R32 {
		if rune(rg.Lo) <= r && r <= rune(rg.Hi) {
			return int(r-rune(rg.Lo)) % 10
		}
	}
	return 0
}

// invisible runes change nothing that a reader sees.
func invisible(r rune) bool {
	return r == 0x00AD || r == 0x200B || r == 0x200E || r == 0x200F || (r >= 0x202A && r <= 0x202E) || (r >= 0x2060 && r <= 0x2069) || r == 0xFEFF
}

// fraction gives the value of a vulgar fraction rune.
func fraction(r rune) (float64, bool) {
	switch r {
	case '½':
		return 1. / 2, true
	case '¼':
		return 1. / 4, true
	case '¾':
		return 3. / 4, true
	case '⅓':
		return 1. / 3, true
	case '⅔':
		return 2. / 3, true
	case '⅕', '⅖', '⅗', '⅘':
		return float64(r-'⅕'+1) / 5, true
	case '⅙':
		return 1. / 6, true
	case '⅚':
		return 5. / 6, true
	case '⅛':
		return 1. / 8, true
	case '⅜':
		return 3. / 8, true
	case '⅝':
		return 5. / 8, true
	case '⅞':
		return 7. / 8, true
	case '⅐':
		return 1. / 7, true
	case '⅑':
		return 1. / 9, true
	case '⅒':
		return 1. / 10, true
	}
	return 0, false
}

func superscript(r rune) (int, bool) {
	switch r {
	case '²', '³':
		return int(r-'²') + 2, true
	case '¹':
		return 1, true
	case '⁰':
		return 0, true
	}
	if r >= '⁴' && r <= '⁹' {
		return int(r-'⁴') + 4, true
	}
	return 0, false
}

func han(r rune) bool { return r >= 0x3400 && r <= 0x9FFF || r == '〇' }

func asciiDigit(r rune) bool { return r >= '0' && r <= '9' }

// next decodes the rune at i in its plain form.
func (rd *reader) next(i int) (plain rune, size int) {
	if i >= len(rd.s) {
		return 0, 0
	}
	if c := rd.s[i]; c < 0x80 {
		return rune(c), 1
	}
	r, n := utf8.DecodeRuneInString(rd.s[i:])
	return plainRune(r), n
}

// lex cuts the text into tokens.
func (rd *reader) lex() {
	s := rd.s
	space, line, opens := true, true, true
	for i := 0; i < len(s); {
		r, n := rd.next(i)
		switch {
		case r == '\n' || r == '\r':
			space, line, opens = true, true, true
			i += n
			continue
		case r == ' ' || r == '\t' || (r < 0x20) || r == 0x85:
			space = true
			i += n
			continue
		case r >= 0x80 && invisible(r):
			i += n
			continue
		}
		t := token{start: i, space: space, line: line, opens: opens, r: r}
		switch {
		case asciiDigit(r):
			rd.number(&t)
		case r < 0x80 && !asciiLetter(r):
			t.kind, t.end = markToken, i+n
			switch r {
			case '$', '%', '&', '<', '>', '~':
				t.lex = lexicon[s[i:i+n]]
				if t.lex == nil {
					t.lex = lexicon[string(r)]
				}
			}
		case han(r):
			rd.han(&t, r, n)
		case r >= 0x80 && !unicode.IsLetter(r) && !unicode.IsMark(r):
			rd.mark(&t, r, n)
		default:
			rd.word(&t)
		}
		// A markdown bullet or heading mark does not end the start of a line.
		opens = opens && t.kind == markToken && (r == '*' || r == '#' || r == '-' || r == '|' || r == '>' || r == '(' || r == '•')
		space, line = false, false
		i = t.end
		rd.toks = append(rd.toks, t)
	}
}

func asciiLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

// mark reads fractions, superscripts and symbols.
func (rd *reader) mark(t *token, r rune, n int) {
	t.kind, t.end = markToken, t.start+n
	if f, ok := fraction(r); ok {
		t.kind, t.num = fractionToken, f
		return
	}
	if _, ok := superscript(r); ok {
		t.kind = powerToken
		for i := t.start; i < len(rd.s); {
			q, m := utf8.DecodeRuneInString(rd.s[i:])
			d, ok := superscript(q)
			if !ok {
				break
			}
			t.num = t.num*10 + float64(d)
			i += m
			t.end = i
		}
		return
	}
	t.lex = lexicon[rd.s[t.start:t.end]]
	if t.lex == nil && r < 0x100 {
		t.lex = lexicon[string(r)]
	}
}

// word reads a run of letters and looks it up. A currency sign may close it: "US$".
func (rd *reader) word(t *token) {
	s := rd.s
	buf := rd.buf[:0]
	i := t.start
	for i < len(s) {
		c := s[i]
		if c < 0x80 {
			if c >= 'A' && c <= 'Z' {
				c |= 0x20
			} else if c < 'a' || c > 'z' {
				if c == '$' && len(buf) <= 2 && len(buf) > 0 {
					k := append(buf, '$')
					if l := lexicon[string(k)]; l != nil {
						buf = k
						i++
					}
				}
				break
			}
			if len(buf) < 80 {
				buf = append(buf, c)
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		p := plainRune(r)
		if invisible(r) {
			i += n
			continue
		}
		if asciiDigit(p) || han(p) || !(unicode.IsLetter(p) || unicode.IsMark(p) || r == 0x200C || r == 0x200D) {
			break
		}
		i += n
		if len(buf) < 80 {
			if k, m := devanagari(p); m > 0 {
				if k >= 0x0900 && k < 0x0980 {
					buf = utf8.AppendRune(buf, k)
				} else {
					buf = utf8.AppendRune(buf, unicode.ToLower(k))
				}
			}
		}
	}
	if i == t.start { // a lone combining mark or a broken byte
		_, n := rd.next(i)
		i += n
	}
	t.kind, t.end = wordToken, i
	t.lex = lexicon[string(buf)]
}

// han reads the longest Chinese word of the lexicon at t, or one rune.
func (rd *reader) han(t *token, r rune, n int) {
	t.kind, t.end = hanToken, t.start+n
	if _, ok := hanNumeral(r); ok {
		t.kind = digitToken
	}
	if max := hanFirst[r]; max > 0 {
		end, best := t.start, 0
		for k := 1; k <= max; k++ {
			q, m := utf8.DecodeRuneInString(rd.s[end:])
			if m == 0 || !han(q) {
				break
			}
			end += m
			if l := lexicon[rd.s[t.start:end]]; l != nil && (k > 1 || t.kind != digitToken) {
				t.lex, best = l, end
			}
		}
		if best > 0 {
			t.kind, t.end = hanToken, best
		}
	}
}

// hanFirst gives for the first rune of each Chinese word of the lexicon the length of the longest such word.
var hanFirst = buildHanFirst()

func buildHanFirst() map[rune]int {
	m := map[rune]int{}
	for w := range lexicon {
		r, _ := utf8.DecodeRuneInString(w)
		if han(r) {
			m[r] = max(m[r], utf8.RuneCountInString(w))
		}
	}
	return m
}
