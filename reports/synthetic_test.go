package reports

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"time"

	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

// rates are an examinee's chances on an answerable item, and of asserting something on an unanswerable one.
type rates struct{ correct, partial, incorrect, invented float64 }

// lab makes graded trials of a made-up run.
type lab struct {
	items    int
	repeats  int
	arms     []string
	examinee map[string]rates
	unscored float64
	failed   float64
	seed     uint64
}

func usual() lab {
	return lab{
		items: 90, repeats: 1, seed: 7, failed: .01, arms: []string{runners.ClosedBook, runners.Oracle, runners.Retrieved},
		examinee: map[string]rates{
			runners.ClosedBook: {.22, .02, .24, .30}, runners.Oracle: {.84, .05, .05, .06}, runners.Retrieved: {.70, .04, .09, .12},
		},
	}
}

var began = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

func (l lab) run() runners.Run {
	return runners.Run{
		ID: "20261102-090000-ab12", PlanDigest: "9f31c07d5a2b4e66", Tool: "v0.1.0",
		Target:    runners.TargetInfo{Name: "appliance-a", BaseURL: "http://box:8000/v1", Model: "deepseek-r1", Accelerators: runners.Accelerators{Count: 8, Unit: "card", Model: "H100"}},
		SuiteName: "meridian", SuiteTitle: "Meridian Instruments", SuiteVersion: "1.0", SuiteDigest: "c0ffee00deadbeef", PromptDigest: "0123456789abcdef",
		Arms: l.arms, Repeats: l.repeats, Planned: l.items * l.repeats * len(l.arms), K: 5, Seed: 42, MaxTokens: 1024, Timeout: 2 * time.Minute,
		Concurrency: 8, Started: began, Finished: began.Add(5 * time.Minute), Elapsed: 5 * time.Minute,
	}
}

func (l lab) rows() iter.Seq2[scorers.Graded, error] {
	return func(yield func(scorers.Graded, error) bool) {
		rng := rand.New(rand.NewPCG(l.seed, 1))
		at := began
		for i := range l.items {
			it := madeUp(i)
			for _, arm := range l.arms {
				for r := range l.repeats {
					g := l.trial(rng, it, arm, r, at)
					at = at.Add(time.Second)
					if !yield(g, nil) {
						return
					}
				}
			}
		}
	}
}

// madeUp is an item; every sixth has no answer, and four hang on one document.
func madeUp(i int) suites.Item {
	it := suites.Item{
		ID: fmt.Sprintf("item-%03d", i), Question: fmt.Sprintf("How many days of leave does grade %d give?", i), Language: []string{"en", "en", "en", "zh", "hi"}[i%5],
		Domain: []string{"hr", "contracts", "prices", "tickets"}[i%4], Skill: []string{"single-hop", "two-hop", "table", "arithmetic", "date", "false-premise"}[i%6],
		Source: fmt.Sprintf("doc-%d", i/4), Answer: suites.Answer{Kind: value.Number, Text: fmt.Sprint(20+i, " days")}, Evidence: []string{fmt.Sprintf("p-%d", i)},
	}
	switch it.Language {
	case "zh":
		it.Question = fmt.Sprintf("第%d级员工每年有多少天年假？", i)
	case "hi":
		it.Question = fmt.Sprintf("ग्रेड %d को कितने दिन की छुट्टी मिलती है?", i)
	}
	if i%6 == 5 {
		it.Answer, it.Evidence = suites.Answer{}, nil
	}
	return it
}

func (l lab) trial(rng *rand.Rand, it suites.Item, arm string, repeat int, at time.Time) scorers.Graded {
	g := scorers.Graded{Question: scorers.Question{Item: it}}
	t := &g.Trial
	t.Key = runners.Key{ItemID: it.ID, Arm: arm, Repeat: repeat}
	t.Attempts, t.Status = 1, runners.OK
	t.Shown.Expect = runners.ExpectAnswer
	switch {
	case arm == runners.ClosedBook && it.Answerable():
		t.Shown.Expect = runners.ExpectEither
	case !it.Answerable():
		t.Shown.Expect = runners.ExpectAbstain
	}
	if arm != runners.ClosedBook {
		t.Shown.Took = time.Duration(100+rng.IntN(300)) * time.Microsecond
		for _, id := range it.Evidence {
			if arm == runners.Oracle || rng.Float64() < .85 {
				t.Shown.Passages = append(t.Shown.Passages, suites.Passage{ID: id})
			} else {
				t.Shown.Expect = runners.ExpectAbstain
			}
		}
		t.Shown.Passages = append(t.Shown.Passages, suites.Passage{ID: "p-other"})
	}
	if rng.Float64() < l.failed {
		t.Status, t.Err = runners.Failed, "connection reset"
		return g
	}
	wait := time.Duration(150+rng.ExpFloat64()*120) * time.Millisecond
	tokens := 20 + rng.IntN(80)
	t.Response.Tokens = runners.Tokens{Prompt: 400, Completion: tokens, Source: runners.FromUsage}
	t.Response.Timing = runners.Timing{
		Sent: at, FirstToken: at.Add(wait), FirstAnswerToken: at.Add(wait + 40*time.Millisecond), Last: at.Add(wait + 40*time.Millisecond + time.Duration(tokens)*18*time.Millisecond),
	}
	g.Score = l.score(rng, it, arm, t.Shown.Expect)
	t.Response.Text = fmt.Sprintf("It gives %d days, <b>as page</b> p-1 says.", rng.IntN(40))
	if it.Language == "hi" {
		t.Response.Text = "इसमें बारह दिन की छुट्टी मिलती है।"
	}
	return g
}

func (l lab) score(rng *rand.Rand, it suites.Item, arm string, expect runners.Expectation) scorers.Score {
	s := scorers.Score{Scorer: "facts", Verdict: scorers.Abstained, Why: "The reply says that it is not known."}
	p, u := l.examinee[arm], rng.Float64()
	switch {
	case rng.Float64() < l.unscored:
		return scorers.Score{Scorer: "facts", Why: "The reply names no value that can be compared."}
	case !it.Answerable():
		if u < p.invented {
			s.Verdict, s.Why = scorers.Incorrect, "The reply gives 12 days; nobody can know this."
		}
	case u < p.correct:
		s.Verdict, s.Value, s.Why = scorers.Correct, 1, "The reply gives the right value."
	case u < p.correct+p.partial:
		s.Verdict, s.Value, s.Why = scorers.Partial, .5, "Half of the set is there."
	case u < p.correct+p.partial+p.incorrect:
		s.Verdict, s.Why = scorers.Incorrect, "The reply gives 12 days, the answer is another."
		s.Cause = []suites.Cause{suites.Stale, suites.Neighbour, suites.NoCause}[rng.IntN(3)]
	}
	s.Behaved = scorers.BehavedNo
	if s.Verdict == scorers.Abstained && expect != runners.ExpectAnswer || s.Verdict == scorers.Correct && expect != runners.ExpectAbstain {
		s.Behaved = scorers.BehavedYes
	}
	return s
}
