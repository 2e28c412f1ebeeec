package reports

import (
	"fmt"
	"io"
	"strings"
	"unicode"
)

var _ Format = Markdown

// Markdown writes the report as GitHub-flavoured Markdown, fit for a job summary or a comment: the tables of the terminal, the slices and
// the facts of the run.
func Markdown(w io.Writer, r Report) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# Viva: %s on %s\n\n**%s**\n", plain(targetName(r)), plain(suiteName(r)), plain(tie(r.Headline())))
	for _, n := range r.Summary.Notes {
		fmt.Fprintf(&b, "\n> %s%s\n", map[string]string{Warn: "**Warning.** ", Bad: "**Invalid.** "}[n.Level], plain(tie(n.Text)))
	}
	for _, g := range append(grids(r), sliceGrids(r)...) {
		title := g.title
		if title == "" {
			title = "Verdicts"
		}
		fmt.Fprintf(&b, "\n## %s\n\n", plain(title))
		g.markdown(&b)
		if g.foot != "" {
			fmt.Fprintf(&b, "\n%s\n", plain(strings.ReplaceAll(g.foot, "\n", " ")))
		}
	}
	b.WriteString("\n## Run\n\n")
	facts := grid{head: []string{"fact", "value"}, left: 2}
	for _, f := range factList(r) {
		facts.rows = append(facts.rows, []string{f.Name, f.Value})
	}
	facts.markdown(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

// markdown sets the grid as a table.
func (g grid) markdown(b *strings.Builder) {
	for _, h := range g.head {
		b.WriteString("| " + plain(h) + " ")
	}
	b.WriteString("|\n")
	for i := range g.head {
		if i < g.left {
			b.WriteString("|---")
		} else {
			b.WriteString("|---:")
		}
	}
	b.WriteString("|\n")
	for _, row := range g.rows {
		for _, c := range row {
			b.WriteString("| " + plain(c) + " ")
		}
		b.WriteString("|\n")
	}
}

// sliceGrids has one table for each dimension, with accuracy and hallucination side by side for the arms there is room for.
func sliceGrids(r Report) []grid {
	var list []grid
	for _, d := range dimensions {
		g := grid{title: "By " + d.name, head: []string{d.name}, left: 1}
		for _, a := range r.plainArms() {
			g.head = append(g.head, a.Name+": correct %", a.Name+": hallucination %")
		}
		for _, value := range sliceValues(r, d.name) {
			row := []string{sliceName(Slice{Dimension: d.name, Value: value})}
			for _, a := range r.plainArms() {
				s, ok := findSlice(r, d.name, value, a.Name)
				if !ok {
					row = append(row, "–", "–")
					continue
				}
				row = append(row, s.Accuracy.interval(), s.Hallucination.interval())
			}
			g.rows = append(g.rows, row)
		}
		if len(g.rows) > 1 {
			list = append(list, g)
		}
	}
	return list
}

// sliceValues lists the values of a dimension in order of first appearance over the arms.
func sliceValues(r Report, dimension string) []string {
	var values []string
	seen := map[string]bool{}
	for _, s := range r.Summary.Slices {
		if s.Dimension == dimension && !seen[s.Value] {
			seen[s.Value] = true
			values = append(values, s.Value)
		}
	}
	return values
}

func findSlice(r Report, dimension, value, arm string) (Slice, bool) {
	for _, s := range r.Summary.Slices {
		if s.Dimension == dimension && s.Value == value && s.Arm == arm {
			return s, true
		}
	}
	return Slice{}, false
}

// plain makes a text safe inside Markdown: no markup, no HTML, no line break.
func plain(s string) string {
	var b strings.Builder
	for _, c := range s {
		switch {
		case strings.ContainsRune("\\`*_[]<>|#~$&", c):
			b.WriteByte('\\')
			b.WriteRune(c)
		case unicode.IsControl(c):
			b.WriteByte(' ')
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}
