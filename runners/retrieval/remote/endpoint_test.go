package remote

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start gives a server and an endpoint before it.
func start(t *testing.T, a Access, handle http.HandlerFunc) (*httptest.Server, *Endpoint) {
	t.Helper()
	s := httptest.NewServer(handle)
	t.Cleanup(s.Close)
	a.Op, a.Address = "ask crm", strings.Replace(s.URL, "://", "://"+a.Address, 1)
	e, err := New(a)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return s, e
}

func TestCredentials(t *testing.T) {
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte("ada:pass word"))
	for _, c := range []struct {
		access Access // its address is user info
		want   string
	}{
		{Access{}, ""},
		{Access{Bearer: " tok-en "}, "Bearer tok-en"},
		{Access{Basic: "ada:pass word"}, basic},
		{Access{Address: "ada:pass%20word@"}, basic},
		{Access{Headers: map[string]string{"authorization": "ApiKey abc"}}, "ApiKey abc"},
	} {
		var got atomic.Value
		_, e := start(t, c.access, func(w http.ResponseWriter, r *http.Request) {
			got.Store(r.Header.Get("Authorization") + "|" + r.Header.Get("X-Team"))
			fmt.Fprint(w, "{}")
		})
		e.headers.Set("X-Team", "sales")
		if _, err := e.Send(t.Context(), Request{}); err != nil || got.Load() != c.want+"|sales" {
			t.Errorf("%+v: %v: sent %v", c.access, err, got.Load())
		}
	}
}

func TestConfigErrors(t *testing.T) {
	for _, c := range []struct {
		access Access
		says   string
	}{
		{Access{}, "no address"},
		{Access{Address: "http://ada:secret@[::1"}, "does not parse"},
		{Access{Address: "ftp://box/secret"}, "must begin with http"},
		{Access{Address: "http:///x"}, "name a host"},
		{Access{Address: "http://box/?q=1"}, "query or a fragment"},
		{Access{Address: "http://box/?q=1#x", Query: true}, "a fragment"},
		{Access{Address: "http://box", Timeout: -1}, "negative"},
		{Access{Address: "http://box", MaxBytes: -1}, "negative"},
		{Access{Address: "http://box", Bearer: "a", Basic: "b:c"}, "choose one"},
		{Access{Address: "http://box", Bearer: "a", Headers: map[string]string{"Authorization": "secret"}}, "choose one"},
		{Access{Address: "http://box", Basic: "secret"}, "user:password"},
		{Access{Address: "http://box", Bearer: "se\r\ncret"}, "control characters"},
		{Access{Address: "http://box", Headers: map[string]string{"X": "se\r\ncret: 1"}}, "control characters"},
		{Access{Address: "http://box", Headers: map[string]string{"X: Y": "secret"}}, "cannot be a header"},
		{Access{Address: "http://box", Headers: map[string]string{"host": "secret"}}, "cannot be set"},
	} {
		c.access.Op = "ask crm"
		_, err := New(c.access)
		if !errors.As(err, new(*ConfigError)) || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%+v: %v, want an error that says %q", c.access, err, c.says)
		}
	}
}

// The key goes to one host, over one scheme, and a redirect must leave the request what it is.
func TestRedirects(t *testing.T) {
	var leaked atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { leaked.Add(1) }))
	defer other.Close()
	_, e := start(t, Access{Bearer: "sesame-open"}, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/here":
			http.Redirect(w, r, "/found", http.StatusFound)
		case "/keep":
			http.Redirect(w, r, "/found", http.StatusTemporaryRedirect)
		case "/away":
			http.Redirect(w, r, other.URL+"/sesame-open", http.StatusTemporaryRedirect)
		case "/scheme":
			http.Redirect(w, r, "https://"+r.Host+"/", http.StatusFound)
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/found":
			body, _ := io.ReadAll(r.Body)
			fmt.Fprintf(w, "%s %s %s", r.Method, r.Header.Get("Authorization"), body)
		}
	})
	for _, c := range []struct{ method, path, want string }{
		{"GET", "/here", "GET Bearer sesame-open "},
		{"POST", "/keep", "POST Bearer sesame-open x"},
		{"POST", "/here", "is not followed (HTTP 302)"},
		{"GET", "/away", "redirects to " + other.URL + ", which is not followed (HTTP 307)"},
		{"GET", "/scheme", "which is not followed (HTTP 302)"},
		{"GET", "/loop", "which is not followed (HTTP 302)"},
	} {
		r := Request{Method: c.method, URL: e.Address() + c.path}
		if c.method == "POST" {
			r.Body = []byte("x")
		}
		reply, err := e.Send(t.Context(), r)
		if got := string(reply) + fmt.Sprint(err); !strings.Contains(got, c.want) {
			t.Errorf("%s %s: %q, want %q", c.method, c.path, got, c.want)
		}
	}
	for _, away := range []string{other.URL, "http://" + e.Host() + "@evil/", "https://" + e.Host(), "//x", "%zz"} {
		if _, err := e.Send(t.Context(), Request{URL: away}); err == nil || !strings.Contains(err.Error(), "another host") {
			t.Errorf("%s: %v", away, err)
		}
	}
	if leaked.Load() > 0 {
		t.Error("another host was asked")
	}
}

