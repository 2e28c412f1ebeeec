package load

import (
	"context"
	"fmt"
	"time"
)

// finish fills in the record.
func (h *held) finish(ctx context.Context) (Record, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := &h.record
	r.ClockStep, r.Stopped = h.shift, h.stopped
	r.Sent, r.Abandoned = int(h.sent.Load()), int(h.abandoned.Load())
	if r.Scheduled = int(h.taken.Load()); h.scheduled > 0 {
		r.Scheduled = h.scheduled
	}
	err := h.failure
	switch {
	case err != nil:
		r.Stopped = err.Error()
	case ctx.Err() != nil:
		r.Stopped, err = "interrupted", ctx.Err()
	}
	r.SteadyFrom, r.SteadyTo = h.start.Add(h.stage.Ramp), h.idle
	switch {
	case r.Stopped != "":
		r.SteadyTo = minTime(h.idle, r.Ended)
	case h.stage.Duration > 0 && h.stage.Mode != Burst:
		r.SteadyTo = minTime(r.Ended, h.start.Add(h.stage.Ramp+h.stage.Duration))
	case h.arrivals != nil:
		r.SteadyTo = h.lastDue
	}
	if !r.SteadyTo.After(r.SteadyFrom) {
		r.SteadyFrom, r.SteadyTo = time.Time{}, time.Time{}
	}
	if n := h.crowded.Load(); n > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("%d of %d requests were due while all %d places were taken, and were sent late: allow more with -j, or read latency from the scheduled moment", n, r.Scheduled, h.stage.Concurrency))
	}
	if n := len(h.deck.questions); r.Sent > n && h.stage.Mode != Trace {
		r.Notes = append(r.Notes, fmt.Sprintf("%d requests were made of %d different prompts: a target that keeps beginnings of prompts answers the later ones sooner", r.Sent, n))
	}
	return *r, err
}

func minTime(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
