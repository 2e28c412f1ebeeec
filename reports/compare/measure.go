package compare

import (
	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/scorers"
)

// Name names a measure.
type Name string

// The measures that a comparison has. Shares are fractions.
const (
	Accuracy      Name = "accuracy"              // Correct / scored, answerable items
	Hallucination Name = "hallucination"         // Incorrect / scored
	Abstention    Name = "abstention"            // Abstained / scored
	Penalised     Name = "penalised"             // (Correct − k·Incorrect) / scored
	Behaved       Name = "behaved"               // replies that did what the arm asks
	Lift          Name = "lift"                  // the arm's accuracy less that of the closed book, answerable items; arms with pages
	Induced       Name = "induced_hallucination" // of what the closed book did not get wrong, false with the pages
)

// String writes the measure for a person.
func (n Name) String() string {
	switch n {
	case Accuracy:
		return "correct, of answerable"
	case Penalised:
		return "penalised score"
	case Behaved:
		return "did what the arm asks"
	case Induced:
		return "induced hallucination"
	default:
		return string(n)
	}
}

// better is +1 where more is better, −1 where less is, 0 where it depends.
func (n Name) better() int {
	switch n {
	case Hallucination, Induced:
		return -1
	case Abstention:
		return 0
	default:
		return 1
	}
}

// Measure is what became of one measure.
type Measure struct {
	Name  Name `json:"measure"`
	Items int  `json:"items"` // with a pair
	Pairs int  `json:"pairs"`
	// NEff is the effective number of pairs that the interval rests on.
	NEff       reports.Figure `json:"n_effective"`
	Base       reports.Figure `json:"base"`
	Head       reports.Figure `json:"head"`
	Difference reports.Figure `json:"difference"` // Head − Base
	Low        reports.Figure `json:"low"`
	High       reports.Figure `json:"high"`
	Up         int            `json:"up"`   // pairs in which head has more of it
	Down       int            `json:"down"` // and less
	// Test names the test behind P: McNemar's exact one, the permutation of signs of whole sources, or that of sides.
	Test Test           `json:"test"`
	P    reports.Figure `json:"p"` // two-sided
	// Adjusted is P adjusted for the number of slices looked at, by Method; undefined for a whole arm.
	Adjusted reports.Figure `json:"p_adjusted"`
	Method   Method         `json:"p_method"`
	// Pairs that left the table: a side failed, or is unscored. The unscored ones are a debt: Least and Most are the difference had all of
	// them given head less of it, or more; BoundLow and BoundHigh the outer ends of the intervals of those two and of the known pairs'.
	DroppedFailed int            `json:"dropped_failed"`
	Unscored      int            `json:"unscored"`
	Least         reports.Figure `json:"least"`
	Most          reports.Figure `json:"most"`
	BoundLow      reports.Figure `json:"bound_low"`
	BoundHigh     reports.Figure `json:"bound_high"`
	Bounded       bool           `json:"bounded"` // more than 2 % are unscored: the bounds stand in for the value
	Finding       Finding        `json:"finding"`
}

// Test names a test of a difference.
type Test string

const (
	NoTest       Test = ""
	McNemar      Test = "mcnemar"        // exact; items independent and asked once
	SignFlip     Test = "sign-flip"      // the signs of whole sources' differences are flipped
	SwappedSides Test = "sides-permuted" // base and head change places, source by source
)

// Method names the adjustment of a p-value.
type Method string

const (
	Unadjusted        Method = ""
	Holm              Method = "holm"
	BenjaminiHochberg Method = "benjamini-hochberg"
)

// Finding says what a difference amounts to. A whole arm's is found when its interval excludes 0 and its p is at most 0.05, a slice's when
// its adjusted p is. Where bounds stand in, they must exclude 0 as well.
type Finding string

const (
	NotFound Finding = ""        // no difference is established
	Better   Finding = "better"  // head is
	Worse    Finding = "worse"   // head is
	Changed  Finding = "changed" // in a measure that is neither good nor bad in itself
)

// found reads a difference by its sign.
func (m *Measure) found(sign int) {
	switch sign * m.Name.better() {
	case 1:
		m.Finding = Better
	case -1:
		m.Finding = Worse
	default:
		if sign != 0 {
			m.Finding = Changed
		}
	}
}

// settle finds what a whole arm's difference amounts to.
func (m *Measure) settle() {
	if m.P <= findingLevel {
		m.found(m.sign())
	}
}

// sign is that of the difference, as far as its interval, or the bounds that stand in for it, excludes 0.
func (m *Measure) sign() int {
	low, high := m.Low, m.High
	if m.Bounded {
		low, high = m.BoundLow, m.BoundHigh
	}
	switch {
	case low > 0:
		return 1
	case high < 0:
		return -1
	default:
		return 0
	}
}

// reading is how one trial counts for a measure.
type reading uint8

const (
	out     reading = iota // in no denominator
	success                // counted, and 1
	failure                // counted, and 0
	minus                  // counted, and −k: penalised score alone
	debt                   // unscored
)

// reader reads a trial. Both sides of a pair bear the same item.
type reader func(*baseline.Record) reading

// is reads "has this verdict".
func is(v scorers.Verdict, answerableOnly bool) reader {
	return func(r *baseline.Record) reading {
		switch {
		case answerableOnly && !r.Answerable:
			return out
		case r.Verdict == scorers.Unscored:
			return debt
		case r.Verdict == v:
			return success
		default:
			return failure
		}
	}
}

func didAsAsked(r *baseline.Record) reading {
	switch {
	case r.Verdict == scorers.Unscored:
		return debt
	case r.Behaved == scorers.BehavedYes:
		return success
	case r.Behaved == scorers.BehavedNo:
		return failure
	default:
		return out
	}
}

// scores reads the penalised score.
func scores(r *baseline.Record) reading {
	switch r.Verdict {
	case scorers.Unscored:
		return debt
	case scorers.Correct:
		return success
	case scorers.Incorrect:
		return minus
	default:
		return failure
	}
}

// measuresOf lists the measures that need the two sides alone.
func measuresOf(pairs []pair, o Options) []Measure {
	return []Measure{
		paired(Accuracy, pairs, is(scorers.Correct, true), 0, o),
		paired(Hallucination, pairs, is(scorers.Incorrect, false), 0, o),
		paired(Abstention, pairs, is(scorers.Abstained, false), 0, o),
		paired(Penalised, pairs, scores, o.Penalty, o),
		paired(Behaved, pairs, didAsAsked, 0, o),
	}
}
