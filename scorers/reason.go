package scorers

import (
	"math"

	"github.com/viva-eval/viva/internal/value"
)

// otherReason reports whether a reply to a yes-or-no question supports its answer by figures that are not those of the truth, and gives one. The
// truth's figures are those of an alias that holds more than yes or no ("Yes, it had $831 million"), without the question's own. One that agrees,
// rounded more or less finely, will do, and so will two with its difference: a fall from 19.39 % to 18.55 % is one of 0.8 points.
func (g *grader) otherReason(found, asked []value.Mention) (*value.Mention, bool) {
	var reasons []value.Mention
	for _, a := range g.gold.Aliases {
		for _, m := range value.Find(a, g.lang) {
			if (m.Kind == value.Money || m.Kind == value.Percent) && !echoes(m.Value, asked) {
				reasons = append(reasons, m)
			}
		}
	}
	var other *value.Mention
	for _, want := range reasons {
		var same []*value.Mention
		for i := range found {
			m := &found[i]
			if m.Kind != want.Kind || echoes(m.Value, asked) {
				continue
			}
			if rounded(want.Value, m.Value) {
				return nil, false
			}
			for _, p := range same {
				if d := math.Abs(m.Num - p.Num); math.Abs(d-math.Abs(want.Num)) <= max(want.Step, m.Step, p.Step)*(1+1e-9) {
					return nil, false
				}
			}
			same = append(same[max(0, len(same)-mostReasons):], m)
			other = m
		}
	}
	return other, other != nil
}

// mostReasons is how many figures before one a difference is formed with.
const mostReasons = 16

// rounded reports whether the coarser of two figures is the finer one rounded, or off by one in its last place.
func rounded(a, b value.Value) bool {
	return math.Abs(math.Abs(a.Num)-math.Abs(b.Num)) <= max(a.Step, b.Step)*(1+1e-9)
}
