package telemetry

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/viva-eval/viva/runners"
)

// Energy is what the accelerators took in a window of time. It is the devices' own account of board power: neither the rest of the
// machine nor the losses of its power supply are in it.
type Energy struct {
	Known   bool           `json:"known"` // every device that reports gave a figure; else Joules is none
	Valid   bool           `json:"valid"` // known, and nothing speaks against it; else Reasons says what
	Joules  float64        `json:"joules"`
	Watts   float64        `json:"watts"` // Joules over the window: the mean of all devices together
	Method  Method         `json:"method"`
	Devices []DeviceEnergy `json:"devices"`
	Reasons []string       `json:"reasons"`          // why it is not valid, by the names of the constants, each with its figures
	Doubts  []string       `json:"doubts,omitempty"` // what a reader should know though it is valid
}

// DeviceEnergy is the share of one device.
type DeviceEnergy struct {
	ID     string  `json:"id"`
	Joules float64 `json:"joules"`
	Method Method  `json:"method"` // empty: no figure
	// Other is what the other method gives, 0 where it gives nothing.
	Other float64 `json:"other_joules"`
}

// Method is how energy was found.
type Method string

const (
	NoMethod  Method = ""
	ByCounter Method = "counter" // the difference of the device's own energy counter
	ByPower   Method = "power"   // power integrated over time
	Mixed     Method = "mixed"   // the one for some devices, the other for others
)

// Reasons why energy is not valid, in the words of InferenceX's contract where it has one.
const (
	NoData        = "no_data"
	NotBracketed  = "window_not_bracketed"
	GapExceeded   = "sampling_gap_exceeded"
	CountMismatch = "expected_device_count_mismatch"
	CounterReset  = "counter_reset"
)

const (
	// MostGap is the longest time without a reading for which a straight line still stands in.
	MostGap = 3 * time.Second
	// mostDisagreement between counter and integrated power is InferenceX's.
	mostDisagreement = 0.05
)

// EnergyBetween computes the energy of a window.
//
//  1. For each device the difference of its energy counter, with both edges of the window interpolated, is preferred. It needs a reading
//     at or before the window and one at or after it, and at both edges no gap above MostGap; gaps further inside do a counter no harm.
//     A counter that did not move is one that was not read anew: only readings with a new value are readings.
//  2. Else power is integrated by trapezoids, edges interpolated likewise. It needs readings around the window too, and no gap above
//     MostGap anywhere. Where the same source has a counter that does not move between scrapes, power was not read anew either.
//  3. A device with a counter that was reset in the window counts by its power; without power, its steps are summed and it is not valid.
//  4. Devices that are missing, or too many, make the sum invalid: it would be divided by another number than it was measured over.
func (r Record) EnergyBetween(from, to time.Time, declared runners.Accelerators, only []string) Energy {
	e := Energy{Reasons: []string{}, Devices: []DeviceEnergy{}}
	all := r.Devices(only)
	missing := 0
	var reasons []string // in order, each once
	whose := map[string][]string{}
	for _, d := range all {
		one, reason := d.energy(r, from, to)
		if reason != "" {
			if whose[reason] == nil {
				reasons = append(reasons, reason)
			}
			whose[reason] = append(whose[reason], d.label())
		}
		if one.Method == NoMethod {
			missing++
		} else if one.Other > 0 && math.Abs(one.Joules-one.Other) > mostDisagreement*math.Max(one.Joules, one.Other) {
			e.Doubts = append(e.Doubts, fmt.Sprintf("device %s: its counter and its power differ: %.0f and %.0f J", d.label(), one.Joules, one.Other))
		}
		e.Joules += one.Joules
		e.Devices = append(e.Devices, one)
		switch {
		case one.Method == NoMethod || e.Method == one.Method:
		case e.Method == NoMethod:
			e.Method = one.Method
		default:
			e.Method = Mixed
		}
	}
	for _, reason := range reasons {
		if n := len(whose[reason]); n > 1 {
			e.reason("%s: %d of %d devices, the first is %s", reason, n, len(all), whose[reason][0])
		} else {
			e.reason("%s: device %s", reason, whose[reason][0])
		}
	}
	if len(all) == 0 {
		e.reason("%s: no accelerator reports", NoData)
	}
	if declared.Count > 0 && len(all) > 0 && len(all) != declared.Count {
		e.reason("%s: %s", CountMismatch, mismatch(len(all), declared))
	}
	if !to.After(from) {
		e.reason("%s: the window is empty", NoData)
		missing++
	}
	e.Known = missing == 0 && len(all) > 0
	if !e.Known {
		e.Joules, e.Method = 0, NoMethod
		return e
	}
	e.Watts = e.Joules / to.Sub(from).Seconds()
	e.Valid = len(e.Reasons) == 0
	return e
}

