package fakeai

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"

	"github.com/viva-eval/viva/internal/prompt"
)

// Truth is what an examinee holds about one question.
type Truth struct {
	Right      string   // the right answer, as it stands in a sentence
	Wrong      string   // what it says when it is wrong or invents
	Language   string   // of its replies; empty: the paper's
	Answerable bool     // false: nobody can know it, and Right is not used
	Evidence   []string // IDs of the passages that hold the answer, all of which are needed; none: no passage shows it
}

// Candidate is an examinee with its key. It tells conditions apart by the paper alone and is safe for concurrent use.
type Candidate struct {
	profile Profile
	key     map[string]Truth
	seed    int64
	quota   [3]map[string]Given // by condition; nil unless the profile is exact
}

// NewCandidate seats an examinee. Key goes by question text, white space at its ends aside. The same profile, key and seed
// always give the same answers.
func NewCandidate(profile Profile, key map[string]Truth, seed int64) (*Candidate, error) {
	if err := profile.Check(); err != nil {
		return nil, err
	}
	c := &Candidate{profile: profile, key: make(map[string]Truth, len(key)), seed: seed}
	for q, t := range key {
		c.key[strings.TrimSpace(q)] = t
	}
	if profile.Exact {
		for _, on := range []Condition{Closed, Shown, Missed} {
			c.quota[on] = c.allot(on)
		}
	}
	return c, nil
}

// Examinee is the script of a [Candidate]. With a profile that does not hold together every request is answered with status 400
// and the reason.
func Examinee(profile Profile, key map[string]Truth, seed int64) Script {
	c, err := NewCandidate(profile, key, seed)
	if err != nil {
		return func(Request) Reply { return Reply{Status: http.StatusBadRequest, Text: err.Error()} }
	}
	return c.Reply
}

// Reply is the candidate's [Script]. What is no paper, or a question that the key lacks, gets status 400 with the reason, so that
// a test with a wrong key cannot pass for one with an ignorant examinee.
func (c *Candidate) Reply(q Request) Reply {
	paper, err := prompt.Parse(q.Messages)
	if err != nil {
		return Reply{Status: http.StatusBadRequest, Text: err.Error()}
	}
	ids := make([]string, len(paper.Passages))
	for i, p := range paper.Passages {
		ids[i] = p.ID
	}
	given, err := c.Give(paper.Question, ids, q.Seed)
	if err != nil {
		return Reply{Status: http.StatusBadRequest, Text: err.Error()}
	}
	question := strings.TrimSpace(paper.Question)
	truth := c.key[question]
	if truth.Language == "" {
		truth.Language = paper.Language
	}
	return Reply{Text: say(given, truth, len(ids) > 0, c.hash(question, "words", nil))}
}

// Give is what the candidate gives to a question with these passages open and this seed in the request (nil: none). Repeats of a
// question differ through the request's seed alone, so that asking again after a failure changes nothing.
func (c *Candidate) Give(question string, shown []string, seed *int64) (Given, error) {
	question = strings.TrimSpace(question)
	truth, ok := c.key[question]
	if !ok {
		return Withheld, fmt.Errorf("answer question: not in the key: %q", question)
	}
	on := truth.Condition(shown)
	if c.quota[on] != nil {
		return c.quota[on][question], nil
	}
	u := float64(c.hash(question, on.String(), seed)>>11) / (1 << 53)
	return c.profile.Rates(on).pick(truth.Answerable, u), nil
}

// Condition is what shown, the IDs of the passages that lie open, means for the question.
func (t Truth) Condition(shown []string) Condition {
	if len(shown) == 0 {
		return Closed
	}
	for _, id := range t.Evidence {
		if !slices.Contains(shown, id) {
			return Missed
		}
	}
	if len(t.Evidence) == 0 {
		return Missed
	}
	return Shown
}

// Tally counts what is given to a set of questions.
type Tally struct {
	Right, Wrong, Withheld int // of the answerable questions
	Invented, Silent       int // of those without an answer
}

// Add counts one more.
func (t *Tally) Add(g Given, answerable bool) {
	switch {
	case !answerable && g == Wrong:
		t.Invented++
	case !answerable:
		t.Silent++
	case g == Right:
		t.Right++
	case g == Wrong:
		t.Wrong++
	default:
		t.Withheld++
	}
}

// Expected is what the candidate gives when the whole key is put under condition on, with no seed in the requests.
func (c *Candidate) Expected(on Condition) Tally {
	var t Tally
	for q, truth := range c.key {
		var g Given
		if c.quota[on] != nil {
			g = c.quota[on][q]
		} else {
			g = c.profile.Rates(on).pick(truth.Answerable, float64(c.hash(q, on.String(), nil)>>11)/(1<<53))
		}
		t.Add(g, truth.Answerable)
	}
	return t
}

// pick turns u, in [0, 1), into an outcome.
func (r Rates) pick(answerable bool, u float64) Given {
	switch {
	case !answerable && u < r.Invents:
		return Wrong
	case !answerable:
		return Withheld
	case u < r.Right:
		return Right
	case u < r.Right+r.Wrong:
		return Wrong
	}
	return Withheld
}

// allot meets the rates to the item, for answerable and other questions apart.
func (c *Candidate) allot(on Condition) map[string]Given {
	out := make(map[string]Given, len(c.key))
	for _, answerable := range []bool{true, false} {
		type place struct {
			question string
			at       uint64
		}
		var order []place
		for q, t := range c.key {
			if t.Answerable == answerable {
				order = append(order, place{q, c.hash(q, on.String(), nil)})
			}
		}
		slices.SortFunc(order, func(a, b place) int {
			return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.question, b.question))
		})
		r, n := c.profile.Rates(on), float64(len(order))
		right, wrong := math.Round(r.Right*n), math.Round((r.Right+r.Wrong)*n)
		if !answerable {
			right, wrong = 0, math.Round(r.Invents*n)
		}
		for i, p := range order {
			switch at := float64(i); {
			case at < right:
				out[p.question] = Right
			case at < wrong:
				out[p.question] = Wrong
			default:
				out[p.question] = Withheld
			}
		}
	}
	return out
}

// hash is an even 64-bit draw for a question and a purpose.
func (c *Candidate) hash(question, purpose string, seed *int64) uint64 {
	b := binary.BigEndian.AppendUint64(nil, uint64(c.seed))
	if seed != nil {
		b = binary.BigEndian.AppendUint64(append(b, 1), uint64(*seed))
	}
	b = append(append(append(b, purpose...), 0), question...)
	sum := sha256.Sum256(b)
	return binary.BigEndian.Uint64(sum[:8])
}
