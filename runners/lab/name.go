package lab

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/suites"
)

// nameChanges gives other names for one that is looked for by its words: another number for an identifier; another person, or a firm
// with another first name; what else stands in the column, for the cell of a table; another count of people ("two managing directors").
func (l *Lab) nameChanges(it suites.Item, a suites.Answer, w want, in suites.Passage, h hit, dice dicer) []change {
	if a.Text == "" {
		return nil
	}
	build := func(kind, to string, words map[string]string) change {
		return change{kind: kind, answer: to, words: words, is: want{phrases: phrases(to)}}
	}
	var all []change
	for _, to := range otherWeekdays(a.Text, it, dice) {
		all = append(all, build(string(value.Date), to, nil).literal(a.Text, to))
	}
	if len(all) > 0 {
		return all
	}
	if hasDigit(a.Text) {
		for range 12 {
			if to := otherDigits(a.Text, dice); to != a.Text && strings.ContainsAny(to, "123456789१२३४५६७८९１２３４５６７８９") {
				all = append(all, build(string(value.ID), to, nil).literal(a.Text, to))
			}
		}
		return all
	}
	question := " " + strings.Join(text.Words(it.Question), " ") + " "
	for _, words := range coined(a.Text, it.Question, it.Language, dice) {
		for old := range words {
			if strings.Contains(question, " "+old+" ") {
				delete(words, old) // the question must still find its passage
			}
		}
		if len(words) > 0 {
			to := exchangeWords(a.Text, words)
			c := build("entity", to, nil)
			c.at = func(s, _ string, h hit) (string, bool) {
				now := exchangeWords(s[h.Start:h.End], words)
				return now, now != s[h.Start:h.End]
			}
			if last := text.Words(a.Text); len(words) > 1 && words[last[len(last)-1]] != "" {
				c.words = map[string]string{last[len(last)-1]: words[last[len(last)-1]]}
			}
			all = append(all, c)
		}
	}
	if len(all) > 0 {
		return all
	}
	if to, ok := otherHan(a.Text, it.Question, dice); ok {
		return []change{build("entity", to, nil).parts(a, to)}
	}
	if n, to, ok := otherCount(a.Text, it.Language, dice); ok {
		return []change{build(n, to, nil).literal(a.Text, to)}
	}
	for _, cell := range columnOf(in.Text, h, dice) {
		all = append(all, build("entity", cell, nil).literal(a.Text, cell))
	}
	return all
}

// literal makes a change write to in the place of what is found, whose letters are those of from but for case; what is more ("the site
// head") is kept around it.
func (c change) literal(from, to string) change {
	c.at = func(s, _ string, h hit) (string, bool) {
		found := s[h.Start:h.End]
		if i := strings.Index(strings.ToLower(found), strings.ToLower(from)); i >= 0 && len(found) == len(strings.ToLower(found)) {
			return found[:i] + to + found[i+len(from):], true
		}
		return to, true
	}
	return c
}

// parts makes a change write the new form of whichever spelling of the answer is found.
func (c change) parts(a suites.Answer, to string) change {
	// The spellings share the characters that are exchanged: those at which old and new differ.
	old, now := []rune(a.Text), []rune(to)
	c.at = func(s, _ string, h hit) (string, bool) {
		found := []rune(s[h.Start:h.End])
		i := strings.Index(a.Text, string(found))
		if i < 0 || len(old) != len(now) {
			return "", false
		}
		i = utf8.RuneCountInString(a.Text[:i])
		return string(now[i : i+len(found)]), true
	}
	return c
}

func hasDigit(s string) bool { return strings.ContainsFunc(s, unicode.IsDigit) }

// otherDigits changes the last run of digits, keeping its length: CC-2210 becomes CC-2260, 2.4.3 becomes 2.4.7.
func otherDigits(s string, dice dicer) string {
	runs := digitRuns(s)
	run := runs[len(runs)-1]
	digits := []rune(run.Of(s))
	_, zero := digitsOf(digits[0])
	i := len(digits) - 1
	for i > 1 && digits[i] == zero { // a round number stays round
		i--
	}
	least := 0
	if i == 0 {
		least = 1
	}
	digits[i] = zero + rune(least+dice.IntN(10-least))
	return s[:run.Start] + string(digits) + s[run.End:]
}

// otherWeekdays gives the other working days for an answer that is the name of a day.
func otherWeekdays(s string, it suites.Item, dice dicer) []string {
	for _, names := range weekdays[it.Language] {
		i := slices.Index(names, s)
		if i < 0 {
			continue
		}
		var all []string
		for _, k := range dice.Perm(5) {
			if k+1 != i && !slices.Contains(it.Answer.Set, names[k+1]) {
				all = append(all, names[k+1])
			}
		}
		return all
	}
	return nil
}

