package bench

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/load"
	"github.com/viva-eval/viva/runners/telemetry"
	"github.com/viva-eval/viva/scorers"
)

// Options say what to make of a run beside its figures.
type Options struct {
	Promises []Promise // limits that a good request keeps
	Texts    bool      // keep the replies, for an export that has them
	// Telemetry is what machines and servers said meanwhile; nil: nothing was read.
	Telemetry *Telemetry
}

// Summarize reads the graded trials of a measured run once, in any order, and returns the report. It keeps some two hundred bytes a trial
// and four for each gap. Trials of stages that held does not name are counted in a note. The first error of rows ends it.
func Summarize(run runners.Run, held []load.Record, rows iter.Seq2[scorers.Graded, error], o Options) (Report, error) {
	r := Report{Run: run, Promises: o.Promises}
	type gathered struct {
		requests []Request
		grader   grader
	}
	stages, strangers := map[string]*gathered{}, 0
	begun := map[string]time.Time{}
	for i := range held {
		stages[held[i].Stage.Name], begun[held[i].Stage.Name] = &gathered{}, held[i].Started
	}
	for g, err := range rows {
		if err != nil {
			return Report{}, fmt.Errorf("summarise run %s: %w", run.ID, err)
		}
		s := stages[g.Trial.Load]
		if s == nil {
			strangers++
			continue
		}
		s.requests = append(s.requests, requestOf(&g, begun[g.Trial.Load], o.Texts))
		s.grader.add(&g)
	}
	for i := range held {
		g := stages[held[i].Stage.Name]
		r.Stages = append(r.Stages, stageOf(held[i], g.requests, g.grader.answers(), run, &o))
	}
	r.Notes = notes(&r)
	if strangers > 0 {
		r.Notes = append(r.Notes, reports.Note{Level: reports.Warn, Text: fmt.Sprintf("%d trials belong to no stage of this run and are left out.", strangers)})
	}
	return r, nil
}

// stageOf makes the figures of one stage.
func stageOf(h load.Record, requests []Request, answers Answers, run runners.Run, o *Options) Stage {
	acc := run.Target.Accelerators
	slices.SortStableFunc(requests, func(a, b Request) int { return cmp.Compare(a.order(), b.order()) })
	size, unit := h.Stage.Load()
	s := Stage{
		Name: h.Stage.Name, Mode: h.Stage.Mode, Size: size, Unit: unit, Started: h.Started, Ended: h.Ended, Answers: answers, Record: h, Requests: requests,
		Connect: spreadOfTimes(h.Connect), TLS: spreadOfTimes(h.TLS), Stopped: h.Stopped, Notes: append([]string{}, h.Notes...),
		Power: o.Telemetry.course(telemetry.Power, h, 1, false), Use: o.Telemetry.course(telemetry.Utilization, h, .01, true),
	}
	s.Whole = windowOf(h.Started, requests, span{0, h.Elapsed()}, everything, acc, o)
	if !h.SteadyFrom.IsZero() && h.SteadyTo.After(h.SteadyFrom) {
		at := span{h.SteadyFrom.Sub(h.Started), h.SteadyTo.Sub(h.Started)}
		s.Steady = windowOf(h.Started, requests, at, at, acc, o)
	} else {
		s.Steady = windowOf(h.Started, nil, span{}, span{}, acc, o)
		s.Steady.From, s.Steady.To = time.Time{}, time.Time{}
	}
	s.MostInFlight, s.PeakTokens = peaks(requests, h.Elapsed())
	s.Checks = append(ownChecks(run, h, &s), o.Telemetry.account(h, &s, acc)...)
	s.Validity = worst(s.Checks)
	return s
}

// order is the moment by which requests stand in line.
func (r *Request) order() time.Duration {
	if r.Sent == never {
		return r.Due
	}
	return r.Sent
}

// peaks are the most requests in flight at one moment, and the most output tokens of completed requests in one second.
func peaks(requests []Request, elapsed time.Duration) (int, Figure) {
	type edge struct {
		at   time.Duration
		step int
	}
	var edges []edge
	counted := false
	for i := range requests {
		if r := &requests[i]; r.Sent != never && r.Last > r.Sent {
			edges = append(edges, edge{r.Sent, 1}, edge{r.Last, -1})
			counted = counted || r.Completed() && r.Tokens.Source != runners.NoTokens
		}
	}
	slices.SortFunc(edges, func(a, b edge) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.step, b.step)) })
	now, most := 0, 0
	for _, e := range edges {
		now += e.step
		most = max(most, now)
	}
	if !counted || elapsed <= 0 || elapsed > longestPeak {
		return most, reports.Undefined()
	}
	seconds := make([]float64, int(elapsed/time.Second)+1)
	for i := range requests {
		r := &requests[i]
		if !r.Completed() || r.Last == never || r.Last < 0 || r.Last > elapsed {
			continue
		}
		first := r.Last
		if r.First != never {
			first = max(r.First, 0)
		}
		for second := first / time.Second; second <= r.Last/time.Second; second++ {
			_, n := r.tokens(span{second * time.Second, (second + 1) * time.Second})
			seconds[second] += n
		}
	}
	return most, Figure(slices.Max(seconds))
}

// longestPeak is the longest stage of which each second is looked at.
const longestPeak = 7 * 24 * time.Hour

// notes say what a reader of the figures must know.
func notes(r *Report) []reports.Note {
	list := []reports.Note{}
	add := func(level, format string, args ...any) {
		list = append(list, reports.Note{Level: level, Text: fmt.Sprintf(format, args...)})
	}
	for i := range r.Stages {
		s := &r.Stages[i]
		for _, c := range s.Checks {
			switch c.Finding {
			case Invalid:
				add(reports.Bad, "%s is INVALID: %s.", s.Name, c.Reason)
			case Doubtful:
				add(reports.Warn, "%s: %s.", s.Name, c.Reason)
			}
		}
		for _, n := range s.Notes {
			add(reports.Info, "%s: %s.", s.Name, n)
		}
	}
	unsteady, few := 0, 0
	for i := range r.Stages {
		s := &r.Stages[i]
		if s.Main() == &s.Whole {
			unsteady++
		}
		if n := s.Main().Completed; n > 0 && n < 100 {
			few++
		}
	}
	if unsteady > 0 {
		add(reports.Info, "%s no steady part of a second with replies: the figures are of the whole stage, start and end included.", stagesHave(unsteady, len(r.Stages)))
	}
	if few > 0 {
		add(reports.Info, "%s fewer than 100 replies in the window: p99 is then close to the slowest one.", stagesHave(few, len(r.Stages)))
	}
	return list
}

func stagesHave(n, of int) string {
	switch {
	case of == 1:
		return "The stage has"
	case n == of:
		return "All stages have"
	case n == 1:
		return fmt.Sprintf("One of %d stages has", of)
	}
	return fmt.Sprintf("%d of %d stages have", n, of)
}
