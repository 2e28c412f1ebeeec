package runners

import (
	"context"
	"errors"

	"github.com/viva-eval/viva/internal/wire"
)

// Chat is a target behind a chat-completions endpoint.
type Chat struct {
	Client      *wire.Client
	Temperature *float64 // nil: the server's own default
	MaxTokens   int      // 0: the server's own limit
	SendSeed    bool     // send each prompt's seed
}

var _ Target = Chat{}

// Ask sends the prompt and returns the answer, with its reasoning apart. On an error, which is an [AskError], the response holds
// what had arrived.
func (c Chat) Ask(ctx context.Context, p Prompt) (Response, error) {
	request := wire.Request{Messages: p.Messages, Temperature: c.Temperature, MaxTokens: c.MaxTokens, Schema: p.Schema}
	for _, t := range p.Tools {
		request.Tools = append(request.Tools, wire.Tool(t))
	}
	for _, t := range p.Turns {
		turn := wire.Turn{Text: t.Text, Reasoning: t.Reasoning}
		for _, call := range t.Calls {
			turn.Calls = append(turn.Calls, wire.Call{ID: call.ID, Name: call.Name, Arguments: call.Arguments})
			turn.Results = append(turn.Results, call.Told())
		}
		request.Turns = append(request.Turns, turn)
	}
	request.Withhold = p.Withhold
	if p.Exactly > 0 {
		request.MaxTokens, request.Exactly = p.Exactly, true
	}
	if c.SendSeed {
		request.Seed = &p.Seed
	}
	reply, err := c.Client.Chat(ctx, request)
	response := Response{
		Text: reply.Text, Reasoning: reply.Reasoning, Model: reply.Model, Finish: reply.Finish, Dropped: reply.Dropped,
		Tokens: Tokens{Prompt: reply.Usage.Prompt, Completion: reply.Usage.Completion, Reasoning: reply.Usage.Reasoning, Source: Estimated},
		Timing: Timing{
			Sent: reply.Clock.Sent, FirstByte: reply.Clock.FirstByte, FirstToken: reply.Clock.FirstToken,
			FirstAnswerToken: reply.Clock.FirstAnswer, Last: reply.Clock.Last,
			Gaps: reply.Clock.Gaps, Coalesced: reply.Clock.Coalesced,
		},
	}
	for _, call := range reply.Calls {
		response.Calls = append(response.Calls, ToolCall{ID: call.ID, Name: call.Name, Arguments: call.Arguments})
	}
	response.Written = reply.Written
	if reply.Usage.FromServer {
		response.Tokens.Source = FromUsage
	}
	return response, askError(err)
}

func askError(err error) error {
	var w *wire.Error
	if err == nil || !errors.As(err, &w) {
		return err
	}
	e := &AskError{Status: Failed, RetryAfter: w.RetryAfter, Err: err}
	switch w.Kind {
	case wire.TimedOut:
		e.Status = TimedOut // a deadline is a promise: it is not extended by asking again
	case wire.Rejected, wire.Unauthorized, wire.NoTools:
		e.Status, e.TooLong = Refused, w.TooLong()
	case wire.Unreachable:
		e.Temporary, e.Unreachable = true, true
	case wire.ServerError:
		e.Temporary, e.Unreachable = true, w.RetryAfter == 0 // one that names a time is there
	case wire.RateLimited, wire.InStream, wire.CutShort:
		e.Temporary = true
	}
	return e
}
