package wire

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"

	openai "github.com/sashabaranov/go-openai"
)

// Tool is a function that the model may call.
type Tool struct {
	Name, Description string
	Parameters        json.RawMessage // JSON schema of the arguments, an object
}

// Call is a function call as the model wrote it. Arguments should be a JSON object and may be anything.
type Call struct{ ID, Name, Arguments string }

// Turn is a reply that called functions, and what they brought: the n-th of Results belongs to the n-th of Calls.
type Turn struct {
	Text      string
	Reasoning string // sent back, since some models go on from it
	Calls     []Call
	Results   []string
}

// offer writes the tools and the turns so far into a request.
func (k *call) offer(ask *openai.ChatCompletionRequest) {
	for _, t := range k.request.Turns {
		said := openai.ChatCompletionMessage{Role: openai.ChatMessageRoleAssistant, Content: t.Text}
		if k.send.has(reasoningBack) {
			said.ReasoningContent = t.Reasoning
		}
		for _, c := range t.Calls {
			said.ToolCalls = append(said.ToolCalls, openai.ToolCall{ID: c.ID, Type: openai.ToolTypeFunction,
				Function: openai.FunctionCall{Name: c.Name, Arguments: c.Arguments}})
		}
		ask.Messages = append(ask.Messages, said)
		for i, c := range t.Calls {
			ask.Messages = append(ask.Messages, openai.ChatCompletionMessage{Role: openai.ChatMessageRoleTool, Content: t.result(i), ToolCallID: c.ID})
		}
	}
	if k.request.Withhold && !k.send.has(toolChoice) {
		return // a server that knows no "none" is not shown the tools
	}
	for _, t := range k.request.Tools {
		ask.Tools = append(ask.Tools, openai.Tool{Type: openai.ToolTypeFunction,
			Function: &openai.FunctionDefinition{Name: t.Name, Description: t.Description, Parameters: t.Parameters}})
	}
	if k.send.has(toolChoice) {
		ask.ToolChoice = "none"
	}
}

// result is what the i-th call brought. Some servers refuse a message without content.
func (t Turn) result(i int) string {
	if i >= len(t.Results) || t.Results[i] == "" {
		return "(nothing)"
	}
	return t.Results[i]
}

// tooling is how servers say that they, or the model's template, cannot do with tools.
var tooling = regexp.MustCompile(`(?i)\btools?\b|tool[_ -]?(call|choice|use)|function[ _-]?call|--jinja|chat[ _-]?template|templateerror|roles must alternate|only user.{0,20}assistant roles`)

// toolless reports whether an error says that the target cannot do with the tools it was offered: by a status that blames the request, or
// by one with which servers tell that a template failed.
func toolless(e *Error) bool {
	switch e.Status {
	case http.StatusBadRequest, http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusInternalServerError, http.StatusNotImplemented:
		return tooling.MatchString(e.body) && !tooMany.MatchString(e.body)
	}
	return false
}

// overflows is how servers say that a prompt does not fit into the model's context.
var overflows = regexp.MustCompile(`(?i)context.{0,20}(length|window|size)|maximum context|\b(prompt|input|inputs|messages?)\b.{0,60}\btoo (long|large)|too many (input )?tokens|range of input length|max_new_tokens.{0,40}must be`)

// TooLong reports whether the server refused the request because it does not fit into the model's context.
func (e *Error) TooLong() bool {
	return e.Kind == Rejected && (e.Status == http.StatusRequestEntityTooLarge || overflows.MatchString(e.body))
}

// spelling is how models write a call into their text when nobody parses it: the marks of Hermes and Qwen, Mistral, Llama, DeepSeek,
// and their kin.
var spelling = regexp.MustCompile(`<tool_call>|<\|?tool_calls?\|?>|\[TOOL_CALLS\]|<\|python_tag\|>|<function=|<｜tool▁calls▁begin｜>|<｜tool▁call▁begin｜>|<｜DSML｜function_calls>|<\|tool_calls_section_begin\|>|functools\[`)

// written reports whether a text is a call of one of the tools that the server should have taken out of it: it holds one of the known
// marks and a tool's name behind it, or it is nothing but an object that names a tool and its arguments.
func written(text string, tools []Tool) bool {
	if at := spelling.FindStringIndex(text); at != nil {
		for _, t := range tools {
			if strings.Contains(text[at[0]:], t.Name) {
				return true
			}
		}
		return false
	}
	bare := strings.TrimSpace(text)
	bare = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(bare, "```json"), "```"), "```"))
	var object struct {
		Name                  string
		Arguments, Parameters json.RawMessage
	}
	if !strings.HasPrefix(bare, "{") || json.Unmarshal([]byte(bare), &object) != nil || len(object.Arguments)+len(object.Parameters) == 0 {
		return false
	}
	for _, t := range tools {
		if t.Name == object.Name {
			return true
		}
	}
	return false
}
