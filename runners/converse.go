package runners

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/fan"
	"github.com/viva-eval/viva/suites"
)

const (
	// DefaultTurns is how many requests a trial with tools may take, the one that answers among them, where the arm does not say.
	DefaultTurns = 8

	callsAtOnce = 8        // calls of one turn that run side by side
	callsAnswer = 16       // calls of one turn that are carried out
	resultBytes = 32 << 10 // most bytes of a result that the examinee is told
)

// converse asks one question of an examinee that may call tools.
//
//  1. A reply with calls is answered with their results and the examinee is asked again; a reply without is its answer.
//  2. Calls of one turn run side by side and are answered in their order. A call of a tool that there is not, or with arguments that are no
//     object, is answered with what is wrong with it; so is what the tool says that the examinee did wrong.
//  3. A tool that breaks, or brings nothing within the runner's Timeout, fails the trial: it is not the examinee's doing.
//  4. In the last turn that the arm allows, and in the first after its tokens are spent, the tools are withheld: the examinee must answer.
//     One that calls for them all the same is Truncated, and so is one whose calls have outgrown the model's context.
//  5. An examinee whose call comes as text before any was understood does not speak the protocol, or its server does not: the trial is
//     Refused, as it is when the server refuses the tools.
//  6. What tools returned counts as shown. A result without passages of its own is one passage, with the tool as its origin.
//
// Response holds the last reply, with the tokens of all turns and the clock from the first request's start to the last token of the answer.
func (r Runner) converse(ctx context.Context, t *Trial, arm Arm, patience *Patience) {
	bench := bench{tools: arm.Tools, timeout: r.Timeout, shown: &t.Shown}
	t.Prompt.Tools = bench.specs()
	turns, spent, called := arm.Turns, 0, false
	if turns <= 0 {
		turns = DefaultTurns
	}
	for ctx.Err() == nil {
		exhausted := arm.Tokens > 0 && spent >= arm.Tokens
		t.Prompt.Turns, t.Prompt.Withhold = t.Turns, exhausted || len(t.Turns)+1 >= turns
		attempts, err := patience.Ask(ctx, r.Attempts, func(ctx context.Context, due time.Time) error { return r.ask(ctx, t, due) })
		t.Attempts += attempts
		reply := &t.Response
		t.Turns = append(t.Turns, Turn{Text: reply.Text, Reasoning: reply.Reasoning, Finish: reply.Finish, Attempts: attempts, Tokens: reply.Tokens, Timing: reply.Timing})
		spent += reply.Tokens.Prompt + reply.Tokens.Completion
		var refused *AskError
		if called && errors.As(err, &refused) && refused.TooLong {
			t.Status, t.Err = Truncated, fmt.Sprintf("context limit: after %d turns with tools the conversation is too long: %v", len(t.Turns)-1, err)
		}
		if t.Status != OK || len(reply.Calls) == 0 && !reply.Written {
			break
		}
		turn := &t.Turns[len(t.Turns)-1]
		turn.Calls = reply.Calls
		if t.Prompt.Withhold {
			t.Status, t.Err = Truncated, fmt.Sprintf("turn limit: it called tools in the last of %d turns", turns)
			if exhausted {
				t.Err = fmt.Sprintf("token limit: it called tools when all %d tokens were spent", arm.Tokens)
			}
			break
		}
		if reply.Written {
			if !called {
				t.Status, t.Err = Refused, "ask target: it wrote its call of a tool as text, which its server does not read: "+brief(reply.Text)
			}
			break
		}
		called = true
		if err := bench.carryOut(ctx, turn.Calls); err != nil {
			t.Status, t.Err = Failed, err.Error()
			break
		}
	}
	t.Prompt.Tools, t.Prompt.Turns, t.Prompt.Withhold = nil, nil, false
	t.gather()
}

