package reports

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

// RowFormat writes the graded trials of a run one by one, as they come.
type RowFormat func(w io.Writer, run runners.Run, rows iter.Seq2[scorers.Graded, error]) error

var (
	_ RowFormat = JSONL
	_ RowFormat = CSV
)

// trialRow is a graded trial as it is exported. Times are milliseconds from the moment the request was sent; null: the moment never came.
type trialRow struct {
	Run              string    `json:"run"`
	Suite            string    `json:"suite"`
	Target           string    `json:"target"`
	Item             string    `json:"item"`
	Arm              string    `json:"arm"`
	Load             string    `json:"load"`
	Repeat           int       `json:"repeat"`
	Language         string    `json:"language"`
	Domain           string    `json:"domain"`
	Skill            string    `json:"skill"`
	Source           string    `json:"source"`
	Question         string    `json:"question"`
	Answerable       bool      `json:"answerable"`
	Truth            string    `json:"truth"`
	Expect           string    `json:"expect"`
	Passages         []string  `json:"passages"`
	Turns            int       `json:"turns"` // requests of a trial with tools; 0 without
	Calls            []callRow `json:"tool_calls"`
	Status           string    `json:"status"`
	Attempts         int       `json:"attempts"`
	Error            string    `json:"error"`
	Reply            string    `json:"reply"`
	Reasoning        string    `json:"reasoning"`
	Model            string    `json:"model"`
	Finish           string    `json:"finish"`
	PromptTokens     int       `json:"prompt_tokens"`
	CompletionTokens int       `json:"completion_tokens"`
	ReasoningTokens  int       `json:"reasoning_tokens"`
	TokenSource      string    `json:"token_source"`
	SentAt           string    `json:"sent_at"` // RFC 3339, UTC; empty: never sent
	FirstToken       Figure    `json:"ttft_ms"`
	FirstAnswer      Figure    `json:"first_answer_token_ms"`
	Answer           Figure    `json:"answer_ms"`
	Retrieval        Figure    `json:"retrieval_ms"`
	Verdict          string    `json:"verdict"`
	Behaved          string    `json:"behaved"`
	Cause            string    `json:"cause"`
	Hedged           bool      `json:"hedged"`
	Value            Figure    `json:"value"`
	Why              string    `json:"why"`
	Scorer           string    `json:"scorer"`
}

// callRow is a call of a tool as it is exported.
type callRow struct {
	Turn      int    `json:"turn"` // from 0
	Tool      string `json:"tool"`
	Arguments string `json:"arguments"`
	Result    string `json:"result"`
	Problem   string `json:"problem"` // what the examinee did wrong
	Error     string `json:"error"`   // why the tool broke
	Started   Figure `json:"started_ms"`
	Took      Figure `json:"took_ms"`
}

func callRows(t *runners.Trial) []callRow {
	rows := []callRow{}
	for n, turn := range t.Turns {
		for _, c := range turn.Calls {
			r := callRow{Turn: n, Tool: c.Name, Arguments: c.Arguments, Result: c.Result, Problem: c.Problem, Error: c.Err, Started: Undefined(), Took: Figure(ms(c.Took))}
			if sent := t.Response.Timing.Sent; !sent.IsZero() && !c.Started.IsZero() {
				r.Started = Figure(ms(c.Started.Sub(sent)))
			}
			rows = append(rows, r)
		}
	}
	return rows
}

// told writes the calls on one line: what was asked of which tool, and what was wrong with it.
func told(calls []callRow) string {
	var b strings.Builder
	for i, c := range calls {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(c.Tool + " " + c.Arguments)
		if wrong := c.Problem + c.Error; wrong != "" {
			b.WriteString(" → " + wrong)
		}
	}
	return b.String()
}

func rowOf(run runners.Run, g *scorers.Graded) trialRow {
	t, it, s := &g.Trial, &g.Item, &g.Score
	r := trialRow{
		Run: run.ID, Suite: run.SuiteName, Target: run.Target.Name, Item: it.ID, Arm: t.Arm, Load: t.Load, Repeat: t.Repeat,
		Language: it.Language, Domain: it.Domain, Skill: it.Skill, Source: it.Source, Question: it.Question, Answerable: it.Answerable(),
		Truth: truthOf(*it), Expect: string(t.Shown.Expect), Passages: []string{}, Turns: len(t.Turns), Calls: callRows(t), Status: string(t.Status), Attempts: t.Attempts, Error: t.Err,
		Reply: t.Response.Text, Reasoning: t.Response.Reasoning, Model: t.Response.Model, Finish: t.Response.Finish,
		PromptTokens: t.Response.Tokens.Prompt, CompletionTokens: t.Response.Tokens.Completion, ReasoningTokens: t.Response.Tokens.Reasoning,
		TokenSource: string(t.Response.Tokens.Source), Verdict: s.Verdict.String(), Behaved: s.Behaved.String(), Cause: string(s.Cause),
		Hedged: s.Hedged, Value: Figure(s.Value), Why: s.Why, Scorer: s.Scorer, Retrieval: Figure(ms(t.Shown.Took)),
	}
	if s.Verdict == scorers.Unscored {
		r.Value = Undefined()
	}
	for i := range t.Shown.Passages {
		r.Passages = append(r.Passages, t.Shown.Passages[i].ID)
	}
	clock := &t.Response.Timing
	since := func(at time.Time) Figure {
		if clock.Sent.IsZero() || at.IsZero() {
			return Undefined()
		}
		return Figure(ms(at.Sub(clock.Sent)))
	}
	if !clock.Sent.IsZero() {
		r.SentAt = clock.Sent.UTC().Format(time.RFC3339Nano)
	}
	r.FirstToken, r.FirstAnswer, r.Answer = since(clock.FirstToken), since(clock.FirstAnswerToken), since(clock.Last)
	return r
}

