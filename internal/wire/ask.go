package wire

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"time"

	openai "github.com/sashabaranov/go-openai"

	"github.com/viva-eval/viva/internal/prompt"
)

const (
	drainBytes = 4 << 10
	drainTime  = 100 * time.Millisecond
	grace      = 5 * time.Second // how long usage and [DONE] are waited for after the finish reason
	maxRefusal = 64 << 10        // how much of an error's body is read
	maxText    = 64 << 20        // most bytes of text in a streamed answer
)

var (
	errIdle = errors.New("no bytes within the idle time")
	errOver = errors.New("the answer is over")
)

// call is one request on its way, and go-openai's HTTPDoer for it.
type call struct {
	client  *Client
	request Request
	send    params
	parent  context.Context
	cancel  context.CancelCauseFunc
	timer   *time.Timer // cancels when the server is silent; nil: no idle time
	idle    time.Duration

	moments moments
	begun   time.Time
	body    *body
	status  int

	said     transcript
	finish   string
	model    []byte
	usage    counts
	counted  bool
	logprobs bool
	chunks   int
	clock    Clock
	token    stamp
	scratch  []byte
}

// ask sends one request, without the parameters in refused.
func (c *Client) ask(ctx context.Context, r Request, refused params) (Reply, error) {
	inner, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	k := &call{client: c, request: r, send: c.sent(r, refused), parent: ctx, cancel: cancel, moments: moments{now: c.now}, begun: c.now()}
	config := openai.DefaultConfig("") // the doer writes the key
	config.BaseURL, config.HTTPClient = c.base, k
	api := openai.NewClientWithConfig(config)
	ask := openai.ChatCompletionRequest{Model: "viva", Messages: messages(r.Messages)}

	var err error
	if k.send.has(streaming) {
		if k.idle = c.idle; k.idle > 0 {
			k.timer = time.AfterFunc(k.idle, func() { cancel(errIdle) })
			defer k.timer.Stop()
		}
		if k.send.has(streamOptions) {
			ask.StreamOptions = &openai.StreamOptions{IncludeUsage: true}
		}
		err = k.stream(httptrace.WithClientTrace(inner, k.moments.trace()), api, ask)
	} else {
		err = k.whole(httptrace.WithClientTrace(inner, k.moments.trace()), api, ask)
	}
	e := k.verdict(err)
	reply := k.reply(refused)
	if e != nil {
		e.Message = c.secrets.Replace(e.Message)
		return reply, e
	}
	return reply, nil
}

func messages(in []prompt.Message) []openai.ChatCompletionMessage {
	out := make([]openai.ChatCompletionMessage, len(in))
	for i, m := range in {
		out[i] = openai.ChatCompletionMessage{Role: m.Role, Content: m.Content}
	}
	return out
}

// stream asks for a stream and reads it.
func (k *call) stream(ctx context.Context, api *openai.Client, ask openai.ChatCompletionRequest) error {
	s, err := api.CreateChatCompletionStream(ctx, ask)
	if err != nil {
		return err
	}
	defer s.Close()
	for {
		raw, err := s.RecvRaw()
		if err != nil {
			k.end()
			if k.body.shape == document && (err == io.EOF || k.body.ended) {
				return k.document()
			}
			return err
		}
		if err := k.event(raw, k.body.next()); err != nil {
			k.end()
			return err
		}
	}
}

// whole asks for an answer that is not streamed. go-openai reads it too, for form's sake: what it makes of it is not looked at, since
// it knows but one of the reasoning fields.
func (k *call) whole(ctx context.Context, api *openai.Client, ask openai.ChatCompletionRequest) error {
	_, err := api.CreateChatCompletion(ctx, ask)
	if k.body == nil {
		return err
	}
	k.end()
	if !k.body.ended {
		return err
	}
	return k.document()
}

