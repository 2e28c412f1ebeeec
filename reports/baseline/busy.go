package baseline

import (
	"slices"
	"time"
)

// span is the time one request was in flight.
type span struct{ from, to time.Time }

// busy is the length of the union of spans.
func busy(spans []span) time.Duration {
	slices.SortFunc(spans, func(a, b span) int { return a.from.Compare(b.from) })
	var total time.Duration
	var end time.Time
	for _, s := range spans {
		if s.from.Before(end) {
			s.from = end
		}
		if s.to.After(s.from) {
			total += s.to.Sub(s.from)
			end = s.to
		}
	}
	return total
}
