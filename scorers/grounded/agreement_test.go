package grounded

import (
	"math"
	"testing"

	"github.com/viva-eval/viva/internal/text"
)

// TestAgreement holds the score against people. The floors lie below what was measured by about its standard error; the baseline
// is the share of content words that the context lacks.
func TestAgreement(t *testing.T) {
	for _, c := range []struct {
		set         string
		all, within float64
		qa          float64
	}{
		{set: "ragtruth", all: 0.80, within: 0.73, qa: 0.83},
		{set: "summedits", all: 0.50, within: 0.53}, // one word edited: words tell next to nothing
		{set: "faithbench", all: 0.55, within: 0.53},
		{set: "begin", all: 0.88, within: 0.81},
	} {
		t.Run(c.set, func(t *testing.T) {
			rows := people(t, c.set)
			scores := make([]float64, len(rows))
			plain := make([]float64, len(rows))
			flagged := make([]float64, len(rows))
			for i := range rows {
				e := extract(&rows[i])
				scores[i] = e.features().chance()
				if flagged[i] = scores[i]; e.checked() {
					flagged[i] = 1
				}
				content, gone := 0.0, 0.0
				for j := range e.a.words {
					if e.a.words[j].term != "" {
						content++
						if e.id[j] < 0 {
							gone++
						}
					}
				}
				plain[i] = gone / max(1, content)
			}
			all, within, n := cells(rows, scores, everyRow)
			base, baseWithin, _ := cells(rows, plain, everyRow)
			t.Logf("%d answers: AUROC %.3f (novelty %.3f), within %d cells %.3f (novelty %.3f)", len(rows), all, base, n, within, baseWithin)
			if all < c.all || within < c.within {
				t.Errorf("AUROC %.3f, within cells %.3f; want at least %.3f and %.3f", all, within, c.all, c.within)
			}
			tasks := map[string]bool{}
			for i := range rows {
				tasks[rows[i].Task] = true
			}
			for task := range tasks {
				all, within, _ := cells(rows, scores, ofTask(task))
				base, baseWithin, _ := cells(rows, plain, ofTask(task))
				t.Logf("  %-12s AUROC %.3f (novelty %.3f), within cells %.3f (novelty %.3f)", task, all, base, within, baseWithin)
				if task == "qa" && all < c.qa {
					t.Errorf("%s: AUROC %.3f, want at least %.3f", task, all, c.qa)
				}
			}
			best, at := 0.0, 0.0
			for th := 0.05; th < 0.96; th += 0.05 {
				if b := balanced(rows, scores, th); b > best {
					best, at = b, th
				}
			}
			t.Logf("verdicts: balanced accuracy %.3f", balanced(rows, flagged, 0.5))
			t.Logf("balanced accuracy %.3f at the threshold, best %.3f at chance %.2f", balanced(rows, scores, 1-Threshold), best, at)
			var mean, rate float64
			for i := range rows {
				mean += scores[i] / float64(len(rows))
				rate += float64(rows[i].bad()) / float64(len(rows))
			}
			t.Logf("mean chance %.3f, bad answers %.3f", mean, rate)
			if c.set == "ragtruth" && math.Abs(mean-rate) > 0.03 {
				t.Errorf("the chances add up to %.3f and people found %.3f", mean, rate)
			}
		})
	}
}

func balanced(rows []labelled, chance []float64, threshold float64) float64 {
	var hit, bad, pass, good float64
	for i := range rows {
		flagged := chance[i] > threshold
		if rows[i].bad() == 1 {
			bad++
			if flagged {
				hit++
			}
			continue
		}
		good++
		if !flagged {
			pass++
		}
	}
	return (hit/bad + pass/good) / 2
}

// TestSpanAgreement measures the flagged characters against those that people marked.
func TestSpanAgreement(t *testing.T) {
	rows := people(t, "ragtruth")
	var both, ours, theirs float64
	for i := range rows {
		r := &rows[i]
		marked := make([]bool, len(r.Answer))
		for _, p := range r.marked() {
			for k := p.Start; k < p.End; k++ {
				marked[k] = true
				theirs++
			}
		}
		flagged := make([]bool, len(r.Answer))
		for _, f := range extract(r).all() {
			for k := f.Start; k < f.End; k++ {
				flagged[k] = true
			}
		}
		for k := range flagged {
			if flagged[k] {
				ours++
				if marked[k] {
					both++
				}
			}
		}
	}
	p, r := both/ours, both/theirs
	t.Logf("characters: precision %.3f, recall %.3f, F1 %.3f", p, r, 2*p*r/(p+r))
	if f := 2 * p * r / (p + r); f < 0.30 {
		t.Errorf("F1 %.3f, want at least 0.30", f)
	}
}

// TestSentenceAgreement holds Verifier against people: a sentence is bad when it touches what they marked.
func TestSentenceAgreement(t *testing.T) {
	rows := people(t, "ragtruth")
	for _, c := range []struct {
		task string
		want float64
	}{{"qa", 0.72}, {"data2txt", 0.68}, {"summary", 0.59}} {
		var hit, bad, pass, good float64
		for i := range rows {
			r := &rows[i]
			if r.Task != c.task {
				continue
			}
			var v Verifier
			marked := r.marked()
			for _, at := range text.Sentences(r.Answer) {
				wrong := false
				for _, m := range marked {
					wrong = wrong || m.Start < at.End && at.Start < m.End
				}
				ok := v.Entails([]string{r.Context}, at.Of(r.Answer))
				switch {
				case wrong && !ok:
					hit++
					bad++
				case wrong:
					bad++
				case ok:
					pass++
					good++
				default:
					good++
				}
			}
		}
		got := (hit/bad + pass/good) / 2
		t.Logf("%s: %.0f of %.0f bad sentences refused, %.0f of %.0f good ones passed, balanced accuracy %.3f", c.task, hit, bad, pass, good, got)
		if got < c.want {
			t.Errorf("%s: balanced accuracy %.3f, want %.2f", c.task, got, c.want)
		}
	}
}
