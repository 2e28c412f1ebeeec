package value

import (
	"math"
	"time"

	"github.com/viva-eval/viva/internal/text"
)

// Compare relates a value found in a reply to the gold value. In order:
//   - Text: equal after folding is Match. ID: equal but for case and edges. Bool: equal. Another value of the kind is Conflict.
//   - Set: the same members in any order is Match.
//   - Date: compared at the gold's granularity; a coarser date that contains the gold says nothing; a date that can be read two
//     ways matches when both do and conflicts when neither does. A year that was not written is taken as the gold's. Of decades and
//     centuries the years count, and a bare figure that is one of them matches.
//   - Figures: units convert by the closed table; other dimensions are Unrelated, but for spans of time that cannot meet (30 days are no
//     24 months); two stated currencies must agree. A figure
//     without a unit matches by its magnitude and never conflicts with a gold that has one. A ratio and its per cent are one figure.
//   - Equality is within tolerance, which is absolute and on the gold's scale. At 0 it is half of gold.Step where the gold is
//     evidently rounded (a scale word, or a per cent figure), and exact otherwise. A reply that restates the gold in a scale word,
//     rounded right to three digits or more, matches too.
//   - "More than 2 million" is not "2 million": an excluding bound on one side alone is Conflict.
func Compare(gold, got Value, tolerance float64) Relation {
	switch gold.Kind {
	case Text:
		if got.Kind != Text {
			return Unrelated
		}
		return relation(text.Fold(gold.Text) == text.Fold(got.Text))
	case ID:
		if got.Kind != ID {
			return Unrelated
		}
		return relation(canonicalID(gold.Text) == canonicalID(got.Text))
	case Bool:
		if got.Kind != Bool {
			return Unrelated
		}
		return relation(gold.Bool == got.Bool)
	case Set:
		if got.Kind != Set {
			return Unrelated
		}
		return relation(sameMembers(gold.Set, got.Set, tolerance))
	case Date:
		if got.Kind != Date {
			return eraHolds(gold, got)
		}
		return compareDates(gold, got)
	case Number, Percent, Money, Duration:
		return compareFigures(gold, got, tolerance)
	}
	return Unrelated
}

func relation(same bool) Relation {
	if same {
		return Match
	}
	return Conflict
}

func sameMembers(a, b []Value, tolerance float64) bool {
	if len(a) != len(b) {
		return false
	}
	used := make([]bool, len(b))
next:
	for _, x := range a {
		for i, y := range b {
			if !used[i] && Compare(x, y, tolerance) == Match {
				used[i] = true
				continue next
			}
		}
		return false
	}
	return true
}

func compareDates(gold, got Value) Relation {
	if gold.Grain >= Decade || got.Grain >= Decade {
		return compareEras(gold, got)
	}
	r := compareDay(gold, got, got.Date)
	if got.Alt.IsZero() {
		return r
	}
	if s := compareDay(gold, got, got.Alt); s != r {
		return Unrelated
	}
	return r
}

func compareDay(gold, got Value, d time.Time) Relation {
	g := gold.Date
	if d.Year() == 0 || g.Year() == 0 {
		if gold.Grain != Day {
			if gold.Grain == Month && g.Month() != d.Month() {
				return Conflict
			}
			return Unrelated
		}
		return relation(g.Month() == d.Month() && g.Day() == d.Day())
	}
	if got.Grain > gold.Grain { // coarser
		if contains(d, got.Grain, g) {
			return Unrelated
		}
		return Conflict
	}
	return relation(contains(g, gold.Grain, d))
}

// contains reports whether the period of a grain that starts at p holds the day d.
func contains(p time.Time, g Grain, d time.Time) bool {
	if p.Year() != d.Year() {
		return false
	}
	switch g {
	case Year:
		return true
	case Quarter:
		return (p.Month()-1)/3 == (d.Month()-1)/3
	case Month:
		return p.Month() == d.Month()
	}
	return p.Month() == d.Month() && p.Day() == d.Day()
}

// Contains reports whether the date outer is coarser than inner and holds it: "March 2026" holds 31 March 2026. It says that a
// reply is right as far as it goes.
func Contains(outer, inner Value) bool {
	if outer.Kind == Date && inner.Kind == Date && outer.Grain >= Decade && outer.Grain >= inner.Grain && inner.Date.Year() != 0 {
		a, b := years(outer)
		c, d := years(inner)
		return a <= c && d <= b && b-a > d-c
	}
	return outer.Kind == Date && inner.Kind == Date && outer.Grain > inner.Grain && outer.Date.Year() != 0 && contains(outer.Date, outer.Grain, inner.Date)
}

