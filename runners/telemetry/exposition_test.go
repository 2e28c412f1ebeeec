package telemetry_test

import (
	"fmt"
	"math"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/viva-eval/viva/internal/fakemetrics"
	"github.com/viva-eval/viva/internal/growth"
	"github.com/viva-eval/viva/runners/telemetry"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// TestUnits reads one series of each kind and wants it in our units.
func TestUnits(t *testing.T) {
	for _, c := range []struct {
		why, line string
		want      telemetry.Sample
	}{
		{"mJ are J", `DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION{gpu="0",UUID="GPU-1"} 2.5e+06`,
			telemetry.Sample{Source: "dcgm@box:9400", Metric: "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", Labels: `{UUID="GPU-1",gpu="0"}`, Unit: "J", Value: 2500}},
		{"µJ are J", `gpu_energy_consumed{gpu_id="0"} 7e6`,
			telemetry.Sample{Source: "amd@box:9400", Metric: "gpu_energy_consumed", Labels: `{gpu_id="0"}`, Unit: "J", Value: 7}},
		{"MiB are bytes", `DCGM_FI_DEV_FB_USED{UUID="GPU-1"} 2`,
			telemetry.Sample{Source: "dcgm@box:9400", Metric: "DCGM_FI_DEV_FB_USED", Labels: `{UUID="GPU-1"}`, Unit: "bytes", Value: 2 << 20}},
		{"MHz are Hz", `npu_chip_info_aicore_current_freq{id="3"} 1650`,
			telemetry.Sample{Source: "npu@box:9400", Metric: "npu_chip_info_aicore_current_freq", Labels: `{id="3"}`, Unit: "Hz", Value: 1.65e9}},
		{"the exporter's own time counts, in ms", `npu_chip_info_power{id="0"} 94.5 1772366399000`,
			telemetry.Sample{Source: "npu@box:9400", Metric: "npu_chip_info_power", Labels: `{id="0"}`, Unit: "W", Value: 94.5, Time: noon.Add(-time.Second)}},
		{"a share called perc is percent", `vllm:kv_cache_usage_perc{engine="0"} 0.25`,
			telemetry.Sample{Source: "vllm@box:9400", Metric: "vllm:kv_cache_usage_perc", Labels: `{engine="0"}`, Unit: "%", Value: 25}},
		{"the old name of the same", `vllm:gpu_cache_usage_perc 0.5`,
			telemetry.Sample{Source: "vllm@box:9400", Metric: "vllm:gpu_cache_usage_perc", Unit: "%", Value: 50}},
		{"a collector on the way may have replaced the colon", `sglang_generation_tokens_total 9`,
			telemetry.Sample{Source: "sglang@box:9400", Metric: "sglang_generation_tokens_total", Unit: "tokens", Value: 9}},
		{"violations in µs, as older versions count them", `DCGM_FI_DEV_THERMAL_VIOLATION{UUID="g"} 3000000`,
			telemetry.Sample{Source: "dcgm@box:9400", Metric: "DCGM_FI_DEV_THERMAL_VIOLATION", Labels: `{UUID="g"}`, Unit: "seconds", Value: 3}},
		{"in ns, where the help says so", "# HELP DCGM_FI_DEV_THERMAL_VIOLATION Throttling duration due to thermal constraints (in ns).\n" + `DCGM_FI_DEV_THERMAL_VIOLATION{UUID="g"} 3000000000`,
			telemetry.Sample{Source: "dcgm@box:9400", Metric: "DCGM_FI_DEV_THERMAL_VIOLATION", Labels: `{UUID="g"}`, Unit: "seconds", Value: 3}},
		{"processors are added up by mode", "node_cpu_seconds_total{cpu=\"0\",mode=\"idle\"} 5\nnode_cpu_seconds_total{cpu=\"1\",mode=\"idle\"} 7",
			telemetry.Sample{Source: "node@box:9400", Metric: "node_cpu_seconds_total", Labels: `{mode="idle"}`, Unit: "seconds", Value: 12}},
		{"pods that share a card make one series of it", `DCGM_FI_DEV_POWER_USAGE{UUID="g",pod="a"} 300` + "\n" + `DCGM_FI_DEV_POWER_USAGE{UUID="g",pod="b"} 300`,
			telemetry.Sample{Source: "dcgm@box:9400", Metric: "DCGM_FI_DEV_POWER_USAGE", Labels: `{UUID="g"}`, Unit: "W", Value: 300}},
		{"carriage returns, and no end of line at the end", "# TYPE DCGM_FI_DEV_GPU_UTIL gauge\r\nDCGM_FI_DEV_GPU_UTIL{UUID=\"g\"} 97\r",
			telemetry.Sample{Source: "dcgm@box:9400", Metric: "DCGM_FI_DEV_GPU_UTIL", Labels: `{UUID="g"}`, Unit: "%", Value: 97}},
		{"broken lines of other families do no harm", "go_info{version=\"\n# HELP go_x \\\nrequests{ 7 7 7\n" + `DCGM_FI_DEV_GPU_UTIL{UUID="g"} 1`,
			telemetry.Sample{Source: "dcgm@box:9400", Metric: "DCGM_FI_DEV_GPU_UTIL", Labels: `{UUID="g"}`, Unit: "%", Value: 1}},
		{"what is no number is left out, beside what is", `DCGM_FI_DEV_GPU_TEMP{UUID="g"} NaN` + "\n" + `DCGM_FI_DEV_GPU_TEMP{UUID="h"} +Inf` + "\n" + `DCGM_FI_DEV_GPU_UTIL{UUID="g"} 1`,
			telemetry.Sample{Source: "dcgm@box:9400", Metric: "DCGM_FI_DEV_GPU_UTIL", Labels: `{UUID="g"}`, Unit: "%", Value: 1}},
	} {
		got, err := telemetry.ParseExposition([]byte(c.line), "box:9400", noon)
		if err != nil {
			t.Errorf("%s: %v", c.why, err)
			continue
		}
		if c.want.Time.IsZero() {
			c.want.Time = noon
		}
		if len(got) != 1 || !got[0].Time.Equal(c.want.Time) {
			t.Errorf("%s: %+v, want %+v", c.why, got, c.want)
			continue
		}
		if got[0].Time = c.want.Time; math.Abs(got[0].Value-c.want.Value) < 1e-9*math.Abs(c.want.Value) {
			got[0].Value = c.want.Value
		}
		if got[0] != c.want {
			t.Errorf("%s: %+v, want %+v", c.why, got[0], c.want)
		}
	}
}

func TestMetricsJSON(t *testing.T) {
	body := `{"resultType":"vector","result":[
		{"metric":[{"__name__":"TTFT","job":"node","instance":"127.0.0.2:1026"}],"value":"120.5"},
		{"metric":{"__name__":"waitingInferRequestNum","job":"node"},"value":3},
		{"metric":[{"__name__":"remainBlocks"}],"value":"1024"},
		{"metric":[{"__name__":"TBT"}],"value":"NaN"},
		{"metric":[{"__name__":"somethingElse"}],"value":"1"},
		{"metric":7,"value":null}]}`
	got, err := telemetry.ParseMetricsJSON([]byte(body), "box:1026", noon)
	if err != nil {
		t.Fatal(err)
	}
	want := []telemetry.Sample{
		{Source: "mindie@box:1026", Metric: "TTFT", Labels: `{instance="127.0.0.2:1026",job="node"}`, Time: noon, Value: 120.5},
		{Source: "mindie@box:1026", Metric: "waitingInferRequestNum", Labels: `{job="node"}`, Unit: "requests", Time: noon, Value: 3},
		{Source: "mindie@box:1026", Metric: "remainBlocks", Unit: "blocks", Time: noon, Value: 1024},
	}
	if !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	for _, bad := range []string{"", "[]", `{"result":[]}`, `{"result":7}`, `{"result":[{"metric":{"__name__":"vllm:num_requests_running"},"value":1}]}`} {
		if samples, err := telemetry.ParseMetricsJSON([]byte(bad), "box", noon); err == nil {
			t.Errorf("%q is read as %v", bad, samples)
		}
	}
}

// TestTooManySeries bounds what one scrape can cost.
func TestTooManySeries(t *testing.T) {
	var b strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&b, "vllm:num_requests_running{engine=\"%d\"} 1\n", i)
	}
	if _, err := telemetry.ParseExposition([]byte(b.String()), "box", noon); err == nil || !strings.Contains(err.Error(), "series") {
		t.Errorf("%v of 10,000 series", err)
	}
}

