package consistency

import (
	"context"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/scorers/nli"
)

// Entailer says whether one answer to a question makes another one true. A verifier behind HTTP ([nli.Client]), a judge
// (claims.Judge) and [Lexical] are entailers. An error that has the method Fatal and denies it concerns this question only.
type Entailer interface {
	Entail(ctx context.Context, question, premise, hypothesis string) (nli.Relation, error)
}

// Clusters groups answers to a question by meaning, greedily: each answer that is still alone opens a cluster and takes in every later
// one that is still alone and means the same. Clusters are numbered from 0 in order of their first answers.
//
// Two answers mean the same when neither contradicts the other and they are not both neutral to each other; with strict, when each
// entails the other. Answers that are equal after folding mean the same without asking.
func Clusters(ctx context.Context, e Entailer, question string, answers []string, strict bool) ([]int, error) {
	ids := make([]int, len(answers))
	for i := range ids {
		ids[i] = -1
	}
	next := 0
	for i := range answers {
		if ids[i] >= 0 {
			continue
		}
		ids[i] = next
		for j := i + 1; j < len(answers); j++ {
			if ids[j] >= 0 {
				continue // the published code moves such an answer to the newer cluster, which leaves the older one without it
			}
			same, err := equivalent(ctx, e, question, answers[i], answers[j], strict)
			if err != nil {
				return nil, err
			}
			if same {
				ids[j] = next
			}
		}
		next++
	}
	return ids, nil
}

func equivalent(ctx context.Context, e Entailer, question, a, b string, strict bool) (bool, error) {
	if text.Fold(a) == text.Fold(b) {
		return true, nil
	}
	there, err := e.Entail(ctx, question, a, b)
	if err != nil {
		return false, err
	}
	first := there.Class()
	if first == nli.Contradicts || first == nli.NoClass || strict && first != nli.Entails {
		return false, nil
	}
	back, err := e.Entail(ctx, question, b, a)
	if err != nil {
		return false, err
	}
	second := back.Class()
	switch {
	case second == nli.Contradicts || second == nli.NoClass:
		return false, nil
	case strict:
		return second == nli.Entails, nil
	}
	return first == nli.Entails || second == nli.Entails, nil
}
