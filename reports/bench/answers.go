package bench

import (
	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

// Answers says whether the replies of a stage were true. The verdicts are those of all its whole answers, whenever they came.
type Answers struct {
	Graded        bool           `json:"graded"` // something was scored; else the rates are undefined
	Counts        reports.Counts `json:"counts"`
	Accuracy      reports.Rate   `json:"accuracy"`      // of the scored answers to answerable questions
	Hallucination reports.Rate   `json:"hallucination"` // of all scored answers
	Abstention    reports.Rate   `json:"abstention"`
}

// cellKey names the trials of one item in one arm.
type cellKey struct{ item, arm string }

// cell counts them.
type cell struct {
	source                                                string
	answerable                                            bool
	correct, partial, incorrect, abstained, unscored, all int
}

// grader gathers the verdicts of a stage.
type grader struct {
	cells  map[cellKey]*cell
	order  []*cell
	counts reports.Counts
}

func (a *grader) add(g *scorers.Graded) {
	n := &a.counts
	n.Asked++
	switch g.Trial.Status {
	case runners.OK:
		n.Answered++
	case runners.Truncated:
		n.Truncated++
	case runners.Filtered:
		n.Filtered++
	default:
		n.Failed++
		switch g.Trial.Status {
		case runners.TimedOut:
			n.TimedOut++
		case runners.Refused:
			n.Refused++
		}
	}
	if !g.Trial.Status.Answered() {
		return
	}
	key := cellKey{g.Item.ID, g.Trial.Arm}
	c := a.cells[key]
	if c == nil {
		c = &cell{source: g.Item.Source, answerable: g.Item.Answerable()}
		if c.source == "" {
			c.source = "item\x00" + g.Item.ID // a cluster of its own
		}
		if a.cells == nil {
			a.cells = map[cellKey]*cell{}
		}
		a.cells[key] = c
		a.order = append(a.order, c)
	}
	c.all++
	switch g.Score.Verdict {
	case scorers.Correct:
		c.correct++
		n.Correct++
		if g.Score.Hedged {
			n.Hedged++
		}
	case scorers.Partial:
		c.partial++
		n.Partial++
	case scorers.Incorrect:
		c.incorrect++
		n.Incorrect++
	case scorers.Abstained:
		c.abstained++
		n.Abstained++
	default:
		c.unscored++
		n.Unscored++
		return
	}
	n.Scored++
}

// answers closes the grader. Where nothing was scored, as with synthetic prompts, there is no rate and no bound of one.
func (a *grader) answers() Answers {
	var right, wrong, silent reports.Share
	if a.counts.Scored > 0 {
		for _, c := range a.order {
			scored := c.all - c.unscored
			wrong.Add(c.source, c.incorrect, scored, c.unscored)
			silent.Add(c.source, c.abstained, scored, c.unscored)
			if c.answerable {
				right.Add(c.source, c.correct, scored, c.unscored)
			}
		}
	}
	return Answers{a.counts.Scored > 0, a.counts, right.Rate(), wrong.Rate(), silent.Rate()}
}
