package gate

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/viva-eval/viva/internal/stats"
	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/scorers"
)

// counts draws how many of n items got better and worse when the sides differ on the share discordance and the head is worse by loss.
func counts(rng *rand.Rand, n int, discordance, loss float64) (better, worse int) {
	for range n {
		switch u := rng.Float64(); {
		case u < (discordance+loss)/2:
			worse++
		case u < discordance:
			better++
		}
	}
	return better, worse
}

// simulate returns how often a rule passes and fails, the whole rule being decided from records.
func simulate(t *testing.T, r Rule, alpha float64, runs, n int, discordance, loss float64, good, bad scorers.Verdict) Odds {
	t.Helper()
	rng := rand.New(rand.NewPCG(uint64(n), math.Float64bits(discordance+loss)))
	d, _ := r.Measure.look()
	known := map[[2]int]Decision{} // by counts, which is all that a decision depends on
	var o Odds
	for range runs {
		better, worse := counts(rng, n, discordance, loss)
		decision, seen := known[[2]int{better, worse}]
		if !seen {
			base, head := tabled(map[[2]scorers.Verdict]int{{good, bad}: better, {bad, good}: worse, {good, good}: n - better - worse})
			e := gain(pair(take(&head, r, asScored), take(&base, r, asScored)), d, r.K)
			decision = decide(e, r.Promise, both(alpha))
			known[[2]int{better, worse}] = decision
		}
		switch decision {
		case Pass:
			o.Pass += 1 / float64(runs)
		case Fail:
			o.Fail += 1 / float64(runs)
		default:
			o.Inconclusive += 1 / float64(runs)
		}
	}
	return o
}

// At true equality the gate fails no more often than alpha, and when the loss is the margin it passes no more often: by simulation of the whole
// rule for each paired measure, and exactly for yes-or-no measures over a grid.
func TestErrorRates(t *testing.T) {
	const alpha, runs = 0.05, 3000
	noise := 3 * math.Sqrt(alpha*(1-alpha)/runs)
	for _, m := range []struct {
		measure       Measure
		better, worse scorers.Verdict
		step          float64 // what an item that changes moves the measure by
	}{{Accuracy, right, silent, 1}, {Hallucination, right, wrong, 1}, {Penalised, right, silent, 1}, {Penalised, right, wrong, 2}, {Penalised, silent, wrong, 1}} {
		for _, margin := range []float64{.02, .05} {
			o := simulate(t, noninferior(m.measure, margin), alpha, runs, 250, .1, 0, m.better, m.worse)
			t.Logf("%s (%s to %s), margin %g: equal runs pass in %.3f, fail in %.4f", m.measure, m.better, m.worse, margin, o.Pass, o.Fail)
			if o.Fail > alpha+noise {
				t.Errorf("%s (%s to %s), margin %g: equal runs fail in %.3f", m.measure, m.better, m.worse, margin, o.Fail)
			}
			if o := simulate(t, noninferior(m.measure, margin), alpha, runs, 250, .1, margin/m.step, m.better, m.worse); o.Pass > alpha+noise {
				t.Errorf("%s (%s to %s), margin %g: runs worse by it pass in %.3f", m.measure, m.better, m.worse, margin, o.Pass)
			}
		}
	}
	for _, n := range []int{30, 100, 250} {
		for _, discordance := range []float64{.02, .1, .3} {
			for _, margin := range []float64{.001, .02, .05} {
				if o := OddsOf(n, discordance, 0, margin, alpha); o.Fail > alpha {
					t.Errorf("n %d, discordance %g, margin %g: equal runs fail in %.4f", n, discordance, margin, o.Fail)
				}
				if margin <= discordance {
					// Tango's score test keeps its level up to the steps of the counts.
					if o := OddsOf(n, discordance, margin, margin, alpha); o.Pass > alpha+.012 {
						t.Errorf("n %d, discordance %g: worse by the margin %g passes in %.4f", n, discordance, margin, o.Pass)
					}
				}
			}
		}
	}
}

