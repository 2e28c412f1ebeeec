package export

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/viva-eval/viva/reports/bench"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/load"
	"github.com/viva-eval/viva/scorers"
)

var began = time.Date(2026, 11, 23, 9, 30, 5, 0, time.UTC)

// report is a run of a closed and an open stage of 20 requests each: 300 ms to the first token, then 9 more every 20 ms. The last request fails.
func report(t *testing.T) bench.Report {
	t.Helper()
	var held []load.Record
	var rows []scorers.Graded
	for k, stage := range []load.Stage{{Mode: load.Closed, Concurrency: 4, Requests: 20}, {Mode: load.Poisson, Rate: 2.5, Concurrency: 64, Requests: 20}} {
		stage = stage.Named()
		start := began.Add(time.Duration(k) * time.Minute)
		for i := range 20 {
			var g scorers.Graded
			g.Trial.Key, g.Trial.Status = runners.Key{ItemID: fmt.Sprint(i), Load: stage.Name}, runners.OK
			sent := start.Add(time.Duration(i) * 200 * time.Millisecond)
			g.Trial.Response.Timing = runners.Timing{Scheduled: sent.Add(-time.Millisecond), Sent: sent}
			if i == 19 {
				g.Trial.Status, g.Trial.Err = runners.Failed, "=broken"
			} else {
				g.Trial.Response.Text, g.Trial.Response.Tokens = strings.Repeat("word", 10), runners.Tokens{Prompt: 100, Completion: 10, Source: runners.FromUsage}
				c := &g.Trial.Response.Timing
				c.FirstToken, c.FirstAnswerToken, c.Last = sent.Add(300*time.Millisecond), sent.Add(300*time.Millisecond), sent.Add(480*time.Millisecond)
				c.Gaps = slices.Repeat([]time.Duration{20 * time.Millisecond}, 9)
			}
			rows = append(rows, g)
		}
		held = append(held, load.Record{Stage: stage, Started: start, Ended: start.Add(5 * time.Second), Scheduled: 20, Sent: 20})
	}
	run := runners.Run{ID: "=run", Target: runners.TargetInfo{Name: "box", Model: "deepseek-ai/DeepSeek-R1", Accelerators: runners.Accelerators{Count: 8, Unit: "card", Model: "H100"}}}
	r, err := bench.Summarize(run, held, iter.Seq2[scorers.Graded, error](func(yield func(scorers.Graded, error) bool) {
		for _, g := range rows {
			if !yield(g, nil) {
				return
			}
		}
	}), bench.Options{Texts: true})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The keys that scripts over vLLM's results look for, with values of the kind that they expect.
func TestVLLM(t *testing.T) {
	r := report(t)
	var b bytes.Buffer
	if err := VLLM(&b, r.Run, &r.Stages[0], false); err != nil {
		t.Fatal(err)
	}
	got := map[string]any{}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	keys := strings.Fields(`date endpoint_type backend label model_id tokenizer_id num_prompts request_rate burstiness max_concurrency duration completed failed total_input_tokens
		total_output_tokens request_throughput request_goodput output_throughput total_token_throughput max_output_tokens_per_s max_concurrent_requests rtfx`)
	for _, metric := range []string{"ttft", "tpot", "itl", "e2el"} {
		for _, statistic := range []string{"mean", "median", "std", "p99"} {
			keys = append(keys, statistic+"_"+metric+"_ms")
		}
	}
	for _, key := range keys {
		v, ok := got[key]
		if !ok {
			t.Errorf("%s is missing", key)
		}
		if _, number := v.(float64); !number && (strings.HasSuffix(key, "_ms") || strings.HasSuffix(key, "throughput") || strings.HasPrefix(key, "total_")) {
			t.Errorf("%s is %v", key, v)
		}
	}
	for key, want := range map[string]any{"request_rate": "inf", "max_concurrency": 4., "completed": 19., "failed": 1., "num_prompts": 20., "total_output_tokens": 190., "duration": 5.,
		"date": "20261123-093005", "model_id": "deepseek-ai/DeepSeek-R1", "mean_ttft_ms": 300., "p99_tpot_ms": 20., "median_e2el_ms": 480., "output_throughput": 38., "request_goodput": nil} {
		if got[key] != want {
			t.Errorf("%s = %v, want %v", key, got[key], want)
		}
	}
	for _, key := range []string{"ttfts", "generated_texts"} {
		if _, ok := got[key]; ok {
			t.Errorf("%s without being asked for", key)
		}
	}
}

// The arrays are over all requests, in seconds; a failed one has zeros and its error.
func TestVLLMDetailed(t *testing.T) {
	r := report(t)
	var b bytes.Buffer
	if err := VLLM(&b, r.Run, &r.Stages[1], true); err != nil {
		t.Fatal(err)
	}
	var got struct {
		InputLens                                  []int     `json:"input_lens"`
		OutputLens                                 []int     `json:"output_lens"`
		TTFTs                                      []float64 `json:"ttfts"`
		StartTimes                                 []float64 `json:"start_times"`
		Latencies                                  []float64 `json:"latencies"`
		QueueTimes                                 []float64 `json:"queue_times"`
		ITLs                                       [][]float64
		GeneratedTexts                             []string `json:"generated_texts"`
		Errors                                     []string
		RequestRate, Burstiness, MaxConcurrentReqs any
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	for name, n := range map[string]int{"input_lens": len(got.InputLens), "output_lens": len(got.OutputLens), "ttfts": len(got.TTFTs), "start_times": len(got.StartTimes), "latencies": len(got.Latencies),
		"queue_times": len(got.QueueTimes), "itls": len(got.ITLs), "generated_texts": len(got.GeneratedTexts), "errors": len(got.Errors)} {
		if n != 20 {
			t.Errorf("%s has %d entries", name, n)
		}
	}
	if got.TTFTs[0] != .3 || got.Latencies[3] != .48 || got.StartTimes[5] != 1 || len(got.ITLs[0]) != 9 || got.ITLs[0][0] != .02 || got.OutputLens[1] != 10 || got.QueueTimes[2] < .00099 || got.Errors[0] != "" {
		t.Errorf("%+v", got)
	}
	if got.TTFTs[19] != 0 || got.GeneratedTexts[19] != "" || got.Errors[19] != "=broken" || len(got.ITLs[19]) != 0 {
		t.Errorf("the failed request: %v %q %q", got.TTFTs[19], got.GeneratedTexts[19], got.Errors[19])
	}
}

func TestFileName(t *testing.T) {
	r := report(t)
	for i, want := range []string{"openai-chat-infqps-concurrency4-DeepSeek-R1-20261123-093005.json", "openai-chat-2.5qps-concurrency64-DeepSeek-R1-20261123-093105.json"} {
		if got := FileName(r.Run, &r.Stages[i]); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	r.Run.Target.Model, r.Stages[1].Record.Stage.Rate = `a/..\..:x`+"\x00", 2
	if got := FileName(r.Run, &r.Stages[1]); strings.ContainsAny(got, "/\\:\x00") || !strings.Contains(got, "2.0qps") {
		t.Errorf("%q", got)
	}
}

func TestInferenceX(t *testing.T) {
	var b bytes.Buffer
	if err := InferenceX(&b, report(t)); err != nil {
		t.Fatal(err)
	}
	var got []map[string]any
	if err := json.Unmarshal(b.Bytes(), &got); err != nil || len(got) != 2 {
		t.Fatalf("%v: %d", err, len(got))
	}
	for _, key := range strings.Fields(`hw conc model framework precision spec_decoding isl osl tp ep tput_per_gpu output_tput_per_gpu input_tput_per_gpu mean_ttft median_ttft p99_ttft mean_tpot
		median_intvty p99_intvty median_e2el p99_itl power_valid avg_power_w avg_total_gpu_power_w total_gpu_energy_j joules_per_successful_query joules_per_input_token joules_per_output_token joules_per_total_token`) {
		if _, ok := got[0][key]; !ok {
			t.Errorf("%s is missing", key)
		}
	}
	for key, want := range map[string]any{"hw": "h100", "conc": 4., "isl": 100., "osl": 10., "median_ttft": .3, "median_intvty": 50., "tput_per_gpu": 52.25, "output_tput_per_gpu": 4.75, "power_valid": 0., "joules_per_output_token": nil} {
		if got[0][key] != want {
			t.Errorf("%s = %v, want %v", key, got[0][key], want)
		}
	}
}

func TestCSV(t *testing.T) {
	var b bytes.Buffer
	if err := CSV(&b, report(t)); err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(records) != 5 {
		t.Fatalf("%v: %d lines", err, len(records))
	}
	at := func(name string, line int) string {
		i := slices.Index(records[0], name)
		if i < 0 {
			t.Fatalf("no column %s", name)
		}
		return records[line][i]
	}
	if at("run", 1) != "'=run" || at("window", 2) != "whole" || at("ttft_p99_ms", 2) != "300" || at("completed", 2) != "19" || at("joules_per_output_token", 2) != "" || at("output_tokens_per_s_per_accelerator", 2) != "4.75" ||
		at("hallucination", 2) != "" || at("load_unit", 4) != "requests/s" {
		t.Errorf("%v", records[2])
	}
	seen := map[string]bool{}
	for _, name := range records[0] {
		if seen[name] {
			t.Errorf("two columns %s", name)
		}
		seen[name] = true
	}
}
