// Package nli asks a verifier model, behind HTTP, whether passages support what a reply says. It speaks the endpoints by which
// text-embeddings-inference and vLLM serve such models: text classification over pairs, and scores of pairs.
//
// A verifier says grounded, not true: a reply that repeats a passage which is wrong is grounded in it. The verdicts of this package
// therefore stand beside those against the world and never in their place. See docs/decisions/0012-claims-and-verifiers.md.
package nli

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

// maxShown bounds a reply in bytes: each of its sentences is asked about with each chunk.
const maxShown = 64 << 10

// DefaultThreshold is the support from which a sentence counts as supported.
const DefaultThreshold = 0.5

// Scorer scores how far the shown passages support the reply, in this order:
//
//  1. A trial without a whole answer has the zero Score. Without passages there is nothing to be grounded in: Unscored, as is a reply
//     of more than 64 KiB.
//  2. A reply that says that the answer is not known (see [Declines]) is Abstained. Nothing is asked about it.
//  3. The reply is split into sentences. One of at most five words asserts little by itself and is put behind its question.
//  4. The passages are cut into chunks that fit the model's window beside the sentence (see [Chunks]).
//  5. Value is the least, over the sentences, of the greatest support that any chunk gives: MiniCheck, AlignScore and HHEM are used so.
//  6. The verdict is Correct when Value reaches the threshold and Incorrect below it. Correct means grounded here, not true.
//
// A reply that the verifier cannot be asked about, for reasons of the network or of the server, is Unscored with the reason.
type Scorer struct {
	Client    *Client
	Threshold float64 // 0: [DefaultThreshold]
}

var _ scorers.Scorer = Scorer{}

// Name is "nli" with the verifier, and with the threshold where it is not the default: scores under one name are comparable.
func (s Scorer) Name() string {
	name := "nli/" + s.Client.Name()
	if t := s.threshold(); t != DefaultThreshold {
		name += fmt.Sprintf("/%g", t)
	}
	return name
}

// Score judges one trial. The error is that of ctx, or one that every further question would meet too: a refused key, a wrong address,
// labels that cannot be told apart.
func (s Scorer) Score(ctx context.Context, q scorers.Question) (scorers.Score, error) {
	if err := ctx.Err(); err != nil {
		return scorers.Score{}, err
	}
	if !q.Trial.Status.Answered() {
		return scorers.Score{}, nil
	}
	score := scorers.Score{Scorer: s.Name()}
	reply := q.Trial.Response.Text
	if len(reply) > maxShown {
		score.Why = "the reply is longer than 64 KiB, which is more than a verifier is shown"
		return score, nil
	}
	sentences := Assertions(reply)
	switch {
	case len(q.Trial.Shown.Passages) == 0:
		score.Why = "no passages were shown, so there is nothing for the reply to be grounded in"
		return score, nil
	case len(sentences) == 0:
		score.Why = "the reply has no sentence"
		return score, nil
	}
	abstained, err := Declines(ctx, q)
	if err != nil {
		return scorers.Score{}, err
	}
	if abstained {
		score.Verdict, score.Why = scorers.Abstained, "the reply says that the answer is not known"
		return score, nil
	}
	hypotheses := make([]string, len(sentences))
	for i, p := range sentences {
		hypotheses[i] = hypothesis(q.Item.Question, p.Of(reply))
	}
	support, err := s.Client.Support(ctx, premises(q.Trial.Shown.Passages), hypotheses)
	if err != nil {
		if fatal(ctx, err) {
			return scorers.Score{}, err
		}
		score.Why = "the verifier did not answer: " + err.Error()
		return score, nil
	}
	worst := 0
	for i, v := range support {
		if v < support[worst] {
			worst = i
		}
	}
	score.Value = support[worst]
	weakest := short(sentences[worst].Of(reply))
	if threshold := s.threshold(); score.Value >= threshold {
		score.Verdict = scorers.Correct
		score.Why = fmt.Sprintf("grounded, not checked for truth: every sentence is supported by a passage, the weakest with %.2f: %q", score.Value, weakest)
	} else {
		score.Verdict = scorers.Incorrect
		score.Why = fmt.Sprintf("not grounded: no passage supports %q with more than %.2f, where %.2f is asked", weakest, score.Value, threshold)
	}
	return score, nil
}

func (s Scorer) threshold() float64 {
	if s.Threshold > 0 {
		return s.Threshold
	}
	return DefaultThreshold
}

// Support gives, for each hypothesis, the greatest support that any chunk of any premise gives it. Empty without premises.
func (c *Client) Support(ctx context.Context, premises, hypotheses []string) ([]float64, error) {
	var pairs []Pair
	var of []int // the hypothesis of each pair
	for i, h := range hypotheses {
		for _, p := range premises {
			for _, chunk := range c.chunks(p, h) {
				pairs = append(pairs, Pair{Premise: chunk, Hypothesis: h})
				of = append(of, i)
			}
		}
	}
	if len(pairs) == 0 {
		return nil, nil
	}
	relations, err := c.Relate(ctx, pairs)
	if err != nil {
		return nil, err
	}
	support := make([]float64, len(hypotheses))
	for k, r := range relations {
		support[of[k]] = math.Max(support[of[k]], r.Entailment)
	}
	return support, nil
}

// fatal reports whether an error ends the scoring: the end of the context, or what every further request would meet too.
func fatal(ctx context.Context, err error) bool {
	var e *Error
	return ctx.Err() != nil || !errors.As(err, &e) || e.Fatal()
}

// Assertions are the sentences of a reply that hold a word: a list's bare number is none.
func Assertions(reply string) []text.Span {
	var kept []text.Span
	for _, p := range text.Sentences(reply) {
		for _, w := range text.Words(p.Of(reply)) {
			if strings.ContainsFunc(w, letter) || len(w) > 2 {
				kept = append(kept, p)
				break
			}
		}
	}
	if len(kept) == 0 { // "25": a number may be the whole reply
		for _, p := range text.Sentences(reply) {
			if len(text.Words(p.Of(reply))) > 0 {
				kept = append(kept, p)
			}
		}
	}
	return kept
}

func letter(r rune) bool { return r > 0x7F || r|0x20 >= 'a' && r|0x20 <= 'z' }

// hypothesis is what the verifier is asked about a sentence. Chinese words are counted at two characters a word.
func hypothesis(question, sentence string) string {
	const few = 5
	words := text.Words(sentence)
	n := len(words)
	if text.Detect(sentence) == "zh" {
		n = (n + 1) / 2
	}
	if n > few || question == "" {
		return sentence
	}
	return question + " " + sentence
}

func premises(passages []suites.Passage) []string {
	texts := make([]string, len(passages))
	for i, p := range passages {
		texts[i] = p.Text
		if p.Title != "" {
			texts[i] = p.Title + "\n" + p.Text
		}
	}
	return texts
}

// Declines reports whether a reply says that the answer is not known, as [scorers.Abstain] reads it, which looks at no truth. The error is
// that of ctx.
func Declines(ctx context.Context, q scorers.Question) (bool, error) {
	s, err := scorers.Abstain{}.Score(ctx, q)
	return s.Verdict == scorers.Abstained, err
}

// short cuts a quotation to one line of at most 120 characters.
func short(s string) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) > 120 {
		return string(r[:119]) + "…"
	}
	return string(r)
}