func TestParsingGrowsInProportion(t *testing.T) {
	growth.Linear(t, "series", 8000, func(n int, timed func(func())) {
		var b strings.Builder
		b.WriteString("# TYPE DCGM_FI_DEV_POWER_USAGE gauge\n")
		for i := range n {
			fmt.Fprintf(&b, "DCGM_FI_DEV_POWER_USAGE{gpu=\"%d\",UUID=\"GPU-%d\"} 300.5\n", i, i)
		}
		timed(func() {
			if _, err := telemetry.ParseExposition([]byte(b.String()), "box", noon); err != nil {
				t.Fatal(err)
			}
		})
	})
}

func FuzzExposition(f *testing.F) {
	for _, d := range []fakemetrics.Dialect{fakemetrics.DCGM, fakemetrics.NPU, fakemetrics.AMD} {
		w := httptest.NewRecorder()
		(&fakemetrics.Box{Dialect: d, Devices: 1, Now: func() time.Time { return noon }, Began: noon}).ServeHTTP(w, nil)
		f.Add(w.Body.Bytes())
	}
	for _, e := range []fakemetrics.Engine{fakemetrics.VLLM, fakemetrics.SGLang, fakemetrics.TGI, fakemetrics.LlamaCPP, fakemetrics.MindIE} {
		w, s := httptest.NewRecorder(), &fakemetrics.Server{Engine: e}
		s.Serve(10, 10, time.Second)
		s.ServeHTTP(w, nil)
		f.Add(w.Body.Bytes())
	}
	f.Add([]byte("vllm:e2e_request_latency_seconds_bucket{le=\"x\"} 1\nvllm:e2e_request_latency_seconds_count -1\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		samples, err := telemetry.ParseExposition(body, "box:1", noon)
		checkRead(t, samples, err)
	})
}

