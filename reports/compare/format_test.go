package compare

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// upgrade makes two runs of one box before and after an upgrade that hurts the contracts in the retrieved arm.
func upgrade(items int, unscored float64) (base, head baseline.Baseline) {
	rng := rand.New(rand.NewPCG(21, 22))
	began := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	make := func(id, model string) baseline.Baseline {
		return baseline.Baseline{Scorer: "facts", BusyS: 240, Run: runners.Run{
			ID: id, Tool: "v0.2.0", Target: runners.TargetInfo{Name: "appliance-a", BaseURL: "http://box:8000/v1", Model: model}, SuiteName: "meridian", SuiteTitle: "Meridian Instruments",
			SuiteVersion: "1.0", SuiteDigest: "c0ffee00deadbeef", PromptDigest: "0123456789abcdef", PlanDigest: id, Arms: []string{"closed-book", "oracle", "retrieved"}, Repeats: 1,
			Planned: 3 * items, K: 5, Seed: 42, MaxTokens: 1024, Timeout: 2 * time.Minute, Concurrency: 8, Started: began, Finished: began.Add(4 * time.Minute), Elapsed: 4 * time.Minute,
		}}
	}
	base, head = make("20261102-090000-ab12", "deepseek-r1"), make("20261109-090000-cd34", "deepseek-r1-int4")
	chance := map[string]float64{"closed-book": .25, "oracle": .88, "retrieved": .76}
	for n := range items {
		for _, arm := range base.Run.Arms {
			r := baseline.Record{Item: fmt.Sprintf("item-%03d", n), Arm: arm, Source: fmt.Sprint("doc-", n/3), Language: []string{"en", "en", "zh", "hi"}[n%4], Domain: []string{"hr", "contracts", "price_lists"}[n%3],
				Skill: []string{"single-hop", "table"}[n%2], Answerable: n%6 != 5, Status: runners.OK, FirstTokenMS: 150 + 200*rng.Float64(), OutputTokens: 20 + rng.IntN(80)}
			r.AnswerMS = r.FirstTokenMS + 18*float64(r.OutputTokens)
			judge := func(r *baseline.Record, p, q float64) {
				r.Behaved = scorers.BehavedNo
				switch {
				case !r.Answerable && q < .85:
					r.Verdict, r.Behaved = scorers.Abstained, scorers.BehavedYes
				case r.Answerable && q < p:
					r.Verdict, r.Behaved = scorers.Correct, scorers.BehavedYes
				case q < p+.4*(1-p):
					r.Verdict = scorers.Abstained
				case q < p+.45*(1-p):
					r.Verdict = scorers.Partial
				default:
					r.Verdict = scorers.Incorrect
				}
			}
			q := rng.Float64()
			b, h := r, r
			judge(&b, chance[arm], q)
			p := chance[arm]
			if arm == "retrieved" && r.Domain == "contracts" {
				p -= .3
			}
			if rng.Float64() < .06 {
				q = rng.Float64()
			}
			judge(&h, p, q)
			h.FirstTokenMS, h.AnswerMS = .8*r.FirstTokenMS+20*rng.Float64(), .7*r.AnswerMS
			if rng.Float64() < unscored {
				h.Verdict, h.Behaved = scorers.Unscored, scorers.BehavedNA
			}
			if rng.Float64() < .01 {
				h.Status, h.Verdict, h.Behaved, h.FirstTokenMS, h.AnswerMS = runners.Failed, scorers.Unscored, scorers.BehavedNA, 0, 0
			}
			base.Records, head.Records = append(base.Records, b), append(head.Records, h)
		}
	}
	return base, head
}

func told(run string, key runners.Key) string {
	if run == "20261102-090000-ab12" {
		return "The notice period for " + key.ItemID + " is 30 days [1]."
	}
	return "It is **90 days** | see <script>alert(1)</script>, \x1b[31mpage 4\x1b[0m,\nas the contract says."
}

func asked(item string) (question, truth string) {
	return "What is the notice period in the contract of " + item + "?", "30 days"
}

