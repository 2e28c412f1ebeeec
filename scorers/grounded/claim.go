package grounded

import (
	"strings"
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/text"
)

// breaks are words that open a clause of their own when something stands on both sides.
var breaks = map[string]bool{
	"and": true, "but": true, "while": true, "whereas": true, "which": true, "because": true, "so": true, "although": true,
	"though": true, "since": true, "with": true, "who": true, "where": true, "as": true, "including": true, "or": true,
	"लेकिन": true, "और": true, "तथा": true, "जबकि": true, "क्योंकि": true, "जो": true, "किंतु": true, "परंतु": true,
}

// shortest is the number of content words below which a piece is no clause of its own.
const shortest = 3

// claim is a clause of an answer: what stands or falls together. words[from:to] are its words.
type claim struct {
	text.Span
	sentence int
	from, to int
}

// claims cuts the sentence into clauses: at marks (",;:" and their Chinese forms, dashes) and before conjunctions, where at
// least three content words stand on each side. ws are the words of the sentence, which begin at index base.
func claims(dst []claim, s string, at text.Span, sentence int, ws []word, base int) []claim {
	start, from, have := at.Start, 0, 0
	rest := 0
	for i := range ws {
		if ws[i].content() {
			rest++
		}
	}
	for i := range ws {
		if i > from && have >= shortest && rest >= shortest && (breaks[ws[i].folded] || marked(s, ws[i-1].End, ws[i].Start)) {
			end := ws[i].Start
			dst = append(dst, claim{Span: trimmed(s, start, end), sentence: sentence, from: base + from, to: base + i})
			start, from, have = end, i, 0
		}
		if ws[i].content() {
			have++
			rest--
		}
	}
	return append(dst, claim{Span: trimmed(s, start, at.End), sentence: sentence, from: base + from, to: base + len(ws)})
}

// marked reports whether a mark that parts clauses stands in s[from:to]. Chinese pairs overlap, so that to may lie before from.
func marked(s string, from, to int) bool {
	return from < to && strings.ContainsAny(s[from:to], ",;:()，；：、（）—–")
}

// trimmed is the span s[start:end] without space and commas at its ends.
func trimmed(s string, start, end int) text.Span {
	for start < end {
		r, n := utf8.DecodeRuneInString(s[start:end])
		if !strings.ContainsRune(" \t\r\n,，、;；", r) {
			break
		}
		start += n
	}
	for start < end {
		r, n := utf8.DecodeLastRuneInString(s[start:end])
		if !strings.ContainsRune(" \t\r\n,，、;；", r) {
			break
		}
		end -= n
	}
	return text.Span{Start: start, End: end}
}
