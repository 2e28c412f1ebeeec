package load

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/viva-eval/viva/internal/prompt"
	"github.com/viva-eval/viva/runners"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// examinee answers after a time that may depend on the number of the request, unless its context ends.
type examinee struct {
	takes func(n int) time.Duration
	fails func(n int) error // nil: never

	mu             sync.Mutex
	asked          []runners.Prompt
	inFlight, most int
}

func (x *examinee) Ask(ctx context.Context, p runners.Prompt) (runners.Response, error) {
	x.mu.Lock()
	n := len(x.asked)
	x.asked = append(x.asked, p)
	x.inFlight++
	x.most = max(x.most, x.inFlight)
	x.mu.Unlock()
	defer func() { x.mu.Lock(); x.inFlight--; x.mu.Unlock() }()
	sent := time.Now()
	var r runners.Response
	r.Timing.Sent = sent
	if x.fails != nil {
		if err := x.fails(n); err != nil {
			return r, err
		}
	}
	select {
	case <-time.After(x.takes(n)):
	case <-ctx.Done():
		return r, ctx.Err()
	}
	r.Text, r.Finish = fmt.Sprintf("answer %d", n), "stop"
	r.Timing.FirstToken, r.Timing.Last = time.Now(), time.Now()
	r.Tokens = runners.Tokens{Prompt: 10, Completion: 5, Source: runners.FromUsage}
	return r, nil
}

func always(d time.Duration) func(int) time.Duration { return func(int) time.Duration { return d } }

// questions are n different ones of one arm.
func questions(n int) []Question {
	out := make([]Question, n)
	for i := range out {
		out[i] = Question{ItemID: fmt.Sprintf("q%03d", i), Arm: "closed-book",
			Messages: []prompt.Message{{Role: "system", Content: "be brief"}, {Role: "user", Content: fmt.Sprintf("question %d", i)}}}
	}
	return out
}

// kept gathers trials.
type kept struct {
	mu     sync.Mutex
	trials []runners.Trial
}

func (k *kept) put(t runners.Trial) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.trials = append(k.trials, t)
	return nil
}

// hold runs a stage in a bubble of its own time.
func hold(t *testing.T, s Stage, x *examinee, change func(*Engine)) (r Record, trials []runners.Trial, err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var k kept
		e := &Engine{Target: x, Questions: questions(50), Timeout: time.Minute, Seed: 1, Keep: k.put}
		if change != nil {
			change(e)
		}
		r, err = e.Run(t.Context(), s, new(Live))
		trials = k.trials
	})
	return r, trials, err
}

