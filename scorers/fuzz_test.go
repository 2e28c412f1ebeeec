package scorers

import (
	"strings"
	"testing"

	"github.com/viva-eval/viva/internal/growth"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

func FuzzFacts(f *testing.F) {
	for _, s := range []string{"", "28 days", "Not 25 but 28.", "不是25天，而是28天。", "25 दिन नहीं", "12 × 40 = 480", "**28**", "> quoted\n28", "(28", "28)", "\xff", "No, wait. Yes.", "Brandt, Lena", "ＩＮＶ-20417",
		"１２½", "é", "İstanbul L. Brandt", "कि नहीं", "=", "or"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, reply string) {
		for name, it := range items {
			q := Question{Item: it, Trial: runners.Trial{Status: runners.OK, Response: runners.Response{Text: reply}}}
			s, err := Facts{}.Score(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			if s.Why == "" {
				t.Fatalf("%s: %q: no why", name, reply)
			}
			if !it.Answerable() && (s.Verdict == Correct || s.Verdict == Partial) {
				t.Fatalf("%s: %q: %v without an answer", name, reply, s.Verdict)
			}
			if s.Cause != "" && s.Verdict != Incorrect && s.Verdict != Partial {
				t.Fatalf("%s: %q: %v with a cause", name, reply, s.Verdict)
			}
			again, _ := Facts{}.Score(t.Context(), q)
			if again != s {
				t.Fatalf("%s: %q: two runs differ", name, reply)
			}
		}
	})
}

func TestLongReplies(t *testing.T) {
	for _, unit := range []string{"28 days ", "not ", "25 days or ", "没有", "नहीं ", "(", "a. ", "Brandt ", "=1", "> x\n", "managx1. ", "lena. x "} {
		for _, name := range []string{"leave", "who", "rent", "cities", "allowed"} {
			it := suites.Item{Question: items[name].Question, Language: "en", Answer: items[name].Answer, Traps: items[name].Traps}
			growth.Linear(t, name+": "+unit, longest-64, func(n int, timed func(func())) {
				reply := strings.Repeat(unit, n/len(unit))
				timed(func() { grade(&it, reply) })
			})
			if s := grade(&it, strings.Repeat(unit, 10<<20/len(unit))); s.Verdict != Unscored {
				t.Errorf("%s: ten megabytes are scored", name)
			}
		}
	}
}

var mix = []struct{ item, reply string }{
	{"leave", "Full-time employees get 28 days of annual leave in 2026 [hr-leave-2026]."},
	{"leave", "25 days was the 2025 figure; it is now 28."},
	{"leave", "The passages do not mention annual leave."},
	{"price", "Each licence costs EUR 12 a year, so 40 of them cost EUR 480."},
	{"due", "The invoice is due on 31 March 2026."},
	{"who", "Purchases over EUR 10,000 are approved by Lena Brandt."},
	{"allowed", "Yes, for up to 30 days a year."},
	{"invoice", "Invoice INV-20471 is overdue."},
	{"rent", "Not known."},
	{"zh-leave", "全职员工每年有28天年假。"},
	{"zh-price", "设备的价格为人民币350万元。"},
	{"zh-who", "由王丽华负责审批。"},
	{"zh-rent", "资料中没有提到月租金。"},
	{"hi-leave", "पूर्णकालिक कर्मचारी को 28 दिन की छुट्टी मिलती है।"},
	{"hi-price", "अनुबंध का मूल्य 12.5 लाख रुपये है।"},
	{"hi-rent", "ज्ञात नहीं।"},
}

// BenchmarkFacts scores short answers in three languages, of all kinds.
func BenchmarkFacts(b *testing.B) {
	qs := make([]Question, len(mix))
	for i, m := range mix {
		qs[i] = Question{Item: items[m.item], Trial: runners.Trial{Status: runners.OK, Response: runners.Response{Text: m.reply}}}
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		if _, err := (Facts{}).Score(b.Context(), qs[n%len(qs)]); err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "answers/s")
}
