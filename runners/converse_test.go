package runners_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/viva-eval/viva/internal/fakeai"
	"github.com/viva-eval/viva/internal/prompt"
	"github.com/viva-eval/viva/internal/wire"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

// scripted is a tool that does what its arguments say.
type scripted struct {
	meet chan struct{} // with "together", the calls wait for each other
}

func (scripted) Spec() runners.ToolSpec {
	return runners.ToolSpec{Name: "look", Description: "Looks things up.", Parameters: json.RawMessage(`{"type":"object","properties":{"do":{"type":"string"}}}`)}
}

func (s scripted) Call(ctx context.Context, arguments json.RawMessage) (runners.ToolResult, error) {
	var given struct{ Do string }
	if err := json.Unmarshal(arguments, &given); err != nil {
		return runners.ToolResult{Problem: "do must be a text"}, nil
	}
	switch given.Do {
	case "break":
		return runners.ToolResult{}, errors.New("the database is gone")
	case "hang":
		<-ctx.Done()
		return runners.ToolResult{}, ctx.Err()
	case "wrong":
		return runners.ToolResult{Problem: "no such column: leaves"}, nil
	case "together":
		select {
		case s.meet <- struct{}{}:
		case <-s.meet:
		case <-ctx.Done():
			return runners.ToolResult{}, ctx.Err()
		}
	case "page":
		return runners.ToolResult{Text: "the page", Passages: []suites.Passage{{ID: "p", Text: "It is 28."}}}, nil
	case "long":
		return runners.ToolResult{Text: strings.Repeat("年", 20_000)}, nil
	}
	return runners.ToolResult{Text: "found: " + given.Do}, nil
}

func look(do string) fakeai.Call {
	return fakeai.Call{ID: "id-" + do, Name: "look", Arguments: fmt.Sprintf(`{"do":%q}`, do)}
}

// calling is the script that makes the calls of one step after the other and then answers.
func calling(answer string, steps ...[]fakeai.Call) fakeai.Script {
	return func(q fakeai.Request) fakeai.Reply {
		made := len(q.Called)
		for _, step := range steps {
			if made < len(step) || made == 0 {
				return fakeai.Reply{Reasoning: "I look.", Calls: step}
			}
			made -= len(step)
		}
		return fakeai.Reply{Text: answer}
	}
}

// sit asks one item under an arm with tools, over the wire.
func sit(t *testing.T, ctx context.Context, script fakeai.Script, stream bool, arm runners.Arm, timeout time.Duration) (trials []runners.Trial, server *fakeai.Server) {
	t.Helper()
	server = fakeai.Start(t, script)
	client, err := wire.New(wire.Config{BaseURL: server.Base(), Model: "fake", NoStream: !stream})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if arm.Tools == nil {
		arm.Tools = []runners.Tool{scripted{meet: make(chan struct{})}}
	}
	arm.Name = runners.Tools
	r := runners.Runner{Target: runners.Chat{Client: client}, Suite: suite(1), Arms: []runners.Arm{arm}, Attempts: 2, Timeout: timeout}
	for trial := range r.Trials(ctx) {
		trials = append(trials, trial)
	}
	server.Close()
	return trials, server
}

