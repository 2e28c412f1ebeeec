//go:build unix

package wire

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"
)

const (
	pacedChunks = 128
	pacedGap    = 50 * time.Millisecond
	pacedWhole  = pacedChunks*pacedGap + 250*time.Millisecond // about what a request takes
)

// BenchmarkPaced holds streams of 128 chunks, one every 50 ms, against a server in another process, and compares each moment that the
// client reports with the server's log, once the load has risen and for as long as it is full. docs/PERFORMANCE.md says what each figure
// means.
func BenchmarkPaced(b *testing.B) {
	for _, n := range []int{64, 256, 1024} {
		b.Run(fmt.Sprintf("streams=%d", n), func(b *testing.B) { paced(b, n, 3, pacedWhole, true) })
	}
}

// BenchmarkBurst is the start-up: all streams at once, over connections made beforehand, as a stage makes them, or over none yet.
func BenchmarkBurst(b *testing.B) {
	for _, connected := range []bool{true, false} {
		for _, n := range []int{256, 1024} {
			b.Run(fmt.Sprintf("connected=%t/streams=%d", connected, n), func(b *testing.B) { paced(b, n, 1, 0, connected) })
		}
	}
}

// BenchmarkOpen holds so many streams of 32 chunks, one a second, and looks at this process's memory. It is to be run by itself.
func BenchmarkOpen(b *testing.B) {
	for _, n := range []int{1024, 10_000} {
		b.Run(fmt.Sprintf("streams=%d", n), func(b *testing.B) {
			const chunks = 32
			for range b.N {
				host := server(b, silent)
				c := scripted(b, host, script{chunks: chunks, gap: time.Second})
				all, full, over := hold(b.Context(), c, n, 1, 10*time.Second)
				if over.Before(full) {
					b.Errorf("the first stream was over %v before the last had begun", full.Sub(over))
				}
				for _, a := range all {
					if a.err != nil || len(a.reply.Clock.Gaps) != chunks-1 {
						b.Errorf("%s: %d gaps, %v", a.id, len(a.reply.Clock.Gaps), a.err)
					}
				}
			}
			peak := float64(resident(b, "VmHWM"))
			b.ReportMetric(peak/(1<<20), "MiB-resident")
			b.ReportMetric(peak/(1<<10)/float64(n), "KiB-resident/stream")
			b.ReportMetric(0, "ns/op") // the pace is the server's
		})
	}
}

func paced(b *testing.B, n, rounds int, ramp time.Duration, connected bool) {
	var errs deviations
	var spent time.Duration
	chunks, peak := 0, 0
	for range b.N {
		host := server(b, logging)
		c := scripted(b, host, script{chunks: pacedChunks, gap: pacedGap})
		if connected {
			if _, err := c.Open(b.Context(), n); err != nil {
				b.Fatal(err)
			}
		}
		began, before := time.Now(), cpu()
		all, full, over := hold(b.Context(), c, n, rounds, ramp)
		spent, peak = spent+cpu()-before, max(peak, resident(b, "VmHWM"))
		if step := time.Now().Round(0).Sub(began.Round(0)) - time.Since(began); step.Abs() > time.Millisecond {
			b.Fatalf("the clock was set by %v in the middle", step)
		}
		log := truths(b, host)
		for _, a := range all {
			chunks += a.reply.Chunks
			if sent := a.reply.Clock.Sent; rounds > 1 && (sent.Before(full) || sent.After(over)) {
				a.reply.Clock.FirstToken = time.Time{} // outside the time of full load; its chunks are looked for all the same
			}
			if err := errs.add(a, log[a.id]); err != nil {
				b.Errorf("%s: %v", a.id, err)
			}
		}
	}
	errs.report(b)
	b.ReportMetric(float64(spent)/float64(chunks)/1e3, "ms-cpu/1000-chunks")
	b.ReportMetric(float64(peak)/(1<<20), "MiB-resident")
}

