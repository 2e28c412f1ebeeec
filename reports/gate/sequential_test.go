package gate

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites/curated"
)

// shipped is a right run of the items of the suite that is shipped, with its sources, in one arm.
func shipped(t *testing.T) baseline.Baseline {
	t.Helper()
	s, err := curated.Load(curated.Default)
	if err != nil {
		t.Fatal(err)
	}
	b := made("base", len(s.Items), 1, []string{"oracle"}, func(int, string, int) scorers.Verdict { return right })
	for i := range b.Records {
		b.Records[i].Source = s.Items[i].Source
	}
	return b
}

// turn changes items between right and worse in both runs: a share discordance of them in all, loss more to the head's harm. together is the chance
// that the items of a source turn as one.
func turn(rng *rand.Rand, b baseline.Baseline, worse scorers.Verdict, discordance, loss, together float64) (base, head baseline.Baseline) {
	base, head = b, b
	head.Run.ID = "head"
	base.Records, head.Records = append([]baseline.Record(nil), b.Records...), append([]baseline.Record(nil), b.Records...)
	source := map[string]float64{}
	for i := range b.Records {
		c := b.Records[i].Cluster()
		if _, known := source[c]; !known {
			if source[c] = 2; rng.Float64() < together {
				source[c] = rng.Float64()
			}
		}
		u := rng.Float64()
		if source[c] < 2 {
			u = source[c]
		}
		switch {
		case u < (discordance+loss)/2:
			head.Records[i].Verdict = worse
		case u < discordance:
			base.Records[i].Verdict = worse
		}
	}
	return base, head
}

// again is a watch with the same order and plan, of another baseline.
func (s *Sequential) again(base baseline.Baseline) *Sequential {
	c := *s
	c.base, c.before, c.came, c.last = base, map[string][]baseline.Record{}, map[string][]baseline.Record{}, map[string]Decision{}
	for _, r := range base.Records {
		c.before[r.Item] = append(c.before[r.Item], r)
	}
	return &c
}

// Over the shipped suite's items and sources, whose sizes are uneven, the watched gate keeps the error rates of the other: equal runs hardly ever fail,
// runs that are worse by the margin hardly ever pass, whether items change one by one or source by source. What it saves is what docs/GATES.md says.
func TestSequentialErrorRates(t *testing.T) {
	const alpha, margin = .05, .057
	suite := shipped(t)
	rule := noninferior(Penalised, margin)
	for _, c := range []struct {
		name                        string
		discordance, loss, together float64
		mostFail, mostPass          float64 // of runs
		leastSaved                  float64 // share of items not asked, on average
		own                         int     // items with sources of their own, in place of the suite's
	}{
		{"equal, 2 % change", .02, 0, 0, alpha, 1, 0, 0},
		{"equal, 10 % change", .10, 0, 0, alpha, 1, 0, 0},
		{"equal, 10 % of sources change", .10, 0, 1, alpha, 1, .1, 0},
		{"5 points better", .10, -.05, 0, alpha, 1, 0, 0},
		{"5 points worse", .10, .05, 0, 1, .12, .02, 0},
		{"worse by the margin", .10, margin, 0, 1, alpha, .02, 0},
		{"worse by the margin, by sources", margin, margin, 1, 1, alpha, .1, 0},
		{"10 points worse", .14, .10, 0, 1, .01, .2, 0},
		{"20 points worse", .24, .20, 0, 1, 0, .5, 0},
		{"equal, 10 %, 800 sources", .10, 0, 0, alpha, 1, .2, 800},
	} {
		rng := rand.New(rand.NewPCG(5, 7))
		whole := suite
		if c.own > 0 {
			whole = made("base", c.own, 1, []string{"oracle"}, func(int, string, int) scorers.Verdict { return right })
		}
		runs := 250.
		if c.own > 0 { // large, and here for what is saved
			runs = 80
		}
		planned, err := NewSequential(Rules{Alpha: alpha, Rules: []Rule{rule}}, whole, rng)
		if err != nil {
			t.Fatal(err)
		}
		order := planned.Order()
		var passed, failed, asked, wholePassed, wholeFailed float64
		steps := map[Step]int{}
		for range int(runs) {
			base, head := turn(rng, whole, silent, c.discordance, c.loss, c.together)
			s := planned.again(base)
			records := map[string]baseline.Record{}
			for _, r := range head.Records {
				records[r.Item] = r
			}
			step := Continue
			for _, item := range order {
				if step = s.Observe(records[item]); step != Continue {
					break
				}
			}
			steps[step]++
			asked += float64(s.Items()) / float64(len(order)) / runs
			decision := s.Decision()
			if step == Continue {
				decision = decideWhole(rule, s.plans[0].at(len(s.looks)-1), &base, &head)
			}
			unwatched := decideWhole(rule, both(alpha), &base, &head)
			passed += ifSo(decision == Pass) / runs
			failed += ifSo(decision == Fail) / runs
			wholePassed += ifSo(unwatched == Pass) / runs
			wholeFailed += ifSo(unwatched == Fail) / runs
		}
		t.Logf("%-32s passes %.3f (whole %.3f), fails %.3f (whole %.3f), asks %.2f of the items; %v", c.name, passed, wholePassed, failed, wholeFailed, asked, steps)
		noise := 3 * math.Sqrt(.05*.95/runs) // three standard errors of a share of .05
		if failed > c.mostFail+noise || passed > c.mostPass+noise || 1-asked < c.leastSaved-1e-9 {
			t.Errorf("%s: passes %.3f (at most %.3f), fails %.3f (at most %.3f), saves %.2f (at least %.2f)", c.name, passed, c.mostPass, failed, c.mostFail, 1-asked, c.leastSaved)
		}
		if passed < wholePassed-.15 || failed < wholeFailed-.15 {
			t.Errorf("%s: decides much less than the whole would", c.name)
		}
	}
}

