// Package fakeai is a scripted chat-completions server for tests: it says what a [Script] tells it to, at the pace it is told,
// with the habits and faults of real servers, and logs by its own clock when each part went out. It also plays examinees whose
// rates of right, wrong and withheld answers are known beforehand.
//
// Scripts are called concurrently and must be safe for that.
package fakeai

import (
	"net/http"
	"time"

	"github.com/viva-eval/viva/internal/prompt"
)

// Request is a chat-completions request as the server understood it.
type Request struct {
	Model        string
	Messages     []prompt.Message // parts of text are joined; other parts are left out
	Temperature  *float64         // nil: not sent
	MaxTokens    int              // max_tokens, else max_completion_tokens; 0: neither sent
	Stream       bool
	IncludeUsage bool   // stream_options.include_usage
	Seed         *int64 // nil: not sent
	Header       http.Header
	Tools        []Tool   // the functions offered
	ToolChoice   string   // tool_choice; empty: not sent
	Called       []Call   // every call in the messages, in order
	Results      []Result // what the first of them brought, one for each
	Fields       []string // names of the body's top-level fields, sorted: shows what was sent and what was left out
	N            int      // number of the request on this server, from 0 in order of arrival
}

// Usage is the server's count of tokens. Completion includes Reasoning.
type Usage struct{ Prompt, Completion, Reasoning int }

// Pace says when tokens go out: the first one First after arrival, each next one Gap later, on a schedule that does not drift.
// The zero Pace is at once.
type Pace struct{ First, Gap time.Duration }

// Reply is what the server is to say. The zero Reply is status 200 with an empty text, which finishes with "stop".
type Reply struct {
	Status    int    // 0: 200, or the fault's own. From 400 on, Text is the error's message.
	Reasoning string // goes out before the text, in reasoning_content unless a fault says otherwise
	Text      string

	// Chunks is the text cut as it is to be sent; its sum replaces Text. Bytes go out as they are, so that a chunk may end
	// inside a rune. Nil: Text is cut at every PerChunk tokens.
	Chunks   []string
	PerChunk int // tokens of [Tokens] a chunk; 0: one

	// Calls are the functions that are called, after the text. They go out in pieces: the name first, then the arguments as the text is cut.
	Calls []Call

	Finish string // finish_reason; "" means "stop", "tool_calls" with Calls, or the fault's own
	Usage  *Usage // nil: tokens are counted by [Tokens]
	Pace   Pace

	// Schedule is the moment of each token chunk after arrival, reasoning first. It takes the place of Pace; chunks beyond its
	// end follow at once.
	Schedule []time.Duration
	// FlushEach writes each chunk on its own even without a pace. Otherwise chunks that are due together share a write.
	FlushEach bool

	Fault Fault
	Also  []Fault // further faults of the same reply, for habits that come together
	// Times makes the faults pass: they meet the first Times requests with the same messages, later ones get the plain reply.
	// Zero: they never pass.
	Times int
	// After is the number of token chunks that go out before a fault in mid-stream. Zero: half of them; negative: none.
	After int
	// RetryAfter is sent with a 429, and with a 503 unless zero: rounded up to seconds in Retry-After, exact in Retry-After-Ms.
	RetryAfter time.Duration
}

// Script decides what is said to a request.
type Script func(Request) Reply

// Say is the script that always says text.
func Say(text string) Script { return func(Request) Reply { return Reply{Text: text} } }

// With is the script whose replies are changed by edit before they are sent: a pace or a fault laid over an examinee.
func (s Script) With(edit func(Request, *Reply)) Script {
	return func(q Request) Reply {
		r := s(q)
		edit(q, &r)
		return r
	}
}

// Options are the server's own. The zero Options ask for no key and serve one model called "fake".
type Options struct {
	Key    string           // bearer key that every request must carry; empty: none
	Models []string         // listed under /v1/models; nil: "fake". Any model is served.
	Now    func() time.Time // the log's clock; nil: time.Now
	NoLog  bool             // keep no records, for long benchmarks
	// Pooling is how embeddings and rerank are answered.
	Pooling Pooling
}

// Thought is the reasoning that goes out under a fault of reasoning when the reply brings none of its own.
const Thought = "The question asks for one fact. I look for it first."
