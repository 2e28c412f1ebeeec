package reader

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/prompt"
)

func passage(id, title, date, text string) prompt.Passage {
	return prompt.Passage{ID: id, Title: title, Date: date, Text: text}
}

var (
	leave25 = passage("leave-2025", "Leave policy (2025 edition)", "2025-01-01", "Full-time employees have 25 days of annual leave. Unused days lapse on 31 March of the next year.")
	leave26 = passage("leave-2026", "Leave policy (2026 edition)", "2026-01-01", "Full-time employees have 28 days of annual leave. Unused days lapse on 30 April of the next year.\n\nRequests go to the line manager at least two weeks ahead.")
	leave27 = passage("leave-2027", "Leave policy (2027 edition)", "2027-01-01", "Full-time employees have 31 days of annual leave.")
	prices  = passage("prices", "Price list", "", "All prices net.\n\n| Product | Price (EUR) | Delivery (weeks) | Warranty |\n|---|---:|---:|---|\n| Pump P-100 | 1,250.00 | 3 | 24 months |\n| Pump P-200 | 2,480.00 | 5 | 36 months |\n| Valve V-7 | 84.50 | 1 | 12 months |\n")
	crm     = passage("crm-acme", "CRM note: Acme Foods", "", "- **Account manager:** Priya Nair\n- **Contract:** CTR-2024-118\n- Last visit: 14 May 2026\n\nThe customer asked Tom Weller about spare parts. A discount of 12.5 % was granted.")
	balance = passage("balance", "Balance sheet", "", "CONSOLIDATED BALANCE SHEETS\nCash and cash equivalents.......... $\n876,560\n$\n1,117,400\nTrade receivables\n672,006\n591,800\n")
	quarter = passage("quarter", "Quarterly figures", "", "| | Revenue | |\n|---|---|---|\n| | 2025 | 2024 |\n| Germany | 41.2 | 38.0 |\n| India | 12.9 | 9.4 |\n")
	tooling = passage("tool", "Workshop", "", "The torque wrench lies in cabinet 4. It was calibrated on 3 February 2026 by Dr. Lena Brandt.")

	zhLeave  = passage("zh-leave", "休假制度", "", "全职员工每年享有28天年假。未使用的年假须在次年3月31日之前休完。病假须提交医院证明。")
	zhPrices = passage("zh-prices", "价格表", "", "| 产品 | 单价（元） | 交货期 |\n|---|---|---|\n| 水泵P-100 | 9,800 | 3周 |\n| 水泵P-200 | 18,600 | 5周 |\n")
	zhPeople = passage("zh-people", "客户联系人", "", "该项目由王晓明负责，合同编号为HT-2024-031。项目启动日期是2026年3月15日。")

	hiLeave  = passage("hi-leave", "छुट्टी नीति", "", "पूर्णकालिक कर्मचारियों को हर वर्ष 28 दिन की सवैतनिक छुट्टी मिलती है। बीमारी की छुट्टी के लिए डॉक्टर का प्रमाणपत्र चाहिए।")
	hiPrices = passage("hi-prices", "मूल्य सूची", "", "| उत्पाद | मूल्य (रुपये) | वारंटी |\n|---|---|---|\n| पंप P-100 | 12,500 | 2 वर्ष |\n| पंप P-200 | 24,800 | 3 वर्ष |\n")
	hiDeal   = passage("hi-deal", "अनुबंध", "", "अनुबंध 15 मार्च 2026 को आरंभ होता है। अनुबंध का क्रमांक CTR-501 है।")
)