func TestClosedLoop(t *testing.T) {
	x := &examinee{takes: always(time.Second)}
	r, trials, err := hold(t, Stage{Name: "c", Mode: Closed, Concurrency: 4, Duration: 10 * time.Second, Drain: time.Minute}, x, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(trials) != 40 || r.Sent != 40 || r.Scheduled != 40 || r.Abandoned != 0 || x.most != 4 {
		t.Errorf("%d trials, %d sent, %d scheduled, %d abandoned, %d at once; four places for ten seconds of one-second replies make 40", len(trials), r.Sent, r.Scheduled, r.Abandoned, x.most)
	}
	if r.Elapsed() != 10*time.Second || r.SteadyTo.Sub(r.SteadyFrom) != 10*time.Second {
		t.Errorf("took %v, steady for %v", r.Elapsed(), r.SteadyTo.Sub(r.SteadyFrom))
	}
	for _, tr := range trials {
		if tr.Load != "c" || tr.Status != runners.OK || tr.Attempts != 1 || !tr.Response.Timing.Scheduled.Equal(tr.Response.Timing.Sent) {
			t.Fatalf("trial %+v", tr)
		}
	}
}

// Latency from the scheduled moment grows when the target stalls, and latency from the sent moment hides it: all but the stalled requests
// look as fast as ever.
func TestCoordinatedOmissionShows(t *testing.T) {
	x := &examinee{takes: func(n int) time.Duration {
		if n == 10 {
			return 20 * time.Second // the one place is taken
		}
		return 10 * time.Millisecond
	}}
	_, trials, err := hold(t, Stage{Name: "r", Mode: Constant, Rate: 10, Concurrency: 1, Requests: 100}, x, nil)
	if err != nil {
		t.Fatal(err)
	}
	fromSent, fromScheduled := 0, 0
	for _, tr := range trials {
		clock := tr.Response.Timing
		if clock.Last.Sub(clock.Sent) > time.Second {
			fromSent++
		}
		if clock.Last.Sub(clock.Scheduled) > time.Second {
			fromScheduled++
		}
	}
	if len(trials) != 100 || fromSent != 1 || fromScheduled < 80 {
		t.Errorf("%d trials, slow from sent %d, slow from scheduled %d", len(trials), fromSent, fromScheduled)
	}
}

// Requests of an open loop leave on time, whatever became of the earlier ones.
func TestOpenLoopKeepsTime(t *testing.T) {
	x := &examinee{takes: always(30 * time.Second)}
	r, trials, err := hold(t, Stage{Name: "r", Mode: Poisson, Rate: 20, Concurrency: 1024, Duration: 10 * time.Second, Seed: 3}, x, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(trials) != 200 || r.Scheduled != 200 || x.most != 200 || len(r.Notes) != 1 { // the note: 200 requests of 50 prompts
		t.Errorf("%d trials, %d scheduled, %d at once, notes %q", len(trials), r.Scheduled, x.most, r.Notes)
	}
	for _, tr := range trials {
		if lag := tr.Response.Timing.Sent.Sub(tr.Response.Timing.Scheduled); lag != 0 {
			t.Fatalf("sent %v late", lag)
		}
	}
	if steady := r.SteadyTo.Sub(r.SteadyFrom); steady != 10*time.Second {
		t.Errorf("steady for %v", steady)
	}
}

func TestCrowdedOpenLoopSaysSo(t *testing.T) {
	x := &examinee{takes: always(time.Second)}
	r, _, err := hold(t, Stage{Name: "r", Mode: Constant, Rate: 10, Concurrency: 2, Requests: 20}, x, nil)
	if err != nil {
		t.Fatal(err)
	}
	if x.most != 2 || len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "all 2 places were taken") {
		t.Errorf("%d at once, notes %q", x.most, r.Notes)
	}
}

func TestBurstIsDueAtOnce(t *testing.T) {
	x := &examinee{takes: always(time.Second)}
	r, trials, err := hold(t, Stage{Name: "b", Mode: Burst, Concurrency: 5, Requests: 20}, x, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tr := range trials {
		if !tr.Response.Timing.Scheduled.Equal(r.Started) {
			t.Fatalf("due at %v, the stage began at %v", tr.Response.Timing.Scheduled, r.Started)
		}
	}
	if len(trials) != 20 || x.most != 5 || r.Elapsed() != 4*time.Second {
		t.Errorf("%d trials, %d at once, took %v", len(trials), x.most, r.Elapsed())
	}
}

func TestRampOfClosedLoop(t *testing.T) {
	x := &examinee{takes: always(100 * time.Second)}
	r, trials, err := hold(t, Stage{Name: "c", Mode: Closed, Concurrency: 10, Ramp: 20 * time.Second, Duration: 30 * time.Second}, x,
		func(e *Engine) { e.Timeout = 0 })
	if err != nil {
		t.Fatal(err)
	}
	seen := map[time.Duration]bool{}
	for _, tr := range trials {
		seen[tr.Response.Timing.Sent.Sub(r.Started)] = true
	}
	if len(trials) != 10 || len(seen) != 10 || !seen[18*time.Second] {
		t.Errorf("ten places over 20 s start two seconds apart; sent at %v", seen)
	}
	if from, to := r.SteadyFrom.Sub(r.Started), r.SteadyTo.Sub(r.Started); from != 20*time.Second || to != 50*time.Second {
		t.Errorf("steady from %v to %v", from, to)
	}
}

// What is in flight when the drain is over is a trial that timed out.
func TestDrain(t *testing.T) {
	for _, mode := range []Mode{Closed, Constant} {
		x := &examinee{takes: func(n int) time.Duration {
			if n%4 == 3 {
				return time.Hour
			}
			return time.Second
		}}
		s := Stage{Name: "c", Mode: mode, Concurrency: 4, Rate: 1, Requests: 8, Drain: 5 * time.Second}
		r, trials, err := hold(t, s, x, func(e *Engine) { e.Timeout = 0 })
		if err != nil {
			t.Fatal(err)
		}
		late := 0
		for _, tr := range trials {
			if tr.Status == runners.TimedOut && strings.Contains(tr.Err, "drain") {
				late++
			}
		}
		if len(trials) != 8 || late != 2 || r.Abandoned != 2 {
			t.Errorf("%s: %d trials, %d timed out, %d abandoned", mode, len(trials), late, r.Abandoned)
		}
		if r.Elapsed() > 13*time.Second {
			t.Errorf("%s: took %v", mode, r.Elapsed())
		}
	}
}

// A target that falls silent in the middle ends the stage; what it had answered is kept.
func TestTargetStopsAnswering(t *testing.T) {
	for _, c := range []struct {
		name  string
		hangs bool
	}{{"it refuses connections", false}, {"it takes requests and says nothing", true}} {
		x := &examinee{takes: func(n int) time.Duration {
			if c.hangs && n >= 40 {
				return time.Hour
			}
			return time.Second
		}}
		if !c.hangs {
			x.fails = func(n int) error {
				if n >= 40 {
					return &runners.AskError{Status: runners.Failed, Temporary: true, Unreachable: true, Err: errors.New("reach server: connection refused")}
				}
				return nil
			}
		}
		r, trials, err := hold(t, Stage{Name: "c", Mode: Closed, Concurrency: 20, Duration: time.Hour, Drain: 10 * time.Second}, x, nil)
		if err != nil {
			t.Fatal(err)
		}
		whole := 0
		for _, tr := range trials {
			if tr.Status == runners.OK {
				whole++
			}
		}
		if !strings.HasPrefix(r.Stopped, "the target stopped answering") || whole != 40 {
			t.Errorf("%s: stopped %q, %d answers kept", c.name, r.Stopped, whole)
		}
		if r.Elapsed() > 2*time.Minute || len(trials) > 2000 {
			t.Errorf("%s: noticed after %v and %d trials", c.name, r.Elapsed(), len(trials))
		}
	}
}

// A target that turns most requests away while it works on others is not gone.
func TestBusyTargetIsNotGone(t *testing.T) {
	x := &examinee{takes: always(20 * time.Second), fails: func(n int) error {
		if n > 4 && n%50 != 0 { // the first of them are the warm-up
			return &runners.AskError{Status: runners.Failed, Temporary: true, Unreachable: true, Err: errors.New("ask server: busy (HTTP 503)")}
		}
		return nil
	}}
	r, _, err := hold(t, Stage{Name: "r", Mode: Constant, Rate: 10, Concurrency: 1024, Duration: 5 * time.Minute, Warmup: 4}, x, func(e *Engine) {
		e.Warmup = func(int) runners.Prompt { return runners.Prompt{} }
	})
	if err != nil {
		t.Fatal(err)
	}
	if r.Stopped != "" {
		t.Errorf("stopped after %v: %s", r.Elapsed(), r.Stopped)
	}
}

// A slow target in a small loop is given up after a few deadlines, and not for one reply that takes too long.
func TestFewPlacesTimeOut(t *testing.T) {
	for _, c := range []struct {
		hangs   func(n int) bool
		stopped bool
	}{{func(n int) bool { return n >= 10 }, true}, {func(n int) bool { return n == 10 || n == 12 }, false}} {
		x := &examinee{takes: func(n int) time.Duration {
			if c.hangs(n) {
				return time.Hour
			}
			return time.Second
		}}
		r, _, err := hold(t, Stage{Name: "c", Mode: Closed, Concurrency: 1, Requests: 40}, x, nil)
		if err != nil {
			t.Fatal(err)
		}
		if (r.Stopped != "") != c.stopped || r.Elapsed() > 5*time.Minute {
			t.Errorf("stopped %q after %v", r.Stopped, r.Elapsed())
		}
	}
}

func TestKeepFails(t *testing.T) {
	full := errors.New("disk full")
	n := 0
	var mu sync.Mutex
	x := &examinee{takes: always(time.Second)}
	r, _, err := hold(t, Stage{Name: "c", Mode: Closed, Concurrency: 4, Duration: time.Hour}, x, func(e *Engine) {
		e.Keep = func(runners.Trial) error {
			mu.Lock()
			defer mu.Unlock()
			if n++; n > 10 {
				return full
			}
			return nil
		}
	})
	if !errors.Is(err, full) || r.Stopped == "" || r.Elapsed() > 4*time.Second {
		t.Errorf("error %v, stopped %q after %v", err, r.Stopped, r.Elapsed())
	}
}

// Interrupted, a stage keeps what was answered, and what was in flight never took place.
func TestInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 3500*time.Millisecond)
		defer cancel()
		var k kept
		e := &Engine{Target: &examinee{takes: always(time.Second)}, Questions: questions(5), Keep: k.put}
		r, err := e.Run(ctx, Stage{Name: "c", Mode: Closed, Concurrency: 4, Duration: time.Hour}, nil)
		if !errors.Is(err, context.DeadlineExceeded) || r.Stopped != "interrupted" || len(k.trials) != 12 || r.Abandoned != 4 {
			t.Errorf("error %v, stopped %q, %d trials, %d abandoned", err, r.Stopped, len(k.trials), r.Abandoned)
		}
	})
}

