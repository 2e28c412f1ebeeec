package wire

import "time"

// Reply is what came back. After an error it holds what arrived before it.
type Reply struct {
	Text      string // the answer alone
	Reasoning string // from `reasoning`, `reasoning_content` or a <think> block
	Model     string // as the server names it
	Calls     []Call // functions that the model calls, each with an id of its own among those of the request's turns
	Finish    string // finish_reason as sent; empty: none came, and the answer is not whole
	Usage     Usage
	Clock     Clock
	Chunks    int      // stream events that were not [DONE]; a chunk is not a token. 1 for an answer that was not streamed
	Dropped   []string // parameters asked for and left out because the server refuses them
	Status    int      // HTTP status; 0: no response
	Streamed  bool     // the answer came as an event stream

	// Written says that the text is a call of one of the tools, which the server should have parsed and did not.
	Written bool

	hasLogprobs bool
}

// Usage counts tokens. Completion includes Reasoning.
//
// With FromServer the figures are those of the last usage block that the server sent; Reasoning is 0 where it does not tell them
// apart. Without, all three are estimated from the text by one rule, never from chunks: a token for each Han, kana or hangul rune, for
// each two other runes outside ASCII, and for each four ASCII characters, rounded up.
type Usage struct {
	Prompt, Completion, Reasoning int
	FromServer                    bool
}

// Clock holds the moments of one request. A zero time means that the moment never came.
type Clock struct {
	Begun       time.Time // the request was handed to the transport
	Connected   time.Time // it had a connection, new or kept; zero with a transport that does not tell
	Sent        time.Time // its first bytes went to the connection; Begun with a transport that does not tell
	FirstByte   time.Time // first bytes of the response's body
	FirstToken  time.Time // first non-empty token of any channel; zero when the answer was not streamed
	FirstAnswer time.Time // first non-empty token of the answer, after any reasoning; zero when the answer was not streamed
	Last        time.Time // last token; when the answer was not streamed, the last of the body
	End         time.Time // [DONE], the end of the body, or the failure

	// Gaps are the times between neighbouring events that bring tokens: one fewer than there are such events. An event may hold
	// several tokens.
	Gaps []time.Duration
	// Coalesced counts the events with tokens that shared a socket read with the one before. When it rises, the client or the
	// network lags, and Gaps hold zeros.
	Coalesced int
}
