package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Keywords returns the words of a question that are worth looking for in a system that compares letters, in order and each once: those that
// are no stop words, in lower case but otherwise as they are written, without a possessive ending. Chinese comes in pairs of characters.
func Keywords(s string) []string {
	var out []string
	seen := map[string]bool{"": true}
	add := func(w string) {
		if !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	from, end := 0, 0 // the run of Han characters that touch
	flush := func() {
		for _, pair := range Terms(s[from:end]) {
			add(pair)
		}
		from, end = 0, 0
	}
	for _, span := range WordSpans(s) {
		w := span.Of(s)
		if r, _ := utf8.DecodeRuneInString(w); unicode.Is(unicode.Han, r) {
			if end != span.Start {
				flush()
				from = span.Start
			}
			end = span.End
			continue
		}
		flush()
		if len(Terms(w)) > 0 {
			add(strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(w), "'s"), "’s"))
		}
	}
	flush()
	return out
}
