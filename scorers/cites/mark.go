package cites

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/text"
)

// Ref is one citation: a passage that an answer points at.
type Ref struct {
	Text    string // as written: "2", "hr-leave-2026"
	Passage int    // index of the passage, from 0; -1 when there is no such passage
}

// Mark is a mark of citation in a text: a pair of brackets with one citation or more.
type Mark struct {
	text.Span
	Refs []Ref
}

// Limits of what is read as a mark. Beyond them a bracket is text like any other.
const (
	longestMark = 400 // bytes between the brackets
	widestRange = 50  // passages that one range may span
)

// Marks finds the marks of citation of s, in order, against the IDs of the passages as they were shown. It reads
//
//   - "[2]", the second passage, counting from 1, in ASCII, full-width or Devanagari digits;
//   - "[hr-leave-2026]", the passage with this ID, whatever its case; an ID that is a number goes before the count;
//   - "[1, 3]", "[1; hr-leave-2026]", "[1、3]", lists, and "[2-4]", a range of numbers with at most 50 members;
//   - the same after a word for a passage, "[Passage 2]", after "^", and in 【】 or ［］.
//
// What looks like a number or an ID and names no passage is a citation with Passage -1. Anything else in brackets is no mark: words
// with spaces, "[sic]", "[ ]", and the text of a link, "[text](address)". Time is linear in s.
func Marks(s string, ids []string) []Mark {
	var out []Mark
	byID := make(map[string]int, len(ids))
	for i, id := range ids {
		id = strings.ToLower(id)
		if _, twice := byID[id]; !twice && id != "" {
			byID[id] = i
		}
	}
	for i := 0; i < len(s); {
		n := strings.IndexAny(s[i:], "[［【")
		if n < 0 {
			break
		}
		i += n
		_, open := utf8.DecodeRuneInString(s[i:])
		end, size := closing(s, i+open)
		if end < 0 || end+size < len(s) && s[end+size] == '(' {
			i += open
			continue
		}
		if refs := references(s[i+open:end], byID, len(ids)); len(refs) > 0 {
			out = append(out, Mark{Span: text.Span{Start: i, End: end + size}, Refs: refs})
			i = end + size
			continue
		}
		i += open
	}
	return out
}

// closing finds the bracket that closes what opens before i, and its size; -1 when another opens first or there is none near.
func closing(s string, i int) (end, size int) {
	stop := min(len(s), i+longestMark)
	for i < stop {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch r {
		case ']', '］', '】':
			return i, n
		case '[', '［', '【', '\n', '\r':
			return -1, 0
		}
		i += n
	}
	return -1, 0
}

// references reads what stands between the brackets of a mark; nil when it is none.
func references(s string, byID map[string]int, passages int) []Ref {
	var out []Ref
	for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune(",;，；、", r) }) {
		part = strings.TrimSpace(part)
		if part == "" {
			return nil
		}
		if p, ok := byID[strings.ToLower(part)]; ok {
			out = append(out, Ref{part, p})
			continue
		}
		bare := strings.TrimPrefix(afterWord(part), "^")
		if p, ok := byID[strings.ToLower(bare)]; ok {
			out = append(out, Ref{bare, p})
			continue
		}
		if from, to, ok := ranged(bare); ok {
			for n := from; n <= to; n++ {
				out = append(out, counted(n, itoa(n), passages))
			}
			continue
		}
		if n, ok := number(bare); ok {
			out = append(out, counted(n, bare, passages))
			continue
		}
		if !likeID(bare) {
			return nil
		}
		out = append(out, Ref{bare, -1})
	}
	return out
}

// counted is the citation of the n-th passage of so many.
func counted(n int, as string, passages int) Ref {
	if n < 1 || n > passages {
		return Ref{as, -1}
	}
	return Ref{as, n - 1}
}

// passageWords may stand before the number or ID in a mark.
var passageWords = [...]string{"passage", "document", "doc", "source", "ref", "page", "资料", "段落", "文档", "来源", "अनुच्छेद", "दस्तावेज़", "दस्तावेज", "स्रोत"}

// afterWord drops a word for a passage at the head of s.
func afterWord(s string) string {
	for _, w := range passageWords {
		if len(s) > len(w) && strings.EqualFold(s[:len(w)], w) {
			rest := strings.TrimLeft(s[len(w):], " :.#")
			if rest == "" {
				return s
			}
			if _, ok := number(rest); ok || s[len(w)] == ' ' || s[len(w)] == ':' {
				return rest
			}
		}
	}
	return s
}

// ranged reads "2-4".
func ranged(s string) (from, to int, ok bool) {
	i := strings.IndexAny(s, "-–—~")
	if i <= 0 {
		return 0, 0, false
	}
	_, n := utf8.DecodeRuneInString(s[i:])
	from, a := number(strings.TrimSpace(s[:i]))
	to, b := number(strings.TrimSpace(s[i+n:]))
	return from, to, a && b && from <= to && to-from < widestRange
}

// number reads a whole number of at most four digits.
func number(s string) (n int, ok bool) {
	digits := 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			r -= '0'
		case r >= '０' && r <= '９':
			r -= '０'
		case r >= '०' && r <= '९':
			r -= '०'
		default:
			return 0, false
		}
		n = n*10 + int(r)
		if digits++; digits > 4 {
			return 0, false
		}
	}
	return n, digits > 0
}

func itoa(n int) string {
	if n >= 10 {
		return itoa(n/10) + string(rune('0'+n%10))
	}
	return string(rune('0' + n))
}

// likeID reports whether a piece without spaces is built as identifiers are: letters and a digit, or letters parted by '-', '_', '/',
// '#' or ':'.
func likeID(s string) bool {
	letters, digits, joints := 0, 0, 0
	for i, r := range s {
		switch {
		case unicode.IsLetter(r):
			letters++
		case unicode.IsDigit(r):
			digits++
		case strings.ContainsRune("-_/#:.", r) && i > 0:
			joints++
		default:
			return false
		}
	}
	return digits > 4 || letters > 0 && (digits > 0 || joints > 0)
}
