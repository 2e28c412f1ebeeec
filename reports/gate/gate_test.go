package gate

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

var when = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

// made is a finished run of so many items in one arm, with the verdicts that verdict gives.
func made(id string, items, repeats int, arms []string, verdict func(item int, arm string, repeat int) scorers.Verdict) baseline.Baseline {
	b := baseline.Baseline{Run: runners.Run{ID: id, SuiteDigest: "s", SuiteName: "suite", Finished: when, Arms: arms, Repeats: repeats, Planned: items * repeats * len(arms)}, Scorer: "facts"}
	for i := range items {
		for _, arm := range arms {
			for k := range repeats {
				v := verdict(i, arm, k)
				r := baseline.Record{Item: fmt.Sprintf("q%05d", i), Arm: arm, Repeat: k, Language: []string{"en", "zh", "hi"}[i%3], Domain: "hr", Skill: "table",
					Answerable: true, Status: runners.OK, Verdict: v, Behaved: scorers.BehavedYes}
				if v == scorers.Incorrect {
					r.Behaved = scorers.BehavedNo
				}
				b.Records = append(b.Records, r)
			}
		}
	}
	return b
}

// tabled is a pair of runs of an arm with so many items on each pair of verdicts; first is the head.
func tabled(table map[[2]scorers.Verdict]int) (base, head baseline.Baseline) {
	var pairs [][2]scorers.Verdict
	for _, x := range []scorers.Verdict{scorers.Correct, scorers.Partial, scorers.Incorrect, scorers.Abstained, scorers.Unscored} {
		for _, y := range []scorers.Verdict{scorers.Correct, scorers.Partial, scorers.Incorrect, scorers.Abstained, scorers.Unscored} {
			for range table[[2]scorers.Verdict{x, y}] {
				pairs = append(pairs, [2]scorers.Verdict{x, y})
			}
		}
	}
	one := func(id string, side int) baseline.Baseline {
		return made(id, len(pairs), 1, []string{"oracle"}, func(i int, _ string, _ int) scorers.Verdict { return pairs[i][side] })
	}
	return one("base", 1), one("head", 0)
}

func noninferior(m Measure, margin float64) Rule {
	return Rule{Name: "r", Measure: m, Arm: "oracle", K: 1, Tier: Critical, Promise: Promise{Kind: NonInferior, Value: margin}}
}

func run(t *testing.T, r Rule, base *baseline.Baseline, head baseline.Baseline) Finding {
	t.Helper()
	result, err := Check(Rules{Alpha: 0.05, Rules: []Rule{r}}, base, head)
	if err != nil {
		t.Fatal(err)
	}
	return result.Rules[0]
}

const (
	right, wrong, silent, partial, unscored = scorers.Correct, scorers.Incorrect, scorers.Abstained, scorers.Partial, scorers.Unscored
)

// The worked examples of non-inferiority: with the tables' counts, (both, only head, only base, neither), the decision that the theory names.
func TestWorkedExamples(t *testing.T) {
	for _, c := range []struct {
		both, b, c, neither int
		want                Decision
		low, high           float64 // of Tango's 90 % interval, where it is published
		why                 string
	}{
		{850, 30, 25, 95, Pass, -.00736, .017554, "the bound clears the margin"},
		{170, 6, 5, 19, Inconclusive, math.NaN(), math.NaN(), "200 items are too few for two points"},
		{840, 15, 45, 100, Fail, -.0434, -.0177, "worse at 5 % and three points lost of two allowed"},
	} {
		base, head := tabled(map[[2]scorers.Verdict]int{{right, right}: c.both, {right, silent}: c.b, {silent, right}: c.c, {silent, silent}: c.neither})
		f := run(t, noninferior(Accuracy, .02), &base, head)
		if f.Decision != c.want {
			t.Errorf("%s: %s (%s)", c.why, f.Decision, f.Reason)
		}
		if !math.IsNaN(c.low) && (math.Abs(float64(f.Low)-c.low) > 6e-5 || math.Abs(float64(f.High)-c.high) > 6e-5) {
			t.Errorf("bounds %.5f, %.5f, published %.5f, %.5f", f.Low, f.High, c.low, c.high)
		}
		// Abstentions and errors turned round: the same counts as hallucinations decide the same way.
		base, head = tabled(map[[2]scorers.Verdict]int{{silent, silent}: c.both, {silent, wrong}: c.b, {wrong, silent}: c.c, {wrong, wrong}: c.neither})
		if g := run(t, noninferior(Hallucination, .02), &base, head); g.Decision != f.Decision || math.Abs(float64(g.Value-f.Value)) > 1e-12 || math.Abs(float64(g.Low-f.Low)) > 1e-9 {
			t.Errorf("hallucination decides %s at %v [%v], accuracy %s at %v [%v]", g.Decision, g.Value, g.Low, f.Decision, f.Value, f.Low)
		}
	}
}

