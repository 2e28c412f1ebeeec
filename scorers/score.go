// Package scorers judges trials against ground truth. A scorer gives one verdict with a sentence a person can check.
package scorers

import (
	"context"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

// Verdict judges a reply against the world. The zero Verdict is Unscored, which counts for nothing.
type Verdict uint8

const (
	Unscored Verdict = iota
	Correct
	Partial
	Incorrect // asserts something false
	Abstained // says that it is not known, or that the question's premise is false
)

// Behaved says whether the reply did what the arm asks for the item.
type Behaved uint8

const (
	BehavedNA Behaved = iota
	BehavedYes
	BehavedNo
)

// Score is one scorer's judgement of one trial.
type Score struct {
	Scorer  string
	Verdict Verdict
	Behaved Behaved
	Cause   suites.Cause // the trap whose value was given, if any
	Hedged  bool         // the right value was given with doubt
	// Final says that the verdict is certain, so that no judge need be asked: a typed value that is the truth or is another one, a name
	// in one of its spellings, a trap, an abstention. False for a verdict by the share of words, and for one that comes with doubt.
	Final bool
	Value float64 // the scorer's number in [0, 1], where it has one: facts gives 1, 0.5, 0 for Correct, Partial, else
	Why   string  // one sentence a person can check
}

// Question is what a scorer sees: the trial and the item behind it.
type Question struct {
	Item  suites.Item
	Trial runners.Trial
}

// Graded is a question with its score. A trial that brought no whole answer has the zero Score: it is never scored.
type Graded struct {
	Question
	Score Score
}

// Scorer judges one trial.
type Scorer interface {
	Name() string
	Score(ctx context.Context, q Question) (Score, error)
}

// GroupScorer judges all repeats of one item and arm together.
type GroupScorer interface {
	Name() string
	ScoreGroup(ctx context.Context, repeats []Question) (Score, error)
}
