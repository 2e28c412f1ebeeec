package reports

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/viva-eval/viva/internal/stats"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

func summarize(t testing.TB, l lab) Report {
	t.Helper()
	r, err := Summarize(l.run(), l.rows())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func near(t *testing.T, what string, got Figure, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(float64(got)-want) <= tolerance) {
		t.Errorf("%s = %.7g, want %.7g", what, float64(got), want)
	}
}

// of makes trials with given verdicts: each a new item of its own source, asked in the named arms.
func of(verdicts ...map[string]scorers.Verdict) iter.Seq2[scorers.Graded, error] {
	return func(yield func(scorers.Graded, error) bool) {
		for i, byArm := range verdicts {
			for _, arm := range slices.Sorted(func(yield func(string) bool) {
				for a := range byArm {
					if !yield(a) {
						return
					}
				}
			}) {
				g := scorers.Graded{Score: scorers.Score{Verdict: byArm[arm]}}
				g.Item = suites.Item{ID: fmt.Sprint(i), Answer: suites.Answer{Kind: "text", Text: "x"}}
				g.Trial.Key = runners.Key{ItemID: g.Item.ID, Arm: arm}
				g.Trial.Status = runners.OK
				if !yield(g, nil) {
					return
				}
			}
		}
	}
}

// The worked 3×3 example: rows closed book, columns with pages, each correct, neither, incorrect.
func TestPairWorkedExample(t *testing.T) {
	table := [3][3]int{{300, 20, 30}, {150, 80, 40}, {180, 60, 140}}
	verdict := []scorers.Verdict{scorers.Correct, scorers.Abstained, scorers.Incorrect}
	var trials []map[string]scorers.Verdict
	for i, row := range table {
		for j, n := range row {
			for range n {
				trials = append(trials, map[string]scorers.Verdict{runners.ClosedBook: verdict[i], runners.Retrieved: verdict[j]})
			}
		}
	}
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(trials), func(i, j int) { trials[i], trials[j] = trials[j], trials[i] })
	r, err := Summarize(runners.Run{Arms: []string{runners.ClosedBook, runners.Retrieved}}, of(trials...))
	if err != nil {
		t.Fatal(err)
	}
	p := r.Summary.Pairs[0]
	if p.Table != table || p.TableAll != table || p.N != 1000 {
		t.Fatalf("table = %v of %d", p.Table, p.N)
	}
	near(t, "lift", p.Lift.Value, .28, 1e-12)
	near(t, "lift low", p.Lift.Low, .24595, 6e-7)
	near(t, "lift high", p.Lift.High, .314091, 6e-7)
	near(t, "rescue", p.Rescue.Value, .33, 1e-12)
	near(t, "harm", p.Harm.Value, .05, 1e-12)
	near(t, "rescue rate", p.RescueRate.Value, .507692, 6e-7)
	near(t, "harm rate", p.HarmRate.Value, .085714, 6e-7)
	near(t, "harm rate low", p.HarmRate.Low, .060699, 6e-7)
	near(t, "harm rate high", p.HarmRate.High, .119725, 6e-7)
	near(t, "induced", p.Induced.Value, .112903, 6e-7)
	near(t, "over-abstention", p.OverAbstention.Value, 20.0/350, 1e-12)
	if p.Suppressed != 240 {
		t.Errorf("suppressed = %d", p.Suppressed)
	}
	near(t, "McNemar", p.McNemar/1.05e-51, 1, 5e-3)
	closed, pages := r.Summary.Arms[0], r.Summary.Arms[1]
	near(t, "hallucination closed", closed.Hallucination.Value, .38, 1e-12)
	near(t, "hallucination with pages", pages.Hallucination.Value, .21, 1e-12)
	near(t, "penalised closed", closed.Penalised.Value, -.03, 1e-12)
	near(t, "penalised with pages", pages.Penalised.Value, .42, 1e-12)
}

