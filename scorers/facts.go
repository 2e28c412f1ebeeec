package scorers

import (
	"context"
	"strings"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/suites"
)

// Facts judges replies by typed values and names, without a model. It decides in this order:
//
//  1. A trial without a whole answer has the zero Score. An empty answer, and one longer than 64 KiB, is Unscored.
//  2. On an item without an answer, a reply that says that it is not known, or denies the premise, is Abstained, unless it goes on to
//     guess or to give a trap; any other assertion is Incorrect.
//  3. Otherwise the values of the answer's kind that the reply stands by are compared with the answer: the right one is Correct
//     (Hedged with words of doubt), another one Incorrect, with the cause where it is a trap, the right one among alternatives
//     Incorrect, a date that is right but coarser Partial. A truth of 0 is also said in words ("flat", "no losses"). A short reply with a
//     figure of another kind is Incorrect. Of a set, all members and no other are Correct, some and no other Partial, anything else
//     Incorrect; an alias of a set writes all its members between semicolons. An alias of a yes or no that holds figures is its reason: a
//     reply with other figures of that kind is Partial.
//  4. Names and phrases match as whole words, with aliases, initials, short forms, surnames and titles; else by the share of their index
//     terms in one sentence, without those that the question holds: all of them, or more than half with every figure and the head of a
//     proper name, are Correct, a half is Partial unless it is half of a person's name. A long truth may stand in several sentences.
//  5. A reply without any such evidence is Abstained when it says that the answer is not known, and Incorrect when it names something
//     else; what is left is Unscored.
//
// Score.Final tells the typed matches and conflicts, names, traps and abstentions, which no judge need see, from the rest: shares of
// words, negations in prose, words that had run together, other words than the answer's, and what is said with doubt.
//
// The zero Facts is ready for use, by several goroutines at once.
type Facts struct{}

var _ Scorer = Facts{}

// Name is "facts".
func (Facts) Name() string { return "facts" }

// Score judges one trial. The error is that of ctx.
func (f Facts) Score(ctx context.Context, q Question) (Score, error) {
	if err := ctx.Err(); err != nil {
		return Score{}, err
	}
	if !q.Trial.Status.Answered() {
		return Score{}, nil
	}
	s := gradeShown(&q)
	s.Scorer = f.Name()
	switch s.Verdict {
	case Correct:
		s.Value = 1
	case Partial:
		s.Value = 0.5
	}
	s.Behaved = Judge(q, s)
	return s, nil
}

// longest is the longest reply that is judged, in bytes: more than any answer needs, and short enough for a bounded time.
const longest = 64 << 10

// grade judges a reply against an item.
func grade(it *suites.Item, reply string) Score {
	if len(reply) > longest {
		return Score{Why: "the reply is longer than 64 KiB, which is more than is read"}
	}
	if strings.TrimSpace(reply) == "" {
		return Score{Why: "the reply is empty"}
	}
	reply = unquote(reply)
	g := grader{it: it, lang: it.Language}
	for _, t := range it.Traps {
		g.traps = append(g.traps, truthOf(t.Answer, t.Cause, g.lang))
	}
	if !it.Answerable() {
		g.gold = truth{}
		return g.unanswerable(reply)
	}
	g.gold = truthOf(it.Answer, "", g.lang)
	switch {
	case it.Answer.Kind == value.Bool && g.gold.typed:
		return g.truthValue(reply)
	case it.Answer.Kind == value.Set:
		return g.set(reply)
	case g.gold.typed:
		return g.typed(reply)
	}
	return g.words(reply)
}

// unquote drops what repeats the question: lines that begin with ">".
func unquote(s string) string {
	if !strings.Contains(s, ">") || s[0] != '>' && !strings.Contains(s, "\n>") {
		return s
	}
	var b strings.Builder
	for line := range strings.Lines(s) {
		if !strings.HasPrefix(line, ">") {
			b.WriteString(line)
		}
	}
	if strings.TrimSpace(b.String()) == "" {
		return s
	}
	return b.String()
}

// grader holds what one reply is judged against.
type grader struct {
	it    *suites.Item
	lang  string
	gold  truth
	traps []truth
}

