package stats

import "math"

// SPRT is Wald's sequential probability ratio test (1945) of a success rate P0 against P1, with the chances Alpha of wrongly leaving
// P0 and Beta of wrongly keeping it. It wants both rates stated beforehand; where only equality is to be tested, [SignE] needs none.
type SPRT struct{ P0, P1, Alpha, Beta float64 }

// Decision is what a sequential test says so far.
type Decision uint8

// The decisions of a sequential test.
const (
	Continue Decision = iota // not yet decided
	KeepNull
	RejectNull
)

// String returns "continue", "keep null" or "reject null".
func (d Decision) String() string {
	switch d {
	case KeepNull:
		return "keep null"
	case RejectNull:
		return "reject null"
	}
	return "continue"
}

// Bounds returns the limits of the log likelihood ratio: at or under ln(β/(1−α)) the null is kept, at or over ln((1−β)/α) it is
// rejected.
func (t SPRT) Bounds() (keep, reject float64) {
	if !probability(t.Alpha) || !probability(t.Beta) {
		return math.NaN(), math.NaN()
	}
	return math.Log(t.Beta / (1 - t.Alpha)), math.Log((1 - t.Beta) / t.Alpha)
}

// Steps returns what one win and one loss add to the log likelihood ratio.
func (t SPRT) Steps() (win, loss float64) {
	if !probability(t.P0) || !probability(t.P1) {
		return math.NaN(), math.NaN()
	}
	return math.Log(t.P1 / t.P0), math.Log((1 - t.P1) / (1 - t.P0))
}

// Decide returns the decision after so many wins and losses. An impossible test, or one without a difference to find, never decides.
func (t SPRT) Decide(wins, losses int) Decision {
	keep, reject := t.Bounds()
	win, loss := t.Steps()
	switch ratio := float64(wins)*win + float64(losses)*loss; {
	case t.P0 == t.P1:
		return Continue
	case ratio >= reject:
		return RejectNull
	case ratio <= keep:
		return KeepNull
	}
	return Continue
}
