package telemetry

import (
	"slices"
	"strings"
	"time"
)

// Series are the samples of one source, metric and set of labels, in order of time.
type Series struct {
	Source, Metric, Labels, Unit string
	Points                       []Point
}

// Point is a reading.
type Point struct {
	Time  time.Time
	Value float64
}

// Record holds the samples of a run, or of a stage and its surroundings, for looking things up.
type Record struct{ series []Series }

// NewRecord sorts samples into series.
func NewRecord(samples []Sample) Record {
	at := map[[3]string]int{}
	var r Record
	for _, s := range samples {
		id := [3]string{s.Source, s.Metric, s.Labels}
		i, ok := at[id]
		if !ok {
			i = len(r.series)
			at[id] = i
			r.series = append(r.series, Series{Source: s.Source, Metric: s.Metric, Labels: s.Labels, Unit: s.Unit})
		}
		r.series[i].Points = append(r.series[i].Points, Point{s.Time, s.Value})
	}
	for _, s := range r.series {
		slices.SortStableFunc(s.Points, func(a, b Point) int { return a.Time.Compare(b.Time) })
	}
	slices.SortFunc(r.series, func(a, b Series) int {
		return strings.Compare(a.Source+"\x00"+a.Metric+"\x00"+a.Labels, b.Source+"\x00"+b.Metric+"\x00"+b.Labels)
	})
	return r
}

// Of returns the series of a quantity, in order of their names. For a histogram they are its parts.
func (r Record) Of(q Quantity) []Series {
	var out []Series
	for _, s := range r.series {
		if f, _, ok := lookup(s.Metric); ok && f.quantity == q {
			out = append(out, s)
		}
	}
	return out
}

// Between returns the readings from the last one at or before from to the first one at or after to.
func (s Series) Between(from, to time.Time) []Point {
	i, exact := slices.BinarySearchFunc(s.Points, from, func(p Point, t time.Time) int { return p.Time.Compare(t) })
	if !exact {
		i = max(i-1, 0)
	}
	j, exact := slices.BinarySearchFunc(s.Points, to, func(p Point, t time.Time) int { return p.Time.Compare(t) })
	if exact || j < len(s.Points) {
		j++
	}
	return s.Points[i:max(i, min(j, len(s.Points)))]
}

// brackets reports whether readings enclose the window.
func brackets(points []Point, from, to time.Time) bool {
	return len(points) >= 2 && !points[0].Time.After(from) && !points[len(points)-1].Time.Before(to)
}

// Max is the largest reading within the window.
func (s Series) Max(from, to time.Time) (float64, bool) {
	most, found := 0.0, false
	for _, p := range s.Points {
		if p.Time.Before(from) || p.Time.After(to) {
			continue
		}
		if !found || p.Value > most {
			most, found = p.Value, true
		}
	}
	return most, found
}

// area integrates straight lines between readings over the window that they enclose, by trapezoids; the window's edges are interpolated.
func area(points []Point, from, to time.Time) float64 {
	sum := 0.0
	for i := 1; i < len(points); i++ {
		a, b := points[i-1], points[i]
		lo, hi := later(a.Time, from), earlier(b.Time, to)
		if !hi.After(lo) {
			continue
		}
		sum += (between(a, b, lo) + between(a, b, hi)) / 2 * hi.Sub(lo).Seconds()
	}
	return sum
}

// between is the value at a moment on the line from a to b.
func between(a, b Point, at time.Time) float64 {
	span := b.Time.Sub(a.Time).Seconds()
	if span <= 0 {
		return b.Value
	}
	return a.Value + (b.Value-a.Value)*at.Sub(a.Time).Seconds()/span
}

// grown is the growth of a counter over readings: the sum of its steps. A step down is a new start from zero, and is counted as one.
func grown(points []Point) (sum float64, resets int) {
	for i := 1; i < len(points); i++ {
		step := points[i].Value - points[i-1].Value
		if step < 0 {
			step = points[i].Value
			resets++
		}
		sum += step
	}
	return sum, resets
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