func TestSessions(t *testing.T) {
	x := &examinee{takes: always(time.Second)}
	s := Stage{Name: "s", Mode: Sessions, Concurrency: 3, Turns: 4, Think: 2 * time.Second, Requests: 24, Seed: 5}
	_, trials, err := hold(t, s, x, nil)
	if err != nil {
		t.Fatal(err)
	}
	lengths := map[int]int{}
	for _, tr := range trials {
		m := tr.Prompt.Messages
		lengths[len(m)]++
		if m[0].Role != "system" {
			t.Fatalf("messages %+v", m)
		}
		for i, msg := range m[1:] {
			want := "user"
			if i%2 == 1 {
				want = "assistant"
			}
			if msg.Role != want {
				t.Fatalf("message %d is the %s's: %+v", i+1, msg.Role, m)
			}
		}
	}
	if len(trials) != 24 || lengths[2] != 6 || lengths[4] != 6 || lengths[6] != 6 || lengths[8] != 6 {
		t.Errorf("24 requests are 6 sessions of 4 turns; by number of messages: %v", lengths)
	}
}

// The warm-up is asked first, is not kept and shares nothing with what is measured; a stage goes on in the order where the last one stopped.
func TestWarmupAndOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := &examinee{takes: always(time.Second)}
		var k kept
		e := &Engine{Target: x, Questions: questions(50), Keep: k.put, Warmup: func(n int) runners.Prompt {
			return runners.Prompt{Messages: []prompt.Message{{Role: "user", Content: fmt.Sprintf("warm-up %d", n)}}}
		}}
		for _, name := range []string{"a", "b"} {
			if _, err := e.Run(t.Context(), Stage{Name: name, Mode: Closed, Concurrency: 2, Requests: 25, Warmup: 3}, nil); err != nil {
				t.Fatal(err)
			}
		}
		seen := map[string]int{}
		for _, tr := range k.trials {
			seen[tr.ItemID]++
			if tr.Repeat != 0 {
				t.Errorf("repeat %d of %s", tr.Repeat, tr.ItemID)
			}
		}
		if len(k.trials) != 50 || len(seen) != 50 || len(x.asked) != 56 {
			t.Errorf("%d trials of %d items, %d asked", len(k.trials), len(seen), len(x.asked))
		}
		if got := x.asked[28].Messages[0].Content; !strings.HasPrefix(got, "warm-up ") || got == x.asked[0].Messages[0].Content {
			t.Errorf("the second stage's warm-up asks %q, the first's %q", got, x.asked[0].Messages[0].Content)
		}
	})
}

