package runners

import (
	"iter"
	"time"
)

// Turn is one request of a trial in which the examinee may call tools, and the calls that it made. The last turn of an answered trial
// brought the answer.
type Turn struct {
	Text      string // what it said beside its calls
	Reasoning string
	Finish    string
	Attempts  int // requests sent for this turn
	Tokens    Tokens
	Timing    Timing
	Calls     []ToolCall
}

// ToolCall is one call of a tool. Calls of one turn run side by side and are answered in their order.
type ToolCall struct {
	ID        string // of the call within its trial
	Name      string // as the examinee wrote it, whether there is such a tool or not
	Arguments string // likewise; it should be a JSON object
	Result    string // what it was told; empty when there is a Problem
	Problem   string // what it did wrong, which it was told instead
	Err       string // why the tool broke, which fails the trial; empty otherwise
	Started   time.Time
	Took      time.Duration
}

// Told is what the examinee reads as the result of its call.
func (c ToolCall) Told() string {
	if c.Problem != "" {
		return "error: " + c.Problem
	}
	return c.Result
}

// Requests are the clock and the tokens of each request of the trial that brought something: one, or one for each turn.
func (t *Trial) Requests() iter.Seq2[*Timing, *Tokens] {
	return func(yield func(*Timing, *Tokens) bool) {
		if len(t.Turns) == 0 {
			yield(&t.Response.Timing, &t.Response.Tokens)
			return
		}
		for i := range t.Turns {
			if !yield(&t.Turns[i].Timing, &t.Turns[i].Tokens) {
				return
			}
		}
	}
}
