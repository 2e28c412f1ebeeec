package plot

import (
	"fmt"
	"image/color"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	gfont "gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Alignments of written text about its point.
const (
	alignLeft   = text.XLeft
	alignCentre = text.XCenter
	alignRight  = text.XRight
	alignTop    = text.YTop
	alignMiddle = text.YCenter
)

// write draws one text.
func (p *Press) write(c draw.Canvas, s string, at vg.Point, size vg.Length, clr color.Color, x text.XAlignment, y text.YAlignment) {
	c.FillText(p.style(size, clr, x, y), at, s)
}

func (p *Press) style(size vg.Length, clr color.Color, x text.XAlignment, y text.YAlignment) text.Style {
	return text.Style{Color: clr, Font: gfont.Font{Size: size}, XAlign: x, YAlign: y, Handler: p.type_}
}

// area is where a chart's data is painted.
type area struct {
	press  *Press
	canvas draw.Canvas
	right  bool
}

// rightColumn is the width to keep free for the figures beside the rows.
func (p *Press) rightColumn(rows []row) vg.Length {
	width := vg.Length(36)
	for _, r := range rows {
		width = max(width, vg.Length(p.type_.line(r.figure).advance)*smallSize)
	}
	return width + 8
}

// row is one labelled line of a chart and the figure written to its right.
type row struct{ label, figure string }

// scale is the horizontal axis.
type scale struct {
	min, max float64
	ticks    []plot.Tick
}

// percentScale spans 0 to 100 %, or less when no value is near the top, always from 0.
func percentScale(highest float64) scale {
	top, step := 1.0, 0.25
	for _, s := range []struct{ top, step float64 }{{.05, .01}, {.10, .02}, {.20, .05}, {.40, .10}, {.60, .20}} {
		if highest <= s.top {
			top, step = s.top, s.step
			break
		}
	}
	return percentTicks(0, top, step)
}

// signedScale spans from the lowest to the highest value in round steps, zero among them.
func signedScale(lowest, highest float64) scale {
	step := 0.25
	for _, s := range []struct{ span, step float64 }{{.10, .02}, {.25, .05}, {.60, .10}, {1.20, .20}} {
		if highest-lowest <= s.span {
			step = s.step
			break
		}
	}
	lowest, highest = max(lowest, -1), min(highest, 1) // a share lies nowhere else
	low, high := math.Floor(lowest/step+1e-9)*step, math.Ceil(highest/step-1e-9)*step
	if high-low < step {
		high = low + step
	}
	return ticks(low, high, step, points)
}

func percentTicks(low, high, step float64) scale {
	return ticks(low, high, step, func(v float64) string { return fmt.Sprintf("%.0f %%", v*100) })
}

// ticks marks a scale in steps. Ends that are no numbers make it that of 0 to 1.
func ticks(low, high, step float64, write func(float64) string) scale {
	if !finite(low) || !finite(high) {
		low, high, step = 0, 1, .25
	}
	s := scale{min: low, max: high}
	for i := range int((high-low)/step + 1.5) {
		t := plot.Tick{Value: low + float64(i)*step, Label: "0"}
		if math.Abs(t.Value) >= step/2 {
			t.Label = write(t.Value)
		}
		s.ticks = append(s.ticks, t)
	}
	return s
}

// finite reports whether v can be drawn: a number, and not beyond the milliseconds that a clock can tell.
func finite(v float64) bool { return math.Abs(v) < 1e13 }

// rows draws the axes of a chart of labelled rows, first row on top, and returns the canvas of its data with the function that places
// a value of a row on it: at the end of the axis if it lies beyond, nowhere if it is not finite. The vertical rules lie below the data.
func (a area) rows(rows []row, s scale) (data draw.Canvas, at func(value float64, index int) vg.Point) {
	if canvas := a.canvas; canvas.Max.X-canvas.Min.X < narrow {
		s.ticks = thin(s.ticks)
	}
	p := plot.New()
	p.TextHandler = a.press.type_
	p.BackgroundColor = nil
	p.X.Min, p.X.Max = s.min, s.max
	p.X.Tick.Marker = plot.ConstantTicks(s.ticks)
	p.X.Tick.Label = a.press.style(smallSize, faint, alignCentre, alignTop)
	p.X.Tick.Length, p.X.LineStyle.Width, p.X.Padding = 0, 0, 4
	p.Y.Min, p.Y.Max = -float64(len(rows))+0.5, 0.5
	labels := make(plot.ConstantTicks, len(rows))
	for i, r := range rows {
		labels[i] = plot.Tick{Value: -float64(i), Label: a.press.clip(r.label, (a.canvas.Max.X-a.canvas.Min.X)*0.42, labelSize)}
	}
	p.Y.Tick.Marker = labels
	// gonum lifts the labels of an upright axis by their descent; this takes it back.
	p.Y.Tick.Label = a.press.style(labelSize, ink, alignRight, alignMiddle-descent/(ascent+descent))
	p.Y.Tick.Length, p.Y.LineStyle.Width, p.Y.Padding = 0, 0, 8

	canvas := a.canvas
	if a.right {
		canvas = draw.Crop(canvas, 0, -a.press.rightColumn(rows), 0, 0)
	}
	// Half a tick label hangs over the end of the axis.
	canvas = draw.Crop(canvas, 0, -14, 0, 0)
	p.Draw(canvas)
	data = p.DataCanvas(canvas)
	x, y := p.Transforms(&data)
	for _, t := range s.ticks {
		line := draw.LineStyle{Color: rule, Width: 0.75}
		if math.Abs(t.Value) < 1e-9 {
			line.Color, line.Width = faint, 1
		}
		data.StrokeLine2(line, x(t.Value), data.Min.Y, x(t.Value), data.Max.Y)
	}
	if a.right {
		for i, r := range rows {
			a.press.write(a.canvas, r.figure, vg.Point{X: a.canvas.Max.X, Y: y(-float64(i))}, smallSize, faint, alignRight, alignMiddle)
		}
	}
	return data, func(value float64, index int) vg.Point {
		if !finite(value) {
			return vg.Point{X: vg.Length(math.NaN()), Y: y(-float64(index))}
		}
		return vg.Point{X: x(min(max(value, s.min), s.max)), Y: y(-float64(index))}
	}
}

// clip cuts a label to a width, with an ellipsis, so that a long name leaves room for the data.
func (p *Press) clip(s string, width, size vg.Length) string {
	fits := func(s string) bool { return vg.Length(p.type_.line(s).advance)*size <= width }
	if fits(s) {
		return s
	}
	runes := []rune(s)
	n := min(len(runes)-1, 80) // no label of so many runes fits
	for n > 0 && !fits(string(runes[:n])+"…") {
		n--
	}
	return string(runes[:n]) + "…"
}

// thin drops every second tick of more than three, keeping the one at zero.
func thin(ticks []plot.Tick) []plot.Tick {
	if len(ticks) <= 3 {
		return ticks
	}
	zero := 0
	for i, t := range ticks {
		if math.Abs(t.Value) < 1e-9 {
			zero = i
		}
	}
	var kept []plot.Tick
	for i, t := range ticks {
		if i%2 == zero%2 {
			kept = append(kept, t)
		}
	}
	return kept
}

// drawable reports whether all points are finite. A canvas given another point may never come back: the rasteriser follows the line to it.
func drawable(points ...vg.Point) bool {
	for _, p := range points {
		if !finite(float64(p.X)) || !finite(float64(p.Y)) {
			return false
		}
	}
	return true
}

// bar fills a horizontal bar between two points; none if one of them is not finite.
func bar(c draw.Canvas, from, to vg.Point, thickness vg.Length, clr color.Color) {
	if !drawable(from, to) {
		return
	}
	if to.X < from.X {
		from, to = to, from
	}
	c.SetColor(clr)
	c.Fill(vg.Rectangle{Min: vg.Point{X: from.X, Y: from.Y - thickness/2}, Max: vg.Point{X: to.X, Y: to.Y + thickness/2}}.Path())
}

// whisker draws an interval as a line with caps; none if an end is not finite.
func whisker(c draw.Canvas, from, to vg.Point, clr color.Color) {
	stroke(c, from, to, clr)
	if drawable(from, to) {
		tip(c, from, clr)
		tip(c, to, clr)
	}
}

// stroke draws a line between two points; none if one of them is not finite.
func stroke(c draw.Canvas, from, to vg.Point, clr color.Color) {
	if drawable(from, to) {
		c.StrokeLine2(draw.LineStyle{Color: clr, Width: 1.5}, from.X, from.Y, to.X, to.Y)
	}
}

// tip draws the cap of a whisker.
func tip(c draw.Canvas, at vg.Point, clr color.Color) {
	stroke(c, vg.Point{X: at.X, Y: at.Y - 4}, vg.Point{X: at.X, Y: at.Y + 4}, clr)
}

// dot draws a mark with a light rim; none if its point is not finite.
func dot(c draw.Canvas, at vg.Point, shape draw.GlyphDrawer, clr color.Color, radius vg.Length) {
	if drawable(at) {
		c.DrawGlyph(draw.GlyphStyle{Color: onDark, Radius: radius + 1.2, Shape: shape}, at)
		c.DrawGlyph(draw.GlyphStyle{Color: clr, Radius: radius, Shape: shape}, at)
	}
}

// percent writes a fraction as a percentage, – for what is not finite.
func percent(v float64) string {
	if !finite(v) {
		return "–"
	}
	s := fmt.Sprintf("%.1f %%", math.Abs(v)*100)
	if v < 0 && s != "0.0 %" {
		return "−" + s
	}
	return s
}

// points writes a fraction as whole percentage points with a sign.
func points(v float64) string { return signed(v, 0) }

// signed writes a fraction as percentage points with a sign, – for what is not finite. Zero has none.
func signed(v float64, decimals int) string {
	if !finite(v) {
		return "–"
	}
	switch s := strconv.FormatFloat(math.Abs(v)*100, 'f', decimals, 64); {
	case strings.Trim(s, "0.") == "":
		return s
	case v < 0:
		return "−" + s
	default:
		return "+" + s
	}
}
