package store

import (
	"context"
	"database/sql"
	"iter"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

// Questions streams a run's trials with the items behind them, answered or not, in the order of the suite's items, then arm,
// load stage and repeat. It shows the file as it was when the iteration began, whatever is written meanwhile, and may be used
// while writing. Passages and items are shared between questions: treat them as read-only. After an error it ends.
func (f *File) Questions(ctx context.Context, runID string) iter.Seq2[scorers.Question, error] {
	return func(yield func(scorers.Question, error) bool) {
		for g, err := range f.Graded(ctx, runID, "") {
			if !yield(g.Question, err) {
				return
			}
		}
	}
}

// Graded streams a run's trials with the scores that one scorer gave, under the rules of [File.Questions]. A trial that has no
// score of that scorer has the zero Score.
func (f *File) Graded(ctx context.Context, runID, scorer string) iter.Seq2[scorers.Graded, error] {
	return func(yield func(scorers.Graded, error) bool) {
		if err := f.graded(ctx, runID, scorer, yield); err != nil {
			yield(scorers.Graded{}, f.fail("read trials", err))
		}
	}
}

// trialOrder sorts by the unique index of trials, so that SQLite walks it and sorts nothing.
const trialOrder = ` ORDER BY t.item_no, t.arm, t.load, t.repeat`

const (
	gradedQuery = `SELECT t.trial_no, t.item_no, s.scorer, s.verdict, s.behaved, s.cause, s.hedged, s.final, s.value, s.why, ` + trialColumns + `
		FROM trials t LEFT JOIN scores s ON s.trial_no = t.trial_no AND s.scorer = ?2 WHERE t.run_id = ?1` + trialOrder
	shownQuery = `SELECT t.trial_no, d.passage_no
		FROM trials t CROSS JOIN shown d ON d.trial_no = t.trial_no WHERE t.run_id = ?1` + trialOrder + `, d.position`
)

// graded merges ordered streams, of trials, what they showed and what they called, within one snapshot. It returns an error that has not been
// yielded yet; nil also when the consumer has left.
func (f *File) graded(ctx context.Context, runID, scorer string, yield func(scorers.Graded, error) bool) error {
	tx, err := f.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var found int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM runs WHERE run_id = ?`, runID).Scan(&found); err != nil {
		return err
	}
	if found == 0 {
		return f.notFound(ctx, runID)
	}
	items, err := itemsOf(ctx, tx, runID)
	if err != nil {
		return err
	}
	passages, err := passagesShown(ctx, tx, runID)
	if err != nil {
		return err
	}
	shown, err := tx.QueryContext(ctx, shownQuery, runID)
	if err != nil {
		return err
	}
	defer shown.Close()
	desk := desk{rows: shown, passages: passages}
	turns, err := openTurns(ctx, tx, runID)
	defer turns.close()
	if err != nil {
		return err
	}
	rows, err := tx.QueryContext(ctx, gradedQuery, runID, scorer)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		g, err := scanGraded(rows, items, &desk, turns)
		if err != nil {
			return err
		}
		if !yield(g, nil) {
			return nil
		}
	}
	return rows.Err()
}

func scanGraded(rows *sql.Rows, items map[int64]suites.Item, desk *desk, turns *turns) (g scorers.Graded, err error) {
	var r trialRow
	var trial, item int64
	var name, verdict, behaved, cause, why sql.Null[string]
	var hedged, final sql.Null[bool]
	var value sql.Null[float64]
	if err := rows.Scan(append([]any{&trial, &item, &name, &verdict, &behaved, &cause, &hedged, &final, &value, &why}, r.into()...)...); err != nil {
		return g, err
	}
	shown, err := desk.of(trial)
	if err != nil {
		return g, err
	}
	if g.Trial, err = r.build(shown); err != nil {
		return g, err
	}
	if g.Trial.Turns, err = turns.of(trial); err != nil {
		return g, err
	}
	g.Item = items[item]
	g.Trial.Key = runners.Key{ItemID: g.Item.ID, Arm: g.Trial.Arm, Load: g.Trial.Load, Repeat: g.Trial.Repeat}
	if name.Valid {
		g.Score = scorers.Score{Scorer: name.V, Cause: suites.Cause(cause.V), Hedged: hedged.V, Final: final.V, Value: value.V, Why: why.V}
		if g.Score.Verdict, err = unword[scorers.Verdict](verdicts[:], verdict.V); err != nil {
			return g, err
		}
		if g.Score.Behaved, err = unword[scorers.Behaved](behaviours[:], behaved.V); err != nil {
			return g, err
		}
	}
	return g, nil
}

// desk reads the shown passages in step with the trials.
type desk struct {
	rows     *sql.Rows
	passages map[int64]suites.Passage

	trial, passage int64 // the row read ahead; trial is 0 before the first
	done           bool
}

// of returns what lay open for a trial. Trials must be asked for in the order of the rows; those that showed nothing have none.
func (d *desk) of(trial int64) ([]suites.Passage, error) {
	if d.trial == 0 && !d.done {
		if err := d.next(); err != nil {
			return nil, err
		}
	}
	var shown []suites.Passage
	for !d.done && d.trial == trial {
		shown = append(shown, d.passages[d.passage])
		if err := d.next(); err != nil {
			return nil, err
		}
	}
	return shown, nil
}

func (d *desk) next() error {
	if !d.rows.Next() {
		d.done = true
		return d.rows.Err()
	}
	return d.rows.Scan(&d.trial, &d.passage)
}
