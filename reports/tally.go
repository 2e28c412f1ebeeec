package reports

import (
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/scorers/tooluse"
	"github.com/viva-eval/viva/suites"
)

// item is what the figures need of an item.
type item struct {
	id         string
	question   string
	source     string // cluster; the item itself where it has none
	language   string
	skill      string
	domain     string
	answerable bool
}

// slot is what the figures need of a trial.
type slot struct {
	load     string
	repeat   int
	status   runners.Status
	verdict  scorers.Verdict
	behaved  scorers.Behaved
	expect   runners.Expectation
	cause    suites.Cause
	hedged   bool
	evidence evidence
	desk     desk
	ranking  *ranking     // nil: not judged
	use      *tooluse.Use // nil: no tools
}

// evidence says how much of an answerable item's evidence lay open.
type evidence uint8

const (
	evidenceUnknown evidence = iota // the item names none, or is not answerable
	evidenceMissed                  // none of it
	evidencePart
	evidenceAll
)

// cell holds the trials of one item in one arm.
type cell struct {
	item  *item
	slots []slot
}

// tally holds the trials of one arm.
type tally struct {
	arm    string
	cells  []*cell // in order of arrival
	byItem map[string]*cell
	times  times
	tools  toolMarks
	// The arm's pages bear the names that items name, in some trial; and an answer was found on pages that bear others, so that names say nothing.
	findsNamed, readsText bool
}

// trials is the number of trials in the tally.
func (t *tally) trials() int {
	n := 0
	for _, c := range t.cells {
		n += len(c.slots)
	}
	return n
}

// outcome is how a trial counts for a measure. The zero outcome: not at all.
type outcome uint8

const (
	out   outcome = iota // in no denominator
	miss                 // in the denominator
	hit                  // a success
	minus                // a negative success, for scores
	debt                 // unscored, but would be in the denominator
)

// measure says how a trial of an item counts.
type measure func(*item, *slot) outcome

// gather collects a measure over cells.
func gather(cells []*cell, m measure) *sample {
	var s sample
	for _, c := range cells {
		var plus, negative, n, unscored int
		for i := range c.slots {
			switch m(c.item, &c.slots[i]) {
			case hit:
				plus++
				n++
			case minus:
				negative++
				n++
			case miss:
				n++
			case debt:
				unscored++
			}
		}
		s.add(c.item.source, plus, negative, n, unscored)
	}
	return &s
}

// share is the measure "is this verdict", among the trials that in lets in.
func share(v scorers.Verdict, in func(*item, *slot) bool) measure {
	return func(it *item, s *slot) outcome {
		switch {
		case !s.status.Answered() || !in(it, s):
			return out
		case s.verdict == scorers.Unscored:
			return debt
		case s.verdict == v:
			return hit
		default:
			return miss
		}
	}
}

func everything(*item, *slot) bool      { return true }
func answerable(it *item, _ *slot) bool { return it.answerable }

// attempted lets in the replies that gave an answer, right, part right or false.
func attempted(_ *item, s *slot) bool { return s.verdict != scorers.Abstained }

// notCorrect lets in the replies that missed, which is what AA-Omniscience divides by.
func notCorrect(_ *item, s *slot) bool { return s.verdict != scorers.Correct }

// behaved is the share of replies that did what the arm asks.
func behaved(_ *item, s *slot) outcome {
	switch {
	case !s.status.Answered():
		return out
	case s.verdict == scorers.Unscored:
		return debt
	case s.behaved == scorers.BehavedYes:
		return hit
	case s.behaved == scorers.BehavedNo:
		return miss
	default:
		return out
	}
}

// abstentionPrecision is the share of abstentions that the arm asked for. Where the arm leaves the choice (closed book, answerable item)
// an abstention is neither wanted nor unwanted and stays out.
func abstentionPrecision(it *item, s *slot) outcome {
	if !s.status.Answered() || s.expect == runners.ExpectEither && it.answerable {
		return out
	}
	switch s.verdict {
	case scorers.Unscored:
		return debt
	case scorers.Abstained:
		switch s.behaved {
		case scorers.BehavedYes:
			return hit
		case scorers.BehavedNo:
			return miss
		}
	}
	return out
}

// abstentionRecall is the share of trials in which abstaining was right that did abstain: those whose arm asks for it, and items that
// nobody could know.
func abstentionRecall(it *item, s *slot) outcome {
	wanted := s.expect == runners.ExpectAbstain || !it.answerable && s.expect == runners.ExpectEither
	if !s.status.Answered() || !wanted {
		return out
	}
	switch {
	case s.verdict == scorers.Unscored:
		return debt
	case s.verdict == scorers.Abstained && s.behaved != scorers.BehavedNo:
		return hit
	default:
		return miss
	}
}

// penalised scores a correct reply +1, a false one −1 and any other 0.
func penalised(_ *item, s *slot) outcome {
	if !s.status.Answered() {
		return out
	}
	switch s.verdict {
	case scorers.Unscored:
		return debt
	case scorers.Correct:
		return hit
	case scorers.Incorrect:
		return minus
	default:
		return miss
	}
}

// count adds a trial to the counts.
func (c *Counts) count(it *item, s *slot) {
	c.Asked++
	switch s.status {
	case runners.OK:
		c.Answered++
	case runners.Truncated:
		c.Truncated++
	case runners.Filtered:
		c.Filtered++
	default:
		c.Failed++
		if s.status == runners.TimedOut {
			c.TimedOut++
		}
		if s.status == runners.Refused {
			c.Refused++
		}
	}
	if !s.status.Answered() {
		return
	}
	switch s.verdict {
	case scorers.Unscored:
		c.Unscored++
		return
	case scorers.Correct:
		c.Correct++
		if s.hedged {
			c.Hedged++
		}
		if it.answerable && s.expect == runners.ExpectAbstain {
			c.FromMemory++
		}
	case scorers.Partial:
		c.Partial++
	case scorers.Incorrect:
		c.Incorrect++
	case scorers.Abstained:
		c.Abstained++
	}
	c.Scored++
}

// plus adds other counts.
func (c *Counts) plus(o Counts) {
	for _, f := range []struct {
		sum *int
		add int
	}{
		{&c.Planned, o.Planned}, {&c.Asked, o.Asked}, {&c.Answered, o.Answered}, {&c.Truncated, o.Truncated}, {&c.Failed, o.Failed},
		{&c.TimedOut, o.TimedOut}, {&c.Refused, o.Refused}, {&c.Filtered, o.Filtered}, {&c.Scored, o.Scored}, {&c.Unscored, o.Unscored},
		{&c.Correct, o.Correct}, {&c.Partial, o.Partial}, {&c.Incorrect, o.Incorrect}, {&c.Abstained, o.Abstained},
		{&c.Hedged, o.Hedged}, {&c.FromMemory, o.FromMemory},
	} {
		*f.sum += f.add
	}
}
