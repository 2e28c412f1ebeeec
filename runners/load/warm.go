package load

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/viva-eval/viva/internal/fan"
	"github.com/viva-eval/viva/runners"
)

// ahead is the time for whose arrivals a stage at a rate opens connections beforehand.
const ahead = 2 * time.Second

// connections is how many the stage will need at once, as far as that can be known.
func (h *held) connections() int {
	n := h.stage.Concurrency
	if h.scheduled > 0 {
		n = min(n, h.scheduled)
	}
	if h.arrivals != nil {
		soon := 0
		for _, at := range h.arrivals {
			if at < ahead+h.stage.Ramp {
				soon++
			}
		}
		if h.stage.Rate > 0 {
			soon = min(soon, int(math.Ceil(h.stage.Rate*ahead.Seconds())))
		}
		n = min(n, max(soon, 1))
	}
	return n
}

// warm opens connections and asks the stage's warm-up, as many at a time as the stage allows. It is an error when no connection can be made,
// or no request of the warm-up is answered.
func (h *held) warm(ctx context.Context) error {
	if h.Open != nil {
		var err error
		if h.record.Connect, h.record.TLS, err = h.Open(ctx, h.connections()); err != nil {
			return fmt.Errorf("warm up stage %s: %w", h.stage.Name, err)
		}
	}
	if h.Warmup == nil || h.stage.Warmup == 0 {
		return ctx.Err()
	}
	if h.live != nil {
		h.live.warming.Store(1)
		defer h.live.warming.Store(0)
	}
	numbers := func(yield func(int) bool) {
		for range h.stage.Warmup {
			h.warmed++
			if !yield(h.warmed - 1) {
				return
			}
		}
	}
	ask := func(ctx context.Context, n int) runners.Trial {
		t := runners.Trial{Prompt: h.Warmup(n)}
		_ = t.Ask(ctx, h.Target, h.Timeout, h.now()) // the trial says what became of it
		return t
	}
	answered, last := 0, ""
	for t := range fan.Map(ctx, min(h.stage.Concurrency, h.stage.Warmup), numbers, ask) {
		if t.Status.Infrastructure() {
			last = t.Err
		} else {
			answered++
			h.longest = max(h.longest, took(t))
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if answered == 0 {
		return fmt.Errorf("warm up stage %s: none of %d requests was answered; the last: %s", h.stage.Name, h.stage.Warmup, last)
	}
	return nil
}

// took is the time from sending a request to the end of its reply; 0 when one of them is not known.
func took(t runners.Trial) time.Duration {
	clock := t.Response.Timing
	if clock.Sent.IsZero() || clock.Last.IsZero() {
		return 0
	}
	return clock.Last.Sub(clock.Sent)
}
