package compare

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/viva-eval/viva/internal/stats"
	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

const (
	u = scorers.Unscored
	c = scorers.Correct
	p = scorers.Partial
	i = scorers.Incorrect
	a = scorers.Abstained
)

func near(t *testing.T, what string, got reports.Figure, want, tolerance float64) {
	t.Helper()
	if math.IsNaN(want) && !got.Defined() {
		return
	}
	if !(math.Abs(float64(got)-want) <= tolerance) {
		t.Errorf("%s = %.9g, want %.9g", what, float64(got), want)
	}
}

// run makes a baseline: its verdicts by arm, one letter an item, one word a repeat.
func run(id string, arms map[string]string) baseline.Baseline {
	b := baseline.Baseline{Run: runners.Run{ID: id, SuiteName: "s", SuiteDigest: "d"}, Scorer: "facts"}
	for _, arm := range []string{"closed-book", "oracle", "retrieved"} {
		if arms[arm] == "" {
			continue
		}
		b.Run.Arms = append(b.Run.Arms, arm)
		for repeat, word := range strings.Fields(arms[arm]) {
			for n, letter := range word {
				r := baseline.Record{Item: fmt.Sprintf("q%04d", n), Arm: arm, Repeat: repeat, Answerable: true, Status: runners.OK, Behaved: scorers.BehavedNo}
				switch letter {
				case 'f':
					r.Status, r.Behaved = runners.Failed, scorers.BehavedNA
				case 'u':
					r.Behaved = scorers.BehavedNA
				default:
					r.Verdict = map[rune]scorers.Verdict{'c': c, 'p': p, 'i': i, 'a': a}[letter]
				}
				if r.Verdict == c {
					r.Behaved = scorers.BehavedYes
				}
				b.Records = append(b.Records, r)
			}
		}
	}
	return b
}

