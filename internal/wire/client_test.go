package wire

import (
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/viva-eval/viva/internal/prompt"
)

var plainly = sse(role, say("thirty days"), finish("stop"), done)

// answers gives the plain answer to any request.
func answers(c *conn) bool {
	c.begin()
	c.chunk(plainly)
	c.end()
	return true
}

func TestRequestBody(t *testing.T) {
	half := 0.5
	for _, row := range []struct {
		why, model string
		ask        Request
		noStream   bool
		want       string
	}{
		{"everything, and a temperature of 0 is sent", "m", question(), false,
			`{"model":"m","messages":[{"role":"user","content":"What is the notice period?"}],"stream":true,"stream_options":{"include_usage":true},"temperature":0,"max_tokens":64,"seed":7}`},
		{"nothing but the question", "m", Request{Messages: question().Messages}, false,
			`{"model":"m","messages":[{"role":"user","content":"What is the notice period?"}],"stream":true,"stream_options":{"include_usage":true}}`},
		{"not streamed", "m", Request{Messages: question().Messages, Temperature: &half}, true,
			`{"model":"m","messages":[{"role":"user","content":"What is the notice period?"}],"stream":false,"temperature":0.5}`},
		{"an alias that go-openai would check locally", "o1-\"mine\"", Request{Messages: []prompt.Message{{Role: "system", Content: "<ब>"}, {Role: "user", Content: "三"}}, MaxTokens: 9}, false,
			`{"model":"o1-\"mine\"","messages":[{"role":"system","content":"<ब>"},{"role":"user","content":"三"}],"stream":true,"stream_options":{"include_usage":true},"max_tokens":9}`},
		{"a retired model's name", "text-davinci-003", Request{Messages: question().Messages}, true,
			`{"model":"text-davinci-003","messages":[{"role":"user","content":"What is the notice period?"}],"stream":false}`},
	} {
		var got, path, auth string
		base := serve(t, func(c *conn) bool {
			got, path, auth = c.body, c.path, c.head.Get("Authorization")
			if row.noStream {
				c.whole(200, "", `{"choices":[{"message":{"content":"x"},"finish_reason":"stop"}]}`)
				return true
			}
			return answers(c)
		})
		c := client(t, base+"/", func(cfg *Config) { cfg.Model, cfg.NoStream, cfg.Key = row.model, row.noStream, " sk-123\n" })
		if _, err := c.Chat(t.Context(), row.ask); err != nil {
			t.Errorf("%s: %v", row.why, err)
		}
		var g, w any
		if err := json.Unmarshal([]byte(got), &g); err != nil {
			t.Errorf("%s: %v in %s", row.why, err, got)
		}
		json.Unmarshal([]byte(row.want), &w)
		if diff := cmp.Diff(w, g); diff != "" {
			t.Errorf("%s:\n%s", row.why, diff)
		}
		if path != "POST /v1/chat/completions" || auth != "Bearer sk-123" {
			t.Errorf("%s: %s with %q", row.why, path, auth)
		}
	}
}

func TestNew(t *testing.T) {
	for _, row := range []struct {
		why  string
		cfg  Config
		says string
	}{
		{"no URL", Config{Model: "m"}, "no base URL"},
		{"no scheme", Config{BaseURL: "box:8000/v1", Model: "m"}, "http://"},
		{"another scheme", Config{BaseURL: "ftp://box/v1", Model: "m"}, "http://"},
		{"a query would end up inside the path", Config{BaseURL: "http://box/v1?key=s3cret", Model: "m"}, "query"},
		{"url's own error repeats the password", Config{BaseURL: "http://u:s3cret@box:port/v1", Model: "m"}, "does not parse"},
		{"no model", Config{BaseURL: "http://box/v1"}, "no model"},
		{"a key over two lines", Config{BaseURL: "http://box/v1", Model: "m", Key: "s3cret\nb"}, "control characters"},
	} {
		_, err := New(row.cfg)
		if err == nil || !strings.Contains(err.Error(), row.says) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v", row.why, err)
		}
	}
	c := client(t, "http://box/v1/chat/completions/")
	if c.base != "http://box/v1" {
		t.Errorf("base %q", c.base)
	}
}