// otherCount changes the number word within a phrase: "two managing directors" becomes "three managing directors".
func otherCount(s, language string, dice dicer) (kind, to string, ok bool) {
	list := numberWords[language]
	for i, w := range text.Words(s) {
		k := slices.Index(list, w)
		if k < 1 || language == "zh" {
			continue
		}
		at := text.WordSpans(s)[i]
		n := k + 1 + dice.IntN(3)
		if n >= len(list) {
			n = k - 1
		}
		return string(value.Number), s[:at.Start] + list[n] + s[at.End:], true
	}
	return "", "", false
}

// columnOf gives the other cells of the column that h stands in, when it fills its cell, in a seeded order.
func columnOf(s string, h hit, dice dicer) []string {
	segs := segments(s)
	at := slices.IndexFunc(segs, func(g segment) bool { return g.row && g.Start <= h.Start && h.End <= g.End })
	if at < 0 {
		return nil
	}
	own := segs[at].Of(s)
	column := slices.IndexFunc(cells(own), func(c text.Span) bool { return c.Start == h.Start-segs[at].Start && c.End == h.End-segs[at].Start })
	if column < 0 {
		return nil
	}
	var all []string
	for i, g := range segs {
		if near := segs[min(i, at)].line + max(i, at) - min(i, at); !g.row || g.head || i == at || near != segs[max(i, at)].line {
			continue // another table
		}
		row := g.Of(s)
		if cs := cells(row); column < len(cs) {
			if cell := cs[column].Of(row); cell != h.Of(s) && !slices.Contains(all, cell) && !hasDigit(cell) {
				all = append(all, cell)
			}
		}
	}
	dice.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	words := len(text.Words(h.Of(s)))
	slices.SortStableFunc(all, func(a, b string) int { // as few or many words, so that sentences about one thing stay about one
		return cmp.Or(unlike(len(text.Words(a)), words)-unlike(len(text.Words(b)), words), len(text.Words(a))-len(text.Words(b)))
	})
	return all
}

func unlike(a, b int) int { return max(a, b) - min(a, b) }

// Made-up names for people and firms. The given names are borne by women and men, since pronouns and verbs around them stay.
var (
	givenNames = map[string][]string{
		"en": {"Robin", "Alex", "Kim", "Sascha", "Toni", "Noa"},
		"hi": {"किरण", "सुमन", "शशि", "ज्योति", "प्रीतम", "कमल"},
	}
	familyNames = map[string][]string{
		"en": {"Keller", "Ashdown", "Vossberg", "Larkin", "Tremayne", "Rohde"},
		"hi": {"परांजपे", "सक्सेना", "भटनागर", "कुलश्रेष्ठ", "मेहरोत्रा", "गोखले"},
	}
	firmNames = map[string][]string{
		"en": {"Calder", "Marwick", "Ostrava", "Lindhof", "Penrose", "Varnholt"},
		"hi": {"नर्मदा", "विंध्य", "कावेरी", "अरावली", "चंबल", "सतपुड़ा"},
		"zh": {"启衡", "云溪", "朗越", "恒屿", "清岚", "泽远"},
	}
	hanPersons = []string{"林予", "周岚", "邓远", "蒋宁", "宋澜", "傅青"}
)

// Words that tell a firm from a person, and titles, which stay.
var (
	firmWords = map[string][]string{
		"en": {"gmbh", "ag", "kg", "ltd", "llc", "inc", "plc", "ab", "corp", "company", "group", "logistics", "line", "cargo", "ocean", "systems", "university", "bank", "works"},
		"hi": {"लिमिटेड", "कंट्रोल्स", "लॉजिस्टिक्स", "कास्टिंग्स", "ट्रांसपोर्ट", "कंपनी", "इंडस्ट्रीज", "फार्मा", "डेयरी", "बैंक", "समूह", "सिस्टम्स"},
	}
	// A country or a region does not go by a firm's name.
	placeWords = map[string][]string{
		"en": {"country", "countries", "continent", "region", "regions", "state", "states", "kingdom", "republic", "where", "north", "south", "east", "west", "northern", "southern", "eastern", "western"},
		"hi": {"देश", "राज्य", "प्रदेश", "क्षेत्र", "कहाँ"},
	}
	titles    = []string{"dr", "dr.", "prof", "prof.", "mr", "mr.", "ms", "ms.", "mrs", "mrs.", "डॉ", "डॉ.", "श्री", "श्रीमती"}
	whoWords  = map[string][]string{"en": {"who", "whom"}, "hi": {"कौन", "किसने", "किसे", "किससे", "किसका", "किसकी"}}
	hanFirms  = []string{"公司", "法院", "委员会", "自动化", "集团", "股份", "水务", "物流", "铸造", "科技", "银行", "大学", "环保"}
	hanPlaces = []string{"上海", "北京", "苏州", "宁波", "南通", "无锡", "深圳", "广州", "杭州", "成都", "武汉"}
)