func compared(t testing.TB, base, head baseline.Baseline, o Options) Comparison {
	t.Helper()
	got, err := Compare(base, head, o)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func find(t testing.TB, x Comparison, arm string, m Name) Measure {
	t.Helper()
	got, ok := x.Find(arm, SliceName{}, m)
	if !ok {
		t.Fatalf("no %s in %s", m, arm)
	}
	return got
}

// spread writes a table of pairs as two strings of verdicts.
func spread(table map[string]int) (base, head string) {
	for _, pair := range []string{"cc", "ca", "ci", "ac", "aa", "ai", "ic", "ia", "ii"} {
		base += strings.Repeat(pair[:1], table[pair])
		head += strings.Repeat(pair[1:], table[pair])
	}
	return base, head
}

// The worked example of docs/METHOD.md, as a comparison of two arms of one run.
func TestWorkedExample(t *testing.T) {
	closed, rag := spread(map[string]int{"cc": 300, "ca": 20, "ci": 30, "ac": 150, "aa": 80, "ai": 40, "ic": 180, "ia": 60, "ii": 140})
	r := run("r", map[string]string{"closed-book": closed, "retrieved": rag})
	x := compared(t, r, r, Options{BaseArm: "closed-book", HeadArm: "retrieved"})
	const arm = "closed-book → retrieved"
	m := find(t, x, arm, Accuracy)
	near(t, "accuracy without", m.Base, .35, 1e-12)
	near(t, "accuracy with", m.Head, .63, 1e-12)
	near(t, "lift", m.Difference, .28, 1e-12)
	near(t, "lift low", m.Low, .24595, 6e-7)
	near(t, "lift high", m.High, .314091, 6e-7)
	near(t, "p", m.P/1.05e-51, 1, 5e-3)
	if m.Up != 330 || m.Down != 50 || m.Pairs != 1000 || m.Test != McNemar || m.Finding != Better {
		t.Errorf("got %+v", m)
	}
	m = find(t, x, arm, Hallucination)
	near(t, "P(I) without", m.Base, .38, 1e-12)
	near(t, "P(I) with", m.Head, .21, 1e-12)
	if m.Finding != Better {
		t.Error("fewer false answers are better")
	}
	m = find(t, x, arm, Penalised)
	near(t, "penalised without", m.Base, -.03, 1e-12)
	near(t, "penalised with", m.Head, .42, 1e-12)
	if _, ok := x.Find(arm, SliceName{}, Lift); ok {
		t.Error("the closed book has no lift over itself")
	}
	if want := [4][4]int{{300, 0, 20, 30}, {}, {150, 0, 80, 40}, {180, 0, 60, 140}}; x.Arms[0].Verdicts != want {
		t.Errorf("table %v", x.Arms[0].Verdicts)
	}
}

// Values computed independently for single paired tables.
func TestPairedTables(t *testing.T) {
	for _, row := range []struct{ both, up, down, neither, low, high float64 }{
		{36, 12, 2, 0, .061112, .344709}, {80, 5, 12, 3, -.157416, .011863}, {430, 20, 30, 20, -.048958, .007981}, {90, 0, 0, 10, -.036993, .036993},
	} {
		base, head := spread(map[string]int{"cc": int(row.both), "ac": int(row.up), "ca": int(row.down), "aa": int(row.neither)})
		x := compared(t, run("b", map[string]string{"oracle": base}), run("h", map[string]string{"oracle": head}), Options{})
		m := find(t, x, "oracle", Accuracy)
		near(t, "low", m.Low, row.low, 6e-7)
		near(t, "high", m.High, row.high, 6e-7)
	}
	base, head := spread(map[string]int{"ac": 5, "ca": 15, "cc": 30})
	m := find(t, compared(t, run("b", map[string]string{"oracle": base}), run("h", map[string]string{"oracle": head}), Options{}), "oracle", Accuracy)
	near(t, "p", m.P, .04138947, 6e-9)
}

// Repeats are averaged an item first, and a source changes sides as a whole.
func TestRepeatsAndSources(t *testing.T) {
	base := run("b", map[string]string{"oracle": "ccca ccaa"}) // items 1, 1, ½, 0
	head := run("h", map[string]string{"oracle": "accc aacc"}) // items 0, ½, 1, 1
	m := find(t, compared(t, base, head, Options{}), "oracle", Accuracy)
	near(t, "base", m.Base, .625, 1e-12)
	near(t, "head", m.Head, .625, 1e-12)
	near(t, "difference", m.Difference, 0, 1e-12) // −1, −½, ½, 1
	near(t, "p", m.P, 1, 1e-12)
	if m.Items != 4 || m.Pairs != 8 || m.Up != 3 || m.Down != 3 || m.Test != SignFlip {
		t.Errorf("got %+v", m)
	}
	// Variance of one pair 6/8, of item means .625: R = (.625/4)/(.75/8).
	near(t, "effective", m.NEff, 8/((.625/4)/(.75/8)), 1e-12)

	// Six items, all better: p = 2/2⁶ alone, 2/2² as two documents.
	for n, want := range map[int]float64{6: 1. / 32, 2: .5} {
		base, head := run("b", map[string]string{"oracle": "aaaaaa"}), run("h", map[string]string{"oracle": "cccccc"})
		for k := range base.Records {
			base.Records[k].Source, head.Records[k].Source = fmt.Sprint("doc", k%n), fmt.Sprint("doc", k%n)
		}
		m := find(t, compared(t, base, head, Options{}), "oracle", Accuracy)
		near(t, fmt.Sprint("p of ", n, " sources"), m.P, want, 1e-12)
	}
}

// Pairs without partner, with a failed and with an unscored side are each counted, and only the unscored are a debt.
func TestDropped(t *testing.T) {
	base := run("b", map[string]string{"oracle": "ccccc" + "a"})
	head := run("h", map[string]string{"oracle": "cafui" + "" + "c" + "c"})
	x := compared(t, base, head, Options{})
	got := x.Arms[0]
	if got.Pairs != 6 || got.OnlyHead != 1 || got.OnlyBase != 0 || got.DroppedFailed != 1 || got.DroppedUnscored != 1 {
		t.Errorf("got %+v", got)
	}
	m := find(t, x, "oracle", Accuracy)
	if m.Pairs != 4 || m.Unscored != 1 || m.DroppedFailed != 1 || !m.Bounded {
		t.Errorf("got %+v", m)
	}
	near(t, "difference", m.Difference, -.25, 1e-12) // 0, −1, −1, +1
	near(t, "least", m.Least, -.4, 1e-12)            // the unscored reply was wrong
	near(t, "most", m.Most, -.2, 1e-12)              // or right
	m = find(t, x, "oracle", Penalised)
	near(t, "penalised", m.Difference, -.5, 1e-12) // 0, −1, −2, +1
	near(t, "least", m.Least, -.8, 1e-12)
	near(t, "most", m.Most, -.4, 1e-12)
	if m.BoundLow > m.Low || m.BoundHigh < m.Most {
		t.Errorf("bounds %v to %v hold neither interval nor reading", m.BoundLow, m.BoundHigh)
	}
}

func TestLiftAndInduced(t *testing.T) {
	base := run("b", map[string]string{"closed-book": "ccaaii", "oracle": "cciacc"})
	head := run("h", map[string]string{"closed-book": "caaaii", "oracle": "iicacc"})
	x := compared(t, base, head, Options{})
	m := find(t, x, "oracle", Lift)
	near(t, "base lift", m.Base, 2./6, 1e-12)     // 4/6 less 2/6
	near(t, "head lift", m.Head, 2./6, 1e-12)     // 3/6 less 1/6
	near(t, "difference", m.Difference, 0, 1e-12) // items: −1, 0, +1, 0, 0, 0
	if m.Up != 1 || m.Down != 1 || m.Low >= 0 || m.High <= 0 {
		t.Errorf("got %+v", m)
	}
	m = find(t, x, "oracle", Induced)
	near(t, "base induced", m.Base, 1./4, 1e-12)
	near(t, "head induced", m.Head, 2./4, 1e-12)
	near(t, "difference", m.Difference, .25, 1e-12)
	if m.Up != 2 || m.Down != 1 || m.Finding != NotFound || m.Test != SwappedSides {
		t.Errorf("got %+v", m)
	}
	if _, ok := x.Find("closed-book", SliceName{}, Lift); ok {
		t.Error("the closed book has no lift")
	}

	// Where the closed book never errs, induced hallucination is a paired share like any other, and its interval Newcombe's for pairs.
	for _, row := range []struct{ both, up, down, neither int }{{36, 12, 2, 1}, {80, 5, 12, 3}, {430, 20, 30, 20}, {90, 0, 0, 10}} {
		n := row.both + row.up + row.down + row.neither
		base, head := spread(map[string]int{"ii": row.both, "ai": row.up, "ia": row.down, "aa": row.neither})
		closed := strings.Repeat("a", n)
		x := compared(t, run("b", map[string]string{"closed-book": closed, "oracle": base}), run("h", map[string]string{"closed-book": closed, "oracle": head}), Options{})
		want := stats.Newcombe(float64(row.both), float64(row.up), float64(row.down), float64(row.neither), .95)
		m := find(t, x, "oracle", Induced)
		near(t, "low", m.Low, want.Low, 1e-9)
		near(t, "high", m.High, want.High, 1e-9)
	}
}

// p-values of slices are adjusted measure by measure; those that gate among themselves.
func TestAdjusted(t *testing.T) {
	wording := func(ps []float64, gating ...bool) []Slice {
		var list []Slice
		for n, x := range ps {
			list = append(list, Slice{SliceName: SliceName{"domain", fmt.Sprint(n)}, Gating: gating[n],
				Measures: []Measure{{Name: Accuracy, P: reports.Figure(x), Difference: -.1}, {Name: Hallucination, P: .04, Difference: .1}}})
		}
		return list
	}
	slices := wording([]float64{.01, .04, .03, .005, .5}, false, false, false, false, false)
	adjust(slices)
	for n, want := range []float64{.025, .05, .05, .025, .5} {
		near(t, "Benjamini-Hochberg", slices[n].Measures[0].Adjusted, want, 1e-12)
	}
	if slices[0].Measures[0].Finding != Worse || slices[4].Measures[0].Finding != NotFound || slices[0].Measures[1].Finding != Worse {
		t.Error("findings do not follow the adjusted p")
	}
	slices = wording([]float64{.01, .04, .03, .005, .5}, true, true, true, true, true)
	adjust(slices)
	for n, want := range []float64{.04, .09, .09, .025, .5} {
		near(t, "Holm", slices[n].Measures[0].Adjusted, want, 1e-12)
	}
	slices = wording([]float64{.01, .04, .03, .005, .5}, true, false, false, true, false)
	adjust(slices)
	for n, want := range []float64{.01, .06, .06, .01, .5} {
		near(t, "two families", slices[n].Measures[0].Adjusted, want, 1e-12)
	}
}

func TestFlips(t *testing.T) {
	base := run("b", map[string]string{"oracle": "ciacca" + "cc cccccccc"})
	head := run("h", map[string]string{"oracle": "acicia" + "ci cccccccc"})
	base.Records[5].Answerable, head.Records[5].Answerable = false, false // abstained on both sides
	base.Records[2].Answerable, head.Records[2].Answerable = false, false // abstaining was right there
	for k := range base.Records {
		if base.Records[k].Repeat == 1 && base.Records[k].Item != "q0007" {
			base.Records[k].Status, base.Records[k].Verdict = runners.Failed, u
		}
	}
	x := compared(t, base, head, Options{
		Texts:    func(run string, key runners.Key) string { return run + "/" + key.ItemID },
		Question: func(item string) (string, string) { return item + "?", "28" },
	})
	var got []string
	for _, f := range x.Flips {
		got = append(got, fmt.Sprintf("%s %s %d/%d %s %s", f.Kind, f.Item, f.Flipped, f.Pairs, f.BaseReply, f.Question))
	}
	want := []string{
		"right → false q0002 1/1 b/q0002 q0002?", "right → false q0004 1/1 b/q0004 q0004?", "right → false q0007 1/2 b/q0007 q0007?",
		"right → abstained q0000 1/1 b/q0000 q0000?", "false → right q0001 1/1 b/q0001 q0001?",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if counts := x.FlipCounts(); !reflect.DeepEqual(counts, []FlipCount{{RightFalse, 3}, {RightWithheld, 1}, {FalseRight, 1}}) {
		t.Errorf("counts %v", counts)
	}
}

func TestRefuses(t *testing.T) {
	base, head := run("b", map[string]string{"oracle": "ccac"}), run("h", map[string]string{"oracle": "caac"})
	other := run("h", map[string]string{"oracle": "caac"})
	other.Run.SuiteDigest = "other"
	var mismatch *MismatchError
	if _, err := Compare(base, other, Options{}); !errors.As(err, &mismatch) || !mismatch.Intersectable {
		t.Errorf("different suites: %v", err)
	}
	other.Records[3].Answerable = false // an answer that the other edition does not have
	x := compared(t, base, other, Options{Intersect: true})
	if !x.Intersection || x.Arms[0].Pairs != 3 || len(x.Notes) == 0 || !strings.Contains(x.Notes[0].Text, "suites differ") {
		t.Errorf("intersection %v, %+v, notes %v", x.Intersection, x.Arms, x.Notes)
	}
	scorer := head
	scorer.Scorer = "judge"
	if _, err := Compare(base, scorer, Options{Intersect: true}); !errors.As(err, &mismatch) || mismatch.What != "scorer" {
		t.Errorf("different scorers: %v", err)
	}
	var nothing *PairingError
	for name, o := range map[string]Options{"no such arm": {BaseArm: "oracle", HeadArm: "retrieved"}, "no such load": {HeadLoad: "8/s"}} {
		if _, err := Compare(base, head, o); !errors.As(err, &nothing) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Compare(base, run("h", map[string]string{"retrieved": "caac"}), Options{}); !errors.As(err, &nothing) {
		t.Errorf("no arm in common: %v", err)
	}
	if _, err := Compare(base, head, Options{Confidence: 95}); !errors.As(err, &mismatch) {
		t.Errorf("confidence 95: %v", err)
	}
}

// random makes two runs of like shape with everything that can befall a trial.
func random(rng *rand.Rand, items int) (base, head baseline.Baseline) {
	sides := [2]baseline.Baseline{}
	repeats := 1 + rng.IntN(3)
	for s := range sides {
		b := baseline.Baseline{Run: runners.Run{ID: fmt.Sprint("run", s), SuiteDigest: "d", Arms: []string{"closed-book", "oracle"}}, Scorer: "facts", BusyS: 10 + rng.Float64()}
		for n := range items {
			for _, arm := range b.Run.Arms {
				for repeat := range repeats {
					r := baseline.Record{Item: fmt.Sprintf("q%03d", n), Arm: arm, Repeat: repeat, Answerable: n%5 > 0, Source: fmt.Sprint("doc", n/3), Language: []string{"en", "zh", "hi"}[n%3],
						Domain: []string{"hr", "sales"}[n%2], Skill: "table", Status: runners.OK, Verdict: scorers.Verdict(1 + rng.IntN(4)), Behaved: scorers.Behaved(1 + rng.IntN(2)),
						FirstTokenMS: 50 + 400*rng.Float64(), AnswerMS: 500 + 4000*rng.Float64(), OutputTokens: 10 + rng.IntN(200)}
					switch rng.IntN(20) {
					case 0:
						r.Status, r.Verdict, r.Behaved = runners.TimedOut, u, scorers.BehavedNA
					case 1:
						r.Verdict, r.Behaved = u, scorers.BehavedNA
					}
					b.Records = append(b.Records, r)
				}
			}
		}
		sides[s] = b
	}
	return sides[0], sides[1]
}

// Swapped sides negate every difference, mirror every interval, invert every ratio and leave every p alone.
func TestSwap(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 6 {
		base, head := random(rng, 20+rng.IntN(40))
		o := Options{Penalty: []float64{.5, 1, 3}[rng.IntN(3)]}
		there, back := compared(t, base, head, o), compared(t, head, base, o)
		check := func(where string, x, y Measure) {
			t.Helper()
			what := where + " " + string(x.Name)
			near(t, what+" difference", y.Difference, -float64(x.Difference), 1e-9)
			near(t, what+" low", y.Low, -float64(x.High), 1e-9)
			near(t, what+" high", y.High, -float64(x.Low), 1e-9)
			near(t, what+" least", y.Least, -float64(x.Most), 1e-9)
			near(t, what+" bound", y.BoundLow, -float64(x.BoundHigh), 1e-9)
			near(t, what+" p", y.P, float64(x.P), 1e-9)
			near(t, what+" adjusted", y.Adjusted, float64(x.Adjusted), 1e-9)
			if x.Up != y.Down || x.Pairs != y.Pairs || x.Unscored != y.Unscored || (x.Finding == Better) != (y.Finding == Worse) {
				t.Errorf("%s: %+v, swapped %+v", what, x, y)
			}
			if x.Pairs > 0 && !(x.BoundLow <= x.Low && x.Low <= x.Difference && x.Difference <= x.High && x.High <= x.BoundHigh) {
				t.Errorf("%s: %v is not within [%v, %v] within [%v, %v]", what, x.Difference, x.Low, x.High, x.BoundLow, x.BoundHigh)
			}
		}
		for n, arm := range there.Arms {
			for k := range arm.Measures {
				check(arm.Name(), arm.Measures[k], back.Arms[n].Measures[k])
			}
		}
		for n, s := range there.Slices {
			for k := range s.Measures {
				check(s.Arm+" "+s.Value, s.Measures[k], back.Slices[n].Measures[k])
			}
		}
		for n, s := range there.Speed {
			for k, r := range s.Ratios {
				y := back.Speed[n].Ratios[k]
				near(t, r.Name, y.Value, 1/float64(r.Value), 1e-9)
				near(t, r.Name+" low", y.Low, 1/float64(r.High), 1e-6)
				near(t, r.Name+" high", y.High, 1/float64(r.Low), 1e-6)
			}
		}
		if len(there.Flips) != len(back.Flips) {
			t.Errorf("%d flips, %d swapped", len(there.Flips), len(back.Flips))
		}
	}
}

// A run against itself differs in nothing, and the same input gives the same bytes.
func TestItself(t *testing.T) {
	base, head := random(rand.New(rand.NewPCG(3, 4)), 60)
	same := compared(t, base, base, Options{})
	for _, arm := range same.Arms {
		for _, m := range arm.Measures {
			if m.Difference != 0 || m.P != 1 || m.Finding != NotFound || m.Up+m.Down > 0 {
				t.Errorf("%s %s: %+v", arm.Name(), m.Name, m)
			}
		}
	}
	if len(same.Flips) > 0 || len(same.Changes) > 0 {
		t.Errorf("flips %v, changes %v", same.Flips, same.Changes)
	}
	var first, second bytes.Buffer
	for _, b := range []*bytes.Buffer{&first, &second} {
		if err := JSON(b, compared(t, base, head, Options{Seed: 7})); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("the same comparison gave other bytes")
	}
	var object struct {
		Schema, Headline string
		Arms             []json.RawMessage
	}
	if err := json.Unmarshal(first.Bytes(), &object); err != nil || object.Schema != Schema || object.Headline == "" || len(object.Arms) != 2 {
		t.Errorf("JSON %.200s (%v)", first.Bytes(), err)
	}
}

func TestSpeed(t *testing.T) {
	base, head := random(rand.New(rand.NewPCG(5, 6)), 150)
	for k := range head.Records {
		r := &head.Records[k]
		*r = base.Records[k]
		r.FirstTokenMS, r.AnswerMS = 2*r.FirstTokenMS, 4*r.AnswerMS
	}
	head.BusyS = 4 * base.BusyS
	x := compared(t, base, head, Options{})
	for _, s := range x.Speed {
		if len(s.Ratios) != 7 {
			t.Fatalf("%s has %d ratios", s.Arm, len(s.Ratios))
		}
		for _, r := range s.Ratios {
			want := map[byte]float64{'t': 2, 'a': 4, 's': .25}[r.Name[0]]
			near(t, r.Name, r.Value, want, 1e-9)
			near(t, r.Name+" low", r.Low, want, 1e-9)
			near(t, r.Name+" high", r.High, want, 1e-9)
		}
	}
	near(t, "system", x.Throughput[0].Value, .25, 1e-9)
	if !x.Indicative {
		t.Error("runs without load stages are indicative")
	}
	few, _ := random(rand.New(rand.NewPCG(7, 8)), 9)
	for _, r := range compared(t, few, few, Options{}).Speed[0].Ratios {
		if r.Low.Defined() || strings.HasSuffix(r.Name, "p99") {
			t.Errorf("%s of 9 items in 3 sources: %+v", r.Name, r)
		}
	}
	base.Run.Planned = len(base.Records) + 9
	for k := range 40 {
		base.Records[k].Status, base.Records[k].Verdict = runners.TimedOut, u
	}
	notes := compared(t, base, head, Options{}).Notes
	if len(notes) < 2 || !strings.HasPrefix(notes[0].Text, "Base is broken: ") || !strings.HasPrefix(notes[1].Text, "Base is unfinished") {
		t.Errorf("a broken, unfinished base: notes %v", notes)
	}

	// Quantiles are those of internal/stats: 10, 20, …, 100 ms.
	tiny := run("b", map[string]string{"oracle": "cccccccccc"})
	for k := range tiny.Records {
		tiny.Records[k].AnswerMS = float64(10 * (k + 1))
	}
	near(t, "median", compared(t, tiny, tiny, Options{}).Speed[0].Ratios[0].Base, 55, 1e-12)

	for k := range head.Records {
		head.Records[k].Load, base.Records[k].Load = "8/s", "4/s"
	}
	head.Flags = []string{"INVALID: the client was the bottleneck"}
	x = compared(t, base, head, Options{BaseLoad: "4/s", HeadLoad: "8/s"})
	if x.Indicative || len(x.Throughput) > 0 || x.Notes[0].Level != reports.Bad {
		t.Errorf("measured stages: indicative %v, throughput %v, notes %v", x.Indicative, x.Throughput, x.Notes)
	}
}

// Where nothing differs in truth, a difference is established about as rarely as the confidence says, though items share sources, items are
// repeated and samples are small.
func TestFalseFindings(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	const runs, documents, each = 200, 25, 3
	found := map[Name]int{}
	rejected := map[Name]int{}
	for range runs {
		sides := [2]baseline.Baseline{}
		hard := make([]float64, documents)
		for d := range hard {
			hard[d] = rng.Float64()
		}
		for s := range sides {
			sides[s] = baseline.Baseline{Run: runners.Run{ID: "r", Arms: []string{"oracle"}}, Scorer: "facts"}
			for d := range documents {
				shock := rng.Float64() < .3 // a document that this side did not read at all
				for n := range each {
					r := baseline.Record{Item: fmt.Sprintf("q%02d-%d", d, n), Arm: "oracle", Answerable: true, Source: fmt.Sprint(d), Status: runners.OK, Verdict: c}
					if shock || rng.Float64() < hard[d] {
						r.Verdict = i
					}
					sides[s].Records = append(sides[s].Records, r)
				}
			}
		}
		x := compared(t, sides[0], sides[1], Options{Seed: rng.Uint64()})
		for _, name := range []Name{Accuracy, Penalised} {
			m := find(t, x, "oracle", name)
			if m.Finding != NotFound {
				found[name]++
			}
			if m.P <= .05 {
				rejected[name]++
			}
		}
	}
	for _, name := range []Name{Accuracy, Penalised} {
		if share := float64(found[name]) / runs; share > .10 {
			t.Errorf("%s: an interval excluded no change in %.3f of runs without one", name, share)
		}
		if share := float64(rejected[name]) / runs; share > .10 || share < .01 {
			t.Errorf("%s: p ≤ .05 in %.3f of runs without a change", name, share)
		}
	}
}

// The intervals of lift and of induced hallucination, each recovered from two, cover no change about as often as they say where the two sides
// are equally good on items of very different difficulty.
func TestRecoveredCoverage(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	const runs, items = 300, 80
	missed := map[Name]int{}
	for range runs {
		words := [2]map[string]string{{}, {}}
		for range items {
			easy := rng.Float64()
			for _, side := range words {
				draw := func(right, wrong float64) string {
					switch u := rng.Float64(); {
					case u < right:
						return "c"
					case u < right+wrong:
						return "i"
					default:
						return "a"
					}
				}
				side["closed-book"] += draw(.4*easy, .3)
				side["oracle"] += draw(.9*easy, .4*(1-easy))
			}
		}
		base, head := run("b", words[0]), run("h", words[1])
		pairs := match(base, head, Options{})[1].pairs
		for _, f := range []func([]pair, Options) (Measure, bool){lift, induced} {
			if m, _ := f(pairs, Options{Confidence: .95}); m.Low > 0 || m.High < 0 {
				missed[m.Name]++
			}
		}
	}
	for _, name := range []Name{Lift, Induced} {
		if share := float64(missed[name]) / runs; share > .09 || share < .005 {
			t.Errorf("%s: the interval missed in %.3f of runs", name, share)
		} else {
			t.Logf("%s: the interval missed in %.3f of runs", name, share)
		}
	}
}

func BenchmarkCompare(b *testing.B) {
	base, head := random(rand.New(rand.NewPCG(11, 12)), 250)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Compare(base, head, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