func TestNoStream(t *testing.T) {
	for _, row := range []struct {
		why, body string
		want      Reply
		kind      Kind
	}{
		{"an answer", `{"model":"qwen","choices":[{"index":0,"message":{"content":"<think>hm</think>thirty"},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":4}}`,
			Reply{Text: "thirty", Reasoning: "hm", Model: "qwen", Finish: "stop", Usage: Usage{9, 4, 0, true}, Chunks: 1, Status: 200}, 0},
		{"reasoning apart", `{"choices":[{"message":{"content":"thirty","reasoning":"hm"},"finish_reason":"length"}]}`,
			Reply{Text: "thirty", Reasoning: "hm", Finish: "length", Usage: Usage{7, 3, 1, false}, Chunks: 1, Status: 200}, 0},
		{"null content", `{"choices":[{"message":{"content":null},"finish_reason":"content_filter"}]}`,
			Reply{Finish: "content_filter", Usage: Usage{7, 0, 0, false}, Chunks: 1, Status: 200}, 0},
		{"an error with 200", `{"error":{"message":"out of memory"}}`, Reply{Usage: Usage{7, 0, 0, false}, Chunks: 1, Status: 200}, InStream},
		{"a page", `<html></html>`, Reply{Usage: Usage{7, 0, 0, false}, Status: 200}, Malformed},
		{"nothing", ``, Reply{Usage: Usage{7, 0, 0, false}, Status: 200}, CutShort},
	} {
		base := serve(t, func(c *conn) bool { c.whole(200, "Content-Type: application/json\r\n", row.body); return true })
		c := client(t, base, func(cfg *Config) { cfg.NoStream = true })
		r, err := c.Chat(t.Context(), question())
		e, _ := asError(err)
		if row.kind == 0 && err != nil || row.kind != 0 && (e == nil || e.Kind != row.kind) {
			t.Errorf("%s: error %v, want %v", row.why, err, row.kind)
		}
		if row.kind == 0 {
			ordered(t, r)
		}
		r.Clock = Clock{}
		if diff := cmp.Diff(row.want, r, cmp.AllowUnexported(Reply{})); diff != "" {
			t.Errorf("%s:\n%s", row.why, diff)
		}
	}
}

func TestNoStreamCutOff(t *testing.T) {
	base := serve(t, func(c *conn) bool {
		c.put("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"choices\":[")
		return false
	})
	_, err := client(t, base, func(cfg *Config) { cfg.NoStream = true }).Chat(t.Context(), question())
	if e, ok := asError(err); !ok || e.Kind != CutShort {
		t.Error(err)
	}
}

// TestReuse: one connection serves all, though the body's end comes a moment after [DONE]; and not where the server keeps talking.
func TestReuse(t *testing.T) {
	for _, row := range []struct {
		why   string
		after func(c *conn)
		most  int
	}{
		{"the end at once", func(c *conn) { c.end() }, 1},
		{"the end 5 ms later", func(c *conn) { time.Sleep(5 * ms); c.end() }, 1},
		{"a second [DONE], then the end", func(c *conn) { c.chunk(sse(done)); time.Sleep(2 * ms); c.end() }, 1},
		{"64 KiB more", func(c *conn) { c.chunk(strings.Repeat(": x\n", 16<<10)); c.end() }, 5},
	} {
		var mu sync.Mutex
		conns := map[net.Conn]bool{}
		base := serve(t, func(c *conn) bool {
			mu.Lock()
			conns[c.Conn] = true
			mu.Unlock()
			c.begin()
			c.chunk(plainly)
			row.after(c)
			return true
		})
		c := client(t, base)
		for range 5 {
			if _, err := c.Chat(t.Context(), question()); err != nil {
				t.Fatalf("%s: %v", row.why, err)
			}
		}
		if len(conns) > row.most {
			t.Errorf("%s: %d connections for 5 requests, want at most %d", row.why, len(conns), row.most)
		}
	}
}

