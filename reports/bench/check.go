package bench

import (
	"fmt"
	"slices"
	"time"

	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/load"
)

// Finding is what a self-check says of a stage's figures.
type Finding string

const (
	Unknown  Finding = "–" // there was nothing to look at
	OK       Finding = "ok"
	Doubtful Finding = "doubtful" // to be read with care; still ranked
	Invalid  Finding = "INVALID"  // the figures describe something else than the target under this load
)

func (f Finding) rank() int { return slices.Index([]Finding{Unknown, OK, Doubtful, Invalid}, f) }

// Check is one self-check of a stage.
type Check struct {
	Name     string  `json:"name"`
	Measured Figure  `json:"measured"` // in the unit that Value writes
	Value    string  `json:"value"`
	Limit    string  `json:"limit"`
	Finding  Finding `json:"finding"`
	Reason   string  `json:"reason"` // what it means, where it is not ok; why there is nothing to look at
}

// Names of a stage's own checks. Those of package telemetry stand beside them.
const (
	ScheduleLag   = "schedule lag p99"
	ClientCPU     = "client CPU"
	CoalescedRead = "tokens that came together"
	AchievedLoad  = "load achieved"
	TokenCounts   = "usage against counted tokens"
	ServerErrors  = "requests that failed"
	ClockStep     = "steps of the clock"
	HeldOut       = "held to its end"
)

// worst is the worst finding of all; ok where nothing was found.
func worst(checks []Check) Finding {
	f := OK
	for _, c := range checks {
		if c.Finding.rank() > f.rank() {
			f = c.Finding
		}
	}
	return f
}

// ownChecks hold a stage against itself.
func ownChecks(run runners.Run, h load.Record, s *Stage) []Check {
	together := coalescedCheck(s)
	if run.Target.BuiltIn {
		together.Finding, together.Reason = Invalid, "the built-in reader works in the client's own process and writes its replies in one go: that is a rehearsal, and measures no target"
	}
	return []Check{lagCheck(h, s, run.Timeout), cpuCheck(h), together, loadCheck(h, s), usageCheck(s), errorCheck(s), clockCheck(h), heldCheck(h)}
}

func unknown(name, reason string) Check {
	return Check{Name: name, Measured: reports.Undefined(), Value: "–", Limit: "–", Finding: Unknown, Reason: reason}
}

// judge finds by two limits, of which a value beyond the first is doubtful and one beyond the second invalid.
func judge(c Check, doubtful, invalid bool, reason string) Check {
	switch {
	case invalid:
		c.Finding, c.Reason = Invalid, reason
	case doubtful:
		c.Finding, c.Reason = Doubtful, reason
	default:
		c.Finding = OK
	}
	return c
}

// lagCheck asks whether requests were sent when they were due. Where requests wait because every place is taken, it is the target that is
// late, or the places are too few: that is loadCheck's to say. A closed loop's first request in each place, its start-up burst, is left out.
func lagCheck(h load.Record, s *Stage, deadline time.Duration) Check {
	mode := h.Stage.Mode
	if mode == load.Burst {
		return unknown(ScheduleLag, "in a burst all requests are due at once")
	}
	var lags []float64
	crowd := inFlightWhenSent(s.Requests, deadline, h.Elapsed())
	for i := range s.Requests {
		r := &s.Requests[i]
		if r.Sent == never || mode.Open() && crowd[i] >= h.Stage.Concurrency || !mode.Open() && i < h.Stage.Concurrency {
			continue
		}
		lags = append(lags, max(0, ms(r.Sent-r.Due)))
	}
	lag, ttft := spreadOf(lags), s.Whole.Sent.TTFT.P50
	if lag.N == 0 {
		return unknown(ScheduleLag, "no request was due while a place was free")
	}
	if !ttft.Defined() {
		ttft = 0
	}
	soft, hard := max(lagDoubtful, .05*ttft), max(lagInvalid, .25*ttft)
	c := Check{Name: ScheduleLag, Measured: lag.P99, Value: lag.P99.Milliseconds() + " ms", Limit: "10 ms or 5 % of TTFT"}
	return judge(c, lag.P99 > soft, lag.P99 > hard, fmt.Sprintf("one request in a hundred was sent %s ms after it was due, or later, though a place was free: the client lags, and its latencies with it", lag.P99.Milliseconds()))
}

// Limits of the schedule lag, in milliseconds, where those relative to the median TTFT are smaller.
const (
	lagDoubtful = Figure(10)
	lagInvalid  = Figure(50)
)

