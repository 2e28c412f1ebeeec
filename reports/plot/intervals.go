package plot

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Point is an estimate with its interval, as fractions.
type Point struct {
	Label            string
	Value, Low, High float64
	// Debt is what unscored answers could add to Value; it is drawn pale behind the bar and written as a range.
	Debt float64
}

func (p Point) defined() bool { return !math.IsNaN(p.Value) }

// Hallucination draws the hallucination rate of each arm with its interval.
func Hallucination(rows []Point) Chart {
	highest := 0.0
	labels := make([]row, len(rows))
	for i, r := range rows {
		labels[i] = row{r.Label, percent(r.Value)}
		if r.Debt > 0 {
			labels[i].figure = fmt.Sprintf("%.0f–%.0f %%", r.Value*100, (r.Value+r.Debt)*100)
		}
		if r.defined() {
			highest = math.Max(highest, math.Max(r.Value, r.High))
		}
	}
	return Chart{
		Name: "hallucination", Title: "Hallucination rate, with 95 % intervals", Alt: "Share of scored answers that assert something false, by arm.",
		right: true, rows: len(rows),
		paint: func(a area) {
			data, at := a.rows(labels, percentScale(highest))
			for i, r := range rows {
				if !r.defined() {
					continue
				}
				bar(data, at(0, i), at(r.Value, i), 14, incorrect)
				if r.Debt > 0 {
					bar(data, at(r.Value, i), at(r.Value+r.Debt, i), 14, unscored)
				}
				whisker(data, at(r.Low, i), at(r.High, i), ink)
			}
		},
	}
}

// Lifted is what an arm's pages did to the answers, against the closed book: Lift = Rescue − Harm, as fractions of the pairs.
type Lifted struct {
	Label           string
	Rescue, Harm    float64
	Lift, Low, High float64
	// Debt is what unscored answers could add to Lift; the figure is then written as a range, and the mark stands in its middle.
	Debt float64
}

// Lift draws rescue to the right and harm to the left of zero, with lift and its interval over them.
func Lift(rows []Lifted) Chart {
	lowest, highest := 0.0, 0.0
	labels := make([]row, len(rows))
	for i, r := range rows {
		labels[i] = row{r.Label, signedPercent(r.Lift)}
		if r.Debt > 0 {
			labels[i].figure = fmt.Sprintf("%.0f…%.0f %%", r.Lift*100, (r.Lift+r.Debt)*100)
		}
		for _, v := range []float64{r.Rescue, -r.Harm, r.Low, r.High} {
			if !math.IsNaN(v) {
				lowest, highest = math.Min(lowest, v), math.Max(highest, v)
			}
		}
	}
	return Chart{
		Name: "lift", Title: "What the pages changed, against the closed book",
		Alt: "Rescue, harm and their difference, the lift, with its 95 % interval, by arm.",
		key: []keyEntry{{"harm", incorrect, nil}, {"rescue", correct, nil}, {"lift", ink, draw.CircleGlyph{}}}, right: true, rows: len(rows),
		paint: func(a area) {
			data, at := a.rows(labels, signedScale(lowest, highest))
			for i, r := range rows {
				if math.IsNaN(r.Lift) {
					continue
				}
				bar(data, at(0, i), at(r.Rescue, i), 14, correct)
				bar(data, at(-r.Harm, i), at(0, i), 14, incorrect)
				halo(data, at(r.Low, i), at(r.High, i))
				whisker(data, at(r.Low, i), at(r.High, i), ink)
				dot(data, at(r.Lift+r.Debt/2, i), draw.CircleGlyph{}, ink, 4)
			}
		},
	}
}

func signedPercent(v float64) string {
	if s := percent(v); v > 0 && s != "0.0 %" {
		return "+" + s
	}
	return percent(v)
}

// halo clears a thin band behind a whisker so that it reads on a filled bar.
func halo(c draw.Canvas, from, to vg.Point) {
	bar(c, vg.Point{X: from.X - 1.5, Y: from.Y}, vg.Point{X: to.X + 1.5, Y: to.Y}, 5, onDark)
}

// dot draws a mark with a light rim.
func dot(c draw.Canvas, at vg.Point, shape draw.GlyphDrawer, clr color.Color, radius vg.Length) {
	c.DrawGlyph(draw.GlyphStyle{Color: onDark, Radius: radius + 1.2, Shape: shape}, at)
	c.DrawGlyph(draw.GlyphStyle{Color: clr, Radius: radius, Shape: shape}, at)
}
