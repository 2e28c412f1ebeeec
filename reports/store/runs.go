package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

// StartRun records a run with the suite's items and corpus, in one transaction, and returns it as recorded. Items and passages
// that the file holds already are not stored again.
//
// An empty ID becomes "YYYYMMDD-HHMMSS-xxxx" (UTC, of Started, with four random hexadecimal digits); a zero Started becomes now.
// User information, query and fragment of the target's URL are left out, where a key might hide. It is an error when the
// ID is taken or the suite digest is empty.
func (f *File) StartRun(ctx context.Context, run runners.Run, suite *suites.Suite) (runners.Run, error) {
	const op = "start run"
	db, err := f.writable(op)
	if err != nil {
		return run, err
	}
	if run.SuiteDigest == "" {
		return run, fmt.Errorf("%s: the run names no suite digest", op)
	}
	if run.Started.IsZero() {
		run.Started = f.now()
	}
	run.Target.BaseURL = publicURL(run.Target.BaseURL)
	wanted := run.ID
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return run, f.fail(op, err)
	}
	defer tx.Rollback()
	for try := 0; ; try++ {
		if wanted == "" {
			if run.ID, err = newID(run.Started); err != nil {
				return run, fmt.Errorf("%s: %w", op, err)
			}
		}
		res, err := tx.ExecContext(ctx, insertRun, runValues(run, suite)...)
		if err != nil {
			return run, f.fail(op, err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 1 {
			break
		}
		if wanted != "" || try == 100 {
			return run, fmt.Errorf("%s: the file holds a run %q already", op, run.ID)
		}
	}
	if err := insertItems(ctx, tx, run.SuiteDigest, suite.Items); err != nil {
		return run, f.fail(op, err)
	}
	if err := insertCorpus(ctx, tx, run.SuiteDigest, suite.Passages); err != nil {
		return run, f.fail(op, err)
	}
	return run, f.fail(op, tx.Commit())
}

// newID names a run that started at t.
func newID(t time.Time) (string, error) {
	var b [2]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", err
	}
	return t.UTC().Format("20060102-150405-") + hex.EncodeToString(b[:]), nil
}

// publicURL drops the parts of a URL that may hold a secret. What is no URL is kept only when it cannot hold one either.
func publicURL(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return ""
	}
	u.User, u.RawQuery, u.ForceQuery, u.Fragment, u.RawFragment = nil, "", false, "", ""
	return u.String()
}

const runColumns = `run_id, plan_digest, tool_version, target_name, target_base_url, target_model, target_built_in,
	accelerator_count, accelerator_unit, accelerator_model, suite_name, suite_title, suite_version, suite_digest,
	prompt_digest, arms, repeats, planned_trials, k, seed, temperature, max_tokens, timeout_ns, concurrency, item_limit,
	started_at_unix_ns, finished_at_unix_ns, elapsed_ns`

const insertRun = `INSERT INTO runs (` + runColumns + `, suite_license, suite_as_of, suite_languages)
	VALUES (?,?,?,?,?,?,?, ?,?,?,?,?,?,?, ?,?,?,?,?,?,?,?,?,?,?, ?,?,?, ?,?,?) ON CONFLICT (run_id) DO NOTHING`

func runValues(r runners.Run, s *suites.Suite) []any {
	return []any{r.ID, r.PlanDigest, r.Tool, r.Target.Name, r.Target.BaseURL, r.Target.Model, r.Target.BuiltIn,
		r.Target.Accelerators.Count, r.Target.Accelerators.Unit, r.Target.Accelerators.Model, r.SuiteName, r.SuiteTitle, r.SuiteVersion, r.SuiteDigest,
		r.PromptDigest, list(r.Arms), r.Repeats, r.Planned, r.K, r.Seed, r.Temperature, r.MaxTokens, int64(r.Timeout), r.Concurrency, r.Limit,
		unixNano(r.Started), unixNano(r.Finished), int64(r.Elapsed),
		s.License, date(s.AsOf), list(s.Languages)}
}

