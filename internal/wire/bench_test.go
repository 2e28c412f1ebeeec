//go:build unix

package wire

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// cpu is what this process has spent, user and system.
func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkStream is the whole client, sockets included, beside a handmade one with encoding/json: the server is another process, unpaced, and
// writes the whole answer at once or every chunk apart, from bytes that were made beforehand. ms-cpu/1000-chunks is this process's user
// and system time, and times-handmade its ratio to the handmade client's, taken by turns in the same run.
func BenchmarkStream(b *testing.B) {
	for _, bench := range []struct {
		path string
		side int
	}{{"/once", 1}, {"/once", 256}, {"/each", 1}, {"/each", 256}} {
		b.Run(fmt.Sprintf("write=%s/streams=%d", bench.path[1:], bench.side), func(b *testing.B) {
			unpaced(b, server(b, fixed)+bench.path+"/v1", "m", bench.side)
		})
	}
}

// BenchmarkFakeai is the same against fakeai, whose own time is most of it.
func BenchmarkFakeai(b *testing.B) {
	for _, each := range []bool{false, true} {
		b.Run(fmt.Sprintf("each=%t/streams=256", each), func(b *testing.B) {
			unpaced(b, server(b, silent)+"/v1", script{chunks: 998, each: each}.model(), 256) // the finish and usage make it 1,000
		})
	}
}

// unpaced asks for at least b.N answers of 1,000 chunks, so many streams side by side, by turns with this client and the handmade one.
func unpaced(b *testing.B, base, model string, side int) {
	p := newPair(b, base, model, side)
	p.run(b, side)
	p.spent, p.took, p.chunks = [2]time.Duration{}, [2]time.Duration{}, 0
	b.ResetTimer()
	for left := b.N; left > 0; left -= max(side, 16) {
		p.run(b, min(left, max(side, 16)))
	}
	b.ReportMetric(float64(p.spent[0])/float64(p.chunks)/1e3, "ms-cpu/1000-chunks")
	b.ReportMetric(float64(p.spent[1])/float64(p.chunks)/1e3, "ms-cpu-handmade/1000-chunks")
	b.ReportMetric(float64(p.spent[0])/float64(p.spent[1]), "times-handmade")
	b.ReportMetric(float64(p.chunks)/p.took[0].Seconds(), "chunks/s")
	b.ReportMetric(0, "ns/op") // of both together, and so of nothing
}

// pair is this client and the handmade one, before the same server.
type pair struct {
	side        int
	ask         [2]func(context.Context) (chunks int, text string, err error)
	spent, took [2]time.Duration // processor time and time
	chunks      int              // of either
}

func newPair(t testing.TB, base, model string, side int) *pair {
	ours := client(t, base, func(cfg *Config) { cfg.Model = model })
	pool := pooled(time.Now)
	t.Cleanup(pool.CloseIdleConnections)
	theirs := &handmade{http: &http.Client{Transport: pool}, base: base, model: model}
	q := question()
	q.MaxTokens = 4096
	p := &pair{side: side}
	p.ask[0] = func(ctx context.Context) (int, string, error) {
		r, err := ours.Chat(ctx, q)
		return r.Chunks, r.Text, err
	}
	p.ask[1] = func(ctx context.Context) (int, string, error) {
		chunks, text, _, err := theirs.chat(ctx, q.Messages[0].Content)
		return chunks, text, err
	}
	return p
}

// run asks each client at least n times.
func (p *pair) run(t testing.TB, n int) {
	each := (n + p.side - 1) / p.side
	p.chunks += each * p.side * 1000
	for who, ask := range p.ask {
		before, begun := cpu(), time.Now()
		var wg sync.WaitGroup
		for range p.side {
			wg.Go(func() {
				for range each {
					if chunks, text, err := ask(t.Context()); err != nil || chunks != 1000 || len(text) != 998*len(" period") {
						t.Errorf("%d chunks, %d bytes, %v", chunks, len(text), err)
						return
					}
				}
			})
		}
		wg.Wait()
		p.spent[who] += cpu() - before
		p.took[who] += time.Since(begun)
	}
}

