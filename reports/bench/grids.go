package bench

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/viva-eval/viva/reports"
)

// grids are the tables of a report, in their order. One without rows is left out.
func (r *Report) grids() []reports.Grid {
	list := []reports.Grid{r.throughputGrid(), r.latencyGrid(), r.truthGrid(), r.promiseGrid(), r.costGrid(), r.windowGrid(), r.scheduledGrid(), r.checkGrid()}
	kept := list[:0]
	for _, g := range list {
		if len(g.Rows) > 0 {
			kept = append(kept, g)
		}
	}
	return kept
}

// name is the stage's, marked where it is not to be relied on.
func (s *Stage) name() string {
	switch s.Validity {
	case Invalid:
		return s.Name + "  INVALID"
	case Doubtful:
		return s.Name + "  ?"
	}
	return s.Name
}

// throughputGrid has what each stage brought.
func (r *Report) throughputGrid() reports.Grid {
	g := reports.Grid{Title: "Throughput", Left: 1,
		Head: []string{"stage", "attempted", "completed", "failed", "truncated", "in flight", "requests/s", "output tokens/s", "total tokens/s", "tokens/s per user"}}
	acc := r.Run.Target.Accelerators
	if acc.Count > 0 {
		g.Head = append(g.Head, "output/s per "+unitName(acc))
	}
	doubtful := false
	for i := range r.Stages {
		s := &r.Stages[i]
		w := s.Main()
		row := []string{s.name(), strconv.Itoa(w.Attempted), strconv.Itoa(w.Completed), strconv.Itoa(w.Failed), strconv.Itoa(w.Truncated), w.InFlight.Fixed(1, 1),
			Amount(w.RequestsPerS), w.OutputPerS.PerSecond(), w.TotalPerS.PerSecond(), w.PerUser.PerSecond()}
		if acc.Count > 0 {
			row = append(row, w.OutputPerAccelerator.PerSecond())
		}
		g.Rows = append(g.Rows, row)
		doubtful = doubtful || s.Validity == Doubtful
	}
	g.Foot = "In the steady part of each stage, or in the whole of it where it has none. per user: output tokens/s over requests in flight."
	if acc.Count > 0 {
		g.Foot += fmt.Sprintf(" Declared: %d × %s, counted in %ss.", acc.Count, strings.TrimSpace(acc.Model), unitName(acc))
	}
	if doubtful {
		g.Foot += "\n?: a self-check is doubtful, see below."
	}
	return g
}

// latencyGrid has a row for each time and stage.
func (r *Report) latencyGrid() reports.Grid {
	g := reports.Grid{Title: "Latency from the moment of sending, milliseconds", Left: 2, Head: []string{"stage", "time", "n", "mean", "p50", "p90", "p95", "p99"}}
	for i := range r.Stages {
		s := &r.Stages[i]
		name := s.name()
		for _, m := range metrics {
			if m.metric == TTFAT && !s.Main().reasons() {
				continue
			}
			if s := s.Main().Latency(m.metric, false); s.N > 0 {
				g.Rows = append(g.Rows, append([]string{name, m.name}, spreadCells(s)...))
				name = ""
			}
		}
	}
	g.Foot = "TTFT: to the first token. TTFAT: to the first of the answer, after any reasoning. TPOT: per output token behind the first. ITL: between events with tokens, pooled. E2E: to the last."
	return g
}

// reasons reports whether answers began later than replies, as those of models do that reason first.
func (w *Window) reasons() bool {
	return w.Sent.TTFAT.N != w.Sent.TTFT.N || w.Sent.TTFAT.P50 != w.Sent.TTFT.P50 || w.Sent.TTFAT.Max != w.Sent.TTFT.Max
}

// scheduledGrid has the times from when requests were due, for the stages in which a clock decides that.
func (r *Report) scheduledGrid() reports.Grid {
	g := reports.Grid{Title: "Latency from the moment at which the request was due, milliseconds", Left: 2, Head: []string{"stage", "time", "n", "mean", "p50", "p90", "p95", "p99"}}
	for i := range r.Stages {
		s := &r.Stages[i]
		name := s.name()
		if !s.Mode.Open() && s.Mode != "burst" {
			continue
		}
		for _, m := range metrics {
			if m.metric == TPOT || m.metric == ITL || m.metric == TTFAT && !s.Main().reasons() {
				continue
			}
			if s := s.Main().Latency(m.metric, true); s.N > 0 {
				g.Rows = append(g.Rows, append([]string{name, m.name}, spreadCells(s)...))
				name = ""
			}
		}
	}
	return g
}