func (e *Energy) reason(format string, args ...any) {
	e.Reasons = append(e.Reasons, fmt.Sprintf(format, args...))
}

func mismatch(reporting int, declared runners.Accelerators) string {
	text := fmt.Sprintf("%d report, %d %ss are declared", reporting, declared.Count, declared.Unit)
	if reporting == 2*declared.Count && declared.Unit != "die" {
		text += "; an exporter may count dies, of which a card has several"
	}
	return text
}

func (d Device) label() string {
	if d.Index != "" {
		return d.Index + " of " + d.Sources[0]
	}
	return d.ID
}

// energy tries the counter of each source, then the power of each, and keeps the first that has no reason against it; failing that, the
// first that gives a figure at all.
func (d Device) energy(r Record, from, to time.Time) (out DeviceEnergy, reason string) {
	type account struct {
		method Method
		joules float64
		known  bool
		reason string
	}
	var accounts []account
	collected := map[string][]Point{} // when a source read the device anew, by its counter
	for _, s := range d.of(r, EnergyCounter) {
		moved := s
		moved.Points = anew(s.Points)
		collected[s.Source] = moved.Points
		joules, known, reason := counted(moved, from, to)
		accounts = append(accounts, account{ByCounter, joules, known, reason})
	}
	for _, s := range d.of(r, Power) {
		joules, known, reason := integrated(s, collected[s.Source], from, to)
		accounts = append(accounts, account{ByPower, joules, known, reason})
	}
	out.ID = d.ID
	if len(accounts) == 0 {
		return out, NoData
	}
	best := slices.IndexFunc(accounts, func(a account) bool { return a.known && a.reason == "" })
	if best < 0 {
		best = max(0, slices.IndexFunc(accounts, func(a account) bool { return a.known }))
	}
	a := accounts[best]
	if !a.known {
		return out, a.reason
	}
	out.Joules, out.Method = a.joules, a.method
	for _, other := range accounts {
		if other.known && other.reason == "" && other.method != a.method {
			out.Other = other.joules
			break
		}
	}
	return out, a.reason
}

// anew drops readings that repeat the value before them.
func anew(points []Point) []Point {
	var out []Point
	for i, p := range points {
		if i == 0 || p.Value != points[i-1].Value {
			out = append(out, p)
		}
	}
	return out
}

// counted is the growth of a counter within the window.
func counted(s Series, from, to time.Time) (joules float64, known bool, reason string) {
	points := s.Between(from, to)
	if !brackets(points, from, to) {
		return 0, false, NotBracketed
	}
	sum, resets := grown(points)
	first, last := len(points)-1, 0 // the first reading behind the window's beginning, and the last before its end
	for i, p := range points {
		if i > 0 && !p.Time.Before(from) {
			first = min(first, i)
		}
		if i < len(points)-1 && !p.Time.After(to) {
			last = max(last, i)
		}
	}
	sum -= rise(points[first-1], points[first]) * share(points[first-1].Time, points[first].Time, from)
	sum -= rise(points[last], points[last+1]) * (1 - share(points[last].Time, points[last+1].Time, to))
	switch gap := max(points[first].Time.Sub(points[first-1].Time), points[last+1].Time.Sub(points[last].Time)); {
	case resets > 0:
		reason = CounterReset
	case gap > MostGap:
		reason = fmt.Sprintf("%s: the counter was not read anew for %.1f s at an edge of the window", GapExceeded, gap.Seconds())
	}
	return max(sum, 0), true, reason
}

func rise(a, b Point) float64 {
	if b.Value < a.Value {
		return b.Value
	}
	return b.Value - a.Value
}

// share is the part of the span from a to b that lies before the moment.
func share(a, b, at time.Time) float64 {
	span := b.Sub(a).Seconds()
	if span <= 0 {
		return 0
	}
	return min(1, max(0, at.Sub(a).Seconds()/span))
}

// integrated is the area under power. Collected, if any, are the readings of the same source's energy counter, which say when it was read.
func integrated(s Series, collected []Point, from, to time.Time) (joules float64, known bool, reason string) {
	points := s.Between(from, to)
	if !brackets(points, from, to) {
		return 0, false, NotBracketed
	}
	read := points
	if len(collected) > 0 {
		read = Series{Points: collected}.Between(from, to)
		if !brackets(read, from, to) {
			reason = fmt.Sprintf("%s: the exporter did not read the device anew around the window", GapExceeded)
		}
	}
	if gap := longest(read); gap > MostGap {
		reason = fmt.Sprintf("%s: %.1f s without a reading", GapExceeded, gap.Seconds())
	}
	return area(points, from, to), true, reason
}

func longest(points []Point) (gap time.Duration) {
	for i := 1; i < len(points); i++ {
		gap = max(gap, points[i].Time.Sub(points[i-1].Time))
	}
	return gap
}
