package audit

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/viva-eval/viva/internal/stats"
)

// With every row taken as often as its group was drawn, the sorted area is that of the statistics package over the copied rows.
func TestAreaIsAUROC(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		n, k := 1+r.IntN(40), 1+r.IntN(6)
		entries, marks, group := make([]*entry, n), make([]mark, n), make([]int32, n)
		weight := make([]float64, k)
		for g := range weight {
			weight[g] = float64(r.IntN(3))
		}
		var scores []float64
		var bad []bool
		var cells []string
		for i := range n {
			entries[i] = &entry{row: &Row{Model: string(rune('a' + r.IntN(3)))}, bad: r.IntN(2) == 0}
			marks[i] = mark{decided: true, rank: float64(r.IntN(4)) / 4}
			group[i] = int32(r.IntN(k))
			for range int(weight[group[i]]) {
				scores, bad, cells = append(scores, marks[i].rank), append(bad, entries[i].bad), append(cells, entries[i].row.Model)
			}
		}
		got := newSample(entries, marks, nil, group, k).figures(weight)
		for m, want := range map[Measure]float64{AUROC: stats.AUROC(scores, bad), AUROCWithin: stats.AUROCWithin(scores, bad, cells)} {
			if x := got[m]; math.Abs(x-want) > 1e-12 || math.IsNaN(x) != math.IsNaN(want) {
				t.Fatalf("%s is %g, want %g", m, x, want)
			}
		}
	}
}

// The intervals of two thousand groups of five rows: what a thousand resamples of all measures cost.
func BenchmarkMeasure(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	const n, k = 10000, 2000
	entries, marks, group := make([]*entry, n), make([]mark, n), make([]int32, n)
	for i := range n {
		entries[i] = &entry{row: &Row{Model: string(rune('a' + i%5))}, bad: r.IntN(4) == 0}
		marks[i] = mark{decided: true, flag: r.IntN(2) == 0, rank: float64(r.IntN(20))}
		group[i] = int32(i / 5)
	}
	s, weights := newSample(entries, marks, nil, group, k), resamples(k, DefaultDraws)
	b.ReportAllocs()
	for b.Loop() {
		s.measure(weights)
	}
}
