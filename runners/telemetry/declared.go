package telemetry

import (
	"strconv"
	"time"
)

// planned is the source of samples that nobody measured: what the plan says of prices and devices, kept in the same table.
const planned = "plan"

// Declared writes a price, and the devices that serve the target, as samples of a moment, so that a record is complete without its plan.
func Declared(p Price, only []string, at time.Time) []Sample {
	var out []Sample
	labels := map[string]string{}
	if p.Currency != "" {
		labels["currency"] = p.Currency
	}
	for _, n := range p.figures() {
		if *n.value > 0 {
			out = append(out, Sample{Source: planned, Metric: n.metric, Labels: Labels(labels), Unit: n.unit, Time: at, Value: *n.value})
		}
	}
	for i, device := range only {
		out = append(out, Sample{Source: planned, Metric: "device", Labels: Labels(map[string]string{"device": device, "position": strconv.Itoa(i)}), Time: at, Value: 1})
	}
	return out
}

// Declared returns what was declared. Both are zero when nothing was.
func (r Record) Declared() (p Price, only []string) {
	figures := p.figures()
	for _, s := range r.series {
		if s.Source != planned || len(s.Points) == 0 {
			continue
		}
		if s.Metric == "device" {
			if id, ok := Label(s.Labels, "device"); ok {
				only = append(only, id)
			}
			continue
		}
		for _, n := range figures {
			if n.metric == s.Metric {
				*n.value = s.Points[len(s.Points)-1].Value
				p.Currency, _ = Label(s.Labels, "currency")
			}
		}
	}
	return p, only
}

type figure struct {
	metric, unit string
	value        *float64
}

func (p *Price) figures() []figure {
	return []figure{{"price_hourly", "money/h", &p.Hourly}, {"price_capex", "money", &p.Capex}, {"price_years", "years", &p.Years},
		{"price_utilisation", "", &p.Utilisation}, {"price_tariff", "money/kWh", &p.Tariff}, {"price_pue", "", &p.PUE}, {"price_watts", "W", &p.Watts}}
}