// TestServerClosesKept: a server that announces keep-alive and closes loses no request, as net/http may send it again.
func TestServerClosesKept(t *testing.T) {
	base := serve(t, func(c *conn) bool { answers(c); return false })
	c := client(t, base)
	for i := range 64 {
		if _, err := c.Chat(t.Context(), question()); err != nil {
			t.Fatalf("request %d: %v", i, err)
		}
	}
}

func TestConcurrent(t *testing.T) {
	base := serve(t, answers)
	c := client(t, base)
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			for range 8 {
				if r, err := c.Chat(t.Context(), question()); err != nil || r.Text != "thirty days" {
					t.Errorf("%q, %v", r.Text, err)
				}
			}
		})
	}
	wg.Wait()
}

func TestUnreachable(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	down := "http://" + l.Addr().String() + "/v1"
	l.Close()
	closes := serve(t, func(c *conn) bool { return false })
	babbles := serve(t, func(c *conn) bool { c.put("SSH-2.0-OpenSSH_9.2\r\n"); return false })
	for _, row := range []struct {
		why, base string
		kind      Kind
	}{
		{"nobody listens", down, Unreachable},
		{"closes without a word", closes, Unreachable},
		{"another protocol", babbles, Malformed},
		{"TLS towards plain HTTP", strings.Replace(closes, "http:", "https:", 1), Unreachable},
	} {
		r, err := client(t, row.base).Chat(t.Context(), question())
		var e *Error
		if !errors.As(err, &e) || e.Kind != row.kind || e.Status != 0 || r.Status != 0 {
			t.Errorf("%s: %v", row.why, err)
		}
		if r.Clock.End.IsZero() || r.Clock.Begun.IsZero() || !r.Clock.FirstByte.IsZero() {
			t.Errorf("%s: clock %+v", row.why, r.Clock)
		}
	}
}

// TestOwnHTTP: with a client of the caller's the socket does not tell, and the stamps are those of the body's reads.
func TestOwnHTTP(t *testing.T) {
	base := serve(t, answers)
	own := &http.Transport{}
	defer own.CloseIdleConnections()
	r, err := client(t, base, func(cfg *Config) { cfg.HTTP = &http.Client{Transport: own} }).Chat(t.Context(), question())
	if err != nil {
		t.Fatal(err)
	}
	ordered(t, r)
}

func TestRedirect(t *testing.T) {
	base := serve(t, func(c *conn) bool {
		if strings.HasPrefix(c.path, "POST /new") {
			if !strings.Contains(c.body, "notice") {
				c.whole(400, "", "no question")
				return true
			}
			return answers(c)
		}
		c.whole(307, "Location: /new/chat/completions\r\n", "")
		return true
	})
	if r, err := client(t, base).Chat(t.Context(), question()); err != nil || r.Text != "thirty days" {
		t.Errorf("307: %q, %v", r.Text, err)
	}
	base = serve(t, func(c *conn) bool {
		c.whole(302, "Location: http://u:s3cret@login.example/?t=s3cret\r\n", "")
		return true
	})
	_, err := client(t, base).Chat(t.Context(), question())
	if e, ok := asError(err); !ok || e.Kind != Rejected || !strings.Contains(e.Message, "login.example") || strings.Contains(e.Message, "s3cret") {
		t.Errorf("302: %v", err)
	}
}

func TestCoded(t *testing.T) {
	base := serve(t, func(c *conn) bool { c.whole(200, "Content-Encoding: gzip\r\n", "\x1f\x8b"); return true })
	_, err := client(t, base).Chat(t.Context(), question())
	if e, ok := asError(err); !ok || e.Kind != Malformed || !strings.Contains(e.Message, "gzip") {
		t.Error(err)
	}
}

func TestBadRequest(t *testing.T) {
	c := client(t, "http://box/v1")
	if _, err := c.Chat(t.Context(), Request{}); err == nil {
		t.Error("no messages were sent")
	}
}

func TestEstimate(t *testing.T) {
	for text, want := range map[string]int{"": 0, "a": 1, "abcd": 1, "abcde": 2, "三十天": 3, "ठठ": 1, "ठठठ": 2, "a三": 2, "ひらがな한글": 6} {
		if got := tokens(text); got != want {
			t.Errorf("tokens(%q) = %d, want %d", text, got, want)
		}
	}
}
