package reports

import (
	"github.com/viva-eval/viva/scorers"
)

// Retrieval says how often the retriever found the evidence, and what that meant for the answers. All rates are over trials of answerable
// items that name their evidence, in the retrieved arm.
type Retrieval struct {
	Arm string `json:"arm"`
	// EvidenceShown is the share of trials in which every evidence passage lay open, whether or not an answer came back.
	EvidenceShown Rate `json:"evidence_all_shown"`
	EvidencePart  int  `json:"evidence_part_shown_n"`
	EvidenceNone  int  `json:"evidence_missed_n"`
	// Accuracy and hallucination of the scored trials with all of the evidence open, and of those without.
	AccuracyShown       Rate `json:"accuracy_when_shown"`
	AccuracyMissed      Rate `json:"accuracy_when_missed"`
	HallucinationShown  Rate `json:"hallucination_when_shown"`
	HallucinationMissed Rate `json:"hallucination_when_missed"`
}

// evidenceOf compares what was shown with the item's evidence.
func evidenceOf(g *scorers.Graded) evidence {
	if !g.Item.Answerable() || len(g.Item.Evidence) == 0 {
		return evidenceUnknown
	}
	found := 0
	for _, id := range g.Item.Evidence {
		for i := range g.Trial.Shown.Passages {
			if g.Trial.Shown.Passages[i].ID == id {
				found++
				break
			}
		}
	}
	switch found {
	case 0:
		return evidenceMissed
	case len(g.Item.Evidence):
		return evidenceAll
	default:
		return evidencePart
	}
}

// retrieval closes the tally as a judgement of the retriever; nil when no item names its evidence.
func (t *tally) retrieval() *Retrieval {
	r := Retrieval{Arm: t.arm}
	r.EvidenceShown = gather(t.cells, func(_ *item, s *slot) outcome {
		switch s.evidence {
		case evidenceUnknown:
			return out
		case evidenceAll:
			return hit
		case evidencePart:
			r.EvidencePart++
		case evidenceMissed:
			r.EvidenceNone++
		}
		return miss
	}).rate()
	if r.EvidenceShown.N == 0 {
		return nil
	}
	with := func(_ *item, s *slot) bool { return s.evidence == evidenceAll }
	without := func(_ *item, s *slot) bool { return s.evidence == evidencePart || s.evidence == evidenceMissed }
	r.AccuracyShown = gather(t.cells, share(scorers.Correct, with)).rate()
	r.AccuracyMissed = gather(t.cells, share(scorers.Correct, without)).rate()
	r.HallucinationShown = gather(t.cells, share(scorers.Incorrect, with)).rate()
	r.HallucinationMissed = gather(t.cells, share(scorers.Incorrect, without)).rate()
	return &r
}
