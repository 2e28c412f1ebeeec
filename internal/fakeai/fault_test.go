package fakeai_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/fakeai"
)

const told = "The notice period is 30 days, 通知期是三十天。 \U0001F600 सूचना अवधि तीस दिन है।"

// Every fault gives its outcome to a client that knows the specifications and nothing of the fault, streamed or not.
func TestOutcomes(t *testing.T) {
	c := client{http: &http.Client{Transport: &http.Transport{}}, patience: 30 * time.Second}
	defer c.http.CloseIdleConnections()
	hasty := client{http: c.http, patience: 60 * time.Millisecond}
	for _, f := range fakeai.Faults() {
		for _, stream := range []bool{true, false} {
			t.Run(f.String()+map[bool]string{true: "/stream", false: "/whole"}[stream], func(t *testing.T) {
				s := fakeai.Start(t, func(fakeai.Request) fakeai.Reply { return fakeai.Reply{Text: told, Fault: f} })
				who := c
				if f.Outcome() == fakeai.Endless {
					who = hasty
				}
				a, err := who.ask(s.URL, "What is the notice period?", stream)
				if (err == nil) != (f.Outcome() == fakeai.Whole) {
					t.Fatalf("promised %s, got error %v and %q", f.Outcome(), err, a.Text)
				}
				if f.Outcome() != fakeai.Whole {
					if len(a.Text) >= len(told) && f != fakeai.BadJSON {
						t.Errorf("the whole text came though the outcome is %s", f.Outcome())
					}
					return
				}
				want := ""
				if f.Reasons() {
					want = fakeai.Thought
				}
				if a.Text != told || a.Reasoning != want || a.Finish != f.Finish() {
					t.Errorf("got %+v, want text %q, reasoning %q, finish %q", a, told, want, f.Finish())
				}
				if wantUsage := f != fakeai.NoUsage && !strings.HasPrefix(f.String(), "refuse-stream"); stream && (a.Usage != nil) != wantUsage {
					t.Errorf("usage %v, promised %v", a.Usage, wantUsage)
				}
			})
		}
	}
}

