package retrieval

import (
	"cmp"
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/retrieval/remote"
	"github.com/viva-eval/viva/suites"
)

// DenseConfig is a retriever of type dense as a plan names it: cosine similarity between the embeddings of question and passage. BaseURL and
// Model are needed.
type DenseConfig struct {
	BaseURL string `yaml:"base_url"` // up to and without /embeddings: "http://box:8001/v1"
	Model   string `yaml:"model"`
	APIKey  string `yaml:"api_key"`
	// Prefixes go before every question and passage. Models of the e5 family need "query: " and "passage: ".
	QueryPrefix   string        `yaml:"query_prefix"`
	PassagePrefix string        `yaml:"passage_prefix"`
	MaxChars      int           `yaml:"max_chars"`   // characters of a text, prefix included, that are embedded; 0: all, and the server may refuse
	Batch         int           `yaml:"batch"`       // passages a request; 0: 32
	Concurrency   int           `yaml:"concurrency"` // requests at a time; 0: 4
	Timeout       time.Duration `yaml:"timeout"`     // of one request; 0: a minute
	Attempts      int           `yaml:"attempts"`    // requests that a batch may cost while the server is busy or away; 0: 4
	Folder        string        `yaml:"folder"`      // documents that are its corpus; empty: the suite's corpus
	Words         int           `yaml:"words"`       // length that a passage of the folder should not go beyond; 0: the folder reader's own
}

// Dense ranks passages by the cosine of their embedding with the question's, exactly: every passage is compared. It may be used
// concurrently.
type Dense struct {
	embedder    *embedder
	passages    []suites.Passage
	vectors     matrix
	places      []uint32
	queryPrefix string
}

var _ runners.Retriever = (*Dense)(nil)

// OpenDense embeds the corpus, as far as the cache does not hold it, and returns the retriever. A nil cache keeps nothing; a nil client is one
// of our own. It keeps the slice, which must not be changed afterwards. The error is a [ConfigError], a [remote.ServerError], the cache's, or that of ctx.
func OpenDense(ctx context.Context, cfg DenseConfig, passages []suites.Passage, cache Vectors, client *http.Client) (*Dense, error) {
	const op = "embed texts"
	if cfg.Model == "" {
		return nil, misconfigured("%s: no model", op)
	}
	if cfg.Batch < 0 || cfg.Concurrency < 0 || cfg.MaxChars < 0 {
		return nil, misconfigured("%s: batch, concurrency and max_chars must not be negative", op)
	}
	e, err := remote.New(remote.Access{Op: op, Address: trimBase(cfg.BaseURL), Bearer: cfg.APIKey, Timeout: cfg.Timeout, Attempts: cfg.Attempts, Client: client})
	if err != nil {
		return nil, err
	}
	d := &Dense{passages: passages, places: places(passages), queryPrefix: cfg.QueryPrefix,
		embedder: &embedder{endpoint: e, model: cfg.Model, batch: cmp.Or(cfg.Batch, 32), concurrency: cmp.Or(cfg.Concurrency, 4), most: cfg.MaxChars}}
	texts := make([]string, len(passages))
	for i, p := range passages {
		texts[i] = cfg.PassagePrefix + whole(p)
	}
	vectors, err := d.embedder.vectors(ctx, texts, cache)
	if err != nil {
		return nil, err
	}
	d.vectors = newMatrix(vectors)
	return d, nil
}

// whole is what a model that reads one text is given of a passage.
func whole(p suites.Passage) string {
	if p.Title == "" {
		return p.Text
	}
	return p.Title + "\n" + p.Text
}

// Retrieve returns the k passages nearest to the question, nearest first, those equally near by ID. A question without a letter, digit or
// other sign finds nothing. Questions are embedded each time they are asked, lest a cache pass for a fast retriever. The error is a [remote.ServerError] or
// that of ctx.
func (d *Dense) Retrieve(ctx context.Context, question string, k int) ([]suites.Passage, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if k <= 0 || len(d.passages) == 0 || strings.TrimSpace(question) == "" {
		return nil, nil
	}
	v, err := d.embedder.vectors(ctx, []string{d.queryPrefix + question}, nil)
	if err != nil {
		return nil, err
	}
	return d.nearest(v[0], k), nil
}

// nearest gives the k passages whose vectors are nearest to v.
func (d *Dense) nearest(v []float32, k int) []suites.Passage {
	near := d.vectors.times(v)
	docs := make([]uint32, len(near))
	for i := range docs {
		docs[i] = uint32(i)
	}
	order := best(docs, k, func(a, b uint32) bool {
		if near[a] != near[b] {
			return near[a] < near[b]
		}
		return d.places[a] > d.places[b]
	})
	out := make([]suites.Passage, len(order))
	for i, doc := range order {
		out[i] = provenance(d.passages[doc])
	}
	return out
}
