package wire

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/viva-eval/viva/internal/fakeai"
	"github.com/viva-eval/viva/internal/prompt"
)

var searchTool = Tool{Name: "search", Description: "Finds passages.",
	Parameters: json.RawMessage(`{"type":"object","properties":{"query":{"type":"string"}},"required":["query"]}`)}

func asking() Request {
	return Request{Messages: []prompt.Message{{Role: "user", Content: "How many days?"}}, Tools: []Tool{searchTool}}
}

// TestCalls: however a server spells two calls, and whatever the form of its stream, they come out the same.
func TestCalls(t *testing.T) {
	made := []fakeai.Call{{ID: "call_a", Name: "search", Arguments: `{"query":"annual leave, {in} \"days\" 年假"}`}, {ID: "call_b", Name: "search", Arguments: `{"query":"leave"}`}}
	forms := []fakeai.Fault{fakeai.None, fakeai.SplitBytes, fakeai.Segments, fakeai.EscapedRunes, fakeai.MultilineData, fakeai.LineCR, fakeai.NullContent,
		fakeai.RoleEarly, fakeai.RoleEach, fakeai.FinishWithText, fakeai.UsageEach, fakeai.NoDone, fakeai.ReasoningField, fakeai.ThinkBlock, fakeai.JSONBody}
	habits := []fakeai.Fault{fakeai.None, fakeai.CallWhole, fakeai.CallMixed, fakeai.CallNoIndex, fakeai.CallOneIndex, fakeai.CallNoID, fakeai.CallSameID,
		fakeai.CallObject, fakeai.CallStop}
	for _, habit := range habits {
		for _, form := range forms {
			for _, stream := range []bool{true, false} {
				name := fmt.Sprintf("%s/%s/stream=%v", habit, form, stream)
				server := fakeai.Start(t, func(fakeai.Request) fakeai.Reply {
					return fakeai.Reply{Text: "Let me look.", Calls: made, Fault: habit, Also: []fakeai.Fault{form}}
				})
				c := client(t, server.Base(), func(cfg *Config) { cfg.NoStream = !stream })
				r, err := c.Chat(t.Context(), asking())
				server.Close()
				if err != nil {
					t.Errorf("%s: %v", name, err)
					continue
				}
				if r.Text != "Let me look." || r.Written {
					t.Errorf("%s: text %q, written %v", name, r.Text, r.Written)
				}
				want := []Call{{"call_a", "search", made[0].Arguments}, {"call_b", "search", made[1].Arguments}}
				ids := habit != fakeai.CallNoID && habit != fakeai.CallSameID
				got := append([]Call(nil), r.Calls...)
				for i := range got {
					if !ids && i < len(want) {
						want[i].ID = got[i].ID
					}
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s:\n%s", name, diff)
				} else if got[0].ID == got[1].ID || got[0].ID == "" || got[1].ID == "" {
					t.Errorf("%s: ids %q and %q", name, got[0].ID, got[1].ID)
				}
				if r.Streamed && r.Clock.FirstToken.IsZero() {
					t.Errorf("%s: no first token", name)
				}
			}
		}
	}
}

