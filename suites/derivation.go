package suites

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/viva-eval/viva/internal/value"
)

// maxDerivation bounds the length of a derivation in bytes, and with it the depth and cost of reading one.
const maxDerivation = 1000

// Derived is the outcome of a derivation: its value and what it was computed from.
type Derived struct {
	Value    value.Value // Number, Date (to the day), Duration (in days, between two dates) or Bool
	Operands []Operand   // in order of writing
}

// Operand is a number or a date that a derivation starts from.
type Operand struct {
	Text    string    // as written
	Num     float64   // zero for dates
	Date    time.Time // zero for numbers
	Divisor bool      // stands directly after /
}

// Derive evaluates a derivation. Three forms exist:
//
//	1250 * 12 - (94.5 + 71) / 2        plain decimals, + - * / and brackets; the result is exact until it is a float64
//	12 * 40 > 450                      the same with one of < <= = >= > : a yes or a no
//	2026-01-31 + 1 month - 3 days      a date and spans of days, weeks, months or years; or two dates, whose difference is in days
//
// Adding months to a day that the target month does not have gives that month's last day, as contracts count it.
func Derive(expr string) (Derived, error) {
	if len(expr) > maxDerivation {
		return Derived{}, fmt.Errorf("derive: longer than %d characters", maxDerivation)
	}
	p := &derivation{rest: strings.TrimSpace(expr)}
	var d Derived
	var err error
	if leadingDate.MatchString(p.rest) {
		d, err = p.dates()
	} else {
		d, err = p.comparison()
	}
	if err != nil {
		return Derived{}, fmt.Errorf("derive %q: %w", expr, err)
	}
	return d, nil
}

func checkDerivation(s string) error {
	_, err := Derive(s)
	return err
}

var (
	leadingDate   = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}`)
	leadingNumber = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?`)
	leadingSpan   = regexp.MustCompile(`^([0-9]{1,5})\s*(day|week|month|year)s?\b`)
	leadingOrder  = regexp.MustCompile(`^(<=|>=|<|>|=)`)
)

type derivation struct {
	rest     string
	operands []Operand
	divisor  bool // the next operand stands after /
}

func (p *derivation) skip(n int) { p.rest = strings.TrimSpace(p.rest[n:]) }

// sign takes one of the given operator bytes, or returns 0.
func (p *derivation) sign(ops string) byte {
	if p.rest == "" || !strings.Contains(ops, p.rest[:1]) {
		return 0
	}
	op := p.rest[0]
	p.skip(1)
	return op
}

func (p *derivation) unexpected() error {
	if p.rest == "" {
		return errors.New("ends too early: a number is missing")
	}
	return fmt.Errorf("cannot read %q: write plain decimals without grouping, + - * / and brackets, or YYYY-MM-DD + N days, months or years", p.rest)
}

func (p *derivation) comparison() (Derived, error) {
	left, err := p.sum()
	if err != nil {
		return Derived{}, err
	}
	v := value.Value{Kind: value.Number}
	v.Num, _ = left.Float64()
	if op := leadingOrder.FindString(p.rest); op != "" {
		p.skip(len(op))
		right, err := p.sum()
		if err != nil {
			return Derived{}, err
		}
		c := left.Cmp(right)
		v = value.Value{Kind: value.Bool}
		switch op {
		case "<":
			v.Bool = c < 0
		case "<=":
			v.Bool = c <= 0
		case "=":
			v.Bool = c == 0
		case ">=":
			v.Bool = c >= 0
		case ">":
			v.Bool = c > 0
		}
	}
	if p.rest != "" {
		return Derived{}, p.unexpected()
	}
	return Derived{v, p.operands}, nil
}

func (p *derivation) sum() (*big.Rat, error) {
	total, err := p.product()
	for err == nil {
		op := p.sign("+-")
		if op == 0 {
			break
		}
		var next *big.Rat
		if next, err = p.product(); err != nil {
			break
		}
		if op == '-' {
			next.Neg(next)
		}
		total.Add(total, next)
	}
	return total, err
}

func (p *derivation) product() (*big.Rat, error) {
	total, err := p.factor()
	for err == nil {
		op := p.sign("*/")
		if op == 0 {
			break
		}
		p.divisor = op == '/'
		var next *big.Rat
		if next, err = p.factor(); err != nil {
			break
		}
		switch {
		case op == '*':
			total.Mul(total, next)
		case next.Sign() == 0:
			err = errors.New("divides by zero")
		default:
			total.Quo(total, next)
		}
	}
	return total, err
}

func (p *derivation) factor() (*big.Rat, error) {
	switch p.sign("-(") {
	case '-':
		f, err := p.factor()
		if err != nil {
			return nil, err
		}
		return f.Neg(f), nil
	case '(':
		p.divisor = false
		inner, err := p.sum()
		if err != nil {
			return nil, err
		}
		if p.sign(")") == 0 {
			return nil, errors.New("a bracket is not closed")
		}
		return inner, nil
	}
	digits := leadingNumber.FindString(p.rest)
	r, ok := new(big.Rat).SetString(digits)
	if !ok {
		return nil, p.unexpected()
	}
	num, _ := r.Float64()
	p.operands = append(p.operands, Operand{Text: digits, Num: num, Divisor: p.divisor})
	p.divisor = false
	p.skip(len(digits))
	return r, nil
}

func (p *derivation) date() (time.Time, error) {
	written := leadingDate.FindString(p.rest)
	day, err := parseDay(written)
	if err != nil {
		return time.Time{}, err
	}
	p.operands = append(p.operands, Operand{Text: written, Date: day})
	p.skip(len(written))
	return day, nil
}

func (p *derivation) dates() (Derived, error) {
	day, err := p.date()
	if err != nil {
		return Derived{}, err
	}
	for p.rest != "" {
		op := p.sign("+-")
		if op == 0 {
			return Derived{}, p.unexpected()
		}
		if op == '-' && leadingDate.MatchString(p.rest) {
			other, err := p.date()
			if err != nil {
				return Derived{}, err
			}
			if p.rest != "" {
				return Derived{}, p.unexpected()
			}
			days := day.Sub(other).Hours() / 24 // both are midnights in UTC
			return Derived{value.Value{Kind: value.Duration, Num: days, Unit: "day"}, p.operands}, nil
		}
		m := leadingSpan.FindStringSubmatch(p.rest)
		if m == nil {
			return Derived{}, p.unexpected()
		}
		n, err := strconv.Atoi(m[1])
		if err != nil {
			return Derived{}, err
		}
		p.operands = append(p.operands, Operand{Text: m[1], Num: float64(n)})
		p.skip(len(m[0]))
		if op == '-' {
			n = -n
		}
		switch m[2] {
		case "day":
			day = day.AddDate(0, 0, n)
		case "week":
			day = day.AddDate(0, 0, 7*n)
		case "month":
			day = addMonths(day, n)
		case "year":
			day = addMonths(day, 12*n)
		}
	}
	return Derived{value.Value{Kind: value.Date, Date: day, Grain: value.Day}, p.operands}, nil
}

// addMonths keeps the day of the month, or takes the last day where the month is shorter.
func addMonths(day time.Time, n int) time.Time {
	first := time.Date(day.Year(), day.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(day.Day(), last)-1)
}

// outcome writes a derived value as a person would.
func outcome(v value.Value) string {
	switch v.Kind {
	case value.Date:
		return v.Date.Format(isoDay)
	case value.Bool:
		if v.Bool {
			return "yes"
		}
		return "no"
	}
	return strconv.FormatFloat(v.Num, 'f', -1, 64)
}
