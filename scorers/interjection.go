package scorers

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// interjection is a yes or no inside a sentence.
type interjection struct {
	span
	yes bool
}

// interjected gives the yes or no that a reply says inside a sentence: "the answer is yes", "based on the handbook, no.", 根据规定，可以。,
// "उत्तर हाँ है". The last one that a conclusion leads to counts, else the first. A sentence with both is conditional: torn, and says neither.
func (r *reading) interjected() (said interjection, ok, torn bool) {
	all := r.interjections()
	if len(all) == 0 {
		return said, false, false
	}
	said = all[0]
	for _, x := range all[1:] {
		if x.yes == said.yes {
			continue
		}
		switch i := r.sentence(x.start); {
		case r.retractedBefore(x.start) || r.opensWith(i, concludes):
			said = x
		case i == r.sentence(said.start):
			return said, false, true
		}
	}
	return said, true, false
}

// interjections finds them all. The English words stand before a mark that ends what they say, and behind a comma, a colon or a word that leads to
// them, so that "no" is no determiner and "yes or no" no choice. A sentence that asks, and one under a condition, says nothing.
func (r *reading) interjections() (all []interjection) {
	for k, t := range r.terms {
		yes, is := interjects(r.word(k))
		if !is || !r.closed(t.end) || !r.led(k) {
			continue
		}
		if s := r.sentences[r.sentence(t.start)]; !r.wonders(span{s.Start, s.End}) {
			all = append(all, interjection{t.span, yes})
		}
	}
	if !hasHan(r.text) {
		return all
	}
	start := 0
	for i, q := range r.text {
		switch q {
		case '，', '。', '：', '；', ',', '.', ':', ';', '\n', '！':
			all = appendHan(all, r.text, start, i)
			start = i + utf8.RuneLen(q)
		}
	}
	return inSequence(appendHan(all, r.text, start, len(r.text)))
}

func inSequence(all []interjection) []interjection {
	slices.SortStableFunc(all, func(a, b interjection) int { return a.start - b.start })
	return all
}

// appendHan adds a Chinese clause that is a yes or no as a whole.
func appendHan(all []interjection, s string, start, end int) []interjection {
	switch strings.Trim(s[start:end], " *“”「」") {
	case "可以", "可以的", "是", "是的", "能", "会", "允许", "对", "对的", "答案是肯定的", "答案是可以", "答案是是", "回答是肯定的":
		return append(all, interjection{span{start, end}, true})
	case "不可以", "否", "不是", "不能", "不会", "不行", "不允许", "不对", "答案是否定的", "答案是不可以", "答案是否", "回答是否定的":
		return append(all, interjection{span{start, end}, false})
	}
	return all
}

func interjects(w string) (yes, is bool) {
	switch {
	case strings.EqualFold(w, "yes"):
		return true, true
	case strings.EqualFold(w, "no"):
		return false, true
	case len(w) < 12 && devanagari(w):
		return true, plainHindi(w) == "हां"
	}
	return false, false
}

// closed reports whether what stands at i ends a clause: a mark or nothing, behind marks of quotation and emphasis. "No. 5" is a number's, and
// Hindi ends with its verb.
func (r *reading) closed(i int) bool {
	s := strings.TrimLeft(r.text[i:], `*"”'’_`)
	if s == "" {
		return true
	}
	q, n := utf8.DecodeRuneInString(s)
	switch q {
	case ',', ';', ':', '!', '\n', '—', '–', '।', '，', '。':
		return true
	case '.':
		return !numbers(s[n:])
	case ' ':
		s = strings.TrimLeft(s, " ")
		return strings.HasPrefix(s, "है") || strings.HasPrefix(s, "—") || strings.HasPrefix(s, "–") || strings.HasPrefix(s, "- ")
	}
	return false
}

// led reports whether a comma, a colon or a leading word stands before the word at k, and no negation or "or".
func (r *reading) led(k int) bool {
	t := r.terms[k]
	before := strings.TrimRight(r.text[:t.start], ` *"“'‘_`)
	if before == "" {
		return true
	}
	if r.offered(k) {
		return false
	}
	switch before[len(before)-1] {
	case ',', ':':
		return true
	case '.', '!', '?', '\n', ';': // at the head of a sentence it is found as a value
		return false
	}
	if k == 0 || r.terms[k-1].class&negates != 0 {
		return false
	}
	lead := r.terms[k-1]
	if r.word(k-1) == "जी" {
		return r.led(k - 1)
	}
	return lead.class&(light|hedges|tells|concludes) != 0 || strings.EqualFold(r.word(k-1), "be") || plainHindi(r.word(k-1)) == "जवाब"
}

// offered reports whether the word at k is one of a choice: "yes or no".
func (r *reading) offered(k int) bool {
	return k > 0 && strings.EqualFold(r.word(k-1), "or") || k+1 < len(r.terms) && strings.EqualFold(r.word(k+1), "or")
}

// numbers reports whether a figure follows, as it does on the "no." of a number.
func numbers(s string) bool {
	s = strings.TrimLeft(s, " ")
	return s != "" && s[0] >= '0' && s[0] <= '9'
}