// Items of one source that stand and fall together, and repeats, do not raise the rate of error.
func TestErrorRatesTogether(t *testing.T) {
	const alpha, runs = 0.05, 400
	rng := rand.New(rand.NewPCG(17, 3))
	failed := map[string]float64{}
	for range runs {
		base, head := drawnTogether(rng, 240, 4, 1)
		if decideWhole(noninferior(Accuracy, .02), both(alpha), &base, &head) == Fail {
			failed["sources of four"] += 1. / runs
		}
		base, head = drawnTogether(rng, 120, 1, 3)
		if decideWhole(noninferior(Penalised, .02), both(alpha), &base, &head) == Fail {
			failed["three repeats"] += 1. / runs
		}
	}
	for name, share := range failed {
		if share > alpha+3*math.Sqrt(alpha*(1-alpha)/runs) {
			t.Errorf("%s: equal runs fail in %.3f", name, share)
		}
	}
	t.Log(failed)
}

// drawnTogether is a pair of equal runs: items of a source agree with each other, repeats are drawn anew.
func drawnTogether(rng *rand.Rand, n, perSource, repeats int) (base, head baseline.Baseline) {
	side := func(id string) baseline.Baseline {
		source := map[int]float64{}
		b := made(id, n, repeats, []string{"oracle"}, func(i int, _ string, k int) scorers.Verdict {
			u := rng.Float64()
			if perSource > 1 {
				if _, known := source[i/perSource]; !known {
					source[i/perSource] = u
				}
				u = source[i/perSource]
			}
			if u < .8 {
				return right
			}
			return wrong
		})
		for i := range b.Records {
			if perSource > 1 {
				b.Records[i].Source = b.Records[i].Item[:1] + string(rune('a'+i/perSource%26)) + string(rune('a'+i/perSource/26))
			}
		}
		return b
	}
	return side("base"), side("head")
}

// A loss of five points over 250 items that differ on 10 %: the exact two-sided McNemar test finds it in .65 of runs. The gate's own rule is
// one-sided, and wants the loss to be seen to exceed its margin.
func TestPowerOfTheRule(t *testing.T) {
	if mcnemar := stats.McNemarPower(250, .1, .05, .05); math.Abs(mcnemar-.65) > .005 {
		t.Errorf("McNemar's power is %.4f", mcnemar)
	}
	for _, c := range []struct{ margin, fail, pass float64 }{
		{.02, .77, .001},
		{.03, .77, .004},
		{.05, .50, .05},
	} {
		o := OddsOf(250, .1, .05, c.margin, .05)
		s := simulate(t, noninferior(Accuracy, c.margin), .05, 3000, 250, .1, .05, right, silent)
		t.Logf("margin %.0f points: exact %+.3v, simulated %+.3v", 100*c.margin, o, s)
		if math.Abs(o.Fail-s.Fail) > .03 || math.Abs(o.Pass-s.Pass) > .03 {
			t.Errorf("margin %g: exact %+v, simulated %+v", c.margin, o, s)
		}
		if math.Abs(o.Fail-c.fail) > .01 || math.Abs(o.Pass-c.pass) > .01 {
			t.Errorf("margin %g fails in %.3f and passes in %.3f, documented %.2f and %.3f", c.margin, o.Fail, o.Pass, c.fail, c.pass)
		}
	}
}

