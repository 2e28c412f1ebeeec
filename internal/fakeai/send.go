package fakeai

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"time"
	"unicode/utf8"
)

// sender puts a stream on the line and stamps what goes out. Events that are due together share a write, unless a fault or
// [Reply.FlushEach] says otherwise.
type sender struct {
	w     http.ResponseWriter
	ctl   *http.ResponseController
	ctx   context.Context
	stop  <-chan struct{}
	now   func() time.Time
	start time.Time
	entry *entry

	reply  Reply
	faults set
	buf    []byte
	ends   []int // in buf, of the JSON of the chunks with tokens
	answer int   // index among them of the answer's first; -1: none
	began  bool
	timer  *time.Timer // of sleep, kept for the next; nil: none yet
}

// errGone says that the client left or the server is closing.
var errGone = errors.New("send reply: client gone")

// segment is the length of a write under [Segments]: odd, and shorter than any event.
const segment = 61

// settle is the time between the two halves of what is written in two parts.
const settle = time.Millisecond

// flushAt bounds what is kept back for a common write.
const flushAt = 16 << 10

// due is when token chunk i goes out.
func (s *sender) due(i int) (time.Time, bool) {
	switch {
	case i < 0:
		return time.Time{}, false
	case s.reply.Schedule != nil:
		if i >= len(s.reply.Schedule) {
			return time.Time{}, false
		}
		return s.start.Add(s.reply.Schedule[i]), true
	case s.reply.Pace == Pace{}:
		return time.Time{}, false
	}
	return s.start.Add(s.reply.Pace.First + time.Duration(i)*s.reply.Pace.Gap), true
}

// last is when a reply that is not streamed goes out: when its last token would.
func (s *sender) last() (time.Time, bool) {
	if n := len(s.reply.Schedule); n > 0 {
		return s.due(n - 1)
	}
	n := len(s.reply.Chunks)
	if n == 0 {
		n = count(s.reply.Text)
	}
	return s.due(max(0, count(s.reply.Reasoning)+n-1))
}

// wait sleeps until at. What is pending goes out first, but for tokens that are to be coalesced.
func (s *sender) wait(at time.Time) error {
	d := at.Sub(s.now())
	if d <= 0 {
		return nil
	}
	if !s.faults.has(Coalesced) || len(s.ends) == 0 {
		if err := s.flush(); err != nil {
			return err
		}
	}
	return s.sleep(d)
}

func (s *sender) sleep(d time.Duration) error {
	if s.timer == nil {
		s.timer = time.NewTimer(d)
	} else {
		s.timer.Reset(d)
	}
	select {
	case <-s.timer.C:
		return nil
	case <-s.ctx.Done():
	case <-s.stop:
	}
	s.timer.Stop()
	return errGone
}

// stall waits for the client to leave.
func (s *sender) stall() error {
	select {
	case <-s.ctx.Done():
	case <-s.stop:
	}
	return errGone
}

// run sends the whole stream.
func (s *sender) run(st *stream) error {
	s.entry.expect(len(st.tokens))
	if s.faults.has(BOM) {
		s.buf = append(s.buf, "\uFEFF"...)
	}
	for step := range st.steps() {
		if at, ok := s.due(step.slot); ok {
			if err := s.wait(at); err != nil {
				return err
			}
		}
		if step.kind == turnStep {
			over, err := s.turn(st)
			if over || err != nil {
				return err
			}
			continue
		}
		s.buf = st.encode(s.buf, step)
		if step.token() {
			if step.answer && s.answer < 0 {
				s.answer = len(s.ends)
			}
			s.ends = append(s.ends, len(bytes.TrimRight(s.buf, "\r\n")))
		}
		if s.ripe(step) {
			if err := s.flush(); err != nil {
				return err
			}
		}
	}
	return s.flush()
}

