// Package text reads English, Chinese and Hindi: normalisation, sentences, words and index terms. It knows nothing of questions
// or answers.
package text

// Span is a piece of a text, by byte offsets: text[Start:End].
type Span struct{ Start, End int }

// Of returns the piece of s that the span marks.
func (p Span) Of(s string) string { return s[p.Start:p.End] }
