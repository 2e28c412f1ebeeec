package reader

import (
	"encoding/json"
	"net/http"
	"strings"
)

// completion is one reply, ready to be written whole or streamed.
type completion struct {
	id           string
	created      int64
	finish       string
	chunks       []string
	calls        []toolCall
	tokens       int
	promptTokens int
}

func (c *completion) usage() *usage {
	return &usage{Prompt: c.promptTokens, Completion: c.tokens, Total: c.promptTokens + c.tokens}
}

func (c *completion) whole() chatReply {
	text := strings.Join(c.chunks, "")
	return chatReply{
		ID: c.id, Object: "chat.completion", Created: c.created, Model: Model, Usage: c.usage(),
		Choices: []choice{{Message: &delta{Role: "assistant", Content: &text, ToolCalls: c.calls}, Finish: &c.finish}},
	}
}

// stream writes the reply as server-sent events: the role first, then a word an event, a call, the reason for the end, the usage when it
// is wanted, and [DONE]. It stops quietly when the client has gone.
func (c *completion) stream(w http.ResponseWriter, withUsage bool) {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	w.WriteHeader(http.StatusOK)
	flush := http.NewResponseController(w)

	event := chatReply{ID: c.id, Object: "chat.completion.chunk", Created: c.created, Model: Model}
	var buf []byte
	send := func(choices []choice, u *usage) bool {
		event.Choices, event.Usage = choices, u
		data, err := json.Marshal(&event)
		if err != nil {
			return false
		}
		buf = append(append(append(buf[:0], "data: "...), data...), "\n\n"...)
		if _, err := w.Write(buf); err != nil {
			return false
		}
		return flush.Flush() == nil
	}

	empty := ""
	if !send([]choice{{Delta: &delta{Role: "assistant", Content: &empty}}}, nil) {
		return
	}
	for i := range c.chunks {
		if !send([]choice{{Delta: &delta{Content: &c.chunks[i]}}}, nil) {
			return
		}
	}
	for i := range c.calls {
		call := c.calls[i]
		call.Index = &i
		if !send([]choice{{Delta: &delta{ToolCalls: []toolCall{call}}}}, nil) {
			return
		}
	}
	if !send([]choice{{Delta: &delta{}, Finish: &c.finish}}, nil) {
		return
	}
	if withUsage && !send([]choice{}, c.usage()) {
		return
	}
	_, _ = w.Write([]byte("data: [DONE]\n\n"))
}
