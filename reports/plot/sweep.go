package plot

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Tick is a place on the horizontal axis of a sweep.
type Tick struct {
	Value float64
	Label string
}

// Sweep draws the share of right and of false answers over the values of a setting. Each line has a point a tick, in the order of rising
// values; a point without a finite value breaks the line. Values that double and double again are best set by their logarithms.
func Sweep(name, title, axis string, logarithmic bool, ticks []Tick, right, wrong []Point) Chart {
	n, drawn := min(len(ticks), len(right), len(wrong)), 0
	for i := range n {
		if finite(ticks[i].Value) && (right[i].defined() || wrong[i].defined()) {
			drawn++
		}
	}
	if drawn < 2 {
		n = 0
	}
	rows := 0
	if n > 0 {
		rows = sweepRows
	}
	return Chart{
		Name: "sweep-" + fileName(name), Title: title, Alt: "Shares of right and of false answers, with 95 % intervals, over " + axis + ".",
		key:   []keyEntry{{"correct, of the answerable", correct, draw.CircleGlyph{}}, {"hallucination, of all", incorrect, draw.BoxGlyph{}}},
		rows:  rows,
		paint: func(a area) { a.sweep(axis, logarithmic, ticks[:n], right, wrong) },
	}
}

// sweepRows is the height of a sweep, in rows.
const sweepRows = 7

func (a area) sweep(axis string, logarithmic bool, ticks []Tick, right, wrong []Point) {
	place := func(v float64) float64 { return v }
	if logarithmic && ticks[0].Value > 0 {
		place = math.Log
	}
	p := plot.New()
	p.TextHandler = a.press.type_
	p.BackgroundColor = nil
	first, last := place(ticks[0].Value), place(ticks[len(ticks)-1].Value)
	margin := (last - first) * .06
	p.X.Min, p.X.Max = first-margin, last+margin
	p.Y.Min, p.Y.Max = 0, 1
	p.X.Tick.Label = a.press.style(smallSize, faint, alignCentre, alignTop)
	p.Y.Tick.Label = a.press.style(smallSize, faint, alignRight, alignMiddle-descent/(ascent+descent))
	p.X.Tick.Length, p.X.LineStyle.Width, p.X.Padding = 0, 0, 4
	p.Y.Tick.Length, p.Y.LineStyle.Width, p.Y.Padding = 0, 0, 6
	p.X.Label.Text, p.X.Label.Padding = axis, 4
	p.X.Label.TextStyle = a.press.style(smallSize, ink, alignCentre, text.YBottom)
	s := percentScale(1)
	p.Y.Tick.Marker = plot.ConstantTicks(s.ticks)
	var marks plot.ConstantTicks
	free, width := math.Inf(-1), float64(a.canvas.Max.X-a.canvas.Min.X-60)
	for _, t := range ticks {
		at := (place(t.Value) - p.X.Min) / (p.X.Max - p.X.Min) * width
		half := a.press.type_.line(t.Label).advance * float64(smallSize) / 2
		label := t.Label
		if at-half < free { // it would run into the one before
			label = ""
		} else {
			free = at + half + 4
		}
		marks = append(marks, plot.Tick{Value: place(t.Value), Label: label})
	}
	p.X.Tick.Marker = marks
	p.Draw(a.canvas)
	data := p.DataCanvas(a.canvas)
	x, y := p.Transforms(&data)
	for _, t := range s.ticks {
		line := draw.LineStyle{Color: rule, Width: .75}
		if t.Value == 0 {
			line.Color, line.Width = faint, 1
		}
		data.StrokeLine2(line, data.Min.X, y(t.Value), data.Max.X, y(t.Value))
	}
	for side, series := range [][]Point{wrong, right} { // the right ones on top
		clr, mark, shift := incorrect, draw.GlyphDrawer(draw.BoxGlyph{}), vg.Length(2)
		if side == 1 {
			clr, mark, shift = correct, draw.CircleGlyph{}, -2
		}
		at := func(i int, v float64) vg.Point {
			if !finite(v) {
				return vg.Point{X: vg.Length(math.NaN())}
			}
			return vg.Point{X: x(place(ticks[i].Value)) + shift, Y: y(min(max(v, 0), 1))}
		}
		for i := range ticks {
			v := series[i].Value + series[i].debt()/2
			if i > 0 {
				stroke(data, at(i-1, series[i-1].Value+series[i-1].debt()/2), at(i, v), clr)
			}
			low, high := at(i, series[i].Low), at(i, series[i].High)
			hairline(data, low, high, clr)
			for _, end := range []vg.Point{low, high} {
				hairline(data, end.Add(vg.Point{X: -3}), end.Add(vg.Point{X: 3}), clr)
			}
		}
		for i := range ticks {
			if !series[i].Blind {
				dot(data, at(i, series[i].Value+series[i].debt()/2), mark, clr, 3.4)
			}
		}
	}
}