// event takes one event of the stream.
func (k *call) event(raw []byte, at stamp) error {
	k.chunks++
	var c chunk
	var err error
	c, k.scratch, err = decode(raw, k.scratch)
	if err != nil {
		if k.body.tail() {
			return &Error{Kind: CutShort, Message: "read stream: the last event is not whole", err: err}
		}
		return &Error{Kind: Malformed, Message: "read stream: event " + snippet(k.client.hide(raw)) + " is no chunk: " + err.Error(), err: err}
	}
	if len(c.content) > 0 || len(c.reasoning) > 0 {
		k.clock.token(at, &k.token)
		k.said.reason(c.reasoning)
		k.said.say(c.content, at.at)
		if len(k.said.answer)+len(k.said.reasoning)+len(k.said.pending) > maxText {
			return &Error{Kind: Malformed, Message: "read stream: the answer is longer than 64 MiB"}
		}
	}
	return k.take(&c, raw)
}

// take keeps what a chunk says beside its text. raw is its JSON.
func (k *call) take(c *chunk, raw []byte) error {
	if len(c.model) > 0 {
		k.model = append(k.model[:0], c.model...)
	}
	if c.counted {
		k.usage, k.counted = c.usage, true
	}
	k.logprobs = k.logprobs || c.logprobs
	if c.failed {
		return &Error{Kind: InStream, Message: "read answer: the server told an error: " + serverError(k.client.hide(raw)).text("without words")}
	}
	if len(c.finish) > 0 {
		k.finish = string(c.finish)
		switch k.finish {
		case "error":
			return &Error{Kind: InStream, Message: `read answer: the finish reason is "error"`}
		case "abort", "cancelled", "canceled":
			return &Error{Kind: CutShort, Message: "read answer: the server gave up: finish reason " + k.finish}
		}
		k.hurry()
	}
	return nil
}

// hurry shortens the wait: after the finish reason only usage and [DONE] are missing, and both may never come.
func (k *call) hurry() {
	switch {
	case k.timer == nil && k.send.has(streaming):
		k.idle = grace
		k.timer = time.AfterFunc(k.idle, func() { k.cancel(errOver) })
	case k.idle > grace:
		k.idle = grace
		k.timer.Reset(k.idle)
	}
}

// document reads a body that is not a stream.
func (k *call) document() error {
	doc := bytes.TrimSpace(bytes.TrimPrefix(k.body.document, bom))
	switch {
	case len(doc) == 0:
		return &Error{Kind: CutShort, Message: "read answer: the body is empty"}
	case doc[0] == '<':
		return &Error{Kind: Malformed, Message: "read answer: the server sent a page, not an answer: " + snippet(k.client.hide(doc))}
	}
	c, err := decodeSlow(doc)
	if err != nil && strings.HasPrefix(err.Error(), "unexpected end") {
		return &Error{Kind: CutShort, Message: "read answer: its JSON is cut off", err: err}
	}
	if err != nil {
		return &Error{Kind: Malformed, Message: "read answer: " + err.Error() + ": " + snippet(k.client.hide(doc)), err: err}
	}
	k.chunks = 1
	k.said.reason(c.reasoning)
	k.said.say(c.content, time.Time{})
	k.clock.Last = k.body.last.at
	if !c.choice && !c.failed {
		if words := serverError(k.client.hide(doc)); words.message != "" {
			return &Error{Kind: InStream, Message: "read answer: no choices: " + words.text("")}
		}
	}
	return k.take(&c, doc)
}

// end notes when the stream was over.
func (k *call) end() {
	k.clock.End = k.body.last.at
	if !k.body.done && !k.body.ended || k.clock.End.IsZero() {
		k.clock.End = k.client.now()
	}
}

// verdict makes the one error, or none, of what the call brought.
func (k *call) verdict(err error) *Error {
	var e *Error
	switch errors.As(err, &e); {
	case e != nil: // told by the server, or found out while reading
	case k.finish != "":
		return nil // whole, whatever became of the connection afterwards
	case err == nil || err == io.EOF:
		e = &Error{Kind: CutShort, Message: "read stream: it ended without a finish reason"}
		if k.chunks == 0 {
			e.Message = "read stream: it ended before any event"
		}
	default:
		e = k.broken(err)
	}
	if e.Status == 0 {
		e.Status = k.status
	}
	return e
}

