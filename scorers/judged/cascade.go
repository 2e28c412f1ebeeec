package judged

import (
	"context"
	"sync"

	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/scorers"
)

// Cascade is a scorer of two: First decides what it can for nothing, and Then, a judge or a panel, is asked about the rest. It is used by
// several goroutines at once and must not be copied.
type Cascade struct {
	First scorers.Scorer
	Then  scorers.Scorer
	// Final says whether a verdict of First stands. nil: [Stands].
	Final func(scorers.Question, scorers.Score) bool

	mu     sync.Mutex
	shares Shares
}

var _ scorers.Scorer = (*Cascade)(nil)

// Stands is how far a deterministic verdict goes without a judge: what matches the truth, abstains, or falls into a known trap is final,
// and so is a value of another size than a typed truth. That a free text shares no words with the truth does not make it false, a part
// of its words does not make it half true, and on an item without an answer an unknown way to decline looks like an assertion: those go
// on. So does what is Unscored.
func Stands(q scorers.Question, s scorers.Score) bool {
	switch s.Verdict {
	case scorers.Correct, scorers.Abstained:
		return true
	case scorers.Unscored:
		return false
	}
	switch q.Item.Answer.Kind {
	case "", value.Text, value.Set:
		return s.Cause != ""
	}
	return true
}

// Shares counts which tier decided.
type Shares struct {
	First int // decided without a model
	Then  int // decided by the judge
	Open  int // decided by neither: Unscored
}

// Decided is the share of trials that either tier decided; NaN when nothing was scored.
func (s Shares) Decided() float64 { return share(s.First+s.Then, s.First+s.Then+s.Open) }

// Without is the share of trials that were decided without a model; NaN when nothing was scored.
func (s Shares) Without() float64 { return share(s.First, s.First+s.Then+s.Open) }

// Shares is who decided how much so far.
func (c *Cascade) Shares() Shares {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.shares
}

// Name joins the names of the tiers.
func (c *Cascade) Name() string { return c.First.Name() + "+" + c.Then.Name() }

// Score asks First, and Then about what First leaves open. The score says in Why what its tier said, and bears the cascade's name. Where
// Then has no verdict either, the trial is Unscored with Then's reason: a verdict that does not stand does not come back for want of a
// judge.
func (c *Cascade) Score(ctx context.Context, q scorers.Question) (scorers.Score, error) {
	s, err := c.First.Score(ctx, q)
	if err != nil || !q.Trial.Status.Answered() {
		return s, err
	}
	final := c.Final
	if final == nil {
		final = Stands
	}
	decided := s.Verdict != scorers.Unscored && final(q, s)
	if !decided {
		if s, err = c.Then.Score(ctx, q); err != nil {
			return scorers.Score{}, err
		}
	}
	s.Scorer = c.Name()
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case decided:
		c.shares.First++
	case s.Verdict != scorers.Unscored:
		c.shares.Then++
	default:
		c.shares.Open++
	}
	return s, nil
}
