//go:build unix

package wire

import (
	"bytes"
	"context"
	"fmt"
	"io"
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

// BenchmarkStream is the whole client, sockets included: the server is another process, unpaced, and
// writes the whole answer at once or every chunk apart. ms-cpu/1000-chunks is this process's
// user and system time.
func BenchmarkStream(b *testing.B) {
	for _, bench := range []struct {
		path string
		side int
	}{{"/once", 1}, {"/once", 16}, {"/each", 1}, {"/each", 16}} {
		side := bench.side
		b.Run(fmt.Sprintf("write=%s/streams=%d", bench.path[1:], side), func(b *testing.B) {
			c := client(b, server(b)+bench.path+"/v1")
			ask := question()
			run := func(n int) {
				var wg sync.WaitGroup
				for i := range side {
					wg.Go(func() {
						for range (n + side - 1 - i) / side {
							if r, err := c.Chat(context.Background(), ask); err != nil || r.Chunks != 1000 {
								b.Errorf("%d chunks, %v", r.Chunks, err)
								return
							}
						}
					})
				}
				wg.Wait()
			}
			run(side)
			b.ReportAllocs()
			before := cpu()
			b.ResetTimer()
			run(b.N)
			b.StopTimer()
			b.ReportMetric(float64(cpu()-before)/float64(b.N)/1e6, "ms-cpu/1000-chunks")
		})
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

// resident reads the process's resident set.
func resident(t testing.TB) int {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip("no /proc here")
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				t.Fatal(err)
			}
			return kib << 10
		}
	}
	t.Skip("no VmRSS here")
	return 0
}

// TestThousandStreams holds 1,000 streams open at once, against a server in another process, and looks at the memory while they run.
func TestThousandStreams(t *testing.T) {
	if testing.Short() {
		t.Skip("takes six seconds")
	}
	const streams, most = 1000, 150 << 20
	c := client(t, server(t)+"/paced/v1")
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
			peakHeap, peakRSS = max(peakHeap, m.HeapInuse), max(peakRSS, resident(t))
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