// inFlightWhenSent counts, for each request in the order of sending, those in flight at that moment, itself included. One that timed out held its
// place for the whole of its deadline, which is 0 where there is none, or until the stage was over.
func inFlightWhenSent(requests []Request, deadline, elapsed time.Duration) []int {
	end := func(r *Request) time.Duration {
		switch {
		case r.Status != runners.TimedOut || r.Sent == never:
			return r.Last
		case deadline <= 0:
			return max(r.Sent, elapsed)
		}
		return max(r.Sent, min(r.Sent+deadline, elapsed))
	}
	counts := make([]int, len(requests))
	var ends []time.Duration
	for i := range requests {
		r := &requests[i]
		if last := end(r); r.Sent != never && last != never {
			ends = append(ends, last)
		}
	}
	slices.Sort(ends)
	over, sent := 0, 0
	for i := range requests {
		r := &requests[i]
		if r.Sent == never || end(r) == never {
			continue
		}
		for over < len(ends) && ends[over] < r.Sent {
			over++
		}
		sent++
		counts[i] = sent - over
	}
	return counts
}

// cpuCheck asks how busy the client was. Near the full use of its processors, what it reads waits for a turn.
func cpuCheck(h load.Record) Check {
	switch {
	case h.ClientCPU <= 0 || h.Cores <= 0:
		return unknown(ClientCPU, "the system does not tell")
	case h.Elapsed() < time.Second:
		return unknown(ClientCPU, "the stage is shorter than a second")
	}
	use := Figure(h.ClientCPU.Seconds() / h.Elapsed().Seconds() / float64(h.Cores))
	c := Check{Name: ClientCPU, Measured: use, Value: fmt.Sprintf("%s %% of %d cores", use.Percent(), h.Cores), Limit: "50 %"}
	return judge(c, use > .5, use > .8, fmt.Sprintf("the client used %s %% of its %d processors: replies waited to be read", use.Percent(), h.Cores))
}

// coalescedCheck asks whether tokens were read as they came. Those read together have no gap between them.
func coalescedCheck(s *Stage) Check {
	events, together, zeros := 0, 0, 0
	for i := range s.Requests {
		r := &s.Requests[i]
		if !r.Completed() {
			continue
		}
		events, together = events+len(r.Gaps), together+r.Coalesced
		for _, gap := range r.Gaps {
			if gap <= 0 {
				zeros++
			}
		}
	}
	if events == 0 {
		return unknown(CoalescedRead, "no reply was streamed in parts")
	}
	share := Figure(float64(max(together, zeros)) / float64(events))
	c := Check{Name: CoalescedRead, Measured: share, Value: share.Percent() + " %", Limit: "10 %"}
	return judge(c, share > .1, 2*zeros >= events || share >= .5, fmt.Sprintf("%s %% of the tokens' events were read together with the one before: the gaps between tokens say nothing of the target's pace", share.Percent()))
}

// loadCheck asks whether the load was that of the plan: the rate of sending, or the number in flight.
func loadCheck(h load.Record, s *Stage) Check {
	switch {
	case h.Stage.Mode.Open():
		return rateCheck(h, s)
	case h.Stage.Mode == load.Closed:
		return concurrencyCheck(h, s)
	case h.Stage.Mode == load.Sessions:
		return unknown(AchievedLoad, "users pause between their turns")
	}
	return unknown(AchievedLoad, "a burst has no rate")
}

func rateCheck(h load.Record, s *Stage) Check {
	n, firstDue, lastDue, firstSent, lastSent := 0, never, never, never, never
	for i := range s.Requests {
		r := &s.Requests[i]
		if r.Sent == never {
			continue
		}
		if n++; n == 1 {
			firstDue, lastDue, firstSent, lastSent = r.Due, r.Due, r.Sent, r.Sent
		}
		firstDue, lastDue, lastSent = min(firstDue, r.Due), max(lastDue, r.Due), max(lastSent, r.Sent)
	}
	if n < 2 || lastDue <= firstDue || lastSent <= firstSent {
		return unknown(AchievedLoad, "too few requests were sent to speak of a rate")
	}
	asked := float64(n-1) / (lastDue - firstDue).Seconds()
	got := float64(n-1) / (lastSent - firstSent).Seconds()
	if h.Scheduled > h.Sent {
		got *= float64(h.Sent) / float64(h.Scheduled)
	}
	share := Figure(min(got/asked, 1))
	c := Check{Name: AchievedLoad, Measured: share, Value: fmt.Sprintf("%s of %s requests/s", Figure(got).PerSecond(), Figure(asked).PerSecond()), Limit: "95 %"}
	return judge(c, share < .95, share < .9, fmt.Sprintf("%s requests/s were sent where %s were asked for: at this rate the target was never measured", Figure(got).PerSecond(), Figure(asked).PerSecond()))
}

