package judged

import (
	"maps"
	"math"
	"strconv"
	"sync"
)

// Tally counts what became of a judge's work. It is a judge's health: scores are worth what it says.
type Tally struct {
	Questions int // put to the judge, from the cache or not
	Scored    int // that got a verdict
	Votes     int // read
	Cached    int // of them, taken from the cache
	Faults    map[Fault]int
	Failed    int // votes without a reply, for reasons of the infrastructure
	Unpaid    int // votes that the budget did not allow

	Compared int // questions with two or more votes that could be read
	Flipped  int // of them, those whose votes differ

	Pairs    int // pairs that were read in both orders
	Reversed int // of them, those in which the order changed the outcome

	Spend Spend
}

// FlipRate is the share of questions whose votes differ: how much of a verdict is the judge's own noise. NaN when there were no votes to
// compare.
func (t Tally) FlipRate() float64 { return share(t.Flipped, t.Compared) }

// ReversalRate is the share of pairs in which the order of the replies changed the outcome; NaN without pairs.
func (t Tally) ReversalRate() float64 { return share(t.Reversed, t.Pairs) }

// Unreadable is the number of replies that were no vote.
func (t Tally) Unreadable() int {
	n := 0
	for _, k := range t.Faults {
		n += k
	}
	return n
}

func share(k, n int) float64 {
	if n == 0 {
		return math.NaN()
	}
	return float64(k) / float64(n)
}

// tally is a Tally that several goroutines write.
type tally struct {
	mu sync.Mutex
	t  Tally
}

func (t *tally) note(edit func(*Tally)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	edit(&t.t)
}

func (t *tally) copy() Tally {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.t
	c.Faults = maps.Clone(c.Faults)
	return c
}

// number writes a float as a person would.
func number(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
