package gate

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

// examples are rules files: what is wrong with each, empty for none. known says whether the schema, which cannot know everything, accepts it too.
var examples = []struct {
	text    string
	problem string
	lax     bool // the schema lets it pass
}{
	{"rules:\n  - {measure: accuracy, arm: oracle, promise: {non-inferior: 5pp}}\n", "", false},
	{"alpha: 0.01\nrules:\n  - {name: a, measure: penalised, k: 2, arm: oracle, slice: {language: zh}, promise: {non-inferior: 0.05}, tier: supporting}\n  - {measure: failed, arm: oracle, promise: {at-most: 5%}, tier: advisory}\n", "", false},
	{"rules:\n  - {measure: ttft-p95, arm: oracle, load: closed-8, promise: {ratio-at-most: 1.1}}\n", "", false},
	{"rules:\n  - {measure: penalised, arm: oracle, promise: {not-worse: domain}}\n", "", false},
	{"rules:\n  - {measure: lift, arm: retrieved, promise: {at-least: 10 pp}}\n", "", false},
	{"rules:\n  - {measure: abstention, arm: oracle, promise: {at-most: .5}}\n", "", false},
	{"", "no rules", true},
	{"rules: []\n", "1:1: rules must be a list with at least one rule", false},
	{"- a\n", "1:1: a rules file must be a mapping", false},
	{"rules:\n  - {measure: accuracy, arm: oracle, promise: {non-inferior: 5pp}, margin: 3}\n", `2:68: unknown field "margin"; choose from: name, measure`, false},
	{"rules:\n  - {measure: truth, arm: oracle, promise: {non-inferior: 5pp}}\n", `2:15: unknown measure "truth"; choose from: accuracy`, false},
	{"rules:\n  - {arm: oracle, promise: {non-inferior: 5pp}}\n", "2:5: a rule names no measure", false},
	{"rules:\n  - {measure: accuracy, promise: {non-inferior: 5pp}}\n", "2:5: a rule names no arm", false},
	{"rules:\n  - {measure: accuracy, arm: oracle}\n", "2:5: a rule promises nothing", false},
	{"rules:\n  - {measure: accuracy, arm: oracle, promise: {non-inferior: much}}\n", `2:62: non-inferior is "much"; write 0.05, 5pp or 5%`, false},
	{"rules:\n  - {measure: accuracy, arm: oracle, promise: {non-inferior: 5}}\n", "2:62: a margin of 5 is not between 0 and 1; write 0.05 or 5pp", true},
	{"rules:\n  - {measure: accuracy, arm: oracle, promise: {at-most: 1, at-least: 0}}\n", "a promise is one of non-inferior", false},
	{"rules:\n  - {measure: accuracy, arm: oracle, promise: {at-most: 150%}}\n", "2:57: accuracy lies between 0 and 1, not at 1.5", true},
	{"rules:\n  - {measure: hallucination, arm: oracle, promise: {at-most: 100%}}\n", "2:62: hallucination is never over 1: no run could break this", true},
	{"rules:\n  - {measure: accuracy, arm: oracle, promise: {at-least: 0}}\n", "2:58: accuracy is never under 0: no run could break this", true},
	{"rules:\n  - {measure: accuracy, arm: oracle, promise: {ratio-at-most: 1.1}}\n", "2:63: ratio-at-most is for times", false},
	{"rules:\n  - {measure: answer-p95, arm: oracle, promise: {at-most: 0.5}}\n", "answer-p95 is a time: promise it as ratio-at-most", false},
	{"rules:\n  - {measure: accuracy, arm: oracle, load: x, promise: {at-most: 0.5}}\n", "only measures of time have a load stage", false},
	{"rules:\n  - {measure: abstention, arm: oracle, promise: {non-inferior: 5pp}}\n", "neither more nor less abstention is better", false},
	{"rules:\n  - {measure: lift, arm: closed-book, promise: {at-least: 0.1}}\n", "lift sets an arm against the closed book", false},
	{"rules:\n  - {measure: accuracy, k: 2, arm: oracle, promise: {at-least: 0.1}}\n", "k belongs to the measure penalised", false},
	{"rules:\n  - {measure: accuracy, arm: oracle, tier: vital, promise: {at-least: 0.1}}\n", `unknown tier "vital"`, false},
	{"rules:\n  - {measure: accuracy, arm: oracle, slice: {colour: red}, promise: {at-least: 0.1}}\n", `unknown field "colour"`, false},
	{"rules:\n  - {measure: accuracy, arm: oracle, promise: {not-worse: colour}}\n", `2:59: unknown dimension "colour"`, false},
	{"rules:\n  - {measure: accuracy, arm: oracle, promise: {not-worse: [domain, skill]}}\n", "", false},
	{"rules:\n  - {measure: accuracy, arm: oracle, promise: {not-worse: [domain, domain]}}\n", "2:59: the dimension domain stands twice", false},
	{"rules:\n  - {measure: accuracy, arm: oracle, promise: {not-worse: []}}\n", "2:59: not-worse names no dimension", false},
	{"rules:\n  - {measure: accuracy, arm: oracle, promise: {not-worse: ''}}\n", `2:59: unknown dimension ""`, false},
	{"rules:\n  - {measure: accuracy, arm: oracle, slice: {skill: ''}, promise: {at-least: 0.1}}\n", "2:53: slice names no skill", false},
	{"rules:\n  - {measure: penalised, arm: oracle, promise: {at-least: -20%}}\n", "", false},
	{"rules:\n  - {measure: accuracy, arm: oracle, promise: {at-least: 0.1}, tier: advisory}\n", "every rule is advisory", false},
	{"rules:\n  - &a {name: a, measure: accuracy, arm: oracle, promise: {at-least: 0.1}}\n  - {name: a, measure: accuracy, arm: oracle, promise: {at-least: 0.2}}\n", `3:5: two rules are named "a"`, true},
	{"alpha: 0.9\nrules:\n  - {measure: accuracy, arm: oracle, promise: {at-least: 0.1}}\n", "1:8: alpha is 0.9", false},
	{"rules:\n  - {measure: accuracy, arm: oracle, arm: oracle, promise: {at-least: 0.1}}\n", `field "arm" stands twice`, true},
	{"rules: [\n", "did not find expected", true},
}

