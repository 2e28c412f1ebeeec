package prompt

import (
	"fmt"
	"strings"
	"testing"
)

// The digest is stored with every run: answers to other words are answers to another paper. Whoever changes a word raises
// [Version] and writes the new digest here.
func TestDigestPinsTheWording(t *testing.T) {
	const want = "80a63bab613cc2ec"
	if got := Digest(); got != want {
		t.Errorf("version %s has digest %s, want %s: a template has changed, raise Version", Version, got, want)
	}
}

func TestPapersDifferOnlyInTheirPassages(t *testing.T) {
	for _, lang := range []string{"en", "zh", "hi", "fr"} {
		closed := Paper{Language: lang, AsOf: "2026-06-30", Question: "Which?"}
		open := closed
		open.Passages = []Passage{{ID: "a", Title: "A page", Date: "2026-01-01", Text: "It is blue."}}
		c, o := closed.Messages(), open.Messages()
		if c[0] != o[0] {
			t.Errorf("%s: the instructions differ between arms", lang)
		}
		if !strings.HasSuffix(o[1].Content, c[1].Content) {
			t.Errorf("%s: %q does not end like %q", lang, o[1].Content, c[1].Content)
		}
		if !strings.Contains(c[0].Content, NotKnown(lang)) {
			t.Errorf("%s: the paper does not invite %q", lang, NotKnown(lang))
		}
		if !strings.Contains(c[1].Content, "2026-06-30") {
			t.Errorf("%s: the paper does not state its date", lang)
		}
	}
}

// The papers with tools have a digest of their own, so that a word in them leaves the other arms as they are.
func TestPapersWithTools(t *testing.T) {
	const want = "e7597dec2f7d10fe"
	if got := ToolsDigest(); got != want {
		t.Errorf("digest %s, want %s: a template has changed", got, want)
	}
	for _, lang := range []string{"en", "zh", "hi"} {
		without := Paper{Language: lang, AsOf: "2026-06-30", Question: "Which?"}
		with := without
		with.Tools = true
		a, b := without.Messages(), with.Messages()
		if a[0] == b[0] || a[1] != b[1] || !strings.Contains(b[0].Content, NotKnown(lang)) {
			t.Errorf("%s: %q, %q", lang, a, b)
		}
	}
}

func TestNotKnown(t *testing.T) {
	for lang, want := range map[string]string{"en": "Not known.", "zh": "不知道。", "hi": "ज्ञात नहीं।", "": "Not known.", "fr": "Not known."} {
		if got := NotKnown(lang); got != want {
			t.Errorf("%q: %q, want %q", lang, got, want)
		}
	}
}

func ExamplePaper_Messages() {
	p := Paper{
		Language: "en",
		AsOf:     "2026-06-30",
		Question: "How many days of annual leave are there?",
		Passages: []Passage{
			{ID: "leave-2026", Title: "Leave policy", Date: "2026-01-01", Text: "Annual leave is 28 days."},
			{ID: "note", Text: "A line of a text\n=== that looks like a mark\nis told from one."},
		},
	}
	fmt.Println(p.Messages()[1].Content)
	// Output:
	// Passages:
	//
	// === [leave-2026] Leave policy (edition of 2026-01-01)
	// Annual leave is 28 days.
	// ===
	//
	// === [note]
	// A line of a text
	// \=== that looks like a mark
	// is told from one.
	// ===
	//
	// Date: 2026-06-30
	// Question: How many days of annual leave are there?
}

func BenchmarkPaper(b *testing.B) {
	p := Paper{Language: "en", AsOf: "2026-06-30", Question: "How many?"}
	for i := range 5 {
		p.Passages = append(p.Passages, Passage{ID: fmt.Sprint(i), Title: "Page", Date: "2026-01-01", Text: strings.Repeat("A line of two hundred words or so.\n", 30)})
	}
	b.Run("Messages", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			p.Messages()
		}
	})
	msgs := p.Messages()
	b.Run("Parse", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Parse(msgs); err != nil {
				b.Fatal(err)
			}
		}
	})
}
