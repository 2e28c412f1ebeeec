package main

import (
	"context"
	"fmt"

	"github.com/viva-eval/viva/reports/bench"
	"github.com/viva-eval/viva/runners/load"
	"github.com/viva-eval/viva/scorers"
)

// reasons are those for which a stage's figures describe something else than the target under this load.
func reasons(s *bench.Stage) []string {
	var list []string
	for _, c := range s.Checks {
		if c.Finding == bench.Invalid {
			list = append(list, c.Reason)
		}
	}
	return list
}

// figures scores a stage's trials, now that nothing is being timed, and sums them up.
func (b *benchmark) figures(ctx context.Context, record load.Record) (*bench.Stage, error) {
	name, scorer := record.Stage.Name, ""
	if !b.untrue {
		var err error
		if scorer, err = b.scoreStage(ctx, b.file, b.plan, b.run, name); err != nil {
			return nil, fmt.Errorf("score stage %s: %w", name, err)
		}
	}
	rows := func(yield func(scorers.Graded, error) bool) {
		for g, err := range b.file.Graded(ctx, b.run.ID, scorer) {
			if (err != nil || g.Trial.Load == name) && !yield(g, err) {
				return
			}
		}
	}
	machines, err := readTelemetry(ctx, b.file, b.run.ID)
	if err != nil {
		return nil, err
	}
	r, err := bench.Summarize(b.run, []load.Record{record}, rows, bench.Options{Promises: b.limits.promises, Telemetry: machines})
	if err != nil {
		return nil, err
	}
	return &r.Stages[0], nil
}

// summary tells on one line what a stage came to.
func summary(s *bench.Stage) string {
	w := s.Main()
	text := fmt.Sprintf("%s: %d answered, %d failed in %s s; %s requests/s, %s output tokens/s; TTFT p50 %s, p99 %s; TPOT p50 %s; E2E p50 %s", s.Name, s.Whole.Completed, s.Whole.Failed,
		bench.Figure(s.Whole.Seconds).Fixed(1, 1), w.RequestsPerS.PerSecond(), w.OutputPerS.PerSecond(), milliseconds(w.Sent.TTFT.P50), milliseconds(w.Sent.TTFT.P99),
		milliseconds(w.PerToken.P50), milliseconds(w.Sent.E2E.P50))
	if h := s.Answers.Hallucination; s.Answers.Graded {
		text += fmt.Sprintf("; hallucination %s %% (%s–%s)", h.Value.Percent(), h.Low.Percent(), h.High.Percent())
	}
	return text
}
