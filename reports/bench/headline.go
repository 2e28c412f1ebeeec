package bench

import (
	"fmt"
	"strings"

	"github.com/viva-eval/viva/reports"
)

// Headline is what the run amounts to, in a sentence or two: the best throughput, what a user then gets, and whether the answers stayed true.
func (r Report) Headline() string {
	if len(r.Stages) == 0 {
		return "No load stage was held."
	}
	best := r.best()
	if best == nil {
		if len(r.Stages) == 1 {
			return "The stage is INVALID: its figures are not those of the target under this load."
		}
		return fmt.Sprintf("All %d stages are INVALID: their figures are not those of the target under these loads.", len(r.Stages))
	}
	w := best.Main()
	var b strings.Builder
	if c := r.Capacity; c != nil {
		b.WriteString(c.sentence())
		best = r.at(c.Holds, best)
		w = best.Main()
	}
	opening := b.String()
	fmt.Fprintf(&b, "At %s the target brought %s output tokens/s", best.load(), w.OutputPerS.PerSecond())
	if !w.OutputPerS.Defined() {
		b.Reset()
		b.WriteString(opening)
		fmt.Fprintf(&b, "At %s the target brought %s replies/s", best.load(), w.RequestsPerS.PerSecond())
	}
	if w.OutputPerAccelerator.Defined() {
		fmt.Fprintf(&b, " (%s per %s)", w.OutputPerAccelerator.PerSecond(), unitName(w.Accelerators))
	}
	if ttft := w.Latency(TTFT, best.Mode.Open()).P99; ttft.Defined() {
		fmt.Fprintf(&b, ", with a p99 of %s to the first token", Time(ttft))
	} else if e2e := w.Latency(E2E, best.Mode.Open()).P99; e2e.Defined() {
		fmt.Fprintf(&b, ", with a p99 of %s for a whole answer", Time(e2e))
	}
	b.WriteString(".")
	if a := best.Answers; a.Graded {
		if a.Hallucination.Bounded {
			fmt.Fprintf(&b, " Between %s and %s %% of its answers were false; the others are not all decided.", a.Hallucination.Least.Percent(), a.Hallucination.Most.Percent())
		} else {
			fmt.Fprintf(&b, " %s %% (%s to %s) of its answers were false.", a.Hallucination.Value.Percent(), a.Hallucination.Low.Percent(), a.Hallucination.High.Percent())
		}
	}
	if n := len(r.InvalidStages()); n > 0 {
		fmt.Fprintf(&b, " %d of %d stages are INVALID and left out.", n, len(r.Stages))
	}
	return b.String()
}

// sentence says what the search found.
func (c *Capacity) sentence() string {
	size := func(v float64) string {
		s := strings.TrimSuffix(Figure(v).Fixed(1, 2), ".00")
		if c.Unit == "requests/s" {
			return s + " requests/s"
		}
		return s + " in flight"
	}
	switch {
	case c.Holds == 0 && c.Breaks == 0:
		return "No capacity was found. "
	case c.Holds == 0:
		return "Capacity: none; the promises break at " + size(c.Breaks) + ". "
	case c.Breaks == 0 && c.Cut:
		return "Capacity: at least " + size(c.Holds) + "; beyond it nothing could be measured. "
	case c.Cut:
		return "Capacity: at least " + size(c.Holds) + " and less than " + size(c.Breaks) + "; the search was cut short. "
	case c.Breaks == 0:
		return "Capacity: at least " + size(c.Holds) + ", the most that was tried. "
	}
	return "Capacity: " + size(c.Holds) + "; the promises break at " + size(c.Breaks) + ". "
}

// at is the last valid stage of a size, else another.
func (r Report) at(size float64, other *Stage) *Stage {
	for i := range r.Stages {
		if s := &r.Stages[i]; s.Size == size && !s.Invalid() {
			other = s
		}
	}
	return other
}

// best is the valid stage with the highest throughput, nil where none is valid.
func (r Report) best() *Stage {
	var best *Stage
	for i := range r.Stages {
		s := &r.Stages[i]
		if s.Invalid() {
			continue
		}
		if best == nil || reach(s) > reach(best) {
			best = s
		}
	}
	return best
}

// reach is what stages are ranked by: output tokens a second, else replies a second.
func reach(s *Stage) Figure {
	if w := s.Main(); w.OutputPerS.Defined() {
		return w.OutputPerS
	} else if w.RequestsPerS.Defined() {
		return w.RequestsPerS
	}
	return -1
}

// load writes the load of the stage for a sentence.
func (s *Stage) load() string {
	size := strings.TrimSuffix(Figure(s.Size).Fixed(1, 2), ".00")
	switch s.Unit {
	case "requests/s":
		return size + " requests/s"
	case "users":
		return size + " users"
	}
	if s.Mode == "trace" {
		return "the traced load"
	}
	if s.Mode == "burst" {
		return "a burst with at most " + size + " in flight"
	}
	return size + " in flight"
}

// Time writes milliseconds in the unit that suits them: "41.7 ms", "2.35 s", "–".
func Time(f Figure) string {
	switch {
	case !f.Defined():
		return "–"
	case f >= 9999.5:
		return f.Fixed(.001, 1) + " s"
	case f >= 999.5:
		return f.Fixed(.001, 2) + " s"
	}
	return f.Milliseconds() + " ms"
}

// Money writes a sum with three significant digits.
func Money(f Figure) string {
	switch v := float64(f); {
	case !f.Defined():
		return "–"
	case v >= 99.95:
		return f.Fixed(1, 0)
	case v >= 9.995:
		return f.Fixed(1, 1)
	case v >= .9995:
		return f.Fixed(1, 2)
	case v >= .0995:
		return f.Fixed(1, 3)
	}
	return fmt.Sprintf("%.2g", float64(f))
}

// Amount writes a figure with about three digits: "0.42", "41.7", "1250".
func Amount(f Figure) string {
	if f.Defined() && f > 0 && f < .0995 {
		return fmt.Sprintf("%.2g", float64(f))
	}
	return f.PerSecond()
}

// title names the run.
func (r Report) title() string {
	if suite := reports.SuiteName(r.Run); suite != "" {
		return reports.TargetName(r.Run) + " under load, asked " + suite
	}
	return reports.TargetName(r.Run) + " under load"
}
