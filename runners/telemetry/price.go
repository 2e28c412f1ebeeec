package telemetry

import (
	"errors"
	"fmt"
)

// Price says what a target costs, all its accelerators and what belongs to them together: either so much an hour with everything included,
// or the purchase spread over the hours in which it works, and electricity beside it.
type Price struct {
	Currency string `json:"currency" yaml:"currency"` // printed as it stands; empty: none is named

	Hourly float64 `json:"hourly" yaml:"hourly"` // rent an hour, electricity included

	Capex       float64 `json:"capex" yaml:"capex"`             // purchase
	Years       float64 `json:"years" yaml:"years"`             // of use
	Utilisation float64 `json:"utilisation" yaml:"utilisation"` // share of those years in which it works, above 0 and at most 1
	Tariff      float64 `json:"tariff" yaml:"tariff"`           // a kilowatt-hour
	PUE         float64 `json:"pue" yaml:"pue"`                 // the building's power for each watt of the devices; 0: 1
	Watts       float64 `json:"watts" yaml:"watts"`             // taken where power is not measured, or not all of it; 0: measured alone
}

// Set reports whether there is a price at all.
func (p Price) Set() bool { return p.Hourly > 0 || p.Capex > 0 || p.Tariff > 0 }

// Check says what is wrong with the price. That of nothing is right.
func (p Price) Check() error {
	for _, n := range []struct {
		name  string
		value float64
	}{{"hourly", p.Hourly}, {"capex", p.Capex}, {"years", p.Years}, {"utilisation", p.Utilisation}, {"tariff", p.Tariff}, {"pue", p.PUE}, {"watts", p.Watts}} {
		if !(n.value >= 0 && n.value < 1e12) { // so that NaN is refused too
			return fmt.Errorf("check price: %s is %g, must not be negative", n.name, n.value)
		}
	}
	owned := p.Capex > 0 || p.Tariff > 0 || p.Years > 0 || p.Utilisation > 0
	switch {
	case p.Hourly > 0 && owned:
		return errors.New("check price: an hourly price has everything in it; leave out capex, years, utilisation and tariff")
	case p.Capex > 0 && p.Years == 0:
		return errors.New("check price: capex needs the years over which it is spread")
	case p.Capex > 0 && !(p.Utilisation > 0 && p.Utilisation <= 1):
		return errors.New("check price: capex needs a utilisation above 0 and at most 1: the share of the years in which the target works")
	case p.Capex == 0 && (p.Years > 0 || p.Utilisation > 0):
		return errors.New("check price: years and utilisation say nothing without capex")
	case p.PUE > 0 && p.PUE < 1:
		return fmt.Errorf("check price: pue is %g, must be at least 1", p.PUE)
	case p.Tariff == 0 && (p.PUE > 0 || p.Watts > 0):
		return errors.New("check price: pue and watts say nothing without a tariff")
	}
	return nil
}

// year is the mean Gregorian year, in seconds.
const year = 365.2425 * 24 * 3600

// Second is the money that a second of the target costs:
//
//	hourly / 3600, or  capex / (years · seconds a year · utilisation) + W/1000 · PUE · tariff / 3600
//
// with W the measured mean power when known, else Watts. It is false when there is no price, or a tariff and no power.
func (p Price) Second(watts float64, known bool) (float64, bool) {
	if !p.Set() {
		return 0, false
	}
	if p.Hourly > 0 {
		return p.Hourly / 3600, true
	}
	money := 0.0
	if p.Capex > 0 {
		money = p.Capex / (p.Years * year * p.Utilisation)
	}
	if p.Tariff > 0 {
		if !known {
			watts = p.Watts
		}
		if watts <= 0 {
			return 0, false
		}
		money += watts / 1000 * max(p.PUE, 1) * p.Tariff / 3600
	}
	return money, true
}
