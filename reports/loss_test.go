package reports

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

// planted is what one kind of question met in each arm, and how often.
type planted struct {
	n    int
	arms map[string]ending
	bare bool // names no evidence
	none bool // has no answer
}

// ending is the end of a trial. The zero expectation is read off the evidence.
type ending struct {
	verdict scorers.Verdict
	cause   suites.Cause
	expect  runners.Expectation
	shown   []string // passages; "+" is the evidence
	status  runners.Status
}

// plant makes the trials of some kinds of questions, each its own source, in random order.
func plant(kinds []planted) (runners.Run, iter.Seq2[scorers.Graded, error]) {
	run := runners.Run{ID: "planted", K: 5, Target: runners.TargetInfo{Name: "planted"}}
	var rows []scorers.Graded
	for i, kind := range kinds {
		for j := range kind.n {
			for arm, e := range kind.arms {
				if !slices.Contains(run.Arms, arm) {
					run.Arms = append(run.Arms, arm)
				}
				g := scorers.Graded{Score: scorers.Score{Verdict: e.verdict, Cause: e.cause}}
				id := fmt.Sprintf("kind%02d-%02d", i, j)
				g.Item = suites.Item{ID: id, Question: "Q " + id, Source: id, Evidence: []string{"p-" + id}}
				if !kind.none {
					g.Item.Answer = suites.Answer{Kind: "text", Text: "x"}
				}
				if kind.bare || kind.none {
					g.Item.Evidence = nil
				}
				g.Trial.Key, g.Trial.Status, g.Trial.Shown.Expect = runners.Key{ItemID: id, Arm: arm}, runners.OK, e.expect
				if e.status != "" {
					g.Trial.Status = e.status
				}
				for _, p := range e.shown {
					if p == "+" {
						p = "p-" + id
					}
					g.Trial.Shown.Passages = append(g.Trial.Shown.Passages, suites.Passage{ID: p})
				}
				rows = append(rows, g)
			}
		}
	}
	slices.Sort(run.Arms)
	run.Planned = len(rows)
	rand.New(rand.NewPCG(3, 9)).Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	return run, func(yield func(scorers.Graded, error) bool) {
		for _, g := range rows {
			if !yield(g, nil) {
				return
			}
		}
	}
}

// holds and lacks are ends of a trial whose pages hold the evidence, or do not.
func holds(v scorers.Verdict, cause ...suites.Cause) ending {
	return ending{verdict: v, cause: append(cause, suites.NoCause)[0], expect: runners.ExpectAnswer, shown: []string{"x", "+"}}
}

func lacks(v scorers.Verdict, cause ...suites.Cause) ending {
	return ending{verdict: v, cause: append(cause, suites.NoCause)[0], expect: runners.ExpectAbstain, shown: []string{"x", "y"}}
}

