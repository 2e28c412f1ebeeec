package compare

import (
	"fmt"
	"io"
	"strings"

	"github.com/viva-eval/viva/reports"
)

var _ Format = Markdown

const flipsWritten = 20 // flips that Markdown shows with their texts

// Markdown writes the comparison as GitHub-flavoured Markdown, fit for a job summary or a comment.
func Markdown(w io.Writer, c Comparison) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# Viva: %s against %s\n\n**%s**\n", reports.Plain(sideName(c.Head, c.Base)), reports.Plain(sideName(c.Base, c.Head)), reports.Plain(c.Headline()))
	for _, n := range c.Notes {
		fmt.Fprintf(&b, "\n> %s%s\n", map[string]string{reports.Warn: "**Warning.** ", reports.Bad: "**Invalid.** "}[n.Level], reports.Plain(n.Text))
	}
	section := func(g reports.Grid) {
		if len(g.Rows) == 0 {
			if g.Foot != "" {
				fmt.Fprintf(&b, "\n%s\n", reports.Plain(g.Foot))
			}
			return
		}
		fmt.Fprintf(&b, "\n## %s\n\n%s", reports.Plain(g.Title), g.Markdown())
		if g.Foot != "" {
			fmt.Fprintf(&b, "\n%s\n", reports.Plain(strings.ReplaceAll(g.Foot, "\n", " ")))
		}
	}
	arms := c.armGrid()
	arms.Title = "Measures"
	section(arms)
	section(c.sliceGrid())
	section(c.flipGrid())
	for i, f := range c.Flips {
		if i == flipsWritten {
			fmt.Fprintf(&b, "\n… and %d more.\n", len(c.Flips)-flipsWritten)
			break
		}
		fmt.Fprintf(&b, "\n### %s\n", reports.Plain(f.line()))
		if f.Question != "" {
			fmt.Fprintf(&b, "\n%s Truth: **%s**\n", reports.Plain(f.Question), reports.Plain(f.Truth))
		}
		if f.BaseReply != "" || f.HeadReply != "" {
			g := reports.Grid{Left: 2, Head: []string{"base: " + f.From.String(), "head: " + f.To.String()}, Rows: [][]string{{f.BaseReply, f.HeadReply}}}
			b.WriteString("\n" + g.Markdown())
		}
	}
	section(c.speedGrid())
	section(c.changeGrid())
	runs := reports.Grid{Title: "Runs", Left: 3, Head: []string{"", "base", "head"}}
	for _, r := range c.runs() {
		runs.Rows = append(runs.Rows, []string{r.What, r.Base, r.Head})
	}
	section(runs)
	_, err := io.WriteString(w, b.String())
	return err
}

// runs identifies both runs.
func (c Comparison) runs() (list []reports.Change) {
	b, h := c.Base.Run, c.Head.Run
	for _, row := range [][3]string{
		{"run", b.ID, h.ID},
		{"target", reports.TargetName(b), reports.TargetName(h)},
		{"suite", reports.SuiteName(b), reports.SuiteName(h)},
		{"suite digest", reports.OrDash(b.SuiteDigest), reports.OrDash(h.SuiteDigest)},
		{"plan digest", reports.OrDash(b.PlanDigest), reports.OrDash(h.PlanDigest)},
	} {
		list = append(list, reports.Change{What: row[0], Base: row[1], Head: row[2]})
	}
	return list
}

// sideName names a side by its target, or by its run where both have the same.
func sideName(s, other Side) string {
	name := reports.TargetName(s.Run)
	if name == reports.TargetName(other.Run) || name == "" {
		return strings.TrimSpace(name + " " + s.Run.ID)
	}
	return name
}
