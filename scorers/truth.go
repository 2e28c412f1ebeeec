package scorers

import (
	"math"
	"strings"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/suites"
)

// truth is one thing that a reply may say: a right answer in one of its spellings, or a trap.
type truth struct {
	suites.Answer
	value value.Value
	typed bool // value holds; otherwise the words of Text and Aliases decide
	cause suites.Cause
}

// truthOf types an answer. Where its text cannot be read as its kind, its words decide.
func truthOf(a suites.Answer, cause suites.Cause, lang string) truth {
	t := truth{Answer: a, cause: cause}
	switch a.Kind {
	case value.Text, value.ID, value.Set, "":
		return t
	}
	if v, err := a.Value(lang); err == nil {
		t.value, t.typed = v, true
	}
	return t
}

// name is how a truth is quoted in a Why.
func (t *truth) name() string {
	if t.Kind == value.Set {
		s := ""
		for i, m := range t.Set {
			if i > 0 {
				s += ", "
			}
			s += m
		}
		return s
	}
	return t.Text
}

// compare relates a value to the truth, or to an alias that has a value of its own ("30 working days"). A tolerance is the truth's and goes with
// the alias's scale. An alias without the scale word of the truth stands for those who leave it out: "$67.5 thousand" is not $67,510.
func (t *truth) compare(v value.Value, lang string) value.Relation {
	r := value.Compare(t.value, v, t.Tolerance)
	if r == value.Match {
		return r
	}
	for _, alias := range t.Aliases {
		w, err := value.Parse(t.Kind, alias, t.Unit, lang)
		if err != nil || t.value.Scaled && !w.Scaled && v.Scaled {
			continue
		}
		tolerance := t.Tolerance
		if tolerance > 0 && t.value.Num != 0 && w.Num != 0 {
			tolerance *= math.Abs(w.Num / t.value.Num)
		}
		if value.Compare(w, v, tolerance) != value.Match {
			continue
		}
		// That the year alone will do does not make every day of it right.
		if r == value.Conflict && v.Kind == value.Date && w.Grain > v.Grain && value.Contains(w, t.value) {
			continue
		}
		return value.Match
	}
	return r
}

// folded gives the spellings of a truth in folded form.
func (t *truth) folded() []string {
	out := make([]string, 0, 1+len(t.Aliases))
	if t.Text != "" {
		out = append(out, spelling(t.Text))
	}
	for _, a := range t.Aliases {
		out = append(out, spelling(a))
	}
	return out
}

// spelling folds a name and takes it out of quotation marks that stand around the whole of it.
func spelling(s string) string {
	s = text.Fold(weekdays(s))
	if n := len(s) - 1; n > 1 && s[0] == '"' && s[n] == '"' && strings.Count(s, `"`) == 2 {
		return strings.Trim(s[1:n], ".,; ")
	}
	return s
}
