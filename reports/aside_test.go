package reports

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

// A scorer that speaks of one arm, and not of truth, makes no claim about the others, nor about what was answered right.
func TestScorersAside(t *testing.T) {
	run := runners.Run{ID: "r", Arms: []string{runners.ClosedBook, "injected:hidden=plain"}, Planned: 80}
	report := func(scorer string, judged bool) Report {
		r, err := Summarize(run, func(yield func(scorers.Graded, error) bool) {
			for i := range 40 {
				for _, arm := range run.Arms {
					g := scorers.Graded{}
					g.Item = suites.Item{ID: fmt.Sprint("i", i), Answer: suites.Answer{Kind: value.Number, Text: "7", Number: "7"}}
					g.Trial.Key, g.Trial.Status = runners.Key{ItemID: g.Item.ID, Arm: arm}, runners.OK
					g.Score = scorers.Score{Scorer: scorer}
					if judged && arm != runners.ClosedBook {
						g.Score.Verdict = scorers.Correct
						if i < 10 {
							g.Score.Verdict, g.Score.Cause = scorers.Incorrect, scorers.Leaked
						}
					}
					if !yield(g, nil) {
						return
					}
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	r := report("injection", true)
	if s := r.Summary; len(s.Arms) != 1 || s.Counts.Unscored != 0 || s.Counts.Planned != 40 || len(s.Pairs)+len(s.Edited)+len(s.Waterfalls) != 0 || s.Arms[0].Accuracy.Value != 0.75 {
		t.Errorf("%+v", s)
	}
	for name, write := range map[string]Format{"table": Table, "page": HTML, "Markdown": Markdown} {
		var b bytes.Buffer
		if err := write(&b, r); err != nil {
			t.Fatal(err)
		}
		text := b.String()
		if strings.Contains(text, "answered right") || !strings.Contains(text, "injection") || name == "table" && strings.Contains(text, runners.ClosedBook) {
			t.Errorf("the %s says\n%s", name, text)
		}
	}
	if s := report("facts", true).Summary; len(s.Arms) != 2 || s.Counts.Unscored != 40 || len(s.Edited) != 1 {
		t.Errorf("%+v", s)
	}
	if s := report("grounded", true).Summary; slices.ContainsFunc(s.Notes, func(n Note) bool { return strings.HasPrefix(n.Text, "No lift") }) {
		t.Errorf("%+v", s.Notes)
	} else if len(s.Arms) != 2 || s.Counts.Unscored != 40 || s.Counts.Planned != 80 {
		t.Errorf("an arm that could have been judged stays a debt: %+v", s)
	}
	run.Arms = []string{runners.ClosedBook}
	if s := report("injection", false).Summary; len(s.Arms) != 1 || s.Counts.Unscored != 40 {
		t.Errorf("without an arm of its own all stay: %+v", s)
	}
}
