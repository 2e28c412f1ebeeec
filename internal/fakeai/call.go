package fakeai

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Tool is a function that a request offers.
type Tool struct {
	Name, Description string
	Parameters        json.RawMessage
}

// Call is a function call, in a request's earlier messages or in a reply. Arguments go out as they are, JSON or not.
type Call struct{ ID, Name, Arguments string }

// Result is what a request says that a call brought.
type Result struct{ ID, Text string }

// withTools reads what a request says of tools.
func (q *Request) withTools(tools, choice json.RawMessage) error {
	var offered []struct {
		Type     string
		Function Tool
	}
	if len(tools) > 0 {
		if err := json.Unmarshal(tools, &offered); err != nil {
			return fmt.Errorf("parse request: field tools: %w", err)
		}
	}
	for i, t := range offered {
		var schema map[string]json.RawMessage
		if t.Type != "function" || t.Function.Name == "" || json.Unmarshal(t.Function.Parameters, &schema) != nil {
			return fmt.Errorf("parse request: tools[%d]: want a function with a name and parameters", i)
		}
		q.Tools = append(q.Tools, t.Function)
	}
	if len(choice) > 0 && json.Unmarshal(choice, &q.ToolChoice) != nil {
		return fmt.Errorf("parse request: tool_choice: want a word")
	}
	return nil
}

// requestCall is a call as a request's message holds it.
type requestCall struct {
	ID       string
	Type     string
	Function struct{ Name, Arguments string }
}

// heard enters a message's calls, or the call whose result it is. Every result must answer a call, as real servers demand.
func (q *Request) heard(role, id, text string, made []requestCall) error {
	for _, c := range made {
		if c.ID == "" || c.Type != "function" || role != "assistant" {
			return fmt.Errorf("parse request: a call of %q lacks an id or its type", c.Function.Name)
		}
		q.Called = append(q.Called, Call{c.ID, c.Function.Name, c.Function.Arguments})
	}
	if role != "tool" {
		return nil
	}
	if len(q.Results) >= len(q.Called) || q.Called[len(q.Results)].ID != id || text == "" {
		return fmt.Errorf("parse request: the result %q answers no call, or says nothing", id)
	}
	q.Results = append(q.Results, Result{id, text})
	return nil
}

// callPiece is what one chunk says of a call.
type callPiece struct {
	index     int
	id, name  string
	arguments string
	begins    bool
}

// callPieces cuts the calls of a reply as they go out.
func (st *stream) callPieces() []callPiece {
	var each [][]callPiece
	for i, c := range st.reply.Calls {
		head := callPiece{index: i, id: c.ID, name: c.Name, begins: true}
		if st.faults.has(CallWhole) || st.faults.has(CallOneIndex) || st.faults.has(CallObject) {
			head.arguments = c.Arguments
			each = append(each, []callPiece{head})
			continue
		}
		parts := []callPiece{head}
		for _, text := range pieces(c.Arguments, st.reply.PerChunk) {
			parts = append(parts, callPiece{index: i, arguments: text})
		}
		each = append(each, parts)
	}
	var out []callPiece
	if !st.faults.has(CallMixed) {
		for _, parts := range each {
			out = append(out, parts...)
		}
		return out
	}
	for n := 0; ; n++ {
		more := false
		for _, parts := range each {
			if n < len(parts) {
				out, more = append(out, parts[n]), true
			}
		}
		if !more {
			return out
		}
	}
}

// call appends a piece of a call as the faults spell it.
func (s set) call(b []byte, p callPiece, streamed, ascii bool) []byte {
	b = append(b, '{')
	if streamed && !s.has(CallNoIndex) {
		if s.has(CallOneIndex) {
			p.index = 0
		}
		b = strconv.AppendInt(append(b, `"index":`...), int64(p.index), 10)
		b = append(b, ',')
	}
	if p.begins {
		if s.has(CallSameID) {
			p.id = "call_0"
		}
		if !s.has(CallNoID) {
			b = append(quote(append(b, `"id":`...), p.id, ascii), ',')
		}
		b = append(b, `"type":"function",`...)
	}
	b = append(b, `"function":{`...)
	if p.begins {
		b = append(quote(append(b, `"name":`...), p.name, ascii), ',')
	}
	b = append(b, `"arguments":`...)
	if s.has(CallObject) && json.Valid([]byte(p.arguments)) {
		b = append(b, p.arguments...)
	} else {
		b = quote(b, p.arguments, ascii)
	}
	return append(b, "}}"...)
}

// inText spells calls as a model writes them when nobody parses them.
func inText(calls []Call) string {
	var b strings.Builder
	for _, c := range calls {
		fmt.Fprintf(&b, "<tool_call>\n{\"name\": %q, \"arguments\": %s}\n</tool_call>\n", c.Name, c.Arguments)
	}
	return b.String()
}
