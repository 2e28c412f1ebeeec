package judged

import (
	"fmt"
	"strings"

	"github.com/viva-eval/viva/scorers"
)

// Vote is one answer of a judge to one question.
type Vote struct {
	Reading
	Reply    string   // as it came, without the reasoning
	Model    string   // as the server names it
	Contract Contract // under which it was given
	Cached   bool
	Err      string // why there is no reply; empty otherwise

	unpaid bool
}

// Grade is what a judge's votes come to.
type Grade struct {
	Verdict scorers.Verdict // that of more than half of all votes; Unscored when there is none
	Value   float64         // mean of the votes that could be read: 1 for Correct, 0.5 for Partial, else 0
	Why     string          // one sentence
	Votes   []Vote
}

// worth is a verdict's number.
func worth(v scorers.Verdict) float64 {
	switch v {
	case scorers.Correct:
		return 1
	case scorers.Partial:
		return 0.5
	}
	return 0
}

// majority is the verdict that more than half of all the verdicts have. An Unscored one counts for nobody, but counts as one: two
// votes of which one cannot be read make no majority, and neither does a tie.
func majority(all []scorers.Verdict) scorers.Verdict {
	var n [len(letters) + 1]int
	for _, v := range all {
		n[v]++
	}
	for v := scorers.Correct; v <= scorers.Abstained; v++ {
		if 2*n[v] > len(all) {
			return v
		}
	}
	return scorers.Unscored
}

// count writes how many verdicts of each kind there are: "2 correct, 1 unscored".
func count(all []scorers.Verdict) string {
	var parts []string
	for _, v := range []scorers.Verdict{scorers.Correct, scorers.Partial, scorers.Incorrect, scorers.Abstained, scorers.Unscored} {
		n := 0
		for _, w := range all {
			if w == v {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, v))
		}
	}
	return strings.Join(parts, ", ")
}

// sum makes a grade of votes.
func sum(votes []Vote) Grade {
	g := Grade{Votes: votes}
	verdicts := make([]scorers.Verdict, len(votes))
	read := 0
	for i, v := range votes {
		verdicts[i] = v.Verdict
		if v.Verdict != scorers.Unscored {
			g.Value += worth(v.Verdict)
			read++
		}
	}
	if read > 0 {
		g.Value /= float64(read)
	}
	g.Verdict = majority(verdicts)
	if g.Verdict == scorers.Unscored {
		g.Value, g.Why = 0, open(votes, verdicts, read)
		return g
	}
	for _, v := range votes {
		if v.Verdict == g.Verdict {
			if g.Why = sentence(v.Why); g.Why != "" {
				break
			}
		}
	}
	if g.Why == "" {
		g.Why = "the judge grades the reply as " + g.Verdict.String() + " and gives no reason"
	}
	if len(votes) > 1 {
		g.Why = fmt.Sprintf("votes: %s; %s", count(verdicts), g.Why)
	}
	return g
}

// open says why votes make no verdict.
func open(votes []Vote, verdicts []scorers.Verdict, read int) string {
	for _, v := range votes {
		switch {
		case read > 0 && !v.unpaid:
		case v.unpaid:
			return "not judged: " + v.Err
		case v.Err != "":
			return "the judge could not be asked: " + clean(v.Err)
		default:
			return "the judge cannot be read: " + v.Fault.describe(v.Reply)
		}
	}
	return "the judge's votes have no majority: " + count(verdicts)
}

// differ reports whether at least two votes could be read, and whether those that could differ.
func differ(votes []Vote) (compared, flipped bool) {
	first, n := scorers.Unscored, 0
	for _, v := range votes {
		if v.Verdict == scorers.Unscored {
			continue
		}
		if n++; n == 1 {
			first = v.Verdict
		}
		flipped = flipped || v.Verdict != first
	}
	return n > 1, flipped
}
