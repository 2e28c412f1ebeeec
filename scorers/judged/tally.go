package judged

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Tally counts what became of a judge's work. It is a judge's health: scores are worth what it says.
type Tally struct {
	Questions int           `json:"questions"` // put to the judge, from the cache or not
	Scored    int           `json:"scored"`    // that got a verdict
	Votes     int           `json:"votes"`     // read
	Cached    int           `json:"cached"`    // of them, taken from the cache
	Faults    map[Fault]int `json:"faults"`    // replies that are no vote, by what is wrong with them
	Failed    int           `json:"failed"`    // votes without a reply, for reasons of the infrastructure
	Failure   string        `json:"failure"`   // why the first of them failed
	Unpaid    int           `json:"unpaid"`    // votes that the budget did not allow

	Compared int `json:"compared"` // questions with two or more votes that could be read
	Flipped  int `json:"flipped"`  // of them, those whose votes differ

	Pairs    int `json:"pairs"`    // pairs that were read in both orders
	Reversed int `json:"reversed"` // of them, those in which the order changed the outcome

	Spend Spend `json:"spend"`
}

// String tells the tally in one line for people. What is nought is left out, but for the questions and the requests.
func (t Tally) String() string {
	parts := []string{fmt.Sprintf("%d of %d questions scored", t.Scored, t.Questions)}
	add := func(n int, format string, args ...any) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf(format, args...))
		}
	}
	var faults []string
	for _, f := range slices.Sorted(maps.Keys(t.Faults)) {
		faults = append(faults, fmt.Sprintf("%s %d", f, t.Faults[f]))
	}
	add(t.Unreadable(), "%d replies unreadable (%s)", t.Unreadable(), strings.Join(faults, ", "))
	add(t.Failed, "%d votes failed (%s)", t.Failed, t.Failure)
	add(t.Unpaid, "%d votes beyond the budget", t.Unpaid)
	add(t.Compared, "votes differ on %d of %d", t.Flipped, t.Compared)
	add(t.Pairs, "order decides %d of %d pairs", t.Reversed, t.Pairs)
	add(t.Cached, "%d votes from the cache", t.Cached)
	return strings.Join(append(parts, t.Spend.String()), "; ")
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
