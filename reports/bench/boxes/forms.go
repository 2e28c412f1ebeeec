package boxes

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/reports/bench"
	"github.com/viva-eval/viva/reports/plot"
	"github.com/viva-eval/viva/runners"
)

var (
	_ Format = Table
	_ Format = Markdown
	_ Format = HTML
	_ Format = JSON
)

// names are those of the boxes, told apart by the runs' IDs where they are the same.
func (c Comparison) names() (a, b string) {
	a, b = name(reports.TargetName(c.A.Run)), name(reports.TargetName(c.B.Run))
	if a == b {
		a, b = a+", "+c.A.Run.ID, b+", "+c.B.Run.ID
	}
	return a, b
}

// Headline says what the boxes bring at their best, and where they differ.
func (c Comparison) Headline() string {
	a, b := c.names()
	won := map[Better]int{}
	for _, p := range c.Stages {
		for _, m := range p.Measures {
			won[m.Better]++
		}
	}
	if won[First]+won[Second]+won[Neither] == 0 {
		return fmt.Sprintf("Nothing of %s and %s could be ranked.", a, b)
	}
	s := fmt.Sprintf("Over %s, %s is ahead in %d figures, %s in %d; in %d no difference was found.", loads(len(c.Stages)), a, won[First], b, won[Second], won[Neither])
	if n := won[Barred]; n > 0 {
		s += fmt.Sprintf(" %d are not ranked, since a self-check found them INVALID.", n)
	}
	return s
}

func loads(n int) string {
	if n == 1 {
		return "one load"
	}
	return fmt.Sprintf("%d loads", n)
}

// grid sets the measures of all stages, or of one.
func (c Comparison) grid(pairs []Pair) reports.Grid {
	a, b := c.names()
	g := reports.Grid{Left: 2, Head: []string{"stage", "figure", "A", "B", "B / A [95 % CI]", "ahead"}}
	for _, p := range pairs {
		stage := p.Name
		for _, m := range p.Measures {
			ahead := string(m.Better)
			switch m.Better {
			case First:
				ahead = "A"
			case Second:
				ahead = "B"
			}
			g.Rows = append(g.Rows, []string{stage, strings.TrimSpace(m.Name), m.value(m.A, p.A), m.value(m.B, p.B), m.change(), ahead})
			stage = ""
		}
	}
	g.Foot = fmt.Sprintf("A: %s. B: %s.\nB / A above 1 is more of the figure; shares are differences in points. ahead: the interval leaves out no change. –: no interval.", a, b)
	return g
}

// value writes one side's figure with its unit, marked where it is not to be relied on.
func (m Measure) value(f reports.Figure, validity string) string {
	var s string
	switch {
	case !f.Defined():
		return "–"
	case m.Unit == "ms":
		s = bench.Time(f)
	case m.Difference:
		s = f.Percent() + " %"
	case strings.HasPrefix(m.Name, "cost"):
		s = strings.TrimSpace(bench.Money(f) + " " + m.Unit)
	default:
		s = bench.Amount(f)
		if m.Unit == "J" {
			s += " J"
		}
	}
	switch validity {
	case string(bench.Invalid):
		return s + " INVALID"
	case string(bench.Doubtful):
		return s + " ?"
	}
	return s
}

// change writes the ratio, or the difference, with its interval.
func (m Measure) change() string {
	if !m.Change.Defined() {
		return "–"
	}
	write := func(f reports.Figure) string { return f.Fixed(1, 2) }
	if m.Difference {
		write = reports.Figure.Points
	}
	if !m.Low.Defined() {
		return write(m.Change)
	}
	return fmt.Sprintf("%s [%s to %s]", write(m.Change), write(m.Low), write(m.High))
}

