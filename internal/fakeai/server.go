package fakeai

import (
	"net/http/httptest"
	"testing"
)

// Server is a [Service] listening on the loopback.
type Server struct {
	*Service
	URL  string // the root, as in http://127.0.0.1:1234; chat completions are served below it with and without /v1
	http *httptest.Server
}

// Start serves script until the test ends. More than one Options is one too many: only the first counts.
func Start(tb testing.TB, script Script, options ...Options) *Server {
	tb.Helper()
	var o Options
	if len(options) > 0 {
		o = options[0]
	}
	service := Handler(script, o)
	h := httptest.NewServer(service)
	s := &Server{Service: service, URL: h.URL, http: h}
	tb.Cleanup(s.Close)
	return s
}

// Base is the address to give a client: URL with /v1.
func (s *Server) Base() string { return s.URL + "/v1" }

// Close ends what is running and stops listening. The test's end does it too; a second call does nothing.
func (s *Server) Close() {
	s.Stop()
	s.http.CloseClientConnections()
	s.http.Close()
}
