package telemetry_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/telemetry"
)

var one = runners.Accelerators{Count: 1, Unit: "card"}

// readings are a series of one card at seconds after noon.
func readings(metric, unit string, at []float64, value func(second float64) float64) []telemetry.Sample {
	out := make([]telemetry.Sample, len(at))
	for i, s := range at {
		out[i] = telemetry.Sample{Source: "dcgm@box", Metric: metric, Labels: `{UUID="g"}`, Unit: unit, Time: second(s), Value: value(s)}
	}
	return out
}

func second(s float64) time.Time { return noon.Add(time.Duration(s * float64(time.Second))) }

// TestEnergyIsExactForLines: a power that changes linearly is integrated exactly by trapezoids, wherever readings and edges lie, and the
// counter of a constant power exactly by its difference.
func TestEnergyIsExactForLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Float64Range(50, 700).Draw(t, "watts"), rapid.Float64Range(-1, 1).Draw(t, "slope")
		at := []float64{0}
		for at[len(at)-1] < 40 {
			at = append(at, at[len(at)-1]+rapid.Float64Range(0.2, 2.9).Draw(t, "interval"))
		}
		from := rapid.Float64Range(0, 18).Draw(t, "from")
		to := rapid.Float64Range(19, 40).Draw(t, "to")
		want := a*(to-from) + b*(to*to-from*from)/2
		r := telemetry.NewRecord(readings("DCGM_FI_DEV_POWER_USAGE", "W", at, func(s float64) float64 { return a + b*s }))
		if e := r.EnergyBetween(second(from), second(to), one, nil); !e.Valid || math.Abs(e.Joules-want) > 1e-6*want {
			t.Fatalf("by power %g J %v, want %g", e.Joules, e.Reasons, want)
		}
		r = telemetry.NewRecord(readings("DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", "J", at, func(s float64) float64 { return 1e6 + a*s }))
		if e := r.EnergyBetween(second(from), second(to), one, nil); !e.Valid || math.Abs(e.Joules-a*(to-from)) > 1e-6*want {
			t.Fatalf("by counter %g J %v, want %g", e.Joules, e.Reasons, a*(to-from))
		}
	})
}

// TestEnergyOfParts: the energies of two windows that meet are that of the whole.
func TestEnergyOfParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var at []float64
		for s := 0.0; s < 30; s += rapid.Float64Range(0.3, 2).Draw(t, "interval") {
			at = append(at, s)
		}
		watts := rapid.SliceOfN(rapid.Float64Range(0, 700), len(at), len(at)).Draw(t, "watts")
		i := 0
		r := telemetry.NewRecord(readings("DCGM_FI_DEV_POWER_USAGE", "W", at, func(float64) float64 { i++; return watts[i-1] }))
		mid := rapid.Float64Range(3, 25).Draw(t, "mid")
		last := at[len(at)-1]
		whole := r.EnergyBetween(second(0), second(last), one, nil)
		left, right := r.EnergyBetween(second(0), second(mid), one, nil), r.EnergyBetween(second(mid), second(last), one, nil)
		if sum := left.Joules + right.Joules; !whole.Known || math.Abs(sum-whole.Joules) > 1e-6*(1+whole.Joules) {
			t.Fatalf("%g and %g J, and %g of the whole", left.Joules, right.Joules, whole.Joules)
		}
	})
}

