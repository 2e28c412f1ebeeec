package scorers

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/internal/value"
)

// named finds the spellings of a truth in the folded reply, as whole words. A company may go without its legal form, a person
// under the surname or with the given name as an initial or behind, a thing without its article.
func (r *reading) named(t *truth) []span {
	var out []span
	for _, name := range t.folded() {
		if s := occurrences(r.text, name); len(s) > 0 {
			out = append(out, s...)
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, name := range t.folded() {
		if short := r.shortened(name); short != "" && short != name {
			if s := occurrences(r.text, short); len(s) > 0 {
				return s
			}
		}
	}
	if out = r.person(t.Text); len(out) > 0 {
		return out
	}
	for i, a := range t.Aliases {
		if out = r.person(a); len(out) > 0 || i == mostSpellings {
			return out
		}
	}
	return nil
}

// occurrences finds name in s where it is no part of a longer word. Chinese has no word boundaries.
func occurrences(s, name string) []span {
	if name == "" {
		return nil
	}
	var out []span
	for i := 0; ; {
		k := strings.Index(s[i:], name)
		if k < 0 {
			return out
		}
		a := i + k
		b := a + len(name)
		if edge(s, a, true) && edge(s, b, false) {
			out = append(out, span{a, b})
		}
		i = b
	}
}

// edge reports whether a word may begin (or end) at offset i.
func edge(s string, i int, begins bool) bool {
	if i <= 0 || i >= len(s) {
		return true
	}
	p, n := utf8.DecodeLastRuneInString(s[:i])
	q, _ := utf8.DecodeRuneInString(s[i:])
	if !wordy(p) || !wordy(q) || isHan(p) || isHan(q) {
		if unicode.IsDigit(q) && (p == '.' || p == ',' || p == ':') && i > n && unicode.IsDigit(rune(s[i-n-1])) {
			return false // inside a figure
		}
		if unicode.IsDigit(p) && !begins && (q == '.' || q == ',' || q == ':') && i+1 < len(s) && unicode.IsDigit(rune(s[i+1])) {
			return false
		}
		return true
	}
	return false
}

func wordy(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// shortened leaves off articles, legal forms and titles: "the Brauhof Getränke KG" is Brauhof Getränke.
func (r *reading) shortened(name string) string {
	ws := strings.Fields(name)
	lo, hi := 0, len(ws)
	for lo < hi && (ws[lo] == "the" || ws[lo] == "a" || ws[lo] == "an" || vocabulary[strings.TrimRight(ws[lo], ".")]&titles != 0) {
		lo++
	}
	for hi > lo+1 && vocabulary[plainHindi(strings.Trim(ws[hi-1], ".,"))]&forms != 0 {
		hi--
	}
	if lo == 0 && hi == len(ws) {
		for _, form := range [...]string{"有限责任公司", "股份有限公司", "有限公司", "公司"} {
			if s, ok := strings.CutSuffix(name, form); ok && utf8.RuneCountInString(s) >= 2 {
				return s
			}
		}
		return ""
	}
	return strings.Join(ws[lo:hi], " ")
}

// small reports whether w is a word that often stands before a surname without being a given name.
func small(w string) bool {
	switch w {
	case "by", "to", "colleague", "manager", "director", "head", "contact", "buyer", "engineer", "lead", "and", "approver", "owner", "person", "name":
		return true
	}
	return false
}

// names gathers the candidates of a truth in words: the places of its spellings and those of its traps. Traps that the question
// names are left out, and so is a trap inside the truth's own name.
func (r *reading) names(gold *truth, traps []truth, question string) []candidate {
	var cs []candidate
	for _, s := range r.named(gold) {
		if !echoed(r.text, s, question) {
			cs = append(cs, candidate{span: s, relation: value.Match, text: r.text[s.start:s.end]})
		}
	}
	own := len(cs)
	for k := range traps {
		t := &traps[k]
		if t.Kind == value.Set || t.Text == "" || len(occurrences(question, text.Fold(t.Text))) > 0 {
			continue
		}
	next:
		for _, s := range r.named(t) {
			for _, c := range cs[:own] {
				if s.start < c.end && c.start < s.end {
					if s.end-s.start > c.end-c.start {
						break
					}
					continue next
				}
			}
			cs = append(cs, candidate{span: s, relation: value.Conflict, cause: t.cause, text: t.Text})
		}
	}
	// A longer trap that holds the truth's name inside is the trap: "新吴区人民法院" against "新区人民法院".
	kept := cs[:0]
	for i, c := range cs {
		inside := false
		for j, d := range cs {
			inside = inside || i != j && c.relation != d.relation && d.start <= c.start && c.end <= d.end && d.end-d.start > c.end-c.start
		}
		if !inside {
			kept = append(kept, c)
		}
	}
	return inOrder(kept)
}

// echoed reports whether a name in a folded text only repeats the question, where the same word follows it: "lithium batteries use …" does not answer
// what lithium batteries use.
func echoed(s string, at span, question string) bool {
	next := wordAfter(s[at.end:])
	if next == "" || strings.Contains(question, " or ") { // it may offer the name
		return false
	}
	for _, o := range occurrences(question, s[at.start:at.end]) {
		if wordAfter(question[o.end:]) == next {
			return true
		}
	}
	return false
}

// wordAfter gives the word that s begins with behind at most a space or a possessive.
func wordAfter(s string) string {
	s = strings.TrimPrefix(strings.TrimPrefix(s, "'s"), " ")
	end := strings.IndexFunc(s, func(q rune) bool { return !wordy(q) })
	if end < 0 {
		end = len(s)
	}
	return s[:end]
}

func inOrder(cs []candidate) []candidate {
	for i := 1; i < len(cs); i++ {
		for j := i; j > 0 && cs[j].start < cs[j-1].start; j-- {
			cs[j], cs[j-1] = cs[j-1], cs[j]
		}
	}
	return cs
}

// identifiers gathers the candidates of an identifier: each identifier of the reply that is the gold, or that has its shape and is
// not the question's own.
func (r *reading) identifiers(gold *truth, traps []truth, found, asked []value.Mention) []candidate {
	cs := r.names(gold, traps, "")
	shape := shapeOf(gold.Text)
	for i := range found {
		m := &found[i]
		if m.Kind != value.ID && m.Kind != value.Number || shapeOf(strings.TrimLeft(m.Text, "vV")) != shape && shapeOf(m.Text) != shape || echoes(m.Value, asked) {
			continue
		}
		taken := false
		for _, c := range cs {
			taken = taken || c.start < m.End && m.Start < c.end
		}
		if !taken {
			c := candidate{span: span{m.Start, m.End}, relation: value.Conflict, text: m.Text}
			if sameID(gold, m.Text) {
				c.relation = value.Match
			}
			for k := range traps {
				if c.relation == value.Conflict && sameID(&traps[k], m.Text) {
					c.cause = traps[k].cause
				}
			}
			cs = append(cs, c)
		}
	}
	return inOrder(cs)
}

// sameID reports whether an identifier is one of the spellings of a truth.
func sameID(t *truth, id string) bool {
	v := value.Value{Kind: value.ID, Text: id}
	if value.Compare(value.Value{Kind: value.ID, Text: t.Text}, v, 0) == value.Match {
		return true
	}
	for _, a := range t.Aliases {
		if value.Compare(value.Value{Kind: value.ID, Text: a}, v, 0) == value.Match {
			return true
		}
	}
	return false
}

// shapeOf reduces an identifier to its pattern: A for a run of letters, 9 for a run of digits, separators as they are.
func shapeOf(s string) string {
	var b [24]byte
	n := 0
	for i := 0; i < len(s) && n < len(b); i++ {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
			c = '9'
		case letter(c):
			c = 'A'
		}
		if n > 0 && b[n-1] == c && (c == '9' || c == 'A') {
			continue
		}
		b[n] = c
		n++
	}
	return string(b[:n])
}
