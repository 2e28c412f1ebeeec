package load

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/viva-eval/viva/internal/fan"
	"github.com/viva-eval/viva/runners"
)

// Engine puts questions to a target, stage after stage. Target, Questions and Keep are needed. It must not be used by two stages at once.
type Engine struct {
	Target    runners.Target
	Questions []Question // asked in a seeded order, again from the beginning when all have been asked
	// Warmup makes the nth prompt, counted over all stages, of those that are asked beforehand and not kept. They should share nothing
	// with the questions. Nil: there is no warm-up.
	Warmup  func(n int) runners.Prompt
	Trace   []Arrival     // for stages of that mode
	Timeout time.Duration // deadline of each request; 0: none
	Seed    int64         // of the questions' order and their prompts' seeds
	// Open makes connections before a stage and says what they took; nil: none are made.
	Open func(ctx context.Context, n int) (connect, tls []time.Duration, err error)
	// Ready is called when a stage is warmed up, right before its clock starts: what servers have counted up to there is not the stage's.
	// Nil: nothing is.
	Ready func(ctx context.Context)
	// Keep takes each trial as it ends. It is called by several goroutines at once; its error ends the stage.
	Keep func(runners.Trial) error
	Now  func() time.Time // nil: time.Now. Intervals are measured on its monotonic reading
	Wall func() time.Time // what the wall clock says, without a monotonic reading; nil: Now's

	deck   *deck
	warmed int // prompts of the warm-ups so far
}

var (
	errDrained = errors.New("no whole answer when the time to drain the stage was over")
	errBroken  = errors.New("the stage was broken off")
)

// Run holds a stage and returns it as it took place.
//
//  1. Connections are opened and the warm-up is asked before the clock starts.
//  2. A request that is sent late keeps the moment at which it was due. Nothing is asked again.
//  3. When nothing is left to send, what is in flight has the stage's Drain to end; what has not is a trial that timed out.
//  4. A target that has answered nothing for a while, though it was asked often, ends the stage: Record.Stopped says so. It is no error.
//  5. When ctx ends, what is in flight is given up and is no trial. The error is ctx's, or that of Keep; the Record holds up to there.
func (e *Engine) Run(ctx context.Context, s Stage, live *Live) (Record, error) {
	if err := s.Check(); err != nil {
		return Record{Stage: s}, err
	}
	if s.Mode == Trace && len(e.Trace) == 0 {
		return Record{Stage: s}, fmt.Errorf("check stage %s: the trace is empty", s.Name)
	}
	if len(e.Questions) == 0 {
		return Record{Stage: s}, fmt.Errorf("check stage %s: there is nothing to ask", s.Name)
	}
	if e.deck == nil {
		e.deck = newDeck(e.Questions, e.Seed)
	}
	h := &held{Engine: e, stage: s, live: live, now: e.Now, wall: e.Wall, record: Record{Stage: s, Cores: runtime.GOMAXPROCS(0)}}
	if h.now == nil {
		h.now = time.Now
	}
	if h.wall == nil {
		h.wall = func() time.Time { return h.now().Round(0) }
	}
	h.plan()
	if err := h.warm(ctx); err != nil {
		return h.record, err
	}
	if h.Ready != nil {
		h.Ready(ctx)
	}
	var cancelAll, cancelSending context.CancelCauseFunc
	h.inFlight, cancelAll = context.WithCancelCause(ctx)
	defer cancelAll(nil)
	h.sending, cancelSending = context.WithCancelCause(h.inFlight)
	defer cancelSending(nil)
	h.giveUp, h.stopSending = cancelAll, cancelSending

	cpu := processorTime()
	h.start = h.now()
	h.began = h.wall()
	h.record.Started = h.start
	if s.Duration > 0 && h.arrivals == nil && s.Mode != Burst {
		h.until = h.start.Add(s.Ramp + s.Duration)
	}
	h.dispatch()
	h.record.Ended = h.now()
	h.step()
	h.record.ClientCPU = processorTime() - cpu
	e.deck.dealt += int(h.taken.Load())
	return h.finish(ctx)
}