func ifSo(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// decideWhole is a rule's decision on whole runs.
func decideWhole(r Rule, l levels, base, head *baseline.Baseline) Decision {
	d, _ := r.Measure.look()
	return decide(gain(pair(take(head, r, asScored), take(base, r, asScored)), d, kOf(r, d)), r.Promise, l)
}

// Promises about the run alone, and measures of two arms, are followed too; a rule on slices can break early; those on times wait.
func TestSequentialRules(t *testing.T) {
	arms := []string{runners.ClosedBook, "oracle"}
	base := made("base", 300, 1, arms, func(int, string, int) scorers.Verdict { return silent })
	induced := Rule{Name: "induced", Measure: Induced, Arm: "oracle", K: 1, Tier: Critical, Promise: Promise{Kind: AtMost, Value: .1}}
	slices3 := Rule{Name: "slices", Measure: Penalised, Arm: "oracle", K: 1, Tier: Critical, Promise: Promise{Kind: NotWorse, By: []string{"language"}}}
	supporting := slices3
	supporting.Tier = Supporting
	fast := Rule{Name: "fast", Measure: FirstTokenP95, Arm: "oracle", K: 1, Tier: Critical, Promise: Promise{Kind: RatioAtMost, Value: 1.1}}
	of := func(r ...Rule) Rules { return Rules{Alpha: .05, Rules: r} }
	watch := func(rules Rules, verdict func(i int) scorers.Verdict) (Step, int) {
		s, err := NewSequential(rules, base, rand.New(rand.NewPCG(1, 1)))
		if err != nil {
			t.Fatal(err)
		}
		for i, item := range s.Order() {
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
				if s.Observe(records...) != step {
					t.Error("a stop is taken back")
				}
				return step, i + 1
			}
		}
		return Continue, 300
	}
	never := func(int) scorers.Verdict { return silent }
	half := func(i int) scorers.Verdict { return []scorers.Verdict{wrong, silent}[i%2] }
	for _, c := range []struct {
		name  string
		rules Rules
		of    func(int) scorers.Verdict
		step  Step
		most  int
	}{
		{"nothing induced", of(induced), never, StopPass, 120},
		{"half induced", of(induced), half, StopFail, 60},
		{"a slice screen beside it lets it pass", of(induced, supporting), never, StopPass, 150},
		{"a critical one does not", of(induced, slices3), never, Continue, 300},
		{"but breaks early", of(slices3), half, StopFail, 100},
		{"times wait", of(induced, fast), never, Continue, 300},
		{"and do not keep from failing", of(induced, fast), half, StopFail, 60},
		{"nothing but unscored", of(induced), func(int) scorers.Verdict { return unscored }, Continue, 300},
		{"on the limit", of(induced), func(i int) scorers.Verdict {
			return []scorers.Verdict{silent, silent, silent, silent, wrong, silent, silent, silent, silent, silent}[i%10]
		}, StopFutile, 270},
	} {
		if step, at := watch(c.rules, c.of); step != c.step || at > c.most {
			t.Errorf("%s: %s after %d, want %s by %d", c.name, step, at, c.step, c.most)
		}
	}
}