func concurrencyCheck(h load.Record, s *Stage) Check {
	switch {
	case s.Steady.Seconds < leastWindow:
		return unknown(AchievedLoad, "the load was full for less than a second")
	case s.Whole.Failed*100 > s.Whole.Attempted:
		return unknown(AchievedLoad, "requests failed, and how long they took is not known")
	}
	share := s.Steady.InFlight / Figure(h.Stage.Concurrency)
	c := Check{Name: AchievedLoad, Measured: share, Value: fmt.Sprintf("%s of %d in flight", s.Steady.InFlight.Fixed(1, 1), h.Stage.Concurrency), Limit: "95 %"}
	return judge(c, share < .95, share < .8, fmt.Sprintf("%s requests were in flight on average where %d were asked for", s.Steady.InFlight.Fixed(1, 1), h.Stage.Concurrency))
}

// usageCheck holds the server's counts of tokens against the texts. No server can send more events with text than tokens, and no language
// has three times as many characters a token as our estimate knows, nor a third.
func usageCheck(s *Stage) Check {
	stated, estimated, events, replies, none := 0, 0, 0, 0, 0
	for i := range s.Requests {
		r := &s.Requests[i]
		switch {
		case !r.Completed() || r.Counted == 0:
			continue
		case r.Tokens.Source != runners.FromUsage:
			none++
			continue
		}
		replies++
		stated, estimated = stated+r.Tokens.Completion, estimated+r.Counted
		if r.First != never {
			events += len(r.Gaps) + 1
		}
	}
	if replies == 0 && none == 0 {
		return unknown(TokenCounts, "no reply has text")
	}
	if none > 0 {
		c := Check{Name: TokenCounts, Measured: reports.Undefined(), Value: fmt.Sprintf("none for %d of %d", none, none+replies), Limit: "all"}
		return judge(c, true, false, fmt.Sprintf("the server stated no usage for %d of %d replies: their tokens are our estimate from the text", none, none+replies))
	}
	share := Figure(float64(stated) / float64(estimated))
	c := Check{Name: TokenCounts, Measured: share, Value: share.Fixed(1, 2) + " ×", Limit: "0.60 to 1.67"}
	if float64(stated) < .9*float64(events) {
		return judge(c, true, true, fmt.Sprintf("the server states %d output tokens and sent %d events with text, each of which holds a token at least", stated, events))
	}
	return judge(c, share < .6 || share > 1/.6, share < 1./3 || share > 3, fmt.Sprintf("the server states %s times as many output tokens as the texts hold by our estimate", share.Fixed(1, 2)))
}

// errorCheck asks how many requests failed for reasons that are not the model's.
func errorCheck(s *Stage) Check {
	w := &s.Whole
	if w.Attempted == 0 {
		return judge(Check{Name: ServerErrors, Measured: reports.Undefined(), Value: "none was sent", Limit: "1 %"}, true, true, "no request was sent")
	}
	share := ratio(float64(w.Failed), float64(w.Attempted))
	c := Check{Name: ServerErrors, Measured: share, Value: fmt.Sprintf("%s %%, %d of %d", share.Percent(), w.Failed, w.Attempted), Limit: "1 %"}
	return judge(c, share > .01, share > .05, fmt.Sprintf("%d of %d requests failed, timed out or were refused: a target that sheds load is measured at less than this load", w.Failed, w.Attempted))
}

// clockCheck asks whether the wall clock was set. Spans of one request do not depend on it; where requests and device readings lie in time does.
func clockCheck(h load.Record) Check {
	step := Figure(ms(h.ClockStep.Abs()))
	c := Check{Name: ClockStep, Measured: step, Value: step.Milliseconds() + " ms", Limit: "10 ms"}
	return judge(c, step > 10, step > 100, fmt.Sprintf("the wall clock was set by %s ms during the stage: what lies in which window, and which reading of a device belongs to it, is not known", step.Milliseconds()))
}

// heldCheck asks whether the stage was held as planned.
func heldCheck(h load.Record) Check {
	c := Check{Name: HeldOut, Measured: reports.Undefined(), Value: "yes", Limit: "yes"}
	if h.Stopped != "" {
		c.Value = "no"
	}
	return judge(c, h.Stopped != "", h.Stopped != "", "the stage ended before its time: "+h.Stopped)
}