// held is a stage under way.
type held struct {
	*Engine
	stage  Stage
	live   *Live
	now    func() time.Time
	wall   func() time.Time
	record Record

	start, began time.Time // the same moment, by the monotonic and by the wall clock
	arrivals     []time.Duration
	scheduled    int       // requests that are planned; 0: as many as the duration takes
	until        time.Time // no request is sent from then on; zero: the number decides

	inFlight    context.Context // ends what is in flight
	sending     context.Context // ends the sending alone
	giveUp      context.CancelCauseFunc
	stopSending context.CancelCauseFunc

	taken, sent, abandoned, crowded atomic.Int64
	busy                            atomic.Int64

	mu       sync.Mutex
	lastDue  time.Time // of the requests so far
	idle     time.Time // when the first place found nothing left to send
	shift    time.Duration
	failure  error // of Keep
	stopped  string
	misses   int // requests in a row that failed
	longest  time.Duration
	answered time.Duration // after start, when the last whole reply came
}

// plan settles what is due when.
func (h *held) plan() {
	s := h.stage
	h.scheduled = s.Requests
	switch s.Mode {
	case Constant, Poisson, Gamma:
		h.arrivals = s.Arrivals()
		h.scheduled = len(h.arrivals)
	case Trace:
		h.arrivals = dueTimes(h.Trace)
		if s.Requests > 0 && s.Requests < len(h.arrivals) {
			h.arrivals = h.arrivals[:s.Requests]
		}
		if s.Duration > 0 {
			n, _ := slices.BinarySearch(h.arrivals, s.Duration)
			h.arrivals = h.arrivals[:n]
		}
		h.scheduled = len(h.arrivals)
	}
}

// dispatch sends everything and returns when nothing is in flight any more.
func (h *held) dispatch() {
	drained := make(chan struct{})
	_ = fan.Group(context.WithoutCancel(h.inFlight),
		func(context.Context) error {
			defer close(drained)
			switch {
			case h.arrivals != nil:
				h.byTheClock()
			case h.stage.Mode == Sessions:
				h.inPlaces(h.session)
			default:
				h.inPlaces(h.loop)
			}
			return nil
		},
		func(context.Context) error {
			h.drain(drained)
			return nil
		})
}

// drain waits until sending is over, and then for as long as the stage allows.
func (h *held) drain(drained <-chan struct{}) {
	var end <-chan time.Time
	if !h.until.IsZero() {
		timer := time.NewTimer(h.until.Sub(h.now()))
		defer timer.Stop()
		end = timer.C
	}
	select {
	case <-drained:
		return
	case <-h.sending.Done():
	case <-end:
		h.stopSending(nil)
	}
	if h.stage.Drain <= 0 {
		<-drained
		return
	}
	timer := time.NewTimer(h.stage.Drain)
	defer timer.Stop()
	select {
	case <-drained:
	case <-timer.C:
		h.giveUp(errDrained)
		<-drained
	}
}

// byTheClock sends each request when it is due. All places being taken, it waits for one, and the request is late.
func (h *held) byTheClock() {
	due := func(yield func(int) bool) {
		defer h.stopSending(nil)
		defer h.over()
		timer := time.NewTimer(0)
		defer timer.Stop()
		for i, at := range h.arrivals {
			moment := h.start.Add(at)
			if !h.sleep(timer, moment) {
				return
			}
			if int(h.busy.Load()) >= h.stage.Concurrency {
				h.crowded.Add(1)
			}
			h.taken.Add(1)
			h.note(moment)
			if !yield(i) {
				return
			}
		}
	}
	ask := func(_ context.Context, i int) struct{} {
		if h.inFlight.Err() != nil {
			return struct{}{}
		}
		t, _ := h.deal(i)
		h.ask(&t, h.start.Add(h.arrivals[i]))
		return struct{}{}
	}
	for range fan.Map(context.WithoutCancel(h.inFlight), min(h.stage.Concurrency, len(h.arrivals)), due, ask) {
	}
}

