package fakeai

import (
	"net/http"
	"strconv"
	"time"
)

// exchange is one request being answered.
type exchange struct {
	service *Service
	w       http.ResponseWriter
	r       *http.Request
	q       Request
	reply   Reply
	faults  set
	entry   *entry
	arrived time.Time
	status  func(int)
}

// page is what a proxy shows in the place of an answer.
const page = "<!DOCTYPE html>\n<html><head><title>Gateway</title></head>\n<body><h1>The service is being updated</h1></body></html>\n"

func (x *exchange) answer() {
	if x.refused() {
		return
	}
	has := x.faults.has
	if has(StallFirst) {
		_ = x.sender().stall() // ends when the client leaves
		return
	}
	if has(SlowHeaders) {
		if x.sender().sleep(max(50*time.Millisecond, x.reply.Pace.First)) != nil {
			return
		}
	}
	if has(CloseAfter) {
		x.w.Header().Set("Connection", "keep-alive")
		x.w.Header().Set("Keep-Alive", "timeout=5, max=100")
	}
	switch {
	case has(EmptyBody):
		x.begin(http.StatusOK, x.kind())
	case has(HTMLBody):
		x.whole(http.StatusOK, "text/html; charset=utf-8", []byte(page), 0)
	case has(ErrorBody):
		x.whole(http.StatusOK, "application/json", []byte(ErrorBody.spec().says), 0)
	case x.q.Stream && !has(JSONBody):
		x.w.Header().Set("Cache-Control", "no-cache")
		x.begin(x.code(), x.kind())
		s := x.sender()
		if s.run(newStream(x.q, x.reply, x.faults, headOf("chat.completion.chunk", x.q.N, x.arrived.Unix(), x.q.Model))) != nil {
			return
		}
	default:
		if !x.unstreamed() {
			return
		}
	}
	if has(CloseAfter) {
		x.close()
	}
}

// code is the status of a reply that is no refusal.
func (x *exchange) code() int {
	if x.reply.Status != 0 {
		return x.reply.Status
	}
	return http.StatusOK
}

// kind is the content type that the reply announces.
func (x *exchange) kind() string {
	switch {
	case !x.q.Stream:
		return "application/json"
	case x.faults.has(PlainType):
		return "text/plain; charset=utf-8"
	}
	return "text/event-stream; charset=utf-8"
}

func (x *exchange) begin(status int, kind string) {
	x.w.Header().Set("Content-Type", kind)
	x.status(status)
	x.w.WriteHeader(status)
}

func (x *exchange) sender() *sender {
	return &sender{w: x.w, ctl: http.NewResponseController(x.w), ctx: x.r.Context(), stop: x.service.stop, now: x.service.options.Now,
		start: x.arrived, entry: x.entry, reply: x.reply, faults: x.faults, answer: -1}
}

// refused sends the reply's error status, if it has one.
func (x *exchange) refused() bool {
	f, found := x.faults.first(func(f Fault) bool {
		return f.Status() != http.StatusOK && (f.Refuses() == "" || x.sent(f.Refuses()))
	})
	status, says, param := x.reply.Status, x.reply.Text, ""
	switch {
	case status >= http.StatusBadRequest:
	case found:
		status, says, param = f.Status(), f.spec().says, f.Refuses()
	default:
		return false
	}
	if d := x.reply.RetryAfter; status == http.StatusTooManyRequests || (status == http.StatusServiceUnavailable && d > 0) {
		retryAfter(x.w.Header(), d, f == RateLimitedDate, x.service.options.Now())
	}
	switch f {
	case BadGateway:
		x.whole(status, "text/html; charset=utf-8", []byte(page), 0)
	case RefuseOptions22:
		x.whole(status, "application/json", []byte(`{"detail":[{"type":"extra_forbidden","loc":["body","stream_options"],"msg":"`+says+`"}]}`), 0)
	default:
		x.status(status)
		fail(x.w, status, says, param)
	}
	return true
}

