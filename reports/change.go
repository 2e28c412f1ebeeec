package reports

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/viva-eval/viva/runners"
)

// Change is a condition that differs between two runs, beside which any difference must be read.
type Change struct {
	What string `json:"what"`
	Base string `json:"base"`
	Head string `json:"head"`
}

// Conditions whose change has more to say than its two values.
const (
	SeedChange   = "seed"
	PromptChange = "prompt digest"
)

// Changes lists the conditions in which two runs differ, the examinee first.
func Changes(base, head runners.Run) []Change {
	var list []Change
	for _, c := range []struct {
		what string
		of   func(runners.Run) string
	}{
		{"target", TargetName},
		{"address", func(r runners.Run) string { return r.Target.BaseURL }},
		{"accelerators", func(r runners.Run) string {
			a := r.Target.Accelerators
			if a.Count == 0 {
				return ""
			}
			return strings.TrimSpace(fmt.Sprintf("%d × %s %s", a.Count, a.Model, a.Unit))
		}},
		{"suite", SuiteName},
		{"suite digest", func(r runners.Run) string { return r.SuiteDigest }},
		{PromptChange, func(r runners.Run) string { return r.PromptDigest }},
		{"arms", func(r runners.Run) string { return strings.Join(r.Arms, ", ") }},
		{"passages retrieved (k)", func(r runners.Run) string { return strconv.Itoa(r.K) }},
		{"temperature", func(r runners.Run) string { return strconv.FormatFloat(r.Temperature, 'g', -1, 64) }},
		{SeedChange, func(r runners.Run) string { return strconv.FormatInt(r.Seed, 10) }},
		{"most output tokens", func(r runners.Run) string { return strconv.Itoa(r.MaxTokens) }},
		{"repeats", func(r runners.Run) string { return strconv.Itoa(max(r.Repeats, 1)) }},
		{"deadline", func(r runners.Run) string { return r.Timeout.String() }},
		{"concurrency", func(r runners.Run) string { return strconv.Itoa(r.Concurrency) }},
		{"items limited to", func(r runners.Run) string {
			if r.Limit == 0 {
				return "all"
			}
			return strconv.Itoa(r.Limit)
		}},
		{"viva", func(r runners.Run) string { return r.Tool }},
	} {
		if b, h := c.of(base), c.of(head); b != h {
			list = append(list, Change{c.what, OrDash(b), OrDash(h)})
		}
	}
	return list
}

// OrDash is a text for people, a dash where there is none.
func OrDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