// Table writes the comparison for a terminal.
func Table(w io.Writer, c Comparison) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", reports.Sentence(c.Headline(), ""))
	g := c.grid(c.Stages)
	lines := strings.Split(g.Foot, "\n")
	for i := range lines {
		lines[i] = reports.Sentence(lines[i], "")
	}
	g.Foot = strings.Join(lines, "\n")
	if err := g.Terminal(&b); err != nil {
		return fmt.Errorf("write table: %w", err)
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

// Markdown writes the comparison as GitHub-flavoured Markdown.
func Markdown(w io.Writer, c Comparison) error {
	a, b := c.names()
	var out strings.Builder
	fmt.Fprintf(&out, "# Viva: %s and %s under load\n\n**%s**\n", reports.Plain(a), reports.Plain(b), reports.Plain(reports.Tie(c.Headline())))
	for _, n := range c.Notes {
		fmt.Fprintf(&out, "\n> %s%s\n", map[string]string{reports.Warn: "**Warning.** ", reports.Bad: "**Invalid.** "}[n.Level], reports.Plain(reports.Tie(n.Text)))
	}
	for _, p := range c.Stages {
		g := c.grid([]Pair{p})
		fmt.Fprintf(&out, "\n## %s\n\n%s", reports.Plain(p.Name), g.Markdown())
	}
	fmt.Fprintf(&out, "\n%s\n", reports.Plain(strings.ReplaceAll(c.grid(nil).Foot, "\n", " ")))
	_, err := io.WriteString(w, out.String())
	return err
}

// Charts are the pictures of the comparison.
func (c Comparison) Charts() []plot.Chart {
	a, b := c.names()
	x, y := c.A, c.B
	x.Run.Target, y.Run.Target = named(x.Run.Target, a), named(y.Run.Target, b)
	var list []plot.Chart
	for _, chart := range append([]plot.Chart{bench.Frontier([]bench.Report{x, y})}, bench.Overlays([]bench.Report{x, y})...) {
		if !chart.Empty() {
			list = append(list, chart)
		}
	}
	return list
}

func named(t runners.TargetInfo, name string) runners.TargetInfo {
	t.Name, t.Model, t.BuiltIn = name, "", false
	return t
}

// HTML writes the comparison as one page that needs nothing else.
func HTML(w io.Writer, c Comparison) error {
	a, b := c.names()
	p := bench.PageData{Kind: "two boxes under load", Title: a + " and " + b, Headline: c.Headline(), Notes: c.Notes, Words: words,
		Facts: [][]string{{"A", a}, {"run", c.A.Run.ID}, {"B", b}, {"run", c.B.Run.ID}, {"suite", reports.SuiteName(c.A.Run)}}}
	press, err := plot.NewPress()
	if err != nil {
		return fmt.Errorf("draw page: %w", err)
	}
	s := bench.Section{ID: "frontier", Title: "At a glance"}
	for _, chart := range c.Charts() {
		d, err := bench.Draw(press, chart)
		if err != nil {
			return err
		}
		s.Charts = append(s.Charts, d)
	}
	if len(s.Charts) > 0 {
		p.Sections = append(p.Sections, s)
	}
	for i, pair := range c.Stages {
		g := c.grid([]Pair{pair})
		for j := range g.Rows {
			g.Rows[j] = g.Rows[j][1:]
		}
		g.Head, g.Left = g.Head[1:], 1
		if i < len(c.Stages)-1 {
			g.Foot = ""
		}
		p.Sections = append(p.Sections, bench.Section{ID: fmt.Sprintf("stage-%d", i+1), Title: pair.Name, Tables: []bench.PageTable{bench.TableOf(g)}})
	}
	return bench.Page(w, p)
}

var words = [][2]string{
	{"B / A", "how many times as much B brings or takes. Above 1 is good for what is to be high, as throughput, and bad for what is to be low, as latency and cost."},
	{"[a to b]", "the 95 % interval: from the bootstrap over blocks of neighbouring requests, for shares Newcombe’s."},
	{"ahead", "the box that is better beyond doubt by that interval. Energy and cost have none: they follow from one measurement a stage."},
	{"INVALID", "a self-check found that the figures describe something else than the target under this load. They are not ranked."},
}

// Schema names the form of the JSON object.
const Schema = "viva.boxes/1"

// JSON writes the comparison as one indented object: headline, both runs, stages and notes. Undefined figures are null.
func JSON(w io.Writer, c Comparison) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(struct {
		Schema   string         `json:"schema"`
		Headline string         `json:"headline"`
		A        runners.Run    `json:"a"`
		B        runners.Run    `json:"b"`
		Stages   []Pair         `json:"stages"`
		OnlyA    []string       `json:"only_a"`
		OnlyB    []string       `json:"only_b"`
		Notes    []reports.Note `json:"notes"`
	}{Schema, c.Headline(), c.A.Run, c.B.Run, c.Stages, c.OnlyA, c.OnlyB, c.Notes})
}