// ripe reports whether what is pending goes out now, after step.
func (s *sender) ripe(step step) bool {
	switch {
	case s.faults.has(Segments):
		return false
	case s.faults.has(Coalesced):
		return len(s.ends) >= 4
	case s.reply.FlushEach || s.faults.has(SplitBytes) || s.faults.has(SplitEvents) || s.faults.has(CutRunes):
		return true
	case step.slot >= 0 && s.paced():
		return true
	}
	return len(s.buf) >= flushAt
}

func (s *sender) paced() bool { return s.reply.Schedule != nil || s.reply.Pace != Pace{} }

// turn plays the fault of mid-stream; over says that the stream ends with it.
func (s *sender) turn(st *stream) (over bool, err error) {
	says := st.turn.spec().says
	switch st.turn {
	case BadJSON:
		s.buf = st.frame.event(s.buf, []byte(st.head+`[{"index":0,"delta":{"content":"un`))
		return false, nil
	case ErrorLine:
		s.buf = st.frame.raw(s.buf, []byte("error: "+says+"\n\n"))
	case ErrorEvent:
		s.buf = st.frame.raw(s.buf, []byte("event: error\ndata: "+says+"\n\n"))
	case ErrorAfterComment:
		s.buf = st.frame.raw(s.buf, []byte(": keep-alive\ndata: "+says+"\n\n"))
	case CutEvent:
		half := st.frame.event(nil, []byte(st.head+`[{"index":0,"delta":{"content":"unfinished"},"finish_reason":null}]}`))
		s.buf = append(s.buf, half[:len(half)/2]...)
	case CutEnd, CutClose, CutReset, Stall:
	default: // the errors that are data
		s.buf = st.frame.event(s.buf, []byte(says))
	}
	if err := s.flush(); err != nil {
		return true, err
	}
	switch st.turn {
	case CutClose, CutReset:
		return true, cut(s.w, st.turn == CutReset)
	case Stall:
		return true, s.stall()
	}
	return true, nil
}

// flush writes what is pending and sends it off. Each token is stamped just before the write that ends its JSON.
func (s *sender) flush() error {
	buf, ends, answer := s.buf, s.ends, s.answer
	s.buf, s.ends, s.answer = s.buf[:0], s.ends[:0], -1
	if len(buf) == 0 {
		if s.began {
			return nil
		}
		s.began = true
		return s.off()
	}
	s.began = true
	for at, parts := 0, 0; at < len(buf); parts++ {
		if parts > 0 && !s.faults.has(SplitBytes) && !s.faults.has(Segments) {
			if err := s.sleep(settle); err != nil {
				return err
			}
		}
		end := at + s.part(buf[at:], parts)
		n := 0
		for n < len(ends) && ends[n] <= end {
			n++
		}
		first := -1
		if answer >= 0 && answer < n {
			first, answer = answer, -1
		} else if answer >= 0 {
			answer -= n
		}
		ends = ends[n:]
		s.entry.wrote(s.now(), n, first)
		if _, err := s.w.Write(buf[at:end]); err != nil {
			return errGone
		}
		if err := s.off(); err != nil {
			return err
		}
		at = end
	}
	return nil
}

// part is how much of buf the next write takes, after so many parts of the same flush.
func (s *sender) part(buf []byte, parts int) int {
	switch {
	case s.faults.has(SplitBytes):
		return 1
	case s.faults.has(Segments):
		return min(segment, len(buf))
	case parts > 0:
	case s.faults.has(CutRunes):
		for i, c := range buf {
			if !utf8.RuneStart(c) {
				return i
			}
		}
	case s.faults.has(SplitEvents):
		return (len(buf) + 1) / 2
	}
	return len(buf)
}

// off sends what was written on its way.
func (s *sender) off() error {
	if err := s.ctl.Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return errGone
	}
	if s.ctx.Err() != nil {
		return errGone
	}
	return nil
}

// cut ends the connection without ending the reply. Where the connection is out of reach, as in a recorder, the handler is aborted.
func cut(w http.ResponseWriter, reset bool) error {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok && reset {
		_ = tcp.SetLinger(0) // best effort: without it the end is a clean one
	}
	return conn.Close()
}
