package plot

import (
	"image/color"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Curve is a line through points in the order given.
type Curve struct {
	Label  string
	Points []Mark
}

// Mark is a point of a curve. What is not finite is left out, and breaks the line.
type Mark struct {
	X, Y      float64
	Low, High float64 // an interval of Y; none where they are equal
	Label     string  // written beside it; empty: nothing
	Hollow    bool    // not to be relied on
}

// look is how a curve is drawn.
type look struct {
	color color.NRGBA
	mark  draw.GlyphDrawer
}

// looks of curves that have no colour of their own, in order.
var looks = [...]look{
	{correct, draw.CircleGlyph{}}, {seriesColors[1], draw.BoxGlyph{}}, {seriesColors[2], draw.PyramidGlyph{}}, {seriesColors[3], draw.CircleGlyph{}},
	{seriesColors[4], draw.BoxGlyph{}}, {seriesColors[5], draw.PyramidGlyph{}}, {seriesColors[0], draw.CircleGlyph{}},
}

// curveRows is the height of a chart of curves, in rows.
const curveRows = 8

// plotted is a chart of curves before it is one.
type plotted struct {
	curves []Curve
	looks  []look // none: those of the order
	x, y   axis
	bare   bool // lines without marks
	hollow string
}

func (p plotted) look(i int) look {
	if i < len(p.looks) {
		return p.looks[i]
	}
	return looks[i%len(looks)]
}

// values are those of the points that can be drawn.
func values(curves []Curve) (xs, ys []float64) {
	for _, c := range curves {
		for _, m := range c.Points {
			if finite(m.X) && finite(m.Y) {
				xs, ys = append(xs, m.X), append(ys, m.Y)
				if m.Low < m.High && finite(m.Low) && finite(m.High) {
					ys = append(ys, m.Low, m.High)
				}
			}
		}
	}
	return xs, ys
}

// chart closes it. It is empty without a point.
func (p plotted) chart(c Chart) Chart {
	hollow := false
	for i, curve := range p.curves {
		some := false
		for _, m := range curve.Points {
			if finite(m.X) && finite(m.Y) {
				some, hollow = true, hollow || m.Hollow
			}
		}
		if some {
			c.rows = curveRows
		}
		l := p.look(i)
		if some && (len(p.curves) > 1 || curve.Label != "") {
			e := keyEntry{curve.Label, l.color, l.mark}
			if p.bare {
				e.mark = nil
			}
			c.key = append(c.key, e)
		}
	}
	if hollow && p.hollow != "" {
		c.key = append(c.key, keyEntry{p.hollow, faint, draw.RingGlyph{}})
	}
	c.paint = func(a area) {
		data, at := a.frame(a.canvas, a.press.gutter(p.y), p.x, p.y)
		for i, curve := range p.curves {
			a.curve(data, at, curve, p.look(i), p.bare)
		}
		a.labels(data, at, p.curves)
	}
	return c
}

// curve draws a line, its intervals and its marks.
func (a area) curve(data draw.Canvas, at func(x, y float64) vg.Point, c Curve, l look, bare bool) {
	if bare {
		var path vg.Path
		for i, m := range c.Points {
			p := at(m.X, m.Y)
			switch {
			case !drawable(p):
			case i == 0 || len(path) == 0:
				path.Move(p)
			default:
				path.Line(p)
			}
		}
		if len(path) > 1 {
			data.SetLineStyle(draw.LineStyle{Color: l.color, Width: 1.5})
			data.Stroke(path)
		}
		return
	}
	for i, m := range c.Points {
		if i > 0 {
			stroke(data, at(c.Points[i-1].X, c.Points[i-1].Y), at(m.X, m.Y), l.color)
		}
		if m.Low < m.High {
			low, high := at(m.X, m.Low), at(m.X, m.High)
			hairline(data, low, high, l.color)
			for _, end := range []vg.Point{low, high} {
				hairline(data, end.Add(vg.Point{X: -3}), end.Add(vg.Point{X: 3}), l.color)
			}
		}
	}
	for _, m := range c.Points {
		p := at(m.X, m.Y)
		dot(data, p, l.mark, l.color, 3.6)
		if m.Hollow {
			dot(data, p, l.mark, paper, 1.6)
		}
	}
}

// labels writes the points' labels above and to the right of them, or to the left at the edge, where they meet no other label.
func (a area) labels(data draw.Canvas, at func(x, y float64) vg.Point, curves []Curve) {
	var taken []vg.Rectangle
	for _, c := range curves {
		for _, m := range c.Points {
			p := at(m.X, m.Y)
			if m.Label == "" || !drawable(p) {
				continue
			}
			width, height := vg.Length(a.press.type_.line(m.Label).advance)*smallSize, smallSize*1.1
			for _, corner := range []vg.Point{{X: 5, Y: 3}, {X: -5 - width, Y: 3}, {X: 5, Y: -3 - height}, {X: -5 - width, Y: -3 - height}} {
				box := vg.Rectangle{Min: p.Add(corner)}
				box.Max = box.Min.Add(vg.Point{X: width, Y: height})
				if box.Min.X < data.Min.X || box.Max.X > data.Max.X+12 || box.Min.Y < data.Min.Y || box.Max.Y > data.Max.Y+6 || meets(box, taken) {
					continue
				}
				taken = append(taken, box)
				a.press.write(data, m.Label, vg.Point{X: box.Min.X, Y: box.Max.Y}, smallSize, faint, alignLeft, alignTop)
				break
			}
		}
	}
}

func meets(box vg.Rectangle, others []vg.Rectangle) bool {
	for _, o := range others {
		if box.Min.X < o.Max.X && o.Min.X < box.Max.X && box.Min.Y < o.Max.Y && o.Min.Y < box.Max.Y {
			return true
		}
	}
	return false
}
