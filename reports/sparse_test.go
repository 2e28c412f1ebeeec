package reports

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

// altered are the rows of a lab after a change to each.
func altered(l lab, change func(*scorers.Graded)) iter.Seq2[scorers.Graded, error] {
	return func(yield func(scorers.Graded, error) bool) {
		for g, err := range l.rows() {
			if change(&g); !yield(g, err) {
				return
			}
		}
	}
}

// Runs in which little or nothing could be judged are reported soon, in every form, with no figure that is none.
func TestSparse(t *testing.T) {
	unscored := func(arms ...string) func(*scorers.Graded) {
		return func(g *scorers.Graded) {
			for _, arm := range arms {
				if g.Trial.Arm == arm {
					g.Score, g.Trial.Response.Text = scorers.Score{Scorer: "facts", Why: "The reply is empty."}, ""
				}
			}
		}
	}
	failed := func(g *scorers.Graded) {
		g.Trial.Status, g.Trial.Response, g.Score = runners.Failed, runners.Response{}, scorers.Score{}
	}
	untimed := func(g *scorers.Graded) {
		g.Trial.Response.Timing, g.Trial.Response.Tokens = runners.Timing{}, runners.Tokens{}
	}
	all, one, none := usual(), usual(), usual()
	one.items, none.items = 1, 0
	all.items = 40
	for _, c := range []struct {
		name   string
		lab    lab
		change func(*scorers.Graded)
		charts string // what there is to draw
		says   string // in the table
		print  bool   // as files too, which is slow
	}{
		{"all unscored", all, unscored(all.arms...), "verdicts hallucination lift accuracy-by-language accuracy-by-skill accuracy-by-domain latency", "No answer was scored.", true},
		{"closed book unscored", all, unscored(runners.ClosedBook), "verdicts hallucination lift waterfall-oracle waterfall-retrieved accuracy-by-language accuracy-by-skill accuracy-by-domain latency", "between", false},
		{"retrieved unscored", all, unscored(runners.Retrieved), "verdicts hallucination lift waterfall-oracle accuracy-by-language accuracy-by-skill accuracy-by-domain latency", "With the right pages open", false},
		{"no pair scored", all, func(g *scorers.Graded) {
			if strings.HasSuffix(g.Item.ID, "1") == (g.Trial.Arm == runners.ClosedBook) {
				unscored(g.Trial.Arm)(g)
			}
		}, "verdicts hallucination lift waterfall-oracle waterfall-retrieved accuracy-by-language accuracy-by-skill accuracy-by-domain latency", " to ", true},
		{"all failed", all, failed, "", "No answer was scored.", true},
		{"no times", all, untimed, "verdicts hallucination lift waterfall-oracle waterfall-retrieved accuracy-by-language accuracy-by-skill accuracy-by-domain", "hallucination", false},
		{"one item", one, func(*scorers.Graded) {}, "verdicts hallucination lift waterfall-oracle waterfall-retrieved latency", "Fewer than 30", false},
		{"no rows", none, func(*scorers.Graded) {}, "", "nothing to report", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
			defer cancel()
			dir := t.TempDir()
			if keep := os.Getenv("VIVA_REPORTS"); keep != "" {
				dir = filepath.Join(keep, strings.ReplaceAll(c.name, " ", "-"))
				if err := os.MkdirAll(dir, 0o755); err != nil {
					t.Fatal(err)
				}
			}
			var drawn, printed []string
			done := make(chan error, 1)
			go func() {
				r, err := Summarize(c.lab.run(), altered(c.lab, c.change))
				for _, c := range charts(r) {
					drawn = append(drawn, c.Name)
				}
				if err == nil && c.print {
					err = Plots(ctx, dir, r)
				}
				for name, format := range map[string]Format{"report.txt": Table, "report.md": Markdown, "index.html": HTML, "report.json": JSON, "report.csv": MeasuresCSV} {
					var b bytes.Buffer
					err = errors.Join(err, format(&b, r), os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o644))
				}
				done <- err
			}()
			select {
			case err := <-done:
				if err != nil {
					t.Fatal(err)
				}
			case <-ctx.Done():
				t.Fatal("still writing after 30 seconds")
			}
			files, err := filepath.Glob(filepath.Join(dir, "*"))
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range files {
				raw, err := os.ReadFile(f)
				if err != nil {
					t.Fatal(err)
				}
				name := strings.TrimSuffix(filepath.Base(f), ".svg")
				if name != filepath.Base(f) {
					printed = append(printed, name)
				}
				if bad := regexp.MustCompile(`\bNaN\b|\bInf\b|%!`).Find(raw); bad != nil && filepath.Ext(f) != ".png" {
					t.Errorf("%s holds %q", filepath.Base(f), bad)
				}
				if filepath.Base(f) == "report.txt" && !strings.Contains(string(raw), c.says) {
					t.Errorf("the table does not say %q:\n%s", c.says, raw)
				}
			}
			if got := strings.Join(drawn, " "); got != c.charts {
				t.Errorf("drawn: %s, want %s", got, c.charts)
			}
			if slices.Sort(drawn); c.print && !slices.Equal(printed, drawn) {
				t.Errorf("printed: %v, drawn: %v", printed, drawn)
			}
		})
	}
}

// An interrupted call stops before the next file.
func TestPlotsInterrupted(t *testing.T) {
	stopped := errors.New("stopped")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(stopped)
	dir := t.TempDir()
	if err := Plots(ctx, dir, summarize(t, usual())); !errors.Is(err, stopped) {
		t.Errorf("Plots: %v", err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(left) > 0 {
		t.Errorf("written after the interruption: %v (%v)", left, err)
	}
	if err := HTML(io.Discard, summarize(t, usual())); err != nil {
		t.Error(err)
	}
}
