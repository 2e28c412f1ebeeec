// Package lab is the retrieval laboratory: books that read the item, openly, and lay out what a retriever might have brought: evidence
// among noise, noise alone, evidence without the answer, the superseded edition, a copy with another value, both, or a page with an
// instruction hidden in it. Each book is a pure function of suite, item and seed. What it changed stands in [runners.Shown].Edits, what
// the examinee should make of it in Expect; an item to which nothing fit can be shown is left out, with the reason.
package lab

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/retrieval"
	"github.com/viva-eval/viva/suites"
)

// Version names what the laboratory makes of a suite, an item and a seed. It is raised whenever that changes, so that a run is not gone on
// with other pages.
const Version = 1

// Lab is a suite on the bench. Its methods may be called concurrently.
type Lab struct {
	suite *suites.Suite
	seed  int64
	index func() *retrieval.BM25
	later map[string]string // edition to the one that supersedes it
	read  sync.Map          // passage ID to *reading
}

// New makes the laboratory of a suite, which must not be changed afterwards. The seed settles every choice.
func New(s *suites.Suite, seed int64) *Lab {
	l := &Lab{suite: s, seed: seed, later: map[string]string{}}
	l.index = sync.OnceValue(func() *retrieval.BM25 { return retrieval.NewBM25(s.Passages) })
	for _, p := range s.Passages {
		if p.Supersedes != "" {
			l.later[p.Supersedes] = p.ID
		}
	}
	return l
}

// Book is an arm of the laboratory. It asks only the items it applies to.
type Book struct {
	lab *Lab
	lay func(it suites.Item) (layout, string)

	reasons sync.Map // item ID to why it is left out
}

// layout is what a book would show.
type layout struct {
	passages []suites.Passage
	edits    []runners.Edit
	expect   runners.Expectation
}

var _ interface {
	runners.Book
	runners.Selective
} = (*Book)(nil)

// Applies reports whether the book has something to show for the item.
func (b *Book) Applies(it suites.Item) bool { return b.LeftOut(it) == "" }

// LeftOut says why the item is not asked, in a few words that are the same for all items left out for that reason; "" when it is asked.
func (b *Book) LeftOut(it suites.Item) string {
	if why, ok := b.reasons.Load(it.ID); ok {
		return why.(string)
	}
	_, why := b.lay(it)
	b.reasons.Store(it.ID, why)
	return why
}

// Open lays the passages out. How many there are is settled when the book is made: k is not looked at. An item that is left out is an
// error.
func (b *Book) Open(ctx context.Context, it suites.Item, _ int) (runners.Shown, error) {
	if err := ctx.Err(); err != nil {
		return runners.Shown{}, err
	}
	start := time.Now()
	out, why := b.lay(it)
	if why != "" {
		return runners.Shown{}, fmt.Errorf("open book for item %q: %s", it.ID, why)
	}
	return runners.Shown{Passages: out.passages, Edits: out.edits, Expect: out.expect, Took: time.Since(start)}, nil
}

// Why an item is left out.
const (
	noEvidence   = "it names no evidence"
	noPassage    = "its evidence is not in the corpus"
	noAnswer     = "it has no answer"
	fewPassages  = "too few passages do not hold its answer"
	noEdition    = "no edition of its evidence is superseded"
	notFound     = "its answer is not found in the evidence"
	titleHolds   = "a title or a table's head holds its answer"
	nothingLeft  = "nothing would be left of its evidence"
	notPlain     = "its answer is a yes or a no that stands in no one sentence"
	notEditable  = "nothing of its answer's kind can be put in its place"
	notDerivable = "its computed answer does not follow from figures in the evidence"
)

// evidence gives the item's evidence, or why it cannot.
func (l *Lab) evidence(it suites.Item) ([]suites.Passage, string) {
	if len(it.Evidence) == 0 {
		return nil, noEvidence
	}
	var all []suites.Passage
	for _, id := range it.Evidence {
		p, ok := l.suite.Passage(id)
		if !ok {
			return nil, noPassage
		}
		all = append(all, p)
	}
	return all, ""
}

// due is what evidence asks of the examinee.
func due(it suites.Item) runners.Expectation {
	if it.Answerable() {
		return runners.ExpectAnswer
	}
	return runners.ExpectAbstain
}

// dice gives the item's own source of chance for a purpose. Arms that share a purpose share its outcomes.
func (l *Lab) dice(it suites.Item, purpose string) *rand.Rand {
	h := fnv.New128a()
	fmt.Fprintf(h, "%d\x00%s\x00%s", l.seed, it.ID, purpose)
	sum := h.Sum(nil)
	var a, b uint64
	for i := range 8 {
		a, b = a<<8|uint64(sum[i]), b<<8|uint64(sum[8+i])
	}
	return rand.New(rand.NewPCG(a, b))
}

// answerEdit is the edit that speaks of the answer instead of a passage: To is what follows from the edited desk.
func answerEdit(it suites.Item, cause suites.Cause, to string) runners.Edit {
	return runners.Edit{Kind: string(cause), From: written(it.Answer), To: to}
}

// written is an answer as one line; the members of a set stand between semicolons.
func written(a suites.Answer) string {
	if a.Kind != value.Set {
		return a.Text
	}
	s := ""
	for i, m := range a.Set {
		if i > 0 {
			s += "; "
		}
		s += m
	}
	return s
}
