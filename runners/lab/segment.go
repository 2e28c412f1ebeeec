package lab

import (
	"slices"
	"strings"
	"unicode"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/internal/value"
)

// segment is what can be taken out of a passage's text in one piece: a sentence, or a row of a table.
type segment struct {
	text.Span
	row  bool
	head bool // a table's head or the line under it, which must stay
	line int
	with string // what [cut] puts in its place
}

// segments cuts a passage's text into sentences and table rows, in order.
func segments(s string) []segment {
	var out []segment
	line, from := 0, 0
	spans := text.Sentences(s)
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		to := from + len(l)
		switch {
		case isRow(l):
			next := i+1 < len(lines) && isRule(lines[i+1])
			out = append(out, segment{Span: text.Span{Start: from, End: to}, row: true, head: next || isRule(l), line: line})
			for len(spans) > 0 && spans[0].Start < to {
				spans = spans[1:]
			}
		default:
			for len(spans) > 0 && spans[0].Start < to {
				out = append(out, segment{Span: spans[0], line: line})
				spans = spans[1:]
			}
		}
		line, from = line+1, to+1
	}
	return out
}

// isRow reports whether a line is a row of a Markdown table.
func isRow(l string) bool {
	l = strings.TrimSpace(l)
	return len(l) > 1 && l[0] == '|' && l[len(l)-1] == '|'
}

// isRule reports whether a line is the rule under a table's head.
func isRule(l string) bool {
	return isRow(l) && strings.Trim(l, "|-: \t\r") == "" && strings.Contains(l, "-")
}

// cells gives the spans of a row's cells within the row, without the space around them.
func cells(row string) []text.Span {
	var out []text.Span
	start := strings.IndexByte(row, '|') + 1
	for start > 0 && start < len(row) {
		n := strings.IndexByte(row[start:], '|')
		if n < 0 {
			break
		}
		cell := row[start : start+n]
		lead := len(cell) - len(strings.TrimLeft(cell, " \t"))
		trimmed := strings.TrimSpace(cell)
		out = append(out, text.Span{Start: start + lead, End: start + lead + len(trimmed)})
		start += n + 1
	}
	return out
}

// stepped says of each segment whether it is a row of a table of steps, whose first cells are figures ("up to EUR 5,000", "2 to under 5
// years"): without one of its rows, the row before would seem to hold for its cases too.
func stepped(s, language string, segs []segment) []bool {
	out := make([]bool, len(segs))
	for i := 0; i < len(segs); {
		j, steps, rows := i, 0, 0
		for ; j < len(segs) && segs[j].row && (j == i || segs[j].line == segs[j-1].line+1); j++ {
			row := segs[j].Of(s)
			if cs := cells(row); !segs[j].head && len(cs) > 0 {
				rows++
				if slices.ContainsFunc(value.Find(cs[0].Of(row), language), func(m value.Mention) bool { return m.Kind != value.Date && m.Kind != value.ID }) {
					steps++
				}
			}
		}
		for k := i; k < j; k++ {
			out[k] = steps >= 2 && 2*steps > rows
		}
		i = max(j, i+1)
	}
	return out
}

// cut takes segments out of a text. A line that loses all its sentences goes with what marked it (a bullet), and no more than one
// empty line stays where paragraphs were.
func cut(s string, gone []segment) string {
	byLine := map[int][]segment{}
	for _, g := range gone {
		byLine[g.line] = append(byLine[g.line], g)
	}
	var kept []string
	from := 0
	for i, l := range strings.Split(s, "\n") {
		to := from + len(l)
		if out := byLine[i]; len(out) > 0 {
			var b strings.Builder
			at := from
			for _, g := range out {
				b.WriteString(s[at:g.Start])
				b.WriteString(g.with)
				at = g.End
				for g.with == "" && at < to && s[at] == ' ' {
					at++
				}
			}
			b.WriteString(s[at:to])
			l = strings.TrimRight(b.String(), " ")
			if !strings.ContainsFunc(l, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
				from = to + 1
				continue
			}
		}
		if l != "" || len(kept) > 0 && kept[len(kept)-1] != "" {
			kept = append(kept, l)
		}
		from = to + 1
	}
	return strings.TrimRight(strings.Join(kept, "\n"), "\n")
}
