package store

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"slices"

	"github.com/viva-eval/viva/runners/retrieval"
)

// Embeddings keeps what embedding models made of a corpus, so that it is embedded once. Each batch is a transaction of its own.
func (f *File) Embeddings() retrieval.Vectors { return embeddings{f} }

type embeddings struct{ file *File }

var _ retrieval.Vectors = embeddings{}

// asked is the most texts that one statement looks for.
const asked = 500

// Get returns the vectors of the texts, in their order; nil where there is none.
func (c embeddings) Get(ctx context.Context, model string, texts [][32]byte) ([][]float32, error) {
	const op = "find embeddings"
	places := make(map[string][]int, len(texts))
	for i, t := range texts {
		places[hex.EncodeToString(t[:])] = append(places[hex.EncodeToString(t[:])], i)
	}
	out := make([][]float32, len(texts))
	for part := range slices.Chunk(texts, asked) {
		args := []any{model}
		for _, t := range part {
			args = append(args, hex.EncodeToString(t[:]))
		}
		if err := c.find(ctx, args, func(digest string, raw []byte) error {
			if len(raw)%4 != 0 {
				return fmt.Errorf("the vector of text %s has %d bytes, no multiple of four", digest, len(raw))
			}
			for _, i := range places[digest] {
				out[i] = floats(raw)
			}
			return nil
		}); err != nil {
			return nil, c.file.fail(op, err)
		}
	}
	return out, nil
}

// find yields the rows for a model and digests.
func (c embeddings) find(ctx context.Context, args []any, yield func(digest string, vector []byte) error) error {
	rows, err := c.file.read.QueryContext(ctx, `SELECT text_digest, vector FROM embeddings WHERE model = ? AND text_digest IN (`+marks(len(args)-1)+`)`, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var digest string
		var vector []byte
		if err := rows.Scan(&digest, &vector); err != nil {
			return err
		}
		if err := yield(digest, vector); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Put keeps vectors; a later one of the same text takes an earlier one's place.
func (c embeddings) Put(ctx context.Context, model string, texts [][32]byte, vectors [][]float32) error {
	const op = "keep embeddings"
	db, err := c.file.writable(op)
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return c.file.fail(op, err)
	}
	defer tx.Rollback()
	insert, err := tx.PrepareContext(ctx, `INSERT OR REPLACE INTO embeddings (model, text_digest, vector, embedded_at_unix_ns) VALUES (?, ?, ?, ?)`)
	if err != nil {
		return c.file.fail(op, err)
	}
	defer insert.Close()
	for i, t := range texts {
		if _, err := insert.ExecContext(ctx, model, hex.EncodeToString(t[:]), blob(vectors[i]), c.file.now().UnixNano()); err != nil {
			return c.file.fail(op, err)
		}
	}
	return c.file.fail(op, tx.Commit())
}

// blob is a vector as little-endian 32-bit floats.
func blob(vector []float32) []byte {
	out := make([]byte, 0, 4*len(vector))
	for _, v := range vector {
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(v))
	}
	return out
}

func floats(raw []byte) []float32 {
	out := make([]float32, len(raw)/4)
	for i := range out {
		out[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
	}
	return out
}
