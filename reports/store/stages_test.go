package store

import (
	"maps"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/load"
	"github.com/viva-eval/viva/runners/telemetry"
	"github.com/viva-eval/viva/scorers"
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

// Scoring one stage leaves the scores of another alone.
func TestStageScores(t *testing.T) {
	f := openNew(t)
	s := sample(3)
	run := start(t, f, s)
	for _, stage := range []string{"a", "b"} {
		for i := range 3 {
			tr := sampleTrial(s, i, "oracle", 0)
			tr.Load, tr.Status = stage, runners.OK
			put(t, f, run.ID, tr)
		}
	}
	give := func(stage string, v scorers.Verdict) {
		err := f.PutStageScores(t.Context(), run.ID, stage, func(yield func(scorers.Graded, error) bool) {
			for q, err := range f.Questions(t.Context(), run.ID) {
				if q.Trial.Load == stage && !yield(scorers.Graded{Question: q, Score: scorers.Score{Scorer: "facts", Verdict: v}}, err) {
					return
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	give("a", scorers.Correct)
	give("b", scorers.Abstained)
	give("b", scorers.Incorrect) // again: in place of the first
	got := map[string]int{}
	for g, err := range f.Graded(t.Context(), run.ID, "facts") {
		if err != nil {
			t.Fatal(err)
		}
		got[g.Trial.Load+" "+g.Score.Verdict.String()]++
	}
	if want := map[string]int{"a correct": 3, "b incorrect": 3}; !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
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