// metrics are the times in the order of a table.
var metrics = [...]struct {
	metric Metric
	name   string
}{{TTFT, "TTFT"}, {TTFAT, "TTFAT"}, {TPOT, "TPOT"}, {ITL, "ITL"}, {E2E, "E2E"}}

func spreadCells(s Spread) []string {
	cells := []string{strconv.Itoa(s.N)}
	for _, f := range []Figure{s.Mean, s.P50, s.P90, s.P95, s.P99} {
		cells = append(cells, f.Milliseconds())
	}
	return cells
}

// truthGrid says what the answers were worth.
func (r *Report) truthGrid() reports.Grid {
	g := reports.Grid{Title: "Truth under load", Left: 1,
		Head: []string{"stage", "scored", "hallucination % [95 % CI]", "correct % [95 % CI]", "abstained % [95 % CI]", "unscored", "correct answers/s"}}
	acc := r.Run.Target.Accelerators
	if acc.Count > 0 {
		g.Head = append(g.Head, "per "+unitName(acc))
	}
	for i := range r.Stages {
		s := &r.Stages[i]
		a, w := s.Answers, s.Main()
		if !a.Graded {
			continue
		}
		row := []string{s.name(), strconv.Itoa(a.Counts.Scored), a.Hallucination.Interval(), a.Accuracy.Interval(), a.Abstention.Interval(), strconv.Itoa(a.Counts.Unscored), Amount(w.CorrectPerS)}
		if acc.Count > 0 {
			row = append(row, Amount(w.CorrectPerAccelerator))
		}
		g.Rows = append(g.Rows, row)
	}
	g.Foot = "hallucination and abstained: of all scored answers of the stage; correct: of those to answerable questions."
	return g
}

// promiseGrid says how many requests kept the promises.
func (r *Report) promiseGrid() reports.Grid {
	if len(r.Promises) == 0 {
		return reports.Grid{}
	}
	g := reports.Grid{Title: "Promises: " + promised(r.Promises), Left: 1, Head: []string{"stage", "good", "attempted", "goodput %", "good requests/s"}}
	for _, p := range r.Promises {
		g.Head = append(g.Head, p.String())
	}
	for i := range r.Stages {
		s := &r.Stages[i]
		w := s.Main()
		row := []string{s.name(), strconv.Itoa(w.Good), strconv.Itoa(w.Attempted), w.GoodShare.Percent(), Amount(w.GoodPerS)}
		for _, p := range r.Promises {
			v := p.Value(w)
			cell := Time(v)
			switch {
			case !v.Defined():
			case v <= Figure(ms(p.Limit)):
				cell += " yes"
			default:
				cell += " no"
			}
			row = append(row, cell)
		}
		g.Rows = append(g.Rows, row)
	}
	g.Foot = "A good request keeps each limit by itself and brings a whole answer; a failed or truncated one does not."
	return g
}

// costGrid has power and money.
func (r *Report) costGrid() reports.Grid {
	g := reports.Grid{Title: "Power and money", Left: 1,
		Head: []string{"stage", "watts", "utilisation %", "memory GB", "J per output token", "J per correct answer", "per million output tokens", "per million tokens", "per 1,000 correct answers"}}
	currency := ""
	for i := range r.Stages {
		s := &r.Stages[i]
		w := s.Main()
		if w.Hardware.Devices == 0 && !w.Cost.Defined() {
			continue
		}
		currency = w.Currency
		mark := ""
		if w.Hardware.Joules.Defined() && !w.Hardware.Valid {
			mark = " *"
		}
		with := func(f Figure) string {
			if !f.Defined() {
				return "–"
			}
			return Amount(f) + mark
		}
		g.Rows = append(g.Rows, []string{s.name(), with(w.Hardware.Watts), w.Hardware.Utilisation.Percent(), w.Hardware.Memory.Fixed(1e-9, 0), with(w.JoulesPerToken), with(w.JoulesPerCorrect),
			Money(w.CostPerMillion), Money(w.CostPerMillionAll), Money(w.CostPerCorrect * 1000)})
		if mark != "" {
			g.Foot += fmt.Sprintf("* %s: energy is not valid: %s.\n", s.Name, strings.Join(w.Hardware.Reasons, "; "))
		}
	}
	if currency != "" {
		for i := 6; i < len(g.Head); i++ {
			g.Head[i] = currency + " " + g.Head[i]
		}
	}
	g.Foot += "watts: what the devices say of themselves, all together; neither the rest of the machine nor its power supply is in it."
	return g
}