// typed judges a reply by values of the answer's kind. Where words have run together, a reply that is not right is read once more with their joints
// opened; so is every date, since "(2000) … onSeptember 25, 2000" holds two of unlike grain.
func (g *grader) typed(reply string) Score {
	s := g.values(reply)
	if parted := unglued(reply, true); parted != reply {
		if again := g.values(parted); again.Verdict != s.Verdict && (again.Verdict == Correct || again.Verdict != Unscored && g.gold.Kind == value.Date) {
			again.Final = false
			return again
		}
	}
	return s
}

func (g *grader) values(reply string) Score {
	r := read(reply)
	found := value.Find(reply, g.lang)
	asked := value.Find(g.it.Question, g.lang)
	cs, coarse := typed(&g.gold, g.traps, countable(&g.gold, found, g.it.Question, g.lang), asked, g.lang)
	cs = sameNoun(&g.gold, cs, reply, g.it.Question)
	if none := r.naughts(&g.gold, g.it.Question); len(none) > 0 {
		cs = inOrder(append(cs, none...))
	}
	r.signs(&g.gold, cs)
	r.asked = inPast(g.it.Question)
	r.mark(cs, found)
	o, c := r.settle(cs)
	if o == noEvidence {
		if w := g.words(reply); w.Verdict == Correct || coarse == nil && w.Verdict != Unscored {
			return w
		}
	}
	if o != matched {
		if k := r.declined(found); k >= 0 && !g.insists(r, c, k) {
			return g.abstained(r, k)
		}
	}
	switch o {
	case noEvidence:
		if coarse != nil {
			return Score{Verdict: Partial, Why: "the reply says " + coarse.Text + ", which is right as far as it goes; the truth is " + g.gold.name()}
		}
		if m := r.another(&g.gold, found, asked); m != nil {
			return Score{Verdict: Incorrect, Why: "the reply says " + m.Text + ", which is no " + string(g.gold.Kind) + "; the truth is " + g.gold.name()}
		}
		return Score{Why: "the reply holds no " + string(g.gold.Kind) + " to compare with " + g.gold.name()}
	default:
		return g.settled(o, c)
	}
}

// inPast reports whether an English question is in the past tense.
func inPast(question string) bool {
	q := " " + strings.ToLower(question)
	for _, w := range [...]string{" was ", " were ", " did ", " had "} {
		if strings.Contains(q, w) {
			return true
		}
	}
	return false
}

// insists reports whether a reply that says that something is not known still gives c as its answer: as a guess, or in another
// sentence than the one that says so, as a trap.
func (g *grader) insists(r *reading, c *candidate, abstained int) bool {
	if c == nil {
		return false
	}
	if len(r.sentences) > 3 { // the refusal has been weighed against conclusions; figures of a formula or a form are no answer
		return c.hedged || c.cause != ""
	}
	return c.hedged || c.concluded || r.sentence(c.start) < abstained && !c.old
}

func (g *grader) abstained(r *reading, sentence int) Score {
	return Score{Verdict: Abstained, Final: true, Why: "the reply says that it is not known: " + excerpt(r.sentences[sentence].Of(r.text))}
}

// settled turns an outcome into a score.
func (g *grader) settled(o outcome, c *candidate) Score {
	switch o {
	case matched:
		s := Score{Verdict: Correct, Hedged: c.hedged, Final: !c.hedged, Why: "the reply says " + c.text + "; the truth is " + g.gold.name()}
		if c.hedged {
			s.Why += " (said with doubt)"
		}
		return s
	case conflicted:
		return Score{Verdict: Incorrect, Cause: c.cause, Final: !c.hedged, Why: "the reply says " + c.text + "; the truth is " + g.gold.name() + explain(c.cause)}
	case divided:
		return Score{Verdict: Incorrect, Cause: c.cause, Final: true, Why: "the reply offers " + c.text + " beside the truth, " + g.gold.name() + ", and does not choose"}
	case deniedTrue:
		return Score{Verdict: Incorrect, Final: true, Why: "the reply denies " + c.text + ", which is the truth"}
	}
	return Score{}
}

