package retrieval

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/viva-eval/viva/internal/fakeai"
	"github.com/viva-eval/viva/runners/retrieval/remote"
	"github.com/viva-eval/viva/suites"
)

// kept is a cache in memory that counts.
type kept struct {
	mu   sync.Mutex
	all  map[string][]float32
	puts int
	fail error
}

func (c *kept) Get(_ context.Context, model string, texts [][32]byte) ([][]float32, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make([][]float32, len(texts))
	for i, t := range texts {
		out[i] = slices.Clone(c.all[model+string(t[:])])
	}
	return out, c.fail
}

func (c *kept) Put(_ context.Context, model string, texts [][32]byte, vectors [][]float32) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all == nil {
		c.all = map[string][]float32{}
	}
	for i, t := range texts {
		c.all[model+string(t[:])] = slices.Clone(vectors[i])
		c.puts++
	}
	return c.fail
}

// pooling starts a server whose requests for numbers meet what script says.
func pooling(t *testing.T, script func(fakeai.PoolingRequest) fakeai.PoolingReply) *fakeai.Server {
	t.Helper()
	return fakeai.Start(t, fakeai.Say(""), fakeai.Options{Key: "sesame-open-now", Pooling: fakeai.Pooling{Dimensions: 256, Script: script}})
}

func denseOver(t *testing.T, s *fakeai.Server, edit func(*DenseConfig), cache Vectors) (*Dense, error) {
	t.Helper()
	cfg := DenseConfig{BaseURL: s.Base(), Model: "e5", APIKey: "sesame-open-now", QueryPrefix: "query: ", PassagePrefix: "passage: ", Batch: 4, Attempts: 2}
	if edit != nil {
		edit(&cfg)
	}
	return OpenDense(t.Context(), cfg, stock, cache, nil)
}

func TestDense(t *testing.T) {
	s := pooling(t, nil)
	d, err := denseOver(t, s, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		question string
		k        int
		want     []string
		why      string
	}{
		{"How many days of leave do employees have?", 1, []string{"leave"}, "nearest"},
		{"一年有多少天年假", 1, []string{"年假"}, "Chinese"},
		{"हर कर्मचारी को कितने दिन की छुट्टी मिलती है", 1, []string{"chhutti"}, "Hindi"},
		{"Warehouse stock counts happen quarterly.", 2, []string{"a-copy", "b-copy"}, "equally near go by ID"},
		{"  ", 3, []string{}, "nothing is asked"},
		{"leave", 0, []string{}, "no passages wanted"},
	} {
		got, err := d.Retrieve(t.Context(), c.question, c.k)
		if err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff(c.want, ids(got)); diff != "" {
			t.Errorf("%s: %s", c.why, diff)
		}
	}
	if got, err := d.Retrieve(t.Context(), "leave", 100); err != nil || len(got) != len(stock) {
		t.Errorf("%d of %d passages: %v", len(got), len(stock), err)
	}
	log := s.PoolingLog()
	// Two of the six texts are equal: five are asked for, four at a time.
	var texts []string
	for _, q := range log[:2] {
		texts = append(texts, q.Texts...)
		if q.Model != "e5" || len(q.Texts) > 4 {
			t.Errorf("asked %s for %d texts", q.Model, len(q.Texts))
		}
	}
	if len(texts) != 5 || !slices.Contains(texts, "passage: Annual leave\nEmployees have 28 days of leave a year.") {
		t.Errorf("embedded %q", texts)
	}
	if last := log[len(log)-1]; len(last.Texts) != 1 || last.Texts[0] != "query: leave" {
		t.Errorf("the last question was sent as %q", last.Texts)
	}
}

