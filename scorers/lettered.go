package scorers

import (
	"strings"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/internal/value"
)

// lettered is a reply read for names.
type lettered struct {
	*reading
	cs      []candidate
	matches bool // a spelling of the truth is among cs
}

func (g *grader) read(reply, question string) lettered {
	folded := text.Fold(reply)
	l := lettered{reading: read(folded)}
	if cased := text.Normalize(reply); len(cased) == len(folded) { // where sentences begin, capitals tell
		l.sentences = text.Sentences(cased)
	}
	if g.gold.Kind == value.ID {
		l.cs = l.identifiers(&g.gold, g.traps, value.Find(folded, g.lang), value.Find(question, g.lang))
	} else {
		l.capitals, l.question = capitals(reply), wordsOf(question)
		l.cs = l.names(&g.gold, g.traps, question)
	}
	for i := range l.cs {
		l.matches = l.matches || l.cs[i].relation == value.Match
	}
	return l
}

// late reports whether a candidate is a single word beyond the first sentence of a reply, where it may stand by chance; not where it is set in bold or
// a conclusion leads to it.
func (l *lettered) late(c *candidate) bool {
	return l.sentence(c.start) > 0 && !c.concluded && !strings.HasPrefix(l.text[c.end:], "**") && !strings.ContainsFunc(strings.TrimSpace(c.text), func(q rune) bool { return !wordy(q) || isHan(q) })
}

// stray reports whether a share of words comes down to one word of the truth in another form, beyond the first sentence: hunting for hunt.
func (l *lettered) stray(c recall) bool {
	if c.size != 1 || c.hit != 1 || c.echo || l.sentence(c.start) == 0 {
		return false
	}
	for w := range strings.FieldsSeq(text.Fold(c.spelling)) {
		if len(text.Terms(w)) > 0 && (len(occurrences(l.text, w)) > 0 || len(occurrences(l.text, unhyphened(w))) > 0) {
			return false
		}
	}
	return true
}

// embedded adds the places where a spelling of the truth has run together with its neighbours.
func (l *lettered) embedded(gold *truth) {
	for _, name := range gold.folded() {
		for _, s := range embedded(l.text, name) {
			l.cs = inOrder(append(l.cs, candidate{span: s, relation: value.Match, text: name}))
			l.matches = true
		}
	}
}

// wordsOf gives the words of a folded text.
func wordsOf(s string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsFuncSeq(s, func(r rune) bool { return !wordy(r) && r != '-' }) {
		m[w] = true
	}
	return m
}

// asserts reports whether the reply brings a term that the question does not hold, and is no question itself.
func (r *reading) asserts(question string) bool {
	if strings.HasSuffix(strings.TrimSpace(r.text), "?") || strings.HasSuffix(r.text, "？") {
		return false
	}
	asked := map[string]bool{}
	for _, w := range text.Terms(question) {
		asked[w] = true
	}
	for _, w := range text.Terms(r.text) {
		if !asked[w] {
			return true
		}
	}
	return false
}
