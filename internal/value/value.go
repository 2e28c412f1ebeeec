// Package value holds typed values as people write them (numbers, money, dates, units, sets, identifiers, names, in English,
// Chinese and Hindi) and says whether two of them agree. Ground truth is parsed with [Parse], free text is searched with [Find],
// and [Compare] relates the two. The same code serves lint, the laboratory and the scorers, so that a value means one thing.
package value

import "time"

// Kind is the type of a value. The zero Kind is no value at all.
type Kind string

const (
	Text     Kind = "text"     // a name or short phrase
	Number   Kind = "number"   // a count or a quantity, Unit optional ("28 days" of leave, "4 GB")
	Percent  Kind = "percent"  // 12.5 means 12.5 %
	Money    Kind = "money"    // Unit is the ISO 4217 code, or empty when none was written
	Date     Kind = "date"     // at the granularity it was written with
	Duration Kind = "duration" // a span of time, compared in seconds, months kept apart from days
	Bool     Kind = "bool"     // yes or no
	ID       Kind = "id"       // an identifier or version, compared exactly but for case and separators at its edges
	Set      Kind = "set"      // several values, order free
)

// Grain is the granularity at which a date was written.
type Grain uint8

const (
	NoGrain Grain = iota
	Day
	Month
	Quarter
	Year
	Decade  // the 1990s; Unit may be a part of it: "early", "mid", "late"
	Century // the 1800s, the 19th century; likewise
)

// Bound is the comparator written with a figure: "over 2 million" is not "2 million". The zero Bound is a plain figure.
type Bound uint8

const (
	Exact   Bound = iota
	About         // "about", "roughly", "大约", "लगभग": the figure is meant, loosely
	AtLeast       // "at least", "以上": the figure is the lowest one allowed
	AtMost        // "up to", "不超过": the figure is the highest one allowed
	Over          // "more than", "超过": the figure itself is excluded
	Under         // "less than", "不到": the figure itself is excluded
)

// Value is one typed value. Only the fields of its Kind are set.
type Value struct {
	Kind Kind
	Text string // as written, normalised; what Text and ID compare
	// Num is the magnitude with scale words applied ("1.5 crore" is 15,000,000); in percent points for Percent, in Unit for
	// Number, Money and Duration. A bare year in a text is a Date that has its Num too, since it may be a count.
	Num float64
	// Step is the weight of the last significant digit that was written, on the scale of Num: 1000 for "120k", 0.01 for
	// "3.14". Zero when unknown.
	Step float64
	// Scaled says that a scale word was written ("1.5 million"), which is how people round.
	Scaled bool
	Bound  Bound
	// Unit is canonical: "day", "kg", "GB", …; empty when none was written. For money it is the ISO 4217 code, or "$" or "¥"
	// where the symbol stands for several currencies and nothing says which. "FY" marks a fiscal period, "early", "mid" and "late" a part of
	// a decade or century.
	Unit string
	// Date is the first day of the period, in UTC. Year 0: no year was written ("31 March").
	Date time.Time
	// Alt is the other reading of a date whose day and month cannot be told apart ("03/04/2026"); zero otherwise.
	Alt   time.Time
	Grain Grain
	Bool  bool
	Set   []Value
}

// Relation says how a value found in a reply stands to the gold value.
type Relation uint8

const (
	Unrelated Relation = iota // different kinds or units: says nothing about the gold
	Match
	Conflict // same kind and unit, another value
)

// Mention is a value found in a text; Start and End are byte offsets of the original string.
type Mention struct {
	Value
	Start, End int
}
