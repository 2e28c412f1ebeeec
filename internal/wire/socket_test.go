package wire

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"
)

// late is a transport whose responses are noticed late, as happens when the machine is busy.
type late struct {
	http.RoundTripper
	by time.Duration
}

func (l late) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := l.RoundTripper.RoundTrip(req)
	time.Sleep(l.by)
	return resp, err
}

// TestSocketStamps: what arrived with the header is stamped by the socket's read, not when the client gets round to it; over TLS too.
// And the protocol is HTTP/1.1 even where the server offers the next.
func TestSocketStamps(t *testing.T) {
	for _, secure := range []bool{false, true} {
		var proto atomic.Value
		srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			proto.Store(r.Proto)
			io.WriteString(w, plainly)
		}))
		if srv.EnableHTTP2 = true; secure {
			srv.StartTLS()
		} else {
			srv.Start()
		}
		c := client(t, srv.URL+"/v1")
		if secure {
			c.pool.TLSClientConfig = srv.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
			c.pool.TLSClientConfig.NextProtos = nil
		}
		c.http.Transport = late{c.pool, 300 * ms}
		r, err := c.Chat(t.Context(), question())
		if err != nil {
			t.Fatal(err)
		}
		if wait := r.Clock.FirstToken.Sub(r.Clock.Sent); wait <= 0 || wait >= 300*ms {
			t.Errorf("secure %v: the first token came %v after the request, by the time it was noticed", secure, wait)
		}
		if proto.Load() != "HTTP/1.1" {
			t.Errorf("secure %v: %v", secure, proto.Load())
		}
		c.Close()
		srv.Close()
	}
}
