package reports

import (
	"regexp"
	"strings"
)

// noBreak is the space at which no line is broken.
const noBreak = "\u00a0"

var (
	unitAfter = regexp.MustCompile(`(\d) (%|points\b|s\b)`)
	rangeIn   = regexp.MustCompile(`\((\S+) to (\S+)\)`)
)

// tie joins each figure of a sentence to its unit, and the two ends of an interval, so that no line is broken between them.
func tie(s string) string {
	s = unitAfter.ReplaceAllString(s, "$1"+noBreak+"$2")
	return rangeIn.ReplaceAllString(s, "($1"+noBreak+"to"+noBreak+"$2)")
}

// untie is for where lines are already broken: there every space is a plain one, which a search finds.
func untie(s string) string { return strings.ReplaceAll(s, noBreak, " ") }
