package audit

import (
	"fmt"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

// Question turns a row into what a scorer sees: an item whose answer is inferred from the gold answers (see [Infer]; none without
// them), and a trial that showed the context and brought the answer.
func (r *Row) Question() scorers.Question {
	q := scorers.Question{
		Item: suites.Item{ID: r.ID, Question: r.Asked, Language: r.Lang, Source: r.Group, Answer: Infer(r.Gold, r.Asked, r.Lang)},
		Trial: runners.Trial{
			Key:      runners.Key{ItemID: r.ID, Arm: runners.ClosedBook},
			Shown:    runners.Shown{Expect: runners.ExpectEither},
			Response: runners.Response{Text: r.Answer, Model: r.Model},
			Status:   runners.OK,
			Attempts: 1,
		},
	}
	for i, text := range r.Context {
		id := "context"
		if len(r.Context) > 1 {
			id = fmt.Sprintf("context-%d", i+1)
		}
		q.Trial.Arm = runners.Oracle
		q.Trial.Shown.Passages = append(q.Trial.Shown.Passages, suites.Passage{ID: id, Text: text, Language: r.Lang})
	}
	return q
}
