package telemetry_test

import (
	"context"
	"errors"
	"io"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/viva-eval/viva/internal/fakemetrics"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/telemetry"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// hosts answers requests without a network, so that time can be turned.
type hosts map[string]http.Handler

func (h hosts) RoundTrip(r *http.Request) (*http.Response, error) {
	handler, ok := h[r.URL.Host]
	if !ok {
		return nil, errors.New("connection refused")
	}
	rec := httptest.NewRecorder()
	handler.ServeHTTP(rec, r)
	return rec.Result(), nil
}

// scene is a stage of 20 s with one request a second, on a box with two accelerators behind a vLLM server.
type scene struct {
	t        *testing.T
	box      *fakemetrics.Box
	server   *fakemetrics.Server
	declared runners.Accelerators
	only     []string
	client   telemetry.Client
	samples  []telemetry.Sample
	outages  []telemetry.Outage

	during   func(second int) // called with each request
	theirs   time.Duration    // what the server takes for the first token
	ours     time.Duration    // what the client sees of it
	from, to time.Time
}

func newScene(t *testing.T) *scene {
	return &scene{t: t, box: &fakemetrics.Box{Dialect: fakemetrics.DCGM, Devices: 2, Now: time.Now, Began: time.Now().Add(-time.Minute)},
		server: &fakemetrics.Server{}, declared: runners.Accelerators{Count: 2, Unit: "card", Model: "H100"}, during: func(int) {},
		theirs: 200 * time.Millisecond, ours: 202 * time.Millisecond}
}

const (
	prompt = 1000
	output = 250
	length = 20
)

func (s *scene) play() {
	s.server.Serve(7, 7, time.Second) // of the warm-up, before the window
	s.server.Preempt()
	client := &http.Client{Transport: hosts{"box:9400": s.box, "box:8000": s.server}}
	var readers []telemetry.Reader
	for _, address := range []string{"http://box:9400", "http://user:secret@box:8000/metrics"} {
		e, err := telemetry.NewEndpoint(address, client, time.Now)
		if err != nil {
			s.t.Fatal(err)
		}
		readers = append(readers, e)
	}
	recorder := telemetry.Recorder{Readers: readers, Now: time.Now, Keep: func(more []telemetry.Sample) error {
		s.samples = append(s.samples, more...)
		return nil
	}}
	var err error
	s.outages, err = recorder.During(s.t.Context(), func(_ context.Context, mark func()) error {
		time.Sleep(1300 * time.Millisecond) // warming up
		mark()
		s.from = time.Now()
		for i := range length {
			time.Sleep(time.Second)
			s.server.Serve(prompt, output, s.theirs)
			s.client.Completed++
			s.client.PromptTokens += prompt
			s.client.CompletionTokens += output
			s.client.TTFT = append(s.client.TTFT, s.ours)
			s.during(i)
		}
		s.to = time.Now()
		mark()
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.client.From, s.client.To, s.client.Stated = s.from, s.to, true
	s.samples = append(s.samples, telemetry.Declared(telemetry.Price{Hourly: 3}, s.only, s.from.Add(-time.Second))...)
}

// findings are the checks that are neither ok nor without anything to look at.
func (s *scene) findings() map[string]telemetry.Verdict {
	out := map[string]telemetry.Verdict{}
	for _, f := range telemetry.NewRecord(s.samples).Check(s.client, s.declared, s.only) {
		if f.Verdict == telemetry.Doubtful || f.Verdict == telemetry.Invalid {
			out[f.Check] = f.Verdict
			s.t.Logf("%s: %s (limit %s): %s", f.Check, f.Value, f.Limit, f.Reason)
		}
		if (f.Verdict == telemetry.OK) != (f.Reason == "") {
			s.t.Errorf("%s: verdict %q with the reason %q", f.Check, f.Verdict, f.Reason)
		}
	}
	return out
}

func (s *scene) energy() telemetry.Energy {
	return telemetry.NewRecord(s.samples).EnergyBetween(s.from, s.to, s.declared, s.only)
}

// TestFaults plants one fault at a time: the check that is for it fires, and no other.
func TestFaults(t *testing.T) {
	type verdicts = map[string]telemetry.Verdict
	for _, c := range []struct {
		fault  string
		plant  func(s *scene)
		want   verdicts
		energy string // the reason for which energy is not valid; empty: it is valid
	}{
		{"none", func(*scene) {}, verdicts{}, ""},
		{"others use the server", func(s *scene) {
			s.during = func(i int) {
				if i%4 == 0 {
					s.server.Serve(300, 900, time.Second)
				}
			}
		}, verdicts{telemetry.Foreign: telemetry.Invalid}, ""},
		{"others send requests that are rejected late", func(s *scene) {
			s.during = func(i int) { s.server.Serve(0, 0, time.Second) }
		}, verdicts{telemetry.Foreign: telemetry.Invalid}, ""},
		{"usage states more than was made", func(s *scene) {
			s.during = func(int) { s.client.CompletionTokens += 40 }
		}, verdicts{telemetry.Usage: telemetry.Invalid}, ""},
		{"broken requests cost tokens that nobody counted", func(s *scene) {
			s.during = func(i int) {
				if i == 3 {
					s.server.Serve(prompt, output/2, s.theirs)
					s.client.Broken++
				}
			}
		}, verdicts{telemetry.Foreign: telemetry.Doubtful}, ""},
		{"the server is started anew", func(s *scene) {
			s.during = func(i int) {
				if i == 10 {
					s.server.Restart()
				}
			}
		}, verdicts{telemetry.Restart: telemetry.Invalid}, ""},
		{"the histogram's sum is not that of its buckets", func(s *scene) { s.server.Lie = 0.1 }, verdicts{telemetry.ServerTTFT: telemetry.Doubtful}, ""},
		{"the client lags", func(s *scene) { s.ours = 400 * time.Millisecond }, verdicts{telemetry.ServerTTFT: telemetry.Invalid}, ""},
		{"the way is long", func(s *scene) { s.ours = 240 * time.Millisecond }, verdicts{telemetry.ServerTTFT: telemetry.Doubtful}, ""},
		{"the histogram measures something else", func(s *scene) { s.theirs = 900 * time.Millisecond }, verdicts{telemetry.ServerTTFT: telemetry.Doubtful}, ""},
		{"requests are put off", func(s *scene) { s.during = func(int) { s.server.Preempt() } }, verdicts{telemetry.Preempted: telemetry.Doubtful}, ""},
		{"heat holds clocks down", func(s *scene) { s.box.Hot = 0.2 }, verdicts{telemetry.Throttling: telemetry.Doubtful}, ""},
		{"a counter of energy starts anew, and power stands in", func(s *scene) { s.box.ResetAt = time.Now().Add(11 * time.Second) }, verdicts{}, ""},
		{"another number of devices reports", func(s *scene) { s.declared.Count = 8 }, verdicts{telemetry.Reporting: telemetry.Doubtful}, telemetry.CountMismatch},
		{"the exporter falls silent for a while, and its counter goes on", func(s *scene) {
			s.box.SilentFrom, s.box.SilentTo = time.Now().Add(6*time.Second), time.Now().Add(12*time.Second)
		}, verdicts{telemetry.Uninterrupt: telemetry.Doubtful}, ""},
		{"the exporter falls silent and has no counter", func(s *scene) {
			s.box.Dialect = fakemetrics.NPU
			s.box.SilentFrom, s.box.SilentTo = time.Now().Add(6*time.Second), time.Now().Add(12*time.Second)
		}, verdicts{telemetry.Uninterrupt: telemetry.Doubtful}, telemetry.GapExceeded},
		{"the exporter falls silent before the end", func(s *scene) {
			s.box.SilentFrom, s.box.SilentTo = time.Now().Add(12*time.Second), time.Now().Add(time.Hour)
		}, verdicts{telemetry.Uninterrupt: telemetry.Doubtful}, telemetry.NotBracketed},
		{"samples carry an old time", func(s *scene) {
			s.box.Dialect, s.box.FrozenFrom = fakemetrics.NPU, time.Now().Add(8*time.Second)
		}, verdicts{telemetry.Uninterrupt: telemetry.Doubtful}, telemetry.NotBracketed},
		{"an exporter's clock is behind", func(s *scene) { s.box.Dialect, s.box.Skew = fakemetrics.NPU, -20*time.Second },
			verdicts{telemetry.Clocks: telemetry.Doubtful}, telemetry.NotBracketed},
		{"an exporter's clock is ahead", func(s *scene) { s.box.Dialect, s.box.Skew = fakemetrics.NPU, 8*time.Second },
			verdicts{telemetry.Clocks: telemetry.Doubtful}, telemetry.NotBracketed},
		{"an exporter's clock is a little behind", func(s *scene) { s.box.Dialect, s.box.Skew = fakemetrics.NPU, -300*time.Millisecond }, verdicts{}, ""},
		{"an exporter reads its devices every 30 s only", func(s *scene) { s.box.Collect = 30 * time.Second }, verdicts{}, telemetry.GapExceeded},
		{"an exporter reads its devices every 2 s", func(s *scene) { s.box.Collect = 2 * time.Second }, verdicts{}, ""},
		{"a chip reports an error", func(s *scene) { s.box.Dialect, s.box.Sick = fakemetrics.NPU, true }, verdicts{telemetry.Healthy: telemetry.Doubtful}, ""},
		{"AMD, hot", func(s *scene) { s.box.Dialect, s.box.Hot = fakemetrics.AMD, 0.3 }, verdicts{telemetry.Throttling: telemetry.Doubtful}, ""},
	} {
		t.Run(c.fault, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScene(t)
				c.plant(s)
				s.play()
				if got := s.findings(); !maps.Equal(got, c.want) {
					t.Errorf("findings %v, want %v", got, c.want)
				}
				e := s.energy()
				t.Logf("energy: %.0f J by %s, %v, doubts %v, outages %v", e.Joules, e.Method, e.Reasons, e.Doubts, s.outages)
				switch {
				case e.Valid != (c.energy == ""):
					t.Errorf("energy valid: %v, reasons %v, want %q", e.Valid, e.Reasons, c.energy)
				case c.energy != "" && !slices.ContainsFunc(e.Reasons, func(r string) bool { return strings.HasPrefix(r, c.energy) }):
					t.Errorf("energy is not valid for %v, want %s", e.Reasons, c.energy)
				case e.Valid && math.Abs(e.Joules-2*300*length) > 0.005*2*300*length:
					t.Errorf("energy is %.1f J, want %d", e.Joules, 2*300*length)
				}
			})
		})
	}
}

