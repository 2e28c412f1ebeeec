package reader

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/viva-eval/viva/internal/prompt"
)

// The reader knows one thing to do with tools: it asks the first that searches by a text for the question as it stands, once, and then
// reads what came back. Results that are no passages are read as a page of their own.

// offeredTool is a function that a request offers.
type offeredTool struct {
	Function struct {
		Name       string          `json:"name"`
		Parameters json.RawMessage `json:"parameters"`
	} `json:"function"`
}

// queryField is the argument that a searching tool takes.
const queryField = "query"

// searches reports whether the tool looks for a text.
func (t *offeredTool) searches() bool {
	var schema struct {
		Properties map[string]json.RawMessage `json:"properties"`
		Required   []string                   `json:"required"`
	}
	var field struct {
		Type string `json:"type"`
	}
	return strings.Contains(t.Function.Name, "search") && json.Unmarshal(t.Function.Parameters, &schema) == nil &&
		json.Unmarshal(schema.Properties[queryField], &field) == nil && field.Type == "string" &&
		!slices.ContainsFunc(schema.Required, func(name string) bool { return name != queryField })
}

// toolCall is a call as the protocol has it.
type toolCall struct {
	Index    *int   `json:"index,omitempty"` // in a stream
	ID       string `json:"id"`
	Type     string `json:"type"`
	Function struct {
		Name      string `json:"name"`
		Arguments string `json:"arguments"`
	} `json:"function"`
}

// calls gives the call with which a paper with tools begins: of the first tool that searches. None when nothing searches, tools may not
// be called, or something has been called already.
func (r *chatRequest) calls(id string) []toolCall {
	paper, results, err := r.paper()
	if err != nil || !paper.Tools || len(results) > 0 || string(r.ToolChoice) == `"none"` {
		return nil
	}
	for i := range r.Tools {
		if !r.Tools[i].searches() {
			continue
		}
		arguments, err := json.Marshal(map[string]string{queryField: paper.Question})
		if err != nil {
			return nil
		}
		call := toolCall{ID: id, Type: "function"}
		call.Function.Name, call.Function.Arguments = r.Tools[i].Function.Name, string(arguments)
		return []toolCall{call}
	}
	return nil
}

// paper reads the paper that the messages begin with, and what tools returned behind it.
func (r *chatRequest) paper() (paper prompt.Paper, results []prompt.Passage, err error) {
	msgs := r.messages()
	if len(msgs) < 2 {
		return paper, nil, prompt.ErrNotPaper
	}
	if paper, err = prompt.Parse(msgs[:2]); err != nil {
		return paper, nil, err
	}
	for _, m := range msgs[2:] {
		switch m.Role {
		case "assistant":
		case "tool":
			pages, err := prompt.ParsePassages(m.Content)
			if err != nil {
				pages = []prompt.Passage{{ID: "result", Text: m.Content}}
			}
			results = append(results, pages...)
		default:
			return paper, nil, errors.New("read paper: the conversation goes on behind it")
		}
	}
	return paper, results, nil
}
