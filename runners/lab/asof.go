package lab

import (
	"context"
	"fmt"
	"time"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

// Snapshot gives the suite's corpus as it stood on a day: the passages in force then. One without dates always is; one that another
// edition had replaced by then is not.
func (l *Lab) Snapshot(day time.Time) []suites.Passage {
	var all []suites.Passage
	for _, p := range l.suite.Passages {
		begun := p.ValidFrom.IsZero() || !p.ValidFrom.After(day)
		ended := !p.ValidTo.IsZero() && p.ValidTo.Before(day)
		next, replaced := l.suite.Passage(l.later[p.ID])
		if begun && !ended && !(replaced && !next.ValidFrom.IsZero() && !next.ValidFrom.After(day)) {
			all = append(all, p)
		}
	}
	return all
}

// Dated makes a book of a retriever over a corpus in which superseded editions may stand, such as a [Lab.Snapshot]. The retriever sees
// the question alone. An answer that follows from an old edition of the evidence is due only where that edition states the same; where
// it states another, "not known" is, and the old value becomes a trap of the trial.
func (l *Lab) Dated(r runners.Retriever) runners.Book { return dated{l, runners.FromRetriever(r)} }

type dated struct {
	lab  *Lab
	book runners.Book
}

func (d dated) Open(ctx context.Context, it suites.Item, k int) (runners.Shown, error) {
	s, err := d.book.Open(ctx, it, k)
	if err != nil || s.Expect == runners.ExpectAnswer {
		return s, err
	}
	edits, same := d.lab.outdated(it, s.Passages)
	s.Edits = append(s.Edits, edits...)
	if same {
		s.Expect = runners.ExpectEither
	}
	return s, nil
}

// ParseDay reads the day of an arm's parameter.
func ParseDay(s string) (time.Time, error) {
	day, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("read day %q: want YYYY-MM-DD", s)
	}
	return day, nil
}
