package audit

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// spellings are the golds behind the first, and each gold without what only explains it:
//
//   - a preposition before it, brackets behind it, a clause that begins with "who" or "which"; bracketed capitals are its abbreviation;
//   - either side of "or", which answers alone, but of "16 or older" only the first;
//   - what sort of thing a name is the name of: "the drama series Gunsmoke", "the Republic of Tecala";
//   - behind a comma, the wider place around a place, when the question asks where: "Dodger Stadium, Los Angeles".
func spellings(golds []string, ask asking, question string) []string {
	question = strings.ToLower(question)
	out := slices.Clone(golds[1:])
	add := func(s string) {
		s = strings.Trim(s, " ,;")
		if s != "" && !slices.Contains(golds, s) && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	for _, g := range golds {
		g = strings.TrimSpace(g)
		add(lead.ReplaceAllString(g, ""))
		if m := brackets.FindStringSubmatch(g); m != nil {
			add(m[1])
			if capitals.MatchString(m[2]) {
				add(m[2])
			}
		}
		if at := clause.FindStringIndex(g); at != nil {
			add(g[:at[0]])
		}
		if sides := either.Split(g, -1); len(sides) == 2 && len(strings.Fields(g)) <= 10 {
			add(sides[0])
			if !comparative.MatchString(sides[1]) {
				add(sides[1])
			}
		}
		if name := named(g); !strings.Contains(question, strings.ToLower(name)) {
			add(name)
		}
		if m := sortOf.FindStringSubmatch(g); m != nil {
			add(m[1])
		}
		if place, _, ok := strings.Cut(g, ", "); ok && ask.place && proper(place) {
			add(place)
		}
	}
	return out
}

var (
	brackets    = regexp.MustCompile(`^([^()]+?)\s*\(([^()]*)\)\.?$`)
	capitals    = regexp.MustCompile(`^[A-Z][A-Z0-9]{1,5}$`)
	clause      = regexp.MustCompile(`, (who|whose|which|where)\s`)
	either      = regexp.MustCompile(`(?i),?\s+or\s+`)
	comparative = regexp.MustCompile(`(?i)^(more|less|fewer|older|younger|higher|lower|later|earlier|above|below|over|under|longer|shorter|greater|so)\b`)
	sortOf      = regexp.MustCompile(`(?i)^(?:on |in |at )?(?:the )?(?:city|town|village|county|state|province|republic|kingdom|commonwealth|continent|island|isle|gospel|book|planet) of ([\p{Lu}][^,;]*)$`)
)

// named gives the name at the end of a gold that says first, in words with small letters, what sort of thing or person bears it: "English
// author Rudyard Kipling". Behind a preposition or a conjunction stands no bearer: "Battle of Antietam", "Simon and Garfunkel"; and a part of a
// place or a time is not the whole: "northwest Washington". It is empty for any other text.
func named(gold string) string {
	ws := strings.Fields(gold)
	i := len(ws)
	for i > 0 && proper(ws[i-1]) {
		i--
	}
	bare := i
	if i > 0 && (ws[i-1] == "the" || ws[i-1] == "The") {
		i--
	}
	if i == 0 || bare == len(ws) {
		return ""
	}
	bearer := ws[i-1]
	if r, _ := utf8.DecodeRuneInString(bearer); !unicode.IsLower(r) || strings.ContainsAny(bearer, ",;:.'’-") || small[bearer] || part.MatchString(bearer) {
		return ""
	}
	return strings.Join(ws[i:], " ")
}

// part is a word that names a part of a place or of a time.
var part = regexp.MustCompile(`^(mid|early|late|upper|lower|central|downtown|inner|outer|greater|modern|ancient|(north|south)?(east|west)?(ern)?)$`)

// small are the words that stand inside names or join them.
var small = wordSet(`a an and as at by de del der di for from in is la le near of on or over the to under van versus von vs was with within after
	before during against between around about across into than that when while like called`)

func wordSet(list string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		m[w] = true
	}
	return m
}

// proper reports whether each word of a text begins with a capital.
func proper(s string) bool {
	for w := range strings.FieldsSeq(s) {
		if r, _ := utf8.DecodeRuneInString(strings.TrimLeft(w, `"'“‘`)); !unicode.IsUpper(r) {
			return false
		}
	}
	return s != ""
}
