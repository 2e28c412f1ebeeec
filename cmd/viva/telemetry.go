package main

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/viva-eval/viva/reports/bench"
	"github.com/viva-eval/viva/reports/store"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/telemetry"
	"github.com/viva-eval/viva/runners/telemetry/nvml"
)

// planTelemetry is a plan's section telemetry: what is read beside a measured run.
type planTelemetry struct {
	Endpoints []string `yaml:"endpoints"` // addresses of metrics, or nvml for the accelerators of this machine
	Interval  duration `yaml:"interval"`  // 0: a second
	Devices   []string `yaml:"devices"`   // numbers or IDs of the accelerators that serve the target; none: all that report
}

// localDevices is the word for the accelerators of this machine, in place of an address.
const localDevices = "nvml"

// machineFlags are those of a measured run that say what serves the target, what it costs and where it is read.
type machineFlags struct {
	endpoints    []string
	interval     time.Duration
	accelerators string
	hourly       float64
	currency     string
}

func (m *machineFlags) register(fs *pflag.FlagSet) {
	fs.StringArrayVar(&m.endpoints, "telemetry", nil, "metrics endpoint of an exporter or of the server, read during the stages; may be repeated; nvml: this machine's own cards")
	fs.DurationVar(&m.interval, "telemetry-interval", 0, "time between readings (default 1s)")
	fs.StringVar(&m.accelerators, "accelerators", "", "what serves the target, as COUNT:UNIT:MODEL, such as 8:card:H100; the unit is card, chip or die")
	fs.Float64Var(&m.hourly, "hourly-price", 0, "what the whole target costs an hour, electricity included")
	fs.StringVar(&m.currency, "currency", "", "currency of prices, as it is to be printed")
}

// over lays the flags that were given over the plan.
func (m *machineFlags) over(p *plan) error {
	if len(m.endpoints) > 0 {
		p.Telemetry.Endpoints = m.endpoints
	}
	if m.interval != 0 {
		p.Telemetry.Interval = duration(m.interval)
	}
	if m.hourly != 0 {
		p.Price = telemetry.Price{Hourly: m.hourly, Currency: p.Price.Currency}
	}
	if m.currency != "" {
		p.Price.Currency = m.currency
	}
	if m.accelerators != "" {
		if len(p.Targets) != 1 {
			return usage("--accelerators with %d targets", len(p.Targets)).withHint("write accelerators beside each target in the plan")
		}
		a, err := parseAccelerators(m.accelerators)
		if err != nil {
			return err
		}
		p.Targets[0].Accelerators = a
	}
	return p.checkMachines()
}

// parseAccelerators reads COUNT:UNIT:MODEL; the model may be left out, and the unit with it, which then is card.
func parseAccelerators(text string) (runners.Accelerators, error) {
	fields := strings.SplitN(text, ":", 3)
	n, err := strconv.Atoi(fields[0])
	if err != nil || n < 1 {
		return runners.Accelerators{}, usage("accelerators %q: %q is not a count", text, fields[0]).withHint("write COUNT:UNIT:MODEL, such as 8:card:H100")
	}
	a := runners.Accelerators{Count: n, Unit: "card"}
	if len(fields) > 1 {
		a.Unit = fields[1]
	}
	if len(fields) > 2 {
		a.Model = fields[2]
	}
	if !slices.Contains([]string{"card", "chip", "die"}, a.Unit) {
		return a, usage("accelerators %q: unknown unit %q", text, a.Unit).withHint("choose from: card, chip, die")
	}
	return a, nil
}

// checkMachines refuses sections telemetry and price that cannot be used.
func (p *plan) checkMachines() error {
	t := p.Telemetry
	if i := time.Duration(t.Interval); i != 0 && (i < 100*time.Millisecond || i > telemetry.MostGap) {
		return usage("the interval of telemetry is %v", i).withHint("choose from 100ms to %v: energy is not known over longer gaps", telemetry.MostGap)
	}
	for i, address := range t.Endpoints {
		if slices.Contains(t.Endpoints[:i], address) {
			return usage("the endpoint of telemetry %s is named twice", redact(address))
		}
		if address == localDevices {
			continue
		}
		if _, err := telemetry.NewEndpoint(address, http.DefaultClient, time.Now); err != nil {
			return usage("%w", err).withHint("write it as http://HOST:PORT/metrics, or %s for the cards of this machine", localDevices)
		}
	}
	if len(p.Targets) > 1 && len(t.Endpoints) > 0 {
		return usage("telemetry with %d targets: it is not known whose machine it reads", len(p.Targets)).withHint("measure each target with a plan of its own; viva compare sets the runs side by side")
	}
	if len(p.Targets) > 1 && p.Price.Set() {
		return usage("a price with %d targets: it is not known whose it is", len(p.Targets)).withHint("measure each target with a plan of its own; viva compare sets the runs side by side")
	}
	if err := p.Price.Check(); err != nil {
		return usage("%w", err)
	}
	return nil
}

