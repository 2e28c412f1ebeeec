package scorers

import (
	"strings"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/internal/value"
)

// polarity reads whether a reply says yes or no: by an opening yes or no, by one inside a sentence (see interjected), else by comparing
// the negations of the sentence that rules (see ruling) with those of the question, since "may not" affirms "is it forbidden?". ok is false
// where nothing is said; worded says that yes or no was said in so many words.
func (r *reading) polarity(question *reading, found []value.Mention) (yes bool, at span, worded, ok bool) {
	for i := len(found) - 1; i >= 0; i-- { // the last one: "No, wait. Yes."
		if m := &found[i]; m.Kind == value.Bool && (i == 0 || r.sentence(m.Start) == 0 || r.retractedBefore(m.Start)) {
			return m.Bool, span{m.Start, m.End}, true, true
		}
	}
	if x, ok, torn := r.interjected(); ok || torn {
		return x.yes, x.span, true, ok
	}
	if len(question.sentences) == 0 {
		return false, span{}, false, false
	}
	l := question.query()
	i, elliptic := r.ruling(termSet(l.Of(question.text)))
	if i < 0 {
		return false, span{}, false, false
	}
	at = span{r.sentences[i].Start, r.sentences[i].End}
	asked := 0
	if !elliptic {
		asked = question.prohibitions(span{l.Start, l.End}) // "doesn't it apply?" asks what "does it apply?" asks
	}
	n := r.negations(at)
	if !elliptic && question.opposes(span{l.Start, l.End}, r, at) {
		n++
	}
	return n%2 == asked%2, at, false, true
}

// whether gives the words of an English question that opens with its verb, and so asks for yes or no; nil for any other.
func whether(question string) map[string]bool {
	first, _, _ := strings.Cut(strings.TrimSpace(question), " ")
	switch strings.ToLower(first) {
	case "has", "have", "had", "does", "do", "did", "is", "are", "was", "were", "can", "may", "must", "will", "should":
		return wordsOf(strings.ToLower(question))
	}
	return nil
}

// query is the sentence of a question that asks: the last one with a question mark, else the last. What stands behind it is an instruction.
func (r *reading) query() text.Span {
	for i := len(r.sentences) - 1; i >= 0; i-- {
		if t := strings.TrimSpace(r.sentences[i].Of(r.text)); strings.HasSuffix(t, "?") || strings.HasSuffix(t, "？") {
			return r.sentences[i]
		}
	}
	return r.sentences[len(r.sentences)-1]
}

// opposes reports whether a question asks for a rise and the reply tells of a fall, or the other way round: "is it improving?" is
// denied by "it has declined".
func (r *reading) opposes(asked span, reply *reading, said span) bool {
	up, down := r.has(asked, rises), r.has(asked, falls)
	return up != down && up != reply.has(said, rises) && down != reply.has(said, falls)
}

// ruling picks the sentence of a reply without a yes or no that answers the question all the same: the first one that holds most of the
// words that the question asks with, a word of conclusion at its head counting for two; else the first that denies, or has no words of its
// own ("It does."), which is elliptic and final. A sentence that only asks whether says nothing. None is -1: a name is neither yes nor no.
func (r *reading) ruling(asked map[string]bool) (at int, elliptic bool) {
	at = -1
	most := 0
	for i, s := range r.sentences {
		all := span{s.Start, s.End}
		if i > mostSentences || r.wonders(all) {
			continue
		}
		shared := 0
		terms := termSet(s.Of(r.text))
		for w := range asked {
			if within(terms, w) {
				shared++
			}
		}
		weight := shared
		if r.opensWith(i, concludes) {
			weight += 2
		}
		switch {
		case at < 0 && (shared > 0 || r.negations(all) > 0):
			at, elliptic, most = i, r.elliptic(all), weight
		case at < 0 && r.elliptic(all) && r.before(s.End) >= 0 && r.terms[r.before(s.End)].start >= s.Start:
			at, elliptic, most = i, true, len(asked)
		case shared >= 2 && weight > most:
			at, elliptic, most = i, false, weight
		}
	}
	return at, elliptic
}

