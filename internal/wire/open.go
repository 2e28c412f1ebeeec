package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync"
	"time"

	"github.com/viva-eval/viva/internal/fan"
)

// Opened says what a new connection took.
type Opened struct {
	Connect time.Duration // the name's resolution and the TCP handshake
	TLS     time.Duration // the TLS handshake; zero without TLS
}

const (
	openingAll = 10 * time.Second // longest wait for all connections together
	dialing    = 256              // connections that are being made at once; more would overflow a server's backlog
	maxModels  = 1 << 20          // how much of a list of models is read, so that its connection can be used again
)

// Open makes n connections and leaves them idle in the pool, so that requests that follow soon need not connect: n requests for the list
// of models run side by side, each of which waits with reading its answer until all have one. It returns what the connections that
// were really new took; a server that keeps none alive makes later requests connect again. The error is that of the first request that
// had no response at all; any status will do.
func (c *Client) Open(ctx context.Context, n int) ([]Opened, error) {
	ctx, cancel := context.WithTimeout(ctx, openingAll)
	defer cancel()
	var mu sync.Mutex
	var opened []Opened
	var failure error
	arrived := 0
	all, turn := make(chan struct{}), make(chan struct{}, dialing)
	arrive := func() {
		mu.Lock()
		defer mu.Unlock()
		if arrived++; arrived == n {
			close(all)
		}
	}
	numbers := func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
	one := func(ctx context.Context, _ int) struct{} {
		turn <- struct{}{}
		o, fresh, err := c.open(ctx, func() {
			<-turn
			arrive()
			select {
			case <-all:
			case <-ctx.Done():
			}
		})
		mu.Lock()
		defer mu.Unlock()
		if err != nil && failure == nil {
			failure = err
		}
		if err == nil && fresh {
			opened = append(opened, o)
		}
		return struct{}{}
	}
	for range fan.Map(ctx, n, numbers, one) {
	}
	return opened, failure
}

// open asks for the list of models and calls wait, once in any case, before it lets go of the connection.
func (c *Client) open(ctx context.Context, wait func()) (o Opened, fresh bool, err error) {
	var mu sync.Mutex // for the hooks, which run on the transport's goroutines
	var begun, secured time.Time
	trace := &httptrace.ClientTrace{
		GetConn: func(string) { mu.Lock(); begun = c.now(); mu.Unlock() },
		ConnectDone: func(_, _ string, err error) {
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				o.Connect = c.now().Sub(begun)
			}
		},
		TLSHandshakeStart: func() { mu.Lock(); secured = c.now(); mu.Unlock() },
		TLSHandshakeDone: func(tls.ConnectionState, error) {
			mu.Lock()
			defer mu.Unlock()
			o.TLS = c.now().Sub(secured)
		},
		GotConn: func(info httptrace.GotConnInfo) { mu.Lock(); fresh = !info.Reused; mu.Unlock() },
	}
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, trace), http.MethodGet, c.base+"/models", nil)
	if err != nil {
		wait()
		return Opened{}, false, err
	}
	if c.authorization != "" {
		req.Header.Set("Authorization", c.authorization)
	}
	resp, err := c.http.Do(req)
	wait()
	if err != nil {
		var wrapped *url.Error
		if errors.As(err, &wrapped) {
			err = wrapped.Err // its URL adds nothing
		}
		return Opened{}, false, &Error{Kind: Unreachable, Message: "open connection: " + c.secrets.Replace(err.Error()), err: err}
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxModels))
	resp.Body.Close()
	mu.Lock()
	defer mu.Unlock()
	return o, fresh, nil
}
