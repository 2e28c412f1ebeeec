package retrieval

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/retrieval/remote"
	"github.com/viva-eval/viva/suites"
)

// RerankConfig is a reranker as a plan names it: a model that reads question and passage together. Only URL is always needed.
type RerankConfig struct {
	URL    string `yaml:"url"` // of the endpoint itself: "http://box:8002/v1/rerank"
	Model  string `yaml:"model"`
	APIKey string `yaml:"api_key"`
	// Style is how the server spells a request. "jina", which is the default, is served by vLLM, SGLang, llama.cpp, Jina and Cohere and needs a
	// model; "tei" by text-embeddings-inference.
	Style    string        `yaml:"style"`
	Depth    int           `yaml:"depth"`     // passages that are put in a new order, at least k of them; 0: 30
	Batch    int           `yaml:"batch"`     // passages a request; 0: for tei 32, the most that it takes unless told otherwise, else all
	MaxChars int           `yaml:"max_chars"` // characters of a passage that are read; 0: all, and the server may cut or refuse it
	Timeout  time.Duration `yaml:"timeout"`   // of one request; 0: a minute
	Attempts int           `yaml:"attempts"`  // requests that a batch may cost while the server is busy or away; 0: 4
}

// RerankedConfig is a retriever of type reranked as a plan names it: another one's passages in a reranker's order.
type RerankedConfig struct {
	Of     string       `yaml:"of"` // name of a retriever of the plan
	Rerank RerankConfig `yaml:"rerank"`
}

// The styles of rerank requests.
const (
	jina = "jina" // {"model", "query", "documents", "top_n"} gives {"results": [{"index", "relevance_score"}, …]}
	tei  = "tei"  // {"query", "texts", "truncate"} gives [{"index", "score"}, …]
)

// Reranked puts the passages that a retriever finds in the order of a reranker's scores. It may be used concurrently if the retriever may.
type Reranked struct {
	of       runners.Retriever
	endpoint *remote.Endpoint
	model    string
	style    string
	depth    int
	batch    int // 0: all
	most     int
}

var _ runners.Retriever = (*Reranked)(nil)

// NewReranked checks cfg and lays its reranker over a retriever. Nothing is sent. A nil client is one of our own. The error is a
// [ConfigError].
func NewReranked(cfg RerankConfig, of runners.Retriever, client *http.Client) (*Reranked, error) {
	const op = "rerank passages"
	r := &Reranked{of: of, model: cfg.Model, style: cfg.Style, depth: cmp.Or(cfg.Depth, 30), batch: cfg.Batch, most: cfg.MaxChars}
	switch {
	case r.style == "" || r.style == jina:
		r.style = jina
		if cfg.Model == "" {
			return nil, misconfigured("%s: no model, which the style jina needs", op)
		}
	case r.style == tei:
		r.batch = cmp.Or(r.batch, 32)
	default:
		return nil, misconfigured("%s: unknown style %q: choose from jina, tei", op, cfg.Style)
	}
	if cfg.Depth < 0 || cfg.Batch < 0 || cfg.MaxChars < 0 {
		return nil, misconfigured("%s: depth, batch and max_chars must not be negative", op)
	}
	var err error
	r.endpoint, err = remote.New(remote.Access{Op: op, Address: strings.TrimRight(strings.TrimSpace(cfg.URL), "/"), Bearer: cfg.APIKey, Timeout: cfg.Timeout, Attempts: cfg.Attempts, Client: client})
	if err != nil {
		return nil, err
	}
	return r, nil
}

// Retrieve asks the retriever for Depth passages, or k if that is more, and returns the k best by the reranker's scores; those of equal score in the
// retriever's order. The error is the retriever's, a [remote.ServerError], or that of ctx.
func (r *Reranked) Retrieve(ctx context.Context, question string, k int) ([]suites.Passage, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if k <= 0 {
		return nil, nil
	}
	found, err := r.of.Retrieve(ctx, question, max(k, r.depth))
	if err != nil || len(found) == 0 {
		return nil, err
	}
	type scored struct {
		passage suites.Passage
		score   float64
	}
	var all []scored
	size := r.batch
	if size == 0 {
		size = len(found)
	}
	for part := range slices.Chunk(found, size) {
		scores, err := r.score(ctx, question, part)
		if err != nil {
			return nil, err
		}
		for i, p := range part {
			all = append(all, scored{p, scores[i]})
		}
	}
	slices.SortStableFunc(all, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	out := make([]suites.Passage, min(k, len(all)))
	for i := range out {
		out[i] = all[i].passage
	}
	return out, nil
}

// score asks for the scores of the passages.
func (r *Reranked) score(ctx context.Context, question string, passages []suites.Passage) ([]float64, error) {
	texts := make([]string, len(passages))
	for i, p := range passages {
		texts[i] = head(whole(p), r.most)
	}
	var body any = struct {
		Model     string   `json:"model"`
		Query     string   `json:"query"`
		Documents []string `json:"documents"`
		TopN      int      `json:"top_n"`
	}{r.model, question, texts, len(texts)}
	if r.style == tei {
		body = struct {
			Query    string   `json:"query"`
			Texts    []string `json:"texts"`
			Truncate bool     `json:"truncate"`
		}{question, texts, true}
	}
	reply, err := r.endpoint.Post(ctx, body)
	if err != nil {
		return nil, err
	}
	scores, err := readScores(reply, len(texts))
	if err != nil {
		return nil, r.endpoint.Malformed("%v", err)
	}
	return scores, nil
}

// readScores reads the scores of n passages from a reply of either style, which must have exactly one for each: a passage without a score
// has no place in the order.
func readScores(reply []byte, n int) ([]float64, error) {
	type entry struct {
		Index     *int     `json:"index"`
		Score     *float64 `json:"score"`
		Relevance *float64 `json:"relevance_score"`
	}
	var entries []entry
	if strings.HasPrefix(strings.TrimLeft(string(reply[:min(len(reply), 64)]), " \t\r\n"), "[") {
		if err := json.Unmarshal(reply, &entries); err != nil {
			return nil, fmt.Errorf("the reply is no list of scores: %w", err)
		}
	} else {
		var doc struct {
			Results *[]entry `json:"results"`
		}
		if err := json.Unmarshal(reply, &doc); err != nil {
			return nil, fmt.Errorf("the reply holds no scores: %w", err)
		}
		if doc.Results == nil {
			return nil, fmt.Errorf("the reply holds no results: %s", remote.Words(reply))
		}
		entries = *doc.Results
	}
	scores := make([]float64, n)
	for i := range scores {
		scores[i] = math.NaN()
	}
	for _, e := range entries {
		score := e.Relevance
		if score == nil {
			score = e.Score
		}
		switch {
		case e.Index == nil || score == nil:
			return nil, fmt.Errorf("an entry lacks its index or its score")
		case *e.Index < 0 || *e.Index >= n:
			return nil, fmt.Errorf("an entry has the index %d, of %d passages", *e.Index, n)
		case !math.IsNaN(scores[*e.Index]):
			return nil, fmt.Errorf("two entries have the index %d", *e.Index)
		}
		scores[*e.Index] = *score
	}
	if i := slices.IndexFunc(scores, math.IsNaN); i >= 0 {
		return nil, fmt.Errorf("%d scores for %d passages: the one with the index %d is missing", len(entries), n, i)
	}
	return scores, nil
}
