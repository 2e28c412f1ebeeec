package load

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"time"

	"github.com/viva-eval/viva/internal/fan"
	"github.com/viva-eval/viva/internal/prompt"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

// Question is one prompt, ready to be sent: what lies on the desk was found beforehand, so that a stage times the target alone.
type Question struct {
	ItemID, Arm string
	Shown       runners.Shown
	Messages    []prompt.Message
	Exactly     int // tokens that the reply is to have; 0: as many as it takes
}

// Prepare opens the arms' books for the items and sets the papers, so many at a time, in the order of the items. Arms that do not apply to an
// item are passed over. The error is that of the first book that could not be opened.
func Prepare(ctx context.Context, s *suites.Suite, items []suites.Item, arms []runners.Arm, parallel int) ([]Question, error) {
	type place struct{ item, arm int }
	type made struct {
		place
		question Question
		skip     bool
		err      error
	}
	places := func(yield func(place) bool) {
		for i := range items {
			for a := range arms {
				if !yield(place{i, a}) {
					return
				}
			}
		}
	}
	make1 := func(ctx context.Context, p place) made {
		it, arm := items[p.item], arms[p.arm]
		if b, ok := arm.Book.(runners.Selective); ok && !b.Applies(it) {
			return made{place: p, skip: true}
		}
		shown, messages, err := runners.Preview(ctx, s, it, arm)
		if err != nil {
			err = fmt.Errorf("prepare item %s, arm %s: %w", it.ID, arm.Name, err)
		}
		return made{place: p, question: Question{ItemID: it.ID, Arm: arm.Name, Shown: shown, Messages: messages}, err: err}
	}
	slots := make([]*Question, len(items)*len(arms))
	for m := range fan.Map(ctx, parallel, places, make1) {
		if m.err != nil {
			return nil, m.err
		}
		if !m.skip {
			slots[m.item*len(arms)+m.arm] = &m.question
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var all []Question
	for _, q := range slots {
		if q != nil {
			all = append(all, *q)
		}
	}
	return all, nil
}

// deck deals the questions of a run in one seeded order, round after round. Each stage goes on where the one before stopped, so that a
// target which remembers beginnings of prompts meets each again as late as can be.
type deck struct {
	questions []Question
	order     []int
	seed      int64
	dealt     int // by earlier stages
}

func newDeck(questions []Question, seed int64) *deck {
	return &deck{questions: questions, seed: seed, order: rand.New(rand.NewPCG(uint64(seed), 0x6465636b)).Perm(len(questions))}
}

// trial makes the nth trial of a stage, from 0. Within a stage each question's trials count their repeats.
func (d *deck) trial(stage string, n int) (runners.Trial, Question) {
	position := d.dealt + n
	q := d.questions[d.order[position%len(d.order)]]
	return q.trial(stage, n/len(d.order), d.seed, position), q
}

// trial is the question as it is put for the nth time of a run.
func (q Question) trial(stage string, repeat int, seed int64, n int) runners.Trial {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d\x00%d", seed, n)
	return runners.Trial{
		Key:    runners.Key{ItemID: q.ItemID, Arm: q.Arm, Load: stage, Repeat: repeat},
		Shown:  q.Shown,
		Prompt: runners.Prompt{Messages: q.Messages, Seed: int64(h.Sum64() >> 33), Exactly: q.Exactly},
	}
}

// pauses draws the thinking times of a session's user: between half and one and a half times the mean, so that users do not move in step.
func pauses(mean time.Duration, seed int64, user int) func() time.Duration {
	rng := rand.New(rand.NewPCG(uint64(seed), uint64(user)))
	return func() time.Duration { return time.Duration((0.5 + rng.Float64()) * float64(mean)) }
}
