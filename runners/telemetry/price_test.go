package telemetry_test

import (
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/viva-eval/viva/runners/telemetry"
)

func TestPrice(t *testing.T) {
	for _, c := range []struct {
		why   string
		price telemetry.Price
		watts float64
		known bool
		want  float64 // money an hour; negative: not known
	}{
		{"no price is not a price of 0", telemetry.Price{}, 700, true, -1},
		{"rent has everything in it, whatever the power", telemetry.Price{Hourly: 12}, 700, true, 12},
		{"a purchase over the hours in which it works", telemetry.Price{Capex: 365.2425 * 24 * 3, Years: 3, Utilisation: 0.5}, 0, false, 2},
		{"electricity of the measured watts, through the building", telemetry.Price{Tariff: 0.2, PUE: 1.5}, 4000, true, 1.2},
		{"both", telemetry.Price{Capex: 365.2425 * 24, Years: 1, Utilisation: 1, Tariff: 0.1, Watts: 9999}, 10000, true, 2},
		{"declared watts, where none are measured", telemetry.Price{Tariff: 0.1, Watts: 5000}, 0, false, 0.5},
		{"a tariff without watts is not known, and not free", telemetry.Price{Capex: 1000, Years: 1, Utilisation: 1, Tariff: 0.1}, 0, false, -1},
	} {
		if err := c.price.Check(); err != nil {
			t.Errorf("%s: %v", c.why, err)
		}
		got, ok := c.price.Second(c.watts, c.known)
		if ok != (c.want >= 0) || ok && math.Abs(3600*got-c.want) > 1e-9 {
			t.Errorf("%s: %g an hour, known %v, want %g", c.why, 3600*got, ok, c.want)
		}
	}
}

func TestPriceIsChecked(t *testing.T) {
	for why, p := range map[string]telemetry.Price{
		"less than nothing":                {Hourly: -1},
		"no number":                        {Tariff: math.NaN()},
		"two prices for one thing":         {Hourly: 3, Capex: 10, Years: 3, Utilisation: 1},
		"a purchase that is never over":    {Capex: 10, Utilisation: 1},
		"a purchase that never works":      {Capex: 10, Years: 3},
		"more than all of the time":        {Capex: 10, Years: 3, Utilisation: 50},
		"years of nothing":                 {Years: 3},
		"a building that makes power":      {Tariff: 0.2, PUE: 0.5},
		"watts that nobody pays for":       {Hourly: 3, Watts: 100},
		"a share of the years, by no sum":  {Utilisation: 0.5},
		"more money than there is, or inf": {Capex: math.Inf(1), Years: 1, Utilisation: 1},
	} {
		if err := p.Check(); err == nil {
			t.Errorf("%s: %+v passes", why, p)
		}
	}
}

func TestDeclaredComesBack(t *testing.T) {
	want := telemetry.Price{Currency: "EUR", Capex: 250000, Years: 4, Utilisation: 0.6, Tariff: 0.25, PUE: 1.4, Watts: 8000}
	for _, only := range [][]string{nil, {"0", "GPU-1"}} {
		got, devices := telemetry.NewRecord(telemetry.Declared(want, only, time.Now())).Declared()
		if got != want || !reflect.DeepEqual(devices, only) {
			t.Errorf("%+v %v, want %+v %v", got, devices, want, only)
		}
	}
	if p, only := telemetry.NewRecord(nil).Declared(); p.Set() || only != nil {
		t.Errorf("%+v %v of nothing", p, only)
	}
}
