package consistency

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/scorers/nli"
	"github.com/viva-eval/viva/suites"
)

// Lexical is an [Entailer] without a model, for short answers. In this order:
//
//  1. What is equal after folding entails.
//  2. Typed values decide where both answers hold some that the question does not: the premise entails the hypothesis when it holds all of
//     its values; it contradicts it when the hypothesis has values of a kind none of which the premise has, but others of that kind. An
//     answer with more than 256 values is not compared by them.
//  3. Otherwise an answer with a negation contradicts one without.
//  4. Otherwise index terms decide, those of the question aside: the premise entails the hypothesis when it holds all its terms, or of four
//     or more three quarters, a figure not among the rest. Two names that share no term, of at most six terms each, contradict each
//     other, since they answer one question.
//  5. What is left is neutral.
//
// The relation is certain: one class has all weight. The zero Lexical knows no aliases.
type Lexical struct {
	Language string     // of the answers; empty: that of the question and the answer as written
	Aliases  [][]string // spellings that stand for the same thing, a group each
}

var _ Entailer = Lexical{}

// LexicalFor is the entailer for the answers to an item. Of its truth and its traps it takes the spellings alone, of all alike, so that
// which of them is true does not matter.
func LexicalFor(it suites.Item) Lexical {
	l := Lexical{Language: it.Language}
	add := func(a suites.Answer) {
		if len(a.Aliases) > 0 && a.Text != "" {
			l.Aliases = append(l.Aliases, append([]string{a.Text}, a.Aliases...))
		}
	}
	add(it.Answer)
	for _, t := range it.Traps {
		add(t.Answer)
	}
	return l
}

// Entail never fails but for the end of ctx.
func (l Lexical) Entail(ctx context.Context, question, premise, hypothesis string) (nli.Relation, error) {
	if err := ctx.Err(); err != nil {
		return nli.Relation{}, err
	}
	return certain(l.class(question, premise, hypothesis)), nil
}

// certain is the relation of which one class has all weight.
func certain(c nli.Class) nli.Relation {
	switch c {
	case nli.Entails:
		return nli.Relation{Entailment: 1}
	case nli.Contradicts:
		return nli.Relation{Contradiction: 1}
	}
	return nli.Relation{Neutral: 1}
}

func (l Lexical) class(question, premise, hypothesis string) nli.Class {
	q := l.ask(question)
	return q.read(premise).relate(q.read(hypothesis))
}

// asked is a question as answers to it are read.
type asked struct {
	Lexical
	question string
	values   map[string][]value.Mention // by language
	terms    map[string]bool
}

func (l Lexical) ask(question string) *asked {
	return &asked{Lexical: l, question: question, values: map[string][]value.Mention{}, terms: setOf(text.Terms(l.canonical(question)))}
}

// answer is what an answer says beyond its question. Reading takes the time, so that one that is held against many is read once.
type answer struct {
	words    []string
	values   []value.Value
	many     bool // it holds more than mostValues, which are not compared
	negative bool
	terms    []string
	held     map[string]bool // the terms
}

// mostValues is the largest number of values by which two answers are compared; a text with more is a table.
const mostValues = 256

func (q *asked) read(s string) *answer {
	folded := q.canonical(s)
	a := &answer{words: text.Words(folded)}
	a.negative = negative(a.words)
	for _, t := range text.Terms(folded) {
		if !q.terms[t] {
			a.terms = append(a.terms, t)
		}
	}
	a.held = setOf(a.terms)
	language := q.Language
	if language == "" {
		language = text.Detect(q.question + s)
	}
	known, ok := q.values[language]
	if !ok {
		known = value.Find(q.question, language)
		q.values[language] = known
	}
	a.values, a.many = fresh(s, language, known)
	return a
}

func setOf(terms []string) map[string]bool {
	m := make(map[string]bool, len(terms))
	for _, t := range terms {
		m[t] = true
	}
	return m
}

// relate says what the answer as a premise makes of a hypothesis.
func (a *answer) relate(h *answer) nli.Class {
	if slices.Equal(a.words, h.words) {
		return nli.Entails
	}
	if !a.many && !h.many {
		if c := byValues(a.values, h.values); c != nli.NoClass {
			return c
		}
	}
	if a.negative != h.negative {
		return nli.Contradicts
	}
	return byTerms(a, h)
}

// fresh are the values of an answer that the question does not hold already, unless there are too many.
func fresh(answer, language string, asked []value.Mention) (out []value.Value, many bool) {
next:
	for _, m := range value.Find(answer, language) {
		for _, a := range asked {
			if value.Compare(a.Value, m.Value, 0) == value.Match {
				continue next
			}
		}
		if len(out) == mostValues {
			return nil, true
		}
		out = append(out, m.Value)
	}
	return out, false
}

