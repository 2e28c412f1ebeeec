package store

import (
	"context"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

// RunOverview is a run with its counts.
type RunOverview struct {
	Run      runners.Run
	Trials   int // in the file
	Answered int // brought a whole answer, so can be scored
	Failed   int // failed for reasons of the infrastructure, to be asked again when the run is resumed
	Scores   []ScorerCounts
}

// Finished counts the trials that need no asking again.
func (o RunOverview) Finished() int { return o.Trials - o.Failed }

// ScorerCounts holds the verdicts of one scorer, by [scorers.Verdict]. Answered trials that it has not judged are not among them.
type ScorerCounts struct {
	Scorer   string
	Verdicts [len(verdicts)]int
}

// Scored counts the verdicts that say something: all but Unscored.
func (c ScorerCounts) Scored() int {
	n := 0
	for v, count := range c.Verdicts {
		if scorers.Verdict(v) != scorers.Unscored {
			n += count
		}
	}
	return n
}

// Overview returns all runs with their counts, the newest first; scorers by name.
func (f *File) Overview(ctx context.Context) ([]RunOverview, error) {
	const op = "list runs"
	runs, err := f.Runs(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]RunOverview, len(runs))
	at := map[string]*RunOverview{}
	for i, r := range runs {
		out[i].Run, at[r.ID] = r, &out[i]
	}
	trials, err := f.read.QueryContext(ctx, `SELECT run_id, status, count(*) FROM trials GROUP BY run_id, status`)
	if err != nil {
		return nil, f.fail(op, err)
	}
	defer trials.Close()
	for trials.Next() {
		var id string
		var status runners.Status
		var n int
		if err := trials.Scan(&id, &status, &n); err != nil {
			return nil, f.fail(op, err)
		}
		o := at[id]
		if o == nil { // started since the runs were listed
			continue
		}
		o.Trials += n
		if status.Answered() {
			o.Answered += n
		}
		if status.Infrastructure() {
			o.Failed += n
		}
	}
	if err := trials.Err(); err != nil {
		return nil, f.fail(op, err)
	}
	scores, err := f.read.QueryContext(ctx, `SELECT t.run_id, s.scorer, s.verdict, count(*)
		FROM scores s JOIN trials t USING (trial_no) GROUP BY 1, 2, 3 ORDER BY 1, 2`)
	if err != nil {
		return nil, f.fail(op, err)
	}
	defer scores.Close()
	for scores.Next() {
		var id, scorer, verdict string
		var n int
		if err := scores.Scan(&id, &scorer, &verdict, &n); err != nil {
			return nil, f.fail(op, err)
		}
		v, err := unword[scorers.Verdict](verdicts[:], verdict)
		if err != nil {
			return nil, f.fail(op, err)
		}
		o := at[id]
		if o == nil {
			continue
		}
		if len(o.Scores) == 0 || o.Scores[len(o.Scores)-1].Scorer != scorer {
			o.Scores = append(o.Scores, ScorerCounts{Scorer: scorer})
		}
		o.Scores[len(o.Scores)-1].Verdicts[v] = n
	}
	return out, f.fail(op, scores.Err())
}
