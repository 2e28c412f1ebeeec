// Package boxes sets two measured runs side by side, stage by stage, as a tender needs it: which box is faster, cheaper and truer under the same
// load, by how much, and how sure that is. What a self-check found to be INVALID is shown and not ranked.
package boxes

import (
	"fmt"
	"io"
	"math"

	"github.com/viva-eval/viva/internal/stats"
	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/reports/bench"
	"github.com/viva-eval/viva/runners"
)

// Format writes a comparison in one form.
type Format func(w io.Writer, c Comparison) error

// Better says which box a measure favours.
type Better string

const (
	First   Better = "a"
	Second  Better = "b"
	Neither Better = "no difference found" // the interval holds 1, or 0 for a difference
	Unknown Better = "–"                   // one side has no figure, or there is no interval
	Barred  Better = "not ranked"          // one side is INVALID
)

// Comparison is two runs side by side.
type Comparison struct {
	A, B   bench.Report
	Stages []Pair         // that both runs held
	OnlyA  []string       // stages that A alone held
	OnlyB  []string       // likewise
	Notes  []reports.Note // what makes them unlike, beside the boxes
}

// Pair is one load under which both were measured.
type Pair struct {
	Name     string    `json:"stage"`
	A        string    `json:"validity_a"`
	B        string    `json:"validity_b"`
	Measures []Measure `json:"measures"`

	a, b *bench.Stage
}

// Measure is one figure of both.
type Measure struct {
	Name string         `json:"name"`
	Unit string         `json:"unit"`
	A    reports.Figure `json:"a"`
	B    reports.Figure `json:"b"`
	// Change is B/A, or B − A where Difference is true, with its 95 % interval. Undefined where nothing is ranked; without an interval where none
	// can be had.
	Change     reports.Figure `json:"change"`
	Low        reports.Figure `json:"low"`
	High       reports.Figure `json:"high"`
	Difference bool           `json:"difference"`
	Less       bool           `json:"less_is_better"`
	Better     Better         `json:"better"`
}

// Compare pairs the stages of two runs by name, else by the size of their load.
func Compare(a, b bench.Report) (Comparison, error) {
	c := Comparison{A: a, B: b, Stages: []Pair{}, OnlyA: []string{}, OnlyB: []string{}, Notes: []reports.Note{}}
	if len(a.Stages) == 0 || len(b.Stages) == 0 {
		return c, fmt.Errorf("compare boxes: run %s has %d load stages and run %s %d", a.Run.ID, len(a.Stages), b.Run.ID, len(b.Stages))
	}
	taken := map[int]bool{}
	for i := range a.Stages {
		s := &a.Stages[i]
		j := partner(s, b.Stages, taken)
		if j < 0 {
			c.OnlyA = append(c.OnlyA, s.Name)
			continue
		}
		taken[j] = true
		c.Stages = append(c.Stages, pairOf(s, &b.Stages[j]))
	}
	for j := range b.Stages {
		if !taken[j] {
			c.OnlyB = append(c.OnlyB, b.Stages[j].Name)
		}
	}
	if len(c.Stages) == 0 {
		return c, fmt.Errorf("compare boxes: no load was held in both runs: %v and %v", c.OnlyA, c.OnlyB)
	}
	c.Notes = c.notes()
	return c, nil
}

// partner finds the stage of the same name, else of the same load; −1: there is none.
func partner(s *bench.Stage, others []bench.Stage, taken map[int]bool) int {
	for j := range others {
		if !taken[j] && others[j].Name == s.Name {
			return j
		}
	}
	for j := range others {
		if o := &others[j]; !taken[j] && o.Mode == s.Mode && o.Unit == s.Unit && o.Size == s.Size {
			return j
		}
	}
	return -1
}

