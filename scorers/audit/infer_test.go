package audit_test

import (
	"reflect"
	"testing"

	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/scorers/audit"
	"github.com/viva-eval/viva/suites"
)

func TestInfer(t *testing.T) {
	for _, c := range []struct {
		why, question string
		golds         []string
		want          suites.Answer
	}{
		{"no gold, no answer", "who?", nil, suites.Answer{}},
		{"a name", "who wrote it", []string{"Ada Lovelace", "Lovelace"}, suites.Answer{Kind: value.Text, Text: "Ada Lovelace", Aliases: []string{"Lovelace"}}},
		{"a preposition says nothing", "how did he die", []string{"in an explosion"},
			suites.Answer{Kind: value.Text, Text: "in an explosion", Aliases: []string{"an explosion"}}},
		{"brackets explain, capitals in them abbreviate", "what is it", []string{"adenosine diphosphate (ADP)", "Pygmies (short height)"},
			suites.Answer{Kind: value.Text, Text: "adenosine diphosphate (ADP)",
				Aliases: []string{"Pygmies (short height)", "adenosine diphosphate", "ADP", "Pygmies"}}},
		{"either side of or", "which is it", []string{"Hokey Cokey or Cokey Cokey"},
			suites.Answer{Kind: value.Text, Text: "Hokey Cokey or Cokey Cokey", Aliases: []string{"Hokey Cokey", "Cokey Cokey"}}},
		{"a clause that explains", "who was it", []string{"Nicholas Breakspear, who was Adrian IV"},
			suites.Answer{Kind: value.Text, Text: "Nicholas Breakspear, who was Adrian IV", Aliases: []string{"Nicholas Breakspear"}}},
		{"a length said twice", "what was the height", []string{"5.97 m (19 ft 7 in)"}, suites.Answer{Kind: value.Number, Text: "5.97 m"}},
		{"a year, asked for by when", "when did it open", []string{"in 1999", "1999"}, suites.Answer{Kind: value.Date, Text: "1999", Aliases: []string{"1999"}}},
		{"a decade", "when was it built", []string{"in the 1990s"}, suites.Answer{Kind: value.Date, Text: "the 1990s"}},
		{"a date goes before its decade", "when was it caught", []string{"in the 1960s", "November 1961"},
			suites.Answer{Kind: value.Date, Text: "November 1961", Aliases: []string{"the 1960s", "1961"}}},
		{"a year that is counted", "how many members were there", []string{"2016"}, suites.Answer{Kind: value.Number, Text: "2016"}},
		{"a year that free text would take for a number", "when was it founded", []string{"1757"}, suites.Answer{Kind: value.Text, Text: "1757"}},
		{"a date among names that do not answer when", "when did it come in", []string{"the bill", "21 June 2007"},
			suites.Answer{Kind: value.Date, Text: "21 June 2007", Aliases: []string{"the bill", "2007"}}},
		{"a date among names that answer where", "where did they settle", []string{"1985", "Arenosa Creek"},
			suites.Answer{Kind: value.Text, Text: "1985", Aliases: []string{"Arenosa Creek"}}},
		{"a count in words", "how many books are there", []string{"seven", "7"}, suites.Answer{Kind: value.Number, Text: "seven", Aliases: []string{"7"}}},
		{"a count with its noun", "how many rooms are there", []string{"775 rooms"}, suites.Answer{Kind: value.Number, Text: "775 rooms"}},
		{"a band named by a figure", "who sang it", []string{"10 years"}, suites.Answer{Kind: value.Text, Text: "10 years"}},
		{"a scale in the question", "What is net AR (in USD millions)?", []string{"$1616.00"},
			suites.Answer{Kind: value.Money, Text: "$1616 million", Aliases: []string{"$1616"}}},
		{"places in the question", "What is the ratio? Round your answer to two decimal places.", []string{"0.8"},
			suites.Answer{Kind: value.Number, Text: "0.8", Tolerance: .005}},
		{"places and scale in the question", "What is it in USD millions, to one decimal place?", []string{"$1.5"},
			suites.Answer{Kind: value.Money, Text: "$1.5 million", Aliases: []string{"$1.5"}, Tolerance: 50000}},
		{"yes explained", "Does it have working capital?", []string{"Yes. It had $831 million."}, suites.Answer{Kind: value.Bool, Text: "yes", Aliases: []string{"Yes. It had $831 million."}}},
		{"no with an adverb", "do you have to have a permit", []string{"Typically, no"}, suites.Answer{Kind: value.Bool, Text: "no"}},
		{"yes in Chinese", "出差可以坐商务舱吗？", []string{"可以"}, suites.Answer{Kind: value.Bool, Text: "可以"}},
		{"whether in Chinese", "合同是否已续签", []string{"否"}, suites.Answer{Kind: value.Bool, Text: "否"}},
		{"no in Hindi", "क्या घर से काम करने की अनुमति है?", []string{"नहीं"}, suites.Answer{Kind: value.Bool, Text: "नहीं"}},
		{"what in Hindi", "इसका नाम क्या है?", []string{"हाँ"}, suites.Answer{Kind: value.Text, Text: "हाँ"}},
		{"no is the head of a name", "Who wrote Dr. Julius?", []string{"No Name"}, suites.Answer{Kind: value.Text, Text: "No Name"}},
		{"the one amount of a sentence", "What was the EBITDA for FY 2023", []string{"The Adj. EBITDA was $2,018mn in FY 2023"},
			suites.Answer{Kind: value.Money, Text: "$2,018mn"}},
		{"the question's own figure is no answer", "How much of the $5 million is left?", []string{"Of $5 million, $2 million is left."},
			suites.Answer{Kind: value.Money, Text: "$2 million"}},
		{"a reason with a figure is no amount", "Why did the total fall?", []string{"Sales fell by 5%."}, suites.Answer{Kind: value.Text, Text: "Sales fell by 5%."}},
		{"a change from one to another", "How much has the rate changed?", []string{"It has changed from 20% to 23%."},
			suites.Answer{Kind: value.Set, Set: []string{"20%", "23%"}}},
		{"a list that was asked for", "What are the regions?", []string{"Regions: North, South, and West."},
			suites.Answer{Kind: value.Set, Set: []string{"North", "South", "West"}}},
		{"a list that was not asked for", "Who came?", []string{"Paris, Texas, America"}, suites.Answer{Kind: value.Text, Text: "Paris, Texas, America"}},
		{"a place in a wider one", "Where was it held?", []string{"Dodger Stadium, Los Angeles"},
			suites.Answer{Kind: value.Text, Text: "Dodger Stadium, Los Angeles", Aliases: []string{"Dodger Stadium"}}},
		{"a surname before a comma is no place", "Whose rule is it?", []string{"Fleming, Sir John"}, suites.Answer{Kind: value.Text, Text: "Fleming, Sir John"}},
		{"what bears the name", "who wrote it", []string{"English author Rudyard Kipling"},
			suites.Answer{Kind: value.Text, Text: "English author Rudyard Kipling", Aliases: []string{"Rudyard Kipling"}}},
		{"what bears a name with an article", "who sings it", []string{"English rock band the Outfield"},
			suites.Answer{Kind: value.Text, Text: "English rock band the Outfield", Aliases: []string{"the Outfield"}}},
		{"a part of a place is not the place", "what part is it in", []string{"northwest Washington"}, suites.Answer{Kind: value.Text, Text: "northwest Washington"}},
		{"a preposition inside a name", "which battle was it", []string{"Battle of Antietam"}, suites.Answer{Kind: value.Text, Text: "Battle of Antietam"}},
		{"a sort of place and its name", "where does it play", []string{"The Republic of Tecala"},
			suites.Answer{Kind: value.Text, Text: "The Republic of Tecala", Aliases: []string{"Republic of Tecala", "Tecala"}}},
		{"or more adds nothing to a name", "how old must one be", []string{"16 or older"},
			suites.Answer{Kind: value.Text, Text: "16 or older", Aliases: []string{"16"}}},
		{"when asks for the day where it asks for it", "what day was it when did it open", []string{"21 June 2007"}, suites.Answer{Kind: value.Date, Text: "21 June 2007"}},
		{"sums have two places whatever they are worth", "What is capex (in USD billions)?", []string{"$4.60"},
			suites.Answer{Kind: value.Money, Text: "$4.6 billion", Aliases: []string{"$4.6"}}},
		{"a share", "what percentage is it", []string{"13.5%"}, suites.Answer{Kind: value.Percent, Text: "13.5%"}},
	} {
		got := audit.Infer(c.golds, c.question, "en")
		if len(got.Aliases) == 0 {
			got.Aliases = nil
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %s %q\ngot  %+v\nwant %+v", c.why, c.question, c.golds, got, c.want)
		}
	}
}
