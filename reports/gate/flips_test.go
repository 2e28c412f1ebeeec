package gate

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

// A broken rule blames the items that it counts, and no others.
func TestBlame(t *testing.T) {
	base, head := tabled(map[[2]scorers.Verdict]int{{wrong, right}: 40, {silent, right}: 30, {wrong, silent}: 20, {right, silent}: 5, {right, right}: 100})
	for _, c := range []struct {
		measure Measure
		slice   Slice
		want    int
		why     string
	}{
		{Accuracy, Slice{}, 70, "right answers that were lost"},
		{Hallucination, Slice{}, 60, "answers that became false"},
		{Penalised, Slice{}, 90, "either"},
		{Accuracy, Slice{Language: "zh"}, 23, "one language alone"},
	} {
		r := noninferior(c.measure, .01)
		r.Slice = c.slice
		mild := noninferior(Accuracy, .01)
		mild.Name, mild.Tier = "advice", Advisory
		result, err := Check(Rules{Alpha: .05, Rules: []Rule{r, mild}}, &base, head)
		if err != nil {
			t.Fatal(err)
		}
		if result.Decision != Fail {
			t.Fatalf("%s: %s", c.why, result.Decision)
		}
		n := 0
		for i, f := range result.Flips {
			if len(f.Breaks) > 1 || len(f.Breaks) == 1 && f.Breaks[0] != "r" {
				t.Errorf("%s: %s breaks %v", c.why, f.Item, f.Breaks)
			}
			if len(f.Breaks) == 1 {
				if n++; n != i+1 {
					t.Errorf("%s: what breaks no rule stands before %s", c.why, f.Item)
				}
			}
		}
		if n != c.want || len(result.worsened()) != 90 {
			t.Errorf("%s: %d blamed of %d, want %d of 90", c.why, n, len(result.worsened()), c.want)
		}
	}
	// A screen blames the items of the slices that it found worse.
	screen := Rule{Name: "s", Measure: Penalised, Arm: "oracle", K: 1, Tier: Supporting, Promise: Promise{Kind: NotWorse, By: []string{"language", "skill"}}}
	before := made("base", 240, 1, []string{"oracle"}, func(int, string, int) scorers.Verdict { return right })
	after := made("head", 240, 1, []string{"oracle"}, func(i int, _ string, _ int) scorers.Verdict {
		if i%3 == 1 && i < 60 || i == 0 {
			return wrong
		}
		return right
	})
	for i := range after.Records { // the skills are as good as ever, each with its share of the loss
		skill := fmt.Sprint("skill", i/3%2)
		before.Records[i].Skill, after.Records[i].Skill = skill, skill
	}
	result, err := Check(Rules{Alpha: .001, Rules: []Rule{screen, noninferior(Failed, .5)}}, &before, after)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range result.Flips {
		if blamed := len(f.Breaks) == 1; blamed != (f.Language == "zh") {
			t.Errorf("%s in %s breaks %v; slices %+v", f.Item, f.Language, f.Breaks, result.Rules[0].Slices)
		}
	}
	if f := result.Rules[0]; f.Items != 240 || len(f.Slices) != 5 {
		t.Errorf("%d items in %d slices, want 240 in 5", f.Items, len(f.Slices))
	}
}

// A rule about the run alone can break though nothing turned: then the answers that stand against it are told, with a baseline and without.
func TestStanding(t *testing.T) {
	base, head := tabled(map[[2]scorers.Verdict]int{{wrong, wrong}: 40, {wrong, right}: 10, {silent, silent}: 20, {right, right}: 60})
	rule := func(m Measure, kind Kind, v float64) Rule {
		return Rule{Name: "r", Measure: m, Arm: "oracle", K: 1, Tier: Critical, Promise: Promise{Kind: kind, Value: v}}
	}
	for _, c := range []struct {
		rule        Rule
		base        *baseline.Baseline
		turned, all int
	}{
		{rule(Hallucination, AtMost, .1), nil, 0, 50}, {rule(Hallucination, AtMost, .1), &base, 10, 40},
		{rule(Accuracy, AtLeast, .9), nil, 0, 70}, {rule(Accuracy, AtLeast, .9), &base, 10, 60},
		{rule(Penalised, AtLeast, .9), &base, 10, 40}, {rule(Abstention, AtMost, .01), nil, 0, 20},
		{rule(Hallucination, AtMost, .9), &base, 0, 0}, // kept
	} {
		result, err := Check(Rules{Alpha: .05, Rules: []Rule{c.rule}}, c.base, head)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(result.against("r")) - len(result.Standing); n != c.turned || len(result.Standing) != c.all {
			t.Errorf("%s %s: %d turned and %d stand, want %d and %d", c.rule.Measure, c.rule.Promised(), n, len(result.Standing), c.turned, c.all)
		}
		var text, junit, summary bytes.Buffer
		if err := errors.Join(Text(&text, result, 1), JUnit(&junit, result), Markdown(&summary, result)); err != nil {
			t.Fatal(err)
		}
		for name, out := range map[string]string{"terminal": text.String(), "JUnit": junit.String(), "summary": summary.String()} {
			if strings.Contains(out, "as they stand") != (c.all > 0) {
				t.Errorf("%s %s: the %s tells of answers as they stand, or does not", c.rule.Measure, c.rule.Promised(), name)
			}
		}
	}
}

