package reports

import (
	"slices"
	"strings"

	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

// Loss says where a question that can be answered was lost. It is read from what lay open, from the trap that a false answer fell into and
// from the oracle arm; nobody judges anything anew.
type Loss string

// The losses. Each scored answer that is not right has exactly one; docs/METHOD.md has the rules and their order.
const (
	LossMissed   Loss = "missed"   // the desk did not hold the answer, and none, or no whole one, was given
	LossIgnored  Loss = "ignored"  // the desk held it, and another value or part of it was given
	LossMisled   Loss = "misled"   // the value of another page or row, or a false one though the evidence alone was enough
	LossStale    Loss = "stale"    // the value of a superseded edition
	LossInvented Loss = "invented" // the desk did not hold it, and a value from nowhere was given
	LossRefused  Loss = "refused"  // the desk held it, and "not known" was said
)

// Losses are all losses in the order of a waterfall.
func Losses() []Loss {
	return []Loss{LossMissed, LossIgnored, LossMisled, LossStale, LossInvented, LossRefused}
}

// String writes the loss for a person.
func (l Loss) String() string {
	switch l {
	case LossMissed:
		return "missed by the retriever"
	case LossIgnored:
		return "ignored though shown"
	case LossMisled:
		return "misled by noise"
	case LossStale:
		return "taken from a stale value"
	case LossInvented:
		return "invented"
	case LossRefused:
		return "refused though answerable"
	}
	return string(l)
}

// label is the loss on a chart, where there is less room.
func (l Loss) label() string {
	switch l {
	case LossStale:
		return "a stale value"
	case LossRefused:
		return "refused though shown"
	}
	return l.String()
}

// Waterfall says what became of the answerable questions of an arm: N = Right + the losses.
type Waterfall struct {
	Arm        string `json:"arm"`
	N          int    `json:"n"`           // scored answers to answerable questions of which it is known whether the desk held them
	Right      Rate   `json:"right"`       // correct
	FromMemory int    `json:"from_memory"` // of those: the desk did not hold it
	// Unclear scored answers are not in N: nothing says whether the desk held what was asked for.
	Unclear int `json:"unclear"`
	// OracleKnown: the oracle arm was run. Without it a false answer beside the evidence, and in no trap, counts as ignored, never as misled.
	OracleKnown bool      `json:"oracle_known"`
	Losses      []LossBar `json:"losses"` // all of them, in the order of [Losses]
}

// LossBar is one loss of a waterfall.
type LossBar struct {
	Loss    Loss       `json:"loss"`
	Share   Rate       `json:"share"`              // of N
	False   int        `json:"false"`              // gave something false; the rest gave nothing, or a part
	Unshown int        `json:"evidence_not_shown"` // the desk did not hold the answer
	Items   []LostItem `json:"items"`              // by ID, each once
}

// LostItem is an item of a loss. In JSON it is its ID.
type LostItem struct{ ID, Question string }

// MarshalText writes the ID.
func (l LostItem) MarshalText() ([]byte, error) { return []byte(l.ID), nil }

// UnmarshalText reads the ID.
func (l *LostItem) UnmarshalText(b []byte) error {
	*l = LostItem{ID: string(b)}
	return nil
}

// lossOf is the loss of a scored answer that is not correct; oracleRight says that the evidence alone brought the right answer.
func lossOf(on desk, s *slot, oracleRight bool) Loss {
	switch {
	case s.verdict == scorers.Incorrect && s.cause == suites.Stale:
		return LossStale
	case s.verdict == scorers.Incorrect && (s.cause == suites.Distractor || s.cause == suites.Neighbour || s.cause == suites.Counterfactual):
		return LossMisled
	case s.verdict == scorers.Incorrect && on == deskLacks:
		return LossInvented
	case on == deskLacks:
		return LossMissed
	case s.verdict == scorers.Incorrect && oracleRight:
		return LossMisled
	case s.verdict == scorers.Abstained:
		return LossRefused
	default:
		return LossIgnored
	}
}

// waterfall sorts the answers of an arm; nil when it has none that count. oracle may be nil.
func (t *tally) waterfall(oracle *tally) *Waterfall {
	if t == oracle {
		oracle = nil // it cannot be misled by what is not there
	}
	w := Waterfall{Arm: t.arm, OracleKnown: oracle != nil}
	loss := func(it *item, s *slot) Loss { return lossOf(t.deskOf(s), s, oracle.right(it, s)) }
	w.Right = gather(t.cells, share(scorers.Correct, t.falls)).rate()
	if w.N = w.Right.N; w.N+w.Right.Unscored == 0 {
		return nil
	}
	items := map[Loss]map[string]string{}
	for _, l := range Losses() {
		items[l] = map[string]string{}
		w.Losses = append(w.Losses, LossBar{Loss: l, Items: []LostItem{}, Share: gather(t.cells, func(it *item, s *slot) outcome {
			switch {
			case !t.falls(it, s):
				return out
			case s.verdict == scorers.Unscored:
				return debt
			case s.verdict != scorers.Correct && loss(it, s) == l:
				return hit
			default:
				return miss
			}
		}).rate()})
	}
	for _, c := range t.cells {
		for i := range c.slots {
			s := &c.slots[i]
			switch {
			case s.verdict == scorers.Unscored || !s.status.Answered():
			case !t.falls(c.item, s):
				w.Unclear += one(t.deskOf(s) == deskUnclear)
			case s.verdict == scorers.Correct:
				w.FromMemory += one(t.deskOf(s) == deskLacks)
			default:
				l := loss(c.item, s)
				bar := &w.Losses[slices.Index(Losses(), l)]
				bar.False += one(s.verdict == scorers.Incorrect)
				bar.Unshown += one(t.deskOf(s) == deskLacks)
				items[l][c.item.id] = c.item.question
			}
		}
	}
	for i := range w.Losses {
		bar := &w.Losses[i]
		for id, question := range items[bar.Loss] {
			bar.Items = append(bar.Items, LostItem{id, question})
		}
		slices.SortFunc(bar.Items, func(a, b LostItem) int { return strings.Compare(a.ID, b.ID) })
	}
	return &w
}

// right reports whether the arm answered the same trial right. A nil tally did not.
func (t *tally) right(it *item, like *slot) bool {
	if t == nil {
		return false
	}
	c := t.byItem[it.id]
	if c == nil {
		return false
	}
	s := c.find(like)
	return s != nil && s.status.Answered() && s.verdict == scorers.Correct
}
