package gate

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/viva-eval/viva/reports"
)

// shownFlips is how many flipped items a person is shown; all are in JSON and JUnit.
const shownFlips = 10

// Text writes a result for a terminal.
func Text(w io.Writer, r Result) error {
	g := reports.Grid{Left: 2, Head: []string{"decision", "rule", "baseline", "run", "difference [bounds]", "promise", "items"}}
	for _, f := range r.Rules {
		g.Rows = append(g.Rows, []string{f.Decision.String(), clean(f.Name), f.side(f.Base), f.side(f.Head), f.interval(), f.Promise, fmt.Sprint(f.Items)})
	}
	if err := g.Terminal(w); err != nil {
		return err
	}
	var b strings.Builder
	for _, f := range r.Rules {
		fmt.Fprintf(&b, "%-12s %s (%s): %s\n", f.Decision, clean(f.Name), f.Tier, f.Reason)
	}
	for _, f := range r.Rules {
		if !math.IsNaN(float64(f.Detectable)) {
			fmt.Fprintf(&b, "%s finds a true loss of %s with power %.0f %%\n", clean(f.Name), points(float64(f.Detectable)), Power*100)
		}
	}
	worse, better := 0, 0
	for i, f := range r.Flips {
		if f.Worse {
			if worse++; worse == 1 {
				b.WriteString("items that got worse, the worst first:\n")
			}
			if i < shownFlips {
				fmt.Fprintf(&b, "  %s\n", f)
			}
		} else if f.step > 0 {
			better++
		}
	}
	if r.Base != nil {
		fmt.Fprintf(&b, "%d answers got worse, %d better, of run %s beside %s\n", worse, better, r.Head.ID, r.Base.ID)
	}
	if r.Cost != nil {
		fmt.Fprintln(&b, r.Cost)
	}
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "note: %s\n", n)
	}
	fmt.Fprintf(&b, "gate: %s\n", r.Decision)
	_, err := io.WriteString(w, b.String())
	return err
}

// String writes a flip as "item q7, arm oracle: correct -> incorrect (stale)".
func (f Flip) String() string {
	s := fmt.Sprintf("item %s, arm %s", clean(f.Item), f.Arm)
	if f.Repeat > 0 {
		s += fmt.Sprintf(", repeat %d", f.Repeat)
	}
	s += fmt.Sprintf(": %s -> %s", f.Base, f.Head)
	if f.Cause != "" {
		s += fmt.Sprintf(" (%s)", f.Cause)
	}
	return s
}
