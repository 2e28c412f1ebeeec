package suites

import (
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/viva-eval/viva/internal/value"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestLintGolden lints a suite that is wrong on purpose: each of its items and passages breaks the rule that its ID hints at.
func TestLintGolden(t *testing.T) {
	s, err := Load(os.DirFS("testdata"), "bad")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	found := map[Rule]bool{}
	findings := Lint(s)
	Locate(findings, os.DirFS("testdata"), "bad")
	for _, f := range findings {
		b.WriteString(f.String() + "\n")
		found[f.Rule] = true
		if f.Item == "good" {
			t.Errorf("the one good item has a finding: %s", f)
		}
	}
	for _, r := range Rules() {
		if !found[r.Rule] {
			t.Errorf("no item of the bad suite breaks rule %s", r.Rule)
		}
		delete(found, r.Rule)
	}
	for r := range found {
		t.Errorf("rule %s is not in the list of rules", r)
	}
	const golden = "testdata/bad.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), b.String()); d != "" {
		t.Errorf("findings differ (-want +got), -update writes them anew:\n%s", d)
	}
}

func TestLintGoodSuite(t *testing.T) {
	s := wantTiny()
	s.Languages = []string{"en"}
	if f := Lint(s); len(f) > 0 {
		t.Error(f)
	}
	if f := Lint(&Suite{}); len(f) != 1 || f[0].Rule != EmptyField {
		t.Errorf("an empty suite: %v", f)
	}
	twice := wantTiny()
	twice.Languages = []string{"en"}
	twice.Passages = append(twice.Passages, Passage{ID: "Leave", Title: "t", Text: "x", Language: "en"})
	if f := Lint(twice); len(f) != 1 || f[0].Rule != DuplicateID || f[0].Passage != "Leave" {
		t.Errorf("two passages that one disk cannot hold both: %v", f)
	}
	closed := &Suite{Languages: []string{"en"}, Items: []Item{{ID: "a", Question: "q", Language: "en", Domain: "d", Skill: SingleHop, Source: "s",
		Answer: Answer{Kind: value.Text, Text: "x"}}}}
	if f := Lint(closed); len(f) > 0 {
		t.Errorf("a closed-book suite needs no evidence: %v", f)
	}
}

func TestAnswerValue(t *testing.T) {
	for _, tt := range []struct {
		why    string
		answer Answer
		want   value.Value
	}{
		{"the number stands in for the magnitude, and the last digit weighs more", Answer{Kind: value.Money, Text: "$1,496.5", Number: "1496500000"},
			value.Value{Kind: value.Money, Num: 1496500000, Step: 100000}},
		{"the unit stands in where the text has none", Answer{Kind: value.Duration, Text: "36", Unit: "month"}, value.Value{Kind: value.Duration, Num: 36, Step: 1, Unit: "month"}},
		{"a date", Answer{Kind: value.Date, Text: "2026-03"}, value.Value{Kind: value.Date, Date: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), Grain: value.Month}},
		{"no", Answer{Kind: value.Bool, Text: "no"}, value.Value{Kind: value.Bool}},
	} {
		got, err := tt.answer.Value("en")
		if err != nil {
			t.Errorf("%s: %v", tt.why, err)
			continue
		}
		if tt.want.Kind == value.Money {
			got.Unit = "" // how a bare $ is called is value's affair
		}
		if got.Kind != tt.want.Kind || got.Num != tt.want.Num || got.Step != tt.want.Step || got.Unit != tt.want.Unit || !got.Date.Equal(tt.want.Date) || got.Grain != tt.want.Grain {
			t.Errorf("%s: got %+v, want %+v", tt.why, got, tt.want)
		}
	}
	set, err := Answer{Kind: value.Set, Set: []string{"12 %", "Leipzig"}}.Value("en")
	if err != nil || len(set.Set) != 2 || set.Set[0].Kind != value.Percent || set.Set[1].Kind != value.Text {
		t.Errorf("set %+v, %v", set, err)
	}
	for _, bad := range []Answer{{}, {Kind: value.Set}, {Kind: value.Date, Text: "soon"}, {Kind: value.Number, Text: "5", Number: "x"}} {
		if v, err := bad.Value("en"); err == nil {
			t.Errorf("%+v reads as %+v", bad, v)
		}
	}
}

func TestBareFigures(t *testing.T) {
	for s, want := range map[string][]float64{
		"1,234.5 and (99)":   {1234.5, 99},
		"₹12,50,000":         {1250000},
		"१,२५० रुपये":        {1250},
		"３５０万":               {350},
		"𝟗𝟘٤":                {904},
		"v1.2.3":             {1.2, 3},
		"4.":                 {4},
		"2026-01-31, 7, and": {2026, 1, 31, 7},
	} {
		if d := cmp.Diff(want, bareFigures(s)); d != "" {
			t.Errorf("%q: %s", s, d)
		}
	}
}

func TestLintLevels(t *testing.T) {
	second := strings.Replace(strings.Replace(goodItem, "hr-1", "hr-2", 1), "28 days", "29 days", 1)
	lint := func(manifest string) []Finding {
		t.Helper()
		fsys := folder("suite.yaml", strings.Replace(manifest, "[en, zh]", "[en]", 1), "items.jsonl", goodItem+"\n\n"+strings.Replace(second, `"domain":"hr",`, "", 1)+"\n")
		s, err := Load(fsys, "s")
		if err != nil {
			t.Fatal(err)
		}
		found := Lint(s)
		Locate(found, fsys, "elsewhere")
		if found[0].Line != 0 {
			t.Errorf("located in a folder that is not there: %s", found[0])
		}
		Locate(found, fsys, "s")
		return found
	}
	for _, tt := range []struct {
		why, manifest string
		want          []string
	}{
		{"what a curator wrote, the curator can mend", goodManifest, []string{
			`items.jsonl:3: item hr-2: asks the same as item hr-1: drop one, or say in the question what differs [duplicate-question]`,
			`items.jsonl:3: item hr-2: has no domain: name the department or subject, by which results are broken down [empty-field]`,
			`items.jsonl:3: item hr-2: the evidence does not state "29 days": name the passage that states it, or correct the answer [answer-unsupported]`}},
		{"what a benchmark says is noted, what the importer writes is not", goodManifest + "imported: tatqa\n", []string{
			`items.jsonl:3: item hr-2: note: asks the same as item hr-1: drop one, or say in the question what differs [duplicate-question]`,
			`items.jsonl:3: item hr-2: has no domain: name the department or subject, by which results are broken down [empty-field]`,
			`items.jsonl:3: item hr-2: note: the evidence does not state "29 days": name the passage that states it, or correct the answer [answer-unsupported]`}},
	} {
		var got []string
		for _, f := range lint(tt.manifest) {
			got = append(got, f.String())
			if note := strings.Contains(f.String(), ": note: "); note != (f.Level == Note) {
				t.Errorf("%s: level %s of %s", tt.why, f.Level, f)
			}
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", tt.why, d)
		}
	}
}

func TestDigestLeavesOutWhereItCameFrom(t *testing.T) {
	s := wantTiny()
	before := s.Digest()
	s.Imported = "tatqa"
	if s.Digest() != before {
		t.Error("the questions are the same, the digest is not")
	}
}
