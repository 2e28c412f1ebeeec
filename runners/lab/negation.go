package lab

import (
	"regexp"
	"slices"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

// How surely a sentence must be the one that a question is about: the share of the question's terms that it holds, and by how many it is
// ahead of the next.
const (
	answering = .6
	ahead     = 2
)

// negated turns the sentence that answers a yes-or-no question into its opposite: a negation in its main clause goes, or one comes in. It
// does so only where one sentence is plainly the one that is asked about, holding most of the question's terms.
func negated(it suites.Item, shown []suites.Passage) (layout, string) {
	asked := map[string]bool{}
	for _, t := range text.Terms(it.Question) {
		asked[t] = true
	}
	place, best, second := -1, 0, 0
	var at segment
	for i, p := range shown {
		for _, s := range segments(p.Text) {
			held := map[string]bool{}
			for _, t := range text.Terms(s.Of(p.Text)) {
				held[t] = held[t] || asked[t]
			}
			n := 0
			for _, ok := range held {
				if ok {
					n++
				}
			}
			if n > best {
				place, at, best, second = i, s, n, best
			} else {
				second = max(second, n)
			}
		}
	}
	if place < 0 || at.row || float64(best) < answering*float64(len(asked)) || best < second+ahead {
		return layout{}, notPlain
	}
	was := at.Of(shown[place].Text)
	now, ok := opposite(was, shown[place].Language)
	if !ok {
		return layout{}, notEditable
	}
	to := "no"
	if v, err := it.Answer.Value(it.Language); err == nil && !v.Bool {
		to = "yes"
	}
	out := layout{passages: slices.Clone(shown), expect: runners.ExpectContext}
	p := &out.passages[place]
	p.Text = p.Text[:at.Start] + now + p.Text[at.End:]
	out.edits = []runners.Edit{{PassageID: p.ID, Kind: "negation", From: was, To: now}, answerEdit(it, suites.Counterfactual, to)}
	return out, ""
}

// turn is a way to take a negation out of a clause or to put one in.
type turn struct {
	from *regexp.Regexp
	to   string
}

func turns(pairs ...string) []turn {
	var all []turn
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, turn{regexp.MustCompile(pairs[i]), pairs[i+1]})
	}
	return all
}

// The first that fits is taken; those that take out come before those that put in.
var denials = map[string]struct{ out, in []turn }{
	"en": {
		turns(`\bno longer\b`, "still", `\bcannot\b`, "can", `\bnever\b`, "always", `\b(is|are|was|were|may|must|can|will|has|have|do) not\b`, "$1",
			`\bwithout\b`, "with", `\bno ([a-z])`, "the $1"),
		turns(`\bcan\b`, "cannot", `\b(is|are|was|were|may|must|will)\b`, "$1 not"),
	},
	"zh": {
		turns(`不得`, "可以", `不予`, "予以", `不可以`, "可以", `不允许`, "允许", `禁止`, "允许", `无须|无需|不必`, "须", `不能`, "能"),
		turns(`可以`, "不可以", `予以`, "不予", `允许`, "不允许", `必须|须`, "无须", `能够|能`, "不能"),
	},
	"hi": {
		turns(` नहीं `, " "),
		turns(` (सकता|सकती|सकते|जाता|जाती|जाते|मिलता|मिलती|मिलते|लगता|लगती|लगते) (है|हैं)।`, " नहीं $1 $2।", ` (है|हैं)।`, " नहीं $1।"),
	},
}

var (
	notEven    = regexp.MustCompile(`, not even\b`)
	subordinal = regexp.MustCompile(`,? \b(that|which|who|whose|because|if|unless|when|where|while)\b`)
)

// opposite writes a sentence's opposite. What a subordinate clause denies stays; a main clause with two negations is left alone.
func opposite(s, language string) (string, bool) {
	ways, ok := denials[language]
	if !ok {
		return "", false
	}
	main, rest := s, ""
	if at := subordinal.FindStringIndex(s); language == "en" && at != nil && at[0] > 0 {
		main, rest = s[:at[0]], s[at[0]:]
	}
	bare := main
	if language == "en" {
		bare = notEven.ReplaceAllString(main, ", even") // it strengthens the other one
	}
	var fit []turn
	n := 0
	left := bare
	for _, t := range ways.out {
		if k := len(t.from.FindAllStringIndex(left, -1)); k > 0 {
			n += k
			fit = append(fit, t)
			left = t.from.ReplaceAllString(left, "") // "no longer" is not also a "no"
		}
	}
	switch {
	case n > 1:
		return "", false
	case n == 1:
		return fit[0].from.ReplaceAllString(bare, fit[0].to) + rest, true
	case bare != main:
		return "", false
	}
	for _, t := range ways.in {
		if at := t.from.FindStringSubmatchIndex(main); at != nil {
			return main[:at[0]] + string(t.from.ExpandString(nil, t.to, main, at)) + main[at[1]:] + rest, true
		}
	}
	return "", false
}
