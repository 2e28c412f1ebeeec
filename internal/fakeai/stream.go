package fakeai

import (
	"bytes"
	"iter"
	"strconv"
	"strings"
)

// step is one event of a stream, or a turn in it.
type step struct {
	kind   kind
	text   string
	slot   int // goes out when the token chunk of this number is due; -1: at once
	answer bool
	open   bool // without a line end
	call   callPiece
}

// token reports whether the step brings tokens.
func (s step) token() bool { return s.kind == thinkStep || s.kind == answerStep || s.kind == callStep }

type kind uint8

const (
	roleStep kind = iota
	thinkStep
	answerStep
	callStep
	finishStep
	usageStep
	emptyStep // choices []
	dataStep  // text as data
	lineStep  // text as it is, lines ending with LF
	doneStep
	turnStep // the fault of mid-stream takes over
)

// stream composes the events of one reply.
type stream struct {
	faults set
	frame  frame
	head   string // of every chunk, up to its choices
	reply  Reply
	usage  Usage
	asked  bool   // usage asked for
	tokens []step // the chunks with tokens
	said   int    // token chunks encoded so far
	after  int    // token chunks before the turn
	turn   Fault  // the fault of mid-stream; None: none
	json   []byte // scratch
}

// midway reports whether f strikes in the middle of a stream.
func midway(f Fault) bool {
	switch f {
	case ErrorFirst, ErrorBody, HTMLBody, EmptyBody:
		return false
	}
	return f >= ErrorObject && f <= Stall
}

func newStream(q Request, r Reply, s set, head string) *stream {
	st := &stream{faults: s, frame: framed(s), head: head, reply: r, usage: r.count(q), asked: q.IncludeUsage}
	per := r.PerChunk
	if s.has(SeveralTokens) && per == 0 {
		per = 4
	}
	answer := r.Chunks
	if answer == nil {
		answer = pieces(r.Text, per)
	}
	think := pieces(r.Reasoning, per)
	add := func(k kind, answer bool, texts ...string) {
		for _, t := range texts {
			st.tokens = append(st.tokens, step{kind: k, text: t, slot: len(st.tokens), answer: answer})
		}
	}
	switch {
	case len(think) == 0:
	case s.has(ThinkSplit):
		add(answerStep, false, "<th", "ink>\n")
		add(answerStep, false, think...)
		add(answerStep, false, "\n</thi")
		if len(answer) > 0 {
			answer = append([]string{"nk>\n\n" + answer[0]}, answer[1:]...)
		} else {
			add(answerStep, false, "nk>\n\n")
		}
	case s.has(ThinkBlock):
		add(answerStep, false, "<think>\n")
		add(answerStep, false, think...)
		add(answerStep, false, "\n</think>\n\n")
	case s.has(ThinkUnopened):
		add(answerStep, false, think...)
		add(answerStep, false, "\n</think>\n\n")
	default:
		add(thinkStep, false, think...)
	}
	add(answerStep, true, answer...)
	for _, p := range st.callPieces() {
		st.tokens = append(st.tokens, step{kind: callStep, call: p, slot: len(st.tokens)})
	}
	st.turn, _ = s.first(midway)
	switch {
	case r.After > 0:
		st.after = min(r.After, len(st.tokens))
	case r.After == 0:
		st.after = len(st.tokens) / 2
	}
	return st
}

// count is the reply's usage.
func (r Reply) count(q Request) Usage {
	if r.Usage != nil {
		return *r.Usage
	}
	u := Usage{Reasoning: count(r.Reasoning)}
	u.Completion = u.Reasoning + count(r.Text)
	for _, c := range r.Calls {
		u.Completion += 1 + count(c.Arguments)
	}
	for _, m := range q.Messages {
		u.Prompt += count(m.Content)
	}
	return u
}

// steps is the stream in order.
func (st *stream) steps() iter.Seq[step] {
	return func(yield func(step) bool) {
		for _, s := range st.before() {
			if !yield(s) {
				return
			}
		}
		if st.faults.has(ErrorFirst) {
			return
		}
		half := len(st.tokens) / 2
		for i, tok := range st.tokens {
			if st.turn != None && i == st.after {
				if !yield(step{kind: turnStep, slot: i}) {
					return
				}
			}
			for _, s := range st.between(i, half) {
				if !yield(s) {
					return
				}
			}
			if !yield(tok) {
				return
			}
		}
		if st.turn != None && st.after >= len(st.tokens) && !yield(step{kind: turnStep, slot: -1}) {
			return
		}
		for _, s := range st.end() {
			if !yield(s) {
				return
			}
		}
	}
}

// before is what comes before the first token.
func (st *stream) before() []step {
	var out []step
	has := st.faults.has
	if has(LongLine) {
		out = append(out, step{kind: dataStep, slot: -1,
			text: st.head + `[],"prompt_token_ids":"` + strings.Repeat("0123456789abcdef", 10<<20/16) + `"}`})
	}
	if has(ErrorFirst) {
		return append(out, step{kind: dataStep, slot: -1, text: ErrorFirst.spec().says})
	}
	if has(EmptyChoices) {
		out = append(out, step{kind: emptyStep, slot: -1})
	}
	if has(RoleEarly) {
		out = append(out, step{kind: roleStep, slot: -1})
	}
	if has(RoleLate) || has(NullContent) {
		out = append(out, step{kind: roleStep, slot: 0})
	}
	return out
}

