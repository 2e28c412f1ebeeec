package runners_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// target is a scripted target: it is given the number of the request, from 0.
type target func(ctx context.Context, n int) (runners.Response, error)

type counted struct {
	n atomic.Int64
	f target
}

func (c *counted) Ask(ctx context.Context, p runners.Prompt) (runners.Response, error) {
	return c.f(ctx, int(c.n.Add(1)-1))
}

func suite(items int) *suites.Suite {
	s := &suites.Suite{Name: "test", Passages: []suites.Passage{{ID: "p", Title: "Page", Text: "It is 28."}}}
	for i := range items {
		it := suites.Item{ID: fmt.Sprintf("i%02d", i), Question: fmt.Sprintf("Question %d?", i), Language: "en"}
		if i%2 == 0 {
			it.Answer, it.Evidence = suites.Answer{Kind: value.Number, Text: "28"}, []string{"p"}
		}
		s.Items = append(s.Items, it)
	}
	return s
}

func closedBook() []runners.Arm { return []runners.Arm{{Name: runners.ClosedBook}} }

func answer(context.Context, int) (runners.Response, error) {
	return runners.Response{Text: "28", Finish: "stop"}, nil
}

func failing(e runners.AskError) error { e.Err = errors.New("no luck"); return &e }

func TestTrialsCoverThePlan(t *testing.T) {
	s := suite(6)
	r := runners.Runner{Target: &counted{f: answer}, Suite: s, Repeats: 2, Concurrency: 3, Limit: 4,
		Arms: []runners.Arm{{Name: runners.ClosedBook}, {Name: runners.Oracle, Book: runners.OracleBook{Suite: s}}},
		Skip: map[runners.Key]bool{{ItemID: "i00", Arm: runners.ClosedBook, Repeat: 1}: true}}
	// 4 items closed-book and the 2 with evidence under oracle, twice.
	if got := r.Planned(); got != 12 {
		t.Errorf("planned %d trials, want 12: the oracle arm asks only items with evidence, and skipping changes no plan", got)
	}
	seen := map[runners.Key]runners.Trial{}
	for trial := range r.Trials(t.Context()) {
		if _, twice := seen[trial.Key]; twice {
			t.Errorf("%v was asked twice", trial.Key)
		}
		seen[trial.Key] = trial
	}
	if len(seen) != 11 {
		t.Errorf("asked %d trials, want 11: one was finished already", len(seen))
	}
	for key, want := range map[runners.Key]runners.Expectation{
		{ItemID: "i00", Arm: runners.ClosedBook}: runners.ExpectEither,
		{ItemID: "i01", Arm: runners.ClosedBook}: runners.ExpectAbstain,
		{ItemID: "i02", Arm: runners.Oracle}:     runners.ExpectAnswer,
	} {
		if got := seen[key].Shown.Expect; got != want {
			t.Errorf("%v: expectation %q, want %q", key, got, want)
		}
	}
	first, again := seen[runners.Key{ItemID: "i02", Arm: runners.ClosedBook}], seen[runners.Key{ItemID: "i02", Arm: runners.ClosedBook, Repeat: 1}]
	if paired := seen[runners.Key{ItemID: "i02", Arm: runners.Oracle}]; first.Prompt.Seed != paired.Prompt.Seed {
		t.Error("two arms of one item and repeat have different seeds: they are not paired")
	}
	if first.Prompt.Seed == again.Prompt.Seed {
		t.Error("two repeats have the same seed: the second is a copy of the first")
	}
}

func TestStatus(t *testing.T) {
	for _, c := range []struct {
		name     string
		response runners.Response
		err      error
		want     runners.Status
	}{
		{"whole answer", runners.Response{Finish: "stop"}, nil, runners.OK},
		{"no finish reason from a non-streaming server", runners.Response{}, nil, runners.OK},
		{"cut at max_tokens is not an answer", runners.Response{Finish: "length"}, nil, runners.Truncated},
		{"withheld", runners.Response{Finish: "content_filter"}, nil, runners.Filtered},
		{"refused", runners.Response{}, failing(runners.AskError{Status: runners.Refused}), runners.Refused},
		{"deadline", runners.Response{}, fmt.Errorf("ask: %w", context.DeadlineExceeded), runners.TimedOut},
		{"an error of an unknown kind", runners.Response{}, errors.New("?"), runners.Failed},
	} {
		r := runners.Runner{Target: &counted{f: func(context.Context, int) (runners.Response, error) { return c.response, c.err }}, Suite: suite(1), Arms: closedBook(), Attempts: 3}
		for trial := range r.Trials(t.Context()) {
			if trial.Status != c.want {
				t.Errorf("%s: status %q, want %q", c.name, trial.Status, c.want)
			}
			if (trial.Err != "") != (c.err != nil) {
				t.Errorf("%s: error %q", c.name, trial.Err)
			}
		}
	}
}