// TestCost: a stream takes at most 0.6 times the processor time that it takes a handmade client with encoding/json, and next to no
// allocations for each chunk. Of several rounds the best of each counts, since nothing makes a computation cheaper than it is.
func TestCost(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector's cost would be measured")
	}
	p := newPair(t, server(t, fixed)+"/once/v1", "m", 4)
	p.run(t, 8)
	var best [2]time.Duration
	for round := range 8 {
		p.spent = [2]time.Duration{}
		p.run(t, 16)
		for who, spent := range p.spent {
			if round == 0 || spent < best[who] {
				best[who] = spent
			}
		}
	}
	if ratio := float64(best[0]) / float64(best[1]); ratio > 0.6 {
		t.Errorf("16 streams took %v, and %v with encoding/json: %.2f times as much, want at most 0.6", best[0], best[1], ratio)
	}
	if allocs := testing.AllocsPerRun(20, func() { p.ask[0](t.Context()) }); allocs > 300 {
		t.Errorf("%.0f allocations for a stream of 1,000 chunks, want at most 300", allocs)
	}
}

// BenchmarkBody is the client's own part of 1,000 chunks, without sockets and decoding: the body's reader and the parser, fed from memory.
func BenchmarkBody(b *testing.B) {
	text := []byte(strings.Repeat(sse(say(" period")), 1000))
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		events := 0
		body := &body{src: io.NopCloser(bytes.NewReader(text)), now: time.Now, alive: func() {}, cancel: func() {}}
		body.sink = func(event) error { events++; return nil }
		if err := body.all(); err != nil || events != 1000 {
			b.Fatal(events, err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	for _, bench := range []struct{ name, raw string }{
		{"content", say(" period")},
		{"chinese", say("通知期")},
		{"escapes", `{"model":"qwen","choices":[{"index":0,"delta":{"content":"\u901a\u77e5\n"},"finish_reason":null}]}`},
		{"usage", spent},
	} {
		raw := []byte(bench.raw)
		b.Run(bench.name+"/scan", func(b *testing.B) {
			b.ReportAllocs()
			var scratch []byte
			for b.Loop() {
				s := scan{b: raw, scratch: scratch[:0]}
				if _, ok := s.chunk(); !ok {
					b.Fatal("declined")
				}
				scratch = s.scratch
			}
		})
		b.Run(bench.name+"/encoding-json", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := decodeSlow(raw); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// resident reads the process's resident set in bytes, the largest so far (VmHWM) or the present one (VmRSS).
func resident(t testing.TB, which string) int {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip("no /proc here")
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, which+":"); ok {
			kib, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				t.Fatal(err)
			}
			return kib << 10
		}
	}
	t.Skip("no " + which + " here")
	return 0
}

// TestThousandStreams holds 1,024 streams open at once, against a server in another process, and looks at the memory while they run.
func TestThousandStreams(t *testing.T) {
	if testing.Short() {
		t.Skip("takes six seconds")
	}
	const streams, most = 1024, 100 << 20
	c := client(t, server(t, fixed)+"/paced/v1")
	ask := question()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var wg sync.WaitGroup
	var mu sync.Mutex
	failed := map[string]int{}
	for range streams {
		wg.Go(func() {
			if r, err := c.Chat(ctx, ask); err != nil || r.Chunks != 20 {
				mu.Lock()
				failed[fmt.Sprintf("%d chunks, %v", r.Chunks, err)]++
				mu.Unlock()
			}
		})
	}
	over := make(chan struct{})
	go func() {
		wg.Wait()
		close(over)
	}()
	peakHeap, peakRSS := uint64(0), 0
	for running := true; running; {
		select {
		case <-over:
			running = false
		case <-time.After(200 * time.Millisecond):
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peakHeap, peakRSS = max(peakHeap, m.HeapInuse), max(peakRSS, resident(t, "VmRSS"))
		}
	}
	if len(failed) > 0 {
		t.Errorf("streams failed: %v", failed)
	}
	t.Logf("%d streams: heap in use %d MiB, resident %d MiB", streams, peakHeap>>20, peakRSS>>20)
	if !raceEnabled && peakRSS > most {
		t.Errorf("resident %d MiB, want at most %d", peakRSS>>20, most>>20)
	}
}