// Bare reports whether v is a figure without any unit, which may stand for any kind of figure.
func Bare(v Value) bool {
	return v.Kind == Number && v.Unit == "" || v.Kind == Date && v.Num != 0
}

// epsilon is the relative error that reading decimals as binary floats may leave.
const epsilon = 1e-9

func compareFigures(gold, got Value, tolerance float64) Relation {
	year := got.Kind == Date && got.Num != 0
	switch got.Kind {
	case Number, Percent, Money, Duration:
	default:
		if !year {
			return Unrelated
		}
	}
	factor, bare := 1.0, Bare(got)
	if gold.Kind == Number && gold.Unit == "" && got.Kind == Percent && gold.Num != math.Trunc(gold.Num) {
		if equal(gold, got, 0.01, tolerance) {
			return Match // a ratio of 0.8 is 80 %
		}
		return Unrelated
	}
	if !bare {
		gd, gf := dimension(gold)
		hd, hf := dimension(got)
		switch {
		case gd == hd:
			factor = hf / gf
		case gd == workDim && hd == timeDim && got.Unit == "day" || gd == timeDim && gold.Unit == "day" && hd == workDim:
			factor = 1 // "10 days" for ten working days names the same figure
		case gd == "" && hd != "%" && hd != "money":
			if equal(gold, got, 1, tolerance) {
				return Match // the gold leaves its unit to the question
			}
			return Unrelated
		case apart(gold, got):
			return Conflict
		default:
			return Unrelated
		}
	}
	if gold.Kind == Money && got.Kind == Money && !sameCurrency(gold.Unit, got.Unit) {
		return Conflict
	}
	same := equal(gold, got, factor, tolerance)
	if bare && gold.Kind == Percent && !same && got.Num > 0 && got.Num < 1 {
		same = equal(gold, got, 100, tolerance) // 0.125 for 12.5 %
	}
	if same && excluding(gold.Bound) != excluding(got.Bound) {
		return Conflict
	}
	if !same && bare {
		if d, _ := dimension(gold); d != "" || year {
			return Unrelated
		}
	}
	return relation(same)
}

// Commensurable reports whether two figures are of one dimension, so that their units convert. Days and months are not.
func Commensurable(a, b Value) bool {
	x, _ := dimension(a)
	y, _ := dimension(b)
	return x == y
}

// apart reports whether two spans of unlike units cannot be one, whatever the months and holidays in them: a month has 28 to 31 days, and
// five working days take five days at least and, with the days off around them, ten at most, of each seven of which two are free.
func apart(a, b Value) bool {
	alo, ahi, ok := daySpan(a)
	blo, bhi, ok2 := daySpan(b)
	return ok && ok2 && (ahi < blo || bhi < alo)
}

// daySpan gives the least and the most days that a span of time can take.
func daySpan(v Value) (low, high float64, ok bool) {
	u := units[v.Unit]
	if u == nil || v.Num < 0 {
		return 0, 0, false
	}
	n := v.Num * u.factor
	switch u.dim {
	case timeDim:
		return n / 86400, n / 86400, true
	case monthDim:
		return n * 28, n * 31, true
	case workDim:
		return n, n*7/5 + 5, true
	}
	return 0, 0, false
}

// excluding gives the bound where it excludes the figure itself, else Exact.
func excluding(b Bound) Bound {
	if b == Over || b == Under {
		return b
	}
	return Exact
}

// dimension gives the dimension of a figure and the factor of its unit. Units outside the table, names of what is counted, have
// none.
func dimension(v Value) (dim string, factor float64) {
	switch v.Kind {
	case Percent:
		return "%", 1
	case Money:
		return "money", 1
	}
	if u := units[v.Unit]; u != nil {
		return u.dim, u.factor
	}
	return "", 1
}

// equal compares magnitudes; factor brings got to the gold's unit.
func equal(gold, got Value, factor, tolerance float64) bool {
	g, h := gold.Num, got.Num*factor
	diff := math.Abs(g - h)
	slack := epsilon * math.Max(math.Abs(g), math.Abs(h))
	if tolerance > 0 {
		return diff <= tolerance+slack
	}
	if diff <= slack {
		return true
	}
	if gold.Step > 0 && (gold.Scaled || gold.Kind == Percent) && got.Step*factor < gold.Step {
		// The reply is finer than the gold: it must round to it. Exactly half a step away is as near to the next figure.
		return diff < gold.Step/2-slack
	}
	step := got.Step * factor
	if step > 0 && (got.Scaled || gold.Kind == Percent) && step > gold.Step && math.Abs(h) >= 100*step*(1-epsilon) {
		return diff <= step/2+slack
	}
	return false
}
