package runners

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/viva-eval/viva/suites"
)

// OracleBook opens the passages that hold the answer, in the order the item names them. It applies to items with evidence in the suite.
type OracleBook struct{ Suite *suites.Suite }

var _ interface {
	Book
	Selective
} = OracleBook{}

// Applies reports whether the item names any evidence. In a suite without passages it names that of a corpus elsewhere, and nothing can be opened.
func (b OracleBook) Applies(it suites.Item) bool {
	return len(it.Evidence) > 0 && len(b.Suite.Passages) > 0
}

// Open shows the item's evidence, all of it: k is not looked at.
func (b OracleBook) Open(_ context.Context, it suites.Item, _ int) (Shown, error) {
	start := time.Now()
	var s Shown
	for _, id := range it.Evidence {
		p, ok := b.Suite.Passage(id)
		if !ok {
			return Shown{}, fmt.Errorf("show evidence of item %q: no passage %q in suite %q", it.ID, id, b.Suite.Name)
		}
		s.Passages = append(s.Passages, p)
	}
	s.Expect = expect(it, s.Passages)
	s.Took = time.Since(start)
	return s, nil
}

// FromRetriever makes a book of a retriever. It passes on the question alone, and looks at the item's evidence only afterwards, to
// say what is to be expected of the examinee.
func FromRetriever(r Retriever) Book { return retrieved{r, expect} }

// FromConnector is [FromRetriever] for a retriever whose corpus may be another than the suite's: a folder, a database, somebody's search.
//
//  1. Passages of the suite's own corpus are looked at as by FromRetriever.
//  2. Where the item names evidence by the identifiers of the other corpus, they decide what is to be expected.
//  3. Else it is whether the passages state the answer, by [suites.States]; where that is unclear, either the answer or "not known" will do.
func FromConnector(r Retriever, s *suites.Suite) Book {
	return retrieved{r, func(it suites.Item, shown []suites.Passage) Expectation {
		own := !slices.ContainsFunc(shown, func(p suites.Passage) bool { _, ok := s.Passage(p.ID); return !ok })
		if own || !it.Answerable() || len(it.Evidence) > 0 && !within(s, it.Evidence) {
			return expect(it, shown)
		}
		switch suites.States(it, shown) {
		case suites.Stated:
			return ExpectAnswer
		case suites.NotStated:
			return ExpectAbstain
		}
		return ExpectEither
	}}
}

// within reports whether the suite's own corpus has one of the passages.
func within(s *suites.Suite, ids []string) bool {
	return slices.ContainsFunc(ids, func(id string) bool {
		_, ok := s.Passage(id)
		return ok
	})
}

type retrieved struct {
	retriever Retriever
	expect    func(it suites.Item, shown []suites.Passage) Expectation
}

func (b retrieved) Open(ctx context.Context, it suites.Item, k int) (Shown, error) {
	start := time.Now()
	found, err := b.retriever.Retrieve(ctx, it.Question, k)
	took := time.Since(start)
	if err != nil {
		return Shown{}, fmt.Errorf("retrieve: %w", err)
	}
	return Shown{Passages: found, Expect: b.expect(it, found), Took: took}, nil
}

// expect: the answer is due when all of its evidence is on the desk; otherwise, and for items that have no answer, "not known" is.
func expect(it suites.Item, shown []suites.Passage) Expectation {
	if it.Answerable() && evidenceShown(it, shown) {
		return ExpectAnswer
	}
	return ExpectAbstain
}
