package grounded

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// resets are words after which what is said is affirmed again, though a negation stood before them.
var resets = set(`
but however although though while whereas yet except besides offers has provides features includes accepts boasts takes with they it
instead
但 但是 而 不过 लेकिन परंतु किंतु जबकि मगर
`)

// copulas before a negation turn round what stands before them too: "reservations are not accepted".
var copulas = set(`is are was were be been 是 है हैं था थी थे`)

// silences are what a source that says nothing does not do.
var silences = set(`
mention mentions mentioned mentioning specify specifies specified state stated disclose disclosed detail details information indicate
indicates explicitly clear known address addressed explain explained determine determined definitively
提到 提及 说明 信息 资料 明确 知道 确定 回答
उल्लेख जानकारी स्पष्ट ज्ञात पता उत्तर
`)

// curt are what a short sentence does without when that is all it says: "I do not know", "I cannot answer this".
var curt = set(`know answer say tell help`)

// ignorance says by one word that something is not known.
var ignorance = set(`unknown unspecified unclear undisclosed 未知 अज्ञात`)

// polarity gives for each word whether it is denied. A negation reaches to the right until a word that affirms, and to the left, to
// the last boundary, when it follows a copula, and always in Hindi, whose verb stands last. ws are the words of one sentence of s.
func polarity(denied []bool, s string, ws []word) []bool {
	for range ws {
		denied = append(denied, false)
	}
	denied = denied[len(denied)-len(ws):]
	boundary, comma, at, on := 0, 0, -1, false
	for i := range ws {
		w := ws[i].folded
		if i > 0 && ws[i-1].End < ws[i].Start {
			between := s[ws[i-1].End:ws[i].Start]
			if hasBoundary(between) {
				boundary, on = i, false
			}
			if strings.ContainsAny(between, ",，、") {
				comma = i
			}
		}
		next := ""
		if i+1 < len(ws) {
			next = ws[i+1].folded
		}
		switch {
		case isNegation(w) && next != "only":
			on, at = true, i
			if i > 0 && strings.TrimSpace(s[ws[i-1].End:max(ws[i-1].End, ws[i].Start)]) == ":" { // "WiFi: no"
				denied[i-1], on = true, false
			}
			if w[0] >= utf8.RuneSelf && !han(w) || contracted(w) || i > 0 && copulas[ws[i-1].folded] {
				for k := boundary; k < i; k++ {
					denied[k] = true
				}
			}
		case w == "rather" && next == "than":
			on = true
		case on && copulas[w] && !isNegation(next) && at < comma: // "…, street parking is available"
			for k := comma; k < i; k++ {
				denied[k] = false
			}
			boundary, on = comma, false
		case resets[w] && !isNegation(next):
			boundary, on = i+1, false
		default:
			denied[i] = on
		}
	}
	return denied
}

func hasBoundary(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] == ';' || s[i] == ':' || s[i] == '(' || s[i] == '\n' {
			return true
		}
	}
	return false
}

// contracted reports whether a negation holds a copula of its own: "isn't", "aren't", "unavailable".
func contracted(w string) bool {
	switch w {
	case "isn't", "aren't", "wasn't", "weren't", "unavailable":
		return true
	}
	return false
}

// isNegation reports whether a folded word turns its statement round; of a pair of Han characters, whether it opens with one.
func isNegation(w string) bool {
	if negations[w] {
		return true
	}
	r, n := utf8.DecodeRuneInString(w)
	if n == len(w) || !unicode.Is(unicode.Han, r) {
		return false
	}
	return strings.ContainsRune("不没沒未无無非", r)
}

// reach is how many words may stand between a negation and the word for what the source does not do.
const reach = 6

// silent reports whether a sentence says that the source is silent or that something is not known. Such a sentence claims nothing
// that a passage could support. In Hindi the negation follows its verb.
func silent(ws []word) bool {
	no, verb := -reach-1, -reach-1
	for i := range ws {
		w := ws[i].folded
		if ignorance[w] {
			return true
		}
		if silences[w] || len(ws) <= reach && curt[w] {
			if i-no <= reach {
				return true
			}
			verb = i
		}
		if isNegation(w) {
			no = i
			if w[0] >= utf8.RuneSelf && i-verb <= 2 {
				return true
			}
		}
	}
	return false
}

// sources are words for what was shown, and for who answers.
var sources = set(`
passage passages text texts context document documents information data source sources material materials page pages record records
资料 文中 文档 段落 信息 上下文 下文 我
दस्तावेज़ दस्तावेज अनुच्छेद जानकारी संदर्भ पाठ स्रोत मुझे
`)

// knowing is what an answer that is not known lacks.
var knowing = set(`know known unknown 知道 未知 确定 ज्ञात अज्ञात पता`)

// abstains reports whether a sentence that is silent speaks of the passages or of what is known, and not of somebody in them who
// kept silent ("the company did not disclose its price").
func abstains(ws []word) bool {
	if !silent(ws) {
		return false
	}
	for i := range ws {
		if w := ws[i].folded; sources[w] || knowing[w] {
			return true
		}
	}
	return false
}
