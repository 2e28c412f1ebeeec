package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/viva-eval/viva/internal/fakeai"
	"github.com/viva-eval/viva/internal/fakemetrics"
	"github.com/viva-eval/viva/reports/store"
	"github.com/viva-eval/viva/runners/telemetry"
)

// machine is a model server with its own counters on a box with two cards.
type machine struct {
	target       *fakeai.Server
	counters     *fakemetrics.Server
	metrics, box *httptest.Server
	strangers    atomic.Bool // others use the server too
}

func newMachine(t *testing.T) *machine {
	m := &machine{counters: &fakemetrics.Server{}}
	m.target = fakeai.Start(t, func(fakeai.Request) fakeai.Reply {
		m.counters.Serve(200, 20, 30*time.Millisecond)
		if m.strangers.Load() {
			m.counters.Serve(200, 20, 30*time.Millisecond)
		}
		return fakeai.Reply{Text: "Not known.", Usage: &fakeai.Usage{Prompt: 200, Completion: 20}, Pace: fakeai.Pace{First: 30 * time.Millisecond}}
	})
	m.metrics = httptest.NewServer(m.counters)
	t.Cleanup(m.metrics.Close)
	m.box = httptest.NewServer(&fakemetrics.Box{Devices: 2, Now: time.Now, Began: time.Now().Add(-time.Minute)})
	t.Cleanup(m.box.Close)
	return m
}

