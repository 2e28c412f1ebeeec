package reports

import (
	"fmt"
	"strconv"

	"github.com/viva-eval/viva/runners"
)

// grid is a table of text: the same one is set for the terminal and for Markdown.
type grid struct {
	title string
	head  []string
	rows  [][]string
	left  int // columns set flush left, from the first; the rest are flush right
	foot  string
}

// grids are the tables of a report, in the order of their weight. Tables without a row are left out.
func grids(r Report) []grid {
	var list []grid
	for _, g := range []grid{
		verdictGrid(r), liftGrid(r), crossGrid(r), lossGrid(r), causeGrid(r), editedGrid(r), abstentionGrid(r), retrievalGrid(r), toolGrid(r), familyGrid(r),
		latencyGrid(r), speedGrid(r),
	} {
		if len(g.rows) > 0 {
			list = append(list, g)
		}
	}
	return list
}

// interval writes a rate in percent with its interval, or its bounds when too much of it is unscored.
func (r Rate) interval() string {
	switch {
	case r.N+r.Unscored == 0:
		return "–"
	case r.Bounded:
		return fmt.Sprintf("%s–%s [%s–%s]", r.Least.percent(), r.Most.percent(), r.BoundLow.percent(), r.BoundHigh.percent())
	default:
		return fmt.Sprintf("%s [%s–%s]", r.Value.percent(), r.Low.percent(), r.High.percent())
	}
}

// interval writes a score in points with its interval, or its bounds when too much of it is unscored.
func (s Score) interval() string {
	switch {
	case s.Bounded:
		return fmt.Sprintf("%s to %s [%s to %s]", signed(s.Least), signed(s.Most), signed(s.BoundLow), signed(s.BoundHigh))
	case !s.Value.Defined():
		return "–"
	default:
		return fmt.Sprintf("%s [%s to %s]", signed(s.Value), signed(s.Low), signed(s.High))
	}
}

// brief writes a rate in percent without its interval, or the range of its bounds.
func (r Rate) brief() string {
	if r.Bounded {
		return between(r.Least, r.Most, Figure.percent)
	}
	return r.Value.percent()
}

// of is the denominator that interval rests on.
func (r Rate) of() string {
	if r.Bounded {
		return strconv.Itoa(r.N + r.Unscored)
	}
	return strconv.Itoa(r.N)
}

// verdictGrid has a row for each arm.
func verdictGrid(r Report) grid {
	g := grid{head: []string{"arm", "n", "correct % [95 % CI]", "of", "partial", "hallucination % [95 % CI]", "abstained", "unscored", "failed"}, left: 1}
	truncated, filtered := r.Summary.Counts.Truncated > 0, r.Summary.Counts.Filtered > 0
	if truncated {
		g.head = append(g.head, "truncated")
	}
	if filtered {
		g.head = append(g.head, "withheld")
	}
	bounded := false
	for _, a := range r.Summary.Arms {
		if a.Context {
			continue
		}
		c := a.Counts
		row := []string{
			a.Name, strconv.Itoa(c.Scored), a.Accuracy.interval(), a.Accuracy.of(), strconv.Itoa(c.Partial), a.Hallucination.interval(),
			strconv.Itoa(c.Abstained), strconv.Itoa(c.Unscored), strconv.Itoa(c.Failed),
		}
		if truncated {
			row = append(row, strconv.Itoa(c.Truncated))
		}
		if filtered {
			row = append(row, strconv.Itoa(c.Filtered))
		}
		g.rows = append(g.rows, row)
		bounded = bounded || a.Accuracy.Bounded || a.Hallucination.Bounded
	}
	g.foot = "n: scored answers. correct: of the scored answers to answerable questions. hallucination: false answers, of n."
	if bounded {
		g.foot += "\nA range a–b stands where more than 2 % of the answers are unscored: had all of those been wrong, or right."
	}
	return g
}

// liftGrid has a row for each arm but the closed book.
func liftGrid(r Report) grid {
	g := grid{title: "Against the closed book, question by question", left: 1,
		head: []string{"arm", "pairs", "lift, points [95 % CI]", "rescue %", "harm %", "induced hallucination % [95 % CI]", "dropped"}}
	for _, p := range r.Summary.Pairs {
		if edits(p.Arm) {
			continue
		}
		g.rows = append(g.rows, []string{
			p.Arm, strconv.Itoa(p.N), p.Lift.interval(), p.Rescue.brief(), p.Harm.brief(), p.Induced.interval(),
			strconv.Itoa(p.DroppedUnscored + p.DroppedFailed),
		})
	}
	g.foot = "lift = rescue − harm, of the answerable pairs. induced: false with the pages, of what was not false without them."
	return g
}

