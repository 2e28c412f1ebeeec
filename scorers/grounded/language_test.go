package grounded

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/scorers"
)

// TestLanguages asks the easy thing in each language: a sentence of the shown paragraph must rank above a sentence of another
// article, and must hardly ever be flagged. It is a test of the reading of scripts, not of judgement.
func TestLanguages(t *testing.T) {
	dir := os.Getenv("VIVA_DATA")
	if dir == "" {
		t.Skip("VIVA_DATA names no folder of paragraphs")
	}
	f, err := os.Open(filepath.Join(dir, "xquad", "dev.jsonl"))
	if err != nil {
		t.Skipf("open paragraphs: %v", err)
	}
	defer f.Close()
	type page struct{ article, text string }
	pages := map[string][]page{}
	seen := map[string]bool{}
	sc := bufio.NewScanner(f)
	sc.Buffer(make([]byte, 1<<20), 1<<25)
	for sc.Scan() {
		var r struct {
			Group, Lang string
			Context     []struct{ Text string }
		}
		if err := json.Unmarshal(sc.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		for _, c := range r.Context {
			if !seen[c.Text] {
				seen[c.Text] = true
				pages[r.Lang] = append(pages[r.Lang], page{r.Group, c.Text})
			}
		}
	}
	for _, lang := range []string{"en", "zh", "hi"} {
		ps := pages[lang]
		var scores []float64
		var foreign []int
		flagged, missed, own := 0, 0, 0
		for i, p := range ps {
			other := ps[(i+len(ps)/2)%len(ps)]
			if other.article == p.article {
				continue
			}
			for k, from := range []string{p.text, other.text} {
				sentences := text.Sentences(from)
				s, err := (Scorer{}).Score(t.Context(), asked(lang, "", sentences[len(sentences)/2].Of(from), p.text))
				if err != nil {
					t.Fatal(err)
				}
				scores, foreign = append(scores, 1-s.Value), append(foreign, k)
				switch {
				case k == 0:
					own++
					if s.Verdict == scorers.Incorrect {
						flagged++
					}
				case s.Verdict != scorers.Incorrect:
					missed++
				}
			}
		}
		area, _ := auroc(scores, foreign)
		t.Logf("%s: %d paragraphs, AUROC %.3f, %d of the own sentences flagged, %d of the foreign ones missed", lang, own, area, flagged, missed)
		if own < 50 || area < 0.98 || flagged > own/50 {
			t.Errorf("%s: AUROC %.3f, %d of %d own sentences flagged", lang, area, flagged, own)
		}
	}
}
