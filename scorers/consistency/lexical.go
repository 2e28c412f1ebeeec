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
//     its values; it contradicts it when the hypothesis has values of a kind none of which the premise has, but others of that kind.
//  3. Otherwise an answer with a negation contradicts one without.
//  4. Otherwise index terms decide, those of the question aside: the premise entails the hypothesis when it holds all its terms, or of four
//     or more three quarters, a figure not among the rest. Two names that share no term, of at most six terms each, contradict each
//     other, since they answer one question.
//  5. What is left is neutral.
//
// The relation is certain: one class has all weight. The zero Lexical knows no aliases.
type Lexical struct {
	Language string     // of the answers; empty: that of the question as written
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
	switch l.class(question, premise, hypothesis) {
	case nli.Entails:
		return nli.Relation{Entailment: 1}, nil
	case nli.Contradicts:
		return nli.Relation{Contradiction: 1}, nil
	}
	return nli.Relation{Neutral: 1}, nil
}

func (l Lexical) class(question, premise, hypothesis string) nli.Class {
	p, h := l.canonical(premise), l.canonical(hypothesis)
	pw, hw := text.Words(p), text.Words(h)
	if slices.Equal(pw, hw) {
		return nli.Entails
	}
	language := l.Language
	if language == "" {
		language = text.Detect(question + hypothesis)
	}
	asked := value.Find(question, language)
	if c := byValues(fresh(premise, language, asked), fresh(hypothesis, language, asked)); c != nli.NoClass {
		return c
	}
	if negative(pw) != negative(hw) {
		return nli.Contradicts
	}
	return byTerms(text.Terms(l.canonical(question)), text.Terms(p), text.Terms(h))
}

// fresh are the values of an answer that the question does not hold already.
func fresh(answer, language string, asked []value.Mention) []value.Value {
	var out []value.Value
next:
	for _, m := range value.Find(answer, language) {
		for _, a := range asked {
			if value.Compare(a.Value, m.Value, 0) == value.Match {
				continue next
			}
		}
		out = append(out, m.Value)
	}
	return out
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

func byTerms(question, premise, hypothesis []string) nli.Class {
	p, h := without(premise, question), without(hypothesis, question)
	if len(h) == 0 || len(p) == 0 {
		return nli.Unrelated
	}
	held, figures := 0, false
	for _, t := range h {
		if slices.Contains(p, t) {
			held++
		} else {
			figures = figures || strings.ContainsAny(t, "0123456789")
		}
	}
	switch {
	case held == len(h), !figures && len(h) >= long && 4*held >= 3*len(h):
		return nli.Entails
	case held == 0 && len(p) <= short && len(h) <= short:
		return nli.Contradicts
	}
	return nli.Unrelated
}

func without(terms, question []string) []string {
	var out []string
	for _, t := range terms {
		if !slices.Contains(question, t) {
			out = append(out, t)
		}
	}
	return out
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