// causeGrid counts the traps that false answers fell into.
func causeGrid(r Report) grid {
	g := grid{title: "Why answers were false", head: []string{"arm"}, left: 1}
	var causes []string
	seen := map[string]bool{}
	for _, a := range r.Summary.Arms {
		for _, c := range a.Causes {
			if name := string(c.Cause); !seen[name] {
				seen[name] = true
				if name != "" {
					causes = append(causes, name)
				}
			}
		}
	}
	if len(seen) == 0 {
		return g
	}
	if seen[""] {
		causes = append(causes, "") // what is not known stands last
	}
	for _, c := range causes {
		g.head = append(g.head, causeName(c))
	}
	for _, a := range r.Summary.Arms {
		row := []string{a.Name}
		for _, want := range causes {
			n := 0
			for _, c := range a.Causes {
				if string(c.Cause) == want {
					n = c.N
				}
			}
			row = append(row, strconv.Itoa(n))
		}
		g.rows = append(g.rows, row)
	}
	return g
}

// latencyGrid has a row for each arm with times.
func latencyGrid(r Report) grid {
	g := grid{title: "Latency, ms: p50 / p90 / p99", left: 1, head: []string{"arm", "n", "first token", "first answer token", "whole answer", "per output token"}}
	if r.Summary.Speed.Indicative {
		g.title = "Latency (indicative), ms: p50 / p90 / p99"
	}
	for _, a := range r.Summary.Arms {
		l := a.Latency
		if l.Answer.N == 0 {
			continue
		}
		g.rows = append(g.rows, []string{a.Name, strconv.Itoa(l.Answer.N), l.FirstToken.String(), l.FirstAnswerToken.String(), l.Answer.String(), l.PerToken.String()})
	}
	return g
}

// String writes p50 / p90 / p99 in milliseconds.
func (p Percentiles) String() string {
	if p.N == 0 {
		return "–"
	}
	return milliseconds(p.P50) + " / " + milliseconds(p.P90) + " / " + milliseconds(p.P99)
}

// milliseconds keeps three digits: "0.42", "41.7", "1250".
func milliseconds(f Figure) string {
	switch {
	case f < 9.995:
		return f.fixed(1, 2)
	case f < 99.95:
		return f.fixed(1, 1)
	default:
		return f.fixed(1, 0)
	}
}

// speedGrid has a row for the system's throughput, and one for each accelerator when they are declared.
func speedGrid(r Report) grid {
	s := r.Summary.Speed
	g := grid{title: "Throughput over " + milliseconds(Figure(s.BusyS)) + " s with a request in flight", left: 1,
		head: []string{"", "output tokens/s", "total tokens/s", "correct answers/s"}}
	if s.BusyS == 0 {
		return g
	}
	stated := func(name string, rates ...Figure) {
		row := []string{name}
		for _, f := range rates {
			if s.TooShort {
				f = Undefined()
			}
			row = append(row, f.rate())
		}
		g.rows = append(g.rows, row)
	}
	stated("system", s.OutputPerS, s.TotalPerS, s.CorrectPerS)
	if acc := s.Accelerators; acc.Count > 0 {
		stated(acceleratorName(acc), s.OutputPerAccelerator, s.TotalPerAccelerator, s.CorrectPerAccelerator)
	}
	if s.TooShort {
		g.foot = "Too short to state a rate: less than 1 s."
		return g
	}
	switch s.TokenSource {
	case runners.FromUsage:
		g.foot = "Tokens as the server counts them."
	case runners.Estimated:
		g.foot = "Tokens estimated from the text: the server sent no usage."
	case mixed:
		g.foot = "Tokens partly as the server counts them, partly estimated from the text."
	}
	return g
}

// acceleratorName says what one of the declared accelerators is: "per card (8 × H100)".
func acceleratorName(a runners.Accelerators) string {
	unit := a.Unit
	if unit == "" {
		unit = "accelerator"
	}
	if a.Model == "" {
		return fmt.Sprintf("per %s (of %d)", unit, a.Count)
	}
	return fmt.Sprintf("per %s (%d × %s)", unit, a.Count, a.Model)
}

// rate writes a figure per second with about three digits.
func (f Figure) rate() string {
	switch {
	case f < 9.995:
		return f.fixed(1, 2)
	case f < 999.5:
		return f.fixed(1, 1)
	default:
		return f.fixed(1, 0)
	}
}
