// Package load puts requests to a target at a pace that is fixed beforehand, and keeps when each was due, sent and answered. It times
// and judges nothing else: clocks are the wire's, verdicts the scorers'.
package load

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// Mode says what decides when a request is sent.
type Mode string

const (
	Closed   Mode = "closed"   // so many in flight: the next is sent when one has ended
	Constant Mode = "constant" // at a rate, evenly spaced
	Poisson  Mode = "poisson"  // at a rate, as independent users arrive
	Gamma    Mode = "gamma"    // at a rate, in bunches when Shape < 1 and more evenly than Poisson when Shape > 1
	Burst    Mode = "burst"    // all are due at once, and Concurrency bounds how many are in flight
	Trace    Mode = "trace"    // at the times that a file says
	Sessions Mode = "sessions" // so many users, each of whom reads the reply and thinks before the next turn
)

// Open reports whether requests are due by the clock, whatever became of those before. Latency from the scheduled moment then shows
// what users feel when the target, or the client, does not keep up.
func (m Mode) Open() bool { return m == Constant || m == Poisson || m == Gamma || m == Trace }

// Stage is a load that is held for a while: what is asked when. Its trials carry its name in [runners.Key].
type Stage struct {
	Name        string        `json:"name"`
	Mode        Mode          `json:"mode"`
	Concurrency int           `json:"concurrency"` // most requests in flight; in sessions: users
	Rate        float64       `json:"rate"`        // requests a second, for constant, poisson and gamma
	Shape       float64       `json:"shape"`       // of gamma's intervals; 1 is Poisson
	Requests    int           `json:"requests"`    // to send, warm-up excluded; 0: as many as Duration takes
	Duration    time.Duration `json:"duration_ns"` // time for which the full load is held after Ramp; 0: until Requests are sent
	Ramp        time.Duration `json:"ramp_ns"`     // time in which the load rises from nothing, linearly, before Duration begins
	Drain       time.Duration `json:"drain_ns"`    // longest wait for what is in flight after the last request was sent; 0: as long as it takes
	Warmup      int           `json:"warmup"`      // requests beforehand, with prompts of their own, which are not kept
	Turns       int           `json:"turns"`       // of a session
	Think       time.Duration `json:"think_ns"`    // mean pause between a reply and the next turn
	Seed        int64         `json:"seed"`        // of arrivals, order and pauses

	// Of synthetic prompts, whose texts say nothing; all zero where the prompts are a suite's.
	InputTokens  int     `json:"input_tokens"`
	OutputTokens int     `json:"output_tokens"` // asked for, no fewer and no more
	SharedPrefix float64 `json:"shared_prefix"` // part of the prompt, from its beginning, that all have in common
}

// Record is a stage as it took place, beside its trials.
type Record struct {
	Stage   Stage
	Started time.Time // warmed up and connected: the first request is due
	Ended   time.Time // the last reply was there, or given up
	// SteadyFrom and SteadyTo bound the time in which the load was full: behind the ramp, and before there was nothing left to send. Both
	// are zero when there was no such time.
	SteadyFrom, SteadyTo time.Time

	ClientCPU time.Duration // processor time that this process took from Started to Ended; 0: the system does not tell
	Cores     int           // processors it could use
	ClockStep time.Duration // the largest distance, either way, by which the wall clock left the monotonic one between Started and Ended

	Scheduled int // requests that were due
	Sent      int // of these, the ones that were handed to the target
	Abandoned int // of these, the ones given up in flight: the drain was over, or the stage was broken off

	// Connect and TLS are the times of the connections opened before Started. A target that keeps none has to be connected to again, within
	// the requests' own times.
	Connect, TLS []time.Duration

	Stopped string   // why the stage ended before its time; empty: it did not
	Notes   []string // what was not as asked, in words for a reader
}

// Elapsed is the time from the first request's due moment to the end of the last reply.
func (r Record) Elapsed() time.Duration { return r.Ended.Sub(r.Started) }

// Load is the size of the stage on the axis that its mode has: requests a second, or requests in flight.
func (s Stage) Load() (size float64, unit string) {
	switch s.Mode {
	case Constant, Poisson, Gamma:
		return s.Rate, "requests/s"
	case Sessions:
		return float64(s.Concurrency), "users"
	}
	return float64(s.Concurrency), "in flight"
}

// Named returns the stage with the name that its mode and size give it: concurrency-16, rate-2.5, burst-64, trace, sessions-8.
func (s Stage) Named() Stage {
	number := strconv.FormatFloat(s.Rate, 'g', -1, 64)
	switch s.Mode {
	case Closed:
		s.Name = fmt.Sprintf("concurrency-%d", s.Concurrency)
	case Constant, Poisson, Gamma:
		s.Name = "rate-" + number
	case Burst, Sessions:
		s.Name = fmt.Sprintf("%s-%d", s.Mode, s.Concurrency)
	default:
		s.Name = string(s.Mode)
	}
	return s
}

// Bounds of a stage's figures. They are far beyond what a client on one machine can do.
const (
	MostConcurrency = 16384
	MostRate        = 100_000
	MostRequests    = 10_000_000
)

// Check says what is wrong with the stage.
func (s Stage) Check() error {
	rated := s.Mode == Constant || s.Mode == Poisson || s.Mode == Gamma
	switch s.Mode {
	case Closed, Constant, Poisson, Gamma, Burst, Trace, Sessions:
	default:
		return fmt.Errorf("check stage: unknown mode %q", s.Mode)
	}
	switch {
	case s.Concurrency < 1 || s.Concurrency > MostConcurrency:
		return fmt.Errorf("check stage %s: concurrency is %d, must be between 1 and %d", s.Name, s.Concurrency, MostConcurrency)
	case rated && !(s.Rate > 0 && s.Rate <= MostRate):
		return fmt.Errorf("check stage %s: rate is %g, must be above 0 and at most %d requests/s", s.Name, s.Rate, MostRate)
	case s.Mode == Gamma && !(s.Shape >= 0.01 && s.Shape <= 1000):
		return fmt.Errorf("check stage %s: shape is %g, must be between 0.01 and 1000", s.Name, s.Shape)
	case s.Requests < 0 || s.Requests > MostRequests:
		return fmt.Errorf("check stage %s: requests is %d, must be between 0 and %d", s.Name, s.Requests, MostRequests)
	case s.Duration < 0 || s.Ramp < 0 || s.Drain < 0 || s.Think < 0 || s.Warmup < 0:
		return fmt.Errorf("check stage %s: durations, pauses and the warm-up must not be negative", s.Name)
	case s.Mode == Sessions && s.Turns < 1:
		return fmt.Errorf("check stage %s: a session has at least one turn", s.Name)
	case s.Mode == Burst && s.Requests == 0:
		return fmt.Errorf("check stage %s: a burst needs a number of requests", s.Name)
	case s.Mode != Trace && s.Requests == 0 && s.Duration == 0:
		return fmt.Errorf("check stage %s: it needs a duration or a number of requests", s.Name)
	case rated && s.Requests == 0 && s.Rate*(s.Duration+s.Ramp).Seconds() > MostRequests:
		return fmt.Errorf("check stage %s: %g requests/s for %v are more than %d requests", s.Name, s.Rate, s.Duration, MostRequests)
	}
	return nil
}

// planned is the number of requests that a stage at a rate sends: what it says, or what its ramp and its duration take.
func (s Stage) planned() int {
	if s.Requests > 0 {
		return s.Requests
	}
	return max(1, int(math.Round(s.Rate*(s.Ramp.Seconds()/2+s.Duration.Seconds()))))
}
