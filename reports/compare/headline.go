package compare

import (
	"fmt"
	"math"

	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/runners"
)

// HeadArm returns the arm that the headline is about: retrieved, else oracle, else the first.
func (c Comparison) HeadArm() Arm {
	for _, name := range []string{runners.Retrieved, runners.Oracle} {
		for _, a := range c.Arms {
			if a.Head == name && a.Base == name {
				return a
			}
		}
	}
	return c.Arms[0]
}

// Headline says in one or two sentences what changed and whether it is real.
func (c Comparison) Headline() string {
	a := c.HeadArm()
	where := map[string]string{
		runners.Retrieved:  "With the pages a retriever finds",
		runners.Oracle:     "With the right pages open",
		runners.ClosedBook: "With the books closed",
	}[a.Name()]
	if where == "" {
		where = "In the arm " + a.Name()
		if a.Base != a.Head {
			where = "From " + a.Base + " to " + a.Head
		}
	}
	right, _ := c.Find(a.Name(), SliceName{}, Accuracy)
	wrong, _ := c.Find(a.Name(), SliceName{}, Hallucination)
	return fmt.Sprintf("%s, %s, and %s.", where, right.spoken("right answers"), wrong.spoken("false answers"))
}

// spoken says what became of the measure.
func (m Measure) spoken(what string) string {
	switch {
	case m.Pairs == 0 && m.Unscored == 0:
		return "nothing can be said of " + what
	case m.Finding == NotFound:
		return fmt.Sprintf("no change in %s is established (%s points)", what, m.interval())
	case m.Bounded:
		return fmt.Sprintf("%s changed by %s points", what, m.interval())
	}
	verb := "rose"
	if m.Difference < 0 {
		verb = "fell"
	}
	return fmt.Sprintf("%s %s by %s points (%s to %s)", what, verb, reports.Figure(math.Abs(float64(m.Difference))).Percent(), m.Low.Points(), m.High.Points())
}

// interval writes the difference in points with its interval, or its bounds when too much of it is unscored.
func (m Measure) interval() string {
	switch {
	case m.Bounded:
		return fmt.Sprintf("%s to %s [%s to %s]", m.Least.Points(), m.Most.Points(), m.BoundLow.Points(), m.BoundHigh.Points())
	case !m.Difference.Defined():
		return "–"
	default:
		return fmt.Sprintf("%s [%s to %s]", m.Difference.Points(), m.Low.Points(), m.High.Points())
	}
}

// probability writes a p-value with three decimals.
func probability(p reports.Figure) string {
	if p < .0005 {
		return "<0.001"
	}
	return p.Fixed(1, 3)
}
