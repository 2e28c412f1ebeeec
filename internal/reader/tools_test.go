package reader

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/viva-eval/viva/internal/prompt"
)

const searchTools = `,"tools":[{"type":"function","function":{"name":"sql_query","parameters":{"type":"object","properties":{"sql":{"type":"string"}}}}},
	{"type":"function","function":{"name":"search_pages","parameters":{"type":"object","properties":{"deep":true,"query":{"type":"string"}},"required":["query"]}}}]`

// asked is the request for a paper with tools, after calls and their results.
func asked(t *testing.T, results []string, more string) string {
	t.Helper()
	p := leavePaper
	p.Passages, p.Tools = nil, true
	msgs := []any{}
	for _, m := range p.Messages() {
		msgs = append(msgs, map[string]any{"role": m.Role, "content": m.Content})
	}
	for i, r := range results {
		id := fmt.Sprint("c", i)
		msgs = append(msgs, map[string]any{"role": "assistant", "tool_calls": []any{map[string]any{"id": id, "type": "function", "function": map[string]any{"name": "search_pages", "arguments": "{}"}}}},
			map[string]any{"role": "tool", "tool_call_id": id, "content": r})
	}
	data, err := json.Marshal(msgs)
	if err != nil {
		t.Fatal(err)
	}
	return `{"model":"viva-reader","messages":` + string(data) + more + `}`
}

type toolReply struct {
	Choices []struct {
		Message struct {
			Content   string
			ToolCalls []struct {
				ID, Type string
				Function struct{ Name, Arguments string }
			} `json:"tool_calls"`
		}
		Finish string `json:"finish_reason"`
	}
}

func TestSearchesForTheQuestion(t *testing.T) {
	_, data := post(t, serve(t).URL, asked(t, nil, searchTools))
	var got toolReply
	if err := json.Unmarshal([]byte(data), &got); err != nil || len(got.Choices) != 1 || len(got.Choices[0].Message.ToolCalls) != 1 {
		t.Fatalf("%v: %s", err, data)
	}
	call := got.Choices[0].Message.ToolCalls[0]
	var arguments map[string]string
	if err := json.Unmarshal([]byte(call.Function.Arguments), &arguments); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"query": leavePaper.Question}, arguments); diff != "" || call.Function.Name != "search_pages" || call.ID == "" || call.Type != "function" || got.Choices[0].Finish != "tool_calls" {
		t.Errorf("%+v\n%s", got, diff)
	}
	_, stream := post(t, serve(t).URL, asked(t, nil, searchTools+`,"stream":true`))
	for _, want := range []string{`"index":0`, `"name":"search_pages"`, `"finish_reason":"tool_calls"`, "[DONE]"} {
		if !strings.Contains(stream, want) {
			t.Errorf("no %s in %s", want, stream)
		}
	}
}

// It reads what the tools returned, passages or not, and gives the answer that the same page on its paper would have.
func TestReadsResults(t *testing.T) {
	want := Answer(leavePaper)
	if want == prompt.NotKnown("en") {
		t.Fatal("the paper has no answer")
	}
	for name, row := range map[string]struct {
		results []string
		more    string
		want    string
	}{
		"passages":                   {[]string{prompt.WritePassages([]prompt.Passage{{ID: "x", Text: "Lunch is at noon."}, leave26})}, searchTools, want},
		"text":                       {[]string{leave26.Text}, searchTools, want},
		"several results":            {[]string{"error: no such column", leave26.Text}, searchTools, want},
		"nothing found":              {[]string{"No passage was found."}, searchTools, prompt.NotKnown("en")},
		"no tool that searches":      {nil, `,"tools":[{"type":"function","function":{"name":"search","parameters":{"type":"object","properties":{"query":{"type":"string"},"user":{}},"required":["query","user"]}}},{}]`, prompt.NotKnown("en")},
		"no tools at all":            {nil, "", prompt.NotKnown("en")},
		"tools that may not be used": {nil, searchTools + `,"tool_choice":"none"`, prompt.NotKnown("en")},
	} {
		_, data := post(t, serve(t).URL, asked(t, row.results, row.more))
		var got toolReply
		if err := json.Unmarshal([]byte(data), &got); err != nil || len(got.Choices) != 1 || got.Choices[0].Message.Content != row.want || len(got.Choices[0].Message.ToolCalls) != 0 {
			t.Errorf("%s: %v: %s, want %q", name, err, data, row.want)
		}
	}
}
