package grounded

import (
	"math"
	"slices"
	"strings"

	"github.com/viva-eval/viva/internal/text"
)

// answer is a reply cut into sentences, words and claims.
type answer struct {
	text      string
	sentences []text.Span
	first     []int // by sentence, the index of its first word
	words     []word
	claims    []claim
}

func read(x *lexer, s string) *answer {
	x.latin = text.Detect(s) == "en"
	a := &answer{text: s, sentences: text.Sentences(s)}
	for k, at := range a.sentences {
		base := len(a.words)
		a.first = append(a.first, base)
		a.words = x.words(a.words, s, at)
		a.claims = claims(a.claims, s, at, k, a.words[base:], base)
	}
	return a
}

// sentence gives the words of the k-th sentence.
func (a *answer) sentence(k int) []word {
	if k+1 < len(a.first) {
		return a.words[a.first[k]:a.first[k+1]]
	}
	return a.words[a.first[k]:]
}

// status says whether a source holds a word of an answer.
type status uint8

const (
	skipped status = iota // a stop word, a light word, or a word of a sentence that claims nothing
	found                 // in the source or the question
	related               // shares its head with a word of the source
	absent
)

// evidence is what comparing an answer with its source brings to light.
type evidence struct {
	status []status // by word
	id     []int32  // by word: the source's number of its term, -1 without
	fit    []float64
	mute   []bool // by sentence: it claims nothing
	flags  []Flag
	retold bool // the source is a record
	a      *answer
}

func gather(x *lexer, src *source, a *answer, lang string) *evidence {
	e := &evidence{a: a, status: make([]status, len(a.words)), id: make([]int32, len(a.words)), mute: make([]bool, len(a.sentences))}
	e.retold = len(src.records) > 0
	initials := src.initials.String()
	timed := slices.ContainsFunc(src.records, func(r record) bool { return r.hours.open() != 0 })
	for k := range a.sentences {
		ws := a.sentence(k)
		e.mute[k] = len(ws) == 0 || silent(ws) || k < 2 && k+1 < len(a.sentences) && announces(a.sentences[k].Of(a.text))
		for i := range ws {
			w := &ws[i]
			at := a.first[k] + i
			e.id[at] = -1
			if !w.content() {
				continue
			}
			id, ok := src.terms[w.term]
			if ok {
				e.id[at] = id
			}
			h := head(w.term)
			switch {
			case e.mute[k]:
			case timed && weekday(w.folded): // which the timetable judges
			case ok, src.asked[w.term], src.said[w.folded], w.name && abbreviates(a.text[w.Start:w.End], w.folded, initials):
				e.status[at] = found
			case h != "" && src.heads[h]:
				e.status[at] = related
			default:
				e.status[at] = absent
				if w.name {
					e.flag(w.Span, Name)
				}
			}
		}
	}
	e.align(src)
	e.figures(src, a, lang)
	e.fields(x, src, a)
	return e
}

func (e *evidence) flag(at text.Span, r Reason) { e.flags = append(e.flags, Flag{Span: at, Reason: r}) }

// muted reports whether the offset lies in a sentence that claims nothing.
func (e *evidence) muted(at int) bool {
	lo, hi := 0, len(e.a.sentences)
	for lo < hi {
		if m := (lo + hi) / 2; e.a.sentences[m].End <= at {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return lo < len(e.mute) && e.mute[lo]
}

// align finds for each claim the sentence of the source, with half of what its successor holds, that has most of the claim's weight,
// and keeps the share. Words weigh by their rarity in the source, those that it lacks most; the question's own words weigh half.
func (e *evidence) align(src *source) {
	e.fit = make([]float64, len(e.a.claims))
	score := make([]float64, src.n+1)
	var touched []int32
	seen := make(map[string]bool)
	for c, cl := range e.a.claims {
		clear(seen)
		touched = touched[:0]
		total := 0.0
		for i := cl.from; i < cl.to; i++ {
			w := &e.a.words[i]
			if e.status[i] == skipped || seen[w.term] {
				continue
			}
			seen[w.term] = true
			switch {
			case e.id[i] >= 0:
				wt := src.weight(src.df[e.id[i]])
				if src.asked[w.term] {
					wt /= 2
				}
				total += wt
				for _, at := range src.posts[e.id[i]] {
					if score[at] == 0 {
						touched = append(touched, at)
					}
					score[at] += wt
				}
			case e.status[i] == absent:
				total += src.weight(0)
			case e.status[i] == related:
				total += src.weight(0) / 2
			}
		}
		best := 0.0
		for _, at := range touched {
			best = max(best, score[at]+score[at+1]/2)
		}
		for _, at := range touched {
			score[at] = 0
		}
		e.fit[c] = 1
		if total > 0 {
			e.fit[c] = math.Min(1, best/total)
		}
	}
}

// announces reports whether a sentence only introduces what follows: "Here is a summary in 80 words:".
func announces(s string) bool { return strings.HasSuffix(s, ":") || strings.HasSuffix(s, "：") }

// abbreviates reports whether a word in capitals is the initials of words that follow each other in the source.
func abbreviates(written, folded, initials string) bool {
	return len(folded) >= 2 && len(folded) <= 6 && strings.ToUpper(written) == written && strings.Contains(initials, folded)
}

// scale reports whether what stands before a figure makes it the end of a scale: "4 out of 5".
func scale(before string) bool { return strings.HasSuffix(strings.TrimRight(before, " "), "out of") }
