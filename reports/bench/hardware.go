package bench

import (
	"slices"
	"time"

	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/load"
	"github.com/viva-eval/viva/runners/telemetry"
)

// Hardware is what the machines said of themselves over a window. Where nobody said anything its figures are undefined.
type Hardware struct {
	Devices     int              `json:"devices"`      // that reported; 0: none did
	Watts       Figure           `json:"watts"`        // mean over the window, all devices together
	Utilisation Figure           `json:"utilisation"`  // mean over devices and time, as a fraction
	Memory      Figure           `json:"memory_bytes"` // the most that was in use at one time, all devices together
	Joules      Figure           `json:"joules"`       // over the window, all devices together
	Energy      telemetry.Method `json:"energy_from"`
	Valid       bool             `json:"energy_valid"`
	Reasons     []string         `json:"energy_reasons"` // why Joules is not to be relied on
}

// Telemetry is what was read of machines and servers during a run, and which of it belongs to the target.
type Telemetry struct {
	Record telemetry.Record
	Only   []string // devices by their ID or number; empty: all that report
	Price  telemetry.Price
}

// over is what the machines said of a window.
func (t *Telemetry) over(from, to time.Time, acc runners.Accelerators) Hardware {
	none := reports.Undefined()
	h := Hardware{Watts: none, Utilisation: none, Memory: none, Joules: none, Reasons: []string{}}
	if t == nil || !to.After(from) {
		return h
	}
	h.Devices = len(t.Record.Devices(t.Only))
	if h.Devices == 0 {
		return h
	}
	e := t.Record.EnergyBetween(from, to, acc, t.Only)
	h.Valid, h.Energy, h.Reasons = e.Valid, e.Method, slices.Clone(e.Reasons)
	if e.Known {
		h.Joules, h.Watts = Figure(e.Joules), Figure(e.Watts)
	}
	if points, n := t.Record.Together(telemetry.Utilization, from, to, t.Only); n > 0 {
		h.Utilisation = mean(points) / Figure(100*n)
	}
	points, _ := t.Record.Together(telemetry.MemoryUsed, from, to, t.Only)
	for _, p := range points {
		if v := Figure(p.Value); !h.Memory.Defined() || v > h.Memory {
			h.Memory = v
		}
	}
	return h
}

// mean weighs straight lines between points by time.
func mean(points []telemetry.Point) Figure {
	if len(points) < 2 {
		return reports.Undefined()
	}
	sum := 0.0
	for i := 1; i < len(points); i++ {
		sum += (points[i-1].Value + points[i].Value) / 2 * points[i].Time.Sub(points[i-1].Time).Seconds()
	}
	return ratio(sum, points[len(points)-1].Time.Sub(points[0].Time).Seconds())
}

// course is a quantity of all devices over a stage, each value times scale; with shared it is their mean.
func (t *Telemetry) course(q telemetry.Quantity, r load.Record, scale float64, shared bool) []telemetry.Point {
	if t == nil {
		return nil
	}
	points, n := t.Record.Together(q, r.Started, r.Ended, t.Only)
	if shared && n > 0 {
		scale /= float64(n)
	}
	for i := range points {
		points[i].Value *= scale
	}
	return points
}

// second is what a second of the target costs while it takes so many watts.
func (t *Telemetry) second(watts Figure) Figure {
	if t == nil {
		return reports.Undefined()
	}
	known := watts.Defined()
	if !known {
		watts = 0
	}
	if money, ok := t.Price.Second(float64(watts), known); ok {
		return Figure(money)
	}
	return reports.Undefined()
}

// currency is what money is counted in.
func (t *Telemetry) currency() string {
	if t == nil {
		return ""
	}
	return t.Price.Currency
}

// account holds the servers' and the machines' own account against ours.
func (t *Telemetry) account(r load.Record, s *Stage, acc runners.Accelerators) []Check {
	if t == nil {
		var list []Check
		for _, name := range [...]string{telemetry.ServerTTFT, telemetry.Foreign, telemetry.Throttling} {
			list = append(list, unknown(name, "no endpoint of the server or of its machine was read"))
		}
		return list
	}
	c := telemetry.Client{From: r.Started, To: r.Ended, Completed: s.Whole.Completed, Stated: true}
	for i := range s.Requests {
		q := &s.Requests[i]
		switch {
		case !q.Completed():
			if q.Sent != never {
				c.Broken++
			}
			continue
		case q.Tokens.Source != runners.FromUsage:
			c.Stated = false
		}
		c.PromptTokens, c.CompletionTokens = c.PromptTokens+q.Tokens.Prompt, c.CompletionTokens+q.Tokens.Completion
		if q.First != never && q.Sent != never {
			c.TTFT = append(c.TTFT, q.First-q.Sent)
		}
	}
	var list []Check
	for _, f := range t.Record.Check(c, acc, t.Only) {
		list = append(list, checkOf(f))
	}
	return list
}

func checkOf(f telemetry.Finding) Check {
	c := Check{Name: f.Check, Measured: Figure(f.Measure), Value: f.Value, Limit: f.Limit, Reason: f.Reason}
	switch f.Verdict {
	case telemetry.OK:
		c.Finding = OK
	case telemetry.Doubtful:
		c.Finding = Doubtful
	case telemetry.Invalid:
		c.Finding = Invalid
	default:
		c.Finding, c.Measured = Unknown, reports.Undefined()
	}
	for _, text := range []*string{&c.Value, &c.Limit} {
		if *text == "" {
			*text = "–"
		}
	}
	return c
}
