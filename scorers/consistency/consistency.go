// Package consistency scores how far the repeats of a question agree, by SelfCheckGPT and by semantic entropy. It uses the repeats that
// are stored: the target is not asked again.
//
// Agreement is not truth. A model that is wrong in the same way each time is consistent, and one that is asked at temperature 0 has
// little choice but to be. See docs/decisions/0012-claims-and-verifiers.md.
package consistency

import (
	"context"
	"errors"
	"fmt"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/scorers/nli"
)

// Measure is what a [Scorer] gives as its Value, both from 0, no two repeats agree, to 1.
type Measure uint8

const (
	Semantic  Measure = iota // [Agreement]: 1 − semantic entropy / ln M
	SelfCheck                // 1 − [Inconsistency] of the first repeat against the others
)

// longest is the longest repeat that is read, in bytes.
const longest = 64 << 10

// DefaultThreshold is the Value from which repeats count as consistent.
const DefaultThreshold = 0.5

// Scorer scores the repeats of one item and arm together, in this order:
//
//  1. Repeats without a whole answer, and empty ones, are left out and counted in Why. With fewer than two left, or with one
//     that is longer than 64 KiB, the group is Unscored.
//  2. Replies that say that the answer is not known mean the same, and contradict all others. When all do, the verdict is Abstained.
//  3. Value is the Measure. The verdict is Correct from the threshold on, else Incorrect. Correct means consistent here, not true.
//
// A group about which the entailer cannot be asked is Unscored with the reason. The zero Scorer compares without a model.
type Scorer struct {
	Entailer  Entailer // nil: [LexicalFor] the item
	Measure   Measure
	Strict    bool    // of Semantic: two answers mean the same only when each entails the other
	Threshold float64 // 0: [DefaultThreshold]
}

var _ scorers.GroupScorer = Scorer{}

// Name is "consistency", or "selfcheck" where that is the measure, with the entailer's name where it has one, with "strict" and with the
// threshold where it is not the default: scores under one name are comparable.
func (s Scorer) Name() string {
	name := "consistency"
	if s.Measure == SelfCheck {
		name = "selfcheck"
	}
	if e, ok := s.Entailer.(interface{ Name() string }); ok && e.Name() != "" {
		name += "/" + e.Name()
	}
	if s.Strict {
		name += "/strict"
	}
	if s.Threshold != 0 && s.Threshold != DefaultThreshold {
		name += fmt.Sprintf("/%g", s.Threshold)
	}
	return name
}

// ScoreGroup judges the repeats of one item and arm. The error is that of ctx, of repeats that are not of one item and arm, or one of
// the entailer's that every further question would meet too.
func (s Scorer) ScoreGroup(ctx context.Context, repeats []scorers.Question) (scorers.Score, error) {
	if err := ctx.Err(); err != nil {
		return scorers.Score{}, err
	}
	g, err := s.group(ctx, repeats)
	if err != nil || g.whole == 0 {
		return scorers.Score{}, err
	}
	score := scorers.Score{Scorer: s.Name()}
	if g.long > 0 {
		score.Why = fmt.Sprintf("%d of %d repeats are longer than 64 KiB, which is more than is read", g.long, len(repeats))
		return score, nil
	}
	if len(g.answers) < 2 {
		score.Why = fmt.Sprintf("%d of %d repeats can be compared, and it takes two", len(g.answers), len(repeats))
		return score, nil
	}
	value, why, err := s.measure(ctx, g)
	if err != nil {
		var concerns interface{ Fatal() bool }
		if ctx.Err() != nil || !errors.As(err, &concerns) || concerns.Fatal() {
			return scorers.Score{}, err
		}
		score.Why = "the repeats cannot be compared: " + err.Error()
		return score, nil
	}
	score.Value = value
	if left := len(repeats) - len(g.answers); left > 0 {
		why += fmt.Sprintf("; %d repeats without an answer are left out", left)
	}
	threshold := s.Threshold
	if threshold == 0 {
		threshold = DefaultThreshold
	}
	switch {
	case g.declined == len(g.answers):
		score.Verdict, score.Why = scorers.Abstained, "every repeat says that the answer is not known"
	case value >= threshold:
		score.Verdict, score.Why = scorers.Correct, "consistent, not checked for truth: "+why
	default:
		score.Verdict, score.Why = scorers.Incorrect, "not consistent: "+why
	}
	return score, nil
}

