package wire

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

// probed gives the findings by check and fails on a finding that breaks the rules: what is not OK has a detail and a remedy.
func probed(t *testing.T, cfg Config) map[string]Finding {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	out := map[string]Finding{}
	for _, f := range Probe(ctx, cfg) {
		t.Logf("%v %s: %s %s", f.OK, f.Check, f.Detail, f.Remedy)
		if f.Check == "" || f.Detail == "" || f.OK != (f.Remedy == "") {
			t.Errorf("%+v", f)
		}
		if strings.Contains(f.Detail+f.Remedy, "s3cret") {
			t.Errorf("a secret is told: %+v", f)
		}
		if _, twice := out[f.Check]; twice {
			t.Errorf("%s twice", f.Check)
		}
		out[f.Check] = f
	}
	if len(out) == 0 {
		t.Error("no finding")
	}
	return out
}

// capable answers as a full server does; refuse names parameters it refuses.
func capable(t *testing.T, refuse ...string) string {
	return serve(t, func(c *conn) bool {
		if c.path == "GET /v1/models" {
			c.whole(200, "", `{"object":"list","data":[{"id":"other"},{"id":"m"}]}`)
			return true
		}
		var body map[string]any
		json.Unmarshal([]byte(c.body), &body)
		for _, p := range refuse {
			if _, ok := body[p]; ok {
				c.whole(400, "", `{"error":{"message":"unsupported","param":"`+p+`"}}`)
				return true
			}
		}
		c.begin()
		if body["tools"] != nil {
			c.chunk(sse(`{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"stock","arguments":"{\"article\":\"X-4711\"}"}}]}}]}`, finish("tool_calls"), done))
			c.end()
			return true
		}
		for _, s := range []string{sse(role), sse(think("reasoning", "hm")), sse(say("one")), sse(say("two"))} {
			c.chunk(s)
			time.Sleep(2 * ms)
		}
		if body["logprobs"] == true {
			c.chunk(sse(`{"choices":[{"index":0,"delta":{"content":"x"},"logprobs":{"content":[{"token":"x","logprob":-0.1}]}}]}`))
		}
		c.chunk(sse(finish("stop")))
		if body["stream_options"] != nil {
			c.chunk(sse(spent))
		}
		c.chunk(sse(done))
		c.end()
		return true
	})
}

func TestProbe(t *testing.T) {
	all := []string{"round trip", "models", "chat", "streaming", "usage", "reasoning", "logprobs", "tools", "temperature", "seed", "max_tokens", "stream_options"}
	t.Run("everything", func(t *testing.T) {
		found := probed(t, Config{BaseURL: capable(t), Model: "m", Key: "s3cret"})
		for _, check := range all {
			if !found[check].OK {
				t.Errorf("%s: %+v", check, found[check])
			}
		}
		if len(found) != len(all) || !strings.Contains(found["reasoning"].Detail, "kept apart") {
			t.Errorf("%+v", found)
		}
	})
	t.Run("nothing", func(t *testing.T) {
		found := probed(t, Config{BaseURL: capable(t, "temperature", "seed", "max_tokens", "max_completion_tokens", "stream_options", "logprobs", "tools"), Model: "missing"})
		for _, check := range all {
			bad := check != "round trip" && check != "chat" && check != "streaming" && check != "reasoning"
			if found[check].OK == bad {
				t.Errorf("%s: %+v", check, found[check])
			}
		}
		if !strings.Contains(found["models"].Detail, "m, other") {
			t.Errorf("%+v", found["models"])
		}
	})
	t.Run("not streamed though asked", func(t *testing.T) {
		base := serve(t, func(c *conn) bool {
			c.whole(200, "", `{"choices":[{"message":{"content":"x"},"finish_reason":"stop"}]}`)
			return true
		})
		if found := probed(t, Config{BaseURL: base, Model: "m"}); found["streaming"].OK || !found["chat"].OK {
			t.Errorf("%+v", found)
		}
	})
	t.Run("not streamed", func(t *testing.T) {
		base := serve(t, func(c *conn) bool {
			c.whole(200, "", `{"choices":[{"message":{"content":"x"},"finish_reason":"stop"}],"usage":{"completion_tokens":1}}`)
			return true
		})
		found := probed(t, Config{BaseURL: base, Model: "m", NoStream: true})
		if _, looked := found["streaming"]; looked || !found["usage"].OK {
			t.Errorf("%+v", found)
		}
	})
	t.Run("held back by a proxy", func(t *testing.T) {
		base := serve(t, func(c *conn) bool {
			c.begin()
			c.chunk(sse(strings.Split(strings.Repeat(say("x")+"\x00", 12)+finish("stop"), "\x00")...) + sse(done))
			c.end()
			return true
		})
		if found := probed(t, Config{BaseURL: base, Model: "m"}); found["streaming"].OK || !strings.Contains(found["streaming"].Remedy, "buffering") {
			t.Errorf("%+v", found["streaming"])
		}
	})
}

// TestProbeBadTargets: no panic and a remedy, whatever stands there.
func TestProbeBadTargets(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	down := "http://" + l.Addr().String() + "/v1"
	l.Close()
	status := func(code int, body string) string {
		return serve(t, func(c *conn) bool { c.whole(code, "", body); return true })
	}
	for _, row := range []struct{ why, base, check string }{
		{"nobody listens", down, "round trip"},
		{"no URL", "", "configuration"},
		{"no scheme", "box:8000", "configuration"},
		{"a page", status(200, "<html>welcome</html>"), "models"},
		{"a page, chat", status(200, "<html>welcome</html>"), "chat"},
		{"a key is needed", status(401, `{"error":{"message":"no s3cret"}}`), "models"},
		{"a key is needed, chat", status(401, `{"error":{"message":"no s3cret"}}`), "chat"},
		{"wrong path", status(404, "404 page not found"), "chat"},
		{"broken server", status(500, ""), "chat"},
		{"empty list", status(200, `{"data":[]}`), "models"},
		{"odd JSON", status(200, `{"data":{"a":null}}`), "models"},
		{"JSON null", status(200, `null`), "chat"},
		{"closes at once", serve(t, func(c *conn) bool { return false }), "round trip"},
		{"not HTTP", serve(t, func(c *conn) bool { c.put("220 smtp ready s3cret\r\n"); return false }), "round trip"},
	} {
		t.Run(row.why, func(t *testing.T) {
			found := probed(t, Config{BaseURL: row.base, Model: "m", Key: "s3cret"})
			if f, ok := found[row.check]; !ok || f.OK {
				t.Errorf("%s: %+v", row.check, found)
			}
		})
	}
}

func TestProbeTakesAListedModel(t *testing.T) {
	for _, c := range []struct{ list, check, detail string }{
		{`{"data":[{"id":"m"},{"id":"other"}]}`, "models", "none was named, so m is asked"},
		{`{"data":[]}`, "configuration", "no model was named"},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/models") {
				_, _ = io.WriteString(w, c.list)
				return
			}
			http.Error(w, `{"error":{"message":"not today"}}`, http.StatusServiceUnavailable)
		}))
		found := Probe(t.Context(), Config{BaseURL: server.URL + "/v1"})
		server.Close()
		if !slices.ContainsFunc(found, func(f Finding) bool { return f.Check == c.check && strings.Contains(f.Detail, c.detail) }) {
			t.Errorf("%s: %+v", c.list, found)
		}
	}
}
