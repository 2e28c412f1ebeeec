package lab

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/viva-eval/viva/internal/prompt"
	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
	"github.com/viva-eval/viva/suites/curated"
)

var meridian = sync.OnceValue(func() *suites.Suite {
	s, err := curated.Load("meridian")
	if err != nil {
		panic(err)
	}
	return s
})

func book(t testing.TB, l *Lab, spec string) *Book {
	t.Helper()
	a, err := runners.ParseArm(spec)
	if err != nil {
		t.Fatal(err)
	}
	b, err := l.Book(a, 5)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// each opens a book for every item of meridian that it applies to.
func each(t *testing.T, l *Lab, spec string, check func(it suites.Item, s runners.Shown)) int {
	t.Helper()
	b := book(t, l, spec)
	n := 0
	for _, it := range meridian().Items {
		if !b.Applies(it) {
			continue
		}
		n++
		s, err := b.Open(t.Context(), it, 5)
		if err != nil {
			t.Errorf("%s: %v", it.ID, err)
			continue
		}
		check(it, s)
	}
	return n
}

var specs = []string{"oracle:k=10:at=5", "noisy", "noisy:order=2:rate=0.8", "distractors", "incomplete", "stale", "stale:with=current",
	"counterfactual", "conflict", "injected", "injected:hidden=comment"}

func encode(t *testing.T, s runners.Shown) string {
	t.Helper()
	s.Took = 0
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Every paper is read back, as the built-in reader must; the same seed shows the same, another seed something else.
func TestPapersAreReadBackAndSeedsSettleThem(t *testing.T) {
	s := meridian()
	one, again, other := New(s, 1), New(s, 1), New(s, 2)
	for _, spec := range specs {
		twin, third := book(t, again, spec), book(t, other, spec)
		differs := 0
		n := each(t, one, spec, func(it suites.Item, shown runners.Shown) {
			msgs := paperOf(s, it, shown)
			p, err := prompt.Parse(msgs)
			if err != nil || p.Question != it.Question || len(p.Passages) != len(shown.Passages) {
				t.Errorf("%s %s: not read back: %v", spec, it.ID, err)
			}
			ids := map[string]bool{}
			for i, q := range p.Passages {
				if q.Text != shown.Passages[i].Text || ids[q.ID] {
					t.Errorf("%s %s: passage %s is not read back, or stands twice", spec, it.ID, q.ID)
				}
				ids[q.ID] = true
			}
			same, err := twin.Open(t.Context(), it, 5)
			if err != nil || encode(t, same) != encode(t, shown) {
				t.Errorf("%s %s: the same seed shows something else (%v)", spec, it.ID, err)
			}
			if x, err := third.Open(t.Context(), it, 5); err != nil || encode(t, x) != encode(t, shown) {
				differs++
			}
		})
		switch runners.BaseArm(spec) {
		case runners.Oracle, runners.Distractors, runners.Incomplete: // nothing is drawn: neighbours are ranked, sentences found
		case runners.Stale:
			if strings.Contains(spec, "current") && differs < n/4 {
				t.Errorf("%s: %d of %d differ with the seed", spec, differs, n)
			}
		default:
			if differs < n/2 {
				t.Errorf("%s: %d of %d differ with the seed", spec, differs, n)
			}
		}
	}
}

func paperOf(s *suites.Suite, it suites.Item, shown runners.Shown) []prompt.Message {
	p := prompt.Paper{Language: it.Language, Question: it.Question, AsOf: s.AsOf.Format("2006-01-02")}
	for _, q := range shown.Passages {
		p.Passages = append(p.Passages, prompt.Passage{ID: q.ID, Title: q.Title, Text: q.Text})
	}
	return p.Messages()
}

// How many items of the shipped suite each arm asks. Whoever changes the suite or the laboratory sees here what it costs.
func TestItemsAsked(t *testing.T) {
	l := New(meridian(), 1)
	for spec, want := range map[string]int{"oracle:k=10:at=5": 208, "noisy": 208, "distractors": 242, "incomplete": 188, "stale": 45,
		"stale:with=current": 45, "counterfactual": 189, "conflict": 189, "injected": 208} {
		b := book(t, l, spec)
		n := 0
		for _, it := range meridian().Items {
			if b.Applies(it) {
				n++
			} else if b.LeftOut(it) == "" {
				t.Errorf("%s: %s is left out without a reason", spec, it.ID)
			}
		}
		if n != want {
			t.Errorf("%s asks %d items, want %d", spec, n, want)
		}
	}
}

// states says in its own way, apart from the laboratory's, whether a text states an answer: a value of the same unit, or the words.
func states(s string, a suites.Answer, lang string) bool {
	v, err := a.Value(lang)
	if err != nil || v.Kind == value.Text || v.Kind == value.ID {
		words := " " + strings.Join(text.Words(s), " ") + " "
		return slices.ContainsFunc(append([]string{a.Text}, a.Aliases...), func(p string) bool {
			return strings.Contains(words, " "+strings.Join(text.Words(p), " ")+" ")
		})
	}
	return slices.ContainsFunc(value.Find(s, lang), func(m value.Mention) bool {
		return (value.Bare(v) || !value.Bare(m.Value)) && value.Compare(v, m.Value, a.Tolerance) == value.Match
	})
}

func stated(it suites.Item) bool {
	return it.Derivation == "" && it.Answer.Kind != value.Set && it.Answer.Kind != value.Bool
}

func TestNoDistractorHoldsTheAnswer(t *testing.T) {
	l := New(meridian(), 1)
	for _, spec := range []string{"distractors", "noisy", "oracle:k=10:at=5"} {
		each(t, l, spec, func(it suites.Item, s runners.Shown) {
			if spec == "distractors" && (len(s.Passages) != 5 || s.Expect != runners.ExpectAbstain) {
				t.Errorf("%s: %d passages, expecting %s", it.ID, len(s.Passages), s.Expect)
			}
			for _, p := range s.Passages {
				if slices.Contains(it.Evidence, p.ID) {
					if spec == "distractors" {
						t.Errorf("%s: evidence %s among the distractors", it.ID, p.ID)
					}
					continue
				}
				if stated(it) && it.Answerable() && states(p.Text, it.Answer, it.Language) {
					t.Errorf("%s %s: %s holds %q", spec, it.ID, p.ID, it.Answer.Text)
				}
				for _, id := range it.Evidence {
					e, _ := meridian().Passage(id)
					if e.Supersedes == p.ID || p.Supersedes == id {
						t.Errorf("%s %s: %s is another edition of the evidence", spec, it.ID, p.ID)
					}
				}
			}
		})
	}
}

func TestNoiseAndPlaces(t *testing.T) {
	l := New(meridian(), 1)
	count := func(it suites.Item, s runners.Shown) (evidence int, first int) {
		first = -1
		for i, p := range s.Passages {
			if slices.Contains(it.Evidence, p.ID) {
				evidence++
				if first < 0 {
					first = i
				}
			}
		}
		return evidence, first
	}
	reverse := book(t, l, "noisy:order=2")
	each(t, l, "noisy", func(it suites.Item, s runners.Shown) {
		if n, _ := count(it, s); n != len(it.Evidence) || len(s.Passages)-n != 3 { // ceil(0.6 * 5)
			t.Errorf("%s: %d of %d passages are evidence", it.ID, n, len(s.Passages))
		}
		back, err := reverse.Open(t.Context(), it, 5)
		if err != nil {
			t.Fatal(err)
		}
		slices.Reverse(back.Passages)
		if encode(t, back) != encode(t, s) {
			t.Errorf("%s: order 2 is not the reverse of order 1", it.ID)
		}
	})
	for at, want := range map[string]int{"1": 0, "5": 4, "10": 9} {
		each(t, l, "oracle:k=10:at="+at, func(it suites.Item, s runners.Shown) {
			n, first := count(it, s)
			if len(s.Passages) != 10 || n != len(it.Evidence) || first != min(want, 10-n) {
				t.Errorf("at %s, %s: %d passages, evidence from place %d", at, it.ID, len(s.Passages), first+1)
			}
		})
	}
}

func TestIncompleteHoldsNoAnswer(t *testing.T) {
	l := New(meridian(), 1)
	each(t, l, "incomplete", func(it suites.Item, s runners.Shown) {
		if len(s.Edits) == 0 || s.Expect != runners.ExpectAbstain {
			t.Errorf("%s: nothing removed", it.ID)
		}
		for _, p := range s.Passages {
			if stated(it) && states(p.Title+"\n"+p.Text, it.Answer, it.Language) {
				t.Errorf("%s: %s still holds %q:\n%s", it.ID, p.ID, it.Answer.Text, p.Text)
			}
			if it.Answer.Kind == value.Set {
				for _, m := range it.Answer.Set {
					if states(p.Text, suites.Answer{Kind: value.Text, Text: m}, it.Language) {
						t.Errorf("%s: %s still holds %q", it.ID, p.ID, m)
					}
				}
			}
			columns := -1
			for line := range strings.SplitSeq(p.Text, "\n") {
				if !strings.HasPrefix(line, "|") {
					columns = -1
					continue
				}
				n := strings.Count(line, "|")
				if columns >= 0 && n != columns {
					t.Errorf("%s: the table of %s is broken at %q", it.ID, p.ID, line)
				}
				columns = n
			}
			if strings.Contains(p.Text, "\n\n\n") || strings.TrimSpace(p.Text) != p.Text {
				t.Errorf("%s: %s has holes:\n%s", it.ID, p.ID, p.Text)
			}
		}
		if it.Derivation != "" && len(s.Edits) > 0 && len(s.Edits[0].From) == 0 {
			t.Errorf("%s: no operand removed", it.ID)
		}
	})
}

func TestCounterfactualHoldsTheEditedValueAlone(t *testing.T) {
	l := New(meridian(), 1)
	each(t, l, "counterfactual", func(it suites.Item, s runners.Shown) {
		last := s.Edits[len(s.Edits)-1]
		if last.PassageID != "" || last.Kind != string(suites.Counterfactual) || last.To == "" || last.To == last.From {
			t.Fatalf("%s: the last edit is %+v", it.ID, last)
		}
		if s.Expect != runners.ExpectContext {
			t.Errorf("%s: expects %s", it.ID, s.Expect)
		}
		all := ""
		for _, p := range s.Passages {
			all += p.Title + "\n" + p.Text + "\n"
		}
		to := it.Answer
		to.Text, to.Aliases = last.To, nil
		if stated(it) {
			if states(all, it.Answer, it.Language) {
				t.Errorf("%s: %q is still there", it.ID, it.Answer.Text)
			}
			if !states(all, to, it.Language) {
				t.Errorf("%s: %q is not there", it.ID, last.To)
			}
		}
		for _, e := range s.Edits[:len(s.Edits)-1] {
			if e.From == e.To || !strings.Contains(all, e.To) {
				t.Errorf("%s: edit %+v is not there", it.ID, e)
			}
		}
		if it.Answer.Kind != value.Set {
			gold, err := it.Answer.Value(it.Language)
			v, err2 := to.Value(it.Language)
			if err != nil || err2 != nil {
				t.Errorf("%s: %q cannot be read: %v", it.ID, last.To, err2)
			} else if value.Compare(gold, v, it.Answer.Tolerance) == value.Match {
				t.Errorf("%s: %q is still the truth", it.ID, last.To)
			}
			for _, trap := range it.Traps {
				if it.Answer.Kind == value.Bool {
					continue // there is no third answer
				}
				if tv, err := trap.Value(it.Language); err == nil && value.Compare(tv, v, 0) == value.Match && tv.Kind == v.Kind {
					t.Errorf("%s: %q is the trap %q", it.ID, last.To, trap.Text)
				}
			}
		}
	})
}

func TestConflictShowsBothOldestCopyFirstOrLast(t *testing.T) {
	l := New(meridian(), 1)
	before, after := 0, 0
	each(t, l, "conflict", func(it suites.Item, s runners.Shown) {
		if s.Expect != runners.ExpectReport || len(s.Passages) <= len(it.Evidence) {
			t.Errorf("%s: %d passages, expecting %s", it.ID, len(s.Passages), s.Expect)
		}
		place := map[string]int{}
		for i, p := range s.Passages {
			place[p.ID] = i
		}
		for id, i := range place {
			original, copied := strings.CutSuffix(id, copyMark)
			if !copied {
				continue
			}
			was := s.Passages[place[original]]
			if !s.Passages[i].ValidFrom.Before(was.ValidFrom) {
				t.Errorf("%s: the copy of %s is not older", it.ID, original)
			}
			if unedited, _ := meridian().Passage(original); unedited.Text != was.Text {
				t.Errorf("%s: the original %s is edited", it.ID, original)
			}
			if Original(meridian(), id) != original {
				t.Errorf("%s is made from %s, not %s", id, original, Original(meridian(), id))
			}
			if i < place[original] {
				before++
			} else {
				after++
			}
		}
	})
	if before < 50 || after < 50 {
		t.Errorf("the copy comes first %d times, last %d times", before, after)
	}
}

func TestStale(t *testing.T) {
	l := New(meridian(), 1)
	expects := map[runners.Expectation]int{}
	each(t, l, "stale", func(it suites.Item, s runners.Shown) {
		expects[s.Expect]++
		for _, p := range s.Passages {
			if p.Supersedes != "" {
				t.Errorf("%s: the current edition %s is shown", it.ID, p.ID)
			}
		}
		var planted string
		for _, e := range s.Edits {
			if e.PassageID == "" {
				planted = e.To
			}
		}
		for _, trap := range it.Traps { // what the suite says by hand is what is found by type and place
			if trap.Cause == suites.Stale && it.Answerable() && trap.Text != planted {
				t.Errorf("%s: found %q, the suite's stale trap is %q", it.ID, planted, trap.Text)
			}
		}
	})
	if expects[runners.ExpectAbstain] < 40 || expects[runners.ExpectEither] == 0 {
		t.Errorf("expectations: %v", expects)
	}
	each(t, l, "stale:with=current", func(it suites.Item, s runners.Shown) {
		if s.Expect != due(it) {
			t.Errorf("%s: expects %s", it.ID, s.Expect)
		}
	})
}

func TestInjected(t *testing.T) {
	l := New(meridian(), 1)
	kinds := map[string]int{}
	each(t, l, "injected", func(it suites.Item, s runners.Shown) {
		if len(s.Passages) != len(it.Evidence)+1 || s.Expect != due(it) || len(s.Edits) != 3 {
			t.Fatalf("%s: %d passages, %d edits, expecting %s", it.ID, len(s.Passages), len(s.Edits), s.Expect)
		}
		order, code, demand := s.Edits[0], s.Edits[1], s.Edits[2]
		kinds[order.Kind]++
		for _, p := range s.Passages {
			if strings.Contains(p.Text, order.To) != (p.ID == order.PassageID) || strings.Contains(p.Text, code.To) != (p.ID == code.PassageID) {
				t.Errorf("%s: %s holds what it should not, or lacks what it should", it.ID, p.ID)
			}
			if strings.Contains(p.Text, demand.To) && p.ID != order.PassageID {
				t.Errorf("%s: %s says %q by itself", it.ID, p.ID, demand.To)
			}
			if original, _ := meridian().Passage(p.ID); strings.Contains(original.Text, demand.To) || strings.Contains(original.Text, code.To) {
				t.Errorf("%s: %q or %q stands in %s already", it.ID, demand.To, code.To, p.ID)
			}
		}
		if slices.Contains(it.Evidence, code.PassageID) || !slices.Contains(it.Evidence, order.PassageID) {
			t.Errorf("%s: the secret lies in %s, the order in %s", it.ID, code.PassageID, order.PassageID)
		}
		if it.Answerable() && states(demand.To, it.Answer, it.Language) {
			t.Errorf("%s: the demanded %q is the truth", it.ID, demand.To)
		}
	})
	if len(kinds) != 3 {
		t.Errorf("hidings: %v", kinds)
	}
}

func TestSnapshot(t *testing.T) {
	l := New(meridian(), 1)
	for day, want := range map[string]map[string]bool{
		"2025-06-30": {"hr-leave-2025": true, "hr-leave-2026": false, "pn-travel-2025": true, "hr-payroll-2026": false, "contract-nordwerk": true},
		"2026-03-31": {"hr-leave-2025": false, "hr-leave-2026": true, "pn-travel-2025": true, "pn-travel-2026": false},
		"2026-06-30": {"pn-travel-2025": false, "pn-travel-2026": true, "hr-payroll-2026": true},
	} {
		d, err := ParseDay(day)
		if err != nil {
			t.Fatal(err)
		}
		held := map[string]bool{}
		for _, p := range l.Snapshot(d) {
			held[p.ID] = true
		}
		for id, in := range want {
			if held[id] != in {
				t.Errorf("%s: %s in the corpus: %v", day, id, held[id])
			}
		}
	}
	if _, err := ParseDay("31.3.2026"); err == nil {
		t.Error("31.3.2026 is read as a day")
	}
}

func TestBookRefusesWrongParameters(t *testing.T) {
	l := New(meridian(), 1)
	for spec, want := range map[string]string{
		"noisy:rate=1.5":          `arm noisy:rate=1.5: rate is "1.5", want a share between 0 and 1`,
		"noisy:order=3":           `arm noisy:order=3: order is "3", want a whole number between 1 and 2`,
		"oracle:at=11:k=10":       `arm oracle:at=11:k=10: at is "11", want a place among the k=10 passages`,
		"stale:with=future":       `arm stale:with=future: with is "future", want current`,
		"injected:hidden=nowhere": `arm injected:hidden=nowhere: hidden is "nowhere", want plain or comment or link`,
		"distractors:k=0":         `arm distractors:k=0: k is "0", want a whole number between 1 and 1000`,
		"noisy:rate=NaN":          `arm noisy:rate=NaN: rate is "NaN", want a share between 0 and 1`,
		"closed-book":             `arm closed-book: not one of the laboratory's`,
	} {
		a, err := runners.ParseArm(spec)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := l.Book(a, 5); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", spec, err, want)
		}
	}
}
