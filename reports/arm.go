package reports

import (
	"cmp"
	"slices"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

// Arm holds the figures of one arm. Rates are over scored trials, Accuracy over those of answerable items alone.
type Arm struct {
	Name    string `json:"name"`
	Items   int    `json:"items"`   // with at least one trial
	Sources int    `json:"sources"` // documents or records those items hang on
	Counts  Counts `json:"counts"`

	Accuracy      Rate `json:"accuracy"`      // Correct / scored, answerable items
	Hallucination Rate `json:"hallucination"` // Incorrect / scored
	Abstention    Rate `json:"abstention"`    // Abstained / scored
	Partial       Rate `json:"partial"`       // Partial / scored
	// CorrectGivenAttempted is Correct / (Correct + Partial + Incorrect).
	CorrectGivenAttempted Rate `json:"correct_given_attempted"`
	// Behaved is the share of replies that did what the arm asks.
	Behaved             Rate `json:"behaved"`
	AbstentionPrecision Rate `json:"abstention_precision"`
	AbstentionRecall    Rate `json:"abstention_recall"`
	// Penalised is (Correct − Incorrect) / scored; the omniscience index is a hundred times that.
	Penalised        Score  `json:"penalised"`
	OmniscienceIndex Figure `json:"omniscience_index"`
	OmniscienceRate  Rate   `json:"omniscience_rate"` // Incorrect / (Partial + Incorrect + Abstained)

	Bounded bool         `json:"bounded"` // more than 2 % of all answers, or of those to answerable items, are unscored: quote bounds
	Context bool         `json:"context"` // the pages were edited: its verdicts stay out of headlines
	Causes  []CauseCount `json:"causes"`
	Latency Latency      `json:"latency"`
}

// CauseCount says how many false answers fell into one kind of trap; an empty cause is no known trap.
type CauseCount struct {
	Cause suites.Cause `json:"cause"`
	N     int          `json:"n"`
}

// summary closes the tally of one arm.
func (t *tally) summary(planned int) Arm {
	a := Arm{Name: t.arm, Items: len(t.cells), Counts: Counts{Planned: planned}, Context: edits(t.arm)}
	sources := map[string]bool{}
	causes := map[suites.Cause]int{}
	for _, c := range t.cells {
		sources[c.item.source] = true
		for i := range c.slots {
			s := &c.slots[i]
			a.Counts.count(c.item, s)
			a.Context = a.Context || s.expect == runners.ExpectContext
			if s.status.Answered() && s.verdict == scorers.Incorrect {
				causes[s.cause]++
			}
		}
	}
	a.Sources = len(sources)
	for cause, n := range causes {
		a.Causes = append(a.Causes, CauseCount{cause, n})
	}
	slices.SortFunc(a.Causes, func(x, y CauseCount) int {
		return cmp.Or(cmp.Compare(y.N, x.N), cmp.Compare(x.Cause, y.Cause))
	})
	rate := func(m measure) Rate { return gather(t.cells, m).rate() }
	a.Accuracy = rate(share(scorers.Correct, answerable))
	a.Hallucination = rate(share(scorers.Incorrect, everything))
	a.Abstention = rate(share(scorers.Abstained, everything))
	a.Partial = rate(share(scorers.Partial, everything))
	a.CorrectGivenAttempted = rate(share(scorers.Correct, attempted))
	a.Behaved = rate(behaved)
	a.AbstentionPrecision = rate(abstentionPrecision)
	a.AbstentionRecall = rate(abstentionRecall)
	a.OmniscienceRate = rate(share(scorers.Incorrect, notCorrect))
	score := gather(t.cells, penalised)
	a.Penalised = score.score(swing{minus: score.debt}, swing{plus: score.debt})
	a.OmniscienceIndex = 100 * a.Penalised.Value
	a.Bounded = a.Hallucination.Bounded || a.Accuracy.Bounded
	a.Latency = t.times.latency()
	return a
}

// slicesOf computes the slices of one arm by a dimension, in order of first appearance.
func (t *tally) slicesOf(dimension string, of func(*item) string) []Slice {
	var order []string
	groups := map[string][]*cell{}
	for _, c := range t.cells {
		v := of(c.item)
		if v == "" {
			continue
		}
		if groups[v] == nil {
			order = append(order, v)
		}
		groups[v] = append(groups[v], c)
	}
	result := make([]Slice, 0, len(order))
	for _, v := range order {
		cells := groups[v]
		result = append(result, Slice{
			Dimension: dimension, Value: v, Arm: t.arm, Items: len(cells),
			Accuracy:      gather(cells, share(scorers.Correct, answerable)).rate(),
			Hallucination: gather(cells, share(scorers.Incorrect, everything)).rate(),
			Abstention:    gather(cells, share(scorers.Abstained, everything)).rate(),
		})
	}
	return result
}
