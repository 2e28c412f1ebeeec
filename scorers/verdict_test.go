package scorers

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

func TestWords(t *testing.T) {
	for v, want := range map[Verdict]string{Unscored: "unscored", Correct: "correct", Partial: "partial", Incorrect: "incorrect", Abstained: "abstained"} {
		p, err := ParseVerdict(want)
		if v.String() != want || p != v || err != nil {
			t.Errorf("verdict %d: %q, parsed %v, %v", v, v.String(), p, err)
		}
	}
	for b, want := range map[Behaved]string{BehavedNA: "n-a", BehavedYes: "yes", BehavedNo: "no"} {
		p, err := ParseBehaved(want)
		if b.String() != want || p != b || err != nil {
			t.Errorf("behaved %d: %q, parsed %v, %v", b, b.String(), p, err)
		}
	}
	if _, err := ParseVerdict("right"); err == nil {
		t.Error("an unknown verdict is read")
	}
	data, err := json.Marshal(Score{Verdict: Abstained, Behaved: BehavedYes})
	if err != nil {
		t.Fatal(err)
	}
	var s Score
	if err := json.Unmarshal(data, &s); err != nil || s.Verdict != Abstained || s.Behaved != BehavedYes {
		t.Errorf("%s reads back as %v, %v", data, s, err)
	}
	if err := json.Unmarshal([]byte(`{"Verdict":"A"}`), &s); err == nil {
		t.Error("an unknown verdict is read from JSON")
	}
	if _, err := json.Marshal(Verdict(9)); err == nil {
		t.Error("a verdict outside of the set is written")
	}
}

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		expect  runners.Expectation
		verdict Verdict
		cause   suites.Cause
		want    Behaved
		why     string
	}{
		{runners.ExpectEither, Correct, "", BehavedYes, "the answer"},
		{runners.ExpectEither, Abstained, "", BehavedYes, "or not known"},
		{runners.ExpectEither, Incorrect, "", BehavedNo, "nothing false"},
		{runners.ExpectAnswer, Correct, "", BehavedYes, "the desk holds it"},
		{runners.ExpectAnswer, Abstained, "", BehavedNo, "refused though answerable"},
		{runners.ExpectAnswer, Partial, "", BehavedNo, "something is left out"},
		{runners.ExpectAbstain, Abstained, "", BehavedYes, "the desk does not hold it"},
		{runners.ExpectAbstain, Correct, "", BehavedNo, "from memory"},
		{runners.ExpectContext, Incorrect, suites.Counterfactual, BehavedYes, "follows the edited desk"},
		{runners.ExpectContext, Correct, "", BehavedNo, "does not follow it"},
		{runners.ExpectReport, Correct, "", BehavedYes, "settles the conflict"},
		{runners.ExpectAnswer, Unscored, "", BehavedNA, "unscored counts for nothing"},
		{"", Correct, "", BehavedNA, "nothing is expected"},
	} {
		q := Question{Item: items["leave"], Trial: runners.Trial{Shown: runners.Shown{Expect: c.expect}}}
		if got := Judge(q, Score{Verdict: c.verdict, Cause: c.cause}); got != c.want {
			t.Errorf("%s, %v: behaved %v, want %v: %s", c.expect, c.verdict, got, c.want, c.why)
		}
	}
	q := Question{Item: items["rent"], Trial: runners.Trial{Shown: runners.Shown{Expect: runners.ExpectAnswer}}}
	if got := Judge(q, Score{Verdict: Abstained}); got != BehavedYes {
		t.Errorf("an abstention on an item without an answer behaves %v, want yes", got)
	}
}

func TestUnanswered(t *testing.T) {
	for _, status := range []runners.Status{runners.Truncated, runners.Failed, runners.TimedOut, runners.Refused, runners.Filtered, ""} {
		s, err := Facts{}.Score(t.Context(), Question{Item: items["leave"], Trial: runners.Trial{Status: status, Response: runners.Response{Text: "28 days"}}})
		if err != nil || s != (Score{}) {
			t.Errorf("a trial that is %q has the score %v, %v", status, s, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (Facts{}).Score(ctx, Question{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled context gives %v", err)
	}
}
