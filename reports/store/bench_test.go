package store

import (
	"fmt"
	"testing"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

// BenchmarkPut stores trials with five shown passages each. The aim is 8,000 trials a second on two cores.
func BenchmarkPut(b *testing.B) {
	f, s := openNew(b), sample(500)
	run := start(b, f, s)
	trials := make([]runners.Trial, 10_000)
	for i := range trials {
		trials[i] = sampleTrial(s, i, "retrieved", 5)
	}
	w := f.Writer(b.Context(), run.ID, nil)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		t := trials[i%len(trials)]
		t.Load = fmt.Sprint(i / len(trials))
		if err := w.Put(t); err != nil {
			b.Fatal(err)
		}
		i++
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(i)/b.Elapsed().Seconds(), "trials/s")
}

// BenchmarkGraded reads back trials with items, passages, prompts and scores.
func BenchmarkGraded(b *testing.B) {
	const n = 5000
	f, s := openNew(b), sample(500)
	run := start(b, f, s)
	trials := make([]runners.Trial, n)
	for i := range trials {
		trials[i] = sampleTrial(s, i, "retrieved", 5)
	}
	put(b, f, run.ID, trials...)
	err := f.PutScores(b.Context(), run.ID, func(yield func(scorers.Graded, error) bool) {
		for _, t := range trials {
			if !yield(scorers.Graded{Question: scorers.Question{Trial: t}, Score: scorers.Score{Scorer: "facts", Verdict: scorers.Correct, Why: "28 days stands in the reply."}}, nil) {
				return
			}
		}
	})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		read := 0
		for _, err := range f.Graded(b.Context(), run.ID, "facts") {
			if err != nil {
				b.Fatal(err)
			}
			read++
		}
		if read != n {
			b.Fatal(read)
		}
	}
	b.ReportMetric(float64(b.N)*n/b.Elapsed().Seconds(), "trials/s")
}
