package store

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/viva-eval/viva/runners/load"
	"github.com/viva-eval/viva/runners/telemetry"
)

// Whatever a record holds comes back, to the last field.
func TestStagesComeBack(t *testing.T) {
	f := openNew(t)
	run := start(t, f, sample(2))
	first := filled[load.Record](1)
	second := load.Record{Stage: load.Stage{Name: "rate-2", Mode: load.Poisson, Concurrency: 1, Rate: 2, Requests: 3}, Notes: []string{"late"}}
	for _, r := range []load.Record{first, second} {
		if err := f.PutStage(t.Context(), run.ID, r); err != nil {
			t.Fatal(err)
		}
	}
	first.Sent = 99 // a stage that is put again stays in its place
	if err := f.PutStage(t.Context(), run.ID, first); err != nil {
		t.Fatal(err)
	}
	got, err := f.Stages(t.Context(), run.ID)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]load.Record{first, second}, got, same); d != "" {
		t.Errorf("put (-), came back (+):\n%s", d)
	}
	if none, err := f.Stages(t.Context(), "another"); err != nil || len(none) != 0 {
		t.Errorf("another run has %d stages (%v)", len(none), err)
	}
}

func TestSamplesComeBack(t *testing.T) {
	f := openNew(t)
	run := start(t, f, sample(2))
	at := time.Unix(1000, 5).UTC()
	power := telemetry.Sample{Source: "dcgm@box:9400", Metric: "DCGM_FI_DEV_POWER_USAGE", Labels: `{gpu="0"}`, Unit: "W", Time: at, Value: 300}
	later, other, again, none := power, power, power, power
	later.Time, later.Value = at.Add(time.Second), 310
	other.Labels, other.Value = `{gpu="1"}`, math.Inf(1)
	again.Value = 301
	none.Time, none.Value = at.Add(2*time.Second), math.NaN()
	for _, batch := range [][]telemetry.Sample{{later, power, other}, {again, none}} {
		if err := f.PutSamples(t.Context(), run.ID, batch); err != nil {
			t.Fatal(err)
		}
	}
	var got []telemetry.Sample
	for s, err := range f.Samples(t.Context(), run.ID) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, s)
	}
	if want := []telemetry.Sample{again, later, other}; !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if err := f.PutSamples(t.Context(), "no such run", []telemetry.Sample{power}); err == nil {
		t.Error("readings of a run that is not there were taken")
	}
}
