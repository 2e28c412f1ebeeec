package judged

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/viva-eval/viva/internal/fakeai"
	"github.com/viva-eval/viva/internal/fan"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

// fixed is a scorer that says what it is told for each trial.
type fixed struct {
	name string
	says map[int]scorers.Verdict // by repeat
}

func (f fixed) Name() string { return f.name }
func (f fixed) Score(_ context.Context, q scorers.Question) (scorers.Score, error) {
	v := f.says[q.Trial.Repeat]
	return scorers.Score{Scorer: f.name, Verdict: v, Value: worth(v), Why: f.name + " says so"}, nil
}

func member(name, says string) fixed {
	f := fixed{name, map[int]scorers.Verdict{}}
	for i, c := range says {
		f.says[i], _ = single(string(c)) // any other letter: Unscored
	}
	return f
}

func TestPanel(t *testing.T) {
	for _, row := range []struct {
		says              string // one letter a member; x: no verdict
		majority, average scorers.Verdict
	}{
		{"AAA", scorers.Correct, scorers.Correct},
		{"AAC", scorers.Correct, scorers.Partial},
		{"AAB", scorers.Correct, scorers.Correct},
		{"ABC", scorers.Unscored, scorers.Partial},
		{"BCC", scorers.Incorrect, scorers.Incorrect},
		{"AC", scorers.Unscored, scorers.Partial},
		{"DDA", scorers.Abstained, scorers.Abstained},
		{"DDC", scorers.Abstained, scorers.Abstained},
		{"Axx", scorers.Unscored, scorers.Unscored},
		{"AAx", scorers.Correct, scorers.Correct},
		{"Cxxx", scorers.Unscored, scorers.Unscored},
		{"xxx", scorers.Unscored, scorers.Unscored},
	} {
		for rule, want := range map[Rule]scorers.Verdict{Majority: row.majority, Mean: row.average} {
			p := &Panel{Rule: rule}
			for i, c := range row.says {
				p.Members = append(p.Members, member(fmt.Sprint("m", i), string(c)))
			}
			got := score(t, p, lease("x"))
			if got.Verdict != want || got.Scorer != p.Name() || got.Why == "" {
				t.Errorf("%s by %s: %+v, want %v", row.says, rule, got, want)
			}
			if got.Verdict == scorers.Correct && got.Behaved != scorers.BehavedYes {
				t.Errorf("%+v", got)
			}
		}
	}
	if got := score(t, &Panel{}, lease("x")); got.Verdict != scorers.Unscored {
		t.Errorf("nobody: %+v", got)
	}
}

// TestPanelAgreement scores trials in parallel and looks at what was remembered. The ratings are the classical example of Krippendorff,
// 12 units and 4 observers. Its nominal alpha is 0.743; a panel has no fifth verdict, so the unit that was rated 5 by all is unrated here,
// and the figure below is that of the formula without it.
func TestPanelAgreement(t *testing.T) {
	const alphaWithoutFives = 0.710261569
	rows := []string{"ABCCBADABxxx", "ABCCBBDABxxC", "xCCCBCDBBxAx", "ABCCBDDABxAx"}
	p := &Panel{}
	for i, row := range rows {
		p.Members = append(p.Members, member(fmt.Sprint("observer ", i+1), row))
	}
	var qs []scorers.Question
	for i := range 12 {
		q := lease("reply")
		q.Trial.Key = runners.Key{ItemID: fmt.Sprintf("u%02d", i), Repeat: i}
		qs = append(qs, q)
	}
	for err := range fan.Map(t.Context(), 4, slices.Values(qs), func(ctx context.Context, q scorers.Question) error {
		_, err := p.Score(ctx, q)
		return err
	}) {
		if err != nil {
			t.Error(err)
		}
	}
	if got := p.Alpha(); math.Abs(got-alphaWithoutFives) > 1e-9 {
		t.Errorf("alpha %.9f, want %.9f", got, alphaWithoutFives)
	}
	var units []string
	for _, d := range p.Disagreements() {
		units = append(units, d.Key.ItemID)
		if len(d.Opinions) != 4 || d.Question == "" || d.Reference == "" || d.Reply != "reply" || d.Opinions[0].Scorer != "observer 1" {
			t.Errorf("%+v", d)
		}
	}
	if got := strings.Join(units, " "); got != "u01 u05 u07" {
		t.Errorf("they differ on %s", got)
	}
	score(t, p, qs[1])
	if n := len(p.Disagreements()); n != 3 {
		t.Errorf("scoring again made %d of 3", n)
	}
	if a := (&Panel{}).Alpha(); !math.IsNaN(a) {
		t.Errorf("alpha of nothing: %g", a)
	}
}

func TestPanelOfJudges(t *testing.T) {
	a, _ := judge(t, perfect)
	b, _ := judge(t, fakeai.Say("C"))
	c, _ := judge(t, fakeai.Script(perfect).With(func(_ fakeai.Request, r *fakeai.Reply) { r.Pace = fakeai.Pace{First: moment} }))
	p := &Panel{Members: []scorers.Scorer{a, b, c}}
	if got := score(t, p, lease("30 September 2027")); got.Verdict != scorers.Correct || !strings.Contains(got.Why, "2 correct, 1 incorrect; It says so.") {
		t.Errorf("%+v", got)
	}
	if got := score(t, p, scorers.Question{Trial: runners.Trial{Status: runners.Failed}}); got != (scorers.Score{}) {
		t.Errorf("%+v", got)
	}
	full := errors.New("disk full")
	c.Cache = broken{get: full}
	if _, err := p.Score(t.Context(), lease("x")); !errors.Is(err, full) {
		t.Errorf("%v", err)
	}
	if n := len(p.Disagreements()); n != 1 {
		t.Errorf("%d disagreements", n)
	}
}
