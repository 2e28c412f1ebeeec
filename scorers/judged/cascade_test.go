package judged

import (
	"context"
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

// TestFinal goes by the mark alone.
func TestFinal(t *testing.T) {
	for _, row := range []struct {
		first, then scorers.Score
		want        scorers.Score
		shares      Shares
		why         string
	}{
		{scorers.Score{Verdict: scorers.Incorrect, Final: true, Cause: suites.Stale}, scorers.Score{Verdict: scorers.Correct}, scorers.Score{Verdict: scorers.Incorrect, Final: true, Cause: suites.Stale}, Shares{First: 1}, "certain"},
		{scorers.Score{Verdict: scorers.Incorrect}, scorers.Score{Verdict: scorers.Correct}, scorers.Score{Verdict: scorers.Correct}, Shares{Then: 1}, "not certain"},
		{scorers.Score{Final: true}, scorers.Score{Verdict: scorers.Correct}, scorers.Score{Verdict: scorers.Correct}, Shares{Then: 1}, "nothing is never certain"},
		{scorers.Score{Verdict: scorers.Correct, Hedged: true}, scorers.Score{Verdict: scorers.Correct}, scorers.Score{Verdict: scorers.Correct, Hedged: true}, Shares{Then: 1}, "both agree: the doubt stays"},
		{scorers.Score{Verdict: scorers.Incorrect, Cause: suites.Stale}, scorers.Score{Verdict: scorers.Incorrect}, scorers.Score{Verdict: scorers.Incorrect, Cause: suites.Stale}, Shares{Then: 1}, "both agree: the cause stays"},
		{scorers.Score{Verdict: scorers.Incorrect, Cause: suites.Stale}, scorers.Score{Verdict: scorers.Abstained}, scorers.Score{Verdict: scorers.Abstained}, Shares{Then: 1}, "they differ: it does not"},
		{scorers.Score{Verdict: scorers.Incorrect, Cause: suites.Stale}, scorers.Score{}, scorers.Score{}, Shares{Open: 1}, "no verdict"},
	} {
		c := &Cascade{First: told{row.first}, Then: told{row.then}}
		got := score(t, c, lease("x"))
		if got.Scorer != "told+told" || c.Shares() != row.shares {
			t.Errorf("%s: %+v, %+v", row.why, got, c.Shares())
		}
		got.Scorer, got.Behaved = "", 0
		if got != row.want {
			t.Errorf("%s: %+v, want %+v", row.why, got, row.want)
		}
	}
}

// told is a scorer that says what it is told.
type told struct{ says scorers.Score }

func (told) Name() string                                                     { return "told" }
func (f told) Score(context.Context, scorers.Question) (scorers.Score, error) { return f.says, nil }
