package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Kind says what went wrong, in terms of what one could do about it.
type Kind uint8

const (
	_            Kind = iota
	Unreachable       // no response: refused, unresolved, or the connection broke before one
	TimedOut          // the context's deadline or the idle time passed, or the server said 408
	RateLimited       // 429
	ServerError       // 5xx
	Rejected          // the request itself: any other 4xx, a redirect, or refused before it was sent
	InStream          // an error told inside a 200 response
	CutShort          // the reply ended without a finish reason
	Malformed         // what came is no chat completion: HTML, broken JSON, an event past the cap
	Canceled          // the context was cancelled
	Unauthorized      // 401 or 403
	NoTools           // the server, or the model's template, cannot do with the tools it was offered
)

var kinds = [...]string{"", "unreachable", "timed out", "rate limited", "server error", "rejected", "in-stream error", "cut short",
	"malformed", "cancelled", "unauthorized", "tools refused"}

func (k Kind) String() string {
	if int(k) < len(kinds) {
		return kinds[k]
	}
	return "kind " + strconv.Itoa(int(k))
}

// Error is every failure of [Client.Chat]. Its texts never hold the key: where a server echoes it, it is masked.
type Error struct {
	Kind       Kind
	Status     int           // HTTP status; 0: no response
	Message    string        // verb noun: cause, with the server's own words
	RetryAfter time.Duration // what the server asked for by Retry-After, at most a day; 0: it did not ask

	param string // the parameter that the server's error names in its own field
	body  string // the server's words, where parameters are looked for
	err   error
}

func (e *Error) Error() string {
	if e.Status != 0 {
		return fmt.Sprintf("%s (%s, HTTP %d)", e.Message, e.Kind, e.Status)
	}
	return fmt.Sprintf("%s (%s)", e.Message, e.Kind)
}

// Unwrap gives the error of the transport or the context, if there is one.
func (e *Error) Unwrap() error { return e.err }

// mask hides the secrets in any text, as they are and as they look inside a URL or JSON.
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

// hide masks the secrets in a server's words. It comes before they are shortened, lest half a key be left.
func (c *Client) hide(b []byte) []byte { return []byte(c.secrets.Replace(string(b))) }

// leastSecret is the length from which a secret is masked in answers too. A shorter one could be an ordinary word of them.
const leastSecret = 12

// unsaid masks the secrets in an answer. Answers are kept and printed, and an echoing proxy is no reason to keep a key.
func (c *Client) unsaid(s string) string {
	if !c.long {
		return s
	}
	return c.secrets.Replace(s)
}

// failure makes the Error of a response whose status is not 2xx.
func (c *Client) failure(status int, header http.Header, body []byte) *Error {
	said := serverError(c.hide(body))
	e := &Error{Status: status, RetryAfter: retryAfter(header, c.now()), param: serverError(body).param, body: string(body)}
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		e.Kind = Unauthorized
	case status == http.StatusRequestTimeout:
		e.Kind = TimedOut
	case status == http.StatusTooManyRequests:
		e.Kind = RateLimited
	case status >= 500:
		e.Kind = ServerError
	default:
		e.Kind = Rejected
	}
	e.Message = "ask server: " + said.text(http.StatusText(status))
	if to := header.Get("Location"); status/100 == 3 && to != "" {
		e.Message = "ask server: redirected to " + bare(to)
	}
	return e
}

// bare takes user info and query from a URL.
func bare(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return "a URL that does not parse"
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String()
}

// retryAfter reads Retry-After, in seconds or as an HTTP date, and the finer retry-after-ms.
func retryAfter(h http.Header, now time.Time) time.Duration {
	const most = 24 * time.Hour
	wait := time.Duration(0)
	if ms, err := strconv.ParseFloat(strings.TrimSpace(h.Get("Retry-After-Ms")), 64); err == nil {
		wait = scale(ms, time.Millisecond, most)
	} else if s := strings.TrimSpace(h.Get("Retry-After")); s == "" {
		return 0
	} else if sec, err := strconv.ParseFloat(s, 64); err == nil {
		wait = scale(sec, time.Second, most)
	} else if at, err := http.ParseTime(s); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), most)
}

func scale(x float64, unit, most time.Duration) time.Duration {
	if !(x > 0) { // NaN too
		return 0
	}
	if x > float64(most/unit) {
		return most
	}
	return time.Duration(x * float64(unit))
}

// said is an error in a server's words.
type said struct{ message, kind, code, param string }

func (s said) text(otherwise string) string {
	var parts []string
	for _, p := range []string{s.message, s.kind, s.code} {
		if p != "" && (len(parts) == 0 || !strings.Contains(parts[0], p)) {
			parts = append(parts, p)
		}
	}
	switch len(parts) {
	case 0:
		return otherwise
	case 1:
		return parts[0]
	}
	return parts[0] + " [" + strings.Join(parts[1:], ", ") + "]"
}

// serverError reads the shapes in which servers tell errors: {"error":{…}} (OpenAI), {"error":"…"} (Ollama, TGI),
// {"object":"error",…} (vLLM), {"detail":…} (FastAPI), {"message":…}; and falls back to a snippet of the text.
func serverError(body []byte) said {
	var doc struct {
		Error, Detail, Message, Type, Code, Param json.RawMessage
	}
	if json.Unmarshal(body, &doc) != nil {
		return said{message: snippet(body)}
	}
	s := said{message: plain(doc.Message), kind: plain(doc.Type), code: plain(doc.Code), param: plain(doc.Param)}
	if len(doc.Error) > 0 && doc.Error[0] == '{' {
		inner := serverError(doc.Error)
		if inner.message != "" {
			return inner
		}
	}
	if m := plain(doc.Error); m != "" {
		s.kind, s.message = s.message, m
	}
	if s.message == "" {
		s.message = plain(doc.Detail)
	}
	if s.message == "" {
		s.message = snippet(body)
	}
	return s
}

// plain renders a JSON value for people: a string without quotes, null as nothing, all else as a snippet of its JSON.
func plain(raw json.RawMessage) string {
	var s string
	if len(raw) == 0 || string(raw) == "null" {
		return ""
	}
	if json.Unmarshal(raw, &s) != nil {
		return snippet(raw)
	}
	return snippet([]byte(s))
}

// snippet is the head of a foreign text on one line.
func snippet(b []byte) string {
	const most = 300
	more := ""
	if len(b) > 4*most {
		b = b[:4*most]
		more = "…"
	}
	s := strings.Join(strings.Fields(strings.ToValidUTF8(string(b), "\uFFFD")), " ")
	if len(s) > most {
		cut := most
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		return s[:cut] + "…"
	}
	return s + more
}

// asError finds the Error that the doer or the body returned through go-openai.
func asError(err error) (*Error, bool) {
	var e *Error
	return e, errors.As(err, &e)
}
