package reports

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/viva-eval/viva/reports/plot"
	"github.com/viva-eval/viva/runners"
)

// itemsListed is how many questions the page lists of one loss of one arm.
const itemsListed = 100

// lossesDrawn is how many waterfalls the page draws; all are in its table, and in the plots.
const lossesDrawn = 4

// drawnLosses are the arms whose waterfalls the page draws: those that search go before others, and those without parameters before the rest.
func drawnLosses(r Report) []string {
	var arms []string
	for _, w := range r.Summary.Waterfalls {
		arms = append(arms, w.Arm)
	}
	weight := func(arm string) int {
		return 2*one(strings.Contains(arm, ":")) + one(!searched(arm))
	}
	slices.SortStableFunc(arms, func(a, b string) int { return weight(a) - weight(b) })
	return arms[:min(len(arms), lossesDrawn)]
}

// pageLossOf sets a waterfall for the page, with or without its chart.
func pageLossOf(press *plot.Press, w Waterfall, draw bool) (pageLoss, error) {
	loss := pageLoss{Arm: w.Arm}
	for _, b := range w.Losses {
		if len(b.Items) > 0 {
			shown := b.Items[:min(len(b.Items), itemsListed)]
			bar := pageLossBar{Name: b.Loss.String(), N: b.Share.Successes, False: b.False, Items: shown, More: len(b.Items) - len(shown), Explanation: b.Loss.explanation()}
			if b.Loss == LossMisled || b.Loss == LossStale {
				bar.Unshown = b.Unshown
			}
			loss.Bars = append(loss.Bars, bar)
		}
	}
	if c := waterfallChart(w); draw && !c.Empty() {
		drawn, err := inline(press, c)
		if err != nil {
			return loss, err
		}
		loss.Chart = &drawn
	}
	return loss, nil
}

// explanation says in a sentence when an answer is lost so.
func (l Loss) explanation() string {
	switch l {
	case LossMissed:
		return "The evidence was not shown, and no whole answer was given."
	case LossIgnored:
		return "The evidence was shown, and another value or only a part of the answer was given."
	case LossMisled:
		return "The value of another page or row was given, or a false one though the evidence alone had been enough."
	case LossStale:
		return "The value of a superseded edition was given."
	case LossInvented:
		return "The evidence was not shown, and a value was given all the same."
	case LossRefused:
		return "The evidence was shown, and “not known” was said."
	}
	return ""
}

// openPairs are the pairs whose pages were not edited.
func openPairs(pairs []Pair) []Pair {
	return slices.DeleteFunc(slices.Clone(pairs), func(p Pair) bool { return edits(p.Arm) })
}

// aboutArm says what lies open in an arm.
func aboutArm(name string) string {
	return map[string]string{
		runners.ClosedBook: "no pages", runners.Oracle: "the right pages", runners.Retrieved: "what the retriever finds",
		runners.Noisy: "the right pages among others", runners.Distractors: "other pages alone", runners.Incomplete: "the right pages without the answer",
		runners.Stale: "superseded pages", runners.Tools: "tools to look things up",
	}[runners.BaseArm(name)]
}

// pValue writes a probability with two digits.
func (f Figure) pValue() string {
	switch {
	case !f.Defined():
		return "–"
	case f < 1e-4:
		return "< 0.0001"
	case f < .1:
		return strconv.FormatFloat(float64(f), 'f', 1-int(math.Floor(math.Log10(float64(f)))), 64)
	default:
		return f.fixed(1, 2)
	}
}
