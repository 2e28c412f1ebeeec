package grounded

import "github.com/viva-eval/viva/internal/text"

// Reason says why a piece of an answer was flagged.
type Reason string

const (
	Figure       Reason = "figure"       // a number, amount, percentage, date or identifier that no passage holds
	Time         Reason = "time"         // a time of day that no passage holds
	Name         Reason = "name"         // a name that no passage holds
	Clause       Reason = "clause"       // a clause most of whose words no passage holds
	Contradicted Reason = "contradicted" // says the opposite of a field of a record
	Undisclosed  Reason = "undisclosed"  // says what a record leaves open (null)
	Hours        Reason = "hours"        // opening times other than the record's
)

// Flag is a piece of an answer that the passages do not support. Its span is in bytes of the answer.
type Flag struct {
	text.Span
	Reason Reason
}
