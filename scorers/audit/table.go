package audit

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/tw"

	"github.com/viva-eval/viva/scorers"
)

// Table writes a sheet for people: a column for each scorer, a row for each measure, then the candidates by language and by model.
func Table(w io.Writer, s Sheet) error {
	bad := "wrong"
	if s.Truth == Refusal {
		bad = "refusals"
	}
	fmt.Fprintf(w, "%s: %d rows in %d groups, %s %s", s.File, s.Rows, s.Groups, cellOf(s.Prevalence), bad)
	if s.Outside > 0 {
		fmt.Fprintf(w, "; %d rows without a label stay outside", s.Outside)
	}
	fmt.Fprintln(w)
	t := tablewriter.NewTable(w, tablewriter.WithHeaderAutoFormat(tw.Off), tablewriter.WithRowAlignment(tw.AlignLeft))
	header, rows := []any{""}, make([][]any, 0, int(measures)+4)
	var idle []string
	s.Lines = slices.DeleteFunc(slices.Clone(s.Lines), func(l Line) bool {
		if l.Baseline && l.Decided == 0 {
			idle = append(idle, l.Scorer)
			return true
		}
		header = append(header, l.Scorer)
		return false
	})
	if len(idle) > 0 && s.Rows > 0 {
		fmt.Fprintf(w, "no row has a gold answer, so that %s decide nothing\n", strings.Join(idle, ", "))
	}
	t.Header(header...)
	line := func(name string, cell func(Line) string) {
		row := []any{name}
		for _, l := range s.Lines {
			row = append(row, cell(l))
		}
		rows = append(rows, row)
	}
	for m := range measures {
		if m == Overlap && !s.spanned() {
			continue
		}
		line(m.String(), func(l Line) string { return cellOf(l.Figures[m]) })
	}
	for v := range len(s.Lines[0].Verdicts) {
		verdict := scorers.Verdict(v)
		line(verdict.String(), func(l Line) string {
			if l.Verdicts[v] == 0 {
				return "0"
			}
			return fmt.Sprintf("%d, %s %s", l.Verdicts[v], share(l.Bad[v], l.Verdicts[v]), bad)
		})
	}
	for _, row := range rows {
		if err := t.Append(row...); err != nil {
			return err
		}
	}
	if err := t.Render(); err != nil {
		return err
	}
	return sliceTable(w, s.Slices)
}

func (s Sheet) spanned() bool {
	for _, l := range s.Lines {
		if !l.Baseline && !math.IsNaN(l.Figures[Overlap].Value) {
			return true
		}
	}
	return false
}

// sliceTable writes the candidates by language and model, and says how many slices are too small to tell of.
func sliceTable(w io.Writer, parts []Slice) error {
	if len(parts) == 0 {
		return nil
	}
	t := tablewriter.NewTable(w, tablewriter.WithHeaderAutoFormat(tw.Off), tablewriter.WithRowAlignment(tw.AlignLeft))
	shown := []Measure{Coverage, Passed, PrecisionPass, PrecisionFail, Accuracy, Kappa, KappaAll}
	header := []any{"scorer", "by", "", "rows"}
	for _, m := range shown {
		header = append(header, m.String())
	}
	t.Header(header...)
	small, smallRows, told := 0, 0, 0
	for _, s := range parts {
		if s.Rows < sliceRows {
			small++
			smallRows += s.Rows
			continue
		}
		told++
		row := []any{s.Scorer, s.Field, orDash(s.Value), strconv.Itoa(s.Rows)}
		for _, m := range shown {
			f := s.Figures[m]
			if m != Kappa && m != KappaAll && m != PrecisionPass {
				f.Low, f.High = math.NaN(), math.NaN()
			}
			row = append(row, cellOf(f))
		}
		if err := t.Append(row...); err != nil {
			return err
		}
	}
	if told > 0 {
		if err := t.Render(); err != nil {
			return err
		}
	}
	if small > 0 {
		fmt.Fprintf(w, "%d slices of fewer than %d rows, %d rows in all, are not told apart\n", small, sliceRows, smallRows)
	}
	return nil
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// cellOf writes a figure to three places with its interval; – stands for what is undefined.
func cellOf(f Figure) string {
	if math.IsNaN(f.Value) {
		return "–"
	}
	if math.IsNaN(f.Low) || math.IsNaN(f.High) {
		return places(f.Value)
	}
	return places(f.Value) + " [" + places(f.Low) + ", " + places(f.High) + "]"
}

func places(x float64) string {
	s := strconv.FormatFloat(x, 'f', 3, 64)
	if s == "-0.000" {
		s = "0.000"
	}
	return strings.Replace(s, "0.", ".", 1)
}

func share(n, of int) string { return places(float64(n) / float64(of)) }
