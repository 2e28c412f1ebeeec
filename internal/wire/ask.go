package wire

import (
	"bytes"
	"context"
	"errors"
	"net/http/httptrace"
	"strings"
	"time"

	openai "github.com/sashabaranov/go-openai"

	"github.com/viva-eval/viva/internal/prompt"
)

const (
	grace   = 5 * time.Second // how long usage and [DONE] are waited for after the finish reason
	maxText = 64 << 20        // most bytes of text in a streamed answer
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
	calls    calls
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
	k.offer(&ask)

	defer func() {
		if k.timer != nil {
			k.timer.Stop()
		}
	}()

	var err error
	if k.send.has(streaming) {
		if k.idle = c.idle; k.idle > 0 {
			k.timer = time.AfterFunc(k.idle, func() { cancel(errIdle) })
		}
		if k.send.has(streamOptions) {
			ask.StreamOptions = &openai.StreamOptions{IncludeUsage: true}
		}
		err = k.stream(httptrace.WithClientTrace(inner, k.moments.trace()), api, ask)
	} else {
		err = k.whole(httptrace.WithClientTrace(inner, k.moments.trace()), api, ask)
	}
	e := k.verdict(err)
	if e == nil && k.finish == "tool_calls" && len(k.calls.all) == 0 && len(k.said.answer)+len(k.said.pending) == 0 {
		e = &Error{Kind: Malformed, Status: k.status, Message: "read answer: its finish reason is tool_calls, and no call came"}
	}
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
	if _, err := api.CreateChatCompletionStream(ctx, ask); err != nil {
		return err
	}
	defer k.body.Close()
	err := k.body.all()
	k.end()
	if k.body.shape == document && k.body.ended {
		return k.document()
	}
	return err
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
func (k *call) event(e event) error {
	k.chunks++
	var c chunk
	var err error
	c, k.scratch, err = decode(e.data, k.scratch)
	if err != nil {
		if e.torn {
			return &Error{Kind: CutShort, Message: "read stream: the last event is not whole", err: err}
		}
		return &Error{Kind: Malformed, Message: "read stream: event " + snippet(k.client.hide(e.data)) + " is no chunk: " + err.Error(), err: err}
	}
	if len(c.content) > 0 || len(c.reasoning) > 0 || len(c.calls) > 0 {
		k.clock.token(e.at, &k.token)
		k.said.reason(c.reasoning)
		k.said.say(c.content, e.at.at)
		if len(k.said.answer)+len(k.said.reasoning)+len(k.said.pending) > maxText {
			return &Error{Kind: Malformed, Message: "read stream: the answer is longer than 64 MiB"}
		}
	}
	return k.take(&c, e.data)
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
	for _, p := range c.calls {
		if err := k.calls.add(p); err != nil {
			return &Error{Kind: Malformed, Message: "read answer: " + err.Error(), err: err}
		}
	}
	if c.failed {
		return &Error{Kind: InStream, Message: "read answer: the server told an error: " + serverError(k.client.hide(raw)).text("without words")}
	}
	if len(c.finish) > 0 && string(c.finish) != "null" { // some gateways put the word in quotes
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

// reply gathers what came.
func (k *call) reply(refused params) Reply {
	k.said.settle()
	r := Reply{
		Text:      k.client.unsaid(mend(k.said.answer)), // a server may echo what it was sent
		Reasoning: k.client.unsaid(mend(k.said.reasoning)),
		Model:     strings.ToValidUTF8(string(k.model), "\uFFFD"),
		Finish:    k.finish,
		Chunks:    k.chunks,
		Dropped:   k.client.dropped(k.request, refused),
		Status:    k.status,
		Clock:     k.clock,

		hasLogprobs: k.logprobs,
	}
	r.Calls = k.calls.take(k.request.Turns, func(s string) string { return k.client.unsaid(strings.ToValidUTF8(s, "\uFFFD")) })
	r.Written = len(r.Calls) == 0 && len(k.request.Tools) > 0 && written(r.Text, k.request.Tools)
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
	r.Usage = Usage{k.usage.prompt, k.usage.completion, k.usage.reasoning, true}
	if !k.counted || k.usage.completion == 0 && r.Text+r.Reasoning != "" {
		r.Usage = estimate(k.request, r)
	}
	return r
}
