package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/viva-eval/viva/internal/fakeai"
	"github.com/viva-eval/viva/reports/store"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/load"
	"github.com/viva-eval/viva/scorers"
)

// benched runs viva bench against a server and returns its exit code, what it said, and what it kept.
func benched(t *testing.T, ctx context.Context, base string, args ...string) (code int, words string, stages []load.Record, trials []scorers.Graded) {
	t.Helper()
	db := filepath.Join(t.TempDir(), "viva.db")
	var out, said strings.Builder
	code = execute(ctx, append([]string{"bench", "--base-url", base, "--model", "fake", "--db", db, "--out", ""}, args...), nil, &out, &said)
	words = said.String() + out.String()
	f, err := store.OpenReadOnly(t.Context(), db)
	if err != nil {
		return code, words, nil, nil
	}
	defer f.Close()
	run, err := f.Run(t.Context(), "latest")
	if err != nil {
		return code, words, nil, nil
	}
	if stages, err = f.Stages(t.Context(), run.ID); err != nil {
		t.Fatal(err)
	}
	for g, err := range f.Graded(t.Context(), run.ID, headline) {
		if err != nil {
			t.Fatal(err)
		}
		trials = append(trials, g)
	}
	return code, words, stages, trials
}

// paced answers in the time of a small model.
func paced(fakeai.Request) fakeai.Reply {
	return fakeai.Reply{Text: "Not known, as far as I can see from here.", Pace: fakeai.Pace{First: 20 * time.Millisecond, Gap: 5 * time.Millisecond}, FlushEach: true}
}

func TestBenchHoldsStages(t *testing.T) {
	server := fakeai.Start(t, paced)
	_, words, stages, trials := benched(t, t.Context(), server.Base(), "--concurrency", "2,3", "--requests", "30", "--warmup", "4", "--limit", "20")
	if len(stages) != 2 || stages[0].Stage.Name != "concurrency-2" || stages[1].Sent != 30 {
		t.Fatalf("stages %+v\n%s", stages, words)
	}
	if len(trials) != 60 || server.Requests() != 68 {
		t.Errorf("%d trials, %d requests with 4 for each warm-up\n%s", len(trials), server.Requests(), words)
	}
	if p := server.Peak(); p != 3 {
		t.Errorf("%d requests were in flight at once", p)
	}
	for _, g := range trials {
		if g.Score.Verdict != scorers.Abstained || g.Trial.Arm != runners.Retrieved || len(g.Trial.Shown.Passages) == 0 {
			t.Fatalf("trial %+v has score %+v", g.Trial.Key, g.Score)
		}
		if strings.Contains(g.Trial.Prompt.Messages[len(g.Trial.Prompt.Messages)-1].Content, "Repeat the first ten words") {
			t.Fatal("the warm-up was kept")
		}
	}
	if !strings.Contains(words, "hallucination 0.0 % (") {
		t.Errorf("it does not say how true the answers were:\n%s", words)
	}
	if len(stages[0].Connect) == 0 {
		t.Error("no connection was opened beforehand")
	}
}

// Every mode sends what it is to send.
func TestBenchModes(t *testing.T) {
	trace := filepath.Join(t.TempDir(), "trace.jsonl")
	items := `{"timestamp":0,"item":"hr-001"}` + "\n" + `{"timestamp":120,"item":"hr-001"}` + "\n" + `{"timestamp":60}` + "\n"
	if err := os.WriteFile(trace, []byte(items), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		args []string
		sent int
	}{
		{"rate-40", []string{"--rate", "40", "--requests", "20"}, 20},
		{"rate-40", []string{"--rate", "40", "--arrivals", "gamma", "--shape", "0.5", "--duration", "500ms"}, 20},
		{"rate-40", []string{"--rate", "40", "--arrivals", "constant", "--duration", "250ms", "--ramp", "500ms"}, 20},
		{"burst-5", []string{"--burst", "--requests", "20", "-j", "5"}, 20},
		{"sessions-4", []string{"--sessions", "4", "--turns", "3", "--think", "1ms", "--requests", "24"}, 24},
		{"trace", []string{"--trace", trace}, 3},
	} {
		_, words, stages, trials := benched(t, t.Context(), fakeai.Start(t, paced).Base(), append(c.args, "--warmup", "0")...)
		if len(stages) != 1 || stages[0].Stage.Name != c.name || stages[0].Sent != c.sent || len(trials) != c.sent {
			t.Errorf("%v: stages %+v, %d trials\n%s", c.args, stages, len(trials), words)
			continue
		}
		if c.name == "trace" {
			named := 0
			for _, g := range trials {
				if g.Item.ID == "hr-001" {
					named++
				}
			}
			if named < 2 {
				t.Errorf("the item that the trace names was asked %d times", named)
			}
		}
	}
}

