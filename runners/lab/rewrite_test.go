package lab

import (
	"testing"
	"time"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/suites"
)

func TestFiguresKeepTheirManner(t *testing.T) {
	for _, c := range []struct {
		lang, was string
		num       float64
		want      string // "" where it cannot be written
		why       string
	}{
		{"en", "EUR 1,840.00", 1660, "EUR 1,660.00", "currency, grouping and decimals"},
		{"en", "85.000,00 €", 59000, "59.000,00 €", "continental grouping"},
		{"en", "EUR 12.5 million", 18.8e6, "EUR 18.8 million", "the scale word stays"},
		{"en", "EUR 12.5 million", 18.84e6, "", "one decimal cannot hold it"},
		{"en", "EUR 730", 1010, "EUR 1,010", "a new group is marked"},
		{"en", "three weeks", 7, "seven weeks", "words stay words"},
		{"en", "Three weeks", 7, "Seven weeks", "and keep their capital"},
		{"en", "three weeks", 70, "", "no word for it"},
		{"en", "1 day", 3, "3 days", "the plural"},
		{"en", "8-hour", 7, "7-hour", "a compound"},
		{"en", "11.4 %", 16, "16.0 %", "the decimals stay"},
		{"en", "400", 700, "700", "bare"},
		{"zh", "128万元", 2.05e6, "205万元", "万 is the scale"},
		{"zh", "2,380元", 2000, "2,000元", ""},
		{"zh", "20个工作日", 30, "30个工作日", ""},
		{"zh", "六个月", 8, "八个月", "Chinese numerals"},
		{"zh", "两年", 3, "三年", "两 is two"},
		{"zh", "千分之三", .5, "", "a share in words is left alone"},
		{"hi", "₹61,00,000", 4270000, "₹42,70,000", "Indian groups"},
		{"hi", "₹38,50,000", 123456789, "₹12,34,56,789", "more of them"},
		{"hi", "9.625 लाख रुपये", 1060000, "10.600 लाख रुपये", "lakh"},
		{"hi", "२४ महीने", 30, "३० महीने", "Devanagari digits"},
		{"hi", "1 महीना", 3, "3 महीने", "the plural"},
		{"hi", "दो दिन", 5, "पाँच दिन", "words stay words"},
	} {
		ms := value.Find(c.was, c.lang)
		if len(ms) != 1 {
			t.Fatalf("%q holds %d values", c.was, len(ms))
		}
		got, ok := refigure(c.was, c.lang, ms[0].Value, c.num, 0)
		if got != c.want || ok != (c.want != "") {
			t.Errorf("%q with %v: %q, want %q (%s)", c.was, c.num, got, c.want, c.why)
		}
	}
}

func TestDatesKeepTheirForm(t *testing.T) {
	for _, c := range []struct{ lang, was, to, want string }{
		{"en", "2026-09-29", "2026-09-03", "2026-09-03"},
		{"en", "29 September 2026", "2026-09-08", "8 September 2026"},
		{"en", "September 29, 2026", "2026-09-08", "September 8, 2026"},
		{"en", "8 May", "2026-05-21", "21 May"},
		{"en", "March 2026", "2026-07-01", "July 2026"},
		{"en", "Q1 2026", "2026-07-01", "Q3 2026"},
		{"zh", "2026年6月15日", "2026-06-12", "2026年6月12日"},
		{"zh", "6月6日", "2026-06-12", "6月12日"},
		{"hi", "30 सितंबर 2026", "2026-09-18", "18 सितंबर 2026"},
		{"hi", "जनवरी 2027", "2027-03-01", "मार्च 2027"},
	} {
		ms := value.Find(c.was, c.lang)
		if len(ms) != 1 || ms[0].Kind != value.Date {
			t.Fatalf("%q: %v", c.was, ms)
		}
		to, _ := time.Parse(time.DateOnly, c.to)
		if got, ok := redate(c.was, c.lang, ms[0].Value, to); got != c.want || !ok {
			t.Errorf("%q for %s: %q, want %q", c.was, c.to, got, c.want)
		}
	}
}

