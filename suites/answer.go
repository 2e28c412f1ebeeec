package suites

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/viva-eval/viva/internal/value"
)

// Value gives the answer in typed form, as the scorers compare it. lang is the item's language. Number, where given, replaces the
// magnitude that the text spells, and the weight of the last written digit grows with it; Unit stands in where the text has none.
// The members of a set take the kind they are written in: what reads as one figure or date is that, everything else is text.
// An error says what in the text cannot be read as its kind; the zero Answer is an error too.
func (a Answer) Value(lang string) (value.Value, error) {
	switch a.Kind {
	case "":
		return value.Value{}, errors.New("read answer: there is none: the right reply is that it is not known")
	case value.Set:
		v := value.Value{Kind: value.Set, Text: strings.Join(a.Set, ", ")}
		for _, m := range a.Set {
			v.Set = append(v.Set, value.Guess(m, lang))
		}
		if len(v.Set) == 0 {
			return value.Value{}, errors.New("read answer: the set has no members")
		}
		return v, nil
	}
	v, err := value.Parse(a.Kind, a.Text, a.Unit, lang)
	if err != nil {
		return value.Value{}, err
	}
	if a.Number != "" && numeric(a.Kind) {
		n, err := strconv.ParseFloat(a.Number, 64)
		if err != nil {
			return value.Value{}, fmt.Errorf("read number %q: %w", a.Number, err)
		}
		if v.Num != 0 && n != 0 {
			v.Step *= math.Abs(n / v.Num)
		}
		v.Num = n
	}
	return v, nil
}

// with gives the same answer written in another way: an alias.
func (a Answer) with(alias string) Answer {
	a.Text, a.Number, a.Aliases = alias, "", nil
	return a
}