// elliptic reports whether a stretch has no words of its own but those of grammar: "It doesn't.", "They may."
func (r *reading) elliptic(s span) bool {
	n := 0
	for k := r.before(s.start) + 1; k < len(r.terms) && r.terms[k].start < s.end; k++ {
		n++
		if r.terms[k].class&(negates|none|light) != 0 {
			continue
		}
		switch strings.ToLower(r.word(k)) {
		case "they", "you", "he", "she", "may", "does", "did", "will", "would", "should", "must", "are", "has", "have", "was", "were", "could", "so":
			continue
		}
		return false
	}
	return n > 0 && !hasHan(r.text[s.start:s.end])
}

// wonders reports whether a stretch asks instead of telling: "to determine whether", "to assess if", 是否.
func (r *reading) wonders(s span) bool {
	t := r.text[s.start:s.end]
	if strings.Contains(t, "是否") || strings.HasSuffix(strings.TrimSpace(t), "?") || strings.HasSuffix(strings.TrimSpace(t), "？") {
		return true
	}
	for k := r.before(s.start) + 1; k < len(r.terms) && r.terms[k].start < s.end; k++ {
		switch strings.ToLower(r.word(k)) {
		case "whether":
			return true
		case "if": // to determine if it applies
			if k > 0 && r.terms[k-1].start >= s.start && r.terms[k-1].class&(tells|computes) != 0 {
				return true
			}
		}
	}
	return false
}

func (r *reading) retractedBefore(i int) bool {
	for _, t := range r.terms {
		if t.start >= i {
			return false
		}
		if t.class&retracts != 0 {
			return true
		}
	}
	return false
}

// negations counts the words of denial and prohibition in a stretch. "Whether or not" and 是否, 能不能 ask and deny nothing.
func (r *reading) negations(s span) int {
	n := 0
	for k := r.before(s.start) + 1; k < len(r.terms) && r.terms[k].start < s.end; k++ {
		t := r.terms[k]
		w := r.text[t.start:t.end]
		switch {
		case t.class&negates != 0 && r.limits(k):
		case t.class&negates != 0:
			if w == "不" && t.start >= 3 && t.end+3 <= len(r.text) && r.text[t.start-3:t.start] == r.text[t.end:t.end+3] {
				continue // 能不能
			}
			if w == "没有" && t.end >= len(r.text)-6 {
				continue // …没有？
			}
			if w == "instead" || w == "rather" || w == "Instead" {
				continue
			}
			n++
		case t.class&none != 0:
			if strings.EqualFold(w, "no") && (r.offered(k) || strings.HasPrefix(r.text[t.end:], ".") && numbers(r.text[t.end+1:])) {
				continue // yes or no; section no. 5
			}
			n++
		case prohibits(t, w):
			n++
		}
	}
	return n
}

// limits reports whether the negation at k only sets a limit: "may not exceed 30 days", 不能超过. It denies nothing then.
func (r *reading) limits(k int) bool {
	rest := strings.TrimLeft(r.text[r.terms[k].end:], " ")
	for _, w := range [...]string{"exceed", "more than", "less than", "over", "later than", "before", "超过", "多于", "少于", "低于", "高于", "迟于", "晚于", "早于"} {
		if strings.HasPrefix(rest, w) {
			return true
		}
	}
	return false
}

// prohibitions counts the words of prohibition alone.
func (r *reading) prohibitions(s span) int {
	n := 0
	for k := r.before(s.start) + 1; k < len(r.terms) && r.terms[k].start < s.end; k++ {
		if t := r.terms[k]; prohibits(t, r.text[t.start:t.end]) {
			n++
		}
	}
	return n
}

func prohibits(t term, w string) bool {
	if t.class&refutes == 0 {
		return false
	}
	switch w {
	case "prohibited", "forbidden", "excluded", "excludes", "refused", "rejected", "impossible", "禁止", "取消", "不予", "拒绝", "不允许", "无需", "无须", "不需要", "不必", "निषिद्ध", "वर्जित", "मना":
		return true
	}
	return false
}