// bench measures one stage of 1.5 s and returns the exit code, what was said, and the record.
func (m *machine) bench(t *testing.T, args ...string) (int, string, telemetry.Record) {
	t.Helper()
	dir := t.TempDir()
	db := filepath.Join(dir, "viva.db")
	all := append([]string{"bench", "--base-url", m.target.Base(), "--model", "m", "--db", db, "--out", filepath.Join(dir, "report"), "--arm", "closed-book", "--limit", "5", "--warmup", "3",
		"--concurrency", "2", "--duration", "1500ms", "--telemetry-interval", "100ms"}, args...)
	var out bytes.Buffer
	code := execute(t.Context(), all, nil, &out, &out)
	if _, err := os.Stat(db); err != nil {
		return code, out.String(), telemetry.Record{}
	}
	f, err := store.Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	runs, err := f.Runs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(runs) == 0 {
		return code, out.String(), telemetry.Record{}
	}
	var samples []telemetry.Sample
	for s, err := range f.Samples(t.Context(), runs[0].ID) {
		if err != nil {
			t.Fatal(err)
		}
		samples = append(samples, s)
	}
	stages, err := f.Stages(t.Context(), runs[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	r := telemetry.NewRecord(samples)
	for _, s := range stages {
		if e := r.EnergyBetween(s.Started, s.Ended, runs[0].Target.Accelerators, nil); len(r.Devices(nil)) > 0 && (!e.Valid || e.Watts < 590 || e.Watts > 610) {
			t.Errorf("stage %s: %+v, want 600 W of two cards", s.Stage.Name, e)
		}
	}
	return code, out.String(), r
}

func TestBenchReadsMachines(t *testing.T) {
	m := newMachine(t)
	code, said, r := m.bench(t, "--telemetry", m.box.URL, "--telemetry", m.metrics.URL, "--accelerators", "2:card:H100", "--hourly-price", "12.5", "--currency", "EUR")
	if strings.Contains(said, "INVALID") && (strings.Contains(said, "server counted") || strings.Contains(said, "histogram")) {
		t.Errorf("honest machines are doubted, exit code %d:\n%s", code, said)
	}
	for _, want := range []string{"2 × NVIDIA H100 80GB HBM3 with energy counters", "dcgm@", "vllm@"} {
		if !strings.Contains(said, want) {
			t.Errorf("nothing is said of %q:\n%s", want, said)
		}
	}
	if price, _ := r.Declared(); price.Hourly != 12.5 || price.Currency != "EUR" {
		t.Errorf("the price is kept as %+v", price)
	}
}

func TestBenchFindsStrangers(t *testing.T) {
	m := newMachine(t)
	m.strangers.Store(true)
	code, said, _ := m.bench(t, "--telemetry", m.metrics.URL)
	if code != exitInfrastructure || !strings.Contains(said, "INVALID") || !strings.Contains(said, "others used the server too") {
		t.Errorf("exit code %d:\n%s", code, said)
	}
}

func TestBenchRefusesWhatItCannotRead(t *testing.T) {
	m := newMachine(t)
	page := httptest.NewServer(http.NotFoundHandler())
	defer page.Close()
	for _, c := range []struct {
		why  string
		args []string
		code int
		want string
	}{
		{"nothing listens", []string{"--telemetry", "http://127.0.0.1:1/metrics"}, exitInfrastructure, "scrape 127.0.0.1:1/metrics"},
		{"no metrics there", []string{"--telemetry", page.URL}, exitInfrastructure, "404"},
		{"no address", []string{"--telemetry", "box:9400"}, exitUsage, "not an http address"},
		{"one endpoint twice", []string{"--telemetry", page.URL, "--telemetry", page.URL}, exitUsage, "twice"},
		{"too long an interval", []string{"--telemetry-interval", "10s"}, exitUsage, "interval"},
		{"no count", []string{"--accelerators", "many"}, exitUsage, "not a count"},
		{"no unit", []string{"--accelerators", "8:board"}, exitUsage, "unknown unit"},
		{"a price below nothing", []string{"--hourly-price", "-3"}, exitUsage, "hourly"},
	} {
		code, said, _ := m.bench(t, c.args...)
		if code != c.code || !strings.Contains(said, c.want) {
			t.Errorf("%s: exit code %d, want %d, and %q in:\n%s", c.why, code, c.code, c.want, said)
		}
	}
	if n := m.target.Requests(); n > 0 {
		t.Errorf("%d requests were sent all the same", n)
	}
}

func TestBenchReadsMachinesOfAPlan(t *testing.T) {
	m := newMachine(t)
	t.Setenv("BOX", m.box.URL)
	dir := t.TempDir()
	plan := filepath.Join(dir, "plan.yaml")
	write := func(price string) {
		text := "targets: [{base_url: \"" + m.target.Base() + "\", model: m, accelerators: {count: 1, unit: card, model: H100}}]\n" +
			"arms: [closed-book]\nlimit: 5\nbench: {concurrency: [2], duration: 1s}\n" +
			"telemetry: {endpoints: [\"${BOX}/metrics\"], interval: 100ms, devices: [\"1\"]}\nprice: " + price + "\n"
		if err := os.WriteFile(plan, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	bench := func() (int, string) {
		var out bytes.Buffer
		code := execute(t.Context(), []string{"bench", plan, "--db", filepath.Join(dir, "viva.db"), "--out", filepath.Join(dir, "report")}, nil, &out, &out)
		return code, out.String()
	}
	write("{currency: EUR, capex: 30000, years: 4, utilisation: 0.6, tariff: 0.25}")
	_, said := bench()
	f, err := store.OpenReadOnly(t.Context(), filepath.Join(dir, "viva.db"))
	if err != nil {
		t.Fatalf("%v:\n%s", err, said)
	}
	defer f.Close()
	runs, err := f.Runs(t.Context())
	if err != nil || len(runs) != 1 {
		t.Fatalf("%d runs, %v", len(runs), err)
	}
	read, err := readTelemetry(t.Context(), f, runs[0].ID)
	if err != nil || read == nil {
		t.Fatalf("%v, %v", read, err)
	}
	stages, err := f.Stages(t.Context(), runs[0].ID)
	if err != nil || len(stages) != 1 {
		t.Fatalf("%d stages, %v", len(stages), err)
	}
	e := read.Record.EnergyBetween(stages[0].Started, stages[0].Ended, runs[0].Target.Accelerators, read.Only)
	if !e.Valid || e.Watts < 295 || e.Watts > 305 {
		t.Errorf("%+v, want 300 W of one card", e)
	}
	if !strings.Contains(said, "1 × NVIDIA H100") || !strings.Contains(said, "EUR") {
		t.Errorf("neither the card nor its price is told:\n%s", said)
	}
	if text, err := os.ReadFile(plan); err != nil || os.WriteFile(plan, bytes.Replace(text, []byte(`["1"]`), []byte(`["7"]`), 1), 0o600) != nil {
		t.Fatal(err)
	}
	if code, said := bench(); code != exitUsage || !strings.Contains(said, `no accelerator "7" reports`) || !strings.Contains(said, "1 GPU-00000001") {
		t.Errorf("a device that is not there: exit code %d:\n%s", code, said)
	}
	write("{hourly: 3, capex: 30000, years: 4, utilisation: 0.6}")
	if code, said := bench(); code != exitUsage || !strings.Contains(said, "an hourly price has everything in it") {
		t.Errorf("two prices: exit code %d:\n%s", code, said)
	}
}
