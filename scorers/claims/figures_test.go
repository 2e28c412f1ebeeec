package claims

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

const slack = 5e-7

// Values were computed independently from the published definitions.
func TestF1AtK(t *testing.T) {
	for _, c := range []struct {
		why     string
		s, n, k int
		want    float64
	}{
		{"few claims of many wanted", 10, 8, 100, .169492},
		{"VeriScore's median K", 50, 10, 64, .806452},
		{"more than enough is no more than full recall", 120, 0, 100, 1},
		{"nothing supported", 0, 5, 100, 0},
	} {
		got, ok := Tally{Supported: c.s, NotSupported: c.n}.F1AtK(c.k)
		if !ok || math.Abs(got-c.want) > slack {
			t.Errorf("%s: %v, %v; want %v", c.why, got, ok, c.want)
		}
	}
	for _, tally := range []Tally{{}, {Supported: 3, Declined: true}} {
		if _, ok := tally.F1AtK(10); ok {
			t.Errorf("F1@K of %+v is defined", tally)
		}
	}
	if _, ok := (Tally{Supported: 1}).F1AtK(0); ok {
		t.Error("F1@0 is defined")
	}
}

func TestFactScore(t *testing.T) {
	for _, c := range []struct {
		s, n int
		want float64
	}{{4, 1, .294304}, {9, 1, .9}, {18, 2, .9}} {
		tally := Tally{Supported: c.s, NotSupported: c.n}
		if got, ok := tally.FactScore(Gamma); !ok || math.Abs(got-c.want) > slack {
			t.Errorf("%d of %d with penalty: %v, want %v", c.s, c.s+c.n, got, c.want)
		}
		if got, _ := tally.FactScore(0); got != float64(c.s)/float64(c.s+c.n) {
			t.Errorf("%d of %d without penalty: %v", c.s, c.s+c.n, got)
		}
	}
}

func TestFactScores(t *testing.T) {
	got := FactScores([]Tally{{Supported: 4, NotSupported: 1}, {Supported: 9, NotSupported: 1}, {Declined: true}, {}}, Gamma)
	if got.Answered != 2 || got.Respond != (Ratio{2, 4}) || math.Abs(got.Score-.85) > slack || math.Abs(got.Penalised-(.294304+.9)/2) > slack {
		t.Errorf("got %+v", got)
	}
	if got := FactScores([]Tally{{Declined: true}}, Gamma); math.IsNaN(got.Score) || got.Answered != 0 || got.Respond != (Ratio{0, 1}) {
		t.Errorf("refusals alone: %+v", got)
	}
}

// A refusal made another tool's average not-a-number, and two empty texts its perfect agreement.
func TestNothingClaimedIsUndefined(t *testing.T) {
	for _, tally := range []Tally{{}, {Declined: true}, {Declined: true, Supported: 2}} {
		if v, ok := tally.Faithfulness().Value(); ok || v != 0 {
			t.Errorf("faithfulness of %+v: %v, %v", tally, v, ok)
		}
	}
	if v, ok := AnswerCorrectness(0, 0, 0, 1); ok || v != 0 {
		t.Errorf("two empty texts are %v, %v", v, ok)
	}
	if _, ok := ContextPrecision(nil); ok {
		t.Error("context precision without passages is defined")
	}
	if _, ok := F1(Ratio{}, Ratio{1, 2}); ok {
		t.Error("F1 without precision is defined")
	}
	if s := (Ratio{}).String(); s != "–" {
		t.Errorf("an undefined ratio reads %q", s)
	}
}

// A published card gives precision 67.3, recall 70.8 and F1 90.47, which cannot be.
func TestF1LiesBetweenItsParts(t *testing.T) {
	got, ok := F1(Ratio{673, 1000}, Ratio{708, 1000})
	if !ok || math.Abs(got-.690) > .0005 {
		t.Errorf("F1 is %v", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		whole := rapid.IntRange(1, 50)
		p := Ratio{Whole: whole.Draw(t, "p")}
		r := Ratio{Whole: whole.Draw(t, "r")}
		p.Part, r.Part = rapid.IntRange(0, p.Whole).Draw(t, "pp"), rapid.IntRange(0, r.Whole).Draw(t, "rp")
		f, _ := F1(p, r)
		a, _ := p.Value()
		b, _ := r.Value()
		if f < min(a, b)-1e-12 && f > 0 || f > max(a, b)+1e-12 {
			t.Fatalf("F1 of %v and %v is %v", p, r, f)
		}
	})
}

