package lab

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

// Whatever a page holds, the arms neither panic nor show what they promise not to, and show the same twice.
func FuzzArms(f *testing.F) {
	f.Add("Leave is 30 days. The other 30 days are unpaid.", "Leave was 28 days.", "duration", "30 days", "", "en")
	f.Add("| a | b |\n|---|---|\n| up to EUR 5,000 | 2 |\n| up to EUR 9,000 | 3 |", "", "number", "2", "", "en")
	f.Add("合同总价128万元（含税）。预付款20%。", "合同总价120万元。", "money", "25.6万元", "1280000 * 20 / 100", "zh")
	f.Add("मूल्य ₹38,50,000 है, 25 % अग्रिम।", "मूल्य ₹36,00,000 है।", "money", "₹9,62,500", "3850000 * 25 / 100", "hi")
	f.Add("Tuesday, 29 September 2026; 29 Sept.", "", "date", "2026-09-29", "", "en")
	f.Add("An 8-hour shift, one day.", "", "duration", "1 day", "", "en")
	f.Add("Dr. Silke Hamann, Hamann & Co.", "", "text", "Dr. Silke Hamann", "", "en")
	f.Add("Form SF-7 and firmware 2.4.3.", "", "id", "2.4.3", "", "en")
	f.Add("Open until 18:00, shut at 6 pm.", "", "text", "18:00", "", "en")
	f.Add("188 pieces, reorder at 200.", "", "bool", "yes", "188 < 200", "en")
	f.Fuzz(func(t *testing.T, page, old, kind, answer, derivation, lang string) {
		if !utf8.ValidString(page) || !utf8.ValidString(old) || !utf8.ValidString(answer) || len(page)+len(old) > 2000 || len(answer) > 100 {
			t.Skip()
		}
		day := func(s string) time.Time { d, _ := time.Parse(time.DateOnly, s); return d }
		s := &suites.Suite{Name: "fuzz", AsOf: day("2026-06-30"), Passages: []suites.Passage{
			{ID: "a", Title: "A page", Text: page, Language: lang, ValidFrom: day("2026-01-01"), Supersedes: "b"},
			{ID: "b", Title: "A page", Text: old, Language: lang, ValidFrom: day("2025-01-01"), ValidTo: day("2025-12-31")},
			{ID: "c", Title: "Another page", Text: "It rains on most days.", Language: "en"},
		}}
		it := suites.Item{ID: "i", Question: "How much is it?", Language: lang, Evidence: []string{"a"}, Derivation: derivation}
		if kind != "" {
			it.Answer = suites.Answer{Kind: value.Kind(kind), Text: answer}
		}
		if kind == string(value.Set) {
			it.Answer.Text, it.Answer.Set = "", strings.Split(answer, ";")
		}
		s.Items = []suites.Item{it}
		l := New(s, 7)
		for _, spec := range []string{"noisy:k=1", "distractors:k=1", "oracle:k=2", "incomplete", "stale", "stale:with=current", "counterfactual", "conflict", "injected"} {
			b := book(t, l, spec)
			if !b.Applies(it) {
				continue
			}
			shown, err := b.Open(t.Context(), it, 1)
			if err != nil {
				t.Fatalf("%s applies but %v", spec, err)
			}
			again, err := book(t, New(s, 7), spec).Open(t.Context(), it, 1)
			if err != nil || encode(t, again) != encode(t, shown) {
				t.Fatalf("%s shows something else the second time", spec)
			}
			for _, p := range shown.Passages {
				l.Mark(p, shown.Edits)
				if !utf8.ValidString(p.Text) {
					t.Fatalf("%s: %q is no text", spec, p.Text)
				}
			}
			if base := runners.BaseArm(spec); base != runners.Incomplete && base != runners.Counterfactual || !stated(it) {
				continue
			}
			// What the edited page says is what its reading back says.
			if text := shown.Passages[0].Text; states(text, it.Answer, lang) {
				t.Fatalf("%s: %q is still in %q", spec, answer, text)
			}
		}
	})
}

// A segment's text and what lies between make the page again, and a cut page loses nothing else.
func FuzzCut(f *testing.F) {
	f.Add("One. Two!\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- three\n- four", 3)
	f.Add("一。二；三\n\n四", 1)
	f.Fuzz(func(t *testing.T, s string, k int) {
		if !utf8.ValidString(s) || len(s) > 4000 || strings.Contains(s, "\r") {
			t.Skip()
		}
		segs := segments(s)
		at := 0
		for _, g := range segs {
			if g.Start < at || g.End < g.Start || g.End > len(s) {
				t.Fatalf("segment %v after %d in %q", g.Span, at, s)
			}
			at = g.End
		}
		if len(segs) == 0 {
			return
		}
		g := segs[((k%len(segs))+len(segs))%len(segs)]
		if out := cut(s, []segment{g}); len(out) > len(s) {
			t.Fatalf("%q grew to %q", s, out)
		}
	})
}
