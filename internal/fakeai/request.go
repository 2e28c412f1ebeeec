package fakeai

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/viva-eval/viva/internal/prompt"
)

// maxBody bounds a request's body.
const maxBody = 64 << 20

// parse reads a request's body. It takes what real servers take: content as text, as parts or null, and fields it does not know.
func parse(body []byte) (Request, error) {
	var q Request
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return q, fmt.Errorf("parse request: %w", err)
	}
	q.Fields = slices.Sorted(maps.Keys(fields))
	var messages []struct {
		Role    string          `json:"role"`
		Content json.RawMessage `json:"content"`
		Calls   []requestCall   `json:"tool_calls"`
		CallID  string          `json:"tool_call_id"`
	}
	var options *struct {
		IncludeUsage bool `json:"include_usage"`
	}
	var most int
	for _, f := range []struct {
		name string
		to   any
	}{
		{"model", &q.Model}, {"messages", &messages}, {"temperature", &q.Temperature}, {"stream", &q.Stream}, {"seed", &q.Seed},
		{"max_tokens", &q.MaxTokens}, {"max_completion_tokens", &most}, {"stream_options", &options},
	} {
		raw, ok := fields[f.name]
		if !ok {
			continue
		}
		if err := json.Unmarshal(raw, f.to); err != nil {
			return q, fmt.Errorf("parse request: field %s: %w", f.name, err)
		}
	}
	if q.MaxTokens == 0 {
		q.MaxTokens = most
	}
	q.IncludeUsage = options != nil && options.IncludeUsage
	if len(messages) == 0 {
		return q, errors.New("parse request: no messages")
	}
	for _, m := range messages {
		text, err := content(m.Content)
		if err != nil {
			return q, err
		}
		q.Messages = append(q.Messages, prompt.Message{Role: m.Role, Content: text})
		if err := q.heard(m.Role, m.CallID, text, m.Calls); err != nil {
			return q, err
		}
	}
	if len(q.Results) != len(q.Called) {
		return q, errors.New("parse request: a call has no result")
	}
	if err := q.withTools(fields["tools"], fields["tool_choice"]); err != nil {
		return q, err
	}
	return q, nil
}

// content reads a message's content in its three shapes.
func content(raw json.RawMessage) (string, error) {
	var text *string
	if len(raw) == 0 || json.Unmarshal(raw, &text) == nil {
		if text == nil {
			return "", nil
		}
		return *text, nil
	}
	var parts []struct{ Type, Text string }
	if err := json.Unmarshal(raw, &parts); err != nil {
		return "", fmt.Errorf("parse request: content: %w", err)
	}
	var b strings.Builder
	for _, p := range parts {
		if p.Type == "text" {
			b.WriteString(p.Text)
		}
	}
	return b.String(), nil
}

func readBody(r io.Reader) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, maxBody+1))
	if err != nil {
		return nil, fmt.Errorf("read request: %w", err)
	}
	if len(body) > maxBody {
		return nil, errors.New("read request: body over 64 MiB")
	}
	return body, nil
}