// Published definitions of the composite figures, on their published counts.
func TestArmWorkedExamples(t *testing.T) {
	build := func(c, p, i, a int) Arm {
		var trials []map[string]scorers.Verdict
		for verdict, n := range map[scorers.Verdict]int{scorers.Correct: c, scorers.Partial: p, scorers.Incorrect: i, scorers.Abstained: a} {
			for range n {
				trials = append(trials, map[string]scorers.Verdict{"x": verdict})
			}
		}
		r, err := Summarize(runners.Run{}, of(trials...))
		if err != nil {
			t.Fatal(err)
		}
		return r.Summary.Arms[0]
	}
	near(t, "correct given attempted", build(427, 0, 481, 92).CorrectGivenAttempted.Value, .470264, 6e-7)
	near(t, "correct given attempted", build(289, 0, 361, 350).CorrectGivenAttempted.Value, .444615, 6e-7)
	near(t, "omniscience index", build(36, 2, 31, 31).OmniscienceIndex, 5, 1e-9)
	near(t, "omniscience rate", build(36, 2, 31, 31).OmniscienceRate.Value, .484375, 1e-9)
	near(t, "omniscience index", build(530, 0, 414, 56).OmniscienceIndex, 11.6, 1e-9)
	near(t, "omniscience rate", build(530, 0, 414, 56).OmniscienceRate.Value, .880851, 6e-7)
	wilson := build(14, 0, 0, 58).Accuracy
	near(t, "Wilson low", wilson.Low, .119515, 6e-7)
	near(t, "Wilson high", wilson.High, .300328, 6e-7)

	silent := build(0, 0, 0, 10)
	if silent.CorrectGivenAttempted.Value.Defined() || silent.CorrectGivenAttempted.Low.Defined() {
		t.Error("nothing attempted: 0/0 must stay undefined")
	}
	if all := build(10, 0, 0, 0); all.OmniscienceRate.Value.Defined() || all.AbstentionPrecision.Value.Defined() {
		t.Error("nothing missed: 0/0 must stay undefined")
	}
}

// Whatever the run, the counts add up and no rate leaves its interval or its bounds.
func TestCountsAddUp(t *testing.T) {
	for seed := range uint64(40) {
		l := usual()
		l.seed, l.items, l.repeats = seed, int(seed*3), 1+int(seed%3)
		l.unscored, l.failed = float64(seed%5)/20, float64(seed%4)/20
		r := summarize(t, l)
		var sum Counts
		for _, a := range r.Summary.Arms {
			c := a.Counts
			if c.Asked != c.Answered+c.Truncated+c.Failed+c.Filtered || c.Answered != c.Scored+c.Unscored || c.Scored != c.Correct+c.Partial+c.Incorrect+c.Abstained {
				t.Fatalf("seed %d %s: %+v", seed, a.Name, c)
			}
			if c.Asked != l.items*l.repeats || c.Planned != c.Asked {
				t.Fatalf("seed %d %s: %d asked, %d planned", seed, a.Name, c.Asked, c.Planned)
			}
			if a.Hallucination.Successes != c.Incorrect || a.Hallucination.N != c.Scored || a.Hallucination.Unscored != c.Unscored || a.Abstention.Successes != c.Abstained {
				t.Fatalf("seed %d %s: rates do not match counts", seed, a.Name)
			}
			causes := 0
			for _, n := range a.Causes {
				causes += n.N
			}
			if causes != c.Incorrect {
				t.Fatalf("seed %d: %d causes for %d false answers", seed, causes, c.Incorrect)
			}
			for _, m := range a.rates() {
				checkRate(t, a.Name+" "+m.name, m.rate)
			}
			sum.plus(c)
		}
		if sum != r.Summary.Counts {
			t.Fatalf("seed %d: arms sum to %+v, the run to %+v", seed, sum, r.Summary.Counts)
		}
		for _, p := range r.Summary.Pairs {
			n := 0
			for i := range p.TableAll {
				n += row(p.TableAll, i)
			}
			if n+p.DroppedFailed+p.DroppedUnscored != l.items*l.repeats {
				t.Fatalf("seed %d: %d pairs and %d dropped", seed, n, p.DroppedFailed+p.DroppedUnscored)
			}
			if p.N+p.Lift.Unscored > 0 && (p.Rescue.Unscored != p.Lift.Unscored || p.Harm.Unscored != p.Lift.Unscored || p.Rescue.Least > p.Rescue.Most ||
				p.Harm.Least > p.Harm.Most || p.Lift.Least < p.Rescue.Least-p.Harm.Most-1e-9 || p.Lift.Most > p.Rescue.Most-p.Harm.Least+1e-9) {
				t.Fatalf("seed %d: the bounds of lift are not those of rescue less harm: %+v", seed, p)
			}
			for _, m := range []Rate{p.RescueRate, p.HarmRate, p.Induced, p.OverAbstention} {
				checkRate(t, p.Arm, m)
			}
			if p.N > 0 {
				// The bounds count pairs that the lift leaves out, so that they need not hold it; they are in order all the same.
				if p.Lift.Least > p.Lift.Most || p.Lift.BoundLow > p.Lift.Least || p.Lift.BoundHigh < p.Lift.Most {
					t.Fatalf("seed %d: bounds of lift out of order: %+v", seed, p)
				}
				if p.Lift.Unscored == 0 && (p.Lift.Bounded || p.Lift.Least != p.Lift.Value || p.Lift.Most != p.Lift.Value) {
					t.Fatalf("seed %d: no debt, yet bounds differ: %+v", seed, p)
				}
				near(t, "lift", p.Lift.Value, float64(p.Rescue.Value-p.Harm.Value), 1e-12)
			}
		}
		for _, d := range dimensions {
			slices, scored := 0, 0
			for _, s := range r.Summary.Slices {
				if s.Dimension == d.name {
					slices += s.Items
					scored += s.Hallucination.N
				}
			}
			if slices != l.items*len(l.arms) || scored != r.Summary.Counts.Scored {
				t.Fatalf("seed %d: slices by %s hold %d items and %d scored", seed, d.name, slices, scored)
			}
		}
	}
}

