package suites

import (
	"testing"

	"github.com/viva-eval/viva/internal/value"
)

func TestStates(t *testing.T) {
	days := Item{Language: "en", Answer: Answer{Kind: value.Duration, Text: "30 days"}}
	two := Item{Language: "en", Answer: Answer{Kind: value.Set, Set: []string{"Leipzig", "Graz"}}}
	sum := Item{Language: "en", Answer: Answer{Kind: value.Number, Text: "15"}, Derivation: "7 + 8"}
	for _, c := range []struct {
		item Item
		text string
		want Statement
		why  string
	}{
		{days, "Notice is thirty days.", Stated, "the same value in words"},
		{days, "Notice is 31 days.", NotStated, "another value"},
		{days, "", NotStated, "nothing"},
		{two, "Plants are in Graz and Leipzig.", Stated, "all members"},
		{two, "The plant is in Graz.", NotStated, "one member"},
		{two, "Graz's plant is like Leipzig’s.", Stated, "in the possessive"},
		{two, "Grazer Straße leads to Leipzig.", NotStated, "another word"},
		{sum, "7 here and 8 there", Unclear, "the sum need not stand there"},
		{sum, "15 in all", Stated, "though it may"},
		{Item{Language: "en", Answer: Answer{Kind: value.Bool, Text: "yes"}}, "Yes, it is.", Unclear, "a yes is not looked for"},
		{Item{Language: "en"}, "30", Unclear, "no answer"},
	} {
		if got := States(c.item, []Passage{{ID: "a", Text: c.text, Language: "en"}}); got != c.want {
			t.Errorf("%q: %d, want %d: %s", c.text, got, c.want, c.why)
		}
	}
}
