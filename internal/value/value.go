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
)

// Value is one typed value. Only the fields of its Kind are set.
type Value struct {
	Kind Kind
	Text string // as written, normalised; what Text and ID compare
	// Num is the magnitude with scale words applied ("1.5 crore" is 15,000,000); in percent points for Percent, in Unit for
	// Number, Money and Duration.
	Num float64
	// Step is the weight of the last significant digit that was written, on the scale of Num: 1000 for "120k", 0.01 for
	// "3.14". Zero when unknown.
	Step  float64
	Unit  string // canonical: ISO 4217 for money, "day", "kg", "GB", …; empty when none was written
	Date  time.Time
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
