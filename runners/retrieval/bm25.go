package retrieval

import (
	"context"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

// Parameters of BM25, the customary ones. They are not fitted to any corpus.
const (
	k1          = 1.2  // how soon repetitions of a term stop counting
	b           = 0.75 // how much a long passage is held against it
	titleWeight = 2    // a term of the title counts as often as this many in the text
)

// BM25 ranks passages by Okapi BM25 (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework", section 3) over the
// index terms of [text.Terms], with the never-negative inverse document frequency ln(1 + (N - n + ½)/(n + ½)). A title counts as
// [titleWeight] copies of its words, in frequency and in length. The index is held in memory, eight bytes a posting, and is not
// changed after [NewBM25]: all methods may be called concurrently.
type BM25 struct {
	passages []suites.Passage
	terms    map[string]uint32 // term to its number
	first    []uint32          // postings of term t are postings[first[t]:first[t+1]], by rising document
	postings []posting
	scratch  sync.Pool // of *scores
}

// posting is what one term adds to the score of one document.
type posting struct {
	doc    uint32
	impact float32
}

// Hit is a passage found: its place in the slice given to [NewBM25], and its score, above 0.
type Hit struct {
	Index int
	Score float64
}

var _ runners.Retriever = (*BM25)(nil)

// NewBM25 indexes the passages. It keeps the slice, which must not be changed afterwards.
func NewBM25(passages []suites.Passage) *BM25 {
	x := &BM25{passages: passages, terms: make(map[string]uint32)}
	build(x)
	n := len(passages)
	x.scratch.New = func() any { return &scores{of: make([]float32, n)} }
	return x
}

// build fills the index: first the terms of each document in turn, then the same counts turned round, by term.
func build(x *BM25) {
	var (
		analyzer text.Analyzer
		buf      []string
		flat     []uint32               // term numbers of all documents, each once a document
		weights  []float32              // their weighted frequencies
		ends     = make([]int, 0, 1024) // where each document's terms end
		lengths  = make([]float32, 0, len(x.passages))
		df       []uint32
		slot     []int // per term: its place in flat for the current document, plus one; 0: not seen
		total    float64
	)
	for _, p := range x.passages {
		start := len(flat)
		length := float32(0)
		add := func(s string, weight float32) {
			buf = analyzer.Append(buf[:0], s)
			for _, t := range buf {
				id, ok := x.terms[t]
				if !ok {
					id = uint32(len(df))
					x.terms[strings.Clone(t)] = id // t may be a part of the whole text
					df = append(df, 0)
					slot = append(slot, 0)
				}
				if slot[id] <= start {
					flat = append(flat, id)
					weights = append(weights, 0)
					slot[id] = len(flat)
					df[id]++
				}
				weights[slot[id]-1] += weight
			}
			length += weight * float32(len(buf))
		}
		add(p.Title, titleWeight)
		add(p.Text, 1)
		ends = append(ends, len(flat))
		lengths = append(lengths, length)
		total += float64(length)
	}

	mean := total / max(float64(len(x.passages)), 1)
	x.first = make([]uint32, len(df)+1)
	for t, n := range df {
		x.first[t+1] = x.first[t] + n
	}
	next := slices.Clone(x.first)
	x.postings = make([]posting, len(flat))
	at := 0
	for doc, end := range ends {
		norm := k1 * (1 - b + b*float64(lengths[doc])/max(mean, 1))
		for ; at < end; at++ {
			t, tf := flat[at], float64(weights[at])
			n := float64(df[t])
			idf := math.Log1p((float64(len(x.passages)) - n + 0.5) / (n + 0.5))
			x.postings[next[t]] = posting{uint32(doc), float32(idf * tf * (k1 + 1) / (tf + norm))}
			next[t]++
		}
	}
}

// Retrieve returns the k best passages for the question, best first; fewer when fewer share a term with it. A passage that does not
// say where it comes from gets [FromCorpus] as its Origin. The only error is the context's.
func (x *BM25) Retrieve(ctx context.Context, question string, k int) ([]suites.Passage, error) {
	hits, err := x.search(ctx, question, k)
	if err != nil {
		return nil, err
	}
	out := make([]suites.Passage, len(hits))
	for i, h := range hits {
		out[i] = provenance(x.passages[h.Index])
	}
	return out, nil
}

// Search returns the k best hits for the query, best first; those of equal score by the passage's ID. It returns none when k is
// not positive or no passage shares a term with the query.
func (x *BM25) Search(query string, k int) []Hit {
	hits, _ := x.search(context.Background(), query, k)
	return hits
}

func (x *BM25) search(ctx context.Context, query string, k int) ([]Hit, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if k <= 0 || len(x.passages) == 0 {
		return nil, nil
	}
	s := x.scratch.Get().(*scores)
	defer func() {
		s.clear()
		x.scratch.Put(s)
	}()
	for _, t := range text.Terms(query) { // a term twice in the query counts twice
		id, ok := x.terms[t]
		if !ok {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		s.add(x.postings[x.first[id]:x.first[id+1]])
	}
	return x.best(s, k), nil
}

// scores accumulates the scores of one query. Between queries it is all zero.
type scores struct {
	of      []float32
	touched []uint32 // documents with a score, each once
}

func (s *scores) add(list []posting) {
	for _, p := range list {
		if s.of[p.doc] == 0 {
			s.touched = append(s.touched, p.doc)
		}
		s.of[p.doc] += p.impact
	}
}

func (s *scores) clear() {
	for _, d := range s.touched {
		s.of[d] = 0
	}
	s.touched = s.touched[:0]
}

// best picks the k best documents with a heap whose root is the worst of those kept.
func (x *BM25) best(s *scores, k int) []Hit {
	k = min(k, len(s.touched))
	heap := make([]uint32, 0, k)
	worse := func(a, b uint32) bool {
		if s.of[a] != s.of[b] {
			return s.of[a] < s.of[b]
		}
		if ida, idb := x.passages[a].ID, x.passages[b].ID; ida != idb {
			return ida > idb
		}
		return a > b
	}
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
	for _, d := range s.touched {
		if len(heap) < k {
			heap = append(heap, d)
			if len(heap) == k {
				for i := k/2 - 1; i >= 0; i-- {
					down(i)
				}
			}
		} else if worse(heap[0], d) {
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
	hits := make([]Hit, len(heap))
	for i, d := range heap {
		hits[i] = Hit{int(d), float64(s.of[d])}
	}
	return hits
}