// Synthetic prompts and replies have the tokens that were asked for, by the server's own count.
func TestBenchSynthetic(t *testing.T) {
	obeys := func(r fakeai.Request) fakeai.Reply {
		n := r.MaxTokens
		return fakeai.Reply{Text: strings.TrimSpace(strings.Repeat("word ", n)), Finish: "length", Pace: fakeai.Pace{First: 10 * time.Millisecond, Gap: time.Millisecond}}
	}
	_, words, stages, trials := benched(t, t.Context(), fakeai.Start(t, obeys).Base(), "--concurrency", "4", "--requests", "20", "--input-tokens", "200", "--output-tokens", "30", "--shared-prefix", "0.5")
	if len(stages) != 1 || len(trials) != 20 || stages[0].Stage.InputTokens != 200 || stages[0].Stage.OutputTokens != 30 {
		t.Fatalf("stages %+v, %d trials\n%s", stages, len(trials), words)
	}
	for _, g := range trials {
		if tokens := g.Trial.Response.Tokens; tokens.Prompt != 200 || tokens.Completion != 30 || g.Trial.Status != runners.OK || g.Score.Scorer != "" {
			t.Fatalf("trial %+v: %+v, status %s, scored by %q", g.Trial.Key, tokens, g.Trial.Status, g.Score.Scorer)
		}
	}
	if len(stages[0].Notes) != 0 {
		t.Errorf("notes %q", stages[0].Notes)
	}

	stops := func(fakeai.Request) fakeai.Reply { return fakeai.Reply{Text: "That is all."} }
	_, words, stages, _ = benched(t, t.Context(), fakeai.Start(t, stops).Base(), "--concurrency", "2", "--requests", "6", "--input-tokens", "50", "--output-tokens", "30")
	if len(stages) != 1 || len(stages[0].Notes) != 1 || !strings.Contains(stages[0].Notes[0], "6 of 6 replies ended before the tokens that were asked for") {
		t.Errorf("a target that ends its replies early: %+v\n%s", stages, words)
	}
}

// A trace of lengths is replayed with prompts of those lengths.
func TestBenchTraceOfLengths(t *testing.T) {
	trace := filepath.Join(t.TempDir(), "trace.jsonl")
	var lines strings.Builder
	for i := range 12 {
		fmt.Fprintf(&lines, `{"timestamp": %d, "input_length": %d, "output_length": %d}`+"\n", 10*i, 40+i, 5+i)
	}
	if err := os.WriteFile(trace, []byte(lines.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	obeys := func(r fakeai.Request) fakeai.Reply {
		return fakeai.Reply{Text: strings.TrimSpace(strings.Repeat("word ", r.MaxTokens))}
	}
	_, words, _, trials := benched(t, t.Context(), fakeai.Start(t, obeys).Base(), "--trace", trace)
	seen := map[int]int{}
	for _, g := range trials {
		seen[g.Trial.Response.Tokens.Prompt] = g.Trial.Response.Tokens.Completion
	}
	for i := range 12 {
		if seen[40+i] != 5+i {
			t.Errorf("prompt of %d tokens: reply of %d, want %d\n%s", 40+i, seen[40+i], 5+i, words)
		}
	}
}

// A target that dies in the middle of a stage: what it answered is kept, the exit code is the infrastructure's, and the words are clear.
func TestBenchTargetDies(t *testing.T) {
	var n atomic.Int64
	fake := fakeai.Handler(paced, fakeai.Options{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/chat/completions") && n.Add(1) > 30 {
			panic(http.ErrAbortHandler)
		}
		fake.ServeHTTP(w, r)
	}))
	defer server.Close()
	code, words, stages, trials := benched(t, t.Context(), server.URL+"/v1", "--concurrency", "4,8", "--duration", "1m", "--warmup", "0")
	answered := 0
	for _, g := range trials {
		if g.Trial.Status == runners.OK {
			answered++
		}
	}
	if code != exitInfrastructure || answered != 30 || len(stages) != 1 || stages[0].Stopped == "" {
		t.Errorf("exit code %d, %d answers kept, %d stages\n%s", code, answered, len(stages), words)
	}
	if !strings.Contains(words, "the target stopped answering") {
		t.Errorf("it does not say so:\n%s", words)
	}
}

