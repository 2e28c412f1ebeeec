package scorers

import (
	"testing"

	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

// Rules that come from answers which people have judged, on made-up answers of the same form.
func TestFactsAsPeopleJudge(t *testing.T) {
	type row struct {
		question string
		answer   suites.Answer
		reply    string
		want     Verdict
		final    bool
		why      string
	}
	rows := map[string][]row{
		"persons": {
			{"Who sings it?", answer(value.Text, "David Quillan"), "It is Dave Quillan.", Correct, true, "an everyday short form"},
			{"Who sings it?", answer(value.Text, "Daniel Quillan"), "It is Daniela Quillan.", Incorrect, false, "no short form but another name"},
			{"Who wrote it?", answer(value.Text, "L. K. Adwali"), "L.K. Adwali wrote it.", Correct, true, "initials without spaces"},
			{"Who wrote it?", answer(value.Text, "T.S. Varrow"), "It was written by T. S.  Varrow.", Correct, true, "initials with spaces"},
			{"Who plays her?", answer(value.Text, "Geraldine Agnew-Somers"), "Geraldine Somers plays her.", Correct, true, "half of a double surname behind the given name"},
			{"Who plays her?", answer(value.Text, "Geraldine Agnew-Somers"), "Paula Somers plays her.", Incorrect, false, "half of a double surname of someone else"},
			{"Which museum is it?", answer(value.Text, "Peter Getwell Museum"), "The museum of modern art.", Incorrect, false, "the question's own word is no surname"},
			{"What are the types?", answer(value.Text, "Introverted Sensing"), "They are Introverted, Sensing and others", Correct, false, "members of a list are words, no person"},
		},
		"names": {
			{"Which team was it?", answer(value.Text, "San Marco Giants"), "The San Marco Rangers", Incorrect, false, "without its head a name is another's"},
			{"Where is it?", answer(value.Text, "Lowmoor Hall in Lincolnshire"), "Lowmoor Hall", Correct, false, "the head stands before the preposition"},
			{"What is sold?", answer(value.Text, "Eye glasses"), "They sell eyeglasses.", Correct, false, "a compound in one word"},
			{"What is shown?", answer(value.Text, "optical head-mounted display"), "An optical display that is mounted on the head.", Correct, false, "a compound in its parts"},
			{"Where was it filmed?", answer(value.Text, "the United Kingdom"), "It was filmed in the UK.", Correct, false, "initials"},
			{"Where do I get it?", answer(value.Text, "DMV"), "At your local Department of Motor Vehicles.", Correct, false, "initials spelled out"},
			{"Where do I get it?", answer(value.Text, "DMV"), "At the Department of Mines.", Incorrect, false, "other initials"},
			{"Where does it come from?", answer(value.Text, "Spain"), "It is of Spanish origin.", Correct, false, "the adjective of a country"},
			{"What do lithium batteries hold?", answer(value.Text, "Lithium", "lithium salts"), "Lithium batteries hold spodumene.", Incorrect, false, "the question's own words"},
			{"Is it lithium batteries or lead batteries?", answer(value.Text, "Lithium"), "It is lithium batteries.", Correct, true, "a choice that the question offers"},
			{"Who led it?", answer(value.Text, "Hugo Wanning"), "It was led byHugo Wanningin 1987.", Correct, false, "words that ran together on both sides"},
			{"Who led it?", answer(value.Text, "Will Wanning"), "It was led by Will Wanningson.", Incorrect, false, "a longer name is another, where nothing ran together"},
			{"Why did it end?", answer(value.Text, "hunt"), "People differ on it. Some hold that hunting ended it. It was long ago.", Unscored, false, "one word in another form deep in a reply"},
			{"What is it called?", answer(value.Text, `"Mend You"`), "It is called Mend You.", Correct, true, "quotation marks around a title"},
		},
		"values": {
			{"When was it founded?", answer(value.Date, "2002", "2001", "October 2004"), "On October 16, 2004.", Correct, true, "an alias at its own grain"},
			{"How many senators are there?", answer(value.Number, "100", "100 members"), "There are 100 members, with two senators a state.", Correct, true, "the noun of an alias"},
			{"How many terms may a mayor serve?", answer(value.Number, "two"), "A mayor may serve three two-year terms.", Incorrect, true, "two-year is no number of terms"},
			{"How tall is she?", answer(value.Number, "6ft 1in"), "She is 6 feet 1 inch tall.", Correct, true, "feet and inches"},
			{"What was the loss?", answer(value.Money, "$67,510 thousand", "$67,510"), "It was $67.5 thousand.", Incorrect, true, "a scale word rules out the alias without one"},
			{"What was the loss?", answer(value.Money, "$67,510 thousand", "$67,510"), "It was $67,510.", Correct, true, "the alias without a scale word"},
			{"What was it?", suites.Answer{Kind: value.Money, Text: "$1.5 million", Aliases: []string{"$1.5"}, Tolerance: 50000}, "It was $1.9.", Incorrect, true, "a tolerance goes with the alias's scale"},
			{"What was the average price?", answer(value.Number, "70.07"), "Prices ranging from 64.90 to 74.10 were paid, averaging 70.07.", Correct, true, "the ends of a range are no answer"},
			{"What were the impairment losses?", answer(value.Money, "$0"), "No impairment losses were recognised.", Correct, true, "nothing in words"},
			{"What were the impairment losses?", answer(value.Money, "$0"), "No information on losses is given.", Abstained, true, "no information is not nothing"},
			{"How much did sales change?", answer(value.Percent, "0%"), "Sales were flat.", Correct, true, "flat"},
			{"How much did sales change?", answer(value.Percent, "0%"), "Sales grew by $98 million.", Incorrect, false, "something else than nothing, in another unit"},
			{"What is the ratio?", answer(value.Number, "2.93"), "$909", Incorrect, false, "a figure of another kind"},
			{"What is the ratio?", answer(value.Number, "2.93"), "Total assets by total liabilities.", Unscored, false, "no figure at all"},
			{"When was it?", answer(value.Date, "October 24, 2000"), "It was on the album (2000). It came out onSeptember 25, 20001.", Incorrect, false, "a date whose words ran together"},
			{"What was capital spending?", answer(value.Money, "-$4,625 million"), "It was $(4,625) million.", Correct, true, "a scale behind the brackets"},
		},
		"sets": {
			{"What were they?", suites.Answer{Kind: value.Set, Set: []string{"$1,102 thousand", "$1,000 thousand"}, Aliases: []string{"$1,102; $1,000"}}, "$1,102 and $1,000.", Correct, true, "an alias of all members"},
			{"What were they?", suites.Answer{Kind: value.Set, Set: []string{"$1,102 thousand", "$1,000 thousand"}, Aliases: []string{"$1,102; $1,000"}}, "$1,102 thousand and $1,000.", Correct, true, "each member in its own way"},
			{"What were they?", suites.Answer{Kind: value.Set, Set: []string{"$1,102 thousand", "$1,000 thousand"}, Aliases: []string{"$1,102; $1,000"}}, "$1,102.", Partial, false, "one of two"},
		},
		"yes and no": {
			{"Did it have positive working capital?", answer(value.Bool, "yes", "Yes, it had $831 million."), "Yes, it had working capital of $2,278 million.", Partial, false, "right, with another figure"},
			{"Did it have positive working capital?", answer(value.Bool, "yes", "Yes, it had $831 million."), "Yes, it had working capital of $0.8 billion.", Correct, true, "right, with the figure rounded"},
			{"Did it have positive working capital?", answer(value.Bool, "yes", "Yes, it had $831 million."), "Yes.", Correct, true, "no figure is asked for"},
			{"Did the margin fall?", answer(value.Bool, "yes", "Yes, by 0.8%."), "Yes, it went from 19.39% to 18.55%.", Correct, true, "two figures with the truth's difference"},
			{"Does it have a rising margin?", answer(value.Bool, "no"), "To determine if it has a rising margin, we compute the margin of each margin year. Therefore, it does not have a rising margin.", Correct, false, "the conclusion rules, however often the question is repeated"},
			{"Has the firm reported any disputes?", answer(value.Bool, "no"), "The firm has not reported any disputes.", Correct, false, "the question's verb is denied, not declined"},
		},
	}
	for group, rs := range rows {
		for _, c := range rs {
			q := Question{Item: suites.Item{Question: c.question, Language: "en", Answer: c.answer}, Trial: runners.Trial{Status: runners.OK, Response: runners.Response{Text: c.reply}}}
			s, err := Facts{}.Score(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			if s.Verdict != c.want || s.Final != c.final {
				t.Errorf("%s: %s %q: %v, final %t; want %v, %t: %s\n\tWhy: %s", group, c.answer.Text, c.reply, s.Verdict, s.Final, c.want, c.final, c.why, s.Why)
			}
		}
	}
}

// A truth of several sentences is told in several, and may lose one of its figures, but not a third of its words.
func TestLongTruth(t *testing.T) {
	it := suites.Item{Question: "What was acquired?", Language: "en", Answer: answer(value.Text,
		"The group completed these purchases in 2023: a 100% stake in a flexible packaging maker in Bohemia, a plant for medical devices in Suzhou, and a builder of protein machines from Canterbury.")}
	for reply, want := range map[string]Verdict{
		"Three purchases. The group completed a stake in a flexible packaging maker in Bohemia in 2023. It bought a plant for medical devices in Suzhou. A builder of protein machines from Canterbury came last.": Correct,
		"The group bought a plant for medical devices in Suzhou.": Incorrect,
	} {
		if s := grade(&it, reply); s.Verdict != want || s.Final {
			t.Errorf("%q: %+v, want %v", reply, s, want)
		}
	}
}

// Defects of other graders of figures: one fork took the first number of a reply, another the last; all took $, €, £ and ¥ away but left ₹; brackets
// lost their minus; and rounding by whole numbers shrank what is negative.
func TestFiguresAsOthersMissedThem(t *testing.T) {
	for _, c := range []struct {
		answer suites.Answer
		reply  string
		want   Verdict
		why    string
	}{
		{answer(value.Money, "$1,496 million"), "It was $1,496 million, up from $1,300 million in 2017.", Correct, "the first is the answer"},
		{answer(value.Money, "$1,496 million"), "From $1,300 million in 2017 it grew; the total is therefore $1,496 million.", Correct, "the last is the answer"},
		{answer(value.Money, "$1,496 million"), "It was $1,300 million; in 2019 another $1,496 was paid in fees.", Incorrect, "neither place makes it one"},
		{answer(value.Money, "₹12,50,000"), "₹12,50,000", Correct, "a rupee sign"},
		{answer(value.Money, "₹12,50,000"), "₹ 12.5 lakh", Correct, "a rupee sign and a scale"},
		{answer(value.Money, "₹12,50,000"), "$1,250,000", Incorrect, "another currency"},
		{answer(value.Money, "EUR -134"), "(134) euros", Correct, "brackets are a minus"},
		{answer(value.Percent, "-12.5 %"), "-12 %", Incorrect, "cut off"},
		{answer(value.Percent, "-12 %"), "-12.4 %", Correct, "rounds to it"},
		{answer(value.Percent, "-12 %"), "-12.6 %", Incorrect, "rounds to -13"},
	} {
		it := suites.Item{Question: "What was it?", Language: "en", Answer: c.answer}
		if s := grade(&it, c.reply); s.Verdict != c.want {
			t.Errorf("%s %q: %v, want %v: %s\n\tWhy: %s", c.answer.Text, c.reply, s.Verdict, c.want, c.why, s.Why)
		}
	}
}