// words judges a reply by names and phrases. Where no spelling of the truth stands in it, a reply whose words have run together is
// read once more with the joints opened, and then the share of the truth's words decides.
func (g *grader) words(reply string) Score {
	if s, ok := g.clock(reply); ok {
		return s
	}
	reply = weekdays(reply)
	question := text.Fold(weekdays(g.it.Question))
	l := g.read(reply, question)
	sure := true
	if !l.matches && g.gold.Kind == value.Text {
		if parted := unglued(reply, false); parted != reply {
			if again := g.read(parted, question); again.matches {
				l, sure = again, false
			} else {
				l.embedded(&g.gold)
				sure = sure && !l.matches
			}
		}
	}
	if !l.matches && g.gold.Kind == value.Text {
		if at, ok := abbreviated(reply, &g.gold, question); ok {
			name := reply[at.start:at.end]
			if places := occurrences(l.text, text.Fold(name)); len(places) > 0 {
				l.cs = inOrder(append(l.cs, candidate{span: places[0], relation: value.Match, text: name}))
				l.matches, sure = true, false
			}
		}
	}
	var rc recall
	if !l.matches && g.gold.Kind == value.Text {
		if rc = l.recalled(&g.gold, question); rc.suffices(len(l.cs) > 0) && !l.stray(rc) {
			l.cs = inOrder(append(l.cs, candidate{span: rc.span, relation: value.Match, text: rc.String()}))
			sure = false
		}
	}
	l.mark(l.cs, nil)
	o, c := l.settle(l.cs)
	if o != matched {
		if k := l.declined(nil); k >= 0 && !g.insists(l.reading, c, k) {
			return g.abstained(l.reading, k)
		}
	}
	switch {
	case o != noEvidence:
		s := g.settled(o, c)
		s.Final = s.Final && sure && !(o == matched && g.gold.Kind == value.Text && l.late(c))
		return s
	case l.stray(rc):
		return Score{Why: "the reply holds " + rc.String() + ", which may stand there by chance"}
	case rc.half():
		return Score{Verdict: Partial, Why: "the reply holds " + rc.String()}
	case g.gold.Kind == value.Text || g.gold.Kind == value.ID:
		if l.asserts(question) {
			return Score{Verdict: Incorrect, Why: "the reply says " + excerpt(l.text) + "; the truth is " + g.gold.name()}
		}
	}
	return Score{Why: "the reply holds nothing to compare with " + g.gold.name()}
}

// truthValue judges a reply to a yes-or-no question.
func (g *grader) truthValue(reply string) Score {
	r, q := read(reply), read(g.it.Question)
	r.whether = whether(g.it.Question)
	found := value.Find(reply, g.lang)
	opens := len(found) > 0 && found[0].Kind == value.Bool
	if _, said, _ := r.interjected(); !opens && !said {
		if k := r.declined(found); k >= 0 {
			return g.abstained(r, k)
		}
	}
	yes, at, worded, ok := r.polarity(q, found)
	if !ok {
		return Score{Why: "the reply says neither yes nor no"}
	}
	said := "no"
	if yes {
		said = "yes"
	}
	c := candidate{span: at, text: said, relation: value.Match}
	if len(r.sentences) > 0 {
		s := r.sentences[r.sentence(at.start)]
		c.hedged = r.has(span{s.Start, s.End}, hedges)
	}
	if yes != g.gold.value.Bool {
		c.relation = value.Conflict
		for _, t := range g.traps {
			if t.typed && t.value.Kind == value.Bool && t.value.Bool == yes {
				c.cause = t.cause
			}
		}
	}
	s := g.settled(side(&c))
	if s.Verdict == Correct && len(g.gold.Aliases) > 0 {
		if m, ok := g.otherReason(found, value.Find(g.it.Question, g.lang)); ok {
			return Score{Verdict: Partial, Why: "the reply says " + said + ", which is right, but gives " + m.Text + " as a figure; the truth is " + g.gold.Aliases[0]}
		}
	}
	// Negations counted in prose are less certain than a yes or no.
	s.Final = s.Final && worded
	return s
}
