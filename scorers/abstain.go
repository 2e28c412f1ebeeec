package scorers

import "strings"

// abstention finds the first place where the reply says that something is not known, and gives its sentence, or -1. The rule is one
// of grammar: a negation with a verb of telling or finding close behind it ("is not stated", "cannot be determined", "未提及"), a
// negated noun of information ("no information", "没有相关记录", "कोई जानकारी नहीं"), a negated verb of giving with such a noun ("does not
// provide details"), or a word that says it alone ("unknown", "不详", "अज्ञात").
func (r *reading) abstention() int {
	for k := range r.terms {
		if r.declines(k) {
			return r.sentence(r.terms[k].start)
		}
	}
	return -1
}

// declines reports whether the word at k says that something is not known or cannot be told.
func (r *reading) declines(k int) bool {
	t := r.terms[k]
	switch {
	case t.class&abstains != 0:
		return true
	case t.class&(negates|none) != 0 && r.untold(k):
		return true
	case t.class&(negates|ability) != 0:
		return r.incapable(k) || r.silent(k)
	case t.class&beyond != 0:
		return r.outside(k)
	}
	return false
}

// incapable reports whether the words from k on say that the answer cannot be worked out or given: "cannot be calculated", "it is not
// possible to determine", "I can't provide". To give and to tell belong here only without a subject or with the speaker as one: "we cannot provide
// laptops" is a rule.
func (r *reading) incapable(k int) bool {
	t := r.terms[k]
	able, denied := t.class&ability != 0, t.class&negates != 0 || strings.EqualFold(r.word(k), "impossible")
	impersonal := strings.EqualFold(r.word(k), "impossible")
	for j := k + 1; j < len(r.terms) && j <= k+5; j++ {
		u := r.terms[j]
		if r.sentence(u.start) != r.sentence(t.start) || r.broken(r.terms[j-1].end, u.start) {
			return false
		}
		switch {
		case u.class&ability != 0:
			able = true
			impersonal = strings.EqualFold(r.word(j), "possible")
		case able && denied && u.class&computes != 0:
			return true
		case able && denied && u.class&(gives|tells) != 0 && (r.speaker(k) || impersonal):
			return true
		case u.class&light == 0:
			return false
		}
	}
	return false
}

// speaker reports whether "I" is the subject of the verb at k.
func (r *reading) speaker(k int) bool {
	for j := k - 1; j >= 0 && j >= k-3; j-- {
		switch w := r.word(j); {
		case w == "I" || strings.HasPrefix(w, "I'") || w == "我":
			return true
		case r.terms[j].class&light == 0:
			return false
		}
	}
	return false
}

// silent reports whether the negation at k denies that a source holds something, or that the asker gave it: "the text does not include",
// "you haven't provided".
func (r *reading) silent(k int) bool {
	t := r.terms[k]
	if t.class&negates == 0 || k+1 >= len(r.terms) {
		return false
	}
	j := k + 1
	for j < len(r.terms) && j < k+3 && r.terms[j].class&(gives|tells) == 0 && r.terms[j].class&light != 0 {
		j++
	}
	if j >= len(r.terms) || r.terms[j].class&(gives|tells) == 0 || r.broken(t.start, r.terms[j].start) {
		return false
	}
	for i := k - 1; i >= 0 && i >= k-6; i-- {
		if r.broken(r.terms[i].end, r.terms[i+1].start) || r.sentence(r.terms[i].start) != r.sentence(t.start) {
			return false
		}
		if r.terms[i].class&informs != 0 || strings.EqualFold(r.word(i), "you") && i == k-1 {
			return true
		}
	}
	return false
}

// outside reports whether a word of informs follows closely on one of beyond: "outside the documents", "超出所给资料的范围".
func (r *reading) outside(k int) bool {
	for j := k + 1; j < len(r.terms) && j <= k+5 && !r.broken(r.terms[j-1].end, r.terms[j].start); j++ {
		if r.terms[j].class&informs != 0 {
			return true
		}
		if w := r.word(j); r.terms[j].class&light == 0 && w != "scope" && w != "provided" && w != "given" {
			return false
		}
	}
	return false
}

// word is the word at k as the reply writes it.
func (r *reading) word(k int) string { return r.text[r.terms[k].start:r.terms[k].end] }

// untold reports whether the negation at word k is one of telling, finding or information. A verb that a yes-or-no question asks about is
// denied, not declined: "has not reported any" answers "has it reported any?".
func (r *reading) untold(k int) bool {
	t := r.terms[k]
	if devanagari(r.text[t.start:t.end]) {
		return r.untoldHindi(k)
	}
	given := false
	for j, gap := k+1, 0; j < len(r.terms) && j <= k+7; j++ {
		u := r.terms[j]
		if r.sentence(u.start) != r.sentence(t.start) || r.broken(r.terms[j-1].end, u.start) {
			return false
		}
		c := u.class
		switch {
		case c&informs != 0 && (t.class&none != 0 || given):
			return true
		case c&tells != 0 && !given:
			return !r.whether[strings.ToLower(r.word(j))]
		case c&gives != 0:
			given = true
		case c&light != 0:
		default:
			// "no such remote-work rule", "does not provide the exact figure": an adjective may stand between.
			if gap++; gap > 2 || t.class&none == 0 && !given {
				return false
			}
		}
	}
	return false
}

// untoldHindi looks to both sides: the negation follows its noun or verb ("उल्लेख नहीं है") or goes before ("नहीं बताया गया").
func (r *reading) untoldHindi(k int) bool {
	s := r.sentence(r.terms[k].start)
	for _, step := range [2]int{-1, 1} {
		for j, n := k+step, 0; j >= 0 && j < len(r.terms) && n < 4; j, n = j+step, n+1 {
			u := r.terms[j]
			if r.sentence(u.start) != s {
				break
			}
			if u.class&(tells|informs) != 0 {
				return u.class&informs != 0 || step > 0 || n == 0 || r.terms[j].class&light == 0
			}
			if u.class&(light|none) == 0 {
				break
			}
		}
	}
	return false
}

// broken reports whether a comma or a stop stands between two offsets. Chinese words need to touch but for words outside of the
// vocabulary of at most four runes.
func (r *reading) broken(a, b int) bool {
	for i := a; i < b; i++ {
		switch r.text[i] {
		case ',', ';', ':', '.', '(', ')':
			return true
		case 0xEF, 0xE3: // full-width marks
			return true
		}
		if i-a >= 18 && r.text[i] >= 0x80 {
			return true
		}
	}
	return false
}

func devanagari(w string) bool { return len(w) > 1 && w[0] == 0xE0 && (w[1] == 0xA4 || w[1] == 0xA5) }
