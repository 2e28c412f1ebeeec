package reports

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

// Ranked lists with their figures, worked out by hand: gains are 1/log₂(place + 1).
func TestRank(t *testing.T) {
	second, third, fourth := 1/math.Log2(3), 0.5, 1/math.Log2(5)
	for _, row := range []struct {
		why, evidence, shown string
		k                    int
		want                 ranking
	}{
		{"found at once", "a", "a b c", 5, ranking{1, 1, 1}},
		{"second", "a", "b a c", 5, ranking{1, second, .5}},
		{"beyond k", "a", "b c a", 2, ranking{0, 0, 0}},
		{"two of two, with one between", "a b", "a x b", 5, ranking{1, (1 + third) / (1 + second), 1}},
		{"one of two", "a b", "x y z b", 5, ranking{.5, fourth / (1 + second), .25}},
		{"k below the evidence: the best is what k allows", "a b c", "a b", 2, ranking{2. / 3, 1, 1}},
		{"a passage counts once", "a b", "a a b", 3, ranking{1, (1 + third) / (1 + second), 1}},
		{"evidence named twice is one passage", "a a", "a", 1, ranking{1, 1, 1}},
		{"nothing found", "a", "", 5, ranking{}},
		{"as many as came", "a", "x a", 0, ranking{1, second, .5}},
	} {
		got := rank(strings.Fields(row.evidence), strings.Fields(row.shown), row.k)
		if math.Abs(got.recall-row.want.recall)+math.Abs(got.gain-row.want.gain)+math.Abs(got.reciprocal-row.want.reciprocal) > 1e-12 {
			t.Errorf("%s: %+v, want %+v", row.why, got, row.want)
		}
	}
}

// Each arm that searches is judged at its own k. A book that could not be opened missed nothing.
func TestRetrievals(t *testing.T) {
	found := holds(scorers.Correct) // x, then the evidence
	run, rows := plant([]planted{
		{n: 6, arms: map[string]ending{"retrieved": found, "retrieved:k=1": found, "oracle": found}},
		{n: 2, arms: map[string]ending{"retrieved": lacks(scorers.Incorrect), "retrieved:k=1": lacks(scorers.Abstained), "oracle": found}},
		{n: 3, arms: map[string]ending{"retrieved": {status: runners.Failed}}},
	})
	r, err := Summarize(run, rows)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Summary.Retrievals) != 2 || r.Summary.Retrieval.Arm != "retrieved" {
		t.Fatalf("%+v", r.Summary.Retrievals)
	}
	five, one := r.Summary.Retrievals[0], r.Summary.Retrievals[1]
	if five.K != 5 || five.Recall.N != 8 || five.EvidenceNone != 2 || five.WrongMissed != 2 || five.WrongShown != 0 {
		t.Errorf("%+v", five)
	}
	near(t, "recall@5", five.Recall.Value, .75, 1e-12)
	near(t, "nDCG@5", five.NDCG.Value, .75/math.Log2(3), 1e-12)
	near(t, "MRR", five.ReciprocalRank.Value, .375, 1e-12)
	near(t, "recall@1", one.Recall.Value, 0, 1e-12)
	near(t, "recall@5, low", five.Recall.Low, float64(five.EvidenceShown.Low), 1e-12) // of one passage each, a mean is a rate
}

// A connector's passages bear other names than the evidence: what they state decides, and ranks say nothing.
func TestRetrievalByText(t *testing.T) {
	foreign := func(expect runners.Expectation, v scorers.Verdict) ending {
		return ending{verdict: v, expect: expect, shown: []string{"crm-1"}}
	}
	run, rows := plant([]planted{
		{n: 3, arms: map[string]ending{"retrieved": foreign(runners.ExpectAnswer, scorers.Correct)}},
		{n: 2, arms: map[string]ending{"retrieved": foreign(runners.ExpectAnswer, scorers.Incorrect)}, bare: true},
		{n: 4, arms: map[string]ending{"retrieved": foreign(runners.ExpectAbstain, scorers.Abstained)}, bare: true},
		{n: 1, arms: map[string]ending{"retrieved": foreign(runners.ExpectAbstain, scorers.Incorrect)}},
		{n: 5, arms: map[string]ending{"retrieved": foreign(runners.ExpectEither, scorers.Incorrect)}},
	})
	r, err := Summarize(run, rows)
	if err != nil {
		t.Fatal(err)
	}
	v, w := r.Summary.Retrieval, r.Summary.Waterfalls[0]
	if !v.ByText || v.Recall.N != 0 || v.EvidenceShown.Successes != 5 || v.EvidenceShown.N != 10 || v.WrongShown != 2 || v.WrongMissed != 1 {
		t.Errorf("%+v", v)
	}
	if g := retrievalGrid(r); g.rows[0][2] != "10" || g.rows[0][3] != "–" || !strings.Contains(g.foot, "another corpus") {
		t.Errorf("%+v", g)
	}
	if w.N != 10 || w.Unclear != 5 || w.Losses[0].Share.Successes != 4 || w.Losses[1].Share.Successes != 2 || w.Losses[4].Share.Successes != 1 {
		t.Errorf("%+v", w)
	}
}

