package store

import (
	"context"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

// The words of the file. They belong to its format and stay, however the program prints them.
var (
	verdicts = [...]string{scorers.Unscored: "unscored", scorers.Correct: "correct", scorers.Partial: "partial",
		scorers.Incorrect: "incorrect", scorers.Abstained: "abstained"}
	behaviours = [...]string{scorers.BehavedNA: "n-a", scorers.BehavedYes: "yes", scorers.BehavedNo: "no"}
)

// word returns the file's word for v; an error when the file has none.
func word[T ~uint8](words []string, v T) (string, error) {
	if int(v) >= len(words) {
		return "", fmt.Errorf("the file has no word for %d", v)
	}
	return words[v], nil
}

// unword is the inverse of word.
func unword[T ~uint8](words []string, s string) (T, error) {
	i := slices.Index(words, s)
	if i < 0 {
		return 0, fmt.Errorf("the file says %q, which is none of %q", s, words)
	}
	return T(i), nil
}

// PutScores replaces the scores that the sequence's scorers have given in the run by those of the sequence, in one transaction.
// The sequence is read to its end first, so that a slow scorer holds no lock; when it yields an error, nothing changes.
//
// A row without a Scorer, and one whose trial brought no whole answer, stores nothing: such a trial is never scored.
func (f *File) PutScores(ctx context.Context, runID string, rows iter.Seq2[scorers.Graded, error]) error {
	return f.putScores(ctx, runID, `SELECT trial_no FROM trials WHERE run_id = ?`, []any{runID}, rows)
}

// PutStageScores is PutScores for the trials of one load stage: the scores of the run's other stages stay.
func (f *File) PutStageScores(ctx context.Context, runID, load string, rows iter.Seq2[scorers.Graded, error]) error {
	return f.putScores(ctx, runID, `SELECT trial_no FROM trials WHERE run_id = ? AND load = ?`, []any{runID, load}, rows)
}

// putScores replaces the scores of the trials that a query with its arguments finds.
func (f *File) putScores(ctx context.Context, runID, trials string, args []any, rows iter.Seq2[scorers.Graded, error]) error {
	const op = "put scores"
	db, err := f.writable(op)
	if err != nil {
		return err
	}
	type scored struct {
		key  runners.Key
		args []any
	}
	var all []scored
	names := map[string]bool{}
	at := f.now().UnixNano()
	for g, err := range rows {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return f.fail(op, err)
		}
		s := g.Score
		if s.Scorer == "" {
			continue
		}
		names[s.Scorer] = true
		if !g.Trial.Status.Answered() {
			continue
		}
		verdict, err := word(verdicts[:], s.Verdict)
		if err != nil {
			return fmt.Errorf("%s: %w", op, err)
		}
		behaved, err := word(behaviours[:], s.Behaved)
		if err != nil {
			return fmt.Errorf("%s: %w", op, err)
		}
		if math.IsNaN(s.Value) || math.IsInf(s.Value, 0) {
			return fmt.Errorf("%s: item %s, arm %s: the value is %v", op, g.Trial.ItemID, g.Trial.Arm, s.Value)
		}
		all = append(all, scored{g.Trial.Key, []any{nil, s.Scorer, verdict, behaved, string(s.Cause), s.Hedged, s.Final, s.Value, s.Why, at}})
	}
	if len(names) == 0 {
		return nil
	}

	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return f.fail(op, err)
	}
	defer tx.Rollback()
	numbers := map[runners.Key]int64{}
	found, err := tx.QueryContext(ctx, `SELECT i.item_id, t.arm, t.load, t.repeat, t.trial_no
		FROM trials t JOIN items i USING (item_no) WHERE t.run_id = ?`, runID)
	if err != nil {
		return f.fail(op, err)
	}
	defer found.Close()
	for found.Next() {
		var k runners.Key
		var no int64
		if err := found.Scan(&k.ItemID, &k.Arm, &k.Load, &k.Repeat, &no); err != nil {
			return f.fail(op, err)
		}
		numbers[k] = no
	}
	if err := found.Err(); err != nil {
		return f.fail(op, err)
	}
	for name := range names {
		if _, err := tx.ExecContext(ctx, `DELETE FROM scores WHERE scorer = ? AND trial_no IN (`+trials+`)`, append([]any{name}, args...)...); err != nil {
			return f.fail(op, err)
		}
	}
	insert, err := tx.PrepareContext(ctx, `INSERT INTO scores (trial_no, scorer, verdict, behaved, cause, hedged, final, value, why, scored_at_unix_ns)
		VALUES (?,?,?,?,?,?,?,?,?,?)`)
	if err != nil {
		return f.fail(op, err)
	}
	defer insert.Close()
	// One call per row is cheap only when the driver need not watch ctx; it is looked at here instead.
	free := context.WithoutCancel(ctx)
	for _, s := range all {
		no, known := numbers[s.key]
		if !known {
			return fmt.Errorf("%s: run %s holds no trial of item %s, arm %s, repeat %d", op, runID, s.key.ItemID, s.key.Arm, s.key.Repeat)
		}
		if err := ctx.Err(); err != nil {
			return f.fail(op, err)
		}
		s.args[0] = no
		if _, err := insert.ExecContext(free, s.args...); err != nil {
			return f.fail(op, fmt.Errorf("item %s, arm %s, scorer %s: %w", s.key.ItemID, s.key.Arm, s.args[1], err))
		}
	}
	return f.fail(op, tx.Commit())
}
