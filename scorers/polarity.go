package scorers

import (
	"github.com/viva-eval/viva/internal/value"
)

// polarity reads whether a reply says yes or no: by an opening yes or no, else by comparing the negations of its first sentence
// with those of the question, since "may not" affirms "is it forbidden?". ok is false where nothing is said.
func (r *reading) polarity(question *reading, found []value.Mention) (yes bool, at span, ok bool) {
	for i := len(found) - 1; i >= 0; i-- { // the last one: "No, wait. Yes."
		if m := &found[i]; m.Kind == value.Bool && (i == 0 || r.sentence(m.Start) == 0 || r.retractedBefore(m.Start)) {
			return m.Bool, span{m.Start, m.End}, true
		}
	}
	if len(r.sentences) == 0 || len(r.terms) == 0 && len(r.text) < 3 {
		return false, span{}, false
	}
	s := r.sentences[0]
	first := span{s.Start, s.End}
	negative := r.negations(first)
	asked := 0
	if len(question.sentences) > 0 {
		l := question.sentences[len(question.sentences)-1]
		asked = question.prohibitions(span{l.Start, l.End}) // "doesn't it apply?" asks what "does it apply?" asks
	}
	return negative%2 == asked%2, first, true
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
			n++
		case prohibits(t, w):
			n++
		}
	}
	return n
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
