package fakeai_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/viva-eval/viva/internal/fakeai"
)

func post(t testing.TB, url, body string, header ...string) *http.Response {
	t.Helper()
	req, err := http.NewRequest("POST", url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	tr := &http.Transport{}
	t.Cleanup(tr.CloseIdleConnections)
	resp, err := (&http.Client{Transport: tr}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	return resp
}

// What the script sees is what was sent.
func TestRequest(t *testing.T) {
	var got fakeai.Request
	s := fakeai.Start(t, func(q fakeai.Request) fakeai.Reply { got = q; return fakeai.Reply{Text: "yes"} })
	io.Copy(io.Discard, post(t, s.URL+"/chat/completions", `{"model":"m","temperature":0,"seed":-3,"max_completion_tokens":9,"stream":true,"odd":{},
		"stream_options":{"include_usage":true},"messages":[{"role":"system","content":null},
		{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url"},{"type":"text","text":"b"}]}]}`, "X-Tag", "7").Body)
	if got.Model != "m" || got.Temperature == nil || *got.Temperature != 0 || got.Seed == nil || *got.Seed != -3 || got.MaxTokens != 9 ||
		!got.Stream || !got.IncludeUsage || got.N != 0 || got.Header.Get("X-Tag") != "7" || len(got.Fields) != 8 {
		t.Errorf("got %+v", got)
	}
	if len(got.Messages) != 2 || got.Messages[0].Content != "" || got.Messages[1].Content != "ab" || got.Messages[1].Role != "user" {
		t.Errorf("messages %+v", got.Messages)
	}
	io.Copy(io.Discard, post(t, s.Base()+"/chat/completions", `{"messages":[{"role":"user","content":"c"}]}`).Body)
	if got.Temperature != nil || got.Seed != nil || got.Stream || got.IncludeUsage || got.N != 1 {
		t.Errorf("got %+v for a bare request", got)
	}
}

func TestRefusals(t *testing.T) {
	s := fakeai.Start(t, fakeai.Say("yes"), fakeai.Options{Key: "sesame", Models: []string{"m1", "m2"}})
	for _, row := range []struct {
		body, key string
		status    int
		why       string
	}{
		{body("q", false), "sesame", 200, "the right key"},
		{body("q", false), "wrong", 401, "a wrong key"},
		{`{"messages":[]}`, "sesame", 400, "no messages"},
		{`{"messages":[{"role":"user","content":5}]}`, "sesame", 400, "content is a number"},
		{`{"messages":[{"role":"user","content":"q"}],"seed":"x"}`, "sesame", 400, "the seed is a word"},
		{`nonsense`, "sesame", 400, "no JSON"},
	} {
		if resp := post(t, s.Base()+"/chat/completions", row.body, "Authorization", "Bearer "+row.key); resp.StatusCode != row.status {
			t.Errorf("%s: status %d, want %d", row.why, resp.StatusCode, row.status)
		}
	}
	if resp := post(t, s.URL+"/v1/audio/speech", "{}", "Authorization", "Bearer sesame"); resp.StatusCode != 404 {
		t.Errorf("unknown path: status %d", resp.StatusCode)
	}
	req := httptest.NewRequest("GET", "/v1/models", nil)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, req)
	if w.Code != 401 {
		t.Errorf("models without a key: status %d", w.Code)
	}
	req.Header.Set("Authorization", "Bearer sesame")
	w = httptest.NewRecorder()
	s.ServeHTTP(w, req)
	var list struct{ Data []struct{ ID string } }
	if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil || len(list.Data) != 2 || list.Data[1].ID != "m2" {
		t.Errorf("models %s, %v", w.Body, err)
	}
	for i, rec := range s.Log() {
		if want := []int{200, 401, 400, 400, 400, 400}[i]; rec.Status != want || rec.N != i {
			t.Errorf("record %d: %+v, want status %d", i, rec, want)
		}
	}
}

// A script's own error status and its passing faults: the same messages get through after so many tries, others have their own.
func TestTimes(t *testing.T) {
	s := fakeai.Start(t, func(q fakeai.Request) fakeai.Reply {
		if q.Messages[0].Content == "teapot" {
			return fakeai.Reply{Status: 418, Text: "short and stout"}
		}
		return fakeai.Reply{Text: "yes", Fault: fakeai.RateLimited, Times: 2, RetryAfter: time.Second}
	})
	for _, row := range []struct {
		question string
		status   int
	}{{"a", 429}, {"b", 429}, {"a", 429}, {"a", 200}, {"b", 429}, {"b", 200}, {"a", 200}, {"teapot", 418}} {
		resp := post(t, s.Base()+"/chat/completions", body(row.question, true))
		b, _ := io.ReadAll(resp.Body)
		if resp.StatusCode != row.status {
			t.Errorf("%s: status %d, want %d", row.question, resp.StatusCode, row.status)
		}
		if row.status == 429 && resp.Header.Get("Retry-After") != "1" {
			t.Errorf("Retry-After %q", resp.Header.Get("Retry-After"))
		}
		if row.status == 418 && !strings.Contains(string(b), "short and stout") {
			t.Errorf("body %s", b)
		}
	}
}

// The log tells when each token went out: on schedule, in order, before the client could read it.
func TestLog(t *testing.T) {
	text := "one two three four five"
	script := func(q fakeai.Request) fakeai.Reply {
		r := fakeai.Reply{Text: text, Reasoning: "first second", Pace: fakeai.Pace{First: 200 * time.Millisecond, Gap: 10 * time.Millisecond}, Fault: fakeai.RoleEarly}
		if q.Messages[0].Content == "schedule" {
			r.Schedule = []time.Duration{0, 0, 300 * time.Millisecond}
		}
		return r
	}
	s := fakeai.Start(t, script)
	read := func(question, id string) (began time.Time, at []time.Time) {
		began = time.Now()
		resp := post(t, s.Base()+"/chat/completions", body(question, true), "X-Request-Id", id)
		if resp.Header.Get("X-Request-Id") != id {
			t.Errorf("X-Request-Id %q", resp.Header.Get("X-Request-Id"))
		}
		in := bufio.NewScanner(resp.Body)
		for in.Scan() {
			if line := in.Text(); strings.Contains(line, `"content":"`) && !strings.Contains(line, `"content":""`) || strings.Contains(line, `"reasoning_content":"`) {
				at = append(at, time.Now())
			}
		}
		return began, at
	}
	began, at := read("pace", "first")
	rec := s.Log()[0]
	if rec.ID != "first" || !rec.Stream || rec.Model != "fake" || len(rec.Wrote) != 7 || rec.Answer != 2 || len(at) != 7 {
		t.Fatalf("record %+v, %d read", rec, len(at))
	}
	if rec.Arrived.Before(began) || rec.FirstByte.Sub(rec.Arrived) >= 200*time.Millisecond || rec.Done.Before(rec.Last()) {
		t.Errorf("record %+v", rec)
	}
	for i, w := range rec.Wrote {
		due := rec.Arrived.Add(200*time.Millisecond + time.Duration(i)*10*time.Millisecond)
		if w.Before(due) || i > 0 && w.Before(rec.Wrote[i-1]) || at[i].Before(w) {
			t.Errorf("token %d: due %v, wrote %v, read %v", i, due, w, at[i])
		}
	}
	if rec.FirstToken() != rec.Wrote[0] || rec.FirstAnswer() != rec.Wrote[2] || rec.Last() != rec.Wrote[6] {
		t.Error("moments are not those of Wrote")
	}
	read("schedule", "second")
	rec = s.Log()[1]
	if a, b := rec.Wrote[1].Sub(rec.Arrived), rec.Wrote[2].Sub(rec.Arrived); a >= 300*time.Millisecond || b < 300*time.Millisecond {
		t.Errorf("second and third token after %v and %v", a, b)
	}
	post(t, s.Base()+"/chat/completions", body("pace", false))
	if rec = s.Log()[2]; rec.ID != "req-2" || len(rec.Wrote) != 1 || rec.Answer != 0 || rec.Wrote[0].Sub(rec.Arrived) < 260*time.Millisecond {
		t.Errorf("not streamed: %+v", rec)
	}
}

// Whatever the fault, a token is stamped before a client can have it, and stamps rise.
func TestLogUnderFaults(t *testing.T) {
	for _, f := range fakeai.Faults() {
		if f.Outcome() == fakeai.Endless || f.Status() != 200 || f == fakeai.JSONBody {
			continue
		}
		s := fakeai.Start(t, func(fakeai.Request) fakeai.Reply {
			return fakeai.Reply{Text: told, Fault: f, Pace: fakeai.Pace{Gap: 50 * time.Microsecond}}
		})
		resp := post(t, s.Base()+"/chat/completions", body("q", true))
		buf := make([]byte, 1<<20)
		var all []byte
		type arrival struct {
			n  int
			at time.Time
		}
		var arrivals []arrival
		for {
			n, err := resp.Body.Read(buf)
			all = append(all, buf[:n]...)
			if n > 0 {
				arrivals = append(arrivals, arrival{len(all), time.Now()})
			}
			if err != nil {
				break
			}
		}
		rec := s.Log()[0]
		token, from := 0, 0
		for i := range all {
			// A token's event is over with its finish_reason.
			if !strings.HasPrefix(string(all[i:min(i+15, len(all))]), `"finish_reason"`) {
				continue
			}
			event := string(all[from:i])
			from = i
			if !(strings.Contains(event, `content":"`) || strings.Contains(event, `reasoning":"`) || strings.Contains(event, `content": "`)) || strings.Contains(event, `"content":""`) {
				continue
			}
			if token >= len(rec.Wrote) {
				t.Fatalf("%s: %d stamps, more tokens read", f, len(rec.Wrote))
			}
			end := len(all)
			for _, blank := range []string{"\n\n", "\r\r", "\r\n\r\n"} {
				if j := strings.Index(string(all[i:]), blank); j >= 0 {
					end = min(end, i+j)
				}
			}
			for _, a := range arrivals {
				if a.n >= end {
					if a.at.Before(rec.Wrote[token]) {
						t.Errorf("%s: token %d read %v before its stamp", f, token, rec.Wrote[token].Sub(a.at))
					}
					break
				}
			}
			if token > 0 && rec.Wrote[token].Before(rec.Wrote[token-1]) {
				t.Errorf("%s: stamps of token %d fall", f, token)
			}
			token++
		}
		if token != len(rec.Wrote) {
			t.Errorf("%s: %d tokens read, %d stamped", f, token, len(rec.Wrote))
		}
		s.Close()
	}
}

// A client that leaves a stall frees the server; so does the server's own end.
func TestStallEnds(t *testing.T) {
	s := fakeai.Start(t, func(fakeai.Request) fakeai.Reply { return fakeai.Reply{Text: told, Fault: fakeai.Stall} })
	ctx, cancel := context.WithCancel(t.Context())
	req, _ := http.NewRequestWithContext(ctx, "POST", s.Base()+"/chat/completions", strings.NewReader(body("q", true)))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if !s.Log()[0].Done.IsZero() {
		t.Error("done before the client left")
	}
	cancel()
	resp.Body.Close()
	for end := time.Now().Add(5 * time.Second); s.Log()[0].Done.IsZero(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the stall goes on without its client")
		}
	}
	post(t, s.Base()+"/chat/completions", body("q", true))
	s.Close() // hangs if a stall holds it
	s.Close()
}

