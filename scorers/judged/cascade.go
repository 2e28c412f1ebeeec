package judged

import (
	"context"
	"fmt"
	"sync"

	"github.com/viva-eval/viva/scorers"
)

// Cascade is a scorer of two: First decides what it can for nothing, and Then, a judge or a panel, is asked about every trial on which
// First's verdict is not [scorers.Score.Final]. It is used by several goroutines at once and must not be copied.
type Cascade struct {
	First scorers.Scorer
	Then  scorers.Scorer

	mu     sync.Mutex
	shares Shares
}

var _ scorers.Scorer = (*Cascade)(nil)

// Shares counts which tier decided.
type Shares struct {
	First int `json:"first"` // decided without a model
	Then  int `json:"then"`  // decided by the judge
	Open  int `json:"open"`  // decided by neither: Unscored
}

// String tells the shares in one line for people.
func (s Shares) String() string {
	all := s.First + s.Then + s.Open
	if all == 0 {
		return "nothing scored"
	}
	part := func(n int) string { return fmt.Sprintf("%d (%.1f %%)", n, 100*share(n, all)) }
	return part(s.First) + " decided without a model, " + part(s.Then) + " by the judge, " + part(s.Open) + " by neither"
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
// both tiers have one verdict, First's Cause and Hedged stay, which a judge does not tell. Where Then has none, the trial is Unscored with
// Then's reason: a verdict that is not final does not come back for want of a judge.
func (c *Cascade) Score(ctx context.Context, q scorers.Question) (scorers.Score, error) {
	first, err := c.First.Score(ctx, q)
	if err != nil || !q.Trial.Status.Answered() {
		return first, err
	}
	s := first
	decided := first.Verdict != scorers.Unscored && first.Final
	if !decided {
		if s, err = c.Then.Score(ctx, q); err != nil {
			return scorers.Score{}, err
		}
		if s.Verdict != scorers.Unscored && s.Verdict == first.Verdict {
			s.Cause, s.Hedged = first.Cause, first.Hedged
			s.Behaved = scorers.Judge(q, s)
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
