package load

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/viva-eval/viva/internal/fakeai"
	"github.com/viva-eval/viva/internal/wire"
	"github.com/viva-eval/viva/runners"
)

// soaked is what the process holds between two stages, when nothing is in flight.
type soaked struct {
	requests    int
	goroutines  int
	connections int
	heap        int // bytes that are still in use after a collection
}

// TestSoak holds load for 20 seconds, or for VIVA_SOAK (as in 30m), stage after stage, against a server of which every eighth reply breaks in
// one way or another. Between the stages no goroutine may be left but those of idle connections, no more connections may be open than
// there were places twice over, and the heap after a collection must not have grown.
func TestSoak(t *testing.T) {
	const (
		places = 32
		slack  = 192 << 10 // bytes by which the heap may move
	)
	soak := 20 * time.Second
	if s := os.Getenv("VIVA_SOAK"); s != "" {
		var err error
		if soak, err = time.ParseDuration(s); err != nil {
			t.Fatal(err)
		}
	} else if testing.Short() {
		t.Skip("takes 20 seconds")
	}
	round := soak / 20 // of one stage
	base := runtime.NumGoroutine()

	faults := []fakeai.Fault{fakeai.CutReset, fakeai.CutEnd, fakeai.ErrorObject, fakeai.Stall, fakeai.BadJSON, fakeai.RateLimited, fakeai.CutClose,
		fakeai.StallFirst, fakeai.HTMLBody, fakeai.CloseAfter, fakeai.CutEvent, fakeai.ErrorFirst, fakeai.EmptyBody, fakeai.JSONBody, fakeai.NoDone}
	service := fakeai.Handler(func(q fakeai.Request) fakeai.Reply {
		r := fakeai.Reply{Text: strings.Repeat(" period", 16), Pace: fakeai.Pace{First: 5 * time.Millisecond, Gap: 3 * time.Millisecond}}
		if q.N%8 == 7 {
			r.Fault = faults[q.N/8%len(faults)]
		}
		return r
	}, fakeai.Options{NoLog: true})
	server := httptest.NewUnstartedServer(service)
	var open atomic.Int64
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		switch s {
		case http.StateNew:
			open.Add(1)
		case http.StateClosed, http.StateHijacked:
			open.Add(-1)
		}
	}
	server.Start()
	defer server.Close()
	defer service.Stop()
	client, err := wire.New(wire.Config{BaseURL: server.URL + "/v1", Model: "fake"})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()

	var mu sync.Mutex
	became := map[runners.Status]int{}
	e := &Engine{
		Target: runners.Chat{Client: client}, Questions: questions(200), Timeout: 200 * time.Millisecond, Seed: 1,
		Open: func(ctx context.Context, n int) (connect, tls []time.Duration, err error) {
			_, err = client.Open(ctx, n)
			return nil, nil, err
		},
		Keep: func(tr runners.Trial) error {
			mu.Lock()
			defer mu.Unlock()
			became[tr.Status]++
			return nil
		},
	}
	var held []soaked
	sent := 0
	for began := time.Now(); time.Since(began) < soak; {
		s := Stage{Name: fmt.Sprint(len(held)), Mode: Closed, Concurrency: places, Duration: round, Drain: time.Second, Seed: int64(len(held))}
		if len(held)%2 == 1 {
			s.Mode, s.Rate = Poisson, 300
		}
		r, err := e.Run(t.Context(), s, new(Live))
		if err != nil {
			t.Fatal(err)
		}
		sent += r.Sent
		held = append(held, settled(sent, &open))
	}
	if testing.Verbose() {
		for i, h := range held {
			if i%max(1, len(held)/10) == 0 || i == len(held)-1 {
				t.Logf("after %d stages: %+v", i+1, h)
			}
		}
	}

	trials := 0
	for _, n := range became {
		trials += n
	}
	if trials != sent {
		t.Errorf("%d requests were sent, and %d trials kept", sent, trials)
	}
	for _, s := range []runners.Status{runners.OK, runners.Failed, runners.TimedOut} {
		if became[s] == 0 {
			t.Errorf("no trial is %s: the load was not what it was meant to be: %v", s, became)
		}
	}
	for i, h := range held {
		// A request that has begun to connect takes a connection that another gives back meanwhile, and its own is kept for later.
		if h.connections > 2*places {
			t.Errorf("after stage %d, %d connections are open for %d places", i, h.connections, places)
		}
		// The client has two goroutines for a connection and the server one or two; one accepts.
		if most := base + 4*h.connections + 4; h.goroutines > most {
			t.Errorf("after stage %d, %d goroutines, want at most %d with %d connections", i, h.goroutines, most, h.connections)
		}
	}
	if len(held) < 12 {
		return // too few to say what is growth and what is warming up
	}
	third := len(held) / 3
	early, late := lightest(held[third:2*third]), lightest(held[2*third:])
	if grown := late.heap - early.heap; grown > slack {
		t.Errorf("the heap after collections grew by %d KiB, to %d KiB, over %d requests", grown>>10, late.heap>>10, late.requests-early.requests)
	}
}

// settled waits until connections that are being closed are gone, collects and looks.
func settled(requests int, open *atomic.Int64) soaked {
	s := soaked{requests: requests}
	for range 20 {
		now := soaked{requests: requests, goroutines: runtime.NumGoroutine(), connections: int(open.Load())}
		if now == s {
			break
		}
		s = now
		time.Sleep(20 * time.Millisecond)
	}
	runtime.GC()
	runtime.GC() // what the first one's finalizers and pools let go
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	s.heap = int(m.HeapAlloc)
	return s
}

func lightest(held []soaked) soaked {
	return slices.MinFunc(held, func(a, b soaked) int { return a.heap - b.heap })
}