// TestEngines reads the same traffic from each kind of server.
func TestEngines(t *testing.T) {
	for _, c := range []struct {
		engine fakemetrics.Engine
		ttft   bool // it keeps a histogram of the first token
		counts bool // it counts requests
	}{
		{fakemetrics.VLLM, true, true}, {fakemetrics.OldVLLM, true, true}, {fakemetrics.SGLang, true, true},
		{fakemetrics.TGI, false, true}, {fakemetrics.LlamaCPP, false, false}, {fakemetrics.MindIE, true, true},
	} {
		t.Run(string(c.engine), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScene(t)
				s.server.Engine = c.engine
				s.play()
				if got := s.findings(); len(got) > 0 {
					t.Errorf("findings %v of honest traffic", got)
				}
				for _, f := range telemetry.NewRecord(s.samples).Check(s.client, s.declared, nil) {
					if known := f.Verdict != telemetry.Unknown; f.Check == telemetry.ServerTTFT && known != c.ttft || f.Check == telemetry.Foreign && !known {
						t.Errorf("%s: %q: %s", f.Check, f.Verdict, f.Reason)
					}
				}
				s = newScene(t)
				s.server.Engine = c.engine
				s.during = func(int) { s.server.Serve(0, 100, s.theirs) }
				s.play()
				if got := s.findings(); got[telemetry.Foreign] != telemetry.Invalid {
					t.Errorf("findings %v with others' traffic", got)
				}
			})
		})
	}
}

