package reports

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/tw"
)

var _ Format = Table

// Table writes the report for a terminal: what was run, a table of verdicts, one of lift, of causes, of latency and of throughput,
// and the notes. It holds no control codes.
func Table(w io.Writer, r Report) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s on %s, run %s\n", clean(targetName(r)), clean(suiteName(r)), clean(r.Run.ID))
	fmt.Fprintf(&b, "%s\n", fold(clean(r.Headline()), ""))
	for _, g := range grids(r) {
		b.WriteString("\n")
		if g.title != "" {
			b.WriteString(g.title + "\n")
		}
		var set strings.Builder
		if err := g.terminal(&set); err != nil {
			return fmt.Errorf("write table: %w", err)
		}
		for line := range strings.Lines(set.String()) {
			b.WriteString(strings.TrimRight(line, " \n") + "\n")
		}
		if g.foot != "" {
			b.WriteString(g.foot + "\n")
		}
	}
	if len(r.Summary.Notes) > 0 {
		b.WriteString("\n")
	}
	for _, n := range r.Summary.Notes {
		mark := map[string]string{Info: "- ", Warn: "! ", Bad: "!! "}[n.Level]
		b.WriteString(mark + fold(clean(n.Text), strings.Repeat(" ", len(mark))) + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// clean replaces control characters, which a name from outside could use to steer a terminal.
func clean(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsControl(c) {
			return ' '
		}
		return c
	}, s)
}

// columns is the width to which sentences are broken; tables take what they need.
const columns = 110

// fold breaks a text between words into lines of at most so many columns, later ones indented. It leaves figures beside their units.
func fold(s, indent string) string {
	var b strings.Builder
	at := 0
	for i, word := range strings.FieldsFunc(tie(untie(s)), func(c rune) bool { return unicode.IsSpace(c) && string(c) != noBreak }) {
		switch {
		case i == 0:
		case at+1+utf8.RuneCountInString(word) > columns-len(indent):
			b.WriteString("\n" + indent)
			at = 0
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(untie(word))
		at += utf8.RuneCountInString(word)
	}
	return b.String()
}

// terminal sets the grid with light rules.
func (g grid) terminal(w io.Writer) error {
	align := g.alignment()
	t := tablewriter.NewTable(w,
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithHeaderAlignmentConfig(tw.CellAlignment{PerColumn: align}),
		tablewriter.WithRowAlignmentConfig(tw.CellAlignment{PerColumn: align}),
		tablewriter.WithHeaderAutoWrap(tw.WrapNone),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithPadding(tw.Padding{Left: "", Right: " ", Overwrite: true}),
		tablewriter.WithRendition(tw.Rendition{
			Borders: tw.Border{Left: tw.Off, Right: tw.Off, Top: tw.Off, Bottom: tw.Off},
			Symbols: tw.NewSymbolCustom("rule").WithRow("─").WithColumn(" ").WithCenter("─").WithMidLeft("─").WithMidRight("─").
				WithHeaderLeft("─").WithHeaderMid("─").WithHeaderRight("─"),
			Settings: tw.Settings{
				Separators: tw.Separators{BetweenColumns: tw.On, BetweenRows: tw.Off, ShowHeader: tw.On},
				Lines:      tw.Lines{ShowHeaderLine: tw.On},
			},
		}),
	)
	head := make([]any, len(g.head))
	for i, h := range g.head {
		head[i] = clean(h)
	}
	t.Header(head...)
	for _, row := range g.rows {
		for i := range row {
			row[i] = clean(row[i])
		}
		if err := t.Append(row); err != nil {
			return err
		}
	}
	return t.Render()
}

func (g grid) alignment() []tw.Align {
	align := make([]tw.Align, len(g.head))
	for i := range align {
		align[i] = tw.AlignRight
		if i < g.left {
			align[i] = tw.AlignLeft
		}
	}
	return align
}

// targetName names the examinee.
func targetName(r Report) string {
	t := r.Run.Target
	switch {
	case t.BuiltIn:
		return "the built-in reader"
	case t.Name != "" && t.Model != "" && t.Name != t.Model:
		return fmt.Sprintf("%s (%s)", t.Name, t.Model)
	case t.Model != "":
		return t.Model
	default:
		return t.Name
	}
}

// suiteName names the suite with its version.
func suiteName(r Report) string {
	return strings.TrimSpace(r.Run.SuiteName + " " + r.Run.SuiteVersion)
}