// meter reads machines during a measured run. A nil meter reads nothing.
type meter struct {
	recorder telemetry.Recorder
	close    func()
}

// newMeter makes a meter of the plan and asks each endpoint once: one that does not answer now would leave the figures for which it is named
// without their ground, and it is better to know before a load is held for an hour.
func (a *app) newMeter(ctx context.Context, p *plan, f *store.File, runID string) (*meter, error) {
	declared := telemetry.Declared(p.Price, p.Telemetry.Devices, a.now())
	if err := f.PutSamples(ctx, runID, declared); err != nil {
		return nil, err
	}
	if len(p.Telemetry.Endpoints) == 0 {
		return nil, nil
	}
	transport := http.DefaultTransport.(*http.Transport).Clone() // connections of its own: none of the target's is taken
	transport.MaxIdleConnsPerHost = 1
	m := &meter{close: transport.CloseIdleConnections}
	m.recorder = telemetry.Recorder{Interval: time.Duration(p.Telemetry.Interval), Now: a.now, Keep: func(samples []telemetry.Sample) error {
		return f.PutSamples(context.WithoutCancel(ctx), runID, samples)
	}}
	var samples []telemetry.Sample
	for _, address := range p.Telemetry.Endpoints {
		reader, err := a.reader(m, address, transport)
		if err != nil {
			m.close()
			return nil, err
		}
		if reader == nil {
			continue
		}
		first, err := reader.Read(ctx)
		if err != nil {
			m.close()
			return nil, infrastructure("%w", err).withHint("telemetry is read from the exporters' own addresses; try curl there, or leave the endpoint out")
		}
		samples = append(samples, first...)
		m.recorder.Readers = append(m.recorder.Readers, reader)
	}
	record := telemetry.NewRecord(samples)
	for _, name := range p.Telemetry.Devices {
		if len(record.Devices([]string{name})) > 0 {
			continue
		}
		var there []string
		for _, d := range record.Devices(nil) {
			there = append(there, strings.TrimSpace(d.Index+" "+d.ID))
		}
		m.close()
		return nil, usage("telemetry: no accelerator %q reports", name).withHint("those that do: %s", cmp.Or(strings.Join(there, ", "), "none"))
	}
	if len(m.recorder.Readers) > 0 {
		a.say("%s", record.Describe(p.Telemetry.Devices))
	}
	return m, nil
}

// reader makes what reads an address; nil: this machine has no cards, which is no error.
func (a *app) reader(m *meter, address string, transport http.RoundTripper) (telemetry.Reader, error) {
	if address != localDevices {
		e, err := telemetry.NewEndpoint(address, &http.Client{Transport: transport}, a.now)
		if err != nil {
			return nil, usage("%w", err)
		}
		return e, nil
	}
	local, err := nvml.Open(a.now)
	if errors.Is(err, nvml.ErrAbsent) {
		a.say("note: telemetry: %v", err)
		return nil, nil
	}
	if err != nil {
		return nil, infrastructure("read local accelerators: %w", err)
	}
	before := m.close
	m.close = func() { local.Close(); before() }
	return local, nil
}

// Close lets the readers go.
func (m *meter) Close() {
	if m != nil {
		m.close()
	}
}

// during does the work and reads beside it. The work calls mark around what it wants to know exactly.
func (m *meter) during(ctx context.Context, say func(string, ...any), work func(ctx context.Context, mark func()) error) error {
	if m == nil || len(m.recorder.Readers) == 0 {
		return work(ctx, func() {})
	}
	outages, err := m.recorder.During(ctx, work)
	for _, o := range outages {
		say("warning: telemetry: %s", o)
	}
	return err
}

// readTelemetry returns what is on record of a run's machines and servers; nil: nothing is.
func readTelemetry(ctx context.Context, f *store.File, runID string) (*bench.Telemetry, error) {
	var samples []telemetry.Sample
	for s, err := range f.Samples(ctx, runID) {
		if err != nil {
			return nil, err
		}
		samples = append(samples, s)
	}
	if len(samples) == 0 {
		return nil, nil
	}
	t := bench.Telemetry{Record: telemetry.NewRecord(samples)}
	t.Price, t.Only = t.Record.Declared()
	return &t, nil
}
