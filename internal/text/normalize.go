package text

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Normalize brings a text into one spelling without changing its words:
//
//  1. zero-width characters, bidirectional controls, soft hyphens and variation selectors are removed;
//  2. every kind of line end becomes "\n", every other space becomes ' ', one for one;
//  3. curly and low quotation marks become ' or ", every dash and the minus sign become '-';
//  4. the rest is NFKC: full-width forms become ASCII, ligatures are taken apart, marks are composed.
//
// Case is kept. Invalid UTF-8 becomes U+FFFD. Normalize is idempotent, and returns s itself, without allocating, when there is
// nothing to do.
func Normalize(s string) string {
	at, stable := scan(s)
	if at < 0 {
		if stable || norm.NFKC.IsNormalString(s) {
			return s
		}
		return norm.NFKC.String(s)
	}
	buf := make([]byte, 0, len(s)+8)
	buf = append(buf, s[:at]...)
	for i := at; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			switch c {
			case '\t', '\v', '\f':
				c = ' '
			case '\r':
				c = '\n'
				if i+1 < len(s) && s[i+1] == '\n' {
					i++
				}
			}
			buf = append(buf, c)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		if r = plain(r); r >= 0 {
			stable = stable && inert(r)
			buf = utf8.AppendRune(buf, r)
		}
	}
	if stable || norm.NFKC.IsNormal(buf) {
		return string(buf)
	}
	return string(norm.NFKC.Bytes(buf))
}

// scan returns the offset of the first byte that the rules before NFKC would change, -1 for none, and whether NFKC leaves all of
// s up to there alone for certain.
func scan(s string) (at int, stable bool) {
	stable = true
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c < ' ' && (c == '\t' || c == '\r' || c == '\v' || c == '\f') {
				return i, stable
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 || plain(r) != r {
			return i, stable
		}
		stable = stable && inert(r)
		i += n
	}
	return -1, stable
}

// inert reports whether r is one of the common runes that NFKC never changes and never composes or reorders with another inert
// rune. It spares most texts the general check, which is some twenty times slower.
func inert(r rune) bool {
	switch {
	case r < utf8.RuneSelf, r >= 0x4E00 && r <= 0x9FFF, r >= 0x3001 && r <= 0x3029:
		return true
	case r >= 0x0900 && r <= 0x097F: // but for what the dot below composes with, and the accents
		return r != 0x0929 && r != 0x0931 && r != 0x0934 && r != 0x093C && (r < 0x0951 || r > 0x0954) && (r < 0x0958 || r > 0x095F)
	case r == 0x20AC, r == 0x20B9, r == 0xB0, r == 0xB1, r == 0xD7, r == 0xA7, r == 0xA3, r == 0xA5, r == 0x2022:
		return true
	}
	return false
}

// plain maps one rune beyond ASCII by the rules before NFKC; -1 removes it.
func plain(r rune) rune {
	switch {
	case r < 0x00A0:
		if r == 0x85 { // next line
			return '\n'
		}
		return r
	case r < 0x0300:
		switch r {
		case 0x00A0:
			return ' '
		case 0x00AD: // soft hyphen
			return -1
		}
		return r
	case r < 0x2000:
		switch r {
		case 0x061C, 0x180B, 0x180C, 0x180D, 0x180E:
			return -1
		case 0x1680:
			return ' '
		}
		return r
	case r < 0x2070:
		switch {
		case r <= 0x200A, r == 0x202F, r == 0x205F:
			return ' '
		case r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060:
			return -1
		case r >= 0x2010 && r <= 0x2015:
			return '-'
		case r >= 0x2018 && r <= 0x201B:
			return '\''
		case r >= 0x201C && r <= 0x201F:
			return '"'
		case r == 0x2028, r == 0x2029:
			return '\n'
		}
		return r
	case r < 0x3400:
		switch r {
		case 0x207B, 0x208B, 0x2212, 0x2E3A, 0x2E3B:
			return '-'
		case 0x3000:
			return ' '
		case 0x301D, 0x301E, 0x301F:
			return '"'
		}
		return r
	case r >= 0xFE00:
		switch {
		case r <= 0xFE0F, r == 0xFEFF, r >= 0xE0000 && r <= 0xE01EF:
			return -1
		case r > 0xFF00 && r <= 0xFF5E && r != 0xFF0D: // full width
			return r - 0xFEE0
		case r == 0xFE31, r == 0xFE32, r == 0xFE58, r == 0xFE63, r == 0xFF0D:
			return '-'
		}
	}
	return r
}

// isHan reports whether r is written without spaces between words, so that words are runes or pairs of them.
func isHan(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FFF || r >= 0x3041 && r <= 0x309F || r >= 0x3400 && r <= 0x4DBF || r == 0x3005 || r == 0x3007 ||
		r >= 0xF900 && r <= 0xFAFF || r >= 0x20000 && r <= 0x3FFFF && unicode.Is(unicode.Han, r)
}

// isDevanagari reports whether r is a letter, mark or digit of the Devanagari block; the dandas are punctuation.
func isDevanagari(r rune) bool {
	return r >= 0x0900 && r <= 0x097F && r != 0x0964 && r != 0x0965 && r != 0x0970
}

// isASCII reports whether s has no byte beyond ASCII.
func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
