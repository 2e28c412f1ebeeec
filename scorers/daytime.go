package scorers

import (
	"strings"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/internal/value"
)

// clock judges a reply by times of day, where the answer in words is one: "18:00", "1 pm", 下午6点. ok is false where the answer is none or
// the reply holds none of a certain half of the day.
func (g *grader) clock(reply string) (s Score, ok bool) {
	if g.gold.Kind != value.Text {
		return s, false
	}
	want, is := timeOf(&g.gold, g.lang)
	if !is {
		return s, false
	}
	found := value.Clocks(reply, g.lang)
	if len(found) == 0 {
		return s, false
	}
	asked := value.Clocks(g.it.Question, g.lang)
	r := read(reply)
	var cs []candidate
next:
	for _, f := range found {
		same, known := want.Same(f)
		if !known {
			continue
		}
		for _, a := range asked {
			if e, sure := a.Same(f); e && sure && !same {
				continue next
			}
		}
		c := candidate{span: span{f.Start, f.End}, relation: value.Conflict, text: reply[f.Start:f.End]}
		if same {
			c.relation = value.Match
		}
		for k := range g.traps {
			if t, is := timeOf(&g.traps[k], g.lang); is && c.relation == value.Conflict {
				if e, sure := t.Same(f); e && sure {
					c.cause = g.traps[k].cause
				}
			}
		}
		cs = append(cs, c)
	}
	r.mark(cs, nil)
	o, c := r.settle(cs)
	if o == noEvidence {
		return s, false
	}
	return g.settled(o, c), true
}

// timeOf reads a truth that is a time of day and little else: words of grammar may stand around it.
func timeOf(t *truth, lang string) (value.Clock, bool) {
	for _, s := range append([]string{t.Text}, t.Aliases...) {
		cs := value.Clocks(s, lang)
		if len(cs) == 1 && !cs[0].Loose && len(text.Terms(s[:cs[0].Start])) == 0 && len(text.Terms(s[cs[0].End:])) == 0 {
			return cs[0], true
		}
	}
	return value.Clock{}, false
}

// chineseDays writes the days of the week in one of their three forms.
var chineseDays = strings.NewReplacer("星期天", "周日", "星期", "周", "礼拜天", "周日", "礼拜", "周", "周天", "周日")

func weekdays(s string) string {
	if !strings.Contains(s, "星期") && !strings.Contains(s, "礼拜") && !strings.Contains(s, "周天") {
		return s
	}
	return chineseDays.Replace(s)
}
