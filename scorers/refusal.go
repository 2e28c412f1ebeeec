package scorers

import (
	"strings"

	"github.com/viva-eval/viva/internal/value"
)

// refusal says whether a reply as a whole declines to answer, and gives the sentence that does, or -1. A reply declines when a sentence
// among its first two says that the answer is not known, or when a later one says that it cannot be worked out; and, where it says neither, when it
// opens and closes by sending the reader elsewhere ("you would need to", "please refer to", "if you can provide"). It does not where it
// opens with yes or no, or where, behind the sentence that declines, a word of contrast or conclusion leads to an assertion ("However,
// the five are", "Therefore the answer is 0"). What is said under a condition or as an example asserts nothing.
func (r *reading) refusal(found []value.Mention) int {
	n := len(r.sentences)
	if n == 0 || len(found) > 0 && found[0].Kind == value.Bool && r.sentence(found[0].Start) == 0 {
		return -1
	}
	declined := make([]bool, n)
	first, unable := -1, -1
	for k := range r.terms {
		i := r.sentence(r.terms[k].start)
		if r.terms[k].class&(negates|none|abstains|ability|beyond) == 0 || declined[i] && unable >= 0 || !r.declines(k) || r.doubts(k, found) {
			continue
		}
		declined[i] = true
		if first < 0 {
			first = i
		}
		if unable < 0 && (r.incapable(k) || r.opensWith(i, concludes)) {
			unable = i
		}
	}
	switch {
	case first < 0:
		if n <= 2 && r.returns(n-1) {
			return n - 1
		}
		if opens := r.defers(0) || r.defers(min(1, n-1)); n > 2 && opens && (r.defers(n-1) || n > 2 && r.defers(n-2)) {
			return 0
		}
		return -1
	case first > 1 && unable < 0:
		return -1
	}
	for i := first + 1; i < n; i++ {
		if !declined[i] && r.opensWith(i, contrasts|concludes) && !r.supposes(i) && !r.defers(i) {
			return -1
		}
	}
	return first
}

// doubts reports whether the word at k only denies being sure, in a sentence that gives a value all the same: "I am not sure, but 28 days".
func (r *reading) doubts(k int, found []value.Mention) bool {
	s := r.sentences[r.sentence(r.terms[k].start)]
	if !r.has(span{s.Start, s.End}, contrasts) {
		return false
	}
	sure := r.terms[k].end < len(r.text) && strings.HasPrefix(r.text[r.terms[k].start:], "不确定")
	for j := k + 1; j < len(r.terms) && j <= k+2; j++ {
		switch strings.ToLower(r.word(j)) {
		case "sure", "certain", "positive", "确定", "निश्चित":
			sure = true
		}
	}
	if !sure {
		return false
	}
	for i := range found {
		if found[i].Start >= s.Start && found[i].End <= s.End {
			return true
		}
	}
	return false
}

// declined is what a reply that holds no answer abstains with: in a short one any sentence that says that something is not known, since
// it was asked for one thing; in a longer one its refusal as a whole.
func (r *reading) declined(found []value.Mention) int {
	if len(r.sentences) <= 3 {
		if k := r.abstention(); k >= 0 {
			return k
		}
	}
	return r.refusal(found)
}

// opensWith reports whether the first word of a sentence, but for one that joins, is of a class.
func (r *reading) opensWith(i int, c class) bool {
	s := r.sentences[i]
	k := r.before(s.Start) + 1
	return k < len(r.terms) && r.terms[k].start < s.End && r.terms[k].class&c != 0
}

// defers reports whether a sentence sends the reader elsewhere or asks for what is missing.
func (r *reading) defers(i int) bool {
	s := r.sentences[i]
	for k := r.before(s.Start) + 1; k < len(r.terms) && r.terms[k].start < s.End; k++ {
		if r.terms[k].class&asks != 0 {
			return true
		}
		if k+1 >= len(r.terms) || r.terms[k+1].start >= s.End {
			break
		}
		switch a, b := strings.ToLower(r.word(k)), strings.ToLower(r.word(k+1)); a {
		case "would", "will", "you'll", "we'll", "i'd", "we", "i":
			if b == "need" || b == "require" || b == "refer" {
				return true
			}
		case "if", "once":
			if b == "you" {
				return true
			}
		case "you":
			if b == "can" || b == "may" || b == "should" || b == "need" || b == "could" {
				return true
			}
		}
	}
	return false
}

// returns reports whether a sentence is a question back to the asker.
func (r *reading) returns(i int) bool {
	t := strings.TrimSpace(r.sentences[i].Of(r.text))
	if !strings.HasSuffix(t, "?") && !strings.HasSuffix(t, "？") {
		return false
	}
	if strings.ContainsAny(t, "您你") || strings.Contains(t, "आप") {
		return true
	}
	s := r.sentences[i]
	for k := r.before(s.Start) + 1; k < len(r.terms) && r.terms[k].start < s.End; k++ {
		if strings.EqualFold(r.word(k), "you") {
			return true
		}
	}
	return false
}

// supposes reports whether a sentence speaks under a condition, of an example, or in general.
func (r *reading) supposes(i int) bool {
	s := r.sentences[i]
	for k := r.before(s.Start) + 1; k < len(r.terms) && r.terms[k].start < s.End; k++ {
		switch strings.ToLower(r.word(k)) {
		case "can": // what I can, I do
			if k == 0 || !strings.EqualFold(r.word(k-1), "i") && !strings.EqualFold(r.word(k-1), "we") {
				return true
			}
		case "if", "would", "could", "should", "might", "may", "once", "example", "suppose", "typically", "generally", "often", "note", "如果", "通常", "यदि", "अगर":
			return true
		}
	}
	return false
}
