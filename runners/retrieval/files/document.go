package files

import (
	"strings"
)

// document is a file taken apart: blocks in reading order.
type document struct {
	title    string // as the document itself says; empty: it does not
	language string // empty: to be detected
	blocks   []block
	empty    []string // places that hold no text, such as scanned pages
}

// block is a heading, a paragraph or list item, or a table; and where it stands.
type block struct {
	level int        // of a heading, from 1; 0: not a heading
	text  string     // of a heading or paragraph; lines of a list belong together
	rows  [][]string // of a table; the first row is its head
	place string     // "page=3", or a sheet's name; a passage never goes beyond one place
}

// sample is enough of the text to tell its language.
func (d document) sample() string {
	var b strings.Builder
	for _, x := range d.blocks {
		b.WriteString(x.text)
		for _, row := range x.rows {
			b.WriteString(strings.Join(row, " "))
		}
		if b.Len() > 4096 {
			break
		}
	}
	return b.String()
}

// markdownTable writes rows as a Markdown table, the first row as its head.
func markdownTable(rows [][]string) string {
	var b strings.Builder
	for i, row := range rows {
		b.WriteString("|")
		for _, cell := range row {
			b.WriteString(" ")
			b.WriteString(cellText(cell))
			b.WriteString(" |")
		}
		b.WriteString("\n")
		if i == 0 {
			b.WriteString("|" + strings.Repeat("---|", len(row)) + "\n")
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// cellText fits a text into a cell: one line, no bars.
func cellText(s string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "|", `\|`)
}

// squared gives all rows the same number of cells and drops rows and trailing columns that are empty.
func squared(rows [][]string) [][]string {
	width := 0
	var kept [][]string
	for _, row := range rows {
		last := -1
		for i, cell := range row {
			if strings.TrimSpace(cell) != "" {
				last = i
			}
		}
		if last >= 0 {
			kept = append(kept, row)
			width = max(width, last+1)
		}
	}
	for i, row := range kept {
		square := make([]string, width)
		copy(square, row)
		kept[i] = square
	}
	return kept
}
