package grounded

import (
	"hash/maphash"

	"github.com/viva-eval/viva/internal/text"
)

// doubt is the chance of something unsupported above which one sentence is not held to be entailed. It is lower than that of whole
// answers, since a sentence has fewer places to be wrong. With it Entails has a balanced accuracy of .75 on single sentences of
// answers to questions over passages, .71 on records and .63 on summaries, and the figures are flat around it.
const doubt = 0.25

// Verifier says whether passages bear out a sentence, as far as words, names and figures tell: a stand-in for a model that judges
// entailment, with the weakness of [Scorer]. It remembers the passages that it has read. It is for one goroutine; the zero
// Verifier is ready.
type Verifier struct {
	x    lexer
	seed maphash.Seed
	read map[uint64]*source
	// Bytes of premises that were read, and that were asked about. Many sentences with ever new sets of long passages would take
	// minutes.
	indexed, asked int
}

// Limits of a Verifier in bytes of premises: what it reads, and what it is asked about, the same ones again included.
const (
	readLimit  = 4 << 20
	askedLimit = 256 << 20
)

// Exhausted reports whether the Verifier was asked for more than it reads: 4 MiB of premises. What Entails said since is worthless.
func (v *Verifier) Exhausted() bool { return v.indexed > readLimit || v.asked > askedLimit }

// Entails reports whether the premises taken together support the claim: they hold more than half of its content words and every
// figure and time of day, no field of a record says otherwise, and the chance that it holds something unsupported is at most a
// quarter. Without premises nothing is entailed; a claim without content
// words is entailed by any.
func (v *Verifier) Entails(premises []string, claim string) bool {
	if len(premises) == 0 {
		return false
	}
	lang := text.Detect(claim)
	src := v.source(premises, lang)
	if src == nil {
		return false
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
	return 2*gone < content && !e.checked() && e.features().chance() <= doubt
}

// source reads the premises, or finds them read; nil when the Verifier is exhausted.
func (v *Verifier) source(premises []string, lang string) *source {
	if v.read == nil {
		v.seed, v.read = maphash.MakeSeed(), make(map[uint64]*source)
	}
	size := 0
	var h maphash.Hash
	h.SetSeed(v.seed)
	for _, p := range premises {
		size += len(p)
	}
	if v.asked += size; v.Exhausted() {
		return nil
	}
	_, _ = h.WriteString(lang)
	for _, p := range premises {
		_ = h.WriteByte(0)
		_, _ = h.WriteString(p)
	}
	key := h.Sum64()
	src := v.read[key]
	if src == nil {
		if v.indexed += size; v.Exhausted() {
			return nil
		}
		src = index(&v.x, premises, "", lang)
		v.read[key] = src
	}
	return src
}

// ClaimsNothing reports whether an answer only says that something is not known or not in the passages, or says nothing at all.
func ClaimsNothing(answer string) bool {
	var x lexer
	return read(&x, bare(answer)).claimsNothing()
}

func (a *answer) claimsNothing() bool {
	for k := range a.sentences {
		if ws := a.sentence(k); len(ws) > 0 && !abstains(ws) {
			return false
		}
	}
	return true
}