func scanRun(row interface{ Scan(...any) error }) (runners.Run, error) {
	var r runners.Run
	var arms string
	var started, finished sql.Null[int64]
	err := row.Scan(&r.ID, &r.PlanDigest, &r.Tool, &r.Target.Name, &r.Target.BaseURL, &r.Target.Model, &r.Target.BuiltIn,
		&r.Target.Accelerators.Count, &r.Target.Accelerators.Unit, &r.Target.Accelerators.Model, &r.SuiteName, &r.SuiteTitle, &r.SuiteVersion, &r.SuiteDigest,
		&r.PromptDigest, &arms, &r.Repeats, &r.Planned, &r.K, &r.Seed, &r.Temperature, &r.MaxTokens, &r.Timeout, &r.Concurrency, &r.Limit,
		&started, &finished, &r.Elapsed)
	if err != nil {
		return r, err
	}
	r.Started, r.Finished = fromUnixNano(started), fromUnixNano(finished)
	r.Arms, err = unlist(arms)
	return r, err
}

// FinishRun adds elapsed, the time spent asking since the run was started or resumed, to the run's total and marks it finished
// at the moment at. A zero at leaves the run unfinished: it was interrupted and can be resumed.
func (f *File) FinishRun(ctx context.Context, runID string, at time.Time, elapsed time.Duration) error {
	const op = "finish run"
	db, err := f.writable(op)
	if err != nil {
		return err
	}
	res, err := db.ExecContext(ctx, `UPDATE runs SET elapsed_ns = elapsed_ns + ?2, finished_at_unix_ns = coalesce(?3, finished_at_unix_ns)
		WHERE run_id = ?1`, runID, int64(elapsed), unixNano(at))
	if err != nil {
		return f.fail(op, err)
	}
	if n, err := res.RowsAffected(); err == nil && n == 0 {
		return f.notFound(ctx, runID)
	}
	return nil
}

// Unfinished returns the newest unfinished run of a plan on a target, known by its name, address and model; false when there is
// none. A plan with several targets makes one run for each, all with the plan's digest.
func (f *File) Unfinished(ctx context.Context, planDigest string, target runners.TargetInfo) (runners.Run, bool, error) {
	run, err := scanRun(f.read.QueryRowContext(ctx, `SELECT `+runColumns+` FROM runs
		WHERE plan_digest = ? AND target_name = ? AND target_base_url = ? AND target_model = ? AND finished_at_unix_ns IS NULL
		ORDER BY started_at_unix_ns DESC, run_id DESC LIMIT 1`, planDigest, target.Name, publicURL(target.BaseURL), target.Model))
	if errors.Is(err, sql.ErrNoRows) {
		return runners.Run{}, false, nil
	}
	return run, err == nil, f.fail("find unfinished run", err)
}

// Finished returns the keys of a run's trials that need no asking again: all but those that failed for reasons of the
// infrastructure.
func (f *File) Finished(ctx context.Context, runID string) (map[runners.Key]bool, error) {
	const op = "list finished trials"
	rows, err := f.read.QueryContext(ctx, `SELECT i.item_id, t.arm, t.load, t.repeat, t.status
		FROM trials t JOIN items i USING (item_no) WHERE t.run_id = ?`, runID)
	if err != nil {
		return nil, f.fail(op, err)
	}
	defer rows.Close()
	keys := map[runners.Key]bool{}
	for rows.Next() {
		var k runners.Key
		var status runners.Status
		if err := rows.Scan(&k.ItemID, &k.Arm, &k.Load, &k.Repeat, &status); err != nil {
			return nil, f.fail(op, err)
		}
		if !status.Infrastructure() {
			keys[k] = true
		}
	}
	return keys, f.fail(op, rows.Err())
}

// Runs returns all runs, the newest first.
func (f *File) Runs(ctx context.Context) ([]runners.Run, error) {
	const op = "list runs"
	rows, err := f.read.QueryContext(ctx, `SELECT `+runColumns+` FROM runs ORDER BY started_at_unix_ns DESC, run_id DESC`)
	if err != nil {
		return nil, f.fail(op, err)
	}
	defer rows.Close()
	var runs []runners.Run
	for rows.Next() {
		run, err := scanRun(rows)
		if err != nil {
			return nil, f.fail(op, err)
		}
		runs = append(runs, run)
	}
	return runs, f.fail(op, rows.Err())
}
