package fakeai

import (
	"slices"
	"sync"
	"time"
)

// Record is what the server knows of one request by its own monotonic clock: the truth against which a client's clock is checked.
// A zero time means that the moment has not come.
type Record struct {
	N       int    // the request's number, as in [Request]
	ID      string // its X-Request-Id, or "req-N" when it brought none; sent back in the reply
	Model   string
	Stream  bool
	Fault   Fault
	Status  int       // of the reply; 0 before its headers
	Arrived time.Time // when the request's headers had been read

	FirstByte time.Time // just before the body's first bytes were handed to the connection
	// Wrote has one moment for each chunk with a token, of any channel: just before the end of its JSON was handed to the
	// connection. No client can have read the chunk earlier. A reply that is not streamed has one.
	Wrote []time.Time
	// Answer is the index in Wrote of the first chunk with a token of the answer; -1 when there is none.
	Answer int
	Done   time.Time // when the server had nothing more to say
}

// FirstToken is the moment of the first token of any channel.
func (r Record) FirstToken() time.Time {
	if len(r.Wrote) == 0 {
		return time.Time{}
	}
	return r.Wrote[0]
}

// FirstAnswer is the moment of the first token of the answer.
func (r Record) FirstAnswer() time.Time {
	if r.Answer < 0 || r.Answer >= len(r.Wrote) {
		return time.Time{}
	}
	return r.Wrote[r.Answer]
}

// Last is the moment of the last token.
func (r Record) Last() time.Time {
	if len(r.Wrote) == 0 {
		return time.Time{}
	}
	return r.Wrote[len(r.Wrote)-1]
}

// entry is a record being written.
type entry struct {
	mu sync.Mutex
	r  Record
}

func (e *entry) set(edit func(*Record)) {
	e.mu.Lock()
	edit(&e.r)
	e.mu.Unlock()
}

// expect makes room for the moments of so many tokens.
func (e *entry) expect(tokens int) {
	e.mu.Lock()
	e.r.Wrote = slices.Grow(e.r.Wrote, tokens)
	e.mu.Unlock()
}

// wrote stamps what is about to be written: tokens chunks, of which the one at index answer (when not negative) is the first of
// the answer.
func (e *entry) wrote(at time.Time, tokens, answer int) {
	e.mu.Lock()
	if e.r.FirstByte.IsZero() {
		e.r.FirstByte = at
	}
	if answer >= 0 && e.r.Answer < 0 {
		e.r.Answer = len(e.r.Wrote) + answer
	}
	for range tokens {
		e.r.Wrote = append(e.r.Wrote, at)
	}
	e.mu.Unlock()
}

func (e *entry) copy() Record {
	e.mu.Lock()
	defer e.mu.Unlock()
	r := e.r
	r.Wrote = append([]time.Time(nil), r.Wrote...)
	return r
}

// journal keeps the entries of a server.
type journal struct {
	mu  sync.Mutex
	all []*entry
}

func (j *journal) add(r Record, keep bool) *entry {
	e := &entry{r: r}
	if keep {
		j.mu.Lock()
		j.all = append(j.all, e)
		j.mu.Unlock()
	}
	return e
}

func (j *journal) copy() []Record {
	j.mu.Lock()
	all := append([]*entry(nil), j.all...)
	j.mu.Unlock()
	out := make([]Record, len(all))
	for i, e := range all {
		out[i] = e.copy()
	}
	return out
}
