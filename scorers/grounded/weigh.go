package grounded

import "math"

// features are what the score is made of; each grows with what an answer holds beyond its source.
type features struct {
	words   float64 // ln(1 + words that the source lacks), general ones counted half
	run     float64 // ln(1 + the longest run of such words that no found word breaks)
	worst   float64 // the highest share of such words in one sentence of four content words or more
	figures float64 // ln(1 + unsupported figures)
	times   float64 // ln(1 + unsupported times of day)
	names   float64 // ln(1 + unsupported names)
	denied  float64 // ln(1 + contradicted fields)
	open    float64 // ln(1 + fields that are null and spoken of)
	hours   float64 // ln(1 + contradicted opening times)
	misfit  float64 // 1 - the smallest share of a claim's weight that one sentence of the source holds
}

const shortestSentence = 4

func (e *evidence) features() features {
	var f features
	run, longest := 0, 0
	for k := range e.a.sentences {
		content, gone := 0, 0
		ws := e.a.sentence(k)
		for i := range ws {
			switch e.status[e.a.first[k]+i] {
			case skipped:
				continue
			case found:
				run = 0
			case absent:
				gone++
				run++
				longest = max(longest, run)
				if general[ws[i].folded] {
					f.words += 0.5
				} else {
					f.words++
				}
			}
			content++
		}
		if content >= shortestSentence {
			f.worst = max(f.worst, float64(gone)/float64(content))
		}
	}
	f.words = math.Log1p(f.words)
	f.run = math.Log1p(float64(longest))
	for _, g := range e.flags {
		switch g.Reason {
		case Figure:
			f.figures++
		case Time:
			f.times++
		case Name:
			f.names++
		case Contradicted:
			f.denied++
		case Undisclosed:
			f.open++
		case Hours:
			f.hours++
		}
	}
	for _, p := range [...]*float64{&f.figures, &f.times, &f.names, &f.denied, &f.open, &f.hours} {
		*p = math.Log1p(*p)
	}
	for c, cl := range e.a.claims {
		if cl.to-cl.from >= shortest {
			f.misfit = max(f.misfit, 1-e.fit[c])
		}
	}
	return f
}

// list gives the features in the order of weights.
func (f features) list() [10]float64 {
	return [...]float64{f.words, f.run, f.worst, f.figures, f.times, f.names, f.denied, f.open, f.hours, f.misfit}
}

// weights of the features, and the bias. They are the outcome of TestFit on 1,062 judged answers of six models (questions over
// passages, news summaries, descriptions of records): a logistic model with an intercept for each task and model, so that the
// weights tell answers apart and not their writers. The slope and the bias were then set on held-out scores, at 43 % bad answers.
var weights = [10]float64{0.11, 0.51, 1.32, 1.54, 1.61, 0.35, 1.84, 3.73, 3.12, 0.55}

const bias = -2.8

// chance is the probability that the answer holds something its source does not support, as far as such features tell.
func (f features) chance() float64 {
	z := bias
	for i, v := range f.list() {
		z += weights[i] * v
	}
	return 1 / (1 + math.Exp(-z))
}
