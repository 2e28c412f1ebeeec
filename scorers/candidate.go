package scorers

import (
	"strings"

	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/suites"
)

// candidate is something in a reply that could be its answer.
type candidate struct {
	span
	relation value.Relation // Match: the truth; Conflict: something else of its kind
	cause    suites.Cause   // of a conflict that is a trap
	value    value.Value
	text     string // as the reply writes it

	denied    bool // "not 25", "25 नहीं"
	old       bool // "was 25 until 2025"
	retracted bool // before "no, wait"
	working   bool // an operand of a sum that is shown
	conceded  bool // in a clause about something else, or in brackets
	hedged    bool
	limited   bool // beside "only" and its kin: what is known beside what is not
	concluded bool // a word or sign of conclusion leads to it
}

// live reports whether the reply stands by the candidate.
func (c *candidate) live() bool { return !c.denied && !c.retracted && !c.working }

// mark reads from the words around each candidate how the reply means it. all holds every value of the reply, for sums.
func (r *reading) mark(cs []candidate, all []value.Mention) {
	if len(cs) == 0 {
		return
	}
	taken := -1 // what stands before it has been taken back
	for _, t := range r.terms {
		if t.class&retracts != 0 && t.start > cs[0].start && t.start < cs[len(cs)-1].start {
			taken = t.start
		}
	}
	for i := range cs {
		c := &cs[i]
		clause := r.clause(c.span)
		c.denied = r.deniedBefore(c.span, clause) || r.deniedAfter(c.span, clause)
		c.old = r.has(clause, past) && !(r.asked && !r.has(clause, superseded))
		c.retracted = c.end <= taken
		c.limited = r.has(clause, refutes)
		c.hedged = r.has(clause, hedges)
		c.conceded = r.bracketed(c.start) || r.has(span{clause.start, c.start}, concedes)
	}
	r.ranges(cs, all)
	r.sums(cs, all)
	r.conclusions(cs)
}

// ranges marks the ends of a range as conceded, since it is no single value: "between 3 and 5", "ranging from 64.90 to 74.10, averaging 70.07".
func (r *reading) ranges(cs []candidate, all []value.Mention) {
	for i := 0; i+1 < len(all); i++ {
		a, b := &all[i], &all[i+1]
		if a.Kind != b.Kind || a.End > b.Start || b.Start-a.End > 12 {
			continue
		}
		var opens string
		switch strings.TrimSpace(r.text[a.End:b.Start]) {
		case "and":
			opens = "between"
		case "to":
			opens = "from"
		default:
			continue
		}
		k := r.before(a.Start)
		if k < 0 || !strings.EqualFold(r.word(k), opens) || opens == "from" && (k == 0 || !strings.HasPrefix(strings.ToLower(r.word(k-1)), "rang") && !strings.HasPrefix(strings.ToLower(r.word(k-1)), "var")) {
			continue
		}
		for j := range cs {
			if cs[j].start < b.End && cs[j].end > a.Start {
				cs[j].conceded = true
			}
		}
	}
}

// deniedBefore reports whether a negation stands directly before the candidate: only words that carry nothing may come between,
// so that "cannot take more than 25" denies nothing.
func (r *reading) deniedBefore(m, clause span) bool {
	for k, n := r.before(m.start), 0; k >= 0 && r.terms[k].start >= clause.start && n < 4; k, n = k-1, n+1 {
		t := r.terms[k]
		next := m.start
		if k+1 < len(r.terms) && r.terms[k+1].start < m.start {
			next = r.terms[k+1].start
		}
		if hasHan(r.text[t.end:next]) || strings.ContainsAny(r.text[t.end:next], "0123456789") {
			return false
		}
		w := r.text[t.start:t.end]
		switch {
		case t.class&negates != 0 && !devanagari(w):
			return n > 0 || w != "无" && w != "没" && w != "不" && w != "未"
		case strings.EqualFold(w, "longer") && k > 0 && r.terms[k-1].class&none != 0:
			return true
		case w == "कि" && k > 0 && r.terms[k-1].class&negates != 0:
			return true
		case t.class&light == 0 || strings.EqualFold(w, "only"):
			return false
		}
	}
	return false
}

// deniedAfter reports whether नहीं follows the candidate directly, as Hindi denies.
func (r *reading) deniedAfter(m, clause span) bool {
	k := r.before(m.end) + 1
	if k >= len(r.terms) || r.terms[k].start >= clause.end {
		return false
	}
	t := r.terms[k]
	return t.class&negates != 0 && devanagari(r.text[t.start:t.end]) && strings.TrimSpace(r.text[m.end:t.start]) == ""
}

func hasHan(s string) bool {
	for _, q := range s {
		if isHan(q) {
			return true
		}
	}
	return false
}

// sums marks the operands of arithmetic: values with an operator between them and, for the last of them, an equals sign or a new
// clause behind. What stands alone on its side of "=" is a result.
func (r *reading) sums(cs []candidate, all []value.Mention) {
	for i := 0; i+1 < len(all); i++ {
		a, b := &all[i], &all[i+1]
		if a.End > b.Start || b.Start-a.End > 60 {
			continue
		}
		share := a.Kind == value.Percent && strings.TrimSpace(r.text[a.End:b.Start]) == "of" // 2 % of EUR 19,860
		if !share && !r.operator(a.End, b.Start) {
			continue
		}
		for k := range cs {
			if cs[k].start < b.End && cs[k].end > b.Start || cs[k].start < a.End && cs[k].end > a.Start {
				cs[k].working = true
			}
		}
	}
}

// operator reports whether the text between two values is an operator, with at most a name of what is counted beside it.
func (r *reading) operator(a, b int) bool {
	s := r.text[a:b]
	if strings.ContainsAny(s, "=\n;") || strings.Contains(s, ". ") || strings.Contains(s, ", ") {
		return false
	}
	for i, q := range s {
		switch q {
		case '×', '÷', '+', '·', '−':
			return true
		case '/', '-', '–', '*':
			if i > 0 && s[i-1] == ' ' && strings.HasPrefix(s[i+len(string(q)):], " ") {
				return true
			}
		}
	}
	for k := r.before(a) + 1; k < len(r.terms) && r.terms[k].end <= b; k++ {
		t := r.terms[k]
		w := r.text[t.start:t.end]
		if t.class&operates != 0 && (len(w) > 1 || t.start > a && r.text[t.start-1] == ' ' || t.start == a) {
			return !strings.EqualFold(w, "less") || !strings.Contains(s, "than")
		}
	}
	return false
}

// conclusions marks the first candidate behind each word or sign of conclusion, within its sentence or the next.
func (r *reading) conclusions(cs []candidate) {
	i := 0
	for _, t := range r.terms {
		if t.class&concludes == 0 {
			continue
		}
		for i < len(cs) && (cs[i].start < t.end || !cs[i].live()) {
			i++
		}
		if i < len(cs) && r.sentence(cs[i].start)-r.sentence(t.start) <= 1 {
			cs[i].concluded = true
			if r.opensWith(r.sentence(t.start), concludes) && r.sentence(cs[i].start) == r.sentence(t.start) {
				cs[i].old = false // "Therefore the increase was 400"
			}
		}
	}
}
