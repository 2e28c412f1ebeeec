package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

// rememberedPassages bounds the memory of which passages the file holds; the laboratory makes new ones without end.
const rememberedPassages = 4096

// session holds what the writer's goroutine needs: statements, and what it knows of the file.
type session struct {
	ctx      context.Context
	file     *File
	db       *sql.DB
	runID    string
	items    map[string]int64
	passages map[suites.Passage]int64

	insert, find, outlive, remove, insertPassage, findPassage, insertTurn, insertCall *sql.Stmt
	shown                                                                             map[int]*sql.Stmt // by the number of rows
	all                                                                               []*sql.Stmt
}

func (w *Writer) begin() (_ *session, err error) {
	const op = "write trials"
	db, err := w.file.writable(op)
	if err != nil {
		return nil, err
	}
	s := &session{ctx: w.ctx, file: w.file, db: db, runID: w.runID, items: map[string]int64{}, passages: map[suites.Passage]int64{}, shown: map[int]*sql.Stmt{}}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	if err := s.learnItems(); err != nil {
		return nil, w.file.fail(op, err)
	}
	for _, prepare := range []struct {
		stmt **sql.Stmt
		text string
	}{
		{&s.insert, `INSERT INTO trials (run_id, item_no, replaced_attempts, ` + trialColumns + `)
			VALUES (` + marks(3+strings.Count(trialColumns, ",")+1) + `) ON CONFLICT (run_id, item_no, arm, load, repeat) DO NOTHING`},
		{&s.find, `SELECT trial_no, status, attempts FROM trials WHERE run_id = ? AND item_no = ? AND arm = ? AND load = ? AND repeat = ?`},
		{&s.outlive, `UPDATE trials SET attempts = attempts + ?2, replaced_attempts = replaced_attempts + ?2 WHERE trial_no = ?1`},
		{&s.remove, `DELETE FROM trials WHERE trial_no = ?`}, // shown, turns and scores go with it
		{&s.insertPassage, insertPassage},
		{&s.findPassage, findPassage},
		{&s.insertTurn, insertTurn},
		{&s.insertCall, insertCall},
	} {
		if *prepare.stmt, err = s.prepare(prepare.text); err != nil {
			return nil, w.file.fail(op, err)
		}
	}
	return s, nil
}

func (s *session) learnItems() error {
	var found int
	if err := s.db.QueryRowContext(s.ctx, `SELECT count(*) FROM runs WHERE run_id = ?`, s.runID).Scan(&found); err != nil {
		return err
	}
	if found == 0 {
		return s.file.notFound(s.ctx, s.runID)
	}
	rows, err := s.db.QueryContext(s.ctx, `SELECT item_id, item_no FROM items JOIN runs USING (suite_digest) WHERE run_id = ?`, s.runID)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var no int64
		if err := rows.Scan(&id, &no); err != nil {
			return err
		}
		s.items[id] = no
	}
	return rows.Err()
}

func (s *session) prepare(text string) (*sql.Stmt, error) {
	stmt, err := s.db.PrepareContext(s.ctx, text)
	if err == nil {
		s.all = append(s.all, stmt)
	}
	return stmt, err
}

func (s *session) close() {
	for _, stmt := range s.all {
		stmt.Close()
	}
}

// marks returns n question marks with commas between.
func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?,", n), ",") }

// commit stores a group in one transaction.
func (s *session) commit(group []pending) error {
	const op = "write trials"
	// Statements that are not yet prepared are prepared before the transaction takes the pool's only connection.
	for _, p := range group {
		for n := range chunks(len(p.passages)) {
			if s.shown[n] == nil {
				stmt, err := s.prepare(`INSERT INTO shown (trial_no, position, passage_no) VALUES ` + strings.TrimSuffix(strings.Repeat("(?,?,?),", n), ","))
				if err != nil {
					return s.file.fail(op, err)
				}
				s.shown[n] = stmt
			}
		}
	}
	tx, err := s.db.BeginTx(s.ctx, nil)
	if err != nil {
		return s.file.fail(op, err)
	}
	defer tx.Rollback()
	for _, p := range group {
		if err := s.put(tx, p); err != nil {
			return s.file.fail(op, fmt.Errorf("item %s, arm %s: %w", p.key.ItemID, p.key.Arm, err))
		}
	}
	return s.file.fail(op, tx.Commit())
}

// put stores one trial.
func (s *session) put(tx *sql.Tx, p pending) error {
	item, known := s.items[p.key.ItemID]
	if !known {
		return errors.New("the run's suite has no such item")
	}
	args := append([]any{s.runID, item, 0}, p.values...)
	insert := tx.StmtContext(s.ctx, s.insert)
	res, err := insert.ExecContext(s.ctx, args...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil {
		return err
	} else if n == 0 { // asked before
		var no int64
		var status runners.Status
		var attempts int
		if err := tx.StmtContext(s.ctx, s.find).QueryRowContext(s.ctx, s.runID, item, p.key.Arm, p.key.Load, p.key.Repeat).Scan(&no, &status, &attempts); err != nil {
			return err
		}
		if p.status.Infrastructure() && !status.Infrastructure() {
			_, err := tx.StmtContext(s.ctx, s.outlive).ExecContext(s.ctx, no, p.attempts)
			return err
		}
		if _, err := tx.StmtContext(s.ctx, s.remove).ExecContext(s.ctx, no); err != nil {
			return err
		}
		args[2] = attempts
		args[3+attemptsColumn] = attempts + p.attempts
		if res, err = insert.ExecContext(s.ctx, args...); err != nil {
			return err
		}
	}
	no, err := res.LastInsertId()
	if err != nil {
		return err
	}
	if err := s.putTurns(tx, no, p.turns); err != nil {
		return err
	}
	return s.putShown(tx, no, p.passages)
}

// attemptsColumn is where trialColumns holds the attempts.
var attemptsColumn = func() int {
	for i, name := range strings.Split(trialColumns, ",") {
		if strings.TrimSpace(name) == "attempts" {
			return i
		}
	}
	panic("store: trials have no attempts")
}()

func (s *session) putShown(tx *sql.Tx, trial int64, passages []suites.Passage) error {
	var args []any
	position := 0
	for n := range chunks(len(passages)) {
		args = args[:0]
		for range n {
			no, err := s.passage(tx, passages[position])
			if err != nil {
				return err
			}
			args = append(args, trial, position, no)
			position++
		}
		if _, err := tx.StmtContext(s.ctx, s.shown[n]).ExecContext(s.ctx, args...); err != nil {
			return err
		}
	}
	return nil
}

// chunks splits n rows into statements of at most 16, so that few different statements are needed.
func chunks(n int) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for ; n > 0; n -= 16 {
			if !yield(min(n, 16)) {
				return
			}
		}
	}
}

// passage returns the number of a passage, storing it when it is new. A session ends with its first rolled back transaction, so
// what it remembers is in the file.
func (s *session) passage(tx *sql.Tx, p suites.Passage) (int64, error) {
	if no, ok := s.passages[p]; ok {
		return no, nil
	}
	no, err := putPassage(s.ctx, tx.StmtContext(s.ctx, s.insertPassage), tx.StmtContext(s.ctx, s.findPassage), p)
	if err != nil {
		return 0, err
	}
	if len(s.passages) >= rememberedPassages {
		clear(s.passages)
	}
	s.passages[p] = no
	return no, nil
}
