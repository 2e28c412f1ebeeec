package telemetry

import (
	"slices"
	"time"
)

// Total adds up a quantity over the devices that report it, at each moment at which one of them was read anew: the others' last readings
// stand. It begins when all of them have one. The number is theirs.
func (r Record) Total(q Quantity, only []string) (points []Point, devices int) {
	type reading struct {
		device int
		Point
	}
	var all []reading
	for _, d := range r.Devices(only) {
		series := d.of(r, q)
		if len(series) == 0 {
			continue
		}
		for _, p := range series[0].Points {
			all = append(all, reading{devices, p})
		}
		devices++
	}
	slices.SortStableFunc(all, func(a, b reading) int { return a.Time.Compare(b.Time) })
	last, seen, count := make([]float64, devices), make([]bool, devices), 0
	for i, x := range all {
		if !seen[x.device] {
			seen[x.device] = true
			count++
		}
		last[x.device] = x.Value
		if count < devices || i+1 < len(all) && all[i+1].Time.Equal(x.Time) {
			continue
		}
		sum := 0.0
		for _, v := range last {
			sum += v
		}
		points = append(points, Point{x.Time, sum})
	}
	return points, devices
}

// MeanBetween is the mean of a quantity over devices and time; false: no readings enclose the window.
func (r Record) MeanBetween(q Quantity, from, to time.Time, only []string) (float64, bool) {
	points, n := r.Total(q, only)
	mean, ok := Series{Points: points}.Mean(from, to)
	if !ok || n == 0 {
		return 0, false
	}
	return mean / float64(n), true
}

// MostBetween is the largest sum of a quantity over all devices at one moment in the window; false: there was no reading in it.
func (r Record) MostBetween(q Quantity, from, to time.Time, only []string) (float64, bool) {
	points, _ := r.Total(q, only)
	return Series{Points: points}.Max(from, to)
}