// TestEnergyOfAWave integrates a power that swings, by both methods, over a window whose edges lie between scrapes.
func TestEnergyOfAWave(t *testing.T) {
	for _, dialect := range []fakemetrics.Dialect{fakemetrics.DCGM, fakemetrics.NPU, fakemetrics.AMD} {
		synctest.Test(t, func(t *testing.T) {
			s := newScene(t)
			s.box.Dialect = dialect
			zero := time.Now()
			const omega = 2 * math.Pi / 12
			s.box.Watts = func(device int, at time.Time) float64 {
				return 400 + 100*float64(device) + 200*math.Sin(omega*at.Sub(zero).Seconds())
			}
			s.play()
			a, b := s.from.Sub(zero).Seconds(), s.to.Sub(zero).Seconds()
			want := 900*(b-a) + 2*200*(math.Cos(omega*a)-math.Cos(omega*b))/omega
			e := s.energy()
			if !e.Valid || math.Abs(e.Joules-want) > 0.01*want {
				t.Errorf("%s: %.1f J by %s, valid %v %v, want %.1f J", dialect, e.Joules, e.Method, e.Valid, e.Reasons, want)
			}
			if byCounter := dialect != fakemetrics.NPU; (e.Method == telemetry.ByCounter) != byCounter {
				t.Errorf("%s: by %s", dialect, e.Method)
			}
			if math.Abs(e.Watts-e.Joules/(b-a)) > 1e-9*e.Watts {
				t.Errorf("%s: %.1f W of %.1f J in %.1f s", dialect, e.Watts, e.Joules, b-a)
			}
			s.only, s.declared.Count = []string{"1"}, 1
			if one := s.energy(); !one.Valid || one.Joules <= e.Joules/2 || one.Joules > 0.6*e.Joules {
				t.Errorf("%s: device 1 alone: %.1f of %.1f J, %v", dialect, one.Joules, e.Joules, one.Reasons)
			}
		})
	}
}

