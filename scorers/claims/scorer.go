package claims

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

// Measure is the figure that a [Scorer] gives as its Value.
type Measure uint8

const (
	Faithfulness Measure = iota // supported claims / claims
	Penalised                   // the same with FActScore's length penalty
	F1K                         // F1@K over the checkable claims
)

// Scorer scores how far the passages support the claims of a reply. Only Judge is needed. In this order:
//
//  1. A trial without a whole answer has the zero Score. A reply that is empty or longer than 64 KiB is Unscored and not shown.
//  2. The passages are those that were shown, and without any those of Evidence. Without both the reply is Unscored.
//  3. The judge takes the reply apart. A reply that declines to answer is Abstained; one without claims is Unscored, since a share of
//     nothing is undefined. A claim with a figure that stands neither in the reply nor in the question is the judge's own and is left out.
//  4. The judge checks the claims against all passages together.
//  5. Value is the Measure. The verdict is Correct when every claim is supported, Incorrect when one is contradicted or none is supported,
//     else Partial. Correct means that the passages say so, not that it is true.
//
// A judge that does not answer, or not readably, leaves the reply Unscored with the reason.
type Scorer struct {
	Judge    *Judge
	Measure  Measure
	K        int                                // of F1K: supported claims that a full answer has; 0: 1
	Gamma    float64                            // of Penalised; 0: [Gamma]
	Evidence func(suites.Item) []suites.Passage // what to check closed-book replies against; nil: they are Unscored
}

var _ scorers.Scorer = Scorer{}

// Name is "claims", with the measure where it is not the first, and with the judge: scores under one name are comparable.
func (s Scorer) Name() string {
	name := "claims"
	switch s.Measure {
	case Penalised:
		name += fmt.Sprintf("-penalised%g", s.gamma())
	case F1K:
		name += fmt.Sprintf("-f1at%d", max(s.K, 1))
	}
	return named(name, s.Judge)
}

func named(scorer string, j *Judge) string {
	if who := j.Name(); who != "" {
		return scorer + "/" + who
	}
	return scorer
}

func (s Scorer) gamma() float64 {
	if s.Gamma == 0 {
		return Gamma
	}
	return s.Gamma
}

// Checked is a reply taken apart and checked.
type Checked struct {
	Split
	Support  []Support // of each claim
	Invented []string  // claims that the judge made up, by their figures; not among Claims
}

// Tally counts the claims; with checkable, those alone that can be shown to be true or false.
func (c Checked) Tally(checkable bool) Tally {
	t := Tally{Declined: c.Declines}
	for i, s := range c.Support {
		switch {
		case checkable && !c.Claims[i].Checkable:
		case s == Supported:
			t.Supported++
		default:
			t.NotSupported++
		}
	}
	return t
}

const maxShown = 64 << 10

// Score judges one trial. The error is that of ctx or of the judge's cache.
func (s Scorer) Score(ctx context.Context, q scorers.Question) (scorers.Score, error) {
	if err := ctx.Err(); err != nil {
		return scorers.Score{}, err
	}
	if !q.Trial.Status.Answered() {
		return scorers.Score{}, nil
	}
	score := scorers.Score{Scorer: s.Name()}
	passages := q.Trial.Shown.Passages
	if len(passages) == 0 && s.Evidence != nil {
		passages = s.Evidence(q.Item)
	}
	if len(passages) == 0 {
		score.Why = "no passages were shown, so there is nothing to check claims against"
		return score, nil
	}
	if score.Why = unfit(q.Trial.Response.Text); score.Why != "" {
		return score, nil
	}
	c, err := s.Check(ctx, q, passages)
	if err != nil {
		return unscored(score, err)
	}
	s.settle(&score, c)
	return score, nil
}

