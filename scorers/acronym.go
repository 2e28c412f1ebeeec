package scorers

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/text"
)

// abbreviated finds a truth that the reply writes by its initials, or the other way round: UK for the United Kingdom, Department of Motor Vehicles for
// DMV. Initials are capitals that stand as one word, with or without stops; small words need not show in them. An abbreviation of the question's own
// is no answer.
func abbreviated(reply string, t *truth, question string) (span, bool) {
	asked := wordsOf(question)
	for i, name := range append([]string{t.Text}, t.Aliases...) {
		if i > mostSpellings {
			break
		}
		if short, ok := capitalsOnly(name); ok && len(short) >= 3 {
			if s, ok := spelledOut(reply, short); ok {
				return s, true
			}
			continue
		}
		all, big := initialsOf(name)
		if len(big) < 2 {
			continue
		}
		for at := range wordStarts(reply) {
			w := reply[at:wordEnd(reply, at)]
			if short, ok := capitalsOnly(w); ok && (short == all || short == big) && !asked[text.Fold(short)] {
				return span{at, at + len(w)}, true
			}
		}
	}
	return span{}, false
}

// capitalsOnly gives an abbreviation without its stops: two to six capitals.
func capitalsOnly(w string) (string, bool) {
	w = strings.ReplaceAll(w, ".", "")
	if len(w) < 2 || len(w) > 6 {
		return "", false
	}
	for i := 0; i < len(w); i++ {
		if w[i] < 'A' || w[i] > 'Z' {
			return "", false
		}
	}
	return w, true
}

// initialsOf gives the initials of a proper name in capitals: of all its words but a leading article, and of those that have a capital. Both are empty
// for any other text.
func initialsOf(name string) (all, big string) {
	for i, w := range strings.Fields(name) {
		q, _ := utf8.DecodeRuneInString(w)
		switch {
		case i == 0 && strings.EqualFold(w, "the"):
			continue
		case unicode.IsUpper(q) && q < utf8.RuneSelf:
			all, big = all+string(q), big+string(q)
		case unicode.IsLower(q) && len(w) <= 3 && q < utf8.RuneSelf:
			all += string(unicode.ToUpper(q))
		default:
			return "", ""
		}
	}
	return all, big
}

// spelledOut finds words that follow each other and begin with the letters of an abbreviation, each with a capital; small words between them are
// skipped.
func spelledOut(reply, short string) (span, bool) {
	for at := range wordStarts(reply) {
		i, end := at, at
		k := 0
		for k < len(short) && i < len(reply) {
			e := wordEnd(reply, i)
			w := reply[i:e]
			switch {
			case w[0] == short[k] && e-i > 1:
				k++
				end = e
			case k > 0 && len(w) <= 3 && unicode.IsLower(rune(w[0])):
			default:
				i = len(reply)
				continue
			}
			for i = e; i < len(reply) && reply[i] == ' '; i++ {
			}
			if i < len(reply) && !letter(reply[i]) {
				break
			}
		}
		if k == len(short) {
			return span{at, end}, true
		}
	}
	return span{}, false
}

// wordStarts yields the offsets at which an ASCII word with a capital begins.
func wordStarts(s string) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := 0; i < len(s); i++ {
			if s[i] >= 'A' && s[i] <= 'Z' && (i == 0 || s[i-1] < utf8.RuneSelf && !letter(s[i-1]) && s[i-1] != '.') {
				if !yield(i) {
					return
				}
			}
		}
	}
}

// wordEnd gives the end of the word at i, with stops between single letters inside it.
func wordEnd(s string, i int) int {
	e := i
	for e < len(s) && (letter(s[e]) || s[e] == '.' && e+1 < len(s) && letter(s[e+1])) {
		e++
	}
	return e
}