func TestDecisions(t *testing.T) {
	type table = map[[2]scorers.Verdict]int
	at := func(m Measure, kind Kind, value float64) Rule {
		return Rule{Name: "r", Measure: m, Arm: "oracle", K: 1, Tier: Critical, Promise: Promise{Kind: kind, Value: value}}
	}
	for _, c := range []struct {
		name  string
		rule  Rule
		table table
		want  Decision
	}{
		{"nothing changed over 242 items", noninferior(Penalised, .05), table{{right, right}: 120, {wrong, wrong}: 60, {silent, silent}: 62}, Pass},
		{"nothing changed over 20 items", noninferior(Penalised, .05), table{{right, right}: 10, {wrong, wrong}: 10}, Inconclusive},
		{"right answers turned false cost twice", noninferior(Penalised, .05), table{{right, right}: 220, {wrong, right}: 20}, Fail},
		{"right answers turned silent cost once", noninferior(Penalised, .15), table{{right, right}: 220, {silent, right}: 20}, Pass},
		{"much better", noninferior(Penalised, .05), table{{right, right}: 100, {right, wrong}: 60}, Pass},
		{"worse for sure, but inside the margin", noninferior(Accuracy, .05), table{{right, right}: 9700, {silent, right}: 300}, Pass},
		{"worse for sure, near the margin", noninferior(Accuracy, .03), table{{right, right}: 970, {silent, right}: 29, {silent, silent}: 1}, Inconclusive},
		{"none of 100 is under 3 %", at(Hallucination, AtMost, .03), table{{right, right}: 100}, Pass},
		{"none of 20 is not", at(Hallucination, AtMost, .03), table{{right, right}: 20}, Inconclusive},
		{"ten of 100 is over 3 %", at(Hallucination, AtMost, .03), table{{wrong, right}: 10, {right, right}: 90}, Fail},
		{"nine of ten right is not yet 80 %", at(Accuracy, AtLeast, .8), table{{right, right}: 9, {wrong, right}: 1}, Inconclusive},
		{"900 of 1000 is", at(Accuracy, AtLeast, .8), table{{right, right}: 900, {wrong, right}: 100}, Pass},
		{"a few unscored do not matter", noninferior(Accuracy, .05), table{{right, right}: 400, {unscored, right}: 1}, Pass},
		{"many do", noninferior(Accuracy, .05), table{{right, right}: 400, {unscored, right}: 40}, Inconclusive},
		{"whatever they are, it is worse", noninferior(Accuracy, .05), table{{right, right}: 100, {unscored, right}: 5, {wrong, right}: 60}, Fail},
		{"unscored for the limit", at(Hallucination, AtMost, .05), table{{right, right}: 380, {unscored, right}: 20}, Inconclusive},
		{"unscored itself", at(Unscored, AtMost, .02), table{{right, right}: 380, {unscored, right}: 20}, Fail},
		{"partials are neither", noninferior(Penalised, .05), table{{partial, partial}: 300}, Pass},
	} {
		base, head := tabled(c.table)
		f := run(t, c.rule, &base, head)
		if f.Decision != c.want {
			t.Errorf("%s: %s, want %s; %s [%v, %v]", c.name, f.Decision, c.want, f.Reason, f.Low, f.High)
		}
		if f.Reason == "" {
			t.Errorf("%s: no reason", c.name)
		}
		if f.Decision == Inconclusive && f.Needed == 0 && f.Unscored == 0 {
			t.Errorf("%s: inconclusive, and no number of items that it needs", c.name)
		}
	}
}

