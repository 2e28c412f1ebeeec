package scorers

import (
	"strings"

	"github.com/viva-eval/viva/internal/value"
)

// outcome is what the candidates of a reply come to.
type outcome uint8

const (
	noEvidence outcome = iota
	matched            // the reply stands by the truth
	conflicted         // it stands by another value
	divided            // it offers the truth and another value as alternatives
	deniedTrue         // it denies the truth and offers nothing
)

// settle says which candidate is the reply's answer. Candidates that are denied, taken back or operands of a sum are left out;
// those that were true once, stand in brackets or in a conceding clause count only where no others are. Then:
//
//  1. All that is left is the truth, or none of it is.
//  2. The truth joined by "or" to another value, or an end of a range, is no answer.
//  3. A value set in bold, and then the last one that a word or sign of conclusion leads to, is the answer; but where a reply opens
//     with the truth, a conclusion to something that is no trap is about something else (the price of one, then of all).
//  4. Otherwise the first value is, since replies open with their answer and then explain it; but a reply that opens with a
//     value and closes, in a later sentence, with the truth and a word of contrast has come to the truth.
func (r *reading) settle(cs []candidate) (outcome, *candidate) {
	live := make([]*candidate, 0, 8)
	for i := range cs {
		if cs[i].live() {
			live = append(live, &cs[i])
		}
	}
	if len(live) == 0 {
		for i := range cs { // a sum without a result: its one value that is the truth may be it
			if cs[i].working && cs[i].relation == value.Match {
				return matched, &cs[i]
			}
		}
		for i := range cs {
			if cs[i].relation == value.Match && cs[i].denied {
				return deniedTrue, &cs[i]
			}
		}
		for i := range cs {
			if cs[i].working {
				return conflicted, &cs[i]
			}
		}
		return noEvidence, nil
	}
	if o, c := r.alternatives(live); o != noEvidence {
		return o, c
	}
	live = strongest(live)
	if o, c := uniform(live); o != noEvidence {
		return o, c
	}
	// Both the truth and other values stand.
	var bold []*candidate
	for _, c := range live {
		if c.start >= 2 && r.text[c.start-2:c.start] == "**" || strings.HasPrefix(r.text[c.end:], "**") {
			bold = append(bold, c)
		}
	}
	if o, c := uniform(bold); o != noEvidence {
		return o, c
	}
	for i := len(live) - 1; i >= 0; i-- {
		if c := live[i]; c.concluded && (c.relation == value.Match || c.cause != "" || live[0].relation != value.Match) {
			return side(c)
		}
	}
	first, last := live[0], live[len(live)-1]
	if first.relation != value.Match && last.relation == value.Match && r.sentence(last.start) > r.sentence(first.start) {
		s := r.sentences[r.sentence(last.start)]
		if first.cause == "" || r.has(span{s.Start, s.End}, contrasts) {
			return matched, last
		}
	}
	return side(first)
}

// strongest keeps the candidates that are neither past, conceded nor hedged away, falling back step by step to those that are.
func strongest(cs []*candidate) []*candidate {
	keep := func(ok func(c *candidate) bool) bool {
		var out []*candidate
		for _, c := range cs {
			if ok(c) {
				out = append(out, c)
			}
		}
		if len(out) > 0 {
			cs = out
			return true
		}
		return false
	}
	if !keep(func(c *candidate) bool { return !c.old && !c.conceded }) {
		keep(func(c *candidate) bool { return !c.conceded })
	}
	return cs
}

// uniform decides where all candidates stand on one side.
func uniform(cs []*candidate) (outcome, *candidate) {
	if len(cs) == 0 {
		return noEvidence, nil
	}
	for _, c := range cs[1:] {
		if c.relation != cs[0].relation {
			return noEvidence, nil
		}
	}
	for _, c := range cs { // name the trap rather than a bystander
		if c.cause != "" {
			return side(c)
		}
	}
	return side(cs[0])
}

func side(c *candidate) (outcome, *candidate) {
	if c.relation == value.Match {
		return matched, c
	}
	return conflicted, c
}

// alternatives looks for the truth and another value joined by "or" or by a range mark.
func (r *reading) alternatives(cs []*candidate) (outcome, *candidate) {
	for i := 0; i+1 < len(cs); i++ {
		a, b := cs[i], cs[i+1]
		if a.relation == b.relation || a.end > b.start || b.start-a.end > 24 {
			continue
		}
		between := strings.TrimSpace(r.text[a.end:b.start])
		join := false
		switch between {
		case "-", "–", "—", "~", "～", "至", "到", "से", "to":
			join = true
		}
		for k := r.before(a.end) + 1; k < len(r.terms) && r.terms[k].end <= b.start; k++ {
			if r.terms[k].class&joins != 0 && !strings.ContainsAny(between, ".(") {
				join = true
			}
		}
		if join {
			if a.relation == value.Match {
				return divided, b
			}
			return divided, a
		}
	}
	return noEvidence, nil
}