func schemaOf(t testing.TB) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("gate.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("gate.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// valid reports whether the schema accepts a YAML text.
func valid(schema *jsonschema.Schema, text string) (bool, error) {
	var v any
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		return false, err
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return false, err
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return false, err
	}
	return schema.Validate(doc) == nil, nil
}

// The parser and the schema agree, but where the schema cannot know.
func TestParseAndSchema(t *testing.T) {
	schema := schemaOf(t)
	for _, c := range examples {
		rules, err := Parse("gate.yaml", []byte(c.text))
		if c.problem == "" {
			if err != nil {
				t.Errorf("%s: %v", c.text, err)
			}
			for _, r := range rules.Rules {
				if r.Name == "" || r.Tier == "" {
					t.Errorf("%s: rule %+v", c.text, r)
				}
			}
		} else {
			var syntax *SyntaxError
			if !errors.As(err, &syntax) || !strings.Contains(err.Error(), c.problem) {
				t.Errorf("%s: error %v, want %q", c.text, err, c.problem)
			}
		}
		if c.lax {
			continue
		}
		if ok, err := valid(schema, c.text); err != nil || ok != (c.problem == "") {
			t.Errorf("%s: the schema says %v, %v; the parser %q", c.text, ok, err, c.problem)
		}
	}
}

