package retrieval

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"

	openai "github.com/sashabaranov/go-openai"

	"github.com/viva-eval/viva/internal/fan"
	"github.com/viva-eval/viva/runners/retrieval/remote"
)

// Vectors keeps the embeddings of a corpus, so that it is embedded once. A text goes by the SHA-256 of what was sent, a model by its name and host.
type Vectors interface {
	// Get gives the vectors that are kept of the texts, in their order; nil where there is none. The caller may change them.
	Get(ctx context.Context, model string, texts [][32]byte) ([][]float32, error)
	// Put keeps vectors; a later one takes an earlier one's place.
	Put(ctx context.Context, model string, texts [][32]byte, vectors [][]float32) error
}

// embedder gives texts their vectors, from a cache or the server. It is safe for concurrent use.
type embedder struct {
	endpoint    *remote.Endpoint
	model       string
	batch       int          // texts a request
	concurrency int          // requests at a time
	most        int          // runes of a text that are embedded; 0: all
	dimensions  atomic.Int64 // 0: no vector was seen yet
}

// name is what the cache knows the model by. Two servers may call different models the same.
func (e *embedder) name() string { return e.model + "@" + e.endpoint.Host() }

// lot is the texts of one request, by their places among the texts wanted.
type lot struct {
	places  []int
	vectors [][]float32
	err     error
}