// While too much fails nothing is decided on the way, just as the end would decide nothing.
func TestSequentialBroken(t *testing.T) {
	base := made("base", 300, 1, []string{"oracle", "retrieved"}, func(int, string, int) scorers.Verdict { return right })
	rules := Rules{Alpha: .05, Rules: []Rule{{Name: "r", Measure: Accuracy, Arm: "oracle", K: 1, Tier: Critical, Promise: Promise{Kind: AtLeast, Value: .5}}}}
	for _, c := range []struct {
		of   scorers.Verdict
		fail int // of so many trials in the other arm, one
		want Step
	}{{right, 300, StopPass}, {right, 5, Continue}, {wrong, 300, StopFail}, {wrong, 5, Continue}} {
		s, err := NewSequential(rules, base, rand.New(rand.NewPCG(1, 1)))
		if err != nil {
			t.Fatal(err)
		}
		step := Continue
		for i, item := range s.Order() {
			records := slices.Clone(s.before[item])
			records[0].Verdict = c.of
			if i%c.fail == 0 {
				records[1].Status, records[1].Verdict = runners.Failed, unscored
			}
			if step = s.Observe(records...); step != Continue {
				break
			}
		}
		if step != c.want {
			t.Errorf("%v, one of %d failed: %s, want %s", c.of, c.fail, step, c.want)
		}
	}
}

// What cannot be decided early is said beforehand, and nothing of α is spent on it.
func TestOutlook(t *testing.T) {
	few := made("b", 20, 1, []string{"oracle"}, func(int, string, int) scorers.Verdict { return right })
	for i := range few.Records {
		few.Records[i].Source = few.Records[i].Item[:5] // tens
	}
	for _, c := range []struct {
		name       string
		base       baseline.Baseline
		canStop    bool
		says       string
		pass, fail float64 // levels at the end
	}{
		{"two sources", few, false, "stopping early cannot happen", .05, .05},
		{"the shipped suite", shipped(t), true, "a run in which nothing changes is asked to the end: 68 sources are too few", .05, .032},
		{"many items", made("b", 1000, 1, []string{"oracle"}, func(int, string, int) scorers.Verdict { return right }), true, "unchanged it passes from", .041, .032},
	} {
		s, err := NewSequential(Rules{Alpha: .05, Rules: []Rule{noninferior(Penalised, .057)}}, c.base, rand.New(rand.NewPCG(3, 4)))
		if err != nil {
			t.Fatal(err)
		}
		said := strings.Join(s.Outlook(), "\n")
		if s.CanStop() != c.canStop || !strings.Contains(said, c.says) {
			t.Errorf("%s: can stop %v, says\n%s", c.name, s.CanStop(), said)
		}
		end := s.plans[0].at(len(s.looks) - 1)
		if math.Abs(end.pass-c.pass) > .004 || math.Abs(end.fail-c.fail) > .004 || end.early {
			t.Errorf("%s: levels at the end are %+v, want %g and %g", c.name, end, c.pass, c.fail)
		}
	}
}

// A look sees the first sources of the order and no others, whatever order their items come in.
func TestOrder(t *testing.T) {
	b := made("b", 200, 2, []string{"oracle"}, func(int, string, int) scorers.Verdict { return right })
	for i := range b.Records {
		b.Records[i].Source = b.Records[i].Item[:5] // tens
	}
	rules := Rules{Alpha: .05, Rules: []Rule{noninferior(Accuracy, .05)}}
	of := func(seed uint64) *Sequential {
		s, err := NewSequential(rules, b, rand.New(rand.NewPCG(seed, 2)))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := of(1)
	order := s.Order()
	if len(order) != 200 || slices.IsSorted(order) || !slices.Equal(order, of(1).Order()) || slices.Equal(order, of(2).Order()) {
		t.Fatalf("order of %d items, sorted %v", len(order), slices.IsSorted(order))
	}
	for i := range order {
		if order[i][:5] != order[i/10*10][:5] {
			t.Fatalf("source of %s is torn apart: %v", order[i], order)
		}
	}
	for i := 199; i >= 0; i-- { // the first source comes last
		if i > 0 && s.Items() != 0 {
			t.Fatalf("%d items are seen without the first", s.Items())
		}
		s.Observe(s.before[order[i]]...)
	}
	if s.Observe(baseline.Record{Item: "another"}); s.Items() == 0 {
		t.Error("nothing is seen")
	}
}