// TestOutages are named with their error, and nothing stands for what was not said.
func TestOutages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t)
		from, to := time.Now().Add(6*time.Second), time.Now().Add(9*time.Second)
		s.box.SilentFrom, s.box.SilentTo = from, to
		s.play()
		if len(s.outages) != 1 || s.outages[0].Reader != "box:9400/metrics" || s.outages[0].Attempts != 3 || !strings.Contains(s.outages[0].Err, "503") {
			t.Fatalf("outages %v, want one of three attempts", s.outages)
		}
		var up []float64
		for _, x := range s.samples {
			if x.Metric == "up" && x.Source == "scrape@box:9400/metrics" {
				up = append(up, x.Value)
			}
			if strings.HasPrefix(x.Source, "dcgm@") && !x.Time.Before(from) && x.Time.Before(to) {
				t.Errorf("%v stands for a silent exporter", x)
			}
			if strings.Contains(x.Source+x.Labels, "secret") {
				t.Errorf("%v holds the password", x)
			}
		}
		if !slices.Contains(up, 0) || up[0] != 1 || up[len(up)-1] != 1 {
			t.Errorf("up is %v, want 1, 0, 1", up)
		}
	})
}

// TestKeepFails ends the work, as a disk that is full must.
func TestKeepFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t)
		e, err := telemetry.NewEndpoint("http://box:9400", &http.Client{Transport: hosts{"box:9400": s.box}}, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		full := errors.New("the disk is full")
		kept := 0
		r := telemetry.Recorder{Readers: []telemetry.Reader{e}, Now: time.Now, Keep: func([]telemetry.Sample) error {
			if kept++; kept > 3 {
				return full
			}
			return nil
		}}
		_, err = r.During(t.Context(), func(ctx context.Context, _ func()) error {
			select {
			case <-ctx.Done():
				return context.Cause(ctx)
			case <-time.After(time.Hour):
				return nil
			}
		})
		if !errors.Is(err, full) || kept != 4 {
			t.Errorf("%v after %d calls, want the error of the fourth", err, kept)
		}
	})
}

