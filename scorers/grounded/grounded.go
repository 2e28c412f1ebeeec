// Package grounded looks for what an answer says beyond the passages it was shown. It needs no ground truth and no model: it
// cuts the answer into sentences and clauses, looks each word, name, figure, date and time up in the passages and in the question, compares
// affirmations with the fields of structured passages, and weighs what is left over.
//
// The score is a triage signal. It says where to look first, not what is true: an answer in words of its own ranks low though it is
// right, and one that puts the passages' words together wrongly ranks high.
package grounded

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

// Scorer scores how far an answer is supported by what was shown.
//
//  1. A trial without a whole answer has the zero Score. So that nothing is decided on half a reading, an answer above value.Limit
//     bytes or passages above SourceLimit bytes are Unscored, and so is a trial that was shown nothing.
//  2. Value is the support, from 0 to 1, higher is better: one minus the calibrated probability that the answer holds something
//     unsupported. The calibration holds where about four answers in ten do; the order holds anywhere.
//  3. Verdict is Incorrect, which here means flagged for a look, when Value is below [Threshold], and also when a figure or time of
//     day stands in no passage, or a field of a record says otherwise or nothing; else Correct, which means not flagged. Neither speaks
//     of truth: a figure may have been worked out.
//  4. An answer that says no more than that it is not known claims nothing: Abstained, with Value 1.
//
// The zero Scorer is ready for use, by several goroutines at once.
type Scorer struct{}

var _ scorers.Scorer = Scorer{}

// SourceLimit is how many bytes of passages are read at most.
const SourceLimit = 4 << 20

// Threshold is the support below which an answer is flagged. Below a half it is likelier than not to hold something
// unsupported, and there balanced accuracy was highest on the answers that the weights were fitted on.
const Threshold = 0.5

// Name is "grounded".
func (Scorer) Name() string { return "grounded" }

// Score scores one trial. The error is that of ctx.
func (g Scorer) Score(ctx context.Context, q scorers.Question) (scorers.Score, error) {
	if err := ctx.Err(); err != nil {
		return scorers.Score{}, err
	}
	if !q.Trial.Status.Answered() {
		return scorers.Score{}, nil
	}
	s := scorers.Score{Scorer: g.Name()}
	if s.Why = unreadable(&q.Trial); s.Why != "" {
		return s, nil
	}
	e := examine(&q)
	if e.a.claimsNothing() {
		s.Verdict, s.Value, s.Why = scorers.Abstained, 1, "the answer claims nothing"
		return s, nil
	}
	s.Value = 1 - e.features().chance()
	s.Verdict = scorers.Correct
	if s.Value < Threshold || e.checked() {
		s.Verdict = scorers.Incorrect
	}
	s.Why = e.why()
	return s, nil
}

// Flags gives the pieces of the answer that nothing supports, with the reason of each, in order of their start; they may overlap.
// There are none where Score gives Unscored. The error is that of ctx.
func (Scorer) Flags(ctx context.Context, q scorers.Question) ([]Flag, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !q.Trial.Status.Answered() || unreadable(&q.Trial) != "" {
		return nil, nil
	}
	return examine(&q).all(), nil
}

// Spans gives the flagged pieces of Response.Text, in order, joined where they overlap or touch. The error is that of ctx.
func (g Scorer) Spans(ctx context.Context, q scorers.Question) ([]text.Span, error) {
	flags, err := g.Flags(ctx, q)
	var out []text.Span
	for _, f := range flags {
		if n := len(out); n > 0 && f.Start <= out[n-1].End {
			out[n-1].End = max(out[n-1].End, f.End)
			continue
		}
		out = append(out, f.Span)
	}
	return out, err
}

// unreadable says why a trial cannot be scored, "" when it can.
func unreadable(t *runners.Trial) string {
	size := 0
	for i := range t.Shown.Passages {
		size += len(t.Shown.Passages[i].Text)
	}
	switch {
	case strings.TrimSpace(t.Response.Text) == "":
		return "the answer is empty"
	case len(t.Response.Text) > value.Limit:
		return "the answer is longer than 1 MiB, which is more than is read"
	case size == 0:
		return "no passage was shown, so there is nothing to look up"
	case size > SourceLimit:
		return "the passages are longer than 4 MiB, which is more than is read"
	}
	return ""
}

// examine gathers the evidence on a trial that can be read.
func examine(q *scorers.Question) *evidence {
	var x lexer
	var passages []string
	for _, p := range q.Trial.Shown.Passages {
		if p.Title != "" {
			passages = append(passages, p.Title)
		}
		if !p.ValidFrom.IsZero() {
			passages = append(passages, p.ValidFrom.Format(time.DateOnly))
		}
		passages = append(passages, p.Text)
	}
	lang := q.Item.Language
	if lang == "" {
		lang = text.Detect(q.Trial.Response.Text)
	}
	answer := bare(q.Trial.Response.Text)
	return gather(&x, index(&x, passages, q.Item.Question, lang), read(&x, answer), lang)
}

// all gives the flags with those of clauses, in order. Whoever tells in words what a record says must bring words of his own, so that
// against a record neither clauses nor names are held to be unsupported for their words alone.
func (e *evidence) all() []Flag {
	flags := make([]Flag, 0, len(e.flags))
	for _, f := range e.flags {
		if !e.retold || f.Reason != Name {
			flags = append(flags, f)
		}
	}
	for _, c := range e.a.claims {
		if !e.retold && e.unsupported(c) {
			flags = append(flags, Flag{Span: c.Span, Reason: Clause})
		}
	}
	slices.SortFunc(flags, func(a, b Flag) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		if a.End != b.End {
			return a.End - b.End
		}
		return strings.Compare(string(a.Reason), string(b.Reason))
	})
	return flags
}

// checked reports whether something that can be checked exactly was not borne out. A record's figures are often told in other ways
// ("half past nine", "a dozen"), so that there only its fields and times count.
func (e *evidence) checked() bool {
	for _, f := range e.flags {
		switch f.Reason {
		case Figure, Time:
			if !e.retold {
				return true
			}
		case Contradicted, Undisclosed, Hours:
			return true
		}
	}
	return false
}

// unsupported reports whether a source lacks at least half of a clause's content words, and three of them or more.
func (e *evidence) unsupported(c claim) bool {
	content, gone := 0, 0
	for i := c.from; i < c.to; i++ {
		switch e.status[i] {
		case absent:
			gone++
			content++
		case found, related:
			content++
		}
	}
	return gone >= shortest && 2*gone >= content
}

// shown is how many flags a sentence of explanation names.
const shown = 3

// why names what was not found.
func (e *evidence) why() string {
	flags := e.all()
	if len(flags) == 0 {
		return "triage signal: nothing stands out that the passages lack"
	}
	var b strings.Builder
	b.WriteString("triage signal: not found in the passages: ")
	for i, f := range flags {
		if i == shown {
			fmt.Fprintf(&b, " and %d more", len(flags)-shown)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%q (%s)", excerpt(f.Of(e.a.text)), f.Reason)
	}
	return b.String()
}

// excerpt shortens a piece of text to what one line holds.
func excerpt(s string) string {
	const limit = 60
	s = strings.Join(strings.Fields(s), " ")
	n := 0
	for i := range s {
		if n == limit {
			return s[:i] + "…"
		}
		n++
	}
	return s
}
