package lab

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

// Mark gives a shown passage's text with what the laboratory did to it: [-gone-] and {+new+}, word by word, against the passage it was
// made from. An old edition that is shown for its age is held against the one that superseded it. A passage as the suite has it comes
// back as it is.
func (l *Lab) Mark(p suites.Passage, edits []runners.Edit) string {
	was, ok := l.suite.Passage(Original(l.suite, p.ID))
	if !ok {
		return p.Text
	}
	for _, e := range edits {
		if e.PassageID == p.ID && e.Kind == string(suites.Stale) {
			if now, ok := l.suite.Passage(l.later[p.ID]); ok {
				was = now
			}
		}
	}
	return difference(was.Text, p.Text)
}

// maxCompared bounds the words that are compared pair by pair; what is longer, beginning and end that agree aside, is marked whole.
const maxCompared = 2000

// difference marks what was taken out of a text and what was put in.
func difference(was, now string) string {
	a, b := pieces(was), pieces(now)
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var out strings.Builder
	out.WriteString(strings.Join(a[:head], ""))
	mark(&out, a[head:len(a)-tail], b[head:len(b)-tail])
	out.WriteString(strings.Join(a[len(a)-tail:], ""))
	return out.String()
}

// mark writes the difference of two lists along a longest common subsequence.
func mark(out *strings.Builder, a, b []string) {
	var gone, put strings.Builder
	flush := func() {
		if gone.Len() > 0 {
			out.WriteString("[-" + gone.String() + "-]")
		}
		if put.Len() > 0 {
			out.WriteString("{+" + put.String() + "+}")
		}
		gone.Reset()
		put.Reset()
	}
	defer flush()
	if len(a) > maxCompared || len(b) > maxCompared {
		gone.WriteString(strings.Join(a, ""))
		put.WriteString(strings.Join(b, ""))
		return
	}
	common := make([][]int32, len(a)+1) // common[i][j]: the length for a[i:] and b[j:]
	for i := range common {
		common[i] = make([]int32, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			flush()
			out.WriteString(a[i])
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			gone.WriteString(a[i])
			i++
		default:
			put.WriteString(b[j])
			j++
		}
	}
}

// pieces cuts a text into words with the space after them; each Han character and each line end stands alone.
func pieces(s string) []string {
	var out []string
	for s != "" {
		r, n := utf8.DecodeRuneInString(s)
		if r != '\n' && !unicode.Is(unicode.Han, r) {
			for n < len(s) {
				q, size := utf8.DecodeRuneInString(s[n:])
				if q == '\n' || unicode.Is(unicode.Han, q) {
					break
				}
				n += size
				if q == ' ' {
					break
				}
			}
		}
		out, s = append(out, s[:n]), s[n:]
	}
	return out
}
