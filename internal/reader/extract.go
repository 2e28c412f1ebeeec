package reader

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/text"
)

// unfit is what remains of the support of a unit in which no value of the kind that is asked for can be made out.
const unfit = 0.6

// longest is the length in bytes to which a sentence is cut when it is the answer itself.
const longest = 400

// extract shortens a unit to the value that is asked for. fit says how well the value suits the question, at most 1.
func (d *desk) extract(c candidate, a *text.Analyzer) (value string, fit float64) {
	u := &d.units[c.unit]
	if u.cells != nil {
		return d.extractCell(u, a)
	}
	s := plainText(u.text)
	lang := text.Detect(d.q.folded)
	if d.q.wants == yesOrNo {
		return yesNo(lang, !denial.MatchString(s)), 1
	}
	label, rest, labelled := cutLabel(s)
	if v, ok := d.nearest(s, a); ok {
		if d.q.wants == aPerson && labelled && !strings.Contains(rest, v) { // the name must be the value, not the label
			return clip(rest), 1
		}
		return v, 1
	}
	if d.q.wants.measured() {
		return "", 0
	}
	if labelled && d.mask(label, a) != 0 && d.mask(rest, a) == 0 {
		if d.q.wants <= aReason || d.q.wants == aPerson || d.q.wants == anID {
			return clip(rest), 1
		}
		return clip(rest), unfit
	}
	switch d.q.wants {
	case anything, aReason:
		return clip(s), 1
	case aPerson: // a name in a script without capitals cannot be told from other words
		if lang != "en" {
			return clip(s), 1
		}
	}
	return clip(s), unfit
}

// nearest returns the value of the kind asked for that stands nearest to the question's terms. Values that the question itself
// gives are passed over.
func (d *desk) nearest(s string, a *text.Analyzer) (string, bool) {
	var marks []mark
	for rank, pattern := range patterns[d.q.wants] {
		best, bestScore := "", 0.0
		for _, at := range pattern.FindAllStringSubmatchIndex(s, 40) {
			if len(at) >= 4 && at[2] >= 0 { // the value is the group; what is around it only shows where it ends
				at = at[2:4]
			}
			v := strings.TrimRight(s[at[0]:at[1]], " ,.-")
			folded := text.Fold(v)
			if !d.suits(s, at[0], at[0]+len(v), rank, a) {
				continue
			}
			if folded == "" || given(d.q.folded, folded) || d.q.wants == aPerson && !d.person(&v, a) {
				continue
			}
			if marks == nil {
				marks = d.marks(s, a)
			}
			score := 0.01
			for _, m := range marks {
				distance := max(at[0]-m.end, m.start-at[1], 0)
				w := 1 / (1 + float64(distance)/20)
				if m.start >= at[0] && m.end <= at[1] && m.unit {
					w = 3 // "28 days" where days are asked for
				} else if m.unit && distance <= 2 {
					w = 2
				}
				score += w
			}
			if score > bestScore {
				best, bestScore = v, score
			}
		}
		if best != "" {
			return d.withUnit(s, best), true
		}
	}
	return "", false
}

// suits reports whether the figure at s[start:end], found by the pattern of the given rank, can be what is asked for.
func (d *desk) suits(s string, start, end, rank int, a *text.Analyzer) bool {
	v := s[start:end]
	switch d.q.wants {
	case anAmount: // without a currency, only a figure of some size
		return rank == 0 || len(v) > 2 && standsAlone(s, start, end) && !percents.MatchString(s[end:min(end+12, len(s))])
	case aNumber:
		return standsAlone(s, start, end)
	case aCount:
		return !priced.MatchString(v) && d.unitAgrees(v, a) && standsAlone(s, start, end)
	}
	return true
}

// unitAgrees reports whether a figure with a unit of time has the one that is counted: days are no answer to how many hours.
func (d *desk) unitAgrees(v string, a *text.Analyzer) bool {
	unit := periods.FindString(v)
	switch {
	case unit == "", d.q.unit == "":
		return true
	case !d.q.period:
		return false
	case strings.Contains(v, d.q.unit):
		return true
	}
	d.buf = a.Append(d.buf[:0], unit)
	return slices.Contains(d.buf, d.q.unit)
}

