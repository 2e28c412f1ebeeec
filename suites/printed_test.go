package suites

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/viva-eval/viva/internal/value"
)

func TestPrintAliases(t *testing.T) {
	const thousands = "(in thousands)\n| Revenue | $67,510 | 238 |\n| Tax | (4,697) | 2,019 |"
	money := func(text string) Answer { return Answer{Kind: value.Money, Text: text} }
	for _, tt := range []struct {
		why, question, page string
		skill               string
		answer              Answer
		want                []string
	}{
		{"the table keeps the scale apart", "What was revenue?", thousands, TableLookup, money("$67,510 thousand"), []string{"$67,510"}},
		{"a count", "How many units?", thousands, TableLookup, Answer{Kind: value.Number, Text: "238 thousand"}, []string{"238"}},
		{"no page names the scale", "What was revenue?", "Revenue 67,510", TableLookup, money("$67,510 thousand"), []string{"$67,510"}},
		{"the page writes the scale beside the figure", "What was revenue?", "Revenue was $67 million, in 67 towns.", SingleHop, money("$67 million"), nil},
		{"the page writes it with a letter", "What was revenue?", "Revenue was £67m, in 67 towns.", SingleHop, money("£67 million"), nil},
		{"the figure stands only beside its scale", "What was revenue?", "(in millions) Revenue was $67 million.", SingleHop, money("$67 million"), nil},
		{"the question asks for another scale", "What was revenue in USD millions?", thousands, TableLookup, money("$67,510 thousand"), nil},
		{"the question asks for this scale", "What was revenue in USD millions?", "Revenue 67,512 thousand", TableLookup, money("$67.5 million"), []string{"$67.5"}},
		{"an amount in the question asks for none", "What was revenue after the $5 million gift?", thousands, TableLookup, money("$67,510 thousand"), []string{"$67,510"}},
		{"a sum stands on no page", "What was the change?", thousands, Arithmetic, money("$1,212 thousand"), []string{"$1,212"}},
		{"another figure is no sum", "What was the change?", thousands, TableLookup, money("$1,212 thousand"), nil},
		{"it may be a year", "What was it?", thousands, TableLookup, money("$2,019 thousand"), nil},
		{"a minus is no year", "What was it?", thousands, TableLookup, money("-$2,019 thousand"), []string{"-$2,019"}},
		{"in brackets and nowhere without", "What was the tax?", thousands, TableLookup, Answer{Kind: value.Number, Text: "4,697"}, []string{"-4,697"}},
		{"in brackets, with the scale apart", "What was the tax?", thousands, TableLookup, money("$4,697 thousand"), []string{"$4,697", "-$4,697 thousand", "-$4,697"}},
		{"also without brackets", "What was the tax?", "(5) and 5", TableLookup, Answer{Kind: value.Number, Text: "5"}, nil},
		{"a tolerance has the answer's scale", "What was revenue?", thousands, TableLookup, Answer{Kind: value.Money, Text: "$67,510 thousand", Tolerance: 500}, nil},
		{"a per cent figure has no scale", "What was the margin?", "(in thousands) 12", TableLookup, Answer{Kind: value.Percent, Text: "12%"}, nil},
		{"a set, whole", "What were they?", thousands, TableLookup, Answer{Kind: value.Set, Set: []string{"$67,510 thousand", "$238 thousand"}}, []string{"$67,510; $238"}},
		{"a set, in part", "What were they?", thousands, TableLookup, Answer{Kind: value.Set, Set: []string{"$67,510 thousand", "$239 thousand"}}, nil},
	} {
		it := Item{ID: "q", Question: tt.question, Language: "en", Domain: "d", Source: "p", Skill: tt.skill, Evidence: []string{"p"}, Answer: tt.answer}
		it.printAliases(readPrint(tt.page))
		if d := cmp.Diff(tt.want, it.Answer.Aliases); d != "" {
			t.Errorf("%s: aliases (-want +got):\n%s", tt.why, d)
		}
		s := &Suite{Name: "s", Languages: []string{"en"}, Items: []Item{it}, Passages: []Passage{{ID: "p", Title: "P", Text: tt.page, Language: "en"}}}
		for _, f := range Lint(s) {
			if f.Rule == AliasConflict || f.Rule == AliasForm {
				t.Errorf("%s: the importer gives an alias that lint refuses: %s", tt.why, f)
			}
		}
	}
}

func TestLintRefusesWhatIsNotPrinted(t *testing.T) {
	const page = "(in thousands)\n| Revenue | $67,510 | 238 |\n| Tax | (4,697) | 51 |"
	for _, tt := range []struct {
		why, question, page string
		answer              Answer
	}{
		{"another scale word", "What?", page, Answer{Kind: value.Money, Text: "$67,510 thousand", Aliases: []string{"$67,510 million"}}},
		{"another figure", "What?", page, Answer{Kind: value.Money, Text: "$67,510 thousand", Aliases: []string{"$67,511"}}},
		{"the scale stands beside the figure", "What?", "Revenue was $67 million, in 67 towns.", Answer{Kind: value.Money, Text: "$67 million", Aliases: []string{"$67"}}},
		{"the question asks otherwise", "What, in millions?", page, Answer{Kind: value.Money, Text: "$67,510 thousand", Aliases: []string{"$67,510"}}},
		{"beside a tolerance", "What?", page, Answer{Kind: value.Money, Text: "$67,510 thousand", Tolerance: 1, Aliases: []string{"$67,510"}}},
		{"no brackets on the page", "What?", page, Answer{Kind: value.Number, Text: "51", Aliases: []string{"-51"}}},
		{"a plus where the page has brackets", "What?", page, Answer{Kind: value.Number, Text: "-4,697", Aliases: []string{"4,697"}}},
		{"the year", "What?", "(in thousands) 2,019", Answer{Kind: value.Number, Text: "2,019 thousand", Aliases: []string{"2,019"}}},
	} {
		s := &Suite{Name: "s", Languages: []string{"en"}, Passages: []Passage{{ID: "p", Title: "P", Text: tt.page, Language: "en"}},
			Items: []Item{{ID: "q", Question: tt.question, Language: "en", Domain: "d", Source: "p", Skill: TableLookup, Evidence: []string{"p"}, Answer: tt.answer}}}
		var rules []string
		for _, f := range Lint(s) {
			rules = append(rules, string(f.Rule))
		}
		if !strings.Contains(strings.Join(rules, " "), string(AliasConflict)) {
			t.Errorf("%s: no %s among %v", tt.why, AliasConflict, rules)
		}
	}
}