// What tools brought is looked at after the fact: by the names of passages, else by what the results state.
func TestDeskOfTools(t *testing.T) {
	number := suites.Item{ID: "a", Language: "en", Question: "How many seats?", Answer: suites.Answer{Kind: "number", Number: "48", Text: "48"}, Evidence: []string{"p"}}
	result := func(texts ...string) (turns []runners.Turn) {
		for _, s := range texts {
			turns = append(turns, runners.Turn{Calls: []runners.ToolCall{{Result: s}}})
		}
		return turns
	}
	for _, row := range []struct {
		why    string
		shown  []string
		turns  []runners.Turn
		derive string
		want   desk
	}{
		{"the page of that name was found", []string{"p"}, nil, "", deskHolds},
		{"a query brought the value", nil, result("| seats |\n| 12 |", "| seats |\n| 48 |"), "", deskHolds},
		{"no query brought it", []string{"q"}, result("| seats |\n| 12 |"), "", deskLacks},
		{"nothing was asked", nil, nil, "", deskLacks},
		{"a computed value stands nowhere", nil, result("| 40 |\n| 8 |"), "40 + 8", deskUnclear},
	} {
		g := scorers.Graded{Question: scorers.Question{Item: number}}
		g.Item.Derivation = row.derive
		g.Trial.Arm, g.Trial.Status, g.Trial.Shown.Expect, g.Trial.Turns = runners.Tools, runners.OK, runners.ExpectAnswer, row.turns
		for _, id := range row.shown {
			g.Trial.Shown.Passages = append(g.Trial.Shown.Passages, suites.Passage{ID: id, Language: "en"})
		}
		if got := deskOf(&g, evidenceOf(&g)); got != row.want {
			t.Errorf("%s: desk %d, want %d", row.why, got, row.want)
		}
	}
}

// A server that fails before the examinee has found anything says nothing about what there was to find; one that fails later does, and so
// does an examinee that never looks.
func TestUnheardSearchesMissNothing(t *testing.T) {
	found := []suites.Passage{{ID: "p"}}
	var rows []scorers.Graded
	for i, row := range []struct {
		status runners.Status
		shown  []suites.Passage
	}{{runners.Failed, nil}, {runners.Refused, nil}, {runners.TimedOut, found}, {runners.OK, found}, {runners.OK, nil}, {runners.Truncated, nil}} {
		g := toolTrial(i, row.status, scorers.Unscored)
		g.Item.Evidence, g.Trial.Shown.Passages = []string{"p"}, row.shown
		rows = append(rows, g)
	}
	r := summarizeTools(t, rows...).Summary.Retrieval
	if r == nil || r.Recall.N != 4 || r.Recall.Value != 0.5 || r.EvidenceNone != 2 {
		t.Errorf("%+v", r)
	}
}

