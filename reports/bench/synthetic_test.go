package bench

import (
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/load"
	"github.com/viva-eval/viva/runners/telemetry"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

var began = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// scene is a stage whose truth is known in closed form: in each of so many places one request follows another, and each takes
// wait + (tokens − 1) · pace. The waits of a stage are first, first + step, first + 2 step, … in a seeded order.
type scene struct {
	places, rounds int
	first, step    time.Duration
	pace           time.Duration
	tokens, prompt int
	open           bool // due at equal intervals of the places' common pace, whatever became of those before
	devices        int
	watts          float64
	server         float64 // of our tokens the server counts so many; 0: its counters are not read
	synthetic      bool    // nothing to grade
	false_, silent float64
	seed           uint64
}

func usual(places int) scene {
	return scene{places: places, rounds: 40, first: 200 * time.Millisecond, step: time.Millisecond, pace: 20 * time.Millisecond, tokens: 101, prompt: 400,
		devices: 8, watts: 3200, false_: .08, silent: .2, seed: 7}
}

func (s scene) n() int { return s.places * s.rounds }

// held makes the stage's record and its trials. Trials are due and sent at once; rounds follow each other on the longest wait, so that all places
// are busy for known shares of the time.
func (s scene) held(name string) (load.Record, []scorers.Graded) {
	rng := rand.New(rand.NewPCG(s.seed, 1))
	waits := make([]time.Duration, s.n())
	for i := range waits {
		waits[i] = s.first + time.Duration(i)*s.step
	}
	rng.Shuffle(len(waits), func(i, j int) { waits[i], waits[j] = waits[j], waits[i] })
	body := time.Duration(s.tokens-1) * s.pace
	free := make([]time.Duration, s.places)
	var trials []scorers.Graded
	last, steady := time.Duration(0), time.Duration(math.MaxInt64)
	for i, wait := range waits {
		place := i % s.places
		at := free[place]
		if s.open {
			at = time.Duration(i) * 100 * time.Millisecond
		}
		end := at + wait + body
		free[place] = end
		last = max(last, end)
		trials = append(trials, s.trial(name, i, rng, at, wait, end))
	}
	for _, at := range free {
		steady = min(steady, at)
	}
	if s.open {
		steady = time.Duration(s.n()-1) * 100 * time.Millisecond
	}
	stage := load.Stage{Name: name, Mode: load.Closed, Concurrency: s.places, Requests: s.n()}
	if s.open {
		stage.Mode, stage.Rate, stage.Concurrency = load.Constant, 10, 1024
	}
	h := load.Record{Stage: stage, Started: began, Ended: began.Add(last), SteadyFrom: began, SteadyTo: began.Add(steady),
		ClientCPU: last / 20, Cores: 2, Scheduled: s.n(), Sent: s.n(), Connect: []time.Duration{2 * time.Millisecond, 4 * time.Millisecond}}
	return h, trials
}

// readings are what the devices say each second from before to after a stage: power in a slow wave about watts, and the counter of what it sums to.
func (s scene) readings(r load.Record) []telemetry.Sample {
	var list []telemetry.Sample
	for device := range s.devices {
		labels := telemetry.Labels(map[string]string{"UUID": fmt.Sprintf("GPU-%d", device), "gpu": fmt.Sprint(device)})
		for at := r.Started.Add(-time.Second); at.Before(r.Ended.Add(2 * time.Second)); at = at.Add(time.Second) {
			each, t := s.watts/float64(s.devices), at.Sub(began).Seconds()
			for metric, v := range map[string]float64{
				"DCGM_FI_DEV_POWER_USAGE": each * (1 + .04*math.Sin(t*2)), "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION": 1e6 + each*t,
				"DCGM_FI_DEV_GPU_UTIL": 80 + 4*math.Sin(t*2), "DCGM_FI_DEV_FB_USED": 6e10,
			} {
				unit := map[string]string{"DCGM_FI_DEV_POWER_USAGE": "W", "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION": "J", "DCGM_FI_DEV_GPU_UTIL": "%", "DCGM_FI_DEV_FB_USED": "bytes"}[metric]
				list = append(list, telemetry.Sample{Source: "dcgm@box:9400", Metric: metric, Labels: labels, Unit: unit, Time: at, Value: v})
			}
		}
	}
	for at := r.Started.Add(-time.Second); s.server > 0 && at.Before(r.Ended.Add(2*time.Second)); at = at.Add(time.Second) {
		done := max(0, min(1, at.Sub(r.Started).Seconds()/r.Elapsed().Seconds()))
		list = append(list, telemetry.Sample{Source: "vllm@box:8000", Metric: "vllm:generation_tokens_total", Unit: "tokens", Time: at, Value: 1e6 + done*s.server*float64(s.n()*s.tokens)})
	}
	return list
}

func (s scene) trial(name string, i int, rng *rand.Rand, at, wait, end time.Duration) scorers.Graded {
	var g scorers.Graded
	item := i % 97
	g.Item = suites.Item{ID: fmt.Sprintf("q%02d", item), Source: fmt.Sprintf("doc%d", item%31), Answer: suites.Answer{Kind: value.Text, Text: "x"}}
	g.Trial.Key = runners.Key{ItemID: g.Item.ID, Arm: "closed-book", Load: name, Repeat: i / 97}
	g.Trial.Status = runners.OK
	sent := began.Add(at)
	g.Trial.Response = runners.Response{Text: strings.Repeat("word", s.tokens), Tokens: runners.Tokens{Prompt: s.prompt, Completion: s.tokens, Source: runners.FromUsage},
		Timing: runners.Timing{Scheduled: sent, Sent: sent, FirstByte: sent.Add(wait), FirstToken: sent.Add(wait), FirstAnswerToken: sent.Add(wait), Last: began.Add(end)}}
	for range s.tokens - 1 {
		g.Trial.Response.Timing.Gaps = append(g.Trial.Response.Timing.Gaps, s.pace)
	}
	if s.synthetic {
		g.Item = suites.Item{ID: g.Item.ID}
		return g
	}
	switch u := rng.Float64(); {
	case u < s.false_:
		g.Score.Verdict = scorers.Incorrect
	case u < s.false_+s.silent:
		g.Score.Verdict = scorers.Abstained
	default:
		g.Score.Verdict = scorers.Correct
	}
	return g
}

func box(name string) runners.Run {
	return runners.Run{ID: "20261123-090000-" + name, Target: runners.TargetInfo{Name: name, Model: "deepseek-r1", BaseURL: "http://box:8000/v1", Accelerators: runners.Accelerators{Count: 8, Unit: "card", Model: "H100"}},
		SuiteName: "enterprise", SuiteVersion: "1.2", Arms: []string{"closed-book"}, Started: began, Tool: "1.0"}
}

func rowsOf(trials ...[]scorers.Graded) iter.Seq2[scorers.Graded, error] {
	return func(yield func(scorers.Graded, error) bool) {
		for _, list := range trials {
			for _, g := range list {
				if !yield(g, nil) {
					return
				}
			}
		}
	}
}

var eur = telemetry.Price{Currency: "EUR", Hourly: 24}

var slo = []Promise{{Metric: TTFT, Percentile: 99, Limit: 2 * time.Second}, {Metric: TPOT, Percentile: 99, Limit: 80 * time.Millisecond}, {Metric: E2E, Percentile: 90, Limit: 30 * time.Second}}

// ladder is a run of several loads on a box that gets slower under them.
func ladder(t testing.TB, name string, slowness float64) Report {
	t.Helper()
	var held []load.Record
	var samples []telemetry.Sample
	var all [][]scorers.Graded
	for i, places := range []int{1, 4, 16, 64} {
		s := usual(places)
		s.rounds = max(6, 60/places)
		s.seed += uint64(i)
		s.pace = time.Duration(float64(12*time.Millisecond) * slowness * (1 + float64(places)/40))
		s.first = time.Duration(float64(80*time.Millisecond) * slowness * (1 + float64(places)/8))
		s.watts = 2400 + 1500*(1-math.Exp(-float64(places)/12))
		s.false_, s.silent = .06+.0012*float64(places), .18-.001*float64(places)
		h, trials := s.held(fmt.Sprintf("concurrency-%d", places))
		for i := range trials { // start one after another
			trials[i] = later(trials[i], time.Duration(len(held))*10*time.Minute)
		}
		h = moved(h, time.Duration(len(held))*10*time.Minute)
		held, all, samples = append(held, h), append(all, trials), append(samples, s.readings(h)...)
	}
	r, err := Summarize(box(name), held, rowsOf(all...), Options{Promises: slo, Texts: true, Telemetry: &Telemetry{Record: telemetry.NewRecord(samples), Price: eur}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func later(g scorers.Graded, by time.Duration) scorers.Graded {
	c := &g.Trial.Response.Timing
	for _, at := range []*time.Time{&c.Scheduled, &c.Sent, &c.FirstByte, &c.FirstToken, &c.FirstAnswerToken, &c.Last} {
		if !at.IsZero() {
			*at = at.Add(by)
		}
	}
	return g
}

func moved(h load.Record, by time.Duration) load.Record {
	h.Started, h.Ended, h.SteadyFrom, h.SteadyTo = h.Started.Add(by), h.Ended.Add(by), h.SteadyFrom.Add(by), h.SteadyTo.Add(by)
	return h
}

func near(t testing.TB, what string, got Figure, want, relative float64) {
	t.Helper()
	if !got.Defined() || math.Abs(float64(got)-want) > relative*max(1e-9, math.Abs(want)) {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}
