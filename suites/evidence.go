package suites

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/internal/value"
)

// facts is what a text states: its typed values, its words, its figures and the scales its tables are written in.
type facts struct {
	values  []value.Mention
	words   string // folded words between single spaces, with one at each end
	figures map[float64]bool
	scales  map[string]bool
	print   print
}

func readFacts(s, lang string) *facts {
	f := &facts{values: value.Find(s, lang), figures: map[float64]bool{}, scales: map[string]bool{}}
	f.words = " " + strings.Join(text.Words(s), " ") + " "
	for _, n := range bareFigures(s) {
		f.figures[n] = true
	}
	for name, pattern := range scaleMarks {
		f.scales[name] = pattern.MatchString(s)
	}
	f.print = readPrint(s)
	return f
}

var scaleMarks = map[string]*regexp.Regexp{
	"thousand": regexp.MustCompile(`(?i)thousand|['’$£€]\s?000\b|\$\s?k\b|\bk(EUR|USD)\b`),
	"million":  regexp.MustCompile(`(?i)million|\bmn\b|\bmm\b|['’]000['’ ,]000|[$£€]\s?m\b|\bm(EUR|USD)\b|\b[0-9.]+m\b`),
	"billion":  regexp.MustCompile(`(?i)billion|\bbn\b|[$£€]\s?b\b`),
}

// bareFigures gives the numbers of a text by their digits alone, in any script and with any grouping, without scale or unit.
func bareFigures(s string) []float64 {
	var found []float64
	var digits strings.Builder
	flush := func() {
		if digits.Len() == 0 {
			return
		}
		if n, err := strconv.ParseFloat(strings.TrimSuffix(digits.String(), "."), 64); err == nil {
			found = append(found, n)
		}
		digits.Reset()
	}
	for i, r := range s {
		switch {
		case unicode.IsDigit(r):
			digits.WriteByte(byte('0' + digitValue(r)))
		case digits.Len() > 0 && (r == ',' || r == '，') && nextIsDigit(s[i+utf8.RuneLen(r):]):
			// grouping
		case digits.Len() > 0 && r == '.' && nextIsDigit(s[i+1:]) && !strings.Contains(digits.String(), "."):
			digits.WriteByte('.')
		default:
			flush()
		}
	}
	flush()
	return found
}

// digitValue gives the value of a decimal digit: Unicode lays each script's ten digits out in a row that begins with zero, and
// its ranges hold whole rows.
func digitValue(r rune) int {
	for _, row := range unicode.Digit.R16 {
		if r >= rune(row.Lo) && r <= rune(row.Hi) {
			return int(r-rune(row.Lo)) % 10
		}
	}
	for _, row := range unicode.Digit.R32 {
		if r >= rune(row.Lo) && r <= rune(row.Hi) {
			return int(r-rune(row.Lo)) % 10
		}
	}
	return 0
}

func nextIsDigit(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsDigit(r)
}

// evidence reads the passages an item names, leaving out those that do not exist.
func (l *linter) evidence(it Item) []*facts {
	var all []*facts
	for _, id := range it.Evidence {
		p, ok := l.suite.Passage(id)
		if !ok {
			continue
		}
		f := l.facts[id]
		if f == nil {
			f = readFacts(p.Title+"\n\n"+p.Text, p.Language)
			l.facts[id] = f
		}
		all = append(all, f)
	}
	return all
}

// contains says whether a text states the answer. Typed values must agree in kind, unit and magnitude; names, phrases and
// identifiers must stand there word for word, as text or as one of the aliases. A figure with a scale is also found as the bare
// figure of a table that states the scale elsewhere ("in millions"). A yes or no is never stated in so many words, and is not
// looked for.
func (f *facts) contains(a Answer, v value.Value) bool {
	switch v.Kind {
	case value.Bool:
		return true
	case value.Text, value.ID:
		return slices.ContainsFunc(append([]string{a.Text}, a.Aliases...), f.says)
	}
	return f.states(v, a.Tolerance) || f.statesScaled(a, v)
}

// says reports whether the phrase stands in the text word for word, in the possessive too.
func (f *facts) says(phrase string) bool {
	words := " " + strings.Join(text.Words(phrase), " ")
	return words != " " && (strings.Contains(f.words, words+" ") || strings.Contains(f.words, words+"'s "))
}

func (f *facts) states(v value.Value, tolerance float64) bool {
	return slices.ContainsFunc(f.values, func(m value.Mention) bool {
		if value.Compare(v, m.Value, tolerance) == value.Match {
			return true
		}
		// Brackets make a figure negative in accounts; in other tables they mark what goes out, and people drop them.
		m.Num = -m.Num
		return m.Num > 0 && strings.Contains(m.Text, "(") && value.Compare(v, m.Value, tolerance) == value.Match
	})
}

func (f *facts) statesScaled(a Answer, v value.Value) bool {
	if fig, ok := readFigure(a.Text); !ok || fig.scale == "" {
		return false
	}
	for name, factor := range scaleFactors {
		if !f.scales[name] {
			continue
		}
		for n := range f.figures {
			if value.Compare(v, value.Value{Kind: v.Kind, Unit: v.Unit, Num: math.Copysign(n, v.Num) * float64(factor)}, a.Tolerance) == value.Match {
				return true
			}
		}
	}
	return false
}
