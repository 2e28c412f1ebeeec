package stats

import (
	"cmp"
	"math"
	"slices"
)

// weighted is a discrete distribution of values, each as often as its weight says.
type weighted struct {
	points    []point
	total     float64 // weight of the points
	undefined float64 // weight of the NaN values turned away
}

type point struct{ value, weight float64 }

func (w *weighted) add(value, weight float64) {
	if math.IsNaN(value) {
		w.undefined += weight
		return
	}
	w.points = append(w.points, point{value, weight})
	w.total += weight
}

func (w *weighted) sort() {
	slices.SortFunc(w.points, func(a, b point) int { return cmp.Compare(a.value, b.value) })
}

// deviation is the standard deviation, the points being the whole population.
func (w *weighted) deviation() float64 {
	mean, squares := 0.0, 0.0
	for _, p := range w.points {
		mean += p.weight * p.value
	}
	mean /= w.total
	for _, p := range w.points {
		squares += p.weight * square(p.value-mean)
	}
	return math.Sqrt(squares / w.total)
}

// below is the share of the weight under x, with half of that at x. Values that differ only by the order of a sum count as equal.
func (w *weighted) below(x float64) float64 {
	scale := math.Max(math.Abs(w.points[0].value), math.Abs(w.points[len(w.points)-1].value))
	slack := 1e-12 * scale
	sum := 0.0
	for _, p := range w.points {
		switch {
		case p.value < x-slack:
			sum += p.weight
		case p.value <= x+slack:
			sum += p.weight / 2
		}
	}
	return sum / w.total
}

// quantile is the smallest value at or under which at least the share p of the weight lies: Hyndman and Fan's type 1, the inverse
// of the distribution function. The points must be sorted.
func (w *weighted) quantile(p float64) float64 {
	if math.IsNaN(p) {
		return math.NaN()
	}
	want, sum := p*w.total*(1-1e-12), 0.0
	for _, q := range w.points {
		if sum += q.weight; sum >= want {
			return q.value
		}
	}
	return w.points[len(w.points)-1].value
}