// hostile are replies that try to be more than text.
var hostile = []string{
	"<script>alert(1)</script></pre></td></details>", "\x1b[2J\x1b]0;title\x07\x9b31m\u202eesrever", "]]> & <![CDATA[", "a | b\n| c |\n\n# h\n```\nx\n```",
	"::error file=x::y\r\n::set-output name=a::b", "%0A%25", "![i](http://x/i.png) [l](http://x) `c` **b** ~~s~~ $1$ &lt;b&gt; \\| \\", "##[add-path]/tmp",
	strings.Repeat("\U0001F600", 5000), "\xff\xfe\x00bad", "\u2028\u2029",
}

// Whatever a model says stays text: in the terminal, in XML, in Markdown and in workflow commands.
func TestHostileReplies(t *testing.T) {
	n := 12 * len(hostile)
	base, head := tabled(map[[2]scorers.Verdict]int{{wrong, right}: n, {right, right}: 200})
	failing := noninferior(Penalised, .05)
	result, err := Check(Rules{Alpha: .05, Rules: []Rule{failing}}, &base, head)
	if err != nil {
		t.Fatal(err)
	}
	at := 0
	result.Recite(func(run string, _ runners.Key) Exchange {
		at++
		text := hostile[at%len(hostile)]
		return Exchange{Question: text, Truth: text, Reply: text}
	})
	var text, junit, summary, notes bytes.Buffer
	if err := errors.Join(Text(&text, result, n), JUnit(&junit, result), Markdown(&summary, result), Annotations(&notes, "gate.yaml", result)); err != nil {
		t.Fatal(err)
	}
	for name, out := range map[string]*bytes.Buffer{"terminal": &text, "JUnit": &junit, "summary": &summary, "annotations": &notes} {
		if at := strings.IndexAny(out.String(), "\x00\x07\x1b\u009b\u202e\u2028"); at >= 0 {
			t.Errorf("%s: %q got through", name, out.String()[at:at+3])
		}
	}
	for line := range strings.Lines(text.String()) {
		if strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") {
			t.Errorf("the terminal gives an order: %s", line)
		}
	}
	var doc struct {
		Suites []struct {
			Cases []struct {
				Failure string `xml:"failure"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(junit.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	if all := fmt.Sprint(doc); !strings.Contains(all, "]]> & <![CDATA[") || !strings.Contains(all, "<script>alert(1)</script>") || !strings.Contains(all, "| c |\n\n# h\n") {
		t.Error("JUnit lost words of a reply")
	}
	for _, markup := range []string{"<script", "</pre>", "</td>", "![i]", "[l]", "**b**", "~~", "&lt;b&gt;", "```", " $1$"} {
		if strings.Contains(summary.String(), markup) {
			t.Errorf("the summary holds %s", markup)
		}
	}
	if opened, closed := strings.Count(summary.String(), "<details>"), strings.Count(summary.String(), "</details>"); opened != closed || opened != 1+flipsTold {
		t.Errorf("%d foldings opened, %d closed", opened, closed)
	}
	for line := range strings.Lines(summary.String()) { // a row keeps its two cells
		if strings.HasPrefix(line, "| **run** |") && strings.Count(strings.NewReplacer(`\\`, "", `\|`, "").Replace(line), "|") != 3 {
			t.Errorf("a row falls apart: %s", line)
		}
	}
	if summary.Len() > 1<<20 {
		t.Errorf("a summary of %d bytes", summary.Len())
	}
	if lines := strings.Split(strings.TrimRight(notes.String(), "\n"), "\n"); len(lines) != 1 || len(lines[0]) > 4000 || strings.Contains(lines[0], "%0A%25\n") {
		t.Errorf("%d annotations:\n%s", len(lines), notes.String())
	}
}
