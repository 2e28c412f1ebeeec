package load

import (
	"fmt"
	"time"

	"github.com/viva-eval/viva/runners"
)

const (
	deaf    = 16              // requests in a row that failed, from which on a target may count as gone
	silence = 5 * time.Second // least time without a whole answer, likewise

	fewDeadlines = 3 // deaf for requests that timed out, where fewer than deaf are in flight
)

// judge watches whether the target is still there. It counts as gone when many requests in a row have failed and no answer came for twice
// the time that the longest answer took, the warm-up's among them: a target that turns away most requests while it works on others is not gone.
func (h *held) judge(t *runners.Trial) {
	h.mu.Lock()
	defer h.mu.Unlock()
	at := h.now().Sub(h.start)
	if !t.Status.Infrastructure() {
		h.misses = 0
		h.answered = at
		h.longest = max(h.longest, took(*t))
		return
	}
	h.misses++
	enough := deaf
	if t.Status == runners.TimedOut { // each has waited for the whole of its deadline
		enough = min(deaf, max(fewDeadlines, h.stage.Concurrency))
	}
	if quiet := at - h.answered; h.misses >= enough && quiet >= max(silence, 2*h.longest) && h.stopped == "" && h.sending.Err() == nil {
		h.stopped = fmt.Sprintf("the target stopped answering: %d requests in a row failed, and none was answered for %v; the last: %s", h.misses, quiet.Round(time.Millisecond), t.Err)
		h.idle = h.now()
		h.stopSending(errBroken)
	}
}

// patience is how long a place rests after failures in a row, so that a target which refuses at once is not flooded.
func patience(failures int) time.Duration {
	return min(time.Second, 25*time.Millisecond<<min(failures, 10))
}