// The order is that of the exact cosines.
func TestDenseIsExact(t *testing.T) {
	s := pooling(t, nil)
	passages := madeUp(300, 20)
	d, err := OpenDense(t.Context(), DenseConfig{BaseURL: s.Base(), Model: "e", APIKey: "sesame-open-now"}, passages, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(8, 9))
	for range 10 {
		question := madeUpText(rng, 8)
		q := fakeai.Embedding(question, 256)
		cosine := map[string]float64{}
		for _, p := range passages {
			var sum float64
			for i, v := range fakeai.Embedding(whole(p), 256) {
				sum += float64(v) * float64(q[i])
			}
			cosine[p.ID] = sum
		}
		got, err := d.Retrieve(t.Context(), question, 20)
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]bool{}
		for i, p := range got {
			found[p.ID] = true
			if i > 0 && cosine[p.ID] > cosine[got[i-1].ID]+1e-6 {
				t.Fatalf("%s of cosine %v comes after %s of %v", p.ID, cosine[p.ID], got[i-1].ID, cosine[got[i-1].ID])
			}
		}
		for id, c := range cosine {
			if !found[id] && c > cosine[got[19].ID]+1e-6 {
				t.Fatalf("%s of cosine %v was left out", id, c)
			}
		}
	}
}

// A text is embedded once, whatever becomes of the run: what came before a failure is kept.
func TestDenseCache(t *testing.T) {
	down := true
	s := pooling(t, func(q fakeai.PoolingRequest) fakeai.PoolingReply {
		if down && slices.ContainsFunc(q.Texts, func(s string) bool { return strings.Contains(s, "Warehouse") }) {
			return fakeai.PoolingReply{Status: 400, Body: "no room"}
		}
		return fakeai.PoolingReply{}
	})
	cache := &kept{}
	alone := func(c *DenseConfig) { c.Batch, c.Concurrency = 1, 1 }
	if _, err := denseOver(t, s, alone, cache); err == nil || !strings.Contains(err.Error(), "no room") || !strings.Contains(err.Error(), "max_chars") {
		t.Fatalf("got %v", err)
	}
	if cache.puts != 4 {
		t.Errorf("%d vectors kept before the failure, want 4", cache.puts)
	}
	down = false
	before := len(s.PoolingLog())
	d, err := denseOver(t, s, alone, cache)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(s.PoolingLog()) - before; n != 1 {
		t.Errorf("%d requests after the failure, want 1", n)
	}
	for range 3 {
		if got, err := d.Retrieve(t.Context(), "days of leave", 1); err != nil || len(got) != 1 {
			t.Errorf("%v %v", got, err)
		}
	}
	if n := len(s.PoolingLog()) - before; n != 1+3 || cache.puts != 5 {
		t.Errorf("a question asked three times was embedded %d times, and %d vectors are kept", n-1, cache.puts)
	}
	before = len(s.PoolingLog())
	if _, err := denseOver(t, s, func(c *DenseConfig) { c.Model = "other" }, cache); err != nil {
		t.Fatal(err)
	}
	if len(s.PoolingLog()) == before {
		t.Error("another model was given the vectors of the first")
	}
	if _, err := denseOver(t, s, func(c *DenseConfig) { c.PassagePrefix = "" }, cache); err != nil || len(s.PoolingLog()) == before+2 {
		t.Errorf("texts without a prefix were given the vectors of those with one: %v", err)
	}
	cache.fail = errors.New("disk full")
	if _, err := denseOver(t, s, nil, cache); !errors.Is(err, cache.fail) {
		t.Errorf("a cache that fails: %v", err)
	}
}

