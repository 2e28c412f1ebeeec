package scorers

import (
	"fmt"
	"strings"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/suites"
)

// set judges a reply by the members of the answer. A wrong member is a member of a trap, or a value of the kind and unit of a
// member that is in neither the answer, the question nor a bracket. All right and none wrong is Correct, some right and none wrong Partial;
// a wrong member is Incorrect, since it asserts something false.
func (g *grader) set(reply string) Score {
	folded := text.Fold(weekdays(reply))
	r := read(folded)
	found, asked := value.Find(folded, g.lang), value.Find(g.it.Question, g.lang)
	used := make([]bool, len(found))
	var missing, wrong []string
	right, sure := 0, true
	others := g.spelled()
next:
	for i, m := range g.gold.Set {
		loose := false
		for k := -1; k < len(others); k++ {
			way := m
			if k >= 0 {
				way = others[k][i]
			}
			held, certain := g.member(r, way, found, used)
			if certain {
				right++
				continue next
			}
			loose = loose || held
		}
		if loose {
			right, sure = right+1, false
		} else {
			missing = append(missing, m)
		}
	}
	var cause suites.Cause
	question := text.Fold(g.it.Question)
	for k := range g.traps {
		t := &g.traps[k]
		members := t.Set
		if t.Kind != value.Set {
			members = []string{t.Text}
		}
	traps:
		for _, m := range members {
			f := text.Fold(m)
			for _, own := range g.gold.Set {
				if strings.Contains(text.Fold(own), f) {
					continue traps
				}
			}
			if held, _ := g.member(r, m, found, used); held && len(occurrences(question, f)) == 0 {
				wrong = append(wrong, m)
				cause = t.cause
			}
		}
	}
	for i := range found {
		if !used[i] && g.stray(&found[i], asked) && !r.bracketed(found[i].Start) && !r.deniedBefore(span{found[i].Start, found[i].End}, r.clause(span{found[i].Start, found[i].End})) {
			wrong = append(wrong, found[i].Text)
		}
	}
	n := len(g.gold.Set)
	switch {
	case right == n && len(wrong) == 0:
		return Score{Verdict: Correct, Final: sure, Why: "the reply names all of " + g.gold.name()}
	case right > 0 && len(wrong) == 0:
		why := fmt.Sprintf("the reply names %d of %d (%s)", right, n, g.gold.name())
		if len(missing) > 0 {
			why += ", without " + strings.Join(missing, ", ")
		}
		return Score{Verdict: Partial, Why: why}
	}
	if right == 0 {
		if k := r.abstention(); k >= 0 && len(wrong) == 0 {
			return g.abstained(r, k)
		}
	}
	if len(wrong) == 0 && right == 0 && !r.asserts(question) {
		return Score{Why: "the reply holds nothing to compare with " + g.gold.name()}
	}
	why := "the reply names none of " + g.gold.name()
	if right > 0 {
		why = fmt.Sprintf("the reply names %d of %d (%s)", right, n, g.gold.name())
	}
	if len(wrong) > 0 {
		why += " and says " + strings.Join(wrong, ", ")
	}
	return Score{Verdict: Incorrect, Cause: cause, Final: cause != "", Why: why + explain(cause)}
}

// spelled gives the members in the ways of the aliases, each of which writes all of them in the same order between semicolons.
func (g *grader) spelled() (out [][]string) {
	for _, a := range g.gold.Aliases {
		ms := strings.Split(a, ";")
		if len(ms) != len(g.gold.Set) {
			continue
		}
		for i := range ms {
			ms[i] = strings.TrimSpace(ms[i])
		}
		out = append(out, ms)
	}
	return out
}

// member reports whether the reply stands by a member: by its typed value or its name, not denied, which is certain, or by all of its
// words in one sentence, which is not.
func (g *grader) member(r *reading, m string, found []value.Mention, used []bool) (held, certain bool) {
	v := value.Guess(m, g.lang)
	if v.Kind != value.Text {
		hit := false
		for i := range found {
			if value.Compare(v, found[i].Value, 0) == value.Match {
				used[i], hit = true, true
			}
		}
		if hit {
			return true, true
		}
	}
	t := truth{Answer: suites.Answer{Kind: value.Text, Text: m}}
	for _, s := range r.named(&t) {
		for i := range found {
			if found[i].Start < s.end && s.start < found[i].End {
				used[i] = true
			}
		}
		if !r.deniedBefore(s, r.clause(s)) && !r.deniedAfter(s, r.clause(s)) {
			return true, true
		}
	}
	c := r.recalled(&t, "")
	return c.size > 1 && c.hit == c.size && v.Kind == value.Text, false
}

// stray reports whether a value of the reply could be a member but is none: one of the kind, unit and, for identifiers, shape of a
// member, that the question does not hold.
func (g *grader) stray(m *value.Mention, asked []value.Mention) bool {
	if echoes(m.Value, asked) {
		return false
	}
	for _, own := range g.gold.Set {
		v := value.Guess(own, g.lang)
		if v.Kind == value.ID && m.Kind == value.ID && shapeOf(strings.ToUpper(m.Text)) == shapeOf(v.Text) {
			return true
		}
		if v.Kind == m.Kind && v.Unit == m.Unit && v.Unit != "" {
			return true
		}
		if v.Kind == value.Date && m.Kind == value.Date && v.Grain == m.Grain {
			return true
		}
	}
	return false
}
