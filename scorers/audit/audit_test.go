package audit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/scorers/audit"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// scripted is a scorer that does what the answer says: "incorrect 0.2" is that verdict with that value.
type scripted struct{}

func (scripted) Name() string { return "scripted" }

func (scripted) Score(_ context.Context, q scorers.Question) (scorers.Score, error) {
	var word string
	var s scorers.Score
	if _, err := fmt.Sscanf(q.Trial.Response.Text, "%s %g", &word, &s.Value); err != nil {
		return s, err
	}
	v, err := scorers.ParseVerdict(word)
	s.Verdict, s.Why = v, "it says so"
	return s, err
}

// lined is scripted, and marks the bytes 0 to 4.
type lined struct{ scripted }

func (lined) Spans(context.Context, scorers.Question) ([]text.Span, error) {
	return []text.Span{{Start: 0, End: 3}, {Start: 2, End: 4}}, nil
}

// rows writes labelled rows.
type rows struct {
	bytes.Buffer
	n int
}

func (r *rows) add(times int, label any, answer, more string) {
	for range times {
		r.n++
		l, _ := json.Marshal(label)
		fmt.Fprintf(r, `{"id":"r%d","question":"q","answer":%q,"label":%s%s}`+"\n", r.n, answer, l, more)
	}
}

