package compare

import (
	"fmt"
	"io"
	"strings"

	"github.com/viva-eval/viva/reports"
)

// Format writes a comparison in one form.
type Format func(w io.Writer, c Comparison) error

var _ Format = Table

const (
	flipsTold  = 3   // flips whose texts a terminal shows
	replyTold  = 400 // bytes of a text that a terminal shows
	flipsNamed = 12  // flips a terminal names
)

// Table writes the comparison for a terminal. It holds no control codes.
func Table(w io.Writer, c Comparison) error {
	var b strings.Builder
	for _, s := range []struct {
		name string
		Side
	}{{"base", c.Base}, {"head", c.Head}} {
		b.WriteString(reports.Sentence(fmt.Sprintf("%s: %s on %s, run %s", s.name, reports.TargetName(s.Run), reports.SuiteName(s.Run), s.Run.ID), "") + "\n")
	}
	b.WriteString(reports.Sentence(c.Headline(), "") + "\n")
	for _, g := range []reports.Grid{c.armGrid(), c.sliceGrid(), c.flipGrid(), c.speedGrid(), c.changeGrid()} {
		if len(g.Rows) == 0 {
			if g.Foot != "" {
				b.WriteString("\n" + g.Foot + "\n")
			}
			continue
		}
		b.WriteString("\n")
		if err := g.Terminal(&b); err != nil {
			return fmt.Errorf("write table: %w", err)
		}
		if strings.HasPrefix(g.Title, "Items that flipped") {
			c.tellFlips(&b)
		}
	}
	if len(c.Notes) > 0 {
		b.WriteString("\n")
	}
	for _, n := range c.Notes {
		b.WriteString(n.Line() + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// tellFlips names the worst flips, the first few with both answers.
func (c Comparison) tellFlips(b *strings.Builder) {
	for i, f := range c.Flips {
		if i == flipsNamed {
			fmt.Fprintf(b, "… and %d more.\n", len(c.Flips)-flipsNamed)
			break
		}
		b.WriteString(reports.Sentence(f.line(), "  ") + "\n")
		if i >= flipsTold {
			continue
		}
		for _, t := range []struct{ name, text string }{
			{"question", f.Question}, {"truth", f.Truth}, {"base", f.BaseReply}, {"head", f.HeadReply},
		} {
			if t.text != "" {
				b.WriteString(reports.Inert(fmt.Sprintf("  %-8s  %s\n", t.name, reports.Sentence(reports.Shorten(t.text, replyTold), "            "))))
			}
		}
	}
}

// line names the flip: "right → false: leave-03, oracle, hr, table, in 2 of 3 repeats".
func (f Flip) line() string {
	s := fmt.Sprintf("%s: %s, %s", f.Kind, f.Item, f.Arm)
	for _, more := range []string{f.Load, f.Domain, f.Skill} {
		if more != "" {
			s += ", " + more
		}
	}
	if f.Pairs > 1 {
		s += fmt.Sprintf(", in %d of %d repeats", f.Flipped, f.Pairs)
	}
	return s
}