// Every name that the parser knows stands in the schema, and no other.
func TestSchemaNames(t *testing.T) {
	var doc struct {
		Defs struct {
			Rule struct {
				Properties struct {
					Measure struct{ Enum []Measure }
					Tier    struct{ Enum []Tier }
					Promise struct{ Properties map[Kind]any }
				}
			}
		} `json:"$defs"`
	}
	if err := json.Unmarshal(Schema, &doc); err != nil {
		t.Fatal(err)
	}
	p := doc.Defs.Rule.Properties
	if got, want := fmt.Sprint(p.Measure.Enum), fmt.Sprint(Measures()); got != want {
		t.Errorf("measures %s, want %s", got, want)
	}
	if got, want := fmt.Sprint(p.Tier.Enum), fmt.Sprint(Tiers()); got != want {
		t.Errorf("tiers %s, want %s", got, want)
	}
	for _, k := range Kinds() {
		if _, ok := p.Promise.Properties[k]; !ok {
			t.Errorf("no promise %s in the schema", k)
		}
	}
	if len(p.Promise.Properties) != len(Kinds()) {
		t.Errorf("%d promises in the schema, %d known", len(p.Promise.Properties), len(Kinds()))
	}
	for _, m := range Measures() {
		if _, known := m.look(); !known {
			t.Errorf("measure %s has no definition", m)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, c := range examples {
		f.Add([]byte(c.text))
	}
	schema := schemaOf(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		rules, err := Parse("gate.yaml", raw)
		if err != nil {
			if len(err.Error()) < 10 {
				t.Errorf("error %q", err)
			}
			return
		}
		// What was read can be written and read again, and the schema accepts it.
		var w bytes.Buffer
		if err := (Proposal{Rules: rules}).WriteYAML(&w, ""); err != nil {
			t.Fatal(err)
		}
		again, err := Parse("again.yaml", w.Bytes())
		if err != nil {
			for _, r := range rules.Rules { // a name of nothing but control characters, or a limit finer than is written, is not kept
				if clean(r.Name) != r.Name || clean(r.Arm) != r.Arm || math.Abs(r.Promise.Value) < 1e-4 {
					return
				}
			}
			t.Fatalf("%v\n%s", err, w.String())
		}
		if len(again.Rules) != len(rules.Rules) {
			t.Errorf("%d rules came back as %d", len(rules.Rules), len(again.Rules))
		}
		if ok, err := valid(schema, w.String()); utf8.Valid(raw) && (err != nil || !ok) {
			t.Errorf("the schema refuses what was written: %v\n%s", err, w.String())
		}
	})
}

func TestParseShare(t *testing.T) {
	for text, want := range map[string]float64{"0.05": .05, "5pp": .05, "5 %": .05, "-2pp": -.02, " 1e-2 ": .01} {
		if got, err := ParseShare(text); err != nil || math.Abs(got-want) > 1e-15 {
			t.Errorf("%q is %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "pp", "5 points", "NaN", "Inf", "5pp%"} {
		if got, err := ParseShare(text); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
}

// Margins follow the size: between five and six points at 250 items, two from 1,500.
func TestPropose(t *testing.T) {
	arms := []string{runners.ClosedBook, runners.Retrieved}
	verdict := func(i int, arm string, k int) scorers.Verdict {
		switch {
		case i%5 == 0:
			return wrong
		case arm == runners.ClosedBook:
			return silent
		}
		return right
	}
	for items, want := range map[int]float64{100: .1, 250: .056, 1500: .021, 20000: .01} {
		b := made("b", items, 1, arms, verdict)
		p, err := Propose(b, nil)
		if err != nil {
			t.Fatal(err)
		}
		if r := p.Rules.Rules[0]; r.Measure != Penalised || r.Arm != runners.Retrieved || math.Abs(r.Promise.Value-want) > 1e-9 || r.Tier != Critical {
			t.Errorf("%d items: %+v, want a margin of %v", items, r, want)
		}
		var w bytes.Buffer
		if err := p.WriteYAML(&w, "gate.schema.json"); err != nil {
			t.Fatal(err)
		}
		rules, err := Parse("gate.yaml", w.Bytes())
		if err != nil {
			t.Fatalf("%v\n%s", err, w.String())
		}
		if fmt.Sprintf("%+v", rules) != fmt.Sprintf("%+v", p.Rules) {
			t.Errorf("came back as %+v, want %+v", rules, p.Rules)
		}
		if ok, err := valid(schemaOf(t), w.String()); err != nil || !ok {
			t.Errorf("the schema refuses the proposal: %v\n%s", err, w.String())
		}
		// A run that is the same passes its own rules from 250 items on.
		again := b
		again.Run.ID = "again"
		result, err := Check(rules, &b, again)
		if err != nil {
			t.Fatal(err)
		}
		if items >= 250 && result.Decision != Pass {
			t.Errorf("%d items, the same run: %+v", items, result.Rules)
		}
	}
	// A second run shows how much runs differ by themselves: hardly, so that the margin is less.
	b, calm := made("b", 250, 1, arms, verdict), made("calm", 250, 1, arms, verdict)
	p, err := Propose(b, &calm)
	if err != nil {
		t.Fatal(err)
	}
	if m := p.Rules.Rules[0].Promise.Value; m >= .05 || !strings.Contains(p.Reasons[0], "the two runs differ") {
		t.Errorf("margin %v, %s", m, p.Reasons[0])
	}
	if _, err := Propose(baseline.Baseline{}, nil); err == nil {
		t.Error("rules for nothing")
	}
	timedRun := timed("m", "closed-8", 1, 60)
	if p, err = Propose(timedRun, nil); err != nil || p.Rules.Rules[len(p.Rules.Rules)-1].Measure != FirstTokenP95 {
		t.Errorf("a measured baseline gets %+v, %v", p.Rules.Rules, err)
	}
}

// The JUnit file is well-formed whatever the items are called, and its counts add up.
func TestJUnit(t *testing.T) {
	base, head := tabled(map[[2]scorers.Verdict]int{{right, right}: 100, {wrong, right}: 40, {right, silent}: 2})
	nasty := "q\x00\x1b[2J<&\"']]>\u202e\ufffe\x85"
	for _, b := range []*baseline.Baseline{&base, &head} {
		for i := range b.Records {
			b.Records[i].Item = fmt.Sprintf("%s%d", nasty, i)
		}
	}
	failing := noninferior(Penalised, .05)
	failing.Name = nasty
	advice := noninferior(Accuracy, .01)
	advice.Name, advice.Tier = "advice", Advisory
	result, err := Check(Rules{Alpha: .05, Rules: []Rule{failing, advice}}, &base, head)
	if err != nil {
		t.Fatal(err)
	}
	var w bytes.Buffer
	if err := JUnit(&w, result); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(w.String(), "\x00\x1b\u202e\ufffe\u0085") {
		t.Error("control characters got through")
	}
	d := xml.NewDecoder(&w)
	cases, failures, skipped := 0, 0, 0
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := token.(xml.StartElement); ok {
			switch e.Name.Local {
			case "testcase":
				cases++
			case "failure":
				failures++
			case "skipped":
				skipped++
			}
		}
	}
	if cases != 2+42 || failures != 1+40 || skipped != 1 {
		t.Errorf("%d cases, %d failures, %d skipped; want 44, 41, 1", cases, failures, skipped)
	}
	var summary, notes, text, rows bytes.Buffer
	if err := errors.Join(Markdown(&summary, result), Annotations(&notes, "gate.yaml", result), Text(&text, result, 3), Rewards(&rows, head, 1)); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(summary.String(), "## viva gate: FAIL") || strings.Contains(summary.String(), "<&") {
		t.Errorf("summary:\n%s", summary.String())
	}
	if lines := strings.Split(strings.TrimSpace(notes.String()), "\n"); len(lines) != 2 || !strings.HasPrefix(lines[0], "::error file=gate.yaml,title=viva gate%3A FAIL") || !strings.HasPrefix(lines[1], "::notice ") {
		t.Errorf("annotations:\n%s", notes.String())
	}
	if strings.ContainsAny(text.String(), "\x00\x1b") || strings.Count(rows.String(), "\n") != 142 || strings.Count(rows.String(), `"reward":-1,`) != 40 {
		t.Errorf("rows:\n%.300s\ntext:\n%s", rows.String(), text.String())
	}
	if raw, err := json.Marshal(result); err != nil || !bytes.Contains(raw, []byte(`"decision":"FAIL"`)) {
		t.Errorf("%s, %v", raw, err)
	}
}
