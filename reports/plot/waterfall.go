package plot

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Step is one loss of a waterfall: N answers, a Share of all, of which False is the part (again of all) that gave something false.
type Step struct {
	Label        string
	N            int
	Share, False float64
}

// Waterfall draws what is lost on the way from all n questions to those answered right, one row a step. The name makes that of its file.
func Waterfall(name, arm string, n int, steps []Step, right Step) Chart {
	labels := []row{{"answerable questions", fmt.Sprintf("%d", n)}}
	falls := false
	for _, s := range steps {
		falls = falls || s.Share > 0 && s.Share > s.False+1e-9
		labels = append(labels, row{s.Label, figureOf(s)})
	}
	labels = append(labels, row{"answered right", figureOf(right)})
	key := []keyEntry{{"something false said", incorrect, nil}}
	if falls {
		key = append(key, keyEntry{"silent, or half right", abstained, nil})
	}
	rows := len(labels)
	if n == 0 {
		rows = 0
	}
	return Chart{
		Name: "waterfall-" + fileName(name), Title: "Where answers were lost: " + arm,
		Alt: "What is lost, cause by cause, between all answerable questions and those answered right.",
		key: key, head: "% (answers)", right: true, rows: rows,
		paint: func(a area) {
			data, at := a.rows(labels, percentScale(1))
			levels := []float64{1}
			for _, s := range steps {
				level := levels[len(levels)-1]
				if finite(s.Share) {
					level -= s.Share
				}
				levels = append(levels, level)
			}
			for i, level := range levels {
				hairline(data, at(level, i).Add(vg.Point{Y: -8}), at(level, i+1).Add(vg.Point{Y: 8}), faint)
			}
			bar(data, at(0, 0), at(1, 0), 16, unscored)
			for i, s := range steps {
				if s.N == 0 { // the line runs on
					hairline(data, at(levels[i], i+1).Add(vg.Point{Y: 8}), at(levels[i], i+1).Add(vg.Point{Y: -8}), faint)
				}
				from, to := levels[i+1], levels[i]
				said := at(min(from+s.False, to), i+1)
				bar(data, at(from, i+1), said, 16, incorrect)
				bar(data, said, at(to, i+1), 16, abstained)
			}
			bar(data, at(0, rows-1), at(right.Share, rows-1), 16, correct)
		},
	}
}

func figureOf(s Step) string {
	if !finite(s.Share) {
		return "–"
	}
	return fmt.Sprintf("%.1f (%d)", s.Share*100, s.N)
}

// hairline draws a thin line between two points; none if one of them is not finite.
func hairline(c draw.Canvas, from, to vg.Point, clr color.Color) {
	if drawable(from, to) {
		c.StrokeLine2(draw.LineStyle{Color: clr, Width: .75}, from.X, from.Y, to.X, to.Y)
	}
}

// fileName keeps of a name what may stand in a file's.
func fileName(s string) string {
	out := []rune(s)
	for i, c := range out {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '.', c == '=', c == '_':
		case c == ':':
			out[i] = ','
		default:
			out[i] = '_'
		}
	}
	return string(out[:min(len(out), 80)])
}
