package claims

import "fmt"

// Entailments are the four tables that RAGChecker (Ru et al. 2024) reads its figures from. Rows are claims; where there are columns they
// are the passages in the order shown.
type Entailments struct {
	Correct  []bool   // [claim of the reply]: the true answer entails it
	Covered  []bool   // [claim of the true answer]: the reply entails it
	Grounded [][]bool // [claim of the reply][passage]: the passage entails it
	Findable [][]bool // [claim of the true answer][passage]: the passage entails it
}

// Diagnosis are RAGChecker's figures, each with its counts. Where a figure counts over nothing it is undefined, and not 0.
type Diagnosis struct {
	Precision Ratio // right claims of the reply / its claims
	Recall    Ratio // claims of the truth that the reply makes / claims of the truth

	ClaimRecall      Ratio // claims of the truth that any passage holds / claims of the truth
	ContextPrecision Ratio // passages that hold any claim of the truth / passages

	Utilisation     Ratio // claims of the truth that a passage holds and the reply makes / those that a passage holds
	NoiseRelevant   Ratio // wrong claims that a relevant passage holds / claims of the reply
	NoiseIrrelevant Ratio // wrong claims that irrelevant passages alone hold / claims of the reply
	Hallucination   Ratio // wrong claims that no passage holds / claims of the reply
	SelfKnowledge   Ratio // right claims that no passage holds / claims of the reply
	Faithfulness    Ratio // claims of the reply that a passage holds / claims of the reply
}

// F1 is the harmonic mean of Precision and Recall.
func (d Diagnosis) F1() (float64, bool) { return F1(d.Precision, d.Recall) }

// Diagnose computes the figures. A passage is relevant when it holds a claim of the truth. Without passages the figures about
// passages are undefined. The error is a table whose shape does not fit the others.
func (e Entailments) Diagnose() (Diagnosis, error) {
	passages, err := e.shape()
	if err != nil {
		return Diagnosis{}, err
	}
	var d Diagnosis
	relevant := make([]bool, passages)
	for g, row := range e.Findable {
		count(&d.Recall, e.Covered[g])
		found := false
		for p, holds := range row {
			found = found || holds
			relevant[p] = relevant[p] || holds
		}
		if passages == 0 {
			continue
		}
		count(&d.ClaimRecall, found)
		if found {
			count(&d.Utilisation, e.Covered[g])
		}
	}
	if len(e.Findable) > 0 {
		for _, r := range relevant {
			count(&d.ContextPrecision, r)
		}
	}
	for c, row := range e.Grounded {
		right := e.Correct[c]
		count(&d.Precision, right)
		if passages == 0 {
			continue
		}
		held, byRelevant := false, false
		for p, holds := range row {
			held = held || holds
			byRelevant = byRelevant || holds && relevant[p]
		}
		count(&d.NoiseRelevant, !right && byRelevant)
		count(&d.NoiseIrrelevant, !right && held && !byRelevant)
		count(&d.Hallucination, !right && !held)
		count(&d.SelfKnowledge, right && !held)
		count(&d.Faithfulness, held)
	}
	return d, nil
}

func count(r *Ratio, yes bool) {
	r.Whole++
	if yes {
		r.Part++
	}
}

// shape checks that the tables fit together, and gives the number of passages.
func (e Entailments) shape() (passages int, err error) {
	if len(e.Correct) != len(e.Grounded) || len(e.Covered) != len(e.Findable) {
		return 0, fmt.Errorf("diagnose claims: %d and %d claims of the reply, %d and %d of the truth", len(e.Correct), len(e.Grounded), len(e.Covered), len(e.Findable))
	}
	rows := append(append([][]bool(nil), e.Grounded...), e.Findable...)
	if len(rows) == 0 {
		return 0, nil
	}
	passages = len(rows[0])
	for _, row := range rows {
		if len(row) != passages {
			return 0, fmt.Errorf("diagnose claims: a claim is checked against %d passages, another against %d", passages, len(row))
		}
	}
	return passages, nil
}