// What a rule says it needs leads to a decision.
func TestNeeded(t *testing.T) {
	for _, r := range []Rule{noninferior(Accuracy, .05), noninferior(Penalised, .05), {Name: "r", Measure: Hallucination, Arm: "oracle", K: 1, Tier: Critical, Promise: Promise{Kind: AtMost, Value: .12}}} {
		counts := map[[2]scorers.Verdict]int{{right, right}: 31, {wrong, right}: 2, {right, wrong}: 2, {silent, silent}: 5}
		base, head := tabled(counts)
		f := run(t, r, &base, head)
		if f.Decision != Inconclusive || f.Needed < 1 {
			t.Fatalf("%s: %s, needs %d", r.Measure, f.Decision, f.Needed)
		}
		times := float64(f.Items+f.Needed) / float64(f.Items)
		for k := range counts {
			counts[k] = int(math.Ceil(float64(counts[k]) * times))
		}
		base, head = tabled(counts)
		if g := run(t, r, &base, head); g.Decision == Inconclusive {
			t.Errorf("%s: still %s with %d items", r.Measure, g.Decision, g.Items)
		}
	}
}

// Two-armed measures: the closed book of the same run is the other side.
func TestTwoArms(t *testing.T) {
	arms := []string{runners.ClosedBook, "oracle"}
	// Of 300 items the closed book knows 100; the pages rescue 100 more, harm 10 and mislead 20 that were silent.
	head := made("head", 300, 1, arms, func(i int, arm string, _ int) scorers.Verdict {
		switch {
		case arm == runners.ClosedBook && i < 100:
			return right
		case arm == runners.ClosedBook:
			return silent
		case i < 10:
			return silent
		case i < 200:
			return right
		case i < 220:
			return wrong
		}
		return silent
	})
	rule := func(m Measure, kind Kind, v float64) Rule {
		return Rule{Name: "r", Measure: m, Arm: "oracle", K: 1, Tier: Critical, Promise: Promise{Kind: kind, Value: v}}
	}
	for _, c := range []struct {
		m    Measure
		want float64
	}{{Lift, .3}, {Harm, 10. / 300}, {Induced, 20. / 300}} {
		f := run(t, rule(c.m, AtMost, .9), nil, head)
		if math.Abs(float64(f.Value)-c.want) > 1e-12 || f.Decision != Pass {
			t.Errorf("%s is %v, want %v: %s", c.m, f.Value, c.want, f.Decision)
		}
	}
	if f := run(t, rule(Lift, AtLeast, .2), nil, head); f.Decision != Pass {
		t.Errorf("lift of 30 points at least 20: %s, %s", f.Decision, f.Reason)
	}
	base := head
	base.Run.ID = "base"
	if f := run(t, rule(Lift, NonInferior, .05), &base, head); f.Decision != Pass || f.Value != 0 {
		t.Errorf("lift beside itself: %s %v", f.Decision, f.Value)
	}
	alone := made("x", 300, 1, []string{"oracle"}, func(int, string, int) scorers.Verdict { return right })
	_, err := Check(Rules{Alpha: .05, Rules: []Rule{rule(Lift, AtLeast, .2)}}, nil, alone)
	var missing *MissingError
	if !errors.As(err, &missing) || !strings.Contains(err.Error(), "needs the arm closed-book") {
		t.Errorf("lift without a closed book: %v", err)
	}
}

