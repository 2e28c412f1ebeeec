package compare

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/viva-eval/viva/reports"
)

// confidence writes the intervals' level: "95 % CI".
func (c Comparison) confidence() string {
	return strconv.FormatFloat(100*c.Confidence, 'g', 4, 64) + " % CI"
}

// armGrid has a row for each arm and measure.
func (c Comparison) armGrid() reports.Grid {
	g := reports.Grid{Left: 2, Head: []string{"arm", "measure", "pairs", "base %", "head %", "difference, points [" + c.confidence() + "]", "up", "down", "p", ""}}
	bounded := false
	for _, a := range c.Arms {
		name := a.Name()
		for _, m := range a.Measures {
			g.Rows = append(g.Rows, append([]string{name}, m.cells()...))
			name = ""
			bounded = bounded || m.Bounded
		}
	}
	g.Foot = "difference = head − base. up, down: pairs in which head has more of it, and less. p: exact or by permutation, for each row by itself."
	if c.Penalty != 1 {
		g.Foot += fmt.Sprintf("\npenalised score: correct − %s × incorrect.", strconv.FormatFloat(c.Penalty, 'g', -1, 64))
	}
	if bounded {
		g.Foot += "\nA range a to b stands where more than 2 % of the pairs are unscored: had all of those gone one way, or the other."
	}
	return g
}

// cells of a measure, from its name on.
func (m Measure) cells() []string {
	pairs := m.Pairs
	if m.Bounded {
		pairs += m.Unscored
	}
	return []string{m.Name.String(), strconv.Itoa(pairs), m.Base.Percent(), m.Head.Percent(), m.interval(), strconv.Itoa(m.Up), strconv.Itoa(m.Down),
		probability(m.P), string(m.Finding)}
}

// sliced is a measure of a slice.
type sliced struct {
	slice Slice
	Measure
}

