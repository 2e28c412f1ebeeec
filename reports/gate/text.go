package gate

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/viva-eval/viva/reports"
)

// ShownFlips is how many answers that got worse a terminal shows with question and answers, unless it is told otherwise; all are in JSON and
// JUnit.
const ShownFlips = 5

// replyTold is how many bytes of a text a terminal shows.
const replyTold = 400

// Text writes a result for a terminal, with so many of the answers that got worse.
func Text(w io.Writer, r Result, shown int) error {
	g := reports.Grid{Left: 2, Head: []string{"decision", "rule", "baseline", "run", "difference [bounds]", "promise", "items"}}
	for _, f := range r.Rules {
		g.Rows = append(g.Rows, []string{f.Decision.String(), clean(f.Name), f.side(f.Base), f.side(f.Head), f.interval(), f.Promise, fmt.Sprint(f.Items)})
	}
	if err := g.Terminal(w); err != nil {
		return err
	}
	var b strings.Builder
	for _, f := range r.Rules {
		fmt.Fprintf(&b, "%-12s %s (%s): %s\n", f.Decision, clean(f.Name), f.Tier, clean(f.Reason))
	}
	for _, f := range r.Rules {
		if !math.IsNaN(float64(f.Detectable)) {
			fmt.Fprintf(&b, "%s finds a true loss of %s with power %.0f %%\n", clean(f.Name), points(float64(f.Detectable)), Power*100)
		}
	}
	if r.Base != nil {
		r.tellFlips(&b, shown)
	}
	show(&b, r.Standing, shown, "answers that break a rule as they stand")
	if r.Cost != nil {
		fmt.Fprintln(&b, reports.Sentence(r.Cost.String(), "  "))
	}
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "note: %s\n", reports.Sentence(clean(n), "  "))
	}
	fmt.Fprintf(&b, "gate: %s\n", r.Decision)
	_, err := io.WriteString(w, b.String())
	return err
}

// tellFlips counts the answers that turned and shows the worst.
func (r Result) tellFlips(b *strings.Builder, shown int) {
	worse, better := r.worsened(), 0
	for _, f := range r.Flips {
		if f.step > 0 {
			better++
		}
	}
	fmt.Fprintf(b, "%d answers got worse, %d better, of run %s beside %s\n", len(worse), better, clean(r.Head.ID), clean(r.Base.ID))
	show(b, worse, shown, "answers that got worse")
}

// show tells the worst of a list with question and answers.
func show(b *strings.Builder, list []Flip, shown int, what string) {
	if shown = min(shown, len(list)); shown <= 0 {
		return
	}
	fmt.Fprintf(b, "%s, the worst first (%d of %d):\n", what, shown, len(list))
	for _, f := range list[:shown] {
		fmt.Fprintf(b, "  %s\n", f)
		for _, t := range f.told() {
			b.WriteString(reports.Inert(fmt.Sprintf("    %-8s  %s\n", t[0], reports.Sentence(reports.Shorten(clean(t[1]), replyTold), "              "))))
		}
	}
}
