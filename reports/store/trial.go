package store

import (
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/viva-eval/viva/internal/prompt"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

// trialColumns are the columns of a trial but for its number, run and item, in the order of trialValues and trialRow.scan.
const trialColumns = `arm, load, repeat, status, error, attempts, expectation, edits, shown_took_ns, prompt, prompt_seed,
	response_text, response_reasoning, response_model, finish_reason, dropped_parameters,
	token_source, prompt_tokens, completion_tokens, reasoning_tokens,
	scheduled_at_unix_ns, sent_at_unix_ns, first_byte_ns, first_token_ns, first_answer_token_ns, last_token_ns, gaps_us, coalesced_events`

func trialValues(t runners.Trial) []any {
	r, clock, tokens := t.Response, t.Response.Timing, t.Response.Tokens
	noCount := tokens == runners.Tokens{}
	return []any{t.Arm, t.Load, t.Repeat, string(t.Status), t.Err, t.Attempts, string(t.Shown.Expect), edits(t.Shown.Edits), int64(t.Shown.Took),
		messages(t.Prompt.Messages, t.Shown.Passages), t.Prompt.Seed,
		r.Text, r.Reasoning, r.Model, r.Finish, list(r.Dropped),
		string(tokens.Source), unless(noCount, tokens.Prompt), unless(noCount, tokens.Completion), unless(noCount, tokens.Reasoning),
		scheduled(clock), unixNano(clock.Sent), since(clock.Sent, clock.FirstByte), since(clock.Sent, clock.FirstToken),
		since(clock.Sent, clock.FirstAnswerToken), since(clock.Sent, clock.Last), gaps(clock.Gaps), clock.Coalesced}
}

// trialRow is a row as it comes from the file.
type trialRow struct {
	trial                                                               runners.Trial
	edits, prompt, dropped, gaps                                        string
	tokens                                                              [3]sql.Null[int]
	scheduled, sent, firstByte, firstToken, firstAnswerToken, lastToken sql.Null[int64]
}

// into lists where the columns of trialColumns go.
func (r *trialRow) into() []any {
	t, p := &r.trial, &r.trial.Response
	return []any{&t.Arm, &t.Load, &t.Repeat, &t.Status, &t.Err, &t.Attempts, &t.Shown.Expect, &r.edits, &t.Shown.Took,
		&r.prompt, &t.Prompt.Seed,
		&p.Text, &p.Reasoning, &p.Model, &p.Finish, &r.dropped,
		&p.Tokens.Source, &r.tokens[0], &r.tokens[1], &r.tokens[2],
		&r.scheduled, &r.sent, &r.firstByte, &r.firstToken, &r.firstAnswerToken, &r.lastToken, &r.gaps, &p.Timing.Coalesced}
}

// build makes the trial of a scanned row and the passages it showed.
func (r *trialRow) build(passages []suites.Passage) (t runners.Trial, err error) {
	t = r.trial
	t.Shown.Passages = passages
	if t.Shown.Edits, err = fromEdits(r.edits); err != nil {
		return t, err
	}
	if t.Prompt.Messages, err = fromMessages(r.prompt, passages); err != nil {
		return t, err
	}
	if t.Response.Dropped, err = unlist(r.dropped); err != nil {
		return t, err
	}
	tokens := &t.Response.Tokens
	tokens.Prompt, tokens.Completion, tokens.Reasoning = r.tokens[0].V, r.tokens[1].V, r.tokens[2].V
	clock := &t.Response.Timing
	clock.Scheduled, clock.Sent = fromUnixNano(r.scheduled), fromUnixNano(r.sent)
	clock.FirstByte, clock.FirstToken = after(clock.Sent, r.firstByte), after(clock.Sent, r.firstToken)
	clock.FirstAnswerToken, clock.Last = after(clock.Sent, r.firstAnswerToken), after(clock.Sent, r.lastToken)
	clock.Gaps, err = fromGaps(r.gaps)
	return t, err
}

func unless(absent bool, n int) any {
	if absent {
		return nil
	}
	return n
}

// scheduled keeps the distance to Sent as the monotonic clock saw it.
func scheduled(c runners.Timing) any {
	if c.Scheduled.IsZero() || c.Sent.IsZero() {
		return unixNano(c.Scheduled)
	}
	return c.Sent.UnixNano() + int64(c.Scheduled.Sub(c.Sent))
}

// since is the offset of a moment from sent in nanoseconds; NULL when either never came.
func since(sent, moment time.Time) any {
	if sent.IsZero() || moment.IsZero() {
		return nil
	}
	return int64(moment.Sub(sent))
}

func after(sent time.Time, offset sql.Null[int64]) time.Time {
	if sent.IsZero() || !offset.Valid {
		return time.Time{}
	}
	return sent.Add(time.Duration(offset.V))
}

// edit is an edit as the column trials.edits spells it.
type edit struct {
	PassageID string `json:"passage_id"`
	Kind      string `json:"kind"`
	From      string `json:"from"`
	To        string `json:"to"`
}

func edits(es []runners.Edit) string {
	if len(es) == 0 {
		return "[]"
	}
	out := make([]edit, len(es))
	for i, e := range es {
		out[i] = edit(e)
	}
	return encode(out)
}

func fromEdits(s string) ([]runners.Edit, error) {
	var in []edit
	if err := decode(s, &in); err != nil {
		return nil, err
	}
	var out []runners.Edit
	for _, e := range in {
		out = append(out, runners.Edit(e))
	}
	return out, nil
}

// message is a chat message as the column trials.prompt spells it. Each part is a piece of text or, where the text of a shown
// passage stands, the position of that passage: a prompt costs the file its template and question, not its pages.
type message struct {
	Role  string `json:"role"`
	Parts []any  `json:"parts"`
}

// shortest is the length in bytes below which a passage is not worth replacing.
const shortest = 16

func messages(ms []prompt.Message, shown []suites.Passage) string {
	if len(ms) == 0 {
		return "[]"
	}
	out := make([]message, len(ms))
	for i, m := range ms {
		rest, parts := m.Content, []any{}
		for position, p := range shown {
			if len(p.Text) < shortest {
				continue
			}
			before, after, found := strings.Cut(rest, p.Text)
			if !found {
				continue
			}
			if before != "" {
				parts = append(parts, before)
			}
			parts, rest = append(parts, position), after
		}
		if rest != "" {
			parts = append(parts, rest)
		}
		out[i] = message{m.Role, parts}
	}
	return encode(out)
}

func fromMessages(s string, shown []suites.Passage) ([]prompt.Message, error) {
	var in []message
	if err := decode(s, &in); err != nil {
		return nil, err
	}
	var out []prompt.Message
	for _, m := range in {
		var b strings.Builder
		for _, part := range m.Parts {
			if text, whole := part.(string); whole && len(m.Parts) == 1 {
				b.Grow(len(text))
			} else if b.Len() == 0 && len(shown) > 0 {
				b.Grow(len(s) + len(shown)*(len(shown[0].Text)+shortest)) // a guess that spares most of the growing
			}
			switch part := part.(type) {
			case string:
				b.WriteString(part)
			case float64:
				position := int(part)
				if position < 0 || position >= len(shown) {
					return nil, fmt.Errorf("read prompt: it names passage %d of %d shown", position, len(shown))
				}
				b.WriteString(shown[position].Text)
			default:
				return nil, fmt.Errorf("read prompt: a part is a %T", part)
			}
		}
		out = append(out, prompt.Message{Role: m.Role, Content: b.String()})
	}
	return out, nil
}
