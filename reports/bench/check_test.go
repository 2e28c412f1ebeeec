package bench

import (
	"testing"
	"time"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/load"
	"github.com/viva-eval/viva/runners/telemetry"
	"github.com/viva-eval/viva/scorers"
)

// Each planted fault fires the check that is meant for it, as hard as it should, and no other.
func TestPlantedFaults(t *testing.T) {
	each := func(f func(i int, g *scorers.Graded)) func(*load.Record, []scorers.Graded) {
		return func(_ *load.Record, trials []scorers.Graded) {
			for i := range trials {
				f(i, &trials[i])
			}
		}
	}
	for _, row := range []struct {
		why   string
		open  bool
		plant func(*load.Record, []scorers.Graded)
		check string
		want  Finding
	}{
		{"a sound closed loop", false, each(func(int, *scorers.Graded) {}), "", OK},
		{"a sound open loop", true, each(func(int, *scorers.Graded) {}), "", OK},
		{"every 50th request is sent 30 ms late, which a slow target would not notice", true, each(func(i int, g *scorers.Graded) {
			if i%50 == 7 {
				late(g, 30*time.Millisecond)
			}
		}), ScheduleLag, Doubtful},
		{"the client's timer hangs by 200 ms now and then", true, each(func(i int, g *scorers.Graded) {
			if i%50 == 7 {
				late(g, 200*time.Millisecond)
			}
		}), ScheduleLag, Invalid},
		{"the client is busy", false, func(h *load.Record, _ []scorers.Graded) { h.ClientCPU = h.Elapsed() * 12 / 10 }, ClientCPU, Doubtful},
		{"the client cannot keep up", false, func(h *load.Record, _ []scorers.Graded) { h.ClientCPU = h.Elapsed() * 19 / 10 }, ClientCPU, Invalid},
		{"one event in five was read with the one before", false, each(func(_ int, g *scorers.Graded) { g.Trial.Response.Timing.Coalesced = 20 }), CoalescedRead, Doubtful},
		{"two events in three have no gap", false, each(func(_ int, g *scorers.Graded) {
			for j := range g.Trial.Response.Timing.Gaps {
				if j%3 > 0 {
					g.Trial.Response.Timing.Gaps[j] = 0
				}
			}
		}), CoalescedRead, Invalid},
		{"the sending falls behind the schedule, since all places are taken", true, func(h *load.Record, trials []scorers.Graded) {
			h.Stage.Concurrency = 16 // 22 are needed
			for i := 16; i < len(trials); i++ {
				free := trials[i-16].Trial.Response.Timing.Last
				if wait := free.Sub(trials[i].Trial.Response.Timing.Sent); wait > 0 {
					late(&trials[i], wait)
				}
			}
			h.Ended = trials[len(trials)-1].Trial.Response.Timing.Last
		}, AchievedLoad, Invalid},
		{"places stand empty between requests", false, each(func(_ int, g *scorers.Graded) {
			g.Trial.Response.Timing.Last = g.Trial.Response.Timing.Last.Add(-300 * time.Millisecond)
		}), AchievedLoad, Doubtful},
		{"the server says twice the tokens that it sent", false, each(func(_ int, g *scorers.Graded) { g.Trial.Response.Tokens.Completion *= 2 }), TokenCounts, Doubtful},
		{"the server says four times the tokens", false, each(func(_ int, g *scorers.Graded) { g.Trial.Response.Tokens.Completion *= 4 }), TokenCounts, Invalid},
		{"the server says fewer tokens than it sent events", false, each(func(_ int, g *scorers.Graded) { g.Trial.Response.Tokens.Completion = 80 }), TokenCounts, Invalid},
		{"the server says nothing of tokens", false, each(func(_ int, g *scorers.Graded) { g.Trial.Response.Tokens.Source = runners.Estimated }), TokenCounts, Doubtful},
		{"3 % of the requests fail", false, each(func(i int, g *scorers.Graded) {
			if i%33 == 0 {
				g.Trial.Status = runners.Failed
			}
		}), ServerErrors, Doubtful},
		{"one request in ten fails", false, each(func(i int, g *scorers.Graded) {
			if i%10 == 0 {
				g.Trial.Status = runners.Failed
			}
		}), ServerErrors, Invalid},
		{"the clock is set back by half a second", false, func(h *load.Record, _ []scorers.Graded) { h.ClockStep = -500 * time.Millisecond }, ClockStep, Invalid},
		{"the clock is slewed", false, func(h *load.Record, _ []scorers.Graded) { h.ClockStep = 40 * time.Millisecond }, ClockStep, Doubtful},
		{"the target goes away", false, func(h *load.Record, _ []scorers.Graded) { h.Stopped = "the target stopped answering" }, HeldOut, Invalid},
	} {
		s := usual(16)
		if s.open = row.open; row.open {
			s.rounds = 20
		}
		s.step = 0
		h, trials := s.held("x")
		row.plant(&h, trials)
		st := only(t, s, h, trials)
		for _, c := range st.Checks {
			switch {
			case c.Name == row.check && c.Finding != row.want:
				t.Errorf("%s: %s is %s at %s, want %s", row.why, c.Name, c.Finding, c.Value, row.want)
			case c.Name != row.check && c.Finding.rank() > OK.rank():
				t.Errorf("%s: %s is %s too: %s", row.why, c.Name, c.Finding, c.Reason)
			case c.Finding.rank() > OK.rank() && c.Reason == "":
				t.Errorf("%s: %s gives no reason", row.why, c.Name)
			}
		}
		if st.Validity != row.want {
			t.Errorf("%s: the stage is %s, want %s", row.why, st.Validity, row.want)
		}
	}
}

