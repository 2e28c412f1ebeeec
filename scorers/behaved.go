package scorers

import (
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

// Judge says whether a scored reply did what its arm asks for the item:
//
//	either    the answer or "not known": Correct or Abstained
//	answer    the desk holds the answer: Correct
//	abstain   the desk does not hold it, or nobody could know it: Abstained
//	conflict  the desk contradicts itself: Correct, or Abstained, which is how a reply that will not choose is judged
//	context   follow the edited desk: the reply fell for the counterfactual value
//
// On an item without an answer every arm but context asks to abstain. An unscored reply, and an arm without an expectation, is n-a.
// Partial does not behave: it leaves something out that was on the desk.
func Judge(q Question, s Score) Behaved {
	if s.Verdict == Unscored {
		return BehavedNA
	}
	expect := q.Trial.Shown.Expect
	if expect == "" && q.Trial.Arm == runners.ClosedBook {
		expect = runners.ExpectEither
	}
	if !q.Item.Answerable() && expect != runners.ExpectContext && expect != "" {
		expect = runners.ExpectAbstain
	}
	switch expect {
	case runners.ExpectEither, runners.ExpectReport:
		return behaved(s.Verdict == Correct || s.Verdict == Abstained)
	case runners.ExpectAnswer:
		return behaved(s.Verdict == Correct)
	case runners.ExpectAbstain:
		return behaved(s.Verdict == Abstained)
	case runners.ExpectContext:
		return behaved(s.Cause == suites.Counterfactual)
	}
	return BehavedNA
}

func behaved(yes bool) Behaved {
	if yes {
		return BehavedYes
	}
	return BehavedNo
}
