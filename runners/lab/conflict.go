package lab

import (
	"slices"
	"strings"
	"time"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

// copyMark ends the ID of an edited copy that lies beside its original.
const copyMark = "-b"

// conflict shows the evidence and a copy of each passage that the counterfactual arm edits, under an ID of its own, in a seeded order. A
// dated copy is the older one, by one to six months, so that whoever prefers the newer is right.
func (l *Lab) conflict(it suites.Item) (layout, string) {
	edited, why := l.edited(it)
	if why != "" {
		return layout{}, why
	}
	out := layout{edits: slices.Clone(edited.edits), expect: runners.ExpectReport}
	dice := l.dice(it, "conflict")
	for _, p := range edited.passages {
		original, _ := l.suite.Passage(p.ID)
		pair := []suites.Passage{original}
		if p.Text != original.Text || p.Title != original.Title {
			p.ID = original.ID + copyMark
			for i := range out.edits {
				if out.edits[i].PassageID == original.ID {
					out.edits[i].PassageID = p.ID
				}
			}
			p.Supersedes = ""
			if !p.ValidFrom.IsZero() {
				p.ValidFrom = p.ValidFrom.Add(-time.Duration(30+dice.IntN(150)) * 24 * time.Hour)
				p.ValidTo = time.Time{}
			}
			pair = append(pair, p)
			if dice.IntN(2) == 0 {
				slices.Reverse(pair)
			}
		}
		out.passages = append(out.passages, pair...)
	}
	return out, ""
}

// Original gives the ID of the passage that a shown one was made from: its own, but for the copies of the arm conflict.
func Original(s *suites.Suite, id string) string {
	if _, ok := s.Passage(id); !ok {
		return strings.TrimSuffix(id, copyMark)
	}
	return id
}
