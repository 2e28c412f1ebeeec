package export

import (
	"encoding/csv"
	"io"
	"strconv"
	"time"

	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/reports/bench"
)

// CSV writes two lines for each stage, its steady part and the whole, with every figure and its unit in the name of the column. Undefined figures are
// empty cells; texts that a spreadsheet would run are guarded.
func CSV(w io.Writer, r bench.Report) error {
	out := csv.NewWriter(w)
	var head []string
	for i := range r.Stages {
		s := &r.Stages[i]
		for _, part := range []struct {
			name string
			*bench.Window
		}{{"steady", &s.Steady}, {"whole", &s.Whole}} {
			row := columns(r, s, part.name, part.Window)
			names, cells := make([]string, len(row)), make([]string, len(row))
			for j, c := range row {
				names[j], cells[j] = c.name, cell(c.value)
			}
			if head == nil {
				head = names
				if err := out.Write(head); err != nil {
					return err
				}
			}
			if err := out.Write(cells); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

func columns(r bench.Report, s *bench.Stage, name string, w *bench.Window) []member {
	acc, a := w.Accelerators, s.Answers
	row := []member{
		{"run", r.Run.ID}, {"target", r.Run.Target.Name}, {"model", r.Run.Target.Model}, {"stage", s.Name}, {"mode", string(s.Mode)}, {"load", bench.Figure(s.Size)}, {"load_unit", s.Unit},
		{"validity", string(s.Validity)}, {"window", name}, {"from", w.From}, {"to", w.To}, {"seconds", bench.Figure(w.Seconds)},
		{"attempted", w.Attempted}, {"completed", w.Completed}, {"truncated", w.Truncated}, {"filtered", w.Filtered}, {"failed", w.Failed}, {"timed_out", w.TimedOut}, {"refused", w.Refused},
		{"prompt_tokens", w.PromptTokens}, {"output_tokens", w.OutputTokens}, {"token_source", string(w.TokenSource)},
		{"requests_per_s", w.RequestsPerS}, {"input_tokens_per_s", w.InputPerS}, {"output_tokens_per_s", w.OutputPerS}, {"total_tokens_per_s", w.TotalPerS},
		{"in_flight", w.InFlight}, {"output_tokens_per_s_per_user", w.PerUser}, {"decode_tokens_per_s", w.Decode}, {"correct_answers_per_s", w.CorrectPerS},
		{"accelerators", acc.Count}, {"accelerator_unit", acc.Unit}, {"accelerator_model", acc.Model},
		{"output_tokens_per_s_per_accelerator", w.OutputPerAccelerator}, {"total_tokens_per_s_per_accelerator", w.TotalPerAccelerator}, {"correct_answers_per_s_per_accelerator", w.CorrectPerAccelerator},
		{"good", w.Good}, {"good_share", w.GoodShare}, {"good_per_s", w.GoodPerS},
	}
	for _, l := range [...]struct {
		name      string
		metric    bench.Metric
		scheduled bool
	}{{"ttft", bench.TTFT, false}, {"ttfat", bench.TTFAT, false}, {"tpot", bench.TPOT, false}, {"itl", bench.ITL, false}, {"e2e", bench.E2E, false},
		{"scheduled_ttft", bench.TTFT, true}, {"scheduled_ttfat", bench.TTFAT, true}, {"scheduled_e2e", bench.E2E, true}} {
		p := w.Latency(l.metric, l.scheduled)
		row = append(row, member{l.name + "_n", p.N}, member{l.name + "_mean_ms", p.Mean}, member{l.name + "_p50_ms", p.P50}, member{l.name + "_p90_ms", p.P90}, member{l.name + "_p95_ms", p.P95},
			member{l.name + "_p99_ms", p.P99}, member{l.name + "_max_ms", p.Max})
	}
	h := w.Hardware
	return append(row, []member{
		{"scored", a.Counts.Scored}, {"unscored", a.Counts.Unscored}, {"hallucination", a.Hallucination.Value}, {"hallucination_low", a.Hallucination.Low}, {"hallucination_high", a.Hallucination.High},
		{"accuracy", a.Accuracy.Value}, {"accuracy_low", a.Accuracy.Low}, {"accuracy_high", a.Accuracy.High}, {"abstention", a.Abstention.Value},
		{"devices", h.Devices}, {"watts", h.Watts}, {"utilisation", h.Utilisation}, {"memory_bytes", h.Memory}, {"joules", h.Joules}, {"energy_from", string(h.Energy)}, {"energy_valid", h.Valid},
		{"joules_per_output_token", w.JoulesPerToken}, {"joules_per_correct_answer", w.JoulesPerCorrect},
		{"currency", w.Currency}, {"cost", w.Cost}, {"cost_per_million_output_tokens", w.CostPerMillion}, {"cost_per_million_tokens", w.CostPerMillionAll}, {"cost_per_correct_answer", w.CostPerCorrect},
	}...)
}

func cell(v any) string {
	switch v := v.(type) {
	case bench.Figure:
		if !v.Defined() {
			return ""
		}
		return strconv.FormatFloat(float64(v), 'g', 9, 64)
	case int:
		return strconv.Itoa(v)
	case bool:
		return strconv.FormatBool(v)
	case time.Time:
		if v.IsZero() {
			return ""
		}
		return v.UTC().Format(time.RFC3339Nano)
	case string:
		return reports.Guard(v)
	}
	return ""
}
