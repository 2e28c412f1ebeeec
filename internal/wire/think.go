package wire

import (
	"bytes"
	"time"
	"unicode/utf8"
)

const (
	openThink  = "<think>"
	closeThink = "</think>"
)

// transcript parts reasoning from answer as the text comes in, in pieces of any size.
//
//  1. The reasoning fields go to the reasoning.
//  2. Content that begins with <think>, after white space at most, goes to the reasoning up to </think>; all of it if that never
//     comes.
//  3. A first </think> without an opening, where nothing else was reasoning, makes all before it reasoning: some models' templates put
//     the opening tag into the prompt.
//  4. All else is the answer. White space between a block and the answer is dropped.
type transcript struct {
	answer, reasoning []byte
	firstAnswer       time.Time // when the first piece of what is now the answer came

	state     state
	pending   []byte // opening: white space and what may yet become <think>
	pendingAt time.Time
	thoughtAt int  // thinking: where the block begins in reasoning
	thought   bool // some reasoning has been seen
	trim      bool // drop white space before the answer
}

type state uint8

const (
	opening state = iota
	thinking
	answering
)

// reason takes text of a reasoning field.
func (t *transcript) reason(b []byte) {
	if len(b) > 0 {
		t.thought = true
		t.reasoning = append(t.reasoning, b...)
	}
}

// say takes text of the content field, which came at a moment.
func (t *transcript) say(b []byte, at time.Time) {
	if len(b) == 0 {
		return
	}
	switch t.state {
	case answering:
		t.give(b, at)
	case thinking:
		t.think(b, at)
	case opening:
		if len(t.pending) == 0 {
			t.pendingAt = at
		}
		t.pending = append(t.pending, b...)
		switch rest := bytes.TrimLeft(t.pending, " \t\r\n"); {
		case len(rest) < len(openThink) && bytes.HasPrefix([]byte(openThink), rest): // undecided
		case bytes.HasPrefix(rest, []byte(openThink)):
			t.state, t.thought, t.thoughtAt = thinking, true, len(t.reasoning)
			t.think(rest[len(openThink):], at)
			t.pending = nil
		default:
			t.settle()
		}
	}
}

// settle ends the opening: there is no <think>.
func (t *transcript) settle() {
	if t.state != opening {
		return
	}
	t.state = answering
	if len(t.pending) > 0 {
		t.give(t.pending, t.pendingAt)
	}
	t.pending = nil
}

func (t *transcript) think(b []byte, at time.Time) {
	from := max(t.thoughtAt, len(t.reasoning)-len(closeThink)+1)
	t.reasoning = append(t.reasoning, b...)
	i := bytes.Index(t.reasoning[from:], []byte(closeThink))
	if i < 0 {
		return
	}
	rest := bytes.Clone(t.reasoning[from+i+len(closeThink):])
	t.reasoning = t.reasoning[:from+i]
	t.state, t.trim = answering, true
	t.give(rest, at)
}

func (t *transcript) give(b []byte, at time.Time) {
	if t.trim {
		if b = bytes.TrimLeft(b, " \t\r\n"); len(b) == 0 {
			return
		}
		t.trim = false
	}
	from := max(0, len(t.answer)-len(closeThink)+1)
	t.answer = append(t.answer, b...)
	if t.firstAnswer.IsZero() {
		t.firstAnswer = at
	}
	if t.thought || bytes.IndexByte(b, '>') < 0 {
		return
	}
	i := bytes.Index(t.answer[from:], []byte(closeThink))
	if i < 0 {
		return
	}
	rest := bytes.Clone(t.answer[from+i+len(closeThink):])
	t.reasoning = append(t.reasoning, t.answer[:from+i]...)
	t.answer, t.firstAnswer = t.answer[:0], time.Time{}
	t.thought, t.trim = true, true
	t.give(rest, at)
}

// mend makes valid UTF-8 of text joined from pieces. Servers that cut text by bytes or by UTF-16 units leave half a rune at the end
// of one piece and the other half at the start of the next. Joined, bytes are whole again; halves of surrogate pairs, which the scan
// writes as three bytes each, are paired here. What stays broken becomes U+FFFD.
func mend(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	out := make([]byte, 0, len(b)+16)
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			if high, ok := half(b); ok {
				n = 3
				if low, ok := half(b[3:]); ok && high < 0xDC00 && low >= 0xDC00 {
					r, n = 0x10000+(high-0xD800)<<10+(low-0xDC00), 6
				}
			}
		}
		out = utf8.AppendRune(out, r)
		b = b[n:]
	}
	return string(out)
}

// half reads a surrogate written as three bytes.
func half(b []byte) (rune, bool) {
	if len(b) < 3 || b[0] != 0xED || b[1] < 0xA0 || b[1] > 0xBF || b[2] < 0x80 || b[2] > 0xBF {
		return 0, false
	}
	return 0xD000 | rune(b[1]&0x3F)<<6 | rune(b[2]&0x3F), true
}
