package retrieval

import (
	"encoding/binary"
	"time"

	"github.com/viva-eval/viva/suites"
)

// recordFields is the number of a passage's fields that a record holds: all of them.
const recordFields = 8

// appendRecord appends a passage's fields, each after its length.
func appendRecord(dst []byte, p suites.Passage) []byte {
	for _, field := range [recordFields]string{p.ID, p.Title, p.Text, p.Language, p.Supersedes, p.Origin, moment(p.ValidFrom), moment(p.ValidTo)} {
		dst = binary.AppendUvarint(dst, uint64(len(field)))
		dst = append(dst, field...)
	}
	return dst
}

// readRecord reads what appendRecord made; false when it is something else.
func readRecord(raw []byte) (suites.Passage, bool) {
	var p suites.Passage
	var from, to string
	for _, field := range []*string{&p.ID, &p.Title, &p.Text, &p.Language, &p.Supersedes, &p.Origin, &from, &to} {
		size, n := binary.Uvarint(raw)
		if n <= 0 || size > uint64(len(raw)-n) {
			return suites.Passage{}, false
		}
		*field = string(raw[n : n+int(size)])
		raw = raw[n+int(size):]
	}
	ok := len(raw) == 0 && parseMoment(from, &p.ValidFrom) && parseMoment(to, &p.ValidTo)
	if !ok {
		return suites.Passage{}, false
	}
	return p, true
}

// moment writes a time, in UTC; the zero time as nothing.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	b, err := t.UTC().MarshalBinary()
	if err != nil {
		panic(err) // only odd time zones are refused
	}
	return string(b)
}

func parseMoment(s string, t *time.Time) bool {
	if s == "" {
		return true
	}
	err := t.UnmarshalBinary([]byte(s))
	*t = t.UTC()
	return err == nil
}
