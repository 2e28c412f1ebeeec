package retrieval

import (
	"context"
	"math"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

// Parameters of BM25, the customary ones. They are not fitted to any corpus.
const (
	k1 = 1.2  // how soon repetitions of a term stop counting
	b  = 0.75 // how much a long passage is held against it
)

// Weights say how many times each field of a passage counts, in frequency and in length. The zero Weights are the usual ones: a title
// counts as two copies of its words.
type Weights struct {
	Title float64 `yaml:"title"` // 0: titles are not searched
	Text  float64 `yaml:"text"`
}

// usual are the weights where none are given.
var usual = Weights{Title: 2, Text: 1}

// checked gives the weights to use, or says what is wrong with those given.
func (w Weights) checked() (Weights, error) {
	if w == (Weights{}) {
		return usual, nil
	}
	if !(w.Text > 0 && w.Text <= 1000) || !(w.Title >= 0 && w.Title <= 1000) {
		return w, misconfigured("weigh fields: title %v and text %v: a title weighs from 0 to 1000, a text above 0, up to 1000", w.Title, w.Text)
	}
	return w, nil
}

// BM25 ranks passages by Okapi BM25 (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework", section 3) over the
// index terms of [text.Terms], with the never-negative inverse document frequency ln(1 + (N - n + ½)/(n + ½)). A field counts as often as its
// [Weights] say, in frequency and in length. The index is held in memory, eight bytes a posting, and is not
// changed once made: all methods may be called concurrently.
type BM25 struct {
	index
	weights Weights
}

// Hit is a passage found: its place in the slice given to [NewBM25], and its score, above 0.
type Hit struct {
	Index int
	Score float64
}

var _ runners.Retriever = (*BM25)(nil)

// NewBM25 indexes the passages with the usual weights. It keeps the slice, which must not be changed afterwards.
func NewBM25(passages []suites.Passage) *BM25 {
	return &BM25{index: build(passages, usual), weights: usual}
}

// NewWeightedBM25 is [NewBM25] with other weights. Its error says what is wrong with them.
func NewWeightedBM25(passages []suites.Passage, w Weights) (*BM25, error) {
	w, err := w.checked()
	if err != nil {
		return nil, err
	}
	return &BM25{index: build(passages, w), weights: w}, nil
}

// Retrieve returns the k best passages for the question, best first; fewer when fewer share a term with it. A passage that does not
// say where it comes from gets [FromCorpus] as its Origin. The only error is the context's.
func (x *BM25) Retrieve(ctx context.Context, question string, k int) ([]suites.Passage, error) {
	return x.retrieve(ctx, question, k)
}

// Search returns the k best hits for the query, best first; those of equal score by the passage's ID. It returns none when k is
// not positive or no passage shares a term with the query.
func (x *BM25) Search(query string, k int) []Hit {
	hits, _ := x.search(context.Background(), query, k) // what lies in memory can be read
	return hits
}

// impact is what tf weighted occurrences of a term add to the score of a passage, with n of all the passages holding the term and norm
// from the passage's length.
func impact(all, n int, tf, norm float64) float32 {
	idf := math.Log1p((float64(all) - float64(n) + 0.5) / (float64(n) + 0.5))
	return float32(idf * tf * (k1 + 1) / (tf + norm))
}
