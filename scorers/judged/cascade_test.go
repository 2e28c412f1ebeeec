package judged

import (
	"math"
	"strings"
	"testing"

	"github.com/viva-eval/viva/internal/fakeai"
	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

func TestCascade(t *testing.T) {
	j, server := judge(t, fakeai.Script(perfect))
	c := &Cascade{First: scorers.Facts{}, Then: j}
	days := lease("28 days")
	days.Item = suites.Item{ID: "leave", Question: "How many days of annual leave are there?", Language: "en", Answer: suites.Answer{Kind: value.Number, Text: "28 days"}}
	wrong := days
	wrong.Trial.Response.Text = "27 days"
	for _, row := range []struct {
		q       scorers.Question
		verdict scorers.Verdict
		asked   int
		why     string
	}{
		{days, scorers.Correct, 0, "the value"},
		{wrong, scorers.Incorrect, 0, "another value of the same kind"},
		{lease("Not known."), scorers.Abstained, 0, "the invited sentence"},
		{lease("The last day of September 2027."), scorers.Correct, 0, "the words"},
		{lease("The tenancy runs out in spring."), scorers.Incorrect, 1, "other words may mean the same: the judge is asked"},
		{nobody("This cannot be what you mean, not known to us"), scorers.Abstained, -1, "either tier"},
	} {
		before := server.Requests()
		got := score(t, c, row.q)
		if asked := server.Requests() - before; got.Verdict != row.verdict || got.Scorer != c.Name() || row.asked >= 0 && asked != row.asked {
			t.Errorf("%q: %+v after %d requests, want %v after %d: %s", row.q.Trial.Response.Text, got, asked, row.verdict, row.asked, row.why)
		}
	}
	if got := score(t, c, scorers.Question{Trial: runners.Trial{Status: runners.TimedOut}}); got != (scorers.Score{}) {
		t.Errorf("%+v", got)
	}
	s := c.Shares()
	if s.First+s.Then != 6 || s.Open != 0 || s.Then != server.Requests() || s.Decided() != 1 || s.Without() != float64(s.First)/6 {
		t.Errorf("%+v", s)
	}
	if !strings.HasPrefix(c.Name(), "facts+judge/scripted@") {
		t.Error(c.Name())
	}
	if !math.IsNaN((Shares{}).Decided()) {
		t.Error("a share of nothing")
	}
}

// TestCascadeWithoutAVerdict: a guess of the first tier does not come back for want of a judge.
func TestCascadeWithoutAVerdict(t *testing.T) {
	j, _ := judge(t, perfect)
	j.Budget = &Budget{Requests: 1}
	c := &Cascade{First: scorers.Facts{}, Then: j}
	if got := score(t, c, lease("The tenancy runs out in spring.")); got.Verdict != scorers.Incorrect {
		t.Errorf("%+v", got)
	}
	got := score(t, c, lease("The tenancy runs out in autumn."))
	if got.Verdict != scorers.Unscored || !strings.Contains(got.Why, "budget") || got.Behaved != scorers.BehavedNA {
		t.Errorf("%+v", got)
	}
	if s := c.Shares(); s != (Shares{Then: 1, Open: 1}) || s.Decided() != 0.5 || s.Without() != 0 {
		t.Errorf("%+v", s)
	}
}

func TestStands(t *testing.T) {
	text, typed, none := lease("x"), lease("x"), nobody("x")
	typed.Item.Answer = suites.Answer{Kind: value.Date, Text: "30 September 2027"}
	for _, row := range []struct {
		q     scorers.Question
		s     scorers.Score
		final bool
		why   string
	}{
		{text, scorers.Score{Verdict: scorers.Correct}, true, "all words of the truth"},
		{text, scorers.Score{Verdict: scorers.Abstained}, true, "says so"},
		{text, scorers.Score{Verdict: scorers.Incorrect}, false, "no shared words prove nothing"},
		{text, scorers.Score{Verdict: scorers.Partial}, false, "half of the words may be all of the meaning"},
		{text, scorers.Score{Verdict: scorers.Incorrect, Cause: suites.Stale}, true, "a value known to be wrong"},
		{text, scorers.Score{}, false, "undecided"},
		{typed, scorers.Score{Verdict: scorers.Incorrect}, true, "another date"},
		{typed, scorers.Score{Verdict: scorers.Partial}, true, "a coarser date"},
		{typed, scorers.Score{}, false, "undecided"},
		{none, scorers.Score{Verdict: scorers.Incorrect}, false, "an unknown way to decline"},
		{none, scorers.Score{Verdict: scorers.Incorrect, Cause: suites.Distractor}, true, "a value known to be wrong"},
		{none, scorers.Score{Verdict: scorers.Abstained}, true, "says so"},
	} {
		if got := Stands(row.q, row.s); got != row.final {
			t.Errorf("%v %+v: %v: %s", row.q.Item.Answer.Kind, row.s.Verdict, got, row.why)
		}
	}
}
