package scorers_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
	"github.com/viva-eval/viva/suites/curated"
)

// labelled is a reply with a person's verdict.
type labelled struct {
	Item    string       `json:"item"`
	Reply   string       `json:"reply"`
	Verdict string       `json:"verdict"`
	Cause   suites.Cause `json:"cause"`
	Note    string       `json:"note"`
}

func readReplies(t testing.TB, lang string) []labelled {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "testdata", "replies", lang+".jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var rows []labelled
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		if len(sc.Bytes()) == 0 {
			continue
		}
		var row labelled
		if err := json.Unmarshal(sc.Bytes(), &row); err != nil {
			t.Fatalf("%s, row %d: %v", f.Name(), len(rows)+1, err)
		}
		rows = append(rows, row)
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	return rows
}

func meridian(t testing.TB) map[string]suites.Item {
	t.Helper()
	s, err := curated.Load(curated.Default)
	if err != nil {
		t.Fatal(err)
	}
	items := make(map[string]suites.Item, len(s.Items))
	for _, it := range s.Items {
		items[it.ID] = it
	}
	return items
}

// TestRepliesAgreement compares the verdicts of Facts with those of a person who has not seen its rules.
func TestRepliesAgreement(t *testing.T) {
	items := meridian(t)
	var all, agreed, unscored int
	for _, lang := range []string{"en", "zh", "hi"} {
		rows := readReplies(t, lang)
		n, same, debt, causes, causesRight := 0, 0, 0, 0, 0
		for _, row := range rows {
			it, ok := items[row.Item]
			if !ok {
				t.Fatalf("%s: no item %q in the suite", lang, row.Item)
			}
			want, err := scorers.ParseVerdict(row.Verdict)
			if err != nil {
				t.Fatalf("%s, item %s: %v", lang, row.Item, err)
			}
			s, err := scorers.Facts{}.Score(t.Context(), scorers.Question{Item: it,
				Trial: runners.Trial{Status: runners.OK, Response: runners.Response{Text: row.Reply}}})
			if err != nil {
				t.Fatal(err)
			}
			n++
			if s.Verdict == scorers.Unscored {
				debt++
			}
			if s.Verdict == want {
				same++
			} else {
				t.Logf("%s %s: %q: facts says %v, a person %v (%s). Why: %s", lang, row.Item, row.Reply, s.Verdict, want, row.Note, s.Why)
			}
			if row.Cause != "" {
				causes++
				if s.Cause == row.Cause {
					causesRight++
				}
			}
		}
		if n < 40 {
			t.Errorf("%s: %d replies, want at least 40", lang, n)
		}
		t.Logf("%s: agreement %d of %d (%.1f %%), unscored %d, causes %d of %d", lang, same, n, 100*float64(same)/float64(n), debt, causesRight, causes)
		all, agreed, unscored = all+n, agreed+same, unscored+debt
	}
	t.Logf("all: agreement %d of %d (%.1f %%), unscored %d", agreed, all, 100*float64(agreed)/float64(all), unscored)
	if float64(agreed) < 0.9*float64(all) {
		t.Errorf("agreement %.3f, want at least 0.90", float64(agreed)/float64(all))
	}
	if float64(unscored) > 0.02*float64(all) {
		t.Errorf("%d of %d unscored, want at most 2 %%", unscored, all)
	}
}
