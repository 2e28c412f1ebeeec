package reports

import (
	"html/template"
	"io"
	"strings"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

// This file lends what the report prints with to the packages that print beside it, so that a comparison looks like a report.

// Percent writes a fraction in percent with one decimal and no sign of unit: "12.5", "−3.0", "–".
func (f Figure) Percent() string { return f.percent() }

// Points writes a fraction in percent points with its sign: "+12.5", "−3.0", "0.0", "–".
func (f Figure) Points() string { return signed(f) }

// Fixed writes the figure times scale with so many decimals and a true minus sign.
func (f Figure) Fixed(scale float64, decimals int) string { return f.fixed(scale, decimals) }

// Milliseconds writes a time with about three digits: "0.42", "41.7", "1250".
func (f Figure) Milliseconds() string {
	if !f.Defined() {
		return "–"
	}
	return milliseconds(f)
}

// PerSecond writes a rate per second with about three digits.
func (f Figure) PerSecond() string {
	if !f.Defined() {
		return "–"
	}
	return f.rate()
}

// Interval writes a rate in percent with its interval, or its bounds when too much of it is unscored: "12.5 [9.1–16.8]", "–".
func (r Rate) Interval() string { return r.interval() }

// Guard keeps a text from being run as a formula by a spreadsheet that opens the file.
func Guard(s string) string { return guard(s) }

// Tie joins each figure of a sentence to its unit, so that no line is broken between them.
func Tie(s string) string { return tie(s) }

// Grid is a table of text that can be set for the terminal and as Markdown. Left is the number of columns set flush left, from the
// first; the rest are flush right. Foot may hold several lines.
type Grid struct {
	Title, Foot string
	Head        []string
	Rows        [][]string
	Left        int
}

// Terminal sets the grid with its title and foot for a terminal, without control codes.
func (g Grid) Terminal(w io.Writer) error {
	var set strings.Builder
	if err := (grid{head: g.Head, rows: g.Rows, left: g.Left}).terminal(&set); err != nil {
		return err
	}
	var b strings.Builder
	if g.Title != "" {
		b.WriteString(g.Title + "\n")
	}
	for line := range strings.Lines(set.String()) {
		b.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	if g.Foot != "" {
		b.WriteString(g.Foot + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Markdown sets the grid as a table, without title and foot.
func (g Grid) Markdown() string {
	var b strings.Builder
	grid{head: g.Head, rows: g.Rows, left: g.Left}.markdown(&b)
	return b.String()
}

// Plain makes a text safe inside Markdown: no markup, no HTML, no line break.
func Plain(s string) string { return plain(s) }

// Shorten cuts a text to at most so many bytes between runes, with an ellipsis.
func Shorten(s string, limit int) string { return shorten(s, limit) }

// Sentence makes a text safe for a terminal and breaks it into lines of about 110 columns, later ones indented.
func Sentence(s, indent string) string { return fold(clean(s), indent) }

// Line is the note as a terminal shows it: marked, folded, without a line break at its end.
func (n Note) Line() string {
	mark := map[string]string{Info: "- ", Warn: "! ", Bad: "!! "}[n.Level]
	return mark + Sentence(n.Text, strings.Repeat(" ", len(mark)))
}

// TargetName names the examinee of a run.
func TargetName(run runners.Run) string { return targetName(Report{Run: run}) }

// SuiteName names the suite of a run with its version.
func SuiteName(run runners.Run) string { return suiteName(Report{Run: run}) }

// SliceName writes the value of a slice for a person.
func SliceName(dimension, value string) string {
	return sliceName(Slice{Dimension: dimension, Value: value})
}

// Truth writes an item's right answer for a person.
func Truth(it suites.Item) string { return truthOf(it) }

// PageStyle is the style sheet of the report's page.
func PageStyle() template.CSS { return template.CSS(pageStyle) }
