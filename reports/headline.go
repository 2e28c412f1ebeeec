package reports

import (
	"fmt"

	"github.com/viva-eval/viva/runners"
)

// HeadArm returns the arm that the headline is about: retrieved, else tools, else oracle, spelled without parameters if there is such a one;
// else the first that was scored and whose pages are neither edited nor without the answer on purpose. False when there is none.
func (r Report) HeadArm() (Arm, bool) {
	for _, base := range []string{runners.Retrieved, runners.Tools, runners.Oracle} {
		best := Arm{}
		for _, a := range r.Summary.Arms {
			if runners.BaseArm(a.Name) == base && a.Counts.Scored > 0 && (best.Name == "" || a.Name == base) {
				best = a
			}
		}
		if best.Name != "" {
			return best, true
		}
	}
	for _, a := range r.Summary.Arms {
		if a.Counts.Scored > 0 && !a.Context && !mustAbstain(a.Name) {
			return a, true
		}
	}
	for _, a := range r.Summary.Arms {
		if a.Counts.Scored > 0 {
			return a, true
		}
	}
	return Arm{}, false
}

// Headline says the run's result in one or two sentences, with plain spaces throughout.
func (r Report) Headline() string {
	a, ok := r.HeadArm()
	if !ok {
		return "No answer was scored."
	}
	if _, truth := speaksOf(r.Summary.Scorer); !truth {
		return fmt.Sprintf("The scorer %s, which does not judge whether answers are true, calls %s of those to the answerable questions in the arm %s correct and %s of all incorrect.",
			r.Summary.Scorer, spoken(a.Accuracy), a.Name, spoken(a.Hallucination))
	}
	where := map[string]string{
		runners.Retrieved:  "With the pages a retriever finds",
		runners.Oracle:     "With the right pages open",
		runners.ClosedBook: "With the books closed",
		runners.Tools:      "With tools to look things up",
	}[runners.BaseArm(a.Name)]
	switch {
	case where == "":
		where = "In the arm " + a.Name
	case a.Name != runners.BaseArm(a.Name):
		where += " (" + a.Name + ")"
	}
	s := where + ", "
	if a.Accuracy.N > 0 {
		s += fmt.Sprintf("%s of the answerable questions were answered right and ", spoken(a.Accuracy))
	}
	s += fmt.Sprintf("%s of all replies were false", spoken(a.Hallucination))
	for _, p := range r.Summary.Pairs {
		switch {
		case p.Arm != a.Name:
		case p.Lift.Bounded:
			return s + fmt.Sprintf("; the pages changed the share of right answers by between %s and %s points.", signed(p.Lift.Least), signed(p.Lift.Most))
		case p.Lift.Value.Defined():
			return s + fmt.Sprintf("; the pages changed the share of right answers by %s points (%s to %s).", signed(p.Lift.Value), signed(p.Lift.Low), signed(p.Lift.High))
		}
	}
	return s + "."
}

// spoken writes a rate with its interval, or its bounds, for a sentence.
func spoken(r Rate) string {
	if r.Bounded {
		return fmt.Sprintf("between %s %% and %s %%", r.Least.percent(), r.Most.percent())
	}
	return fmt.Sprintf("%s %% (%s to %s)", r.Value.percent(), r.Low.percent(), r.High.percent())
}

// signed writes a fraction in percent points with its sign.
func signed(f Figure) string {
	if s := f.percent(); f > 0 && s != "0.0" {
		return "+" + s
	}
	return f.percent()
}
