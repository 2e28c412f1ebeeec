package scorers

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// unglued opens the joints where words have run together, as text taken from a page does when its links and notes lose their spaces: a
// capital behind a small letter ("held byAshrita"), and a figure behind a word of three letters or more that ends there ("Furman1.",
// "Furman¹"). Where values are looked for, a figure parts from any word ("has3 lines"), and the fifth digit of what begins as a year is
// such a note too ("September 29, 20171"). A reply without such joints comes back as it is.
func unglued(s string, values bool) string {
	var b strings.Builder
	last, letters, digits := 0, 0, 0 // letters and digits that end at i
	part := func(i int) {
		b.WriteString(s[last:i])
		b.WriteByte(' ')
		last, letters, digits = i, 0, 0
	}
	least := 3
	if values {
		least = 2
	}
	var prev rune
	for i, q := range s {
		switch {
		case unicode.IsLetter(q):
			if unicode.IsUpper(q) && unicode.IsLower(prev) {
				part(i)
			}
			letters++
			digits = 0
		case mark(q):
			if letters >= least && note(s[i:]) || values && digits == 4 && q < 0x80 && year(s[i-4:i]) {
				part(i)
			}
			letters = 0
			digits++
		default:
			letters, digits = 0, 0
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

// year reports whether four bytes are digits of a year that people write about.
func year(s string) bool { return s >= "1500" && s <= "2099" }

// note reports whether s begins with digits that no small letter follows.
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

// embedded finds a name of several words in a reply whose words have run together ("byHugo Weavingin"), where it need not begin and end
// a word: the space inside it and its length tell it from chance.
func embedded(s, name string) []span {
	if len(name) < 9 || !strings.Contains(name, " ") {
		return nil
	}
	if k := strings.Index(s, name); k >= 0 {
		return []span{{k, k + len(name)}}
	}
	return nil
}
