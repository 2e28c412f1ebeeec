package suites

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/viva-eval/viva/internal/value"
)

func TestSoleValueOfAGold(t *testing.T) {
	text := func(s string) Answer { return Answer{Kind: value.Text, Text: s} }
	for _, tt := range []struct {
		why, question, gold, scale string
		want                       Answer
	}{
		{"a verb before the sum", "How much did income change by?", "decreased $352 million", "", Answer{Kind: value.Money, Text: "$352 million"}},
		{"a sentence that repeats the question", "How long is the amortization period?", "The amortization period is 13.0 years.", "", Answer{Kind: value.Duration, Text: "13.0 years"}},
		{"a count, and a period that is not asked for", "How many RSUs were granted in the period of 2017?", "a total of 866.6 RSUs", "", Answer{Kind: value.Number, Text: "866.6"}},
		{"the scale of the row", "How many RSUs were granted?", "a total of 866.6 RSUs", "thousand", Answer{Kind: value.Number, Text: "866.6 thousand", Number: "866600"}},
		{"a day", "When was it complete?", "By January 31, 2019, it was complete.", "", Answer{Kind: value.Date, Text: "2019-01-31", Aliases: []string{"January 31, 2019"}}},
		{"a year beside the sum is of another kind", "What was the increase in income?", "It rose to $299.3 million in 2019", "", Answer{Kind: value.Money, Text: "$299.3 million"}},
		{"a stray mark", "What was the exchange rate?", "`70.07", "", Answer{Kind: value.Number, Text: "70.07"}},
		{"quotes around the whole", "What is it called?", `"Accounts payable"`, "", text("Accounts payable")},
		{"two sums", "How much did it change?", "from $5 million to $6 million", "", text("from $5 million to $6 million")},
		{"a denial", "What was the amount of penalties?", "no penalties above $5 million", "", text("no penalties above $5 million")},
		{"a bound", "How many countries are there?", "over 50 countries", "", text("over 50 countries")},
		{"a reason", "Why did the amount change?", "due to sales of $5 million", "", text("due to sales of $5 million")},
		{"no amount is asked for", "What does it exclude?", "payments of $361 million", "", text("payments of $361 million")},
		{"a figure of another kind beside it", "How long is the term?", "7 years for 3 leases", "", text("7 years for 3 leases")},
		{"a day without its year", "When is the year end?", "Year ended May 31", "", text("Year ended May 31")},
	} {
		row := tatqaRow{Question: tt.question, Gold: []string{tt.gold}, Scale: tt.scale}
		if d := cmp.Diff(tt.want, tatqaAnswer(row, tidy(tt.gold), "")); d != "" {
			t.Errorf("%s: (-want +got)\n%s", tt.why, d)
		}
	}
}

func TestTidy(t *testing.T) {
	for gold, want := range map[string]string{" `70.07` ": "70.07", "“SAO” and “PEP”": "“SAO” and “PEP”", `"a" and "b"`: `"a" and "b"`, "“x”": "x", `""`: `""`, "`": "", "the group's": "the group's"} {
		if got := tidy(gold); got != want {
			t.Errorf("tidy(%q) = %q, want %q", gold, got, want)
		}
	}
}
