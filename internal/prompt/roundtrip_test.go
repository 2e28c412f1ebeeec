package prompt

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Text that looks like the paper's own marks is what could break the way back.
var awkward = []string{"\n", "===", `\`, "[", "]", "(", ")", " ", "(edition of ", "版本日期 ", "(संस्करण तिथि ", "Question: ", "Date: ", "Passages:\n\n", "=== [x] y\n", "\n===\n\n", "\r", "n", "问题：", "a", "\xff", "|"}

func text(label string) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		if rapid.Bool().Draw(t, label+" free") {
			return rapid.String().Draw(t, label)
		}
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(awkward), 0, 12).Draw(t, label), "")
	})
}

func TestParseReadsEveryPaperBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Paper{
			Language: rapid.SampledFrom([]string{"en", "zh", "hi"}).Draw(t, "language"),
			AsOf:     text("as of").Draw(t, "as of"),
			Question: text("question").Draw(t, "question"),
			Tools:    rapid.Bool().Draw(t, "tools"),
		}
		for range rapid.IntRange(0, 3).Draw(t, "passages") {
			p.Passages = append(p.Passages, Passage{
				ID:    text("id").Draw(t, "id"),
				Title: text("title").Draw(t, "title"),
				Date:  text("date").Draw(t, "date"),
				Text:  text("text").Draw(t, "text"),
			})
		}
		got, err := Parse(p.Messages())
		if err != nil {
			t.Fatalf("parse: %v\n%s", err, p.Messages()[1].Content)
		}
		if !reflect.DeepEqual(got, p) {
			t.Fatalf("got  %+v\nwant %+v\nfrom %s", got, p, p.Messages()[1].Content)
		}
	})
}

func TestParseRefusesOtherMessages(t *testing.T) {
	paper := Paper{Question: "How many?", Passages: []Passage{{ID: "a", Text: "b"}}}.Messages()
	for name, msgs := range map[string][]Message{
		"none":               nil,
		"one":                {{Role: "user", Content: "Question: hello"}},
		"other instructions": {{Role: "system", Content: "Be kind."}, {Role: "user", Content: "Question: hello"}},
		"no question":        {paper[0], {Role: "user", Content: "hello"}},
		"unclosed passage":   {paper[0], {Role: "user", Content: "Passages:\n\n=== [a]\nb\n"}},
		"swapped":            {paper[1], paper[0]},
	} {
		if _, err := Parse(msgs); !errors.Is(err, ErrNotPaper) {
			t.Errorf("%s: got %v, want ErrNotPaper", name, err)
		}
	}
}

func TestParsePassagesReadsThemBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var pages []Passage
		for range rapid.IntRange(1, 4).Draw(t, "passages") {
			pages = append(pages, Passage{ID: text("id").Draw(t, "id"), Title: text("title").Draw(t, "title"), Date: text("date").Draw(t, "date"), Text: text("text").Draw(t, "text")})
		}
		got, err := ParsePassages(WritePassages(pages))
		if err != nil || !reflect.DeepEqual(got, pages) {
			t.Fatalf("%v: got %q, want %q", err, got, pages)
		}
	})
	for _, other := range []string{"", "\n", "| a | b |", "=== [x] y", "=== [x]\ntext\n===\nmore"} {
		if _, err := ParsePassages(other); !errors.Is(err, ErrNotPaper) {
			t.Errorf("%q: %v", other, err)
		}
	}
}

func FuzzParsePassages(f *testing.F) {
	f.Add(WritePassages([]Passage{{ID: "a", Title: "b", Date: "2026-01-01", Text: "c\n\\===\nd"}, {}}))
	f.Add("=== [x] y")
	f.Fuzz(func(t *testing.T, s string) {
		pages, err := ParsePassages(s)
		if err != nil {
			return
		}
		again, err := ParsePassages(WritePassages(pages))
		if err != nil || !reflect.DeepEqual(again, pages) {
			t.Fatalf("passages that were read are not read again: %q, %q, %v", pages, again, err)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, lang := range []string{"en", "zh", "hi"} {
		m := Paper{Language: lang, AsOf: "2026-06-30", Question: "How many?", Passages: []Passage{{ID: "a", Title: "b", Date: "2026-01-01", Text: "c\n\\===\nd"}}}.Messages()
		f.Add(lang, m[1].Content)
	}
	f.Fuzz(func(t *testing.T, lang, user string) {
		p, err := Parse([]Message{{Role: "system", Content: templateFor(lang).system}, {Role: "user", Content: user}})
		if err != nil {
			return
		}
		again, err := Parse(p.Messages())
		if err != nil || !reflect.DeepEqual(again, p) {
			t.Fatalf("a paper that was read is not read again: %+v, %+v, %v", p, again, err)
		}
	})
}