// group is what can be compared of the repeats.
type group struct {
	question string
	answers  []string
	declines []bool // of each answer
	declined int
	whole    int // repeats with a whole answer, empty ones among them
	long     int // repeats that are longer than longest
	entailer Entailer
}

func (s Scorer) group(ctx context.Context, repeats []scorers.Question) (group, error) {
	g := group{entailer: s.Entailer}
	for i, q := range repeats {
		if first := repeats[0].Trial.Key; q.Trial.ItemID != first.ItemID || q.Trial.Arm != first.Arm || q.Trial.Load != first.Load {
			return g, fmt.Errorf("compare repeats: %s in arm %s is no repeat of %s in arm %s", q.Trial.ItemID, q.Trial.Arm, first.ItemID, first.Arm)
		}
		if i == 0 {
			g.question = q.Item.Question
			if g.entailer == nil {
				g.entailer = LexicalFor(q.Item)
			}
		}
		if !q.Trial.Status.Answered() {
			continue
		}
		g.whole++
		if len(q.Trial.Response.Text) > longest {
			g.long++
			continue
		}
		if len(text.Words(q.Trial.Response.Text)) == 0 {
			continue
		}
		declines, err := nli.Declines(ctx, q)
		if err != nil {
			return g, err
		}
		if declines {
			g.declined++
		}
		g.answers, g.declines = append(g.answers, q.Trial.Response.Text), append(g.declines, declines)
	}
	return g, nil
}

func (s Scorer) measure(ctx context.Context, g group) (value float64, why string, err error) {
	if s.Measure == SelfCheck {
		v, sentences, err := g.inconsistency(ctx)
		return 1 - v, fmt.Sprintf("inconsistency %.2f over %d sentences of the first repeat and %d others", v, sentences, len(g.answers)-1), err
	}
	ids, err := g.clusters(ctx, s.Strict)
	if err != nil {
		return 0, "", err
	}
	value, _ = Agreement(ids)
	clusters := 0
	for _, id := range ids {
		clusters = max(clusters, id+1)
	}
	return value, fmt.Sprintf("%d repeats have %d meanings, semantic entropy %.3f nats", len(ids), clusters, Entropy(ids)), nil
}

// clusters groups the replies that give an answer; those that decline are one more cluster.
func (g group) clusters(ctx context.Context, strict bool) ([]int, error) {
	var given []string
	for i, a := range g.answers {
		if !g.declines[i] {
			given = append(given, a)
		}
	}
	found, err := Clusters(ctx, g.entailer, g.question, given, strict)
	if err != nil {
		return nil, err
	}
	last := 0
	for _, id := range found {
		last = max(last, id+1)
	}
	ids, k := make([]int, len(g.answers)), 0
	for i := range ids {
		if ids[i] = last; !g.declines[i] {
			ids[i] = found[k]
			k++
		}
	}
	return ids, nil
}

// inconsistency checks each sentence of the first reply against each of the others.
func (g group) inconsistency(ctx context.Context) (value float64, sentences int, err error) {
	first := g.answers[0]
	spans := nli.Assertions(first)
	if g.declines[0] || len(spans) == 0 {
		spans = []text.Span{{Start: 0, End: len(first)}}
	}
	scores := make([][]float64, len(spans))
	for k, sample := range g.answers[1:] {
		against := g.against(sample)
		for i, p := range spans {
			v := 0.0
			switch mine, other := g.declines[0], g.declines[k+1]; {
			case mine && other:
			case mine || other:
				v = 1
			default:
				r, err := against(ctx, p.Of(first))
				if err != nil {
					return 0, 0, err
				}
				v = r.Inconsistency()
			}
			scores[i] = append(scores[i], v)
		}
	}
	value, _ = Inconsistency(scores)
	return value, len(spans), nil
}

// against gives what holds sentences against one sample. Without a model the sample is read once for all of them.
func (g group) against(sample string) func(ctx context.Context, sentence string) (nli.Relation, error) {
	l, ok := g.entailer.(Lexical)
	if !ok {
		return func(ctx context.Context, sentence string) (nli.Relation, error) {
			return g.entailer.Entail(ctx, g.question, sample, sentence)
		}
	}
	q := l.ask(g.question)
	p := q.read(sample)
	return func(ctx context.Context, sentence string) (nli.Relation, error) {
		return certain(p.relate(q.read(sentence))), ctx.Err()
	}
}
