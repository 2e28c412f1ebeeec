package lab

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"
	"time"

	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/suites"
)

// What the laboratory makes of a small suite, by version.
const made = "1 509a071bada8cf0d"

// A run is gone on with only by a laboratory that makes the same of it.
func TestVersionNamesWhatIsMade(t *testing.T) {
	day := func(s string) time.Time { d, _ := time.Parse(time.DateOnly, s); return d }
	s := &suites.Suite{Name: "small", AsOf: day("2026-06-30"), Passages: []suites.Passage{
		{ID: "leave", Title: "Leave", Text: "Annual leave is 30 days. It is asked for three weeks ahead.\n\n| Occasion | Days |\n|---|---|\n| Wedding | 2 days |\n| Move | 1 day |", Language: "en", ValidFrom: day("2026-01-01"), Supersedes: "leave-2025"},
		{ID: "leave-2025", Title: "Leave", Text: "Annual leave is 28 days. It is asked for four weeks ahead.", Language: "en", ValidFrom: day("2025-01-01")},
		{ID: "travel", Title: "Travel", Text: "A night in London costs at most EUR 210. Claims are due by 14 July 2026. Lena Brandt checks them.", Language: "en"},
		{ID: "sz", Title: "报销", Text: "住宿上限为每晚520元。报销单须在返回后15个工作日内提交。", Language: "zh"},
		{ID: "pn", Title: "यात्रा", Text: "निजी कार के लिए ₹13 प्रति किलोमीटर दिया जाता है। दावा 21 दिन के भीतर जमा करना होगा।", Language: "hi"},
		{ID: "bus", Title: "Bus", Text: "The bus stops at the gate. It does not run on Sundays.", Language: "en"},
		{ID: "cake", Title: "Cake", Text: "There is cake on Fridays.", Language: "en"},
	}}
	for i, it := range []suites.Item{
		{Language: "en", Question: "How many days of annual leave are there?", Evidence: []string{"leave"}, Answer: suites.Answer{Kind: value.Duration, Text: "30 days"}},
		{Language: "en", Question: "What does a night in London cost at most?", Evidence: []string{"travel"}, Answer: suites.Answer{Kind: value.Money, Text: "EUR 210"}},
		{Language: "en", Question: "By when are claims due?", Evidence: []string{"travel"}, Answer: suites.Answer{Kind: value.Date, Text: "2026-07-14"}},
		{Language: "en", Question: "Who checks the claims?", Evidence: []string{"travel"}, Answer: suites.Answer{Kind: value.Text, Text: "Lena Brandt"}},
		{Language: "en", Question: "What do four nights in London cost at most?", Evidence: []string{"travel"}, Answer: suites.Answer{Kind: value.Money, Text: "EUR 840"}, Derivation: "4 * 210"},
		{Language: "zh", Question: "住宿每晚最多多少？", Evidence: []string{"sz"}, Answer: suites.Answer{Kind: value.Money, Text: "520元"}},
		{Language: "hi", Question: "प्रति किलोमीटर कितना मिलता है?", Evidence: []string{"pn"}, Answer: suites.Answer{Kind: value.Money, Text: "₹13"}},
		{Language: "en", Question: "Does the bus run on Sundays?", Evidence: []string{"bus"}, Answer: suites.Answer{Kind: value.Bool, Text: "no"}},
	} {
		it.ID = fmt.Sprint("i", i)
		s.Items = append(s.Items, it)
	}
	h := sha256.New()
	l := New(s, 1)
	shown := 0
	for _, spec := range []string{"oracle:k=3:at=2", "noisy:k=2", "noisy:k=2:order=2", "distractors:k=2", "incomplete", "stale", "stale:with=current", "counterfactual", "conflict", "injected"} {
		b := book(t, l, spec)
		for _, it := range s.Items {
			if why := b.LeftOut(it); why != "" {
				fmt.Fprintf(h, "%s %s: %s\n", spec, it.ID, why)
				continue
			}
			out, err := b.Open(t.Context(), it, 5)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(h, "%s %s: %s\n", spec, it.ID, encode(t, out))
			shown++
		}
	}
	if shown < 60 {
		t.Errorf("only %d papers are made", shown)
	}
	if now := fmt.Sprint(Version, " ", hex.EncodeToString(h.Sum(nil))[:16]); now != made {
		t.Errorf("what the laboratory makes has changed: raise Version, and write %q into this test", now)
	}
}
