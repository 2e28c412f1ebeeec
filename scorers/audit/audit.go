// Package audit examines the scorers themselves: it puts answers that people have judged before a scorer and says how far the
// two agree, beside what simple baselines reach on the same rows.
//
// A [Row] is one human-labelled answer, read by [Rows] and turned into a question by [Row.Question]. [Run] puts a file of rows before
// the scorers and the baselines and gives one [Sheet] for each slice of the file, with every figure in an interval that is
// clustered by the rows' group.
package audit

import (
	"context"
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/viva-eval/viva/internal/fan"
	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/scorers"
)

// Truth says which question the human labels answer.
type Truth uint8

const (
	Wrong   Truth = iota // is the answer wrong, or not borne out by its context? Rows without a label are left outside.
	Refusal              // does the answer refuse? meta.refusal decides, and where it is missing a null label means yes.
)

// Candidate is a scorer that sits the examination.
type Candidate struct {
	Scorer scorers.Scorer
	Gold   bool // it judges against the item's answer: rows without a gold answer are Unscored
}

// SpanScorer is a scorer that marks which parts of an answer are not borne out. The spans are byte offsets of the reply; they may
// touch and overlap. Where rows carry human spans, they are compared by characters.
type SpanScorer interface {
	scorers.Scorer
	Spans(ctx context.Context, q scorers.Question) ([]text.Span, error)
}

// Plan says what to audit.
type Plan struct {
	Candidates []Candidate
	Truth      Truth
	By         string // a field whose values are audited apart, see [Row.Field]; empty: the file as a whole
	Workers    int    // scorers run side by side; at least one
	Draws      int    // resamples behind an interval; 0 means [DefaultDraws]
}

// DefaultDraws is the number of resamples behind an interval.
const DefaultDraws = 1000

// Verdict is what one scorer said of one row.
type Verdict struct {
	ID      string          `json:"id"`
	Verdict scorers.Verdict `json:"verdict"`
	Value   float64         `json:"value"`
	Why     string          `json:"why"`
	Label   *int            `json:"label"` // the person's: 1 wrong, 0 right, null neither
}

// entry is what is kept of a row once the scorers have seen it.
type entry struct {
	row      *Row // without its texts
	slice    string
	outside  bool // it has no label for the truth that is asked
	bad      bool
	held     bool // it has a gold answer
	fallback bool // contains-gold flags it
	marks    []mark
	scores   []scorers.Score // of the candidates
	overlap  []float64       // of the span scorers, then of marking all and marking nothing; NaN where the row has no spans
}

// Result is a file after the examination.
type Result struct {
	File     string
	Sheets   []Sheet
	Verdicts [][]Verdict // for each candidate, in the order of the rows
}

// Run reads the rows of r, puts them before the candidates and the baselines, and sums up. name is the file's, for messages. An
// error is a [*RowError], an error of r, one of a scorer, or that of ctx.
func Run(ctx context.Context, name string, r io.Reader, plan Plan) (Result, error) {
	var readErr error
	type numbered struct {
		n   int
		row *Row
	}
	type done struct {
		n   int
		e   entry
		err error
	}
	rows := func(yield func(numbered) bool) {
		n := 0
		for row, err := range Rows(name, r) {
			if err != nil {
				readErr = err
				return
			}
			if !yield(numbered{n, row}) {
				return
			}
			n++
		}
	}
	var entries []entry
	for d := range fan.Map(ctx, plan.Workers, rows, func(ctx context.Context, in numbered) done {
		e, err := examine(ctx, in.row, plan)
		return done{in.n, e, err}
	}) {
		if d.err != nil {
			return Result{}, d.err
		}
		for len(entries) <= d.n {
			entries = append(entries, entry{})
		}
		entries[d.n] = d.e
	}
	if readErr != nil {
		return Result{}, readErr
	}
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}
	res := Result{File: name, Verdicts: make([][]Verdict, len(plan.Candidates))}
	for i := range plan.Candidates {
		for k := range entries {
			s, row := &entries[k].scores[i], entries[k].row
			res.Verdicts[i] = append(res.Verdicts[i], Verdict{row.ID, s.Verdict, s.Value, s.Why, row.Label})
		}
	}
	res.Sheets = slices.Collect(sheets(name, entries, plan))
	return res, nil
}

// examine puts one row before the candidates and the baselines.
func examine(ctx context.Context, row *Row, plan Plan) (entry, error) {
	q := row.Question()
	e := entry{row: row, held: len(row.Gold) > 0}
	e.bad, e.outside = row.truth(plan.Truth)
	if plan.By != "" {
		e.slice, _ = row.Field(plan.By)
	}
	for _, c := range plan.Candidates {
		var s scorers.Score
		if c.Gold && !e.held && plan.Truth == Wrong {
			s.Why = "the row has no gold answer"
		} else {
			var err error
			if s, err = c.Scorer.Score(ctx, q); err != nil {
				return e, fmt.Errorf("score row %s with %s: %w", row.ID, c.Scorer.Name(), err)
			}
		}
		e.scores = append(e.scores, s)
		e.marks = append(e.marks, markOf(s, e.held, plan.Truth))
	}
	if err := e.spans(ctx, row, q, plan.Candidates); err != nil {
		return e, err
	}
	e.marks = append(e.marks, baselines(row, plan.Truth)...)
	row.Asked, row.Context, row.Gold, row.Answer, row.Spans, row.Meta = "", nil, nil, "", nil, nil
	return e, nil
}

// sheets sums up the slices of a file, in the order of their names.
func sheets(name string, entries []entry, plan Plan) iter.Seq[Sheet] {
	return func(yield func(Sheet) bool) {
		by := map[string][]*entry{}
		var names []string
		for i := range entries {
			e := &entries[i]
			if _, ok := by[e.slice]; !ok {
				names = append(names, e.slice)
			}
			by[e.slice] = append(by[e.slice], e)
		}
		slices.Sort(names)
		for _, n := range names {
			title := name
			if n != "" { // rows without the field keep the file's name
				title += "#" + plan.By + "=" + n
			}
			if !yield(sheetOf(title, by[n], plan)) {
				return
			}
		}
	}
}