// deviations are the distances between what the client says and what the server's log says, in milliseconds.
type deviations struct {
	ttft   []float64 // of the time to the first token, either way
	behind []float64 // of the first token's moment: the client's is later
	gaps   []float64 // of each gap, either way
	gap    []float64 // the gaps themselves
	late   []float64 // of the server behind its own schedule: not the client's doing, but the machine's
	joint  int       // chunks that shared a read with the one before
}

// add joins the two logs of a request. A request without a first token is only looked through for losses.
func (d *deviations) add(a asked, t truth) error {
	c := a.reply.Clock
	switch {
	case a.err != nil:
		return a.err
	case len(t.Wrote) != pacedChunks || len(c.Gaps) != pacedChunks-1:
		return fmt.Errorf("the server wrote %d chunks, and the client has %d gaps", len(t.Wrote), len(c.Gaps))
	case c.FirstToken.IsZero():
		return nil
	case c.FirstToken.UnixNano() < t.Wrote[0]:
		return fmt.Errorf("the client had the first token %d ns before it was written", t.Wrote[0]-c.FirstToken.UnixNano())
	case c.Sent.UnixNano() > t.Arrived:
		return fmt.Errorf("the client says that it sent the request %d ns after it arrived", c.Sent.UnixNano()-t.Arrived)
	}
	d.ttft = append(d.ttft, math.Abs(millis(int64(c.FirstToken.Sub(c.Sent))-(t.Wrote[0]-t.Arrived))))
	d.behind = append(d.behind, millis(c.FirstToken.UnixNano()-t.Wrote[0]))
	d.late = append(d.late, millis(t.Wrote[0]-t.Arrived-int64(first(a.id))))
	for i, g := range c.Gaps {
		d.gap = append(d.gap, millis(int64(g)))
		d.gaps = append(d.gaps, math.Abs(millis(int64(g)-(t.Wrote[i+1]-t.Wrote[i]))))
	}
	d.joint += c.Coalesced
	return nil
}

func (d *deviations) report(b *testing.B) {
	if len(d.ttft) == 0 {
		b.Fatal("no request was sent under full load")
	}
	for _, m := range []struct {
		name string
		of   []float64
		at   []float64
	}{
		{"ms-ttft-off", d.ttft, []float64{50, 99}}, {"ms-token-behind", d.behind, []float64{50, 99}}, {"ms-gap-off", d.gaps, []float64{50, 99}},
		{"ms-gap", d.gap, []float64{50}}, {"ms-server-late", d.late, []float64{50, 99}},
	} {
		slices.Sort(m.of)
		for _, p := range m.at {
			b.ReportMetric(percentile(m.of, p), fmt.Sprintf("%s-p%g", m.name, p))
		}
	}
	b.ReportMetric(float64(d.joint)/float64(len(d.gap))*100, "%joint")
	b.ReportMetric(float64(len(d.ttft)), "requests")
	b.ReportMetric(0, "ns/op") // the pace is the server's
}

func millis(ns int64) float64 { return float64(ns) / 1e6 }

// percentile interpolates linearly between the sorted values.
func percentile(sorted []float64, p float64) float64 {
	at := p / 100 * float64(len(sorted)-1)
	low := int(at)
	high := min(low+1, len(sorted)-1)
	return sorted[low] + (at-float64(low))*(sorted[high]-sorted[low])
}

// TestTruth joins the logs of a few streams: nothing is lost, no token is reported before it was written, and no request as sent after
// it arrived.
func TestTruth(t *testing.T) {
	host := server(t, logging)
	c := scripted(t, host, script{chunks: pacedChunks, gap: 2 * time.Millisecond})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	all, _, _ := hold(ctx, c, 32, 2, 50*time.Millisecond)
	log := truths(t, host)
	if len(log) != len(all) {
		t.Errorf("%d requests in the server's log, want %d", len(log), len(all))
	}
	var d deviations
	for _, a := range all {
		if err := d.add(a, log[a.id]); err != nil {
			t.Errorf("%s: %v", a.id, err)
		}
	}
}
