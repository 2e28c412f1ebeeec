package reader

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/viva-eval/viva/internal/prompt"
)

var clock = func() time.Time { return time.Unix(1_780_000_000, 0) }

func serve(t testing.TB) *httptest.Server {
	s := httptest.NewServer(newHandler(clock))
	t.Cleanup(s.Close)
	return s
}

// body is the request for a paper, with further fields.
func body(t testing.TB, p prompt.Paper, more string) string {
	type message struct {
		Role    string `json:"role"`
		Content string `json:"content"`
	}
	var msgs []message
	for _, m := range p.Messages() {
		msgs = append(msgs, message(m))
	}
	data, err := json.Marshal(msgs)
	if err != nil {
		t.Fatal(err)
	}
	return `{"model":"viva-reader","messages":` + string(data) + more + `}`
}

func post(t testing.TB, url, body string) (*http.Response, string) {
	t.Helper()
	resp, err := http.Post(url+"/v1/chat/completions", "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(data)
}

var leavePaper = prompt.Paper{Language: "en", Question: "How many days of annual leave do full-time employees have?", Passages: []prompt.Passage{leave26}}

func TestWholeReply(t *testing.T) {
	resp, data := post(t, serve(t).URL, body(t, leavePaper, ""))
	var got chatReply
	if err := json.Unmarshal([]byte(data), &got); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	if resp.StatusCode != 200 || got.Object != "chat.completion" || got.Model != Model || got.Created != 1_780_000_000 || len(got.Choices) != 1 {
		t.Fatalf("status %d: %s", resp.StatusCode, data)
	}
	c := got.Choices[0]
	if c.Message == nil || *c.Message.Content != "28 days" || c.Message.Role != "assistant" || *c.Finish != "stop" {
		t.Errorf("choice: %s", data)
	}
	want := 0
	for _, m := range leavePaper.Messages() {
		want += (len(m.Content) + 3) / 4
	}
	if diff := cmp.Diff(&usage{Prompt: want, Completion: 2, Total: want + 2}, got.Usage); diff != "" {
		t.Error(diff)
	}
}

func events(t testing.TB, data string) (out []chatReply) {
	t.Helper()
	blocks := strings.Split(strings.TrimSuffix(data, "\n\n"), "\n\n")
	for i, b := range blocks {
		payload, ok := strings.CutPrefix(b, "data: ")
		if !ok {
			t.Fatalf("event %d: %q", i, b)
		}
		if i == len(blocks)-1 {
			if payload != "[DONE]" {
				t.Fatalf("the stream ends with %q", payload)
			}
			return out
		}
		var e chatReply
		if err := json.Unmarshal([]byte(payload), &e); err != nil {
			t.Fatalf("event %d: %v", i, err)
		}
		out = append(out, e)
	}
	return out
}

func TestStream(t *testing.T) {
	for _, withUsage := range []bool{false, true} {
		more := `,"stream":true`
		if withUsage {
			more += `,"stream_options":{"include_usage":true}`
		}
		resp, data := post(t, serve(t).URL, body(t, leavePaper, more))
		if ct := resp.Header.Get("Content-Type"); resp.StatusCode != 200 || !strings.HasPrefix(ct, "text/event-stream") {
			t.Fatalf("status %d, type %q", resp.StatusCode, ct)
		}
		got := events(t, data)
		var pieces []string
		finish, role, last := "", got[0].Choices[0].Delta.Role, got[len(got)-1]
		for _, e := range got {
			if e.Object != "chat.completion.chunk" || e.ID != got[0].ID {
				t.Errorf("event %+v", e)
			}
			for _, c := range e.Choices {
				if c.Finish != nil {
					finish = *c.Finish
				}
				if c.Delta.Content != nil && *c.Delta.Content != "" {
					pieces = append(pieces, *c.Delta.Content)
				}
			}
		}
		if diff := cmp.Diff([]string{"28 ", "days"}, pieces); diff != "" || role != "assistant" || finish != "stop" {
			t.Errorf("role %q, finish %q, pieces %s", role, finish, diff)
		}
		if *got[0].Choices[0].Delta.Content != "" {
			t.Error("the first event holds more than the role")
		}
		if withUsage && (last.Usage == nil || last.Usage.Completion != 2 || len(last.Choices) != 0 || !strings.Contains(data, `"choices":[]`)) {
			t.Errorf("no usage event at the end: %s", data)
		}
		if !withUsage && strings.Contains(data, "usage") {
			t.Errorf("usage was not asked for: %s", data)
		}
	}
}

func TestPiecesMakeUpTheAnswer(t *testing.T) {
	for _, s := range []string{"Not known.", "28天。", "ज्ञात नहीं।", "  (a) b,c ", "…", "EUR 1,250.00 (net)"} {
		got, n := pieces(s)
		if strings.Join(got, "") != s || n != len(got) {
			t.Errorf("%q: %q", s, got)
		}
	}
}

func TestTokenLimit(t *testing.T) {
	for _, stream := range []string{"", `,"stream":true`} {
		_, data := post(t, serve(t).URL, body(t, leavePaper, stream+`,"max_tokens":1`))
		if !strings.Contains(data, `"finish_reason":"length"`) || strings.Contains(data, "days") {
			t.Errorf("max_tokens 1: %s", data)
		}
	}
	_, data := post(t, serve(t).URL, body(t, leavePaper, `,"max_completion_tokens":2,"temperature":0,"seed":7`))
	if !strings.Contains(data, `"finish_reason":"stop"`) {
		t.Errorf("two tokens are enough: %s", data)
	}
}

func TestOtherMessagesAreClosedBook(t *testing.T) {
	for _, c := range []struct{ messages, want string }{
		{`[{"role":"user","content":"How many days of leave are there?"}]`, "Not known."},
		{`[{"role":"system","content":"Be brief."},{"role":"user","content":"hi"},{"role":"assistant","content":null},{"role":"user","content":"年假有多少天？"}]`, "不知道。"},
		{`[{"role":"user","content":[{"type":"text","text":"कितने दिन "},{"type":"text","text":"की छुट्टी?"}]}]`, "ज्ञात नहीं।"},
		{`[{"role":"user","content":""}]`, "Not known."},
	} {
		resp, data := post(t, serve(t).URL, `{"model":"x","messages":`+c.messages+`}`)
		if resp.StatusCode != 200 || !strings.Contains(data, c.want) {
			t.Errorf("%s: status %d, %s", c.messages, resp.StatusCode, data)
		}
	}
}

func TestBadRequests(t *testing.T) {
	url := serve(t).URL
	for _, c := range []struct{ body, hint string }{
		{``, "chat completion request"},
		{`{`, "chat completion request"},
		{`[1]`, "chat completion request"},
		{`{"model":"x"}`, "messages"},
		{`{"messages":[]}`, "messages"},
		{`{"messages":"hello"}`, "chat completion request"},
		{`{"messages":[{"role":"system","content":"x"}]}`, "of the user"},
		{`{"messages":[{"role":"wizard","content":"x"}]}`, "wizard"},
		{`{"messages":[{"role":"user","content":[{"type":"image_url"}]}]}`, "image_url"},
		{`{"messages":[{"role":"user","content":"x"}],"n":2}`, "n:"},
		{`{"messages":[{"role":"user","content":"x"}],"max_tokens":0}`, "max_tokens"},
	} {
		resp, data := post(t, url, c.body)
		var e errorReply
		if err := json.Unmarshal([]byte(data), &e); err != nil || resp.StatusCode != 400 || e.Error.Type != "invalid_request_error" || !strings.Contains(e.Error.Message, c.hint) {
			t.Errorf("%s: status %d, %s, want 400 naming %q", c.body, resp.StatusCode, data, c.hint)
		}
	}
}

func TestOtherPaths(t *testing.T) {
	url := serve(t).URL
	for _, c := range []struct {
		method, path string
		status       int
		holds        string
	}{
		{"GET", "/v1/models", 200, `"id":"viva-reader"`},
		{"GET", "/health", 200, `"status":"ok"`},
		{"GET", "/v1/chat/completions", 405, "use POST"},
		{"POST", "/v1/models", 405, "use GET"},
		{"POST", "/v1/embeddings", 404, "no such path"},
	} {
		req, err := http.NewRequest(c.method, url+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		data, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != c.status || !strings.Contains(string(data), c.holds) || !json.Valid(data) {
			t.Errorf("%s %s: status %d, %s", c.method, c.path, resp.StatusCode, data)
		}
	}
}

func TestConcurrentRequests(t *testing.T) {
	url := serve(t).URL
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for range 20 {
				if _, data := post(t, url, body(t, leavePaper, "")); !strings.Contains(data, "28 days") {
					t.Errorf("got %s", data)
					return
				}
			}
		})
	}
	wg.Wait()
}