// steady plants the right and wrong ends of one family of arms: a word a question, a letter an arm, R right, W wrong, U unscored.
func steady(t *testing.T, arms []string, words ...string) Report {
	t.Helper()
	verdicts := map[byte]scorers.Verdict{'R': scorers.Correct, 'W': scorers.Incorrect, 'A': scorers.Abstained, 'U': scorers.Unscored}
	var kinds []planted
	for _, w := range words {
		k := planted{n: 1, arms: map[string]ending{}}
		for i := range w {
			k.arms[arms[i]] = holds(verdicts[w[i]])
		}
		kinds = append(kinds, k)
	}
	run, rows := plant(kinds)
	r, err := Summarize(run, rows)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestFamilies(t *testing.T) {
	r := steady(t, []string{"closed-book", "retrieved:k=1", "retrieved", "retrieved:k=10"},
		"RRRR", "RWRR", "RRWR", "WWWW", "AARA", "WRRW", "RRUR")
	f := r.Summary.Families[0]
	if f.Name != "retrieved" || len(f.Arms) != 3 {
		t.Fatalf("%+v", f)
	}
	// Lost right answers: RWRR one, RRWR one; 21 pairs less the unscored one.
	if f.NoDegradation.Successes != 18 || f.NoDegradation.N != 20 || f.NoDegradation.Unscored != 1 {
		t.Errorf("NDR %d of %d, %d unscored", f.NoDegradation.Successes, f.NoDegradation.N, f.NoDegradation.Unscored)
	}
	// Steps to more passages: RRWR falls at 5 and is back at 10, AARA falls at 10, WRRW falls at 10; RRUR has one step, from 1 to 10.
	if f.SizeRobustness.Successes != 10 || f.SizeRobustness.N != 13 {
		t.Errorf("RSR %d of %d", f.SizeRobustness.Successes, f.SizeRobustness.N)
	}
	if f.OrderRobustness.N != 0 || f.OrderRobustness.Value.Defined() {
		t.Errorf("order robustness of one order: %+v", f.OrderRobustness)
	}
	r = steady(t, []string{"noisy", "noisy:order=2", "noisy:rate=0.8"}, "RRR", "RWR", "WRR", "WWR", "UWR")
	f = r.Summary.Families[0]
	if len(r.Summary.Families) != 1 || f.Name != "noisy" || len(f.Arms) != 2 || f.NoDegradation.N != 0 || f.OrderRobustness.N != 4 {
		t.Fatalf("%+v", r.Summary.Families)
	}
	near(t, "ROR", f.OrderRobustness.Value, .5, 1e-12)
	r = steady(t, []string{"oracle:at=1:k=10", "oracle:at=5:k=10", "oracle:at=10:k=10"}, "RRW", "RRR")
	near(t, "ROR over three places", r.Summary.Families[0].OrderRobustness.Value, 1-math.Sqrt(2)/3, 1e-12) // σ of 1 1 0 is √2/3
}

func TestSweeps(t *testing.T) {
	r := steady(t, []string{"closed-book", "retrieved", "retrieved:k=1", "retrieved:k=20", "oracle", "oracle:k=10", "oracle:at=5:k=10",
		"noisy:rate=0.2", "noisy", "noisy:order=2:rate=0.2", "noisy:order=2", "retrieved:with=crm"}, "RRWRRRRWRRRR", "RRRRRRWRRRRR")
	got := map[string]string{}
	for _, s := range r.Summary.Sweeps {
		for _, p := range s.Points {
			got[s.Param+" of "+s.Name] += fmt.Sprintf("%g:%d/%d ", p.Value, p.Accuracy.Successes, p.Hallucination.N)
		}
	}
	want := map[string]string{
		"k of retrieved": "1:1/2 5:2/2 20:2/2 ", "at of oracle:k=10": "1:2/2 5:1/2 ", "rate of noisy": "0.2:1/2 0.6:2/2 ", "rate of noisy:order=2": "0.2:2/2 0.6:2/2 ",
	}
	for name, points := range want {
		if got[name] != points {
			t.Errorf("%s: %q, want %q", name, got[name], points)
		}
	}
	if len(got) != len(want) {
		t.Errorf("sweeps: %v", got)
	}
}

// The evidence beside a wrong answer is that of its own trial.
func TestWrongAnswersNameTheirEvidence(t *testing.T) {
	part := lacks(scorers.Incorrect)
	run, rows := plant([]planted{{n: 1, arms: map[string]ending{"retrieved": part}}, {n: 1, arms: map[string]ending{"retrieved": holds(scorers.Incorrect)}}})
	r, err := Summarize(run, rows)
	if err != nil {
		t.Fatal(err)
	}
	if r.Wrong[0].Evidence != "not shown" || r.Wrong[0].Loss != LossInvented || r.Wrong[1].Evidence != "shown" || r.Wrong[1].Loss != LossIgnored {
		t.Errorf("%+v", r.Wrong)
	}
	g := scorers.Graded{}
	g.Item = suites.Item{Answer: suites.Answer{Kind: "text", Text: "x"}, Evidence: []string{"a", "b"}}
	g.Trial.Status, g.Trial.Shown.Passages = runners.OK, []suites.Passage{{ID: "b"}}
	if e := evidenceOf(&g); e.String() != "part shown" {
		t.Errorf("one of two is %q", e)
	}
}
