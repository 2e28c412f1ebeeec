package judged

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/viva-eval/viva/internal/fakeai"
	"github.com/viva-eval/viva/internal/fan"
	"github.com/viva-eval/viva/scorers"
)

// examine scores n trials with different replies, eight at a time.
func examine(t *testing.T, s scorers.Scorer, n int) []scorers.Score {
	t.Helper()
	var qs []scorers.Question
	for i := range n {
		q := lease(fmt.Sprintf("In %d.", 1900+i))
		q.Trial.Repeat = i
		qs = append(qs, q)
	}
	var all []scorers.Score
	for got := range fan.Map(t.Context(), 8, slices.Values(qs), func(ctx context.Context, q scorers.Question) scorers.Score {
		got, err := s.Score(ctx, q)
		if err != nil {
			t.Error(err)
		}
		return got
	}) {
		all = append(all, got)
	}
	return all
}

func TestBudget(t *testing.T) {
	const trials = 60
	usage := &fakeai.Usage{Prompt: 900, Completion: 100}
	script := func(fakeai.Request) fakeai.Reply { return fakeai.Reply{Text: "C", Usage: usage} }
	for _, row := range []struct {
		budget        *Budget
		least, most   int // trials judged: what is under way when tokens run out is still paid
		says          string
		money, tokens float64
	}{
		{&Budget{Requests: 20}, 20, 20, "the budget of 20 requests is spent", 0, 0},
		{&Budget{Tokens: 20_000}, 20, 28, "the budget of 20000 tokens is spent", 0, 0},
		{&Budget{Money: 0.025}, 10, 18, "the budget of 0.025 in money is spent", 0, 0},
		{&Budget{}, trials, trials, "", 0, 0},
		{nil, trials, trials, "", 0, 0},
	} {
		j, server := judge(t, script)
		j.Budget, j.Price = row.budget, Price{Prompt: 2, Completion: 7}
		judged := 0
		for _, s := range examine(t, j, trials) {
			switch {
			case s.Verdict == scorers.Incorrect:
				judged++
			case s.Verdict != scorers.Unscored || !strings.Contains(s.Why, "not judged: ") || !strings.Contains(s.Why, row.says) || s.Scorer == "":
				t.Errorf("%+v", s)
			}
		}
		if judged < row.least || judged > row.most || server.Requests() != judged {
			t.Errorf("%+v: %d judged in %d requests, want %d to %d", row.budget, judged, server.Requests(), row.least, row.most)
		}
		tally := j.Tally()
		if tally.Unpaid != trials-judged || tally.Failed != 0 || tally.Questions != trials || tally.Scored != judged {
			t.Errorf("%+v", tally)
		}
		if want := 0.0025 * float64(judged); tally.Spend.Tokens() != 1000*judged || tally.Spend.Money < want-1e-9 || tally.Spend.Money > want+1e-9 {
			t.Errorf("spent %+v on %d", tally.Spend, judged)
		}
		if row.budget != nil {
			got, want := row.budget.Spent(), tally.Spend
			if got.Requests != want.Requests || got.Tokens() != want.Tokens() || fmt.Sprintf("%.6f", got.Money) != fmt.Sprintf("%.6f", want.Money) {
				t.Errorf("the budget saw %+v, the judge %+v", got, want)
			}
		}
	}
}

// TestBudgetIsShared: two judges drink from one cup, and attempts that fail count.
func TestBudgetIsShared(t *testing.T) {
	b := &Budget{Requests: 3}
	j1, s1 := judge(t, fakeai.Script(perfect).With(func(_ fakeai.Request, r *fakeai.Reply) {
		r.Fault, r.Times, r.RetryAfter = fakeai.RateLimited, 1, moment
	}))
	j2, s2 := judge(t, perfect)
	j1.Budget, j2.Budget = b, b
	if got := score(t, j1, lease("In 2030.")); got.Verdict != scorers.Incorrect || s1.Requests() != 2 {
		t.Errorf("%+v, %d", got, s1.Requests())
	}
	if got := score(t, j2, lease("In 2030.")); got.Verdict != scorers.Incorrect {
		t.Errorf("%+v", got)
	}
	if got := score(t, j2, lease("In 2031.")); got.Verdict != scorers.Unscored || s2.Requests() != 1 {
		t.Errorf("%+v, %d", got, s2.Requests())
	}
}

// TestSpentBudgetStillReadsTheCache: what is known is not left out for want of money.
func TestSpentBudgetStillReadsTheCache(t *testing.T) {
	j, server := judge(t, perfect)
	j.Cache, j.Budget = new(Memory), &Budget{Requests: 1}
	for range 2 {
		if got := score(t, j, lease("In 2030.")); got.Verdict != scorers.Incorrect {
			t.Errorf("%+v", got)
		}
	}
	if got := score(t, j, lease("In 2031.")); got.Verdict != scorers.Unscored || server.Requests() != 1 {
		t.Errorf("%+v", got)
	}
}

// TestVotesStandWithoutTheLast: two equal votes of three decide, though the third could not be paid.
func TestVotesStandWithoutTheLast(t *testing.T) {
	for limit, want := range map[int]scorers.Verdict{1: scorers.Unscored, 2: scorers.Incorrect} {
		j, _ := judge(t, perfect, votes(3))
		j.Budget = &Budget{Requests: limit}
		if got := score(t, j, lease("In 2030.")); got.Verdict != want || !strings.Contains(got.Why, map[int]string{1: "budget", 2: "2 incorrect, 1 unscored"}[limit]) {
			t.Errorf("%d: %+v", limit, got)
		}
	}
}

// TestEstimatesAreTold: where the server counts no tokens we do, and say so.
func TestEstimatesAreTold(t *testing.T) {
	j, _ := judge(t, fakeai.Script(perfect).With(func(_ fakeai.Request, r *fakeai.Reply) { r.Fault = fakeai.NoUsage }))
	score(t, j, lease("In 2030."))
	if s := j.Tally().Spend; s.Estimated != 1 || s.Prompt == 0 || s.Completion == 0 {
		t.Errorf("%+v", s)
	}
}
