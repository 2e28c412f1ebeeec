package grounded

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const (
	leave = `Employees of the Pune office are entitled to 26 days of annual leave. Leave is granted by the line manager.
Requests must be filed on the Horizon portal at least 14 days ahead. Unused leave of up to 5 days is carried over until 31 March 2027.`
	supply = `本合同于2026年3月15日签订。供应商每月交付1200台设备，单价为人民币850元。交货地点为苏州工厂。逾期交货的违约金为每日0.5%。`
	lease  = `यह पट्टा 1 अप्रैल 2026 से 36 महीनों के लिए है। मासिक किराया ₹45,000 है। किराया हर महीने की 5 तारीख तक देना होगा। परिसर पुणे में स्थित है।`
	shop   = `{"name": "Harbour Cafe", "city": "Cork", "hours": {"Monday": "9:0-17:0", "Tuesday": "9:0-17:0", "Saturday": "10:0-14:0"},
"attributes": {"OutdoorSeating": false, "WiFi": "free", "TakeOut": true, "Delivery": null, "Parking": {"street": true, "garage": false}},
"stars": 4.5, "reviews": [{"text": "Lovely scones and quick service."}, {"text": "A bit loud."}]}`
)

// TestFlags is a golden table: passages, answer, and the pieces that nothing supports.
func TestFlags(t *testing.T) {
	var b strings.Builder
	for _, c := range []struct{ why, lang, question, answer, passage string }{
		{"the passage's words and figures", "en", "How much leave is there?", "Employees of the Pune office are entitled to 26 days of annual leave.", leave},
		{"another figure", "en", "How much leave is there?", "Employees of the Pune office are entitled to 28 days of annual leave.", leave},
		{"the same figure of another thing", "en", "How much leave is there?", "Employees of the Pune office are entitled to 26 percent of annual leave.", leave},
		{"another date, the same month", "en", "Until when is leave carried over?", "Unused leave is carried over until 30 March 2027.", leave},
		{"a coarser date stands in the passage", "en", "Until when is leave carried over?", "Unused leave is carried over until March 2027.", leave},
		{"a name from nowhere", "en", "Who grants leave?", "Leave is granted by the line manager or by Ms Kapoor.", leave},
		{"a clause from nowhere", "en", "Who grants leave?", "Leave is granted by the line manager, while sabbaticals demand approval from executive directors abroad.", leave},
		{"what the question says may be repeated", "en", "Does the 2025 merger with Oakfield change leave?", "The 2025 merger with Oakfield is not mentioned in the passages.", leave},
		{"silence claims nothing", "en", "What about parental leave?", "The passages do not mention parental leave for adoptive families.", leave},
		{"an announcement claims nothing", "en", "Summarise.", "Here is a summary in 20 words:\nRequests must be filed on the Horizon portal at least 14 days ahead.", leave},
		{"marks of citation claim nothing", "en", "How much leave is there?", "Employees are entitled to 26 days of annual leave [7][hr-leave-2026].", leave},
		{"labels of list items are no figures", "en", "What are the rules?", "1. Leave is granted by the line manager.\n2. Requests are filed on the Horizon portal.\n3. Unused leave is carried over.", leave},
		{"the same in Chinese", "zh", "每月交付多少台？", "供应商每月交付1200台设备，单价为人民币850元。", supply},
		{"another amount", "zh", "单价是多少？", "单价为人民币950元，交货地点为苏州工厂。", supply},
		{"another date", "zh", "何时签订？", "本合同于2026年5月15日签订。", supply},
		{"a clause from nowhere", "zh", "交货地点？", "交货地点为苏州工厂，运输保险由买方银行另行承担支付。", supply},
		{"the same in Hindi", "hi", "किराया कितना है?", "मासिक किराया ₹45,000 है।", lease},
		{"another amount", "hi", "किराया कितना है?", "मासिक किराया ₹54,000 है।", lease},
		{"another duration", "hi", "पट्टा कितने समय का है?", "यह पट्टा 24 महीनों के लिए है।", lease},
		{"a name from nowhere", "hi", "परिसर कहाँ है?", "परिसर पुणे में Phoenix टावर के पास स्थित है।", lease},
		{"fields of a record", "en", "Describe the cafe.", "Harbour Cafe in Cork has free WiFi and street parking. It offers takeout, but no outdoor seating.", shop},
		{"a field denied", "en", "Describe the cafe.", "Harbour Cafe has outdoor seating and a garage, but does not offer WiFi.", shop},
		{"a field left open", "en", "Describe the cafe.", "Harbour Cafe offers delivery.", shop},
		{"who says that it is left open", "en", "Describe the cafe.", "The record does not specify whether delivery is offered.", shop},
		{"denied after its noun", "en", "Describe the cafe.", "WiFi and takeout are not available.", shop},
		{"affirmed after a negation", "en", "Describe the cafe.", "While it does not have a garage, street parking is available.", shop},
		{"opening times", "en", "When is it open?", "It is open from 9 AM to 5 PM on Monday and Tuesday, and from 10 AM to 2 PM on Saturdays.", shop},
		{"other opening times", "en", "When is it open?", "It is open from 9 AM to 6 PM on Mondays.", shop},
		{"open on a day that has no times", "en", "When is it open?", "The cafe is open seven days a week.", shop},
		{"an exception in the same sentence", "en", "When is it open?", "It is open 9 AM to 5 PM from Monday to Saturday, except on Wednesday, Thursday, Friday and Saturday.", shop},
		{"longer hours that are shorter", "en", "When is it open?", "It is open on Monday, with extended hours on weekends.", shop},
		{"a counted list", "en", "Describe the cafe.", "It has 4.5 out of 5 stars in two reviews.", shop},
	} {
		q := asked(c.lang, c.question, c.answer, c.passage)
		flags, err := (Scorer{}).Flags(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		s, err := (Scorer{}).Score(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s (%s): %s\n", c.why, c.lang, strings.ReplaceAll(c.answer, "\n", " / "))
		for _, f := range flags {
			fmt.Fprintf(&b, "\t%s: %s\n", f.Reason, f.Of(c.answer))
		}
		fmt.Fprintf(&b, "\t= %s\n", s.Verdict)
	}
	golden(t, "flags.txt", b.String())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

func TestScore(t *testing.T) {
	good := asked("en", "How much leave is there?", "Employees are entitled to 26 days of annual leave.", leave)
	failed := good
	failed.Trial.Status = runners.Failed
	for _, c := range []struct {
		why  string
		q    scorers.Question
		want scorers.Verdict
	}{
		{"supported", good, scorers.Correct},
		{"every clause from nowhere", asked("en", "How much leave is there?", "Contractors receive 40 vacation mornings, plus 12 birthdays, under the Zurich Charter of 1998. Executive pensions double after retirement abroad.", leave), scorers.Incorrect},
		{"the invited sentence", asked("en", "Who is the CEO?", "Not known.", leave), scorers.Abstained},
		{"the invited sentence, Chinese", asked("zh", "总裁是谁？", "不知道。", supply), scorers.Abstained},
		{"the invited sentence, Hindi", asked("hi", "अध्यक्ष कौन है?", "ज्ञात नहीं।", lease), scorers.Abstained},
		{"nothing was shown", asked("en", "How much leave is there?", "26 days."), scorers.Unscored},
		{"an empty answer", asked("en", "How much leave is there?", " \n", leave), scorers.Unscored},
		{"a broken trial", failed, scorers.Unscored},
	} {
		s, err := (Scorer{}).Score(t.Context(), c.q)
		if err != nil {
			t.Fatal(err)
		}
		if s.Verdict != c.want {
			t.Errorf("%s: %v (%.2f, %s), want %v", c.why, s.Verdict, s.Value, s.Why, c.want)
		}
		if s.Verdict != scorers.Unscored && s.Verdict != scorers.Abstained && !strings.HasPrefix(s.Why, "triage signal") {
			t.Errorf("%s: %q does not say that it is a triage signal", c.why, s.Why)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (Scorer{}).Score(ctx, good); err == nil {
		t.Error("a cancelled context is no error")
	}
}

// TestMoreIsWorse: what is added without support never raises the support.
func TestMoreIsWorse(t *testing.T) {
	base := "Employees of the Pune office are entitled to 26 days of annual leave."
	last := 2.0
	for _, more := range []string{"", " Bonuses reach 900 dollars.", " Directors commute by helicopter to Lisbon weekly.", " The Lisbon tower opened in 1987 with 43 lifts."} {
		base += more
		s, err := (Scorer{}).Score(t.Context(), asked("en", "What is offered?", base, leave))
		if err != nil {
			t.Fatal(err)
		}
		if s.Value > last {
			t.Errorf("%q raised the support from %.3f to %.3f", more, last, s.Value)
		}
		last = s.Value
	}
}

func TestSpansJoin(t *testing.T) {
	q := asked("en", "Who grants leave?", "Sabbaticals demand approval from 19 executive directors abroad.", leave)
	spans, err := (Scorer{}).Spans(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	if len(spans) != 1 || spans[0].Of(q.Trial.Response.Text) != strings.TrimSpace(q.Trial.Response.Text) {
		t.Errorf("spans %v of %q", spans, q.Trial.Response.Text)
	}
}

func TestEntails(t *testing.T) {
	var v Verifier
	for _, c := range []struct {
		premises []string
		claim    string
		want     bool
	}{
		{[]string{leave}, "Unused leave of up to 5 days is carried over.", true},
		{[]string{leave}, "Unused leave of up to 9 days is carried over.", false},
		{[]string{leave}, "Factory workers in Hanoi receive bonuses.", false},
		{[]string{leave, supply}, "供应商每月交付1200台设备。", true},
		{[]string{leave}, "供应商每月交付1200台设备。", false},
		{[]string{lease}, "मासिक किराया ₹45,000 है।", true},
		{[]string{lease}, "मासिक किराया ₹46,000 है।", false},
		{[]string{"The mill was built in the 1960s."}, "The mill was built in the 1960s.", true},
		{[]string{"The mill was built in 1964."}, "The mill was built in the 1960s.", true},
		{[]string{"The mill was built in the 1960s."}, "The mill was built in 1964.", false},
		{[]string{"The mill was built in 1964."}, "The mill was built in the 20th century.", false},
		{[]string{"The mill was built in the 1960s."}, "The mill was built in the late 1960s.", false},
		{nil, "Anything at all.", false},
	} {
		for range 2 { // the second time from memory
			if got := v.Entails(c.premises, c.claim); got != c.want {
				t.Errorf("%q: %v, want %v", c.claim, got, c.want)
			}
		}
	}
}

func ExampleScorer() {
	q := scorers.Question{Item: suites.Item{Question: "How much leave is there?", Language: "en"}}
	q.Trial.Status = runners.OK
	q.Trial.Shown.Passages = []suites.Passage{{ID: "hr-1", Text: leave}}
	q.Trial.Response.Text = "Employees are entitled to 32 days of annual leave."
	s, _ := Scorer{}.Score(context.Background(), q)
	fmt.Println(s.Why)
	// Output: triage signal: not found in the passages: "32 days" (figure)
}
