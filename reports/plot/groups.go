package plot

import (
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Group is one row of a grouped chart, with one point for each series. A point without a finite value is left out.
type Group struct {
	Label  string
	Points []Point
}

// marks tell the series apart without colour.
var marks = [...]draw.GlyphDrawer{draw.CircleGlyph{}, draw.BoxGlyph{}, draw.PyramidGlyph{}, diamond{}, draw.CircleGlyph{}, draw.BoxGlyph{}}

// Accuracy draws the accuracy of every series in each group, with intervals; name and by say what the groups are ("language").
// At most six series are drawn.
func Accuracy(by string, series []string, groups []Group) Chart {
	series = series[:min(len(series), len(marks))]
	key := make([]keyEntry, len(series))
	for i, s := range series {
		key[i] = keyEntry{s, seriesColors[i], marks[i]}
	}
	labels, drawn := make([]row, len(groups)), 0
	for i, g := range groups {
		labels[i] = row{label: g.Label}
		for _, p := range g.Points[:min(len(g.Points), len(series))] {
			if p.defined() {
				drawn = len(groups)
			}
		}
	}
	return Chart{
		Name: "accuracy-by-" + by, Title: "Accuracy by " + by + ", with 95 % intervals",
		Alt: "Share of answerable questions answered right, by " + by + " and arm.",
		key: key, rows: drawn,
		paint: func(a area) {
			data, at := a.rows(labels, percentScale(1))
			step := vg.Length(8)
			if len(series) > 3 {
				step = 24 / vg.Length(len(series))
			}
			for i, g := range groups {
				if i > 0 {
					between := (at(0, i-1).Y + at(0, i).Y) / 2
					data.StrokeLine2(draw.LineStyle{Color: rule, Width: .75}, data.Min.X, between, data.Max.X, between)
				}
				for j, p := range g.Points[:min(len(g.Points), len(series))] {
					if !p.defined() {
						continue
					}
					shift := vg.Point{Y: step * (vg.Length(len(series)-1)/2 - vg.Length(j))}
					low, high := at(p.Low, i).Add(shift), at(p.High, i).Add(shift)
					stroke(data, low, high, seriesColors[j])
					if !p.Blind {
						dot(data, at(p.Value+p.debt()/2, i).Add(shift), marks[j], seriesColors[j], 3.2)
					}
				}
			}
		},
	}
}

// diamond is a filled square on its corner.
type diamond struct{}

func (diamond) DrawGlyph(c *draw.Canvas, s draw.GlyphStyle, at vg.Point) {
	r := s.Radius * 1.3
	var p vg.Path
	p.Move(vg.Point{X: at.X - r, Y: at.Y})
	p.Line(vg.Point{X: at.X, Y: at.Y + r})
	p.Line(vg.Point{X: at.X + r, Y: at.Y})
	p.Line(vg.Point{X: at.X, Y: at.Y - r})
	p.Close()
	c.SetColor(s.Color)
	c.Fill(p)
}
