package value

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// show writes mentions in a compact form for tables: "28 day", "12.5 %", "EUR 1250", "d:2026-03-31", "id:INV-1", "yes".
func show(ms []Mention) string {
	var parts []string
	for _, m := range ms {
		parts = append(parts, showValue(m.Value))
	}
	return strings.Join(parts, " | ")
}

func showValue(v Value) string {
	b := [...]string{"", "about ", ">=", "<=", ">", "<"}[v.Bound]
	n := strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.6f", v.Num), "0"), ".")
	switch v.Kind {
	case Percent:
		return b + n + " %"
	case Money:
		return b + v.Unit + " " + n
	case Date:
		s := v.Date.Format("2006-01-02")
		switch v.Grain {
		case Month:
			s = v.Date.Format("2006-01")
		case Quarter:
			s = fmt.Sprintf("%d-Q%d", v.Date.Year(), (v.Date.Month()+2)/3)
		case Year:
			s = v.Date.Format("2006")
		case Decade:
			s = v.Date.Format(" 2006s")
		case Century:
			s = v.Date.Format(" 2006+100")
		}
		if !v.Alt.IsZero() {
			s += "/" + v.Alt.Format("2006-01-02")
		}
		return "d:" + v.Unit + s
	case ID:
		return "id:" + v.Text
	case Bool:
		if v.Bool {
			return "yes"
		}
		return "no"
	case Text:
		return "t:" + v.Text
	}
	if v.Unit != "" {
		n += " " + v.Unit
	}
	return b + n
}

