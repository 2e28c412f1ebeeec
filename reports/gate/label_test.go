package gate

import (
	"bytes"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

// judged is a run of n items whose truth and whose judge are drawn: the judge knows a right answer with the sensitivity and a false one with the
// specificity, and is unsure of the share unsure.
func judged(rng *rand.Rand, id string, truth []scorers.Verdict, sensitivity, specificity, unsure float64) baseline.Baseline {
	return made(id, len(truth), 1, []string{"oracle"}, func(i int, _ string, _ int) scorers.Verdict {
		if rng.Float64() < unsure {
			return unscored
		}
		if truth[i] == right {
			if rng.Float64() < sensitivity {
				return right
			}
			return wrong
		}
		if rng.Float64() < specificity {
			return wrong
		}
		return right
	})
}

func truths(rng *rand.Rand, n int, accuracy float64) []scorers.Verdict {
	list := make([]scorers.Verdict, n)
	for i := range list {
		if list[i] = wrong; rng.Float64() < accuracy {
			list[i] = right
		}
	}
	return list
}

// fill labels what was chosen with the truth.
func fill(labels []Label, runs map[string][]scorers.Verdict) {
	for i := range labels {
		at := 0
		for _, c := range labels[i].Item[1:] {
			at = at*10 + int(c-'0')
		}
		labels[i].Label = runs[labels[i].Run][at]
	}
}

// Corrected rates and differences cover the truth, where the judge's own do not; and are narrower than labels alone.
func TestCorrectionCovers(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 4))
	const runs, n = 200, 600
	covered, pairCovered, judgeBias, width := 0., 0., 0., 0.
	for range runs {
		first, second := truths(rng, n, .7), truths(rng, n, .6)
		head, base := judged(rng, "head", first, .95, .65, .05), judged(rng, "base", second, .95, .65, .05)
		now, then := share(first), share(second)

		labels := Choose(head, nil, nil, 120, rng)
		fill(labels, map[string][]scorers.Verdict{"head": first})
		for _, c := range Correct(head, nil, labels) {
			if c.Measure == Accuracy {
				covered += inside(c, now) / runs
				judgeBias += math.Abs(float64(c.Judged)-now) / runs
				width += float64(c.High-c.Low) / runs
				if err := c.Judge.Reliable(); err != nil {
					t.Fatal(err)
				}
			}
		}
		labels = Choose(head, &base, nil, 120, rng)
		fill(labels, map[string][]scorers.Verdict{"head": first, "base": second})
		for _, c := range Correct(head, &base, labels) {
			if c.Measure == Accuracy {
				pairCovered += inside(c, now-then) / runs
			}
		}
	}
	t.Logf("rates cover %.3f, differences %.3f; the judge errs by %.3f; %.3f wide", covered, pairCovered, judgeBias, width)
	if covered < .90 || pairCovered < .90 || judgeBias < .025 {
		t.Errorf("rates cover %.3f, differences %.3f, want .95; the judge errs by %.3f", covered, pairCovered, judgeBias)
	}
	if alone := 2 * 1.96 * math.Sqrt(.7*.3/120); width > alone {
		t.Errorf("%.3f wide, labels alone are %.3f", width, alone)
	}
}

// A judge that flatters one of two models: its own difference is wrong by far, the corrected one covers the truth in every measure. Items hang
// alone, the truth of both models is known.
func TestFlatteredDifference(t *testing.T) {
	rng := rand.New(rand.NewPCG(23, 5))
	const runs, n = 250, 500
	covered, bias, wide, alone := map[Measure]float64{}, map[Measure]float64{}, map[Measure]float64{}, map[Measure]float64{}
	for range runs {
		first := truths(rng, n, .6)
		second := append([]scorers.Verdict(nil), first...)
		for i := range second { // alike on most items
			if rng.Float64() < .2 {
				second[i] = []scorers.Verdict{right, wrong, silent}[rng.IntN(3)]
			}
		}
		head, base := judged(rng, "head", first, .98, .55, .03), judged(rng, "base", second, .90, .95, .03)
		for i := range base.Records { // silence is known when it is seen
			if second[i] == silent {
				base.Records[i].Verdict = silent
			}
		}
		labels := Choose(head, &base, nil, 0, rng)
		fill(labels, map[string][]scorers.Verdict{"head": first, "base": second})
		for _, c := range Correct(head, &base, labels) {
			truth, squares := 0., 0.
			for i := range first {
				d := scoreOf(c.Measure, first[i]) - scoreOf(c.Measure, second[i])
				truth += d / n
				squares += d * d / n
			}
			covered[c.Measure] += inside(c, truth) / runs
			bias[c.Measure] += (float64(c.Judged) - truth) / runs
			wide[c.Measure] += float64(c.High-c.Low) / runs
			alone[c.Measure] += 2 * 1.96 * math.Sqrt((squares-truth*truth)/float64(c.Labels)) / runs
		}
	}
	for _, m := range []Measure{Accuracy, Hallucination, Penalised} {
		t.Logf("%s: covers %.3f, the judge errs by %+.3f, %.3f wide where labels alone are %.3f", m, covered[m], bias[m], wide[m], alone[m])
		if covered[m] < .93-2*math.Sqrt(.95*.05/runs) || math.Abs(bias[m]) < .1 {
			t.Errorf("%s: covers %.3f, want .95; the judge errs by %.3f", m, covered[m], bias[m])
		}
	}
}