// sent reports whether the request's body has the field.
func (x *exchange) sent(field string) bool {
	for _, f := range x.q.Fields {
		if f == field {
			return true
		}
	}
	return false
}

// whole writes a body at once, stamped as one write that holds so many tokens' chunks.
func (x *exchange) whole(status int, kind string, body []byte, chunks int) {
	x.begin(status, kind)
	x.entry.wrote(x.service.options.Now(), chunks, min(chunks, 1)-1)
	_, _ = x.w.Write(body) // a client that left is no concern here
}

// unstreamed sends the reply as one JSON body, or what the faults leave of it; false: the connection is gone.
func (x *exchange) unstreamed() bool {
	body := x.completion()
	s := x.sender()
	if at, ok := s.last(); ok && s.sleep(at.Sub(s.now())) != nil {
		return false
	}
	turn, _ := x.faults.first(func(f Fault) bool { return midway(f) || f == ErrorFirst })
	switch turn {
	case None:
		x.whole(x.code(), "application/json", body, 1)
	case CutEnd, CutEvent, BadJSON:
		x.whole(x.code(), "application/json", body[:len(body)/2], 0)
	case CutClose, CutReset, Stall:
		x.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		x.whole(x.code(), "application/json", body[:len(body)/2], 0)
		if s.off() != nil {
			return false
		}
		if turn == Stall {
			_ = s.stall() // ends when the client leaves
			return false
		}
		_ = cut(x.w, turn == CutReset) // the connection is gone either way
		return false
	case ErrorLine:
		x.whole(x.code(), "application/json", []byte("error: "+turn.spec().says), 0)
	default:
		x.whole(x.code(), "application/json", []byte(turn.spec().says), 0)
	}
	return true
}

// completion is the reply as one JSON object.
func (x *exchange) completion() []byte {
	has := x.faults.has
	text, think := x.reply.Text, x.reply.Reasoning
	ascii := has(EscapedRunes)
	switch {
	case think == "":
	case has(ThinkBlock), has(ThinkSplit):
		text, think = "<think>\n"+think+"\n</think>\n\n"+text, ""
	case has(ThinkUnopened):
		text, think = think+"\n</think>\n\n"+text, ""
	}
	b := append([]byte(nil), headOf("chat.completion", x.q.N, x.arrived.Unix(), x.q.Model)...)
	b = quote(append(b, `[{"index":0,"message":{"role":"assistant","content":`...), text, ascii)
	if think != "" {
		if has(ReasoningField) || has(ReasoningBoth) {
			b = quote(append(b, `,"reasoning":`...), think, ascii)
		}
		if !has(ReasoningField) || has(ReasoningBoth) {
			b = quote(append(b, `,"reasoning_content":`...), think, ascii)
		}
	}
	for i, c := range x.reply.Calls {
		b = append(b, [...]string{`,"tool_calls":[`, ","}[min(i, 1)]...)
		b = x.faults.call(b, callPiece{index: i, id: c.ID, name: c.Name, arguments: c.Arguments, begins: true}, false, ascii)
	}
	if len(x.reply.Calls) > 0 {
		b = append(b, ']')
	}
	b = append(quote(append(b, `},"finish_reason":`...), x.reply.Finish, true), "}]"...)
	if !has(NoUsage) {
		b = x.reply.count(x.q).append(append(b, `,"usage":`...))
	}
	return append(b, '}')
}

// close ends the reply properly and then the connection that was announced as kept alive.
func (x *exchange) close() {
	if http.NewResponseController(x.w).Flush() != nil {
		return
	}
	streamed := x.w.Header().Get("Content-Length") == ""
	conn, _, err := http.NewResponseController(x.w).Hijack()
	if err != nil {
		return
	}
	if streamed && x.r.ProtoAtLeast(1, 1) {
		_, _ = conn.Write([]byte("0\r\n\r\n")) // the end of a chunked body
	}
	_ = conn.Close() // nothing can be done about a connection that does not close
}
