package scorers

import (
	"strings"
	"testing"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

func TestAbstain(t *testing.T) {
	for _, c := range []struct {
		lang, reply string
		want        Verdict
		why         string
	}{
		{"en", "Not known.", Abstained, "the sentence the paper invites"},
		{"en", "I'm sorry, but I can't provide that figure.", Abstained, "I cannot provide"},
		{"en", "As an AI, I do not have access to company data. You would need to look at the annual report.", Abstained, "no access"},
		{"en", "The information provided does not include the balance sheet for 2021.", Abstained, "a source that is silent"},
		{"en", "Without the revenue it is not possible to calculate the ratio.", Abstained, "cannot be worked out"},
		{"en", "It is impossible to compute this.", Abstained, "impossible to work out"},
		{"en", "You haven't provided the balance sheet.", Abstained, "not given by the asker"},
		{"en", "This is outside the scope of the documents.", Abstained, "beyond the sources"},
		{"en", "Could you tell me which camera you mean?", Abstained, "a question back"},
		{"en", "To calculate the margin, you would need the income statement. The formula is cost over revenue. Please refer to the annual report.", Abstained, "nothing but where to look"},
		{"en", "To find the ratio, divide assets by debts. Take the total of each. However, you have not provided the figures. Please provide them, and I can help you calculate it.", Abstained, "figures that the asker kept"},
		{"en", "The ratio is assets by debts. Assets come first. Unfortunately, I do not have access to the filing. However, I can guide you on how to find it.", Abstained, "an offer in place of an answer"},
		{"en", "I do not have access to the accounts. To calculate it: 1. Add both years. 2. Finally, divide by two.", Abstained, "steps conclude nothing"},
		{"en", "The formula needs shares. Shares are not given. However, we can assume some. With this it's not possible to compute the ratio.", Abstained, "it closes by giving up"},
		{"en", "The passage does not state the price. Therefore, it is not possible to determine which is cheaper.", Abstained, "a conclusion that declines"},
		{"en", "I'm sorry, but the text has been cut off. Please let me know what you need.", Abstained, "an apology and a request"},
		{"en", "I do not have last year's card. However, I can tell you that the fee is EUR 12.", Unscored, "an offer that answers"},
		{"en", "28 days.", Unscored, "an answer"},
		{"en", "It is probably 28 days, but I am not sure about part-time staff. Managers get 30 days.", Unscored, "doubt about an answer"},
		{"en", "The restructuring costs are not stated. Therefore, the answer is 0.", Unscored, "a conclusion all the same"},
		{"en", "As an AI I don't have beliefs. However, the five pillars are faith, prayer, alms, fasting and pilgrimage.", Unscored, "a contrast that answers"},
		{"en", "We cannot provide laptops to contractors.", Unscored, "a rule, not a refusal"},
		{"en", "Please submit it by Friday.", Unscored, "an instruction is an answer"},
		{"en", "No, employees may not work from abroad.", Unscored, "a no is an answer"},
		{"en", "The contract does not include maintenance.", Unscored, "a contract is no source that is silent"},
		{"en", "The company acquired three firms in 2023. It paid 164 million for them. It sold one in 2022. For 2021 nothing is reported in the document.", Unscored, "a note on what is missing beside an answer"},
		{"zh", "不知道。", Abstained, "the invited sentence"},
		{"zh", "资料中没有提到年假天数。", Abstained, "not mentioned"},
		{"zh", "这个问题超出了所给资料的范围。", Abstained, "beyond the sources"},
		{"zh", "根据现有资料无法计算。", Abstained, "cannot be worked out"},
		{"zh", "28天。", Unscored, "an answer"},
		{"zh", "大概是28天。", Unscored, "doubt"},
		{"zh", "不能超过25天。", Unscored, "a limit"},
		{"hi", "ज्ञात नहीं।", Abstained, "the invited sentence"},
		{"hi", "इस बारे में कोई जानकारी नहीं दी गई है।", Abstained, "no information"},
		{"hi", "28 दिन।", Unscored, "an answer"},
		{"hi", "शायद 28 दिन।", Unscored, "doubt"},
	} {
		q := Question{Item: suites.Item{Question: "?", Language: c.lang}, Trial: runners.Trial{Status: runners.OK, Response: runners.Response{Text: c.reply}}}
		s, err := Abstain{}.Score(t.Context(), q)
		if err != nil || s.Verdict != c.want || s.Why == "" || s.Scorer != "abstain" || (s.Value == 1) != (c.want == Abstained) {
			t.Errorf("%q: %+v, %v; want %v: %s", c.reply, s, err, c.want, c.why)
		}
	}
	for _, reply := range []string{"", strings.Repeat("not known ", 10<<20/10)} {
		s, err := Abstain{}.Score(t.Context(), Question{Trial: runners.Trial{Status: runners.OK, Response: runners.Response{Text: reply}}})
		if err != nil || s.Verdict != Unscored || s.Why == "" {
			t.Errorf("%d bytes: %+v, %v", len(reply), s, err)
		}
	}
	if s, err := (Abstain{}).Score(t.Context(), Question{Trial: runners.Trial{Status: runners.Failed}}); err != nil || s != (Score{}) {
		t.Errorf("a failed trial has the score %+v, %v", s, err)
	}
}

// TestFinal says which verdicts need no judge.
func TestFinal(t *testing.T) {
	for _, c := range []struct {
		item, reply string
		want        bool
		why         string
	}{
		{"leave", "28 days", true, "a typed match"},
		{"leave", "25 days", true, "a typed conflict"},
		{"leave", "Not known.", true, "an abstention"},
		{"leave", "I think it is 28 days.", false, "doubt"},
		{"who", "Lena Brandt", true, "the name"},
		{"who", "The managing director.", false, "other words may mean the same"},
		{"source", "From the Catskill Mountains.", false, "a share of the words"},
		{"actor", "She is played byThaddeus Luckin1.", false, "opened joints"},
		{"leave", "", false, "unscored"},
		{"due", "In March 2026.", false, "right as far as it goes"},
		{"allowed", "Yes.", true, "a yes"},
		{"allowed", "Working from abroad is not allowed.", false, "a negation in prose"},
		{"orders", "SO-88150 and SO-88156", true, "all members"},
		{"orders", "SO-88142", true, "a trap"},
		{"rent", "The rent is EUR 4,200.", true, "a trap where there is no answer"},
		{"rent", "EUR 3,100 a month.", false, "an unknown way to decline looks like an assertion"},
	} {
		s, err := Facts{}.Score(t.Context(), Question{Item: items[c.item], Trial: runners.Trial{Status: runners.OK, Response: runners.Response{Text: c.reply}}})
		if err != nil || s.Final != c.want {
			t.Errorf("%s: %q: final %v, %v; want %v: %s", c.item, c.reply, s.Final, err, c.want, c.why)
		}
	}
}

// FuzzAbstain looks for panics and for scores that contradict themselves.
func FuzzAbstain(f *testing.F) {
	for _, s := range []string{"Not known.", "I can't", "outside", "不能", "超出资料", "Please", "you?", "नहीं", "if you", "However"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, reply string) {
		s, err := Abstain{}.Score(t.Context(), Question{Trial: runners.Trial{Status: runners.OK, Response: runners.Response{Text: reply}}})
		if err != nil || (s.Verdict == Abstained) != (s.Value == 1) || s.Verdict != Abstained && s.Verdict != Unscored || s.Why == "" {
			t.Errorf("%q: %+v, %v", reply, s, err)
		}
	})
}
