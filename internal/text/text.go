// Package text reads English, Chinese and Hindi: normalisation, sentences, words and index terms. It knows nothing of questions
// or answers.
package text

// Span is a piece of a text, by byte offsets: text[Start:End].
type Span struct{ Start, End int }
