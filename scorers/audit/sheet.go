package audit

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/viva-eval/viva/scorers"
)

// Sheet is the result of one file, or of one slice of it: one line for each candidate, then one for each baseline.
type Sheet struct {
	File       string // with "#field=value" behind it for a slice
	Truth      Truth
	Rows       int // with a label; what every figure is about
	Outside    int // without one
	Groups     int // sources, by which the intervals are clustered
	Prevalence Figure
	Lines      []Line
	Slices     []Slice
}

// Line is one scorer on one sheet.
type Line struct {
	Scorer   string
	File     string
	Baseline bool
	Rows     int
	Decided  int
	Figures  [measures]Figure
	// Verdicts counts the rows by verdict, and Bad those of them that people call bad.
	Verdicts, Bad [scorers.Abstained + 1]int
}

// MarshalJSON writes scorer, file, rows, decided and one object for each measure.
func (l Line) MarshalJSON() ([]byte, error) {
	out := orderedObject{{"scorer", l.Scorer}, {"file", l.File}, {"rows", l.Rows}, {"decided", l.Decided}}
	for m := range measures {
		if m.key() == "" || m == Overlap && orNull(l.Figures[m].Value) == nil {
			continue
		}
		out = append(out, member{m.key(), l.Figures[m]})
	}
	return out.MarshalJSON()
}

type member struct {
	key   string
	value any
}

// orderedObject is a JSON object whose keys keep their order.
type orderedObject []member

func (o orderedObject) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, m := range o {
		if i > 0 {
			b = append(b, ',')
		}
		key, err := json.Marshal(m.key)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		b = append(append(append(b, key...), ':'), value...)
	}
	return append(b, '}'), nil
}

// Slice is one candidate on the rows of one language or model.
type Slice struct {
	Scorer  string
	Field   string // lang or model
	Value   string
	Rows    int
	Figures [measures]Figure
}

// sliceRows is the least number of rows of which a slice is told. Of fewer, an interval says nothing.
const sliceRows = 30

// sheetOf sums up entries.
func sheetOf(title string, entries []*entry, plan Plan) Sheet {
	sheet := Sheet{File: title, Truth: plan.Truth}
	var in []*entry
	for _, e := range entries {
		if e.outside {
			sheet.Outside++
			continue
		}
		in = append(in, e)
	}
	sheet.Rows = len(in)
	names := baselineNames(plan.Truth)
	candidates := len(plan.Candidates)
	for i, m := range priors(in, plan.Truth) {
		in[i].marks = append(in[i].marks, m)
		if plan.Truth == Wrong {
			contains := in[i].marks[candidates+containsAt]
			in[i].fallback = contains.flag || !contains.decided // no gold is contained
		}
	}
	draws := cmp.Or(plan.Draws, DefaultDraws)
	group, n := groups(in)
	sheet.Groups = n
	weights := resamples(n, draws)
	for k := range candidates + len(names) {
		name := ""
		if k < candidates {
			name = plan.Candidates[k].Scorer.Name()
		} else {
			name = names[k-candidates]
		}
		line := Line{Scorer: name, File: title, Baseline: k >= candidates, Rows: len(in)}
		marks := column(in, k)
		for i, m := range marks {
			if m.decided {
				line.Decided++
			}
			line.Verdicts[m.verdict]++
			if in[i].bad {
				line.Bad[m.verdict]++
			}
		}
		line.Figures = newSample(in, marks, overlapOf(in, name, k, candidates), group, n).measure(weights)
		sheet.Lines = append(sheet.Lines, line)
		if name == AlwaysFlag {
			sheet.Prevalence = line.Figures[Accuracy]
		}
	}
	for k, c := range plan.Candidates {
		for _, field := range []string{"lang", "model"} {
			sheet.Slices = append(sheet.Slices, slicesOf(in, k, c.Scorer.Name(), field, draws)...)
		}
	}
	return sheet
}

// column gives the k-th marks of entries.
func column(entries []*entry, k int) []mark {
	out := make([]mark, len(entries))
	for i, e := range entries {
		out[i] = e.marks[k]
	}
	return out
}

// overlapOf gives the overlaps of a candidate. Among the baselines, always-flag marks the whole answer.
func overlapOf(entries []*entry, name string, k, candidates int) []float64 {
	if k >= candidates {
		if name != AlwaysFlag {
			return nil
		}
		k = candidates
	}
	out := make([]float64, len(entries))
	for i, e := range entries {
		out[i] = e.overlap[k]
	}
	return out
}

// groups numbers the groups of entries. A row without a group stands alone.
func groups(entries []*entry) (group []int32, n int) {
	number := map[string]int32{}
	group = make([]int32, len(entries))
	for i, e := range entries {
		g, ok := number[e.row.Group]
		if e.row.Group == "" || !ok {
			g = int32(n)
			n++
			number[e.row.Group] = g
		}
		group[i] = g
	}
	return group, n
}

// slicesOf tells how a candidate does by a field, the largest slices first. A field with one value alone tells nothing new.
func slicesOf(entries []*entry, k int, scorer, field string, draws int) []Slice {
	by := map[string][]*entry{}
	for _, e := range entries {
		v := e.row.Lang
		if field == "model" {
			v = e.row.Model
		}
		by[v] = append(by[v], e)
	}
	if len(by) < 2 {
		return nil
	}
	var out []Slice
	for v, rows := range by {
		s := Slice{Scorer: scorer, Field: field, Value: v, Rows: len(rows)}
		if len(rows) >= sliceRows {
			group, n := groups(rows)
			s.Figures = newSample(rows, column(rows, k), nil, group, n).measure(resamples(n, draws))
		}
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b Slice) int { return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Value, b.Value)) })
	return out
}