// ranked lists the measures of slices: those that gate first, then by adjusted p, the surest first.
func (c Comparison) ranked(names ...Name) []sliced {
	var list []sliced
	for _, s := range c.Slices {
		for _, m := range s.Measures {
			if m.Adjusted.Defined() && slices.Contains(names, m.Name) {
				list = append(list, sliced{s, m})
			}
		}
	}
	gates := func(s sliced) int {
		if s.slice.Gating {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(list, func(a, b sliced) int {
		return cmp.Or(cmp.Compare(gates(a), gates(b)), cmp.Compare(a.Adjusted, b.Adjusted), cmp.Compare(a.P, b.P))
	})
	return list
}

const (
	slicesShown = 8   // that neither gate nor changed
	slicesNear  = 0.2 // p up to which such a slice is shown
)

// sliceGrid shows the slices that gate, those that changed, and a few that are near to it. It has no rows where there are none.
func (c Comparison) sliceGrid() reports.Grid {
	all := c.ranked(Accuracy, Hallucination)
	g := reports.Grid{Title: "Slices, the surest change first", Left: 3,
		Head: []string{"arm", "slice", "measure", "pairs", "base %", "head %", "difference, points [" + c.confidence() + "]", "p", "adjusted p", ""}}
	for _, s := range all {
		if s.slice.Gating || s.Finding != NotFound || s.P <= slicesNear && len(g.Rows) < slicesShown {
			g.Rows = append(g.Rows, s.cells())
		}
	}
	switch {
	case len(all) == 0:
	case len(g.Rows) == 0:
		g.Foot = fmt.Sprintf("In no slice is a change established, or near to it: %d slices and measures were looked at.", len(all))
	default:
		g.Foot = fmt.Sprintf("%d of %d shown. Adjusted for their number, measure by measure: by Benjamini and Hochberg, gating slices by Holm.", len(g.Rows), len(all))
	}
	return g
}

// cells of a slice's measure. A language is its tag: a terminal counts the columns of some scripts wrongly.
func (s sliced) cells() []string {
	finding := string(s.Finding)
	if s.slice.Gating {
		finding = strings.TrimSpace("gates " + finding)
	}
	c := s.Measure.cells()
	return []string{s.slice.Arm, s.slice.Dimension + " " + strings.ReplaceAll(s.slice.Value, "_", " "), c[0], c[1], c[2], c[3], c[4], c[7], probability(s.Adjusted), finding}
}

// transitions has a row for each verdict of base, a column for each of head.
func (a Arm) transitions() reports.Grid {
	g := reports.Grid{Title: a.Name() + ": from (rows) to (columns)", Left: 1, Head: []string{""}}
	for i, from := range Verdicts {
		g.Head = append(g.Head, from.String())
		row := []string{from.String()}
		for j := range Verdicts {
			row = append(row, strconv.Itoa(a.Verdicts[i][j]))
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}

// flipGrid counts the flips by kind, arm by arm.
func (c Comparison) flipGrid() reports.Grid {
	g := reports.Grid{Title: "Items that flipped, the worst kind first", Left: 1, Head: []string{""}}
	for _, a := range c.Arms {
		g.Head = append(g.Head, a.Name())
	}
	for _, k := range c.FlipCounts() {
		row := []string{string(k.Kind)}
		for _, a := range c.Arms {
			n := 0
			for _, f := range c.Flips {
				if f.Kind == k.Kind && f.Arm == a.Name() {
					n++
				}
			}
			row = append(row, strconv.Itoa(n))
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}

// speedGrid has a row for each ratio.
func (c Comparison) speedGrid() reports.Grid {
	g := reports.Grid{Title: "Speed", Left: 2, Head: []string{"arm", "", "pairs", "base", "head", "head / base [" + c.confidence() + "]"}}
	if c.Indicative {
		g.Title = "Speed (indicative)"
	}
	for _, s := range c.Speed {
		name := s.Arm
		for _, r := range s.Ratios {
			g.Rows = append(g.Rows, r.cells(name))
			name = ""
		}
	}
	name := "system"
	for _, r := range c.Throughput {
		g.Rows = append(g.Rows, r.cells(name))
		name = ""
	}
	if len(g.Rows) > 0 {
		g.Foot = "Pairs that both sides answered; intervals by resampling whole sources, none where there are fewer than 10."
		if len(c.Throughput) > 0 {
			g.Foot += "\nsystem: over the time with a request in flight; one run is one observation, so there is no interval."
		}
	}
	return g
}

func (r Ratio) cells(arm string) []string {
	write := reports.Figure.PerSecond
	if r.Unit == "ms" {
		write = reports.Figure.Milliseconds
	}
	n := strconv.Itoa(r.N)
	if !r.Low.Defined() && r.N == 1 {
		n = ""
	}
	return []string{arm, ratioName(r), n, write(r.Base), write(r.Head), r.interval()}
}

// interval writes a ratio with its interval.
func (r Ratio) interval() string {
	if !r.Low.Defined() {
		return r.Value.Fixed(1, 2)
	}
	return fmt.Sprintf("%s [%s–%s]", r.Value.Fixed(1, 2), r.Low.Fixed(1, 2), r.High.Fixed(1, 2))
}

// ratioName writes a ratio's name for a person.
func ratioName(r Ratio) string {
	name, p, _ := strings.Cut(r.Name, "_p")
	switch name {
	case "ttft":
		return "first token p" + p + ", ms"
	case "answer":
		return "whole answer p" + p + ", ms"
	}
	switch r.Name {
	case "stream_tokens_per_s":
		return "output tokens/s of one stream"
	case "output_tokens_per_s":
		return "output tokens/s"
	default:
		return "correct answers/s"
	}
}

// changeGrid lists the conditions that differ.
func (c Comparison) changeGrid() reports.Grid {
	g := reports.Grid{Title: "What else differs", Left: 3, Head: []string{"condition", "base", "head"}}
	for _, x := range c.Changes {
		g.Rows = append(g.Rows, []string{x.What, x.Base, x.Head})
	}
	return g
}
