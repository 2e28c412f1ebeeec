package telemetry

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Histogram is what a server's histogram took up between two moments, all its engines and models together.
type Histogram struct {
	Metric string
	Count  float64
	Sum    float64  // in the unit of the quantity
	Bucket []Bucket // in order, not cumulative; the last is open
}

// Bucket counts observations above the bucket before and up to its own bound.
type Bucket struct{ Bound, Count float64 }

// Mean is Sum over Count; false: nothing was observed.
func (h Histogram) Mean() (float64, bool) {
	if h.Count <= 0 {
		return 0, false
	}
	return h.Sum / h.Count, true
}

// Quantile interpolates within the bucket that holds it, as Prometheus does; within the last, open one it is its lower bound, and short is
// true: the value is at least that. It is false when nothing was observed or there are no buckets.
func (h Histogram) Quantile(q float64) (value float64, short, ok bool) {
	total := 0.0
	for _, b := range h.Bucket {
		total += b.Count
	}
	if total <= 0 {
		return 0, false, false
	}
	seen, low := 0.0, 0.0
	for _, b := range h.Bucket {
		if b.Count > 0 && seen+b.Count >= q*total {
			if math.IsInf(b.Bound, 1) {
				return low, true, true
			}
			return low + (b.Bound-low)*max(0, q*total-seen)/b.Count, false, true
		}
		seen += b.Count
		low = b.Bound
	}
	return low, true, true
}

// Sound reports whether the sum can be that of observations which lie as the buckets say, and the count theirs.
func (h Histogram) Sound() bool {
	if len(h.Bucket) == 0 {
		return h.Count >= 0 && h.Sum >= 0
	}
	least, most, total, low := 0.0, 0.0, 0.0, 0.0
	for _, b := range h.Bucket {
		if b.Count < 0 {
			return false
		}
		if b.Count > 0 { // so that 0 · ∞ is not asked for
			least += b.Count * low
			most += b.Count * b.Bound
		}
		total += b.Count
		low = b.Bound
	}
	slack := 1e-6 * (1 + math.Abs(h.Sum))
	return total == h.Count && h.Sum >= least-slack && h.Sum <= most+slack
}

// HistogramBetween returns what the servers' histogram of a quantity took up in a window, all servers together: for each the difference
// of its last state at or before from and its first at or after to, where a state is one for which the buckets were kept. Where a server
// keeps several histograms of a quantity the first in order of the alphabet counts. It is false when one of them lacks a state, or was
// started anew in between.
func (r Record) HistogramBetween(q Quantity, from, to time.Time) (Histogram, bool) {
	all := r.Of(q)
	if len(all) == 0 {
		return Histogram{}, false
	}
	h := Histogram{Metric: all[0].histogram()}
	cumulative := map[float64]float64{}
	for len(all) > 0 {
		source, metric := all[0].Source, all[0].histogram()
		var parts []Series
		for _, s := range all {
			if s.Source == source && s.histogram() == metric {
				parts = append(parts, s)
			}
		}
		all = slices.DeleteFunc(all, func(s Series) bool { return s.Source == source })
		if !r.take(&h, cumulative, parts, from, to) {
			return Histogram{}, false
		}
	}
	before := 0.0
	for _, bound := range slices.Sorted(maps.Keys(cumulative)) {
		h.Bucket = append(h.Bucket, Bucket{bound, cumulative[bound] - before})
		before = cumulative[bound]
	}
	return h, true
}

// take adds the growth of one server's histogram.
func (r Record) take(h *Histogram, cumulative map[float64]float64, all []Series, from, to time.Time) bool {
	for _, s := range all { // the buckets are kept seldom: their moments are those of the states
		if _, part, _ := lookup(s.Metric); part != "_bucket" || s.Points[0].Time.After(from) {
			continue
		}
		points := s.Between(from, to)
		if !brackets(points, from, to) {
			return false
		}
		from, to = points[0].Time, points[len(points)-1].Time
		break
	}
	for _, s := range all {
		delta, ok := r.step(s, from, to)
		if !ok {
			return false
		}
		switch _, part, _ := lookup(s.Metric); part {
		case "_sum":
			h.Sum += delta
		case "_count":
			h.Count += delta
		case "_bucket":
			le, _ := Label(s.Labels, "le")
			bound, err := strconv.ParseFloat(le, 64)
			if err != nil {
				return false
			}
			cumulative[bound] += delta
		}
	}
	return true
}

// histogram is the name of the histogram that a series is a part of.
func (s Series) histogram() string {
	for _, part := range parts {
		if name, ok := strings.CutSuffix(s.Metric, part); ok {
			return name
		}
	}
	return s.Metric
}

// step is by how much a counter grew in a window: from its last reading at or before from to its first at or after to. A series that
// first appears within, as an engine's does with its first request, grew from nothing. It is false without such readings, and when the
// counter fell.
func (r Record) step(s Series, from, to time.Time) (float64, bool) {
	points := s.Between(from, to)
	if len(points) > 0 && points[0].Time.After(from) && r.scraped(s.Source, from) {
		points = slices.Insert(slices.Clone(points), 0, Point{Time: from})
	}
	if !brackets(points, from, to) {
		return 0, false
	}
	delta, resets := grown(points)
	return delta, resets == 0
}

// scraped reports whether the source gave any reading at or before the moment.
func (r Record) scraped(source string, at time.Time) bool {
	return slices.ContainsFunc(r.series, func(s Series) bool {
		return s.Source == source && len(s.Points) > 0 && !s.Points[0].Time.After(at)
	})
}