func run(t *testing.T, r *rows, plan audit.Plan) audit.Result {
	t.Helper()
	if plan.Candidates == nil {
		plan.Candidates = []audit.Candidate{{Scorer: scripted{}}}
	}
	if plan.Draws == 0 {
		plan.Draws = 50
	}
	plan.Workers = max(plan.Workers, 4)
	res, err := audit.Run(t.Context(), "rows.jsonl", bytes.NewReader(r.Bytes()), plan)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func line(t *testing.T, s audit.Sheet, scorer string) audit.Line {
	t.Helper()
	for _, l := range s.Lines {
		if l.Scorer == scorer {
			return l
		}
	}
	t.Fatalf("no line for %s", scorer)
	return audit.Line{}
}

func want(t *testing.T, l audit.Line, m audit.Measure, value float64) {
	t.Helper()
	if got := l.Figures[m].Value; math.Abs(got-value) > 5e-7 && !(math.IsNaN(got) && math.IsNaN(value)) {
		t.Errorf("%s of %s is %.6f, want %.6f", m, l.Scorer, got, value)
	}
}

// The published two-by-two table [[20, 5], [10, 15]] has kappa .4 and AC1 .405941. Four undecided rows, of which contains-gold
// decides two rightly as bad and two rightly as good, make it [[22, 5], [10, 17]]: po 39/54, pe 1/2.
func TestFiguresByHand(t *testing.T) {
	var r rows
	gold := `,"gold":["unscored 0"]`
	other := `,"gold":["elsewhere"]`
	r.add(20, 1, "incorrect 0", other)
	r.add(5, 1, "correct 1", other)
	r.add(7, 0, "incorrect 0", other)
	r.add(2, 0, "partial 0.5", other)
	r.add(1, 0, "abstained 0", other)
	r.add(15, 0, "correct 1", other)
	r.add(2, 1, "unscored 0", other)
	r.add(2, 0, "unscored 0", gold)
	r.add(3, nil, "correct 1", other)
	sheet := run(t, &r, audit.Plan{}).Sheets[0]
	if sheet.Rows != 54 || sheet.Outside != 3 || sheet.Groups != 54 {
		t.Errorf("%d rows, %d outside, %d groups; want 54, 3, 54", sheet.Rows, sheet.Outside, sheet.Groups)
	}
	l := line(t, sheet, "scripted")
	if l.Decided != 50 || l.Verdicts != [5]int{4, 20, 2, 27, 1} || l.Bad != [5]int{2, 5, 0, 20, 0} {
		t.Errorf("decided %d, verdicts %v, bad %v", l.Decided, l.Verdicts, l.Bad)
	}
	want(t, l, audit.Coverage, 50.0/54)
	want(t, l, audit.Passed, 20.0/54)
	want(t, l, audit.PrecisionPass, 15.0/20)
	want(t, l, audit.PrecisionFail, 20.0/30)
	want(t, l, audit.Accuracy, .7)
	want(t, l, audit.Balanced, (.8+.6)/2)
	want(t, l, audit.F1, 40.0/55)
	want(t, l, audit.Kappa, .4)
	want(t, l, audit.KappaAll, 4.0/9)
	want(t, l, audit.AC1, .405941)
	want(t, l, audit.MCC, 250/math.Sqrt(25*25*30*20))
	// bad rows: 20 at rank 1, 5 at 0; good: 8 at 1, 2 at ½, 15 at 0. Pairs won: 20·17 + ½·20·8 + ½·5·15.
	want(t, l, audit.AUROC, (340+80+37.5)/(25*25))
	want(t, line(t, sheet, audit.AlwaysFlag), audit.Accuracy, 27.0/54)
	want(t, line(t, sheet, audit.AlwaysFlag), audit.Kappa, 0)
	want(t, line(t, sheet, audit.ContainsGold), audit.PrecisionPass, 1)
	want(t, line(t, sheet, audit.ContainsGold), audit.Passed, 2.0/54)
}

// Confidences and truths whose area is published as .84, and the tied four whose area is .75.
func TestAUROC(t *testing.T) {
	var r rows
	for i, c := range []float64{.95, .9, .85, .8, .75, .6, .55, .4, .3, .1} {
		r.add(1, 1-int("1101101000"[i]-'0'), fmt.Sprintf("correct %g", c), `,"group":"a"`)
	}
	l := line(t, run(t, &r, audit.Plan{}).Sheets[0], "scripted")
	want(t, l, audit.AUROC, .84)
	if f := l.Figures[audit.AUROC]; !math.IsNaN(f.Low) || !math.IsNaN(f.High) {
		t.Errorf("one group alone has the interval [%g, %g]", f.Low, f.High)
	}
	r = rows{}
	for i, c := range []float64{.5, .5, .5, .9} {
		r.add(1, 1-int("1001"[i]-'0'), fmt.Sprintf("correct %g", c), "")
	}
	want(t, line(t, run(t, &r, audit.Plan{}).Sheets[0], "scripted"), audit.AUROC, .75)
}

// One model writes only wrong answers and one mostly right ones. A scorer that knows the model alone looks good overall and is worth
// nothing within; pairs across models do not count there.
func TestAUROCWithin(t *testing.T) {
	var r rows
	a, b := `,"model":"a","task":"qa"`, `,"model":"b","task":"qa"`
	r.add(4, 1, "incorrect 0.1", a)
	r.add(2, 1, "correct 0.9", b)
	r.add(1, 0, "correct 0.8", b) // ranks above the bad rows of its model: two pairs lost
	r.add(1, 0, "correct 0.9", b) // two pairs tied
	r.add(1, 0, "correct 1", b)   // two pairs won
	sheet := run(t, &r, audit.Plan{}).Sheets[0]
	l := line(t, sheet, "scripted")
	want(t, l, audit.AUROCWithin, 3.0/6)
	want(t, l, audit.AUROC, (12+3.0)/18)
	prior := line(t, sheet, audit.Prior)
	want(t, prior, audit.AUROCWithin, .5)
	want(t, prior, audit.PrecisionFail, 1)
	want(t, prior, audit.F1, 8.0/10)
}

func TestUndefinedIsNull(t *testing.T) {
	var r rows
	r.add(3, 0, "unscored 0", "")
	l := line(t, run(t, &r, audit.Plan{}).Sheets[0], "scripted")
	b, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	const keys = `{"scorer":"scripted","file":"rows.jsonl","rows":3,"decided":0,"coverage":{"value":0,"low":0,"high":0},"precision_pass":{"value":null,"low":null,"high":null},`
	if !strings.HasPrefix(string(b), keys) {
		t.Errorf("got %s", b)
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(b, &object); err != nil {
		t.Fatal(err)
	}
	for _, key := range strings.Fields("scorer file rows decided coverage accuracy balanced_accuracy f1 kappa kappa_all ac1 mcc auroc auroc_within precision_pass precision_fail") {
		if _, ok := object[key]; !ok {
			t.Errorf("no key %q", key)
		}
		delete(object, key)
	}
	if len(object) > 0 {
		t.Errorf("more keys than agreed: %v", object)
	}
}

// Without a gold answer, abstaining asserts nothing and passes, and a scorer that needs one decides nothing.
func TestWithoutGold(t *testing.T) {
	var r rows
	r.add(2, 0, "abstained 0", "")
	r.add(2, 1, "incorrect 0", "")
	l := line(t, run(t, &r, audit.Plan{}).Sheets[0], "scripted")
	want(t, l, audit.Kappa, 1)
	want(t, l, audit.AUROC, 1)
	l = line(t, run(t, &r, audit.Plan{Candidates: []audit.Candidate{{Scorer: scripted{}, Gold: true}}}).Sheets[0], "scripted")
	want(t, l, audit.Coverage, 0)
	want(t, l, audit.Kappa, math.NaN())
	r.add(2, 0, "abstained 0", `,"gold":"g"`)
	l = line(t, run(t, &r, audit.Plan{}).Sheets[0], "scripted")
	want(t, l, audit.Accuracy, 4.0/6)
}

func TestRefusal(t *testing.T) {
	var r rows
	r.add(3, nil, "abstained 0", `,"gold":"g"`)
	r.add(1, nil, "correct 1", `,"gold":"g"`)
	r.add(2, 0, "unscored 0", `,"gold":"g"`)
	r.add(2, 0, "correct 1", `,"gold":"g","meta":{"refusal":"0"}`)
	r.add(1, 1, "abstained 0", `,"gold":"g","meta":{"refusal":1}`)
	r.add(1, nil, "abstained 0", `,"gold":"g","meta":{"refusal":false}`)
	sheet := run(t, &r, audit.Plan{Truth: audit.Refusal}).Sheets[0]
	if sheet.Rows != 10 || sheet.Outside != 0 {
		t.Errorf("%d rows, %d outside; want 10 and 0", sheet.Rows, sheet.Outside)
	}
	l := line(t, sheet, "scripted") // tp 4, fn 1, fp 1, tn 4
	want(t, l, audit.Coverage, 1)
	want(t, l, audit.PrecisionFail, .8)
	want(t, l, audit.Kappa, .6)
	want(t, l, audit.KappaAll, .6)
	if len(sheet.Lines) != 4 || sheet.Lines[2].Scorer != audit.RefusalWords {
		t.Errorf("baselines against refusal: %v", sheet.Lines)
	}
}

// Ten copies of each answer are one observation ten times: clustering must see that, and rows without a group are their own.
func TestIntervalsFollowGroups(t *testing.T) {
	var grouped, alone rows
	for i := range 40 {
		label, verdict := i%2, "incorrect 0"
		if i%8 < 3 {
			verdict = "correct 1"
		}
		grouped.add(10, label, verdict, fmt.Sprintf(`,"group":"g%d"`, i))
		alone.add(10, label, verdict, `,"group":null`)
	}
	width := func(r *rows) float64 {
		f := line(t, run(t, r, audit.Plan{Draws: 600}).Sheets[0], "scripted").Figures[audit.Accuracy]
		if !(f.Low < f.Value && f.Value < f.High) {
			t.Errorf("the interval [%g, %g] does not hold %g", f.Low, f.High, f.Value)
		}
		return f.High - f.Low
	}
	if g, a := width(&grouped), width(&alone); g < 2.5*a || g > 4*a {
		t.Errorf("clustered width %g against %g: want about √10 times", g, a)
	}
}

func TestVerdictsKeepTheOrderOfRows(t *testing.T) {
	var r rows
	for i := range 500 {
		r.add(1, i%2, fmt.Sprintf("correct %g", float64(i)/500), fmt.Sprintf(`,"group":"g%d"`, i%7))
	}
	first, second := run(t, &r, audit.Plan{Workers: 8}), run(t, &r, audit.Plan{Workers: 1})
	for i, v := range first.Verdicts[0] {
		if v.ID != fmt.Sprintf("r%d", i+1) || v.Value != float64(i)/500 || *v.Label != i%2 || v.Why != "it says so" {
			t.Fatalf("verdict %d is %+v", i, v)
		}
	}
	if fmt.Sprint(first.Sheets) != fmt.Sprint(second.Sheets) {
		t.Error("the figures depend on the number of workers")
	}
}

func TestBy(t *testing.T) {
	var r rows
	r.add(2, 0, "correct 1", `,"meta":{"source":"b"},"gold":"7 days"`)
	r.add(3, 1, "correct 1", `,"meta":{"source":"a"},"gold":["none"]`)
	r.add(1, 1, "correct 1", ``)
	names := func(by string) (out []string) {
		for _, s := range run(t, &r, audit.Plan{By: by}).Sheets {
			out = append(out, fmt.Sprintf("%s:%d", s.File, s.Rows))
		}
		return out
	}
	if got := fmt.Sprint(names("meta.source")); got != "[rows.jsonl:1 rows.jsonl#meta.source=a:3 rows.jsonl#meta.source=b:2]" {
		t.Error(got)
	}
	if got := fmt.Sprint(names("gold")); got != "[rows.jsonl#gold=figure:2 rows.jsonl#gold=none:1 rows.jsonl#gold=words:3]" {
		t.Error(got)
	}
}

// Only rows with a list of spans count, and an empty list is one: whoever marks there is wrong.
func TestSpanOverlap(t *testing.T) {
	var r rows
	r.add(1, 1, "correct 1", `,"spans":[{"start":0,"end":2},{"start":1,"end":8}]`) // marked 0–8 against 0–4 of 9: ½
	r.add(1, 0, "correct 1", `,"spans":[]`)                                        // 0
	r.add(1, 0, "correct 1", ``)                                                   // no say
	sheet := run(t, &r, audit.Plan{Candidates: []audit.Candidate{{Scorer: lined{}}}}).Sheets[0]
	want(t, line(t, sheet, "scripted"), audit.Overlap, .25)
	want(t, line(t, sheet, audit.AlwaysFlag), audit.Overlap, 8.0/18)
	b, _ := json.Marshal(line(t, sheet, "scripted"))
	if !bytes.Contains(b, []byte(`"iou":{"value":0.25,`)) {
		t.Errorf("no iou in %s", b)
	}
}

// spans gives the spans from each first number to its second.
func spans(ends ...int) (out []text.Span) {
	for i := 0; i < len(ends); i += 2 {
		out = append(out, text.Span{Start: ends[i], End: ends[i+1]})
	}
	return out
}

func TestIoU(t *testing.T) {
	const s = "ab答案cd"
	for _, c := range []struct {
		a, b []text.Span
		want float64
		why  string
	}{
		{nil, nil, 1, "nothing marked by either"},
		{spans(0, 2), nil, 0, "one marks nothing"},
		{spans(0, 10), spans(2, 8), 2.0 / 6, "two of six characters, not six of ten bytes"},
		{spans(0, 5, 1, 8), spans(0, 8), 1, "overlaps count once"},
		{spans(0, 1, 9, 10), spans(1, 9), 0, "they touch only"},
	} {
		if got := audit.IoU(s, c.a, c.b); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s: %g, want %g", c.why, got, c.want)
		}
	}
}

// A scorer's error and an ended context end the audit.
func TestErrors(t *testing.T) {
	var r rows
	r.add(1, 1, "correct 1", "")
	r.add(1, 1, "nonsense 1", "")
	plan := audit.Plan{Candidates: []audit.Candidate{{Scorer: scripted{}}}, Workers: 2, Draws: 10}
	_, err := audit.Run(t.Context(), "f", bytes.NewReader(r.Bytes()), plan)
	if err == nil || !strings.Contains(err.Error(), "score row r2 with scripted") {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err = audit.Run(ctx, "f", strings.NewReader(""), plan); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	res, err := audit.Run(t.Context(), "f", strings.NewReader("\n \n"), plan)
	if err != nil || len(res.Sheets) != 0 {
		t.Errorf("no rows: %v, %v", res, err)
	}
}