func TestWarmupFails(t *testing.T) {
	x := &examinee{fails: func(int) error { return errors.New("connection refused") }}
	_, trials, err := hold(t, Stage{Name: "c", Mode: Closed, Concurrency: 2, Requests: 5, Warmup: 4}, x, func(e *Engine) {
		e.Warmup = func(int) runners.Prompt { return runners.Prompt{} }
	})
	if err == nil || len(trials) != 0 || !strings.Contains(err.Error(), "none of 4 requests was answered; the last: connection refused") {
		t.Errorf("error %v, %d trials", err, len(trials))
	}
}

// A wall clock that is set while a stage runs is noticed; that a stage takes time is not.
func TestClockStep(t *testing.T) {
	for _, step := range []time.Duration{0, 3 * time.Second, -time.Minute} {
		var begun time.Time
		x := &examinee{takes: always(time.Second)}
		r, _, err := hold(t, Stage{Name: "c", Mode: Closed, Concurrency: 1, Requests: 10}, x, func(e *Engine) {
			begun = time.Now()
			e.Wall = func() time.Time {
				now := time.Now().Round(0)
				if time.Since(begun) > 5*time.Second {
					now = now.Add(step)
				}
				return now
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		if r.ClockStep != step {
			t.Errorf("the clock stepped by %v, told %v", step, r.ClockStep)
		}
	}
}

// Every trial of a stage has a key of its own, in every mode.
func TestKeysAreUnique(t *testing.T) {
	own := questions(1)[0]
	for _, s := range []Stage{
		{Name: "x", Mode: Closed, Concurrency: 7, Requests: 211},
		{Name: "x", Mode: Gamma, Rate: 50, Shape: 0.5, Concurrency: 100, Requests: 211},
		{Name: "x", Mode: Sessions, Concurrency: 7, Turns: 3, Requests: 211},
		{Name: "x", Mode: Burst, Concurrency: 7, Requests: 211},
		{Name: "x", Mode: Trace, Concurrency: 7},
	} {
		_, trials, err := hold(t, s, &examinee{takes: always(time.Millisecond)}, func(e *Engine) {
			for i := range 211 {
				a := Arrival{At: time.Duration(i) * time.Second / 50}
				if i%3 == 0 {
					a.Question = &own
				}
				e.Trace = append(e.Trace, a)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		keys := map[runners.Key]bool{}
		for _, tr := range trials {
			keys[tr.Key] = true
		}
		if len(trials) != 211 || len(keys) != 211 {
			t.Errorf("%s: %d trials with %d keys", s.Mode, len(trials), len(keys))
		}
	}
}