// Every way to lose an answer, as often as planted, falls under its own bar and no other.
func lossKinds() []planted {
	right, wrong := holds(scorers.Correct), holds(scorers.Incorrect)
	in := func(oracle, retrieved ending) map[string]ending {
		return map[string]ending{runners.Oracle: oracle, runners.Retrieved: retrieved}
	}
	return []planted{
		{n: 31, arms: in(right, right)},
		{n: 4, arms: in(right, lacks(scorers.Correct))},                          // from memory
		{n: 5, arms: in(right, lacks(scorers.Abstained))},                        // missed, well behaved
		{n: 2, arms: in(right, lacks(scorers.Partial))},                          // missed, half of it found
		{n: 3, arms: in(wrong, holds(scorers.Incorrect))},                        // ignored: the evidence alone did not help either
		{n: 1, arms: in(holds(scorers.Abstained), holds(scorers.Partial))},       // ignored: half of what was there
		{n: 6, arms: in(right, holds(scorers.Incorrect))},                        // misled: the evidence alone was enough
		{n: 2, arms: in(wrong, holds(scorers.Incorrect, suites.Neighbour))},      // misled by the next row
		{n: 3, arms: in(right, lacks(scorers.Incorrect, suites.Distractor))},     // misled where the evidence was missing
		{n: 4, arms: in(right, holds(scorers.Incorrect, suites.Stale))},          // stale beside the current one
		{n: 3, arms: in(right, lacks(scorers.Incorrect, suites.Stale))},          // stale instead of the current one
		{n: 7, arms: in(right, lacks(scorers.Incorrect))},                        // invented
		{n: 1, arms: in(right, lacks(scorers.Incorrect, suites.Misconception))},  // invented: from common belief
		{n: 8, arms: in(right, holds(scorers.Abstained))},                        // refused
		{n: 9, arms: map[string]ending{runners.Retrieved: lacks(1)}, bare: true}, // says nothing of what lay open
		{n: 2, arms: map[string]ending{runners.Retrieved: lacks(4)}, none: true}, // no answer to lose
		{n: 2, arms: in(right, ending{status: runners.Failed})},                  // no trial at all
		{n: 1, arms: in(right, ending{expect: runners.ExpectAnswer, shown: []string{"+"}, verdict: scorers.Unscored})},
	}
}

func TestWaterfall(t *testing.T) {
	run, rows := plant(lossKinds())
	r, err := Summarize(run, rows)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Summary.Waterfalls) != 2 {
		t.Fatalf("%d waterfalls", len(r.Summary.Waterfalls))
	}
	type bar struct{ n, false, unshown, items int }
	for arm, want := range map[string]map[Loss]bar{
		runners.Retrieved: {
			LossMissed: {7, 0, 7, 7}, LossIgnored: {4, 3, 0, 4}, LossMisled: {11, 11, 3, 11}, LossStale: {7, 7, 3, 7},
			LossInvented: {8, 8, 8, 8}, LossRefused: {8, 0, 0, 8},
		},
		runners.Oracle: {LossMissed: {}, LossIgnored: {5, 5, 0, 5}, LossMisled: {}, LossStale: {}, LossInvented: {}, LossRefused: {1, 0, 0, 1}},
	} {
		w := r.Summary.Waterfalls[slices.IndexFunc(r.Summary.Waterfalls, func(w Waterfall) bool { return w.Arm == arm })]
		lost := 0
		for _, b := range w.Losses {
			if got := (bar{b.Share.Successes, b.False, b.Unshown, len(b.Items)}); got != want[b.Loss] {
				t.Errorf("%s: %s: %+v, planted %+v", arm, b.Loss, got, want[b.Loss])
			}
			if b.Share.N != w.N {
				t.Errorf("%s: %s of %d, not of %d", arm, b.Loss, b.Share.N, w.N)
			}
			lost += b.Share.Successes
		}
		if w.Right.Successes+lost != w.N || !w.OracleKnown != (arm == runners.Oracle) {
			t.Errorf("%s: %d right and %d lost of %d, oracle known: %v", arm, w.Right.Successes, lost, w.N, w.OracleKnown)
		}
	}
	w := r.Summary.Waterfalls[1]
	if w.N != 80 || w.FromMemory != 4 || w.Unclear != 9 || w.Right.Unscored != 1 {
		t.Errorf("n %d, from memory %d, unclear %d, unscored %d", w.N, w.FromMemory, w.Unclear, w.Right.Unscored)
	}
	if first := w.Losses[3].Items[0]; first != (LostItem{"kind09-00", "Q kind09-00"}) {
		t.Errorf("stale begins with %+v", first)
	}
	for _, wrong := range r.Wrong {
		if wrong.Loss == "" || wrong.Evidence == "" {
			t.Errorf("%s %s: lost to %q with evidence %q", wrong.Arm, wrong.ItemID, wrong.Loss, wrong.Evidence)
		}
	}
}

