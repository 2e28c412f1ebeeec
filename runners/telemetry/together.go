package telemetry

import "time"

// Together adds a quantity up over all devices that report it, from one source each, at the moments within the window at which the first of
// them was read; between readings the others lie on straight lines. It says how many devices are in the sum. Moments that are not within
// every device's readings are left out.
func (r Record) Together(q Quantity, from, to time.Time, only []string) (points []Point, devices int) {
	var all []Series
	for _, d := range r.Devices(only) {
		if s := d.of(r, q); len(s) > 0 {
			all = append(all, s[0])
		}
	}
	if len(all) == 0 {
		return nil, 0
	}
	at := make([]int, len(all)) // the first reading of each that is not before the moment
	for _, p := range all[0].Points {
		if p.Time.Before(from) || p.Time.After(to) {
			continue
		}
		sum, known := 0.0, true
		for i, s := range all {
			for at[i] < len(s.Points) && s.Points[at[i]].Time.Before(p.Time) {
				at[i]++
			}
			switch j := at[i]; {
			case j < len(s.Points) && s.Points[j].Time.Equal(p.Time):
				sum += s.Points[j].Value
			case j == 0 || j == len(s.Points):
				known = false
			default:
				sum += between(s.Points[j-1], s.Points[j], p.Time)
			}
		}
		if known {
			points = append(points, Point{p.Time, sum})
		}
	}
	return points, len(all)
}
