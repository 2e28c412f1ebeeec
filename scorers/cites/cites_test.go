package cites

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var shown = []string{"hr-leave-2026", "crm_Acme-7", "12"}

// TestMarks is a golden table of what is a mark of citation and what it points at.
func TestMarks(t *testing.T) {
	var b strings.Builder
	for _, c := range []struct{ why, text string }{
		{"a number counts from 1", "It is 28 days [1]."},
		{"two marks", "It is 28 days [1][2]."},
		{"a list", "It is 28 days [1, 3]."},
		{"a list with a semicolon and an ID", "It is 28 days [1; hr-leave-2026]."},
		{"a range", "It is 28 days [1-3]."},
		{"a range with a dash", "It is 28 days [1–2]."},
		{"a range that runs backwards is no mark", "It is 28 days [3-1]."},
		{"an ID, whatever its case", "It is 28 days [HR-Leave-2026]."},
		{"an ID that is a number goes before the count", "It is 28 days [12]."},
		{"beyond the last passage", "It is 28 days [4]."},
		{"there is no passage 0", "It is 28 days [0]."},
		{"an ID that was not shown", "It is 28 days [hr-leave-2025]."},
		{"after a word", "It is 28 days [Passage 2]."},
		{"after a word and a sign", "It is 28 days [doc #2]."},
		{"a footnote", "It is 28 days [^2]."},
		{"full-width brackets and digits", "年假为28天【２】。"},
		{"Chinese list", "年假为28天[1、3]。"},
		{"Chinese word", "年假为28天［资料1］。"},
		{"Devanagari digit", "छुट्टी 28 दिन है [२]।"},
		{"Hindi word", "छुट्टी 28 दिन है [अनुच्छेद 1]।"},
		{"a link is no mark", "See [1](https://example.com)."},
		{"words are no mark", "He [the manager] agreed [sic]."},
		{"a check box is no mark", "- [ ] file it - [x] sent"},
		{"empty members are passed over", "It is [1,,2]."},
		{"never closed", "It is [1 and more"},
		{"opened twice", "It is [[1]]."},
		{"a year is a number without a passage", "It is 28 days [2026]."},
	} {
		fmt.Fprintf(&b, "%s: %s\n", c.why, c.text)
		for _, m := range Marks(c.text, shown) {
			fmt.Fprintf(&b, "\t%s", m.Of(c.text))
			for _, r := range m.Refs {
				fmt.Fprintf(&b, " %s=%d", r.Text, r.Passage)
			}
			b.WriteByte('\n')
		}
	}
	golden(t, "marks.txt", b.String())
}

