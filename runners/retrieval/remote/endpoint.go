// Package remote asks servers for JSON: with patience while they are busy or away, within limits, and without letting a credential
// into an error or to another host.
package remote

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/viva-eval/viva/runners"
)

// defaultReply is the most bytes of a reply: a large batch of long vectors takes tens of MiB.
const defaultReply = 256 << 20

// leastReply is how much of a reply is read whatever the limit is, so that an error is told whole before it is masked and shortened.
const leastReply = 64 << 10

// Access is what must be known of a server. Only Op and Address are needed.
type Access struct {
	Op      string // what it is asked for, for errors: "embed texts"
	Address string // user and password in it become basic authentication
	Query   bool   // the address may hold a query
	Bearer  string // a key
	Basic   string // "user:password"
	Headers map[string]string
	// Secrets are further texts that no error may show. Those of the fields above are hidden anyway.
	Secrets  []string
	Timeout  time.Duration // of one request; 0: a minute
	Attempts int           // requests that an answer may cost while the server is busy or away; 0: 4
	MaxBytes int64         // of a reply; 0: 256 MiB
	Client   *http.Client  // nil: one of our own
}

// Endpoint is a server with its key and the patience for it. It is safe for concurrent use.
type Endpoint struct {
	op            string
	url           url.URL // without user info
	authorization string
	headers       http.Header
	secrets       *strings.Replacer
	http          *http.Client
	timeout       time.Duration
	attempts      int
	maxBytes      int64
	patience      runners.Patience
}

// New checks how a server is reached. Nothing is sent. The error is a [ConfigError].
func New(a Access) (*Endpoint, error) {
	u, err := url.Parse(strings.TrimSpace(a.Address))
	switch {
	case strings.TrimSpace(a.Address) == "":
		return nil, Misconfigured("%s: no address", a.Op)
	case err != nil:
		return nil, Misconfigured("%s: the address does not parse", a.Op) // url's own error repeats it, password included
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return nil, Misconfigured("%s: the address must begin with http:// or https:// and name a host, like http://box:8080/v1", a.Op)
	case u.Fragment != "" || u.RawQuery != "" && !a.Query:
		return nil, Misconfigured("%s: the address must not hold %s", a.Op, map[bool]string{true: "a fragment", false: "a query or a fragment"}[a.Query])
	case a.Timeout < 0 || a.Attempts < 0 || a.MaxBytes < 0:
		return nil, Misconfigured("%s: timeout, attempts and max_bytes must not be negative", a.Op)
	}
	e := &Endpoint{op: a.Op, http: a.Client, timeout: a.Timeout, attempts: a.Attempts, maxBytes: a.MaxBytes}
	if e.timeout == 0 {
		e.timeout = time.Minute
	}
	if e.attempts == 0 {
		e.attempts = 4
	}
	if e.maxBytes == 0 {
		e.maxBytes = defaultReply
	}
	if err := e.authorize(a, u); err != nil {
		return nil, err
	}
	e.url = *u
	if e.http == nil { // the default transport keeps two connections a host, and would open a new one for most questions
		e.http = &http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: 64,
			IdleConnTimeout: 90 * time.Second, TLSHandshakeTimeout: 15 * time.Second}}
	}
	client := *e.http
	client.CheckRedirect = e.follow
	e.http = &client
	return e, nil
}

