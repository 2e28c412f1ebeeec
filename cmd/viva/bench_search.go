package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/viva-eval/viva/reports/bench"
	"github.com/viva-eval/viva/runners/load"
	"github.com/viva-eval/viva/runners/telemetry"
)

// axis is the load that a capacity search varies.
type axis struct {
	mode        load.Mode
	from, most  float64
	whole       bool    // only whole sizes: requests in flight
	within      float64 // how near, as a part of the load, the search comes to the largest that holds
	repetitions int     // times that the answer must hold
}

const (
	searchMost    = 1024 // requests in flight, or requests a second, that a search tries at most unless it is told otherwise
	searchWithin  = 0.05 // of a rate
	searchRepeats = 3
)

// parseAxis reads what --search names: concurrency or rate, with bounds if wanted, as in rate:0.5..50.
func parseAxis(text string, arrivals load.Mode) (axis, error) {
	name, bounds, bounded := strings.Cut(text, ":")
	x := axis{from: 1, most: searchMost, repetitions: searchRepeats}
	switch name {
	case "concurrency":
		x.mode, x.whole = load.Closed, true
	case "rate":
		x.mode, x.within = arrivals, searchWithin
	default:
		return x, fmt.Errorf("%.40q is not concurrency or rate", name)
	}
	if !bounded {
		return x, nil
	}
	low, high, ok := strings.Cut(bounds, "..")
	var err1, err2 error
	x.from, err1 = strconv.ParseFloat(low, 64)
	x.most, err2 = strconv.ParseFloat(high, 64)
	top := float64(load.MostRate)
	if x.whole {
		top = load.MostConcurrency
	}
	switch {
	case !ok || err1 != nil || err2 != nil:
		return x, fmt.Errorf("%.40q are no bounds; write %s:1..256", bounds, name)
	case !(x.from > 0 && x.from <= x.most && x.most <= top):
		return x, fmt.Errorf("bounds %.40q must rise from above 0 to at most %g", bounds, top)
	case x.whole && (x.from != math.Trunc(x.from) || x.most != math.Trunc(x.most)):
		return x, fmt.Errorf("bounds %.40q: requests in flight are whole numbers", bounds)
	}
	return x, nil
}

// capacity is what a search found.
type capacity struct {
	Holds  float64 `json:"holds"`  // the largest load that held, each time it was tried; 0: none
	Breaks float64 `json:"breaks"` // the smallest load that did not; 0: all that were tried held
	Stages int     `json:"stages"` // held to find it
}

// search finds the largest load of the axis at which try reports true.
//
//  1. From the least, loads are doubled until one does not hold or the most has held.
//  2. Between the largest that held and the smallest that did not, the middle is tried, until they are neighbours or within the axis's
//     nearness of each other.
//  3. What is then the answer is tried again, as often as the axis repeats. If it breaks once, it counts as not holding, and the search goes
//     on below it, above what held before.
//
// try gets the load and how often it was tried before. Its error ends the search; what was found so far comes with it.
func (x axis) search(try func(size float64, before int) (bool, error)) (c capacity, err error) {
	var held []float64 // loads that have held so far, in rising order
	tried := map[float64]int{}
	attempt := func(size float64) (bool, error) {
		c.Stages++
		tried[size]++
		return try(size, tried[size]-1)
	}
	settle := func() {
		c.Holds = 0
		if len(held) > 0 {
			c.Holds = held[len(held)-1]
		}
	}
	for size := x.from; c.Breaks == 0; {
		ok, err := attempt(size)
		if err != nil {
			return c, err
		}
		if !ok {
			c.Breaks = size
			break
		}
		held = append(held, size)
		settle()
		if size >= x.most {
			break
		}
		size = min(2*size, x.most)
	}
	for len(held) > 0 {
		for c.Breaks > 0 && !x.near(c.Holds, c.Breaks) {
			size := x.middle(c.Holds, c.Breaks)
			ok, err := attempt(size)
			if err != nil {
				return c, err
			}
			if ok {
				held = append(held, size)
				settle()
			} else {
				c.Breaks = size
			}
		}
		ok := true
		for ok && tried[c.Holds] < x.repetitions {
			if ok, err = attempt(c.Holds); err != nil {
				return c, err
			}
		}
		if ok {
			break
		}
		c.Breaks = c.Holds
		held = held[:len(held)-1]
		settle()
	}
	return c, nil
}

// near reports whether nothing worth trying lies between two loads.
func (x axis) near(low, high float64) bool {
	if x.whole {
		return high-low <= 1
	}
	return high-low <= x.within*low
}

// middle lies between two loads: the mean of whole ones, else the geometric mean, with three digits so that stages have readable names.
func (x axis) middle(low, high float64) float64 {
	if x.whole {
		return math.Floor((low + high) / 2)
	}
	m, _ := strconv.ParseFloat(strconv.FormatFloat(math.Sqrt(low*high), 'g', 3, 64), 64)
	if m <= low || m >= high {
		return (low + high) / 2
	}
	return m
}

// limits are what a load must keep to count as held.
type limits struct {
	promises      []bench.Promise
	hallucination float64 // largest upper bound on the rate; negative: not looked at
}

// failedLimit is the share of requests that may fail at a load that holds.
const failedLimit = 0.01

// outcome is what a stage kept of its limits.
type outcome struct {
	Stage  string   `json:"stage"`
	Size   float64  `json:"size"`
	Held   bool     `json:"held"`
	Broke  []string `json:"broke"`  // which limits, with what was measured
	Kept   []string `json:"kept"`   // likewise
	Unsure bool     `json:"unsure"` // only the interval of the hallucination rate is too wide: more replies could settle it
	Why    string   `json:"invalid"`
}