// windowGrid sets the steady part beside the whole stage.
func (r *Report) windowGrid() reports.Grid {
	g := reports.Grid{Title: "Steady part and whole stage", Left: 2, Head: []string{"stage", "window", "seconds", "completed", "requests/s", "output tokens/s", "in flight", "p99 TTFT ms", "p99 E2E ms"}}
	for i := range r.Stages {
		s := &r.Stages[i]
		name := s.name()
		for _, w := range []struct {
			name string
			*Window
		}{{"steady", &s.Steady}, {"whole", &s.Whole}} {
			if w.Seconds <= 0 {
				continue
			}
			g.Rows = append(g.Rows, []string{name, w.name, Figure(w.Seconds).Fixed(1, 1), strconv.Itoa(w.Completed), Amount(w.RequestsPerS), w.OutputPerS.PerSecond(), w.InFlight.Fixed(1, 1),
				w.Sent.TTFT.P99.Milliseconds(), w.Sent.E2E.P99.Milliseconds()})
			name = ""
		}
	}
	return g
}

// sideBySide is how many stages' checks stand beside each other.
const sideBySide = 5

// checkGrid has a row for each check and a column for each stage, or, of many stages, a row for every finding that is not ok.
func (r *Report) checkGrid() reports.Grid {
	g := reports.Grid{Title: "Self-checks", Left: 2}
	if len(r.Stages) == 0 {
		return g
	}
	seen := map[string]bool{}
	for i := range r.Stages {
		for _, c := range r.Stages[i].Checks {
			seen[c.Name] = seen[c.Name] || c.Finding != Unknown
		}
	}
	var blind []string
	for _, c := range r.Stages[0].Checks {
		if !seen[c.Name] {
			blind = append(blind, c.Name)
		}
	}
	if len(r.Stages) <= sideBySide {
		r.checksBeside(&g, seen)
	} else {
		r.checksBelow(&g)
	}
	g.Foot = "A value beyond its limit is doubtful (?), to be read with care; INVALID figures describe something else than the target under this load."
	if len(blind) > 0 {
		g.Foot += "\nNothing to look at: " + strings.Join(blind, ", ") + "."
	}
	return g
}

func (r *Report) checksBeside(g *reports.Grid, seen map[string]bool) {
	g.Head = []string{"check", "limit"}
	for i := range r.Stages {
		g.Head = append(g.Head, r.Stages[i].Name)
	}
	for at, c := range r.Stages[0].Checks {
		if !seen[c.Name] {
			continue
		}
		row := []string{c.Name, c.Limit}
		for i := range r.Stages {
			row = append(row, r.Stages[i].Checks[at].cell())
		}
		g.Rows = append(g.Rows, row)
	}
}

// cell is the value with a mark where it is not ok.
func (c Check) cell() string {
	switch c.Finding {
	case Doubtful:
		return c.Value + " ?"
	case Invalid:
		return c.Value + " INVALID"
	}
	return c.Value
}

func (r *Report) checksBelow(g *reports.Grid) {
	g.Head = []string{"stage", "check", "value", "limit", "finding"}
	for i := range r.Stages {
		s := &r.Stages[i]
		fine := 0
		for _, c := range s.Checks {
			switch c.Finding {
			case OK:
				fine++
			case Doubtful, Invalid:
				g.Rows = append(g.Rows, []string{s.Name, c.Name, c.Value, c.Limit, string(c.Finding)})
			}
		}
		g.Rows = append(g.Rows, []string{s.Name, fmt.Sprintf("%d checks", fine), "–", "–", string(OK)})
	}
}
