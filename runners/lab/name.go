package lab

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/suites"
)

// nameChanges gives other names for one that is looked for by its words: another number for an identifier; another person, or a firm
// with another first name; what else stands in the column, for the cell of a table; another count of people ("two managing directors").
func nameChanges(it suites.Item, a suites.Answer, in suites.Passage, h hit, dice dicer) []change {
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