// The sentence around an edited value stays in order: weekday, article, every mention.
func TestEditsReadWell(t *testing.T) {
	for _, c := range []struct{ lang, kind, answer, page string }{
		{"en", "date", "2026-09-29", "Paid on Tuesday, 29 September 2026. Ask before 29 September."},
		{"zh", "date", "2026-06-15", "发现日期：2026年6月15日（星期一）。"},
		{"en", "duration", "8 hours", "An 8-hour shift: 8 hours, not more."},
		{"hi", "duration", "1 महीना", "अवधि 1 महीना है।"},
	} {
		p := suites.Passage{ID: "a", Title: "Page", Text: c.page, Language: c.lang}
		it := suites.Item{ID: "i", Question: "?", Language: c.lang, Evidence: []string{"a"}, Answer: suites.Answer{Kind: value.Kind(c.kind), Text: c.answer}}
		l := New(&suites.Suite{Passages: []suites.Passage{p}}, 3)
		out, why := l.edited(it)
		if why != "" {
			t.Errorf("%q: %s", c.page, why)
			continue
		}
		s := out.passages[0].Text
		t.Log(s)
		for _, m := range value.Find(s, c.lang) {
			if m.Kind == value.Date && m.Date.Year() > 0 {
				if _, is, ok := weekdayBeside(s, c.lang, text.Span{Start: m.Start, End: m.End}, m.Date, m.Date); !ok || is == "" {
					t.Errorf("%q: the weekday is not that of %s", s, m.Date.Format(time.DateOnly))
				}
			}
			if article, _ := articleFor(s[:m.Start], "8", s[m.Start:m.End], c.lang); c.kind == "duration" && article != s[:m.Start] && s[:1] == "A" && vowelSound(s[m.Start:]) != (s[:2] == "An") {
				t.Errorf("%q: the article does not fit", s)
			}
		}
	}
}

func TestMarkShowsWhatChanged(t *testing.T) {
	for _, c := range []struct{ was, now, want string }{
		{"It is 30 days.", "It is 25 days.", "It is [-30 -]{+25 +}days."},
		{"One. Two. Three.", "One. Three.", "One. [-Two. -]Three."},
		{"共30天。", "共25天。", "共[-30-]{+25+}天。"},
		{"same", "same", "same"},
		{"", "new", "{+new+}"},
	} {
		if got := difference(c.was, c.now); got != c.want {
			t.Errorf("%q to %q: %q, want %q", c.was, c.now, got, c.want)
		}
	}
}

func TestOpposites(t *testing.T) {
	for _, c := range []struct{ lang, was, want string }{
		{"en", "Customers receive no order discount, not even for articles that the agreement does not list.",
			"Customers receive the order discount, even for articles that the agreement does not list."},
		{"en", "Tips are no longer reimbursed.", "Tips are still reimbursed."},
		{"en", "Flow meters are not lent.", "Flow meters are lent."},
		{"en", "Lithium batteries never travel by air.", "Lithium batteries always travel by air."},
		{"en", "Orders cannot be returned once they are confirmed.", "Orders can be returned once they are confirmed."},
		{"en", "Company phones may be used privately within the EU.", "Company phones may not be used privately within the EU."},
		{"en", "Orders cannot be cancelled and are not returned.", ""},
		{"en", "It rains.", ""},
		{"zh", "含锂电池的备件不得空运。", "含锂电池的备件可以空运。"},
		{"zh", "员工可以申请宿舍。", "员工不可以申请宿舍。"},
		{"hi", "शेष पर कोई विवाद नहीं है।", "शेष पर कोई विवाद है।"},
		{"hi", "रेल में द्वितीय श्रेणी मान्य है।", "रेल में द्वितीय श्रेणी मान्य नहीं है।"},
		{"hi", "आधा अग्रिम लिया जा सकता है।", "आधा अग्रिम लिया जा नहीं सकता है।"},
		{"fr", "Il ne pleut pas.", ""},
	} {
		if got, ok := opposite(c.was, c.lang); got != c.want || ok != (c.want != "") {
			t.Errorf("%q: %q, want %q", c.was, got, c.want)
		}
	}
}
