package plot

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Flight is one request on a timeline, in seconds from the start of the stage.
type Flight struct {
	Sent, First, Last float64 // First and Last are not finite where they never came
	Failed            bool
}

// Moment is a value at a time, in seconds from the start of the stage.
type Moment struct{ At, Value float64 }

// Heights of a timeline, in rows.
const (
	flightRows = 8
	deviceRows = 3
	mostLines  = 400 // requests drawn; of more, evenly chosen ones
)

// Timeline draws each request as a line from sending to its last token, pale until the first, and below it the power and the mean utilisation
// of the devices, where they are known. seconds is the length of the stage, and [from, to] its steady part, equal where there is none.
func Timeline(name, title string, flights []Flight, seconds, from, to float64, watts, use []Moment) Chart {
	var kept []Flight
	for _, f := range flights {
		if finite(f.Sent) && (finite(f.Last) || finite(f.First) || f.Failed) {
			kept = append(kept, f)
		}
	}
	drawn := kept
	if len(kept) > mostLines {
		drawn = nil
		for i := range mostLines {
			drawn = append(drawn, kept[i*len(kept)/mostLines])
		}
	}
	c := Chart{Name: name, Title: title, Alt: "Requests over time, in the order of sending, with the devices' power and utilisation."}
	if len(drawn) == 0 || !(seconds > 0) || !finite(seconds) {
		return c
	}
	c.rows = flightRows
	c.key = []keyEntry{{"waiting for the first token", abstained, nil}, {"tokens coming", correct, nil}}
	for _, f := range drawn {
		if f.Failed {
			c.key = append(c.key, keyEntry{"failed", incorrect, draw.CrossGlyph{}})
			break
		}
	}
	if from < to {
		c.key = append(c.key, keyEntry{"ends of the steady part", ink, bound{}})
	}
	panels := 0
	for _, list := range [][]Moment{watts, use} {
		if len(list) > 1 {
			panels++
			c.rows += deviceRows
		}
	}
	c.rows += min(panels, 1) // the time, below the last
	c.paint = func(a area) { a.timeline(drawn, len(kept), seconds, from, to, watts, use, panels) }
	return c
}

func (a area) timeline(flights []Flight, all int, seconds, from, to float64, watts, use []Moment, panels int) {
	x := linear("time", seconds*1000, span)
	x.max = seconds * 1000
	for len(x.ticks) > 0 && x.ticks[len(x.ticks)-1].Value > x.max {
		x.ticks = x.ticks[:len(x.ticks)-1]
	}
	count := "requests, in the order of sending"
	if all > len(flights) {
		count = "requests, in the order of sending; one of every " + brief(math.Round(float64(all)/float64(len(flights)))) + " is drawn"
	}
	top := axis{title: count, min: 0, max: float64(len(flights))}
	var power, load axis
	gutter := vg.Length(20)
	if len(watts) > 1 {
		power = linear("power of all devices", highest(watts), func(v float64) string { return brief(v) + " W" })
		gutter = max(gutter, a.press.gutter(power))
	}
	if len(use) > 1 {
		load = linear("their mean utilisation", 1, wholePercent)
		load.ticks = []plot.Tick{{Value: 0, Label: "0"}, {Value: .5, Label: "50 %"}, {Value: 1, Label: "100 %"}}
		gutter = max(gutter, a.press.gutter(load))
	}
	canvas := a.canvas
	below := vg.Length(panels*deviceRows+min(panels, 1)) * rowHeight
	axisOf := func(last bool) axis {
		level := x
		if !last {
			level.title, level.ticks = "", nil
		}
		return level
	}
	upper := draw.Crop(canvas, 0, 0, below, 0)
	a.flights(upper, gutter, axisOf(panels == 0), top, flights, from, to)
	drawn := 0
	for _, panel := range []struct {
		values []Moment
		y      axis
		look   look
	}{{watts, power, looks[1]}, {use, load, looks[2]}} {
		if len(panel.values) < 2 {
			continue
		}
		drawn++
		above := vg.Length((panels-drawn+1)*deviceRows+1) * rowHeight
		bottom := above - deviceRows*rowHeight
		if drawn == panels {
			bottom = 0
		}
		lower := draw.Crop(canvas, 0, 0, bottom, above-(canvas.Max.Y-canvas.Min.Y))
		data, at := a.frame(lower, gutter, axisOf(drawn == panels), panel.y)
		c := Curve{}
		for _, m := range panel.values {
			if m.At >= 0 && m.At <= seconds {
				c.Points = append(c.Points, Mark{X: m.At * 1000, Y: m.Value})
			}
		}
		a.curve(data, at, c, panel.look, true)
	}
}

// flights draws the requests, the first on top.
func (a area) flights(canvas draw.Canvas, gutter vg.Length, x, y axis, flights []Flight, from, to float64) {
	data, at := a.frame(canvas, gutter, x, y)
	width := max(.6, min(5, (data.Max.Y-data.Min.Y)/vg.Length(len(flights))*.7))
	line := func(from, to vg.Point, l look) {
		if drawable(from, to) {
			data.StrokeLine2(draw.LineStyle{Color: l.color, Width: width}, from.X, from.Y, max(to.X, from.X+.4), to.Y)
		}
	}
	for i, f := range flights {
		h := y.max - float64(i) - .5
		sent, first, last := at(f.Sent*1000, h), at(f.First*1000, h), at(f.Last*1000, h)
		switch {
		case f.Failed:
			end := last
			if !drawable(end) {
				end = sent
			}
			line(sent, end, look{color: abstained})
			data.DrawGlyph(draw.GlyphStyle{Color: incorrect, Radius: 2.4, Shape: draw.CrossGlyph{}}, end)
		case !finite(f.First):
			line(sent, last, look{color: abstained})
		default:
			line(sent, first, look{color: abstained})
			line(first, last, look{color: correct})
		}
	}
	for _, end := range []float64{from, to} {
		if p := at(end*1000, 0); from < to && drawable(p) {
			data.StrokeLine2(draw.LineStyle{Color: ink, Width: .9, Dashes: []vg.Length{3, 2}}, p.X, data.Min.Y, p.X, data.Max.Y)
		}
	}
	if x.title == "" {
		data.StrokeLine2(draw.LineStyle{Color: faint, Width: 1}, data.Min.X, data.Min.Y, data.Max.X, data.Min.Y)
	}
}

// bound is an upright line, for the legend.
type bound struct{}

func (bound) DrawGlyph(c *draw.Canvas, s draw.GlyphStyle, at vg.Point) {
	c.StrokeLine2(draw.LineStyle{Color: s.Color, Width: .9, Dashes: []vg.Length{3, 2}}, at.X, at.Y-6, at.X, at.Y+6)
}

func highest(list []Moment) float64 {
	top := 0.0
	for _, m := range list {
		if finite(m.Value) {
			top = max(top, m.Value)
		}
	}
	return top
}
