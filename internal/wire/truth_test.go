package wire

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/viva-eval/viva/internal/fakeai"
)

// truth is what the server wrote in its own log about one request, in nanoseconds of the clock that all processes of a machine share.
type truth struct {
	ID      string
	Arrived int64
	Wrote   []int64 // each chunk with a token, just before it was handed to the connection
}

// script is what the server in the other process says. The model's name describes it: how many chunks, how far apart, and whether each is
// written on its own.
type script struct {
	chunks int
	gap    time.Duration // 0: as fast as it goes
	each   bool
}

func (s script) model() string { return fmt.Sprintf("%d %d %t", s.chunks, s.gap, s.each) }

func (s script) reply(q fakeai.Request) fakeai.Reply {
	if _, err := fmt.Sscanf(q.Model, "%d %d %t", &s.chunks, &s.gap, &s.each); err != nil {
		return fakeai.Reply{Status: http.StatusBadRequest, Text: err.Error()}
	}
	r := fakeai.Reply{Text: strings.Repeat(" period", s.chunks), FlushEach: s.each}
	if s.gap > 0 {
		r.Pace = fakeai.Pace{First: first(q.Header.Get(idHeader)), Gap: s.gap}
	}
	return r
}

const idHeader = "X-Request-Id"

// first is when the first chunk of a request is due: 50 to 450 ms after it arrived, by its id.
func first(id string) time.Duration {
	h := fnv.New64a()
	_, _ = io.WriteString(h, id) // a hash takes everything
	return 50*time.Millisecond + time.Duration(h.Sum64()%uint64(400*time.Millisecond))
}

// tellTruth serves such scripts from a process of its own, with the log under /log.
func tellTruth(log bool) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(l.Addr())
	go func() {
		io.Copy(io.Discard, os.Stdin) // ends with the parent
		os.Exit(0)
	}()
	service := fakeai.Handler(script{}.reply, fakeai.Options{NoLog: !log})
	mux := http.NewServeMux()
	mux.Handle("/", service)
	mux.HandleFunc("GET /log", func(w http.ResponseWriter, _ *http.Request) {
		var all []truth
		for _, r := range service.Log() {
			t := truth{ID: r.ID, Arrived: r.Arrived.UnixNano(), Wrote: make([]int64, len(r.Wrote))}
			for i, at := range r.Wrote {
				t.Wrote[i] = at.UnixNano()
			}
			all = append(all, t)
		}
		if err := json.NewEncoder(w).Encode(all); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	})
	fmt.Fprintln(os.Stderr, http.Serve(l, mux))
}

// truths fetches the server's log, by request id.
func truths(t testing.TB, host string) map[string]truth {
	t.Helper()
	resp, err := http.Get(host + "/log")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	defer http.DefaultClient.CloseIdleConnections()
	var all []truth
	if err := json.NewDecoder(resp.Body).Decode(&all); err != nil {
		t.Fatal(err)
	}
	byID := map[string]truth{}
	for _, one := range all {
		byID[one.ID] = one
	}
	if len(byID) != len(all) {
		t.Fatalf("%d requests in the server's log have %d ids", len(all), len(byID))
	}
	return byID
}

// labelled sends the id in a request's context as a header.
type labelled struct{ http.RoundTripper }

type idKey struct{}

func (n labelled) RoundTrip(req *http.Request) (*http.Response, error) {
	if id, ok := req.Context().Value(idKey{}).(string); ok {
		req = req.Clone(req.Context())
		req.Header.Set(idHeader, id)
	}
	return n.RoundTripper.RoundTrip(req)
}

// scripted is a client of a server under such a script. Its requests carry the id that their context holds.
func scripted(t testing.TB, host string, s script) *Client {
	c := client(t, host+"/v1", func(cfg *Config) { cfg.Model = s.model() })
	c.http.Transport = labelled{c.pool}
	return c
}

// asked is a request as the client saw it.
type asked struct {
	id    string
	reply Reply
	err   error
}

// hold keeps n requests open, each asked again so many rounds, the first of them begun evenly over ramp. over is when the first
// stream had asked all its rounds.
func hold(ctx context.Context, c *Client, n, rounds int, ramp time.Duration) (all []asked, full, over time.Time) {
	all = make([]asked, n*rounds)
	done := make(chan time.Time, n)
	full = time.Now().Add(ramp)
	for i := range n {
		go func() {
			time.Sleep(ramp * time.Duration(i) / time.Duration(n))
			for round := range rounds {
				a := &all[i*rounds+round]
				a.id = fmt.Sprintf("stream-%d-round-%d", i, round)
				q := question()
				q.MaxTokens = 4096
				a.reply, a.err = c.Chat(context.WithValue(ctx, idKey{}, a.id), q)
				a.reply.Text = "" // a load stores its replies; memory is to be that of the streams
				a.reply.Clock.Gaps = slices.Clone(a.reply.Clock.Gaps)
			}
			done <- time.Now()
		}()
	}
	for range n {
		if at := <-done; over.IsZero() {
			over = at
		}
	}
	return all, full, over
}
