package audit

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/suites"
)

// Infer types gold answers that were written as plain text. The first that fits the kind is the answer and all others are aliases.
// There is no answer without a gold. Footnotes are taken out. The kind is found in this order:
//
//  1. Yes or no at the head of a gold, asked for by a question that can be answered by yes or no, is a bool: what follows is its reason, and
//     the whole gold an alias. In Chinese and Hindi (吗, 是否, क्या) the gold is yes or no as a whole.
//  2. A gold that is one value, but for a preposition before it, has that value's kind, provided that the question does not ask for a
//     name ("who", "where"): there a value is a number only in name. All golds must be such values, or the question must ask for
//     that kind ("when", "how many", "how much", "what percentage"): the others are then other ways to say it. "A week" is a value
//     where the question asks how long.
//  3. A year is a count where the question counts ("how many"), else a date. A date within a decade among the golds goes before the decade. A lone figure that free text would not take for a year
//     ("336", "1757") is matched by its digits where the question asks "when". "When did" takes the year of a day for an alias, unless the
//     question asks for a date, a day or a month.
//  4. A figure without a scale takes the one that the question asks for ("in USD millions"), and its digits alone are an alias,
//     because whoever was asked for millions may leave them out. Decimals that are all zero say nothing there, nor does the last of the
//     two places of a sum of money. Where the question asks for a number of decimals, half of the last one is the tolerance: that is what
//     rounding to it means.
//  5. Of a sentence that answers a question for an amount, the one figure that the question does not state itself is the answer.
//     "From A to B" in reply to "how much did it change" is the set of the two, and "flat" is 0 %.
//  6. Three or more short members in reply to "what are" or "which three" are a set.
//  7. What is left is text, with the aliases of spellings.
func Infer(golds []string, question, lang string) suites.Answer {
	if len(golds) == 0 {
		return suites.Answer{}
	}
	golds = cleaned(golds)
	ask := asked(question)
	if ask.yesNo {
		if m := yesNo.FindStringSubmatch(golds[0]); m != nil {
			a := suites.Answer{Kind: value.Bool, Text: strings.ToLower(m[1])}
			if reason := strings.Trim(golds[0][len(m[0]):], " .,;:"); reason != "" {
				a.Aliases = []string{golds[0]}
			}
			return a
		}
		if _, err := value.Parse(value.Bool, golds[0], "", lang); err == nil { // 可以, हाँ
			return suites.Answer{Kind: value.Bool, Text: golds[0]}
		}
	}
	if a, ok := valued(golds, ask, question, lang); ok {
		return a
	}
	if len(golds) == 1 {
		if a, ok := sentence(golds[0], ask, question, lang); ok {
			return a
		}
		if members := listed(golds[0]); ask.several && members != nil {
			return suites.Answer{Kind: value.Set, Set: members}
		}
	}
	return suites.Answer{Kind: value.Text, Text: golds[0], Aliases: spellings(golds, ask, question)}
}

// notes are the marks of footnotes in text that was taken from a page.
var notes = regexp.MustCompile(`\[\d{1,3}\]`)

// cleaned takes footnotes out of golds, and the Â that a no-break space leaves where UTF-8 was once read as Latin-1.
func cleaned(golds []string) []string {
	out := make([]string, len(golds))
	for i, g := range golds {
		out[i] = notes.ReplaceAllString(strings.ReplaceAll(g, "Â\u00a0", "\u00a0"), "")
	}
	return out
}

// asking is what a question asks for, as far as its words tell.
type asking struct {
	name, place, date, count, amount, span, share bool
	yesNo, several, change                        bool
	past                                          bool   // it asks when something happened, and for no day or date
	scale                                         string // thousand, million or billion
	decimals                                      int    // -1: not said
}

