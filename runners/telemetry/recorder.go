package telemetry

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/viva-eval/viva/internal/fan"
)

// Recorder asks its readers at an interval while something else goes on.
type Recorder struct {
	Readers  []Reader
	Interval time.Duration        // 0: a second
	Now      func() time.Time     // needed
	Keep     func([]Sample) error // takes what was read; never called twice at a time. Its error ends the work
}

// Outage is a time in which a reader gave nothing.
type Outage struct {
	Reader   string
	From, To time.Time // of the first and the last attempt that failed
	Attempts int
	Err      string // of the last
}

func (o Outage) String() string {
	return fmt.Sprintf("%s gave nothing from %s to %s (%d attempts): %s", o.Reader, o.From.Format(time.TimeOnly), o.To.Format(time.TimeOnly), o.Attempts, o.Err)
}

// During runs the work and records beside it: once before, at the interval meanwhile and for the tail, and once after. Mark, which the work
// may call, records at that moment too, for the bounds of a window that lies within. It returns the outages and the work's error, or that of Keep.
//
//  1. A reader that fails is asked again at the next interval; nothing stands in the record for what it did not say, but for "up" at 0.
//  2. The buckets of histograms are kept before, after and at marks only, and what no figure is computed of only when it has changed, so
//     that the record stays small.
//  3. A reading whose own time is that of the one before it is the same reading, and is kept once.
func (r *Recorder) During(ctx context.Context, work func(ctx context.Context, mark func()) error) ([]Outage, error) {
	s := &recording{Recorder: r, last: map[string]Sample{}, out: make([]Outage, len(r.Readers))}
	s.all(ctx)
	if s.failure != nil {
		return nil, s.failure
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	s.fail = cancel
	done := make(chan struct{})
	tasks := []func(context.Context) error{func(context.Context) error {
		defer close(done)
		err := work(ctx, func() { s.all(ctx) })
		s.all(ctx)
		s.rest(ctx)
		return err
	}}
	for i := range r.Readers {
		tasks = append(tasks, func(context.Context) error {
			s.repeat(ctx, i, done)
			return nil
		})
	}
	err := fan.Group(ctx, tasks...)
	if ctx.Err() == nil {
		s.all(ctx)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.out {
		if o.Attempts > 0 {
			s.outages = append(s.outages, o)
		}
	}
	if s.failure != nil {
		err = s.failure
	}
	return s.outages, err
}

// recording is what goes on in During.
type recording struct {
	*Recorder
	fail context.CancelCauseFunc

	mu      sync.Mutex
	last    map[string]Sample // as kept, by series
	out     []Outage          // under way, by reader; no attempts: none
	outages []Outage
	failure error // of Keep
}

// all asks every reader once, side by side, for all it has.
func (s *recording) all(ctx context.Context) {
	readers := func(yield func(int) bool) {
		for i := range s.Readers {
			if !yield(i) {
				return
			}
		}
	}
	for range fan.Map(ctx, len(s.Readers), readers, func(ctx context.Context, i int) struct{} {
		s.read(ctx, i, true)
		return struct{}{}
	}) {
	}
}

// tail is how long readers go on after the work at least: exporters that read their devices each second have then done so once more, and
// a reading stands behind the last window.
const tail = 2 * time.Second

// rest lets the readers go on for the tail.
func (s *recording) rest(ctx context.Context) {
	if len(s.Readers) == 0 {
		return
	}
	select {
	case <-ctx.Done():
	case <-time.After(max(tail, 2*s.interval())):
	}
}

func (r *Recorder) interval() time.Duration {
	if r.Interval <= 0 {
		return time.Second
	}
	return r.Interval
}

// repeat asks one reader at the interval. A reader that takes longer skips what it missed, and holds up no other.
func (s *recording) repeat(ctx context.Context, i int, done <-chan struct{}) {
	ticker := time.NewTicker(s.interval())
	defer ticker.Stop()
	for {
		select {
		case <-done:
			return
		case <-ctx.Done():
			return
		case <-ticker.C:
			s.read(ctx, i, false)
		}
	}
}

func (s *recording) read(ctx context.Context, i int, edge bool) {
	began := s.Now()
	samples, err := s.Readers[i].Read(ctx)
	if ctx.Err() != nil {
		return // broken off by us: says nothing of the reader
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	up := Sample{Source: "scrape@" + s.Readers[i].Name(), Metric: "up", Time: began, Value: 1}
	if o := &s.out[i]; err != nil {
		if o.Attempts == 0 {
			*o = Outage{Reader: s.Readers[i].Name(), From: began}
		}
		o.To, o.Err = began, err.Error()
		o.Attempts++
		up.Value = 0
	} else if o.Attempts > 0 {
		s.outages = append(s.outages, *o)
		*o = Outage{}
	}
	kept := s.thin(append(samples, up), edge)
	if len(kept) == 0 || s.failure != nil {
		return
	}
	if err := s.Keep(kept); err != nil {
		s.failure = fmt.Errorf("keep telemetry: %w", err)
		if s.fail != nil {
			s.fail(s.failure)
		}
	}
}

// thin leaves out what need not be kept.
func (s *recording) thin(samples []Sample, edge bool) []Sample {
	kept := samples[:0]
	for _, x := range samples {
		x.Time = x.Time.Round(0) // readings are compared by the wall clock, as they are stored
		id := x.Source + "\x00" + x.Metric + x.Labels
		before, again := s.last[id]
		f, part, _ := lookup(x.Metric)
		switch {
		case again && !x.Time.After(before.Time):
			continue
		case edge:
		case part == "_bucket":
			continue
		case again && f.quantity == NoQuantity && x.Value == before.Value:
			continue
		}
		s.last[id] = x
		kept = append(kept, x)
	}
	return kept
}

// Source splits the name of a source into its kind and its host.
func Source(name string) (kind, host string) {
	kind, host, _ = strings.Cut(name, "@")
	return kind, host
}
