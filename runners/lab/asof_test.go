package lab

import (
	"testing"

	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/retrieval"
	"github.com/viva-eval/viva/suites"
)

// Over last year's corpus, what is due is what the old editions state.
func TestDatedExpectsWhatTheSnapshotHolds(t *testing.T) {
	l := New(meridian(), 1)
	day, err := ParseDay("2025-12-31")
	if err != nil {
		t.Fatal(err)
	}
	b := l.Dated(retrieval.NewBM25(l.Snapshot(day)))
	for id, want := range map[string]struct {
		expect runners.Expectation
		stale  string
	}{
		"hr-001":    {runners.ExpectAbstain, "28 days"}, // another value then
		"fin-021":   {runners.ExpectEither, ""},         // the same cities
		"leg-002":   {runners.ExpectAnswer, ""},         // an agreement in force then as now
		"zh-hr-001": {runners.ExpectAbstain, "10天"},     // in Chinese
		"hi-hr-001": {runners.ExpectAbstain, "18 दिन"},  // in Hindi
		"hr-014":    {runners.ExpectAbstain, ""},        // a calendar that did not exist
		"fin-006":   {runners.ExpectAbstain, ""},        // nobody could know
		"fin-013":   {runners.ExpectAbstain, ""},        // a ledger of June
	} {
		var it suites.Item
		for _, x := range meridian().Items {
			if x.ID == id {
				it = x
			}
		}
		s, err := b.Open(t.Context(), it, 5)
		if err != nil {
			t.Fatal(err)
		}
		planted := ""
		for _, e := range s.Edits {
			if e.PassageID == "" {
				planted = e.To
			}
		}
		if s.Expect != want.expect || planted != want.stale {
			t.Errorf("%s: expects %s with the old value %q, want %s with %q", id, s.Expect, planted, want.expect, want.stale)
		}
	}
}

func TestDistractorsOfAComputedAnswerLackItsOperandsTogether(t *testing.T) {
	s := &suites.Suite{Passages: []suites.Passage{
		{ID: "a", Title: "Order", Text: "30 pieces at EUR 250.", Language: "en"},
		{ID: "b", Title: "Order copy", Text: "30 pieces of steel at a price of EUR 250.", Language: "en"},
		{ID: "c", Title: "Order sum", Text: "The order came to EUR 7,500.", Language: "en"},
		{ID: "d", Title: "Order of price", Text: "Another order has a price of EUR 250.", Language: "en"},
	}}
	it := suites.Item{ID: "i", Question: "What is the price of the order?", Language: "en", Evidence: []string{"a"},
		Answer: suites.Answer{Kind: value.Money, Text: "EUR 7,500"}, Derivation: "30 * 250"}
	found := New(s, 1).distractors(it, 3)
	if len(found) != 1 || found[0].ID != "d" {
		t.Errorf("distractors %v, want d alone", found)
	}
}

func TestStepsKeepTheirRows(t *testing.T) {
	page := "| Value | Discount |\n|---|---|\n| from EUR 10,000 | 4 % |\n| from EUR 25,000 | 7 % |\n| from EUR 60,000 | 11 % |"
	s := &suites.Suite{Passages: []suites.Passage{{ID: "a", Title: "Discounts", Text: page, Language: "en"}}}
	it := suites.Item{ID: "i", Question: "Which discount has an order of EUR 40,000?", Language: "en", Evidence: []string{"a"}, Answer: suites.Answer{Kind: value.Percent, Text: "7 %"}}
	out, why := New(s, 1).incomplete(it)
	if why != "" {
		t.Fatal(why)
	}
	if want := "| Value | Discount |\n|---|---|\n| from EUR 10,000 | 4 % |\n| from EUR 25,000 | – |\n| from EUR 60,000 | 11 % |"; out.passages[0].Text != want {
		t.Errorf("got\n%s\nwant\n%s", out.passages[0].Text, want)
	}
}

func TestReasonsForLeavingOut(t *testing.T) {
	s := &suites.Suite{Passages: []suites.Passage{{ID: "a", Title: "Leave of 30 days", Text: "Leave is 30 days.", Language: "en"}, {ID: "b", Title: "Leave", Text: "Leave is 30 days.", Language: "en"}}}
	l := New(s, 1)
	days := suites.Answer{Kind: value.Duration, Text: "30 days"}
	for _, c := range []struct {
		item suites.Item
		arm  string
		want string
	}{
		{suites.Item{ID: "1", Answer: days}, "incomplete", noEvidence},
		{suites.Item{ID: "2", Answer: days, Evidence: []string{"x"}}, "incomplete", noPassage},
		{suites.Item{ID: "3", Evidence: []string{"a"}}, "counterfactual", noAnswer},
		{suites.Item{ID: "4", Answer: days, Evidence: []string{"a"}}, "incomplete", titleHolds},
		{suites.Item{ID: "5", Answer: days, Evidence: []string{"b"}}, "incomplete", nothingLeft},
		{suites.Item{ID: "6", Answer: suites.Answer{Kind: value.Duration, Text: "31 days"}, Evidence: []string{"b"}}, "incomplete", notFound},
		{suites.Item{ID: "7", Answer: suites.Answer{Kind: value.Bool, Text: "no"}, Evidence: []string{"b"}}, "incomplete", notPlain},
		{suites.Item{ID: "8", Answer: suites.Answer{Kind: value.Text, Text: "leave"}, Evidence: []string{"b"}}, "counterfactual", notEditable},
		{suites.Item{ID: "9", Answer: suites.Answer{Kind: value.Number, Text: "60"}, Derivation: "20 * 3", Evidence: []string{"b"}}, "incomplete", notDerivable},
		{suites.Item{ID: "10", Answer: days, Evidence: []string{"a"}}, "noisy", fewPassages},
		{suites.Item{ID: "11", Answer: days, Evidence: []string{"a"}}, "stale", noEdition},
	} {
		c.item.Question, c.item.Language = "How much leave is there?", "en"
		b := book(t, l, c.arm)
		if got := b.LeftOut(c.item); got != c.want {
			t.Errorf("item %s under %s: left out because %q, want %q", c.item.ID, c.arm, got, c.want)
		}
		if _, err := b.Open(t.Context(), c.item, 5); err == nil {
			t.Errorf("item %s under %s is opened", c.item.ID, c.arm)
		}
	}
}
