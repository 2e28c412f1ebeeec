package wire

import (
	"unicode"
	"unicode/utf8"
)

// estimate counts tokens from the text by the rule that [Usage] states.
func estimate(asked Request, r Reply) Usage {
	u := Usage{Reasoning: tokens(r.Reasoning)}
	u.Completion = tokens(r.Text) + u.Reasoning + inCalls(r.Calls)
	for _, m := range asked.Messages {
		u.Prompt += tokens(m.Content)
	}
	for _, t := range asked.Tools {
		u.Prompt += tokens(t.Name) + tokens(t.Description) + tokens(string(t.Parameters))
	}
	for _, t := range asked.Turns {
		u.Prompt += tokens(t.Text) + inCalls(t.Calls)
		for i := range t.Calls {
			u.Prompt += tokens(t.result(i))
		}
	}
	return u
}

func inCalls(calls []Call) (n int) {
	for _, c := range calls {
		n += tokens(c.Name) + tokens(c.Arguments)
	}
	return n
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
