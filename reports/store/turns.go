package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/viva-eval/viva/runners"
)

// This file keeps what examinees with tools were offered and called.

const (
	turnColumns = `turn, text, reasoning, finish_reason, attempts, token_source, prompt_tokens, completion_tokens, reasoning_tokens,
		scheduled_at_unix_ns, sent_at_unix_ns, first_byte_ns, first_token_ns, first_answer_token_ns, last_token_ns, gaps_us, coalesced_events`
	callColumns = `turn, position, call_id, tool, arguments, result, problem, error, started_at_unix_ns, took_ns`
)

var (
	insertTurn = `INSERT INTO turns (trial_no, ` + turnColumns + `) VALUES (` + marks(2+strings.Count(turnColumns, ",")) + `)`
	insertCall = `INSERT INTO calls (trial_no, ` + callColumns + `) VALUES (` + marks(2+strings.Count(callColumns, ",")) + `)`
	turnsQuery = `SELECT t.trial_no, ` + of("u", turnColumns) + ` FROM trials t CROSS JOIN turns u ON u.trial_no = t.trial_no WHERE t.run_id = ?1` +
		trialOrder + `, u.turn`
	callsQuery = `SELECT t.trial_no, ` + of("c", callColumns) + ` FROM trials t CROSS JOIN calls c ON c.trial_no = t.trial_no WHERE t.run_id = ?1` +
		trialOrder + `, c.turn, c.position`
)

// of names the table of each column.
func of(table, columns string) string {
	names := strings.Split(columns, ",")
	for i, name := range names {
		names[i] = table + "." + strings.TrimSpace(name)
	}
	return strings.Join(names, ", ")
}

func turnValues(trial int64, n int, t runners.Turn) []any {
	clock, noCount := t.Timing, t.Tokens == runners.Tokens{}
	return []any{trial, n, t.Text, t.Reasoning, t.Finish, t.Attempts, string(t.Tokens.Source),
		unless(noCount, t.Tokens.Prompt), unless(noCount, t.Tokens.Completion), unless(noCount, t.Tokens.Reasoning),
		scheduled(clock), unixNano(clock.Sent), since(clock.Sent, clock.FirstByte), since(clock.Sent, clock.FirstToken),
		since(clock.Sent, clock.FirstAnswerToken), since(clock.Sent, clock.Last), gaps(clock.Gaps), clock.Coalesced}
}

func callValues(trial int64, turn, n int, c runners.ToolCall) []any {
	return []any{trial, turn, n, c.ID, c.Name, c.Arguments, c.Result, c.Problem, c.Err, unixNano(c.Started), int64(c.Took)}
}

// putTurns stores the turns of a trial.
func (s *session) putTurns(tx *sql.Tx, trial int64, turns []runners.Turn) error {
	for n, t := range turns {
		if _, err := tx.StmtContext(s.ctx, s.insertTurn).ExecContext(s.ctx, turnValues(trial, n, t)...); err != nil {
			return err
		}
		for i, c := range t.Calls {
			if _, err := tx.StmtContext(s.ctx, s.insertCall).ExecContext(s.ctx, callValues(trial, n, i, c)...); err != nil {
				return err
			}
		}
	}
	return nil
}

// turns reads the turns and calls of a run in step with its trials.
type turns struct {
	turns, calls *sql.Rows // nil: the run has none

	turn  turnRow
	call  callRow
	begun bool
}

type turnRow struct {
	trial                                                               int64 // 0: there is no more
	n                                                                   int
	turn                                                                runners.Turn
	tokens                                                              [3]sql.Null[int]
	scheduled, sent, firstByte, firstToken, firstAnswerToken, lastToken sql.Null[int64]
	gaps                                                                string
}

type callRow struct {
	trial   int64 // 0: there is no more
	turn, n int
	call    runners.ToolCall
	started sql.Null[int64]
}

