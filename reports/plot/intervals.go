package plot

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Point is an estimate with its interval, as fractions.
type Point struct {
	Label            string
	Value, Low, High float64
	// Debt is what unscored answers could add to Value; it is drawn pale behind the bar and written as a range. What is not finite
	// and above 0 is no debt.
	Debt float64
	// Blind: nothing was scored. The interval stands without a mark, which would pass for an estimate.
	Blind bool
}

func (p Point) defined() bool { return finite(p.Value) }

// debt is Debt, 0 where there is none to draw.
func (p Point) debt() float64 {
	if finite(p.Debt) && p.Debt > 0 {
		return p.Debt
	}
	return 0
}

// Hallucination draws the hallucination rate of each arm with its interval.
func Hallucination(rows []Point) Chart {
	highest, drawn := 0.0, 0
	labels := make([]row, len(rows))
	for i, r := range rows {
		labels[i] = row{r.Label, percent(r.Value)}
		if !r.defined() {
			continue
		}
		drawn = len(rows)
		if r.debt() > 0 {
			labels[i].figure = fmt.Sprintf("%.0f–%.0f %%", r.Value*100, (r.Value+r.debt())*100)
		}
		for _, v := range []float64{r.Value + r.debt(), r.High} {
			if finite(v) {
				highest = max(highest, v)
			}
		}
	}
	return Chart{
		Name: "hallucination", Title: "Hallucination rate, with 95 % intervals", Alt: "Share of scored answers that assert something false, by arm.",
		right: true, rows: drawn,
		paint: func(a area) {
			data, at := a.rows(labels, percentScale(highest))
			for i, r := range rows {
				if !r.defined() {
					continue
				}
				owing(data, at, i, r.Value, r.debt(), incorrect)
				whisker(data, at(r.Low, i), at(r.High, i), ink)
			}
		},
	}
}

// owing draws a bar from zero, to the left of it for a negative value, and behind it pale what unscored answers could add.
func owing(data draw.Canvas, at func(float64, int) vg.Point, i int, value, debt float64, clr color.Color) {
	bar(data, at(0, i), at(value, i), 14, clr)
	if debt != 0 {
		bar(data, at(value, i), at(value+debt, i), 14, unscored)
	}
}

// Lifted is what an arm's pages did to the answers, against the closed book, as fractions of the pairs. Lift is Rescue − Harm; Low and
// High are the interval of it. The labels of the points are not looked at, nor are the intervals of Rescue and Harm.
type Lifted struct {
	Label        string
	Rescue, Harm Point
	Lift         Point
}

// Lift draws rescue to the right and harm to the left of zero, with lift and its interval over them. Where unscored answers could add to
// lift it is written as a range, and the mark stands in its middle.
func Lift(rows []Lifted) Chart {
	lowest, highest, drawn := 0.0, 0.0, 0
	labels := make([]row, len(rows))
	for i, r := range rows {
		labels[i] = row{r.Label, signed(r.Lift.Value, 1)}
		if !r.Lift.defined() {
			continue
		}
		drawn = len(rows)
		if r.Lift.debt() > 0 {
			labels[i].figure = points(r.Lift.Value) + "…" + points(r.Lift.Value+r.Lift.debt())
		}
		for _, v := range []float64{r.Rescue.Value + r.Rescue.debt(), -r.Harm.Value - r.Harm.debt(), r.Lift.Low, r.Lift.High} {
			if finite(v) {
				lowest, highest = min(lowest, v), max(highest, v)
			}
		}
	}
	return Chart{
		Name: "lift", Title: "Rescue, harm and lift, in points of the pairs",
		Alt:  "Rescue, harm and their difference, the lift, with its 95 % interval, by arm.",
		key:  []keyEntry{{"harm", incorrect, nil}, {"rescue", correct, nil}, {"lift", ink, draw.CircleGlyph{}}},
		head: "lift, points", right: true, rows: drawn,
		paint: func(a area) {
			data, at := a.rows(labels, signedScale(lowest, highest))
			for i, r := range rows {
				if !r.Lift.defined() {
					continue
				}
				owing(data, at, i, r.Rescue.Value, r.Rescue.debt(), correct)
				owing(data, at, i, -r.Harm.Value, -r.Harm.debt(), incorrect)
				low, high := at(r.Lift.Low, i), at(r.Lift.High, i)
				halo(data, low, high)
				whisker(data, low, high, ink)
				if !r.Lift.Blind {
					dot(data, at(r.Lift.Value+r.Lift.debt()/2, i), draw.CircleGlyph{}, ink, 4)
				}
			}
		},
	}
}

// halo clears a thin band behind a whisker so that it reads on a filled bar.
func halo(c draw.Canvas, from, to vg.Point) {
	bar(c, vg.Point{X: from.X - 1.5, Y: from.Y}, vg.Point{X: to.X + 1.5, Y: to.Y}, 5, onDark)
}
