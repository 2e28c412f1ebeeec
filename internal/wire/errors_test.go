package wire

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestStatuses(t *testing.T) {
	for _, row := range []struct {
		why    string
		status int
		header string
		body   string
		kind   Kind
		says   string
		after  time.Duration
	}{
		{"limited, in seconds", 429, "Retry-After: 7\r\n", `{"error":{"message":"slow down","type":"rate_limit_error"}}`, RateLimited, "slow down [rate_limit_error]", 7 * time.Second},
		{"limited, with a fraction", 429, "Retry-After: 0.5\r\n", ``, RateLimited, "Too Many Requests", 500 * ms},
		{"limited, in milliseconds", 429, "Retry-After: 7\r\nRetry-After-Ms: 250\r\n", ``, RateLimited, "", 250 * ms},
		{"limited, no date and no figure", 429, "Retry-After: soon\r\n", ``, RateLimited, "", 0},
		{"limited, in the past", 429, "Retry-After: -3\r\n", ``, RateLimited, "", 0},
		{"limited for ever", 429, "Retry-After: 1e300\r\n", ``, RateLimited, "", 24 * time.Hour},
		{"limited, not a number", 429, "Retry-After: NaN\r\n", ``, RateLimited, "", 0},
		{"overloaded, until a date", 503, "Retry-After: Sun, 09 Sep 2001 01:47:10 GMT\r\n", `{"error":"model is loading"}`, ServerError, "model is loading", 30 * time.Second},
		{"a page", 502, "", "<html>\n <h1>Bad   Gateway</h1>", ServerError, "<h1>Bad Gateway</h1>", 0},
		{"FastAPI", 404, "", `{"detail":"Not Found"}`, Rejected, "Not Found", 0},
		{"vLLM", 404, "", `{"object":"error","message":"The model m does not exist.","type":"NotFoundError","param":null,"code":404}`, Rejected, "does not exist. [NotFoundError, 404]", 0},
		{"key refused", 401, "", `{"error":{"message":"Incorrect API key provided: sk-s3cret"}}`, Unauthorized, "provided: [key]", 0},
		{"forbidden", 403, "", ``, Unauthorized, "Forbidden", 0},
		{"timed out over there", 408, "", ``, TimedOut, "Request Timeout", 0},
		{"too large", 413, "", strings.Repeat("三", 5000), Rejected, "三…", 0},
		{"nothing to say", 500, "", `{}`, ServerError, "{}", 0},
		{"no status that anyone knows", 599, "", "", ServerError, "HTTP 599", 0},
	} {
		base := serve(t, func(c *conn) bool { c.whole(row.status, row.header, row.body); return true })
		now := func() time.Time { return time.Unix(1_000_000_000, 0) }
		c := client(t, base, func(cfg *Config) { cfg.Key, cfg.Now = "sk-s3cret", now })
		r, err := c.Chat(t.Context(), question())
		e, ok := asError(err)
		if !ok || e.Kind != row.kind || e.Status != row.status || r.Status != row.status || e.RetryAfter != row.after {
			t.Errorf("%s: %v, wait %v", row.why, err, e.RetryAfter)
			continue
		}
		if !strings.Contains(e.Error(), row.says) || len(e.Error()) > 1500 {
			t.Errorf("%s: %q does not say %q", row.why, e, row.says)
		}
	}
}

// TestSecrets: whatever the server echoes and wherever it fails, neither the key nor the URL's password is told.
func TestSecrets(t *testing.T) {
	const key, user, pass = `sk-"s3cret/+`, "ann", "p%40ss"
	var auth atomic.Value
	scripts := map[string]func(c *conn) bool{
		"echoed in an error":       func(c *conn) bool { c.whole(400, "", `{"error":{"message":`+fmt.Sprintf("%q", key)+`}}`); return true },
		"echoed as raw JSON":       func(c *conn) bool { c.whole(400, "", `{"headers":`+fmt.Sprintf("%q", key)+`}`); return true },
		"echoed in a page":         func(c *conn) bool { c.whole(200, "", `<html>`+key); return true },
		"echoed in a stream":       func(c *conn) bool { c.begin(); c.chunk(sse("oops " + key)); c.end(); return true },
		"echoed in a stream error": func(c *conn) bool { c.begin(); c.chunk("error: " + key + "\n\n"); c.end(); return true },
		"echoed in a redirect":     func(c *conn) bool { c.whole(302, "Location: http://x/?"+key+"\r\n", ""); return true },
		"echoed instead of HTTP":   func(c *conn) bool { c.put("x " + key + "\r\n"); return false },
		"echoed where it is cut":   func(c *conn) bool { c.whole(400, "", strings.Repeat("x", 293)+key); return true },
		"cut in a page":            func(c *conn) bool { c.whole(200, "", "<"+strings.Repeat("x", 292)+key); return true },
		"cut in a stream":          func(c *conn) bool { c.begin(); c.chunk(sse(strings.Repeat("x", 293) + key)); c.end(); return true },
		"closed":                   func(c *conn) bool { return false },
		"the password decoded":     func(c *conn) bool { c.whole(400, "", "p@ss"); return true },
	}
	for why, script := range scripts {
		for _, k := range []string{key, ""} {
			base := serve(t, func(c *conn) bool { auth.Store(c.head.Get("Authorization")); return script(c) })
			c := client(t, strings.Replace(base, "http://", "http://"+user+":"+pass+"@", 1), func(cfg *Config) { cfg.Key = k })
			_, err := c.Chat(t.Context(), question())
			if err == nil {
				t.Errorf("%s: no error", why)
				continue
			}
			for _, secret := range []string{"s3", "p@ss", pass, "YW5u"} {
				if strings.Contains(err.Error(), secret) && (k != "" || secret != "s3") {
					t.Errorf("%s: %q tells %q", why, err, secret)
				}
			}
			if want := map[bool]string{true: "Bearer " + key, false: "Basic YW5uOnBAc3M="}[k != ""]; auth.Load() != want {
				t.Errorf("%s: sent %q, want %q", why, auth.Load(), want)
			}
		}
	}
}

func TestKinds(t *testing.T) {
	seen := map[string]bool{}
	for k := Unreachable; k <= Unauthorized; k++ {
		if s := k.String(); s == "" || seen[s] {
			t.Errorf("kind %d is called %q", k, s)
		} else {
			seen[s] = true
		}
	}
	if Kind(99).String() != "kind 99" {
		t.Error(Kind(99))
	}
}

func FuzzServerError(f *testing.F) {
	for _, s := range []string{`{"error":{"message":"x","type":"t","code":1}}`, `{"error":"x"}`, `{"object":"error","message":"x"}`, `{"detail":[{"loc":["a"]}]}`, `{"error":{"error":{"error":1}}}`, "三<html>", "", "[1]", "null"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if s := serverError(body).text("nothing"); len(s) > 4000 {
			t.Errorf("%d bytes", len(s))
		}
	})
}

func FuzzRetryAfter(f *testing.F) {
	f.Add("7", "")
	f.Add("Sun, 09 Sep 2001 01:47:10 GMT", "1.5")
	f.Fuzz(func(t *testing.T, after, afterMs string) {
		h := http.Header{"Retry-After": {after}, "Retry-After-Ms": {afterMs}}
		if d := retryAfter(h, time.Unix(1e9, 0)); d < 0 || d > 24*time.Hour {
			t.Errorf("%q, %q: %v", after, afterMs, d)
		}
	})
}