func TestBenchNobodyThere(t *testing.T) {
	server := httptest.NewServer(nil)
	server.Close()
	code, words, stages, _ := benched(t, t.Context(), server.URL+"/v1", "--concurrency", "2", "--requests", "5")
	if code != exitInfrastructure || len(stages) != 0 || !strings.Contains(words, "connection refused") {
		t.Errorf("exit code %d\n%s", code, words)
	}
}

// Interrupted, the run keeps what was answered, with the stage as far as it went.
func TestBenchInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	server := fakeai.Start(t, func(r fakeai.Request) fakeai.Reply {
		if r.N == 25 {
			cancel()
		}
		return paced(r)
	})
	code, words, stages, trials := benched(t, ctx, server.Base(), "--concurrency", "2", "--duration", "1m", "--warmup", "0")
	if code != exitInterrupted || len(stages) != 1 || stages[0].Stopped != "interrupted" || len(trials) < 20 || len(trials) > 27 {
		t.Errorf("exit code %d, stages %+v, %d trials\n%s", code, stages, len(trials), words)
	}
}

// A target that slows down beyond four requests in flight is found to bear at most four: where it does not, its times are twice the limit.
func TestBenchFindsCapacity(t *testing.T) {
	var busy atomic.Int64
	slow := func(fakeai.Request) fakeai.Reply {
		first := 5 * time.Millisecond
		if busy.Load() > 4 {
			first = 400 * time.Millisecond
		}
		return fakeai.Reply{Text: "Not known.", Pace: fakeai.Pace{First: first, Gap: 4 * time.Millisecond}, FlushEach: true}
	}
	fake := fakeai.Handler(slow, fakeai.Options{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/chat/completions") {
			busy.Add(1)
			defer busy.Add(-1)
		}
		fake.ServeHTTP(w, r)
	}))
	defer server.Close()
	code, words, stages, trials := benched(t, t.Context(), server.URL+"/v1", "--slo", "p50 ttft<200ms", "--max-hallucination", "25%", "--requests", "24", "--warmup", "0", "--search", "concurrency:1..64")
	if code == exitInfrastructure && strings.Contains(words, "INVALID") {
		t.Skipf("this machine is too busy to measure on:\n%s", words)
	}
	if code != exitOK || !strings.Contains(words, "capacity: 4 requests in flight; it holds at 4 and breaks at 5") {
		t.Errorf("exit code %d\n%s", code, words)
	}
	names := map[string]bool{}
	for _, s := range stages {
		names[s.Stage.Name] = true
	}
	if !names["concurrency-4-again-2"] || !names["concurrency-8"] || len(trials) != 24*len(stages) {
		t.Errorf("stages %v, %d trials", names, len(trials))
	}
}

// Promises that nothing keeps are a broken promise; too few replies to tell are another thing.
func TestBenchFindsNoCapacity(t *testing.T) {
	lies := func(r fakeai.Request) fakeai.Reply {
		reply := worsened(r, 1)
		reply.Pace = fakeai.Pace{First: 10 * time.Millisecond, Gap: 4 * time.Millisecond}
		return reply
	}
	for _, c := range []struct {
		name   string
		script fakeai.Script
		most   string
		code   int
		says   string
	}{
		{"every answer is false", lies, "5%", exitFailed, "no load keeps the promises"},
		{"every answer is withheld, but they are few", paced, "5%", exitInconclusive, "too few replies"},
	} {
		code, words, _, _ := benched(t, t.Context(), fakeai.Start(t, c.script).Base(), "--max-hallucination", c.most, "--requests", "20", "--warmup", "0")
		if code == exitInfrastructure && strings.Contains(words, "INVALID") {
			t.Skipf("this machine is too busy to measure on:\n%s", words)
		}
		if code != c.code || !strings.Contains(words, c.says) {
			t.Errorf("%s: exit code %d, want %d\n%s", c.name, code, c.code, words)
		}
	}
}
