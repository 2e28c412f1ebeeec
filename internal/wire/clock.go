package wire

import (
	"net"
	"net/http/httptrace"
	"sync"
	"time"
)

// stamp says when something arrived and by which read.
type stamp struct {
	at   time.Time
	read uint64
}

// socket stamps each read that brings bytes. net/http reads ahead, so this is earlier and truer than a stamp taken when the body is
// read: the first event usually arrives with the header, on a goroutine of the transport's.
type socket struct {
	net.Conn
	now func() time.Time

	mu   sync.Mutex
	last stamp
}

func (s *socket) Read(p []byte) (int, error) {
	n, err := s.Conn.Read(p)
	if n > 0 {
		at := s.now()
		s.mu.Lock()
		s.last.at = at
		s.last.read++
		s.mu.Unlock()
	}
	return n, err
}

func (s *socket) stamp() stamp {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

// moments collects what httptrace tells. Its hooks run on the transport's goroutines and may outlive the request.
type moments struct {
	now func() time.Time

	mu              sync.Mutex
	connected, sent time.Time
	socket          *socket
}

func (m *moments) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) {
			at := m.now()
			m.mu.Lock()
			defer m.mu.Unlock()
			m.connected, m.socket = at, under(info.Conn)
		},
		// WroteHeaders comes when the header is formatted, before the first flush. On a replay over a fresh connection it comes
		// again, and the later moment stands.
		WroteHeaders: func() {
			at := m.now()
			m.mu.Lock()
			defer m.mu.Unlock()
			m.sent = at
		},
	}
}

func (m *moments) read() (connected, sent time.Time, s *socket) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.connected, m.sent, m.socket
}

// under finds our socket beneath a TLS connection.
func under(conn net.Conn) *socket {
	for {
		switch c := conn.(type) {
		case *socket:
			return c
		case interface{ NetConn() net.Conn }:
			conn = c.NetConn()
		default:
			return nil
		}
	}
}

// token notes an event that brought tokens.
func (c *Clock) token(s stamp, before *stamp) {
	if c.FirstToken.IsZero() {
		c.FirstToken = s.at
	} else {
		c.Gaps = append(c.Gaps, s.at.Sub(c.Last))
		if s.read == before.read {
			c.Coalesced++
		}
	}
	c.Last = s.at
	*before = s
}
