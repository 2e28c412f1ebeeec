package grounded

import (
	"math"
	"strings"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/internal/value"
)

// common is the number of sentences beyond which a term tells nothing of where a claim comes from. It bounds the work on a source
// that repeats itself.
const common = 64

// source is what was shown, made ready for looking up.
type source struct {
	terms    map[string]int32 // term to its number
	posts    [][]int32        // term number to the sentences that hold it, the first [common] of them
	df       []int32          // term number to how many sentences hold it
	heads    map[string]bool  // first letters of the longer terms
	said     map[string]bool  // folded words, stop words too
	asked    map[string]bool  // terms of the question
	initials strings.Builder  // first letters of the words written with a capital, in order
	n        int              // sentences
	figures  figures
	times    dial
	records  []record
}

// index reads the passages and the question. A passage that is JSON is read as the statements of its fields. What the question
// says counts as said: to repeat it claims nothing.
func index(x *lexer, passages []string, question, lang string) *source {
	src := &source{
		terms: make(map[string]int32), heads: make(map[string]bool), said: make(map[string]bool), asked: make(map[string]bool),
	}
	var ws []word
	for _, p := range passages {
		x.latin = text.Detect(p) == "en"
		if r, flat, ok := readRecord(x, p); ok {
			src.records = append(src.records, r)
			p = flat
		}
		for _, at := range text.Sentences(p) {
			ws = x.words(ws[:0], p, at)
			src.add(ws)
		}
		src.figures.add(value.Find(p, lang))
		for _, c := range clocks(p) {
			src.times.add(c)
		}
	}
	x.latin = text.Detect(question) == "en"
	for _, at := range text.Sentences(question) {
		ws = x.words(ws[:0], question, at)
		for i := range ws {
			src.said[ws[i].folded] = true
			if ws[i].term != "" {
				src.asked[ws[i].term] = true
			}
		}
	}
	src.figures.add(value.Find(question, lang))
	for _, c := range clocks(question) {
		src.times.add(c)
	}
	for i := range src.records {
		src.figures.count(src.records[i].counts)
	}
	return src
}

// add indexes one sentence.
func (src *source) add(ws []word) {
	at := int32(src.n)
	src.n++
	for i := range ws {
		w := &ws[i]
		if (w.name || w.first) && w.folded != "" {
			src.initials.WriteByte(w.folded[0])
		}
		src.said[w.folded] = true
		if w.term == "" {
			continue
		}
		id := src.number(w.term)
		if p := src.posts[id]; len(p) == 0 || p[len(p)-1] != at {
			if len(p) < common {
				src.posts[id] = append(p, at)
			}
			src.df[id]++
		}
	}
}

func (src *source) number(term string) int32 {
	id, ok := src.terms[term]
	if !ok {
		id = int32(len(src.posts))
		src.terms[term] = id
		src.posts = append(src.posts, nil)
		src.df = append(src.df, 0)
		if h := head(term); h != "" {
			src.heads[h] = true
		}
	}
	return id
}

// headLetters is how many letters two words must share at their head to be taken for relatives: "vegan", "veganised".
const headLetters = 5

// head gives the head of a Latin term, "" when it is too short to have one.
func head(term string) string {
	if len(term) < headLetters || term[0] >= 0x80 {
		return ""
	}
	return term[:headLetters]
}

// weight is how much a term that df sentences hold tells of where a claim comes from.
func (src *source) weight(df int32) float64 {
	return math.Log1p(float64(src.n) / (float64(df) + 0.5))
}
