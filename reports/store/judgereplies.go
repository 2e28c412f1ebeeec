package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers/judged"
)

// JudgeReplies keeps what judges said, by the content they were asked about, so that scoring again asks nobody again. Each reply is
// a transaction of its own: it was paid for.
func (f *File) JudgeReplies() judged.Cache { return judgeReplies{f} }

type judgeReplies struct{ file *File }

var _ judged.Cache = judgeReplies{}

// Get returns the reply under a key; false when there is none.
func (c judgeReplies) Get(ctx context.Context, key string) (judged.Entry, bool, error) {
	var e judged.Entry
	var contract int64
	var source string
	var took int64
	err := c.file.read.QueryRowContext(ctx, `SELECT judge, rubric_digest, contract, text, reasoning, model, prompt_tokens, completion_tokens,
		reasoning_tokens, token_source, took_ns FROM judge_replies WHERE content_key = ?`, key).
		Scan(&e.Judge, &e.Rubric, &contract, &e.Text, &e.Reasoning, &e.Model, &e.Tokens.Prompt, &e.Tokens.Completion, &e.Tokens.Reasoning, &source, &took)
	if errors.Is(err, sql.ErrNoRows) {
		return judged.Entry{}, false, nil
	}
	e.Contract, e.Tokens.Source, e.Took = judged.Contract(contract), runners.TokenSource(source), time.Duration(took)
	return e, err == nil, c.file.fail("find judge's reply", err)
}

// Put keeps a reply; a later one takes its place.
func (c judgeReplies) Put(ctx context.Context, key string, e judged.Entry) error {
	const op = "keep judge's reply"
	db, err := c.file.writable(op)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `INSERT OR REPLACE INTO judge_replies (content_key, judge, rubric_digest, contract, text, reasoning, model,
		prompt_tokens, completion_tokens, reasoning_tokens, token_source, took_ns, replied_at_unix_ns) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		key, e.Judge, e.Rubric, int64(e.Contract), e.Text, e.Reasoning, e.Model, e.Tokens.Prompt, e.Tokens.Completion, e.Tokens.Reasoning,
		string(e.Tokens.Source), int64(e.Took), c.file.now().UnixNano())
	return c.file.fail(op, err)
}
