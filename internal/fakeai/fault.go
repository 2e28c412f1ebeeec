package fakeai

// Fault is a habit or fault of real servers. The zero Fault is none: a plain stream in which the first token carries the role, a
// finish chunk follows the last, usage comes when asked for, and [DONE] ends it.
//
// Faults of the stream's form do nothing to a reply that is not streamed, and keep their [Outcome] there.
type Fault uint8

// Outcome is what a correct client makes of a fault.
type Outcome uint8

const (
	Whole   Outcome = iota // the whole answer arrives, after leaving out a refused parameter where that is the fault
	Broken                 // an error is reported; text that came before it is no whole answer
	Endless                // nothing more ever comes: an error, by the client's own patience
)

func (o Outcome) String() string { return [...]string{"whole", "broken", "endless"}[o] }

// The form of the stream. All are Whole.
const (
	None Fault = iota

	BOM           // a byte order mark before the first event
	LineCR        // lines end with CR alone
	LineCRLF      // lines end with CR LF
	LineMixed     // LF, CR LF and CR by turns, one kind an event
	NoSpace       // "data:{…" without the space
	MultilineData // each event's JSON is spread over several data lines
	Comments      // a comment before each event
	ManyComments  // 400 comments in one gap between two tokens
	Pings         // an event "ping" with JSON of another shape before each token
	EmptyData     // a data line with nothing in it before each token
	EventFields   // event, id, retry, an unknown field and a field without colon in each event
	SplitBytes    // every byte in a write of its own
	SplitEvents   // every event in two writes a millisecond apart
	Segments      // the stream in writes of 61 bytes, whatever lies in them
	Coalesced     // four token events a write
	CutRunes      // writes end inside a rune, with the rest a millisecond later; text in ASCII has none to cut
	EscapedRunes  // everything beyond ASCII as \uXXXX, in surrogate pairs where need be
	OpenEnd       // the body ends right after "[DONE]", without a line end
	PlainType     // the stream is announced as text/plain
	LongLine      // the first event is a line of 10 MiB, most of it in a field of no interest

	RoleEarly       // a chunk with the role and an empty content at once, long before the first token
	RoleLate        // the same just before the first token
	RoleEach        // every chunk repeats the role
	EmptyChoices    // events with choices [] before the first token and between two others
	NullContent     // content null in the chunk of the role and the finish, reasoning_content null in the others
	FinishEmpty     // finish_reason "" instead of null until the end
	FinishWithText  // finish_reason on the chunk of the last token
	SeveralTokens   // four tokens a chunk, unless the reply cuts its own
	NoUsage         // usage is never sent
	UsageNull       // "usage": null on every chunk but the last
	UsageEach       // a running usage on every chunk, asked for or not
	UsageOnFinish   // usage on the finish chunk, asked for or not, and none after it
	NoDone          // the body ends without [DONE], after the finish chunk
	DoubleDone      // [DONE] twice
	ReasoningField  // reasoning in "reasoning"
	ReasoningOld    // reasoning in "reasoning_content"
	ReasoningBoth   // the same reasoning in both fields of each chunk: it was said once
	ThinkBlock      // reasoning at the head of the content in <think>…</think>, tags as chunks of their own
	ThinkSplit      // the same with the tags split over chunks, the closing one sharing a chunk with the answer's first token
	ThinkUnopened   // the template has opened the block: only </think> comes
	Length          // finish_reason "length": all that was said arrives, and is no whole answer by its finish
	Filtered        // finish_reason "content_filter", likewise
	JSONBody        // a JSON completion with the whole answer instead of the stream asked for
	SlowHeaders     // status and headers only when the first token is due, after 50 ms at least
	CloseAfter      // keep-alive is announced, and the connection closed after each reply
	RefuseTemp      // 400 as long as temperature is sent
	RefuseOptions   // 400 as long as stream_options is sent
	RefuseOptions22 // 422 with a list under "detail" as long as stream_options is sent
	RefuseSeed      // 400 as long as seed is sent

	CallWhole    // each call in one chunk
	CallMixed    // the pieces of several calls by turns
	CallNoIndex  // calls without their index
	CallOneIndex // every call whole, with the index 0
	CallNoID     // calls without an id
	CallSameID   // every call with the same id
	CallObject   // arguments as an object instead of text, in one chunk
	CallStop     // finish_reason "stop" behind calls
	CallText     // calls in the content, as a model writes them when no parser is on
)

