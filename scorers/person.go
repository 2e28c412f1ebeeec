package scorers

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/text"
)

// person finds a person's Latin name by its surname, where nothing says that it is someone else's: before it stands one of the given
// names, its initial or its short form, with or without a middle initial; a title, a function word, or nothing; or the given name stands behind a
// comma. A surname needs its capital, wherever the reply writes capitals at all, to be told from a noun, and one that the question holds needs a given name
// before it: "museum" names no Getty Museum to who asks for a museum. Half of a double surname will do behind the given name.
func (r *reading) person(name string) []span {
	given, last := nameParts(name)
	if last == "" {
		return nil
	}
	out := r.surname(last, given, r.question[last])
	if len(out) == 0 {
		for half := range strings.SplitSeq(last, "-") {
			if half != last && len(half) > 2 {
				out = append(out, r.surname(half, given, true)...)
			}
		}
	}
	return out
}

// surname finds the places of a surname that may be that of a person of the given names, or where called is set, those behind a given name.
func (r *reading) surname(last string, given []string, called bool) (out []span) {
	if r.capitals != nil && !r.capitals[last] {
		return nil
	}
	for _, o := range occurrences(r.text, last) {
		if called {
			if w, _ := wordBefore(strings.TrimRight(r.text[:o.start], " ")); !calls(given, w) && !(len(w) == 1 && initial(given, w)) {
				continue
			}
		}
		if r.theirs(o, given) {
			out = append(out, o)
		}
	}
	return out
}

// nameParts splits a text that looks like a person's Latin name: two to four words besides a title, each with a
// capital, or in quotes as a nickname is. The last word but for a generation ("Jr.", "II") is the surname. last is empty for any other text.
func nameParts(s string) (given []string, last string) {
	ws := strings.Fields(s)
	if len(ws) < 2 || len(ws) > 5 || strings.ContainsAny(s, ",;:/&()0123456789") {
		return nil, ""
	}
	parts := make([]string, 0, len(ws))
	for _, w := range ws {
		w = strings.Trim(w, "\"'“”‘’")
		q, _ := utf8.DecodeRuneInString(w)
		w = strings.Trim(text.Fold(w), ".")
		if !unicode.IsUpper(q) || vocabulary[w]&forms != 0 {
			return nil, ""
		}
		if vocabulary[w]&titles != 0 || w == "" {
			continue
		}
		for part := range strings.SplitSeq(w, ".") { // J.R.R.
			if part != "" {
				parts = append(parts, part)
			}
		}
	}
	if n := len(parts); n > 2 && generation(parts[n-1]) {
		parts = parts[:n-1]
	}
	n := len(parts) - 1
	if n < 1 || n > 3 || len(parts[n]) < 2 || generation(parts[n]) || vocabulary[parts[0]] != 0 {
		return nil, ""
	}
	return parts[:n], parts[n]
}

func generation(w string) bool {
	switch w {
	case "jr", "sr", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii":
		return true
	}
	return false
}

// theirs reports whether the surname at o is that of a person of the given names.
func (r *reading) theirs(o span, given []string) bool {
	rest := strings.TrimLeft(r.text[o.end:], ", ")
	if strings.HasPrefix(rest, given[0]) || strings.HasPrefix(rest, given[0][:1]+".") {
		return true
	}
	head := strings.TrimRight(r.text[:o.start], " ")
	w, k := wordBefore(head)
	q, _ := utf8.DecodeRuneInString(w)
	switch {
	case strings.HasSuffix(head, ",") && calls(given, w): // "Introverted, Sensing": two members of a list
		return false
	case w == "the" || w == "a" || w == "an": // "the Post" is no person
		return false
	case strings.Contains(w, ".") && initials(given, w): // J.R.R.
		return true
	case w == "", vocabulary[w] != 0, small(w), isHan(q), strings.HasSuffix(head, ":"):
		return true
	case strings.HasSuffix(head, ".") && len(w) > 1 && !initial(given, w): // a sentence ends there
		return true
	}
	if len(w) == 1 && !initial(given, w) || len(w) == 1 && k > 0 { // "Carlo C. DiClemente"
		if v, _ := wordBefore(strings.TrimRight(head[:k], " ")); len(v) > 1 && v != w && calls(given, v) {
			return true
		}
	}
	return len(w) == 1 && initial(given, w) || calls(given, w)
}

// initials reports whether w is a row of initials with stops between them, of which the first is one of the given names'.
func initials(given []string, w string) bool {
	for part := range strings.SplitSeq(w, ".") {
		if len(part) != 1 {
			return false
		}
	}
	return initial(given, w)
}

// wordBefore gives the last word of s, without marks, and where it begins.
func wordBefore(s string) (w string, at int) {
	at = strings.LastIndexAny(s, " \n(*\"") + 1
	return strings.Trim(s[at:], ".,:;*()'\""), at
}

func initial(given []string, w string) bool {
	for _, g := range given {
		if w != "" && g[0] == w[0] {
			return true
		}
	}
	return false
}

// calls reports whether w is one of the given names, or its short form in everyday use, or one begins the other and is evidently shorter: Chris and
// Christopher. Ends of one letter are left out, because they tell names apart: Daniel, Daniela.
func calls(given []string, w string) bool {
	for _, g := range given {
		if g == w || shortForms[w] != "" && strings.Contains(shortForms[w], " "+g+" ") || shortForms[g] != "" && strings.Contains(shortForms[g], " "+w+" ") {
			return true
		}
		a, b := g, w
		if len(a) > len(b) {
			a, b = b, a
		}
		if len(a) >= 3 && len(b) >= len(a)+2 && strings.HasPrefix(b, a) {
			return true
		}
	}
	return false
}

// capitals gives the folded words of a reply that begin with a capital, or nil where it holds no Latin capital or no small letter.
func capitals(s string) map[string]bool {
	m := map[string]bool{}
	small := false
	for i := 0; i < len(s); {
		q, n := utf8.DecodeRuneInString(s[i:])
		if !unicode.IsLetter(q) {
			i += n
			continue
		}
		start := i
		for i < len(s) {
			p, k := utf8.DecodeRuneInString(s[i:])
			if !unicode.IsLetter(p) && !unicode.IsMark(p) {
				break
			}
			small = small || unicode.IsLower(p)
			i += k
		}
		if unicode.IsUpper(q) {
			m[text.Fold(s[start:i])] = true
		}
	}
	if len(m) == 0 || !small {
		return nil
	}
	return m
}
