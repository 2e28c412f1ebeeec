package audit

import (
	"math"
	"regexp"
	"strings"
	"unicode"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/scorers"
)

// Names of the baselines: what agrees with people without reading the answer, or by reading it naively.
const (
	AlwaysFlag   = "always-flag"   // every row is bad
	ExactMatch   = "exact-match"   // the normalised answer is a gold answer
	ContainsGold = "contains-gold" // the normalised answer contains a gold answer
	TokenRecall  = "token-recall"  // at least half of the words of a gold answer are in the answer
	RefusalWords = "refusal-words" // a word of refusal stands in the answer; takes the place of the three above against Refusal
	Prior        = "prior"         // most rows of the same task and model are bad
)

// baselineNames are those of a truth, in the order of their marks.
func baselineNames(t Truth) []string {
	if t == Refusal {
		return []string{AlwaysFlag, RefusalWords, Prior}
	}
	return []string{AlwaysFlag, ExactMatch, ContainsGold, TokenRecall, Prior}
}

// containsAt is the place of contains-gold, the fallback for undecided rows, among the baselines.
const containsAt = 2

// baselines marks a row by all baselines but the prior, which needs the other rows.
func baselines(row *Row, t Truth) []mark {
	if t == Refusal {
		return []mark{flagged(scorers.Abstained, true), judged(t, refusalWords.MatchString(text.Normalize(row.Answer)))}
	}
	all := judged(t, true)
	if len(row.Gold) == 0 {
		none := mark{rank: math.NaN()}
		return []mark{all, none, none, none}
	}
	answer := squad(row.Answer)
	exact, contains, recall := false, false, 0.0
	words := map[string]bool{}
	for w := range strings.FieldsSeq(answer) {
		words[w] = true
	}
	for _, g := range row.Gold {
		gold := squad(g)
		if gold == "" {
			continue
		}
		exact = exact || gold == answer
		contains = contains || strings.Contains(answer, gold)
		n, hit := 0, 0
		for w := range strings.FieldsSeq(gold) {
			n++
			if words[w] {
				hit++
			}
		}
		recall = max(recall, float64(hit)/float64(n))
	}
	recalled := judged(t, recall < 0.5)
	recalled.rank = 1 - recall
	return []mark{all, judged(t, !exact), judged(t, !contains), recalled}
}

// judged is a baseline's mark: what it flags is a refusal, or wrong.
func judged(t Truth, flag bool) mark {
	switch {
	case t == Refusal && flag:
		return flagged(scorers.Abstained, true)
	case t == Refusal:
		return flagged(scorers.Unscored, false)
	case flag:
		return flagged(scorers.Incorrect, true)
	}
	return flagged(scorers.Correct, false)
}

// squad normalises as the SQuAD evaluation does: lower case, without ASCII punctuation, without the articles a, an and the, one space
// between words.
func squad(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && (unicode.IsPunct(r) || unicode.IsSymbol(r)) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
	var b strings.Builder
	for w := range strings.FieldsSeq(s) {
		if w == "a" || w == "an" || w == "the" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w)
	}
	return b.String()
}

// refusalWords is what a person would first write down for "does this reply refuse?".
var refusalWords = regexp.MustCompile(`(?i)\b(sorry|apologi[sz]e|unable|cannot|can't|can not|no information|not enough|insufficient|` +
	`not (possible|available|provided|mentioned|disclosed|specified)|(do|does|did)(n't| not) (have|provide|contain|include|mention|specify|disclose|know))\b`)

// priors marks the rows by the share of bad ones among all rows of their task and model. It is fitted to the rows it is read on, so it
// is the most that task and model alone could tell.
func priors(entries []*entry, t Truth) []mark {
	type count struct{ bad, rows float64 }
	cells := map[cell]count{}
	for _, e := range entries {
		c := cells[e.cell()]
		c.rows++
		if e.bad {
			c.bad++
		}
		cells[e.cell()] = c
	}
	out := make([]mark, len(entries))
	for i, e := range entries {
		c := cells[e.cell()]
		share := c.bad / c.rows
		out[i] = judged(t, share >= 0.5)
		out[i].rank = share
	}
	return out
}

// cell is what a prior knows of a row.
type cell struct{ task, model string }

func (e *entry) cell() cell { return cell{e.row.Task, e.row.Model} }
