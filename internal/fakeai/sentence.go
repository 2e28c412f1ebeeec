package fakeai

import (
	"strings"

	"github.com/viva-eval/viva/internal/prompt"
)

// say puts an outcome into a short sentence of the truth's language, chosen among several by pick.
func say(g Given, t Truth, passages bool, pick uint64) string {
	var give, withhold []string
	full := "."
	switch t.Language {
	case "zh":
		give, full = []string{"答案是%。", "%。", "应为%。"}, "。"
		withhold = []string{prompt.NotKnown("zh"), "我不知道。", "资料中没有提到。"}
	case "hi":
		give, full = []string{"उत्तर है: %।", "%।", "सही उत्तर: %।"}, "।"
		withhold = []string{prompt.NotKnown("hi"), "मुझे ज्ञात नहीं है।", "दिए गए अनुच्छेदों में इसका उल्लेख नहीं है।"}
	default:
		give = []string{"The answer is %.", "%.", "Answer: %."}
		withhold = []string{prompt.NotKnown("en"), "I do not know.", "The passages do not say."}
	}
	if g == Withheld {
		if !passages {
			withhold = withhold[:2]
		}
		return withhold[pick%uint64(len(withhold))]
	}
	value := t.Right
	if g == Wrong {
		value = t.Wrong
	}
	s := strings.Replace(give[pick%uint64(len(give))], "%", value, 1)
	if strings.HasSuffix(value, full) { // "Ltd." ends its sentence by itself
		s = strings.TrimSuffix(s, full)
	}
	return s
}