var (
	yesNo = regexp.MustCompile(`(?i)^(?:(?:typically|usually|generally|normally|mostly|often|in general),?\s+)?(yes|no)\b`)

	asksName   = regexp.MustCompile(`(?i)\b(who|whom|whose|where|why)\b|谁|哪里|哪儿|कौन|कहाँ|कहां`)
	asksHow    = regexp.MustCompile(`(?i)^how (many|much|large|big|high|tall|far|deep|old|long|heavy|fast)\b`) // "how tall is the actor who …"
	asksPlace  = regexp.MustCompile(`(?i)\bwhere\b|哪里|哪儿|कहाँ|कहां`)
	asksDate   = regexp.MustCompile(`(?i)\b(when|(what|which) (year|date|day|month|decade|century)|year did|date of)\b|哪一?年|何时|什么时候|कब`)
	asksPast   = regexp.MustCompile(`(?i)\bwhen (did|was|were|had)\b`)
	asksDay    = regexp.MustCompile(`(?i)\b(dates?|days?|months?|exact(ly)?|birthday)\b`)
	asksCount  = regexp.MustCompile(`(?i)\b(how many|number of|what number|population of)\b|多少|几[个名位]|कितने|कितनी`)
	asksAmount = regexp.MustCompile(`(?i)\b(how (much|large|big|high|tall|far|deep|old|long)|amount|quantity|total|what (is|was|were|are))\b|多少|कितना`)
	asksSpan   = regexp.MustCompile(`(?i)\b(how (long|old)|what age)\b`)
	asksShare  = regexp.MustCompile(`(?i)(%|\b(percent|percentage|rate|margin|growth|share)\b)`)
	asksProse  = regexp.MustCompile(`(?i)\b(nature|purpose|agenda|why|drove|drivers?|reason|outcome|describe|explain how)\b`)
	asksMany   = regexp.MustCompile(`(?i)\b(what are|list|(which|what|name)( the)? (two|three|four|five|six|seven|eight|nine|ten|[2-9]|[1-9][0-9]))\b`)
	asksYesNo  = regexp.MustCompile(`(?i)(^|[.,:;]\s+)(does|do|did|is|are|was|were|has|have|had|can|could|will|would|should)\s|吗\s*[？?]?$|是否|^क्या\s`)
	asksScale  = regexp.MustCompile(`(?i)\bin (?:USD|US dollars?|\$|dollars?)?\s*\(?(thousand|million|billion)s?\b`)
	asksPlaces = regexp.MustCompile(`(?i)\b(one|two|three|[1-4]) decimal`)
	changes    = regexp.MustCompile(`(?i)\bhow much\b.*\bchanged?\b`)
	level      = regexp.MustCompile(`(?i)\b(flat|unchanged|no (real )?(change|growth))\b`)
	fromTo     = regexp.MustCompile(`(?i)\bfrom\b.*\bto\b`)
)

func asked(question string) asking {
	a := asking{
		name: asksName.MatchString(question) && !asksHow.MatchString(question), place: asksPlace.MatchString(question), date: asksDate.MatchString(question), count: asksCount.MatchString(question),
		span: asksSpan.MatchString(question), share: asksShare.MatchString(question), yesNo: asksYesNo.MatchString(question),
		past:    asksPast.MatchString(question) && !asksDay.MatchString(question),
		several: asksMany.MatchString(question), change: changes.MatchString(question), decimals: -1,
	}
	a.amount = (a.count || asksAmount.MatchString(question)) && !asksProse.MatchString(question)
	if m := asksScale.FindStringSubmatch(question); m != nil {
		a.scale = strings.ToLower(m[1])
	}
	if m := asksPlaces.FindStringSubmatch(question); m != nil {
		a.decimals = map[string]int{"one": 1, "two": 2, "three": 3, "1": 1, "2": 2, "3": 3, "4": 4}[strings.ToLower(m[1])]
	}
	return a
}

// wants reports whether the question asks for a kind in so many words.
func (a asking) wants(k value.Kind) bool {
	switch k {
	case value.Date:
		return a.date
	case value.Number:
		return a.count
	case value.Percent:
		return a.share
	case value.Money:
		return a.amount
	case value.Duration:
		return a.span
	}
	return false
}

// article stands before a single thing.
var article = regexp.MustCompile(`(?i)^an?\s+([a-z]+)$`)

// lead is what may stand before a value without changing it.
var lead = regexp.MustCompile(`(?i)^(in|on|at|by|since|from|during|the|of|around|about|approximately|circa|c\.|it was|it is)\s+`)

// one reads a gold that is one value and gives the words of it.
func (a asking) one(gold, lang string) (value.Value, string, bool) {
	gold = strings.TrimSuffix(strings.TrimSpace(gold), ".")
	for range 3 {
		v := value.Guess(gold, lang)
		if v.Kind == value.Text && !strings.ContainsAny(gold, " \u00a0") { // a word that free text leaves alone may be a count: seven, one
			if n, err := value.Parse(value.Number, gold, "", lang); err == nil && (a.count || a.amount) {
				v = n
			}
		}
		if m := article.FindStringSubmatch(gold); v.Kind == value.Text && a.span && m != nil { // "a week" lasts one
			if d, err := value.Parse(value.Duration, "1 "+m[1], "", lang); err == nil {
				v, gold = d, "1 "+m[1]
			}
		}
		if v.Kind == value.Text && a.count { // "775 rooms" counts rooms
			if n, err := value.Parse(value.Number, gold, "", lang); err == nil {
				v = n
			}
		}
		if v.Kind == value.Date && v.Num != 0 && a.count && !a.date {
			v.Kind = value.Number
		}
		if v.Kind == value.Number && v.Unit == "" && a.date && !a.count { // "1757": a year, but free text does not say so
			return value.Value{}, gold, false
		}
		if v.Kind != value.Text && v.Kind != value.ID && v.Kind != value.Set {
			return v, gold, true
		}
		next := lead.ReplaceAllString(gold, "")
		if m := brackets.FindStringSubmatch(gold); m != nil { // "5.97 m (19 ft 7 in)": the same once more, or an aside
			next = m[1]
		}
		if next == gold {
			break
		}
		gold = next
	}
	return value.Value{}, gold, false
}

