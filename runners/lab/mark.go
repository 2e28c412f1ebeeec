package lab

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

// Mark gives a shown passage's title and text with what the laboratory did to them: [-gone-] and {+new+}, word by word, against the passage it was
// made from. An old edition that is shown for its age is held against the one that superseded it. A passage as the suite has it comes
// back as it is.
func (l *Lab) Mark(p suites.Passage, edits []runners.Edit) (title, body string) {
	was, ok := l.suite.Passage(Original(l.suite, p.ID))
	if !ok {
		return p.Title, p.Text
	}
	for _, e := range edits {
		if e.PassageID == p.ID && e.Kind == string(suites.Stale) {
			if now, ok := l.suite.Passage(l.later[p.ID]); ok {
				was = now
			}
		}
	}
	return difference(was.Title, p.Title), difference(was.Text, p.Text)
}

// maxCompared bounds the pieces that are compared pair by pair; longer texts are marked whole.
const maxCompared = 2000

// difference marks what was taken out of a text and what was put in: whole lines and sentences where one side lacks them, words where they
// changed.
func difference(was, now string) string {
	var out strings.Builder
	compare(&out, was, now, []func(string) []string{lines, sentences, pieces})
	return out.String()
}

// compare writes the difference along a longest common subsequence of the pieces that the first cut makes, and takes what was exchanged
// for something else apart by the next cut.
func compare(out *strings.Builder, was, now string, cuts []func(string) []string) {
	switch {
	case was == now:
		out.WriteString(now)
		return
	case was == "" || now == "" || len(cuts) == 0:
		mark(out, was, now)
		return
	}
	a, b := cuts[0](was), cuts[0](now)
	if len(a) > maxCompared || len(b) > maxCompared {
		mark(out, was, now)
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
		from, to := i, j
		for i < len(a) && j < len(b) && a[i] == b[j] {
			out.WriteString(a[i])
			i, j = i+1, j+1
			from, to = i, j
		}
		for (i < len(a) || j < len(b)) && !(i < len(a) && j < len(b) && a[i] == b[j]) {
			if j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1] {
				i++
			} else {
				j++
			}
		}
		if i-from == j-to && len(cuts) > 1 { // line by line
			for ; from < i; from, to = from+1, to+1 {
				compare(out, a[from], b[to], cuts[1:])
			}
			continue
		}
		compare(out, strings.Join(a[from:i], ""), strings.Join(b[to:j], ""), cuts[1:])
	}
}

// mark writes what is gone and what is new. Line ends stay outside of the marks.
func mark(out *strings.Builder, gone, put string) {
	for _, m := range [...]struct{ open, text, end string }{{"[-", gone, "-]"}, {"{+", put, "+}"}} {
		for line := range strings.SplitAfterSeq(m.text, "\n") {
			words, ends := strings.CutSuffix(line, "\n")
			if words != "" {
				out.WriteString(m.open + words + m.end)
			}
			if ends {
				out.WriteString("\n")
			}
		}
	}
}

// lines cuts a text into its lines and the ends between them.
func lines(s string) []string {
	var out []string
	for line := range strings.SplitAfterSeq(s, "\n") {
		words, ends := strings.CutSuffix(line, "\n")
		if words != "" {
			out = append(out, words)
		}
		if ends {
			out = append(out, "\n")
		}
	}
	return out
}

// sentences cuts a line into its sentences and the space between them.
func sentences(s string) []string {
	var out []string
	at := 0
	for _, span := range text.Sentences(s) {
		if span.Start > at {
			out = append(out, s[at:span.Start])
		}
		out, at = append(out, span.Of(s)), span.End
	}
	if at < len(s) {
		out = append(out, s[at:])
	}
	return out
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
