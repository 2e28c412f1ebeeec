package wire

import (
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/viva-eval/viva/internal/fakeai"
	"github.com/viva-eval/viva/internal/prompt"
)

// Connections are really there afterwards: as many as asked for, and none more when as many questions follow.
func TestOpen(t *testing.T) {
	for _, secure := range []bool{false, true} {
		var made atomic.Int64
		s := httptest.NewUnstartedServer(fakeai.Handler(fakeai.Say("yes"), fakeai.Options{}))
		s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
			if state == http.StateNew {
				made.Add(1)
			}
		}
		start := s.Start
		if secure {
			start = s.StartTLS
		}
		start()
		c, err := New(Config{BaseURL: s.URL + "/v1", Model: "fake"})
		if err != nil {
			t.Fatal(err)
		}
		if secure {
			c.pool.TLSClientConfig = s.Client().Transport.(*http.Transport).TLSClientConfig
		}
		const n = 300 // more than are dialled at once
		opened, err := c.Open(t.Context(), n)
		if err != nil {
			t.Fatal(err)
		}
		if len(opened) != n || made.Load() != n {
			t.Errorf("tls %v: %d connections told, %d made, want %d", secure, len(opened), made.Load(), n)
		}
		for _, o := range opened {
			if o.Connect <= 0 || (o.TLS > 0) != secure {
				t.Fatalf("tls %v: %+v", secure, o)
			}
		}
		if again, err := c.Open(t.Context(), n); err != nil || len(again) != 0 {
			t.Errorf("opened %d more though all were idle (%v)", len(again), err)
		}
		if _, err := c.Chat(t.Context(), Request{Messages: []prompt.Message{{Role: "user", Content: "?"}}}); err != nil {
			t.Fatal(err)
		}
		if made.Load() != n {
			t.Errorf("a question made connection %d", made.Load())
		}
		c.Close()
		s.Close()
	}
}

func TestOpenUnreachable(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	c, err := New(Config{BaseURL: "http://user:secret-password@" + l.Addr().String() + "/v1", Model: "m"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_, err = c.Open(t.Context(), 3)
	e, ok := asError(err)
	if !ok || e.Kind != Unreachable {
		t.Fatalf("error %v, want unreachable", err)
	}
}

// min_tokens and ignore_eos go out together, and a server that refuses one of them gets the other.
func TestExactly(t *testing.T) {
	var fields []string
	s := fakeai.Start(t, func(r fakeai.Request) fakeai.Reply {
		fields = r.Fields
		for _, f := range r.Fields {
			if f == "ignore_eos" {
				return fakeai.Reply{Status: 400, Text: "Unrecognized request argument supplied: ignore_eos"}
			}
		}
		return fakeai.Reply{Text: "yes"}
	})
	c, err := New(Config{BaseURL: s.Base(), Model: "fake"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	r, err := c.Chat(t.Context(), Request{Messages: []prompt.Message{{Role: "user", Content: "?"}}, MaxTokens: 7, Exactly: true})
	if err != nil {
		t.Fatal(err)
	}
	if s.Requests() != 2 || len(r.Dropped) != 1 || r.Dropped[0] != "ignore_eos" {
		t.Errorf("%d requests, dropped %v, last sent %v", s.Requests(), r.Dropped, fields)
	}
	for _, want := range []string{"max_tokens", "min_tokens"} {
		found := false
		for _, f := range fields {
			found = found || f == want
		}
		if !found {
			t.Errorf("%s was not sent: %v", want, fields)
		}
	}
}
