package curated

import (
	"slices"
	"strings"
	"testing"

	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/suites"
)

// shipped loads every suite, once a test.
func shipped(t *testing.T) map[string]*suites.Suite {
	t.Helper()
	all := map[string]*suites.Suite{}
	for _, name := range Names() {
		s, err := Load(name)
		if err != nil {
			t.Fatal(err)
		}
		all[name] = s
	}
	return all
}

func TestShippedSuitesLintClean(t *testing.T) {
	for name, s := range shipped(t) {
		if s.Name != name {
			t.Errorf("folder %s holds the suite %s", name, s.Name)
		}
		for _, f := range suites.Lint(s) {
			t.Errorf("%s/%s", name, f)
		}
	}
}

// TestAnswersFollowFromTheirEvidence takes the support of every answer away and demands that lint then misses it: with the evidence
// the item is clean, without what carries the answer it is not. An answer that lint would accept beside any page proves nothing.
func TestAnswersFollowFromTheirEvidence(t *testing.T) {
	for name, s := range shipped(t) {
		byPassages, byDerivation := 0, 0
		for _, it := range s.Items {
			if !it.Answerable() {
				continue
			}
			t.Run(name+"/"+it.ID, func(t *testing.T) {
				if f := lintItem(s, it, nil); len(f) > 0 {
					t.Fatalf("with its evidence: %v", f)
				}
				if it.Derivation != "" {
					byDerivation++
					wrong := it
					wrong.Derivation = "(" + it.Derivation + ") * 7"
					if day, ok := strings.CutPrefix(it.Derivation, "20"); ok && strings.Count(day, "-") >= 2 {
						wrong.Derivation = it.Derivation + " + 7 days"
					}
					if it.Answer.Kind == value.Bool {
						return
					}
					if f := lintItem(s, wrong, nil); len(f) == 0 {
						t.Errorf("lint accepts %s for %q", wrong.Derivation, it.Answer.Text)
					}
					return
				}
				if it.Answer.Kind == value.Bool || it.Skill == suites.Counting {
					return // read off the passage by a person; no string of it states a yes
				}
				byPassages++
				blank := func(p suites.Passage) suites.Passage {
					p.Title, p.Text = "Nothing", "This page was left empty."
					return p
				}
				if f := lintItem(s, it, blank); len(f) == 0 {
					t.Errorf("lint finds %q in empty pages", it.Answer.Text)
				}
			})
		}
		t.Logf("%s: %d answers stand in their evidence, %d follow by derivation", name, byPassages, byDerivation)
	}
}

// lintItem lints one item with its evidence alone, changed by edit if there is one.
func lintItem(s *suites.Suite, it suites.Item, edit func(suites.Passage) suites.Passage) []suites.Finding {
	small := &suites.Suite{Name: s.Name, AsOf: s.AsOf, Languages: s.Languages, Items: []suites.Item{it}}
	for _, id := range it.Evidence {
		if p, ok := s.Passage(id); ok {
			p.Supersedes = ""
			if edit != nil {
				p = edit(p)
			}
			small.Passages = append(small.Passages, p)
		}
	}
	return slices.DeleteFunc(suites.Lint(small), func(f suites.Finding) bool {
		return f.Rule == suites.UnusedLanguage
	})
}

// TestDefaultSuiteIsLargeEnough holds the shipped examination to its promised breadth.
func TestDefaultSuiteIsLargeEnough(t *testing.T) {
	s, err := Load(Default)
	if err != nil {
		t.Fatal(err)
	}
	domains, languages, skills, pages := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	traps := 0
	for _, it := range s.Items {
		domains[it.Domain]++
		languages[it.Language]++
		skills[it.Skill]++
		traps += len(it.Traps)
	}
	for _, p := range s.Passages {
		pages[p.Language]++
	}
	if len(s.Passages) < 40 || len(s.Items) < 80 || len(domains) < 6 || traps < 40 {
		t.Errorf("%d passages, %d items, %d domains, %d traps; want 40, 80, 6, 40", len(s.Passages), len(s.Items), len(domains), traps)
	}
	for _, lang := range []string{"zh", "hi"} {
		if languages[lang] < 10 || pages[lang] == 0 {
			t.Errorf("%d items and %d passages in %s, want 10 and some", languages[lang], pages[lang], lang)
		}
	}
	for _, skill := range suites.Skills() {
		if skill != suites.Counting && skills[skill] == 0 {
			t.Errorf("no item of skill %s", skill)
		}
	}
	t.Logf("%d items, %d passages, domains %v, languages %v, skills %v, %d traps", len(s.Items), len(s.Passages), domains, languages, skills, traps)
}

func TestLoadNamesTheChoices(t *testing.T) {
	if _, err := Load("meridan"); err == nil || !strings.Contains(err.Error(), Default) {
		t.Error(err)
	}
	if !slices.Contains(Names(), Default) {
		t.Errorf("%q is not among %v", Default, Names())
	}
}

func BenchmarkLint(b *testing.B) {
	s, err := Load(Default)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		suites.Lint(s)
	}
}