// TestKeepFailsAtOnce does not begin work that could not be kept.
func TestKeepFailsAtOnce(t *testing.T) {
	s := newScene(t)
	e, err := telemetry.NewEndpoint("http://box:9400", &http.Client{Transport: hosts{"box:9400": s.box}}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	full := errors.New("the disk is full")
	r := telemetry.Recorder{Readers: []telemetry.Reader{e}, Now: time.Now, Keep: func([]telemetry.Sample) error { return full }}
	if _, err := r.During(t.Context(), func(context.Context, func()) error { t.Error("the work has begun"); return nil }); !errors.Is(err, full) {
		t.Error(err)
	}
}

// TestWorkFails hands its error back, at once where there is nothing to read.
func TestWorkFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began, broken := time.Now(), errors.New("broken off")
		r := telemetry.Recorder{Now: time.Now, Keep: func([]telemetry.Sample) error { return nil }}
		if _, err := r.During(t.Context(), func(context.Context, func()) error { return broken }); !errors.Is(err, broken) || !time.Now().Equal(began) {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}

// TestLyingEndpoints are errors that name the endpoint and hide its password.
func TestLyingEndpoints(t *testing.T) {
	answer := func(status int, body string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		})
	}
	for why, c := range map[string]struct {
		handler http.Handler
		want    string
	}{
		"nobody listens":             {nil, "refused"},
		"a page":                     {answer(200, "<html><body>Metrics</body></html>"), "no series of a known exporter"},
		"nothing":                    {answer(200, ""), "no series of a known exporter"},
		"another exporter":           {answer(200, "go_goroutines 7\n"), "no series of a known exporter"},
		"a known family, torn":       {answer(200, "DCGM_FI_DEV_POWER_USAGE{gpu=\"0\n"), "read exposition"},
		"a value that is no number":  {answer(200, "DCGM_FI_DEV_POWER_USAGE{gpu=\"0\"} lots\n"), "read exposition"},
		"NaN alone":                  {answer(200, "DCGM_FI_DEV_POWER_USAGE{gpu=\"0\"} NaN\n"), "no series of a known exporter"},
		"an error":                   {answer(500, "DCGM_FI_DEV_POWER_USAGE{gpu=\"0\"} 1\n"), "500"},
		"a redirect":                 {http.RedirectHandler("http://elsewhere/metrics", http.StatusFound), "302"},
		"JSON of something else":     {answer(200, `{"status":"ok"}`), "no known figure"},
		"more than anybody can hold": {answer(200, strings.Repeat("# a comment that goes on and on\n", 600_000)), "16 MiB"},
	} {
		t.Run(why, func(t *testing.T) {
			h := hosts{}
			if c.handler != nil {
				h["box:9400"] = c.handler
			}
			e, err := telemetry.NewEndpoint("http://me:secret@box:9400/metrics?token=secret", &http.Client{Transport: h}, time.Now)
			if err != nil {
				t.Fatal(err)
			}
			samples, err := e.Read(t.Context())
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "box:9400") || strings.Contains(err.Error(), "secret") {
				t.Errorf("%v, want %q", err, c.want)
			}
			if len(samples) > 0 {
				t.Errorf("%v beside an error", samples)
			}
		})
	}
}

func TestSlowEndpoint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := roundTrip(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		e, err := telemetry.NewEndpoint("http://box", &http.Client{Transport: slow}, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := e.Read(t.Context()); err == nil || !strings.Contains(err.Error(), "no answer within 4s") {
			t.Errorf("%v, want a deadline", err)
		}
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