// A thousand streams at once, and the number is known.
func TestThousandStreams(t *testing.T) {
	const streams = 1000
	var arrived sync.WaitGroup
	arrived.Add(streams)
	s := fakeai.Start(t, func(fakeai.Request) fakeai.Reply {
		arrived.Done()
		arrived.Wait()
		return fakeai.Reply{Text: "a b c", Pace: fakeai.Pace{First: 50 * time.Millisecond, Gap: 50 * time.Millisecond}}
	})
	tr := &http.Transport{}
	defer tr.CloseIdleConnections()
	var wg sync.WaitGroup
	for range streams {
		wg.Go(func() {
			resp, err := (&http.Client{Transport: tr}).Post(s.Base()+"/chat/completions", "application/json", strings.NewReader(body("q", true)))
			if err != nil {
				t.Error(err)
				return
			}
			defer resp.Body.Close()
			b, err := io.ReadAll(resp.Body)
			if err != nil || !strings.Contains(string(b), "[DONE]") {
				t.Errorf("%s, %v", b, err)
			}
		})
	}
	wg.Wait()
	if s.Requests() != streams || s.Peak() != streams {
		t.Errorf("%d requests, %d at once", s.Requests(), s.Peak())
	}
}

func BenchmarkInstant(b *testing.B) {
	for _, stream := range []bool{true, false} {
		b.Run(map[bool]string{true: "stream", false: "whole"}[stream], func(b *testing.B) {
			s := fakeai.Start(b, fakeai.Say("The notice period is thirty days from the end of the month."), fakeai.Options{NoLog: true})
			tr := &http.Transport{MaxIdleConnsPerHost: 64}
			defer tr.CloseIdleConnections()
			ask := body("What is the notice period?", stream)
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					resp, err := (&http.Client{Transport: tr}).Post(s.Base()+"/chat/completions", "application/json", strings.NewReader(ask))
					if err != nil {
						b.Error(err)
						return
					}
					io.Copy(io.Discard, resp.Body)
					resp.Body.Close()
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "replies/s")
		})
	}
}

func BenchmarkChunks(b *testing.B) {
	chunks := make([]string, 1000)
	for i := range chunks {
		chunks[i] = " word"
	}
	h := fakeai.Handler(func(fakeai.Request) fakeai.Reply { return fakeai.Reply{Chunks: chunks} }, fakeai.Options{NoLog: true})
	ask := body("q", true)
	b.ReportAllocs()
	for b.Loop() {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/v1/chat/completions", strings.NewReader(ask)))
	}
}