// gather sums up the turns in the response.
func (t *Trial) gather() {
	if len(t.Turns) == 0 {
		return
	}
	first := t.Turns[0].Timing
	clock, tokens := &t.Response.Timing, Tokens{}
	clock.Scheduled, clock.Sent, clock.FirstByte, clock.FirstToken = first.Scheduled, first.Sent, first.FirstByte, first.FirstToken
	clock.Gaps, clock.Coalesced = nil, 0
	for _, turn := range t.Turns {
		clock.Gaps = append(clock.Gaps, turn.Timing.Gaps...)
		clock.Coalesced += turn.Timing.Coalesced
		tokens.Prompt += turn.Tokens.Prompt
		tokens.Completion += turn.Tokens.Completion
		tokens.Reasoning += turn.Tokens.Reasoning
		if tokens.Source != Estimated && turn.Tokens.Source != NoTokens {
			tokens.Source = turn.Tokens.Source
		}
	}
	t.Response.Tokens, t.Response.Calls = tokens, nil
}

// bench is where an arm's tools are called for one trial.
type bench struct {
	tools   []Tool
	timeout time.Duration
	shown   *Shown
	n       int // calls so far
}

func (b *bench) specs() []ToolSpec {
	var specs []ToolSpec
	for _, t := range b.tools {
		specs = append(specs, t.Spec())
	}
	return specs
}

// carryOut runs the calls of a turn, fills in what came of them and lays the passages on the desk. Its error is that of the first tool, in
// the order of the calls, that broke.
func (b *bench) carryOut(ctx context.Context, calls []ToolCall) error {
	brought := make([][]suites.Passage, len(calls))
	work := func(ctx context.Context, i int) int {
		if i < callsAnswer {
			brought[i] = b.call(ctx, &calls[i])
		} else {
			calls[i].Problem = fmt.Sprintf("too many calls at once: only the first %d were carried out", callsAnswer)
		}
		return i
	}
	for range fan.Map(ctx, min(len(calls), callsAtOnce), func(yield func(int) bool) {
		for i := range calls {
			if !yield(i) {
				return
			}
		}
	}, work) {
	}
	for i := range calls {
		b.n++
		c := &calls[i]
		if c.Err != "" {
			return fmt.Errorf("call tool %s: %s", c.Name, c.Err)
		}
		found := brought[i]
		if len(found) == 0 && c.Result != "" {
			found = []suites.Passage{{ID: fmt.Sprintf("%s:%d", c.Name, b.n), Text: c.Result, Origin: "tool:" + c.Name}}
		}
		for _, p := range found {
			if !slices.Contains(b.shown.Passages, p) {
				b.shown.Passages = append(b.shown.Passages, p)
			}
		}
	}
	return nil
}

// call carries out one call and returns the passages that its result shows.
func (b *bench) call(ctx context.Context, c *ToolCall) []suites.Passage {
	c.Started = time.Now()
	defer func() { c.Took = time.Since(c.Started) }()
	var names []string
	var tool Tool
	for _, t := range b.tools {
		name := t.Spec().Name
		if names = append(names, name); name == c.Name {
			tool = t
		}
	}
	if tool == nil {
		c.Problem = fmt.Sprintf("there is no tool %q; the tools are: %s", c.Name, strings.Join(names, ", "))
		return nil
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal([]byte(c.Arguments), &object); err != nil || object == nil {
		c.Problem = "the arguments are not a JSON object"
		if err != nil {
			c.Problem += ": " + err.Error()
		}
		return nil
	}
	inner := ctx
	if b.timeout > 0 {
		var cancel context.CancelFunc
		inner, cancel = context.WithTimeout(ctx, b.timeout)
		defer cancel()
	}
	result, err := tool.Call(inner, json.RawMessage(c.Arguments))
	switch {
	case err != nil && errors.Is(inner.Err(), context.DeadlineExceeded) && ctx.Err() == nil:
		c.Err = fmt.Sprintf("nothing came within %v: %v", b.timeout, err)
	case err != nil:
		c.Err = err.Error()
	case result.Problem != "":
		c.Problem = result.Problem
	default:
		c.Result = cut(result.Text)
		return result.Passages
	}
	return nil
}

// cut shortens a result between runes and says so.
func cut(text string) string {
	if len(text) <= resultBytes {
		return text
	}
	kept := head(text, resultBytes)
	return fmt.Sprintf("%s\n(cut: %d bytes more)", kept, len(text)-len(kept))
}

// head is a text's first bytes, so many at most, that end between runes.
func head(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}

// brief is the head of a text on one line.
func brief(text string) string {
	const most = 120
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return string(runes)
}