func TestFind(t *testing.T) {
	for _, c := range []struct{ lang, in, want, why string }{
		// Grouping.
		{"en", "She is 6 feet 1 inch (1.85 m) tall, he 5 ft 11 in.", "73 in | 1.85 m | 71 in", "feet and inches are one length"},
		{"en", "6ft 1in or 2 in 5", "73 in | 2 | 5", "in is an inch behind feet only"},
		{"en", "Capital spending of $(4,625) million and (1,250) thousand", "$ -4625000000 | -1250000", "a scale behind the brackets"},
		{"en", "1,234,567", "1234567", "western groups of three"},
		{"en", "12,34,567", "1234567", "Indian groups: two, two, three"},
		{"en", "1.234.567,89", "1234567.89", "continental full stops and a decimal comma"},
		{"en", "1 234 567,89", "1234567.89", "spaces group, the comma is decimal"},
		{"en", "1\u00a0234\u202f567", "1234567", "no-break spaces group"},
		{"en", "1'234", "1234", "Swiss apostrophe"},
		{"en", "1,234.50", "1234.5", "comma groups, stop is decimal"},
		{"en", "12,5 %", "12.5 %", "one digit behind a comma is a decimal"},
		{"en", "0,125", "0.125", "no group starts with a lone zero"},
		{"en", "rooms 1,2,3", "1 | 2 | 3", "a list without spaces is no grouping"},
		{"en", "about 30 000 units", "about 30000", "a space before exactly three digits groups"},
		// Scale words.
		{"en", "120k", "120000", "k touches its figure"},
		{"en", "€1.5m", "EUR 1500000", "m is million beside money"},
		{"en", "5 m of cable", "5 m", "m is metres elsewhere"},
		{"en", "7B parameters", "7000000000", "a capital B that touches"},
		{"en", "USD 3 bn", "USD 3000000000", "bn"},
		{"en", "2 lakh crore", "2000000000000", "lakh of crore: 1e5 times 1e7"},
		{"en", "3 crore 50 lakh", "35000000", "falling scales add"},
		{"en", "$1,496.5 million", "$ 1496500000", "scale behind money"},
		{"en", "two and a half million", "2500000", "the half is of the million"},
		{"en", "twenty-eight days", "28 day", "hyphenated tens"},
		{"en", "two hundred and five", "205", "and joins hundreds"},
		{"en", "one million two hundred thousand", "1200000", "falling scales in words"},
		{"en", "half a day", "0.5 day", "half of a unit"},
		{"en", "a dozen laptops", "12", "a dozen"},
		{"zh", "三千五百万", "35000000", "千 and 百 act inside 万"},
		{"zh", "一亿零三百万", "103000000", "零 skips places"},
		{"zh", "壹佰贰拾叁", "123", "financial forms"},
		{"zh", "二〇二四", "2024", "digits read one by one"},
		{"zh", "两万", "20000", "两 is two"},
		{"zh", "4.5万亿", "4500000000000", "亿 multiplies all before it"},
		{"zh", "3万5千", "35000", "digits and characters mixed"},
		{"zh", "1億2,000万", "120000000", "traditional 億"},
		{"zh", "三万五", "35000", "a bare digit stands one place below"},
		{"zh", "二百五", "250", "likewise"},
		{"zh", "一百零五", "105", "零 takes the digit to its own place"},
		{"zh", "廿三", "23", "廿 is twenty"},
		{"zh", "3.5 万元", "CNY 35000", "万 set apart by a space"},
		{"zh", "350万元", "CNY 3500000", "万 before the currency"},
		{"zh", "1亿2,000万和３万", "120000000 | 30000", "simplified 亿"},
		{"zh", "二点五万", "25000", "a spoken decimal"},
		{"hi", "१२,३४,५६७", "1234567", "Devanagari digits"},
		{"hi", "₹1,23,45,678", "INR 12345678", "Indian groups of money"},
		{"hi", "1.5 करोड़", "15000000", "crore"},
		{"hi", "12.5 लाख", "1250000", "lakh"},
		{"hi", "साढ़े तीन सौ", "350", "half more than three, times a hundred"},
		{"hi", "सवा सौ दिन", "125 day", "a quarter more than a hundred"},
		{"hi", "अट्ठाईस दिन", "28 day", "a word for each number under a hundred"},
		{"hi", "ढाई लाख रुपये", "INR 250000", "two and a half"},
		{"hi", "दो करोड़ पचास लाख", "25000000", "falling scales"},
		{"zh", "１２，３４５．６７％", "12345.67 %", "full-width forms"},
		{"en", "१२३ and ৪৫ and ٣٫٥", "123 | 45 | 3.5", "digits of any script, Arabic decimal mark"},
		// Fractions, powers, signs.
		{"en", "2½ hours", "2.5 hour", "a vulgar fraction joins its whole"},
		{"en", "2 1/2 hours", "2.5 hour", "written out"},
		{"en", "10² is", "100", "a superscript is a power, not a digit"},
		{"en", "1.5 × 10⁶", "1500000", "scientific"},
		{"en", "-12.5 %", "-12.5 %", "sign"},
		{"en", "\u221212 %", "-12 %", "the real minus"},
		{"en", "| Net | (1,340) |", "-1340", "accounting negative in a table"},
		{"en", "$(134)", "$ -134", "the sign may stand outside of the bracket"},
		{"en", "twenty-eight (28) days", "28 | 28 day", "a figure repeated in a bracket is no negative"},
		// Percent.
		{"en", "12 percent, 13 per cent", "12 % | 13 %", "both spellings"},
		{"zh", "百分之十二", "12 %", "the sign comes first in Chinese"},
		{"hi", "12 प्रतिशत", "12 %", "Hindi"},
		{"en", "2 percentage points or 25 bps", "2 pp | 25 bp", "points are no per cent"},
		{"zh", "提高2个百分点", "2 pp", "Chinese points"},
		// Money.
		{"en", "EUR 1,250.00", "EUR 1250", "code before"},
		{"en", "1,250 euros", "EUR 1250", "word behind"},
		{"en", "US$5 and 5 US dollars", "USD 5 | USD 5", "whose dollar is said"},
		{"en", "-€5", "EUR -5", "sign before the currency"},
		{"en", "Rs. 500", "INR 500", "a stop behind the abbreviation"},
		{"en", "€12/month", "EUR 12", "a price by the month"},
		{"zh", "人民币500元", "CNY 500", "currency on both sides"},
		{"hi", "500 रुपये", "INR 500", "Hindi rupees"},
		{"en", "CHF 12.50 per user", "CHF 12.5", "code"},
		// Dates.
		{"en", "2026-03-31", "d:2026-03-31", "ISO day"},
		{"en", "31 March 2026", "d:2026-03-31", "day first"},
		{"en", "March 31st, 2026", "d:2026-03-31", "month first"},
		{"en", "the 31st of March 2026", "d:2026-03-31", "ordinal"},
		{"en", "31.03.2026", "d:2026-03-31", "continental"},
		{"en", "31/03/2026", "d:2026-03-31", "only one reading"},
		{"en", "03/04/2026", "d:2026-04-03/2026-03-04", "two readings"},
		{"zh", "2026年3月31日", "d:2026-03-31", "Chinese"},
		{"zh", "二〇二六年三月三十一日", "d:2026-03-31", "Chinese characters"},
		{"zh", "2026年第三季度", "d:2026-Q3", "quarter"},
		{"hi", "31 मार्च 2026", "d:2026-03-31", "Hindi"},
		{"hi", "३१ मार्च २०२६ तक", "d:2026-03-31", "Hindi digits"},
		{"en", "in March 2026", "d:2026-03", "month"},
		{"en", "Q3 2026 and third quarter of 2025", "d:2026-Q3 | d:2025-Q3", "quarters"},
		{"en", "FY2026, FY26, fiscal year 2025", "d:FY2026 | d:FY2026 | d:FY2025", "fiscal years"},
		{"hi", "वित्त वर्ष 2025-26", "d:FY2025", "an Indian fiscal year"},
		{"en", "31 March", "d:0000-03-31", "no year written"},
		{"en", "since 2019", "d:2019", "a bare year"},
		{"en", "31-Mar-2026", "d:2026-03-31", "abbreviated"},
		{"en", "in the 1990s, the early 1990s or the mid-1990s", "d: 1990s | d:early 1990s | d:mid 1990s", "decades and their parts"},
		{"en", "'90s music of the 1990's and of the 80s", "d: 1990s | d: 1990s | d: 1980s", "with an apostrophe or cut short"},
		{"en", "90s", "90 second", "seconds"},
		{"en", "the 1800s and the late 19th century", "d: 1800+100 | d:late 1800+100", "hundreds and centuries"},
		{"en", "nineteenth-century novels of the nineteenth century", "d: 1800+100", "in words"},
		{"en", "the 5th century BC", "", "before the era"},
		{"en", "it waits 1800s", "1800 second", "seconds"},
		{"en", "1990's budget", "d:1990", "a year's"},
		{"zh", "20世纪90年代初、1980年代、九十年代和19世纪末", "d:early 1990s | d: 1980s | d: 1990s | d:late 1800+100", "Chinese"},
		{"hi", "1990 के दशक और 19वीं सदी में", "d: 1990s | d: 1800+100", "Hindi"},
		// Durations.
		{"en", "36 months", "36 month", "months"},
		{"en", "a 30-day period", "30 day", "hyphen"},
		{"zh", "3 个月", "3 month", "个月"},
		{"zh", "两年半", "2.5 year", "a half behind the unit"},
		{"zh", "三个半小时", "3.5 hour", "a half before the unit"},
		{"zh", "半年", "0.5 year", "half a year"},
		{"hi", "2 सप्ताह", "2 week", "weeks"},
		{"en", "two weeks", "2 week", "words"},
		{"en", "1 hour 30 minutes", "90 minute", "composed"},
		{"en", "2 years and 6 months", "30 month", "composed"},
		{"en", "10 working days", "10 working day", "no calendar days"},
		{"en", "10–15 days", "10 day | 15 day", "the unit belongs to both ends"},
		{"en", "two weeks' notice", "2 week", "possessive"},
		// Units.
		{"en", "25kg, 10 GB and 5 m²", "25 kg | 10 GB | 5 m²", "closed table"},
		{"zh", "5千克", "5 kg", "千克 is kilogram, not 5000 grams"},
		// Bool.
		{"en", "Yes, it does.", "yes", "an opening yes"},
		{"en", "No.", "no", "an opening no"},
		{"en", "No information was found", "", "no belongs to the noun"},
		{"zh", "是的，可以。", "yes", "Chinese yes"},
		{"hi", "नहीं, इसकी अनुमति नहीं है।", "no", "Hindi no"},
		{"hi", "हाँ।", "yes", "Hindi yes"},
		// IDs.
		{"en", "invoice INV-20417 of v1.5.0", "id:INV-20417 | id:1.5.0", "letters and digits"},
		{"en", "version 1.5.0", "id:1.5.0", "three groups are no number"},
		{"en", "v2.4.3,2.4.1", "id:2.4.3 | id:2.4.1", "a comma without a space parts versions"},
		{"en", "36 cents, 15 per mille", " 0.36 | 1.5 %", "hundredths of a currency that is not said"},
		{"en", "ticket #4471", "id:4471", "number sign"},
		{"en", "code 007", "id:007", "leading zeros are not a quantity"},
		// Comparators.
		{"en", "over 2 million", ">2000000", "over"},
		{"en", "at least 30 days", ">=30 day", "at least"},
		{"en", "no more than 5 days", "<=5 day", "turned round"},
		{"en", "must not exceed 5 days", "<=5 day", "a denied excess is a limit"},
		{"en", "You can't take more than 5 days", "<=5 day", "likewise"},
		{"zh", "不得超过5天", "<=5 day", "likewise"},
		{"hi", "5 दिन से अधिक नहीं", "<=5 day", "likewise"},
		{"en", "orders exceeding EUR 500", ">EUR 500", "exceeding"},
		{"en", "order 4471 holds 12 units", "id:4471 | 12", "an order number names"},
		{"en", "we order 40 units", "40", "a count of things ordered"},
		{"en", "up to €500", "<=EUR 500", "up to"},
		{"en", "approximately 12 %", "about 12 %", "about"},
		{"zh", "超过30天", ">30 day", "超过"},
		{"zh", "30天以上", ">=30 day", "以上"},
		{"zh", "200多人", ">200", "多"},
		{"hi", "30 दिन से कुछ ज़्यादा", ">30 day", "a little more is more"},
		{"en", "0.1652 or 16.52 %", "0.1652 | 16.52 %", "one figure twice"},
		{"hi", "30 दिन से अधिक", ">30 day", "से अधिक"},
		{"hi", "कम से कम 30 दिन", ">=30 day", "कम से कम"},
		// What only looks like a value.
		{"en", "It ends in May", "", "a month alone is no date"},
		{"en", "version 1.10", "1.1", "1.10 is no date"},
		{"en", "see [3] and [hr-leave-2026]", "", "citations"},
		{"en", "1. First item\n2. Second item", "", "list labels"},
		{"en", "28. That is the figure.", "28", "no list starts at 28"},
		{"en", "28.", "28", "a figure and a full stop"},
		{"en", "Section 4.2 says 5 days", "5 day", "section numbers"},
		{"en", "the 2026 edition", "", "the year of a document"},
		{"zh", "第3条规定5天", "5 day", "article numbers"},
		{"zh", "这一些统一的", "", "一 inside words"},
		{"zh", "星期三开会", "", "weekday"},
		{"en", "at 14:30 or 5 pm", "", "times of day"},
		{"en", "the 3rd floor", "", "ordinals"},
		{"en", "The one responsible", "", "a pronoun"},
		{"zh", "他一个人", "", "an article"},
		{"en", "I may march 5 miles", "5 mile", "verbs"},
	} {
		if got := show(Find(c.in, c.lang)); got != c.want {
			t.Errorf("Find(%q) = %q, want %q: %s", c.in, got, c.want, c.why)
		}
	}
}

func TestSteps(t *testing.T) {
	for _, c := range []struct {
		in   string
		want float64
		why  string
	}{
		{"120k", 1000, "the last digit stands for a thousand"},
		{"3.14", 0.01, "two decimals"},
		{"1,250", 1, "units"},
		{"350万元", 1e4, "万"},
		{"三千五百万", 1e6, "五百万 is the last that was said"},
		{"1.5 crore", 1e6, "a tenth of a crore"},
		{"12.5 %", 0.1, "one decimal"},
		{"3万5千", 1000, "千"},
	} {
		ms := Find(c.in, "en")
		if len(ms) != 1 || math.Abs(ms[0].Step-c.want) > 1e-9*c.want {
			t.Errorf("Find(%q) = %v, want step %g: %s", c.in, ms, c.want, c.why)
		}
	}
}