func TestRAGAS(t *testing.T) {
	for _, c := range []struct {
		useful []bool
		want   float64
	}{{[]bool{true, false, true, false}, .833333}, {[]bool{false, true}, .5}, {[]bool{false, false}, 0}, {[]bool{true, true}, 1}} {
		if got, ok := ContextPrecision(c.useful); !ok || math.Abs(got-c.want) > slack {
			t.Errorf("context precision of %v is %v, want %v", c.useful, got, c.want)
		}
	}
	if got, ok := AnswerCorrectness(1, 1, 5, .9); !ok || math.Abs(got-.4125) > slack {
		t.Errorf("answer correctness is %v", got)
	}
}

func TestRAGChecker(t *testing.T) {
	e := Entailments{
		Correct:  []bool{true, true, false, false, true},
		Covered:  []bool{true, false, true},
		Grounded: [][]bool{{true, false, false}, {false, true, false}, {true, false, false}, {false, false, true}, {false, false, false}},
		Findable: [][]bool{{true, false, false}, {false, false, false}, {false, true, false}},
	}
	d, err := e.Diagnose()
	if err != nil {
		t.Fatal(err)
	}
	want := Diagnosis{
		Precision: Ratio{3, 5}, Recall: Ratio{2, 3}, ClaimRecall: Ratio{2, 3}, ContextPrecision: Ratio{2, 3}, Utilisation: Ratio{2, 2},
		NoiseRelevant: Ratio{1, 5}, NoiseIrrelevant: Ratio{1, 5}, Hallucination: Ratio{0, 5}, SelfKnowledge: Ratio{1, 5}, Faithfulness: Ratio{4, 5},
	}
	if d != want {
		t.Errorf("got %+v, want %+v", d, want)
	}
	if f, ok := d.F1(); !ok || math.Abs(f-.631579) > slack {
		t.Errorf("F1 is %v", f)
	}
}

func TestRAGCheckerWithoutParts(t *testing.T) {
	closed, err := Entailments{Correct: []bool{true, false}, Covered: []bool{true}, Grounded: [][]bool{{}, {}}, Findable: [][]bool{{}}}.Diagnose()
	if err != nil || closed != (Diagnosis{Precision: Ratio{1, 2}, Recall: Ratio{1, 1}}) {
		t.Errorf("without passages: %+v, %v", closed, err)
	}
	empty, err := Entailments{Covered: []bool{false}, Findable: [][]bool{{true}}}.Diagnose()
	if err != nil || empty != (Diagnosis{Recall: Ratio{0, 1}, ClaimRecall: Ratio{1, 1}, ContextPrecision: Ratio{1, 1}, Utilisation: Ratio{0, 1}}) {
		t.Errorf("without claims of the reply: %+v, %v", empty, err)
	}
	for _, e := range []Entailments{
		{Correct: []bool{true}}, {Covered: []bool{true}},
		{Correct: []bool{true, true}, Grounded: [][]bool{{true}, {true, false}}},
	} {
		if _, err := e.Diagnose(); err == nil {
			t.Errorf("%+v does not fit together", e)
		}
	}
}

// Every claim of the reply is in exactly one of five places.
func TestRAGCheckerAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		claims, golds, pages := rapid.IntRange(0, 6).Draw(t, "claims"), rapid.IntRange(0, 6).Draw(t, "golds"), rapid.IntRange(1, 5).Draw(t, "pages")
		row := rapid.SliceOfN(rapid.Bool(), pages, pages)
		e := Entailments{
			Correct:  rapid.SliceOfN(rapid.Bool(), claims, claims).Draw(t, "correct"),
			Covered:  rapid.SliceOfN(rapid.Bool(), golds, golds).Draw(t, "covered"),
			Grounded: rapid.SliceOfN(row, claims, claims).Draw(t, "grounded"),
			Findable: rapid.SliceOfN(row, golds, golds).Draw(t, "findable"),
		}
		d, err := e.Diagnose()
		if err != nil {
			t.Fatal(err)
		}
		if d.NoiseRelevant.Part+d.NoiseIrrelevant.Part+d.Hallucination.Part != d.Precision.Whole-d.Precision.Part {
			t.Fatalf("wrong claims do not add up: %+v", d)
		}
		if d.Hallucination.Part+d.SelfKnowledge.Part != d.Faithfulness.Whole-d.Faithfulness.Part {
			t.Fatalf("ungrounded claims do not add up: %+v", d)
		}
	})
}
