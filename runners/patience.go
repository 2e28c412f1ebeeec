package runners

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Patience is how requests to one target are sent again when the infrastructure fails. It remembers whether the target is there: one
// that cannot be reached is not tried again and again for each question, since one attempt shows soon enough whether it is back. A
// server that answers, be it with "too busy", is there.
//
// The zero Patience is ready for use, by several goroutines at once. It must not be copied.
type Patience struct{ missed atomic.Int64 }

const (
	gone        = 8           // requests in a row that found nobody, after which a target counts as gone
	longestWait = time.Minute // most that a server's Retry-After can make a request wait
)

// Ask calls ask up to attempts times (at least once), as long as it fails with a temporary [AskError], after a growing and jittered
// wait or the server's own Retry-After. It tells ask when each request was due, and returns the number of calls with the last one's
// error. When ctx ends, the error is that of ctx and what the last call brought is to be thrown away.
func (p *Patience) Ask(ctx context.Context, attempts int, ask func(ctx context.Context, due time.Time) error) (calls int, err error) {
	wait := &backoff.ExponentialBackOff{InitialInterval: 250 * time.Millisecond, RandomizationFactor: .5, Multiplier: 2, MaxInterval: 20 * time.Second}
	due := time.Now()
	for {
		calls++
		err := ask(ctx, due)
		if ctx.Err() != nil {
			return calls, ctx.Err()
		}
		var failure *AskError
		retry := errors.As(err, &failure) && failure.Temporary
		p.note(retry && failure.Unreachable)
		if !retry || calls >= p.attempts(attempts) {
			return calls, err
		}
		pause := wait.NextBackOff()
		if failure.RetryAfter > 0 {
			pause = min(failure.RetryAfter, longestWait)
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return calls, ctx.Err()
		}
		due = time.Now()
	}
}

func (p *Patience) note(unreachable bool) {
	if unreachable {
		p.missed.Add(1)
	} else {
		p.missed.Store(0)
	}
}

func (p *Patience) attempts(allowed int) int {
	if p.missed.Load() >= gone {
		return 1
	}
	return max(allowed, 1)
}
