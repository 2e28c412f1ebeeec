package runners_test

import (
	"testing"

	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

// TestConnectorExpects: what a connector's passages hold decides what is to be expected, by their identifiers where the item names some of theirs.
func TestConnectorExpects(t *testing.T) {
	s := &suites.Suite{Passages: []suites.Passage{{ID: "own", Text: "Leave is 29 days."}}}
	answer := suites.Answer{Kind: value.Duration, Text: "29 days"}
	found := []suites.Passage{{ID: "crm#7", Text: "29 days of leave", Language: "en"}}
	for _, c := range []struct {
		item suites.Item
		want runners.Expectation
		why  string
	}{
		{suites.Item{Language: "en", Answer: answer}, runners.ExpectAnswer, "no evidence named: the passages state it"},
		{suites.Item{Language: "en", Answer: answer, Evidence: []string{"own"}}, runners.ExpectAnswer, "evidence of the suite's own corpus: the passages state it"},
		{suites.Item{Language: "en", Answer: answer, Evidence: []string{"crm#8"}}, runners.ExpectAbstain, "evidence of the connector's corpus, another record"},
		{suites.Item{Language: "en", Answer: answer, Evidence: []string{"crm#7"}}, runners.ExpectAnswer, "that record"},
		{suites.Item{Language: "en", Answer: suites.Answer{Kind: value.Duration, Text: "30 days"}}, runners.ExpectAbstain, "another value"},
		{suites.Item{Language: "en", Answer: suites.Answer{Kind: value.Bool, Text: "yes"}}, runners.ExpectEither, "a yes is not looked for"},
		{suites.Item{Language: "en"}, runners.ExpectAbstain, "nobody knows"},
	} {
		shown, err := runners.FromConnector(fixed(found), s).Open(t.Context(), c.item, 3)
		if err != nil || shown.Expect != c.want {
			t.Errorf("%s: %q, %v; want %q", c.why, shown.Expect, err, c.want)
		}
	}
}
