package store

import (
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEmbeddings(t *testing.T) {
	path := filepath.Join(t.TempDir(), "viva.db")
	f, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	var texts [][32]byte
	var vectors [][]float32
	for i := range 2*asked + 7 { // more than one statement takes
		texts = append(texts, sha256.Sum256(fmt.Append(nil, i)))
		vectors = append(vectors, []float32{float32(i), -0.5, 1e-30})
	}
	if got, err := f.Embeddings().Get(t.Context(), "e5@box", texts[:2]); err != nil || !cmp.Equal(got, [][]float32{nil, nil}) {
		t.Errorf("an empty file: %v %v", got, err)
	}
	if err := f.Embeddings().Put(t.Context(), "e5@box", texts[:1], [][]float32{{9}}); err != nil {
		t.Fatal(err)
	}
	if err := f.Embeddings().Put(t.Context(), "e5@box", texts, vectors); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if f, err = OpenReadOnly(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	unknown := sha256.Sum256([]byte("unknown"))
	got, err := f.Embeddings().Get(t.Context(), "e5@box", append(append([][32]byte{unknown}, texts...), texts[3]))
	if want := append(append([][]float32{nil}, vectors...), vectors[3]); err != nil || !cmp.Equal(got, want) {
		t.Errorf("%v %s", err, cmp.Diff(want, got))
	}
	got[4][0] = 42 // the same text twice: each caller's own vector
	if last := got[len(got)-1]; last[0] != 3 {
		t.Errorf("two texts share a vector: %v", last)
	}
	if got, err := f.Embeddings().Get(t.Context(), "other@box", texts[:1]); err != nil || got[0] != nil {
		t.Errorf("another model: %v %v", got, err)
	}
	if err := f.Embeddings().Put(t.Context(), "e5@box", texts[:1], vectors[:1]); err == nil {
		t.Error("a file opened for reading took a vector")
	}
}

// A vector that is not whole is refused rather than read as a shorter one.
func TestEmbeddingsDamaged(t *testing.T) {
	f := openNew(t)
	key := sha256.Sum256([]byte("x"))
	if err := f.Embeddings().Put(t.Context(), "m", [][32]byte{key}, [][]float32{{1, 2}}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.write.Exec(`UPDATE embeddings SET vector = x'000000'`); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Embeddings().Get(t.Context(), "m", [][32]byte{key}); err == nil {
		t.Error("three bytes were read as a vector")
	}
}

func BenchmarkEmbeddingsGet(b *testing.B) {
	f, err := Open(b.Context(), filepath.Join(b.TempDir(), "viva.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	texts := make([][32]byte, 10_000)
	vectors := make([][]float32, len(texts))
	for i := range texts {
		texts[i], vectors[i] = sha256.Sum256(fmt.Append(nil, i)), make([]float32, 384)
	}
	if err := f.Embeddings().Put(b.Context(), "m", texts, vectors); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := f.Embeddings().Get(b.Context(), "m", texts); err != nil {
			b.Fatal(err)
		}
	}
}