// Faults that leave no whole answer. All are Broken but for the two stalls.
const (
	ErrorObject       Fault = CallText + 1 + iota // mid-stream, status 200: {"error":{"message":…,"code":500}}
	ErrorSpaced                                   // the same with blanks: { "error" : …
	ErrorText                                     // {"error":"…"}: the error is a string
	ErrorBare                                     // {"object":"error","message":…,"code":500}
	ErrorLine                                     // a line "error: {…}" instead of data
	ErrorEvent                                    // event: error, with data of another shape
	ErrorAfterComment                             // a comment, and the error object in the lines right after it
	ErrorFirst                                    // the error object as the first event
	ErrorBody                                     // status 200 and a JSON body that holds an error
	HTMLBody                                      // status 200 and a page of HTML
	EmptyBody                                     // status 200 and no byte
	BadJSON                                       // an event whose data is no JSON, mid-stream; the rest follows
	CutEnd                                        // the body ends properly mid-stream: no finish, no [DONE]
	CutEvent                                      // the same, inside an event
	CutClose                                      // the connection is closed mid-stream
	CutReset                                      // the connection is reset mid-stream
	Stall                                         // mid-stream, nothing more until the client leaves
	StallFirst                                    // not even headers until the client leaves
	BadRequest                                    // 400 about nothing that could be left out
	Unauthorized                                  // 401
	NoModel                                       // 404: the model does not exist
	RateLimited                                   // 429 with Retry-After; see [Reply.Times]
	RateLimitedDate                               // the same, Retry-After as a date
	ServerError                                   // 500
	BadGateway                                    // 502 with a page of HTML
	Unavailable                                   // 503
	faults                                        // their number
)

// facts of a fault. The zero spec is Whole, with status 200 and finish "stop".
type spec struct {
	name    string
	outcome Outcome
	status  int
	passing bool
	finish  string
	refuses string // the parameter refused
	says    string // message or, for errors in the stream, the whole event
}

var specs = [faults]spec{
	None: {name: "none"}, BOM: {name: "bom"}, LineCR: {name: "line-cr"}, LineCRLF: {name: "line-crlf"},
	LineMixed: {name: "line-mixed"}, NoSpace: {name: "no-space"}, MultilineData: {name: "multiline-data"},
	Comments: {name: "comments"}, ManyComments: {name: "many-comments"}, Pings: {name: "pings"},
	EmptyData: {name: "empty-data"}, EventFields: {name: "event-fields"}, SplitBytes: {name: "split-bytes"},
	SplitEvents: {name: "split-events"}, Segments: {name: "segments"}, Coalesced: {name: "coalesced"},
	CutRunes: {name: "cut-runes"}, EscapedRunes: {name: "escaped-runes"}, OpenEnd: {name: "open-end"},
	PlainType: {name: "plain-type"}, LongLine: {name: "long-line"},
	RoleEarly: {name: "role-early"}, RoleLate: {name: "role-late"}, RoleEach: {name: "role-each"},
	EmptyChoices: {name: "empty-choices"}, NullContent: {name: "null-content"}, FinishEmpty: {name: "finish-empty"},
	FinishWithText: {name: "finish-with-text"}, SeveralTokens: {name: "several-tokens"}, NoUsage: {name: "no-usage"},
	UsageNull: {name: "usage-null"}, UsageEach: {name: "usage-each"}, UsageOnFinish: {name: "usage-on-finish"},
	NoDone: {name: "no-done"}, DoubleDone: {name: "double-done"}, ReasoningField: {name: "reasoning-field"},
	ReasoningOld: {name: "reasoning-old"}, ReasoningBoth: {name: "reasoning-both"}, ThinkBlock: {name: "think-block"},
	ThinkSplit: {name: "think-split"}, ThinkUnopened: {name: "think-unopened"},
	Length: {name: "length", finish: "length"}, Filtered: {name: "filtered", finish: "content_filter"},
	JSONBody: {name: "json-body"}, SlowHeaders: {name: "slow-headers"}, CloseAfter: {name: "close-after"},
	RefuseTemp: {name: "refuse-temperature", status: 400, refuses: "temperature",
		says: "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported."},
	RefuseOptions: {name: "refuse-stream-options", status: 400, refuses: "stream_options",
		says: "Unrecognized request argument supplied: stream_options"},
	RefuseOptions22: {name: "refuse-stream-options-422", status: 422, refuses: "stream_options",
		says: "Extra inputs are not permitted"},
	RefuseSeed: {name: "refuse-seed", status: 400, refuses: "seed", says: "Unsupported parameter: 'seed' is not supported with this model."},
	CallWhole:  {name: "call-whole"}, CallMixed: {name: "call-mixed"}, CallNoIndex: {name: "call-no-index"}, CallOneIndex: {name: "call-one-index"},
	CallNoID: {name: "call-no-id"}, CallSameID: {name: "call-same-id"}, CallObject: {name: "call-object"}, CallStop: {name: "call-stop"}, CallText: {name: "call-text"},

	ErrorObject:       {name: "error-object", outcome: Broken, passing: true, says: `{"error":{"message":"engine ran out of memory","type":"server_error","code":500}}`},
	ErrorSpaced:       {name: "error-spaced", outcome: Broken, passing: true, says: `{ "error" : { "message" : "engine ran out of memory", "code" : 500 } }`},
	ErrorText:         {name: "error-text", outcome: Broken, passing: true, says: `{"error":"engine ran out of memory"}`},
	ErrorBare:         {name: "error-bare", outcome: Broken, passing: true, says: `{"object":"error","message":"engine ran out of memory","type":"InternalServerError","param":null,"code":500}`},
	ErrorLine:         {name: "error-line", outcome: Broken, passing: true, says: `{"code":500,"message":"engine ran out of memory","type":"server_error"}`},
	ErrorEvent:        {name: "error-event", outcome: Broken, passing: true, says: `{"message":"engine ran out of memory","code":500}`},
	ErrorAfterComment: {name: "error-after-comment", outcome: Broken, passing: true, says: `{"error":{"message":"engine ran out of memory","type":"server_error","code":500}}`},
	ErrorFirst:        {name: "error-first", outcome: Broken, passing: true, says: `{"error":{"message":"engine ran out of memory","type":"server_error","code":500}}`},
	ErrorBody:         {name: "error-body", outcome: Broken, passing: true, says: `{"error":{"message":"engine ran out of memory","type":"server_error","code":500}}`},
	HTMLBody:          {name: "html-body", outcome: Broken},
	EmptyBody:         {name: "empty-body", outcome: Broken, passing: true},
	BadJSON:           {name: "bad-json", outcome: Broken, passing: true},
	CutEnd:            {name: "cut-end", outcome: Broken, passing: true},
	CutEvent:          {name: "cut-event", outcome: Broken, passing: true},
	CutClose:          {name: "cut-close", outcome: Broken, passing: true},
	CutReset:          {name: "cut-reset", outcome: Broken, passing: true},
	Stall:             {name: "stall", outcome: Endless, passing: true},
	StallFirst:        {name: "stall-first", outcome: Endless, passing: true},
	BadRequest:        {name: "bad-request", outcome: Broken, status: 400, says: "This model's maximum context length is 4096 tokens."},
	Unauthorized:      {name: "unauthorized", outcome: Broken, status: 401, says: "Incorrect API key provided."},
	NoModel:           {name: "no-model", outcome: Broken, status: 404, says: "The model does not exist."},
	RateLimited:       {name: "rate-limited", outcome: Broken, status: 429, passing: true, says: "Rate limit reached."},
	RateLimitedDate:   {name: "rate-limited-date", outcome: Broken, status: 429, passing: true, says: "Rate limit reached."},
	ServerError:       {name: "server-error", outcome: Broken, status: 500, passing: true, says: "Internal server error."},
	BadGateway:        {name: "bad-gateway", outcome: Broken, status: 502, passing: true},
	Unavailable:       {name: "unavailable", outcome: Broken, status: 503, passing: true, says: "The server is starting."},
}