// openTurns begins to read. A run without turns costs one look.
func openTurns(ctx context.Context, tx *sql.Tx, runID string) (*turns, error) {
	t := &turns{begun: true}
	var found bool
	if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM trials JOIN turns USING (trial_no) WHERE run_id = ?)`, runID).Scan(&found); err != nil || !found {
		return t, err
	}
	var err error
	if t.turns, err = tx.QueryContext(ctx, turnsQuery, runID); err != nil {
		return t, err
	}
	t.calls, err = tx.QueryContext(ctx, callsQuery, runID)
	t.begun = false
	return t, err
}

func (t *turns) close() {
	for _, rows := range []*sql.Rows{t.turns, t.calls} {
		if rows != nil {
			rows.Close()
		}
	}
}

// of returns the turns of a trial. Trials must be asked for in the order of the rows.
func (t *turns) of(trial int64) ([]runners.Turn, error) {
	if !t.begun {
		t.begun = true
		if err := t.nextTurn(); err != nil {
			return nil, err
		}
		if err := t.nextCall(); err != nil {
			return nil, err
		}
	}
	var out []runners.Turn
	for t.turn.trial == trial {
		turn, err := t.turn.build()
		if err != nil {
			return nil, err
		}
		for n := t.turn.n; t.call.trial == trial && t.call.turn == n; {
			t.call.call.Started = fromUnixNano(t.call.started)
			turn.Calls = append(turn.Calls, t.call.call)
			if err := t.nextCall(); err != nil {
				return nil, err
			}
		}
		out = append(out, turn)
		if err := t.nextTurn(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (t *turns) nextTurn() error {
	t.turn = turnRow{}
	if !t.turns.Next() {
		return t.turns.Err()
	}
	r, p := &t.turn, &t.turn.turn
	return t.turns.Scan(&r.trial, &r.n, &p.Text, &p.Reasoning, &p.Finish, &p.Attempts, &p.Tokens.Source, &r.tokens[0], &r.tokens[1], &r.tokens[2],
		&r.scheduled, &r.sent, &r.firstByte, &r.firstToken, &r.firstAnswerToken, &r.lastToken, &r.gaps, &p.Timing.Coalesced)
}

func (t *turns) nextCall() error {
	t.call = callRow{}
	if !t.calls.Next() {
		return t.calls.Err()
	}
	r, c := &t.call, &t.call.call
	return t.calls.Scan(&r.trial, &r.turn, &r.n, &c.ID, &c.Name, &c.Arguments, &c.Result, &c.Problem, &c.Err, &r.started, &c.Took)
}

func (r *turnRow) build() (runners.Turn, error) {
	t := r.turn
	t.Tokens.Prompt, t.Tokens.Completion, t.Tokens.Reasoning = r.tokens[0].V, r.tokens[1].V, r.tokens[2].V
	clock := &t.Timing
	clock.Scheduled, clock.Sent = fromUnixNano(r.scheduled), fromUnixNano(r.sent)
	clock.FirstByte, clock.FirstToken = after(clock.Sent, r.firstByte), after(clock.Sent, r.firstToken)
	clock.FirstAnswerToken, clock.Last = after(clock.Sent, r.firstAnswerToken), after(clock.Sent, r.lastToken)
	var err error
	clock.Gaps, err = fromGaps(r.gaps)
	return t, err
}

// PutTools records the tools that a run offers its examinee, in place of those recorded before.
func (f *File) PutTools(ctx context.Context, runID string, tools []runners.ToolSpec) error {
	const op = "put tools"
	db, err := f.writable(op)
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return f.fail(op, err)
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, `DELETE FROM tools WHERE run_id = ?`, runID); err != nil {
		return f.fail(op, err)
	}
	for i, t := range tools {
		if _, err := tx.ExecContext(ctx, `INSERT INTO tools (run_id, position, name, description, parameters) VALUES (?,?,?,?,?)`,
			runID, i, t.Name, t.Description, string(t.Parameters)); err != nil {
			return f.fail(op, fmt.Errorf("tool %s: %w", t.Name, err))
		}
	}
	return f.fail(op, tx.Commit())
}

// Tools are the tools that a run offers its examinee.
func (f *File) Tools(ctx context.Context, runID string) ([]runners.ToolSpec, error) {
	const op = "list tools"
	rows, err := f.read.QueryContext(ctx, `SELECT name, description, parameters FROM tools WHERE run_id = ? ORDER BY position`, runID)
	if err != nil {
		return nil, f.fail(op, err)
	}
	defer rows.Close()
	var tools []runners.ToolSpec
	for rows.Next() {
		var t runners.ToolSpec
		var parameters string
		if err := rows.Scan(&t.Name, &t.Description, &parameters); err != nil {
			return nil, f.fail(op, err)
		}
		t.Parameters = []byte(parameters)
		tools = append(tools, t)
	}
	return tools, f.fail(op, rows.Err())
}