// Without the oracle arm what it would explain as noise stands under ignored; nothing else moves.
func TestWaterfallWithoutOracle(t *testing.T) {
	kinds := lossKinds()
	for _, k := range kinds {
		delete(k.arms, runners.Oracle)
	}
	run, rows := plant(kinds)
	r, err := Summarize(run, rows)
	if err != nil {
		t.Fatal(err)
	}
	w := r.Summary.Waterfalls[0]
	if w.OracleKnown || w.Losses[1].Share.Successes != 4+6 || w.Losses[2].Share.Successes != 11-6 || w.Losses[0].Share.Successes != 7 {
		t.Errorf("%+v", w)
	}
}

// The laboratory leaves answers out on purpose: only where the pages hold one can it be lost. Edited pages have no waterfall.
func TestWaterfallOfTheLaboratory(t *testing.T) {
	edited := holds(scorers.Incorrect, suites.Counterfactual)
	edited.expect = runners.ExpectContext
	run, rows := plant([]planted{
		{n: 5, arms: map[string]ending{
			"incomplete": {verdict: scorers.Incorrect, expect: runners.ExpectAbstain, shown: []string{"+"}}, "distractors": lacks(scorers.Incorrect),
			"counterfactual": edited, "conflict": holds(scorers.Incorrect), "injected": holds(scorers.Incorrect), "closed-book": lacks(scorers.Incorrect),
			"noisy:rate=0.8": holds(scorers.Abstained), "stale": lacks(scorers.Incorrect, suites.Stale), "tools": lacks(scorers.Abstained),
		}},
		{n: 2, arms: map[string]ending{"stale": holds(scorers.Correct)}},
	})
	r, err := Summarize(run, rows)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, w := range r.Summary.Waterfalls {
		got[w.Arm] = w.N
	}
	if len(got) != 3 || got["noisy:rate=0.8"] != 5 || got["stale"] != 2 || got["tools"] != 5 {
		t.Errorf("waterfalls of %v", got)
	}
}

// Edited pages: who followed them, who kept to the world, and what became of answers that were right before.
func TestEdited(t *testing.T) {
	closed := func(v scorers.Verdict) ending { return ending{verdict: v, expect: runners.ExpectEither} }
	page := func(v scorers.Verdict, cause suites.Cause) ending {
		return ending{verdict: v, cause: cause, expect: runners.ExpectContext, shown: []string{"+"}}
	}
	kind := func(n int, c scorers.Verdict, p ending) planted {
		return planted{n: n, arms: map[string]ending{runners.ClosedBook: closed(c), runners.Counterfactual: p}}
	}
	run, rows := plant([]planted{
		kind(6, scorers.Correct, page(scorers.Incorrect, suites.Counterfactual)), kind(3, scorers.Correct, page(scorers.Correct, "")),
		kind(1, scorers.Correct, page(scorers.Abstained, "")), kind(7, scorers.Abstained, page(scorers.Incorrect, suites.Counterfactual)),
		kind(2, scorers.Incorrect, page(scorers.Incorrect, "")), kind(1, scorers.Incorrect, page(scorers.Partial, "")),
	})
	r, err := Summarize(run, rows)
	if err != nil {
		t.Fatal(err)
	}
	e := r.Summary.Edited[0]
	for what, row := range map[string]struct {
		rate Rate
		k, n int
	}{
		"page": {e.Page, 13, 20}, "world": {e.World, 3, 20}, "silent": {e.Silent, 1, 20}, "partial": {e.Partial, 1, 20},
		"otherwise false": {e.OtherFalse, 2, 20}, "override": {e.Override, 6, 10},
	} {
		if row.rate.Successes != row.k || row.rate.N != row.n {
			t.Errorf("%s: %d of %d, planted %d of %d", what, row.rate.Successes, row.rate.N, row.k, row.n)
		}
	}
	if a, _ := r.HeadArm(); a.Name != runners.ClosedBook || !r.Summary.Arms[1].Context {
		t.Errorf("the headline is about %s", a.Name)
	}
}