// pairOf compares every figure that either side has.
func pairOf(a, b *bench.Stage) Pair {
	p := Pair{Name: a.Name, A: string(a.Validity), B: string(b.Validity), a: a, b: b}
	x, y := newSampled(a), newSampled(b)
	wa, wb := a.Main(), b.Main()
	barred := a.Invalid() || b.Invalid()
	ratio := func(name, unit string, less bool, va, vb bench.Figure, statistic func(*sampled, []int) float64) {
		m := Measure{Name: name, Unit: unit, A: va, B: vb, Less: less}
		m.rank(barred, x, y, statistic)
		if va.Defined() || vb.Defined() {
			p.Measures = append(p.Measures, m)
		}
	}
	unit := "accelerator"
	if wa.Accelerators.Unit != "" && wa.Accelerators.Unit == wb.Accelerators.Unit {
		unit = wa.Accelerators.Unit
	}
	ratio("output tokens/s", "", false, wa.OutputPerS, wb.OutputPerS, (*sampled).pace)
	ratio("output tokens/s per "+unit, "", false, wa.OutputPerAccelerator, wb.OutputPerAccelerator, (*sampled).pace)
	ratio("requests/s", "", false, wa.RequestsPerS, wb.RequestsPerS, (*sampled).turnover)
	ratio("tokens/s per user", "", false, wa.PerUser, wb.PerUser, (*sampled).pace)
	scheduled := a.Mode.Open() && b.Mode.Open()
	for _, l := range [...]struct {
		name   string
		metric bench.Metric
		at     float64
	}{{"TTFT p50", bench.TTFT, .5}, {"TTFT p99", bench.TTFT, .99}, {"TPOT p50", bench.TPOT, .5}, {"TPOT p99", bench.TPOT, .99}, {"E2E p50", bench.E2E, .5}, {"E2E p99", bench.E2E, .99}} {
		ratio(l.name, "ms", true, wa.Latency(l.metric, scheduled).At(l.at), wb.Latency(l.metric, scheduled).At(l.at), func(s *sampled, picks []int) float64 { return s.quantile(picks, l.metric, scheduled, l.at) })
	}
	p.truth(barred)
	ratio("correct answers/s per "+unit, "", false, wa.CorrectPerAccelerator, wb.CorrectPerAccelerator, (*sampled).correct)
	ratio("goodput", "requests/s", false, wa.GoodPerS, wb.GoodPerS, nil)
	if wa.Hardware.Valid && wb.Hardware.Valid {
		ratio("energy of an output token", "J", true, wa.JoulesPerToken, wb.JoulesPerToken, nil)
		ratio("energy of a correct answer", "J", true, wa.JoulesPerCorrect, wb.JoulesPerCorrect, nil)
	}
	if wa.Currency == wb.Currency {
		ratio("cost of a million output tokens", wa.Currency, true, wa.CostPerMillion, wb.CostPerMillion, nil)
		ratio("cost of a correct answer", wa.Currency, true, wa.CostPerCorrect, wb.CostPerCorrect, nil)
	}
	return p
}

// truth adds the shares of false and of right answers, as differences with Newcombe's interval at the effective numbers. Where answers are unscored
// on either side beyond a little, the bounds overlap in ways that rank nothing.
func (p *Pair) truth(barred bool) {
	for _, r := range [...]struct {
		name string
		a, b reports.Rate
		less bool
	}{{"hallucination", p.a.Answers.Hallucination, p.b.Answers.Hallucination, true}, {"correct", p.a.Answers.Accuracy, p.b.Answers.Accuracy, false}} {
		if r.a.N == 0 && r.b.N == 0 {
			continue
		}
		m := Measure{Name: r.name, Unit: "%", A: r.a.Value, B: r.b.Value, Less: r.less, Difference: true, Better: Unknown}
		m.Change, m.Low, m.High = reports.Undefined(), reports.Undefined(), reports.Undefined()
		switch {
		case barred:
			m.Better = Barred
		case r.a.N > 0 && r.b.N > 0 && !r.a.Bounded && !r.b.Bounded:
			na, nb := float64(r.a.NEff), float64(r.b.NEff)
			iv := stats.NewcombeUnpaired(nb*float64(r.b.Value), nb, na*float64(r.a.Value), na, reports.Confidence)
			m.Change, m.Low, m.High = r.b.Value-r.a.Value, reports.Figure(iv.Low), reports.Figure(iv.High)
			m.Better = m.by(float64(m.Low), float64(m.High), 0)
		}
		p.Measures = append(p.Measures, m)
	}
}

