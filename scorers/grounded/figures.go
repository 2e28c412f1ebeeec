package grounded

import (
	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/internal/value"
)

// figures are the typed values of a source: numbers, money, percentages, dates, durations, identifiers.
type figures struct {
	values []value.Value
	nums   map[float64]bool // their magnitudes
	counts map[float64]bool // lengths of lists: "three reviews"
}

func (f *figures) add(ms []value.Mention) {
	if f.nums == nil {
		f.nums = make(map[float64]bool)
	}
	for i := range ms {
		if typed(ms[i].Kind) {
			f.values = append(f.values, ms[i].Value)
			if ms[i].Num != 0 {
				f.nums[ms[i].Num] = true
			}
		}
	}
}

func (f *figures) count(lengths []int) {
	if f.counts == nil {
		f.counts = make(map[float64]bool)
	}
	for _, n := range lengths {
		f.counts[float64(n)] = true
	}
}

// typed reports whether a value of the kind can be looked up among figures.
func typed(k value.Kind) bool {
	switch k {
	case value.Number, value.Percent, value.Money, value.Date, value.Duration, value.ID:
		return true
	}
	return false
}

// comparisons bounds how many pairs of values one answer may cost. An answer needs more only when it and its source are lists of
// figures by the thousand; what is beyond is looked up by magnitude alone.
const comparisons = 1 << 18

// holds reports whether the source has the value: one that agrees with it by value.Compare in either direction, so that either may be
// bare of a unit, a date within the period it names, or a list with so many members. A decade or century bears out no part of it,
// and a year no century.
func (f *figures) holds(v value.Value, budget *int) bool {
	if v.Kind == value.Number && f.counts[v.Num] {
		return true
	}
	for i := range f.values {
		if *budget <= 0 {
			return f.nums[v.Num]
		}
		*budget--
		u := f.values[i]
		if v.Grain == value.Century && u.Grain < value.Decade {
			continue // any year lies in one
		}
		if value.Compare(u, v, 0) == value.Match && !(u.Grain >= value.Decade && value.Contains(u, v)) || value.Compare(v, u, 0) == value.Match || value.Contains(v, u) {
			return true
		}
	}
	return false
}

// figures flags the figures, dates and times of day of the answer that neither a passage nor the question holds.
func (e *evidence) figures(src *source, a *answer, lang string) {
	ts := clocks(a.text)
	for _, t := range ts {
		if !e.muted(t.Start) && !src.times.has(t) {
			e.flag(t.Span, Time)
		}
	}
	budget, k := comparisons, 0
	for _, m := range value.Find(a.text, lang) {
		for k < len(ts) && ts[k].End <= m.Start {
			k++
		}
		switch {
		case !typed(m.Kind), e.muted(m.Start):
		case k < len(ts) && ts[k].Start < m.End: // part of a time of day
		case scale(a.text[:m.Start]): // "4 out of 5"
		case src.said[text.Fold(m.Text)], src.figures.holds(m.Value, &budget):
		default:
			e.flag(text.Span{Start: m.Start, End: m.End}, Figure)
		}
	}
}