// standsAlone reports whether the figure at s[start:end] is no part of an identifier or a date, nor a number word used as a pronoun.
func standsAlone(s string, start, end int) bool {
	if strings.EqualFold(s[start:end], "one") {
		return false
	}
	if start > 0 {
		switch c := s[start-1]; {
		case wordByte(c), (c == '-' || c == '/' || c == '.') && start > 1 && wordByte(s[start-2]):
			return false
		}
	}
	if end < len(s) {
		switch c := s[end]; {
		case wordByte(c), (c == '-' || c == '/') && end+1 < len(s) && wordByte(s[end+1]):
			return false
		}
	}
	// A date around it lies within a few words.
	from := max(start-24, 0)
	for _, at := range patterns[aDate][0].FindAllStringIndex(s[from:min(end+40, len(s))], -1) {
		if from+at[0] < end && from+at[1] > start {
			return false
		}
	}
	return true
}

// mark is a place where a term of the question stands.
type mark struct {
	start, end int
	unit       bool // it is what is counted
}

// marks finds where the question's terms stand in s.
func (d *desk) marks(s string, a *text.Analyzer) []mark {
	out := make([]mark, 0, 8)
	spans := text.WordSpans(s)
	for i, w := range spans {
		end := w.End
		if r, n := utf8.DecodeRuneInString(w.Of(s)); r > 0x2E00 && n == w.End-w.Start { // a Han character: its pair with the next
			if d.q.unit == w.Of(s) {
				out = append(out, mark{w.Start, end, true})
			}
			if i+1 < len(spans) && spans[i+1].Start == end {
				end = spans[i+1].End
			}
		}
		d.buf = a.Append(d.buf[:0], s[w.Start:end])
		for _, t := range d.buf {
			if _, ok := d.q.terms[t]; ok || t == d.q.unit {
				out = append(out, mark{w.Start, end, t == d.q.unit})
			}
		}
	}
	return out
}

// given reports whether the question itself holds the value, as a whole word.
func given(question, value string) bool {
	for from := 0; ; {
		i := strings.Index(question[from:], value)
		if i < 0 {
			return false
		}
		start, end := from+i, from+i+len(value)
		if (start == 0 || !wordByte(question[start-1])) && (end == len(question) || !wordByte(question[end])) {
			return true
		}
		from = end
	}
}

func wordByte(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// person says whether a capitalised phrase may name a person, and strips the article or preposition that begins its sentence.
func (d *desk) person(v *string, a *text.Analyzer) bool {
	for {
		first, rest, more := strings.Cut(*v, " ")
		if !more || len(a.Append(nil, first)) > 0 {
			break
		}
		*v = rest
	}
	d.buf = a.Append(d.buf[:0], *v)
	known := 0
	for _, t := range d.buf {
		if offices[t] {
			return false
		}
		if _, ok := d.q.terms[t]; ok {
			known++
		}
	}
	return len(d.buf) > 0 && known < len(d.buf)
}

// withUnit adds the word after a bare number when that is what the question counts.
func (d *desk) withUnit(s, v string) string {
	if d.q.wants != aNumber && d.q.wants != aCount || d.q.unit == "" {
		return v
	}
	i := strings.Index(s, v)
	rest := s[i+len(v):]
	if m := unitWord.FindString(rest); m != "" && strings.Contains(strings.Join(text.Terms(m), " "), d.q.unit) {
		return v + m
	}
	return v
}

var unitWord = regexp.MustCompile(`^\s?[\p{L}\p{M}]{1,20}`)

// cutLabel splits "Label: value".
func cutLabel(s string) (label, value string, ok bool) {
	i := strings.IndexAny(s, ":：")
	if i <= 0 || i > 80 {
		return "", "", false
	}
	_, n := utf8.DecodeRuneInString(s[i:])
	value = strings.TrimSpace(s[i+n:])
	return s[:i], value, value != "" && !strings.ContainsAny(s[:i], ".;")
}

// plainText takes the Markdown marks off a line and puts stacked lines on one.
func plainText(s string) string {
	s = strings.TrimLeft(s, "-*•> \t")
	if strings.ContainsAny(s, "*`\n\r") {
		s = markdown.Replace(s)
	}
	return text.Normalize(strings.TrimSpace(s))
}

var markdown = strings.NewReplacer("**", "", "__", "", "`", "", "\r\n", " ", "\n", " ", "\r", " ")

// clip cuts a long sentence at a word.
func clip(s string) string {
	if len(s) <= longest {
		return s
	}
	cut := longest
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	if i := strings.LastIndexByte(s[:cut], ' '); i > longest/2 {
		cut = i
	}
	return s[:cut]
}

// yesNo says yes or no in the question's language.
func yesNo(lang string, yes bool) string {
	switch {
	case lang == "zh" && yes:
		return "是。"
	case lang == "zh":
		return "否。"
	case lang == "hi" && yes:
		return "हाँ।"
	case lang == "hi":
		return "नहीं।"
	case yes:
		return "Yes."
	}
	return "No."
}
