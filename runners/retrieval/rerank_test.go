package retrieval

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/viva-eval/viva/internal/fakeai"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/retrieval/remote"
)

func reranked(t *testing.T, s *fakeai.Server, style string, edit func(*RerankConfig), of runners.Retriever) *Reranked {
	t.Helper()
	cfg := RerankConfig{URL: s.Base() + "/rerank", Model: "bge", APIKey: "sesame-open-now", Style: style, Attempts: 2}
	if edit != nil {
		edit(&cfg)
	}
	r, err := NewReranked(cfg, of, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestReranked(t *testing.T) {
	for _, style := range []string{"", "jina", "tei"} {
		s := pooling(t, func(fakeai.PoolingRequest) fakeai.PoolingReply { return fakeai.PoolingReply{Fault: fakeai.Reversed} })
		r := reranked(t, s, style, nil, fixed{found: stock})
		got, err := r.Retrieve(t.Context(), "Warehouse stock counts happen quarterly.", 3)
		if err != nil {
			t.Fatal(err)
		}
		// Equal scores stay in the retriever's order, in which b-copy comes first.
		if len(got) != 3 || got[0].ID != "b-copy" || got[1].ID != "a-copy" {
			t.Errorf("%s: %v", style, ids(got))
		}
		q := s.PoolingLog()[0]
		fields := []string{"documents", "model", "query", "top_n"}
		if style == "tei" {
			fields = []string{"query", "texts", "truncate"}
		}
		if diff := gocmp.Diff(fields, q.Fields); diff != "" || q.Query != "Warehouse stock counts happen quarterly." || q.Texts[0] != whole(stock[0]) || len(q.Texts) != len(stock) {
			t.Errorf("%s: sent %+v %s", style, q, diff)
		}
	}
}

// The depth is what is asked of the retriever, and the batch what is sent at once.
func TestRerankedDepthAndBatch(t *testing.T) {
	s := pooling(t, nil)
	var asked int
	r := reranked(t, s, "tei", func(c *RerankConfig) { c.Depth, c.Batch, c.MaxChars = 5, 2, 9 }, fixed{found: stock, asked: &asked})
	got, err := r.Retrieve(t.Context(), "leave", 1)
	if err != nil || len(got) != 1 || asked != 5 {
		t.Errorf("%v: asked for %d: %v", ids(got), asked, err)
	}
	var sizes []int
	for _, q := range s.PoolingLog() {
		sizes = append(sizes, len(q.Texts))
		for _, text := range q.Texts {
			if len([]rune(text)) > 9 {
				t.Errorf("sent %q", text)
			}
		}
	}
	if !slices.Equal(sizes, []int{2, 2, 1}) {
		t.Errorf("requests of %v passages", sizes)
	}
	if _, err := r.Retrieve(t.Context(), "leave", 6); err != nil || asked != 6 {
		t.Errorf("asked for %d: %v", asked, err)
	}
	if got, err := reranked(t, s, "tei", nil, fixed{}).Retrieve(t.Context(), "leave", 6); err != nil || len(got) != 0 {
		t.Errorf("nothing found: %v %v", got, err)
	}
}

func TestRerankedFaults(t *testing.T) {
	for _, c := range []struct {
		reply fakeai.PoolingReply
		says  string
		asked int
	}{
		{fakeai.PoolingReply{Fault: fakeai.ShortBatch}, "5 scores for 6 passages: the one with the index 5 is missing", 1},
		{fakeai.PoolingReply{Fault: fakeai.LongBatch}, "the index 6, of 6 passages", 1},
		{fakeai.PoolingReply{Fault: fakeai.FarIndex}, "the index 6, of 6 passages", 1},
		{fakeai.PoolingReply{Fault: fakeai.DoubleIndex}, "two entries have the index 0", 1},
		{fakeai.PoolingReply{Fault: fakeai.NoIndex}, "lacks its index", 1},
		{fakeai.PoolingReply{Fault: fakeai.NullNumber}, "lacks its index or its score", 1},
		{fakeai.PoolingReply{Body: `{"error":"model is loading, sesame-open-now"}`}, "no results: model is loading, [key]", 1},
		{fakeai.PoolingReply{Body: `<html>`}, "no scores", 1},
		{fakeai.PoolingReply{Body: `[1]`}, "no list of scores", 1},
		{fakeai.PoolingReply{Body: ``, Status: 422}, "HTTP 422", 1},
		{fakeai.PoolingReply{Status: 429, RetryAfter: time.Millisecond, Body: "overloaded"}, "overloaded (HTTP 429)", 2},
	} {
		for _, style := range []string{"jina", "tei"} {
			s := pooling(t, func(fakeai.PoolingRequest) fakeai.PoolingReply { return c.reply })
			got, err := reranked(t, s, style, nil, fixed{found: stock}).Retrieve(t.Context(), "leave", 2)
			var e *remote.ServerError
			if !errors.As(err, &e) || !strings.Contains(err.Error(), c.says) || got != nil {
				t.Errorf("%s %+v: got %v %v, want an error that says %q", style, c.reply, got, err, c.says)
			}
			if n := len(s.PoolingLog()); n != c.asked {
				t.Errorf("%s %+v: asked %d times, want %d", style, c.reply, n, c.asked)
			}
		}
	}
	gone := errors.New("gone")
	if _, err := reranked(t, pooling(t, nil), "tei", nil, fixed{err: gone}).Retrieve(t.Context(), "leave", 2); !errors.Is(err, gone) {
		t.Errorf("a retriever that fails: %v", err)
	}
}

func TestRerankRefusesBadPlans(t *testing.T) {
	good := RerankConfig{URL: "http://box/rerank", Model: "m"}
	for _, c := range []struct {
		edit func(*RerankConfig)
		says string
	}{
		{func(c *RerankConfig) { c.URL = "" }, "no address"},
		{func(c *RerankConfig) { c.Model = "" }, "no model"},
		{func(c *RerankConfig) { c.Style = "cohere" }, "choose from jina, tei"},
		{func(c *RerankConfig) { c.Depth = -1 }, "negative"},
		{func(c *RerankConfig) { c.Batch = -1 }, "negative"},
	} {
		cfg := good
		c.edit(&cfg)
		if _, err := OpenHybrid(HybridConfig{Rerank: cfg}, []Part{{"a", fixed{}}, {"b", fixed{}}}, nil); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("got %v, want an error that says %q", err, c.says)
		}
	}
	if _, err := NewReranked(RerankConfig{URL: "http://box/rerank", Style: "tei"}, fixed{}, nil); err != nil {
		t.Errorf("tei needs no model: %v", err)
	}
}

// Whatever a server replies, each passage has one finite score or the reply is refused.
func FuzzScores(f *testing.F) {
	for _, s := range []string{`{"results":[{"index":1,"relevance_score":0.5},{"index":0,"relevance_score":-3}]}`, `[{"index":0,"score":1},{"index":1,"score":2}]`,
		`{"results":null}`, `[]`, ` [`, `{"results":[{"index":0,"relevance_score":1e999}]}`, `[{"index":-1,"score":0}]`} {
		f.Add([]byte(s), 2)
	}
	f.Fuzz(func(t *testing.T, reply []byte, n int) {
		n = min(max(n, 0), 100)
		scores, err := readScores(reply, n)
		if err == nil && len(scores) != n {
			t.Errorf("%d scores for %d", len(scores), n)
		}
		if err == nil && slices.ContainsFunc(scores, func(s float64) bool { return math.IsNaN(s) || math.IsInf(s, 0) }) {
			t.Errorf("scores %v", scores)
		}
	})
}
