package judged

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/text"
)

const longestWhy = 300 // bytes of a judge's sentence that are kept

// clean makes one line of foreign text: no control or format characters, single spaces, and at most longestWhy bytes.
func clean(s string) string {
	if len(s) > 8*longestWhy {
		s = s[:8*longestWhy]
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == utf8.RuneError, unicode.IsControl(r), unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d':
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= longestWhy {
		return s
	}
	cut := longestWhy
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return strings.TrimSpace(s[:cut]) + "…"
}

// sentence is the first sentence of what a judge gave as its reason.
func sentence(why string) string {
	why = strings.Trim(clean(why), " *_`#>|-")
	if spans := text.Sentences(why); len(spans) > 1 {
		why = spans[0].Of(why)
	}
	return strings.TrimSpace(why)
}
