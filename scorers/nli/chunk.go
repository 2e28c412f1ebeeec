package nli

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/text"
)

// Overlap is the number of sentences that a chunk repeats from the one before it, so that what two neighbouring sentences say together
// stands together at least once.
const Overlap = 1

// specials is the room left for the tokens that a tokenizer puts around a pair.
const specials = 8

// Tokens is a cautious estimate of the tokens of s, by a rule that errs towards too many: three Latin letters a token, each digit and
// mark one of its own, each Han character one, two characters of any other script one.
func Tokens(s string) int {
	n, run := 0, 0 // run: sixths of a token in the word under way
	flush := func() { n, run = n+(run+5)/6, 0 }
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			flush()
		case r < utf8.RuneSelf && unicode.IsLetter(r):
			run += 2
		case r < utf8.RuneSelf, unicode.Is(unicode.Han, r), r == utf8.RuneError:
			flush()
			n++
		default:
			run += 3
		}
	}
	flush()
	return n
}

// Chunks cuts a premise into pieces of at most window tokens, by the estimate of [Tokens]: whole sentences, as many as fit, each piece
// beginning with the last sentence of the one before where there is room. A sentence longer than the window is cut between words, and a
// word longer than the window between characters. A premise that fits is one piece; one without any text has none.
func Chunks(premise string, window int) []string {
	window = max(window, 8)
	if strings.TrimSpace(premise) == "" {
		return nil
	}
	if Tokens(premise) <= window {
		return []string{premise}
	}
	var spans []text.Span
	var sizes []int
	for _, s := range text.Sentences(premise) {
		for _, part := range cut(premise, s, window) {
			spans = append(spans, part)
			sizes = append(sizes, Tokens(part.Of(premise)))
		}
	}
	var chunks []string
	for i := 0; i < len(spans); {
		sum, j := sizes[i], i+1
		for j < len(spans) && sum+sizes[j] <= window {
			sum += sizes[j]
			j++
		}
		chunks = append(chunks, join(premise, spans[i:j]))
		if j == len(spans) {
			break
		}
		next := j
		if back := j - Overlap; back > i && sizes[back]+sizes[j] <= window {
			next = back
		}
		i = next
	}
	return chunks
}

// join puts the sentences of a chunk together with a break between them: what stood between them may be long.
func join(s string, spans []text.Span) string {
	var b strings.Builder
	for i, p := range spans {
		if i > 0 {
			if strings.Contains(s[spans[i-1].End:p.Start], "\n") {
				b.WriteByte('\n')
			} else if p.Start > spans[i-1].End {
				b.WriteByte(' ')
			}
		}
		b.WriteString(p.Of(s))
	}
	return b.String()
}

// cut parts a sentence that is longer than the window.
func cut(s string, p text.Span, window int) []text.Span {
	if Tokens(p.Of(s)) <= window {
		return []text.Span{p}
	}
	var parts []text.Span
	start, size := p.Start, 0
	for at := p.Start; at < p.End; {
		end := at + unit(s[at:p.End], window)
		n := Tokens(s[at:end])
		if size > 0 && size+n > window {
			parts = append(parts, text.Span{Start: start, End: at})
			start, size = at, 0
		}
		size += n
		at = end
	}
	return append(parts, text.Span{Start: start, End: p.End})
}

// unit is the length of the next piece that is not parted: a word with the space behind it, a Han character, or as much of an endless
// word as fits the window.
func unit(s string, window int) int {
	for i, r := range s {
		switch {
		case unicode.IsSpace(r), unicode.Is(unicode.Han, r) && i == 0:
			return i + utf8.RuneLen(r)
		case unicode.Is(unicode.Han, r), i >= window:
			return i
		}
	}
	return len(s)
}
