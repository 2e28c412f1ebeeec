package load

import (
	"math"
	"testing"
	"time"

	"github.com/viva-eval/viva/runners"
)

// The median of the line on the terminal is that of the times, to the width of a bucket, over nine orders of magnitude.
func TestLiveMedian(t *testing.T) {
	for _, scale := range []time.Duration{time.Microsecond, time.Millisecond, time.Second, time.Minute} {
		l := new(Live)
		began := time.Now()
		for i := 1; i <= 999; i++ {
			tr := &runners.Trial{Status: runners.OK}
			tr.Response.Timing.Sent = began
			tr.Response.Timing.FirstToken = began.Add(time.Duration(i) * scale)
			tr.Response.Tokens.Completion = 2
			l.begin()
			l.end(tr)
		}
		s := l.Snapshot()
		if want := 500 * scale; math.Abs(float64(s.TTFT-want)) > 0.02*float64(want) {
			t.Errorf("median %v, want %v", s.TTFT, want)
		}
		if s.Done != 999 || s.Tokens != 1998 || s.InFlight != 0 || s.Failed != 0 {
			t.Errorf("%+v", s)
		}
	}
}

func TestLiveCountsFailures(t *testing.T) {
	l := new(Live)
	for range 3 {
		l.begin()
	}
	l.end(&runners.Trial{Status: runners.TimedOut})
	l.end(nil)
	if s := l.Snapshot(); s.InFlight != 1 || s.Done != 1 || s.Failed != 1 || s.TTFT != 0 {
		t.Errorf("%+v", s)
	}
	var none *Live
	none.begin()
	none.end(nil)
	if s := none.Snapshot(); s != (Snapshot{}) {
		t.Errorf("%+v", s)
	}
}
