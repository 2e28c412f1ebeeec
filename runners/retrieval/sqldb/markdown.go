package sqldb

import (
	"fmt"
	"strings"
)

// widestCell is how many bytes of one value are shown.
const widestCell = 2000

// grid writes rows as a Markdown table of at most most bytes and rows.
type grid struct {
	rows, bytes int // that may still be added
	b           strings.Builder
	count       int
	cells       int  // values that were cut
	full        bool // there are more rows than were taken
}

// row adds a row and says whether another may come.
func (g *grid) row(columns []string, cells []cell) bool {
	if g.count == 0 {
		g.head(columns)
	}
	if g.rows == 0 {
		g.full = true
		return false
	}
	var line strings.Builder
	line.WriteString("|")
	shortened := 0
	for _, c := range cells {
		text := c.text
		if c.null {
			text = "NULL"
		}
		if len(text) > widestCell {
			text = cut(text, widestCell) + fmt.Sprintf("… (%d bytes)", len(text))
			shortened++
		}
		line.WriteString(" " + flat(text) + " |")
	}
	line.WriteString("\n")
	if line.Len() > g.bytes {
		g.full = true
		return false
	}
	g.b.WriteString(line.String())
	g.bytes -= line.Len()
	g.rows--
	g.count++
	g.cells += shortened
	return true
}

func (g *grid) head(columns []string) {
	if g.b.Len() > 0 || len(columns) == 0 {
		return
	}
	g.b.WriteString("|")
	for _, name := range columns {
		g.b.WriteString(" " + flat(cut(name, widestCell)) + " |")
	}
	g.b.WriteString("\n|" + strings.Repeat(" --- |", len(columns)) + "\n")
	g.bytes -= g.b.Len()
}

// text is the table, and what its reader must know of it.
func (g *grid) text() string {
	switch {
	case g.full && g.count == 0:
		return g.b.String() + "\nThe first row is too large to be shown: choose fewer columns.\n"
	case g.full:
		fmt.Fprintf(&g.b, "\nOnly the first %s shown; there are more. Narrow the query or aggregate.\n", plural(g.count, "row is", "rows are"))
	case g.count == 0:
		g.b.WriteString("\nNo rows.\n")
	default:
		fmt.Fprintf(&g.b, "\n%s.\n", plural(g.count, "row", "rows"))
	}
	if g.cells > 0 {
		fmt.Fprintf(&g.b, "%s cut.\n", plural(g.cells, "long value was", "long values were"))
	}
	return g.b.String()
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// flat keeps a value within its cell: on one line, and without the bars that end cells.
var flat = strings.NewReplacer("|", `\|`, "\r\n", " ", "\n", " ", "\r", " ", "\x00", "\uFFFD").Replace
