package consistency

import (
	"context"
	"errors"
	"iter"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/viva-eval/viva/internal/growth"
	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/scorers/claims"
	"github.com/viva-eval/viva/scorers/nli"
	"github.com/viva-eval/viva/suites"
)

// The other packages' models are entailers.
var (
	_ Entailer = (*nli.Client)(nil)
	_ Entailer = (*claims.Judge)(nil)
)

const slack = 5e-7

// Values were computed independently from the published definitions.
func TestEntropy(t *testing.T) {
	ids := func(counts ...int) (out []int) {
		for id, n := range counts {
			out = append(out, slices.Repeat([]int{id}, n)...)
		}
		return out
	}
	for _, c := range []struct {
		ids  []int
		want float64
	}{{ids(1, 2, 1), 1.039721}, {ids(10), 0}, {ids(5, 5), .693147}, {ids(7, 2, 1), .801819}, {nil, 0}, {ids(1), 0}} {
		if got := Entropy(c.ids); math.Abs(got-c.want) > slack || math.Signbit(got) {
			t.Errorf("entropy of %v is %v, want %v", c.ids, got, c.want)
		}
	}
	got, err := WeightedEntropy([]int{0, 0, 1, 2}, []float64{-1.2, -1.5, -3, -2.2})
	if err != nil || math.Abs(got-.689782) > slack {
		t.Errorf("weighted entropy is %v, %v", got, err)
	}
	for why, c := range map[string][]float64{"too few": {-1}, "not a number": {-1, math.NaN()}, "positive": {-1, .5}, "none possible": {math.Inf(-1), math.Inf(-1)}} {
		if got, err := WeightedEntropy([]int{0, 1}, c); err == nil {
			t.Errorf("%s: %v", why, got)
		}
	}
	if got, err := WeightedEntropy([]int{0, 1}, []float64{-1, math.Inf(-1)}); err != nil || got != 0 {
		t.Errorf("an impossible answer: %v, %v", got, err)
	}
	if got, err := WeightedEntropy([]int{0, 1}, []float64{-2000, -2000}); err != nil || math.Abs(got-math.Ln2) > 1e-12 {
		t.Errorf("unlikely answers vanish: %v, %v", got, err)
	}
}

func TestEntropyBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ids := rapid.SliceOfN(rapid.IntRange(0, 6), 2, 12).Draw(t, "ids")
		h := Entropy(ids)
		if h < 0 || h > math.Log(float64(len(ids)))+1e-12 {
			t.Fatalf("entropy %v", h)
		}
		even, err := WeightedEntropy(ids, slices.Repeat([]float64{-1.7}, len(ids)))
		if err != nil || math.Abs(even-h) > 1e-9 {
			t.Fatalf("equal weights give %v, counts %v", even, h)
		}
		if v, ok := Agreement(ids); !ok || v < 0 || v > 1 {
			t.Fatalf("agreement %v", v)
		}
	})
}

func TestInconsistency(t *testing.T) {
	got, ok := Inconsistency([][]float64{{0, 1, .5}, {1, 1, 1}})
	if !ok || math.Abs(got-.75) > 1e-12 {
		t.Errorf("got %v", got)
	}
	for _, none := range [][][]float64{nil, {{}}, {{1}, {}}} {
		if _, ok := Inconsistency(none); ok {
			t.Errorf("%v has an inconsistency", none)
		}
	}
}

// table is an entailer that knows its answers: what is not in it is neutral.
type table map[[2]string]nli.Class

func (e table) Entail(_ context.Context, _, p, h string) (nli.Relation, error) {
	switch e[[2]string{p, h}] {
	case nli.Entails:
		return nli.Relation{Entailment: 1}, nil
	case nli.Contradicts:
		return nli.Relation{Contradiction: 1}, nil
	}
	return nli.Relation{Neutral: 1}, nil
}

