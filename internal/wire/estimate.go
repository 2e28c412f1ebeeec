package wire

import (
	"unicode"
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/prompt"
)

// estimate counts tokens from the text by the rule that [Usage] states.
func estimate(asked []prompt.Message, text, reasoning string) Usage {
	u := Usage{Reasoning: tokens(reasoning)}
	u.Completion = tokens(text) + u.Reasoning
	for _, m := range asked {
		u.Prompt += tokens(m.Content)
	}
	return u
}

func tokens(s string) int {
	quarters := 0
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf:
			quarters++
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul):
			quarters += 4
		default:
			quarters += 2
		}
	}
	return (quarters + 3) / 4
}
