package plot

import (
	"fmt"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// axis is one direction of a chart of curves. The zero axis spans nothing and is not drawn.
type axis struct {
	title    string
	log      bool
	min, max float64
	ticks    []plot.Tick
}

// place is where a value lies on the axis, 0 at its beginning and 1 at its end, NaN for what is no number. Values beyond lie at its ends.
func (x axis) place(v float64) float64 {
	if !finite(v) {
		return math.NaN()
	}
	low, high := x.min, x.max
	if x.log {
		v, low, high = math.Log(max(v, x.min)), math.Log(low), math.Log(high)
	}
	return min(max((v-low)/(high-low), 0), 1)
}

// over makes an axis that holds the values. A logarithmic one is linear all the same where a value is not above 0, or where the values span less
// than a factor of three. A linear one begins at 0.
func over(title string, values []float64, log bool, write func(float64) string) axis {
	low, high, any := math.Inf(1), 0.0, false
	for _, v := range values {
		if finite(v) {
			low, high, any = min(low, v), max(high, v), true
		}
	}
	if !any {
		low, high = 0, 1
	}
	if log && low > 1e-12 && high/low >= 3 {
		return logarithmic(title, low, high, write)
	}
	return linear(title, high*1.05, write) // room for a mark and its label
}

// linear runs from 0 to the highest value in three to six round steps.
func linear(title string, highest float64, write func(float64) string) axis {
	top := max(highest, 1e-9)
	step := math.Pow(10, math.Floor(math.Log10(top/4)))
	for _, m := range []float64{1, 2, 2.5, 5, 10} {
		if step*m*5 >= top*.999 {
			step *= m
			break
		}
	}
	x := axis{title: title, max: math.Ceil(top/step-1e-6) * step}
	for i := range 1 + int(math.Round(x.max/step)) {
		v := float64(i) * step
		label := "0"
		if i > 0 {
			label = write(v)
		}
		x.ticks = append(x.ticks, plot.Tick{Value: v, Label: label})
	}
	return x
}

// logarithmic runs from the round figure below the lowest value to that above the highest, and marks 1, 2 and 5 of each decade, or 1 alone where
// there are many decades.
func logarithmic(title string, low, high float64, write func(float64) string) axis {
	digits := []float64{1, 2, 5}
	if math.Log10(high/low) > 3 {
		digits = []float64{1}
	}
	var marks []float64
	for decade := math.Floor(math.Log10(low)) - 1; decade <= math.Ceil(math.Log10(high))+1; decade++ {
		for _, d := range digits {
			marks = append(marks, d*math.Pow(10, decade))
		}
	}
	x := axis{title: title, log: true, min: low, max: high}
	for _, m := range marks {
		if m <= low*1.0001 {
			x.min = m
		}
	}
	for i := len(marks) - 1; i >= 0; i-- {
		if marks[i] >= high*.9999 {
			x.max = marks[i]
		}
	}
	for _, m := range marks {
		if m >= x.min*.9999 && m <= x.max*1.0001 {
			x.ticks = append(x.ticks, plot.Tick{Value: m, Label: write(m)})
		}
	}
	return x
}

// brief writes a figure with up to three digits and k, M for thousands and millions.
func brief(v float64) string {
	switch abs := math.Abs(v); {
	case abs >= 1e6:
		return strconv.FormatFloat(v/1e6, 'g', 3, 64) + "M"
	case abs >= 1e4:
		return strconv.FormatFloat(v/1e3, 'g', 3, 64) + "k"
	case abs >= 1e3:
		return strconv.FormatFloat(v, 'f', 0, 64)
	default:
		return strconv.FormatFloat(v, 'g', 3, 64)
	}
}

// span writes milliseconds in the unit that suits them.
func span(ms float64) string {
	switch {
	case ms >= 60_000*10:
		return brief(ms/60_000) + " min"
	case ms >= 1000:
		return brief(ms/1000) + " s"
	case ms < .1 && ms > 0:
		return brief(ms*1000) + " µs"
	default:
		return brief(ms) + " ms"
	}
}

func wholePercent(v float64) string { return fmt.Sprintf("%g %%", math.Round(v*1000)/10) }

// gutter is the width that the labels of an upright axis need.
func (p *Press) gutter(y axis) vg.Length {
	width := vg.Length(0)
	for _, t := range y.ticks {
		width = max(width, vg.Length(p.type_.line(t.Label).advance)*smallSize)
	}
	return width + 6
}

// Heights about a frame.
const (
	headRoom = vg.Length(26) // for the title of the upright axis
	footRoom = vg.Length(34) // for the ticks and the title of the level axis
)

// frame draws two axes with their rules into a canvas, beside a gutter for the upright one's labels, and returns the canvas of the data with the
// function that places a pair of values. A level axis without ticks takes no room.
func (a area) frame(canvas draw.Canvas, gutter vg.Length, x, y axis) (draw.Canvas, func(x, y float64) vg.Point) {
	foot := footRoom
	if x.title == "" {
		foot = 4
		if len(x.ticks) > 0 {
			foot = footRoom / 2
		}
	}
	head := headRoom
	if y.title == "" {
		head = 8
	}
	data := draw.Crop(canvas, gutter, -12, foot, -head)
	p := a.press
	at := func(vx, vy float64) vg.Point {
		px, py := x.place(vx), y.place(vy)
		return vg.Point{X: data.Min.X + vg.Length(px)*(data.Max.X-data.Min.X), Y: data.Min.Y + vg.Length(py)*(data.Max.Y-data.Min.Y)}
	}
	p.write(canvas, p.clip(y.title, canvas.Max.X-canvas.Min.X, smallSize), vg.Point{X: canvas.Min.X, Y: canvas.Max.Y - 2}, smallSize, faint, alignLeft, alignTop)
	line := func(bottom bool) draw.LineStyle {
		if bottom {
			return draw.LineStyle{Color: faint, Width: 1}
		}
		return draw.LineStyle{Color: rule, Width: .75}
	}
	free := vg.Length(math.Inf(-1))
	for i, t := range y.ticks {
		h := at(x.min, t.Value).Y
		data.StrokeLine2(line(i == 0), data.Min.X, h, data.Max.X, h)
		if h-free >= smallSize*1.05 {
			p.write(canvas, t.Label, vg.Point{X: data.Min.X - 6, Y: h}, smallSize, faint, alignRight, alignMiddle)
			free = h
		}
	}
	free = vg.Length(math.Inf(-1))
	for _, t := range x.ticks {
		l := at(t.Value, y.min).X
		data.StrokeLine2(line(false), l, data.Min.Y, l, data.Max.Y)
		half := vg.Length(p.type_.line(t.Label).advance) * smallSize / 2
		if l-half >= free {
			p.write(canvas, t.Label, vg.Point{X: min(l, canvas.Max.X-half), Y: data.Min.Y - 4}, smallSize, faint, alignCentre, alignTop)
			free = l + half + 8
		}
	}
	if x.title != "" {
		p.write(canvas, p.clip(x.title, canvas.Max.X-canvas.Min.X, smallSize), vg.Point{X: (data.Min.X + data.Max.X) / 2, Y: data.Min.Y - 19}, smallSize, ink, alignCentre, alignTop)
	}
	return data, at
}