// Equal runs of as many items as are said to be needed pass about as often as was asked for, and clearly less often with a fifth fewer: by simulation of the
// whole rule, where the normal formula is good and where it is not.
func TestEnough(t *testing.T) {
	const runs = 2000
	for _, c := range []struct {
		measure       Measure
		better, worse scorers.Verdict
		discordance   float64
		changes       Changes
		margin        float64
		formula       float64 // the normal formula's number
	}{
		{Accuracy, right, silent, .02, Changes{}, .05, 50},
		{Accuracy, right, silent, .10, Changes{}, .05, 248},
		{Penalised, right, silent, .02, Changes{RightSilent: .02}, .05, 50},
		{Penalised, right, wrong, .05, Changes{RightFalse: .05}, .10, 124},
	} {
		n := Enough(c.discordance, c.margin, .05, Power)
		if c.measure == Penalised {
			n = EnoughScored(c.changes, 1, c.margin, .05, Power)
		}
		rule := noninferior(c.measure, c.margin)
		at, under := simulate(t, rule, .05, runs, n, c.discordance, 0, c.better, c.worse), simulate(t, rule, .05, runs, n*4/5, c.discordance, 0, c.better, c.worse)
		t.Logf("%s at %g, margin %g: %d items (the formula says %.0f) pass %.3f, a fifth fewer %.3f", c.measure, c.discordance, c.margin, n, c.formula, at.Pass, under.Pass)
		if at.Pass < .77 || at.Pass > .9 || under.Pass > at.Pass-.04 {
			t.Errorf("%s at %g: %d items pass in %.3f, a fifth fewer in %.3f", c.measure, c.discordance, n, at.Pass, under.Pass)
		}
		if float64(n) < 1.05*c.formula {
			t.Errorf("%d items are hardly more than the formula's %.0f", n, c.formula)
		}
	}
	// The smallest margin is the other side of the same sum.
	for _, n := range []int{60, 242, 1500} {
		m := SmallestMargin(n, .1, .05, Power)
		if o := OddsOf(n, .1, 0, m, .05); o.Pass < Power || OddsOf(n, .1, 0, m-.001, .05).Pass > Power {
			t.Errorf("%d items: the margin %.4f is cleared in %.4f", n, m, o.Pass)
		}
	}
	// Where chances are drawn they agree with those that are summed.
	w := equal(Changes{RightSilent: .1}, 1)
	summed := w.odds(250, Promise{Kind: NonInferior, Value: .06}, both(.05))
	w.shares[up][down], w.shares[down][up] = 1e-9, 1e-9
	if drawn := w.odds(250, Promise{Kind: NonInferior, Value: .06}, both(.05)); math.Abs(drawn.Pass-summed.Pass) > .035 {
		t.Errorf("drawn %.3f, summed %.3f", drawn.Pass, summed.Pass)
	}
}

// What an inconclusive rule says it lacks is no less than what planning says, and unscored trials do not make it nothing.
func TestNeededAgrees(t *testing.T) {
	base, head := tabled(map[[2]scorers.Verdict]int{{right, right}: 50})
	f := run(t, noninferior(Accuracy, .05), &base, head)
	if total, planned := f.Items+f.Needed, Enough(leastDiscordance, .05, .05, Power); f.Decision != Inconclusive || math.Abs(float64(total-planned)) > 15 {
		t.Errorf("%s: %d items in all, planned %d", f.Decision, total, planned)
	}
	base, head = tabled(map[[2]scorers.Verdict]int{{right, right}: 330, {unscored, right}: 12})
	if f := run(t, noninferior(Accuracy, .05), &base, head); f.Decision != Inconclusive || f.Needed < 1 || !strings.Contains(f.Reason, "as many of them unscored") {
		t.Errorf("some unscored: %s, needs %d: %s", f.Decision, f.Needed, f.Reason)
	}
	base, head = tabled(map[[2]scorers.Verdict]int{{right, right}: 330, {unscored, right}: 60})
	if f := run(t, noninferior(Accuracy, .05), &base, head); f.Decision != Inconclusive || f.Needed != -1 {
		t.Errorf("many unscored: %s, needs %d: %s", f.Decision, f.Needed, f.Reason)
	}
}

// The loss a rule says it finds is found with the power it says.
func TestDetectable(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, margin := range []float64{.02, .05} {
		better, worse := counts(rng, 400, .1, 0)
		base, head := tabled(map[[2]scorers.Verdict]int{{right, silent}: better, {silent, right}: worse, {right, right}: 400 - better - worse})
		f := run(t, noninferior(Accuracy, margin), &base, head)
		o := OddsOf(400, math.Max(.1, float64(f.Detectable)), float64(f.Detectable), margin, .05)
		if math.Abs(o.Fail-Power) > .06 {
			t.Errorf("margin %g: a loss of %.4f is found in %.3f", margin, f.Detectable, o.Fail)
		}
	}
}
