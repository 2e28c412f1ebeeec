package value

import (
	"strings"
	"testing"
)

func TestCompare(t *testing.T) {
	for _, c := range []struct {
		kind      Kind
		gold      string
		unit      string
		got       string
		tolerance float64
		want      Relation
		why       string
	}{
		{Number, "28 days", "day", "28 days", 0, Match, "the same"},
		{Number, "28 days", "day", "25 days", 0, Conflict, "another figure in the same unit"},
		{Number, "28 days", "day", "28", 0, Match, "a bare figure may answer"},
		{Number, "28 days", "day", "25", 0, Unrelated, "a bare figure says nothing certain"},
		{Number, "28 days", "day", "28 kg", 0, Unrelated, "another dimension"},
		{Number, "14 days", "day", "two weeks", 0, Match, "weeks are days"},
		{Number, "1,250 units", "", "1250", 0, Match, "grouping means nothing"},
		{Number, "1,250 units", "", "1,251", 0, Conflict, "counts are exact"},
		{Number, "2 million", "", "over 2 million", 0, Conflict, "over excludes the figure"},
		{Number, "2 million", "", "about 2 million", 0, Match, "about means the figure"},
		{Number, "120k", "", "120,400", 0, Match, "rounds to the gold"},
		{Number, "120k", "", "121,000", 0, Conflict, "does not round to the gold"},
		{Number, "120k", "", "124,000", 5000, Match, "a stated tolerance"},
		{Number, "2000", "", "2000", 0, Match, "a bare year may be a count"},
		{Number, "4 GB", "", "4000 MB", 0, Match, "conversion"},
		{Number, "10 working days", "", "10 days", 0, Match, "the same figure, less exactly said"},
		{Percent, "12.5 %", "", "12.5 percent", 0, Match, "spelling"},
		{Percent, "12.5 %", "", "12.46 %", 0, Match, "rounds to the gold"},
		{Percent, "12 %", "", "12.5 %", 0, Conflict, "half a step is as near to 13"},
		{Percent, "12 %", "", "13 %", 0, Conflict, "another figure"},
		{Percent, "12 %", "", "12 percentage points", 0, Unrelated, "points are no per cent"},
		{Percent, "2 %", "", "200 bps", 0, Unrelated, "basis points are points"},
		{Percent, "12.5 %", "", "0.125", 0, Match, "the raw ratio"},
		{Money, "EUR 1,250.00", "", "€1.250,00", 0, Match, "continental spelling"},
		{Money, "EUR 1,250.00", "", "USD 1,250", 0, Conflict, "another currency"},
		{Money, "EUR 1,250.00", "", "EUR 1,250.01", 0, Conflict, "money is exact to the cent"},
		{Money, "USD 5", "", "$5", 0, Match, "$ may be the US dollar"},
		{Money, "EUR 5", "", "$5", 0, Conflict, "$ is no euro"},
		{Money, "₹12,50,000", "", "12.5 lakh rupees", 0, Match, "lakh"},
		{Money, "350万元", "", "CNY 3,500,000", 0, Match, "万"},
		{Money, "$1,577 million", "", "$1.58 billion", 0, Match, "restated in a larger scale word to three digits"},
		{Money, "$1,577 million", "", "$2 billion", 0, Conflict, "one digit is no restatement"},
		{Money, "$1,577 million", "", "$1.59 billion", 0, Conflict, "wrongly rounded"},
		{Date, "2026-03-31", "", "31 March 2026", 0, Match, "spelling"},
		{Date, "2026-03-31", "", "31 March", 0, Match, "the year is taken from the question"},
		{Date, "2026-03-31", "", "30 March 2026", 0, Conflict, "another day"},
		{Date, "2026-03-31", "", "March 2026", 0, Unrelated, "right but coarser"},
		{Date, "2026-03-31", "", "April 2026", 0, Conflict, "cannot hold the day"},
		{Date, "2026-03", "", "31 March 2026", 0, Match, "at the gold's granularity"},
		{Date, "2026-04-03", "", "03/04/2026", 0, Unrelated, "two readings"},
		{Date, "2026-05-06", "", "03/04/2026", 0, Conflict, "neither reading"},
		{Date, "Q3 2026", "", "August 2026", 0, Match, "inside the quarter"},
		{Date, "2026", "", "FY2026", 0, Match, "fiscal periods by their year"},
		{Date, "1990s", "", "1994", 0, Match, "within the decade"},
		{Date, "1990s", "", "12 May 1994", 0, Match, "likewise"},
		{Date, "1990s", "", "the early 1990s", 0, Match, "a part of it"},
		{Date, "1990s", "", "the 1980s", 0, Conflict, "another decade"},
		{Date, "1990s", "", "2001", 0, Conflict, "another year"},
		{Date, "1990s", "", "20th century", 0, Unrelated, "right but coarser"},
		{Date, "early 1990s", "", "the 1990s", 0, Unrelated, "right but coarser"},
		{Date, "early 1990s", "", "the late 1990s", 0, Conflict, "another part"},
		{Date, "early 1990s", "", "mid-1990s", 0, Unrelated, "nobody draws the line"},
		{Date, "1994", "", "the 1990s", 0, Unrelated, "right but coarser"},
		{Date, "1994", "", "the 1980s", 0, Conflict, "cannot hold the year"},
		{Date, "late 19th century", "", "the late 1800s", 0, Match, "one hundred in two ways"},
		{Date, "19th century", "", "1847", 0, Match, "within the century"},
		{Date, "1990年代", "", "20世纪90年代", 0, Match, "one decade in two ways"},
		{Date, "1990s", "", "31 March", 0, Unrelated, "no year"},
		{Duration, "36 months", "", "3 years", 0, Match, "years are months"},
		{Duration, "1 month", "", "30 days", 0, Unrelated, "months have no fixed length in days"},
		{Duration, "30 days", "", "24 months", 0, Conflict, "no months are that short"},
		{Duration, "1 month", "", "32 days", 0, Conflict, "no month is that long"},
		{Duration, "1 month", "", "27 days", 0, Conflict, "no month is that short"},
		{Duration, "3 months", "", "90 days", 0, Unrelated, "three months may be that long"},
		{Duration, "1 year", "", "12 weeks", 0, Conflict, "a year is longer"},
		{Duration, "5 working days", "", "1 week", 0, Unrelated, "a week may hold them"},
		{Duration, "5 working days", "", "4 weeks", 0, Conflict, "holidays do not take that long"},
		{Duration, "2 months", "", "5 working days", 0, Conflict, "a month is longer"},
		{Number, "0.8", "", "79.82 %", 0.005, Match, "a ratio in per cent"},
		{Number, "0.54", "", "54 %", 0, Match, "a ratio in per cent"},
		{Number, "0.54", "", "46 %", 0, Unrelated, "another ratio may be of something else"},
		{Number, "80", "", "80 %", 0, Unrelated, "a count is no ratio"},
		{Duration, "4 hours", "", "240 minutes", 0, Match, "conversion"},
		{Duration, "4 hours", "", "4 个小时", 0, Match, "another language"},
		{Bool, "yes", "", "Yes.", 0, Match, "yes"},
		{Bool, "yes", "", "否", 0, Conflict, "no in Chinese"},
		{ID, "INV-20417", "", "inv-20417", 0, Match, "case"},
		{ID, "1.5", "", "v1.5.0", 0, Conflict, "identifiers are exact"},
		{Set, "28 days; EUR 500", "", "", 0, Unrelated, "no set in free text"},
	} {
		gold, err := Parse(c.kind, c.gold, c.unit, "en")
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		ms := Find(c.got, "en")
		var got Value
		if len(ms) == 1 {
			got = ms[0].Value
		} else if len(ms) > 1 {
			t.Errorf("%q holds %s", c.got, show(ms))
			continue
		}
		if r := Compare(gold, got, c.tolerance); r != c.want {
			t.Errorf("Compare(%s %q, %q = %s) = %d, want %d: %s", c.kind, c.gold, c.got, showValue(got), r, c.want, c.why)
		}
	}
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		kind       Kind
		in, unit   string
		want, fail string
		why        string
	}{
		{Number, "28 days", "day", "28 day", "", "a number with a unit of time stays a number"},
		{Number, "1,250 units", "", "1250", "", "what is counted may be named"},
		{Number, "28", "day", "28 day", "", "the unit from its own field"},
		{Number, "28", "seat", "28 seat", "", "a unit outside the table names what is counted"},
		{Number, "twenty-eight days", "day", "28 day", "", "an alias in words"},
		{Number, "one", "", "1", "", "a lone word"},
		{Number, "三", "", "3", "", "a lone character"},
		{Number, "28 kg", "day", "", "unit says day", "two units"},
		{Number, "2026", "", "2026", "", "a bare year where a number is wanted"},
		{Percent, "12.5 %", "", "12.5 %", "", "per cent"},
		{Percent, "12.5", "", "12.5 %", "", "the kind says per cent"},
		{Percent, "28 days", "", "", "duration in day", "another kind"},
		{Money, "EUR 1,250.00", "EUR", "EUR 1250", "", "agreeing unit"},
		{Money, "$5", "USD", "USD 5", "", "the unit settles the dollar"},
		{Money, "€5", "USD", "", "unit says USD", "disagreeing unit"},
		{Date, "2026-03-31", "", "d:2026-03-31", "", "day"},
		{Date, "2026-03", "", "d:2026-03", "", "month"},
		{Date, "2026", "", "d:2026", "", "year"},
		{Date, "2026-02-30", "", "", "", "no such day"},
		{Date, "03/04/2026", "", "", "cannot be told apart", "two readings"},
		{Duration, "36 months", "", "36 month", "", "span"},
		{Duration, "28 kg", "", "", "no span of time", "a mass"},
		{Bool, "yes", "", "yes", "", "bool"},
		{Bool, "不", "", "no", "", "Chinese no"},
		{Bool, "perhaps", "", "", "want", "neither"},
		{ID, "INV-20417", "", "id:INV-20417", "", "id"},
		{Text, "Lena Brandt", "", "t:Lena Brandt", "", "text"},
		{Number, "5 and 6", "", "", "more than one", "two values"},
		{Number, "", "", "", "empty", "nothing"},
	} {
		v, err := Parse(c.kind, c.in, c.unit, "en")
		switch {
		case c.want == "" && err == nil:
			t.Errorf("Parse(%s, %q) = %s, want an error: %s", c.kind, c.in, showValue(v), c.why)
		case c.want == "" && c.fail != "" && !strings.Contains(err.Error(), c.fail):
			t.Errorf("Parse(%s, %q) = %v, want an error with %q: %s", c.kind, c.in, err, c.fail, c.why)
		case c.want != "" && err != nil:
			t.Errorf("Parse(%s, %q): %v: %s", c.kind, c.in, err, c.why)
		case c.want != "" && showValue(v) != c.want:
			t.Errorf("Parse(%s, %q) = %s, want %s: %s", c.kind, c.in, showValue(v), c.want, c.why)
		}
	}
}
