package retrieval

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
)

// readSnapshot reads header and tables of a file of the given size, and checks that every number in them leads into it.
func readSnapshot(path string, f io.ReaderAt, size uint64) (*Snapshot, error) {
	refuse := func(format string, args ...any) error { return &SnapshotError{path, fmt.Sprintf(format, args...)} }
	raw := make([]byte, min(size, headerSize))
	if _, err := f.ReadAt(raw, 0); err != nil {
		return nil, fmt.Errorf("read snapshot %s: %w", path, err)
	}
	if !bytes.HasPrefix(raw, []byte(snapshotMagic)) {
		return nil, refuse("it is no snapshot of a bm25 index; name another file")
	}
	if len(raw) < headerSize {
		return nil, refuse("it is cut short, at %d bytes; %s", size, anew)
	}
	var h header
	if _, err := binary.Decode(raw[len(snapshotMagic):], binary.LittleEndian, &h); err != nil {
		return nil, fmt.Errorf("read snapshot %s: %w", path, err)
	}
	if h.Form != snapshotForm {
		return nil, refuse("it is of version %d, and this program reads version %d; %s", h.Form, snapshotForm, anew)
	}
	if !bytes.Equal(h.encode(), raw) {
		return nil, refuse("it is damaged, at its head; %s", anew)
	}
	if h.Size > size {
		return nil, refuse("it is cut short, at %d of %d bytes; %s", size, h.Size, anew)
	}
	// Each is bounded before they are added up, so that no sum overflows.
	for _, part := range []uint64{h.Postings, h.Letters, h.Records} {
		if part > size {
			return nil, refuse("it is damaged, at its head; %s", anew)
		}
	}
	if h.Size != size || headerSize+h.tables()+h.Postings*postingSize+h.Records != size {
		return nil, refuse("it is damaged: its parts do not add up to its %d bytes; %s", size, anew)
	}
	if h.Terms != termsDigest() {
		return nil, refuse("it was made by a version of the program that finds words differently; %s", anew)
	}
	if w, err := (Weights{h.Weights[0], h.Weights[1]}).checked(); err != nil || w != (Weights{h.Weights[0], h.Weights[1]}) {
		return nil, refuse("it is damaged, at its weights; %s", anew)
	}
	table := make([]byte, h.tables())
	if _, err := f.ReadAt(table, headerSize); err != nil && !(err == io.EOF && len(table) == 0) {
		return nil, fmt.Errorf("read snapshot %s: %w", path, err)
	}
	d := &disk{path: path, file: f, passages: h.Passages, postingAt: int64(headerSize + len(table))}
	d.recordAt = d.postingAt + int64(h.Postings)*postingSize
	s := &Snapshot{header: h, index: index{shelf: d, scratch: newScratch(int(h.Passages))}}
	if checksum(table) != h.TableSum || !s.tables(table, d) {
		return nil, refuse("it is damaged, at its tables; %s", anew)
	}
	return s, nil
}

// tables takes the tables apart; false when they contradict themselves or the header.
func (s *Snapshot) tables(raw []byte, d *disk) bool {
	le, h := binary.LittleEndian, s.header
	n, terms := int(h.Passages), int(h.TermCount)
	passages, rest := raw[:n*passageEntry], raw[n*passageEntry:]
	entries, letters := rest[:terms*termEntry], rest[terms*termEntry:]

	s.places, d.recordEnds, d.recordSums = make([]uint32, n), make([]uint64, n), make([]uint32, n)
	end := uint64(0)
	for i := range n {
		e := passages[i*passageEntry:][:passageEntry]
		s.places[i], d.recordEnds[i], d.recordSums[i] = le.Uint32(e), le.Uint64(e[4:]), le.Uint32(e[12:])
		if d.recordEnds[i] < end {
			return false
		}
		end = d.recordEnds[i]
	}
	if end != h.Records {
		return false
	}
	s.lexicon = lexicon{string(letters), make([]uint32, terms)}
	s.ends, d.listSums = make([]uint32, terms), make([]uint32, terms)
	var spelt, listed uint32
	for i := range terms {
		e := entries[i*termEntry:][:termEntry]
		s.lexicon.ends[i], s.ends[i], d.listSums[i] = le.Uint32(e), le.Uint32(e[4:]), le.Uint32(e[8:])
		if s.lexicon.ends[i] < spelt || uint64(s.lexicon.ends[i]) > h.Letters || s.ends[i] < listed {
			return false
		}
		spelt, listed = s.lexicon.ends[i], s.ends[i]
	}
	return uint64(spelt) == h.Letters && uint64(listed) == h.Postings
}