// TestSentences is a golden table of which sentence a mark belongs to.
func TestSentences(t *testing.T) {
	var b strings.Builder
	for _, c := range []struct{ why, text string }{
		{"before the full stop", "It is 28 days [1]. Ask HR [2]."},
		{"after the full stop", "It is 28 days. [1] Ask HR. [2]"},
		{"after the full stop, without space", "It is 28 days.[1] Ask HR.[2]"},
		{"in front", "[1] It is 28 days. [2] Ask HR."},
		{"both", "It is 28 days [1]. [2] Ask HR."},
		{"two marks after the full stop", "It is 28 days. [1][2] Ask HR."},
		{"within", "According to [1] it is 28 days, and [2] agrees."},
		{"on a line of its own", "It is 28 days.\n[1]\nAsk HR."},
		{"lists", "- 28 days [1]\n- ask HR [2]"},
		{"twice the same passage", "It is 28 days [1][hr-leave-2026][1]."},
		{"only marks", "[1][2]"},
		{"Chinese", "年假为28天[1]。可结转5天。[2]请问人事部。"},
		{"Hindi", "छुट्टी 28 दिन है [1]। पाँच दिन आगे जाते हैं। [2] एचआर से पूछें।"},
	} {
		fmt.Fprintf(&b, "%s: %s\n", c.why, strings.ReplaceAll(c.text, "\n", " / "))
		for _, s := range Sentences(c.text, shown) {
			fmt.Fprintf(&b, "\t%s <-", s.Text)
			for _, r := range s.Refs {
				fmt.Fprintf(&b, " %d", r.Passage)
			}
			b.WriteByte('\n')
		}
	}
	golden(t, "sentences.txt", b.String())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// table answers entailment from a list of the sets of premises that entail the claim.
func table(claims map[string][]string) Entails {
	return func(_ context.Context, premises []string, claim string) (bool, error) {
		for _, set := range claims[claim] {
			if set == strings.Join(premises, "+") {
				return true, nil
			}
		}
		return false, nil
	}
}

// TestALCE works through the definitions with entailment given.
func TestALCE(t *testing.T) {
	premises := [][]string{{"A"}, {"B"}, {"C"}, {"D"}}
	for _, c := range []struct {
		why       string
		sentences []Sentence
		entails   map[string][]string
		want      Measure
	}{
		{
			"the published example: the second citation of the first sentence is idle, the second sentence is not borne out, the third cites nothing",
			[]Sentence{{Text: "s1", Refs: refs(0, 1)}, {Text: "s2", Refs: refs(2)}, {Text: "s3"}},
			map[string][]string{"s1": {"A+B", "A"}},
			Measure{Sentences: 3, Supported: 1, Citations: 3, Precise: 1},
		},
		{
			"both are needed: neither alone entails, nor does the rest without either",
			[]Sentence{{Text: "s1", Refs: refs(0, 1)}},
			map[string][]string{"s1": {"A+B"}},
			Measure{Sentences: 1, Supported: 1, Citations: 2, Precise: 2},
		},
		{
			"each alone is enough: none is idle",
			[]Sentence{{Text: "s1", Refs: refs(0, 1)}},
			map[string][]string{"s1": {"A+B", "A", "B"}},
			Measure{Sentences: 1, Supported: 1, Citations: 2, Precise: 2},
		},
		{
			"of three, one is idle",
			[]Sentence{{Text: "s1", Refs: refs(0, 1, 2)}},
			map[string][]string{"s1": {"A+B+C", "A+B"}},
			Measure{Sentences: 1, Supported: 1, Citations: 3, Precise: 2},
		},
		{
			"the fourth citation is not looked at",
			[]Sentence{{Text: "s1", Refs: refs(0, 1, 2, 3)}},
			map[string][]string{"s1": {"A+B+C+D"}},
			Measure{Sentences: 1, Citations: 3},
		},
		{
			"a citation without a passage takes its sentence down",
			[]Sentence{{Text: "s1", Refs: refs(0, -1)}, {Text: "s2", Refs: refs(9)}},
			map[string][]string{"s1": {"A"}},
			Measure{Sentences: 2, Citations: 3, Invalid: 2},
		},
		{"no sentences", nil, nil, Measure{}},
	} {
		got, err := ALCE(t.Context(), c.sentences, premises, table(c.entails))
		if err != nil {
			t.Fatal(err)
		}
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", c.why, got, c.want)
		}
	}
	m := Measure{Sentences: 3, Supported: 1, Citations: 3, Precise: 1}
	if math.Abs(m.Recall()-1.0/3) > 1e-12 || math.Abs(m.Precision()-1.0/3) > 1e-12 || math.Abs(m.F1()-1.0/3) > 1e-12 {
		t.Errorf("recall %v, precision %v, F1 %v; want a third each", m.Recall(), m.Precision(), m.F1())
	}
	if m := (Measure{}); m.Recall() != 0 || m.Precision() != 0 || m.F1() != 0 {
		t.Error("nothing is not 0")
	}
}

func refs(passages ...int) []Ref {
	var out []Ref
	for _, p := range passages {
		out = append(out, Ref{fmt.Sprint(p + 1), p})
	}
	return out
}

func question(lang, answer string, passages ...string) scorers.Question {
	q := scorers.Question{Item: suites.Item{Language: lang}, Trial: runners.Trial{Status: runners.OK}}
	q.Trial.Response.Text = answer
	for i, p := range passages {
		q.Trial.Shown.Passages = append(q.Trial.Shown.Passages, suites.Passage{ID: fmt.Sprintf("page-%c", 'a'+i), Text: p})
	}
	return q
}

