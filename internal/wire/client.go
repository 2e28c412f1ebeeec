// Package wire holds chat completions over go-openai with a clock at the socket.
//
// go-openai builds the request; between it and net/http stand two pieces of ours. Its HTTPDoer writes what go-openai cannot (a
// temperature of 0, max_tokens for any model name) and settles every status but 2xx. The response's body stamps each server-sent event
// when the bytes arrive, reads the whole grammar of event streams, and decodes each event where it stands.
//
// What is and is not a whole answer is decided strictly: a reply without a finish reason is [CutShort], with or without [DONE].
package wire

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/viva-eval/viva/internal/prompt"
)

// Config names a target. BaseURL and Model are required.
type Config struct {
	BaseURL string // up to and without /chat/completions: "http://box:8000/v1". User info in it is sent as basic auth and shown nowhere
	Key     string // sent as a bearer token; empty: none
	Model   string // as the server knows it

	HTTP        *http.Client     // nil: a pooled transport of our own, with stamps at the socket
	NoStream    bool             // ask for whole answers; only the body's arrival is timed then
	IdleTimeout time.Duration    // longest silence on a stream, before its first byte too; pings break it; 0: only the context's deadline counts
	Now         func() time.Time // nil: time.Now
}

// Request is one question to the model.
type Request struct {
	Messages    []prompt.Message
	Temperature *float64 // nil: the server's default. 0 is really sent
	MaxTokens   int      // most tokens to generate, reasoning included; 0: the server's default
	Exactly     bool     // generate MaxTokens tokens, no fewer: min_tokens and ignore_eos, which some servers refuse and others pass over
	Seed        *int64   // nil: none
	// Schema is a JSON schema that the answer must follow, sent as a response format of type json_schema; nil: none. A server may
	// refuse it, which Reply.Dropped then tells as "response_format", and one that ignores it says nothing.
	Schema json.RawMessage
	// Tools are the functions that the model may call; nil: none. Turns is what it has called since Messages, and Withhold lists the
	// tools but lets it call no more. A server that cannot do with tools is told by an error of the kind [NoTools].
	Tools    []Tool
	Turns    []Turn
	Withhold bool

	logprobs bool // asked for by Probe alone
}

// Client talks to one model of one server. It is safe for concurrent use and learns which parameters the server refuses.
type Client struct {
	base, model, authorization string

	http    *http.Client
	pool    *http.Transport // ours to close; nil when Config.HTTP was given
	stream  bool
	idle    time.Duration
	now     func() time.Time
	secrets *strings.Replacer
	long    bool          // every secret is long enough to be looked for in answers
	refused atomic.Uint32 // params
}

// New checks cfg and makes its client. Nothing is sent.
func New(cfg Config) (*Client, error) {
	u, err := url.Parse(strings.TrimSpace(cfg.BaseURL))
	switch {
	case cfg.BaseURL == "":
		return nil, fmt.Errorf("configure target: no base URL")
	case err != nil:
		return nil, fmt.Errorf("configure target: base URL does not parse") // url's own error repeats the URL, password included
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return nil, fmt.Errorf("configure target: base URL must begin with http:// or https:// and name a host, like http://box:8000/v1")
	case u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("configure target: base URL must not hold a query or a fragment")
	case cfg.Model == "":
		return nil, fmt.Errorf("configure target: no model")
	}
	key := strings.TrimSpace(cfg.Key)
	if strings.ContainsFunc(key, func(r rune) bool { return r < 0x20 || r == 0x7f }) {
		return nil, fmt.Errorf("configure target: key holds control characters")
	}
	c := &Client{model: cfg.Model, http: cfg.HTTP, stream: !cfg.NoStream, idle: cfg.IdleTimeout, now: cfg.Now}
	hidden := []string{key}
	if u.User != nil {
		pass, _ := u.User.Password()
		basic := base64.StdEncoding.EncodeToString([]byte(u.User.Username() + ":" + pass))
		hidden = append(hidden, pass, basic)
		c.authorization = "Basic " + basic
		u.User = nil
	}
	if key != "" {
		c.authorization = "Bearer " + key
	}
	c.secrets = mask(hidden)
	c.long = !slices.ContainsFunc(hidden, func(s string) bool { return s != "" && len(s) < leastSecret })
	c.base = strings.TrimSuffix(strings.TrimRight(u.String(), "/"), "/chat/completions")
	if c.now == nil {
		c.now = time.Now
	}
	if c.http == nil {
		c.pool = pooled(c.now)
		c.http = &http.Client{Transport: c.pool, CheckRedirect: samePost}
	}
	return c, nil
}

// Close closes the idle connections of the client's own pool. The client may be used again.
func (c *Client) Close() {
	if c.pool != nil {
		c.pool.CloseIdleConnections()
	}
}

// Chat asks and waits for the whole answer.
//
//  1. The answer is whole when a finish reason came, "length" and "content_filter" included; Reply.Finish keeps it. An answer that is
//     not whole comes with an error, and the Reply then holds what did arrive: text so far, clock, chunks.
//  2. Every error is an [*Error].
//  3. Nothing is tried again but one thing: a request that the server refuses with 400 or 422 while naming one of its optional
//     parameters goes out again without that parameter, which the client leaves out from then on and Reply.Dropped names. The clock
//     is that of the last request.
func (c *Client) Chat(ctx context.Context, r Request) (Reply, error) {
	if err := check(r); err != nil {
		return Reply{}, err
	}
	for {
		tried := params(c.refused.Load())
		reply, err := c.ask(ctx, r, tried)
		if err == nil {
			return reply, nil
		}
		refused := tried.learn(err, c.sent(r, tried))
		if refused == tried {
			if e, ok := asError(err); ok && len(r.Tools) > 0 && toolless(e) {
				e.Kind = NoTools
			}
			return reply, err
		}
		for now := c.refused.Load(); !c.refused.CompareAndSwap(now, now|uint32(refused)); now = c.refused.Load() {
		}
	}
}

func check(r Request) *Error {
	switch {
	case len(r.Messages) == 0:
		return &Error{Kind: Rejected, Message: "send request: no messages"}
	case r.Temperature != nil && (math.IsNaN(*r.Temperature) || math.IsInf(*r.Temperature, 0)):
		return &Error{Kind: Rejected, Message: "send request: temperature is not a number"}
	case r.Schema != nil && !json.Valid(r.Schema):
		return &Error{Kind: Rejected, Message: "send request: the schema is not JSON"}
	case slices.ContainsFunc(r.Tools, func(t Tool) bool { return t.Name == "" || !json.Valid(t.Parameters) }):
		return &Error{Kind: Rejected, Message: "send request: a tool lacks a name, or its parameters are not JSON"}
	}
	return nil
}

// pooled makes a transport for thousands of streams to one server: HTTP/1.1, so that each stream has a socket of its own; no
// compression, which would hold tokens back; and room to keep every connection.
func pooled(now func() time.Time) *http.Transport {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	dialer := &net.Dialer{Timeout: 30 * time.Second, KeepAlive: 15 * time.Second}
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		Protocols:           protocols,
		DisableCompression:  true,
		MaxIdleConnsPerHost: 16384,
		IdleConnTimeout:     90 * time.Second,
		TLSHandshakeTimeout: 15 * time.Second,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := dialer.DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			return &socket{Conn: conn, now: now}, nil
		},
	}
}

// samePost follows a redirect only where the POST stays a POST; anything else would ask another question.
func samePost(req *http.Request, via []*http.Request) error {
	if req.Method != via[0].Method || len(via) > 3 {
		return http.ErrUseLastResponse
	}
	return nil
}
