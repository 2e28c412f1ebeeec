package runners

import (
	"context"
	"errors"
	"time"
)

// AskError is how a target says what became of a request that brought no answer. Any other error counts as Failed, once.
type AskError struct {
	Status      Status        // Failed, TimedOut or Refused
	Temporary   bool          // worth another attempt
	Unreachable bool          // nothing was there to take the request, or only a server's own failure
	TooLong     bool          // it was refused because it does not fit into the model's context
	RetryAfter  time.Duration // how long the server asks us to wait; 0: it does not say
	Err         error
}

func (e *AskError) Error() string { return e.Err.Error() }
func (e *AskError) Unwrap() error { return e.Err }

// statusOf tells what became of a request from its response and error.
func statusOf(r Response, err error) Status {
	var ask *AskError
	switch {
	case errors.As(err, &ask):
		return ask.Status
	case errors.Is(err, context.DeadlineExceeded):
		return TimedOut
	case err != nil:
		return Failed
	case r.Finish == "length":
		return Truncated
	case r.Finish == "content_filter":
		return Filtered
	}
	return OK
}
