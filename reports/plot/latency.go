package plot

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Percentiles are three percentiles of one time, in milliseconds.
type Percentiles struct {
	Label         string
	P50, P90, P99 float64
}

// Latency draws the spread of each time: a dot at the median, a bar to the 90th and a line to the 99th percentile.
func Latency(rows []Percentiles) Chart {
	highest := 0.0
	var kept []Percentiles
	for _, r := range rows {
		if !finite(r.P50) {
			continue
		}
		kept = append(kept, r)
		for _, v := range []float64{r.P50, r.P90, r.P99} {
			if finite(v) {
				highest = max(highest, v)
			}
		}
	}
	labels := make([]row, len(kept))
	unit := timeUnit(highest)
	for i, r := range kept {
		labels[i] = row{r.Label, unit.write(r.P50)}
	}
	return Chart{
		Name: "latency", Title: "Latency: median, 90th and 99th percentile", Alt: "Times by arm; the figure is the median.",
		key:  []keyEntry{{"median", ink, draw.CircleGlyph{}}, {"to the 90th", correct, nil}, {"to the 99th", correct, reach{}}},
		head: "median", right: true, rows: len(kept),
		paint: func(a area) {
			data, at := a.rows(labels, unit.scale(highest))
			for i, r := range kept {
				p50, p90, p99 := at(r.P50, i), at(r.P90, i), at(r.P99, i)
				stroke(data, p90, p99, correct)
				tip(data, p99, correct)
				bar(data, p50, p90, 9, correct)
				dot(data, p50, draw.CircleGlyph{}, ink, 4)
			}
		},
	}
}

// reach is a line that ends in a cap, for the legend.
type reach struct{}

func (reach) DrawGlyph(c *draw.Canvas, s draw.GlyphStyle, at vg.Point) {
	end := vg.Point{X: at.X + 5, Y: at.Y}
	stroke(*c, vg.Point{X: at.X - 5, Y: at.Y}, end, s.Color)
	tip(*c, end, s.Color)
}

// unit scales milliseconds for reading.
type unit struct {
	name string
	ms   float64
}

func timeUnit(highest float64) unit {
	if highest >= 2000 {
		return unit{"s", 1000}
	}
	return unit{"ms", 1}
}

func (u unit) write(ms float64) string {
	v := ms / u.ms
	switch {
	case v < 10:
		return fmt.Sprintf("%.2f %s", v, u.name)
	case v < 100:
		return fmt.Sprintf("%.1f %s", v, u.name)
	default:
		return fmt.Sprintf("%.0f %s", v, u.name)
	}
}

// scale runs from 0 to the highest value in about four round steps.
func (u unit) scale(highest float64) scale {
	top := max(highest/u.ms, 1e-3)
	if !finite(top) {
		top = 1
	}
	step := math.Pow(10, math.Floor(math.Log10(top/4)))
	for _, m := range []float64{1, 2, 2.5, 5, 10} {
		if step*m*5 >= top {
			step *= m
			break
		}
	}
	s := scale{max: math.Ceil(top/step-1e-9) * step * u.ms}
	for i := range 1 + int(math.Round(s.max/step/u.ms)) {
		label := fmt.Sprintf("%g %s", math.Round(float64(i)*step*1e6)/1e6, u.name)
		if i == 0 {
			label = "0"
		}
		s.ticks = append(s.ticks, plot.Tick{Value: float64(i) * step * u.ms, Label: label})
	}
	return s
}
