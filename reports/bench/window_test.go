package bench

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/load"
	"github.com/viva-eval/viva/runners/telemetry"
	"github.com/viva-eval/viva/scorers"
)

func only(t testing.TB, s scene, h load.Record, trials []scorers.Graded) Stage {
	t.Helper()
	o := Options{Promises: slo}
	if s.devices > 0 {
		o.Telemetry = &Telemetry{Record: telemetry.NewRecord(s.readings(h)), Price: eur}
	}
	r, err := Summarize(box("a"), []load.Record{h}, rowsOf(trials), o)
	if err != nil {
		t.Fatal(err)
	}
	return r.Stages[0]
}

// Waits in even steps have percentiles in closed form: first + step · p(n − 1).
func TestPercentilesInClosedForm(t *testing.T) {
	s := usual(8)
	s.rounds = 50
	st := only(t, s, firstOf(s.held("x")), secondOf(s.held("x")))
	n := float64(s.n())
	w := &st.Whole
	for p, got := range map[float64]Figure{.5: w.Sent.TTFT.P50, .9: w.Sent.TTFT.P90, .95: w.Sent.TTFT.P95, .99: w.Sent.TTFT.P99, .999: w.Sent.TTFT.At(.999)} {
		near(t, "ttft", got, 200+p*(n-1), 1e-9)
	}
	near(t, "mean ttft", w.Sent.TTFT.Mean, 200+(n-1)/2, 1e-9)
	near(t, "sd of ttft", w.Sent.TTFT.SD, math.Sqrt((n*n-1)/12), 1e-9)
	near(t, "tpot", w.PerToken.P99, 20, 1e-9)
	near(t, "itl", w.InterToken.P50, 20, 1e-6)
	near(t, "p90 e2e", w.Sent.E2E.P90, 2200+.9*(n-1), 1e-9)
	near(t, "e2e from scheduled", w.Scheduled.E2E.P90, 2200+.9*(n-1), 1e-9)
	if w.Attempted != s.n() || w.Completed != s.n() || w.Failed != 0 || w.InterToken.N != s.n()*100 {
		t.Errorf("%+v", w)
	}
}

// Counting to the microsecond gives the same figures as keeping every value.
func TestTally(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	var all []float64
	counted := tally{}
	for range 5000 {
		v := math.Round(20000*math.Exp(.5*rng.NormFloat64())) / 1000
		all = append(all, v)
		counted.add(float32(v))
	}
	kept, got := spreadOf(all), counted.spread()
	if kept.N != got.N {
		t.Fatalf("%d of %d", got.N, kept.N)
	}
	for name, pair := range map[string][2]Figure{"mean": {kept.Mean, got.Mean}, "sd": {kept.SD, got.SD}, "min": {kept.Min, got.Min}, "max": {kept.Max, got.Max}, "p50": {kept.P50, got.P50},
		"p90": {kept.P90, got.P90}, "p99": {kept.P99, got.P99}, "p99.9": {kept.At(.999), got.At(.999)}, "p0": {kept.At(0), got.At(0)}, "p100": {kept.At(1), got.At(1)}} {
		near(t, name, pair[1], float64(pair[0]), 1e-9)
	}
	if s := (tally{}).spread(); s.N != 0 || s.P50.Defined() || s.Mean.Defined() || got.At(2).Defined() {
		t.Error("nothing has figures")
	}
}

func BenchmarkSummarize(b *testing.B) {
	s := usual(64)
	s.rounds, s.tokens = 30, 257
	h, trials := s.held("x")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Summarize(box("a"), []load.Record{h}, rowsOf(trials), Options{Promises: slo}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(trials)*256), "gaps/op")
}

func firstOf[A, B any](a A, _ B) A  { return a }
func secondOf[A, B any](_ A, b B) B { return b }

