package suites

import (
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/viva-eval/viva/internal/value"
)

// Tables print figures without their scale and say it once, in a heading: "in thousands". There the answer to "What was revenue in
// 2019?" is $67,510 thousand, and a reply that copies the cell, "$67,510", is as right as the page is. They also set what goes out in
// brackets, "(4,697)", which accounts read as a minus, where the answer to "What was the expense?" has none. Such figures are aliases
// as printed. The answer without its scale word is accepted when
//
//  1. it cannot be taken for a year; and
//  2. the question asks for that scale ("in USD millions"); or it names none, and
//  3. the evidence names the scale apart from its figures, or not at all: where a page writes "$67 million", "$67" is another sum; and
//  4. the evidence prints the figure without a scale word, or the answer is computed, so that it stands on no page.
//
// The answer with a minus is accepted when it has none and the evidence prints it in brackets and nowhere without. Neither is accepted
// beside a tolerance, which is stated on the scale of the answer.

// print is what a text says of scales and how it prints its figures.
type print struct {
	bare   map[float64]bool // figures without a scale word behind them
	open   map[float64]bool // figures that stand somewhere without brackets
	closed map[float64]bool // figures that stand somewhere in brackets
	apart  map[string]bool  // scales named apart from figures: "in thousands"
	beside map[string]bool  // scales that stand behind a figure: "5 thousand"
}

// inBrackets is a figure that brackets make negative in accounts.
var inBrackets = regexp.MustCompile(`\(\s?(?:` + currencies + `)?\s?([0-9][0-9,]*(?:\.[0-9]+)?)\s?\)`)

// scaledFigure is a figure with its scale word behind it.
var scaledFigure = regexp.MustCompile(`(?i)[0-9][0-9.,]*\)?\s?(thousand|million|billion|mn|bn|mm|m|k|b)s?\b`)

func readPrint(s string) print {
	p := print{open: figureSet(inBrackets.ReplaceAllString(s, " ")), closed: map[float64]bool{},
		apart: map[string]bool{}, beside: map[string]bool{}}
	for _, m := range inBrackets.FindAllString(s, -1) {
		maps.Copy(p.closed, figureSet(m))
	}
	for _, m := range scaledFigure.FindAllStringSubmatch(s, -1) {
		name := strings.ToLower(m[1])
		if name == "mm" {
			name = "m"
		}
		p.beside[scaleNames[name]] = true
	}
	rest := scaledFigure.ReplaceAllString(s, " ")
	p.bare = figureSet(rest)
	for name, pattern := range scaleMarks {
		p.apart[name] = pattern.MatchString(rest)
	}
	return p
}

func figureSet(s string) map[float64]bool {
	set := map[float64]bool{}
	for _, n := range bareFigures(s) {
		set[n] = true
	}
	return set
}

// names says whether the text names any scale apart from its figures.
func (p print) names() bool {
	return slices.Contains(slices.Collect(maps.Values(p.apart)), true)
}

// leavesOut says whether the figure n on the given scale may be written without it, by the rules above. question is the item's
// question, computed says that the answer is.
func (p print) leavesOut(n float64, scale string, question print, computed bool) bool {
	switch {
	case scale == "" || n >= 1900 && n < 2100 && n == float64(int(n)):
		return false
	case question.apart[scale]:
		return true
	case question.names() || p.beside[scale] && !p.apart[scale]:
		return false
	}
	return computed || p.bare[math.Abs(n)]
}

// bracketed says whether the figure n is one that the text prints in brackets only.
func (p print) bracketed(n float64) bool { return n > 0 && p.closed[n] && !p.open[n] }

// bracketsScaled is bracketed for a figure whose scale the text may keep apart.
func (p print) bracketsScaled(n float64) bool {
	for _, factor := range scaleFactors {
		if p.bracketed(n / float64(factor)) {
			return true
		}
	}
	return false
}

// asPrinted gives the ways in which a reply may write a figure that is right as printed, the one without scale and minus first.
func (f figure) asPrinted(question, page print, computed bool) []string {
	var ways []string
	short, minus := f, f
	short.scale, minus.negative = "", true
	n, err := strconv.ParseFloat(short.magnitude(), 64)
	if err != nil || f.percent {
		return nil
	}
	if page.leavesOut(n, f.scale, question, computed) {
		ways = append(ways, short.text())
	}
	if page.bracketed(n) {
		ways = append(ways, minus.text())
		if len(ways) > 1 {
			short.negative = true
			ways = append(ways, short.text())
		}
	}
	return ways
}

// printAliases adds the ways in which a page of the evidence prints the answer to its aliases. For a set it is one alias, all members
// without their scale between semicolons.
func (it *Item) printAliases(pages ...print) {
	if it.Answer.Tolerance != 0 {
		return
	}
	question := readPrint(it.Question)
	for _, page := range pages {
		for _, alias := range it.asPrinted(question, page) {
			if !slices.Contains(it.Answer.Aliases, alias) {
				it.Answer.Aliases = append(it.Answer.Aliases, alias)
			}
		}
	}
}

func (it *Item) asPrinted(question, page print) []string {
	computed := it.Skill == Arithmetic
	if it.Answer.Kind != value.Set {
		f, ok := readFigure(it.Answer.Text)
		if !ok {
			return nil
		}
		return f.asPrinted(question, page, computed)
	}
	var members []string
	for _, m := range it.Answer.Set {
		f, ok := readFigure(m)
		ways := f.asPrinted(question, page, computed)
		if !ok || f.scale == "" || len(ways) == 0 || strings.HasPrefix(ways[0], "-") != f.negative {
			return nil
		}
		members = append(members, ways[0])
	}
	return []string{strings.Join(members, "; ")}
}

// printed says whether an alias that means another value than the answer is the answer as printed.
func (l *linter) printed(it Item, gold, alias value.Value, evidence []*facts) bool {
	if it.Answer.Tolerance != 0 || gold.Kind != alias.Kind {
		return false
	}
	question := readPrint(it.Question)
	for scale, factor := range scaleFactors {
		for _, sign := range []float64{1, -1} {
			right := alias
			right.Num *= sign * float64(factor)
			if value.Compare(gold, right, 0) != value.Match || scale != "" && alias.Scaled {
				continue
			}
			if slices.ContainsFunc(evidence, func(f *facts) bool {
				printed := gold.Num / float64(factor)
				return (sign > 0 || f.print.bracketsScaled(gold.Num)) && (scale == "" || f.print.leavesOut(printed, scale, question, it.Skill == Arithmetic))
			}) {
				return true
			}
		}
	}
	return false
}
