package text

import (
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
)

// Terms returns the index terms of s in order: the words of [Words] without stop words, English words by their Porter2 stem,
// Hindi words by a light stem, and Han characters as overlapping pairs, or alone where they stand alone.
func Terms(s string) []string {
	var a Analyzer
	return a.Append(nil, s)
}

// Analyzer computes index terms as [Terms] does and remembers stems, which makes a large corpus some ten times faster to read.
// The zero Analyzer is ready. It is not safe for concurrent use.
type Analyzer struct {
	env   *snowballstem.Env
	stems map[string]string // folded word to its term; empty for a stop word
}

// maxStems bounds the memory of an Analyzer; beyond it words are stemmed anew each time.
const maxStems = 1 << 18

// Append appends the terms of s to dst.
func (a *Analyzer) Append(dst []string, s string) []string {
	if dst == nil {
		dst = make([]string, 0, len(s)/7+1)
	}
	if a.stems == nil {
		a.stems = make(map[string]string)
	}
	folded := s
	if isASCII(s) {
		folded = Fold(s)
		s = folded
	}
	var run Span // Han characters that touch, so far
	flush := func() {
		if run.End > run.Start {
			dst = appendPairs(dst, Fold(s[run.Start:run.End]))
			run = Span{}
		}
	}
	eachWord(s, func(start, end int) {
		if r, _ := utf8.DecodeRuneInString(s[start:end]); isHan(r) {
			if run.End != start {
				flush()
				run.Start = start
			}
			run.End = end
			return
		}
		flush()
		if t := a.term(Fold(s[start:end])); t != "" {
			dst = append(dst, t)
		}
	})
	flush()
	return dst
}

// appendPairs appends the overlapping pairs of runes of s, or s itself when it is one rune.
func appendPairs(dst []string, s string) []string {
	prev, at := -1, 0
	for at < len(s) {
		_, n := utf8.DecodeRuneInString(s[at:])
		if prev >= 0 {
			dst = append(dst, s[prev:at+n])
		}
		prev = at
		at += n
	}
	if len(s) > 0 && prev == 0 {
		dst = append(dst, s)
	}
	return dst
}

// term returns the index term of one folded word, "" for a stop word.
func (a *Analyzer) term(w string) string {
	if t, ok := a.stems[w]; ok {
		return t
	}
	t := a.stem(w)
	if len(a.stems) < maxStems {
		a.stems[w] = t
	}
	return t
}

func (a *Analyzer) stem(w string) string {
	if w == "" || stopWords[w] {
		return ""
	}
	if w[0] < utf8.RuneSelf {
		if !hasLetter(w) {
			return w
		}
		if a.env == nil {
			a.env = snowballstem.NewEnv("")
		}
		a.env.SetCurrent(w)
		english.Stem(a.env)
		return a.env.Current()
	}
	if r, _ := utf8.DecodeRuneInString(w); isDevanagari(r) {
		return stemHindi(w)
	}
	return w
}

func hasLetter(s string) bool {
	for i := 0; i < len(s); i++ {
		if isLetter(s[i]) {
			return true
		}
	}
	return false
}
