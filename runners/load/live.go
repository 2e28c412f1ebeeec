package load

import (
	"math"
	"sync/atomic"
	"time"

	"github.com/viva-eval/viva/runners"
)

// Live counts what happens in a stage while it happens, for a line on the terminal. The figures of a report come from the trials. It is
// safe for concurrent use, and a nil Live counts nothing.
type Live struct {
	inFlight, done, failed, tokens, warming atomic.Int64
	ttft                                    [buckets]atomic.Int64 // by the logarithm of the time
}

const (
	buckets = 1400
	width   = 0.02 // of a bucket, as a part of the time: 1 µs to 10 days
)

// Snapshot is the state of a stage at one moment.
type Snapshot struct {
	InFlight int
	Done     int // answered or failed
	Failed   int
	Tokens   int           // of the replies that ended
	TTFT     time.Duration // median so far, good to 2 %; 0: none yet
	Warming  bool          // the warm-up is going on, and nothing is counted
}

// Snapshot reads the counters.
func (l *Live) Snapshot() Snapshot {
	if l == nil {
		return Snapshot{}
	}
	s := Snapshot{InFlight: int(l.inFlight.Load()), Done: int(l.done.Load()), Failed: int(l.failed.Load()), Tokens: int(l.tokens.Load()), Warming: l.warming.Load() > 0}
	var counts [buckets]int64
	total, seen := int64(0), int64(0)
	for i := range counts {
		counts[i] = l.ttft[i].Load()
		total += counts[i]
	}
	for i, n := range counts {
		if seen += n; n > 0 && 2*seen >= total {
			s.TTFT = time.Duration(float64(time.Microsecond) * math.Exp((float64(i)+0.5)*width))
			break
		}
	}
	return s
}

func (l *Live) begin() {
	if l != nil {
		l.inFlight.Add(1)
	}
}

// end counts a request that is over; nil: it was given up with the whole run.
func (l *Live) end(t *runners.Trial) {
	if l == nil {
		return
	}
	l.inFlight.Add(-1)
	if t == nil {
		return
	}
	l.done.Add(1)
	if t.Status.Infrastructure() {
		l.failed.Add(1)
		return
	}
	l.tokens.Add(int64(t.Response.Tokens.Completion))
	if clock := t.Response.Timing; !clock.FirstToken.IsZero() && !clock.Sent.IsZero() {
		us := float64(clock.FirstToken.Sub(clock.Sent)) / float64(time.Microsecond)
		l.ttft[min(max(int(math.Log(max(us, 1))/width), 0), buckets-1)].Add(1)
	}
}
