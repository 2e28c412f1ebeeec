package retrieval

import (
	"context"
	"slices"
	"sync"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/suites"
)

// index is the part of a BM25 that a search always needs. Postings and passages, the bulk, lie on its shelf.
type index struct {
	lexicon lexicon
	ends    []uint32 // postings of term t end before ends[t], and begin where those of the term before it end
	places  []uint32 // per passage: the place of its ID among all IDs, which settles equal scores
	shelf   shelf
	scratch *sync.Pool // of *scores
}

// shelf is where postings and passages are fetched from: memory, or a snapshot.
type shelf interface {
	// postings gives those of term t, which are the ones from the first to before the end. They are good until the next call with the same s.
	postings(s *scores, t, from, end uint32) ([]posting, error)
	passage(doc uint32) (suites.Passage, error)
}

// posting is what one term adds to the score of one passage.
type posting struct {
	doc    uint32
	impact float32
}

// scores accumulates the scores of one query. Between queries it is all zero but for its buffers.
type scores struct {
	of      []float32
	touched []uint32 // passages with a score, each once
	raw     []byte   // room for a shelf to read into
	decoded []posting
}

func newScratch(passages int) *sync.Pool {
	return &sync.Pool{New: func() any { return &scores{of: make([]float32, passages)} }}
}

func (x *index) retrieve(ctx context.Context, question string, k int) ([]suites.Passage, error) {
	hits, err := x.search(ctx, question, k)
	if err != nil {
		return nil, err
	}
	out := make([]suites.Passage, len(hits))
	for i, h := range hits {
		p, err := x.shelf.passage(uint32(h.Index))
		if err != nil {
			return nil, err
		}
		out[i] = provenance(p)
	}
	return out, nil
}

// search gives the k best hits, best first.
func (x *index) search(ctx context.Context, query string, k int) ([]Hit, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if k <= 0 || len(x.places) == 0 {
		return nil, nil
	}
	s := x.scratch.Get().(*scores)
	defer func() {
		s.clear()
		x.scratch.Put(s)
	}()
	for _, q := range x.terms(query) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		from := uint32(0)
		if q.term > 0 {
			from = x.ends[q.term-1]
		}
		list, err := x.shelf.postings(s, q.term, from, x.ends[q.term])
		if err != nil {
			return nil, err
		}
		s.add(list, q.times)
	}
	return x.best(s, k), nil
}

// wanted is a term of a query, with the number of times it stands there, all of which count.
type wanted struct {
	term  uint32
	times float32
}

// terms gives the query's terms that the index knows, in the order of their first use.
func (x *index) terms(query string) []wanted {
	var list []wanted
	at := map[uint32]int{}
	for _, w := range text.Terms(query) {
		t, ok := x.lexicon.find(w)
		if !ok {
			continue
		}
		i, met := at[t]
		if !met {
			i = len(list)
			at[t] = i
			list = append(list, wanted{term: t})
		}
		list[i].times++
	}
	return list
}

func (s *scores) add(list []posting, times float32) {
	for _, p := range list {
		if s.of[p.doc] == 0 {
			s.touched = append(s.touched, p.doc)
		}
		s.of[p.doc] += p.impact * times
	}
}

func (s *scores) clear() {
	for _, d := range s.touched {
		s.of[d] = 0
	}
	s.touched = s.touched[:0]
}

// best picks the k best of the passages with a score.
func (x *index) best(s *scores, k int) []Hit {
	order := best(s.touched, k, func(a, b uint32) bool {
		if s.of[a] != s.of[b] {
			return s.of[a] < s.of[b]
		}
		return x.places[a] > x.places[b]
	})
	hits := make([]Hit, len(order))
	for i, d := range order {
		hits[i] = Hit{int(d), float64(s.of[d])}
	}
	return hits
}

// best gives the k best of the documents, best first, with a heap whose root is the worst of those kept. Of two documents one must be
// the worse.
func best(docs []uint32, k int, worse func(a, b uint32) bool) []uint32 {
	k = min(k, len(docs))
	if k <= 0 {
		return nil
	}
	heap := slices.Clone(docs[:k])
	down := func(i int) {
		for {
			c := 2*i + 1
			if c >= len(heap) {
				return
			}
			if c+1 < len(heap) && worse(heap[c+1], heap[c]) {
				c++
			}
			if !worse(heap[c], heap[i]) {
				return
			}
			heap[i], heap[c] = heap[c], heap[i]
			i = c
		}
	}
	for i := k/2 - 1; i >= 0; i-- {
		down(i)
	}
	for _, d := range docs[k:] {
		if worse(heap[0], d) {
			heap[0] = d
			down(0)
		}
	}
	slices.SortFunc(heap, func(a, b uint32) int {
		if worse(b, a) {
			return -1
		}
		if worse(a, b) {
			return 1
		}
		return 0
	})
	return heap
}

// places gives each passage the place of its ID among all, those with the same ID in the order of the corpus.
func places(passages []suites.Passage) []uint32 {
	order := make([]uint32, len(passages))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortStableFunc(order, func(a, b uint32) int { return compareIDs(passages[a], passages[b]) })
	out := make([]uint32, len(passages))
	for place, doc := range order {
		out[doc] = uint32(place)
	}
	return out
}