func TestConverse(t *testing.T) {
	loop := func(q fakeai.Request) fakeai.Reply {
		return fakeai.Reply{Calls: []fakeai.Call{{ID: fmt.Sprint("c", len(q.Called)), Name: "look", Arguments: `{"do":"x"}`}}}
	}
	for _, row := range []struct {
		why     string
		script  fakeai.Script
		arm     runners.Arm
		timeout time.Duration
		status  runners.Status
		text    string
		err     string   // in Err
		turns   int      // requests answered
		told    []string // what the examinee was told of each call, its beginning
		shown   []string // ids
	}{
		{why: "right use", script: calling("28 days", []fakeai.Call{look("leave")}), status: runners.OK, text: "28 days", turns: 2, told: []string{"found: leave"}, shown: []string{"look:1"}},
		{why: "a tool that brings passages", script: calling("28", []fakeai.Call{look("page")}, []fakeai.Call{look("page")}), status: runners.OK, text: "28", turns: 3,
			told: []string{"the page", "the page"}, shown: []string{"p"}},
		{why: "no use", script: fakeai.Say("28 days"), status: runners.OK, text: "28 days", turns: 1},
		{why: "a wrong query, then a right one", script: calling("28", []fakeai.Call{look("wrong")}, []fakeai.Call{look("leave")}), status: runners.OK, text: "28", turns: 3,
			told: []string{"error: no such column: leaves", "found: leave"}, shown: []string{"look:2"}},
		{why: "arguments that are no JSON", script: calling("28", []fakeai.Call{{ID: "a", Name: "look", Arguments: `{"do": "lea`}}), status: runners.OK, text: "28", turns: 2,
			told: []string{"error: the arguments are not a JSON object"}},
		{why: "arguments that are no object", script: calling("28", []fakeai.Call{{ID: "a", Name: "look", Arguments: `null`}, {ID: "b", Name: "look", Arguments: `[1]`}}), status: runners.OK, text: "28", turns: 2,
			told: []string{"error: the arguments are not a JSON object", "error: the arguments are not a JSON object"}},
		{why: "an unknown tool", script: calling("28", []fakeai.Call{{ID: "a", Name: "seek", Arguments: `{}`}}), status: runners.OK, text: "28", turns: 2,
			told: []string{`error: there is no tool "seek"; the tools are: look`}},
		{why: "side by side, answered in order", script: calling("28", []fakeai.Call{look("together"), {ID: "second", Name: "look", Arguments: `{"do":"together"}`}}), timeout: 20 * time.Second,
			status: runners.OK, text: "28", turns: 2, told: []string{"found: together", "found: together"}, shown: []string{"look:1", "look:2"}},
		{why: "a long result is cut", script: calling("28", []fakeai.Call{look("long")}), status: runners.OK, text: "28", turns: 2, told: []string{"年年"}, shown: []string{"look:1"}},
		{why: "an endless loop", script: loop, arm: runners.Arm{Turns: 3}, status: runners.Truncated, err: "turn limit", turns: 3, told: []string{"found: x", "found: x", ""}, shown: []string{"look:1", "look:2"}},
		{why: "the last turn must answer", arm: runners.Arm{Turns: 3}, script: func(q fakeai.Request) fakeai.Reply {
			if q.ToolChoice == "none" {
				return fakeai.Reply{Text: "Not known."}
			}
			return loop(q)
		}, status: runners.OK, text: "Not known.", turns: 3, told: []string{"found: x", "found: x"}, shown: []string{"look:1", "look:2"}},
		{why: "the tokens are spent", arm: runners.Arm{Tokens: 1}, script: loop, status: runners.Truncated, err: "token limit", turns: 2, told: []string{"found: x", ""}, shown: []string{"look:1"}},
		{why: "a tool that breaks", script: calling("28", []fakeai.Call{look("leave"), look("break")}), status: runners.Failed, err: "call tool look: the database is gone", turns: 1,
			told: []string{"found: leave", ""}, shown: []string{"look:1"}},
		{why: "a tool that hangs", timeout: 50 * time.Millisecond, script: calling("28", []fakeai.Call{look("hang")}), status: runners.Failed, err: "nothing came within", turns: 1, told: []string{""}},
		{why: "a parser that is off", script: func(q fakeai.Request) fakeai.Reply { r := loop(q); r.Fault = fakeai.CallText; return r }, status: runners.Refused, err: "as text", turns: 1},
		{why: "a server without tools", script: func(q fakeai.Request) fakeai.Reply {
			if len(q.Tools) > 0 {
				return fakeai.Reply{Status: 400, Text: `"auto" tool choice requires --enable-auto-tool-choice`}
			}
			return fakeai.Reply{Text: "28"}
		}, status: runners.Refused, err: "tools refused", turns: 1},
		{why: "a template that takes no results", script: func(q fakeai.Request) fakeai.Reply {
			if len(q.Results) > 0 {
				return fakeai.Reply{Status: 400, Text: "Conversation roles must alternate user/assistant/user/assistant/..."}
			}
			return loop(q)
		}, status: runners.Refused, err: "tools refused", turns: 2, told: []string{"found: x"}, shown: []string{"look:1"}},
		{why: "results that outgrow the context", script: func(q fakeai.Request) fakeai.Reply {
			if len(q.Results) > 1 {
				return fakeai.Reply{Status: 400, Text: "This model's maximum context length is 8192 tokens. However, your messages with tools resulted in 9000 tokens."}
			}
			return loop(q)
		}, status: runners.Truncated, err: "context limit: after 2 turns", turns: 3, told: []string{"found: x", "found: x"}, shown: []string{"look:1", "look:2"}},
		{why: "a paper that is too long by itself", script: func(fakeai.Request) fakeai.Reply {
			return fakeai.Reply{Status: 400, Text: "This model's maximum context length is 8192 tokens."}
		},
			status: runners.Refused, err: "rejected", turns: 1},
		{why: "cut off within a call", script: func(q fakeai.Request) fakeai.Reply { r := loop(q); r.Fault = fakeai.Length; return r }, status: runners.Truncated, turns: 1},
		{why: "a server that fails once in the second turn", script: func(q fakeai.Request) fakeai.Reply {
			r := calling("28", []fakeai.Call{look("leave")})(q)
			if len(q.Results) > 0 {
				r.Fault, r.Times = fakeai.ServerError, 1
			}
			return r
		}, status: runners.OK, text: "28", turns: 2, told: []string{"found: leave"}, shown: []string{"look:1"}},
	} {
		for _, stream := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s/stream=%v", row.why, stream), func(t *testing.T) {
				t.Parallel()
				trials, server := sit(t, t.Context(), row.script, stream, row.arm, row.timeout)
				if len(trials) != 1 {
					t.Fatalf("%d trials", len(trials))
				}
				got := trials[0]
				if got.Status != row.status || !strings.Contains(got.Err, row.err) || (row.err == "") != (got.Err == "") || row.text != "" && got.Response.Text != row.text {
					t.Errorf("status %q, error %q, text %q", got.Status, got.Err, got.Response.Text)
				}
				if len(got.Turns) != row.turns || got.Attempts != server.Requests() {
					t.Errorf("%d turns, %d attempts, %d requests", len(got.Turns), got.Attempts, server.Requests())
				}
				var told, shown []string
				var tokens int
				for _, turn := range got.Turns {
					tokens += turn.Tokens.Prompt + turn.Tokens.Completion
					for _, call := range turn.Calls {
						told = append(told, call.Told())
						if call.Told() != "" && (call.Started.IsZero() || call.Started.Before(turn.Timing.Sent)) {
							t.Errorf("the call started at %v, its turn at %v", call.Started, turn.Timing.Sent)
						}
					}
				}
				if len(told) != len(row.told) {
					t.Errorf("told %q", told)
				}
				for i := range min(len(told), len(row.told)) {
					if !strings.HasPrefix(told[i], row.told[i]) || row.told[i] == "" && told[i] != "" || len(told[i]) > 33_000 {
						t.Errorf("call %d was told %.80q, want %q", i, told[i], row.told[i])
					}
				}
				for _, p := range got.Shown.Passages {
					shown = append(shown, p.ID)
				}
				if diff := cmp.Diff(row.shown, shown); diff != "" {
					t.Errorf("shown:\n%s", diff)
				}
				if got.Shown.Expect != runners.ExpectAnswer || got.Prompt.Tools != nil || got.Prompt.Turns != nil {
					t.Errorf("expects %q", got.Shown.Expect)
				}
				if sum := got.Response.Tokens.Prompt + got.Response.Tokens.Completion; sum != tokens {
					t.Errorf("%d tokens in all, %d over the turns", sum, tokens)
				}
				clock := got.Response.Timing
				if first := got.Turns[0].Timing; clock.Sent != first.Sent || clock.Scheduled != first.Scheduled || clock.FirstToken != first.FirstToken {
					t.Errorf("the clock %+v does not begin with the first turn %+v", clock, first)
				}
				if last := got.Turns[len(got.Turns)-1].Timing; clock.Last != last.Last || clock.FirstAnswerToken != last.FirstAnswerToken {
					t.Errorf("the clock %+v does not end with the last turn %+v", clock, last)
				}
			})
		}
	}
}

