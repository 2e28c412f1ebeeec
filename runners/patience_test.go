package runners_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/viva-eval/viva/runners"
)

func TestPatience(t *testing.T) {
	busy := &runners.AskError{Status: runners.Failed, Temporary: true, RetryAfter: 3 * time.Second, Err: errors.New("busy")}
	for _, row := range []struct {
		why      string
		attempts int
		fails    []error // what the calls say, in turn; nil from then on
		calls    int
		err      error
		took     time.Duration
	}{
		{"at once", 4, nil, 1, nil, 0},
		{"busy twice", 4, []error{busy, busy}, 3, nil, 6 * time.Second},
		{"busy for too long", 2, []error{busy, busy, busy}, 2, busy, 3 * time.Second},
		{"no attempts are one", 0, []error{busy, busy}, 1, busy, 0},
		{"refused for good", 4, []error{&runners.AskError{Status: runners.Refused, Err: errors.New("no")}}, 1, errors.New("no"), 0},
		{"not an answer about the request", 4, []error{errors.New("spent")}, 1, errors.New("spent"), 0},
		{"a wait without end is cut", 2, []error{&runners.AskError{Temporary: true, RetryAfter: time.Hour, Err: errors.New("later")}}, 2, nil, time.Minute},
	} {
		t.Run(row.why, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begun, n := time.Now(), 0
				calls, err := new(runners.Patience).Ask(t.Context(), row.attempts, func(_ context.Context, due time.Time) error {
					n++
					if !due.Equal(time.Now()) {
						t.Errorf("due %v, asked %v", due, time.Now())
					}
					if n > len(row.fails) {
						return nil
					}
					return row.fails[n-1]
				})
				if calls != row.calls || n != row.calls || (err == nil) != (row.err == nil) || err != nil && err.Error() != row.err.Error() || time.Since(begun) != row.took {
					t.Errorf("%d calls in %v, %v; want %d in %v, %v", calls, time.Since(begun), err, row.calls, row.took, row.err)
				}
			})
		})
	}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := new(runners.Patience).Ask(ctx, 4, func(context.Context, time.Time) error { return busy }); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("interrupted while it waits: %v", err)
		}
	})
}
