package bench

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/viva-eval/viva/reports"
)

// facts are what the run was made of, as rows of a name and a value.
func (r *Report) facts() [][]string {
	run := r.Run
	var stages []string
	for i := range r.Stages {
		stages = append(stages, r.Stages[i].Name)
	}
	rows := [][]string{
		{"run", run.ID},
		{"target", reports.TargetName(run)},
		{"address", run.Target.BaseURL},
		{"suite", reports.SuiteName(run)},
		{"arms", strings.Join(run.Arms, ", ")},
		{"stages", strings.Join(stages, ", ")},
		{"most output tokens", whole(run.MaxTokens)},
		{"temperature", strconv.FormatFloat(run.Temperature, 'g', -1, 64)},
		{"seed", strconv.FormatInt(run.Seed, 10)},
		{"deadline of a request", span0(run.Timeout)},
		{"started", moment(run.Started)},
		{"finished", moment(run.Finished)},
		{"suite digest", run.SuiteDigest},
		{"prompt digest", run.PromptDigest},
		{"plan digest", run.PlanDigest},
		{"viva", run.Tool},
	}
	if acc := run.Target.Accelerators; acc.Count > 0 {
		rows = append(rows, []string{"accelerators", fmt.Sprintf("%d × %s, counted in %ss", acc.Count, acc.Model, unitName(acc))})
	}
	for i := range r.Stages {
		s := r.Stages[i].Record.Stage
		if s.InputTokens > 0 {
			rows = append(rows, []string{"synthetic prompts", fmt.Sprintf("%d tokens in, %s out, %s %% of the prompt shared", s.InputTokens, asked(s.OutputTokens), Figure(s.SharedPrefix).Percent())})
			break
		}
	}
	kept := rows[:0]
	for _, row := range rows {
		if row[1] != "" {
			kept = append(kept, row)
		}
	}
	return kept
}

func asked(tokens int) string {
	if tokens == 0 {
		return "as many as it takes"
	}
	return strconv.Itoa(tokens)
}

func whole(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func span0(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}