func FuzzMetricsJSON(f *testing.F) {
	f.Add([]byte(`{"resultType":"vector","result":[{"metric":[{"__name__":"TTFT","job":"node"}],"value":"0"}]}`))
	f.Add([]byte(`{"result":[{"metric":{"__name__":"remainBlocks"},"value":1e999}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		samples, err := telemetry.ParseMetricsJSON(body, "box:1", noon)
		checkRead(t, samples, err)
	})
}

// checkRead wants samples or an error, each series once with a finite value, and that every calculation bears them.
func checkRead(t *testing.T, samples []telemetry.Sample, err error) {
	if (err == nil) != (len(samples) > 0) {
		t.Fatalf("%d samples and the error %v", len(samples), err)
	}
	seen := map[string]bool{}
	for _, s := range samples {
		if math.IsNaN(s.Value) || math.IsInf(s.Value, 0) {
			t.Errorf("%+v", s)
		}
		if id := s.Metric + s.Labels; seen[id] {
			t.Errorf("%s is there twice", id)
		} else {
			seen[id] = true
		}
	}
	later := slices.Clone(samples)
	for i := range later {
		later[i].Time = later[i].Time.Add(time.Minute)
	}
	r := telemetry.NewRecord(append(samples, later...))
	to := noon.Add(30 * time.Second)
	if e := r.EnergyBetween(noon, to, one, nil); e.Valid && !(e.Joules >= 0 && e.Known) && len(samples) > 0 {
		t.Logf("%+v", e)
	}
	for _, f := range r.Check(telemetry.Client{From: noon, To: to, Completed: 1, Stated: true, TTFT: []time.Duration{time.Second}}, one, nil) {
		if f.Check == "" || f.Verdict != telemetry.OK && f.Reason == "" {
			t.Errorf("%+v", f)
		}
	}
	r.HistogramBetween(telemetry.TTFT, noon, to)
	r.Describe(nil)
}

// BenchmarkScrape reads what a vLLM server and an exporter of eight cards answer, among 2,000 lines of no use: the cost to the client of each
// second of telemetry.
func BenchmarkScrape(b *testing.B) {
	w := httptest.NewRecorder()
	(&fakemetrics.Box{Devices: 8, Now: func() time.Time { return noon }, Began: noon}).ServeHTTP(w, nil)
	s := &fakemetrics.Server{}
	s.Serve(10, 10, time.Second)
	s.ServeHTTP(w, nil)
	for i := range 2000 {
		fmt.Fprintf(w, "python_gc_objects_collected_total{generation=\"%d\"} 1\n", i)
	}
	body := w.Body.Bytes()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := telemetry.ParseExposition(body, "box", noon); err != nil {
			b.Fatal(err)
		}
	}
}