func TestClusters(t *testing.T) {
	both := func(a, b string) table { return table{{a, b}: nli.Entails, {b, a}: nli.Entails} }
	for _, c := range []struct {
		why     string
		e       table
		answers string
		strict  bool
		want    []int
	}{
		{"each entails the other", both("a", "b"), "a b", true, []int{0, 0}},
		{"one way is enough by default", table{{"a", "b"}: nli.Entails}, "a b", false, []int{0, 0}},
		{"one way is not enough when strict", table{{"a", "b"}: nli.Entails}, "a b", true, []int{0, 1}},
		{"the other way alone, too", table{{"b", "a"}: nli.Entails}, "a b", false, []int{0, 0}},
		{"both neutral", table{}, "a b", false, []int{0, 1}},
		{"a contradiction one way", table{{"a", "b"}: nli.Entails, {"b", "a"}: nli.Contradicts}, "a b", false, []int{0, 1}},
		{"equal answers need no asking", table{}, "a A a", false, []int{0, 0, 0}},
		{"greedy: compared with the first of a cluster", table{{"a", "b"}: nli.Entails, {"b", "c"}: nli.Entails}, "a b c", false, []int{0, 0, 1}},
		// The published code hands c, which a has taken, on to b.
		{"what is taken stays", table{{"a", "c"}: nli.Entails, {"b", "c"}: nli.Entails}, "a b c", false, []int{0, 1, 0}},
	} {
		got, err := Clusters(t.Context(), c.e, "q", strings.Fields(c.answers), c.strict)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, %v; want %v", c.why, got, err, c.want)
		}
	}
}

func TestLexical(t *testing.T) {
	cities := Lexical{Aliases: [][]string{{"New York City", "NYC"}, {"北京", "北平"}}}
	for _, c := range []struct {
		why, question, a, b string
		same                bool
	}{
		{"the same value in other words", "How much leave?", "28 days", "You get 28 days of leave.", true},
		{"another value", "How much leave?", "28 days", "30 days", false},
		{"scale words", "What was the revenue?", "$1.5 million", "It was $1,500,000.", true},
		{"a value with another that one leaves out", "How much leave?", "28 days", "28 days, from 1 January 2026 on", true},
		{"the question's own value says nothing", "What is the limit in 2025?", "In 2025 it is 40 km.", "In 2025 it is 60 km.", false},
		{"dates in two forms", "When?", "31 March 2026", "2026-03-31", true},
		{"a name in a sentence", "Who is the head?", "Maria Lopez", "The head is Maria Lopez.", true},
		{"two names", "Who is the head?", "Maria Lopez", "John Smith", false},
		{"yes and no", "Is it allowed?", "Yes, it is allowed.", "No, it is not allowed.", false},
		{"a contraction denies", "Is it allowed?", "It is allowed", "It isn't allowed", false},
		{"accents and case", "Where?", "São Paulo", "SAO PAULO.", true},
		{"two spellings of one place", "Where?", "New York City", "NYC", true},
		{"a place inside a longer word", "Where?", "NYCX", "New York City", false},
		{"worded a little differently", "What happened?", "The northern plant was closed because of flooding", "Flooding closed the northern factory", true},
		{"a figure that one leaves out is not worded differently", "What about staff?", "Staff of the Leeds depot fell by 12", "Staff of the York depot fell sharply", false},
		{"Chinese value", "年假多少天？", "28天", "年假为28天。", true},
		{"Chinese numerals", "年假多少天？", "二十八天", "28天", true},
		{"another Chinese value", "年假多少天？", "28天", "30天", false},
		{"Chinese denial", "允许远程办公吗？", "允许", "不允许", false},
		{"two Chinese spellings", "总部在哪里？", "北京", "总部在北平", true},
		{"two Chinese names", "总部在哪里？", "北京", "上海", false},
		{"Hindi value", "कितनी छुट्टी?", "28 दिन", "छुट्टी २८ दिन है।", true},
		{"another Hindi value", "कितनी छुट्टी?", "28 दिन", "30 दिन", false},
		{"Hindi denial", "क्या अनुमति है?", "अनुमति है", "अनुमति नहीं है", false},
		{"two Hindi names", "मुख्यालय कहाँ है?", "दिल्ली", "मुंबई", false},
	} {
		for _, pair := range [][]string{{c.a, c.b}, {c.b, c.a}} {
			ids, err := Clusters(t.Context(), cities, c.question, pair, false)
			if err != nil || (ids[1] == 0) != c.same {
				t.Errorf("%s: %q are %v, %v", c.why, pair, ids, err)
			}
		}
	}
}