// goldens are the comparisons whose forms a reviewer reads.
var goldens = sync.OnceValues(func() (map[string]Comparison, error) {
	base, head := upgrade(180, 0)
	usual, err := Compare(base, head, Options{Texts: told, Question: asked, Gating: []SliceName{{"domain", "contracts"}}})
	if err != nil {
		return nil, err
	}
	base, head = upgrade(24, .1)
	head.Flags = []string{"INVALID: the client was the bottleneck"}
	head.Run.SuiteDigest, head.Run.PromptDigest = "another", "another"
	doubtful, err := Compare(base, head, Options{Intersect: true, Penalty: 3})
	if err != nil {
		return nil, err
	}
	base, _ = upgrade(60, 0)
	arms, err := Compare(base, base, Options{BaseArm: "oracle", HeadArm: "retrieved"})
	return map[string]Comparison{"usual": usual, "doubtful": doubtful, "arms": arms}, err
})

func golden(t testing.TB) map[string]Comparison {
	t.Helper()
	all, err := goldens()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestGolden(t *testing.T) {
	for name, x := range golden(t) {
		for extension, format := range map[string]Format{".txt": Table, ".md": Markdown} {
			if name == "arms" && extension == ".md" {
				continue // shows nothing that the others do not
			}
			var got bytes.Buffer
			if err := format(&got, x); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join("testdata", name+extension)
			if *update {
				if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Bytes(), want) {
				t.Errorf("%s differs from what is printed now; if that is right, run: go test ./reports/compare -update\n%s", file, got.String())
			}
		}
	}
}

// What a run says steers neither a terminal nor a page.
func TestHostileTexts(t *testing.T) {
	x := golden(t)["usual"]
	x.Head.Run.Target.Name = "box\x1b[2J<img src=x>"
	for name, format := range map[string]Format{"table": Table, "Markdown": Markdown, "HTML": HTML} {
		var b bytes.Buffer
		if err := format(&b, x); err != nil {
			t.Fatal(err)
		}
		text := b.String()
		if name != "HTML" && strings.ContainsAny(text, "\x1b\a\x00") {
			t.Errorf("%s holds control codes", name)
		}
		if name != "table" && regexp.MustCompile(`(^|[^\\])<(script|img)`).MatchString(text) {
			t.Errorf("%s holds foreign markup", name)
		}
	}
}

// The page asks nobody for anything, shows both answers and every kind of section.
func TestPage(t *testing.T) {
	for name, x := range golden(t) {
		var b bytes.Buffer
		if err := HTML(&b, x); err != nil {
			t.Fatal(err)
		}
		page := b.String()
		if hit := regexp.MustCompile(`(?i)(src|href|action|data)\s*=|url\(|@import|<link|<script|<iframe`).FindString(page); hit != "" {
			t.Errorf("%s: the page holds %q", name, hit)
		}
		if strings.Contains(page, "ZgotmplZ") || strings.Contains(page, "NaN") || strings.Contains(page, "%!") {
			t.Errorf("%s: the page holds what was not to be written", name)
		}
		for _, must := range []string{x.Headline()[:20], `id="measures"`, `id="flips"`, `id="speed"`, "Content-Security-Policy"} {
			if !strings.Contains(page, must) {
				t.Errorf("%s: the page lacks %q", name, must)
			}
		}
		if name == "usual" && (strings.Count(page, "The notice period for") < 10 || !strings.Contains(page, "gates")) {
			t.Errorf("%s: the page lacks answers or gating slices", name)
		}
		if file := os.Getenv("VIVA_PAGE"); file != "" && name == "usual" { // to look at
			if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// A writer that fails is reported by every form.
func TestBrokenWriter(t *testing.T) {
	x := golden(t)["arms"]
	r, w := io.Pipe()
	r.Close()
	for name, format := range map[string]Format{"table": Table, "Markdown": Markdown, "HTML": HTML, "JSON": JSON} {
		if err := format(w, x); err == nil {
			t.Errorf("%s ignores a broken writer", name)
		}
	}
}

func TestProbability(t *testing.T) {
	for want, p := range map[string]reports.Figure{"<0.001": .0004, "0.001": .0006, "0.050": .05, "1.000": 1, "–": reports.Undefined()} {
		if got := probability(p); got != want {
			t.Errorf("%v is written %s, want %s", p, got, want)
		}
	}
}
