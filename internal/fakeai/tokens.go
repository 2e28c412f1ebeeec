package fakeai

import (
	"unicode"
	"unicode/utf8"
)

// Tokens cuts text into the server's tokens: a word with the white space before it and the punctuation after it, or one rune of
// Chinese or Japanese. White space at the end is a token of its own. The tokens add up to the text.
func Tokens(text string) []string {
	var out []string
	start, word := 0, false
	for i, r := range text {
		switch {
		case ideograph(r):
			if word {
				out, start, word = append(out, text[start:i]), i, false
			}
			end := i + utf8.RuneLen(r)
			out, start = append(out, text[start:end]), end
		case unicode.IsSpace(r):
			if word {
				out, start, word = append(out, text[start:i]), i, false
			}
		default:
			word = true
		}
	}
	if start < len(text) {
		out = append(out, text[start:])
	}
	return out
}

// count is len(Tokens(text)) without the slices.
func count(text string) int {
	n, open, word := 0, false, false
	for _, r := range text {
		switch {
		case ideograph(r):
			if word {
				n++
			}
			n, open, word = n+1, false, false
		case unicode.IsSpace(r):
			if word {
				n, word = n+1, false
			}
			open = true
		default:
			word, open = true, true
		}
	}
	if open || word {
		n++
	}
	return n
}

func ideograph(r rune) bool {
	return r >= 0x2E80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

// pieces cuts text into chunks of n tokens.
func pieces(text string, n int) []string {
	toks := Tokens(text)
	if n <= 1 {
		return toks
	}
	var out []string
	for at := 0; len(toks) > 0; {
		k := min(n, len(toks))
		end := at
		for _, t := range toks[:k] {
			end += len(t)
		}
		out, toks, at = append(out, text[at:end]), toks[k:], end
	}
	return out
}
