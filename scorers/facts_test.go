package scorers

import (
	"strings"
	"testing"

	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

func answer(k value.Kind, text string, aliases ...string) suites.Answer {
	return suites.Answer{Kind: k, Text: text, Aliases: aliases}
}

func trap(c suites.Cause, k value.Kind, text string) suites.Trap {
	return suites.Trap{Answer: answer(k, text), Cause: c}
}

func members(ms ...string) suites.Answer { return suites.Answer{Kind: value.Set, Set: ms} }

var items = map[string]suites.Item{
	"leave": {Question: "How many days of annual leave do full-time employees get in 2026?", Language: "en",
		Answer: answer(value.Duration, "28 days"), Traps: []suites.Trap{trap(suites.Stale, value.Duration, "25 days"), trap(suites.Neighbour, value.Duration, "30 days")}},
	"price": {Question: "What do 40 licences cost a year?", Language: "en",
		Answer: answer(value.Money, "EUR 480"), Traps: []suites.Trap{trap(suites.Neighbour, value.Money, "EUR 520")}},
	"bonus": {Question: "How large is the bonus?", Language: "en",
		Answer: answer(value.Percent, "12.5 %"), Traps: []suites.Trap{trap(suites.Distractor, value.Percent, "10 %")}},
	"units": {Question: "How many units are in stock?", Language: "en",
		Answer: answer(value.Number, "1,250 units"), Traps: []suites.Trap{trap(suites.Neighbour, value.Number, "730")}},
	"due": {Question: "When is the invoice due?", Language: "en",
		Answer: answer(value.Date, "2026-03-31"), Traps: []suites.Trap{trap(suites.Stale, value.Date, "2026-02-28")}},
	"who": {Question: "Who approves purchases over EUR 10,000?", Language: "en",
		Answer: answer(value.Text, "Lena Brandt"), Traps: []suites.Trap{trap(suites.Stale, value.Text, "Marek Nowak")}},
	"firm": {Question: "Which customer has had a reminder?", Language: "en",
		Answer: answer(value.Text, "Brauhof Getränke KG"), Traps: []suites.Trap{trap(suites.Neighbour, value.Text, "Kaltenbach Maschinenbau GmbH")}},
	"sign": {Question: "Who signs a purchase of EUR 60,000?", Language: "en",
		Answer: answer(value.Text, "site head", "head of site"), Traps: []suites.Trap{trap(suites.Neighbour, value.Text, "head of department")}},
	"allowed": {Question: "May employees work from abroad?", Language: "en",
		Answer: answer(value.Bool, "yes"), Traps: []suites.Trap{trap(suites.Stale, value.Bool, "no")}},
	"forbidden": {Question: "Is it forbidden to carry leave over?", Language: "en", Answer: answer(value.Bool, "no")},
	"invoice": {Question: "Which invoice is overdue?", Language: "en",
		Answer: answer(value.ID, "INV-20417"), Traps: []suites.Trap{trap(suites.Neighbour, value.ID, "INV-20471")}},
	"version": {Question: "Which firmware is current?", Language: "en", Answer: answer(value.ID, "1.5.0")},
	"orders":  {Question: "Which orders are open for Kaltenbach?", Language: "en", Answer: members("SO-88150", "SO-88156"), Traps: []suites.Trap{{Answer: members("SO-88142", "SO-88150"), Cause: suites.Neighbour}}},
	"cities":  {Question: "Which cities are in the top group?", Language: "en", Answer: members("Zurich", "London", "Singapore"), Traps: []suites.Trap{{Answer: members("Munich", "Paris"), Cause: suites.Neighbour}}},
	"rent":    {Question: "What is the monthly rent of the lab?", Language: "en", Traps: []suites.Trap{trap(suites.Distractor, value.Money, "EUR 4,200")}},
	"turkey":  {Question: "How long in advance do I apply to work from Turkey?", Language: "en", Traps: []suites.Trap{trap(suites.Neighbour, value.Duration, "15 working days")}},
	"zh-leave": {Question: "全职员工每年有多少天年假？", Language: "zh",
		Answer: answer(value.Duration, "28天"), Traps: []suites.Trap{trap(suites.Stale, value.Duration, "25天")}},
	"zh-price": {Question: "设备的价格是多少？", Language: "zh",
		Answer: answer(value.Money, "350万元"), Traps: []suites.Trap{trap(suites.Neighbour, value.Money, "320万元")}},
	"zh-who":  {Question: "谁负责审批？", Language: "zh", Answer: answer(value.Text, "王丽华"), Traps: []suites.Trap{trap(suites.Stale, value.Text, "张伟")}},
	"zh-ok":   {Question: "出差可以坐商务舱吗？", Language: "zh", Answer: answer(value.Bool, "否"), Traps: []suites.Trap{trap(suites.Stale, value.Bool, "是")}},
	"zh-rent": {Question: "实验室的月租金是多少？", Language: "zh", Traps: []suites.Trap{trap(suites.Distractor, value.Money, "4200元")}},
	"hi-leave": {Question: "पूर्णकालिक कर्मचारी को साल में कितने दिन की छुट्टी मिलती है?", Language: "hi",
		Answer: answer(value.Duration, "28 दिन"), Traps: []suites.Trap{trap(suites.Stale, value.Duration, "25 दिन")}},
	"hi-price": {Question: "अनुबंध का मूल्य कितना है?", Language: "hi",
		Answer: answer(value.Money, "₹12,50,000"), Traps: []suites.Trap{trap(suites.Neighbour, value.Money, "₹11,00,000")}},
	"hi-who":   {Question: "खरीद को कौन मंजूरी देता है?", Language: "hi", Answer: answer(value.Text, "अनिल देशपांडे"), Traps: []suites.Trap{trap(suites.Stale, value.Text, "रेखा कुलकर्णी")}},
	"hi-ok":    {Question: "क्या घर से काम करने की अनुमति है?", Language: "hi", Answer: answer(value.Bool, "नहीं")},
	"loss":     {Question: "What was the operating result?", Language: "en", Answer: answer(value.Money, "EUR -134")},
	"ratio":    {Question: "What is the payout ratio?", Language: "en", Answer: answer(value.Number, "0.54")},
	"close":    {Question: "Until when is the desk staffed?", Language: "en", Answer: answer(value.Text, "18:00"), Traps: []suites.Trap{trap(suites.Stale, value.Text, "17:00")}},
	"term":     {Question: "How long is the notice period?", Language: "en", Answer: answer(value.Duration, "24 months")},
	"actor":    {Question: "Who plays the engineer?", Language: "en", Answer: answer(value.Text, "Thaddeus Rowe Luckin", "The Washington Gazette")},
	"paper":    {Question: "Which paper reported it?", Language: "en", Answer: answer(value.Text, "Washington Gazette")},
	"source":   {Question: "Where does the drinking water come from?", Language: "en", Answer: answer(value.Text, "the eastern Catskill Mountains")},
	"faith":    {Question: "What was the religion before?", Language: "en", Answer: answer(value.Text, "Zoroastrianism")},
	"season":   {Question: "Which was the last season?", Language: "en", Answer: answer(value.Text, "third season")},
	"grams":    {Question: "How many grams of sugar are in one can?", Language: "en", Answer: answer(value.Number, "14")},
	"opened":   {Question: "When did it open?", Language: "en", Answer: answer(value.Date, "10 October 2015", "2015")},
	"zh-day":   {Question: "哪天截单？", Language: "zh", Answer: members("周二", "周五")},
	"zh-close": {Question: "服务台几点下班？", Language: "zh", Answer: answer(value.Text, "下午6点")},
	"hi-close": {Question: "डेस्क कब तक खुला है?", Language: "hi", Answer: answer(value.Text, "शाम 6 बजे")},
	"hi-rent":  {Question: "प्रयोगशाला का मासिक किराया कितना है?", Language: "hi", Traps: []suites.Trap{trap(suites.Distractor, value.Money, "₹4,200")}},
}

func TestFacts(t *testing.T) {
	for _, c := range []struct {
		item, reply string
		want        Verdict
		cause       suites.Cause
		why         string
	}{
		// Figures in English.
		{"leave", "28 days.", Correct, "", "the value"},
		{"leave", "28", Correct, "", "a bare figure answers a question for figures"},
		{"leave", "Twenty-eight days [1].", Correct, "", "in words, with a citation"},
		{"leave", "Full-time employees get 28 days [hr-leave-2026].", Correct, "", "the citation's year is no value"},
		{"leave", "25 days", Incorrect, suites.Stale, "the superseded value"},
		{"leave", "It is 27 days.", Incorrect, "", "another value"},
		{"leave", "25", Incorrect, suites.Stale, "a bare figure in the slot, and a trap"},
		{"leave", "Not 25 but 28 days.", Correct, "", "the denied value does not count"},
		{"leave", "It is not 28 days.", Incorrect, "", "the truth denied"},
		{"leave", "25 days was the 2025 figure; it is now 28.", Correct, "", "what was true once is not asserted"},
		{"leave", "It was 28 days in 2025; it is now 25 days.", Incorrect, suites.Stale, "the past value does not count"},
		{"leave", "25 days. No, wait, 28 days.", Correct, "", "taken back"},
		{"leave", "Either 25 or 28 days.", Incorrect, suites.Stale, "alternatives are no answer"},
		{"leave", "25-28 days", Incorrect, suites.Stale, "a range is no answer"},
		{"leave", "I think it is 28 days, but I am not sure.", Correct, "", "hedged and right"},
		{"leave", "It is probably 25 days.", Incorrect, suites.Stale, "hedged and wrong"},
		{"leave", "Not known.", Abstained, "", "the sentence the paper invites"},
		{"leave", "The passages do not mention annual leave.", Abstained, "", "not mentioned"},
		{"leave", "I'm sorry, but I cannot find that information in the documents.", Abstained, "", "cannot find"},
		{"leave", "There is no information about this.", Abstained, "", "no information"},
		{"leave", "None of the passages say how many days there are.", Abstained, "", "none say"},
		{"leave", "The exact number isn’t specified.", Abstained, "", "a curly apostrophe"},
		{"leave", "I don't know for certain, but the handbook says 28 days.", Correct, "", "says what is missing while giving the value"},
		{"leave", "I don't know exactly. My guess would be 25 days.", Incorrect, suites.Stale, "a guess asserts"},
		{"leave", "The documents do not state it for full-time employees; part-timers get 14 days.", Abstained, "", "a figure about others"},
		{"leave", "Full-time employees get 28 days, part-time employees get 14 days.", Correct, "", "the first value answers"},
		{"leave", "While managers get 30 days, full-time employees get 28 days.", Correct, "", "a conceding clause is about something else"},
		{"leave", "30 days (28 days for trainees).", Incorrect, suites.Neighbour, "brackets hold an aside"},
		{"leave", "The answer is **28 days**; the old policy had 25 days.", Correct, "", "bold and past"},
		{"leave", "You cannot take more than 28 days.", Correct, "", "a limit is asserted, not denied"},
		{"leave", "Four weeks.", Correct, "", "weeks are days"},
		{"leave", "Employees get 2.5 days a month and so 28 days a year.", Correct, "", "so leads to the answer"},
		{"leave", "Full-time employees get annual leave.", Unscored, "", "asserts only what the question says"},
		{"price", "12 x 40 = 480 EUR", Correct, "", "the result of a sum"},
		{"price", "40 licences at EUR 12 each come to a total of EUR 480.", Correct, "", "total leads to the answer"},
		{"price", "EUR 480 (40 × EUR 12).", Correct, "", "operands in brackets"},
		{"price", "40 × EUR 13 = EUR 520", Incorrect, suites.Neighbour, "a wrong result"},
		{"price", "Each costs EUR 12 per year. Therefore 40 licences cost EUR 480 a year.", Correct, "", "the last sentence concludes"},
		{"price", "USD 480", Incorrect, "", "another currency"},
		{"price", "480", Correct, "", "the currency is the question's"},
		{"bonus", "12.5 percent of the salary", Correct, "", "spelling"},
		{"bonus", "12.5 percentage points", Unscored, "", "points are no per cent"},
		{"bonus", "10%", Incorrect, suites.Distractor, "trap"},
		{"units", "There are 1,250 units in 3 boxes.", Correct, "", "the noun picks its figure"},
		{"units", "Order 4471 holds 1250 of them.", Correct, "", "an order number is a label"},
		{"units", "730 units", Incorrect, suites.Neighbour, "trap"},
		{"units", "over 1,250 units", Incorrect, "", "over excludes the figure"},
		// Dates.
		{"due", "It is due on 31 March 2026.", Correct, "", "spelling"},
		{"due", "March 31, 2026 (invoice of 1 March 2026)", Correct, "", "an aside"},
		{"due", "On 31 March.", Correct, "", "the year is understood"},
		{"due", "In March 2026.", Partial, "", "right as far as it goes"},
		{"due", "28.02.2026", Incorrect, suites.Stale, "trap"},
		{"due", "30 days after receipt.", Unscored, "", "no date"},
		// Names.
		{"who", "Lena Brandt", Correct, "", "the name"},
		{"who", "lena brandt approves them.", Correct, "", "case"},
		{"who", "L. Brandt", Correct, "", "initial"},
		{"who", "Brandt, Lena", Correct, "", "word order"},
		{"who", "Ms Brandt does.", Correct, "", "title and surname"},
		{"who", "Jonas Brandt", Incorrect, "", "someone else of that name"},
		{"who", "Marek Nowak", Incorrect, suites.Stale, "trap"},
		{"who", "Marek Nowak did until 2025; now it is Lena Brandt.", Correct, "", "past"},
		{"who", "Not Marek Nowak but Lena Brandt.", Correct, "", "denied"},
		{"who", "Lena Brandt or Marek Nowak", Incorrect, suites.Stale, "alternatives"},
		{"who", "The managing director.", Incorrect, "", "another answer"},
		{"who", "It is not stated who approves them.", Abstained, "", "not stated"},
		{"firm", "Brauhof Getränke", Correct, "", "without the legal form"},
		{"firm", "brauhof getranke kg", Correct, "", "without accents"},
		{"firm", "Kaltenbach Maschinenbau", Incorrect, suites.Neighbour, "trap without its legal form"},
		{"sign", "The head of the site signs.", Correct, "", "all terms in one sentence"},
		{"sign", "The head of department", Incorrect, suites.Neighbour, "trap"},
		// Bool.
		{"allowed", "Yes, up to 30 days a year.", Correct, "", "yes"},
		{"allowed", "Employees may work from abroad for 30 days.", Correct, "", "affirmed"},
		{"allowed", "No.", Incorrect, suites.Stale, "no"},
		{"allowed", "Working from abroad is not allowed.", Incorrect, suites.Stale, "denied"},
		{"allowed", "The handbook does not say.", Abstained, "", "not known"},
		{"allowed", "They may.", Correct, "", "elliptic"},
		{"allowed", "They may not.", Incorrect, suites.Stale, "elliptic"},
		{"allowed", "Ostfluss Wasserwerke GmbH", Unscored, "", "a name is neither yes nor no"},
		{"allowed", "To see whether it is allowed, one looks at the contract. Therefore working from abroad is not possible.", Incorrect, suites.Stale, "the conclusion rules"},
		{"allowed", "The answer is yes.", Correct, "", "said inside a sentence"},
		{"allowed", "The correct answer is \"No\".", Incorrect, suites.Stale, "said inside a sentence, in quotes"},
		{"allowed", "I would say **yes**, as the handbook puts it.", Correct, "", "in bold"},
		{"allowed", "Based on the handbook, yes.", Correct, "", "behind a comma"},
		{"allowed", "Based on the handbook, the answer is no: it is forbidden.", Incorrect, suites.Stale, "a no and its reason do not cancel each other"},
		{"allowed", "According to the handbook, no, you cannot work from abroad.", Incorrect, suites.Stale, "nor do a no and a negation"},
		{"allowed", "It is not stated in so many words, but I would say yes.", Correct, "", "a guess is an answer"},
		{"allowed", "At first sight, no. Therefore the answer is yes.", Correct, "", "the conclusion counts"},
		{"allowed", "For full-time staff, yes; for all others, no.", Unscored, "", "both, by a condition"},
		{"allowed", "The question is whether the answer is yes.", Unscored, "", "only asks"},
		{"allowed", "There is one rule, in section no. 5.", Unscored, "", "a number is no denial"},
		{"allowed", "It is a matter of yes or no.", Unscored, "", "a choice"},
		{"forbidden", "No, up to five days can be carried over.", Correct, "", "no"},
		{"forbidden", "Carrying leave over is forbidden.", Incorrect, "", "affirms the prohibition"},
		// Identifiers.
		{"invoice", "Invoice INV-20417 is overdue.", Correct, "", "exact"},
		{"invoice", "inv-20417", Correct, "", "case"},
		{"invoice", "INV-20471", Incorrect, suites.Neighbour, "trap"},
		{"invoice", "INV-20400", Incorrect, "", "another of the shape"},
		{"invoice", "INV-204171", Incorrect, "", "a longer identifier"},
		{"version", "Version 1.5.0", Correct, "", "exact"},
		{"version", "v1.5.0", Correct, "", "v before a version"},
		{"version", "1.5", Incorrect, "", "1.5 is not 1.5.0"},
		// Sets.
		{"orders", "SO-88150 and SO-88156", Correct, "", "all"},
		{"orders", "SO-88156, SO-88150.", Correct, "", "order free"},
		{"orders", "Only SO-88150.", Partial, "", "one of two"},
		{"orders", "SO-88150, SO-88156 and SO-88142", Incorrect, suites.Neighbour, "one too many"},
		{"orders", "SO-88142", Incorrect, suites.Neighbour, "none right"},
		{"cities", "London, Zürich and Singapore", Correct, "", "accents"},
		{"cities", "Munich and Paris", Incorrect, suites.Neighbour, "none right"},
		{"cities", "That is not listed.", Abstained, "", "not known"},
		// What words say of a figure.
		{"loss", "A loss of EUR 134.", Correct, "", "a loss is negative"},
		{"loss", "EUR (134)", Correct, "", "brackets are negative"},
		{"loss", "EUR 134", Incorrect, "", "a gain is not"},
		{"ratio", "54 %", Correct, "", "a ratio in per cent"},
		{"ratio", "0.54", Correct, "", "as it is"},
		{"ratio", "46 %", Incorrect, "", "another ratio"},
		{"term", "2 years", Correct, "", "years are months"},
		{"term", "30 days", Incorrect, "", "no 24 months are so short"},
		{"grams", "A 12-ounce can has about 14 grams of sugar.", Correct, "", "the question says what is counted"},
		{"grams", "There are14 grams.", Correct, "", "a joint that ran together"},
		{"opened", "In 2015.", Correct, "", "an alias of its own granularity"},
		{"opened", "October 2015", Correct, "", "finer than the alias"},
		{"opened", "On October 10, 20151.", Correct, "", "a note behind the year"},
		// Times of day.
		{"close", "Until 6 pm.", Correct, "", "twelve hours"},
		{"close", "Until six in the evening.", Correct, "", "in words"},
		{"close", "17:00", Incorrect, suites.Stale, "trap"},
		{"close", "At 7 pm.", Incorrect, "", "another hour"},
		{"zh-close", "18:00", Correct, "", "24 hours"},
		{"zh-close", "晚上六点", Correct, "", "in characters"},
		{"hi-close", "18:00 बजे", Correct, "", "24 hours"},
		{"hi-close", "शाम छह बजे", Correct, "", "in words"},
		{"zh-day", "每个星期二和礼拜五。", Correct, "", "three names of a day"},
		// Names and phrases in other words.
		{"actor", "Thaddeus Luckin", Correct, "", "without the middle name"},
		{"actor", "It is Thaddeus R. Luckin.", Correct, "", "a middle initial"},
		{"actor", "Thad Luckin", Correct, "", "a short form"},
		{"actor", "Theodora Luckin", Incorrect, "", "someone else of that name"},
		{"actor", "She is played byThaddeus Luckin1.", Correct, "", "joints that ran together"},
		{"paper", "The Post-Gazette had it in the Gazette of May.", Incorrect, "", "an article makes no surname"},
		{"source", "From the Catskill Mountains.", Correct, "", "more than half of the words"},
		{"source", "From the Rocky Mountains.", Incorrect, "", "less than half"},
		{"faith", "The Zoroastrian religion.", Correct, "", "a word of the family"},
		{"season", "Season 3.", Correct, "", "numbers in words"},
		// Without an answer.
		{"rent", "Not known.", Abstained, "", "the invited sentence"},
		{"rent", "The rent is EUR 4,200.", Incorrect, suites.Distractor, "trap"},
		{"rent", "EUR 3,100 a month.", Incorrect, "", "invented"},
		{"rent", "The documents don't state the rent of the lab; the EUR 4,200 is for the office.", Abstained, "", "says what is known beside it"},
		{"rent", "I am not sure, but it is probably EUR 4,200.", Incorrect, suites.Distractor, "a guess"},
		{"turkey", "You cannot work from Turkey; only EU countries are possible.", Abstained, "", "denies the premise"},
		{"turkey", "15 working days in advance.", Incorrect, suites.Neighbour, "trap"},
		{"turkey", "Working from Turkey is not possible. The 15 working days apply to EU countries only.", Abstained, "", "the trap is about something else"},
		// Chinese.
		{"zh-leave", "28天。", Correct, "", "the value"},
		{"zh-leave", "全职员工每年有二十八天年假。", Correct, "", "in characters"},
		{"zh-leave", "不是25天，而是28天。", Correct, "", "denied"},
		{"zh-leave", "25天", Incorrect, suites.Stale, "trap"},
		{"zh-leave", "原来是25天，现在是28天。", Correct, "", "past"},
		{"zh-leave", "大概28天吧。", Correct, "", "hedged"},
		{"zh-leave", "25天或28天", Incorrect, suites.Stale, "alternatives"},
		{"zh-leave", "不知道。", Abstained, "", "the invited sentence"},
		{"zh-leave", "资料中没有提到年假天数。", Abstained, "", "not mentioned"},
		{"zh-leave", "根据现有资料，无法确定。", Abstained, "", "cannot be determined"},
		{"zh-leave", "没有相关信息。", Abstained, "", "no information"},
		{"zh-leave", "四周", Correct, "", "weeks"},
		{"zh-price", "3,500,000元", Correct, "", "written out"},
		{"zh-price", "价格为人民币三百五十万元。", Correct, "", "in characters"},
		{"zh-price", "320万元", Incorrect, suites.Neighbour, "trap"},
		{"zh-who", "由王丽华审批。", Correct, "", "inside a sentence"},
		{"zh-who", "张伟负责审批。", Incorrect, suites.Stale, "trap"},
		{"zh-who", "不是张伟，是王丽华。", Correct, "", "denied"},
		{"zh-ok", "不可以。", Correct, "", "no"},
		{"zh-ok", "否，只能坐经济舱。", Correct, "", "no"},
		{"zh-ok", "可以。", Incorrect, suites.Stale, "yes"},
		{"zh-ok", "根据差旅规定，可以。", Incorrect, suites.Stale, "yes behind a comma"},
		{"zh-ok", "答案：不可以。", Correct, "", "no behind a colon"},
		{"zh-ok", "根据规定，答案是否定的。", Correct, "", "no in words"},
		{"zh-rent", "文件里没有写明月租金。", Abstained, "", "not written"},
		{"zh-rent", "每月4200元。", Incorrect, suites.Distractor, "trap"},
		// Hindi.
		{"hi-leave", "28 दिन।", Correct, "", "the value"},
		{"hi-leave", "कर्मचारी को २८ दिन की छुट्टी मिलती है।", Correct, "", "Devanagari digits"},
		{"hi-leave", "अट्ठाईस दिन", Correct, "", "in words"},
		{"hi-leave", "25 दिन नहीं, 28 दिन।", Correct, "", "denied behind"},
		{"hi-leave", "25 दिन", Incorrect, suites.Stale, "trap"},
		{"hi-leave", "पहले 25 दिन थे, अब 28 दिन हैं।", Correct, "", "past"},
		{"hi-leave", "शायद 28 दिन।", Correct, "", "hedged"},
		{"hi-leave", "25 या 28 दिन", Incorrect, suites.Stale, "alternatives"},
		{"hi-leave", "ज्ञात नहीं।", Abstained, "", "the invited sentence"},
		{"hi-leave", "दस्तावेज़ों में इसका उल्लेख नहीं है।", Abstained, "", "not mentioned"},
		{"hi-leave", "मुझे पता नहीं है।", Abstained, "", "not known"},
		{"hi-leave", "इस बारे में कोई जानकारी नहीं दी गई है।", Abstained, "", "no information"},
		{"hi-price", "12.5 लाख रुपये", Correct, "", "lakh"},
		{"hi-price", "मूल्य ₹11,00,000 है।", Incorrect, suites.Neighbour, "trap"},
		{"hi-who", "अनिल देशपांडे मंजूरी देते हैं।", Correct, "", "the name"},
		{"hi-who", "रेखा कुलकर्णी", Incorrect, suites.Stale, "trap"},
		{"hi-ok", "नहीं, अनुमति नहीं है।", Correct, "", "no"},
		{"hi-ok", "हाँ।", Incorrect, "", "yes"},
		{"hi-ok", "उत्तर हाँ है।", Incorrect, "", "said inside a sentence"},
		{"hi-ok", "नियमों के अनुसार, जी हाँ।", Incorrect, "", "behind a comma"},
		{"hi-ok", "घर से काम करने की अनुमति नहीं है।", Correct, "", "denied"},
		{"hi-rent", "किराया नहीं बताया गया है।", Abstained, "", "not told"},
		{"hi-rent", "₹4,200", Incorrect, suites.Distractor, "trap"},
	} {
		it, ok := items[c.item]
		if !ok {
			t.Fatalf("no item %q", c.item)
		}
		s, err := Facts{}.Score(t.Context(), Question{Item: it, Trial: runners.Trial{Status: runners.OK, Response: runners.Response{Text: c.reply}}})
		if err != nil {
			t.Fatal(err)
		}
		if s.Verdict != c.want || s.Cause != c.cause {
			t.Errorf("%s: %q: %v (%q), want %v (%q): %s\n\tWhy: %s", c.item, c.reply, s.Verdict, s.Cause, c.want, c.cause, c.why, s.Why)
		}
		if s.Why == "" || strings.Contains(s.Why, "\n") {
			t.Errorf("%s: %q: Why %q is no sentence", c.item, c.reply, s.Why)
		}
		if s.Hedged && s.Verdict != Correct {
			t.Errorf("%s: %q: hedged without being right", c.item, c.reply)
		}
	}
}
