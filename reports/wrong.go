package reports

import (
	"slices"
	"strings"

	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

const (
	wrongKept  = 200  // wrong answers kept of an arm while reading
	wrongShown = 20   // of those, how many a report shows
	replyShown = 1500 // bytes of a reply that a report shows
)

// wrongOf copies what a person needs to judge a wrong answer.
func wrongOf(g *scorers.Graded) Wrong {
	w := Wrong{
		Arm: g.Trial.Arm, ItemID: g.Item.ID, Repeat: g.Trial.Repeat, Language: g.Item.Language, Domain: g.Item.Domain, Skill: g.Item.Skill,
		Question: g.Item.Question, Truth: truthOf(g.Item), Reply: shorten(g.Trial.Response.Text, replyShown), Why: g.Score.Why,
		Cause: string(g.Score.Cause), Passages: []string{},
	}
	for i := range g.Trial.Shown.Passages {
		w.Passages = append(w.Passages, g.Trial.Shown.Passages[i].ID)
	}
	return w
}

// truthOf writes an item's right answer for a person.
func truthOf(it suites.Item) string {
	a := it.Answer
	switch {
	case !it.Answerable():
		return "not known"
	case a.Kind == value.Set:
		return strings.Join(a.Set, ", ")
	case a.Text != "":
		return a.Text
	default:
		return strings.TrimSpace(a.Number + " " + a.Unit)
	}
}

// shorten cuts a text to at most so many bytes between runes, with an ellipsis.
func shorten(s string, limit int) string {
	s = strings.ToValidUTF8(s, "�")
	if len(s) <= limit {
		return s
	}
	cut := limit
	for cut > 0 && s[cut]&0xC0 == 0x80 {
		cut--
	}
	return strings.TrimRight(s[:cut], " \n") + " …"
}

// worst returns the wrong answers of an arm that the report shows, the worst first: those the closed book had right, then values given where
// there is none to give, then the rest; by item within each.
func (b *builder) worst(arm string) []Wrong {
	list := b.wrong[arm]
	base := b.tallies[runners.ClosedBook]
	weight := func(w *Wrong) int {
		switch {
		case w.Harm:
			return 0
		case !b.items[w.ItemID].answerable:
			return 1
		default:
			return 2
		}
	}
	for i := range list {
		b.place(&list[i])
		if base == nil || arm == base.arm {
			continue
		}
		if c := base.byItem[list[i].ItemID]; c != nil {
			for j := range c.slots {
				if s := &c.slots[j]; s.repeat == list[i].Repeat && s.status.Answered() && s.verdict == scorers.Correct {
					list[i].Harm = true
				}
			}
		}
	}
	slices.SortFunc(list, func(x, y Wrong) int {
		if d := weight(&x) - weight(&y); d != 0 {
			return d
		}
		if d := strings.Compare(x.ItemID, y.ItemID); d != 0 {
			return d
		}
		return x.Repeat - y.Repeat
	})
	return list[:min(len(list), wrongShown)]
}

// place says what lay open for a wrong answer, and where it was lost, if its arm has a waterfall and the answer a place in it.
func (b *builder) place(w *Wrong) {
	t, oracle := b.tallies[w.Arm], b.asked(runners.Oracle)
	c := t.byItem[w.ItemID]
	if w.Arm == runners.ClosedBook {
		return
	}
	for i := range c.slots {
		s := &c.slots[i]
		if s.repeat != w.Repeat || s.verdict != scorers.Incorrect {
			continue
		}
		w.Evidence = t.shown(s).String()
		if t.falls(c.item, s) && !edits(w.Arm) {
			w.Loss = lossOf(t.deskOf(s), s, t != oracle && oracle.right(c.item, s))
		}
		return
	}
}