// Faults lists every fault, [None] first, for table tests.
func Faults() []Fault {
	all := make([]Fault, faults)
	for i := range all {
		all[i] = Fault(i)
	}
	return all
}

func (f Fault) spec() spec {
	if f < faults {
		return specs[f]
	}
	return spec{name: "unknown", outcome: Broken}
}

// String is the fault's name, in words joined by hyphens.
func (f Fault) String() string { return f.spec().name }

// Outcome is what a correct client makes of the fault, streamed or not.
func (f Fault) Outcome() Outcome { return f.spec().outcome }

// Status is the HTTP status of the reply under the fault; for a refused parameter, of the reply to a request that carries it.
func (f Fault) Status() int {
	if s := f.spec().status; s != 0 {
		return s
	}
	return 200
}

// Finish is the finish_reason that a whole reply under the fault ends with.
func (f Fault) Finish() string {
	if s := f.spec().finish; s != "" {
		return s
	}
	return "stop"
}

// Refuses is the request parameter that the fault refuses; empty: none.
func (f Fault) Refuses() string { return f.spec().refuses }

// Passing reports whether asking again makes sense: false for what would fail the same way every time.
func (f Fault) Passing() bool { return f.spec().passing }

// Reasons reports whether reasoning goes out under the fault even when the reply brings none.
func (f Fault) Reasons() bool { return f >= ReasoningField && f <= ThinkUnopened }

// set is the faults of one reply.
type set []Fault

func (s set) has(f Fault) bool {
	for _, x := range s {
		if x == f {
			return true
		}
	}
	return false
}

// first finds the first fault for which is holds.
func (s set) first(is func(Fault) bool) (Fault, bool) {
	for _, x := range s {
		if is(x) {
			return x, true
		}
	}
	return None, false
}