func TestScore(t *testing.T) {
	en := []string{"Employees are entitled to 26 days of annual leave.", "The canteen in Pune opens at 8 am and serves breakfast."}
	zh := []string{"员工每年享有26天年假。", "食堂早上8点开门并供应早餐。"}
	hi := []string{"कर्मचारियों को 26 दिन की वार्षिक छुट्टी मिलती है।", "पुणे की कैंटीन सुबह 8 बजे खुलती है।"}
	for _, c := range []struct {
		why      string
		q        scorers.Question
		verdict  scorers.Verdict
		value    float64
		contains string
	}{
		{"right pages", question("en", "Employees are entitled to 26 days of annual leave [1]. The canteen opens at 8 am [page-b].", en...), scorers.Correct, 1, "recall 2 of 2"},
		{"swapped pages", question("en", "Employees are entitled to 26 days of annual leave [2]. The canteen opens at 8 am [page-a].", en...), scorers.Incorrect, 0, "recall 0 of 2"},
		{"one sentence cites nothing", question("en", "Employees are entitled to 26 days of annual leave [1]. The canteen opens at 8 am.", en...), scorers.Partial, 2.0 / 3, "recall 1 of 2"},
		{"an idle citation", question("en", "Employees are entitled to 26 days of annual leave [1][2].", en...), scorers.Partial, 2.0 / 3, "precision 1 of 2"},
		{"another figure", question("en", "Employees are entitled to 28 days of annual leave [1].", en...), scorers.Incorrect, 0, "recall 0 of 1"},
		{"no such page", question("en", "Employees are entitled to 26 days of annual leave [7].", en...), scorers.Incorrect, 0, "no such passage: [7]"},
		{"nothing to cite", question("en", "Not known.", en...), scorers.Abstained, 1, "claims nothing"},
		{"nothing was shown", question("en", "Employees are entitled to 26 days [1]."), scorers.Unscored, 0, "no passage"},
		{"an empty answer", question("en", "", en...), scorers.Unscored, 0, "empty"},
		{"Chinese", question("zh", "员工每年享有26天年假[1]。食堂早上8点开门【2】。", zh...), scorers.Correct, 1, "recall 2 of 2"},
		{"Chinese, swapped", question("zh", "员工每年享有26天年假[2]。食堂早上8点开门[1]。", zh...), scorers.Incorrect, 0, "recall 0 of 2"},
		{"Hindi", question("hi", "कर्मचारियों को 26 दिन की वार्षिक छुट्टी मिलती है [1]। कैंटीन सुबह 8 बजे खुलती है [२]।", hi...), scorers.Correct, 1, "recall 2 of 2"},
		{"Hindi, another figure", question("hi", "कर्मचारियों को 30 दिन की वार्षिक छुट्टी मिलती है [1]।", hi...), scorers.Incorrect, 0, "recall 0 of 1"},
	} {
		s, err := (Scorer{}).Score(t.Context(), c.q)
		if err != nil {
			t.Fatal(err)
		}
		if s.Verdict != c.verdict || math.Abs(s.Value-c.value) > 1e-9 || !strings.Contains(s.Why, c.contains) {
			t.Errorf("%s: %v %.3f %q, want %v %.3f and %q", c.why, s.Verdict, s.Value, s.Why, c.verdict, c.value, c.contains)
		}
	}
}

func TestErrors(t *testing.T) {
	broken := errors.New("verifier down")
	q := question("en", "Leave is 26 days [1].", "Leave is 26 days.")
	_, err := Scorer{Entails: func(context.Context, []string, string) (bool, error) { return false, broken }}.Score(t.Context(), q)
	if !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (Scorer{}).Score(ctx, q); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	q.Trial.Status = runners.TimedOut
	if s, err := (Scorer{}).Score(t.Context(), q); err != nil || s != (scorers.Score{}) {
		t.Errorf("a trial without an answer: %+v, %v", s, err)
	}
}

