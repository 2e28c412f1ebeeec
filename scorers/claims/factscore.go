package claims

import "math"

// Gamma is the number of facts below which FActScore's length penalty sets in, as its authors chose it.
const Gamma = 10

// Tally is what was found about the claims of one reply.
type Tally struct {
	Supported    int
	NotSupported int  // contradicted, or not to be found
	Declined     bool // the reply says that the answer is not known; what it claims besides is not counted
}

// Faithfulness is the share of the reply's claims that are supported (RAGAS: supported statements / statements; FActScore's precision
// of one response). A reply that declines, or claims nothing, has none.
func (t Tally) Faithfulness() Ratio {
	if t.Declined {
		return Ratio{}
	}
	return Ratio{t.Supported, t.Supported + t.NotSupported}
}

// FactScore is Faithfulness with FActScore's length penalty: times exp(1 − γ/n) for n claims fewer than γ. γ = 0 is no penalty.
// Undefined where Faithfulness is.
func (t Tally) FactScore(gamma float64) (float64, bool) {
	r := t.Faithfulness()
	v, ok := r.Value()
	if n := float64(r.Whole); ok && n < gamma {
		v *= math.Exp(1 - gamma/n)
	}
	return v, ok
}

// FactScore is the figure over many replies. It is also the mean of the Values that a [Scorer] gave to the replies that it neither found
// Abstained nor left Unscored.
type FactScore struct {
	Score     float64 // mean over the replies that answer, without length penalty; undefined (0) when Answered is 0
	Penalised float64 // the same with length penalty
	Answered  int     // replies that answer
	Respond   Ratio   // replies that answer / replies: apart from the score, which does not see refusals
}

// FactScores sums up tallies as FActScore does (Min et al. 2023): the mean over the replies that answer. A reply counts as an answer
// when it does not decline and makes a claim.
func FactScores(tallies []Tally, gamma float64) FactScore {
	f := FactScore{Respond: Ratio{Whole: len(tallies)}}
	for _, t := range tallies {
		plain, ok := t.FactScore(0)
		if !ok {
			continue
		}
		penalised, _ := t.FactScore(gamma)
		f.Score += plain
		f.Penalised += penalised
		f.Answered++
	}
	if f.Respond.Part = f.Answered; f.Answered > 0 {
		f.Score /= float64(f.Answered)
		f.Penalised /= float64(f.Answered)
	}
	return f
}

// F1AtK is the measure of SAFE and VeriScore: the harmonic mean of precision S/(S+N) and recall min(1, S/K), where K is the number of
// supported claims that a full answer holds; 0 when nothing is supported. Claims that cannot be verified belong in neither count.
// Undefined without any claim, and for K below 1.
func (t Tally) F1AtK(k int) (float64, bool) {
	precision, ok := t.Faithfulness().Value()
	if !ok || k < 1 {
		return 0, false
	}
	return harmonic(precision, math.Min(1, float64(t.Supported)/float64(k))), true
}
