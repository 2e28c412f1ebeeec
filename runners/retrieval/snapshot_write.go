package retrieval

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
)

// WriteSnapshot writes the index with its passages to a file at path, in the place of one that is there. The file appears whole or not
// at all.
func (x *BM25) WriteSnapshot(path string) (err error) {
	dir, name := filepath.Split(path)
	f, err := os.CreateTemp(filepath.Clean(dir+"."), "."+name+"-*")
	if err != nil {
		return fmt.Errorf("write snapshot: %w", err)
	}
	defer func() {
		if err != nil {
			_ = f.Close() // it is thrown away
			err = fmt.Errorf("write snapshot %s: %w", path, errors.Join(err, os.Remove(f.Name())))
		}
	}()
	if err := x.encode(f); err != nil {
		return err
	}
	if err := f.Chmod(0o644); err != nil { // CreateTemp's own mode hides the file from all others
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// encode writes the snapshot's bytes, which depend on nothing but corpus and weights.
func (x *BM25) encode(to io.Writer) error {
	m := x.shelf.(memory)
	le := binary.LittleEndian
	var table, record, list []byte
	h := header{Form: snapshotForm, Corpus: CorpusDigest(m.passages), Terms: termsDigest(), Weights: [2]float64{x.weights.Title, x.weights.Text},
		Passages: uint32(len(m.passages)), TermCount: uint32(len(x.ends)), Postings: uint64(len(m.list)), Letters: uint64(len(x.lexicon.letters))}
	for i, p := range m.passages {
		record = appendRecord(record[:0], p)
		h.Records += uint64(len(record))
		table = le.AppendUint32(table, x.places[i])
		table = le.AppendUint64(table, h.Records)
		table = le.AppendUint32(table, checksum(record))
	}
	from := uint32(0)
	for t, end := range x.ends {
		list = appendPostings(list[:0], m.list[from:end])
		from = end
		table = le.AppendUint32(table, x.lexicon.ends[t])
		table = le.AppendUint32(table, end)
		table = le.AppendUint32(table, checksum(list))
	}
	table = append(table, x.lexicon.letters...)
	h.TableSum = checksum(table)
	h.Size = headerSize + h.tables() + h.Postings*postingSize + h.Records

	w := bufio.NewWriterSize(to, 1<<20) // keeps its first error until Flush
	w.Write(bytes.Join([][]byte{h.encode(), table}, nil))
	from = 0
	for _, end := range x.ends {
		list = appendPostings(list[:0], m.list[from:end])
		from = end
		w.Write(list)
	}
	for _, p := range m.passages {
		record = appendRecord(record[:0], p)
		w.Write(record)
	}
	return w.Flush()
}

func appendPostings(dst []byte, list []posting) []byte {
	for _, p := range list {
		dst = binary.LittleEndian.AppendUint32(dst, p.doc)
		dst = binary.LittleEndian.AppendUint32(dst, math.Float32bits(p.impact))
	}
	return dst
}
