package retrieval

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/viva-eval/viva/suites"
)

func encoded(t testing.TB, x *BM25) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := x.encode(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func opened(t testing.TB, raw []byte) (*Snapshot, error) {
	t.Helper()
	return readSnapshot("x.snapshot", bytes.NewReader(raw), uint64(len(raw)))
}

var dated = append(slices.Clone(stock), suites.Passage{
	ID: "old", Title: "Leave, before", Text: "Employees had 25 days of leave.", Language: "en", Origin: "hr", Supersedes: "older",
	ValidFrom: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), ValidTo: time.Date(2025, 12, 31, 23, 59, 59, 5, time.FixedZone("", 3600)),
})

func TestSnapshotRanksAsItsIndex(t *testing.T) {
	for _, c := range []struct {
		why      string
		passages []suites.Passage
		weights  Weights
		queries  []string
	}{
		{"a shelf of three languages", dated, Weights{}, []string{"leave", "days of leave for employees", "年假", "छुट्टी", "stock counts", "zebra", ""}},
		{"titles are not searched", dated, Weights{Title: 0, Text: 1}, []string{"travel", "copy", "leave receipt"}},
		{"titles weigh much", dated, Weights{Title: 8, Text: 0.5}, []string{"travel leave", "copy stock"}},
		{"no passages", nil, Weights{}, []string{"leave"}},
		{"no terms", []suites.Passage{{ID: "a", Text: "?!"}}, Weights{}, []string{"leave"}},
	} {
		x, err := NewWeightedBM25(c.passages, c.weights)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "x.snapshot")
		if err := x.WriteSnapshot(path); err != nil {
			t.Fatal(err)
		}
		s, err := OpenSnapshot(path)
		if err != nil {
			t.Fatalf("%s: %v", c.why, err)
		}
		defer s.Close()
		if err := s.Of(CorpusDigest(c.passages), c.weights); err != nil {
			t.Errorf("%s: %v", c.why, err)
		}
		for _, q := range c.queries {
			want, err := x.Retrieve(t.Context(), q, 5)
			if err != nil {
				t.Fatal(err)
			}
			got, err := s.Retrieve(t.Context(), q, 5)
			if err != nil {
				t.Fatal(err)
			}
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %q: (-memory +file) %s", c.why, q, diff)
			}
		}
	}
}

func TestSnapshotOfManyRanksAsItsIndex(t *testing.T) {
	x := NewBM25(madeUp(500, 30))
	s, err := opened(t, encoded(t, x))
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(5, 6))
	for range 200 {
		q := madeUpText(rng, 8)
		got, err := s.search(t.Context(), q, 20)
		if err != nil {
			t.Fatal(err)
		}
		if want := x.Search(q, 20); !slices.Equal(got, want) {
			t.Fatalf("%q: %v in the file, %v in memory", q, got, want)
		}
	}
	if a, b := encoded(t, x), encoded(t, NewBM25(madeUp(500, 30))); !bytes.Equal(a, b) {
		t.Error("the same corpus gave two different files")
	}
}

// A record holds every field that a passage has: one that is added must find its place there.
func TestRecordHoldsEveryField(t *testing.T) {
	if n := reflect.TypeFor[suites.Passage]().NumField(); n != recordFields {
		t.Errorf("a passage has %d fields, a record %d", n, recordFields)
	}
	for _, p := range dated {
		got, ok := readRecord(appendRecord(nil, p))
		if diff := gocmp.Diff(p, got); !ok || diff != "" {
			t.Error(ok, diff)
		}
	}
}

// Whatever byte of a file is another one, and wherever it ends, it is refused, at once or when the damage is met; it never answers
// otherwise than it did.
func TestSnapshotDamage(t *testing.T) {
	x := NewBM25(dated)
	whole := encoded(t, x)
	want, err := x.Retrieve(t.Context(), "days of leave for employees, stock, 年假, छुट्टी", 10)
	if err != nil || len(want) != len(dated) {
		t.Fatalf("the question reaches %d of %d passages: %v", len(want), len(dated), err)
	}
	refused := 0
	check := func(raw []byte, what string, at int, must bool) {
		t.Helper()
		s, err := opened(t, raw)
		if err == nil {
			got, failed := s.Retrieve(t.Context(), "days of leave for employees, stock, 年假, छुट्टी", 10)
			if err = failed; err == nil && !gocmp.Equal(want, got) {
				t.Errorf("%s %d: a damaged file answered otherwise", what, at)
			}
		}
		var e *SnapshotError
		switch {
		case err != nil && !errors.As(err, &e):
			t.Errorf("%s %d: %v is no SnapshotError", what, at, err)
		case err != nil:
			refused++
		case must:
			t.Errorf("%s %d: not refused", what, at)
		}
	}
	for i := range whole {
		raw := slices.Clone(whole)
		raw[i] ^= 1 << (i % 8)
		check(raw, "flipped at", i, i < headerSize)
		if i > 0 { // an empty file has nothing to read
			check(whole[:i], "cut at", i, true)
		}
	}
	check(append(slices.Clone(whole), 0), "one byte more", len(whole), true)
	// Postings of terms that the question does not hold are not looked at.
	if refused < len(whole)*3/2 {
		t.Errorf("%d of %d damages refused", refused, 2*len(whole))
	}
}

