package wire

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// chunk is what one stream event says, or one whole answer. Its bytes may be those of the event.
type chunk struct {
	model     []byte
	content   []byte // of the choice with index 0, as are the following
	reasoning []byte
	finish    []byte
	logprobs  bool // there are some
	calls     pieces
	usage     counts
	counted   bool // usage says something
	choice    bool // there is a choice with index 0
	failed    bool // an error is told
}

// counts is a usage block.
type counts struct{ prompt, completion, reasoning int }

// decode reads an event with the field scan, or with encoding/json where the scan meets anything unusual. scratch is room for text that
// has escapes; it is returned for the next call.
func decode(raw, scratch []byte) (chunk, []byte, error) {
	s := scan{b: raw, scratch: scratch[:0]}
	c, ok := s.chunk()
	if ok {
		return c, s.scratch, nil
	}
	c, err := decodeSlow(raw)
	return c, s.scratch, err
}

// document is the JSON of an event or of a whole answer, as far as it matters.
type completion struct {
	Object  string          `json:"object"`
	Model   string          `json:"model"`
	Error   json.RawMessage `json:"error"`
	Usage   *usage          `json:"usage"`
	Choices []struct {
		Index    int             `json:"index"`
		Delta    *message        `json:"delta"`
		Message  *message        `json:"message"`
		Logprobs json.RawMessage `json:"logprobs"`
		Finish   string          `json:"finish_reason"`
	} `json:"choices"`
}

type message struct {
	Content          content `json:"content"`
	Refusal          string  `json:"refusal"`
	Reasoning        content `json:"reasoning"`
	ReasoningContent content `json:"reasoning_content"`
	ToolCalls        pieces  `json:"tool_calls"`
}

type usage struct {
	Prompt     number `json:"prompt_tokens"`
	Completion number `json:"completion_tokens"`
	Reasoning  number `json:"reasoning_tokens"`
	Details    *struct {
		Reasoning number `json:"reasoning_tokens"`
	} `json:"completion_tokens_details"`
}

func (u *usage) counts() counts {
	c := counts{int(u.Prompt), int(u.Completion), int(u.Reasoning)}
	if u.Details != nil && u.Details.Reasoning > 0 {
		c.reasoning = int(u.Details.Reasoning)
	}
	return c
}

// number is a count, however the server writes it: 12, 12.0, "12", null.
type number int

func (n *number) UnmarshalJSON(b []byte) error {
	f, err := strconv.ParseFloat(strings.Trim(string(b), `"`), 64)
	if err == nil && f >= 0 && f < 1<<53 {
		*n = number(f)
	}
	return nil
}

// content is a message's text: a string, null, or a list of parts, where parts of type "thinking" are reasoning.
type content struct{ text, thinking string }

func (c *content) UnmarshalJSON(b []byte) error {
	if b[0] != '[' {
		return json.Unmarshal(b, &c.text)
	}
	var parts []struct {
		Type     string  `json:"type"`
		Text     string  `json:"text"`
		Thinking content `json:"thinking"`
	}
	if err := json.Unmarshal(b, &parts); err != nil {
		return err
	}
	for _, p := range parts {
		c.text += p.Text
		c.thinking += p.Thinking.text + p.Thinking.thinking
	}
	return nil
}

// decodeSlow is the specification of [decode].
func decodeSlow(raw []byte) (chunk, error) {
	var doc completion
	if err := json.Unmarshal(raw, &doc); err != nil {
		return chunk{}, err
	}
	c := chunk{model: []byte(doc.Model)}
	c.failed = told(doc.Error) || doc.Object == "error"
	if doc.Usage != nil {
		c.usage = doc.Usage.counts()
		c.counted = c.usage.prompt > 0 || c.usage.completion > 0
	}
	for _, choice := range doc.Choices {
		if choice.Index != 0 {
			continue
		}
		c.choice = true
		m := choice.Delta
		if m == nil {
			m = choice.Message
		}
		if m != nil {
			reasoning := m.Reasoning.text + m.Content.thinking
			if reasoning == "" { // some servers send both, alike
				reasoning = m.ReasoningContent.text
			}
			c.reasoning = append(c.reasoning, reasoning...)
			c.content = append(c.content, m.Content.text...)
			c.content = append(c.content, m.Refusal...)
			c.calls = append(c.calls, m.ToolCalls...)
		}
		if choice.Finish != "" {
			c.finish = []byte(choice.Finish)
		}
		c.logprobs = c.logprobs || told(choice.Logprobs)
	}
	return c, nil
}

// told reports whether a JSON value is there and says something.
func told(raw json.RawMessage) bool {
	switch string(bytes.TrimSpace(raw)) {
	case "", "null", "false", `""`:
		return false
	}
	return true
}
