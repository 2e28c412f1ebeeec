package judged

import (
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/viva-eval/viva/runners"
)

// Price is what a judge's owner charges for a million tokens. The zero Price is free.
type Price struct{ Prompt, Completion float64 }

func (p Price) of(t runners.Tokens) float64 {
	return (p.Prompt*float64(t.Prompt) + p.Completion*float64(t.Completion)) / 1e6
}

// Spend is what judging has cost. Replies from the cache cost nothing and are not in it.
type Spend struct {
	Requests   int           `json:"requests"` // sent, those that failed included
	Prompt     int           `json:"prompt_tokens"`
	Completion int           `json:"completion_tokens"` // reasoning included
	Estimated  int           `json:"estimated"`         // requests whose tokens were counted by us, since the server did not
	Money      float64       `json:"money"`             // by the prices that were given; 0 without
	Took       time.Duration `json:"took_ns"`           // summed over requests: more than the time that passed when several were under way
}

// String tells the spend in one line for people.
func (s Spend) String() string {
	out := fmt.Sprintf("%d requests, %d tokens", s.Requests, s.Tokens())
	if s.Estimated > 0 {
		out += fmt.Sprintf(" (%d requests estimated)", s.Estimated)
	}
	if s.Money > 0 {
		out += ", " + number(math.Round(s.Money*1e4)/1e4) + " in money"
	}
	return out + ", " + s.Took.Round(time.Millisecond).String()
}

// Tokens is the sum of both directions.
func (s Spend) Tokens() int { return s.Prompt + s.Completion }

// Add returns the sum of two spends.
func (s Spend) Add(o Spend) Spend {
	return Spend{s.Requests + o.Requests, s.Prompt + o.Prompt, s.Completion + o.Completion, s.Estimated + o.Estimated, s.Money + o.Money, s.Took + o.Took}
}

// Budget stops judging when it is spent: what is left is Unscored, and says so. Several judges may share one. Each limit is off when
// zero. Requests are counted before they are sent and their limit is exact; tokens and money are known only afterwards, so the requests
// already under way when they run out go over by what they cost.
//
// A Budget is used by several goroutines at once and must not be copied.
type Budget struct {
	Requests int
	Tokens   int // prompt and completion
	Money    float64

	mu    sync.Mutex
	spent Spend
}

// Spent is what has been spent so far.
func (b *Budget) Spent() Spend {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.spent
}

// spentError says that a budget is spent.
type spentError struct{ what string }

func (e *spentError) Error() string { return "the budget of " + e.what + " is spent" }

// Take counts a request that is about to be sent; an error says that the budget is spent, and that nothing is to be sent. A nil budget
// refuses nothing.
func (b *Budget) Take() error {
	if b == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.Requests > 0 && b.spent.Requests >= b.Requests:
		return &spentError{fmt.Sprintf("%d requests", b.Requests)}
	case b.Tokens > 0 && b.spent.Tokens() >= b.Tokens:
		return &spentError{fmt.Sprintf("%d tokens", b.Tokens)}
	case b.Money > 0 && b.spent.Money >= b.Money:
		return &spentError{number(b.Money) + " in money"}
	}
	b.spent.Requests++
	return nil
}

// Add books what a request that was taken has cost; its count of requests is passed over, having been booked already.
func (b *Budget) Add(s Spend) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	s.Requests = 0
	b.spent = b.spent.Add(s)
}
