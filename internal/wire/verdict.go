package wire

import (
	"context"
	"errors"
	"io"
	"net/url"
	"strings"
)

// verdict makes the one error, or none, of what the call brought.
func (k *call) verdict(err error) *Error {
	var e *Error
	switch errors.As(err, &e); {
	case e != nil: // told by the server, or found out while reading
	case k.finish != "":
		return nil // whole, whatever became of the connection afterwards
	case err == nil || err == io.EOF:
		e = &Error{Kind: CutShort, Message: "read stream: it ended without a finish reason"}
		if k.chunks == 0 {
			e.Message = "read stream: it ended before any event"
			if k.body != nil && len(k.body.head) > 0 {
				e.Message += ": " + snippet(k.client.hide(k.body.head))
			}
		}
	default:
		e = k.broken(err)
	}
	if e.Status == 0 {
		e.Status = k.status
	}
	return e
}

// broken judges a failure of the transport.
func (k *call) broken(err error) *Error {
	e := &Error{err: err}
	verb := "reach server: "
	if k.status != 0 {
		verb = "read answer: "
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err // its URL adds nothing
	}
	switch parent := k.parent.Err(); {
	case parent == context.Canceled:
		e.Kind, e.Message, e.err = Canceled, verb+"cancelled", parent
	case parent != nil:
		e.Kind, e.Message, e.err = TimedOut, verb+"the deadline passed", parent
	case k.timer != nil && (errors.Is(err, errIdle) || errors.Is(err, context.Canceled)):
		e.Kind, e.Message, e.err = TimedOut, verb+"nothing came for "+k.idle.String(), errIdle
	case k.status != 0:
		e.Kind, e.Message = CutShort, verb+"the connection broke: "+err.Error()
	case strings.Contains(err.Error(), "malformed HTTP"):
		e.Kind, e.Message = Malformed, verb+"it does not speak HTTP: "+err.Error()
	default:
		e.Kind, e.Message = Unreachable, verb+err.Error()
	}
	return e
}
