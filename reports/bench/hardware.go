package bench

import "github.com/viva-eval/viva/reports"

// Hardware is what the machines said of themselves over a window. The zero Hardware says nothing, and no figure is made of it.
type Hardware struct {
	Devices     int      `json:"devices"`      // that reported; 0: none did
	Watts       Figure   `json:"watts"`        // mean over the window, all devices together
	Utilisation Figure   `json:"utilisation"`  // mean over devices and time, as a fraction
	Memory      Figure   `json:"memory_bytes"` // the most that was in use at one time, all devices together
	Joules      Figure   `json:"joules"`       // over the window, all devices together
	Energy      string   `json:"energy_from"`  // counter or power
	Valid       bool     `json:"energy_valid"`
	Reasons     []string `json:"energy_reasons"` // why Joules is not to be relied on

	Power, Use []Reading `json:"-"`
}

// stated leaves undefined what nobody said.
func (h Hardware) stated() Hardware {
	if h.Devices == 0 {
		h.Watts, h.Utilisation, h.Memory, h.Joules, h.Valid = reports.Undefined(), reports.Undefined(), reports.Undefined(), reports.Undefined(), false
	}
	if h.Reasons == nil {
		h.Reasons = []string{}
	}
	return h
}

// Price is what the box costs while it runs. The zero Price is not known.
type Price struct {
	PerHour  float64 `json:"per_hour"`
	Currency string  `json:"currency"`
}
