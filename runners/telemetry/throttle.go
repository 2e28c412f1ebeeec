package telemetry

import (
	"fmt"
	"math"
	"strings"

	"github.com/viva-eval/viva/runners"
)

// NVIDIA's bits for why a clock is held down, as nvml.h numbers them. The power cap is no fault: a card under full load runs into it.
const (
	hwSlowdown   = 0x8
	swThermal    = 0x20
	hwThermal    = 0x40
	hwPowerBrake = 0x80
)

// throttled asks whether heat, or a failing supply, held clocks down. The power limit alone does not: it belongs to the machine as it is sold.
func (r Record) throttled(c Client, only []string) Finding {
	known, worst, where, how := false, 0.0, "", ""
	span := c.To.Sub(c.From).Seconds()
	found := func(share float64, d Device, text string) {
		known = true
		if share > worst {
			worst, where, how = share, d.label(), text
		}
	}
	powerLimited := 0.0
	for _, d := range r.Devices(only) {
		for _, s := range d.of(r, ThermalViolation) {
			if points := s.Between(c.From, c.To); brackets(points, c.From, c.To) && span > 0 {
				seconds, _ := grown(points)
				found(min(1, seconds/span), d, "heat")
			}
		}
		for _, s := range d.of(r, PowerViolation) {
			if points := s.Between(c.From, c.To); brackets(points, c.From, c.To) && span > 0 {
				seconds, _ := grown(points)
				powerLimited = math.Max(powerLimited, min(1, seconds/span))
			}
		}
		for _, s := range d.of(r, ThrottleReasons) {
			within, hot, bits := 0, 0, uint64(0)
			for _, p := range s.Points {
				if p.Time.Before(c.From) || p.Time.After(c.To) {
					continue
				}
				within++
				if b := uint64(p.Value) & (hwSlowdown | swThermal | hwThermal | hwPowerBrake); p.Value >= 0 && b != 0 {
					hot++
					bits |= b
				}
			}
			if within > 0 {
				found(float64(hot)/float64(within), d, reasonsOf(bits))
			}
		}
		for _, s := range d.every(r, ThermalShare) {
			if most, ok := s.Max(c.From, c.To); ok {
				found(most/100, d, "heat")
			}
		}
	}
	if !known {
		return unknown(Throttling, "no accelerator tells; dcgm-exporter does when DCGM_FI_DEV_THERMAL_VIOLATION is among its counters")
	}
	f := Finding{Check: Throttling, Verdict: OK, Value: fmt.Sprintf("%.1f %% of the time", 100*worst), Limit: fmt.Sprintf("%.0f %%", 100*thermalShare), Measure: worst}
	if powerLimited > 0 {
		f.Value += fmt.Sprintf(" (at the power limit %.0f %%)", 100*powerLimited)
	}
	if worst > thermalShare {
		f.Verdict = Doubtful
		f.Reason = fmt.Sprintf("accelerator %s was slowed down for %.1f %% of the time by %s", where, 100*worst, how)
	}
	return f
}

func reasonsOf(bits uint64) string {
	var out []string
	for _, b := range []struct {
		bit  uint64
		name string
	}{{swThermal, "heat, by the driver"}, {hwThermal, "heat, by the hardware"}, {hwPowerBrake, "the power brake"}, {hwSlowdown, "the hardware's slowdown"}} {
		if bits&b.bit != 0 {
			out = append(out, b.name)
		}
	}
	return strings.Join(out, ", ")
}

// reporting holds the number of accelerators that report against the number that is declared.
func (r Record) reporting(declared runners.Accelerators, only []string) Finding {
	n := len(r.Devices(only))
	switch {
	case n == 0:
		return unknown(Reporting, "none reports")
	case declared.Count == 0:
		return Finding{Check: Reporting, Value: fmt.Sprintf("%d", n), Measure: float64(n), Reason: "none are declared: accelerators in the plan, with count, unit and model"}
	}
	f := Finding{Check: Reporting, Verdict: OK, Value: fmt.Sprintf("%d", n), Limit: fmt.Sprintf("%d", declared.Count), Measure: float64(n)}
	if n != declared.Count {
		f.Verdict = Doubtful
		f.Reason = mismatch(n, declared) + ": energy is not valid, and figures per accelerator go by what is declared"
	}
	return f
}

// healthy asks for faults that accelerators tell of.
func (r Record) healthy(c Client, only []string) Finding {
	seen := false
	for _, d := range r.Devices(only) {
		for _, q := range []Quantity{Health, Faults} {
			for _, s := range d.every(r, q) {
				for _, p := range s.Between(c.From, c.To) {
					seen = true
					if q == Health && p.Value == 0 || q == Faults && p.Value != 0 {
						return Finding{Check: Healthy, Verdict: Doubtful, Value: fmt.Sprintf("%s is %g", s.Metric, p.Value), Measure: p.Value,
							Reason: fmt.Sprintf("accelerator %s reports a fault", d.label())}
					}
				}
			}
		}
	}
	if !seen {
		return unknown(Healthy, "no accelerator tells")
	}
	return Finding{Check: Healthy, Verdict: OK, Value: "no fault"}
}