// With equal waits all places are busy from start to end, so that every rate is known: C/L requests and C·n/L tokens a second.
func TestRatesInClosedForm(t *testing.T) {
	s := usual(16)
	s.step = 0
	h, trials := s.held("x")
	st := only(t, s, h, trials)
	const each = 2.2 // seconds a request
	for name, w := range map[string]*Window{"whole": &st.Whole, "steady": &st.Steady} {
		near(t, name+": requests/s", w.RequestsPerS, 16/each, .03) // the last round ends with the window, and not in it
		near(t, name+": output tokens/s", w.OutputPerS, 16*101/each, 1e-3)
		near(t, name+": in flight", w.InFlight, 16, 1e-9)
		near(t, name+": a user", w.PerUser, 101/each, 1e-3)
		near(t, name+": decoding", w.Decode, 50, 1e-9)
		near(t, name+": an accelerator", w.OutputPerAccelerator, 16*101/each/8, 1e-3)
		near(t, name+": joules a token", w.JoulesPerToken, 3200/(16*101/each), 1e-3)
		near(t, name+": cost of a million", w.CostPerMillion, 24./3600/(16*101/each)*1e6, 1e-3)
		near(t, name+": total", w.TotalPerS, 16*(101+400)/each, .03)
		near(t, name+": good", w.GoodShare, 1, 0)
	}
	near(t, "requests/s of all", st.Whole.RequestsPerS, 16/each, 1e-9)
	correct := 0.0
	for _, g := range trials {
		if g.Score.Verdict == scorers.Correct {
			correct++
		}
	}
	near(t, "joules a right answer", st.Whole.JoulesPerCorrect, float64(st.Whole.Hardware.Joules)/correct, 1e-9)
	near(t, "right answers a second and card", st.Whole.CorrectPerAccelerator, correct/st.Whole.Seconds/8, 1e-9)
	if st.Answers.Hallucination.N != len(trials) || st.Answers.Hallucination.Low >= st.Answers.Hallucination.Value {
		t.Errorf("hallucination %+v", st.Answers.Hallucination)
	}
	if st.MostInFlight != 16 {
		t.Errorf("%d in flight at most", st.MostInFlight)
	}
	near(t, "peak", st.PeakTokens, 16*51, .05)
}

// A token belongs to the window in which it came: the tokens of neighbouring windows add up to those of the whole.
func TestTokensAreSharedOut(t *testing.T) {
	s := usual(3)
	_, trials := s.held("x")
	var sum, want float64
	end := time.Duration(0)
	for i := range trials {
		r := requestOf(&trials[i], began, false)
		_, all := r.tokens(everything)
		want += all
		end = max(end, r.Last)
	}
	for at := -time.Second; at <= end; at += 7 * time.Second {
		for i := range trials {
			r := requestOf(&trials[i], began, false)
			_, n := r.tokens(span{at, at + 7*time.Second})
			sum += n
		}
	}
	if math.Abs(sum-want) > 1e-6 || want != float64(s.n()*101) {
		t.Errorf("windows hold %v tokens, all %v", sum, want)
	}
}

// A target that stalls: the requests behind it were due on time. From sent they look quick, from scheduled they do not.
func TestCoordinatedOmission(t *testing.T) {
	s := usual(1)
	s.open, s.step, s.tokens = true, 0, 2
	h, trials := s.held("x")
	h.Stage.Concurrency = 1
	free := time.Duration(0)
	for i := range trials {
		c := &trials[i].Trial.Response.Timing
		took := c.Last.Sub(c.Sent)
		if i == 5 {
			took = 3 * time.Second
		}
		at := max(free, c.Scheduled.Sub(began))
		first := c.FirstToken.Sub(c.Sent)
		c.Sent, c.FirstToken, c.Last = began.Add(at), began.Add(at+first), began.Add(at+took)
		free = at + took
	}
	h.Ended = began.Add(free)
	st := only(t, s, h, trials)
	w := &st.Whole
	if w.Sent.E2E.P50 > 230 || w.Scheduled.E2E.P50 < 2000 {
		t.Errorf("median from sent %v ms, from scheduled %v ms", w.Sent.E2E.P50, w.Scheduled.E2E.P50)
	}
	if f := found(st.Checks, ScheduleLag); f == Invalid || f == Doubtful {
		t.Errorf("the one place was taken, which is no lag of the client: %s", f)
	}
	if f := found(st.Checks, AchievedLoad); f != Invalid {
		t.Errorf("the rate was not achieved: %s", f)
	}
}