// TestEnergyNeverFlatters: what is not known is not 0 joules.
func TestEnergyNeverFlatters(t *testing.T) {
	every := func(from, to float64) (out []float64) {
		for s := from; s <= to; s++ {
			out = append(out, s)
		}
		return out
	}
	flat := func(float64) float64 { return 300 }
	for why, c := range map[string]struct {
		samples []telemetry.Sample
		known   bool
	}{
		"nothing was read":               {nil, false},
		"readings begin too late":        {readings("DCGM_FI_DEV_POWER_USAGE", "W", every(1, 30), flat), false},
		"readings end too early":         {readings("DCGM_FI_DEV_POWER_USAGE", "W", every(-1, 19), flat), false},
		"one reading alone":              {readings("DCGM_FI_DEV_POWER_USAGE", "W", []float64{5}, flat), false},
		"a card that tells no power":     {readings("DCGM_FI_DEV_GPU_UTIL", "%", every(-1, 30), flat), false},
		"one of two cards tells nothing": {append(readings("DCGM_FI_DEV_POWER_USAGE", "W", every(-1, 30), flat), telemetry.Sample{Source: "dcgm@box", Metric: "DCGM_FI_DEV_GPU_TEMP", Labels: `{UUID="h"}`, Time: noon, Value: 1}), false},
		"a hole in the middle":           {readings("DCGM_FI_DEV_POWER_USAGE", "W", append(every(-1, 8), every(13, 30)...), flat), true},
	} {
		e := telemetry.NewRecord(c.samples).EnergyBetween(second(0), second(20), runners.Accelerators{}, nil)
		if e.Valid || e.Known != c.known || len(e.Reasons) == 0 || !c.known && (e.Joules != 0 || e.Method != telemetry.NoMethod) {
			t.Errorf("%s: %+v", why, e)
		}
	}
	r := telemetry.NewRecord(readings("DCGM_FI_DEV_POWER_USAGE", "W", every(-1, 30), flat))
	if e := r.EnergyBetween(second(5), second(5), one, nil); e.Valid || e.Known {
		t.Errorf("an empty window has the energy %+v", e)
	}
}

// TestTwoAccountsDisagree: the counter counts, and the reader is told.
func TestTwoAccountsDisagree(t *testing.T) {
	var at []float64
	for s := -1.0; s < 30; s++ {
		at = append(at, s)
	}
	samples := append(readings("DCGM_FI_DEV_POWER_USAGE", "W", at, func(float64) float64 { return 300 }),
		readings("DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", "J", at, func(s float64) float64 { return 400 * (s + 1) })...)
	e := telemetry.NewRecord(samples).EnergyBetween(second(0), second(20), one, nil)
	if !e.Valid || e.Joules != 8000 || e.Devices[0].Other != 6000 || len(e.Doubts) != 1 {
		t.Errorf("%+v", e)
	}
}

// histogram is a server's at a moment: counts below 0.1, 0.5 and 1 s, cumulative, and in all.
func histogram(s float64, labels string, counts [4]float64, sum float64) (out []telemetry.Sample) {
	add := func(part, labels string, value float64) {
		out = append(out, telemetry.Sample{Source: "vllm@box", Metric: "vllm:time_to_first_token_seconds" + part, Labels: labels, Time: second(s), Value: value})
	}
	for i, le := range []string{"0.1", "0.5", "1", "+Inf"} {
		add("_bucket", fmt.Sprintf(`{%sle=%q}`, labels, le), counts[i])
	}
	labels = "{" + strings.TrimSuffix(labels, ",") + "}"
	add("_sum", labels, sum)
	add("_count", labels, counts[3])
	return out
}