func FuzzLexical(f *testing.F) {
	f.Add("How much leave?", "28 days", "thirty days", "a")
	f.Add("年假？", "二十八天", "不是\xff", "天")
	f.Fuzz(func(t *testing.T, question, a, b, alias string) {
		l := Lexical{Aliases: [][]string{{alias, "beta"}}}
		r, err := l.Entail(t.Context(), question, a, b)
		if err != nil || r.Entailment+r.Neutral+r.Contradiction != 1 {
			t.Fatalf("%+v, %v", r, err)
		}
		if r, _ := l.Entail(t.Context(), question, a, a); r.Entailment != 1 {
			t.Fatalf("%q does not entail itself", a)
		}
	})
}

func repeats(question string, replies ...string) (out []scorers.Question) {
	for i, r := range replies {
		q := scorers.Question{Item: suites.Item{ID: "i", Question: question, Answer: suites.Answer{Kind: value.Text, Text: "gold"}}}
		q.Trial.Key = runners.Key{ItemID: "i", Arm: "oracle", Repeat: i}
		q.Trial.Status, q.Trial.Response.Text = runners.OK, r
		if r == "FAILED" {
			q.Trial.Status = runners.Failed
		}
		out = append(out, q)
	}
	return out
}

func TestScorer(t *testing.T) {
	for _, c := range []struct {
		why     string
		scorer  Scorer
		repeats []scorers.Question
		verdict scorers.Verdict
		value   float64
	}{
		{"all mean the same", Scorer{}, repeats("How much leave?", "28 days", "It is 28 days.", "28 days of leave"), scorers.Correct, 1},
		{"no two agree", Scorer{}, repeats("How much leave?", "28 days", "30 days", "25 days"), scorers.Incorrect, 0},
		{"three against one", Scorer{}, repeats("How much leave?", "28 days", "28 days", "30 days", "28 days"), scorers.Correct, 1 - .562335/math.Log(4)},
		{"refusals agree", Scorer{}, repeats("How much leave?", "Not known.", "I do not know."), scorers.Abstained, 1},
		{"a refusal is another meaning", Scorer{}, repeats("How much leave?", "28 days", "Not known."), scorers.Incorrect, 0},
		{"refusals in Chinese and Hindi", Scorer{}, repeats("年假多少天？", "不知道。", "ज्ञात नहीं।"), scorers.Abstained, 1},
		{"failed repeats are left out", Scorer{}, repeats("How much leave?", "28 days", "FAILED", "28 days"), scorers.Correct, 1},
		{"one repeat", Scorer{}, repeats("How much leave?", "28 days"), scorers.Unscored, 0},
		{"one whole repeat", Scorer{}, repeats("How much leave?", "28 days", "FAILED", " "), scorers.Unscored, 0},
		{"the first sentence stands in both samples, the second in none", Scorer{Measure: SelfCheck},
			repeats("How is leave?", "Leave is 28 days. Bonus is 50 euros.", "Leave is 28 days. Bonus is 10 euros.", "Leave is 28 days. Bonus is 20 euros."), scorers.Correct, .5},
		{"SelfCheck of refusals", Scorer{Measure: SelfCheck}, repeats("How much leave?", "Not known.", "I do not know."), scorers.Abstained, 1},
		{"SelfCheck of a refusal against answers", Scorer{Measure: SelfCheck}, repeats("How much leave?", "Not known.", "28 days", "28 days"), scorers.Incorrect, 0},
		{"a model's word counts", Scorer{Entailer: table{{"x", "y"}: nli.Entails, {"y", "x"}: nli.Entails}}, repeats("q?", "x", "y"), scorers.Correct, 1},
		{"strict", Scorer{Entailer: table{{"x", "y"}: nli.Entails}, Strict: true}, repeats("q?", "x", "y"), scorers.Incorrect, 0},
	} {
		got, err := c.scorer.ScoreGroup(t.Context(), c.repeats)
		if err != nil || got.Verdict != c.verdict || math.Abs(got.Value-c.value) > 1e-5 {
			t.Errorf("%s: %v %v (%s), %v; want %v %v", c.why, got.Verdict, got.Value, got.Why, err, c.verdict, c.value)
		}
	}
	if got, err := (Scorer{}).ScoreGroup(t.Context(), repeats("q?", "FAILED", "FAILED")); err != nil || got != (scorers.Score{}) {
		t.Errorf("no whole answer: %+v, %v", got, err)
	}
	mixed := repeats("q?", "a", "b")
	mixed[1].Trial.Arm = "noisy"
	if _, err := (Scorer{}).ScoreGroup(t.Context(), mixed); err == nil {
		t.Error("repeats of two arms were compared")
	}
}

