package suites

import (
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/viva-eval/viva/internal/value"
)

// A figure is a number as financial reports print it: "$(1,212)", "−298", "£12.5m", "7 per cent". Importers read gold answers with
// it, because benchmarks keep the scale and the sign apart from the digits.
type figure struct {
	negative bool
	currency string // as written: $, US$, £, …
	digits   string // as written, with grouping
	scale    string // thousand, million, billion or ""
	percent  bool
}

const (
	currencies = `US\$|S\$|A\$|AU\$|C\$|CA\$|HK\$|NZ\$|RMB|INR|USD|EUR|GBP|\$|£|€|¥|₹`
	scales     = `thousand|million|billion|mn|bn|m|k|b`
)

var (
	figurePattern = regexp.MustCompile(`^(?i:approximately|about|around|c\.)?\s*([-−–]?)\s*(` + currencies + `)?\s*(\(?)\s*([-−–]?)\s*(` + currencies +
		`)?\s*([0-9][0-9,]*(?:\.[0-9]+)?|\.[0-9]+)\s*((?i:` + scales + `)?)\s*(%?)\s*(\)?)\s*((?i:` + scales + `)?)\s*(%|(?i:per\s?cent))?$`)
	yearPattern = regexp.MustCompile(`^(?:19|20)[0-9]{2}$`)
)

var scaleNames = map[string]string{"thousand": "thousand", "k": "thousand", "million": "million", "mn": "million", "m": "million",
	"billion": "billion", "bn": "billion", "b": "billion"}

var scaleFactors = map[string]int64{"": 1, "thousand": 1e3, "million": 1e6, "billion": 1e9}

// readFigure reads a string that is a figure and nothing else.
func readFigure(s string) (figure, bool) {
	m := figurePattern.FindStringSubmatch(strings.TrimSuffix(strings.TrimSpace(s), "."))
	if m == nil || (m[3] == "(") != (m[9] == ")") {
		return figure{}, false
	}
	f := figure{
		negative: m[1] != "" || m[3] == "(" || m[4] != "",
		currency: m[2] + m[5],
		digits:   m[6],
		scale:    scaleNames[strings.ToLower(m[7]+m[10])],
		percent:  m[8] != "" || m[11] != "",
	}
	if strings.HasPrefix(f.digits, ".") {
		f.digits = "0" + f.digits
	}
	if (m[7]+m[10] != "" && f.scale == "") || (m[2] != "" && m[5] != "") {
		return figure{}, false
	}
	return f, true
}

// magnitude is the figure as a plain decimal with its scale applied.
func (f figure) magnitude() string {
	r, ok := new(big.Rat).SetString(strings.ReplaceAll(f.digits, ",", ""))
	if !ok {
		return ""
	}
	r.Mul(r, big.NewRat(scaleFactors[f.scale], 1))
	if f.negative {
		r.Neg(r)
	}
	s := r.FloatString(12) // the digits are decimal, so this is exact for any figure in print
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// text is the figure as a person writes it: -$1,212 million.
func (f figure) text() string {
	var b strings.Builder
	if f.negative {
		b.WriteByte('-')
	}
	b.WriteString(f.currency)
	if len(f.currency) == 3 && f.currency[2] >= 'A' && f.currency[2] <= 'Z' {
		b.WriteByte(' ')
	}
	b.WriteString(f.digits)
	if f.scale != "" {
		b.WriteString(" " + f.scale)
	}
	if f.percent {
		b.WriteByte('%')
	}
	return b.String()
}

func (f figure) kind() value.Kind {
	switch {
	case f.percent:
		return value.Percent
	case f.currency != "":
		return value.Money
	}
	return value.Number
}

// answer gives the figure as ground truth; scaled says that the scale was stated apart from the figure, so that the magnitude is
// written down too.
func (f figure) answer(scaled bool) Answer {
	a := Answer{Kind: f.kind(), Text: f.text()}
	if scaled {
		a.Number = f.magnitude()
	}
	return a
}

// grouped gives the figure with commas between its thousands.
func (f figure) grouped() figure {
	whole, frac, decimal := strings.Cut(strings.ReplaceAll(f.digits, ",", ""), ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if f.digits = whole; decimal {
		f.digits += "." + frac
	}
	return f
}

// trimmed drops the zeros at the end of the decimals, which say nothing where a program wrote them: 1616.00 becomes 1616.
func (f figure) trimmed() figure {
	if strings.Contains(f.digits, ".") {
		f.digits = strings.TrimSuffix(strings.TrimRight(f.digits, "0"), ".")
	}
	return f
}

// readDate reads a date that is written in English and nothing else, at its grain, and gives it in ISO form.
func readDate(s string) (string, bool) {
	s = strings.TrimSuffix(strings.TrimSpace(s), ".")
	if yearPattern.MatchString(s) {
		return s, true
	}
	for _, layout := range []struct{ read, write string }{
		{"January 2, 2006", isoDay}, {"Jan 2, 2006", isoDay}, {"2 January 2006", isoDay}, {"2 Jan 2006", isoDay},
		{isoDay, isoDay}, {"January 2006", "2006-01"}, {"Jan 2006", "2006-01"},
	} {
		if t, err := time.Parse(layout.read, s); err == nil {
			return t.Format(layout.write), true
		}
	}
	return "", false
}

// rounds says whether x, written with the figure's digits, could be the figure.
func (f figure) rounds(x float64) bool {
	want, err := strconv.ParseFloat(f.magnitude(), 64)
	if err != nil {
		return false
	}
	return math.Abs(x-want) <= f.step()/2*(1+1e-9)
}

// step is the weight of the last digit that is written.
func (f figure) step() float64 {
	_, frac, _ := strings.Cut(f.digits, ".")
	return math.Pow10(-len(frac)) * float64(scaleFactors[f.scale])
}
