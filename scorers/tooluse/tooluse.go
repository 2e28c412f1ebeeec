// Package tooluse says what an examinee made of the tools it was given: whether it queried, whether a query was valid, whether a result
// held the answer, and whether the reply then gave it.
package tooluse

import (
	"context"
	"fmt"
	"slices"

	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

// Use is what the turns of one trial show.
type Use struct {
	Turns    int // requests
	Calls    int
	Valid    int // calls that a tool carried out
	Problems int // calls that were wrong: no such tool, arguments that do not fit, a query that fails
	// Found says whether the results state the answer, as [suites.States] reads them; results that hold all of the item's evidence do,
	// too. Without a valid call nothing was found. Unclear: the item has no answer, or nobody can tell.
	Found suites.Statement
	At    int // the first call, from 1 over all turns, whose result alone states the answer; 0: none does
}

// Look reads the turns of a trial. A trial without turns has the zero Use.
func Look(q scorers.Question) Use {
	u := Use{Turns: len(q.Trial.Turns)}
	var results []suites.Passage
	for _, turn := range q.Trial.Turns {
		for _, c := range turn.Calls {
			u.Calls++
			switch {
			case c.Problem != "":
				u.Problems++
			case c.Err == "" && c.Result != "":
				u.Valid++
				result := suites.Passage{Text: c.Result, Language: q.Item.Language}
				results = append(results, result)
				if u.At == 0 && q.Item.Answerable() && suites.States(q.Item, []suites.Passage{result}) == suites.Stated {
					u.At = u.Calls
				}
			}
		}
	}
	switch {
	case u.Turns == 0 || !q.Item.Answerable():
	case u.Valid == 0:
		u.Found = suites.NotStated
	case u.At > 0 || evidenceShown(q):
		u.Found = suites.Stated
	default:
		u.Found = suites.States(q.Item, results)
	}
	return u
}

// evidenceShown reports whether the results hold all passages that hold the answer.
func evidenceShown(q scorers.Question) bool {
	return len(q.Item.Evidence) > 0 && !slices.ContainsFunc(q.Item.Evidence, func(id string) bool {
		return !slices.ContainsFunc(q.Trial.Shown.Passages, func(p suites.Passage) bool { return p.ID == id })
	})
}

// Scorer scores the use of tools.
//
//  1. A trial without a whole answer, and one without tools, has the zero Score.
//  2. Value is a quarter for each step taken: it called a tool; a call was valid; a result holds the answer; and the reply gives it, which
//     is for scorers.Facts to say.
//  3. Verdict is Correct when all steps were taken, Partial when only the last is missing, Incorrect otherwise. It speaks of the use of the
//     tools, not of the truth of the reply. Where nobody can tell whether a result holds the answer it is Unscored.
//
// The zero Scorer is ready for use, by several goroutines at once.
type Scorer struct{}

var _ scorers.Scorer = Scorer{}

// Name is "tooluse".
func (Scorer) Name() string { return "tooluse" }

// Score scores one trial. The error is that of ctx.
func (s Scorer) Score(ctx context.Context, q scorers.Question) (scorers.Score, error) {
	if err := ctx.Err(); err != nil {
		return scorers.Score{}, err
	}
	if !q.Trial.Status.Answered() || len(q.Trial.Turns) == 0 {
		return scorers.Score{}, nil
	}
	u := Look(q)
	score := scorers.Score{Scorer: s.Name(), Verdict: scorers.Incorrect, Why: counted(u)}
	if !q.Item.Answerable() {
		score.Verdict = scorers.Unscored // what nobody can know need not be looked up
	}
	if u.Calls == 0 {
		return score, nil
	}
	score.Value = 0.25
	if u.Valid == 0 {
		score.Why += "; none was valid"
		return score, nil
	}
	score.Value = 0.5
	switch {
	case !q.Item.Answerable():
		score.Why += "; there is no answer that a result could hold"
		return score, nil
	case u.Found == suites.Unclear:
		score.Verdict = scorers.Unscored
		score.Why += "; whether a result holds the answer cannot be told"
		return score, nil
	case u.Found == suites.NotStated:
		score.Why += "; no result holds the answer"
		return score, nil
	case u.At > 0:
		score.Why += fmt.Sprintf("; the result of call %d holds the answer", u.At)
	default:
		score.Why += "; the results together hold the answer"
	}
	facts, err := scorers.Facts{}.Score(ctx, q)
	if err != nil {
		return scorers.Score{}, err
	}
	if facts.Verdict == scorers.Correct {
		score.Verdict, score.Value = scorers.Correct, 1
		score.Why += ", and the reply gives it"
	} else {
		score.Verdict, score.Value = scorers.Partial, 0.75
		score.Why += ", and the reply does not give it"
	}
	return score, nil
}

// counted says how many calls there were.
func counted(u Use) string {
	switch {
	case u.Calls == 0:
		return "no tool was called"
	case u.Problems == 0:
		return fmt.Sprintf("%d calls in %d turns", u.Calls, u.Turns)
	}
	return fmt.Sprintf("%d calls in %d turns, %d of them wrong", u.Calls, u.Turns, u.Problems)
}
