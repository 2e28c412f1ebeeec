// Package bench tells what a measured run amounts to: for each load stage its throughput, its latencies, whether the answers stayed true
// under the load, and what they cost in power and money. Every figure is defined by an equation in docs/METHOD.md, "Measured load".
//
// A stage checks itself. Where a check finds that the client was the bottleneck, that others used the target, or that the counts
// cannot be, the stage is INVALID: its figures are printed and ranked nowhere.
package bench

import (
	"io"
	"time"

	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/load"
	"github.com/viva-eval/viva/runners/telemetry"
)

// Format writes a report in one form.
type Format func(w io.Writer, r Report) error

// Figure is a number that may be undefined: null in JSON and – in print, never 0.
type Figure = reports.Figure

// Report is a measured run with its figures.
type Report struct {
	Run      runners.Run
	Promises []Promise // what a good request keeps; none: there is no goodput
	Stages   []Stage   // in the order in which they were held
	Notes    []reports.Note
	Capacity *Capacity // what a search found; nil: none was made
}

// Capacity is the largest load at which every promise held, and the smallest at which one did not.
type Capacity struct {
	Unit   string  `json:"unit"`
	Holds  float64 `json:"holds"`  // 0: none
	Breaks float64 `json:"breaks"` // 0: all that were tried held
	Stages int     `json:"stages"` // held to find it
	Cut    bool    `json:"cut"`    // the search ended before its time: Holds is a least, and was not tried again
}

// Stage is one load with its figures.
type Stage struct {
	Name     string    `json:"name"`
	Mode     load.Mode `json:"mode"`
	Size     float64   `json:"size"` // requests in flight, users, or requests a second
	Unit     string    `json:"unit"` // of Size
	Started  time.Time `json:"started_at"`
	Ended    time.Time `json:"ended_at"`
	Validity Finding   `json:"validity"` // the worst finding of the checks
	Checks   []Check   `json:"checks"`
	Whole    Window    `json:"whole"`
	Steady   Window    `json:"steady"` // of no length where the load was never full
	Answers  Answers   `json:"answers"`
	Connect  Spread    `json:"connect_ms"` // opening connections before the stage
	TLS      Spread    `json:"tls_ms"`
	Stopped  string    `json:"stopped"` // why it ended before its time; empty: it did not
	Notes    []string  `json:"notes"`
	// MostInFlight is the largest number of requests that were in flight at one moment, and PeakTokens the largest number of output tokens in
	// one second, counted from Started.
	MostInFlight int    `json:"most_in_flight"`
	PeakTokens   Figure `json:"peak_output_tokens_per_s"`

	Record   load.Record       `json:"-"`
	Requests []Request         `json:"-"` // in the order in which they were sent
	Power    []telemetry.Point `json:"-"` // watts of all devices over time
	Use      []telemetry.Point `json:"-"` // their mean utilisation, as a fraction
}

// Main is the window whose figures stand in tables and charts: the steady one, or the whole stage where the load was never full for a second
// or nothing was completed in that time.
func (s *Stage) Main() *Window {
	if s.Steady.Seconds >= leastWindow && s.Steady.Completed > 0 {
		return &s.Steady
	}
	return &s.Whole
}

// leastWindow is the shortest time, in seconds, over which a steady load is spoken of.
const leastWindow = 1.0

// Invalid reports whether a check found the stage's figures to be wrong.
func (s *Stage) Invalid() bool { return s.Validity == Invalid }

// Invalid reports whether some stage is.
func (r Report) Invalid() bool {
	for i := range r.Stages {
		if r.Stages[i].Invalid() {
			return true
		}
	}
	return false
}

// InvalidStages names the stages that are invalid.
func (r Report) InvalidStages() []string {
	var names []string
	for i := range r.Stages {
		if r.Stages[i].Invalid() {
			names = append(names, r.Stages[i].Name)
		}
	}
	return names
}