func checkRate(t *testing.T, what string, r Rate) {
	t.Helper()
	if r.N == 0 {
		if r.Value.Defined() || r.Low.Defined() || r.High.Defined() {
			t.Fatalf("%s: a rate of nothing is defined: %+v", what, r)
		}
		return
	}
	if !(r.Low <= r.Value && r.Value <= r.High && r.Least <= r.Value && r.Value <= r.Most && r.BoundLow <= r.Least && r.Most <= r.BoundHigh) {
		t.Fatalf("%s: out of order: %+v", what, r)
	}
	if r.NEff < 1 || float64(r.NEff) > float64(r.N)+1e-9 {
		t.Fatalf("%s: effective n %v of %d", what, r.NEff, r.N)
	}
	if r.Unscored == 0 && (r.Least != r.Value || r.Most != r.Value) {
		t.Fatalf("%s: no debt, yet bounds differ: %+v", what, r)
	}
}

// Asking each item again and again with the same outcome is no new evidence; asking new items is.
func TestRepeatsAreNotEvidence(t *testing.T) {
	gathered := func(items, repeats int) Rate {
		var s sample
		for i := range items {
			s.add(fmt.Sprint(i), (i%4/3)*repeats, 0, repeats, 0)
		}
		return s.rate()
	}
	once, thrice, more := gathered(80, 1), gathered(80, 3), gathered(240, 1)
	near(t, "effective n, once", once.NEff, 80, 1e-9)
	near(t, "effective n, thrice the same", thrice.NEff, 80, 1e-9)
	near(t, "low, thrice the same", thrice.Low, float64(once.Low), 1e-9)
	if more.Low <= once.Low {
		t.Error("more items narrow nothing")
	}
	var agreed sample
	for i := range 50 {
		agreed.add(fmt.Sprint(i), 3, 0, 3, 0)
	}
	near(t, "all agree", agreed.rate().Low, stats.Wilson(50, 50, .95).Low, 1e-12)
	var family sample // items of one document answered alike
	for i := range 80 {
		family.add(fmt.Sprint(i/4), (i/4)%2, 0, 1, 0)
	}
	if n := family.rate().NEff; n < 15 || n > 25 {
		t.Errorf("20 documents of 4 like items count as %v trials", n)
	}
}

// With more than 2 % unscored the bounds take over; with less they stand beside the value.
func TestUnscoredIsADebt(t *testing.T) {
	l := usual()
	l.unscored = .10
	r := summarize(t, l)
	a := r.Summary.Arms[2]
	if !a.Bounded || !a.Accuracy.Bounded {
		t.Fatal("10 % unscored is not bounded")
	}
	if text := a.Hallucination.interval(); !strings.Contains(text, a.Hallucination.Least.percent()+"–"+a.Hallucination.Most.percent()) {
		t.Errorf("printed as %q", text)
	}
	if !strings.Contains(r.Headline(), "between") {
		t.Errorf("headline quotes a value: %s", r.Headline())
	}
	var s sample
	s.add("a", 50, 0, 100, 0)
	s.add("b", 50, 0, 98, 2)
	if s.rate().Bounded {
		t.Error("1 % unscored is bounded")
	}
}

