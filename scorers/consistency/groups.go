package consistency

import (
	"context"
	"iter"

	"github.com/viva-eval/viva/internal/fan"
	"github.com/viva-eval/viva/scorers"
)

// Groups gathers rows that follow one another into the repeats of one item, arm and load. A row with an error is passed on by itself.
// The rows of a results file come in that order.
func Groups(rows iter.Seq2[scorers.Question, error]) iter.Seq2[[]scorers.Question, error] {
	return func(yield func([]scorers.Question, error) bool) {
		var g []scorers.Question
		for q, err := range rows {
			if err != nil {
				if len(g) > 0 && !yield(g, nil) {
					return
				}
				if g = nil; !yield(nil, err) {
					return
				}
				continue
			}
			if len(g) > 0 {
				a, b := g[0].Trial.Key, q.Trial.Key
				if a.ItemID != b.ItemID || a.Arm != b.Arm || a.Load != b.Load {
					if !yield(g, nil) {
						return
					}
					g = nil
				}
			}
			g = append(g, q)
		}
		if len(g) > 0 {
			yield(g, nil)
		}
	}
}

// Graded scores the rows group by group, several groups at a time, and yields each repeat with the score of its group; repeats without
// a whole answer have the zero Score. It ends with the first error. When ctx ends, so does it, with that error.
func Graded(ctx context.Context, s scorers.GroupScorer, parallel int, rows iter.Seq2[scorers.Question, error]) iter.Seq2[scorers.Graded, error] {
	type job struct {
		repeats []scorers.Question
		score   scorers.Score
		err     error
	}
	in := func(yield func(job) bool) {
		for g, err := range Groups(rows) {
			if !yield(job{repeats: g, err: err}) || err != nil {
				return
			}
		}
	}
	judge := func(ctx context.Context, j job) job {
		if j.err == nil {
			j.score, j.err = s.ScoreGroup(ctx, j.repeats)
		}
		return j
	}
	return func(yield func(scorers.Graded, error) bool) {
		for j := range fan.Map(ctx, parallel, in, judge) {
			if j.err != nil {
				yield(scorers.Graded{}, j.err)
				return
			}
			for _, q := range j.repeats {
				g := scorers.Graded{Question: q}
				if q.Trial.Status.Answered() {
					g.Score = j.score
				}
				if !yield(g, nil) {
					return
				}
			}
		}
		if err := ctx.Err(); err != nil { // what is missing must not look like a whole pass
			yield(scorers.Graded{}, err)
		}
	}
}