// vectors gives each text a vector of length 1, all of the same dimension. What the server gives is kept in the cache, unless that is nil, as soon
// as it is there, so that nothing is paid for twice after an interruption.
func (e *embedder) vectors(ctx context.Context, texts []string, cache Vectors) ([][]float32, error) {
	cut := make([]string, len(texts))
	keys := make([][32]byte, len(texts))
	for i, t := range texts {
		cut[i] = head(t, e.most)
		keys[i] = sha256.Sum256([]byte(cut[i]))
	}
	out := make([][]float32, len(texts))
	if cache != nil {
		kept, err := cache.Get(ctx, e.name(), keys)
		if err != nil {
			return nil, fmt.Errorf("find embeddings: %w", err)
		}
		copy(out, kept)
	}
	first := map[[32]byte]int{} // the same text is asked for once
	var missing []int
	for i, v := range out {
		if v != nil {
			if err := e.normalise(v); err != nil {
				return nil, fmt.Errorf("find embeddings: the vector kept of %q: %w", head(cut[i], 40), err)
			}
		} else if _, met := first[keys[i]]; !met {
			first[keys[i]] = i
			missing = append(missing, i)
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var failed error
	for l := range fan.Map(ctx, e.concurrency, lots(missing, e.batch), func(ctx context.Context, l lot) lot {
		l.err = e.fill(ctx, &l, cut, keys, cache)
		return l
	}) {
		if failed = cmp.Or(failed, l.err); failed != nil {
			cancel()
			continue
		}
		for j, i := range l.places {
			out[i] = l.vectors[j]
		}
	}
	if err := cmp.Or(failed, ctx.Err()); err != nil {
		return nil, err
	}
	for i := range out {
		if out[i] == nil {
			out[i] = out[first[keys[i]]]
		}
	}
	return out, nil
}

func lots(places []int, batch int) iter.Seq[lot] {
	return func(yield func(lot) bool) {
		for places := range slices.Chunk(places, batch) {
			if !yield(lot{places: places}) {
				return
			}
		}
	}
}

// fill asks for the vectors of a lot and keeps them.
func (e *embedder) fill(ctx context.Context, l *lot, texts []string, keys [][32]byte, cache Vectors) error {
	var input []string
	var wanted [][32]byte
	for _, i := range l.places {
		input = append(input, texts[i])
		wanted = append(wanted, keys[i])
	}
	err := e.endpoint.Persist(ctx, func(ctx context.Context) (err error) {
		l.vectors, err = e.ask(ctx, input)
		return err
	})
	var s *remote.ServerError
	if errors.As(err, &s) && (s.Status == http.StatusBadRequest || s.Status == http.StatusRequestEntityTooLarge || s.Status == http.StatusUnprocessableEntity) {
		longest := slices.MaxFunc(input, func(a, b string) int { return len(a) - len(b) })
		return fmt.Errorf("%w: the longest of its %d texts has %d bytes and begins %q; max_chars cuts texts", err, len(input), len(longest), head(longest, 40))
	}
	if err != nil {
		return err
	}
	raw := make([][]float32, len(l.vectors))
	for i, v := range l.vectors {
		raw[i] = slices.Clone(v)
		if err := e.normalise(v); err != nil {
			return e.endpoint.Malformed("the vector of %q: %v", head(input[i], 40), err)
		}
	}
	if cache == nil {
		return nil
	}
	if err := cache.Put(ctx, e.name(), wanted, raw); err != nil {
		return fmt.Errorf("keep embeddings: %w", err)
	}
	return nil
}

// ask sends one request through go-openai and puts the vectors in the order of the input.
func (e *embedder) ask(ctx context.Context, input []string) ([][]float32, error) {
	config := openai.DefaultConfig("") // the endpoint writes the key
	config.BaseURL, config.HTTPClient = e.endpoint.Address(), numbers{e.endpoint}
	resp, err := openai.NewClientWithConfig(config).CreateEmbeddings(ctx, openai.EmbeddingRequest{Input: input, Model: openai.EmbeddingModel(e.model)})
	var s *remote.ServerError
	switch {
	case errors.As(err, &s):
		return nil, s
	case err != nil:
		return nil, e.endpoint.Malformed("the reply holds no embeddings: %v", err)
	case len(resp.Data) != len(input):
		return nil, e.endpoint.Malformed("%d vectors for %d texts", len(resp.Data), len(input))
	}
	out := make([][]float32, len(input))
	for _, d := range resp.Data {
		if d.Index < 0 || d.Index >= len(input) {
			return nil, e.endpoint.Malformed("a vector has the index %d, of %d texts", d.Index, len(input))
		}
		if out[d.Index] != nil {
			return nil, e.endpoint.Malformed("two vectors have the index %d", d.Index)
		}
		out[d.Index] = d.Embedding
		if d.Embedding == nil {
			out[d.Index] = []float32{}
		}
	}
	return out, nil
}

// numbers is go-openai's way to the endpoint. It settles every status but 200 itself, since go-openai drops Retry-After, and refuses a null
// among the numbers, which go-openai would read as 0.
type numbers struct{ endpoint *remote.Endpoint }

func (n numbers) Do(req *http.Request) (*http.Response, error) {
	body, err := n.endpoint.Exchange(req)
	if err != nil {
		return nil, err
	}
	if !bytes.Contains(body, []byte(`"data"`)) { // some servers tell errors with status 200
		return nil, n.endpoint.Malformed("the reply holds no embeddings: %s", n.endpoint.Words(body))
	}
	if nullElement(body) {
		return nil, n.endpoint.Malformed("a vector holds null: the model made no number there")
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(body))}, nil
}

// nullElement reports whether an array of the JSON has an element null. Names of models with such a thing in quotes do not occur.
func nullElement(body []byte) bool {
	for {
		at := bytes.Index(body, []byte("null"))
		if at < 0 {
			return false
		}
		before := bytes.TrimRight(body[:at], " \t\r\n")
		if n := len(before); n > 0 && (before[n-1] == '[' || before[n-1] == ',') {
			return true
		}
		body = body[at+len("null"):]
	}
}

// normalise brings a vector to length 1. It refuses one without a direction, and one of another dimension than those before.
func (e *embedder) normalise(v []float32) error {
	n := int64(len(v))
	e.dimensions.CompareAndSwap(0, n)
	if d := e.dimensions.Load(); n != d {
		return fmt.Errorf("it has %d numbers, others of model %s have %d", n, e.name(), d)
	}
	var square float64
	for _, x := range v {
		square += float64(x) * float64(x)
	}
	if !(square > 0) || math.IsInf(square, 0) {
		return errors.New("it has no direction: it is zero, or holds what is no number")
	}
	length := math.Sqrt(square)
	for i := range v {
		v[i] = float32(float64(v[i]) / length)
	}
	return nil
}

// head is the first n runes of s; all of it for n = 0.
func head(s string, n int) string {
	if n <= 0 || len(s) <= n {
		return s
	}
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// trimBase takes from an address the ending that go-openai adds.
func trimBase(address string) string {
	return strings.TrimSuffix(strings.TrimRight(strings.TrimSpace(address), "/"), "/embeddings")
}
