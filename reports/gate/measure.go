package gate

import (
	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

// Measure is a figure that a rule can be about. Each is defined in docs/METHOD.md.
type Measure string

const (
	Accuracy      Measure = "accuracy"              // correct, of answerable items
	Hallucination Measure = "hallucination"         // incorrect, of all
	Abstention    Measure = "abstention"            // abstained, of all
	Penalised     Measure = "penalised"             // correct − k · incorrect
	Behaved       Measure = "behaved"               // did what the arm asks
	Lift          Measure = "lift"                  // rescue − harm, against the closed book
	Harm          Measure = "harm"                  // right with the book closed, not with the pages, of answerable items
	Induced       Measure = "induced-hallucination" // not false with the book closed, false with the pages
	Unscored      Measure = "unscored"              // answered and not judged, of answered
	Failed        Measure = "failed"                // failed for reasons of the infrastructure, of asked
	FirstTokenP95 Measure = "ttft-p95"              // 95th percentile of the time to the first token
	AnswerP95     Measure = "answer-p95"            // of the time to the last
)

// Measures lists the measures.
func Measures() []Measure {
	return []Measure{Accuracy, Hallucination, Abstention, Penalised, Behaved, Lift, Harm, Induced, Unscored, Failed, FirstTokenP95, AnswerP95}
}

const closedBook = runners.ClosedBook

// points on which an item can stand: its value is +1, 0 or −k.
const (
	up = iota
	level
	down
	aside // in no denominator
)

// view is a trial as a measure sees it, beside the closed-book trial of the same repeat where the measure has two arms.
type view struct {
	arm, closed *baseline.Record
}

// definition says how a measure counts.
type definition struct {
	// direction is +1 where more is better, −1 where less is, 0 where neither is.
	direction float64
	twoArms   bool
	seconds   bool // a time, compared by ratio
	score     bool // a value between −k and 1; otherwise a rate, whose items stand at up or level
	// stands places a trial.
	stands func(v view) int
	// high and low are the verdicts of an unscored trial that would make the measure as high and as low as it can be: of the arm, then of the
	// closed book.
	high, low [2]scorers.Verdict
	debtless  bool // an unscored trial is no debt: the measure does not ask for verdicts
}

// least is the smallest value the measure can have.
func (d definition) least(k float64) float64 {
	if d.score {
		return -max(k, 1)
	}
	return 0
}

func (m Measure) look() (definition, bool) {
	verdict := func(want scorers.Verdict) func(view) int {
		return func(v view) int {
			if v.arm.Verdict == want {
				return up
			}
			return level
		}
	}
	answered := func(f func(view) int) func(view) int {
		return func(v view) int {
			if !v.arm.Status.Answered() || v.closed != nil && !v.closed.Status.Answered() {
				return aside
			}
			return f(v)
		}
	}
	answerable := func(f func(view) int) func(view) int {
		return answered(func(v view) int {
			if !v.arm.Answerable {
				return aside
			}
			return f(v)
		})
	}
	right, wrong, silent := scorers.Correct, scorers.Incorrect, scorers.Abstained
	switch m {
	case Accuracy:
		return definition{direction: 1, stands: answerable(verdict(right)), high: [2]scorers.Verdict{right}, low: [2]scorers.Verdict{wrong}}, true
	case Hallucination:
		return definition{direction: -1, stands: answered(verdict(wrong)), high: [2]scorers.Verdict{wrong}, low: [2]scorers.Verdict{right}}, true
	case Abstention:
		return definition{stands: answered(verdict(silent)), high: [2]scorers.Verdict{silent}, low: [2]scorers.Verdict{wrong}}, true
	case Penalised:
		return definition{direction: 1, score: true, high: [2]scorers.Verdict{right}, low: [2]scorers.Verdict{wrong}, stands: answered(func(v view) int {
			switch v.arm.Verdict {
			case right:
				return up
			case wrong:
				return down
			}
			return level
		})}, true
	case Behaved:
		return definition{direction: 1, high: [2]scorers.Verdict{right}, low: [2]scorers.Verdict{wrong}, stands: answered(func(v view) int {
			switch v.arm.Behaved {
			case scorers.BehavedYes:
				return up
			case scorers.BehavedNo:
				return level
			}
			return aside
		})}, true
	case Lift:
		return definition{direction: 1, twoArms: true, score: true, high: [2]scorers.Verdict{right, wrong}, low: [2]scorers.Verdict{wrong, right}, stands: answerable(func(v view) int {
			switch now, before := v.arm.Verdict == right, v.closed.Verdict == right; {
			case now && !before:
				return up
			case before && !now:
				return down
			}
			return level
		})}, true
	case Harm:
		return definition{direction: -1, twoArms: true, high: [2]scorers.Verdict{wrong, right}, low: [2]scorers.Verdict{right, right}, stands: answerable(func(v view) int {
			if v.closed.Verdict == right && v.arm.Verdict != right {
				return up
			}
			return level
		})}, true
	case Induced:
		return definition{direction: -1, twoArms: true, high: [2]scorers.Verdict{wrong, right}, low: [2]scorers.Verdict{right, right}, stands: answered(func(v view) int {
			switch {
			case v.closed.Verdict == wrong:
				return aside
			case v.arm.Verdict == wrong:
				return up
			}
			return level
		})}, true
	case Unscored:
		return definition{direction: -1, debtless: true, stands: answered(verdict(scorers.Unscored))}, true
	case Failed:
		return definition{direction: -1, debtless: true, stands: func(v view) int {
			if v.arm.Status.Infrastructure() {
				return up
			}
			return level
		}}, true
	case FirstTokenP95, AnswerP95:
		return definition{direction: -1, seconds: true}, true
	}
	return definition{}, false
}

// reading says what an unscored trial is taken for.
type reading int

const (
	asScored reading = iota // for nothing: it stands aside
	asHigh                  // for what makes the measure high
	asLow                   // for what makes it low
)

// place puts a trial on its point under a reading. debt reports that a verdict was missing.
func (d definition) place(v view, as reading) (at int, debt bool) {
	if d.debtless {
		return d.stands(v), false
	}
	missing := v.arm.Status.Answered() && v.arm.Verdict == scorers.Unscored || v.closed != nil && v.closed.Status.Answered() && v.closed.Verdict == scorers.Unscored
	if !missing {
		return d.stands(v), false
	}
	if as == asScored {
		// Whether it would have counted is asked of the reading that counts the most.
		at, _ := d.place(v, asHigh)
		return aside, at != aside
	}
	verdicts := d.high
	if as == asLow {
		verdicts = d.low
	}
	v.arm = supposed(v.arm, verdicts[0])
	if v.closed != nil {
		v.closed = supposed(v.closed, verdicts[1])
	}
	return d.stands(v), true
}

// due reports whether a trial counts, or would had a whole answer come back and been judged.
func (d definition) due(v view) bool {
	whole := func(r *baseline.Record) *baseline.Record {
		if r == nil || r.Status.Answered() {
			return r
		}
		c := *r
		c.Status, c.Verdict, c.Behaved = runners.OK, scorers.Unscored, scorers.BehavedNA
		return &c
	}
	at, _ := d.place(view{whole(v.arm), whole(v.closed)}, asHigh)
	return at != aside
}

// supposed returns the record with a verdict in the place of a missing one.
func supposed(r *baseline.Record, verdict scorers.Verdict) *baseline.Record {
	if !r.Status.Answered() || r.Verdict != scorers.Unscored {
		return r
	}
	c := *r
	c.Verdict, c.Behaved = verdict, scorers.BehavedYes
	if verdict != scorers.Correct {
		c.Behaved = scorers.BehavedNo
	}
	return &c
}
