package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"

	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/suites"
)

// trap is a trap as the column items.traps spells it.
type trap struct {
	Cause     suites.Cause `json:"cause"`
	Kind      value.Kind   `json:"kind"`
	Text      string       `json:"text,omitempty"`
	Aliases   []string     `json:"aliases,omitempty"`
	Number    string       `json:"number,omitempty"`
	Unit      string       `json:"unit,omitempty"`
	Tolerance float64      `json:"tolerance,omitempty"`
	Set       []string     `json:"set,omitempty"`
}

func traps(ts []suites.Trap) string {
	if len(ts) == 0 {
		return "[]"
	}
	out := make([]trap, len(ts))
	for i, t := range ts {
		out[i] = trap{t.Cause, t.Kind, t.Text, t.Aliases, t.Number, t.Unit, t.Tolerance, t.Set}
	}
	return encode(out)
}

func fromTraps(s string) ([]suites.Trap, error) {
	var in []trap
	if err := decode(s, &in); err != nil {
		return nil, err
	}
	var out []suites.Trap
	for _, t := range in {
		out = append(out, suites.Trap{Cause: t.Cause, Answer: suites.Answer{Kind: t.Kind, Text: t.Text, Aliases: t.Aliases, Number: t.Number,
			Unit: t.Unit, Tolerance: t.Tolerance, Set: t.Set}})
	}
	return out, nil
}

// insertItems copies the items in; those the file holds for this suite digest are left alone.
func insertItems(ctx context.Context, tx *sql.Tx, digest string, items []suites.Item) error {
	stmt, err := tx.PrepareContext(ctx, `INSERT INTO items (suite_digest, item_id, question, language, domain, skill, source,
		answer_kind, answer_text, answer_aliases, answer_number, answer_unit, answer_tolerance, answer_set, traps, evidence, derivation)
		VALUES (?,?,?,?,?,?,?, ?,?,?,?,?,?,?,?,?,?) ON CONFLICT (suite_digest, item_id) DO NOTHING`)
	if err != nil {
		return err
	}
	defer stmt.Close()
	for _, it := range items {
		a := it.Answer
		_, err := stmt.ExecContext(ctx, digest, it.ID, it.Question, it.Language, it.Domain, it.Skill, it.Source,
			string(a.Kind), a.Text, list(a.Aliases), a.Number, a.Unit, a.Tolerance, list(a.Set), traps(it.Traps), list(it.Evidence), it.Derivation)
		if err != nil {
			return err
		}
	}
	return nil
}

// itemsOf returns the items of a run's suite by item_no.
func itemsOf(ctx context.Context, tx *sql.Tx, runID string) (map[int64]suites.Item, error) {
	rows, err := tx.QueryContext(ctx, `SELECT item_no, item_id, question, language, domain, skill, source,
		answer_kind, answer_text, answer_aliases, answer_number, answer_unit, answer_tolerance, answer_set, traps, evidence, derivation
		FROM items JOIN runs USING (suite_digest) WHERE run_id = ?`, runID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	items := map[int64]suites.Item{}
	for rows.Next() {
		var no int64
		var it suites.Item
		var aliases, set, traps, evidence string
		a := &it.Answer
		if err := rows.Scan(&no, &it.ID, &it.Question, &it.Language, &it.Domain, &it.Skill, &it.Source,
			&a.Kind, &a.Text, &aliases, &a.Number, &a.Unit, &a.Tolerance, &set, &traps, &evidence, &it.Derivation); err != nil {
			return nil, err
		}
		if a.Aliases, err = unlist(aliases); err != nil {
			return nil, err
		}
		if a.Set, err = unlist(set); err != nil {
			return nil, err
		}
		if it.Traps, err = fromTraps(traps); err != nil {
			return nil, err
		}
		if it.Evidence, err = unlist(evidence); err != nil {
			return nil, err
		}
		items[no] = it
	}
	return items, rows.Err()
}

// contentHash is the SHA-256 of a passage's fields, each behind its length, so that no two passages share one by accident of
// their borders.
func contentHash(p suites.Passage) string {
	h := sha256.New()
	from, _ := date(p.ValidFrom).(string)
	to, _ := date(p.ValidTo).(string)
	var length [8]byte
	for _, field := range [...]string{p.ID, p.Title, p.Text, p.Language, from, to, p.Supersedes, p.Origin} {
		binary.BigEndian.PutUint64(length[:], uint64(len(field)))
		h.Write(length[:])
		h.Write([]byte(field))
	}
	return hex.EncodeToString(h.Sum(nil))
}

const (
	insertPassage = `INSERT INTO passages (content_hash, passage_id, title, text, language, valid_from, valid_to, supersedes, origin)
		VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT (content_hash) DO NOTHING`
	findPassage = `SELECT passage_no FROM passages WHERE content_hash = ?`
)

// putPassage stores a passage unless the file holds it, and returns its number.
func putPassage(ctx context.Context, insert, find *sql.Stmt, p suites.Passage) (no int64, err error) {
	hash := contentHash(p)
	res, err := insert.ExecContext(ctx, hash, p.ID, p.Title, p.Text, p.Language, date(p.ValidFrom), date(p.ValidTo), p.Supersedes, p.Origin)
	if err != nil {
		return 0, err
	}
	if n, err := res.RowsAffected(); err == nil && n == 1 {
		return res.LastInsertId()
	}
	return no, find.QueryRowContext(ctx, hash).Scan(&no)
}

// insertCorpus copies a suite's passages in, and which of them make up its corpus.
func insertCorpus(ctx context.Context, tx *sql.Tx, digest string, passages []suites.Passage) error {
	var known int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM corpora WHERE suite_digest = ?`, digest).Scan(&known); err != nil {
		return err
	}
	if known == len(passages) {
		return nil
	}
	var stmts [3]*sql.Stmt
	for i, text := range [...]string{insertPassage, findPassage, `INSERT INTO corpora VALUES (?,?,?) ON CONFLICT DO NOTHING`} {
		var err error
		if stmts[i], err = tx.PrepareContext(ctx, text); err != nil {
			return err
		}
		defer stmts[i].Close()
	}
	for i, p := range passages {
		no, err := putPassage(ctx, stmts[0], stmts[1], p)
		if err != nil {
			return err
		}
		if _, err := stmts[2].ExecContext(ctx, digest, i, no); err != nil {
			return err
		}
	}
	return nil
}

// passagesShown returns the passages that a run's trials showed, by passage_no.
func passagesShown(ctx context.Context, tx *sql.Tx, runID string) (map[int64]suites.Passage, error) {
	rows, err := tx.QueryContext(ctx, `SELECT passage_no, passage_id, title, text, language, valid_from, valid_to, supersedes, origin
		FROM passages WHERE passage_no IN (SELECT d.passage_no FROM shown d JOIN trials t USING (trial_no) WHERE t.run_id = ?)`, runID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	passages := map[int64]suites.Passage{}
	for rows.Next() {
		var no int64
		var p suites.Passage
		var from, to sql.Null[string]
		if err := rows.Scan(&no, &p.ID, &p.Title, &p.Text, &p.Language, &from, &to, &p.Supersedes, &p.Origin); err != nil {
			return nil, err
		}
		if p.ValidFrom, err = fromDate(from); err != nil {
			return nil, err
		}
		if p.ValidTo, err = fromDate(to); err != nil {
			return nil, err
		}
		passages[no] = p
	}
	return passages, rows.Err()
}