func TestRepliesAndPatience(t *testing.T) {
	var asked atomic.Int64
	_, e := start(t, Access{Bearer: "sesame-open", Secrets: []string{`odoo "key"`}, MaxBytes: 20, Attempts: 3}, func(w http.ResponseWriter, r *http.Request) {
		n := asked.Add(1)
		switch r.URL.Path {
		case "/busy":
			if n < 3 {
				w.Header().Set("Retry-After-Ms", "1")
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			w.WriteHeader(http.StatusCreated)
		case "/long":
			fmt.Fprint(w, strings.Repeat("x", 21))
		case "/denied":
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprint(w, `{"message":"token sesame-open, key odoo \"key\" is not known"}`)
		case "/hang":
			<-r.Context().Done()
		}
	})
	for _, c := range []struct {
		path, want string
		asked      int64
		refused    bool
	}{
		{"/busy", "<nil>", 3, false}, {"/long", "longer than 20 bytes", 1, true},
		{"/denied", "ask crm: token [key], key [key] is not known (HTTP 401)", 1, true},
	} {
		asked.Store(0)
		_, err := e.Send(t.Context(), Request{URL: e.Address() + c.path})
		if !strings.Contains(fmt.Sprint(err), c.want) || asked.Load() != c.asked || errors.As(Refused(err), new(*ConfigError)) != c.refused {
			t.Errorf("%s: %v after %d requests", c.path, err, asked.Load())
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := e.Send(ctx, Request{URL: e.Address() + "/hang"}); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	e.timeout = 20 * time.Millisecond
	if _, err := e.Send(t.Context(), Request{URL: e.Address() + "/hang"}); err == nil || !strings.Contains(err.Error(), "in time") || strings.Contains(err.Error(), "hang") {
		t.Error(err)
	}
}

func TestWords(t *testing.T) {
	for body, want := range map[string]string{
		`{"error":{"message":"too long","type":"x"}}`:   "too long",
		`{"error":"Input validation","error_type":"x"}`: "Input validation",
		`{"object":"error","message":"no model"}`:       "no model",
		`{"detail":[{"loc":["body"],"msg":"missing"}]}`: `[{"loc":["body"],"msg":"missing"}]`,
		" plain\n\ttext ":        "plain text",
		"":                       "",
		strings.Repeat("年", 200): strings.Repeat("年", 100) + "…",
		`{"error":null,"message":"said otherwise"}`:                       "said otherwise",
		`{"error":{"error":{"message":"wrapped in two"}}}`:                "wrapped in two",
		`[{"message":"unexpected token","errorCode":"MALFORMED_SEARCH"}]`: "unexpected token",
		`[1,2]`: "[1,2]", `[]`: "[]", `{}`: "{}", "null": "null",
		`{"error":{"code":200,"message":"Odoo Server Error","data":{"message":"Access Denied"}}}`: "Odoo Server Error: Access Denied",
		`{"error":{"code":"005056","message":{"lang":"en","value":"Resource not found"}}}`:        "Resource not found",
	} {
		if got := Words([]byte(body)); got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name, value string
		want        time.Duration
	}{
		{"Retry-After", "2", 2 * time.Second}, {"Retry-After", "0.5", 500 * time.Millisecond}, {"Retry-After", "-1", 0}, {"Retry-After", "soon", 0},
		{"Retry-After", "Tue, 24 Nov 2026 08:00:07 GMT", 7 * time.Second}, {"Retry-After", "Tue, 24 Nov 2026 07:00:00 GMT", 0},
		{"Retry-After-Ms", "30", 30 * time.Millisecond}, {"Retry-After", "1e300", 24 * time.Hour}, {"Retry-After", "NaN", 0}, {"X-Other", "3", 0},
	} {
		if got := retryAfter(map[string][]string{c.name: {c.value}}, now); got != c.want {
			t.Errorf("%s: %s gives %v, want %v", c.name, c.value, got, c.want)
		}
	}
}