// TestHostile: what is long or repeats itself is scored or refused within a second.
func TestHostile(t *testing.T) {
	page := strings.Repeat("The lease of office 12 ends in May. ", 200)
	long := make([]string, 60)
	for i := range long {
		long[i] = fmt.Sprintf("Office %d. %s", i, strings.Repeat(page, 3))
	}
	var combined strings.Builder
	for i := range 1900 {
		fmt.Fprintf(&combined, "The lease ends in May [%d][%d][%d]. ", i%60+1, i/60%60+1, i/3600+1)
	}
	for _, c := range []struct {
		name, answer string
		passages     []string
	}{
		{"ten megabytes", strings.Repeat("[1] ", 10<<20/4), []string{page}},
		{"marks without end", strings.Repeat("[1]", 1<<20/3), []string{page}},
		{"marks and words without end", "The lease ends " + strings.Repeat("[1] in [2] ", 1<<20/12), []string{page, page}},
		{"brackets", strings.Repeat("[", 1<<20), []string{page}},
		{"numbers without a passage", "A " + manyMarks(1<<19), []string{page}},
		{"sentences without end", strings.Repeat("The lease ends in May [1]. ", 1<<20/28), []string{page}},
		{"ever new sets of long pages", combined.String(), long},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			s, err := (Scorer{}).Score(t.Context(), question("en", c.answer, c.passages...))
			if err != nil {
				t.Fatal(err)
			}
			took := time.Since(start)
			t.Logf("%v: %v %s", took, s.Verdict, s.Why)
			if took > 15*time.Second { // under a second on a core of its own; tests share theirs, and the race detector costs tenfold
				t.Errorf("took %v", took)
			}
		})
	}
}

func manyMarks(n int) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, "[x-%d]", i)
	}
	return b.String()
}

// FuzzMarks: marks lie in the text, in order, and their citations name passages that there are.
func FuzzMarks(f *testing.F) {
	for _, s := range []string{"a [1][2]. b [1, 3]", "【２】。", "[1-3] [page-a] [[", "[1](x) [^2] [Passage 2]", "年假[1、2]。", "[२]।", "[\xff]"} {
		f.Add(s, "page-a")
	}
	f.Fuzz(func(t *testing.T, s, id string) {
		ids := []string{id, "b-2", "3"}
		last := 0
		for _, m := range Marks(s, ids) {
			if m.Start < last || m.End <= m.Start || m.End > len(s) || len(m.Refs) == 0 {
				t.Fatalf("mark %+v of %q", m, s)
			}
			for _, r := range m.Refs {
				if r.Passage < -1 || r.Passage >= len(ids) || r.Text == "" {
					t.Fatalf("citation %+v of %q", r, s)
				}
			}
			last = m.End
		}
		for _, x := range Sentences(s, ids) {
			if strings.TrimSpace(x.Text) == "" {
				t.Fatalf("a sentence without words of %q", s)
			}
		}
	})
}

// BenchmarkScore: 300 words in 20 cited sentences over five pages of 200 words.
func BenchmarkScore(b *testing.B) {
	words := strings.Fields("supplier region quarter invoice lease renewal margin freight audit budget warranty tender customs branch payroll vendor clause penalty")
	pages := make([]string, 5)
	var answer strings.Builder
	for p := range pages {
		var t strings.Builder
		for s := range 20 {
			for w := range 10 {
				t.WriteString(words[(p*7+s*3+w*w)%len(words)])
				t.WriteByte(' ')
			}
			fmt.Fprintf(&t, "%d. ", p*100+s)
			if s < 4 {
				for w := range 10 {
					answer.WriteString(words[(p*7+s*3+w*w)%len(words)])
					answer.WriteByte(' ')
				}
				fmt.Fprintf(&answer, "%d [%d][%d]. ", p*100+s, p+1, (p+1)%5+1)
			}
		}
		pages[p] = t.String()
	}
	q := question("en", answer.String(), pages...)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := (Scorer{}).Score(b.Context(), q); err != nil {
			b.Fatal(err)
		}
	}
}
