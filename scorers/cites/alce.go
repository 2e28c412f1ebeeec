package cites

import "context"

// Entails says whether the premises, taken together, entail the claim. A model that judges entailment takes the place of the
// deterministic one by this type. An error ends the scoring of the answer.
type Entails func(ctx context.Context, premises []string, claim string) (bool, error)

// MostCitations is how many citations of a sentence are looked at, as in ALCE: the first three.
const MostCitations = 3

// Measure counts what the citations of an answer are worth.
type Measure struct {
	Sentences int
	Supported int // sentences whose citations, taken together, entail them
	Citations int // the first [MostCitations] of each sentence, and those that name no passage
	Precise   int // citations that are not idle
	Invalid   int // citations that name no passage
}

// Recall is the share of the sentences that their citations entail; 0 without sentences.
func (m Measure) Recall() float64 { return share(m.Supported, m.Sentences) }

// Precision is the share of the citations that are precise; 0 without citations.
func (m Measure) Precision() float64 { return share(m.Precise, m.Citations) }

// F1 is the harmonic mean of recall and precision; 0 when both are 0.
func (m Measure) F1() float64 {
	r, p := m.Recall(), m.Precision()
	if r+p == 0 {
		return 0
	}
	return 2 * r * p / (r + p)
}

func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

// ALCE measures citations as Gao et al. define them (Enabling Large Language Models to Generate Text with Citations, 2023):
//
//   - a sentence is supported when it cites, all its citations name passages, and these together entail it;
//   - a citation is precise when its sentence is supported and it is not idle; it is idle when it alone does not entail the sentence
//     and the rest of the sentence's citations do.
//
// Only the first three citations of a sentence are looked at. One difference: a citation that names no passage counts among the
// citations and is never precise, and so do the others of its sentence, where the authors' program leaves such sentences out of the
// precision. premises gives for each passage the texts that entailment is judged on.
func ALCE(ctx context.Context, sentences []Sentence, premises [][]string, entails Entails) (Measure, error) {
	m := Measure{Sentences: len(sentences)}
	for _, s := range sentences {
		valid := len(s.Refs) > 0
		for _, r := range s.Refs {
			if r.Passage < 0 || r.Passage >= len(premises) {
				m.Invalid++
				valid = false
			}
		}
		refs := s.Refs
		if !valid {
			m.Citations += len(refs)
			continue
		}
		refs = refs[:min(len(refs), MostCitations)]
		m.Citations += len(refs)
		joint, err := entails(ctx, join(premises, refs, -1), s.Text)
		if err != nil {
			return m, err
		}
		if !joint {
			continue
		}
		m.Supported++
		if len(refs) == 1 {
			m.Precise++
			continue
		}
		for i := range refs {
			idle, err := idle(ctx, s.Text, refs, i, premises, entails)
			if err != nil {
				return m, err
			}
			if !idle {
				m.Precise++
			}
		}
	}
	return m, nil
}

// idle reports whether the i-th citation adds nothing: it alone does not entail the sentence and the rest do.
func idle(ctx context.Context, sentence string, refs []Ref, i int, premises [][]string, entails Entails) (bool, error) {
	alone, err := entails(ctx, join(premises, refs[i:i+1], -1), sentence)
	if err != nil || alone {
		return false, err
	}
	return entails(ctx, join(premises, refs, i), sentence)
}

// join gives the premises of the cited passages, without the citation at index but.
func join(premises [][]string, refs []Ref, but int) []string {
	var out []string
	for i, r := range refs {
		if i != but {
			out = append(out, premises[r.Passage]...)
		}
	}
	return out
}
