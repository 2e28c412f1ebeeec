package claims

import (
	"context"
	"fmt"

	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

// RAG scores a reply against the true answer and each passage by itself, claim by claim, as RAGChecker does. Value is F1; Why lists the
// other figures. The verdict is Correct at F1 = 1, Incorrect at 0, else Partial.
//
// A true answer of one line makes every further claim of the reply count as wrong: the figures mean something for suites whose answers
// are sentences. Items without an answer are Unscored. It asks four times a reply and once a passage.
type RAG struct{ Judge *Judge }

var _ scorers.Scorer = RAG{}

// Name is "claims-rag" with the judge.
func (r RAG) Name() string { return named("claims-rag", r.Judge) }

// Score judges one trial. The error is that of ctx or of the judge's cache.
func (r RAG) Score(ctx context.Context, q scorers.Question) (scorers.Score, error) {
	if err := ctx.Err(); err != nil {
		return scorers.Score{}, err
	}
	if !q.Trial.Status.Answered() {
		return scorers.Score{}, nil
	}
	score := scorers.Score{Scorer: r.Name()}
	if !q.Item.Answerable() {
		score.Why = "the item has no answer whose claims could be compared"
		return score, nil
	}
	if score.Why = unfit(q.Trial.Response.Text); score.Why != "" {
		return score, nil
	}
	e, declined, err := r.Compare(ctx, q)
	if err != nil {
		return unscored(score, err)
	}
	if declined {
		score.Verdict, score.Why = scorers.Abstained, "the reply says that the answer is not known"
		return score, nil
	}
	d, err := e.Diagnose()
	if err != nil {
		return scorers.Score{}, err
	}
	f1, ok := d.F1()
	if !ok {
		score.Why = fmt.Sprintf("the reply makes %d claims and the true answer %d, so that F1 is undefined", d.Precision.Whole, d.Recall.Whole)
		return score, nil
	}
	score.Value = f1
	switch f1 {
	case 1:
		score.Verdict = scorers.Correct
	case 0:
		score.Verdict = scorers.Incorrect
	default:
		score.Verdict = scorers.Partial
	}
	score.Why = fmt.Sprintf("precision %s, recall %s, claim recall %s, context precision %s, utilisation %s, noise relevant %s and irrelevant %s, "+
		"hallucination %s, self-knowledge %s, faithfulness %s", d.Precision, d.Recall, d.ClaimRecall, d.ContextPrecision, d.Utilisation,
		d.NoiseRelevant, d.NoiseIrrelevant, d.Hallucination, d.SelfKnowledge, d.Faithfulness)
	return score, nil
}

// Compare fills the four tables. declined says that the reply gives no answer: the tables are then empty. The error is a [Fault], or one
// that ends the scoring.
func (r RAG) Compare(ctx context.Context, q scorers.Question) (e Entailments, declined bool, err error) {
	it := q.Item
	reply, err := r.Judge.takeApart(ctx, q)
	if err != nil || reply.Declines {
		return e, reply.Declines, err
	}
	truth, err := r.Judge.Split(ctx, it.Language, it.Question, Truth(it.Answer))
	if err != nil {
		return e, false, err
	}
	said, gold := reply.sentences(), truth.sentences()
	verify := func(t Text, claims []string) ([]bool, error) {
		s, err := r.Judge.Verify(ctx, it.Language, it.Question, []Text{t}, claims)
		out := make([]bool, len(s))
		for i := range s {
			out[i] = s[i] == Supported
		}
		return out, err
	}
	if e.Correct, err = verify(Text{Text: Truth(it.Answer)}, said); err != nil {
		return Entailments{}, false, err
	}
	if e.Covered, err = verify(Text{Text: q.Trial.Response.Text}, gold); err != nil {
		return Entailments{}, false, err
	}
	pages := q.Trial.Shown.Passages
	e.Grounded, e.Findable = table(len(said), len(pages)), table(len(gold), len(pages))
	both := append(append([]string(nil), said...), gold...)
	for p, page := range pages {
		column, err := verify(Text{page.Title, page.Text}, both)
		if err != nil {
			return Entailments{}, false, err
		}
		for i, holds := range column {
			if i < len(said) {
				e.Grounded[i][p] = holds
			} else {
				e.Findable[i-len(said)][p] = holds
			}
		}
	}
	return e, false, nil
}

func table(rows, columns int) [][]bool {
	t := make([][]bool, rows)
	for i := range t {
		t[i] = make([]bool, columns)
	}
	return t
}

// Truth is a true answer as text: as the suite writes it, and of a set its members.
func Truth(a suites.Answer) string {
	s := a.Text
	for i, m := range a.Set {
		if i > 0 {
			s += "; "
		}
		s += m
	}
	if s == "" {
		s = a.Number
	}
	return s
}