// Each fault's bytes look as its comment says.
func TestBytes(t *testing.T) {
	has := func(parts ...string) func(*testing.T, raw) {
		return func(t *testing.T, r raw) {
			for _, p := range parts {
				if !bytes.Contains(r.Body, []byte(p)) {
					t.Errorf("body lacks %q", p)
				}
			}
		}
	}
	count := func(part string, n int) func(*testing.T, raw) {
		return func(t *testing.T, r raw) {
			if got := bytes.Count(r.Body, []byte(part)); got != n {
				t.Errorf("%q stands %d times, want %d", part, got, n)
			}
		}
	}
	lacks := func(part string) func(*testing.T, raw) { return count(part, 0) }
	head := func(status int, name, value string) func(*testing.T, raw) {
		return func(t *testing.T, r raw) {
			if r.Status != status || !strings.Contains(r.Header.Get(name), value) {
				t.Errorf("status %d, %s %q, want %d with %q", r.Status, name, r.Header.Get(name), status, value)
			}
		}
	}
	fails := func(want error) func(*testing.T, raw) {
		return func(t *testing.T, r raw) {
			if !errors.Is(r.Err, want) {
				t.Errorf("ended with %v, want %v", r.Err, want)
			}
		}
	}
	match := func(re string) func(*testing.T, raw) {
		return func(t *testing.T, r raw) {
			if !regexp.MustCompile(re).Match(r.Body) {
				t.Errorf("body does not match %s", re)
			}
		}
	}
	n := len(fakeai.Tokens(told))
	half := n / 2
	const content = `"content":"`
	for _, row := range []struct {
		fault fakeai.Fault
		check []func(*testing.T, raw)
	}{
		{fakeai.None, []func(*testing.T, raw){head(200, "Content-Type", "text/event-stream"), count(content, n), count("[DONE]", 1),
			count(`"role"`, 1), count(`"usage":{`, 1), count(`"finish_reason":"stop"`, 1), lacks("\r"), match(`^data: \{`), match(`\n\n$`)}},
		{fakeai.BOM, []func(*testing.T, raw){match(`^\x{FEFF}data: `)}},
		{fakeai.LineCR, []func(*testing.T, raw){lacks("\n"), has("\r\rdata: ")}},
		{fakeai.LineCRLF, []func(*testing.T, raw){has("\r\n\r\ndata: "), match(`^[^\r]*(\r\n[^\r]*)*$`)}},
		{fakeai.LineMixed, []func(*testing.T, raw){has("}\r\n\r\ndata", "}\r\rdata", "}\n\ndata")}},
		{fakeai.NoSpace, []func(*testing.T, raw){lacks("data: "), has("data:{", "data:[DONE]")}},
		{fakeai.MultilineData, []func(*testing.T, raw){has("data: {\ndata:  \"id\"")}},
		{fakeai.Comments, []func(*testing.T, raw){count(": keep-alive\n\ndata", n+3)}},
		{fakeai.ManyComments, []func(*testing.T, raw){has(strings.Repeat(": still working\n\n", 400))}},
		{fakeai.Pings, []func(*testing.T, raw){count("event: ping\ndata: {\"type\"", n)}},
		{fakeai.EmptyData, []func(*testing.T, raw){count("\n\ndata:\n\n", n-1)}},
		{fakeai.EventFields, []func(*testing.T, raw){has("event: message\nid: 4\nretry: 3000\nx-route: replica-7\nalone\ndata: {")}},
		{fakeai.SplitBytes, []func(*testing.T, raw){func(t *testing.T, r raw) {
			if len(r.Chunks) != len(r.Body) {
				t.Errorf("%d writes for %d bytes", len(r.Chunks), len(r.Body))
			}
		}}},
		{fakeai.SplitEvents, []func(*testing.T, raw){func(t *testing.T, r raw) {
			if len(r.Chunks) != 2*(n+3) {
				t.Errorf("%d writes for %d events", len(r.Chunks), n+3)
			}
		}}},
		{fakeai.Segments, []func(*testing.T, raw){func(t *testing.T, r raw) {
			for _, c := range r.Chunks[:len(r.Chunks)-1] {
				if len(c) != 61 {
					t.Errorf("a write of %d bytes", len(c))
				}
			}
		}}},
		{fakeai.Coalesced, []func(*testing.T, raw){func(t *testing.T, r raw) {
			if got := bytes.Count(r.Chunks[0], []byte(content)); got != 4 || len(r.Chunks) != n/4+1 {
				t.Errorf("%d tokens in the first of %d writes for %d tokens", got, len(r.Chunks), n)
			}
		}}},
		{fakeai.CutRunes, []func(*testing.T, raw){func(t *testing.T, r raw) {
			cut := 0
			for _, c := range r.Chunks {
				if !utf8.Valid(c) {
					cut++
				}
			}
			if cut < n/2 {
				t.Errorf("%d of %d writes end or begin inside a rune", cut, len(r.Chunks))
			}
		}}},
		{fakeai.EscapedRunes, []func(*testing.T, raw){has(`\u901a`, `\ud83d\ude00`), func(t *testing.T, r raw) {
			if bytes.ContainsFunc(r.Body, func(r rune) bool { return r >= 0x80 }) {
				t.Error("a byte beyond ASCII")
			}
		}}},
		{fakeai.OpenEnd, []func(*testing.T, raw){match(`\[DONE\]$`)}},
		{fakeai.PlainType, []func(*testing.T, raw){head(200, "Content-Type", "text/plain")}},
		{fakeai.LongLine, []func(*testing.T, raw){func(t *testing.T, r raw) {
			if i := bytes.IndexByte(r.Body, '\n'); i < 10<<20 {
				t.Errorf("first line has %d bytes", i)
			}
		}}},
		{fakeai.RoleEarly, []func(*testing.T, raw){match(`^[^\n]*"delta":\{"role":"assistant","content":""\}`), count(`"role"`, 1)}},
		{fakeai.RoleLate, []func(*testing.T, raw){match(`^[^\n]*"delta":\{"role":"assistant","content":""\}`)}},
		{fakeai.RoleEach, []func(*testing.T, raw){count(`"role":"assistant"`, n+1)}},
		{fakeai.EmptyChoices, []func(*testing.T, raw){count(`"choices":[],"prompt`, 2)}},
		{fakeai.NullContent, []func(*testing.T, raw){has(`"role":"assistant","content":null`, `"delta":{"content":null},"finish_reason":"stop"`),
			count(`"reasoning_content":null`, n)}},
		{fakeai.FinishEmpty, []func(*testing.T, raw){count(`"finish_reason":""`, n)}},
		{fakeai.FinishWithText, []func(*testing.T, raw){match(`"content":"[^"]+"\},"finish_reason":"stop"`), count("finish_reason", n)}},
		{fakeai.SeveralTokens, []func(*testing.T, raw){count(content, (n+3)/4)}},
		{fakeai.NoUsage, []func(*testing.T, raw){lacks("usage")}},
		{fakeai.UsageNull, []func(*testing.T, raw){count(`"usage":null`, n+1), count(`"usage":{`, 1)}},
		{fakeai.UsageEach, []func(*testing.T, raw){count(`"usage":{`, n+2), has(`"completion_tokens":1,`)}},
		{fakeai.UsageOnFinish, []func(*testing.T, raw){count(`"usage":{`, 1), match(`"finish_reason":"stop"\}\],"usage":\{`)}},
		{fakeai.NoDone, []func(*testing.T, raw){lacks("[DONE]")}},
		{fakeai.DoubleDone, []func(*testing.T, raw){count("data: [DONE]\n\n", 2)}},
		{fakeai.ReasoningField, []func(*testing.T, raw){has(`"reasoning":"The"`), lacks("reasoning_content")}},
		{fakeai.ReasoningOld, []func(*testing.T, raw){has(`"reasoning_content":"The"`), lacks(`"reasoning":`)}},
		{fakeai.ReasoningBoth, []func(*testing.T, raw){has(`"reasoning":"The","reasoning_content":"The"`)}},
		{fakeai.ThinkBlock, []func(*testing.T, raw){has(`"content":"<think>\n"`, `"content":"\n</think>\n\n"`)}},
		{fakeai.ThinkSplit, []func(*testing.T, raw){lacks("<think>"), lacks("</think>"), has(`"<th"`, `"nk>\n\nThe"`)}},
		{fakeai.ThinkUnopened, []func(*testing.T, raw){lacks("<think>"), has("</think>")}},
		{fakeai.Length, []func(*testing.T, raw){has(`"finish_reason":"length"`)}},
		{fakeai.Filtered, []func(*testing.T, raw){has(`"finish_reason":"content_filter"`)}},
		{fakeai.JSONBody, []func(*testing.T, raw){head(200, "Content-Type", "application/json"), match(`^\{.*"message"`), lacks("data:")}},
		{fakeai.CloseAfter, []func(*testing.T, raw){head(200, "Connection", "keep-alive"), has("[DONE]"), func(t *testing.T, r raw) {
			if !r.Closed || r.Err != nil {
				t.Errorf("closed %v, error %v", r.Closed, r.Err)
			}
		}}},
		{fakeai.RefuseTemp, []func(*testing.T, raw){head(400, "Content-Type", "json"), has(`"param":"temperature"`)}},
		{fakeai.RefuseOptions, []func(*testing.T, raw){head(400, "Content-Type", "json"), has(`"param":"stream_options"`)}},
		{fakeai.RefuseOptions22, []func(*testing.T, raw){head(422, "Content-Type", "json"), has(`"loc":["body","stream_options"]`)}},
		{fakeai.RefuseSeed, []func(*testing.T, raw){head(400, "Content-Type", "json"), has(`"param":"seed"`)}},
		{fakeai.ErrorObject, []func(*testing.T, raw){count(content, half), match(`data: \{"error":\{[^\n]*\n\n$`)}},
		{fakeai.ErrorSpaced, []func(*testing.T, raw){count(content, half), match(`data: \{ "error" : [^\n]*\n\n$`)}},
		{fakeai.ErrorText, []func(*testing.T, raw){match(`data: \{"error":"[^\n]*\n\n$`)}},
		{fakeai.ErrorBare, []func(*testing.T, raw){match(`data: \{"object":"error"[^\n]*\n\n$`)}},
		{fakeai.ErrorLine, []func(*testing.T, raw){match(`\nerror: \{[^\n]*\n\n$`)}},
		{fakeai.ErrorEvent, []func(*testing.T, raw){match(`\nevent: error\ndata: \{[^\n]*\n\n$`)}},
		{fakeai.ErrorAfterComment, []func(*testing.T, raw){match(`\n: keep-alive\ndata: \{"error"[^\n]*\n\n$`)}},
		{fakeai.ErrorFirst, []func(*testing.T, raw){match(`^data: \{"error"[^\n]*\n\n$`)}},
		{fakeai.ErrorBody, []func(*testing.T, raw){head(200, "Content-Type", "application/json"), match(`^\{"error"`)}},
		{fakeai.HTMLBody, []func(*testing.T, raw){head(200, "Content-Type", "text/html"), match(`^<!DOCTYPE`)}},
		{fakeai.EmptyBody, []func(*testing.T, raw){match(`^$`), fails(nil)}},
		{fakeai.BadJSON, []func(*testing.T, raw){count(content+"un\n\n", 1), count("[DONE]", 1), func(t *testing.T, r raw) {
			for event := range bytes.SplitSeq(r.Body, []byte("\n\n")) {
				if data, ok := bytes.CutPrefix(event, []byte("data: {")); ok && !json.Valid(append([]byte("{"), data...)) {
					return
				}
			}
			t.Error("all events are JSON")
		}}},
		{fakeai.CutEnd, []func(*testing.T, raw){count(content, half), lacks("stop"), lacks("[DONE]"), match(`\n\n$`), fails(nil)}},
		{fakeai.CutEvent, []func(*testing.T, raw){count(content, half), match(`[^\n}]$`), fails(nil)}},
		{fakeai.CutClose, []func(*testing.T, raw){count(content, half), fails(io.ErrUnexpectedEOF)}},
		{fakeai.CutReset, []func(*testing.T, raw){lacks("[DONE]"), func(t *testing.T, r raw) {
			if r.Err == nil || !strings.Contains(r.Err.Error(), "reset") {
				t.Errorf("ended with %v", r.Err)
			}
		}}},
		{fakeai.Stall, []func(*testing.T, raw){count(content, half), lacks("stop"), func(t *testing.T, r raw) {
			if r.Err == nil || !strings.Contains(r.Err.Error(), "timeout") {
				t.Errorf("ended with %v", r.Err)
			}
		}}},
		{fakeai.StallFirst, []func(*testing.T, raw){func(t *testing.T, r raw) {
			if r.Status != 0 || r.Err == nil || !strings.Contains(r.Err.Error(), "timeout") {
				t.Errorf("status %d, error %v", r.Status, r.Err)
			}
		}}},
		{fakeai.BadRequest, []func(*testing.T, raw){head(400, "Content-Type", "json"), has(`"param":null`)}},
		{fakeai.Unauthorized, []func(*testing.T, raw){head(401, "Content-Type", "json")}},
		{fakeai.NoModel, []func(*testing.T, raw){head(404, "Content-Type", "json")}},
		{fakeai.RateLimited, []func(*testing.T, raw){head(429, "Retry-After", "2"), head(429, "Retry-After-Ms", "1500")}},
		{fakeai.RateLimitedDate, []func(*testing.T, raw){head(429, "Retry-After", "GMT")}},
		{fakeai.ServerError, []func(*testing.T, raw){head(500, "Content-Type", "json")}},
		{fakeai.BadGateway, []func(*testing.T, raw){head(502, "Content-Type", "text/html")}},
		{fakeai.Unavailable, []func(*testing.T, raw){head(503, "Retry-After", "2")}},
	} {
		t.Run(row.fault.String(), func(t *testing.T) {
			s := fakeai.Start(t, func(fakeai.Request) fakeai.Reply {
				return fakeai.Reply{Text: told, Fault: row.fault, RetryAfter: 1500 * time.Millisecond}
			})
			patience := 30 * time.Second
			if row.fault.Outcome() == fakeai.Endless {
				patience = 60 * time.Millisecond
			}
			r := ask(t, s, body("What is the notice period?", true), patience)
			for _, check := range row.check {
				check(t, r)
			}
			if t.Failed() {
				t.Logf("%s", r.Body[:min(len(r.Body), 800)])
			}
			if log := s.Log(); len(log) != 1 || log[0].Fault != row.fault || log[0].Status != r.Status || log[0].ID != "raw" {
				t.Errorf("log %+v", log)
			}
			if r.Status != 0 && row.fault.Status() != r.Status {
				t.Errorf("status %d, promised %d", r.Status, row.fault.Status())
			}
		})
	}
}

