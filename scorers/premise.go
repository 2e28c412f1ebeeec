package scorers

import (
	"strings"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/internal/value"
)

// unanswerable judges a reply to a question whose answer is not known or whose premise is false. Saying so is Abstained, and so
// is denying the premise: a negation, a word such as "only" or "expired", an opening no, or nothing at all ("EUR 0"). A guess, or a
// trap given outside of the sentence that denies, is Incorrect all the same; so is any reply without a denial.
func (g *grader) unanswerable(reply string) Score {
	r := read(reply)
	found := value.Find(reply, g.lang)
	asked := value.Find(g.it.Question, g.lang)
	abstains := r.abstention()
	denies := -1
	for k, s := range r.sentences {
		all := span{s.Start, s.End}
		if r.negations(all) > 0 || r.has(all, refutes) {
			denies = k
			break
		}
	}
	for i := range found {
		if m := &found[i]; denies < 0 && (m.Kind == value.Bool && !m.Bool || figure(m.Kind) && m.Num == 0) {
			denies = r.sentence(m.Start)
		}
	}
	said := abstains
	if said < 0 {
		said = denies
	}
	// Traps and guesses among the values and names of the reply.
	var cs []candidate
	for i := range found {
		m := &found[i]
		c := candidate{span: span{m.Start, m.End}, relation: value.Conflict, value: m.Value, text: m.Text}
		for k := range g.traps {
			if t := &g.traps[k]; t.typed && t.compare(m.Value, g.lang) == value.Match && !echoes(m.Value, asked) {
				c.cause = t.cause
			}
		}
		if c.cause != "" || !echoes(m.Value, asked) && m.Kind != value.Bool && !(m.Kind == value.Date && m.Grain == value.Year) {
			cs = append(cs, c)
		}
	}
	r.mark(cs, found)
	if len(cs) == 0 || !anyTrap(cs) {
		cs = append(cs, g.trapNames(reply)...)
	}
	for i := range cs {
		c := &cs[i]
		if !c.live() || said >= 0 && (c.old || c.conceded) {
			continue
		}
		alone := said < 0 || r.sentence(c.start) > said && abstains >= 0 && c.concluded || c.hedged && !c.limited
		if said >= 0 && abstains < 0 && c.cause != "" && r.sentence(c.start) < said {
			alone = true // the trap comes first and what follows qualifies it
		}
		if alone && (c.cause != "" || said < 0 || c.hedged) {
			return Score{Verdict: Incorrect, Cause: c.cause, Final: c.cause != "" && !c.hedged, Why: "the reply says " + c.text + "; there is no such answer to give" + explain(c.cause)}
		}
	}
	switch {
	case abstains >= 0:
		return g.abstained(r, abstains)
	case denies >= 0:
		return Score{Verdict: Abstained, Why: "the reply denies the premise: " + excerpt(r.sentences[denies].Of(r.text))}
	case !read(text.Fold(reply)).asserts(text.Fold(g.it.Question)):
		return Score{Why: "the reply asserts nothing"}
	}
	return Score{Verdict: Incorrect, Why: "the reply says " + excerpt(reply) + "; there is no such answer to give"}
}

func anyTrap(cs []candidate) bool {
	for i := range cs {
		if cs[i].cause != "" && cs[i].live() {
			return true
		}
	}
	return false
}

// trapNames finds the traps that are names. Their offsets are those of the folded reply, which serves as its own reading.
func (g *grader) trapNames(reply string) []candidate {
	var r *reading
	var cs []candidate
	question := text.Fold(g.it.Question)
	for k := range g.traps {
		t := &g.traps[k]
		if t.typed || t.Text == "" || len(occurrences(question, text.Fold(t.Text))) > 0 {
			continue
		}
		if r == nil {
			r = read(text.Fold(reply))
		}
		for _, s := range r.named(t) {
			cs = append(cs, candidate{span: s, relation: value.Conflict, cause: t.cause, text: t.Text})
		}
	}
	if r != nil {
		r.mark(cs, nil)
	}
	return cs
}

// explain gives the sense of a cause in brackets, or nothing.
func explain[S ~string](cause S) string {
	switch cause {
	case "":
		return ""
	case "stale":
		return " (stale: true in a superseded edition)"
	case "distractor":
		return " (distractor: it stands in a similar passage about something else)"
	case "counterfactual":
		return " (counterfactual: planted in an edited passage)"
	case "misconception":
		return " (misconception: widely believed)"
	case "neighbour":
		return " (neighbour: the right kind in the wrong row or column)"
	}
	return " (" + string(cause) + ")"
}

// excerpt quotes the start of a text, on one line, at most 80 bytes and whole runes long.
func excerpt(s string) string {
	s = strings.TrimSpace(s)
	cut := len(s)
	for i := range s {
		if i > 80 {
			cut = i
			break
		}
	}
	q := s[:cut]
	if strings.ContainsAny(q, "\n\r\t") {
		q = strings.Join(strings.Fields(q), " ")
	}
	if cut < len(s) {
		q += "…"
	}
	return "“" + q + "”"
}