// authorize takes up the headers and credentials, and takes those out of the address.
func (e *Endpoint) authorize(a Access, u *url.URL) error {
	bearer, basic := strings.TrimSpace(a.Bearer), strings.TrimSpace(a.Basic)
	hidden := append([]string{bearer}, a.Secrets...)
	if u.User != nil {
		pass, _ := u.User.Password()
		if basic == "" {
			basic = u.User.Username() + ":" + pass
		}
		hidden = append(hidden, pass)
		u.User = nil
	} else if bearer != "" && basic != "" {
		return Misconfigured("%s: both a bearer token and a password are named: choose one", a.Op)
	}
	if basic != "" {
		_, pass, ok := strings.Cut(basic, ":")
		if !ok {
			return Misconfigured("%s: basic must be written as user:password", a.Op)
		}
		encoded := base64.StdEncoding.EncodeToString([]byte(basic))
		hidden = append(hidden, basic, pass, encoded)
		e.authorization = "Basic " + encoded
	}
	if bearer != "" {
		e.authorization = "Bearer " + bearer
	}
	if strings.ContainsFunc(bearer+basic, control) {
		return Misconfigured("%s: the key holds control characters", a.Op)
	}
	e.headers = http.Header{"Accept": {"application/json"}}
	for name, value := range a.Headers {
		if value = strings.TrimSpace(value); name == "" || strings.ContainsFunc(name, notToken) || strings.ContainsFunc(value, control) {
			return Misconfigured("%s: %q cannot be a header, or its value holds control characters", a.Op, name)
		}
		switch http.CanonicalHeaderKey(name) {
		case "Host", "Content-Length", "Transfer-Encoding", "Connection":
			return Misconfigured("%s: the header %s cannot be set", a.Op, name)
		case "Authorization":
			if e.authorization != "" {
				return Misconfigured("%s: both a key and a header Authorization are named: choose one", a.Op)
			}
			if _, key, ok := strings.Cut(value, " "); ok {
				hidden = append(hidden, key)
			}
		}
		e.headers.Set(name, value)
		if len(value) >= 8 && http.CanonicalHeaderKey(name) != "Accept" { // shorter ones stand in messages by chance
			hidden = append(hidden, value)
		}
	}
	e.secrets = mask(hidden)
	return nil
}

func control(r rune) bool { return r < 0x20 || r == 0x7f }

func notToken(r rune) bool {
	return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
}

// Address is where the server is, without user info.
func (e *Endpoint) Address() string { return e.url.String() }

// Host is the server's name and port.
func (e *Endpoint) Host() string { return e.url.Host }

// Close lets go of connections that wait for another question.
func (e *Endpoint) Close() error {
	e.http.CloseIdleConnections()
	return nil
}

// follow lets a redirect through that leaves the request what it is: to the same host, with the same method.
func (e *Endpoint) follow(req *http.Request, via []*http.Request) error {
	if len(via) > 5 || req.Method != via[0].Method || !e.Same(req.URL) {
		return http.ErrUseLastResponse
	}
	return nil
}

// Same reports whether an address is of the same server, spoken to in the same way: the only kind that is given its key.
func (e *Endpoint) Same(u *url.URL) bool {
	return u.Scheme == e.url.Scheme && strings.EqualFold(u.Host, e.url.Host)
}

// mask hides secrets as they are and as they look inside a URL or JSON.
func mask(secrets []string) *strings.Replacer {
	var pairs []string
	for _, s := range secrets {
		if s == "" {
			continue
		}
		quoted, _ := json.Marshal(s)
		for _, form := range []string{s, url.QueryEscape(s), url.PathEscape(s), string(quoted[1 : len(quoted)-1])} {
			pairs = append(pairs, form, "[key]")
		}
	}
	return strings.NewReplacer(pairs...)
}

// Persist calls ask, which sends one request, with the patience of a runner. The error is that of ctx or the last call's.
func (e *Endpoint) Persist(ctx context.Context, ask func(context.Context) error) error {
	_, err := e.patience.Ask(ctx, e.attempts, func(ctx context.Context, _ time.Time) error {
		ctx, cancel := context.WithTimeout(ctx, e.timeout)
		defer cancel()
		err := ask(ctx)
		var s *ServerError
		if !errors.As(err, &s) {
			return err
		}
		return &runners.AskError{Status: runners.Failed, Temporary: s.temporary, Unreachable: s.unreachable, RetryAfter: s.RetryAfter, Err: err}
	})
	var failure *runners.AskError
	if errors.As(err, &failure) {
		return failure.Err
	}
	return err
}

// Request is one that is sent as often as it takes.
type Request struct {
	Method string // empty: GET
	URL    string // of the same server; empty: the endpoint's address
	Body   []byte
	Type   string // of the body
}

