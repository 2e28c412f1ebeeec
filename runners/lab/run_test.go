package lab

import (
	"context"
	"strings"
	"testing"

	"github.com/viva-eval/viva/internal/growth"
	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

type silent struct{}

func (silent) Ask(context.Context, runners.Prompt) (runners.Response, error) {
	return runners.Response{Text: "Not known.", Finish: "stop"}, nil
}

// All arms at once share one laboratory, as a run does; the race detector watches.
func TestArmsShareALaboratory(t *testing.T) {
	l := New(meridian(), 1)
	r := runners.Runner{Target: silent{}, Suite: meridian(), Concurrency: 8, Limit: 40}
	for _, spec := range specs {
		r.Arms = append(r.Arms, runners.Arm{Name: spec, Book: book(t, l, spec), K: 5})
	}
	n := 0
	for trial := range r.Trials(t.Context()) {
		if trial.Status != runners.OK {
			t.Errorf("%v: %s %s", trial.Key, trial.Status, trial.Err)
		}
		n++
	}
	if n != r.Planned() {
		t.Errorf("%d of %d trials", n, r.Planned())
	}
}

// A page that says the answer over and over is edited in time that grows with its length.
func TestTimeGrowsWithThePage(t *testing.T) {
	for _, arm := range []string{"incomplete", "counterfactual"} {
		growth.Linear(t, arm, 4000, func(n int, timed func(func())) {
			page := strings.Repeat("It is 30 days. It rains.\n", n/2) + "\n| a | b |\n|---|---|\n" + strings.Repeat("| from 5 kg | 30 days |\n", n/2)
			s := &suites.Suite{Passages: []suites.Passage{{ID: "a", Title: "Page", Text: page, Language: "en"}}}
			it := suites.Item{ID: "i", Question: "How long?", Language: "en", Evidence: []string{"a"}, Answer: suites.Answer{Kind: value.Duration, Text: "30 days"}}
			b := book(t, New(s, 1), arm)
			timed(func() {
				if _, err := b.Open(t.Context(), it, 5); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func BenchmarkBooks(b *testing.B) {
	l := New(meridian(), 1)
	for _, spec := range specs {
		b.Run(spec, func(b *testing.B) {
			book := book(b, l, spec)
			var items []suites.Item
			for _, it := range meridian().Items {
				if book.Applies(it) {
					items = append(items, it)
				}
			}
			i := 0
			for b.Loop() {
				if _, err := book.Open(b.Context(), items[i%len(items)], 5); err != nil {
					b.Fatal(err)
				}
				i++
			}
		})
	}
}