// What a server gets wrong is an error that says what, never a ranking. What passes is waited for.
func TestDenseFaults(t *testing.T) {
	for _, c := range []struct {
		reply fakeai.PoolingReply
		says  string // empty: no error
		asked int
	}{
		{fakeai.PoolingReply{Fault: fakeai.Reversed}, "", 1},
		{fakeai.PoolingReply{Fault: fakeai.ShortBatch}, "4 vectors for 5 texts", 1},
		{fakeai.PoolingReply{Fault: fakeai.LongBatch}, "6 vectors for 5 texts", 1},
		{fakeai.PoolingReply{Fault: fakeai.FarIndex}, "the index 5, of 5 texts", 1},
		{fakeai.PoolingReply{Fault: fakeai.DoubleIndex}, "two vectors have the index 0", 1},
		{fakeai.PoolingReply{Fault: fakeai.NoIndex}, "two vectors have the index 0", 1},
		{fakeai.PoolingReply{Fault: fakeai.WrongDimension}, "it has 255 numbers, others of model e5@", 1},
		{fakeai.PoolingReply{Fault: fakeai.ZeroVector}, "no direction", 1},
		{fakeai.PoolingReply{Fault: fakeai.NullNumber}, "holds null", 1},
		{fakeai.PoolingReply{Body: "<html>sign in</html>"}, "holds no embeddings", 1},
		{fakeai.PoolingReply{Body: `{"data":[]}`}, "0 vectors for 5 texts", 1},
		{fakeai.PoolingReply{Body: `{"error":{"message":"loading"}}`}, "no embeddings: loading", 1},
		{fakeai.PoolingReply{Body: `{"data":[{"index":0,"embedding":[1e999]}]}`}, "holds no embeddings", 1},
		{fakeai.PoolingReply{Body: `{"data":[{"index":0,"embedding":[NaN]}]}`}, "holds no embeddings", 1},
		{fakeai.PoolingReply{Status: 404, Body: "The model e5 does not exist."}, "The model e5 does not exist. (HTTP 404)", 1},
		{fakeai.PoolingReply{Status: 413, Body: "too long"}, "begins \"passage: ", 1},
		{fakeai.PoolingReply{Status: 500, Body: "with key sesame-open-now"}, "with key [key] (HTTP 500)", 2},
		{fakeai.PoolingReply{Status: 429, RetryAfter: time.Millisecond}, "HTTP 429", 2},
	} {
		s := pooling(t, func(fakeai.PoolingRequest) fakeai.PoolingReply { return c.reply })
		d, err := denseOver(t, s, func(c *DenseConfig) { c.Batch = 8 }, nil)
		if c.says == "" {
			if err != nil {
				t.Errorf("%+v: %v", c.reply, err)
			} else if got, err := d.Retrieve(t.Context(), "How many days of leave do employees have?", 1); err != nil || ids(got)[0] != "leave" {
				t.Errorf("%+v: %v %v", c.reply, ids(got), err)
			}
			continue
		}
		var e *remote.ServerError
		if !errors.As(err, &e) || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "sesame") {
			t.Errorf("%+v: got %v, want a ServerError that says %q", c.reply, err, c.says)
		}
		if n := len(s.PoolingLog()); n != c.asked {
			t.Errorf("%+v: asked %d times, want %d", c.reply, n, c.asked)
		}
	}
}

// A busy server is waited for as long as it says, and then gives its vectors.
func TestDenseWaitsForABusyServer(t *testing.T) {
	s := pooling(t, func(q fakeai.PoolingRequest) fakeai.PoolingReply {
		if q.N == 0 {
			return fakeai.PoolingReply{Status: http.StatusTooManyRequests, RetryAfter: 20 * time.Millisecond}
		}
		return fakeai.PoolingReply{}
	})
	if _, err := denseOver(t, s, func(c *DenseConfig) { c.Batch = 8 }, nil); err != nil || len(s.PoolingLog()) != 2 {
		t.Errorf("%v after %d requests", err, len(s.PoolingLog()))
	}
}