func TestHistogramBetween(t *testing.T) {
	engine := `engine="0",`
	samples := append(histogram(-5, engine, [4]float64{100, 100, 100, 100}, 5), histogram(25, engine, [4]float64{110, 140, 150, 150}, 20)...)
	h, ok := telemetry.NewRecord(samples).HistogramBetween(telemetry.TTFT, second(0), second(20))
	if !ok || h.Count != 50 || h.Sum != 15 || !h.Sound() {
		t.Fatalf("%+v, %v, sound %v", h, ok, h.Sound())
	}
	for _, c := range []struct{ q, want float64 }{{0, 0}, {0.1, 0.05}, {0.2, 0.1}, {0.5, 0.3}, {0.8, 0.5}, {0.9, 0.75}, {1, 1}} {
		if got, short, ok := h.Quantile(c.q); !ok || short || math.Abs(got-c.want) > 1e-9 {
			t.Errorf("quantile %g is %g, want %g", c.q, got, c.want)
		}
	}
	if mean, ok := h.Mean(); !ok || mean != 0.3 {
		t.Errorf("mean %g", mean)
	}
	// A second engine begins within the window: it has grown from nothing.
	samples = append(samples, histogram(25, `engine="1",`, [4]float64{0, 0, 0, 10}, 20)...)
	h, ok = telemetry.NewRecord(samples).HistogramBetween(telemetry.TTFT, second(0), second(20))
	if !ok || h.Count != 60 || h.Sum != 35 || !h.Sound() {
		t.Errorf("%+v, %v", h, ok)
	}
	if got, short, ok := h.Quantile(0.99); !ok || !short || got != 1 {
		t.Errorf("a quantile in the open bucket is %g, at least: %v", got, short)
	}
	// A second server of the same target, scraped at other moments, adds to the first.
	both := slices.Clone(samples)
	for _, x := range append(histogram(-3, engine, [4]float64{0, 0, 0, 0}, 0), histogram(22, engine, [4]float64{0, 40, 40, 40}, 12)...) {
		x.Source = "vllm@other"
		both = append(both, x)
	}
	if h, ok := telemetry.NewRecord(both).HistogramBetween(telemetry.TTFT, second(0), second(20)); !ok || h.Count != 100 || h.Sum != 47 || !h.Sound() {
		t.Errorf("two servers: %+v, %v", h, ok)
	}
	// Sums and counts that are read in between belong to no state.
	samples = append(samples, telemetry.Sample{Source: "vllm@box", Metric: "vllm:time_to_first_token_seconds_count", Labels: `{engine="0"}`, Time: second(20), Value: 149})
	if h, ok = telemetry.NewRecord(samples).HistogramBetween(telemetry.TTFT, second(0), second(20)); !ok || h.Count != 60 {
		t.Errorf("%+v, %v", h, ok)
	}
	for why, window := range map[string][2]float64{"no state before": {-6, 20}, "no state behind": {0, 26}} {
		if h, ok := telemetry.NewRecord(samples).HistogramBetween(telemetry.TTFT, second(window[0]), second(window[1])); ok {
			t.Errorf("%s: %+v", why, h)
		}
	}
	fallen := append(histogram(-5, engine, [4]float64{100, 100, 100, 100}, 5), histogram(25, engine, [4]float64{1, 1, 1, 1}, 1)...)
	if h, ok := telemetry.NewRecord(fallen).HistogramBetween(telemetry.TTFT, second(0), second(20)); ok {
		t.Errorf("a server that was started anew: %+v", h)
	}
}

func TestSound(t *testing.T) {
	for _, c := range []struct {
		why   string
		h     telemetry.Histogram
		sound bool
	}{
		{"nothing", telemetry.Histogram{}, true},
		{"within", telemetry.Histogram{Count: 3, Sum: 1.2, Bucket: []telemetry.Bucket{{0.5, 2}, {1, 1}, {math.Inf(1), 0}}}, true},
		{"the sum is less than the buckets hold at least", telemetry.Histogram{Count: 3, Sum: 0.4, Bucket: []telemetry.Bucket{{0.5, 2}, {1, 1}}}, false},
		{"more than they hold at most", telemetry.Histogram{Count: 3, Sum: 2.5, Bucket: []telemetry.Bucket{{0.5, 2}, {1, 1}, {math.Inf(1), 0}}}, false},
		{"the open bucket may hold anything above", telemetry.Histogram{Count: 1, Sum: 1e6, Bucket: []telemetry.Bucket{{0.5, 0}, {math.Inf(1), 1}}}, true},
		{"a count that is not that of the buckets", telemetry.Histogram{Count: 9, Sum: 1, Bucket: []telemetry.Bucket{{0.5, 2}, {1, 1}}}, false},
		{"buckets that are not cumulative", telemetry.Histogram{Count: 1, Sum: 0.2, Bucket: []telemetry.Bucket{{0.5, 2}, {1, -1}}}, false},
	} {
		if got := c.h.Sound(); got != c.sound {
			t.Errorf("%s: %v", c.why, got)
		}
	}
}
