package main

import (
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/viva-eval/viva/internal/fakeai"
	"github.com/viva-eval/viva/internal/prompt"
	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
	"github.com/viva-eval/viva/suites/curated"
)

// fallen is one reply of the examinee that falls in every way there is.
type fallen struct {
	text  string
	side  int // in a 3×3 table: 0 correct, 1 neither, 2 incorrect
	cause suites.Cause
}

// TestWaterfallOfPlantedLosses sits an examinee that loses answers in every way, item by item as planned, over the wire, and demands of the
// report that each item stands under the loss it was planned for, and that each 3×3 table has exactly the planted counts.
func TestWaterfallOfPlantedLosses(t *testing.T) {
	skipFigures(t)
	s, err := curated.Load(curated.Default)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"closed-book", "oracle", "retrieved", "retrieved:k=2", "noisy:rate=0.8", "stale:with=current", "counterfactual"}
	plan := defaultPlan()
	l := newLibrary(s, &plan, nil)
	defer l.Close()
	arms, err := l.arms(t.Context(), names)
	if err != nil {
		t.Fatal(err)
	}
	type trial struct {
		reply  fallen
		expect runners.Expectation
	}
	papers := map[string]fallen{}
	trials := map[string]map[string]trial{} // by arm and item
	for _, arm := range arms {
		trials[arm.Name] = map[string]trial{}
		for i, it := range s.Items {
			if b, ok := arm.Book.(runners.Selective); ok && !b.Applies(it) {
				continue
			}
			shown, messages, err := runners.Preview(t.Context(), s, it, arm)
			if err != nil {
				t.Fatal(err)
			}
			paper := messages[len(messages)-1].Content
			reply, known := papers[paper] // two passages may be the evidence itself, in its order
			if !known {
				reply = fall(it, shown, arm.Name, i)
				papers[paper] = reply
			}
			trials[arm.Name][it.ID] = trial{reply, shown.Expect}
		}
	}
	server := fakeai.Start(t, func(r fakeai.Request) fakeai.Reply {
		reply, ok := papers[r.Messages[len(r.Messages)-1].Content]
		if !ok {
			return fakeai.Reply{Status: 400, Text: "a paper that was not previewed"}
		}
		return fakeai.Reply{Text: reply.text}
	}, fakeai.Options{NoLog: true})
	db := filepath.Join(t.TempDir(), "viva.db")
	var words strings.Builder
	args := []string{"run", "--base-url", server.Base(), "--model", "faller", "--db", db, "--out", "", "--arm", strings.Join(names, ",")}
	if code := execute(t.Context(), args, nil, io.Discard, &words); code != exitOK {
		t.Fatalf("exit code %d\n%s", code, words.String())
	}
	r := reportOf(t, db)
	if r.Summary.Counts.Unscored > 0 {
		t.Fatalf("%d replies are unscored", r.Summary.Counts.Unscored)
	}

	if len(r.Summary.Waterfalls) != 5 {
		t.Fatalf("%d waterfalls", len(r.Summary.Waterfalls))
	}
	for _, w := range r.Summary.Waterfalls {
		want, right := map[reports.Loss][]string{}, 0
		for _, it := range s.Items {
			here, ok := trials[w.Arm][it.ID]
			lacks := here.expect != runners.ExpectAnswer
			if !ok || !it.Answerable() || here.expect == runners.ExpectEither || lacks && runners.BaseArm(w.Arm) != runners.Retrieved {
				continue
			}
			if here.reply.side == 0 {
				right++
				continue
			}
			loss := lossPlanned(here.reply, lacks, w.Arm != runners.Oracle && trials[runners.Oracle][it.ID].reply.side == 0)
			want[loss] = append(want[loss], it.ID)
		}
		for _, b := range w.Losses {
			var got []string
			for _, it := range b.Items {
				got = append(got, it.ID)
			}
			slices.Sort(want[b.Loss])
			if !slices.Equal(got, want[b.Loss]) || b.Share.Successes != len(want[b.Loss]) {
				t.Errorf("%s, %s: %v, planted %v", w.Arm, b.Loss, got, want[b.Loss])
			}
		}
		if w.Right.Successes != right {
			t.Errorf("%s: %d right, planted %d", w.Arm, w.Right.Successes, right)
		}
		t.Logf("%s: n %d, right %d, %v", w.Arm, w.N, right, lengths(want))
		if w.Arm == "retrieved:k=2" && len(want) != len(reports.Losses()) {
			t.Errorf("%s: only the losses %v", w.Arm, slices.Sorted(maps.Keys(want)))
		}
	}
	for _, p := range r.Summary.Pairs {
		var want [3][3]int
		for _, it := range s.Items {
			if here, ok := trials[p.Arm][it.ID]; ok && it.Answerable() {
				want[trials[runners.ClosedBook][it.ID].reply.side][here.reply.side]++
			}
		}
		if p.Table != want {
			t.Errorf("%s: %v, planted %v", p.Arm, p.Table, want)
		}
	}
	for _, e := range r.Summary.Edited {
		page, world, overridden, known := 0, 0, 0, 0
		for id, here := range trials[e.Arm] {
			followed := here.reply.cause == suites.Counterfactual
			before := trials[runners.ClosedBook][id].reply.side == 0
			page, world = page+count(followed), world+count(here.reply.side == 0)
			overridden, known = overridden+count(followed && before), known+count(before)
		}
		if e.Page.Successes != page || e.World.Successes != world || e.Override.Successes != overridden || e.Override.N != known || overridden == 0 {
			t.Errorf("%s: page %d, world %d, override %d of %d; planted %d, %d, %d of %d", e.Arm, e.Page.Successes, e.World.Successes, e.Override.Successes, e.Override.N,
				page, world, overridden, known)
		}
	}
}

