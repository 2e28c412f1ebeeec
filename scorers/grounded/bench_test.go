package grounded

import (
	"fmt"
	"strings"
	"testing"

	"github.com/viva-eval/viva/internal/growth"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

// asked makes a question of an answer over passages.
func asked(lang, question, answer string, passages ...string) scorers.Question {
	q := scorers.Question{Item: suites.Item{Question: question, Language: lang}, Trial: runners.Trial{Status: runners.OK}}
	q.Trial.Response.Text = answer
	for i, p := range passages {
		q.Trial.Shown.Passages = append(q.Trial.Shown.Passages, suites.Passage{ID: fmt.Sprintf("page-%d", i+1), Text: p})
	}
	return q
}

// essay writes n words that look like a report: a vocabulary with a long tail, names, figures and dates, reproducible by seed.
func essay(n int, seed uint64) string {
	syllables := [...]string{"ta", "ri", "mon", "del", "so", "ver", "in", "cal", "pre", "tion", "ing", "ment", "gra", "lo", "ser"}
	var b strings.Builder
	state := seed*2862933555777941757 + 3037000493
	next := func(k int) int {
		state = state*6364136223846793005 + 1442695040888963407
		return int(state>>33) % k
	}
	for i := range n {
		switch r := next(20); {
		case r < 8:
			b.WriteString([...]string{"the", "of", "and", "to", "in", "was", "for", "with"}[r])
		case r == 8:
			fmt.Fprintf(&b, "%d", 1+next(5000))
		case r == 9:
			fmt.Fprintf(&b, "Nor%s", syllables[next(15)])
		default:
			for range 1 + next(3) {
				b.WriteString(syllables[next(15)])
			}
		}
		switch {
		case i%17 == 16:
			b.WriteString(". ")
		case i%7 == 6:
			b.WriteString(", ")
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// BenchmarkScore: 300 words against 1,000. The aim is 300 a second on one core, 3.3 ms each.
func BenchmarkScore(b *testing.B) {
	context := essay(1000, 1)
	answer := context[:900] + essay(150, 2)
	q := asked("en", "What does the report say of the region?", answer, context[:len(context)/2], context[len(context)/2:])
	b.ReportAllocs()
	for b.Loop() {
		if _, err := (Scorer{}).Score(b.Context(), q); err != nil {
			b.Fatal(err)
		}
	}
}

// TestHostile: what is long or repeats itself is scored in proportion to its length, or refused.
func TestHostile(t *testing.T) {
	page := essay(2000, 3)
	again := func(s string) func(int) string { return func(n int) string { return strings.Repeat(s, n/len(s)) } }
	still := func(s string) func(int) string { return func(int) string { return s } }
	for _, c := range []struct {
		name            string
		n               int
		answer, context func(n int) string
	}{
		{"ten megabytes of answer", 10 << 20, again("word 12 "), still(page)},
		{"ten megabytes of context", 10 << 20, still("The plan covers 12 countries."), again("word 12 ")},
		{"one word again and again", 1 << 17, again("alpha "), again("alpha. ")},
		{"figures by the thousand", 1 << 16, again("17,431 "), manyFigures},
		{"figures that differ", 1 << 15, manyFigures, manyFigures},
		{"clauses without end", 1 << 17, again("red car, "), still(page)},
		{"no sentence ends", 1 << 17, again("alpha beta gamma "), still(page)},
		{"brackets", 1 << 17, again("["), still(page)},
		{"deep record", 1 << 15, still("It has parking."), func(n int) string { return strings.Repeat(`{"a":`, n/5) + "1" + strings.Repeat("}", n/5) }},
		{"wide record", 1 << 16, again("wifi outdoor seating "), func(n int) string {
			return `{"x":[` + strings.Repeat(`{"wifi":false,"Monday":"9:0-17:0"},`, n/64) + `1]}`
		}},
		{"times and days", 1 << 16, again("open 9 am to 5 pm on Monday and Tuesday "), still(`{"Monday":"9:0-17:0","Tuesday":"9:0-17:0"}`)},
		{"han", 1 << 17, again("数据"), again("数字据点。")},
	} {
		growth.Linear(t, c.name, c.n, func(n int, timed func(func())) {
			q := asked("en", "What is it?", c.answer(n), c.context(n))
			timed(func() {
				if _, err := (Scorer{}).Score(t.Context(), q); err != nil {
					t.Fatal(err)
				}
			})
		})
	}
}

// manyFigures writes about n bytes of figures of which no two are the same.
func manyFigures(n int) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, "%d.%d kg, ", i*7+3, i%10)
	}
	return b.String()
}
