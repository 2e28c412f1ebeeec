package gate

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

// outcome of one watched run.
type watchedRun struct {
	decision Decision
	step     Step
	asked    int
}

// watchRun draws a pair of runs and watches the second, source by source, deciding the rest at the end.
func watchRun(t *testing.T, rng *rand.Rand, rules Rules, n, perSource int, discordance, loss float64, worse scorers.Verdict) watchedRun {
	t.Helper()
	base := made("base", n, 1, []string{"oracle"}, func(int, string, int) scorers.Verdict { return right })
	head := made("head", n, 1, []string{"oracle"}, func(int, string, int) scorers.Verdict { return right })
	for at := 0; at < n; at += perSource {
		u := rng.Float64()
		for i := at; i < min(at+perSource, n); i++ { // items of a source turn together
			switch {
			case u < (discordance+loss)/2:
				head.Records[i].Verdict = worse
			case u < discordance:
				base.Records[i].Verdict = worse
			}
			if perSource > 1 {
				name := fmt.Sprint("doc", at/perSource)
				head.Records[i].Source, base.Records[i].Source = name, name
			}
		}
	}
	s, err := NewSequential(rules, base)
	if err != nil {
		t.Fatal(err)
	}
	byItem := map[string]baseline.Record{}
	for _, r := range head.Records {
		byItem[r.Item] = r
	}
	for i, item := range Order(base, rng) {
		if step := s.Observe(byItem[item]); step != Continue {
			return watchedRun{s.Decision(), step, i + 1}
		}
	}
	result, err := Check(s.Rest(), &base, head)
	if err != nil {
		t.Fatal(err)
	}
	return watchedRun{result.Decision, Continue, n}
}

// The watched gate keeps the error rates of the other and asks less: equal runs hardly ever fail, runs that are worse by the margin hardly ever
// pass, whenever it stops.
func TestSequentialErrorRates(t *testing.T) {
	const runs, n = 300, 240
	rules := func(margin float64) Rules { return Rules{Alpha: .05, Rules: []Rule{noninferior(Accuracy, margin)}} }
	for _, c := range []struct {
		name              string
		margin            float64
		per               int
		discordance, loss float64
		mostFail          float64 // of runs
		mostPass          float64
		leastSaved        float64 // share of items not asked, on average
	}{
		{"equal, calm", .05, 1, .02, 0, .05, 1, .3},
		{"equal, noisy", .05, 1, .10, 0, .05, 1, 0},
		{"worse by the margin", .05, 1, .10, .05, 1, .05, .1},
		{"worse by the margin, sources of four", .05, 4, .10, .05, 1, .05, .1},
		{"equal, sources of four", .05, 4, .10, 0, .05, 1, 0},
		{"much worse", .05, 1, .30, .25, 1, .001, .6},
	} {
		rng := rand.New(rand.NewPCG(5, 7))
		var passed, failed, asked float64
		steps := map[Step]int{}
		for range runs {
			w := watchRun(t, rng, rules(c.margin), n, c.per, c.discordance, c.loss, silent)
			asked += float64(w.asked) / runs / n
			steps[w.step]++
			switch w.decision {
			case Pass:
				passed += 1. / runs
			case Fail:
				failed += 1. / runs
			}
		}
		t.Logf("%-36s passes %.3f, fails %.3f, asks %.2f of the items; %v", c.name, passed, failed, asked, steps)
		const noise = .025 // three standard errors of a share near .05 over 300 runs are .038
		if failed > c.mostFail+noise || passed > c.mostPass+noise || 1-asked < c.leastSaved {
			t.Errorf("%s: passes %.3f (at most %.3f), fails %.3f (at most %.3f), saves %.2f (at least %.2f)", c.name, passed, c.mostPass, failed, c.mostFail, 1-asked, c.leastSaved)
		}
	}
}

// Promises about the run alone, and measures of two arms, are followed too; rules that are not followed keep the gate from passing early.
func TestSequentialRules(t *testing.T) {
	arms := []string{runners.ClosedBook, "oracle"}
	base := made("base", 300, 1, arms, func(int, string, int) scorers.Verdict { return silent })
	induced := Rule{Name: "induced", Measure: Induced, Arm: "oracle", K: 1, Tier: Critical, Promise: Promise{Kind: AtMost, Value: .1}}
	slices3 := Rule{Name: "slices", Measure: Penalised, Arm: "oracle", K: 1, Tier: Critical, Promise: Promise{Kind: NotWorse, By: []string{"language"}}}
	watch := func(rules Rules, verdict func(i int) scorers.Verdict) (Step, int) {
		s, err := NewSequential(rules, base)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 300 {
			item := fmt.Sprintf("q%05d", i)
			var records []baseline.Record
			for _, r := range base.Records {
				if r.Item == item {
					if r.Arm == "oracle" {
						r.Verdict = verdict(i)
					}
					records = append(records, r)
				}
			}
			if step := s.Observe(records...); step != Continue {
				return step, i + 1
			}
		}
		return Continue, 300
	}
	of := func(r ...Rule) Rules { return Rules{Alpha: .05, Rules: r} }
	if step, at := watch(of(induced), func(int) scorers.Verdict { return silent }); step != StopPass || at > 80 {
		t.Errorf("nothing induced: %s after %d", step, at)
	}
	if step, at := watch(of(induced), func(i int) scorers.Verdict { return []scorers.Verdict{wrong, silent}[i%2] }); step != StopFail || at > 60 {
		t.Errorf("half induced: %s after %d", step, at)
	}
	if step, _ := watch(of(induced, slices3), func(int) scorers.Verdict { return silent }); step == StopPass {
		t.Error("passes early although a critical rule is not followed")
	}
	if step, _ := watch(of(induced), func(int) scorers.Verdict { return unscored }); step == StopPass || step == StopFail {
		t.Errorf("nothing but unscored: %s", step)
	}
	if step, at := watch(of(induced), func(i int) scorers.Verdict {
		return []scorers.Verdict{wrong, silent, silent, silent, silent, silent, silent, silent, silent, silent}[i%10]
	}); step != StopFutile || at < 75 {
		t.Errorf("on the limit: %s after %d", step, at)
	}
	if _, err := NewSequential(of(slices3), base); err == nil {
		t.Error("no rule can be followed, and no error")
	}
}

func TestOrder(t *testing.T) {
	b := made("b", 60, 2, []string{"oracle"}, func(int, string, int) scorers.Verdict { return right })
	for i := range b.Records {
		b.Records[i].Source = b.Records[i].Item[:5] // tens
	}
	order := Order(b, rand.New(rand.NewPCG(1, 2)))
	if len(order) != 60 || slices.IsSorted(order) {
		t.Fatalf("order of %d items, sorted %v", len(order), slices.IsSorted(order))
	}
	for i := range order {
		if order[i][:5] != order[i/10*10][:5] {
			t.Fatalf("source of %s is torn apart: %v", order[i], order)
		}
	}
	if again := Order(b, rand.New(rand.NewPCG(1, 2))); !slices.Equal(order, again) {
		t.Error("the same seed gives another order")
	}
}