func byValues(premise, hypothesis []value.Value) nli.Class {
	if len(premise) == 0 || len(hypothesis) == 0 {
		return nli.NoClass
	}
	type standing struct{ matched, conflicts bool }
	kinds := map[value.Kind]*standing{}
	all := true
	for _, h := range hypothesis {
		k := kinds[h.Kind]
		if k == nil {
			k = new(standing)
			kinds[h.Kind] = k
		}
		matched := false
		for _, p := range premise {
			switch value.Compare(h, p, 0) {
			case value.Match:
				matched = true
			case value.Conflict:
				k.conflicts = true
			}
		}
		k.matched = k.matched || matched
		all = all && matched
	}
	if all {
		return nli.Entails
	}
	for _, k := range kinds {
		if k.conflicts && !k.matched {
			return nli.Contradicts
		}
	}
	return nli.Unrelated
}

const (
	short = 6 // most terms of an answer that is a name
	long  = 4 // least terms of an answer of which a quarter may be worded differently
)

func byTerms(p, h *answer) nli.Class {
	if len(h.terms) == 0 || len(p.terms) == 0 {
		return nli.Unrelated
	}
	held, figures := 0, false
	for _, t := range h.terms {
		if p.held[t] {
			held++
		} else {
			figures = figures || strings.ContainsAny(t, "0123456789")
		}
	}
	switch {
	case held == len(h.terms), !figures && len(h.terms) >= long && 4*held >= 3*len(h.terms):
		return nli.Entails
	case held == 0 && len(p.terms) <= short && len(h.terms) <= short:
		return nli.Contradicts
	}
	return nli.Unrelated
}

// canonical folds an answer and puts one word in the place of all spellings of a group, the longest first.
func (l Lexical) canonical(s string) string {
	s = text.Fold(s)
	type alias struct{ spelling, word string }
	var all []alias
	for i, group := range l.Aliases {
		for _, spelling := range group {
			if f := strings.TrimSpace(text.Fold(spelling)); strings.ContainsFunc(f, unicode.IsLetter) {
				all = append(all, alias{f, " aliasq" + strings.Repeat("q", i) + "x "})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b alias) int { return cmp.Compare(len(b.spelling), len(a.spelling)) })
	for _, a := range all {
		s = replaceWords(s, a.spelling, a.word)
	}
	return s
}

// replaceWords replaces old where it stands as a whole word, or anywhere between Han characters, which have no word breaks.
func replaceWords(s, old, new string) string {
	var b strings.Builder
	for {
		i := strings.Index(s, old)
		if i < 0 {
			return b.String() + s
		}
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		if i == 0 && b.Len() > 0 {
			before, _ = utf8.DecodeLastRuneInString(b.String())
		}
		after, _ := utf8.DecodeRuneInString(s[i+len(old):])
		first, _ := utf8.DecodeRuneInString(old)
		last, _ := utf8.DecodeLastRuneInString(old)
		b.WriteString(s[:i])
		if inside(before, first) || inside(last, after) {
			b.WriteString(old)
		} else {
			b.WriteString(new)
		}
		s = s[i+len(old):]
	}
}

// inside reports whether no word ends between two characters.
func inside(a, b rune) bool {
	word := func(r rune) bool { return r != utf8.RuneError && (unicode.In(r, unicode.L, unicode.M, unicode.Nd)) }
	return word(a) && word(b) && !unicode.Is(unicode.Han, a) && !unicode.Is(unicode.Han, b)
}

// negations deny a whole answer. Chinese ones are single characters, but for words in which they deny nothing.
var negations = map[string]bool{
	"no": true, "not": true, "never": true, "none": true, "cannot": true, "without": true, "neither": true, "nor": true, "nobody": true, "nothing": true,
	"不": true, "没": true, "無": true, "无": true, "未": true, "नहीं": true, "न": true, "ना": true, "मत": true, "बिना": true, "नही": true,
}

// harmless are words that begin with a Chinese negation and deny nothing: 不仅, 不但, 不过, 不同, 不少, 无论, 未来.
var harmless = map[string]string{"不": "仅但过同少", "无": "论", "未": "来"}

// negative reports whether an answer denies.
func negative(words []string) bool {
	for i, w := range words {
		if !negations[w] && !strings.HasSuffix(w, "n't") {
			continue
		}
		if i+1 < len(words) && strings.Contains(harmless[w], words[i+1]) {
			continue
		}
		return true
	}
	return false
}
