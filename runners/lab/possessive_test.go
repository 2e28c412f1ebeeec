package lab

import (
	"strings"
	"testing"

	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/suites"
)

// A name in the possessive is the name: it goes where the answer goes, and its page is no distractor.
func TestNamesInThePossessive(t *testing.T) {
	s := &suites.Suite{Passages: []suites.Passage{
		{ID: "a", Title: "Contacts", Text: "The contact is Dr. Silke Hamann. Dr. Silke Hamann’s office is on the first floor. Hamann's deputy is away.", Language: "en"},
		{ID: "b", Title: "Floors", Text: "On the first floor is Silke Hamann's office.", Language: "en"},
		{ID: "c", Title: "Doors", Text: "The first floor is locked at night.", Language: "en"},
	}}
	it := suites.Item{ID: "i", Question: "Who is the contact on the first floor?", Language: "en", Evidence: []string{"a"},
		Answer: suites.Answer{Kind: value.Text, Text: "Dr. Silke Hamann", Aliases: []string{"Silke Hamann", "Hamann"}}}
	l := New(s, 1)
	for _, p := range l.distractors(it, 2) {
		if p.ID != "c" {
			t.Errorf("the distractor %s names her", p.ID)
		}
	}
	out, why := l.edited(it)
	if why != "" {
		t.Fatal(why)
	}
	now := out.passages[0].Text
	if strings.Contains(now, "Hamann") || strings.Count(now, "’s office") != 1 || strings.Count(now, "'s deputy") != 1 {
		t.Error(now)
	}
	it.Answer.Aliases = nil // the surname alone is then exchanged by its word
	if out, why = l.edited(it); why != "" || strings.Contains(out.passages[0].Text, "Hamann") || strings.Count(out.passages[0].Text, "'s deputy") != 1 {
		t.Error(why, out.passages)
	}
	it.Answer.Aliases = []string{"Hamann"}
	if out, why = l.incomplete(it); why != nothingLeft {
		t.Error(why, out.passages)
	}
}