// The server's account stands among the checks: a sound one is ok, and what it counts beyond ours makes the stage invalid, once.
func TestServersAccount(t *testing.T) {
	for counted, want := range map[float64]Finding{1: OK, 1.3: Invalid} {
		s := usual(16)
		s.step, s.server = 0, counted
		h, trials := s.held("x")
		st := only(t, s, h, trials)
		if got := found(st.Checks, telemetry.Foreign); got != want || st.Validity != want {
			t.Errorf("a server that counts %v of our tokens: %s, the stage is %s: %+v", counted, got, st.Validity, st.Checks)
		}
		if found(st.Checks, telemetry.Usage) != OK || found(st.Checks, telemetry.Reporting) != OK {
			t.Errorf("%+v", st.Checks)
		}
	}
}

// late sends a request later than it was due, with all that follows.
func late(g *scorers.Graded, by time.Duration) {
	due := g.Trial.Response.Timing.Scheduled
	*g = later(*g, by)
	g.Trial.Response.Timing.Scheduled = due
}

// A request that hangs holds its place for as long as its deadline, and those that wait for the place are no lag of the client.
func TestHungRequestsHoldTheirPlaces(t *testing.T) {
	const took = 100 * time.Millisecond
	requests := []Request{{First: never, Answer: never, Last: never, Status: runners.TimedOut}}
	for i := range 40 { // one after the other in the second place, due twice as often
		sent := time.Duration(i) * took
		requests = append(requests, Request{Due: sent / 2, Sent: sent, First: sent + took/2, Last: sent + took - time.Millisecond, Status: runners.OK})
	}
	h := load.Record{Stage: load.Stage{Mode: load.Constant, Rate: 20, Concurrency: 2}, Started: began, Ended: began.Add(41 * took)}
	for deadline, want := range map[time.Duration]Finding{0: OK, time.Minute: OK, took: Invalid} {
		if c := lagCheck(h, &Stage{Requests: append([]Request{}, requests...)}, deadline); c.Finding != want {
			t.Errorf("with a deadline of %v: %s at %s, want %s", deadline, c.Finding, c.Value, want)
		}
	}
}
