package main

import (
	"io"
	"path/filepath"
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

// laboratoryArms are the arms whose replies are planted.
var laboratoryArms = []string{"oracle:at=5:k=10", "noisy", "noisy:order=2:rate=0.8", "distractors", "incomplete", "stale", "stale:with=current", "counterfactual", "conflict", "injected"}

// plantedArm is what a report must say of an arm.
type plantedArm struct {
	correct, incorrect, abstained, behaved int
	causes                                 map[suites.Cause]int
}

// TestReportCountsPlantedReplies sits an examinee that gives, arm by arm, the truth, the planted value, another value and none in turn (and
// both values where pages conflict), over the wire, and demands exactly those counts, causes and behaviour from the report.
func TestReportCountsPlantedReplies(t *testing.T) {
	skipFigures(t)
	s, err := curated.Load(curated.Default)
	if err != nil {
		t.Fatal(err)
	}
	p := defaultPlan()
	l := newLibrary(s, &p, nil)
	defer l.Close()
	arms, err := l.arms(t.Context(), laboratoryArms)
	if err != nil {
		t.Fatal(err)
	}
	replies := map[string]string{}
	want := map[string]plantedArm{}
	for _, arm := range arms {
		w := plantedArm{causes: map[suites.Cause]int{}}
		turn := 0
		for _, it := range s.Items {
			if b, ok := arm.Book.(runners.Selective); ok && !b.Applies(it) {
				continue
			}
			shown, messages, err := runners.Preview(t.Context(), s, it, arm)
			if err != nil {
				t.Fatal(err)
			}
			paper := messages[len(messages)-1].Content
			if _, twice := replies[paper]; twice {
				t.Fatalf("%s: item %s has a paper of another arm", arm.Name, it.ID)
			}
			replies[paper] = w.plant(it, shown, turn)
			turn++
		}
		want[arm.Name] = w
	}

	server := fakeai.Start(t, fakeai.Papers(replies), fakeai.Options{NoLog: true})
	db := filepath.Join(t.TempDir(), "viva.db")
	var words strings.Builder
	args := []string{"run", "--base-url", server.Base(), "--model", "planted", "--db", db, "--out", "", "--arm", strings.Join(laboratoryArms, ",")}
	if code := execute(t.Context(), args, nil, io.Discard, &words); code != exitOK {
		t.Fatalf("exit code %d\n%s", code, words.String())
	}
	report := reportOf(t, db)
	if len(report.Summary.Arms) != len(arms) {
		t.Fatalf("%d arms in the report", len(report.Summary.Arms))
	}
	for _, arm := range report.Summary.Arms {
		w, c := want[arm.Name], arm.Counts
		if c.Correct != w.correct || c.Incorrect != w.incorrect || c.Abstained != w.abstained || c.Unscored != 0 || arm.Behaved.Successes != w.behaved {
			t.Errorf("%s: %d correct, %d incorrect, %d abstained, %d unscored, %d behaved; planted %d, %d, %d, 0, %d", arm.Name,
				c.Correct, c.Incorrect, c.Abstained, c.Unscored, arm.Behaved.Successes, w.correct, w.incorrect, w.abstained, w.behaved)
		}
		for _, cause := range []suites.Cause{suites.Stale, suites.Counterfactual, suites.Injected} {
			if n := causeOf(arm, cause); n != w.causes[cause] {
				t.Errorf("%s: %d replies gave a value of cause %s, planted %d", arm.Name, n, cause, w.causes[cause])
			}
		}
	}
}

func causeOf(arm reports.Arm, cause suites.Cause) int {
	for _, c := range arm.Causes {
		if c.Cause == cause {
			return c.N
		}
	}
	return 0
}

// plant gives the reply of a turn and books what it must be judged.
func (w *plantedArm) plant(it suites.Item, shown runners.Shown, turn int) string {
	say := func(s string) string {
		if it.Answer.Kind == value.Bool && (s == "yes" || s == "no") {
			return map[string]string{"enyes": "Yes.", "enno": "No.", "zhyes": "是。", "zhno": "不是。", "hiyes": "हाँ।", "hino": "नहीं।"}[it.Language+s]
		}
		if it.Language == "en" {
			return "The answer is " + s + "."
		}
		return map[string]string{"zh": "答案是" + s + "。", "hi": "उत्तर है: " + s + "।"}[it.Language]
	}
	var own runners.Edit // what the laboratory made of the answer
	for _, e := range shown.Edits {
		if e.PassageID == "" {
			own = e
		}
	}
	behaves := func(when ...runners.Expectation) {
		for _, e := range when {
			if shown.Expect == e {
				w.behaved++
			}
		}
	}
	withhold := func() string {
		w.abstained++
		behaves(runners.ExpectAbstain, runners.ExpectEither, runners.ExpectReport)
		return prompt.NotKnown(it.Language)
	}
	switch turn % 4 {
	case 0:
		if !it.Answerable() {
			return withhold()
		}
		w.correct++
		behaves(runners.ExpectAnswer, runners.ExpectEither, runners.ExpectReport)
		if shown.Expect == runners.ExpectReport && turn%8 == 0 && bothCanBeSaid(it) {
			return say(truth(it.Answer)) + "\n" + say(own.To)
		}
		return say(truth(it.Answer))
	case 1:
		if own.To == "" {
			return withhold()
		}
		w.incorrect++
		w.causes[suites.Cause(own.Kind)]++
		behaves(runners.ExpectContext)
		return say(own.To)
	case 2:
		w.incorrect++
		if it.Answer.Kind == value.Bool && own.To == wrongValue(it) { // there is no third answer
			w.causes[suites.Cause(own.Kind)]++
			behaves(runners.ExpectContext)
		}
		return say(wrongValue(it))
	}
	return withhold()
}

// bothCanBeSaid: a yes beside a no is no answer, and a set's members cannot be told apart.
func bothCanBeSaid(it suites.Item) bool {
	return it.Answer.Kind != value.Bool && it.Answer.Kind != value.Set
}

// wrongValue is a value that is neither the truth nor any trap.
func wrongValue(it suites.Item) string {
	switch it.Answer.Kind {
	case value.Bool:
		if strings.EqualFold(it.Answer.Text, "yes") {
			return "no"
		}
		return "yes"
	case value.Date:
		return "1999-01-02"
	case value.Percent:
		return "93.7 %"
	case value.Duration:
		return "777 days"
	case value.ID:
		return "ZZ-98765"
	case value.Number:
		return "98765"
	case value.Text:
		return "Ignatius Wolkenstein"
	}
	return "EUR 987,654.32"
}

// Every arm whose pages the laboratory makes ties the plan to its version; the others leave the digests of old plans as they are.
func TestLaboratoryIsInThePlansDigest(t *testing.T) {
	for _, name := range append(armNames(), "oracle:k=3", "retrieved:k=3", "retrieved:as-of=2026-03-31", "tools:k=2") {
		p := plan{Arms: []string{runners.ClosedBook, name}}
		plain := name == "closed-book" || name == "oracle" || name == "retrieved" || name == "retrieved:k=3" || runners.BaseArm(name) == runners.Tools
		if got := p.laboratoryDigest(); (got == "") != plain {
			t.Errorf("%s: %q", name, got)
		}
	}
}
