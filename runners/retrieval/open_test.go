package retrieval

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/viva-eval/viva/suites"
)

func of(passages []suites.Passage) func(context.Context) ([]suites.Passage, error) {
	return func(context.Context) ([]suites.Passage, error) { return passages, nil }
}

// The first opening writes the snapshot, the second reads it, another corpus refuses it and leaves it alone, and a frozen one asks no
// corpus at all.
func TestOpenBM25(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.snapshot")
	cfg := BM25Config{Snapshot: path}
	find := func(cfg BM25Config, corpus func(context.Context) ([]suites.Passage, error)) ([]string, error) {
		r, err := OpenBM25(t.Context(), cfg, corpus)
		if err != nil {
			return nil, err
		}
		if c, ok := r.(io.Closer); ok {
			defer c.Close()
		}
		found, err := r.Retrieve(t.Context(), "days of leave", 1)
		return ids(found), err
	}
	for range 2 {
		if got, err := find(cfg, of(stock)); err != nil || len(got) != 1 || got[0] != "leave" {
			t.Errorf("got %v %v", got, err)
		}
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var refused *SnapshotError
	if _, err := find(cfg, of(dated)); !errors.As(err, &refused) {
		t.Errorf("another corpus: %v", err)
	}
	if _, err := find(BM25Config{Snapshot: path, Weights: Weights{Title: 1, Text: 1}}, of(stock)); !errors.As(err, &refused) {
		t.Errorf("other weights: %v", err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Error("a refused snapshot was changed")
	}
	gone := errors.New("gone")
	away := func(context.Context) ([]suites.Passage, error) { return nil, gone }
	if got, err := find(BM25Config{Snapshot: path, Frozen: true}, away); err != nil || len(got) != 1 {
		t.Errorf("frozen: %v %v", got, err)
	}
	if _, err := find(BM25Config{Frozen: true}, of(stock)); err == nil {
		t.Error("frozen without a file was opened")
	}
	if _, err := find(cfg, away); !errors.Is(err, gone) {
		t.Errorf("a corpus that cannot be read: %v", err)
	}
	for _, bad := range []BM25Config{{Weights: Weights{Title: 1}}, {Weights: Weights{Title: 1}, Snapshot: filepath.Join(t.TempDir(), "none")}} {
		if r, err := OpenBM25(t.Context(), bad, of(stock)); err == nil || r != nil {
			t.Errorf("%+v: %v %v", bad, r, err)
		}
	}
	if got, err := find(BM25Config{Weights: UsualWeights()}, of(stock)); err != nil || got[0] != "leave" {
		t.Errorf("in memory: %v %v", got, err)
	}
}