// Repeats sharpen an item's average; items of one source count for less.
func TestEffective(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	noisy := func(int, string, int) scorers.Verdict {
		if rng.IntN(2) == 0 {
			return right
		}
		return silent
	}
	once := func(repeats int) Finding {
		base, head := made("base", 200, repeats, []string{"oracle"}, noisy), made("head", 200, repeats, []string{"oracle"}, noisy)
		return run(t, noninferior(Accuracy, .1), &base, head)
	}
	one, four := once(1), once(4)
	if width1, width4 := one.High-one.Low, four.High-four.Low; !(width4 < .62*width1 && width4 > .4*width1) {
		t.Errorf("one repeat is %.4f wide, four %.4f: want about half", width1, width4)
	}
	if one.Effective != 200 || !(four.Effective > 300 && four.Effective <= 800) {
		t.Errorf("effective %v and %v", one.Effective, four.Effective)
	}
	base, head := tabled(map[[2]scorers.Verdict]int{{right, right}: 150, {silent, right}: 10, {right, silent}: 10})
	loose := run(t, noninferior(Accuracy, .1), &base, head)
	for i := range head.Records { // tabled puts like pairs side by side
		head.Records[i].Source, base.Records[i].Source = fmt.Sprint("doc", i/10), fmt.Sprint("doc", i/10)
	}
	if bound := run(t, noninferior(Accuracy, .1), &base, head); !(bound.Effective < loose.Effective/3) || !(bound.Low < loose.Low) {
		t.Errorf("items of one source: worth %v of %v", bound.Effective, loose.Effective)
	}
}

func TestFamily(t *testing.T) {
	rule := Rule{Name: "r", Measure: Penalised, Arm: "oracle", K: 1, Tier: Supporting, Promise: Promise{Kind: NotWorse, By: []string{"language"}}}
	base := made("base", 240, 1, []string{"oracle"}, func(int, string, int) scorers.Verdict { return right })
	worseIn := func(language, of int) baseline.Baseline {
		return made("head", 240, 1, []string{"oracle"}, func(i int, _ string, _ int) scorers.Verdict {
			if i%3 == language && i/3 < of {
				return wrong
			}
			return right
		})
	}
	if f := run(t, rule, &base, worseIn(1, 12)); f.Decision != Fail || !strings.Contains(f.Reason, "zh lost") || len(f.Slices) != 3 {
		t.Errorf("zh lost 12 of 80: %s, %s", f.Decision, f.Reason)
	}
	if f := run(t, rule, &base, worseIn(1, 1)); f.Decision != Pass {
		t.Errorf("one of 80: %s, %s", f.Decision, f.Reason)
	}
	small := made("head", 36, 1, []string{"oracle"}, func(int, string, int) scorers.Verdict { return right })
	smallBase := small
	smallBase.Run.ID = "base"
	if f := run(t, rule, &smallBase, small); f.Decision != Inconclusive {
		t.Errorf("12 items a language see nothing, yet: %s, %s", f.Decision, f.Reason)
	}
}

func timed(id string, load string, slower float64, items int) baseline.Baseline {
	rng := rand.New(rand.NewPCG(uint64(len(id)), uint64(items)))
	b := made(id, items, 1, []string{"oracle"}, func(int, string, int) scorers.Verdict { return right })
	for i := range b.Records {
		b.Records[i].Load = load
		b.Records[i].FirstTokenMS = slower * (100 + 20*rng.NormFloat64())
		b.Records[i].AnswerMS = 10 * b.Records[i].FirstTokenMS
	}
	return b
}