func share(list []scorers.Verdict) float64 {
	n := 0.
	for _, v := range list {
		n += float64(one(v == right))
	}
	return n / float64(len(list))
}

func inside(c Correction, x float64) float64 {
	return float64(one(float64(c.Low) <= x && x <= float64(c.High)))
}

func TestReliable(t *testing.T) {
	for _, c := range []struct {
		judge Judge
		says  string
	}{
		{Judge{Labels: 49, Sensitivity: .95, Specificity: .95}, "49 labels, and it takes 50"},
		{Judge{Labels: 200, Sensitivity: .6, Specificity: .65}, "is 0.25, under 0.3"},
		{Judge{Labels: 200, Sensitivity: .65, Specificity: .65}, ""},
		{Judge{Labels: 200, Sensitivity: .95, Specificity: reports.Undefined()}, "all labels are of one kind"},
		{Judge{Labels: 50, Sensitivity: .9, Specificity: .8}, ""},
	} {
		err := c.judge.Reliable()
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v, want %q", c.judge, err, c.says)
		}
	}
}

// A gate relies on a judge only where labels vouch for it, arm by arm.
func TestRely(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	rules := Rules{Alpha: .05, Rules: []Rule{noninferior(Penalised, .05)}}
	truth := truths(rng, 400, .6)
	for _, c := range []struct {
		sensitivity, specificity float64
		labels                   int
		says                     string
	}{{.9, .9, 100, ""}, {.9, .9, 30, "arm oracle: 30 labels"}, {.6, .55, 200, "hardly tells right from wrong"}, {.9, .9, 0, "arm oracle: 0 labels"}} {
		head := judged(rng, "head", truth, c.sensitivity, c.specificity, 0)
		labels := Choose(head, nil, nil, c.labels, rng)
		if c.labels == 0 {
			labels = nil
		}
		fill(labels, map[string][]scorers.Verdict{"head": truth})
		err := Rely(rules, head, labels)
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	times := Rules{Alpha: .05, Rules: []Rule{{Name: "t", Measure: Failed, Arm: "oracle", Tier: Critical, Promise: Promise{Kind: AtMost, Value: .1}}}}
	if err := Rely(times, judged(rng, "head", truth, .5, .5, 0), nil); err != nil {
		t.Errorf("a rule that asks for no verdict: %v", err)
	}
}

// Labels go where the judge is unsure, more than their share, and come back from the file as they were.
func TestChoose(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	head := judged(rng, "head", truths(rng, 500, .7), .95, .95, .1)
	verdicts := map[string]scorers.Verdict{}
	for _, r := range head.Records {
		verdicts[r.Item] = r.Verdict
	}
	labels := Choose(head, nil, nil, 100, rng)
	unsure := 0
	for i, l := range labels {
		unsure += one(verdicts[l.Item] == unscored)
		labels[i].Exchange = Exchange{"=HYPERLINK(\"x\")", "a,\"b\"\nc", "-1\x1b[2J"}
		if i%2 == 0 {
			labels[i].Label = right
		}
	}
	if len(labels) < 98 || len(labels) > 102 || unsure < 13 || unsure > 30 {
		t.Errorf("%d labels, %d of them where the judge is unsure", len(labels), unsure)
	}
	var w bytes.Buffer
	if err := WriteLabels(&w, labels); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(w.String(), "'=HYPERLINK") || !strings.Contains(w.String(), "'-1[2J") {
		t.Error("a reply can become a formula")
	}
	for _, seen := range []string{"head", "oracle", "q0", "incorrect", "unscored"} { // what would sway whoever labels
		if strings.Contains(w.String(), seen) {
			t.Errorf("the file says %s", seen)
		}
	}
	again, err := ReadLabels(strings.NewReader("\ufeff" + w.String()))
	if err != nil || len(again) != len(labels) {
		t.Fatalf("%d labels came back as %d: %v", len(labels), len(again), err)
	}
	for i := range again {
		if want := labels[i]; again[i].ID != want.ID || again[i].Label != want.Label {
			t.Fatalf("%+v came back as %+v", want, again[i])
		}
	}
	for text, says := range map[string]string{
		"":                                 "the file is empty",
		"id,reply\n":                       `no column "label"`,
		"id,label\n":                       "",
		"label,id,note\ncorrect,a,yes\n":   "",
		"id,label\na,maybe\n":              `line 2: label "maybe" is none of`,
		"id,label\n,correct\n":             "line 2: a row without an id",
		"id,label\na,correct\na,correct\n": "line 3: the id a stands twice",
	} {
		if _, err := ReadLabels(strings.NewReader(text)); (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want %q", text, err, says)
		}
	}
}

// Without a number each arm gets what it takes to know the judge by answerable questions, however many there are without an answer; an arm that
// is too small gets all it has, and one that no rule rests on gets none.
func TestChooseEnough(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	head := made("head", 242, 2, []string{runners.ClosedBook, "oracle", "retrieved"}, func(i int, arm string, _ int) scorers.Verdict {
		return []scorers.Verdict{right, wrong, silent, unscored}[(i+len(arm))%4]
	})
	for i := range head.Records {
		r := &head.Records[i]
		r.Answerable = len(r.Item) > 0 && r.Item[len(r.Item)-1] > '4' // half of them
	}
	small := head
	small.Records = nil
	for _, r := range head.Records {
		if r.Arm != "oracle" || r.Item < "q00040" {
			small.Records = append(small.Records, r)
		}
	}
	for _, c := range []struct {
		name  string
		run   baseline.Baseline
		base  bool
		arms  []string
		want  map[string]int // answerable questions at least
		empty []string
	}{
		{"all arms", head, false, nil, map[string]int{runners.ClosedBook: wanted, "oracle": wanted, "retrieved": wanted}, nil},
		{"pairs", head, true, nil, map[string]int{runners.ClosedBook: 2 * wanted, "oracle": 2 * wanted, "retrieved": 2 * wanted}, nil},
		{"one arm", head, false, []string{"oracle"}, map[string]int{"oracle": wanted}, []string{runners.ClosedBook, "retrieved"}},
		{"a small arm", small, false, nil, map[string]int{runners.ClosedBook: wanted, "oracle": 20, "retrieved": wanted}, nil},
	} {
		var base *baseline.Baseline
		if c.base {
			b := made("base", 242, 2, head.Run.Arms, func(i int, _ string, _ int) scorers.Verdict { return []scorers.Verdict{right, wrong}[i%2] })
			base = &b
		}
		got, all := map[string]int{}, map[string]int{}
		for _, l := range Choose(c.run, base, c.arms, 0, rng) {
			all[l.Arm]++
			got[l.Arm] += one(l.Answerable)
		}
		for arm, want := range c.want {
			if got[arm] < want || want > 20 && got[arm] > want+2 {
				t.Errorf("%s: %d answerable of %d in %s, want %d", c.name, got[arm], all[arm], arm, want)
			}
		}
		for _, arm := range c.empty {
			if all[arm] > 0 {
				t.Errorf("%s: %d labels in %s, want none", c.name, all[arm], arm)
			}
		}
	}
}

func FuzzReadLabels(f *testing.F) {
	f.Add([]byte("id,label\n0a1,incorrect\n"))
	f.Add([]byte("\ufefflabel,reply,id\n,\"a\nb\",0a1\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		labels, err := ReadLabels(bytes.NewReader(raw))
		if err != nil {
			return
		}
		var w bytes.Buffer
		if err := WriteLabels(&w, labels); err != nil {
			t.Fatal(err)
		}
		again, err := ReadLabels(&w)
		if err != nil || len(again) != len(labels) {
			t.Errorf("%d labels came back as %d, %v", len(labels), len(again), err)
		}
	})
}

// A bold run and a silent one: the bold one leads while a false answer costs little. 60 more right and 40 more false of 400: the lines
// cross at k = 1.5.
func TestSweepCosts(t *testing.T) {
	base, head := tabled(map[[2]scorers.Verdict]int{{right, silent}: 60, {wrong, silent}: 40, {right, right}: 200, {silent, silent}: 100})
	c, err := SweepCosts(base, head, "oracle", 4, 16)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(float64(c.Crossover)-1.5) > 1e-12 || !(c.From > .9 && c.From < 1.5) || !(c.To > 1.5 && c.To < 2.6) || len(c.Points) != 17 {
		t.Errorf("crossover %v, band %v to %v, %d points", c.Crossover, c.From, c.To, len(c.Points))
	}
	if p := c.Points[0]; math.Abs(float64(p.Gain)-.15) > 1e-12 || !(p.Low > 0) {
		t.Errorf("at no cost %+v", p)
	}
	if p := c.Points[16]; !(p.High < 0) {
		t.Errorf("at a cost of four %+v", p)
	}
	if want := "cost of error, oracle: the run leads if a false answer costs nothing, the baseline leads if it costs 4 right ones; they cross at 1.5 (undecided from"; !strings.HasPrefix(c.String(), want) {
		t.Errorf("says %q", c)
	}
	// One that is better in every way leads at every cost.
	base, head = tabled(map[[2]scorers.Verdict]int{{right, wrong}: 60, {right, right}: 200})
	if c, err := SweepCosts(base, head, "oracle", 4, 16); err != nil || c.Crossover.Defined() || c.From.Defined() {
		t.Errorf("crossover %v, band from %v, %v", c.Crossover, c.From, err)
	}
	if _, err := SweepCosts(base, head, "tools", 4, 16); err == nil {
		t.Error("an arm that is not there")
	}
}
