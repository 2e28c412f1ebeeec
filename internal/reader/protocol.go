package reader

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/viva-eval/viva/internal/prompt"
)

// chatRequest is what the reader takes from a chat completion request. Sampling parameters have no meaning for it and are
// accepted unread.
type chatRequest struct {
	Model         string        `json:"model"`
	Messages      []chatMessage `json:"messages"`
	Stream        bool          `json:"stream"`
	StreamOptions struct {
		IncludeUsage bool `json:"include_usage"`
	} `json:"stream_options"`
	N                   *int            `json:"n"`
	MaxTokens           *int            `json:"max_tokens"`
	MaxCompletionTokens *int            `json:"max_completion_tokens"`
	Tools               []offeredTool   `json:"tools"`
	ToolChoice          json.RawMessage `json:"tool_choice"`
}

type chatMessage struct {
	Role    string  `json:"role"`
	Content content `json:"content"`
}

// content is the text of a message, written as a string or as a list of parts.
type content string

// UnmarshalJSON reads a string, null, or parts of which those of type "text" are joined.
func (c *content) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '[' {
		var parts []struct{ Type, Text string }
		if err := json.Unmarshal(data, &parts); err != nil {
			return err
		}
		var b strings.Builder
		for _, p := range parts {
			if p.Type != "text" {
				return fmt.Errorf("content of type %q cannot be read, only text", p.Type)
			}
			b.WriteString(p.Text)
		}
		*c = content(b.String())
		return nil
	}
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	*c = content(s)
	return nil
}

func (r *chatRequest) check() error {
	if len(r.Messages) == 0 {
		return errors.New("messages: want at least one")
	}
	if r.N != nil && *r.N != 1 {
		return errors.New("n: only 1 is served")
	}
	for name, limit := range map[string]*int{"max_tokens": r.MaxTokens, "max_completion_tokens": r.MaxCompletionTokens} {
		if limit != nil && *limit < 1 {
			return errors.New(name + ": want at least 1")
		}
	}
	user := false
	for i, m := range r.Messages {
		switch m.Role {
		case "user":
			user = true
		case "system", "developer", "assistant", "tool", "function":
		default:
			return fmt.Errorf("messages[%d].role: unknown role %q", i, m.Role)
		}
	}
	if !user {
		return errors.New("messages: want one of the user")
	}
	return nil
}

func (r *chatRequest) messages() []prompt.Message {
	out := make([]prompt.Message, len(r.Messages))
	for i, m := range r.Messages {
		out[i] = prompt.Message{Role: m.Role, Content: string(m.Content)}
	}
	return out
}

// limit returns the most tokens wanted, 0 for no limit.
func (r *chatRequest) limit() int {
	limit := 0
	for _, l := range []*int{r.MaxTokens, r.MaxCompletionTokens} {
		if l != nil && (limit == 0 || *l < limit) {
			limit = *l
		}
	}
	return limit
}

type modelList struct {
	Object string      `json:"object"`
	Data   []modelCard `json:"data"`
}

type modelCard struct {
	ID      string `json:"id"`
	Object  string `json:"object"`
	Created int64  `json:"created"`
	OwnedBy string `json:"owned_by"`
}

type errorReply struct {
	Error apiError `json:"error"`
}

type apiError struct {
	Message string  `json:"message"`
	Type    string  `json:"type"`
	Param   *string `json:"param"`
	Code    *string `json:"code"`
}

type usage struct {
	Prompt     int `json:"prompt_tokens"`
	Completion int `json:"completion_tokens"`
	Total      int `json:"total_tokens"`
}

type chatReply struct {
	ID      string   `json:"id"`
	Object  string   `json:"object"`
	Created int64    `json:"created"`
	Model   string   `json:"model"`
	Choices []choice `json:"choices"`
	Usage   *usage   `json:"usage,omitempty"`
}

type choice struct {
	Index   int     `json:"index"`
	Message *delta  `json:"message,omitempty"`
	Delta   *delta  `json:"delta,omitempty"`
	Finish  *string `json:"finish_reason"`
}

type delta struct {
	Role    string  `json:"role,omitempty"`
	Content *string `json:"content,omitempty"`

	ToolCalls []toolCall `json:"tool_calls,omitempty"`
}