// The truth of the item must not change how repeats are compared: semantic entropy is for questions without a known answer.
func TestTheTruthDoesNotMatter(t *testing.T) {
	with := repeats("How much leave?", "28 days", "Not known, but 30 days is common.", "30 days")
	without := slices.Clone(with)
	for i := range with {
		with[i].Item.Answer = suites.Answer{Kind: value.Duration, Text: "30 days"}
		without[i].Item.Answer = suites.Answer{Kind: value.Duration, Text: "28 days"}
	}
	a, err := Scorer{}.ScoreGroup(t.Context(), with)
	b, also := Scorer{}.ScoreGroup(t.Context(), without)
	if err != nil || also != nil || a != b {
		t.Errorf("%+v, %v against %+v, %v", a, err, b, also)
	}
}

type broken struct{ err error }

func (b broken) Entail(context.Context, string, string, string) (nli.Relation, error) {
	return nli.Relation{}, b.err
}

func TestFailures(t *testing.T) {
	for _, c := range []struct {
		why  string
		err  error
		data bool
	}{
		{"a busy verifier", &nli.Error{Kind: nli.Busy}, true},
		{"a refused key", &nli.Error{Kind: nli.Refused}, false},
		{"an unreadable judge", &claims.Fault{Unreadable: true, Why: "no JSON"}, true},
		{"a broken cache", errors.New("write cache"), false},
	} {
		for _, m := range []Measure{Semantic, SelfCheck} {
			got, err := Scorer{Entailer: broken{c.err}, Measure: m}.ScoreGroup(t.Context(), repeats("q?", "one thing", "other thing"))
			if (err == nil) != c.data || got.Verdict != scorers.Unscored || c.data && got.Why == "" {
				t.Errorf("%s: %+v, %v", c.why, got, err)
			}
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (Scorer{}).ScoreGroup(ctx, repeats("q?", "a", "b")); !errors.Is(err, context.Canceled) {
		t.Errorf("the end of the context: %v", err)
	}
}

func TestGroups(t *testing.T) {
	rows := func(yield func(scorers.Question, error) bool) {
		for _, s := range []string{"a oracle", "a oracle", "a closed-book", "b closed-book", "error", "b closed-book"} {
			item, arm, _ := strings.Cut(s, " ")
			var err error
			if s == "error" {
				err = errors.New("read row")
			}
			q := scorers.Question{}
			q.Trial.Key = runners.Key{ItemID: item, Arm: arm}
			if !yield(q, err) {
				return
			}
		}
	}
	var got []string
	for g, err := range Groups(rows) {
		if err != nil {
			got = append(got, "error")
			continue
		}
		got = append(got, g[0].Trial.ItemID+" "+g[0].Trial.Arm+strings.Repeat("+", len(g)-1))
	}
	if want := []string{"a oracle+", "a closed-book", "b closed-book", "error", "b closed-book"}; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	next, stop := iter.Pull2(Groups(rows))
	next()
	stop() // a reader who leaves early
}

func TestGraded(t *testing.T) {
	rows := func(yield func(scorers.Question, error) bool) {
		for i, g := range [][]scorers.Question{repeats("q?", "28 days", "FAILED", "28 days"), repeats("q?", "28 days", "30 days")} {
			for _, q := range g {
				q.Trial.ItemID = string(rune('a' + i))
				if !yield(q, nil) {
					return
				}
			}
		}
	}
	n := map[scorers.Verdict]int{}
	for g, err := range Graded(t.Context(), Scorer{}, 2, rows) {
		if err != nil {
			t.Fatal(err)
		}
		n[g.Score.Verdict]++
	}
	if n[scorers.Correct] != 2 || n[scorers.Unscored] != 1 || n[scorers.Incorrect] != 2 {
		t.Errorf("verdicts %v", n)
	}
	var last error
	for _, err := range Graded(t.Context(), Scorer{Entailer: broken{errors.New("no key")}}, 2, rows) {
		last = err
	}
	if last == nil {
		t.Error("an error was lost")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range Graded(ctx, Scorer{}, 2, rows) {
		if last = err; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	}
	for range Graded(t.Context(), Scorer{}, 2, rows) {
		break
	}
}

func TestName(t *testing.T) {
	verifier, err := nli.New(nli.Config{URL: "http://box/predict"})
	if err != nil {
		t.Fatal(err)
	}
	for s, want := range map[*Scorer]string{
		{}: "consistency", {Measure: SelfCheck}: "selfcheck", {Strict: true, Threshold: .8}: "consistency/strict/0.8",
		{Entailer: verifier}: "consistency/box/predict", {Entailer: &claims.Judge{}}: "consistency",
	} {
		if got := s.Name(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func BenchmarkScorer(b *testing.B) {
	group := repeats("How much leave do employees get?", "28 days", "Employees get 28 days of leave a year.", "It is 28 days.", "30 days", "You have 28 days.")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := (Scorer{}).ScoreGroup(b.Context(), group); err != nil {
			b.Fatal(err)
		}
	}
}

// Long repeats take time in proportion to their length, and what is longer than any answer is not read.
func TestLongRepeats(t *testing.T) {
	trial := func(reply string) scorers.Question {
		return scorers.Question{Item: suites.Item{ID: "long", Question: "How many days of leave do I get?", Language: "en"},
			Trial: runners.Trial{Key: runners.Key{ItemID: "long"}, Status: runners.OK, Response: runners.Response{Text: reply}}}
	}
	for _, unit := range []string{"Full-time staff get 28 days of leave [1]. ", "28 ", "no ", "word. ", "年假28天。"} {
		for _, s := range []Scorer{{}, {Measure: SelfCheck}} {
			growth.Linear(t, s.Name()+": "+unit, longest-8, func(n int, timed func(func())) {
				long := strings.Repeat(unit, n/len(unit))
				repeats := []scorers.Question{trial(long), trial("Well, " + long[:len(long)/2]), trial(long[len(long)/2:])}
				timed(func() {
					if _, err := s.ScoreGroup(t.Context(), repeats); err != nil {
						t.Error(err)
					}
				})
			})
			long := strings.Repeat(unit, 10<<20/len(unit))
			got, err := s.ScoreGroup(t.Context(), []scorers.Question{trial(long), trial("28 days"), trial(long + ".")})
			if err != nil || got.Verdict != scorers.Unscored || !strings.Contains(got.Why, "2 of 3 repeats are longer") {
				t.Errorf("ten megabytes: %+v, %v", got, err)
			}
		}
	}
}
