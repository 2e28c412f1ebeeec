package gate

import (
	"fmt"
	"math"
)

// leastThere is the share of a rule's items that must have a whole answer, and beside a baseline a partner, for it to pass: what went missing
// might be what got worse.
const leastThere = 0.95

// covers takes back a pass that rests on too few of the items that are due. how says what became of those that are there.
func (f *Finding) covers(there, due int, how string) {
	if f.Decision != Pass || float64(there) >= leastThere*float64(due) {
		return
	}
	f.Decision, f.Needed = Inconclusive, int(math.Ceil(leastThere*float64(due)))-there
	f.Reason = fmt.Sprintf("only %d of %d items %s, and what is missing might be what got worse", there, due, how)
}

// coversPairs is covers for a promise beside a baseline.
func (f *Finding) coversPairs(r Rule, pairs int, now, then sample) {
	if r.Measure == Induced { // which items it counts differs from run to run, with the closed book
		f.covers(min(now.answered(), then.answered()), max(now.here, then.here), areAnswered)
		return
	}
	f.covers(pairs, max(now.asked, then.asked), arePaired)
}

// The states in which an item is there.
const (
	arePaired   = "are paired"
	areAnswered = "have a whole answer"
	areTimed    = "have a time in both runs"
)