func TestRetries(t *testing.T) {
	for _, c := range []struct {
		name     string
		failures int
		err      runners.AskError
		attempts int
		status   runners.Status
		atLeast  time.Duration
		atMost   time.Duration
	}{
		{"a busy server is asked again", 2, runners.AskError{Status: runners.Failed, Temporary: true}, 3, runners.OK, 300 * time.Millisecond, 2 * time.Second},
		{"and after the time it names", 1, runners.AskError{Status: runners.Failed, Temporary: true, RetryAfter: 7 * time.Second}, 2, runners.OK, 7 * time.Second, 7 * time.Second},
		{"but no longer than a minute", 1, runners.AskError{Status: runners.Failed, Temporary: true, RetryAfter: time.Hour}, 2, runners.OK, time.Minute, time.Minute},
		{"and only so often", 9, runners.AskError{Status: runners.Failed, Temporary: true}, 4, runners.Failed, 0, time.Minute},
		{"a refusal is final", 9, runners.AskError{Status: runners.Refused}, 1, runners.Refused, 0, 0},
		{"a deadline is a promise", 9, runners.AskError{Status: runners.TimedOut}, 1, runners.TimedOut, 0, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			var lastSent time.Time
			r := runners.Runner{Suite: suite(1), Arms: closedBook(), Attempts: 4, Target: &counted{f: func(ctx context.Context, n int) (runners.Response, error) {
				lastSent = time.Now()
				if n < c.failures {
					return runners.Response{}, failing(c.err)
				}
				return answer(ctx, n)
			}}}
			for trial := range r.Trials(t.Context()) {
				if trial.Attempts != c.attempts || trial.Status != c.status {
					t.Errorf("%s: %d attempts and %q, want %d and %q", c.name, trial.Attempts, trial.Status, c.attempts, c.status)
				}
				if !trial.Response.Timing.Scheduled.Equal(lastSent) {
					t.Errorf("%s: scheduled %v, want the last attempt's %v", c.name, trial.Response.Timing.Scheduled, lastSent)
				}
			}
			if took := time.Since(start); took < c.atLeast || took > c.atMost {
				t.Errorf("%s: took %v, want %v to %v", c.name, took, c.atLeast, c.atMost)
			}
		})
	}
}

func TestDeadTargetIsReportedSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start, requests := time.Now(), &counted{f: func(context.Context, int) (runners.Response, error) {
			return runners.Response{}, failing(runners.AskError{Status: runners.Failed, Temporary: true, Unreachable: true})
		}}
		r := runners.Runner{Target: requests, Suite: suite(200), Arms: closedBook(), Attempts: 4, Concurrency: 4}
		failed := 0
		for trial := range r.Trials(t.Context()) {
			if trial.Status == runners.Failed {
				failed++
			}
		}
		if failed != 200 {
			t.Errorf("%d trials failed, want all 200", failed)
		}
		if n := requests.n.Load(); n > 220 {
			t.Errorf("%d requests for 200 trials: a dead target should get one each", n)
		}
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("took %v", took)
		}
	})
}

func TestDeadlineOfEachRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := runners.Runner{Suite: suite(3), Arms: closedBook(), Timeout: 2 * time.Second, Target: &counted{f: func(ctx context.Context, n int) (runners.Response, error) {
			if n == 1 {
				<-ctx.Done()
				return runners.Response{Text: "half an ans"}, ctx.Err()
			}
			return answer(ctx, n)
		}}}
		count := map[runners.Status]int{}
		for trial := range r.Trials(t.Context()) {
			count[trial.Status]++
			if trial.Status == runners.TimedOut && trial.Response.Text != "half an ans" {
				t.Error("what had arrived before the deadline is lost")
			}
		}
		if count[runners.OK] != 2 || count[runners.TimedOut] != 1 {
			t.Errorf("got %v, want 2 ok and 1 timeout", count)
		}
	})
}

func TestInterruptedTrialsNeverTookPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 2500*time.Millisecond)
		defer cancel()
		r := runners.Runner{Suite: suite(100), Arms: closedBook(), Concurrency: 2, Attempts: 4, Target: &counted{f: func(ctx context.Context, n int) (runners.Response, error) {
			select {
			case <-time.After(time.Second):
				return answer(ctx, n)
			case <-ctx.Done():
				return runners.Response{}, ctx.Err()
			}
		}}}
		var got []runners.Status
		for trial := range r.Trials(ctx) {
			got = append(got, trial.Status)
		}
		if !slices.Equal(got, []runners.Status{runners.OK, runners.OK, runners.OK, runners.OK}) {
			t.Errorf("got %v, want the four that had ended; a trial cut by an interrupt must not be kept as a timeout", got)
		}
	})
}

type broken struct{}

func (broken) Retrieve(context.Context, string, int) ([]suites.Passage, error) {
	return nil, errors.New("index is gone")
}

func TestBrokenBookFailsTheTrial(t *testing.T) {
	asked := &counted{f: answer}
	r := runners.Runner{Target: asked, Suite: suite(2), Arms: []runners.Arm{{Name: runners.Retrieved, Book: runners.FromRetriever(broken{}), K: 3}}, Attempts: 4}
	for trial := range r.Trials(t.Context()) {
		if trial.Status != runners.Failed || trial.Err != "open book: retrieve: index is gone" {
			t.Errorf("got %q, %q", trial.Status, trial.Err)
		}
	}
	if asked.n.Load() != 0 {
		t.Error("the target was asked without its passages: that is another arm")
	}
}

func TestRetrievedExpectation(t *testing.T) {
	s := suite(1)
	s.Items[0].Evidence = []string{"p", "q"}
	book := runners.FromRetriever(fixed(s.Passages))
	shown, err := book.Open(t.Context(), s.Items[0], 3)
	if err != nil || shown.Expect != runners.ExpectAbstain {
		t.Errorf("half of the evidence: expectation %q (%v), want abstain", shown.Expect, err)
	}
	s.Items[0].Evidence = []string{"p"}
	if shown, _ = book.Open(t.Context(), s.Items[0], 3); shown.Expect != runners.ExpectAnswer {
		t.Errorf("all of the evidence: expectation %q, want answer", shown.Expect)
	}
}

type fixed []suites.Passage

func (f fixed) Retrieve(context.Context, string, int) ([]suites.Passage, error) { return f, nil }
