package bench

import (
	"fmt"
	"io"
	"strings"

	"github.com/viva-eval/viva/reports"
)

var _ Format = Table

// Table writes the report for a terminal: what was measured, its tables and its notes. It holds no control codes.
func Table(w io.Writer, r Report) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, run %s\n%s\n", reports.Sentence(r.title(), ""), reports.Sentence(r.Run.ID, ""), reports.Sentence(r.Headline(), ""))
	for _, g := range r.grids() {
		b.WriteString("\n")
		g.Foot = foot(g.Foot)
		if err := g.Terminal(&b); err != nil {
			return fmt.Errorf("write table: %w", err)
		}
	}
	if len(r.Notes) > 0 {
		b.WriteString("\n")
	}
	for _, n := range r.Notes {
		b.WriteString(n.Line() + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// foot folds each line of a table's foot.
func foot(s string) string {
	var lines []string
	for line := range strings.Lines(s) {
		lines = append(lines, reports.Sentence(line, ""))
	}
	return strings.Join(lines, "\n")
}
