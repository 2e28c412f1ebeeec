package suites

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"
)

// digestVersion changes when the canonical form does, so that digests of two forms are never equal by chance.
const digestVersion = "viva suite 1"

// Digest is the SHA-256 of the suite's content, in hex. It depends on what is asked and shown, in every field, and not on the order
// of items or passages, on line ends, on how the files are written, or on where the suite was imported from.
func (s *Suite) Digest() string {
	var records []string
	for _, it := range s.Items {
		records = append(records, "item "+frame(canonicalItem(it)))
	}
	for _, p := range s.Passages {
		records = append(records, "passage "+canonicalPassage(p))
	}
	slices.Sort(records)
	h := sha256.New()
	h.Write([]byte(digestVersion + frame([]string{s.Name, s.Title, s.Version, s.License, s.Description, canonicalDay(s.AsOf), frame(s.Languages)})))
	for _, r := range records {
		h.Write([]byte(r))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// frame joins strings so that no two lists give the same bytes: each is preceded by its length.
func frame(parts []string) string {
	var b strings.Builder
	b.WriteString(strconv.Itoa(len(parts)) + "[")
	for _, p := range parts {
		b.WriteString(strconv.Itoa(len(p)) + ":" + p)
	}
	b.WriteByte(']')
	return b.String()
}

func canonicalItem(it Item) []string {
	parts := []string{it.ID, it.Question, it.Language, it.Domain, it.Skill, it.Source, it.Derivation, frame(it.Evidence), canonicalAnswer(it.Answer)}
	for _, t := range it.Traps {
		parts = append(parts, string(t.Cause), canonicalAnswer(t.Answer))
	}
	return parts
}

func canonicalAnswer(a Answer) string {
	return frame([]string{string(a.Kind), a.Text, a.Number, a.Unit, strconv.FormatFloat(a.Tolerance, 'g', -1, 64), frame(a.Aliases), frame(a.Set)})
}

func canonicalPassage(p Passage) string {
	return frame([]string{p.ID, p.Title, p.Text, p.Language, p.Origin, p.Supersedes, canonicalDay(p.ValidFrom), canonicalDay(p.ValidTo)})
}

func canonicalDay(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}
