package retrieval

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/viva-eval/viva/suites"
)

var stock = []suites.Passage{
	{ID: "leave", Title: "Annual leave", Text: "Employees have 28 days of leave a year."},
	{ID: "travel", Title: "Travel", Text: "Employees book trains. Leave the receipt with finance."},
	{ID: "年假", Title: "年假规定", Text: "全职员工每年享有二十八天年假。"},
	{ID: "chhutti", Title: "छुट्टी नीति", Text: "हर कर्मचारी को साल में अट्ठाईस दिन की छुट्टी मिलती है।"},
	{ID: "b-copy", Title: "Copy", Text: "Warehouse stock counts happen quarterly."},
	{ID: "a-copy", Title: "Copy", Text: "Warehouse stock counts happen quarterly."},
}

func ids(passages []suites.Passage) []string {
	out := []string{}
	for _, p := range passages {
		out = append(out, p.ID)
	}
	return out
}

func TestBM25(t *testing.T) {
	x := NewBM25(stock)
	for _, c := range []struct {
		question string
		k        int
		want     []string
		why      string
	}{
		{"How many days of leave does an employee have?", 2, []string{"leave", "travel"}, "title and stem count"},
		{"How many days of leave does an employee have?", 1, []string{"leave"}, "k is honoured"},
		{"一年有多少天年假？", 1, []string{"年假"}, "Chinese pairs"},
		{"कर्मचारियों की छुट्टियाँ कितनी हैं?", 1, []string{"chhutti"}, "Hindi inflections"},
		{"When do stock counts happen?", 5, []string{"a-copy", "b-copy"}, "ties go by id, and passages without a term are left out"},
		{"zebra", 5, []string{}, "nothing shares a term"},
		{"", 5, []string{}, "empty question"},
		{"leave", 0, []string{}, "no passages wanted"},
		{"leave", -1, []string{}, "nor fewer"},
	} {
		got, err := x.Retrieve(context.Background(), c.question, c.k)
		if err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff(c.want, ids(got)); diff != "" {
			t.Errorf("%s: %s", c.why, diff)
		}
	}
	if got := NewBM25(nil).Search("anything", 3); len(got) != 0 {
		t.Errorf("an empty corpus found %v", got)
	}
}

// The score of one passage by hand: N=2, n=1, tf=1, lengths 2 and 4 of mean 3.
func TestBM25Score(t *testing.T) {
	x := NewBM25([]suites.Passage{{ID: "a", Text: "quick fox"}, {ID: "b", Text: "lazy dog sleeping soundly"}})
	got := x.Search("fox", 5)
	// idf = ln(1 + 1.5/1.5) = 0.693147; tf part = 2.2 / (1 + 1.2·(0.25 + 0.75·2/3)) = 2.2/1.9
	const want = 0.693147 * 2.2 / 1.9
	if len(got) != 1 || got[0].Index != 0 || got[0].Score < want-1e-5 || got[0].Score > want+1e-5 {
		t.Errorf("got %v, want score %.6f of passage 0", got, want)
	}
}

func TestBM25Cancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := NewBM25(stock).Retrieve(ctx, "leave", 1); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}

func TestBM25Concurrent(t *testing.T) {
	x := NewBM25(stock)
	want := x.Search("leave of employees and stock counts", 6)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				if got := x.Search("leave of employees and stock counts", 6); !slices.Equal(got, want) {
					t.Errorf("got %v, want %v", got, want)
					return
				}
			}
		})
	}
	wg.Wait()
}

// The heap agrees with sorting everything.
func TestBM25AgreesWithFullSort(t *testing.T) {
	passages := madeUp(500, 30)
	x := NewBM25(passages)
	rng := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		q := madeUpText(rng, 5)
		all := x.Search(q, len(passages))
		if !slices.IsSortedFunc(all, func(a, b Hit) int {
			return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(passages[a.Index].ID, passages[b.Index].ID))
		}) {
			t.Fatal("not sorted by score and id")
		}
		for _, k := range []int{1, 3, 10} {
			if got := x.Search(q, k); !slices.Equal(got, all[:min(k, len(all))]) {
				t.Fatalf("k=%d: got %v, want %v", k, got, all[:k])
			}
		}
	}
}