// coined gives exchanges of words that turn a name into another of its kind: every part of a person's name but the title, the first word
// of a firm's or of another proper name. It gives none for places and for what is no proper name, and for Chinese, which writes no words.
func coined(name, question, language string, dice dicer) []map[string]string {
	if language == "zh" || givenNames[language] == nil {
		return nil
	}
	var words []string // folded, titles left out
	proper := true
	for i, span := range text.WordSpans(name) {
		w := text.Words(name)[i]
		if slices.Contains(titles, w) {
			continue
		}
		words = append(words, w)
		first, _ := utf8.DecodeRuneInString(span.Of(name))
		proper = proper && (unicode.IsUpper(first) || language != "en")
	}
	if !proper || len(words) == 0 || len(words) > 5 || language != "en" && len(words) < 2 {
		return nil
	}
	firm := slices.ContainsFunc(words, func(w string) bool { return slices.Contains(firmWords[language], w) })
	asked := text.Words(question)
	if slices.ContainsFunc(append(slices.Clone(asked), words...), func(w string) bool { return slices.Contains(placeWords[language], w) }) {
		return nil
	}
	who := slices.ContainsFunc(asked, func(w string) bool { return slices.Contains(whoWords[language], w) })
	titled := len(words) < len(text.WordSpans(name))
	var all []map[string]string
	for _, i := range dice.Perm(6) {
		m := map[string]string{}
		switch {
		case !firm && (titled || who) && len(words) <= 3:
			for k, w := range words {
				if k == len(words)-1 {
					m[w] = familyNames[language][i]
				} else {
					m[w] = givenNames[language][(i+k)%6]
				}
			}
		default:
			m[words[0]] = firmNames[language][i]
		}
		all = append(all, m)
	}
	return all
}

// exchangeWords writes a name with its words exchanged.
func exchangeWords(s string, words map[string]string) string {
	out, _, _ := change{words: words}.apply(s, "", want{}, false) // nothing is wanted: the words alone
	return out
}

// otherHan gives another Chinese name of the same length: a person's, where the question asks who and the name is short; else a firm's,
// with the two characters exchanged that come after its place.
func otherHan(name, question string, dice dicer) (string, bool) {
	runes := []rune(name)
	if !allHan(runes) || len(runes) < 2 {
		return "", false
	}
	if !slices.ContainsFunc(hanFirms, func(s string) bool { return strings.Contains(name, s) }) {
		if len(runes) > 3 || !strings.Contains(question, "谁") && !strings.Contains(question, "哪位") {
			return "", false
		}
		pick := []rune(hanPersons[dice.IntN(len(hanPersons))])
		if len(runes) == 3 {
			pick = append(pick, '然')
		}
		return string(pick), true
	}
	at := 0
	for _, place := range hanPlaces {
		if strings.HasPrefix(name, place) {
			at = 2
		}
	}
	for at < len(runes) && (runes[at] == '市' || runes[at] == '省') {
		at++
	}
	if at+2 >= len(runes) || slices.Contains(hanFirms, string(runes[at:at+2])) {
		return "", false
	}
	for _, i := range dice.Perm(len(firmNames["zh"])) {
		if pick := []rune(firmNames["zh"][i]); !slices.Equal(pick, runes[at:at+2]) {
			return string(runes[:at]) + string(pick) + string(runes[at+2:]), true
		}
	}
	return "", false
}

func allHan(rs []rune) bool {
	return !slices.ContainsFunc(rs, func(r rune) bool { return !unicode.Is(unicode.Han, r) })
}

// clockChanges gives other hours for a time of day, in the same form and half of the day.
func clockChanges(a suites.Answer, w want, language string, dice dicer) []change {
	var all []change
	for _, d := range dice.Perm(7) {
		shift := 60 * (d - 3)
		minute := w.clock.Minute + shift
		if shift == 0 || minute < 0 || minute >= 24*60 || minute/720 != w.clock.Minute/720 && !w.clock.Loose {
			continue
		}
		to := *w.clock
		to.Minute = minute
		answer, ok := reclock(a.Text, language, *w.clock, to)
		if !ok {
			continue
		}
		c := change{kind: "time", answer: answer, is: want{clock: &to}}
		c.at = func(s, language string, h hit) (string, bool) {
			return reclock(s[h.Start:h.End], language, *w.clock, to)
		}
		all = append(all, c)
	}
	return all
}

// reclock writes a time of day again with another hour. It fails where the outcome would not read as that time.
func reclock(s, language string, old, to value.Clock) (string, bool) {
	for _, run := range digitRuns(s) {
		n, err := strconv.Atoi(run.Of(s))
		if err != nil {
			continue
		}
		hour := n + (to.Minute-old.Minute)/60
		digits := strconv.Itoa(hour)
		if len(digits) < 2 && strings.HasPrefix(run.Of(s), "0") {
			digits = "0" + digits
		}
		out := s[:run.Start] + digits + s[run.End:]
		cs := value.Clocks(out, language)
		if len(cs) != 1 {
			continue
		}
		if same, known := cs[0].Same(to); same && (known || old.Loose) {
			return out, true
		}
	}
	return "", false
}
