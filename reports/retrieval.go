package reports

import (
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

// Retrieval says how often an arm's retriever found the evidence, and what that meant for the answers. All is over trials of answerable
// items that name their evidence and whose pages were found, whether or not an answer came back.
type Retrieval struct {
	Arm string `json:"arm"`
	K   int    `json:"k"` // passages asked for; 0: not known, and the figures below are over all that came
	// ByText: the passages are of another corpus than the evidence. What was shown is then told by whether they state the answer, and ranks are
	// undefined.
	ByText bool `json:"by_text"`
	// Means over trials. Recall is the share of an item's evidence among the first k passages, NDCG its discounted gain over that of the best
	// order, and ReciprocalRank 1 over the place of the first passage of evidence, 0 without one.
	Recall         Mean `json:"recall_at_k"`
	NDCG           Mean `json:"ndcg_at_k"`
	ReciprocalRank Mean `json:"mrr"`
	// Took is the time the retriever needed, over all trials.
	Took Percentiles `json:"retrieval_ms"`
	// EvidenceShown is the share of trials in which every evidence passage lay open, whether or not an answer came back.
	EvidenceShown Rate `json:"evidence_all_shown"`
	EvidencePart  int  `json:"evidence_part_shown_n"`
	EvidenceNone  int  `json:"evidence_missed_n"`
	// Accuracy and hallucination of the scored trials with all of the evidence open, and of those without.
	AccuracyShown       Rate `json:"accuracy_when_shown"`
	AccuracyMissed      Rate `json:"accuracy_when_missed"`
	HallucinationShown  Rate `json:"hallucination_when_shown"`
	HallucinationMissed Rate `json:"hallucination_when_missed"`
	// False answers by what lay open.
	WrongShown  int `json:"wrong_evidence_all_shown_n"`
	WrongPart   int `json:"wrong_evidence_part_shown_n"`
	WrongMissed int `json:"wrong_evidence_missed_n"`
}

// evidenceOf compares what was shown with the item's evidence. Where the book itself could not be opened nothing was shown or missed, nor
// where an examinee with tools was not heard before it had found anything.
func evidenceOf(g *scorers.Graded) evidence {
	unopened := g.Trial.Status.Infrastructure() && len(g.Trial.Shown.Passages) == 0 &&
		(g.Trial.Shown.Expect == "" || runners.BaseArm(g.Trial.Arm) == runners.Tools)
	if !g.Item.Answerable() || len(g.Item.Evidence) == 0 || unopened {
		return evidenceUnknown
	}
	found, wanted := 0, distinct(g.Item.Evidence)
	for _, id := range wanted {
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
	case len(wanted):
		return evidenceAll
	default:
		return evidencePart
	}
}

// String writes what lay open for a person; "" where that is not known.
func (e evidence) String() string {
	return [...]string{evidenceUnknown: "", evidenceMissed: "not shown", evidencePart: "part shown", evidenceAll: "shown"}[e]
}

// retrievals judge the retrievers of a run, arm by arm.
func (b *builder) retrievals() []Retrieval {
	var list []Retrieval
	for _, t := range b.arms {
		if !searched(t.arm) {
			continue
		}
		if r := t.retrieval(depth(&b.run, t.arm)); r != nil {
			list = append(list, *r)
		}
	}
	return list
}

// plainRetrieval is the judgement of the arm that is spelled without parameters, else the first.
func plainRetrieval(list []Retrieval) *Retrieval {
	for i := range list {
		if list[i].Arm == runners.Retrieved {
			return &list[i]
		}
	}
	if len(list) > 0 {
		return &list[0]
	}
	return nil
}

// retrieval closes the tally as a judgement of the retriever; nil when no item names its evidence, or none of what tools found bears a name.
func (t *tally) retrieval(k int) *Retrieval {
	if runners.BaseArm(t.arm) == runners.Tools && !t.findsNamed {
		return nil
	}
	r := Retrieval{Arm: t.arm, K: k, ByText: t.readsText, Took: percentiles(t.times.retrieval)}
	r.EvidenceShown = gather(t.cells, func(_ *item, s *slot) outcome {
		switch t.shown(s) {
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
	figure := func(of func(*ranking) float64) Mean {
		return mean(t.cells, func(s *slot) (float64, bool) {
			if s.ranking == nil || t.readsText {
				return 0, false
			}
			return of(s.ranking), true
		})
	}
	r.Recall = figure(func(r *ranking) float64 { return r.recall })
	r.NDCG = figure(func(r *ranking) float64 { return r.gain })
	r.ReciprocalRank = figure(func(r *ranking) float64 { return r.reciprocal })
	for _, c := range t.cells {
		for i := range c.slots {
			if s := &c.slots[i]; s.status.Answered() && s.verdict == scorers.Incorrect {
				r.WrongShown += one(t.shown(s) == evidenceAll)
				r.WrongPart += one(t.shown(s) == evidencePart)
				r.WrongMissed += one(t.shown(s) == evidenceMissed)
			}
		}
	}
	with := func(_ *item, s *slot) bool { return t.shown(s) == evidenceAll }
	without := func(_ *item, s *slot) bool { return t.shown(s) == evidencePart || t.shown(s) == evidenceMissed }
	r.AccuracyShown = gather(t.cells, share(scorers.Correct, with)).rate()
	r.AccuracyMissed = gather(t.cells, share(scorers.Correct, without)).rate()
	r.HallucinationShown = gather(t.cells, share(scorers.Incorrect, with)).rate()
	r.HallucinationMissed = gather(t.cells, share(scorers.Incorrect, without)).rate()
	return &r
}

// shown says how much of the evidence lay open: by the names of the passages, or, where those say nothing, by whether the desk holds the answer.
// Pages that the laboratory laid open bear the right names whatever it cut out of them.
func (t *tally) shown(s *slot) evidence {
	if searched(t.arm) && !t.readsText {
		return s.evidence
	}
	switch t.deskOf(s) {
	case deskHolds:
		return evidenceAll
	case deskLacks:
		return evidenceMissed
	}
	return evidenceUnknown
}
