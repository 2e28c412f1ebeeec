package store

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"math"
	"time"

	"github.com/viva-eval/viva/runners/telemetry"
)

// PutSamples keeps readings of telemetry, in one transaction. A later reading of the same series and moment takes an earlier one's place; what
// is not a number is left out.
func (f *File) PutSamples(ctx context.Context, runID string, samples []telemetry.Sample) error {
	const op = "put samples"
	db, err := f.writable(op)
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return f.fail(op, err)
	}
	defer tx.Rollback()
	insert, err := tx.PrepareContext(ctx, `INSERT OR REPLACE INTO samples (series_no, time_unix_ns, value) VALUES (?,?,?)`)
	if err != nil {
		return f.fail(op, err)
	}
	defer insert.Close()
	type name struct{ source, metric, labels, unit string }
	known := map[name]int64{}
	for _, s := range samples {
		if math.IsNaN(s.Value) {
			continue
		}
		n := name{s.Source, s.Metric, s.Labels, s.Unit}
		no, ok := known[n]
		if !ok {
			if no, err = seriesNo(ctx, tx, runID, s); err != nil {
				return f.fail(op, err)
			}
			known[n] = no
		}
		if _, err := insert.ExecContext(ctx, no, s.Time.UnixNano(), s.Value); err != nil {
			return f.fail(op, err)
		}
	}
	return f.fail(op, tx.Commit())
}

// seriesNo finds a series of the run, or makes it.
func seriesNo(ctx context.Context, tx *sql.Tx, runID string, s telemetry.Sample) (no int64, err error) {
	args := []any{runID, s.Source, s.Metric, s.Labels, s.Unit}
	err = tx.QueryRowContext(ctx, `SELECT series_no FROM series WHERE run_id = ? AND source = ? AND metric = ? AND labels = ? AND unit = ?`, args...).Scan(&no)
	if !errors.Is(err, sql.ErrNoRows) {
		return no, err
	}
	res, err := tx.ExecContext(ctx, `INSERT INTO series (run_id, source, metric, labels, unit) VALUES (?,?,?,?,?)`, args...)
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

// Samples streams a run's readings, series by series, each in the order of time. After an error it ends.
func (f *File) Samples(ctx context.Context, runID string) iter.Seq2[telemetry.Sample, error] {
	return func(yield func(telemetry.Sample, error) bool) {
		const op = "read samples"
		rows, err := f.read.QueryContext(ctx, `SELECT s.source, s.metric, s.labels, s.unit, m.time_unix_ns, m.value
			FROM series s CROSS JOIN samples m ON m.series_no = s.series_no WHERE s.run_id = ?
			ORDER BY s.source, s.metric, s.labels, s.unit, m.time_unix_ns`, runID)
		if err != nil {
			yield(telemetry.Sample{}, f.fail(op, err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			var s telemetry.Sample
			var at int64
			if err := rows.Scan(&s.Source, &s.Metric, &s.Labels, &s.Unit, &at, &s.Value); err != nil {
				yield(telemetry.Sample{}, f.fail(op, err))
				return
			}
			s.Time = time.Unix(0, at).UTC()
			if !yield(s, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(telemetry.Sample{}, f.fail(op, err))
		}
	}
}
