// Package cites judges the citations of an answer: whether each sentence points at passages that were shown, whether these bear it
// out, and whether any of them is idle. It finds marks by rule; whether passages bear a sentence out is decided by a function
// that can be replaced.
package cites

import (
	"context"
	"fmt"
	"strings"

	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/scorers/grounded"
)

// Scorer scores the citations of an answer.
//
//  1. A trial without a whole answer has the zero Score. An answer that is empty or longer than value.Limit bytes, and one that was
//     shown nothing or more than grounded.SourceLimit bytes, is Unscored, and so is one that would take too long to verify.
//  2. An answer that claims nothing has nothing to cite: Abstained, with Value 1.
//  3. Value is the F1 of citation recall and precision as [ALCE] defines them; Why has both.
//  4. Verdict is Correct when both are 1, Incorrect when F1 is 0, Partial otherwise. It speaks of the citations, not of the truth of
//     the answer.
//
// Nil Entails means the deterministic test of package grounded, which is a stand-in: it looks for words, names and figures, and does
// not see a denial or a swapped subject. The zero Scorer is ready for use, by several goroutines at once.
type Scorer struct {
	Entails Entails
}

var _ scorers.Scorer = Scorer{}

// Name is "cites".
func (Scorer) Name() string { return "cites" }

// Score scores one trial. The error is that of ctx or of Entails.
func (c Scorer) Score(ctx context.Context, q scorers.Question) (scorers.Score, error) {
	if err := ctx.Err(); err != nil {
		return scorers.Score{}, err
	}
	if !q.Trial.Status.Answered() {
		return scorers.Score{}, nil
	}
	s := scorers.Score{Scorer: c.Name()}
	if s.Why = unreadable(&q.Trial); s.Why != "" {
		return s, nil
	}
	answer := q.Trial.Response.Text
	if grounded.ClaimsNothing(answer) {
		s.Verdict, s.Value, s.Why = scorers.Abstained, 1, "the answer claims nothing that could be cited"
		return s, nil
	}
	sentences := Sentences(answer, ids(&q.Trial))
	if len(sentences) > mostSentences {
		s.Why = fmt.Sprintf("the answer has more than %d sentences, which is more than is verified", mostSentences)
		return s, nil
	}
	entails := c.Entails
	var v grounded.Verifier
	if entails == nil {
		entails = func(ctx context.Context, premises []string, claim string) (bool, error) {
			return v.Entails(premises, claim), ctx.Err()
		}
	}
	m, err := ALCE(ctx, sentences, premises(&q.Trial), entails)
	if err != nil {
		return scorers.Score{}, fmt.Errorf("judge citations: %w", err)
	}
	if v.Exhausted() {
		s.Why = "the passages cited together are longer than 4 MiB, which is more than is read"
		return s, nil
	}
	s.Value = m.F1()
	switch {
	case m.Recall() == 1 && m.Precision() == 1:
		s.Verdict = scorers.Correct
	case s.Value == 0:
		s.Verdict = scorers.Incorrect
	default:
		s.Verdict = scorers.Partial
	}
	s.Why = m.why(sentences)
	return s, nil
}

// mostSentences is how many sentences are verified at most.
const mostSentences = 2000

// unreadable says why a trial cannot be scored, "" when it can.
func unreadable(t *runners.Trial) string {
	size := 0
	for i := range t.Shown.Passages {
		size += len(t.Shown.Passages[i].Text)
	}
	switch {
	case strings.TrimSpace(t.Response.Text) == "":
		return "the answer is empty"
	case len(t.Response.Text) > value.Limit:
		return "the answer is longer than 1 MiB, which is more than is read"
	case size == 0:
		return "no passage was shown, so there is nothing to cite"
	case size > grounded.SourceLimit:
		return "the passages are longer than 4 MiB, which is more than is read"
	}
	return ""
}

func ids(t *runners.Trial) []string {
	out := make([]string, len(t.Shown.Passages))
	for i, p := range t.Shown.Passages {
		out[i] = p.ID
	}
	return out
}

// premises gives the title, where there is one, and the text of each passage.
func premises(t *runners.Trial) [][]string {
	out := make([][]string, len(t.Shown.Passages))
	for i, p := range t.Shown.Passages {
		if p.Title != "" {
			out[i] = append(out[i], p.Title)
		}
		out[i] = append(out[i], p.Text)
	}
	return out
}

// why states recall, precision and the citations that name no passage.
func (m Measure) why(sentences []Sentence) string {
	var b strings.Builder
	fmt.Fprintf(&b, "citation recall %d of %d sentences, precision %d of %d citations", m.Supported, m.Sentences, m.Precise, m.Citations)
	if m.Invalid == 0 {
		return b.String()
	}
	const shown = 3
	n := 0
	for _, s := range sentences {
		for _, r := range s.Refs {
			if r.Passage >= 0 {
				continue
			}
			switch n++; {
			case n == 1:
				fmt.Fprintf(&b, "; no such passage: [%s]", r.Text)
			case n <= shown:
				fmt.Fprintf(&b, ", [%s]", r.Text)
			}
		}
	}
	if n > shown {
		fmt.Fprintf(&b, " and %d more", n-shown)
	}
	return b.String()
}