// inPlaces runs one user for each place that the stage has.
func (h *held) inPlaces(user func(place int, free time.Time)) {
	places := h.stage.Concurrency
	if h.scheduled > 0 && h.stage.Mode != Sessions {
		places = min(places, h.scheduled)
	}
	tasks := make([]func(context.Context) error, places)
	for i := range tasks {
		tasks[i] = func(context.Context) error {
			first := h.start.Add(time.Duration(float64(h.stage.Ramp) * float64(i) / float64(places)))
			timer := time.NewTimer(0)
			defer timer.Stop()
			if h.sleep(timer, first) {
				user(i, first)
			}
			h.over()
			return nil
		}
	}
	_ = fan.Group(context.WithoutCancel(h.inFlight), tasks...)
}

// loop keeps one place busy. In a burst every request was due from the beginning; else it is due when its place is free.
func (h *held) loop(_ int, free time.Time) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for failures := 0; ; {
		i, ok := h.take()
		if !ok {
			return
		}
		if h.stage.Mode == Burst {
			free = h.start
		}
		h.note(free)
		t, _ := h.deal(i)
		h.ask(&t, free)
		free = h.now()
		if !t.Status.Infrastructure() {
			failures = 0
			continue
		}
		failures++
		if free = free.Add(patience(failures)); !h.sleep(timer, free) {
			return
		}
	}
}

// take numbers the next request; false: there is none left to send.
func (h *held) take() (int, bool) {
	if h.sending.Err() != nil || !h.until.IsZero() && !h.now().Before(h.until) {
		return 0, false
	}
	i := int(h.taken.Add(1) - 1)
	if h.scheduled > 0 && i >= h.scheduled {
		h.taken.Add(-1)
		return 0, false
	}
	if i == h.scheduled-1 {
		h.stopSending(nil) // the last one
	}
	return i, true
}

// deal makes the trial of the stage's request i.
func (h *held) deal(i int) (runners.Trial, Question) {
	if h.stage.Mode == Trace { // items may stand in a trace by name as well as be dealt: every trial has a repeat of its own
		q := h.Trace[i].Question
		if q == nil {
			_, dealt := h.deck.trial(h.stage.Name, i)
			q = &dealt
		}
		return q.trial(h.stage.Name, i, h.Seed, i), *q
	}
	return h.deck.trial(h.stage.Name, i)
}

// ask sends a trial and keeps what came of it. A trial that was given up with the run has no status.
func (h *held) ask(t *runners.Trial, due time.Time) {
	h.sent.Add(1)
	h.busy.Add(1)
	h.live.begin()
	err := t.Ask(h.inFlight, h.Target, h.Timeout, due)
	h.busy.Add(-1)
	t.Attempts = 1
	if cause := context.Cause(h.inFlight); err != nil && cause != nil {
		h.abandoned.Add(1)
		if !errors.Is(cause, errDrained) {
			t.Status = ""
			h.live.end(nil)
			return
		}
		t.Status, t.Err = runners.TimedOut, "ask target: "+errDrained.Error()
	}
	h.live.end(t)
	h.step()
	h.judge(t)
	if err := h.Keep(*t); err != nil {
		h.mu.Lock()
		if h.failure == nil {
			h.failure = err
		}
		h.mu.Unlock()
		h.giveUp(errBroken)
	}
}

// step measures how far the wall clock has left the monotonic one.
func (h *held) step() {
	now, wall := h.now(), h.wall()
	shift := wall.Sub(h.began) - now.Sub(h.start)
	h.mu.Lock()
	defer h.mu.Unlock()
	if shift.Abs() > h.shift.Abs() {
		h.shift = shift
	}
}

// note keeps when the latest request was due.
func (h *held) note(due time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if due.After(h.lastDue) {
		h.lastDue = due
	}
}

// over marks the moment from which the load is no longer full.
func (h *held) over() {
	h.mu.Lock()
	if h.idle.IsZero() {
		h.idle = h.now()
	}
	h.mu.Unlock()
}

// sleep waits until the moment; false: sending is over.
func (h *held) sleep(timer *time.Timer, until time.Time) bool {
	if wait := until.Sub(h.now()); wait > 0 {
		timer.Reset(wait)
		select {
		case <-timer.C:
		case <-h.sending.Done():
			return false
		}
	}
	return h.sending.Err() == nil
}
