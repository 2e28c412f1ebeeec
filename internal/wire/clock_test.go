package wire

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// piped makes a client whose connections end in script, in memory, so that a bubble's clock rules both ends.
func piped(t *testing.T, script func(c *conn), more ...func(*Config)) *Client {
	t.Helper()
	c := client(t, "http://box/v1", more...)
	var servers sync.WaitGroup
	t.Cleanup(func() {
		c.Close()
		servers.Wait()
	})
	c.pool.DialContext = func(context.Context, string, string) (net.Conn, error) {
		time.Sleep(7 * time.Millisecond) // connecting takes a while
		ours, theirs := net.Pipe()
		servers.Go(func() {
			defer theirs.Close()
			for in := bufio.NewReader(theirs); ; {
				req, err := http.ReadRequest(in)
				if err != nil {
					return
				}
				io.Copy(io.Discard, req.Body)
				script(&conn{Conn: theirs})
			}
		})
		return &socket{Conn: ours, now: c.now}, nil
	}
	return c
}

const ms = time.Millisecond

func TestClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := piped(t, func(c *conn) {
			time.Sleep(10 * ms)
			c.begin()
			time.Sleep(10 * ms)
			c.chunk(sse(role)) // at 20: bytes, but no token
			time.Sleep(30 * ms)
			c.chunk(sse(think("reasoning", "h"))) // at 50
			time.Sleep(5 * ms)
			c.chunk(": ping\n\n")
			time.Sleep(5 * ms)
			c.chunk(sse(think("reasoning", "m"))) // at 60
			time.Sleep(40 * ms)
			c.chunk(sse(say("thirty"), say(" "), say("days"))) // at 100, three at once
			time.Sleep(20 * ms)
			c.chunk("data: " + say(" or")) // at 120 its data, and half a line
			time.Sleep(5 * ms)
			c.chunk("\n") // at 125 the line
			time.Sleep(25 * ms)
			c.chunk("\n" + sse(finish("stop"))) // at 150 the blank line
			time.Sleep(10 * ms)
			c.chunk(sse(spent)) // at 160
			time.Sleep(10 * ms)
			c.chunk(sse(done)) // at 170
			time.Sleep(20 * ms)
			c.end() // at 190, within the time that a connection is waited for
		})
		for i := range 2 {
			start := time.Now()
			r, err := c.Chat(t.Context(), question())
			if err != nil {
				t.Fatal(err)
			}
			if got := time.Since(start); i == 0 && got != 197*ms || i == 1 && got != 190*ms {
				t.Errorf("request %d took %v: the second must use the first one's connection", i, got)
			}
			k := r.Clock
			dial := 7 * ms
			if i > 0 {
				dial = 0
			}
			since := func(at time.Time) time.Duration { return at.Sub(k.Sent) }
			got := map[string]time.Duration{
				"connected": k.Connected.Sub(k.Begun), "first byte": since(k.FirstByte), "first token": since(k.FirstToken),
				"first answer": since(k.FirstAnswer), "last": since(k.Last), "end": since(k.End),
			}
			want := map[string]time.Duration{"connected": dial, "first byte": 20 * ms, "first token": 50 * ms, "first answer": 100 * ms,
				"last": 125 * ms, "end": 170 * ms}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff([]time.Duration{10 * ms, 40 * ms, 0, 0, 25 * ms}, k.Gaps); diff != "" {
				t.Error(diff)
			}
			if k.Coalesced != 2 {
				t.Errorf("%d coalesced, want 2", k.Coalesced)
			}
		}
	})
}

func TestIdle(t *testing.T) {
	for _, row := range []struct {
		why    string
		script func(c *conn)
		kind   Kind
		text   string
		took   time.Duration
	}{
		{"no header", func(c *conn) { time.Sleep(time.Hour) }, TimedOut, "", time.Second},
		{"silence after a token", func(c *conn) {
			c.begin()
			c.chunk(sse(say("thirty")))
			time.Sleep(time.Hour)
		}, TimedOut, "thirty", time.Second},
		{"pings break the silence", func(c *conn) {
			c.begin()
			for range 5 {
				time.Sleep(900 * ms)
				c.chunk(": ping\n\n")
			}
			c.chunk(sse(say("thirty"), finish("stop"), done))
			c.end()
		}, 0, "thirty", 4500 * ms},
		{"silence after the finish reason is no fault", func(c *conn) {
			c.begin()
			c.chunk(sse(say("thirty"), finish("stop")))
			time.Sleep(time.Hour)
		}, 0, "thirty", time.Second},
		{"nor is a body kept open after [DONE]", func(c *conn) {
			c.begin()
			c.chunk(sse(say("thirty"), finish("stop"), done))
			time.Sleep(time.Hour)
		}, 0, "thirty", drainTime},
	} {
		t.Run(row.why, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := piped(t, row.script, func(cfg *Config) { cfg.IdleTimeout = time.Second })
				start := time.Now()
				r, err := c.Chat(t.Context(), question())
				if took := time.Since(start) - 7*ms; took < row.took-7*ms || took > row.took {
					t.Errorf("took %v, want %v", took, row.took)
				}
				e, _ := asError(err)
				if row.kind == 0 && err != nil || row.kind != 0 && (e == nil || e.Kind != row.kind) {
					t.Errorf("error %v, want %v", err, row.kind)
				}
				if r.Text != row.text {
					t.Errorf("text %q", r.Text)
				}
			})
		})
	}
}

// TestGrace: without an idle time a server that says no more after the finish reason is waited for five seconds, not for ever.
func TestGrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := piped(t, func(c *conn) {
			c.begin()
			c.chunk(sse(say("thirty"), finish("stop")))
			time.Sleep(time.Hour)
		})
		start := time.Now()
		r, err := c.Chat(t.Context(), question())
		if took := time.Since(start); err != nil || r.Text != "thirty" || took != 7*ms+grace {
			t.Errorf("%v after %v: %q", err, took, r.Text)
		}
	})
}

func TestContext(t *testing.T) {
	for _, stream := range []bool{true, false} {
		for _, row := range []struct {
			why    string
			ctx    func(context.Context) (context.Context, context.CancelFunc)
			kind   Kind
			target error
		}{
			{"a deadline", func(ctx context.Context) (context.Context, context.CancelFunc) {
				return context.WithTimeout(ctx, time.Second)
			}, TimedOut, context.DeadlineExceeded},
			{"cancelled", func(ctx context.Context) (context.Context, context.CancelFunc) {
				ctx, cancel := context.WithCancel(ctx)
				time.AfterFunc(time.Second, cancel)
				return ctx, cancel
			}, Canceled, context.Canceled},
			{"cancelled before", func(ctx context.Context) (context.Context, context.CancelFunc) {
				ctx, cancel := context.WithCancel(ctx)
				cancel()
				return ctx, cancel
			}, Canceled, context.Canceled},
		} {
			t.Run(row.why, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c := piped(t, func(c *conn) {
						c.begin()
						c.chunk(sse(say("thirty")))
						time.Sleep(time.Hour)
					}, func(cfg *Config) { cfg.NoStream = !stream })
					ctx, cancel := row.ctx(t.Context())
					defer cancel()
					_, err := c.Chat(ctx, question())
					e, ok := asError(err)
					if !ok || e.Kind != row.kind {
						t.Fatalf("stream %v: %v, want %v", stream, err, row.kind)
					}
					if !ok || e.Unwrap() != row.target {
						t.Errorf("stream %v: cause %v", stream, e.Unwrap())
					}
				})
			})
		}
	}
}
