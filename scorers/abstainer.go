package scorers

import (
	"context"
	"strings"

	"github.com/viva-eval/viva/internal/value"
)

// Abstain says whether a reply declines to answer, whatever the truth is, in English, Chinese and Hindi: Abstained with Value 1 where it
// refuses or says that the answer is not known, else Unscored with Value 0, since what it says instead is not judged. Behaved is n-a.
// Doubt about an answer that is given is no refusal, and neither is a note on what is missing beside one. Final is false, because a long
// reply is weighed as a whole.
//
// The zero Abstain is ready for use, by several goroutines at once.
type Abstain struct{}

var _ Scorer = Abstain{}

// Name is "abstain".
func (Abstain) Name() string { return "abstain" }

// Score judges one trial. A trial without a whole answer has the zero Score; an empty reply and one longer than 64 KiB are Unscored. The
// error is that of ctx.
func (a Abstain) Score(ctx context.Context, q Question) (Score, error) {
	if err := ctx.Err(); err != nil {
		return Score{}, err
	}
	if !q.Trial.Status.Answered() {
		return Score{}, nil
	}
	s := Score{Scorer: a.Name()}
	reply := q.Trial.Response.Text
	switch {
	case len(reply) > longest:
		s.Why = "the reply is longer than 64 KiB, which is more than is read"
		return s, nil
	case strings.TrimSpace(reply) == "":
		s.Why = "the reply is empty"
		return s, nil
	}
	reply = unquote(reply)
	r := read(reply)
	r.whether = whether(q.Item.Question)
	if k := r.refusal(value.Find(reply, q.Item.Language)); k >= 0 {
		s.Verdict, s.Value = Abstained, 1
		s.Why = "the reply declines to answer: " + excerpt(r.sentences[k].Of(r.text))
		return s, nil
	}
	s.Why = "the reply does not decline to answer"
	return s, nil
}
