package grounded

import (
	"strings"

	"github.com/viva-eval/viva/internal/text"
)

// doubt is the chance of something unsupported above which one sentence is not held to be entailed. It is lower than that of whole
// answers, since a sentence has fewer places to be wrong: on single sentences of the judged answers balanced accuracy was .77 for
// questions over passages, .72 for records and .62 for summaries there, and flat around it.
const doubt = 0.25

// Verifier says whether passages bear out a sentence, as far as words, names and figures tell: a stand-in for a model that judges
// entailment, with the weakness of [Scorer]. It remembers the passages that it has read. It is for one goroutine; the zero
// Verifier is ready.
type Verifier struct {
	x    lexer
	read map[string]*source
}

// Entails reports whether the premises taken together support the claim: the chance that it holds something unsupported is at most
// a quarter, and they hold more than half of its content words. Without premises nothing is entailed; a claim without content
// words is entailed by any.
func (v *Verifier) Entails(premises []string, claim string) bool {
	if len(premises) == 0 {
		return false
	}
	lang := text.Detect(claim)
	key := lang + "\x00" + strings.Join(premises, "\x00")
	src, ok := v.read[key]
	if !ok {
		src = index(&v.x, premises, "", lang)
		if v.read == nil {
			v.read = make(map[string]*source)
		}
		v.read[key] = src
	}
	e := gather(&v.x, src, read(&v.x, bare(claim)), lang)
	content, gone := 0, 0
	for _, st := range e.status {
		switch st {
		case absent:
			gone++
			content++
		case found, related:
			content++
		}
	}
	if content == 0 {
		return true
	}
	return 2*gone < content && e.features().chance() <= doubt
}

// ClaimsNothing reports whether an answer only says that something is not known or not in the passages, or says nothing at all.
func ClaimsNothing(answer string) bool {
	var x lexer
	a := read(&x, bare(answer))
	for k := range a.sentences {
		if ws := a.sentence(k); len(ws) > 0 && !silent(ws) {
			return false
		}
	}
	return true
}
