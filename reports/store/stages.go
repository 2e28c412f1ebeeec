package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/viva-eval/viva/runners/load"
)

const stageColumns = `load, mode, concurrency, rate, shape, requests, duration_ns, ramp_ns, drain_ns, warmup, turns, think_ns, seed,
	input_tokens, output_tokens, shared_prefix, started_at_unix_ns, ended_at_unix_ns, steady_from_unix_ns, steady_to_unix_ns,
	client_cpu_ns, client_cores, clock_step_ns, scheduled, sent, abandoned, connect_us, tls_us, stopped, notes`

// PutStage keeps a load stage of a run as it took place, behind those that the run has. One of the same name takes the other's place.
func (f *File) PutStage(ctx context.Context, runID string, r load.Record) error {
	const op = "put stage"
	db, err := f.writable(op)
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return f.fail(op, err)
	}
	defer tx.Rollback()
	var position int
	err = tx.QueryRowContext(ctx, `SELECT coalesce((SELECT position FROM stages WHERE run_id = ?1 AND load = ?2),
		(SELECT max(position) + 1 FROM stages WHERE run_id = ?1), 0)`, runID, r.Stage.Name).Scan(&position)
	if err != nil {
		return f.fail(op, err)
	}
	s := r.Stage
	_, err = tx.ExecContext(ctx, `INSERT OR REPLACE INTO stages (run_id, position, `+stageColumns+`) VALUES (`+marks(2+30)+`)`, runID, position,
		s.Name, string(s.Mode), s.Concurrency, s.Rate, s.Shape, s.Requests, int64(s.Duration), int64(s.Ramp), int64(s.Drain), s.Warmup, s.Turns,
		int64(s.Think), s.Seed, s.InputTokens, s.OutputTokens, s.SharedPrefix, unixNano(r.Started), unixNano(r.Ended), unixNano(r.SteadyFrom), unixNano(r.SteadyTo),
		int64(r.ClientCPU), r.Cores, int64(r.ClockStep), r.Scheduled, r.Sent, r.Abandoned, gaps(r.Connect), gaps(r.TLS), r.Stopped, list(r.Notes))
	if err != nil {
		return f.fail(op, fmt.Errorf("stage %s: %w", s.Name, err))
	}
	return f.fail(op, tx.Commit())
}

// Stages are the load stages of a run in their order. A quality run has none.
func (f *File) Stages(ctx context.Context, runID string) ([]load.Record, error) {
	const op = "list stages"
	rows, err := f.read.QueryContext(ctx, `SELECT `+stageColumns+` FROM stages WHERE run_id = ? ORDER BY position`, runID)
	if err != nil {
		return nil, f.fail(op, err)
	}
	defer rows.Close()
	var all []load.Record
	for rows.Next() {
		r, err := scanStage(rows)
		if err != nil {
			return nil, f.fail(op, err)
		}
		all = append(all, r)
	}
	return all, f.fail(op, rows.Err())
}

func scanStage(rows *sql.Rows) (r load.Record, err error) {
	var started, ended, from, to sql.Null[int64]
	var connect, tls, notes string
	s := &r.Stage
	if err := rows.Scan(&s.Name, &s.Mode, &s.Concurrency, &s.Rate, &s.Shape, &s.Requests, &s.Duration, &s.Ramp, &s.Drain, &s.Warmup, &s.Turns, &s.Think, &s.Seed,
		&s.InputTokens, &s.OutputTokens, &s.SharedPrefix, &started, &ended, &from, &to,
		&r.ClientCPU, &r.Cores, &r.ClockStep, &r.Scheduled, &r.Sent, &r.Abandoned, &connect, &tls, &r.Stopped, &notes); err != nil {
		return r, err
	}
	r.Started, r.Ended, r.SteadyFrom, r.SteadyTo = fromUnixNano(started), fromUnixNano(ended), fromUnixNano(from), fromUnixNano(to)
	if r.Connect, err = fromGaps(connect); err != nil {
		return r, err
	}
	if r.TLS, err = fromGaps(tls); err != nil {
		return r, err
	}
	r.Notes, err = unlist(notes)
	return r, err
}
