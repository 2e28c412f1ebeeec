package tooluse

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

var (
	days   = suites.Item{ID: "a", Language: "en", Question: "How many days?", Answer: suites.Answer{Kind: value.Duration, Text: "28 days"}, Evidence: []string{"leave"}}
	amount = suites.Item{ID: "b", Language: "en", Question: "What is the order worth?", Answer: suites.Answer{Kind: value.Money, Text: "EUR 19,860"}}
	who    = suites.Item{ID: "c", Language: "zh", Question: "谁？", Answer: suites.Answer{Kind: value.Text, Text: "李伟"}}
	fact   = suites.Item{ID: "d", Language: "en", Question: "Is it so?", Answer: suites.Answer{Kind: value.Bool, Text: "yes"}, Evidence: []string{"leave"}}
	nobody = suites.Item{ID: "e", Language: "en", Question: "What will it cost in 2040?"}
)

func brought(text string) runners.ToolCall { return runners.ToolCall{Name: "t", Result: text} }
func wrong() runners.ToolCall              { return runners.ToolCall{Name: "t", Problem: "no such column"} }

func asked(it suites.Item, reply string, calls ...runners.ToolCall) scorers.Question {
	t := runners.Trial{Status: runners.OK, Response: runners.Response{Text: reply}, Shown: runners.Shown{Expect: runners.ExpectAnswer}}
	for _, c := range calls {
		t.Turns = append(t.Turns, runners.Turn{Calls: []runners.ToolCall{c}})
	}
	t.Turns = append(t.Turns, runners.Turn{Text: reply})
	return scorers.Question{Item: it, Trial: t}
}

func TestScore(t *testing.T) {
	shown := asked(fact, "Yes.", brought("The rule applies."))
	shown.Trial.Shown.Passages = []suites.Passage{{ID: "leave"}}
	for _, row := range []struct {
		why     string
		q       scorers.Question
		use     Use
		verdict scorers.Verdict
		value   float64
		says    string
	}{
		{"right use", asked(days, "28 days.", brought("Staff have 28 days of leave.")), Use{Turns: 2, Calls: 1, Valid: 1, Found: suites.Stated, At: 1}, scorers.Correct, 1, "call 1 holds the answer, and the reply gives it"},
		{"found and not used", asked(days, "Not known.", brought("Staff have 28 days of leave.")), Use{Turns: 2, Calls: 1, Valid: 1, Found: suites.Stated, At: 1}, scorers.Partial, .75, "does not give it"},
		{"found and misread", asked(days, "30 days.", brought("Staff have 28 days of leave.")), Use{Turns: 2, Calls: 1, Valid: 1, Found: suites.Stated, At: 1}, scorers.Partial, .75, "does not give it"},
		{"not found", asked(days, "28 days.", brought("Lunch is at noon.")), Use{Turns: 2, Calls: 1, Valid: 1, Found: suites.NotStated}, scorers.Incorrect, .5, "no result holds"},
		{"only wrong queries", asked(days, "28 days.", wrong(), wrong()), Use{Turns: 3, Calls: 2, Problems: 2, Found: suites.NotStated}, scorers.Incorrect, .25, "2 of them wrong; none was valid"},
		{"no query", asked(days, "28 days."), Use{Turns: 1, Found: suites.NotStated}, scorers.Incorrect, 0, "no tool was called"},
		{"a wrong query, then a right one", asked(days, "28 days.", wrong(), brought("28 days")), Use{Turns: 3, Calls: 2, Valid: 1, Problems: 1, Found: suites.Stated, At: 2}, scorers.Correct, 1, "call 2 holds"},
		{"a database's bare figure", asked(amount, "EUR 19,860", brought("| total |\n| --- |\n| 19860 |")), Use{Turns: 2, Calls: 1, Valid: 1, Found: suites.Stated, At: 1}, scorers.Correct, 1, "holds"},
		{"another figure", asked(amount, "EUR 19,860", brought("| total |\n| --- |\n| 19861 |")), Use{Turns: 2, Calls: 1, Valid: 1, Found: suites.NotStated}, scorers.Incorrect, .5, "no result"},
		{"a name in Chinese", asked(who, "李伟。", brought("| 负责人 |\n| --- |\n| 李伟 |")), Use{Turns: 2, Calls: 1, Valid: 1, Found: suites.Stated, At: 1}, scorers.Correct, 1, "holds"},
		{"yes or no cannot be told from a text", asked(fact, "Yes.", brought("The rule applies.")), Use{Turns: 2, Calls: 1, Valid: 1}, scorers.Unscored, .5, "cannot be told"},
		{"but from its evidence", shown, Use{Turns: 2, Calls: 1, Valid: 1, Found: suites.Stated}, scorers.Correct, 1, "together"},
		{"a question without an answer", asked(nobody, "Not known.", brought("Nothing.")), Use{Turns: 2, Calls: 1, Valid: 1}, scorers.Unscored, .5, "no answer that"},
		{"the same without a query", asked(nobody, "Not known."), Use{Turns: 1}, scorers.Unscored, 0, "no tool was called"},
	} {
		if diff := cmp.Diff(row.use, Look(row.q)); diff != "" {
			t.Errorf("%s:\n%s", row.why, diff)
		}
		got, err := Scorer{}.Score(t.Context(), row.q)
		if err != nil || got.Scorer != "tooluse" || got.Verdict != row.verdict || got.Value != row.value || !strings.Contains(got.Why, row.says) {
			t.Errorf("%s: %v, %+v", row.why, err, got)
		}
	}
}

func TestScoresNothingElse(t *testing.T) {
	without, broken := asked(days, "28 days."), asked(days, "28 days.")
	without.Trial.Turns = nil
	broken.Trial.Status = runners.Failed
	for _, q := range []scorers.Question{without, broken} {
		if got, err := (Scorer{}).Score(t.Context(), q); err != nil || got != (scorers.Score{}) {
			t.Errorf("%v: %+v", err, got)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (Scorer{}).Score(ctx, asked(days, "28 days.")); err == nil {
		t.Error("a cancelled context is no score")
	}
}