func TestAnswer(t *testing.T) {
	const notKnown = "Not known."
	for _, c := range []struct {
		lang, asOf, question string
		pages                []prompt.Passage
		want, why            string
	}{
		{"en", "", "How many days of annual leave do full-time employees have?", nil, notKnown, "closed book"},
		{"en", "", "How many days of annual leave do full-time employees have?", []prompt.Passage{leave26, prices, crm}, "28 days", "number with its unit"},
		{"en", "2026-06-30", "How many days of annual leave do full-time employees have?", []prompt.Passage{leave25, leave26}, "28 days", "the newer edition"},
		{"en", "2026-06-30", "How many days of annual leave do full-time employees have?", []prompt.Passage{leave27, leave26, leave25}, "28 days", "an edition not yet in force"},
		{"en", "2026-06-30", "How many days of annual leave did full-time employees have in 2025?", []prompt.Passage{leave25, leave26}, "25 days", "the question names the older edition"},
		{"en", "", "When do unused days of leave lapse?", []prompt.Passage{leave26, tooling}, "30 April", "date"},
		{"en", "", "What is the price of the Pump P-200?", []prompt.Passage{prices}, "2,480.00 EUR", "row, column and unit of the label"},
		{"en", "", "How long is the warranty of the Valve V-7?", []prompt.Passage{prices, leave26}, "12 months", "row and column"},
		{"en", "", "What does the Pump P-100 cost?", []prompt.Passage{prices}, "1,250.00 EUR", "the label says price where the question says cost"},
		{"en", "", "Which product has a price of 84.50?", []prompt.Passage{prices}, "Valve V-7", "the row's label is what is asked for"},
		{"en", "", "Who is the account manager of Acme Foods?", []prompt.Passage{crm, leave26}, "Priya Nair", "labelled value"},
		{"en", "", "Who calibrated the torque wrench?", []prompt.Passage{tooling, crm}, "Dr. Lena Brandt", "person, over a pronoun"},
		{"en", "", "Which contract does Acme Foods have?", []prompt.Passage{crm}, "CTR-2024-118", "identifier"},
		{"en", "", "What percentage of discount was granted to Acme Foods?", []prompt.Passage{crm}, "12.5 %", "percentage"},
		{"en", "", "How much were trade receivables?", []prompt.Passage{balance}, "672,006", "figures stacked under their label"},
		{"en", "", "What was the revenue of India in 2024?", []prompt.Passage{quarter}, "9.4", "two lines of column labels"},
		{"en", "", "How many parking spaces does the Pune office have?", []prompt.Passage{leave26, prices, crm}, notKnown, "nothing fits"},
		{"en", "", "How many days of parental leave do contractors have?", []prompt.Passage{tooling, prices}, notKnown, "one word in common is too little"},
		{"en", "", "What is the price of the Pump P-900?", []prompt.Passage{prices}, notKnown, "a product that is not in the list"},
		{"en", "", "How many hours of annual leave do full-time employees have?", []prompt.Passage{leave26}, notKnown, "days are no answer to how many hours"},
		{"en", "", "How much does the torque wrench in cabinet 4 cost?", []prompt.Passage{tooling}, notKnown, "the number of the cabinet is no price"},
		{"en", "", "How long did the calibration of the torque wrench take?", []prompt.Passage{tooling}, notKnown, "a date is no length of time"},
		{"en", "", "Is the torque wrench in cabinet 4?", []prompt.Passage{tooling}, "Yes.", "supported"},
		{"en", "", "Dr. Brandt had to lend her tools. In which cabinet does the torque wrench lie?", []prompt.Passage{tooling}, "The torque wrench lies in cabinet 4.", "no kind of value is asked for, so the sentence is given"},
		{"zh", "", "全职员工每年有多少天年假？", []prompt.Passage{zhLeave, zhPeople}, "28天", "number with measure word"},
		{"zh", "", "水泵P-200的单价是多少？", []prompt.Passage{zhPrices, zhLeave}, "18,600 元", "row, column and unit"},
		{"zh", "", "该项目由谁负责？", []prompt.Passage{zhPeople}, "王晓明", "person"},
		{"zh", "", "项目的启动日期是哪天？", []prompt.Passage{zhPeople, zhLeave}, "2026年3月15日", "date"},
		{"zh", "", "该项目的合同编号是什么？", []prompt.Passage{zhPeople}, "HT-2024-031", "identifier"},
		{"zh", "", "上海办公室有多少个停车位？", []prompt.Passage{zhLeave, zhPrices}, "不知道。", "nothing fits"},
		{"zh", "", "全职员工每年有多少天年假？", nil, "不知道。", "closed book"},
		{"hi", "", "पूर्णकालिक कर्मचारी को वर्ष में कितने दिन की सवैतनिक छुट्टी मिलती है?", []prompt.Passage{hiLeave, hiPrices}, "28 दिन", "number with its unit"},
		{"hi", "", "पंप P-200 का मूल्य कितना है?", []prompt.Passage{hiPrices, hiLeave}, "24,800 रुपये", "row, column and unit"},
		{"hi", "", "अनुबंध कब आरंभ होता है?", []prompt.Passage{hiDeal}, "15 मार्च 2026", "date"},
		{"hi", "", "अनुबंध का क्रमांक क्या है?", []prompt.Passage{hiDeal}, "CTR-501", "identifier"},
		{"hi", "", "दिल्ली कार्यालय में कितने पार्किंग स्थान हैं?", []prompt.Passage{hiLeave, hiPrices}, "ज्ञात नहीं।", "nothing fits"},
	} {
		got := Answer(prompt.Paper{Language: c.lang, AsOf: c.asOf, Question: c.question, Passages: c.pages})
		if got != c.want {
			t.Errorf("%s: %s\n got %q\nwant %q", c.why, c.question, got, c.want)
		}
	}
}

