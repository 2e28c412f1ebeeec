package suites

import (
	"regexp"
	"slices"
	"strings"

	"github.com/viva-eval/viva/internal/value"
)

// Annotators copy sentences: to "How much did it change?" the gold answer is "decreased $352 million". Where such a gold holds one
// value of the kind the question asks for, the value is the answer and the rest repeats the question. Golds that deny, golds whose
// value is a bound ("over 50 countries") and answers to "why" stay as they are.

var (
	asksHowLong = regexp.MustCompile(`(?i)\bhow long\b`)
	asksPeriod  = regexp.MustCompile(`(?i)\b(period|term|life|duration)\b`)
	asksWhen    = regexp.MustCompile(`(?i)^when\b|\b(which|what) (date|day|year)\b`)
	asksHowMany = regexp.MustCompile(`(?i)\bhow many\b|\bnumber of\b`)
	asksSum     = regexp.MustCompile(`(?i)\bhow much\b|\bwhat (is|was|were|are) (the |its |their )?(\w+ ){0,4}(amount|value|price|cost|size|balance|total|increase|decrease|change|dividend|rate|margin|percentage|share)\b`)
	denies      = regexp.MustCompile(`(?i)\b(no|not|none|never|neither|nor|without)\b|n['’]t\b`)
	asksReason  = regexp.MustCompile(`(?i)\b(why|reasons?|drove|drivers?|led to|due to|who|where|which companies|describe|explain)\b`)
)

// soleValue gives the one value of the asked kind that a gold sentence holds, as it is written there.
func soleValue(question, gold, lang string) (value.Mention, bool) {
	var none value.Mention
	if asksReason.MatchString(question) || denies.MatchString(gold) {
		return none, false
	}
	var kinds []value.Kind
	switch {
	case asksHowLong.MatchString(question):
		kinds = []value.Kind{value.Duration}
	case asksWhen.MatchString(question):
		kinds = []value.Kind{value.Date}
	case asksHowMany.MatchString(question):
		kinds = []value.Kind{value.Number}
	case asksSum.MatchString(question):
		kinds = []value.Kind{value.Money, value.Percent, value.Number}
	case asksPeriod.MatchString(question):
		kinds = []value.Kind{value.Duration}
	}
	var found []value.Mention
	for _, m := range value.Find(gold, lang) {
		switch {
		case !slices.Contains(kinds, m.Kind) && (m.Kind != value.Number || m.Unit != "" || len(kinds) == 0):
		case m.Kind == value.Date && (m.Date.Year() == 0 || !m.Alt.IsZero() || m.Grain != value.Day):
			return none, false
		default:
			found = append(found, m)
		}
	}
	if len(found) != 1 || !slices.Contains(kinds, found[0].Kind) || found[0].Bound != value.Exact && found[0].Bound != value.About {
		return none, false
	}
	return found[0], true
}

// tidy strips the marks around a gold answer that belong to no text: blanks, backticks, and quotes that enclose the whole of it.
func tidy(gold string) string {
	gold = strings.Trim(gold, "` \t\n")
	for _, pair := range [][2]string{{`"`, `"`}, {"“", "”"}, {"'", "'"}, {"‘", "’"}} {
		inner, opened := strings.CutPrefix(gold, pair[0])
		inner, closed := strings.CutSuffix(inner, pair[1])
		if opened && closed && !strings.Contains(inner, pair[0]) && !strings.Contains(inner, pair[1]) && strings.TrimSpace(inner) != "" {
			return strings.TrimSpace(inner)
		}
	}
	return gold
}
