package grounded

import (
	"testing"
	"time"
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/text"
)

// FuzzClaims: claims lie in their sentence, in order, and hold all of its words.
func FuzzClaims(f *testing.F) {
	for _, s := range []string{leave, supply, lease, shop, "a, b, c; d: e — f", "（一）甲，乙；丙：丁", "और, लेकिन, जो", "1. x\n2) y", "\xff,\xfe and \xfd"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 1<<14 {
			return
		}
		var x lexer
		a := read(&x, s)
		at, word := 0, 0
		for _, c := range a.claims {
			in := a.sentences[c.sentence]
			if c.Start < in.Start || c.End > in.End || c.Start > c.End {
				t.Fatalf("claim %v outside its sentence %v of %q", c.Span, in, s)
			}
			if c.Start < at && a.sentences[c.sentence].Start >= at {
				t.Fatalf("claim %v begins before %d in %q", c.Span, at, s)
			}
			at = c.Start
			if c.from != word || c.to < c.from {
				t.Fatalf("claim has the words %d to %d after %d in %q", c.from, c.to, word, s)
			}
			word = c.to
		}
		if word != len(a.words) {
			t.Fatalf("claims hold %d of %d words of %q", word, len(a.words), s)
		}
	})
}

// FuzzScore: any passage and answer give a support between 0 and 1, and flags within the answer, on character boundaries when
// the answer is valid UTF-8.
func FuzzScore(f *testing.F) {
	f.Add(leave, "Employees get 28 days [1].", "en")
	f.Add(supply, "单价为人民币950元。", "zh")
	f.Add(lease, "किराया ₹54,000 है।", "hi")
	f.Add(shop, "Open 9 to 5:30 pm Monday through Sunday, no WiFi.", "en")
	f.Add(`{"Sunday":"25:99-3:"}`, "24:00 noon 12 am 13pm", "")
	f.Fuzz(func(t *testing.T, passage, answer, lang string) {
		if len(passage)+len(answer) > 1<<14 {
			return
		}
		q := asked(lang, "What is it?", answer, passage)
		start := time.Now()
		defer func() {
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("took %v", took)
			}
		}()
		s, err := (Scorer{}).Score(t.Context(), q)
		if err != nil || !(s.Value >= 0 && s.Value <= 1) {
			t.Fatalf("support %v, %v", s.Value, err)
		}
		spans, err := (Scorer{}).Spans(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		last := text.Span{Start: -1, End: -1}
		for _, p := range spans {
			if p.Start <= last.End || p.End <= p.Start || p.End > len(answer) {
				t.Fatalf("spans %v of %q", spans, answer)
			}
			if utf8.ValidString(answer) && !utf8.ValidString(p.Of(answer)) {
				t.Fatalf("span %v cuts a character of %q", p, answer)
			}
			last = p
		}
	})
}