func TestDenseRefusesBadPlans(t *testing.T) {
	for _, c := range []struct {
		edit func(*DenseConfig)
		says string
	}{
		{func(c *DenseConfig) { c.BaseURL = "" }, "no address"},
		{func(c *DenseConfig) { c.BaseURL = "box:8001" }, "must begin with http"},
		{func(c *DenseConfig) { c.BaseURL = "http://user:secret@box:port" }, "does not parse"},
		{func(c *DenseConfig) { c.BaseURL += "?key=secret" }, "query"},
		{func(c *DenseConfig) { c.Model = "" }, "no model"},
		{func(c *DenseConfig) { c.APIKey = "secret\n0" }, "control characters"},
		{func(c *DenseConfig) { c.Batch = -1 }, "negative"},
		{func(c *DenseConfig) { c.Timeout = -1 }, "negative"},
		{func(c *DenseConfig) { c.APIKey = "secret-but-wrong" }, "HTTP 401"},
		{func(c *DenseConfig) { c.BaseURL = "http://user:secret@127.0.0.1:1/v1"; c.Attempts = 1 }, "refused"},
	} {
		s := pooling(t, nil)
		d, err := denseOver(t, s, c.edit, nil)
		if d != nil || err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "secret") {
			t.Errorf("got %v, want an error that says %q and no secret", err, c.says)
		}
		if _, asked := errors.AsType[*remote.ServerError](err); !asked && !errors.As(err, new(*ConfigError)) {
			t.Errorf("%v is neither the plan's fault nor the server's", err)
		}
	}
}

// A server that does not answer in time is not asked again.
func TestDenseTimeout(t *testing.T) {
	s := pooling(t, func(fakeai.PoolingRequest) fakeai.PoolingReply { return fakeai.PoolingReply{Fault: fakeai.Stalled} })
	_, err := denseOver(t, s, func(c *DenseConfig) { c.Timeout, c.Batch = 50*time.Millisecond, 8 }, nil)
	if err == nil || !strings.Contains(err.Error(), "in time") || len(s.PoolingLog()) != 1 {
		t.Errorf("%v after %d requests", err, len(s.PoolingLog()))
	}
}

func TestNullElement(t *testing.T) {
	for body, want := range map[string]bool{
		`{"usage":null,"data":[{"object": null ,"embedding":[1,2]}]}`: false,
		`{"embedding":[1, null,2]}`:                                   true,
		`{"embedding":[null]}`:                                        true,
		"[1,\n\tnull]":                                                true,
		`{"model":"null"}`:                                            false,
		`null`:                                                        false,
	} {
		if got := nullElement([]byte(body)); got != want {
			t.Errorf("%s: %v", body, got)
		}
	}
}

func TestDot(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for n := range 40 {
		a, b := make([]float32, n), make([]float32, n)
		var want float64
		for i := range a {
			a[i], b[i] = rng.Float32()-.5, rng.Float32()-.5
			want += float64(a[i]) * float64(b[i])
		}
		if got := float64(dot(a, b)); math.Abs(got-want) > 1e-5 {
			t.Errorf("%d numbers: %v, want %v", n, got, want)
		}
	}
}

func TestHead(t *testing.T) {
	for _, c := range []struct {
		s    string
		n    int
		want string
	}{{"abc", 0, "abc"}, {"abc", 2, "ab"}, {"年假规定", 2, "年假"}, {"年假", 2, "年假"}, {"", 3, ""}} {
		if got := head(c.s, c.n); got != c.want {
			t.Errorf("head(%q, %d) = %q", c.s, c.n, got)
		}
	}
}

func BenchmarkDense(bm *testing.B) {
	const rows, columns = 100_000, 384
	rng := rand.New(rand.NewPCG(2, 3))
	m := matrix{rows: rows, columns: columns, values: make([]float32, rows*columns)}
	for i := range m.values {
		m.values[i] = float32(rng.NormFloat64())
	}
	passages := make([]suites.Passage, rows)
	for i := range passages {
		passages[i].ID = fmt.Sprintf("p%06d", i)
	}
	d := &Dense{passages: passages, vectors: m, places: places(passages)}
	for bm.Loop() {
		d.nearest(m.values[:columns], 5)
	}
}