func TestAnswerIsDeterministic(t *testing.T) {
	p := prompt.Paper{Language: "en", Question: "What is the price of the Pump P-200?", Passages: []prompt.Passage{leave25, leave26, prices, crm, balance}}
	want := Answer(p)
	for range 50 {
		if got := Answer(p); got != want {
			t.Fatalf("got %q, then %q", want, got)
		}
	}
}

func FuzzAnswer(f *testing.F) {
	for _, p := range []prompt.Passage{leave26, prices, crm, balance, quarter, zhPrices, hiPrices, passage("", "", "", "|\n|-|\n||\n| a \\| b |")} {
		f.Add("How many days does Acme have in 2025?", p.ID, p.Title, p.Text)
		f.Add("水泵的单价是多少？谁", p.Title, p.Date, p.Text)
		f.Add("मूल्य कितना है? कब", p.Title, "2026-01-01", p.Text)
	}
	f.Fuzz(func(t *testing.T, question, title, date, text string) {
		got := Answer(prompt.Paper{Language: "en", AsOf: "2026-06-30", Question: question, Passages: []prompt.Passage{passage("x", title, date, text), leave26}})
		if got == "" || !utf8.ValidString(got) {
			t.Fatalf("answer %q", got)
		}
	})
}

// longPage is a page of the given number of words, with tables and figures as filings have them.
func longPage(words int) string {
	var b strings.Builder
	for i := 0; b.Len() < words*6; i++ {
		switch i % 4 {
		case 0:
			fmt.Fprintf(&b, "In fiscal year %d the segment reported net revenues of $%d million, compared with the prior period.\n", 2000+i%25, 100+i)
		case 1:
			fmt.Fprintf(&b, "Other operating expenses %d\n%d,%03d\n%d,%03d\n", i, i%90+1, i%1000, i%80+1, i%999)
		case 2:
			fmt.Fprintf(&b, "| Line %d | %d | %d |\n", i, i*7, i*11)
		default:
			b.WriteString("Management believes that the adoption of the standard will not have a material impact on the consolidated statements. ")
		}
	}
	return b.String()
}

// Twice the text takes about twice the time: nothing in the reader looks at pairs of sentences.
func TestLongPagesAreReadInLinearTime(t *testing.T) {
	for name, text := range map[string]string{
		"filing":      longPage(50_000),
		"one line":    strings.Repeat("word 12 ", 50_000),
		"one table":   "| a | b |\n|---|---|\n" + strings.Repeat("| segment | 12 |\n", 15_000),
		"one row":     strings.Repeat("| cell ", 25_000),
		"full stops":  strings.Repeat(". ", 200_000),
		"bars":        strings.Repeat(" ", 1000) + strings.Repeat("|", 200_000),
		"figures":     "label\n" + strings.Repeat("1,000\n", 50_000),
		"han":         strings.Repeat("本季度净收入为一百二十万元", 10_000),
		"abbreviated": strings.Repeat("a.b.", 50_000),
	} {
		p := prompt.Paper{Language: "en", Question: "What were net revenues of segment in 2019 一百 净收入多少?", Passages: []prompt.Passage{passage("long", "Filing", "", text)}}
		start := time.Now()
		Answer(p)
		// A few milliseconds each; a step over pairs of sentences or words would take minutes.
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s: %d bytes took %v", name, len(text), took)
		}
	}
}

func BenchmarkAnswer(b *testing.B) {
	short := prompt.Paper{Language: "en", AsOf: "2026-06-30", Question: "What is the price of the Pump P-200?", Passages: []prompt.Passage{prices}}
	for i := range 4 {
		short.Passages = append(short.Passages, passage(fmt.Sprint("p", i), "Handbook", "", longPage(200)))
	}
	long := prompt.Paper{Language: "en", Question: "What were the other operating expenses in fiscal year 2019?"}
	for i := range 5 {
		long.Passages = append(long.Passages, passage(fmt.Sprint("p", i), "Filing", "", longPage(3000)))
	}
	for name, p := range map[string]prompt.Paper{"5x200": short, "5x3000": long} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Answer(p)
			}
		})
	}
}