func TestSnapshotRefusals(t *testing.T) {
	x := NewBM25(dated)
	whole := encoded(t, x)
	dir := t.TempDir()
	open := func(edit func([]byte) []byte) error {
		path := filepath.Join(dir, "x.snapshot")
		if err := os.WriteFile(path, edit(slices.Clone(whole)), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := OpenSnapshot(path)
		if err == nil {
			defer s.Close()
			err = s.Of(CorpusDigest(dated), Weights{})
		}
		return err
	}
	head := func(change func(*header)) func([]byte) []byte {
		return func(raw []byte) []byte {
			s, err := opened(t, raw)
			if err != nil {
				t.Fatal(err)
			}
			change(&s.header)
			return append(s.header.encode(), raw[headerSize:]...)
		}
	}
	for _, c := range []struct {
		edit func([]byte) []byte
		says string
	}{
		{func([]byte) []byte { return nil }, "no snapshot"},
		{func([]byte) []byte { return []byte("a text file of quite another kind") }, "no snapshot"},
		{func(raw []byte) []byte { return raw[:100] }, "cut short, at 100 bytes"},
		{func(raw []byte) []byte { return raw[:len(raw)-1] }, "cut short"},
		{func(raw []byte) []byte { return append(raw, 'x') }, "do not add up"},
		{func(raw []byte) []byte { raw[headerSize+1]++; return raw }, "damaged, at its tables"},
		{head(func(h *header) { h.Form = 99 }), "version 99"},
		{head(func(h *header) { h.Terms[0]++ }), "finds words differently"},
		{head(func(h *header) { h.Corpus[0]++ }), "another corpus"},
		{head(func(h *header) { h.Weights[0] = 3 }), "weighed title 3, text 1, not title 2, text 1"},
		{head(func(h *header) { h.Weights[1] = -1 }), "damaged, at its weights"},
		{head(func(h *header) { h.Letters = 1 << 63 }), "damaged, at its head"},
		{head(func(h *header) { h.Passages++ }), "do not add up"},
	} {
		err := open(c.edit)
		var e *SnapshotError
		if !errors.As(err, &e) || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "x.snapshot") {
			t.Errorf("got %v, want a SnapshotError that says %q", err, c.says)
		}
	}
	if err := open(func(raw []byte) []byte { return raw }); err != nil {
		t.Errorf("the file as it was: %v", err)
	}
	if _, err := OpenSnapshot(filepath.Join(dir, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v for a file that is not there", err)
	}
	if _, err := OpenSnapshot(dir); err == nil {
		t.Error("a folder was opened")
	}
}

// A file appears whole, takes the place of an older one, and leaves nothing beside it.
func TestWriteSnapshot(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.snapshot")
	for _, passages := range [][]suites.Passage{stock, dated} {
		if err := NewBM25(passages).WriteSnapshot(path); err != nil {
			t.Fatal(err)
		}
		s, err := OpenSnapshot(path)
		if err != nil {
			t.Fatal(err)
		}
		if s.Len() != len(passages) {
			t.Errorf("%d passages, want %d", s.Len(), len(passages))
		}
		s.Close()
	}
	if err := NewBM25(stock).WriteSnapshot(filepath.Join(dir, "none", "x.snapshot")); err == nil {
		t.Error("wrote into a folder that is not there")
	}
	if err := os.Mkdir(filepath.Join(dir, "taken"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := NewBM25(stock).WriteSnapshot(filepath.Join(dir, "taken")); err == nil {
		t.Error("wrote over a folder")
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 2 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestWeights(t *testing.T) {
	for _, w := range []Weights{{Title: 1}, {Title: -1, Text: 1}, {Text: -1}, {Title: 2, Text: 1e9}} {
		if _, err := NewWeightedBM25(stock, w); err == nil {
			t.Errorf("%+v was taken", w)
		}
	}
	first := func(w Weights) string {
		x, err := NewWeightedBM25(stock, w)
		if err != nil {
			t.Fatal(err)
		}
		return stock[x.Search("travel receipt finance leave", 1)[0].Index].ID
	}
	if got := first(Weights{Title: 20, Text: 0.1}); got != "leave" && got != "travel" {
		t.Errorf("found %s", got)
	}
	x, _ := NewWeightedBM25(stock, Weights{Text: 1})
	if got := x.Search("copy", 5); len(got) != 0 {
		t.Errorf("a title that weighs nothing was found: %v", got)
	}
}

// reseal puts right checksums over whatever the tables and the head hold, so that what they say is looked at.
func reseal(raw []byte) []byte {
	if len(raw) < headerSize {
		return raw
	}
	raw = slices.Clone(raw)
	copy(raw, snapshotMagic)
	var h header
	if _, err := binary.Decode(raw[len(snapshotMagic):], binary.LittleEndian, &h); err != nil {
		return raw
	}
	h.Form, h.Terms, h.Size = snapshotForm, termsDigest(), uint64(len(raw))
	if h.Passages < 1<<20 && h.TermCount < 1<<20 && h.Letters < 1<<20 && headerSize+h.tables() <= h.Size {
		table := raw[headerSize : headerSize+h.tables()]
		le := binary.LittleEndian
		postings, records := raw[headerSize+h.tables():], []byte(nil)
		if h.Postings*postingSize <= uint64(len(postings)) {
			postings, records = postings[:h.Postings*postingSize], postings[h.Postings*postingSize:]
		}
		from := uint64(0)
		for i := range int(h.Passages) {
			e := table[i*passageEntry:]
			if end := le.Uint64(e[4:]); from <= end && end <= uint64(len(records)) {
				le.PutUint32(e[12:], checksum(records[from:end]))
				from = end
			}
		}
		from = 0
		for i := range int(h.TermCount) {
			e := table[int(h.Passages)*passageEntry+i*termEntry:]
			if end := uint64(le.Uint32(e[4:])) * postingSize; from <= end && end <= uint64(len(postings)) {
				le.PutUint32(e[8:], checksum(postings[from:end]))
				from = end
			}
		}
		h.TableSum = checksum(table)
	}
	return append(h.encode(), raw[headerSize:]...)
}

// Whatever a file holds, it is opened or refused, and read or refused, without a panic and without more memory than it is long.
func FuzzSnapshot(f *testing.F) {
	for _, passages := range [][]suites.Passage{dated, stock[:1], nil} {
		raw := encoded(f, NewBM25(passages))
		f.Add(raw)
		f.Add(raw[:len(raw)/2])
	}
	f.Add([]byte("vivabm25"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, raw := range [][]byte{raw, reseal(raw)} {
			s, err := opened(t, raw)
			if err != nil {
				continue
			}
			for _, q := range []string{"days of leave for employees, stock, 年假, छुट्टी", s.lexicon.letters} {
				found, err := s.Retrieve(t.Context(), q, 3)
				if err == nil && len(found) > 3 {
					t.Errorf("%d passages for k=3", len(found))
				}
			}
		}
	})
}

func BenchmarkSnapshotOpen(bm *testing.B) {
	path := filepath.Join(bm.TempDir(), "x.snapshot")
	if err := NewBM25(madeUp(100_000, 200)).WriteSnapshot(path); err != nil {
		bm.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		bm.Fatal(err)
	}
	bm.ReportAllocs()
	for bm.Loop() {
		s, err := OpenSnapshot(path)
		if err != nil {
			bm.Fatal(err)
		}
		s.Close()
	}
	bm.ReportMetric(float64(info.Size())/1e6, "MB")
}

func BenchmarkSnapshotRetrieve(bm *testing.B) {
	path := filepath.Join(bm.TempDir(), "x.snapshot")
	if err := NewBM25(madeUp(100_000, 200)).WriteSnapshot(path); err != nil {
		bm.Fatal(err)
	}
	s, err := OpenSnapshot(path)
	if err != nil {
		bm.Fatal(err)
	}
	defer s.Close()
	rng := rand.New(rand.NewPCG(3, 5))
	queries := make([]string, 200)
	for i := range queries {
		queries[i] = madeUpText(rng, 10)
	}
	var took []time.Duration
	for bm.Loop() {
		at := time.Now()
		if _, err := s.Retrieve(bm.Context(), queries[len(took)%len(queries)], 5); err != nil {
			bm.Fatal(err)
		}
		took = append(took, time.Since(at))
	}
	slices.Sort(took)
	bm.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
}

func BenchmarkCorpusDigest(bm *testing.B) {
	passages := madeUp(100_000, 200)
	for bm.Loop() {
		CorpusDigest(passages)
	}
}
