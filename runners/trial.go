// Package runners puts suites to targets: one trial for each item, arm and repeat, with what was shown, what came back and when
// every part of it arrived. It judges nothing.
package runners

import (
	"context"
	"encoding/json"
	"time"

	"github.com/viva-eval/viva/internal/prompt"
	"github.com/viva-eval/viva/suites"
)

// Target answers prompts. It never sees an item, so that ground truth cannot leak to it.
type Target interface {
	Ask(ctx context.Context, p Prompt) (Response, error)
}

// Retriever finds passages for a question. It sees the question and k, nothing else.
type Retriever interface {
	Retrieve(ctx context.Context, question string, k int) ([]suites.Passage, error)
}

// Book decides what lies open on the desk for an item. Only laboratory books may read the item's truth; a retriever becomes a
// Book through [FromRetriever], which passes on the question alone.
type Book interface {
	Open(ctx context.Context, it suites.Item, k int) (Shown, error)
}

// Prompt is what a target sees.
type Prompt struct {
	Messages []prompt.Message
	Seed     int64 // differs between repeats; sent when the plan sets a seed
	// Exactly is the number of tokens that the reply is to have, whatever it says, for measured runs with synthetic prompts; 0: as many as
	// it takes, up to the target's limit. A server may end its reply sooner all the same. It is not kept with the trial.
	Exactly int
	// Schema is a JSON schema that the answer must follow; nil: none, as for every examinee. A target that cannot hold its answers to
	// one names "response_format" in Response.Dropped. It is not kept with the trial.
	Schema json.RawMessage

	// Tools may be called, and Turns are the calls so far; Withhold shows the tools and lets none be called, so that the answer is due.
	// They are not kept here with the trial, which has its turns.
	Tools    []ToolSpec
	Turns    []Turn
	Withhold bool
}

// Expectation is what the arm asks of an examinee for one item.
type Expectation string

const (
	ExpectEither  Expectation = "either"   // closed-book: the answer, or "not known"
	ExpectAnswer  Expectation = "answer"   // the desk holds the answer
	ExpectAbstain Expectation = "abstain"  // the desk does not hold it, or nobody could know it
	ExpectReport  Expectation = "conflict" // the desk contradicts itself: say so
	ExpectContext Expectation = "context"  // follow the desk, which has been edited
)

// Edit is a change the laboratory made to a passage before showing it.
type Edit struct{ PassageID, Kind, From, To string }

// Shown is what lay open for one trial.
type Shown struct {
	Passages []suites.Passage
	Expect   Expectation
	Edits    []Edit
	Took     time.Duration // finding and preparing the passages
}

// Arm is one condition of the examination. A nil Book is closed-book, or open through tools alone.
type Arm struct {
	Name string
	Book Book
	K    int

	Tools  []Tool // what the examinee may call; none: it cannot
	Turns  int    // requests that a trial with tools may take; 0: DefaultTurns
	Tokens int    // tokens of prompts and replies in all turns together, behind which it must answer; 0: no limit
}

// Key names a trial within its run. It compares with ==.
type Key struct {
	ItemID string
	Arm    string
	Load   string // the load stage; empty in a quality run
	Repeat int    // from 0
}

// Status is what became of a trial. The zero Status is no trial.
type Status string

const (
	OK        Status = "ok"
	Truncated Status = "truncated" // finish_reason=length, or no answer within the turns: not a whole answer, never scored
	Failed    Status = "failed"    // unreachable, broken stream, server error: infrastructure, never scored
	TimedOut  Status = "timeout"   // the deadline passed
	Refused   Status = "refused"   // refused by the server (4xx), not by the model
	Filtered  Status = "filtered"  // finish_reason=content_filter: withheld by the server, never scored
)

// Answered reports whether the trial brought a whole answer that can be scored.
func (s Status) Answered() bool { return s == OK }

// Infrastructure reports whether the trial failed for reasons that are not the model's.
func (s Status) Infrastructure() bool { return s == Failed || s == TimedOut || s == Refused }

// TokenSource says where a token count comes from.
type TokenSource string

const (
	NoTokens  TokenSource = ""
	FromUsage TokenSource = "usage"    // the server's own usage block
	Estimated TokenSource = "estimate" // counted by us from the text; never from chunks
)

// Tokens counts what went in and came out. Completion includes Reasoning.
type Tokens struct {
	Prompt, Completion, Reasoning int
	Source                        TokenSource
}

// Timing holds the moments of one request. A zero time means that the moment never came.
type Timing struct {
	Scheduled        time.Time // when the request was due
	Sent             time.Time // when its first byte was handed to the connection
	FirstByte        time.Time // first byte of the response body
	FirstToken       time.Time // first non-empty token of any channel
	FirstAnswerToken time.Time // first non-empty token of the answer, after any reasoning
	Last             time.Time // last token
	Gaps             []time.Duration
	// Coalesced counts the tokens' events that shared a socket read with the one before; when it rises, the client lags.
	Coalesced int
}

// Response is what a target gave back.
type Response struct {
	Text      string // the answer alone
	Reasoning string // stored apart from the answer
	Model     string // as the server names it
	Finish    string // finish_reason as sent; empty when the server does not say
	Tokens    Tokens
	Timing    Timing
	Calls     []ToolCall // of tools, not carried out yet: id, name and arguments
	Written   bool       // the text is a call of a tool that the server should have understood, and did not
	Dropped   []string   // request parameters the server refused and that were left out
}

// Trial is one question asked once.
type Trial struct {
	Key
	Shown    Shown
	Prompt   Prompt
	Response Response
	Turns    []Turn // of a trial with tools, in order; none otherwise
	Status   Status
	Attempts int    // requests sent, the timed ones included
	Err      string // why it did not succeed; empty otherwise. Never holds a key.
}
