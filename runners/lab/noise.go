package lab

import (
	"context"
	"math"
	"slices"

	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

// distractors gives up to n passages that do not hold the item's answer, the most misleading first: those nearest to the question by
// BM25, then those nearest to the evidence, then the rest of the corpus in a seeded order. Evidence and its other editions are none.
// Whether a passage holds the answer is decided by typed values, bare figures included, and by words; a passage with all operands of a
// computed answer holds it too.
func (l *Lab) distractors(it suites.Item, n int) []suites.Passage {
	barred := map[string]bool{}
	for _, id := range it.Evidence {
		l.chain(id, barred)
	}
	wants, operands := l.sought(it)
	var out []suites.Passage
	take := func(p suites.Passage) bool {
		if barred[p.ID] {
			return len(out) < n
		}
		barred[p.ID] = true
		if !holds(wants, operands, l.reading(p)) {
			out = append(out, p)
		}
		return len(out) < n
	}
	if n <= 0 {
		return nil
	}
	queries := []string{it.Question}
	for _, id := range it.Evidence {
		if p, ok := l.suite.Passage(id); ok {
			queries = append(queries, p.Title+"\n"+p.Text)
		}
	}
	for _, q := range queries {
		found, _ := l.index().Retrieve(context.Background(), q, 4*n+20) // its only error is the context's
		for _, p := range found {
			if !take(p) {
				return out
			}
		}
	}
	for _, i := range l.dice(it, "rest").Perm(len(l.suite.Passages)) {
		if !take(l.suite.Passages[i]) {
			return out
		}
	}
	return out
}

// chain adds the passage and all its editions, older and newer, to a set.
func (l *Lab) chain(id string, to map[string]bool) {
	for next := id; next != "" && !to[next]; next = l.later[next] {
		to[next] = true
	}
	p, ok := l.suite.Passage(id)
	for ok && p.Supersedes != "" && !to[p.Supersedes] {
		to[p.Supersedes] = true
		p, ok = l.suite.Passage(p.Supersedes)
	}
}

// sought says what holding the item's answer means: the answer's wants, and the operands that are stated rather than customary. A yes
// or no has no wants; an item without an answer is held by nothing.
func (l *Lab) sought(it suites.Item) (answer, operands []want) {
	if !it.Answerable() {
		return nil, nil
	}
	if it.Answer.Kind != value.Bool {
		answer = wanted(it.Answer, it.Language)
	}
	if it.Derivation != "" {
		if d, err := suites.Derive(it.Derivation); err == nil {
			for _, o := range d.Operands {
				if w, ok := operandWant(o); ok {
					operands = append(operands, w)
				}
			}
		}
	}
	return answer, operands
}

// customary are numbers that a derivation uses though nobody states them.
var customary = []float64{0, 1, 7, 12, 24, 52, 60, 100, 365, 1e3, 1e6, 1e9}

func operandWant(o suites.Operand) (want, bool) {
	if !o.Date.IsZero() {
		return want{values: []value.Value{{Kind: value.Date, Date: o.Date, Grain: value.Day}}, operand: true}, true
	}
	if slices.Contains(customary, o.Num) {
		return want{}, false
	}
	return want{values: []value.Value{{Kind: value.Number, Num: o.Num}}, scaled: o.Num >= 1e3, operand: true}, true
}

// holds reports whether a text states all of the answer, or all it is computed from.
func holds(answer, operands []want, r *reading) bool {
	all := func(ws []want) bool {
		return len(ws) > 0 && !slices.ContainsFunc(ws, func(w want) bool { return !w.stands(r) })
	}
	return all(answer) || all(operands)
}

// noisy shows the evidence among ceil(rate*k) distractors (the noise rate of Chen et al. 2024, RGB). The order is a seeded shuffle;
// order 2 is its reverse.
func (l *Lab) noisy(rate float64, k, order int) func(suites.Item) (layout, string) {
	return func(it suites.Item) (layout, string) {
		shown, why := l.evidence(it)
		if why != "" {
			return layout{}, why
		}
		n := int(math.Ceil(rate*float64(k) - 1e-9)) // 0.6 times 5 is 3, whatever floating point says
		noise := l.distractors(it, n)
		if len(noise) < n {
			return layout{}, fewPassages
		}
		shown = append(shown, noise...)
		l.dice(it, "order").Shuffle(len(shown), func(i, j int) { shown[i], shown[j] = shown[j], shown[i] })
		if order == 2 {
			slices.Reverse(shown)
		}
		return layout{passages: shown, expect: due(it)}, ""
	}
}

// noiseOnly shows k distractors and nothing else.
func (l *Lab) noiseOnly(k int) func(suites.Item) (layout, string) {
	return func(it suites.Item) (layout, string) {
		noise := l.distractors(it, k)
		if len(noise) < k {
			return layout{}, fewPassages
		}
		return layout{passages: noise, expect: runners.ExpectAbstain}, ""
	}
}

// placed shows k passages with the evidence from place at on, counted from 1, or as late as all of it fits.
func (l *Lab) placed(k, at int) func(suites.Item) (layout, string) {
	return func(it suites.Item) (layout, string) {
		evidence, why := l.evidence(it)
		if why != "" {
			return layout{}, why
		}
		n := max(k-len(evidence), 0)
		noise := l.distractors(it, n)
		if len(noise) < n {
			return layout{}, fewPassages
		}
		before := min(at-1, n)
		return layout{passages: slices.Concat(noise[:before], evidence, noise[before:]), expect: due(it)}, ""
	}
}