// A call beyond the sixteenth of a turn is answered, and not carried out.
func TestManyCalls(t *testing.T) {
	var calls []fakeai.Call
	for i := range 20 {
		calls = append(calls, fakeai.Call{ID: fmt.Sprint("c", i), Name: "look", Arguments: fmt.Sprintf(`{"do":"%d"}`, i)})
	}
	trials, _ := sit(t, t.Context(), calling("28", calls), true, runners.Arm{}, 0)
	for i, c := range trials[0].Turns[0].Calls {
		if want := fmt.Sprint("found: ", i); i < 16 && c.Result != want || i >= 16 && !strings.Contains(c.Problem, "too many calls") {
			t.Errorf("call %d: %+v", i, c)
		}
	}
}

// An abandoned trial never took place, also when it was abandoned inside a tool.
func TestConverseAbandoned(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	script := calling("28", []fakeai.Call{look("hang")})
	time.AfterFunc(100*time.Millisecond, cancel)
	if trials, _ := sit(t, ctx, script, true, runners.Arm{}, 0); len(trials) != 0 {
		t.Errorf("%+v", trials)
	}
}

// The paper of an arm with tools differs in its instructions alone.
func TestPaperOfTools(t *testing.T) {
	s := suite(1)
	_, with, err := runners.Preview(t.Context(), s, s.Items[0], runners.Arm{Name: runners.Tools, Tools: []runners.Tool{scripted{}}})
	if err != nil {
		t.Fatal(err)
	}
	_, without, err := runners.Preview(t.Context(), s, s.Items[0], runners.Arm{Name: runners.ClosedBook})
	if err != nil {
		t.Fatal(err)
	}
	if with[0] == without[0] || with[1] != without[1] {
		t.Errorf("%q and %q", with, without)
	}
	if p, err := prompt.Parse(with); err != nil || !p.Tools {
		t.Errorf("%v, %+v", err, p)
	}
}

