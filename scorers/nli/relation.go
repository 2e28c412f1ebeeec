package nli

import "math"

// Relation is how a premise stands to a hypothesis: three probabilities that sum to one. Where the verifier knows two classes only,
// or gives one score, Binary is set: Neutral then holds all that is not support, contradictions among it. The zero Relation says
// nothing.
type Relation struct {
	Entailment, Neutral, Contradiction float64
	Binary                             bool
}

// Class is the likeliest of the three.
type Class uint8

const (
	NoClass Class = iota
	Entails
	Unrelated // neither follows nor is excluded; of a binary relation also: contradicts
	Contradicts
)

// Class gives the likeliest class; of equals the one that claims less: Unrelated before Contradicts before Entails.
func (r Relation) Class() Class {
	switch {
	case r.Entailment+r.Neutral+r.Contradiction == 0:
		return NoClass
	case r.Neutral >= r.Entailment && r.Neutral >= r.Contradiction:
		return Unrelated
	case r.Contradiction >= r.Entailment:
		return Contradicts
	}
	return Entails
}

// Inconsistency is SelfCheckGPT's score of a sentence against one sample, P(contradiction) / (P(contradiction) + P(entailment)), which
// leaves the neutral class out; one half when neither has any weight. Of a binary relation it is 1 − P(entailment).
func (r Relation) Inconsistency() float64 {
	if r.Binary {
		return 1 - r.Entailment
	}
	sum := r.Contradiction + r.Entailment
	if sum == 0 {
		return 0.5
	}
	return r.Contradiction / sum
}

// valid reports whether the three are probabilities.
func (r Relation) valid() bool {
	const slack = 0.02
	for _, p := range [3]float64{r.Entailment, r.Neutral, r.Contradiction} {
		if !(p >= 0 && p <= 1+slack) { // NaN too
			return false
		}
	}
	return math.Abs(r.Entailment+r.Neutral+r.Contradiction-1) <= slack
}

// single makes the relation of one score of support.
func single(score float64) Relation {
	return Relation{Entailment: score, Neutral: 1 - score, Binary: true}
}