// between is what comes before token chunk i.
func (st *stream) between(i, half int) []step {
	var out []step
	has := st.faults.has
	if has(ManyComments) && i == half {
		out = append(out, step{kind: lineStep, slot: -1, text: strings.Repeat(": still working\n\n", 400)})
	}
	if has(EmptyChoices) && i == half && i > 0 {
		out = append(out, step{kind: emptyStep, slot: -1})
	}
	if has(Pings) {
		out = append(out, step{kind: lineStep, slot: -1, text: "event: ping\ndata: {\"type\": \"ping\"}\n\n"})
	}
	if has(EmptyData) {
		out = append(out, step{kind: lineStep, slot: -1, text: "data:\n\n"})
	}
	return out
}

// end is what comes after the last token.
func (st *stream) end() []step {
	var out []step
	has := st.faults.has
	if !has(FinishWithText) || len(st.tokens) == 0 {
		out = append(out, step{kind: finishStep, slot: -1})
	}
	if st.asked && !has(NoUsage) && !has(UsageOnFinish) {
		out = append(out, step{kind: usageStep, slot: -1})
	}
	if !has(NoDone) {
		out = append(out, step{kind: doneStep, slot: -1})
	}
	if has(DoubleDone) {
		out = append(out, step{kind: doneStep, slot: -1})
	}
	if has(OpenEnd) && len(out) > 0 {
		out[len(out)-1].open = true
	}
	return out
}

// encode appends the step's bytes.
func (st *stream) encode(dst []byte, s step) []byte {
	has := st.faults.has
	if has(Comments) && s.kind != lineStep {
		dst = st.frame.raw(dst, []byte(": keep-alive\n\n"))
	}
	switch s.kind {
	case lineStep:
		return st.frame.raw(dst, []byte(s.text))
	case dataStep:
		return st.frame.event(dst, []byte(s.text))
	case doneStep:
		dst = st.frame.event(dst, []byte("[DONE]"))
		if s.open {
			dst = bytes.TrimRight(dst, "\r\n")
		}
		return dst
	case thinkStep, answerStep, callStep:
		st.said++
	}
	st.json = st.chunk(st.json[:0], s)
	return st.frame.event(dst, st.json)
}

// chunk appends the JSON of a chunk.
func (st *stream) chunk(b []byte, s step) []byte {
	has := st.faults.has
	b = append(b, st.head...)
	if s.kind == usageStep || s.kind == emptyStep {
		b = append(b, "[]"...)
		if s.kind == emptyStep {
			return append(b, `,"prompt_filter_results":[{"prompt_index":0}]}`...)
		}
		return append(st.usage.append(append(b, `,"usage":`...)), '}')
	}
	b = append(b, `[{"index":0,"delta":{`...)
	announced := has(RoleEarly) || has(RoleLate) || has(NullContent)
	token := s.token()
	if s.kind == roleStep || has(RoleEach) || (token && st.said == 1 && !announced) {
		b = append(b, `"role":"assistant",`...)
	}
	null := has(NullContent)
	ascii := has(EscapedRunes)
	switch s.kind {
	case roleStep, finishStep:
		switch {
		case null:
			b = append(b, `"content":null`...)
		case s.kind == roleStep || has(RoleEach):
			b = append(b, `"content":""`...)
		}
	case thinkStep:
		if null {
			b = append(b, `"content":null,`...)
		}
		if has(ReasoningField) || has(ReasoningBoth) {
			b = quote(append(b, `"reasoning":`...), s.text, ascii)
		}
		if has(ReasoningBoth) {
			b = append(b, ',')
		}
		if !has(ReasoningField) || has(ReasoningBoth) {
			b = quote(append(b, `"reasoning_content":`...), s.text, ascii)
		}
	case answerStep:
		b = quote(append(b, `"content":`...), s.text, ascii)
		if null {
			b = append(b, `,"reasoning_content":null`...)
		}
	case callStep:
		if null {
			b = append(b, `"content":null,`...)
		}
		b = append(st.faults.call(append(b, `"tool_calls":[`...), s.call, true, ascii), ']')
	}
	finished := s.kind == finishStep || (has(FinishWithText) && st.said == len(st.tokens) && token)
	b = append(b, `},"finish_reason":`...)
	switch {
	case finished:
		b = quote(b, st.reply.Finish, true)
	case has(FinishEmpty):
		b = append(b, `""`...)
	default:
		b = append(b, "null"...)
	}
	b = append(b, "}]"...)
	switch {
	case has(NoUsage):
	case has(UsageOnFinish) && finished:
		b = st.usage.append(append(b, `,"usage":`...))
	case has(UsageEach):
		b = st.running(finished).append(append(b, `,"usage":`...))
	case has(UsageNull):
		b = append(b, `,"usage":null`...)
	}
	return append(b, '}')
}

// running is the usage so far, spread evenly over the token chunks.
func (st *stream) running(finished bool) Usage {
	u := st.usage
	if n := len(st.tokens); n > 0 && !finished {
		u.Completion = u.Completion * st.said / n
		u.Reasoning = min(u.Reasoning, u.Completion)
	}
	return u
}

// headOf is what every chunk of a reply begins with.
func headOf(object string, n int, created int64, model string) string {
	b := append([]byte(`{"id":"chatcmpl-`), strconv.Itoa(n)...)
	b = append(b, `","object":"`+object+`","created":`...)
	b = strconv.AppendInt(b, created, 10)
	b = quote(append(b, `,"model":`...), model, false)
	return string(append(b, `,"choices":`...))
}