// clientFaults are the checks that doubt the measurement. The others doubt the target, which is what a search is after.
var clientFaults = []string{bench.ScheduleLag, bench.ClientCPU, bench.CoalescedRead, bench.TokenCounts, bench.ClockStep, telemetry.Foreign, telemetry.Usage,
	telemetry.ServerTTFT, telemetry.Throttling}

// judge holds a stage against the limits.
func (l limits) judge(s *bench.Stage) outcome {
	o := outcome{Stage: s.Name, Size: s.Size, Broke: []string{}, Kept: []string{}}
	for _, c := range s.Checks {
		if c.Name == bench.AchievedLoad && c.Finding == bench.Doubtful && s.Mode.Open() {
			o.Broke = append(o.Broke, c.Reason) // else the answer is a rate at which nothing was sent
		}
		if c.Finding != bench.Invalid {
			continue
		}
		if slices.Contains(clientFaults, c.Name) {
			o.Why = c.Reason
		} else if c.Name != bench.ServerErrors {
			o.Broke = append(o.Broke, c.Reason)
		}
	}
	w := s.Main()
	say := func(ok bool, text string) {
		if ok {
			o.Kept = append(o.Kept, text)
		} else {
			o.Broke = append(o.Broke, text)
		}
	}
	if failed := bench.Figure(float64(s.Whole.Failed) / max(1, float64(s.Whole.Attempted))); failed > failedLimit {
		say(false, fmt.Sprintf("%s %% of the requests failed, at most %g %% may", failed.Percent(), failedLimit*100))
	}
	for _, p := range l.promises {
		v := p.Value(w)
		say(v.Defined() && float64(v) <= float64(p.Limit)/1e6, fmt.Sprintf("%s is %s, promised %s", measured(p), milliseconds(v), p.Limit))
	}
	if l.hallucination >= 0 {
		h := s.Answers.Hallucination
		upper, value := h.High, h.Value
		if h.Bounded {
			upper, value = h.BoundHigh, h.Most
		}
		ok := upper.Defined() && float64(upper) <= l.hallucination
		o.Unsure = !ok && len(o.Broke) == 0 && (!value.Defined() || float64(value) <= l.hallucination)
		say(ok, fmt.Sprintf("hallucination is %s %% and could be %s %%, promised at most %.3g %%", value.Percent(), upper.Percent(), l.hallucination*100))
	}
	o.Held = len(o.Broke) == 0 && o.Why == ""
	return o
}

// measured is what a promise is about: p99 ttft.
func measured(p bench.Promise) string {
	name, _, _ := strings.Cut(p.String(), " <")
	return name
}

// milliseconds writes a latency.
func milliseconds(v bench.Figure) string {
	if !v.Defined() {
		return "not known"
	}
	return v.Milliseconds() + " ms"
}

// find searches the plan's axis for the target's capacity and tells it.
func (b *benchmark) find(ctx context.Context) error {
	x, err := b.plan.Bench.axis()
	if err != nil {
		return err
	}
	base := b.plan.Bench.base(b.plan, x.mode)
	tried := []outcome{}
	found, err := x.search(func(size float64, before int) (bool, error) {
		s := b.plan.Bench.of(base, size)
		if before > 0 {
			s.Name = fmt.Sprintf("%s-again-%d", s.Name, before)
			s.Seed += int64(before)
		}
		stage, err := b.hold(ctx, s)
		if err != nil {
			return false, err
		}
		o := b.limits.judge(stage)
		tried = append(tried, o)
		switch {
		case o.Why != "":
			return false, infrastructure("stage %s is INVALID: %s", o.Stage, o.Why).withHint("up to here, the answer stands; beyond it the client has to be given more room")
		case o.Held:
			b.say("  holds: %s", strings.Join(o.Kept, "; "))
		default:
			b.say("  breaks: %s", strings.Join(o.Broke, "; "))
		}
		return o.Held, nil
	})
	b.found, b.tried, b.ended = &found, tried, err == nil
	b.say("%s", x.tell(found, err != nil))
	if err != nil || found.Holds > 0 {
		return err
	}
	for _, o := range tried {
		if o.Unsure {
			return &exit{code: exitInconclusive, err: fmt.Errorf("too few replies to say that hallucination stays below %.3g %%", b.limits.hallucination*100),
				hint: "hold the stages longer: --duration 5m, or more --requests"}
		}
	}
	return &exit{code: exitFailed, err: fmt.Errorf("no load keeps the promises: the least that was tried, %g, does not", found.Breaks)}
}

// tell is the answer in words. A search that was cut short knows less.
func (x axis) tell(c capacity, cut bool) string {
	unit := "requests in flight"
	if !x.whole {
		unit = "requests/s"
	}
	switch {
	case c.Holds == 0 && c.Breaks == 0:
		return "capacity: not known"
	case c.Holds == 0:
		return fmt.Sprintf("capacity: none; %g %s broke it", c.Breaks, unit)
	case c.Breaks == 0 && cut:
		return fmt.Sprintf("capacity: at least %g %s; beyond it nothing could be measured", c.Holds, unit)
	case cut:
		return fmt.Sprintf("capacity: at least %g %s and less than %g; the search was cut short", c.Holds, unit, c.Breaks)
	case c.Breaks == 0:
		return fmt.Sprintf("capacity: at least %g %s, the most that was tried", c.Holds, unit)
	}
	return fmt.Sprintf("capacity: %g %s; it holds at %g and breaks at %g, found in %d stages", c.Holds, unit, c.Holds, c.Breaks, c.Stages)
}
