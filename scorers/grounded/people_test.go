package grounded

import (
	"bufio"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"sort"
	"testing"

	"github.com/viva-eval/viva/internal/text"
)

// labelled is an answer that people have judged: label 1 holds something that its context does not support.
type labelled struct {
	Group, Lang, Task, Question, Context, Answer, Model string
	Label                                               *int
	Spans                                               []struct{ Start, End int } // in runes
}

func (r *labelled) bad() int { return *r.Label }

// marked gives the labelled spans in bytes.
func (r *labelled) marked() []text.Span {
	at := make([]int, 0, len(r.Answer)+1)
	for i := range r.Answer {
		at = append(at, i)
	}
	at = append(at, len(r.Answer))
	var out []text.Span
	for _, s := range r.Spans {
		if s.Start < s.End && s.End < len(at) {
			out = append(out, text.Span{Start: at[s.Start], End: at[s.End]})
		}
	}
	return out
}

// people reads a set of judged answers with their contexts, and skips the test without one.
func people(t testing.TB, name string) []labelled {
	t.Helper()
	dir := os.Getenv("VIVA_DATA")
	if dir == "" {
		t.Skip("VIVA_DATA names no folder of judged answers")
	}
	f, err := os.Open(filepath.Join(dir, name, "dev.jsonl"))
	if err != nil {
		t.Skipf("open judged answers: %v", err)
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	sc.Buffer(make([]byte, 1<<20), 1<<25)
	var out []labelled
	for sc.Scan() {
		var r labelled
		if err := json.Unmarshal(sc.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		if r.Label != nil && r.Context != "" {
			out = append(out, r)
		}
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func extract(r *labelled) *evidence {
	var x lexer
	src := index(&x, []string{r.Context}, r.Question, r.Lang)
	return gather(&x, src, read(&x, r.Answer), r.Lang)
}

// auroc is the chance that a bad answer ranks above a good one, ties counting half, and the number of pairs.
func auroc(scores []float64, bad []int) (area, pairs float64) {
	order := make([]int, len(scores))
	for i := range order {
		order[i] = i
	}
	sort.Slice(order, func(i, j int) bool { return scores[order[i]] < scores[order[j]] })
	var pos, neg, sum float64
	for i := 0; i < len(order); {
		j, p, n := i, 0.0, 0.0
		for ; j < len(order) && scores[order[j]] == scores[order[i]]; j++ {
			if bad[order[j]] == 1 {
				p++
			} else {
				n++
			}
		}
		sum += p*neg + p*n/2
		pos, neg, i = pos+p, neg+n, j
	}
	if pos*neg == 0 {
		return math.NaN(), 0
	}
	return sum / (pos * neg), pos * neg
}

// cells gives the area over the rows that pass, and the mean over their (task, model) cells, weighted by pairs.
func cells(rows []labelled, scores []float64, pass func(*labelled) bool) (all, within float64, n int) {
	by := map[string][]int{}
	var s []float64
	var bad []int
	for i := range rows {
		if r := &rows[i]; pass(r) {
			by[r.Task+"|"+r.Model] = append(by[r.Task+"|"+r.Model], i)
			s, bad = append(s, scores[i]), append(bad, r.bad())
		}
	}
	all, _ = auroc(s, bad)
	var sum, weight float64
	for _, ix := range by {
		s, bad := s[:0:0], bad[:0:0]
		for _, i := range ix {
			s, bad = append(s, scores[i]), append(bad, rows[i].bad())
		}
		if a, pairs := auroc(s, bad); pairs > 0 {
			sum += a * pairs
			weight += pairs
		}
	}
	return all, sum / weight, len(by)
}

func everyRow(*labelled) bool { return true }

func ofTask(task string) func(*labelled) bool {
	return func(r *labelled) bool { return r.Task == task }
}
