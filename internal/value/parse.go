package value

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/viva-eval/viva/internal/text"
)

// Parse reads ground truth of a stated kind from s. It is strict: the whole of s must be one value of that kind. unit is the
// canonical unit or ISO 4217 code where s does not spell one; where both do, they must agree. A number may be followed by the
// name of what is counted ("1,250 units"). The members of a set stand between semicolons. Errors say what is wrong with s.
func Parse(kind Kind, s, unit, lang string) (Value, error) {
	trimmed := strings.TrimSpace(s)
	if trimmed == "" {
		return Value{}, fmt.Errorf("parse %s: empty text", kind)
	}
	var v Value
	var err error
	switch kind {
	case Text:
		v = Value{Kind: Text, Text: text.Normalize(trimmed)}
	case ID:
		id := canonicalID(trimmed)
		if id == "" {
			return Value{}, fmt.Errorf("parse id %q: nothing but separators", s)
		}
		v = Value{Kind: ID, Text: id}
	case Bool:
		v, err = parseBool(trimmed, lang)
	case Set:
		v = Value{Kind: Set}
		for m := range strings.SplitSeq(trimmed, ";") {
			if m = strings.TrimSpace(m); m != "" {
				v.Set = append(v.Set, Guess(m, lang))
			}
		}
		if len(v.Set) == 0 {
			err = errors.New("no members")
		}
	case Number, Percent, Money, Date, Duration:
		v, err = parseTyped(kind, trimmed, unit, lang)
	default:
		return Value{}, fmt.Errorf("parse %q: unknown kind %q", s, kind)
	}
	if err != nil {
		return Value{}, fmt.Errorf("parse %s %q: %w", kind, s, err)
	}
	return v, nil
}

// Guess types a text by what it is: the one value that fills it, or a Text.
func Guess(s, lang string) Value {
	s = strings.TrimSpace(s)
	ms := Find(s, lang)
	if len(ms) == 1 && ms[0].Start == 0 && ms[0].End == len(s) {
		return ms[0].Value
	}
	return Value{Kind: Text, Text: text.Normalize(s)}
}

func parseBool(s, lang string) (Value, error) {
	for _, m := range Find(s, lang) {
		if m.Kind == Bool && m.Start == 0 && rest(s[m.End:]) == "" {
			return Value{Kind: Bool, Bool: m.Bool, Text: s}, nil
		}
	}
	return Value{}, errors.New(`want "yes" or "no"`)
}

// rest is what follows a value but for closing marks.
func rest(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '.' || r == '。' || r == '।' || r == ')' })
}

func parseTyped(kind Kind, s, unit, lang string) (Value, error) {
	ms := Find(s, lang)
	if len(ms) == 0 {
		ms = whole(s, lang)
	}
	if len(ms) == 0 {
		return Value{}, fmt.Errorf("no %s in it", kind)
	}
	m := ms[0]
	before, after := strings.TrimSpace(s[:m.Start]), rest(s[m.End:])
	if len(ms) > 1 {
		return Value{}, fmt.Errorf("more than one value: %q and %q", m.Text, ms[1].Text)
	}
	if before != "" && m.Bound == Exact {
		return Value{}, fmt.Errorf("%q before the value", before)
	}
	v := m.Value
	v.Text = s
	if v.Kind == Date && v.Num != 0 && kind != Date { // a bare year is a number where one is wanted
		v = Value{Kind: Number, Num: v.Num, Step: 1, Text: s}
	}
	if after != "" && v.Bound == Exact && !(kind == Number && noun(after)) {
		return Value{}, fmt.Errorf("%q behind the value", after)
	}
	switch kind {
	case Date:
		if v.Kind != Date {
			return Value{}, fmt.Errorf("it is a %s; write dates as 2026-03-31, 2026-03 or 2026", v.Kind)
		}
		v.Num, v.Step = 0, 0
		if !v.Alt.IsZero() {
			return Value{}, errors.New("day and month cannot be told apart; write it as 2026-03-31")
		}
		return v, nil
	case Percent:
		if v.Kind == Number && v.Unit == "" {
			v.Kind = Percent
		}
		if v.Kind != Percent {
			return Value{}, fmt.Errorf("it is a %s, no per cent figure", describe(v))
		}
		return v, nil
	case Money:
		if v.Kind == Number && v.Unit == "" {
			v.Kind, v.Unit = Money, strings.ToUpper(unit)
		}
		if v.Kind != Money {
			return Value{}, fmt.Errorf("it is a %s, no sum of money", describe(v))
		}
		if unit != "" && !strings.EqualFold(unit, v.Unit) {
			if !sameCurrency(v.Unit, strings.ToUpper(unit)) {
				return Value{}, fmt.Errorf("it says %s and the unit says %s", v.Unit, unit)
			}
			v.Unit = strings.ToUpper(unit)
		}
		return v, nil
	}
	// Number and Duration
	if v.Kind != Number && v.Kind != Duration {
		return Value{}, fmt.Errorf("it is a %s", describe(v))
	}
	u, err := unitNamed(unit, lang)
	if err != nil && kind == Duration {
		return Value{}, err
	}
	switch {
	case unit == "":
	case v.Unit == "":
		v.Unit = unit
		if u != nil {
			v.Unit = u.name
		}
	case u != nil && units[v.Unit] != nil && u.dim != units[v.Unit].dim:
		return Value{}, fmt.Errorf("it says %s and the unit says %s", v.Unit, unit)
	}
	if kind == Duration && !span(v.Unit) {
		return Value{}, errors.New("no span of time; write it as 36 months or 4 hours")
	}
	v.Kind = kind
	return v, nil
}

// whole reads s as one figure where free text would be more careful: "one", 万, a lone 三.
func whole(s, lang string) []Mention {
	rd := reader{s: s, lang: lang}
	rd.lex()
	if len(rd.toks) == 0 {
		return nil
	}
	f, ok := rd.figure(0)
	if !ok || f.next != len(rd.toks) {
		return nil
	}
	return []Mention{{Value: Value{Kind: Number, Num: f.num, Step: f.step, Scaled: f.scaled, Text: s}, End: len(s)}}
}

// unitNamed looks a unit up by its canonical name or one of its words; nil for an empty name.
func unitNamed(name, lang string) (*unit, error) {
	if name == "" {
		return nil, nil
	}
	if u := units[name]; u != nil {
		return u, nil
	}
	rd := reader{s: "1 " + name, lang: lang}
	rd.lex()
	v := Value{Kind: Number}
	if j, ok := rd.suffix(&v, 1, figure{}); ok && j == len(rd.toks) {
		return units[v.Unit], nil
	}
	return nil, fmt.Errorf("unknown unit %q", name)
}

// IsUnit reports whether name is a unit of the closed table, or one of its words in the language.
func IsUnit(name, lang string) bool {
	u, err := unitNamed(name, lang)
	return err == nil && u != nil
}

func span(name string) bool {
	u := units[name]
	return u != nil && (u.dim == timeDim || u.dim == monthDim || u.dim == workDim)
}

// noun reports whether s can name what a number counts: words only.
func noun(s string) bool {
	return len(s) < 64 && !strings.ContainsFunc(s, func(r rune) bool {
		return !(unicode.IsLetter(r) || unicode.IsMark(r) || r == ' ' || r == '-' || r == '\'' || r == '/' || r == '(' || r == ')')
	})
}

func describe(v Value) string {
	if v.Unit == "" {
		return string(v.Kind)
	}
	return string(v.Kind) + " in " + v.Unit
}
