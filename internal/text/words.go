package text

import (
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
)

// Words returns the words of s in order, each folded as by [Fold]. Words are those of Unicode's annex 29 that hold a letter or
// a digit: "don't", "3.14", "1,250" and "2026" are one word each, "INV-20417" is two, and each Han character is its own.
func Words(s string) []string {
	if s == "" {
		return nil
	}
	out := make([]string, 0, len(s)/6+1)
	folded := s
	if isASCII(s) { // lower once, then cut: no allocation per word
		folded = Fold(s)
		if len(folded) != len(s) { // a CRLF was joined
			s = folded
		}
		eachWord(s, func(start, end int) { out = append(out, folded[start:end]) })
		return out
	}
	eachWord(s, func(start, end int) {
		if w := Fold(s[start:end]); w != "" {
			out = append(out, w)
		}
	})
	return out
}

// WordSpans returns the words of [Words] as spans of s itself, before normalisation: the folded text of the i-th span is the
// i-th word.
func WordSpans(s string) []Span {
	if s == "" {
		return nil
	}
	out := make([]Span, 0, len(s)/6+1)
	eachWord(s, func(start, end int) { out = append(out, Span{start, end}) })
	return out
}

// eachWord calls yield for every word of s in order.
func eachWord(s string, yield func(start, end int)) {
	for pos := 0; pos < len(s); {
		if c := s[pos]; c < utf8.RuneSelf {
			if !isAlnum(c) && c != '_' {
				pos++
				continue
			}
			if end, ok := asciiWord(s, pos); ok {
				if hasAlnum(s[pos:end]) {
					yield(pos, end)
				}
				pos = end
				continue
			}
		} else if r, n := utf8.DecodeRuneInString(s[pos:]); isHan(r) && !extended(s[pos+n:]) {
			yield(pos, pos+n)
			pos += n
			continue
		} else if r >= 0x0900 && r <= 0x097F {
			if end, ok := devanagariWord(s, pos); ok {
				yield(pos, end)
				pos = end
				continue
			}
		}
		it := words.FromString(s[pos:])
		if !it.Next() {
			return
		}
		end := pos + it.End()
		if hasLetterOrDigit(s[pos:end]) {
			yield(pos, end)
		}
		pos = end
	}
}

// asciiWord finds the end of the word that starts at pos, when all that decides it is ASCII; else ok is false. The rules are
// those of annex 29: letters, digits and '_' stay together, '.' and '\” join letters or digits, ',' and ';' join digits, ':'
// joins letters.
func asciiWord(s string, pos int) (end int, ok bool) {
	i := pos
	for i < len(s) {
		c := s[i]
		switch {
		case c >= utf8.RuneSelf:
			return 0, false
		case isAlnum(c) || c == '_':
			i++
			continue
		case i+1 < len(s) && (c == '.' || c == '\'' || c == ',' || c == ';' || c == ':'):
			before, after := s[i-1], s[i+1]
			if after >= utf8.RuneSelf {
				return 0, false
			}
			letters := isLetter(before) && isLetter(after) && (c == '.' || c == '\'' || c == ':')
			digits := isDigit(before) && isDigit(after) && c != ':'
			if !letters && !digits {
				return i, true
			}
			i++
			continue
		}
		return i, true
	}
	return i, true
}

// devanagariWord finds the end of the word of Devanagari letters, marks and digits that starts at pos, when it starts with a letter
// or digit and space, a plain mark or the end follows it; else ok is false.
func devanagariWord(s string, pos int) (end int, ok bool) {
	i := pos
	for i < len(s) {
		if c := s[i]; c < utf8.RuneSelf {
			return i, i > pos && !isAlnum(c) && c != '_' && c != '.' && c != '\'' && c != ',' && c != ';' && c != ':'
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if !isDevanagari(r) {
			return i, i > pos && (r == 0x0964 || r == 0x0965 || isHan(r))
		}
		if i == pos && !(r >= 0x0904 && r <= 0x0939 || r >= 0x0958 && r <= 0x0961 || r >= 0x0966 && r <= 0x096F || r >= 0x0972) {
			return 0, false
		}
		i += n
	}
	return i, true
}

// extended reports whether s begins with a rune that may belong to the character before it.
func extended(s string) bool {
	if s == "" || s[0] < utf8.RuneSelf {
		return false
	}
	r, _ := utf8.DecodeRuneInString(s)
	return !isHan(r) && (r < 0x3001 || r > 0x3020) && (r < 0xFF01 || r > 0xFF0F) && (unicode.IsMark(r) || unicode.Is(unicode.Cf, r))
}

func hasLetterOrDigit(s string) bool {
	for _, r := range s {
		if r < utf8.RuneSelf {
			if isAlnum(byte(r)) {
				return true
			}
		} else if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return true
		}
	}
	return false
}

func hasAlnum(s string) bool {
	for i := 0; i < len(s); i++ {
		if isAlnum(s[i]) {
			return true
		}
	}
	return false
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isAlnum(c byte) bool  { return isLetter(c) || isDigit(c) }
