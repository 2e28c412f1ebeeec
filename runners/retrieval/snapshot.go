package retrieval

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"os"
	"strings"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

// A snapshot is a BM25 in one file, which is opened without reading most of it. All numbers are little-endian.
//
//	header    headerSize bytes: see [header]
//	tables    read when the file is opened, under one checksum:
//	          passages × (place of the ID u32, end of the record u64, checksum of the record u32)
//	          terms × (end of the letters u32, end of the postings u32, checksum of the postings u32), the terms sorted
//	          letters of all terms
//	postings  of each term: passage u32, impact f32
//	records   of each passage: its fields, each after its length in a uvarint
//
// Postings and records are read, and held against their checksums, when a question needs them. The checksum is CRC-32C.
const (
	snapshotMagic = "vivabm25"
	snapshotForm  = 1 // changes with the layout, the ranking or a passage's fields
	headerSize    = 128
	passageEntry  = 4 + 8 + 4
	termEntry     = 4 + 4 + 4
	postingSize   = 8
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksum(p []byte) uint32 { return crc32.Checksum(p, castagnoli) }

// header is the fixed part of a snapshot, in the order in which it is written after the magic.
type header struct {
	Form      uint32
	Sum       uint32   // of the header, with this field zero
	Corpus    [32]byte // see [CorpusDigest]
	Terms     [8]byte  // see [termsDigest]
	Weights   [2]float64
	Size      uint64 // of the file
	Passages  uint32
	TermCount uint32
	Postings  uint64
	Letters   uint64
	Records   uint64
	TableSum  uint32
}

// encode gives the header's bytes with its checksum in them.
func (h header) encode() []byte {
	h.Sum = 0
	sealed := h.bytes()
	binary.LittleEndian.PutUint32(sealed[len(snapshotMagic)+4:], checksum(sealed))
	return sealed
}

func (h header) bytes() []byte {
	out, err := binary.Append([]byte(snapshotMagic), binary.LittleEndian, h)
	if err != nil {
		panic(err) // every field is of a fixed size
	}
	return append(out, make([]byte, headerSize-len(out))...)
}

func (h header) tables() uint64 {
	return uint64(h.Passages)*passageEntry + uint64(h.TermCount)*termEntry + h.Letters
}

// CorpusDigest is the SHA-256 over all fields of the passages, in their order.
func CorpusDigest(passages []suites.Passage) [32]byte {
	h := sha256.New()
	var record []byte
	for _, p := range passages {
		record = appendRecord(record[:0], p)
		var size [binary.MaxVarintLen64]byte
		h.Write(size[:binary.PutUvarint(size[:], uint64(len(record)))])
		h.Write(record)
	}
	return [32]byte(h.Sum(nil))
}

// termsDigest tells one way of making index terms from another: a snapshot made by an older program may have terms that no question of
// this one finds.
func termsDigest() [8]byte {
	const sample = "The employees' travelling expenses of 1,250.50 EUR (invoice INV-0042) were reimbursed on 2026-03-31; don't re-submit naïve copies. " +
		"全职员工每年享有二十八天年假，ERP系统第3章。 हर कर्मचारी को साल में २८ दिनों की छुट्टियाँ मिलती हैं।"
	sum := sha256.Sum256([]byte(strings.Join(text.Terms(sample), "\x00")))
	return [8]byte(sum[:8])
}

// Snapshot is a BM25 whose postings and passages stay in a file. It may be used concurrently until it is closed, and ranks as the
// [BM25] does that it was made of.
type Snapshot struct {
	index
	header header
	file   io.Closer
}

var (
	_ runners.Retriever = (*Snapshot)(nil)
	_ io.Closer         = (*Snapshot)(nil)
)

// SnapshotError says why a snapshot is refused.
type SnapshotError struct {
	Path    string
	Problem string // what is wrong with it, and what to do
}

func (e *SnapshotError) Error() string { return fmt.Sprintf("open snapshot %s: %s", e.Path, e.Problem) }

const anew = "remove the file to have it made anew"

// OpenSnapshot opens the snapshot at path, which [BM25.WriteSnapshot] wrote, whatever corpus it is of: see [Snapshot.Of]. The error is a
// [SnapshotError] when the file is no whole snapshot of this version, and that of the file system otherwise; fs.ErrNotExist when there is
// none. Damage to what is read later shows in the error of [Snapshot.Retrieve].
func OpenSnapshot(path string) (*Snapshot, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open snapshot: %w", err)
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = &SnapshotError{path, "it is not a regular file"}
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	s, err := readSnapshot(path, f, uint64(info.Size()))
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	s.file = f
	return s, nil
}

// Of says whether the snapshot is of the corpus with the digest, indexed with these weights. The error is a [SnapshotError].
func (s *Snapshot) Of(corpus [32]byte, w Weights) error {
	w, err := w.checked()
	if err != nil {
		return err
	}
	path := s.shelf.(*disk).path
	if got := s.Weights(); got != w {
		return &SnapshotError{path, fmt.Sprintf("its fields were weighed title %v, text %v, not title %v, text %v; %s", got.Title, got.Text, w.Title, w.Text, anew)}
	}
	if s.header.Corpus != corpus {
		return &SnapshotError{path, fmt.Sprintf("it is of another corpus, with the digest %x and not %x; %s", s.header.Corpus[:6], corpus[:6], anew)}
	}
	return nil
}

// Weights are those of its fields.
func (s *Snapshot) Weights() Weights { return Weights{s.header.Weights[0], s.header.Weights[1]} }

// Corpus is the digest of the passages it was made of.
func (s *Snapshot) Corpus() [32]byte { return s.header.Corpus }

// Len is the number of its passages.
func (s *Snapshot) Len() int { return len(s.places) }

// Retrieve is as [BM25.Retrieve], but its error may also be a [SnapshotError]: the file is damaged where the question leads.
func (s *Snapshot) Retrieve(ctx context.Context, question string, k int) ([]suites.Passage, error) {
	return s.retrieve(ctx, question, k)
}

// Close closes the file.
func (s *Snapshot) Close() error { return s.file.Close() }

// disk is the shelf of a snapshot.
type disk struct {
	path      string
	file      io.ReaderAt
	listSums  []uint32
	postingAt int64
	passages  uint32

	recordEnds []uint64
	recordSums []uint32
	recordAt   int64
}

// read reads a part that lies within the file, and holds it against its checksum.
func (d *disk) read(into []byte, at int64, sum uint32, what string) error {
	if _, err := d.file.ReadAt(into, at); err != nil {
		return fmt.Errorf("read snapshot %s: %w", d.path, err)
	}
	if checksum(into) != sum {
		return d.damaged(what)
	}
	return nil
}

func (d *disk) damaged(what string) error {
	return &SnapshotError{d.path, "it is damaged, at " + what + "; " + anew}
}

func (d *disk) postings(s *scores, t, from, end uint32) ([]posting, error) {
	s.raw = room(s.raw, int(end-from)*postingSize)
	if err := d.read(s.raw, d.postingAt+int64(from)*postingSize, d.listSums[t], "its postings"); err != nil {
		return nil, err
	}
	s.decoded = s.decoded[:0]
	for raw := s.raw; len(raw) >= postingSize; raw = raw[postingSize:] {
		p := posting{binary.LittleEndian.Uint32(raw), math.Float32frombits(binary.LittleEndian.Uint32(raw[4:]))}
		if p.doc >= d.passages || !(p.impact > 0 && p.impact <= math.MaxFloat32) {
			return nil, d.damaged("its postings")
		}
		s.decoded = append(s.decoded, p)
	}
	return s.decoded, nil
}

func (d *disk) passage(doc uint32) (suites.Passage, error) {
	from := uint64(0)
	if doc > 0 {
		from = d.recordEnds[doc-1]
	}
	raw := make([]byte, d.recordEnds[doc]-from)
	if err := d.read(raw, d.recordAt+int64(from), d.recordSums[doc], "its passages"); err != nil {
		return suites.Passage{}, err
	}
	p, ok := readRecord(raw)
	if !ok {
		return p, d.damaged("its passages")
	}
	return p, nil
}

// room gives buf the length n, with content of no meaning.
func room(buf []byte, n int) []byte {
	if cap(buf) < n {
		return make([]byte, n)
	}
	return buf[:n]
}