// The built-in reader, shown one page a question, loses answers in every way there is.
func TestReaderLosesInEveryWay(t *testing.T) {
	db := filepath.Join(t.TempDir(), "viva.db")
	var words strings.Builder
	if code := execute(t.Context(), []string{"run", "--arm", "oracle,retrieved:k=1", "--db", db, "--out", ""}, nil, io.Discard, &words); code != exitOK {
		t.Fatalf("exit code %d\n%s", code, words.String())
	}
	w := reportOf(t, db).Summary.Waterfalls[1]
	for _, b := range w.Losses {
		lacks := map[reports.Loss]bool{reports.LossMissed: true, reports.LossInvented: true}[b.Loss]
		holds := map[reports.Loss]bool{reports.LossIgnored: true, reports.LossRefused: true}[b.Loss]
		if len(b.Items) == 0 || lacks && b.Unshown != b.Share.Successes || holds && b.Unshown != 0 {
			t.Errorf("%s: %d, of which %d without the evidence", b.Loss, b.Share.Successes, b.Unshown)
		}
	}
}

// lossPlanned is where a reply that is not right was meant to be lost.
func lossPlanned(f fallen, lacks, oracleRight bool) reports.Loss {
	switch {
	case f.cause == suites.Stale:
		return reports.LossStale
	case f.cause == suites.Neighbour || f.cause == suites.Distractor:
		return reports.LossMisled
	case f.side == 2 && lacks:
		return reports.LossInvented
	case lacks:
		return reports.LossMissed
	case f.side == 2 && oracleRight:
		return reports.LossMisled
	case f.side == 2:
		return reports.LossIgnored
	}
	return reports.LossRefused
}

// fall plans the reply to item number i in an arm.
func fall(it suites.Item, shown runners.Shown, arm string, i int) fallen {
	say := func(s string) string {
		if it.Answer.Kind == value.Bool {
			return s
		}
		return map[string]string{"zh": "答案是" + s + "。", "hi": "उत्तर है: " + s + "।"}[it.Language]
	}
	if it.Language == "en" && it.Answer.Kind != value.Bool {
		say = func(s string) string { return "The answer is " + s + "." }
	}
	silent := fallen{text: prompt.NotKnown(it.Language), side: 1}
	if !it.Answerable() {
		return silent
	}
	right, wrong := fallen{text: say(truth(it.Answer))}, silent
	if s := map[value.Kind]string{value.Date: "1987-05-06", value.Percent: "93.71 %", value.Money: "EUR 987,654.32", value.Number: "98765"}[it.Answer.Kind]; s != "" {
		wrong = fallen{text: say(s), side: 2}
	}
	trapped := func(cause suites.Cause) fallen {
		for _, trap := range it.Traps {
			if trap.Cause == cause && trap.Text != "" {
				return fallen{text: say(trap.Text), side: 2, cause: cause}
			}
		}
		return wrong
	}
	switch arm {
	case "closed-book":
		return []fallen{right, silent, wrong, right, wrong}[i%5]
	case "oracle":
		return []fallen{right, right, wrong, right, silent, right, right}[i%7]
	case "counterfactual":
		for _, e := range shown.Edits {
			if e.PassageID == "" && i%3 != 0 {
				return fallen{text: say(e.To), side: 2, cause: suites.Counterfactual}
			}
		}
		return []fallen{right, silent}[i%2]
	}
	if shown.Expect == runners.ExpectAbstain {
		return []fallen{silent, wrong, trapped(suites.Stale), right, trapped(suites.Distractor)}[i%5]
	}
	return []fallen{right, wrong, silent, trapped(suites.Stale), right, trapped(suites.Neighbour), right, trapped(suites.Distractor)}[i%8]
}

func lengths(m map[reports.Loss][]string) map[reports.Loss]int {
	n := map[reports.Loss]int{}
	for k, v := range m {
		n[k] = len(v)
	}
	return n
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}
