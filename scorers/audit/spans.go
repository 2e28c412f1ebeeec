package audit

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/scorers"
)

// charSpan is a span as files write it, in characters.
type charSpan struct {
	Start *int `json:"start"`
	End   *int `json:"end"`
}

// byteSpans turns spans that count characters (Unicode code points) into byte offsets of s, in order, merged where they overlap.
func byteSpans(s string, spans []charSpan) ([]text.Span, error) {
	if len(spans) == 0 {
		return nil, nil
	}
	at := make([]int, 0, len(s)+1)
	for i := range s {
		at = append(at, i)
	}
	at = append(at, len(s))
	out := make([]text.Span, 0, len(spans))
	for i, p := range spans {
		switch {
		case p.Start == nil || p.End == nil:
			return nil, fmt.Errorf("member %d has no start or no end", i+1)
		case *p.Start < 0 || *p.End < *p.Start || *p.End >= len(at):
			return nil, fmt.Errorf("member %d: from %d to %d is no part of an answer of %d characters", i+1, *p.Start, *p.End, len(at)-1)
		}
		out = append(out, text.Span{Start: at[*p.Start], End: at[*p.End]})
	}
	return merged(out), nil
}

// merged sorts spans and joins those that overlap or touch; empty ones go.
func merged(spans []text.Span) []text.Span {
	spans = slices.DeleteFunc(slices.Clone(spans), func(s text.Span) bool { return s.End <= s.Start })
	slices.SortFunc(spans, func(a, b text.Span) int { return cmp.Compare(a.Start, b.Start) })
	out := spans[:0]
	for _, s := range spans {
		if n := len(out); n > 0 && s.Start <= out[n-1].End {
			out[n-1].End = max(out[n-1].End, s.End)
			continue
		}
		out = append(out, s)
	}
	return out
}

// IoU is the intersection over the union of two sets of characters of s, each given by spans in bytes. Two empty sets agree: 1.
func IoU(s string, a, b []text.Span) float64 {
	a, b = merged(a), merged(b)
	inter, sizes := 0, 0
	for _, p := range a {
		sizes += utf8.RuneCountInString(p.Of(s))
		for _, q := range b {
			if lo, hi := max(p.Start, q.Start), min(p.End, q.End); lo < hi {
				inter += utf8.RuneCountInString(s[lo:hi])
			}
		}
	}
	for _, q := range b {
		sizes += utf8.RuneCountInString(q.Of(s))
	}
	if sizes == 0 {
		return 1
	}
	return float64(inter) / float64(sizes-inter)
}

// spans compares what the span scorers mark with what people marked.
func (e *entry) spans(ctx context.Context, row *Row, q scorers.Question, candidates []Candidate) error {
	for _, c := range candidates {
		overlap := math.NaN()
		if ss, ok := c.Scorer.(SpanScorer); ok && row.HasSpans {
			found, err := ss.Spans(ctx, q)
			if err != nil {
				return fmt.Errorf("mark row %s with %s: %w", row.ID, ss.Name(), err)
			}
			for _, p := range found {
				if p.Start < 0 || p.End < p.Start || p.End > len(row.Answer) {
					return fmt.Errorf("mark row %s with %s: bytes %d to %d lie outside of the answer", row.ID, ss.Name(), p.Start, p.End)
				}
			}
			overlap = IoU(row.Answer, row.Spans, found)
		}
		e.overlap = append(e.overlap, overlap)
	}
	all, none := math.NaN(), math.NaN()
	if row.HasSpans {
		all = IoU(row.Answer, row.Spans, []text.Span{{Start: 0, End: len(row.Answer)}})
		none = IoU(row.Answer, row.Spans, nil)
	}
	e.overlap = append(e.overlap, all, none)
	return nil
}
