package suites

import (
	"cmp"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// open opens a file of the development data, or skips the test.
func openData(t *testing.T, path ...string) *os.File {
	t.Helper()
	root := os.Getenv("VIVA_DATA")
	if root == "" {
		t.Skip("VIVA_DATA is not set: it names a folder with the public data sets, such as financebench/qa_dev.jsonl")
	}
	f, err := os.Open(filepath.Join(append([]string{root}, path...)...))
	if err != nil {
		t.Skipf("data set absent: %v", err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// survey prints the findings of a suite by rule and proves that it can be written and loaded.
func survey(t *testing.T, s *Suite, allowed map[Rule]int) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), s.Name)
	if err := WriteFolder(dir, s); err != nil {
		t.Fatal(err)
	}
	back, err := Load(os.DirFS(dir), ".")
	if err != nil {
		t.Fatal(err)
	}
	if back.Digest() != s.Digest() || back.Imported != s.Imported || s.Imported == "" {
		t.Errorf("the written suite has another digest, or does not say that it was imported: %q", back.Imported)
	}
	kinds, skills, rules := map[string]int{}, map[string]int{}, map[Rule][]Finding{}
	for _, it := range s.Items {
		kinds[string(it.Answer.Kind)]++
		skills[it.Skill]++
	}
	for _, f := range Lint(s) {
		rules[f.Rule] = append(rules[f.Rule], f)
		if f.Level != Note {
			t.Errorf("whoever imports this cannot mend it: %s", f)
		}
	}
	t.Logf("%d items, %d passages; kinds %v; skills %v", len(s.Items), len(s.Passages), kinds, skills)
	for _, rule := range slices.Sorted(maps.Keys(rules)) {
		t.Logf("%4d %s, such as %s", len(rules[rule]), rule, rules[rule][0])
		if len(rules[rule]) > allowed[rule] {
			for _, f := range slices.SortedFunc(slices.Values(rules[rule]), func(a, b Finding) int { return cmp.Compare(a.Message, b.Message) }) {
				t.Log("     ", f)
			}
			t.Errorf("%d findings of %s, want at most %d", len(rules[rule]), rule, allowed[rule])
		}
	}
}

func TestImportFinanceBenchData(t *testing.T) {
	s, err := ImportFinanceBench(openData(t, "financebench", "qa_dev.jsonl"), openData(t, "financebench", "corpus_pages_dev.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Items) != 50 || len(s.Passages) != 56 {
		t.Errorf("%d items and %d passages, want 50 and 56", len(s.Items), len(s.Passages))
	}
	// Upstream gives no sums for its computed answers, eleven golds are prose in words of their own, and one page of a filing
	// does not say that it counts in millions.
	survey(t, s, map[Rule]int{DerivationMissing: 21, AnswerUnsupported: 12})
	if testing.Verbose() {
		for _, it := range s.Items {
			t.Logf("%s %s %s %q %v %s tol %g", it.ID, it.Skill, it.Answer.Kind, it.Answer.Text, it.Answer.Set, it.Answer.Number, it.Answer.Tolerance)
		}
	}
}

func TestImportTATQAData(t *testing.T) {
	s, err := ImportTATQA(openData(t, "tatqa", "dev.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Items) != 1668 || len(s.Passages) != 278 {
		t.Errorf("%d items and %d passages, want 1668 and 278", len(s.Items), len(s.Passages))
	}
	// Pages whose scale only the annotators knew, answers read off in other words than the page's, one sum in mixed scales, and
	// "What does the table show?" asked of several tables.
	survey(t, s, map[Rule]int{DerivationMissing: 1, AnswerUnsupported: 13, DuplicateQuestion: 22})
}