func TestTimes(t *testing.T) {
	rule := Rule{Name: "r", Measure: FirstTokenP95, Arm: "oracle", K: 1, Tier: Critical, Promise: Promise{Kind: RatioAtMost, Value: 1.10}}
	base := timed("baseline", "closed-8", 1, 400)
	for _, c := range []struct {
		slower float64
		items  int
		want   Decision
	}{{1, 400, Pass}, {1.5, 400, Fail}, {1.085, 400, Inconclusive}, {1, 12, Inconclusive}} {
		head, before := timed("head", "closed-8", c.slower, c.items), base
		if c.items != 400 {
			before = timed("before", "closed-8", 1, c.items)
		}
		f := run(t, rule, &before, head)
		if f.Decision != c.want || math.Abs(float64(f.Value)-c.slower) > .1*c.slower {
			t.Errorf("%v × slower over %d items: %s, %v [%v, %v], %s", c.slower, c.items, f.Decision, f.Value, f.Low, f.High, f.Reason)
		}
	}
	// What slows whole sources is less well known than what slows single items.
	slow, before := timed("slow", "closed-8", 1, 400), timed("before", "closed-8", 1, 400)
	for i := range slow.Records {
		before.Records[i].Source = fmt.Sprint("doc", i/10)
		slow.Records[i].Source = before.Records[i].Source
		slow.Records[i].FirstTokenMS *= 1 + .4*float64(i/10%2)
		before.Records[i].FirstTokenMS *= 1 + .4*float64(i/20%2)
	}
	together := run(t, rule, &before, slow)
	for i := range slow.Records {
		slow.Records[i].Source, before.Records[i].Source = "", ""
	}
	if apart := run(t, rule, &before, slow); !(together.High-together.Low > 1.15*(apart.High-apart.Low)) || !(together.Effective < apart.Effective) {
		t.Errorf("by sources [%v, %v], by items [%v, %v]", together.Low, together.High, apart.Low, apart.High)
	}
	quality := timed("quality", "", 1, 400)
	for _, c := range []struct {
		head baseline.Baseline
		says string
	}{{quality, "the times of a quality run are indicative"}, {timed("head", "closed-16", 1, 400), "the load stages differ"}} {
		_, err := Check(Rules{Alpha: .05, Rules: []Rule{rule}}, &base, c.head)
		var missing *MissingError
		if !errors.As(err, &missing) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("error %v, want %q", err, c.says)
		}
	}
	invalid := timed("head", "closed-8", 1, 400)
	invalid.Flags = []string{"INVALID: the client was the bottleneck"}
	var broken *BrokenError
	if _, err := Check(Rules{Alpha: .05, Rules: []Rule{rule}}, &base, invalid); !errors.As(err, &broken) {
		t.Errorf("an invalid run: %v", err)
	}
}

// A request that ran into its deadline is among the slowest: a run in which the slowest were cut off is not quick.
func TestDeadlines(t *testing.T) {
	rule := Rule{Name: "r", Measure: FirstTokenP95, Arm: "oracle", K: 1, Tier: Critical, Promise: Promise{Kind: RatioAtMost, Value: 1.10}}
	base, head := timed("base", "closed-8", 1, 400), timed("head", "closed-8", 1, 400)
	if f := run(t, rule, &base, head); f.Decision != Pass {
		t.Fatalf("two runs alike: %s, %s", f.Decision, f.Reason)
	}
	head.Run.Timeout = 2 * time.Second
	for i := range 19 { // of 400: fewer than the error budget, and nearly the slowest twentieth
		r := &head.Records[20*i]
		r.Status, r.Verdict, r.Behaved, r.FirstTokenMS, r.AnswerMS = runners.TimedOut, unscored, scorers.BehavedNA, 0, 0
	}
	if f := run(t, rule, &base, head); f.Decision == Pass {
		t.Errorf("19 of 400 requests were cut off at ten times the usual: %s, %.3g [%.3g, %.3g]", f.Decision, f.Value, f.Low, f.High)
	}
}

