package reader

import (
	"strings"

	"github.com/viva-eval/viva/internal/text"
)

// tableState follows a Markdown table row by row.
type tableState struct {
	last   []string // the row before
	header []string // the row above the rule of dashes
	mask   uint64   // terms of the question in the header
	top    bool     // no row of figures has come since the rule
}

// read takes the next line of a table and returns its cells; ok is false for a rule and for the line that may be a header, since
// a table's first line is one by Markdown's grammar.
func (t *tableState) read(line string) (cells []string, ok bool) {
	cells = splitRow(line)
	if isRule(cells) {
		t.header, t.top = t.last, true
		return nil, false
	}
	first := t.last == nil
	t.last = cells
	if t.top && cells[0] == "" { // a second line of labels: "| | 2025 | 2024 |"
		merged := make([]string, max(len(t.header), len(cells)))
		for i := range merged {
			merged[i] = strings.TrimSpace(at(t.header, i) + " " + at(cells, i))
		}
		t.header = merged
		return nil, false
	}
	t.top = false
	return cells, !first
}

func at(cells []string, i int) string {
	if i < len(cells) {
		return cells[i]
	}
	return ""
}

// splitRow splits a line such as "| a | b \| c |" into its cells.
func splitRow(line string) []string {
	line = strings.TrimSpace(line)
	line = strings.TrimPrefix(line, "|")
	line = strings.TrimSuffix(line, "|")
	cells := make([]string, 0, strings.Count(line, "|")+1)
	start := 0
	for i := 0; i <= len(line); i++ {
		if i < len(line) && (line[i] != '|' || i > 0 && line[i-1] == '\\') {
			continue
		}
		cells = append(cells, strings.TrimSpace(strings.ReplaceAll(line[start:i], `\|`, "|")))
		start = i + 1
	}
	return cells
}

// isRule reports whether the cells are the rule under a header: dashes and colons only.
func isRule(cells []string) bool {
	for _, c := range cells {
		if c == "" || strings.Trim(c, "-: ") != "" {
			return false
		}
	}
	return len(cells) > 0
}

// maxStack bounds how many lines of figures belong to the label above them.
const maxStack = 12

// stacked returns the last of the spans that belong to the label at i: the lines right after it that hold figures only. It is i
// when there are none.
func stacked(s string, spans []text.Span, i int) int {
	if !hasLetters(spans[i].Of(s)) {
		return i
	}
	end := i
	for end+1 < len(spans) && end-i < maxStack && figures(spans[end+1].Of(s)) {
		end++
	}
	return end
}

// figures reports whether a line holds nothing but a figure or a currency sign.
func figures(line string) bool {
	if len(line) > 32 {
		return false
	}
	for _, r := range line {
		switch {
		case r >= '0' && r <= '9', strings.ContainsRune("$€£¥₹%.,()-–— \t", r):
		default:
			return false
		}
	}
	return true
}

func hasLetters(s string) bool {
	for _, r := range s {
		if r|0x20 >= 'a' && r|0x20 <= 'z' || r >= 0x0900 {
			return true
		}
	}
	return false
}
