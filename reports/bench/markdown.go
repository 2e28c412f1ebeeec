package bench

import (
	"fmt"
	"io"
	"strings"

	"github.com/viva-eval/viva/reports"
)

var _ Format = Markdown

// Markdown writes the report as GitHub-flavoured Markdown: the tables of the terminal and the facts of the run.
func Markdown(w io.Writer, r Report) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# Viva: %s\n\n**%s**\n", reports.Plain(r.title()), reports.Plain(reports.Tie(r.Headline())))
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "\n> %s%s\n", map[string]string{reports.Warn: "**Warning.** ", reports.Bad: "**Invalid.** "}[n.Level], reports.Plain(reports.Tie(n.Text)))
	}
	for _, g := range append(r.grids(), reports.Grid{Title: "Run", Head: []string{"fact", "value"}, Left: 2, Rows: r.facts()}) {
		fmt.Fprintf(&b, "\n## %s\n\n%s", reports.Plain(g.Title), g.Markdown())
		if g.Foot != "" {
			fmt.Fprintf(&b, "\n%s\n", reports.Plain(strings.ReplaceAll(g.Foot, "\n", " ")))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