// JSONL writes one JSON object a line for each trial.
func JSONL(w io.Writer, run runners.Run, rows iter.Seq2[scorers.Graded, error]) error {
	b := bufio.NewWriter(w)
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	for g, err := range rows {
		if err != nil {
			return fmt.Errorf("export run %s: %w", run.ID, err)
		}
		if err := e.Encode(rowOf(run, &g)); err != nil {
			return err
		}
	}
	return b.Flush()
}

// csvColumns are the columns of CSV; their names and units are those of JSONL.
var csvColumns = [...]struct {
	name string
	of   func(*trialRow) string
}{
	{"run", func(r *trialRow) string { return r.Run }},
	{"suite", func(r *trialRow) string { return r.Suite }},
	{"target", func(r *trialRow) string { return r.Target }},
	{"item", func(r *trialRow) string { return r.Item }},
	{"arm", func(r *trialRow) string { return r.Arm }},
	{"load", func(r *trialRow) string { return r.Load }},
	{"repeat", func(r *trialRow) string { return strconv.Itoa(r.Repeat) }},
	{"language", func(r *trialRow) string { return r.Language }},
	{"domain", func(r *trialRow) string { return r.Domain }},
	{"skill", func(r *trialRow) string { return r.Skill }},
	{"source", func(r *trialRow) string { return r.Source }},
	{"question", func(r *trialRow) string { return r.Question }},
	{"answerable", func(r *trialRow) string { return strconv.FormatBool(r.Answerable) }},
	{"truth", func(r *trialRow) string { return r.Truth }},
	{"expect", func(r *trialRow) string { return r.Expect }},
	{"passages", func(r *trialRow) string { return strings.Join(r.Passages, " ") }},
	{"turns", func(r *trialRow) string { return strconv.Itoa(r.Turns) }},
	{"tool_calls", func(r *trialRow) string { return told(r.Calls) }},
	{"status", func(r *trialRow) string { return r.Status }},
	{"attempts", func(r *trialRow) string { return strconv.Itoa(r.Attempts) }},
	{"error", func(r *trialRow) string { return r.Error }},
	{"reply", func(r *trialRow) string { return r.Reply }},
	{"reasoning", func(r *trialRow) string { return r.Reasoning }},
	{"model", func(r *trialRow) string { return r.Model }},
	{"finish", func(r *trialRow) string { return r.Finish }},
	{"prompt_tokens", func(r *trialRow) string { return strconv.Itoa(r.PromptTokens) }},
	{"completion_tokens", func(r *trialRow) string { return strconv.Itoa(r.CompletionTokens) }},
	{"reasoning_tokens", func(r *trialRow) string { return strconv.Itoa(r.ReasoningTokens) }},
	{"token_source", func(r *trialRow) string { return r.TokenSource }},
	{"sent_at", func(r *trialRow) string { return r.SentAt }},
	{"ttft_ms", func(r *trialRow) string { return r.FirstToken.cell() }},
	{"first_answer_token_ms", func(r *trialRow) string { return r.FirstAnswer.cell() }},
	{"answer_ms", func(r *trialRow) string { return r.Answer.cell() }},
	{"retrieval_ms", func(r *trialRow) string { return r.Retrieval.cell() }},
	{"verdict", func(r *trialRow) string { return r.Verdict }},
	{"behaved", func(r *trialRow) string { return r.Behaved }},
	{"cause", func(r *trialRow) string { return r.Cause }},
	{"hedged", func(r *trialRow) string { return strconv.FormatBool(r.Hedged) }},
	{"value", func(r *trialRow) string { return r.Value.cell() }},
	{"why", func(r *trialRow) string { return r.Why }},
	{"scorer", func(r *trialRow) string { return r.Scorer }},
}

// cell writes a figure for a CSV cell; an undefined one leaves it empty.
func (f Figure) cell() string {
	if !f.Defined() {
		return ""
	}
	return strconv.FormatFloat(float64(f), 'g', 9, 64)
}

// CSV writes a header and one line for each trial. A text that a spreadsheet would run as a formula has an apostrophe before it, as
// docs/METHOD.md says; JSONL has every text as it came.
func CSV(w io.Writer, run runners.Run, rows iter.Seq2[scorers.Graded, error]) error {
	out := csv.NewWriter(w)
	record := make([]string, len(csvColumns))
	for i, c := range csvColumns {
		record[i] = c.name
	}
	if err := out.Write(record); err != nil {
		return err
	}
	for g, err := range rows {
		if err != nil {
			return fmt.Errorf("export run %s: %w", run.ID, err)
		}
		r := rowOf(run, &g)
		for i, c := range csvColumns {
			record[i] = guard(c.of(&r))
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
