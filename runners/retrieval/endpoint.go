package retrieval

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

const (
	maxReply = 256 << 20 // most bytes of a reply: a large batch of long vectors takes tens of MiB
	maxSaid  = 300       // most bytes of a server's own words in an error
)

// ServerError is a failure of an embeddings or rerank server. Its text never holds a key.
type ServerError struct {
	Op         string        // what was wanted, as in "embed texts"
	Status     int           // HTTP status; 0: no response
	Message    string        // the server's own words, or what is wrong with its reply
	RetryAfter time.Duration // how long it asks us to wait; 0: it does not say

	temporary, unreachable bool // as in [runners.AskError]
}

func (e *ServerError) Error() string {
	if e.Status != 0 {
		return fmt.Sprintf("%s: %s (HTTP %d)", e.Op, e.Message, e.Status)
	}
	return fmt.Sprintf("%s: %s", e.Op, e.Message)
}

// endpoint is one address that is asked by POST, with its key and the patience for it. It is safe for concurrent use.
type endpoint struct {
	op            string // for errors
	address       string // without user info
	host          string
	authorization string
	secrets       *strings.Replacer
	http          *http.Client
	timeout       time.Duration // of one request
	attempts      int
	patience      runners.Patience
}

// access is what all servers need to be told. Only address is needed.
type access struct {
	address, key string
	timeout      time.Duration
	attempts     int
	client       *http.Client
}

func newEndpoint(op string, a access) (*endpoint, error) {
	u, err := url.Parse(strings.TrimSpace(a.address))
	switch {
	case strings.TrimSpace(a.address) == "":
		return nil, misconfigured("%s: no address", op)
	case err != nil:
		return nil, misconfigured("%s: the address does not parse", op) // url's own error repeats it, password included
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return nil, misconfigured("%s: the address must begin with http:// or https:// and name a host, like http://box:8080/v1", op)
	case u.RawQuery != "" || u.Fragment != "":
		return nil, misconfigured("%s: the address must not hold a query or a fragment", op)
	case a.timeout < 0 || a.attempts < 0:
		return nil, misconfigured("%s: timeout and attempts must not be negative", op)
	}
	key := strings.TrimSpace(a.key)
	if strings.ContainsFunc(key, func(r rune) bool { return r < 0x20 || r == 0x7f }) {
		return nil, misconfigured("%s: the key holds control characters", op)
	}
	e := &endpoint{op: op, host: u.Host, http: a.client, timeout: or(a.timeout, time.Minute), attempts: or(a.attempts, 4)}
	hidden := []string{key}
	if u.User != nil {
		pass, _ := u.User.Password()
		basic := base64.StdEncoding.EncodeToString([]byte(u.User.Username() + ":" + pass))
		hidden = append(hidden, pass, basic)
		e.authorization = "Basic " + basic
		u.User = nil
	}
	if key != "" {
		e.authorization = "Bearer " + key
	}
	e.secrets = mask(hidden)
	e.address = strings.TrimRight(u.String(), "/")
	if e.http == nil { // the default transport keeps two connections a host, and would open a new one for most questions
		e.http = &http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: 64,
			IdleConnTimeout: 90 * time.Second, TLSHandshakeTimeout: 15 * time.Second}}
	}
	client := *e.http
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // it would make another request of a POST
	e.http = &client
	return e, nil
}

func or[T int | time.Duration](v, otherwise T) T {
	if v == 0 {
		return otherwise
	}
	return v
}

// mask hides secrets as they are and as they look inside a URL or JSON.
func mask(secrets []string) *strings.Replacer {
	var pairs []string
	for _, s := range secrets {
		if s == "" {
			continue
		}
		quoted, _ := json.Marshal(s)
		for _, form := range []string{s, url.QueryEscape(s), url.PathEscape(s), strings.Trim(string(quoted), `"`)} {
			pairs = append(pairs, form, "[key]")
		}
	}
	return strings.NewReplacer(pairs...)
}

// persist calls ask, which sends one request, with the patience of a runner. The error is that of ctx or the last call's.
func (e *endpoint) persist(ctx context.Context, ask func(context.Context) error) error {
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

// post sends a body as JSON and returns the reply's, asking again while that helps.
func (e *endpoint) post(ctx context.Context, body any) (reply []byte, err error) {
	payload, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.op, err)
	}
	err = e.persist(ctx, func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.address, bytes.NewReader(payload))
		if err != nil {
			return e.malformed("the request cannot be made")
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Accept", "application/json")
		reply, err = e.exchange(req)
		return err
	})
	return reply, err
}

// exchange sends one request and reads the whole reply, which must be of status 200. Every error is a [ServerError].
func (e *endpoint) exchange(req *http.Request) ([]byte, error) {
	if e.authorization != "" {
		req.Header.Set("Authorization", e.authorization)
	}
	req.Header["Idempotency-Key"] = nil // lets net/http replay a POST that a closing connection swallowed, and sends nothing
	resp, err := e.http.Do(req)
	if err != nil {
		return nil, e.broken(req.Context(), err)
	}
	defer resp.Body.Close()
	reply, err := io.ReadAll(io.LimitReader(resp.Body, maxReply+1))
	switch {
	case err != nil:
		return nil, e.broken(req.Context(), err)
	case resp.StatusCode != http.StatusOK:
		return nil, e.refused(resp, reply)
	case len(reply) > maxReply:
		return nil, e.malformed("the reply is longer than %d MiB", maxReply>>20)
	}
	return reply, nil
}

// broken makes the error of a request without a whole reply. What net/http puts around its errors, the address, is left away.
func (e *endpoint) broken(ctx context.Context, err error) *ServerError {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return &ServerError{Op: e.op, Message: "no whole reply from " + e.host + " in time"}
	}
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	return &ServerError{Op: e.op, Message: e.secrets.Replace(err.Error()), temporary: true, unreachable: true}
}

// refused makes the error of a reply with another status than 200.
func (e *endpoint) refused(resp *http.Response, body []byte) *ServerError {
	said := e.secrets.Replace(string(body)) // before it is shortened, lest half a key be left
	s := &ServerError{Op: e.op, Status: resp.StatusCode, Message: words([]byte(said)), RetryAfter: retryAfter(resp.Header, time.Now())}
	if s.Message == "" {
		s.Message = http.StatusText(resp.StatusCode)
	}
	s.temporary = resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode >= 500
	s.unreachable = resp.StatusCode >= 500 && s.RetryAfter == 0 // one that names a time is there
	return s
}

// malformed makes the error of a reply that is not what the endpoint promises.
func (e *endpoint) malformed(format string, args ...any) *ServerError {
	return &ServerError{Op: e.op, Status: 0, Message: e.secrets.Replace(fmt.Sprintf(format, args...))}
}

// words finds what a server says in the shapes of errors: {"error":{"message":…}}, {"error":…}, {"detail":…}, {"message":…}, or any text.
func words(body []byte) string {
	var doc map[string]json.RawMessage
	if json.Unmarshal(body, &doc) == nil {
		for _, name := range []string{"error", "message", "detail"} {
			if raw := doc[name]; len(raw) > 0 && string(raw) != "null" {
				return words(raw)
			}
		}
	}
	var text string
	if json.Unmarshal(body, &text) != nil {
		text = string(body)
	}
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "\uFFFD")), " ")
	if len(text) > maxSaid {
		text = strings.ToValidUTF8(text[:maxSaid], "") + "…"
	}
	return text
}

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