// Send sends a request and returns the reply's body, asking again while that helps.
func (e *Endpoint) Send(ctx context.Context, r Request) (reply []byte, err error) {
	u := &e.url
	if r.URL != "" {
		if u, err = url.Parse(r.URL); err != nil || !e.Same(u) {
			return nil, e.Malformed("the request would go to another host")
		}
		u.User = nil
	}
	err = e.Persist(ctx, func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, r.Method, u.String(), bytes.NewReader(r.Body))
		if err != nil {
			return e.Malformed("the request cannot be made")
		}
		if r.Type != "" {
			req.Header.Set("Content-Type", r.Type)
		}
		reply, err = e.Exchange(req)
		return err
	})
	return reply, err
}

// Post sends a value as JSON and returns the reply's body, asking again while that helps.
func (e *Endpoint) Post(ctx context.Context, value any) ([]byte, error) {
	body, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.op, err)
	}
	return e.Send(ctx, Request{Method: http.MethodPost, Body: body, Type: "application/json"})
}

// Exchange sends one request and reads the whole reply, whose status must be one of success. Every error is a [ServerError].
func (e *Endpoint) Exchange(req *http.Request) ([]byte, error) {
	for name, values := range e.headers {
		req.Header[name] = values
	}
	if e.authorization != "" {
		req.Header.Set("Authorization", e.authorization)
	}
	req.Header["Idempotency-Key"] = nil // lets net/http replay a POST that a closing connection swallowed, and sends nothing
	resp, err := e.http.Do(req)
	if err != nil {
		return nil, e.broken(req.Context(), err)
	}
	defer resp.Body.Close()
	reply, err := io.ReadAll(io.LimitReader(resp.Body, max(e.maxBytes, leastReply)+1))
	switch {
	case err != nil:
		return nil, e.broken(req.Context(), err)
	case resp.StatusCode/100 != 2:
		return nil, e.refused(resp, reply)
	case int64(len(reply)) > e.maxBytes:
		return nil, e.Malformed("the reply is longer than %d bytes", e.maxBytes)
	}
	return reply, nil
}

// broken makes the error of a request without a whole reply. What net/http puts around its errors, the address, is left away.
func (e *Endpoint) broken(ctx context.Context, err error) *ServerError {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return &ServerError{Op: e.op, Message: "no whole reply from " + e.url.Host + " in time"}
	}
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	return &ServerError{Op: e.op, Message: e.secrets.Replace(err.Error()), temporary: true, unreachable: true}
}

// refused makes the error of a reply with a status that is none of success.
func (e *Endpoint) refused(resp *http.Response, body []byte) *ServerError {
	s := &ServerError{Op: e.op, Status: resp.StatusCode, Message: e.Words(body), RetryAfter: retryAfter(resp.Header, time.Now())}
	if s.Message == "" {
		s.Message = http.StatusText(resp.StatusCode)
	}
	if to, err := resp.Location(); err == nil && resp.StatusCode/100 == 3 {
		s.Message = e.secrets.Replace("it redirects to " + to.Scheme + "://" + to.Host + ", which is not followed")
	}
	s.temporary = resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode >= 500
	s.unreachable = resp.StatusCode >= 500 && s.RetryAfter == 0 // one that names a time is there
	return s
}

// Malformed makes the error of a reply that is not what the server promises.
func (e *Endpoint) Malformed(format string, args ...any) *ServerError {
	return &ServerError{Op: e.op, Message: e.secrets.Replace(fmt.Sprintf(format, args...)), malformed: true}
}

// Words is [Words] without the secrets, which are taken out before the text is shortened, lest half a key be left.
func (e *Endpoint) Words(body []byte) string { return Words([]byte(e.secrets.Replace(string(body)))) }

// retryAfter reads Retry-After, in seconds or as a date, and the finer Retry-After-Ms.
func retryAfter(h http.Header, now time.Time) time.Duration {
	const most = 24 * time.Hour
	unit, said := time.Millisecond, strings.TrimSpace(h.Get("Retry-After-Ms"))
	if said == "" {
		unit, said = time.Second, strings.TrimSpace(h.Get("Retry-After"))
	}
	if n, err := strconv.ParseFloat(said, 64); err == nil && n > 0 {
		return time.Duration(math.Min(n*float64(unit), float64(most)))
	}
	if at, err := http.ParseTime(said); err == nil {
		return min(max(at.Sub(now), 0), most)
	}
	return 0
}