func dataFile(t *testing.T, path string) *os.File {
	t.Helper()
	dir := os.Getenv("VIVA_DATA")
	if dir == "" {
		t.Skip("VIVA_DATA is not set: it names the folder of public data sets")
	}
	f, err := os.Open(filepath.Join(dir, path))
	if err != nil {
		t.Skipf("VIVA_DATA has no %s: %v", path, err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func eachLine[T any](t *testing.T, path string, yield func(T)) {
	t.Helper()
	sc := bufio.NewScanner(dataFile(t, path))
	sc.Buffer(nil, 1<<22)
	for sc.Scan() {
		var row T
		if err := json.Unmarshal(sc.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		yield(row)
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
}

func TestBM25OnXQuAD(t *testing.T) {
	type row struct {
		Lang, Question string
		Context        []struct{ ID, Text string }
	}
	questions := map[string][]row{}
	corpus := map[string][]suites.Passage{}
	seen := map[string]bool{}
	eachLine(t, "xquad/dev.jsonl", func(r row) {
		questions[r.Lang] = append(questions[r.Lang], r)
		for _, c := range r.Context {
			if key := r.Lang + c.ID; !seen[key] {
				seen[key] = true
				corpus[r.Lang] = append(corpus[r.Lang], suites.Passage{ID: c.ID, Text: c.Text})
			}
		}
	})
	for _, c := range []struct {
		lang string
		aim  float64
	}{{"en", 0.90}, {"zh", 0.85}, {"hi", 0.88}} {
		x := NewBM25(corpus[c.lang])
		first := 0
		for _, q := range questions[c.lang] {
			if hits := x.Search(q.Question, 1); len(hits) > 0 && corpus[c.lang][hits[0].Index].ID == q.Context[0].ID {
				first++
			}
		}
		got := float64(first) / float64(len(questions[c.lang]))
		t.Logf("xquad %s: R@1 %.3f over %d questions and %d paragraphs", c.lang, got, len(questions[c.lang]), len(corpus[c.lang]))
		if got < c.aim {
			t.Errorf("xquad %s: R@1 %.3f, want at least %.2f", c.lang, got, c.aim)
		}
	}
}

func TestBM25OnVaswani(t *testing.T) {
	type row struct{ ID, Text string }
	var corpus []suites.Passage
	eachLine(t, "vaswani/corpus.jsonl", func(r row) { corpus = append(corpus, suites.Passage{ID: r.ID, Text: r.Text}) })
	var queries []row
	eachLine(t, "vaswani/queries.jsonl", func(r row) { queries = append(queries, r) })
	relevant := map[string]map[string]bool{}
	sc := bufio.NewScanner(dataFile(t, "vaswani/qrels.tsv"))
	for sc.Scan() {
		f := strings.Fields(sc.Text())
		if len(f) != 3 || f[2] == "0" {
			continue
		}
		if relevant[f[0]] == nil {
			relevant[f[0]] = map[string]bool{}
		}
		relevant[f[0]][f[1]] = true
	}
	x := NewBM25(corpus)
	var sum float64
	for _, q := range queries {
		found, precision := 0, 0.0
		for i, h := range x.Search(q.Text, 1000) {
			if relevant[q.ID][corpus[h.Index].ID] {
				found++
				precision += float64(found) / float64(i+1)
			}
		}
		sum += precision / float64(max(len(relevant[q.ID]), 1))
	}
	got := sum / float64(len(queries))
	t.Logf("vaswani: MAP %.4f over %d queries and %d documents", got, len(queries), len(corpus))
	if got < 0.28 {
		t.Errorf("vaswani: MAP %.4f, want at least 0.28", got)
	}
}

// madeUp makes passages of words whose frequencies fall off as in a natural language.
func madeUp(n, words int) []suites.Passage {
	rng := rand.New(rand.NewPCG(7, 11))
	out := make([]suites.Passage, n)
	for i := range out {
		out[i] = suites.Passage{ID: fmt.Sprintf("p%06d", i), Title: madeUpText(rng, 4), Text: madeUpText(rng, words)}
	}
	return out
}

func madeUpText(rng *rand.Rand, words int) string {
	zipf := rand.NewZipf(rng, 1.1, 8, 60_000)
	var b strings.Builder
	for range words {
		n := zipf.Uint64()
		for range 3 {
			b.WriteByte("bdfgklmnprstvz"[n%14])
			b.WriteByte("aeiou"[n/14%5])
			n /= 37
		}
		b.WriteByte(' ')
	}
	return b.String()
}

func BenchmarkBM25Index(bm *testing.B) {
	passages := madeUp(10_000, 200)
	bm.ReportAllocs()
	for bm.Loop() {
		NewBM25(passages)
	}
	bm.ReportMetric(float64(len(passages))*float64(bm.N)/bm.Elapsed().Seconds(), "passages/s")
}

func BenchmarkBM25Search(bm *testing.B) {
	x := NewBM25(madeUp(100_000, 200))
	rng := rand.New(rand.NewPCG(3, 5))
	queries := make([]string, 200)
	for i := range queries {
		queries[i] = madeUpText(rng, 10)
	}
	var took []time.Duration
	i := 0
	bm.ReportAllocs()
	for bm.Loop() {
		at := time.Now()
		x.Search(queries[i%len(queries)], 5)
		took = append(took, time.Since(at))
		i++
	}
	slices.Sort(took)
	bm.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
	bm.ReportMetric(float64(x.ends[len(x.ends)-1]), "postings")
}