// What a server sends that no other does: the pieces of one call after the other, as the wire has them.
func TestAssemble(t *testing.T) {
	for _, row := range []struct {
		why    string
		pieces []string
		want   []Call
	}{
		{"the ordinary case", []string{`{"index":0,"id":"a","function":{"name":"f","arguments":""}}`, `{"index":0,"function":{"arguments":"{\"x\""}}`, `{"index":0,"function":{"arguments":":1}"}}`},
			[]Call{{"a", "f", `{"x":1}`}}},
		{"id and name with every piece", []string{`{"index":0,"id":"a","function":{"name":"f","arguments":"{"}}`, `{"index":0,"id":"a","function":{"name":"f","arguments":"}"}}`},
			[]Call{{"a", "f", `{}`}}},
		{"the same, and an empty piece at the end", []string{`{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}`, `{"index":0,"id":"a","function":{"name":"f","arguments":""}}`},
			[]Call{{"a", "f", `{}`}}},
		{"a name in pieces", []string{`{"index":0,"id":"a","function":{"name":"sea"}}`, `{"index":0,"function":{"name":"rch","arguments":"{}"}}`},
			[]Call{{"a", "search", `{}`}}},
		{"no arguments at all", []string{`{"index":0,"id":"a","function":{"name":"f"}}`, `{"index":1,"id":"b","function":{"name":"g","arguments":null}}`},
			[]Call{{"a", "f", `{}`}, {"b", "g", `{}`}}},
		{"an index as text, an id as a number", []string{`{"index":"0","id":7,"function":{"name":"f","arguments":"{}"}}`}, []Call{{"7", "f", `{}`}}},
		{"no calls, but something else", []string{`null`, `3`, `"x"`, `[]`}, nil},
		{"a call without a function", []string{`{"index":0,"id":"a"}`}, []Call{{"a", "", `{}`}}},
		{"arguments that are a list", []string{`{"index":0,"id":"a","function":{"name":"f","arguments":[1]}}`}, []Call{{"a", "f", `[1]`}}},
		{"no index, no id: a name behind whole arguments begins another", []string{`{"function":{"name":"f","arguments":"{\"x\":\"}\"}"}}`, `{"function":{"name":"f","arguments":"{}"}}`},
			[]Call{{"call00001", "f", `{"x":"}"}`}, {"call00002", "f", `{}`}}},
		{"an id of a turn before", []string{`{"index":0,"id":"old","function":{"name":"f","arguments":"{}"}}`}, []Call{{"call00002", "f", `{}`}}},
	} {
		var all calls
		for _, raw := range row.pieces {
			var ps pieces
			if err := json.Unmarshal([]byte("["+raw+"]"), &ps); err != nil {
				t.Fatal(err)
			}
			for _, p := range ps {
				if err := all.add(p); err != nil {
					t.Fatal(err)
				}
			}
		}
		if diff := cmp.Diff(row.want, all.take([]Turn{{Calls: []Call{{ID: "old"}}}}[:btoi(strings.Contains(row.why, "before"))], strings.Clone)); diff != "" {
			t.Errorf("%s:\n%s", row.why, diff)
		}
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// FuzzAssemble: whatever is said of calls, however it is cut, there is no panic, every call has an id of its own and arguments that are
// not empty, and no more comes out than went in.
func FuzzAssemble(f *testing.F) {
	for _, s := range []string{`{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}}`, `{"id":1,"function":{"arguments":{"a":{}}}}`,
		`{"index":-5,"function":{"name":"f","arguments":"}{"}},{"index":99999999999,"id":"a"}`, `{"function":{"name":"\ud83d"}}`, `{"function":null}`, `{"function":[]}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var ps pieces
		if err := json.Unmarshal([]byte("["+text+"]"), &ps); err != nil {
			return // no JSON at all
		}
		var all calls
		for _, p := range ps {
			if all.add(p) != nil {
				return
			}
		}
		out := all.take([]Turn{{Calls: []Call{{ID: "a"}}}}, func(s string) string { return strings.ToValidUTF8(s, "?") })
		seen := map[string]bool{"a": true}
		for _, c := range out {
			if seen[c.ID] || c.ID == "" || c.Arguments == "" {
				t.Errorf("%q of %q", c, text)
			}
			seen[c.ID] = true
		}
		if len(out) > len(ps) {
			t.Errorf("%d calls of %d pieces", len(out), len(ps))
		}
	})
}

func TestTooManyCalls(t *testing.T) {
	var many []fakeai.Call
	for i := range maxCalls + 1 {
		many = append(many, fakeai.Call{ID: fmt.Sprint("c", i), Name: "search", Arguments: "{}"})
	}
	for name, calls := range map[string][]fakeai.Call{"many": many, "long": {{ID: "a", Name: "search", Arguments: `{"query":"` + strings.Repeat("x ", maxArguments/2) + `"}`}}} {
		server := fakeai.Start(t, func(fakeai.Request) fakeai.Reply { return fakeai.Reply{Calls: calls, PerChunk: 1 << 16} })
		_, err := client(t, server.Base()).Chat(t.Context(), asking())
		if e, ok := asError(err); !ok || e.Kind != Malformed {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The turns go back as a conversation that a strict server takes, and the last of them may be told to call nothing.
func TestTurns(t *testing.T) {
	var got fakeai.Request
	server := fakeai.Start(t, func(q fakeai.Request) fakeai.Reply { got = q; return fakeai.Reply{Text: "28 days"} })
	r := asking()
	r.Turns = []Turn{{Text: "Let me look.", Reasoning: "hm", Calls: []Call{{"a", "search", `{"query":"x"}`}, {"b", "search", `{bad`}}, Results: []string{"found <it>"}}}
	c := client(t, server.Base())
	if _, err := c.Chat(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	want := fakeai.Request{Called: []fakeai.Call{{ID: "a", Name: "search", Arguments: `{"query":"x"}`}, {ID: "b", Name: "search", Arguments: `{bad`}},
		Results: []fakeai.Result{{ID: "a", Text: "found <it>"}, {ID: "b", Text: "(nothing)"}}}
	if diff := cmp.Diff(want.Called, got.Called); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want.Results, got.Results); diff != "" {
		t.Error(diff)
	}
	if len(got.Tools) != 1 || got.Tools[0].Name != "search" || string(got.Tools[0].Parameters) != string(searchTool.Parameters) || got.ToolChoice != "" {
		t.Errorf("%+v, %q", got.Tools, got.ToolChoice)
	}
	r.Withhold = true
	if _, err := c.Chat(t.Context(), r); err != nil || len(got.Tools) != 1 || got.ToolChoice != "none" {
		t.Errorf("withheld: %v, %+v, %q", err, got.Tools, got.ToolChoice)
	}
}

// A server that knows no tool_choice is not shown the tools at the last turn; one that refuses reasoning back does without.
func TestToolsWithoutTheirParameters(t *testing.T) {
	server := fakeai.Start(t, func(q fakeai.Request) fakeai.Reply {
		if q.ToolChoice != "" {
			return fakeai.Reply{Status: 400, Text: "Unsupported parameter: tool_choice"}
		}
		return fakeai.Reply{Text: fmt.Sprint(len(q.Tools), " tools")}
	})
	r := asking()
	r.Withhold = true
	reply, err := client(t, server.Base()).Chat(t.Context(), r)
	if err != nil || reply.Text != "0 tools" || len(reply.Dropped) != 1 || reply.Dropped[0] != "tool_choice" {
		t.Errorf("%v, %+v", err, reply)
	}
}

func TestNoTools(t *testing.T) {
	for _, row := range []struct {
		why, says string
		status    int
		want      Kind
	}{
		{"vLLM without a parser", `"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set`, 400, NoTools},
		{"Ollama", `registry.ollama.ai/library/gemma:2b does not support tools`, 400, NoTools},
		{"llama.cpp", `tools param requires --jinja flag`, 500, NoTools},
		{"OpenRouter", `No endpoints found that support tool use.`, 404, NoTools},
		{"a template without the role", `Conversation roles must alternate user/assistant/user/assistant/...`, 400, NoTools},
		{"a request that is too long", `This model's maximum context length is 8192 tokens. However, your messages with tools are longer.`, 400, Rejected},
		{"a broken engine", `CUDA error`, 500, ServerError},
		{"no such model", `The model does not exist.`, 404, Rejected},
		{"too busy, which passes", `tools are busy`, 429, RateLimited},
	} {
		server := fakeai.Start(t, func(fakeai.Request) fakeai.Reply { return fakeai.Reply{Status: row.status, Text: row.says} })
		_, err := client(t, server.Base()).Chat(t.Context(), asking())
		if e, ok := asError(err); !ok || e.Kind != row.want {
			t.Errorf("%s: %v", row.why, err)
		}
		plain := asking()
		plain.Tools = nil
		_, err = client(t, server.Base()).Chat(t.Context(), plain)
		if e, ok := asError(err); !ok || e.Kind == NoTools {
			t.Errorf("%s, without tools: %v", row.why, err)
		}
	}
}

func TestWritten(t *testing.T) {
	for _, row := range []struct {
		why, text string
		want      bool
	}{
		{"Hermes, Qwen", "<tool_call>\n{\"name\": \"search\", \"arguments\": {\"query\": \"x\"}}\n</tool_call>", true},
		{"Qwen coder", "<tool_call>\n<function=search>\n<parameter=query>x</parameter></function></tool_call>", true},
		{"Mistral", `[TOOL_CALLS][{"name": "search", "arguments": {"query": "x"}}]`, true},
		{"Llama", `<|python_tag|>{"name": "search", "parameters": {"query": "x"}}`, true},
		{"Llama, bare", `{"name": "search", "parameters": {"query": "x"}}`, true},
		{"in a fence", "```json\n{\"name\": \"search\", \"arguments\": {\"query\": \"x\"}}\n```", true},
		{"DeepSeek", "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>search\n```json\n{}\n```", true},
		{"a tool that was not offered", "<tool_call>{\"name\": \"other\"}</tool_call>", false},
		{"an answer that is an object", `{"name": "Ada Lovelace", "age": 36}`, false},
		{"an answer about tools", "I would search for it: 28 days.", false},
	} {
		if got := written(row.text, []Tool{searchTool}); got != row.want {
			t.Errorf("%s: %v", row.why, got)
		}
	}
	server := fakeai.Start(t, func(fakeai.Request) fakeai.Reply {
		return fakeai.Reply{Calls: []fakeai.Call{{Name: "search", Arguments: `{"query":"x"}`}}, Fault: fakeai.CallText}
	})
	r, err := client(t, server.Base()).Chat(t.Context(), asking())
	if err != nil || !r.Written || len(r.Calls) > 0 {
		t.Errorf("%v, %+v", err, r)
	}
}

// A finish reason that promises calls which never come is no answer.
func TestPromisedCalls(t *testing.T) {
	server := fakeai.Start(t, func(fakeai.Request) fakeai.Reply { return fakeai.Reply{Finish: "tool_calls"} })
	_, err := client(t, server.Base()).Chat(t.Context(), asking())
	if e, ok := asError(err); !ok || e.Kind != Malformed {
		t.Error(err)
	}
}

// What the probe says of tools, and what to do about it.
func TestProbeTools(t *testing.T) {
	call := func(name, arguments string) fakeai.Reply {
		return fakeai.Reply{Calls: []fakeai.Call{{ID: "a", Name: name, Arguments: arguments}}}
	}
	for _, row := range []struct {
		why    string
		reply  fakeai.Reply
		ok     bool
		detail string
		remedy string
	}{
		{"called", call("stock", `{"article":"X-4711"}`), true, "arguments that fit", ""},
		{"passed over", fakeai.Reply{Text: "I cannot know."}, false, "was not called", "leave the arm out"},
		{"cut off while reasoning", fakeai.Reply{Reasoning: "hm", Fault: fakeai.Length}, false, "did not reach", "leave the arm out"},
		{"another tool", call("weather", `{}`), false, "not as the tool has it", "leave the arm out"},
		{"arguments that are no object", call("stock", `X-4711`), false, "not as the tool has it", "leave the arm out"},
		{"no parser", fakeai.Reply{Calls: []fakeai.Call{{Name: "stock", Arguments: `{"article":"X"}`}}, Fault: fakeai.CallText}, false, "as text", "tool parser"},
		{"refused", fakeai.Reply{Status: 400, Text: "tools are not supported"}, false, "refused", "tool parser"},
		{"broken", fakeai.Reply{Status: 500, Text: "out of memory"}, false, "out of memory", "leave the arm out"},
	} {
		server := fakeai.Start(t, func(q fakeai.Request) fakeai.Reply {
			if len(q.Tools) == 0 {
				return fakeai.Reply{Text: "one two"}
			}
			return row.reply
		})
		f := probed(t, Config{BaseURL: server.Base(), Model: "fake"})["tools"]
		if f.OK != row.ok || !strings.Contains(f.Detail, row.detail) || !strings.Contains(f.Remedy, row.remedy) {
			t.Errorf("%s: %+v", row.why, f)
		}
	}
}

func TestTooLong(t *testing.T) {
	for _, row := range []struct {
		why, says string
		status    int
		want      bool
	}{
		{"OpenAI, vLLM, DeepSeek", `This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.`, 400, true},
		{"llama.cpp", `the request exceeds the available context size, try increasing it`, 400, true},
		{"SGLang", `The input (9000 tokens) is longer than the model's context length (8192 tokens).`, 400, true},
		{"TGI", "`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 4000 `inputs` tokens and 200 `max_new_tokens`", 422, true},
		{"a proxy before an engine", `prompt is too long: 210000 tokens > 200000 maximum`, 400, true},
		{"Mistral", `Prompt contains 40000 tokens, too large for model with 32768 maximum context length`, 400, true},
		{"a body that is too large", `Request Entity Too Large`, 413, true},
		{"another refusal", `temperature must lie between 0 and 1`, 400, false},
		{"a server that fails", `context length`, 500, false},
		{"too many requests", `too many tokens per minute`, 429, false},
	} {
		server := fakeai.Start(t, func(fakeai.Request) fakeai.Reply { return fakeai.Reply{Status: row.status, Text: row.says} })
		_, err := client(t, server.Base()).Chat(t.Context(), asking())
		if e, ok := asError(err); !ok || e.TooLong() != row.want {
			t.Errorf("%s: %v", row.why, err)
		}
	}
}
