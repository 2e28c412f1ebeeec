package scorers

import (
	"math"
	"strings"

	"github.com/viva-eval/viva/internal/value"
)

// typed gathers the candidates of a typed truth among the values of a reply. Values that merely repeat the question are left
// out, and so are years and months around a day, which only date what is said. Figures without a unit count where the truth has
// one only if nothing else does. coarse is a date that is right as far as it goes.
func typed(gold *truth, traps []truth, found, asked []value.Mention, lang string) (cs []candidate, coarse *value.Mention) {
	var bare []candidate
	for i := range found {
		m := &found[i]
		rel := gold.compare(m.Value, lang)
		if rel == value.Unrelated && figure(gold.Kind) && gold.value.Num == 0 && figure(m.Kind) && m.Num == 0 {
			rel = value.Match // nothing is nothing in any unit
		}
		if rel == value.Conflict && echoes(m.Value, asked) {
			continue
		}
		c := candidate{span: span{m.Start, m.End}, relation: rel, value: m.Value, text: m.Text}
		if rel != value.Match {
			for k := range traps {
				if traps[k].typed && traps[k].compare(m.Value, lang) == value.Match {
					c.cause = traps[k].cause
					if rel == value.Unrelated && !value.Bare(m.Value) {
						c.relation = value.Conflict // a trap in another unit is still a wrong answer
					}
					break
				}
			}
		}
		if holds := value.Contains(m.Value, gold.value); gold.Kind == value.Date && m.Kind == value.Date && (m.Grain > gold.value.Grain || holds) && rel != value.Match {
			if holds {
				coarse = m
			} else if c.cause == "" && m.Grain != value.Year && m.Num == 0 && rel == value.Conflict {
				bare = append(bare, c)
			}
			continue
		}
		switch {
		case c.relation == value.Unrelated && value.Bare(m.Value) && m.Kind == value.Number && figure(gold.Kind) && !echoes(m.Value, asked):
			c.relation = value.Conflict
			bare = append(bare, c)
		case c.relation == value.Unrelated && gold.Kind == value.Number && gold.value.Unit == "" && m.Kind == value.Percent && gold.value.Num != math.Trunc(gold.value.Num) && !echoes(m.Value, asked):
			c.relation = value.Conflict // a ratio may be given in per cent
			bare = append(bare, c)
		case c.relation == value.Conflict && gold.Kind == value.Duration && m.Kind == value.Duration && !value.Commensurable(gold.value, m.Value):
			bare = append(bare, c) // a span of another sort may be about something else
		case c.relation != value.Unrelated:
			cs = append(cs, c)
		}
	}
	if len(cs) == 0 && coarse == nil {
		cs = bare
	}
	return cs, coarse
}

func figure(k value.Kind) bool {
	return k == value.Number || k == value.Percent || k == value.Money || k == value.Duration
}

// echoes reports whether the question itself holds the value.
func echoes(v value.Value, asked []value.Mention) bool {
	for i := range asked {
		q := asked[i].Value
		if q.Kind == v.Kind && q.Grain == v.Grain && value.Compare(q, v, 0) == value.Match {
			return true
		}
	}
	return false
}

// signs turns a conflict into a match where words say the sign of the figure: where the truth is negative, "a loss of 134" is -134.
func (r *reading) signs(gold *truth, cs []candidate) {
	if !figure(gold.Kind) || gold.value.Num >= 0 {
		return
	}
	for i := range cs {
		c := &cs[i]
		if c.relation != value.Conflict || c.value.Num <= 0 || c.cause != "" || !r.has(r.clause(c.span), falls) {
			continue
		}
		v := c.value
		v.Num = -v.Num
		if value.Compare(gold.value, v, gold.Tolerance) == value.Match {
			c.relation = value.Match
		}
	}
}

// another gives a figure in a reply of one or two sentences that holds none of the kind of the truth, a figure too: who is asked for a share and
// gives a sum has answered, if wrongly. What the question holds, a bare year, a denied value and the truth's own figure under another name are no
// such answers.
func (r *reading) another(gold *truth, found, asked []value.Mention) *value.Mention {
	if len(r.sentences) > 2 || !figure(gold.Kind) {
		return nil
	}
	for i := range found {
		m := &found[i]
		s := span{m.Start, m.End}
		if figure(m.Kind) && m.Num != gold.value.Num && !echoes(m.Value, asked) && !r.deniedBefore(s, r.clause(s)) && !r.deniedAfter(s, r.clause(s)) {
			return m
		}
	}
	return nil
}

// countable leaves out spans of time and measures where the question counts something else: "two-year" is no number of terms.
func countable(gold *truth, found []value.Mention, question, lang string) []value.Mention {
	if gold.Kind != value.Number || gold.value.Unit != "" {
		return found
	}
	nouns := counted(question)
	if len(nouns) == 0 {
		return found
	}
	for _, n := range nouns {
		if value.IsUnit(n, lang) {
			return found
		}
	}
	kept := found[:0:0]
	for i := range found {
		if found[i].Kind == value.Duration || found[i].Kind == value.Number && found[i].Unit != "" && value.IsUnit(found[i].Unit, lang) {
			continue
		}
		kept = append(kept, found[i])
	}
	return kept
}

// sameNoun keeps, for a count of things outside the table of units, the candidates that are followed by the noun that is counted, where
// there are any: "1,250 units in 3 boxes" is one figure for units. The noun is the gold's or an alias's, its unit, or what the question asks
// for with "how many".
func sameNoun(gold *truth, cs []candidate, s, question string) []candidate {
	if gold.Kind != value.Number || len(cs) < 2 {
		return cs
	}
	var nouns []string
	for _, s := range append([]string{gold.Text}, gold.Aliases...) {
		if noun := strings.TrimLeft(s, "0123456789., +-\u00a0"); noun != s {
			nouns = append(nouns, strings.ToLower(noun))
		}
	}
	nouns = append(append(nouns, strings.ToLower(gold.Unit)), counted(question)...)
	for _, noun := range nouns {
		noun = strings.TrimSuffix(noun, "s")
		if noun == "" {
			continue
		}
		var out []candidate
		for _, c := range cs {
			after := strings.ToLower(strings.TrimLeft(s[c.end:min(len(s), c.end+len(noun)+2)], " -"))
			if strings.HasPrefix(after, noun) || strings.Contains(strings.ToLower(s[c.start:c.end]), noun) {
				out = append(out, c)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return cs
}

// counted gives the words that an English question counts: grams and alcohol in "how many grams of alcohol".
func counted(question string) []string {
	q := strings.ToLower(question)
	i := strings.Index(q, "how many ")
	if i < 0 {
		return nil
	}
	var out []string
	for w := range strings.FieldsSeq(q[i+len("how many "):]) {
		w = strings.Trim(w, "?,.")
		if vocabulary[w] != 0 || len(out) == 2 {
			break
		}
		out = append(out, w)
	}
	return out
}
