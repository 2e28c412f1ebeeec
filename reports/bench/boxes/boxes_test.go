package boxes

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/reports/bench"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/load"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

var began = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// box measures a target that takes slowness seconds for an answer, give or take a third, at 1, 4 and 16 in flight.
func box(t testing.TB, name string, slowness, wrong float64, seed uint64) bench.Report {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 3))
	var held []load.Record
	var rows []scorers.Graded
	start := began
	for _, places := range []int{1, 4, 16} {
		stage := load.Stage{Mode: load.Closed, Concurrency: places, Requests: 240}.Named()
		free, last := make([]time.Duration, places), time.Duration(0)
		for i := range stage.Requests {
			place := 0
			for j := range free {
				if free[j] < free[place] {
					place = j
				}
			}
			wait := time.Duration(.1 * slowness * math.Exp(.4*rng.NormFloat64()) * 1e9)
			body := time.Duration(slowness * math.Exp(.3*rng.NormFloat64()) * 1e9)
			sent := start.Add(free[place])
			free[place] += wait + body
			last = max(last, free[place])
			g := scorers.Graded{}
			g.Item = suites.Item{ID: fmt.Sprint(i), Answer: suites.Answer{Kind: value.Text, Text: "x"}}
			g.Trial.Key, g.Trial.Status = runners.Key{ItemID: g.Item.ID, Load: stage.Name, Arm: "closed-book"}, runners.OK
			g.Trial.Response = runners.Response{Text: strings.Repeat("word", 100), Tokens: runners.Tokens{Prompt: 50, Completion: 100, Source: runners.FromUsage},
				Timing: runners.Timing{Scheduled: sent, Sent: sent, FirstToken: sent.Add(wait), FirstAnswerToken: sent.Add(wait), Last: sent.Add(wait + body)}}
			g.Score.Verdict = scorers.Correct
			if rng.Float64() < wrong {
				g.Score.Verdict = scorers.Incorrect
			}
			rows = append(rows, g)
		}
		held = append(held, load.Record{Stage: stage, Started: start, Ended: start.Add(last), SteadyFrom: start, SteadyTo: start.Add(slices.Min(free)), Cores: 2, ClientCPU: last / 50, Scheduled: 240, Sent: 240})
		start = start.Add(time.Hour)
	}
	run := runners.Run{ID: "run-" + name, SuiteName: "enterprise", Target: runners.TargetInfo{Name: name, Accelerators: runners.Accelerators{Count: 8, Unit: "card", Model: "H100"}}}
	r, err := bench.Summarize(run, held, iter.Seq2[scorers.Graded, error](func(yield func(scorers.Graded, error) bool) {
		for _, g := range rows {
			if !yield(g, nil) {
				return
			}
		}
	}), bench.Options{Promises: []bench.Promise{{Metric: bench.TTFT, Percentile: 99, Limit: time.Second}}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func compared(t testing.TB, a, b bench.Report) Comparison {
	t.Helper()
	c, err := Compare(a, b)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Boxes of which one is slower by a known factor: the intervals hold it about as often as they say, and it is found out. Equal boxes seldom seem unlike.
func TestIntervalsCoverTheTruth(t *testing.T) {
	for _, truth := range []float64{1, 1.3} {
		covered, total, ahead := 0, 0, 0
		for seed := range uint64(8) {
			c := compared(t, box(t, "a", 1, .1, 100+seed), box(t, "b", truth, .1, 500+seed))
			for _, p := range c.Stages {
				for _, m := range p.Measures {
					want := truth
					switch m.Name {
					case "output tokens/s", "requests/s":
						want = 1 / truth
					case "TTFT p50", "TPOT p50", "E2E p50":
					default:
						continue
					}
					total++
					if float64(m.Low) <= want && want <= float64(m.High) {
						covered++
					}
					if m.Better == First {
						ahead++
					}
				}
			}
		}
		if share := float64(covered) / float64(total); share < .88 {
			t.Errorf("factor %v: %d of %d intervals hold it", truth, covered, total)
		}
		if share := float64(ahead) / float64(total); truth == 1 && share > .08 || truth > 1 && share < .9 {
			t.Errorf("factor %v: A is ahead in %d of %d", truth, ahead, total)
		}
	}
}

// Better has the sense of each figure: more throughput, less latency, fewer false answers.
func TestSense(t *testing.T) {
	c := compared(t, box(t, "a", 1, .05, 1), box(t, "b", 2, .4, 2))
	for _, p := range c.Stages {
		for _, m := range p.Measures {
			if m.Name != "tokens/s per user" && strings.HasPrefix(m.Name, "goodput") {
				continue
			}
			if m.Better != First && m.Low.Defined() {
				t.Errorf("%s, %s: %s is ahead at %v", p.Name, m.Name, m.Better, m.Change)
			}
		}
	}
	back := compared(t, c.B, c.A)
	for i, p := range back.Stages {
		for j, m := range p.Measures {
			want := map[Better]Better{First: Second, Second: First}
			if w, ok := want[c.Stages[i].Measures[j].Better]; ok && m.Better != w {
				t.Errorf("turned round, %s of %s: %s, want %s", m.Name, p.Name, m.Better, w)
			}
		}
	}
}

// What is INVALID on one side is shown and not ranked.
func TestInvalidIsNotRanked(t *testing.T) {
	a, b := box(t, "a", 1, .1, 1), box(t, "b", 2, .1, 2)
	b.Stages[1].Validity = bench.Invalid
	b.Stages[1].Checks = append(b.Stages[1].Checks, bench.Check{Name: "foreign traffic", Finding: bench.Invalid, Reason: "others used it"})
	c := compared(t, a, b)
	for _, m := range c.Stages[1].Measures {
		if m.Better != Barred || m.Change.Defined() || m.Low.Defined() {
			t.Errorf("%s is ranked: %+v", m.Name, m)
		}
	}
	var text bytes.Buffer
	if err := Table(&text, c); err != nil || !strings.Contains(text.String(), "not ranked: others used it") || !strings.Contains(text.String(), "INVALID") {
		t.Errorf("%v\n%s", err, text.String())
	}
}

// Loads that one box alone bore are named; none in common is an error, and so is a run without any.
func TestPairing(t *testing.T) {
	a, b := box(t, "a", 1, .1, 1), box(t, "b", 1, .1, 2)
	a.Stages, b.Stages = a.Stages[:2], b.Stages[1:]
	c := compared(t, a, b)
	if len(c.Stages) != 1 || c.Stages[0].Name != "concurrency-4" || len(c.OnlyA) != 1 || len(c.OnlyB) != 1 {
		t.Errorf("%d pairs, %v, %v", len(c.Stages), c.OnlyA, c.OnlyB)
	}
	a.Stages, b.Stages = a.Stages[:1], b.Stages[1:]
	if _, err := Compare(a, b); err == nil {
		t.Error("nothing in common is no error")
	}
	if _, err := Compare(bench.Report{}, b); err == nil {
		t.Error("a run without stages is no error")
	}
	b = box(t, "b", 1, .1, 2)
	b.Run.SuiteDigest, b.Run.Target.Accelerators.Unit = "other", "die"
	c = compared(t, box(t, "a", 1, .1, 1), b)
	if len(c.Notes) < 2 || c.Notes[0].Level != "bad" {
		t.Errorf("other questions, other units: %+v", c.Notes)
	}
}

// All forms are whole; VIVA_PAGES names a folder in which to leave them for the eye.
func TestForms(t *testing.T) {
	c := compared(t, box(t, "box-a", 1, .06, 1), box(t, "box-b", 1.25, .12, 2))
	for extension, format := range map[string]Format{"txt": Table, "md": Markdown, "html": HTML, "json": JSON} {
		var b bytes.Buffer
		if err := format(&b, c); err != nil {
			t.Fatal(err)
		}
		if dir := os.Getenv("VIVA_PAGES"); dir != "" {
			if err := os.WriteFile(filepath.Join(dir, "boxes."+extension), b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		for _, want := range []string{"box-a", "box-b", "concurrency-16", "TTFT p99", "hallucination"} {
			if !strings.Contains(b.String(), want) {
				t.Errorf("%s lacks %q", extension, want)
			}
		}
		if strings.Contains(b.String(), "NaN") || extension == "json" && !json.Valid(b.Bytes()) {
			t.Errorf("%s holds a figure that is none", extension)
		}
	}
}