// broken judges a failure of the transport.
func (k *call) broken(err error) *Error {
	e := &Error{err: err}
	verb := "reach server: "
	if k.status != 0 {
		verb = "read answer: "
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err // its URL adds nothing
	}
	switch parent := k.parent.Err(); {
	case parent == context.Canceled:
		e.Kind, e.Message, e.err = Canceled, verb+"cancelled", parent
	case parent != nil:
		e.Kind, e.Message, e.err = TimedOut, verb+"the deadline passed", parent
	case k.timer != nil && (errors.Is(err, errIdle) || errors.Is(err, context.Canceled)):
		e.Kind, e.Message, e.err = TimedOut, verb+"nothing came for "+k.idle.String(), errIdle
	case k.status != 0:
		e.Kind, e.Message = CutShort, verb+"the connection broke: "+err.Error()
	case strings.Contains(err.Error(), "malformed HTTP"):
		e.Kind, e.Message = Malformed, verb+"it does not speak HTTP: "+err.Error()
	default:
		e.Kind, e.Message = Unreachable, verb+err.Error()
	}
	return e
}

// reply gathers what came.
func (k *call) reply(refused params) Reply {
	k.said.settle()
	r := Reply{
		Text:      mend(k.said.answer),
		Reasoning: mend(k.said.reasoning),
		Model:     strings.ToValidUTF8(string(k.model), "\uFFFD"),
		Finish:    k.finish,
		Chunks:    k.chunks,
		Dropped:   k.client.dropped(k.request, refused),
		Status:    k.status,
		Clock:     k.clock,

		hasLogprobs: k.logprobs,
	}
	r.Clock.Begun = k.begun
	r.Clock.Connected, r.Clock.Sent, _ = k.moments.read()
	if r.Clock.Sent.IsZero() && k.status != 0 {
		r.Clock.Sent = k.begun
	}
	if k.body != nil {
		r.Streamed = k.body.shape == stream
		r.Clock.FirstByte = k.body.first.at
	}
	if r.Streamed {
		r.Clock.FirstAnswer = k.said.firstAnswer
	}
	if r.Clock.End.IsZero() {
		r.Clock.End = k.client.now()
	}
	if r.Usage = (Usage{k.usage.prompt, k.usage.completion, k.usage.reasoning, true}); !k.counted || k.usage.completion == 0 && r.Text+r.Reasoning != "" {
		r.Usage = estimate(k.request.Messages, r.Text, r.Reasoning)
	}
	return r
}

// Do sends go-openai's request after writing into it what go-openai cannot, and gives it the response when that is 2xx. Any other
// status is settled here: go-openai drops Retry-After.
func (k *call) Do(req *http.Request) (*http.Response, error) {
	made, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	payload, ok := k.client.amend(made, k.request, k.send)
	if !ok {
		return nil, &Error{Kind: Rejected, Message: "send request: its body is not as expected"}
	}
	req.Body = io.NopCloser(bytes.NewReader(payload))
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(payload)), nil }
	req.ContentLength = int64(len(payload))
	if k.client.authorization != "" {
		req.Header.Set("Authorization", k.client.authorization)
	}
	// Some servers close a connection that they announced to keep. net/http replays a POST that such a close swallowed only when it is
	// marked as idempotent; a nil value marks it and sends nothing.
	req.Header["Idempotency-Key"] = nil

	resp, err := k.client.http.Do(req)
	if err != nil {
		return nil, err
	}
	k.status = resp.StatusCode
	if resp.StatusCode/100 != 2 {
		defer resp.Body.Close()
		said, _ := io.ReadAll(io.LimitReader(resp.Body, maxRefusal))
		return nil, k.client.failure(resp.StatusCode, resp.Header, said)
	}
	if coding := resp.Header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		resp.Body.Close()
		return nil, &Error{Kind: Malformed, Message: "read answer: it is coded as " + snippet([]byte(coding)) + " though that was not asked for"}
	}
	_, _, socket := k.moments.read()
	k.body = &body{src: resp.Body, socket: socket, now: k.client.now, alive: k.alive, cancel: func() { k.cancel(errOver) }}
	if k.send.has(streaming) {
		resp.Body = k.body
		return resp, nil
	}
	defer resp.Body.Close()
	k.body.shape = document
	if err := k.body.all(); err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(k.body.document))
	return resp, nil
}

// alive puts the idle timer back.
func (k *call) alive() {
	if k.timer != nil {
		k.timer.Reset(k.idle)
	}
}
