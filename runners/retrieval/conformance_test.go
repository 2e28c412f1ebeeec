package retrieval_test

import (
	"io"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"github.com/viva-eval/viva/internal/fakeai"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/retrieval"
	"github.com/viva-eval/viva/runners/retrieval/conformance"
	"github.com/viva-eval/viva/suites"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("net/http.(*persistConn).readLoop"), goleak.IgnoreAnyFunction("net/http.(*persistConn).writeLoop"))
}

var corpus = []suites.Passage{
	{ID: "leave", Title: "Annual leave", Text: "Employees have 28 days of leave a year.", Origin: "hr"},
	{ID: "travel", Title: "Travel", Text: "Employees book trains. Leave the receipt with finance.", Origin: "policy"},
	{ID: "年假", Title: "年假规定", Text: "全职员工每年享有二十八天年假。", Origin: "hr"},
	{ID: "chhutti", Title: "छुट्टी नीति", Text: "हर कर्मचारी को साल में अट्ठाईस दिन की छुट्टी मिलती है।", Origin: "hr"},
	{ID: "b-copy", Title: "Copy", Text: "Warehouse stock counts happen quarterly."},
	{ID: "a-copy", Title: "Copy", Text: "Warehouse stock counts happen quarterly."},
}

var questions = []string{"How many days of leave does an employee have?", "When do stock counts happen?", "一年有多少天年假？", "कर्मचारियों की छुट्टियाँ कितनी हैं?"}

// server answers numbers; stuck answers the passages of a corpus and no question.
func server(t *testing.T) (server, stuck *fakeai.Server) {
	t.Helper()
	start := func(script func(fakeai.PoolingRequest) fakeai.PoolingReply) *fakeai.Server {
		return fakeai.Start(t, fakeai.Say(""), fakeai.Options{Pooling: fakeai.Pooling{Script: script}})
	}
	return start(nil), start(func(q fakeai.PoolingRequest) fakeai.PoolingReply {
		if q.N == 0 && q.Query == "" {
			return fakeai.PoolingReply{}
		}
		return fakeai.PoolingReply{Fault: fakeai.Stalled}
	})
}

func dense(t *testing.T, s *fakeai.Server) *retrieval.Dense {
	t.Helper()
	d, err := retrieval.OpenDense(t.Context(), retrieval.DenseConfig{BaseURL: s.Base(), Model: "e"}, corpus, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestBM25Conforms(t *testing.T) {
	conformance.Test(t, conformance.Case{Retriever: retrieval.NewBM25(corpus), Questions: questions})
}

func TestSnapshotConforms(t *testing.T) {
	path := filepath.Join(t.TempDir(), "corpus.snapshot")
	if err := retrieval.NewBM25(corpus).WriteSnapshot(path); err != nil {
		t.Fatal(err)
	}
	s, err := retrieval.OpenSnapshot(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	conformance.Test(t, conformance.Case{Retriever: s, Questions: questions})
	if _, ok := runners.Retriever(s).(io.Closer); !ok {
		t.Error("nobody can close a snapshot")
	}
}

func TestDenseConforms(t *testing.T) {
	s, stuck := server(t)
	conformance.Test(t, conformance.Case{Retriever: dense(t, s), Questions: questions, Stuck: dense(t, stuck)})
}

func TestHybridConforms(t *testing.T) {
	s, stuck := server(t)
	hybrid := func(s *fakeai.Server) runners.Retriever {
		h, err := retrieval.NewHybrid(0, retrieval.Part{Name: "bm25", Retriever: retrieval.NewBM25(corpus)}, retrieval.Part{Name: "dense", Retriever: dense(t, s)})
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	conformance.Test(t, conformance.Case{Retriever: hybrid(s), Questions: questions, Stuck: hybrid(stuck)})
}

func TestRerankedConforms(t *testing.T) {
	s, stuck := server(t)
	for _, style := range []string{"jina", "tei"} {
		over := func(s *fakeai.Server) runners.Retriever {
			r, err := retrieval.NewReranked(retrieval.RerankConfig{URL: s.URL + "/rerank", Model: "r", Style: style}, retrieval.NewBM25(corpus), nil)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		t.Run(style, func(t *testing.T) {
			conformance.Test(t, conformance.Case{Retriever: over(s), Questions: questions, Stuck: over(stuck)})
		})
	}
}
