package scorers

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// unglued opens the joints where words have run together, as text taken from a page does when its links and notes lose their spaces: a
// capital behind a small letter ("held byAshrita"), and a figure behind a word of three letters or more that ends there ("Furman1.",
// "Furman¹"). A reply without such joints comes back as it is.
func unglued(s string) string {
	var b strings.Builder
	last, run := 0, 0 // run: letters that end at i
	var prev rune
	for i, q := range s {
		switch {
		case unicode.IsLetter(q):
			if unicode.IsUpper(q) && unicode.IsLower(prev) {
				b.WriteString(s[last:i])
				b.WriteByte(' ')
				last, run = i, 0
			}
			run++
		case mark(q) && run >= 3 && note(s[i:]):
			b.WriteString(s[last:i])
			b.WriteByte(' ')
			last, run = i, 0
		default:
			run = 0
		}
		prev = q
	}
	if last == 0 {
		return s
	}
	b.WriteString(s[last:])
	return b.String()
}

// mark reports whether q is a digit as notes are numbered with.
func mark(q rune) bool {
	return q >= '0' && q <= '9' || q == '¹' || q == '²' || q == '³' || q == '⁰' || q >= '⁴' && q <= '⁹'
}

// note reports whether s begins with digits that no letter follows.
func note(s string) bool {
	for len(s) > 0 {
		q, n := utf8.DecodeRuneInString(s)
		if !mark(q) {
			return !unicode.IsLetter(q) || unicode.IsUpper(q)
		}
		s = s[n:]
	}
	return true
}
