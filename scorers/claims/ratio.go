package claims

import "fmt"

// Ratio is a share with its counts. Over nothing it has no value: an answer without claims is neither faithful nor unfaithful, and
// an average that takes such an answer for 1, or for not-a-number, is wrong either way. The zero Ratio is undefined.
type Ratio struct{ Part, Whole int }

// Value gives the share, and whether there is one.
func (r Ratio) Value() (float64, bool) {
	if r.Whole == 0 {
		return 0, false
	}
	return float64(r.Part) / float64(r.Whole), true
}

// String is like "3/5", and "–" where nothing is defined.
func (r Ratio) String() string {
	if r.Whole == 0 {
		return "–"
	}
	return fmt.Sprintf("%d/%d", r.Part, r.Whole)
}

// harmonic is the F1 of a precision and a recall that are defined: 0 when both are 0.
func harmonic(p, r float64) float64 {
	if p+r == 0 {
		return 0
	}
	return 2 * p * r / (p + r)
}

// F1 is the harmonic mean of two ratios; undefined when either is.
func F1(precision, recall Ratio) (float64, bool) {
	p, ok := precision.Value()
	r, also := recall.Value()
	if !ok || !also {
		return 0, false
	}
	return harmonic(p, r), true
}
