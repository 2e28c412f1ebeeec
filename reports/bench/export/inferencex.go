package export

import (
	"encoding/json"
	"io"
	"math"
	"strings"

	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/reports/bench"
)

// InferenceX writes the stages as a list in the form of InferenceX's aggregate: throughput per accelerator over the whole stage, vLLM's times in
// seconds, interactivity (tokens a second for a user, 1/TPOT) and power. Its tput_per_gpu counts tokens in and out; output_tput_per_gpu those
// that come out. What viva does not know of the server (framework, precision, speculation) is empty.
func InferenceX(w io.Writer, r bench.Report) error {
	list := make([]object, len(r.Stages))
	for i := range r.Stages {
		list[i] = aggregate(r, &r.Stages[i])
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(list)
}

func aggregate(r bench.Report, s *bench.Stage) object {
	w, stage, acc := &s.Whole, s.Record.Stage, r.Run.Target.Accelerators
	per := func(f bench.Figure) bench.Figure {
		if acc.Count == 0 {
			return reports.Undefined()
		}
		return f / bench.Figure(acc.Count)
	}
	o := object{
		{"hw", strings.ToLower(acc.Model)}, {"conc", stage.Concurrency}, {"model", model(r.Run)}, {"framework", ""}, {"precision", ""}, {"spec_decoding", ""},
		{"isl", length(stage.InputTokens, w.PromptTokens, w.Completed)}, {"osl", length(stage.OutputTokens, w.OutputTokens, w.Completed)},
		{"tp", count(r.Run)}, {"ep", nil}, {"num_gpus", count(r.Run)},
		{"benchmark_start_time_unix", unix(s.Started)}, {"benchmark_end_time_unix", unix(s.Ended)},
		{"tput_per_gpu", per(w.TotalPerS)}, {"output_tput_per_gpu", per(w.OutputPerS)}, {"input_tput_per_gpu", per(w.InputPerS)},
	}
	for _, m := range metrics {
		for _, p := range percentiles(m.name, w.Latency(m.metric, false)) {
			name, ms := strings.TrimSuffix(p.name, "_ms"), p.value.(bench.Figure)
			o = append(o, member{name, ms / 1000})
			if m.metric == bench.TPOT {
				o = append(o, member{strings.Replace(name, "tpot", "intvty", 1), over(1000, ms)})
			}
		}
	}
	h := w.Hardware
	valid := 0
	if h.Valid {
		valid = 1
	}
	return append(o, object{
		{"power_schema_version", 2}, {"power_valid", valid}, {"power_invalid_reasons", h.Reasons}, {"power_source", string(h.Energy)}, {"power_num_gpus", h.Devices},
		{"avg_power_w", over(h.Watts, bench.Figure(h.Devices))}, {"avg_total_gpu_power_w", h.Watts}, {"total_gpu_energy_j", h.Joules},
		{"joules_per_successful_query", over(h.Joules, bench.Figure(w.Completed))}, {"joules_per_input_token", over(h.Joules, w.PromptTokens)},
		{"joules_per_output_token", w.JoulesPerToken}, {"joules_per_total_token", over(h.Joules, w.PromptTokens+w.OutputTokens)},
		{"viva_run", r.Run.ID}, {"viva_stage", s.Name}, {"viva_validity", s.Validity}, {"viva_hallucination_rate", s.Answers.Hallucination.Value},
		{"viva_joules_per_correct_answer", w.JoulesPerCorrect}, {"viva_correct_answers_per_s_per_gpu", w.CorrectPerAccelerator},
	}...)
}

// length is the asked number of tokens, else the mean of those counted.
func length(asked int, counted bench.Figure, completed int) any {
	if asked > 0 {
		return asked
	}
	if f := over(counted, bench.Figure(completed)); f.Defined() {
		return int(math.Round(float64(f)))
	}
	return nil
}

// over is undefined where either side is, and over nothing.
func over(a, b bench.Figure) bench.Figure {
	if !a.Defined() || !b.Defined() || b <= 0 {
		return reports.Undefined()
	}
	return a / b
}
