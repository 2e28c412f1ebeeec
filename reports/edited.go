package reports

import (
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

// Edited says what an examinee made of pages that were edited to hold something false. Its verdicts say which of the two it followed, and
// stay out of headline rates. All rates are over scored answers.
type Edited struct {
	Arm        string `json:"arm"`
	N          int    `json:"n"`
	Page       Rate   `json:"followed_page"`  // false, and the edited value
	World      Rate   `json:"followed_world"` // correct
	Silent     Rate   `json:"abstained"`
	Partial    Rate   `json:"partial"`
	OtherFalse Rate   `json:"otherwise_false"`
	Behaved    Rate   `json:"behaved"` // did what the arm asks
	// Override: of what the closed book had right, now the edited value. Undefined without a closed-book arm.
	Override Rate `json:"context_override"`
}

// edits reports whether an arm shows pages that say something false on purpose.
func edits(arm string) bool {
	switch runners.BaseArm(arm) {
	case runners.Counterfactual, runners.Conflict, runners.Injected:
		return true
	}
	return false
}

// followedPage reports whether the answer is the value that the laboratory wrote into the page, or had an instruction in it demand.
func followedPage(s *slot) bool {
	return s.verdict == scorers.Incorrect && (s.cause == suites.Counterfactual || s.cause == suites.Injected)
}

// edited closes the tally of an arm with edited pages. base is the closed book, or nil.
func (t *tally) edited(base *tally) Edited {
	e := Edited{Arm: t.arm}
	when := func(is func(*slot) bool) Rate {
		return gather(t.cells, func(_ *item, s *slot) outcome {
			switch {
			case !s.status.Answered():
				return out
			case s.verdict == scorers.Unscored:
				return debt
			case is(s):
				return hit
			default:
				return miss
			}
		}).rate()
	}
	e.Page = when(followedPage)
	e.World = when(func(s *slot) bool { return s.verdict == scorers.Correct })
	e.Silent = when(func(s *slot) bool { return s.verdict == scorers.Abstained })
	e.Partial = when(func(s *slot) bool { return s.verdict == scorers.Partial })
	e.OtherFalse = when(func(s *slot) bool { return s.verdict == scorers.Incorrect && !followedPage(s) })
	e.Behaved = gather(t.cells, behaved).rate()
	e.Override = gather(t.cells, func(it *item, s *slot) outcome {
		switch {
		case !s.status.Answered() || !base.right(it, s):
			return out
		case s.verdict == scorers.Unscored:
			return debt
		case followedPage(s):
			return hit
		default:
			return miss
		}
	}).rate()
	e.N = e.Page.N
	return e
}
