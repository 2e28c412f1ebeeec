package reports

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// fact is one line of what was run.
type fact struct{ Name, Value string }

// factList says what was run, exactly enough to run it again.
func factList(r Report) []fact {
	run := r.Run
	list := []fact{
		{"run", run.ID},
		{"target", targetName(r)},
		{"address", run.Target.BaseURL},
		{"suite", strings.TrimSpace(suiteName(r) + " " + bracket(run.SuiteTitle))},
		{"arms", strings.Join(run.Arms, ", ")},
		{"repeats", strconv.Itoa(max(run.Repeats, 1))},
		{"passages retrieved (k)", number(run.K)},
		{"temperature", strconv.FormatFloat(run.Temperature, 'g', -1, 64)},
		{"seed", strconv.FormatInt(run.Seed, 10)},
		{"most output tokens", number(run.MaxTokens)},
		{"deadline", duration(run.Timeout)},
		{"concurrency", number(run.Concurrency)},
		{"items limited to", number(run.Limit)},
		{"started", moment(run.Started)},
		{"finished", moment(run.Finished)},
		{"time spent asking", duration(run.Elapsed)},
		{"suite digest", run.SuiteDigest},
		{"prompt digest", run.PromptDigest},
		{"plan digest", run.PlanDigest},
		{"viva", run.Tool},
	}
	if acc := run.Target.Accelerators; acc.Count > 0 {
		list = append(list, fact{"accelerators", strings.TrimSpace(fmt.Sprintf("%d × %s %s", acc.Count, acc.Model, bracket(acc.Unit)))})
	}
	kept := list[:0]
	for _, f := range list {
		if f.Value != "" {
			kept = append(kept, f)
		}
	}
	return kept
}

func bracket(s string) string {
	if s == "" {
		return ""
	}
	return "(" + s + ")"
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}

func duration(d time.Duration) string {
	if d == 0 {
		return ""
	}
	if d < time.Second {
		return d.Round(time.Millisecond).String()
	}
	return d.Round(100 * time.Millisecond).String()
}
