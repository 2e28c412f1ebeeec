package remote

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// ConfigError says that a retriever's configuration cannot be meant.
type ConfigError struct{ Problem string }

func (e *ConfigError) Error() string { return e.Problem }

// Misconfigured makes a [ConfigError].
func Misconfigured(format string, args ...any) error {
	return &ConfigError{fmt.Sprintf(format, args...)}
}

// ServerError is a failure of a server, or of the way to it. Its text never holds a key.
type ServerError struct {
	Op         string        // what was wanted, as in "embed texts"
	Status     int           // HTTP status; 0: no response, or one that is not what was promised
	Message    string        // the server's own words, or what is wrong with its reply
	RetryAfter time.Duration // how long it asks us to wait; 0: it does not say

	temporary, unreachable bool // as in [runners.AskError]
	malformed              bool // a whole reply, but not one of the promised form
}

func (e *ServerError) Error() string {
	if e.Status != 0 {
		return fmt.Sprintf("%s: %s (HTTP %d)", e.Op, e.Message, e.Status)
	}
	return fmt.Sprintf("%s: %s", e.Op, e.Message)
}

// refusals are the statuses by which a server says that it will never do what it is asked, however often.
var refusals = []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed,
	http.StatusNotAcceptable, http.StatusGone, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity}

// Refused makes a [ConfigError] of the error of a first request if the server refused it for what it is, a wrong key, path or form, or
// answered in another form than it is read in.
func Refused(err error) error {
	var s *ServerError
	if errors.As(err, &s) && (s.malformed || slices.Contains(refusals, s.Status)) {
		return &ConfigError{err.Error()}
	}
	return err
}

// maxSaid is how much of a server's own words an error holds, in bytes.
const maxSaid = 300

// Words finds what a server says in the shapes of errors: {"error":{"message":…}}, {"error":…}, {"detail":…}, {"message":…}, a list of those,
// or any text. Beside the message of JSON-RPC it gives that of its data, and in OData's {"lang":…,"value":…} the value.
func Words(body []byte) string {
	text := strings.Join(strings.Fields(strings.ToValidUTF8(said(body, 0), "\uFFFD")), " ")
	if len(text) > maxSaid {
		text = strings.ToValidUTF8(text[:maxSaid], "") + "…"
	}
	return text
}

func said(body []byte, depth int) string {
	var doc map[string]json.RawMessage
	var list []json.RawMessage
	var text string
	switch {
	case depth > 10:
	case json.Unmarshal(body, &doc) == nil:
		for _, name := range []string{"error", "message", "detail", "value"} {
			raw := doc[name]
			if len(raw) == 0 || string(raw) == "null" {
				continue
			}
			words := said(raw, depth+1)
			var data struct{ Message string }
			if name == "message" && json.Unmarshal(doc["data"], &data) == nil && data.Message != "" {
				words += ": " + data.Message
			}
			return words
		}
	case json.Unmarshal(body, &list) == nil && len(list) > 0 && strings.HasPrefix(strings.TrimSpace(string(list[0])), "{"):
		if words := said(list[0], depth+1); words != string(list[0]) {
			return words
		}
	case json.Unmarshal(body, &text) == nil:
		return text
	}
	return string(body)
}
