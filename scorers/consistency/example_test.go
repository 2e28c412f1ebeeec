package consistency_test

import (
	"context"
	"fmt"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/scorers/consistency"
	"github.com/viva-eval/viva/suites"
)

// Four stored repeats of a question, compared without a model.
func ExampleScorer() {
	var repeats []scorers.Question
	for i, reply := range []string{"28 days", "You get 28 days of leave.", "It is twenty-eight days.", "30 days"} {
		q := scorers.Question{Item: suites.Item{ID: "leave", Question: "How much leave do employees get?"}}
		q.Trial.Key = runners.Key{ItemID: "leave", Arm: "oracle", Repeat: i}
		q.Trial.Status, q.Trial.Response.Text = runners.OK, reply
		repeats = append(repeats, q)
	}
	s, err := consistency.Scorer{}.ScoreGroup(context.Background(), repeats)
	fmt.Printf("%s %.3f %v\n%s\n", s.Verdict, s.Value, err, s.Why)
	// Output:
	// correct 0.594 <nil>
	// consistent, not checked for truth: 4 repeats have 2 meanings, semantic entropy 0.562 nats
}
