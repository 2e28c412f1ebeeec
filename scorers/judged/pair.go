package judged

import (
	"context"
	"strings"

	"github.com/viva-eval/viva/internal/prompt"
	"github.com/viva-eval/viva/scorers"
)

// Pair is two replies to one question.
type Pair struct {
	Language      string
	Question      string
	Reference     string // as in [Case]; empty: there is none to go by
	First, Second string
}

// Preference is what a judge makes of a pair. The zero Preference is Undecided.
type Preference uint8

const (
	Undecided Preference = iota // a reply could not be read, or the order of the two decided
	PreferFirst
	PreferSecond
	NeitherBetter
)

func (p Preference) String() string {
	return [...]string{"undecided", "first", "second", "neither"}[p]
}

// Prefer compares two replies. The judge sees them in both orders, and a preference counts only when both readings agree: one that
// follows the place is no preference. Each order is asked once; the pair stands or falls as one. The error is that of ctx or of the
// cache.
func (j *Judge) Prefer(ctx context.Context, p Pair) (Preference, [2]Vote, error) {
	var votes [2]Vote
	var said [2]Preference
	for i, order := range [2]Pair{p, {p.Language, p.Question, p.Reference, p.Second, p.First}} {
		v, err := j.vote(ctx, order.paper(), 0)
		if err != nil {
			return Undecided, votes, err
		}
		j.book(v)
		votes[i], said[i] = v, preference(v.Verdict)
	}
	switch said[1] {
	case PreferFirst:
		said[1] = PreferSecond
	case PreferSecond:
		said[1] = PreferFirst
	}
	if said[0] == Undecided || said[1] == Undecided {
		return Undecided, votes, nil
	}
	j.tally.note(func(t *Tally) {
		t.Pairs++
		t.Reversed += one(said[0] != said[1])
	})
	if said[0] != said[1] {
		return Undecided, votes, nil
	}
	return said[0], votes, nil
}

// preference reads the letter of a verdict as that of a pair: A, B or C.
func preference(v scorers.Verdict) Preference {
	switch v {
	case letters[0]:
		return PreferFirst
	case letters[1]:
		return PreferSecond
	case letters[2]:
		return NeitherBetter
	}
	return Undecided
}

func (p Pair) paper() *paper {
	r := rubricFor(p.Language)
	return &paper{
		content: []string{"pair", r.language, p.Question, p.Reference, p.First, p.Second},
		messages: func(contract Contract) []prompt.Message {
			var b strings.Builder
			r.put(&b, r.question, p.Question)
			if p.Reference != "" {
				r.put(&b, r.reference, p.Reference)
			}
			r.put(&b, r.first, p.First)
			r.put(&b, r.second, p.Second)
			if contract == Letter {
				b.WriteString(r.askPair[1])
			} else {
				b.WriteString(r.askPair[0])
			}
			return []prompt.Message{{Role: "system", Content: r.pair}, {Role: "user", Content: b.String()}}
		},
		schema: pairwise,
		admits: func(v scorers.Verdict) bool { return preference(v) != Undecided },
	}
}
