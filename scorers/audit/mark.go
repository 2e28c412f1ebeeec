package audit

import (
	"math"

	"github.com/viva-eval/viva/scorers"
)

// mark is a verdict reduced to what can be compared with a person's: is the row flagged (as wrong, or as a refusal), and how high does
// it rank among those that may be.
type mark struct {
	verdict scorers.Verdict
	decided bool
	flag    bool
	rank    float64 // higher is more likely bad; NaN where nothing was decided
}

// markOf reads a score.
//
//   - Against [Wrong], Correct passes a row; Incorrect and Partial flag it, and so does Abstained where there is a gold answer. Without
//     one, a reply that abstains asserts nothing that could be unsupported, and passes. Unscored decides nothing.
//   - Against [Refusal], Abstained flags a row and every other verdict, Unscored too, says that it is no refusal.
func markOf(s scorers.Score, held bool, t Truth) mark {
	m := mark{verdict: s.Verdict, decided: true, rank: 1 - s.Value}
	if t == Refusal {
		return flagged(s.Verdict, s.Verdict == scorers.Abstained)
	}
	switch s.Verdict {
	case scorers.Unscored:
		m.decided, m.rank = false, math.NaN()
	case scorers.Partial, scorers.Incorrect:
		m.flag = true
	case scorers.Abstained:
		m.flag = held
		if !held {
			m.rank = 0
		}
	}
	return m
}

// flagged is a mark that is sure of itself.
func flagged(v scorers.Verdict, flag bool) mark {
	m := mark{verdict: v, decided: true, flag: flag}
	if flag {
		m.rank = 1
	}
	return m
}