// Nothing was measured: no figure is 0 that would be good at 0.
func TestNothingFlatters(t *testing.T) {
	s := usual(2)
	s.devices = 0
	h, trials := s.held("x")
	for i := range trials {
		trials[i].Trial.Status, trials[i].Trial.Response = runners.Failed, runners.Response{Timing: runners.Timing{Scheduled: trials[i].Trial.Response.Timing.Scheduled}}
	}
	st := only(t, s, h, trials)
	w := &st.Whole
	for name, f := range map[string]Figure{
		"ttft": w.Sent.TTFT.P99, "mean": w.Sent.E2E.Mean, "tpot": w.PerToken.P50, "joules": w.JoulesPerToken, "joules a right answer": w.JoulesPerCorrect, "watts": w.Hardware.Watts,
		"cost": w.CostPerMillion, "cost of a right answer": w.CostPerCorrect, "hallucination": st.Answers.Hallucination.Value, "bound": st.Answers.Hallucination.BoundLow, "utilisation": w.Hardware.Utilisation,
		"output": w.OutputPerS, "right answers": w.CorrectPerS, "peak": st.PeakTokens, "low": st.Answers.Hallucination.Low,
	} {
		if f.Defined() {
			t.Errorf("%s is %v, though nothing came back", name, f)
		}
	}
	if w.GoodShare != 0 || w.Failed != s.n() || !st.Invalid() {
		t.Errorf("good %v, failed %d, %s", w.GoodShare, w.Failed, st.Validity)
	}
	data, err := json.Marshal(Report{Run: box("a"), Stages: []Stage{st}})
	if err != nil || strings.Contains(string(data), "NaN") {
		t.Errorf("%v: %.200s", err, data)
	}
}

// Failed requests are attempted, and no good ones.
func TestGoodputIsOverAttempted(t *testing.T) {
	s := usual(4)
	s.step = 0
	h, trials := s.held("x")
	for i := range trials {
		switch i % 4 {
		case 1:
			trials[i].Trial.Status = runners.TimedOut
		case 2:
			trials[i].Trial.Response.Timing.FirstToken = trials[i].Trial.Response.Timing.Sent.Add(2100 * time.Millisecond) // later than promised
		case 3:
			trials[i].Trial.Status = runners.Truncated
		}
	}
	st := only(t, s, h, trials)
	near(t, "good", st.Whole.GoodShare, .25, 0)
	if w := st.Whole; w.Completed != 120 || w.Failed != 40 || w.TimedOut != 40 || w.Truncated != 40 || w.Sent.E2E.N != 120 {
		t.Errorf("%+v", w)
	}
}

func found(checks []Check, name string) Finding {
	for _, c := range checks {
		if c.Name == name {
			return c.Finding
		}
	}
	return ""
}

// Electricity is paid for the watts that were measured where they are those of all devices, else for the plan's, or it is not known.
func TestElectricityOfSomeDevicesIsNoPrice(t *testing.T) {
	for _, row := range []struct {
		devices int
		planned float64
		want    float64 // watts that are paid for; 0: the cost is not known
	}{{8, 0, 3200}, {8, 9000, 3200}, {4, 9000, 9000}, {4, 0, 0}} {
		s := usual(4)
		s.devices = row.devices
		h, trials := s.held("x")
		price := telemetry.Price{Tariff: 3600, Watts: row.planned}
		r, err := Summarize(box("a"), []load.Record{h}, rowsOf(trials), Options{Telemetry: &Telemetry{Record: telemetry.NewRecord(s.readings(h)), Price: price}})
		if err != nil {
			t.Fatal(err)
		}
		w := &r.Stages[0].Whole
		if want := Figure(row.want / 1000 * w.Seconds); w.Cost.Defined() != (row.want > 0) || row.want > 0 && math.Abs(float64(w.Cost-want)) > 1e-3*float64(want) {
			t.Errorf("%d of 8 devices, %g W in the plan: the cost is %v, want %v; energy valid: %v", row.devices, row.planned, w.Cost, want, w.Hardware.Valid)
		}
	}
}
