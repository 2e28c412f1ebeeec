package nli

import (
	"fmt"
	"time"
)

// Kind says what went wrong, in terms of what one could do about it.
type Kind uint8

const (
	_           Kind = iota
	Unreachable      // no response
	TimedOut         // the deadline of a request passed
	Busy             // 429 or 5xx
	Rejected         // any other status
	TooLong          // a pair does not fit the model's window
	Refused          // 401, 403, 404, 405 or a redirect: wrong for every request
	Malformed        // the reply is not what the endpoint promises
	Labels           // the model's labels cannot be told apart
)

var kinds = [...]string{"", "unreachable", "timed out", "busy", "rejected", "too long", "refused", "malformed", "labels"}

func (k Kind) String() string {
	if int(k) < len(kinds) {
		return kinds[k]
	}
	return fmt.Sprintf("kind %d", k)
}

// Error is every failure of a [Client] but the end of the caller's context. Its text never holds the key.
type Error struct {
	Kind       Kind
	Status     int           // HTTP status; 0: no response
	Message    string        // what the server said, or what is wrong with it
	RetryAfter time.Duration // 0: the server does not say
}

func (e *Error) Error() string {
	if e.Status != 0 {
		return fmt.Sprintf("ask verifier: %s (%s, HTTP %d)", e.Message, e.Kind, e.Status)
	}
	return fmt.Sprintf("ask verifier: %s (%s)", e.Message, e.Kind)
}

// Fatal reports whether every further request would fail too.
func (e *Error) Fatal() bool { return e.Kind == Refused || e.Kind == Labels }

// Temporary reports whether the same request may succeed later.
func (e *Error) Temporary() bool { return e.Kind == Unreachable || e.Kind == Busy }

func malformed(format string, args ...any) *Error {
	return &Error{Kind: Malformed, Message: fmt.Sprintf(format, args...)}
}