// Whatever a rule promises, it passes only if nearly all of the items that it counts came back whole: a model whose long answers are cut short is not
// judged by its short ones.
func TestMissing(t *testing.T) {
	arms := []string{"closed-book", "oracle"}
	fresh := func(id, load string) baseline.Baseline {
		b := made(id, 400, 1, arms, func(i int, arm string, _ int) scorers.Verdict {
			if arm == "closed-book" {
				return silent
			}
			return right
		})
		for i := range b.Records {
			b.Records[i].Load, b.Records[i].FirstTokenMS, b.Records[i].AnswerMS = load, 100+float64(i%7), 900+float64(i%7)
		}
		return b
	}
	promise := func(m Measure, kind Kind, value float64, by ...string) Rule {
		return Rule{Name: "r", Measure: m, Arm: "oracle", K: 1, Tier: Critical, Promise: Promise{Kind: kind, Value: value, By: by}}
	}
	for _, r := range []Rule{
		promise(Penalised, NonInferior, .1), promise(Induced, NonInferior, .1), promise(Penalised, NotWorse, 0, "language"),
		promise(Hallucination, AtMost, .1), promise(Induced, AtMost, .1), promise(Accuracy, AtLeast, .5), promise(Behaved, AtLeast, .5),
		promise(Penalised, AtLeast, .5), promise(Lift, AtLeast, .5), promise(Unscored, AtMost, .1), promise(AnswerP95, RatioAtMost, 1.2),
	} {
		load := ""
		if r.Promise.Kind == RatioAtMost {
			load = "closed-8"
		}
		for _, c := range []struct {
			every int // one of so many is cut short
			want  Decision
		}{{40, Pass}, {10, Inconclusive}} {
			base, head := fresh("base", load), fresh("head", load)
			for i := range head.Records {
				if rec := &head.Records[i]; rec.Arm == "oracle" && i/len(arms)%c.every == 0 {
					rec.Status, rec.Verdict, rec.Behaved, rec.FirstTokenMS, rec.AnswerMS = runners.Truncated, unscored, scorers.BehavedNA, 0, 0
				}
			}
			if f := run(t, r, &base, head); f.Decision != c.want || c.want == Inconclusive && (f.Needed <= 0 || !strings.Contains(f.Reason, "only 360 of 400 items")) {
				t.Errorf("%s, %s, one answer of %d cut short: %s, %s", r.Measure, r.Promised(), c.every, f.Decision, f.Reason)
			}
		}
	}
}

// What else differs between two runs is told: it may be why one is worse.
func TestConditions(t *testing.T) {
	base, head := tabled(map[[2]scorers.Verdict]int{{right, right}: 100})
	rules := Rules{Alpha: .05, Rules: []Rule{noninferior(Accuracy, .1)}}
	head.Run.Seed = 7
	if r, err := Check(rules, &base, head); err != nil || len(r.Notes) > 0 {
		t.Errorf("runs that differ in their seed alone: %v, %v", r.Notes, err)
	}
	base.Run.K, head.Run.K, head.Run.MaxTokens, head.Run.PromptDigest = 5, 1, 64, "other"
	r, err := Check(rules, &base, head)
	if want := "the two runs were asked with different papers: differences may be the paper's|what else differs, baseline → run: passages retrieved (k) 5 → 1; most output tokens 0 → 64"; err != nil || strings.Join(r.Notes, "|") != want {
		t.Errorf("notes %q, %v\nwant %q", r.Notes, err, want)
	}
	if r := Stopped(rules, nil, Inconclusive, base, head); !strings.Contains(r.Notes[1], "(k) 5 → 1") {
		t.Errorf("a run that stopped: %v", r.Notes)
	}
}

