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
		if unable < 0 && (r.incapable(k) || r.lacks(k) || r.opensWith(i, concludes)) {
			unable = i
		}
	}
	switch {
	case first < 0:
		if n <= 2 && (r.returns(n-1) || n == 2 && r.apologises(0) && r.defers(1)) {
			return n - 1
		}
		if opens := r.defers(0) || r.defers(min(1, n-1)); n > 2 && opens && (r.defers(n-1) || n > 2 && r.defers(n-2)) {
			return 0
		}
		return -1
	case first > 1 && unable < 0:
		return -1
	case n > 3 && declined[n-1] && r.closes(n-1):
		return n - 1
	}
	for i := first + 1; i < n; i++ {
		if !declined[i] && r.turns(i) && !r.supposes(i) && !r.defers(i) && !r.offers(i) {
			return -1
		}
	}
	return first
}

// turns reports whether a sentence opens with a word that leads from what is missing to an assertion: one of contrast, or of conclusion but for those
// that begin a step or a row of figures ("Finally, divide by 3", "Total assets: …").
func (r *reading) turns(i int) bool {
	s := r.sentences[i]
	k := r.before(s.Start) + 1
	if k >= len(r.terms) || r.terms[k].start >= s.End || r.terms[k].class&(contrasts|concludes) == 0 {
		return false
	}
	switch strings.ToLower(r.word(k)) {
	case "finally", "total", "totals", "totalling", "sum", "altogether", "=":
		return false
	}
	return true
}

// closes reports whether a sentence says that the answer cannot be worked out.
func (r *reading) closes(i int) bool {
	s := r.sentences[i]
	for k := r.before(s.Start) + 1; k < len(r.terms) && r.terms[k].start < s.End; k++ {
		if r.incapable(k) {
			return true
		}
	}
	return false
}

// lacks reports whether the negation at k says that the speaker has nothing to answer from: "I do not have access to the filing", "you have not
// provided the figures".
func (r *reading) lacks(k int) bool {
	if r.terms[k].class&(negates|none) == 0 || k == 0 {
		return false
	}
	who := strings.ToLower(r.word(k - 1))
	if k > 1 && (who == "have" || who == "do" || who == "did") {
		who = strings.ToLower(r.word(k - 2))
	}
	has := false
	for j := k + 1; j < len(r.terms) && j <= k+6 && !r.broken(r.terms[j-1].end, r.terms[j].start); j++ {
		switch strings.ToLower(r.word(j)) {
		case "have", "provide", "provided", "given", "see", "include", "included":
			has = j <= k+2
		}
		if has && (who == "you" || r.speaker(k) || who == "we" && r.terms[j].class&informs != 0) {
			return true
		}
	}
	return false
}

// offers reports whether a sentence only says what the speaker can do instead: "I can guide you on how to calculate it".
func (r *reading) offers(i int) bool {
	s := r.sentences[i]
	for k := r.before(s.Start) + 1; k+2 < len(r.terms) && r.terms[k+2].start < s.End; k++ {
		if !strings.EqualFold(r.word(k), "i") && !strings.EqualFold(r.word(k), "we") {
			continue
		}
		if w := strings.ToLower(r.word(k + 1)); w != "can" && w != "could" && w != "will" {
			continue
		}
		switch strings.ToLower(r.word(k + 2)) {
		case "help", "guide", "explain", "show", "walk", "outline", "assist", "offer", "suggest":
			return true
		}
	}
	return false
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

// apologises reports whether a sentence begins with an apology.
func (r *reading) apologises(i int) bool {
	s := r.sentences[i]
	for k := r.before(s.Start) + 1; k < len(r.terms) && k <= r.before(s.Start)+2 && r.terms[k].start < s.End; k++ {
		switch strings.ToLower(r.word(k)) {
		case "sorry", "apologies", "unfortunately", "抱歉", "माफ", "क्षमा":
			return true
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
		case "general": // in general
			if k > 0 && strings.EqualFold(r.word(k-1), "in") {
				return true
			}
		case "if", "would", "could", "should", "might", "may", "once", "example", "suppose", "typically", "generally", "often", "note", "important", "如果", "通常", "यदि", "अगर":
			return true
		}
	}
	return false
}