// valued types golds that are values.
func valued(golds []string, ask asking, question, lang string) (suites.Answer, bool) {
	kinds := map[value.Kind]int{}
	var kind value.Kind
	for _, g := range golds {
		if v, _, ok := ask.one(g, lang); ok {
			kinds[v.Kind]++
			if kind == "" || ask.wants(v.Kind) && !ask.wants(kind) {
				kind = v.Kind
			}
		}
	}
	if kind == "" || kind == value.Bool || kinds[kind] < len(golds) && !ask.wants(kind) || ask.name && !ask.wants(kind) {
		return suites.Answer{}, false
	}
	a := suites.Answer{Kind: kind}
	for _, g := range ask.finest(golds, kind, lang) {
		v, words, ok := ask.one(g, lang)
		switch {
		case !ok || v.Kind != kind:
			a.Aliases = append(a.Aliases, g)
		case a.Text == "":
			a.Text = words
			a.Aliases = append(a.Aliases, ask.scaled(&a, v)...)
		default:
			a.Aliases = append(a.Aliases, words)
		}
	}
	v, err := a.Value(lang)
	if err != nil {
		return suites.Answer{}, false
	}
	if kind == value.Date && ask.past && v.Grain < value.Year && v.Date.Year() != 0 {
		a.Aliases = append(a.Aliases, strconv.Itoa(v.Date.Year()))
	}
	return a, true
}

// finest puts the first date within a decade or century before it, where golds hold both: who names the year is held to it.
func (a asking) finest(golds []string, kind value.Kind, lang string) []string {
	if kind != value.Date {
		return golds
	}
	era, _, ok := a.one(golds[0], lang)
	if !ok || era.Grain < value.Decade {
		return golds
	}
	for i, g := range golds {
		if v, _, ok := a.one(g, lang); ok && v.Kind == value.Date && v.Grain < value.Decade && value.Contains(era, v) {
			return slices.Concat([]string{g}, golds[:i], golds[i+1:])
		}
	}
	return golds
}

// zeros is the end of a figure whose decimals are all zero; cents that of a sum of money with two places because sums have two.
var (
	zeros = regexp.MustCompile(`\.0+$`)
	cents = regexp.MustCompile(`(\.[1-9])0$`)
)

var factors = map[string]float64{"": 1, "thousand": 1e3, "million": 1e6, "billion": 1e9}

// scaled applies the scale and the rounding that the question asks for and gives further ways to write the answer.
func (a asking) scaled(ans *suites.Answer, v value.Value) (aliases []string) {
	scale := ""
	if a.scale != "" && (v.Kind == value.Money || v.Kind == value.Number) && !v.Scaled && v.Unit != "pp" {
		scale = a.scale
		bare := zeros.ReplaceAllString(ans.Text, "")
		if v.Kind == value.Money {
			bare = cents.ReplaceAllString(bare, "$1")
		}
		aliases = append(aliases, bare)
		ans.Text = bare + " " + scale
	}
	if a.decimals >= 0 && (v.Kind == value.Number || v.Kind == value.Percent || v.Kind == value.Money) {
		ans.Tolerance = 0.5 * math.Pow10(-a.decimals) * factors[scale]
	}
	return aliases
}

// sentence finds the one figure that a sentence brings in reply to a question for an amount.
func sentence(gold string, ask asking, question, lang string) (suites.Answer, bool) {
	if !ask.amount || ask.name {
		return suites.Answer{}, false
	}
	stated := value.Find(question, lang)
	var figures []value.Mention
next:
	for _, m := range value.Find(gold, lang) {
		switch m.Kind {
		case value.Number, value.Percent, value.Money:
			for _, q := range stated {
				if value.Compare(q.Value, m.Value, 0) == value.Match {
					continue next
				}
			}
			figures = append(figures, m)
		}
	}
	texts := make([]string, len(figures))
	for i, f := range figures {
		texts[i] = gold[f.Start:f.End]
	}
	switch {
	case len(figures) == 0 && ask.change && level.MatchString(gold):
		return suites.Answer{Kind: value.Percent, Text: "0%", Aliases: []string{gold}}, true
	case len(figures) == 1 && (figures[0].Kind != value.Number || figures[0].Unit != "" || ask.count):
		a := suites.Answer{Kind: figures[0].Kind, Text: texts[0]}
		_, err := a.Value(lang)
		return a, err == nil
	case len(figures) == 2 && figures[0].Kind == figures[1].Kind && ask.change && fromTo.MatchString(gold):
		return suites.Answer{Kind: value.Set, Set: texts}, true
	}
	return suites.Answer{}, false
}

var listBreak = regexp.MustCompile(`\s*,\s*(?:and\s+)?|\s+and\s+`)

// listed splits a list of three or more short members that stands alone or after a colon.
func listed(gold string) []string {
	if i := strings.LastIndex(gold, ": "); i >= 0 {
		gold = gold[i+2:]
	}
	members := listBreak.Split(strings.TrimSuffix(strings.TrimSpace(gold), "."), -1)
	if len(members) < 3 || strings.Contains(gold, "\n") {
		return nil
	}
	for _, m := range members {
		if n := len(strings.Fields(m)); n == 0 || n > 4 {
			return nil
		}
	}
	return members
}