// Names are what table tests are told apart by.
func TestNames(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range fakeai.Faults() {
		if f.String() == "" || seen[f.String()] {
			t.Errorf("fault %d has the name %q", f, f)
		}
		seen[f.String()] = true
	}
	if len(seen) < 60 {
		t.Errorf("%d faults", len(seen))
	}
}

// Habits come together: the whole answer arrives under every pair of forms.
func TestPairs(t *testing.T) {
	c := client{http: &http.Client{Transport: &http.Transport{}}, patience: 30 * time.Second}
	defer c.http.CloseIdleConnections()
	var pair [2]fakeai.Fault
	s := fakeai.Start(t, func(fakeai.Request) fakeai.Reply { return fakeai.Reply{Text: told, Fault: pair[0], Also: pair[1:]} })
	for a := fakeai.BOM; a <= fakeai.ThinkUnopened; a++ {
		for b := a + 1; b <= fakeai.ThinkUnopened; b++ {
			if slow := func(f fakeai.Fault) bool {
				return f == fakeai.LongLine || f == fakeai.SplitBytes || f == fakeai.SplitEvents || f == fakeai.CutRunes
			}; slow(a) || slow(b) {
				continue
			}
			if a.Reasons() && b.Reasons() {
				continue // a server has one way to reason
			}
			pair = [2]fakeai.Fault{a, b}
			if got, err := c.ask(s.URL, "What?", true); err != nil || got.Text != told || got.Finish != "stop" {
				t.Errorf("%s with %s: %+v, %v", a, b, got, err)
			}
		}
	}
}
