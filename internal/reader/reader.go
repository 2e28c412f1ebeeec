// Package reader is the built-in examinee: a model-free extractive reader that sits the examination over the same protocol as a
// model. From the passages on its paper it picks the sentence or table cell that shares most with the question, shortens it to the
// value that is asked for, and says that it is not known when nothing fits. It is a baseline, not a model: it knows nothing, adds
// nothing up and follows no argument over two pages. It never sees a suite.
package reader

import (
	"github.com/viva-eval/viva/internal/prompt"
	"github.com/viva-eval/viva/internal/text"
)

// Model is the name under which the reader is served.
const Model = "viva-reader"

// Answer answers a paper. A closed-book paper gets [prompt.NotKnown]; so does one whose passages do not support any answer well
// enough. Answer depends on nothing but the paper.
func Answer(p prompt.Paper) string { return answer(p, new(text.Analyzer)) }

// shortlist is how many of the best-supported units are searched for a value of the kind that is asked for.
const shortlist = 10

// enough is the share of the question's weight that a unit must support. A question names a subject and a property of it; a unit
// that holds only one of the two supports less than about half, and is about something else. Between
// paragraphs of one encyclopaedia article the reader then passes over nine in ten that do not hold the answer, and answers from
// more than four in five that do, rightly or wrongly.
const enough = 0.45

func answer(p prompt.Paper, a *text.Analyzer) string {
	if len(p.Passages) == 0 {
		return prompt.NotKnown(p.Language)
	}
	q := readQuestion(p.Question, a)
	d := lay(p, q, a)
	best, value := -1.0, ""
	for _, c := range d.weigh(shortlist) {
		if c.support <= best {
			continue
		}
		v, fit := d.extract(c, a)
		if support := c.support * fit; v != "" && support > best {
			best, value = support, v
		}
	}
	if best < enough {
		return prompt.NotKnown(p.Language)
	}
	return value
}