// A client that goes away in mid-stream costs nothing but its own reply.
func TestClientLeaves(t *testing.T) {
	s := serve(t)
	resp, err := http.Post(s.URL+"/v1/chat/completions", "application/json", strings.NewReader(body(t, leavePaper, `,"stream":true`)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(resp.Body).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if _, data := post(t, s.URL, body(t, leavePaper, "")); !strings.Contains(data, "28 days") {
		t.Errorf("the next request got %s", data)
	}
}

func FuzzRequest(f *testing.F) {
	h := newHandler(clock)
	f.Add(body(f, leavePaper, `,"stream":true,"stream_options":{"include_usage":true}`))
	f.Add(body(f, leavePaper, `,"max_tokens":1`))
	f.Add(`{"messages":[{"role":"user","content":[{"type":"text","text":"a"}]}],"stream_options":null}`)
	f.Add(`{"messages":null}`)
	f.Fuzz(func(t *testing.T, body string) {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("POST", "/v1/chat/completions", strings.NewReader(body)))
		switch {
		case w.Code == 200 && strings.HasPrefix(w.Header().Get("Content-Type"), "text/event-stream"):
			events(t, w.Body.String())
		case w.Code != 200 && w.Code != 400, !json.Valid(w.Body.Bytes()):
			t.Fatalf("status %d, %s", w.Code, w.Body)
		}
	})
}

func BenchmarkStreamedRequest(b *testing.B) {
	s := serve(b)
	p := prompt.Paper{Language: "en", AsOf: "2026-06-30", Question: "What is the price of the Pump P-200?", Passages: []prompt.Passage{prices, leave25, leave26, crm, tooling}}
	req := body(b, p, `,"stream":true,"stream_options":{"include_usage":true}`)
	b.ReportAllocs()
	for b.Loop() {
		post(b, s.URL, req)
	}
}