// by says whom an interval favours that lies on one side of no change.
func (m *Measure) by(low, high, none float64) Better {
	switch {
	case math.IsNaN(low) || math.IsNaN(high):
		return Unknown
	case low > none && !m.Less, high < none && m.Less:
		return Second
	case high < none && !m.Less, low > none && m.Less:
		return First
	}
	return Neither
}

// notes say what else differs between the runs.
func (c *Comparison) notes() []reports.Note {
	list := []reports.Note{}
	add := func(level, format string, args ...any) {
		list = append(list, reports.Note{Level: level, Text: fmt.Sprintf(format, args...)})
	}
	a, b := c.A.Run, c.B.Run
	if a.SuiteDigest != b.SuiteDigest {
		add(reports.Bad, "The runs asked different questions: %s and %s. Neither times nor truth are comparable beyond that.", name(reports.SuiteName(a)), name(reports.SuiteName(b)))
	}
	if a.PromptDigest != b.PromptDigest {
		add(reports.Warn, "The prompts were worded by different templates.")
	}
	if a.MaxTokens != b.MaxTokens || a.Temperature != b.Temperature {
		add(reports.Warn, "The limits of output tokens (%d and %d) or the temperatures (%g and %g) differ.", a.MaxTokens, b.MaxTokens, a.Temperature, b.Temperature)
	}
	switch x, y := a.Target.Accelerators, b.Target.Accelerators; {
	case (x == runners.Accelerators{}) != (y == runners.Accelerators{}):
		add(reports.Warn, "Accelerators are declared for one box alone: figures per accelerator cannot be compared.")
	case x.Unit != y.Unit:
		add(reports.Bad, "One box counts its accelerators in %ss, the other in %ss: a figure per %s is none per %s.", x.Unit, y.Unit, x.Unit, y.Unit)
	}
	for _, p := range c.Stages {
		for _, side := range []*bench.Stage{p.a, p.b} {
			for _, check := range side.Checks {
				if check.Finding != bench.Invalid {
					continue
				}
				run := a
				if side == p.b {
					run = b
				}
				add(reports.Bad, "%s of %s is INVALID and not ranked: %s.", p.Name, name(reports.TargetName(run)), check.Reason)
			}
		}
		sa, sb := p.a.Record.Stage, p.b.Record.Stage
		if sa.InputTokens != sb.InputTokens || sa.OutputTokens != sb.OutputTokens {
			add(reports.Bad, "%s: the lengths of prompts and replies differ: %d and %d tokens in, %d and %d out.", p.Name, sa.InputTokens, sb.InputTokens, sa.OutputTokens, sb.OutputTokens)
		}
	}
	for _, side := range []struct {
		names []string
		run   runners.Run
	}{{c.OnlyA, a}, {c.OnlyB, b}} {
		if len(side.names) > 0 {
			add(reports.Info, "Held by %s alone: %v.", name(reports.TargetName(side.run)), side.names)
		}
	}
	if n := c.ranked(); n > 10 {
		add(reports.Info, "%d figures were compared; of as many without a difference, about %d would seem to have one.", n, int(math.Ceil(float64(n)*.05)))
	}
	return list
}

func name(s string) string {
	if s == "" {
		return "a run without a name"
	}
	return s
}

// ranked counts the measures with an interval.
func (c *Comparison) ranked() (n int) {
	for _, p := range c.Stages {
		for _, m := range p.Measures {
			if m.Low.Defined() && m.High.Defined() {
				n++
			}
		}
	}
	return n
}