func TestInfrastructureFailuresAreNotAnswers(t *testing.T) {
	l := usual()
	l.failed = .30
	r := summarize(t, l)
	if !r.Summary.InfraBroken || r.Summary.Notes[0].Level != Bad {
		t.Error("30 % failures pass")
	}
	c := r.Summary.Counts
	if c.Failed == 0 || c.Scored+c.Unscored+c.Failed != c.Asked {
		t.Errorf("%+v", c)
	}
	l.failed = 1
	r = summarize(t, l)
	if r.Summary.Scored() != 0 || r.Headline() != "No answer was scored." || r.Summary.Arms[0].Accuracy.Value.Defined() {
		t.Errorf("all failed: %q", r.Headline())
	}
}

func TestPartialStandsWithNeither(t *testing.T) {
	r, err := Summarize(runners.Run{}, of(
		map[string]scorers.Verdict{runners.ClosedBook: scorers.Partial, runners.Oracle: scorers.Correct},
		map[string]scorers.Verdict{runners.ClosedBook: scorers.Correct, runners.Oracle: scorers.Partial},
		map[string]scorers.Verdict{runners.ClosedBook: scorers.Correct, runners.Oracle: scorers.Unscored},
		map[string]scorers.Verdict{runners.ClosedBook: scorers.Correct},
		map[string]scorers.Verdict{runners.Oracle: scorers.Correct},
	))
	if err != nil {
		t.Fatal(err)
	}
	p := r.Summary.Pairs[0]
	// The one unscored pair was right with the book closed: at worst it is harmed, at best it stays.
	near(t, "least lift", p.Lift.Least, -1.0/3, 1e-12)
	near(t, "most lift", p.Lift.Most, 0, 1e-12)
	near(t, "least rescue", p.Rescue.Least, 1.0/3, 1e-12)
	near(t, "most rescue", p.Rescue.Most, 1.0/3, 1e-12)
	near(t, "least harm", p.Harm.Least, 1.0/3, 1e-12)
	near(t, "most harm", p.Harm.Most, 2.0/3, 1e-12)
	if p.Table != [3][3]int{{0, 1, 0}, {1, 0, 0}, {}} || !p.Lift.Bounded || p.BasePartial != 1 || p.ArmPartial != 1 || p.DroppedUnscored != 1 || p.DroppedFailed != 1 {
		t.Errorf("%+v", p)
	}
}