// Runs that prove nothing are refused before any rule is looked at.
func TestBroken(t *testing.T) {
	good := made("good", 100, 1, []string{"oracle"}, func(int, string, int) scorers.Verdict { return right })
	rules := Rules{Alpha: .05, Rules: []Rule{{Name: "r", Measure: Accuracy, Arm: "oracle", K: 1, Tier: Critical, Promise: Promise{Kind: AtLeast, Value: .1}}}}
	for name, change := range map[string]func(b *baseline.Baseline){
		"it has no trials":   func(b *baseline.Baseline) { b.Records = nil },
		"nothing was scored": func(b *baseline.Baseline) { set(b, func(r *baseline.Record) { r.Verdict = unscored }) },
		"it is unfinished":   func(b *baseline.Baseline) { b.Run.Finished = time.Time{} },
		"6 of 100 trials failed": func(b *baseline.Baseline) {
			for i := range 6 {
				b.Records[i].Status, b.Records[i].Verdict = runners.Failed, unscored
			}
		},
	} {
		b := good
		b.Records = append([]baseline.Record(nil), good.Records...)
		change(&b)
		_, err := Check(rules, nil, b)
		var broken *BrokenError
		if !errors.As(err, &broken) || !strings.Contains(err.Error(), name) {
			t.Errorf("error %v, want %q", err, name)
		}
		other := good
		other.Run.ID = "head"
		if _, err := Check(rules, &b, other); !errors.As(err, &broken) {
			t.Errorf("as baseline: %v", err)
		}
	}
	other := good
	other.Run.ID, other.Run.SuiteDigest = "other", "t"
	if _, err := Check(rules, &other, good); err == nil || !strings.Contains(err.Error(), "their items are not the same") {
		t.Errorf("another suite: %v", err)
	}
	// Half of the baseline's items, all as right as before: what is missing might be what got worse.
	half := good
	half.Run.ID, half.Run.Planned, half.Records = "half", 50, good.Records[:50]
	long := made("long", 1000, 1, []string{"oracle"}, func(int, string, int) scorers.Verdict { return right })
	half.Records = long.Records[:500]
	half.Run.Planned = 500
	// Items that a measure does not count are not missing.
	for _, b := range []*baseline.Baseline{&long, &half} {
		b.Records = append([]baseline.Record(nil), b.Records...)
		for i := range b.Records {
			b.Records[i].Answerable = i%2 == 0
		}
	}
	same := long
	same.Run.ID = "same"
	if f := run(t, noninferior(Accuracy, .05), &long, same); f.Decision != Pass || f.Items != 500 || f.Unpaired != 0 {
		t.Errorf("half of the items have no answer: %s, %d items, %d unpaired, %s", f.Decision, f.Items, f.Unpaired, f.Reason)
	}
	// Cut-off answers are.
	cut := same
	cut.Records = append([]baseline.Record(nil), same.Records...)
	for i := range 200 {
		cut.Records[i].Status, cut.Records[i].Verdict = runners.Truncated, unscored
	}
	if f := run(t, noninferior(Accuracy, .05), &long, cut); f.Decision != Inconclusive || f.Unpaired != 100 || !strings.Contains(f.Reason, "only 400 of 500") {
		t.Errorf("a fifth was cut off: %s, %d unpaired, %s", f.Decision, f.Unpaired, f.Reason)
	}
	if f := run(t, noninferior(Accuracy, .05), &long, half); f.Decision != Inconclusive || !strings.Contains(f.Reason, "only 250 of 500 items are paired") {
		t.Errorf("half of the items: %s, %s", f.Decision, f.Reason)
	}
}

func set(b *baseline.Baseline, f func(*baseline.Record)) {
	for i := range b.Records {
		f(&b.Records[i])
	}
}

func TestOverall(t *testing.T) {
	of := func(pairs ...any) (list []Finding) {
		for i := 0; i < len(pairs); i += 2 {
			list = append(list, Finding{Tier: pairs[i].(Tier), Decision: pairs[i+1].(Decision)})
		}
		return list
	}
	for _, c := range []struct {
		rules []Finding
		want  Decision
		why   string
	}{
		{of(Critical, Pass, Supporting, Pass, Advisory, Fail), Pass, "advice does not block"},
		{of(Critical, Pass, Supporting, Fail), Fail, "a supporting rule blocks when broken"},
		{of(Critical, Pass, Supporting, Inconclusive), Pass, "but not when undecided"},
		{of(Critical, Inconclusive, Supporting, Pass), Inconclusive, "a critical one must pass"},
		{of(Critical, Inconclusive, Critical, Fail), Fail, "broken is broken"},
		{of(Supporting, Inconclusive), Inconclusive, "nothing that blocks was decided"},
		{of(Supporting, Inconclusive, Advisory, Pass), Inconclusive, "nothing that blocks was decided"},
		{nil, Inconclusive, "no rules"},
	} {
		if got := overall(c.rules); got != c.want {
			t.Errorf("%s: %s, want %s", c.why, got, c.want)
		}
	}
}
