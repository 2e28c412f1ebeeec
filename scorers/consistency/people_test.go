package consistency

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// People have judged several systems' answers to one question. Two right answers should mean the same, a right and a wrong one should
// not; the labels say nothing about two wrong ones.
func TestLexicalAgreesWithPeople(t *testing.T) {
	dir := os.Getenv("VIVA_DATA")
	if dir == "" {
		t.Skip("VIVA_DATA names no folder of public data")
	}
	type row struct {
		Question, Answer string
		Label            *int
		Meta             struct{ Source string }
	}
	f, err := os.Open(filepath.Join(dir, "evouna", "dev.jsonl"))
	if err != nil {
		t.Skipf("no answers judged by people: %v", err)
	}
	defer f.Close()
	questions := map[string][]row{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var r row
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		if r.Label != nil {
			key := r.Meta.Source + r.Question
			questions[key] = append(questions[key], r)
		}
	}
	type count struct{ right, all int }
	merged, parted := map[string]*count{}, map[string]*count{}
	for _, rows := range questions {
		for i, a := range rows {
			for _, b := range rows[i+1:] {
				if *a.Label == 1 && *b.Label == 1 || len(a.Answer)+len(b.Answer) > 4000 {
					continue
				}
				ids, err := Clusters(t.Context(), Lexical{Language: "en"}, a.Question, []string{a.Answer, b.Answer}, false)
				if err != nil {
					t.Fatal(err)
				}
				same, want := ids[1] == 0, *a.Label == *b.Label
				c := parted
				if same {
					c = merged
				}
				if c[a.Meta.Source] == nil {
					c[a.Meta.Source] = new(count)
				}
				c[a.Meta.Source].all++
				if same == want {
					c[a.Meta.Source].right++
				}
			}
		}
	}
	for source, m := range merged {
		p := parted[source]
		if p == nil {
			continue
		}
		if precision := float64(m.right) / float64(m.all); precision < .9 {
			t.Errorf("%s: precision of the pairs held for the same is %.3f", source, precision)
		}
		same := m.right + p.all - p.right
		t.Logf("%s: of pairs held for the same %d of %d are (%.3f), of pairs of right answers %.3f are found; parted rightly %.3f",
			source, m.right, m.all, float64(m.right)/float64(m.all), float64(m.right)/float64(same), float64(p.right)/float64(p.all))
	}
}
