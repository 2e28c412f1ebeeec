package retrieval_test

import (
	"path/filepath"
	"testing"

	"github.com/viva-eval/viva/runners/retrieval"
	"github.com/viva-eval/viva/runners/retrieval/conformance"
	"github.com/viva-eval/viva/suites"
)

var corpus = []suites.Passage{
	{ID: "leave", Title: "Annual leave", Text: "Employees have 28 days of leave a year.", Origin: "hr"},
	{ID: "travel", Title: "Travel", Text: "Employees book trains. Leave the receipt with finance.", Origin: "policy"},
	{ID: "年假", Title: "年假规定", Text: "全职员工每年享有二十八天年假。", Origin: "hr"},
	{ID: "chhutti", Title: "छुट्टी नीति", Text: "हर कर्मचारी को साल में अट्ठाईस दिन की छुट्टी मिलती है।", Origin: "hr"},
	{ID: "b-copy", Title: "Copy", Text: "Warehouse stock counts happen quarterly."},
	{ID: "a-copy", Title: "Copy", Text: "Warehouse stock counts happen quarterly."},
}

var questions = []string{"How many days of leave does an employee have?", "When do stock counts happen?", "一年有多少天年假？", "कर्मचारियों की छुट्टियाँ कितनी हैं?"}

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
}
