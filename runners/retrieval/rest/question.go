package rest

import (
	"strings"
	"unicode"

	"github.com/viva-eval/viva/internal/text"
)

const (
	longest   = 2000 // characters of a question that are sent: servers refuse long addresses
	mostWords = 64
)

// question is what is asked, fit to be sent.
type question struct {
	text  string   // on one line, without control characters; empty when it holds no word
	words []string // see [text.Keywords]
	k     int
}

func newQuestion(s string, k int) question {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > longest {
		s = strings.TrimSpace(string(runes[:longest]))
	}
	q := question{k: k, words: text.Keywords(s)}
	if len(text.Words(s)) > 0 {
		q.text = s
	}
	q.words = q.words[:min(len(q.words), mostWords)]
	return q
}