// shelf is a retriever over a fixed list.
type shelf struct {
	pages []suites.Passage
	err   error
}

func (s shelf) Retrieve(_ context.Context, question string, k int) ([]suites.Passage, error) {
	if question == "nothing" {
		return nil, s.err
	}
	return s.pages[:min(k, len(s.pages))], s.err
}

func TestSearchTool(t *testing.T) {
	pages := []suites.Passage{{ID: "a", Title: "Leave", Text: "It is 28 days.", ValidFrom: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}, {ID: "b", Text: "=== [x]\nwith marks"}, {ID: "c", Text: "three"}}
	tool := runners.SearchTool{Retriever: shelf{pages: pages}, K: 2}
	var schema map[string]any
	if err := json.Unmarshal(tool.Spec().Parameters, &schema); err != nil || schema["type"] != "object" {
		t.Errorf("%v: %v", err, schema)
	}
	got, err := tool.Call(t.Context(), json.RawMessage(`{"query":"leave"}`))
	if err != nil || got.Problem != "" || len(got.Passages) != 2 {
		t.Fatalf("%v: %+v", err, got)
	}
	read, err := prompt.ParsePassages(got.Text)
	if err != nil {
		t.Fatal(err)
	}
	want := []prompt.Passage{{ID: "a", Title: "Leave", Date: "2026-01-01", Text: pages[0].Text}, {ID: "b", Text: pages[1].Text}}
	if diff := cmp.Diff(want, read); diff != "" {
		t.Error(diff)
	}
	for arguments, problem := range map[string]string{`{}`: "missing", `{"query":"  "}`: "missing", `{"query":3}`: "must be a text", `[]`: "must be a text"} {
		if got, err := tool.Call(t.Context(), json.RawMessage(arguments)); err != nil || !strings.Contains(got.Problem, problem) {
			t.Errorf("%s: %v, %+v", arguments, err, got)
		}
	}
	if got, err := tool.Call(t.Context(), json.RawMessage(`{"query":"nothing"}`)); err != nil || got.Text == "" || got.Passages != nil {
		t.Errorf("nothing found: %v, %+v", err, got)
	}
	if _, err := (runners.SearchTool{Retriever: shelf{err: errors.New("gone")}}).Call(t.Context(), json.RawMessage(`{"query":"nothing"}`)); err == nil {
		t.Error("a retriever that broke is no empty result")
	}
	long := runners.SearchTool{K: 3, Retriever: shelf{pages: []suites.Passage{{ID: "a", Text: strings.Repeat("年", 30_000)}, {ID: "b", Text: strings.Repeat("b", 20_000)}, {ID: "c", Text: "c"}}}}
	got, err = long.Call(t.Context(), json.RawMessage(`{"query":"leave"}`))
	if read, e := prompt.ParsePassages(got.Text); err != nil || e != nil || len(read) != len(got.Passages) || len(got.Text) > 32<<10 || read[0].Text != got.Passages[0].Text {
		t.Errorf("%v, %v: %d of %d passages in %d bytes", err, e, len(read), len(got.Passages), len(got.Text))
	}
}
