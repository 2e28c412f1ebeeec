package wire

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/viva-eval/viva/internal/prompt"
)

// probeTools offers the model a function that it cannot do without, and says whether it called it as the protocol has it.
func (c *Client) probeTools(ctx context.Context) Finding {
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	zero := 0.0
	ask := Request{
		Messages:    []prompt.Message{{Role: "user", Content: "How many pieces of article X-4711 are in stock? Call the function stock to find out."}},
		Temperature: &zero, MaxTokens: 1024,
		Tools: []Tool{{Name: "stock", Description: "Says how many pieces of an article are in stock.",
			Parameters: json.RawMessage(`{"type":"object","properties":{"article":{"type":"string","description":"number of the article"}},"required":["article"]}`)}},
	}
	f := Finding{Check: "tools", Remedy: "Needed only for the arm tools; ask a model that was trained to call functions, or leave the arm out."}
	r, err := c.Chat(ctx, ask)
	e, _ := asError(err)
	var arguments struct{ Article string }
	switch {
	case e != nil && e.Kind == NoTools:
		f.Detail = "refused: " + e.Message
		f.Remedy = "Start the server with its tool parser (vLLM: --enable-auto-tool-choice --tool-call-parser NAME; llama.cpp: --jinja), or leave the arm tools out."
	case err != nil:
		f.Detail = err.Error()
	case r.Written:
		f.Detail = "the model wrote its call as text: " + snippet([]byte(r.Text))
		f.Remedy = "Start the server with the tool parser of this model (vLLM: --enable-auto-tool-choice --tool-call-parser NAME)."
	case len(r.Calls) == 0 && r.Finish == "length":
		f.Detail = fmt.Sprintf("%d tokens did not reach a call", ask.MaxTokens)
	case len(r.Calls) == 0:
		f.Detail = "the tool was not called: server or model pass over it; the reply: " + snippet([]byte(orElse(r.Text, "nothing")))
	case r.Calls[0].Name != "stock" || json.Unmarshal([]byte(r.Calls[0].Arguments), &arguments) != nil || arguments.Article == "":
		f.Detail = fmt.Sprintf("the call is not as the tool has it: %s %s", r.Calls[0].Name, snippet([]byte(r.Calls[0].Arguments)))
	default:
		f.OK, f.Remedy = true, ""
		f.Detail = "called with arguments that fit; finish reason " + r.Finish
	}
	return f
}