// Abstention is judged by what the arm asks for, not by whether the world knows.
func TestAbstentionByExpectation(t *testing.T) {
	type want struct {
		expect     runners.Expectation
		answerable bool
		verdict    scorers.Verdict
		behaved    scorers.Behaved
	}
	rows := []want{
		{runners.ExpectAbstain, true, scorers.Abstained, scorers.BehavedYes},  // the desk lacks it: wanted, precise
		{runners.ExpectAbstain, true, scorers.Correct, scorers.BehavedNo},     // from memory
		{runners.ExpectAbstain, false, scorers.Incorrect, scorers.BehavedNo},  // invented
		{runners.ExpectAnswer, true, scorers.Abstained, scorers.BehavedNo},    // unwanted
		{runners.ExpectEither, true, scorers.Abstained, scorers.BehavedYes},   // left open: in neither
		{runners.ExpectEither, false, scorers.Abstained, scorers.BehavedYes},  // nobody knows: wanted
		{runners.ExpectAnswer, true, scorers.Correct, scorers.BehavedYes},     // no abstention
		{runners.ExpectReport, true, scorers.Correct, scorers.BehavedYes},     // no abstention
		{runners.ExpectAbstain, false, scorers.Abstained, scorers.BehavedYes}, // wanted
	}
	r, err := Summarize(runners.Run{}, func(yield func(scorers.Graded, error) bool) {
		for i, w := range rows {
			g := scorers.Graded{Score: scorers.Score{Verdict: w.verdict, Behaved: w.behaved}}
			g.Item.ID = fmt.Sprint(i)
			if w.answerable {
				g.Item.Answer.Kind = "text"
			}
			g.Trial.Key, g.Trial.Status, g.Trial.Shown.Expect = runners.Key{ItemID: g.Item.ID, Arm: "x"}, runners.OK, w.expect
			if !yield(g, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	a := r.Summary.Arms[0]
	if a.AbstentionPrecision.Successes != 3 || a.AbstentionPrecision.N != 4 {
		t.Errorf("precision %d of %d", a.AbstentionPrecision.Successes, a.AbstentionPrecision.N)
	}
	if a.AbstentionRecall.Successes != 3 || a.AbstentionRecall.N != 5 {
		t.Errorf("recall %d of %d", a.AbstentionRecall.Successes, a.AbstentionRecall.N)
	}
	if a.Counts.FromMemory != 1 || a.Behaved.N != len(rows) {
		t.Errorf("from memory %d, behaved over %d", a.Counts.FromMemory, a.Behaved.N)
	}
}

// Throughput divides by the time requests were in flight: overlap counts once and a pause between sittings not at all.
func TestSpeed(t *testing.T) {
	at := func(s float64) time.Time { return began.Add(time.Duration(s * float64(time.Second))) }
	trial := func(id string, sent, first, last float64, tokens int) scorers.Graded {
		g := scorers.Graded{Score: scorers.Score{Verdict: scorers.Correct}}
		g.Item.ID, g.Item.Answer.Kind = id, "text"
		g.Trial.Key, g.Trial.Status = runners.Key{ItemID: id, Arm: "x"}, runners.OK
		g.Trial.Response.Tokens = runners.Tokens{Prompt: 100, Completion: tokens, Source: runners.FromUsage}
		g.Trial.Response.Timing = runners.Timing{Sent: at(sent), FirstToken: at(first), FirstAnswerToken: at(first), Last: at(last)}
		return g
	}
	list := []scorers.Graded{
		trial("a", 0, 1, 3, 21), trial("b", 1, 2, 4, 41), trial("c", 3600, 3600.5, 3606, 1), trial("d", 3601, 3602, 3602, 50),
	}
	run := runners.Run{Target: runners.TargetInfo{Accelerators: runners.Accelerators{Count: 2, Unit: "card"}}}
	r, err := Summarize(run, func(yield func(scorers.Graded, error) bool) {
		for _, g := range list {
			if !yield(g, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	s := r.Summary.Speed
	near(t, "busy", Figure(s.BusyS), 10, 1e-9)
	near(t, "output", s.OutputPerS, 11.3, 1e-9)
	near(t, "total", s.TotalPerS, 51.3, 1e-9)
	near(t, "correct", s.CorrectPerS, .4, 1e-9)
	near(t, "per card", s.OutputPerAccelerator, 5.65, 1e-9)
	if !s.Indicative || s.TokenSource != runners.FromUsage {
		t.Errorf("%+v", s)
	}
	l := r.Summary.Arms[0].Latency
	// c has a single token and d came in one piece: neither has a time per token.
	if l.PerToken.N != 2 || l.Answer.N != 4 {
		t.Errorf("%d times per token, %d answers", l.PerToken.N, l.Answer.N)
	}
	near(t, "tpot p50", l.PerToken.P50, (100+50)/2.0, 1e-6)
	near(t, "ttft p50", l.FirstToken.P50, 1000, 1e-6)
}

func TestRetrieval(t *testing.T) {
	r := summarize(t, usual())
	v := r.Summary.Retrieval
	if v == nil || v.EvidenceShown.N != 75 || v.EvidenceShown.Successes+v.EvidenceNone+v.EvidencePart != v.EvidenceShown.N {
		t.Fatalf("%+v", v)
	}
	if v.AccuracyShown.N+v.AccuracyMissed.N != r.Summary.Arms[2].Accuracy.N {
		t.Errorf("%d shown and %d missed of %d", v.AccuracyShown.N, v.AccuracyMissed.N, r.Summary.Arms[2].Accuracy.N)
	}
}

func TestWrongAnswersWorstFirst(t *testing.T) {
	r := summarize(t, usual())
	seen := map[string]int{}
	for i, w := range r.Wrong {
		seen[w.Arm]++
		if w.Question == "" || w.Truth == "" || w.Why == "" || w.Reply == "" {
			t.Errorf("%+v lacks a part", w)
		}
		if i > 0 && r.Wrong[i-1].Arm == w.Arm && w.Harm && !r.Wrong[i-1].Harm {
			t.Error("a harmed answer stands behind another")
		}
	}
	for _, a := range r.Summary.Arms {
		if seen[a.Name] != min(a.Counts.Incorrect, 20) {
			t.Errorf("%s: %d shown of %d", a.Name, seen[a.Name], a.Counts.Incorrect)
		}
	}
}

// The order of the rows changes no figure.
func TestOrderDoesNotMatter(t *testing.T) {
	l := usual()
	l.repeats, l.unscored = 2, .01
	var rows []scorers.Graded
	for g := range l.rows() {
		rows = append(rows, g)
	}
	first := summarize(t, l)
	rand.New(rand.NewPCG(5, 5)).Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	second, err := Summarize(l.run(), func(yield func(scorers.Graded, error) bool) {
		for _, g := range rows {
			if !yield(g, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	first.Summary.Slices, second.Summary.Slices = nil, nil // whose values come in order of arrival
	a, _ := json.Marshal(first)
	b, _ := json.Marshal(second)
	if string(a) != string(b) {
		t.Error("shuffled rows gave another report")
	}
}

func TestRowErrorEndsTheSummary(t *testing.T) {
	broken := errors.New("database is locked")
	_, err := Summarize(runners.Run{ID: "r1"}, func(yield func(scorers.Graded, error) bool) { yield(scorers.Graded{}, broken) })
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "summarise run r1") {
		t.Errorf("error = %v", err)
	}
}

func TestFigureRoundTrip(t *testing.T) {
	for _, f := range []Figure{0, .25, -1.5, Undefined()} {
		b, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		var got Figure
		if err := json.Unmarshal(b, &got); err != nil || got.Defined() != f.Defined() || f.Defined() && got != f {
			t.Errorf("%v came back as %v through %s (%v)", f, got, b, err)
		}
	}
	if Undefined().percent() != "–" || Figure(-.03).percent() != "−3.0" || Figure(-.0001).percent() != "0.0" {
		t.Error("figures are written wrongly")
	}
}

func BenchmarkSummarize(b *testing.B) {
	l := usual()
	l.items, l.repeats = 11112, 3
	run := l.run()
	var rows []scorers.Graded
	for g := range l.rows() {
		rows = append(rows, g)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		_, err := Summarize(run, func(yield func(scorers.Graded, error) bool) {
			for _, g := range rows {
				if !yield(g, nil) {
					return
				}
			}
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(rows)), "rows/op")
}

// Over many runs the intervals of an arm hold its true rates about as often as they promise, with repeats and with shared documents.
func TestIntervalsCoverTheTruth(t *testing.T) {
	const runs = 400
	for _, row := range []struct {
		name           string
		items, repeats int
		alike          bool // all repeats of an item, and all items of a document, go the same way
	}{
		{"single", 120, 1, false}, {"independent repeats", 60, 3, false}, {"like documents, like repeats", 160, 2, true},
	} {
		rng := rand.New(rand.NewPCG(11, 12))
		const truth = .3
		held, lift := 0, 0
		for range runs {
			var rate, score sample
			wrong := false
			for i := range row.items {
				plus, minus := 0, 0
				if i%4 == 0 || !row.alike {
					wrong = rng.Float64() < truth
				}
				for range row.repeats {
					if !row.alike {
						wrong = rng.Float64() < truth
					}
					if wrong {
						plus++
					} else if !row.alike && rng.Float64() < .5 || row.alike && i/4%2 == 0 {
						minus++
					}
				}
				source := fmt.Sprint(i / 4)
				rate.add(source, plus, 0, row.repeats, 0)
				score.add(source, plus, minus, row.repeats, 0)
			}
			r, s := rate.rate(), score.score(swing{}, swing{})
			held += one(r.Low <= truth && truth <= r.High)
			lift += one(float64(s.Low) <= truth-.35 && truth-.35 <= float64(s.High))
		}
		for what, n := range map[string]int{"rate": held, "score": lift} {
			if p := float64(n) / runs; p < .90 {
				t.Errorf("%s: the interval of the %s covers %.3f", row.name, what, p)
			} else {
				t.Logf("%s: the interval of the %s covers %.3f", row.name, what, p)
			}
		}
	}
}
