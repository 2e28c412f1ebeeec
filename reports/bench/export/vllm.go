// Package export writes the stages of a measured run in the forms that other tools read: vLLM's flat JSON, InferenceX's aggregate, and CSV.
//
// What is not defined is null, or an empty cell: where a tool of the field would write 0, a script that takes it for a time finds none.
package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/viva-eval/viva/reports/bench"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/load"
)

// backend is what vLLM calls a client of chat completions.
const backend = "openai-chat"

// member is a name and a value of an object that keeps its order.
type member struct {
	name  string
	value any
}

// object is written with its members in order.
type object []member

func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", m.name, err)
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// VLLM writes a stage as `vllm bench serve --save-result` does: one flat object over the whole stage, ramp and drain included, without a line
// break at its end. Times are milliseconds; percentiles are p50, p90, p95 and p99. With detailed, the arrays of --save-detailed follow, over all
// requests in the order of sending, in seconds; the texts are there if the report keeps them. Our own names begin with viva_.
func VLLM(w io.Writer, run runners.Run, s *bench.Stage, detailed bool) error {
	return json.NewEncoder(w).Encode(vllm(run, s, detailed))
}

func vllm(run runners.Run, s *bench.Stage, detailed bool) object {
	all, stage := &s.Whole, s.Record.Stage
	o := object{
		{"date", s.Started.UTC().Format(stamp)}, {"endpoint_type", backend}, {"backend", backend}, {"label", nil}, {"model_id", model(run)}, {"tokenizer_id", model(run)},
		{"num_prompts", all.Attempted}, {"num_gpus", count(run)},
		{"request_rate", rate(stage)}, {"burstiness", burstiness(stage)}, {"max_concurrency", stage.Concurrency},
		{"benchmark_start_time_unix", unix(s.Started)}, {"benchmark_end_time_unix", unix(s.Ended)},
		{"duration", all.Seconds}, {"completed", all.Completed}, {"failed", all.Failed},
		{"total_input_tokens", tokens(all.PromptTokens)}, {"total_output_tokens", tokens(all.OutputTokens)},
		{"request_throughput", all.RequestsPerS}, {"request_goodput", all.GoodPerS}, {"output_throughput", all.OutputPerS}, {"total_token_throughput", all.TotalPerS},
		{"max_output_tokens_per_s", s.PeakTokens}, {"max_concurrent_requests", s.MostInFlight}, {"rtfx", 0.0},
	}
	for _, m := range metrics {
		o = append(o, percentiles(m.name, all.Latency(m.metric, false))...)
	}
	o = append(o, object{
		{"viva_run", run.ID}, {"viva_stage", s.Name}, {"viva_validity", s.Validity}, {"viva_steady_output_throughput", s.Steady.OutputPerS},
		{"viva_hallucination_rate", s.Answers.Hallucination.Value}, {"viva_correct_answers_per_s", all.CorrectPerS},
	}...)
	if detailed {
		o = append(o, details(s)...)
	}
	return o
}

// stamp is how vLLM writes a moment.
const stamp = "20060102-150405"

// metrics are vLLM's names of latencies.
var metrics = [...]struct {
	name   string
	metric bench.Metric
}{{"ttft", bench.TTFT}, {"tpot", bench.TPOT}, {"itl", bench.ITL}, {"e2el", bench.E2E}}

func percentiles(name string, s bench.Spread) object {
	return object{
		{"mean_" + name + "_ms", s.Mean}, {"median_" + name + "_ms", s.P50}, {"std_" + name + "_ms", s.SD},
		{"p50_" + name + "_ms", s.P50}, {"p90_" + name + "_ms", s.P90}, {"p95_" + name + "_ms", s.P95}, {"p99_" + name + "_ms", s.P99},
	}
}

// details are the arrays of --save-detailed. A failed request has zeros, an empty list and an empty text, and its error.
func details(s *bench.Stage) object {
	n := len(s.Requests)
	inputs, outputs := make([]int, n), make([]int, n)
	ttfts, starts, latencies, queues := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	itls, texts, errs := make([][]float64, n), make([]string, n), make([]string, n)
	for i := range s.Requests {
		r := &s.Requests[i]
		inputs[i], itls[i] = r.Tokens.Prompt, []float64{}
		starts[i] = max(r.Sent, 0).Seconds()
		queues[i] = seconds(r.Value(bench.E2E, true)) - seconds(r.Value(bench.E2E, false))
		if !r.Completed() {
			errs[i], queues[i] = r.Err, 0
			if errs[i] == "" {
				errs[i] = string(r.Status)
			}
			continue
		}
		outputs[i], texts[i] = r.Tokens.Completion, r.Text
		ttfts[i], latencies[i] = seconds(r.Value(bench.TTFT, false)), seconds(r.Value(bench.E2E, false))
		for _, gap := range r.Gaps {
			itls[i] = append(itls[i], math.Round(float64(gap)*1e4)/1e7)
		}
	}
	return object{{"input_lens", inputs}, {"output_lens", outputs}, {"ttfts", ttfts}, {"itls", itls}, {"start_times", starts}, {"latencies", latencies}, {"queue_times", queues},
		{"generated_texts", texts}, {"errors", errs}}
}

// seconds are those of milliseconds, 0 where there are none.
func seconds(ms float64) float64 {
	if math.IsNaN(ms) {
		return 0
	}
	return ms / 1000
}

// FileName is the name that vLLM gives the result of a stage: {label}-{rate}qps[-concurrency{N}]-{model}-{date}.json.
func FileName(run runners.Run, s *bench.Stage) string {
	stage := s.Record.Stage
	qps := "inf"
	if v, ok := rate(stage).(float64); ok {
		if qps = strconv.FormatFloat(v, 'f', -1, 64); !strings.Contains(qps, ".") {
			qps += ".0"
		}
	}
	name := model(run)
	name = name[strings.LastIndexByte(name, '/')+1:]
	name = strings.Map(func(c rune) rune {
		if c < 0x20 || strings.ContainsRune(`\/:*?"<>|`, c) {
			return '_'
		}
		return c
	}, name)
	if len(name) > 100 {
		name = strings.ToValidUTF8(name[:100], "")
	}
	return fmt.Sprintf("%s-%sqps-concurrency%d-%s-%s.json", backend, qps, stage.Concurrency, name, s.Started.UTC().Format(stamp))
}

func model(run runners.Run) string {
	if run.Target.Model != "" {
		return run.Target.Model
	}
	return run.Target.Name
}

// rate is the asked rate, "inf" where no clock decides.
func rate(s load.Stage) any {
	switch s.Mode {
	case load.Constant, load.Poisson, load.Gamma:
		return s.Rate
	}
	return "inf"
}

// burstiness is the shape of the arrivals: 1 is Poisson, and vLLM's default; evenly spaced ones have an endless one.
func burstiness(s load.Stage) any {
	switch s.Mode {
	case load.Gamma:
		return s.Shape
	case load.Constant:
		return "inf"
	}
	return 1.0
}

// count is the declared number of accelerators, null without a declaration.
func count(run runners.Run) any {
	if n := run.Target.Accelerators.Count; n > 0 {
		return n
	}
	return nil
}

// tokens are whole over a whole stage.
func tokens(f bench.Figure) any {
	if !f.Defined() {
		return nil
	}
	return int64(math.Round(float64(f)))
}

func unix(t time.Time) float64 { return float64(t.UnixMicro()) / 1e6 }