// Check takes the reply apart and checks its claims against the passages together. The error is a [Fault], or one that ends the scoring.
func (s Scorer) Check(ctx context.Context, q scorers.Question, passages []suites.Passage) (Checked, error) {
	c, err := s.Judge.takeApart(ctx, q)
	if err != nil || c.Declines {
		return c, err
	}
	c.Support, err = s.Judge.Verify(ctx, q.Item.Language, q.Item.Question, texts(passages), c.sentences())
	return c, err
}

func (s Scorer) settle(score *scorers.Score, c Checked) {
	if c.Declines {
		score.Verdict, score.Why = scorers.Abstained, "the reply says that the answer is not known"
		return
	}
	tally := c.Tally(s.Measure == F1K)
	value, ok := s.value(tally)
	if !ok {
		score.Why = "the reply makes no claim, so that a share of supported claims is undefined"
		if len(c.Invented) > 0 {
			score.Why = fmt.Sprintf("the judge's claims are not the reply's: %q", short(c.Invented[0]))
		}
		return
	}
	score.Value = value
	against, unsupported := "", ""
	for i, u := range c.Support {
		switch {
		case s.Measure == F1K && !c.Claims[i].Checkable:
		case u == Contradicted && against == "":
			against = c.Claims[i].Text
		case u == NotStated && unsupported == "":
			unsupported = c.Claims[i].Text
		}
	}
	share := tally.Faithfulness()
	switch {
	case against != "":
		score.Verdict = scorers.Incorrect
		score.Why = fmt.Sprintf("%s claims are supported by the passages, and this one is contradicted: %q", share, short(against))
	case unsupported == "":
		score.Verdict = scorers.Correct
		score.Why = fmt.Sprintf("%s claims are supported by the passages, which says grounded, not true", share)
	default:
		score.Verdict = scorers.Partial
		if tally.Supported == 0 {
			score.Verdict = scorers.Incorrect
		}
		score.Why = fmt.Sprintf("%s claims are supported by the passages, this one is not: %q", share, short(unsupported))
	}
}

func (s Scorer) value(t Tally) (float64, bool) {
	switch s.Measure {
	case Penalised:
		return t.FactScore(s.gamma())
	case F1K:
		return t.F1AtK(max(s.K, 1))
	}
	return t.Faithfulness().Value()
}

// takeApart splits a reply and sorts out the claims that are not its own.
func (j *Judge) takeApart(ctx context.Context, q scorers.Question) (Checked, error) {
	split, err := j.Split(ctx, q.Item.Language, q.Item.Question, q.Trial.Response.Text)
	if err != nil {
		return Checked{}, err
	}
	c := Checked{Split: Split{Declines: split.Declines}}
	for _, claim := range split.Claims {
		if invented(claim.Text, q.Trial.Response.Text, q.Item.Question, q.Item.Language) {
			c.Invented = append(c.Invented, claim.Text)
			continue
		}
		c.Claims = append(c.Claims, claim)
	}
	return c, nil
}

func (s Split) sentences() []string {
	out := make([]string, len(s.Claims))
	for i, c := range s.Claims {
		out[i] = c.Text
	}
	return out
}

func texts(passages []suites.Passage) []Text {
	out := make([]Text, len(passages))
	for i, p := range passages {
		out[i] = Text{p.Title, p.Text}
	}
	return out
}

// unfit says why a reply is not shown to a judge, or nothing.
func unfit(reply string) string {
	switch {
	case strings.TrimSpace(reply) == "":
		return "the reply is empty"
	case len(reply) > maxShown:
		return "the reply is longer than 64 KiB, which is more than a judge is shown"
	}
	return ""
}

// unscored makes a score of a fault, and passes on what ends the scoring.
func unscored(score scorers.Score, err error) (scorers.Score, error) {
	var f *Fault
	if !errors.As(err, &f) {
		return scorers.Score{}, err
	}
	score.Why = f.Why
	return score, nil
}

// short cuts a quotation to one line of at most 120 characters.
func short(s string) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) > 120 {
		return string(r[:119]) + "…"
	}
	return string(r)
}
