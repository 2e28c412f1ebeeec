package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/viva-eval/viva/reports/bench"
)

func TestParseSLO(t *testing.T) {
	for text, want := range map[string][]bench.Promise{
		"p99 ttft<2s, p99 tpot<80ms, p90 e2e<30s": {
			{Metric: bench.TTFT, Percentile: 99, Limit: 2 * time.Second}, {Metric: bench.TPOT, Percentile: 99, Limit: 80 * time.Millisecond},
			{Metric: bench.E2E, Percentile: 90, Limit: 30 * time.Second}},
		"  P99.9 TTFT <= 1.5 s ":                 {{Metric: bench.TTFT, Percentile: 99.9, Limit: 1500 * time.Millisecond}},
		"median ttfo ≤ 1m30s,mean itl<20ms":      {{Metric: bench.TTFAT, Percentile: 50, Limit: 90 * time.Second}, {Metric: bench.ITL, Limit: 20 * time.Millisecond}},
		"p95 latency from scheduled<5s":          {{Metric: bench.E2E, Percentile: 95, Limit: 5 * time.Second, Scheduled: true}},
		"mlperf:deepseek-r1-interactive":         {{Metric: bench.TTFT, Percentile: 99, Limit: 1500 * time.Millisecond}, {Metric: bench.TPOT, Percentile: 99, Limit: 15 * time.Millisecond}},
		"mlperf:llama2-70b, p90 e2e<30s":         {{Metric: bench.TTFT, Percentile: 99, Limit: 2 * time.Second}, {Metric: bench.TPOT, Percentile: 99, Limit: 200 * time.Millisecond}, {Metric: bench.E2E, Percentile: 90, Limit: 30 * time.Second}},
		"p99 ttft<2s,p99 ttft from scheduled<3s": {{Metric: bench.TTFT, Percentile: 99, Limit: 2 * time.Second}, {Metric: bench.TTFT, Percentile: 99, Limit: 3 * time.Second, Scheduled: true}},
	} {
		got, err := parseSLO(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
		} else if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%q:\n%s", text, d)
		}
	}
}

func TestParseSLOErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                               "parse slo: character 1: an empty clause",
		"p99 ttft<2s,":                   "character 13: an empty clause",
		"p99 ttft<2s, p99 tpot":          "character 22: \"p99 tpot\" has no limit",
		"ttft<2s":                        "character 1: which ttft? write a percentile before it: p99 ttft",
		"p99 ttft<2s, p99 speed<80ms":    "character 14: unknown latency \"speed\"; choose from: ttft, ttfat, tpot, itl, e2e",
		"p99 ttft>2s":                    "character 9: a latency can only be promised to stay below",
		"p99 ttft<fast":                  "character 10: \"fast\" is not a duration",
		"p99 ttft<2":                     "\"2\" is not a duration; write it as 80ms, 2s or 1m30s",
		"p99 ttft<-2s":                   "must be above 0",
		"p99 ttft<100h":                  "at most 24h0m0s",
		"p101 ttft<2s":                   "\"p101\" is not a percentile",
		"pNaN ttft<2s":                   "is not a percentile",
		"p0 ttft<2s":                     "is not a percentile",
		"99 ttft<2s":                     "\"99\" is neither a percentile nor mean; write for instance p99 ttft",
		"p99 ttft tpot<2s":               "is not a percentile and a latency",
		"mlperf:gpt":                     "unknown preset \"mlperf:gpt\"; choose from: mlperf:deepseek-r1,",
		"p99 tpot from scheduled<1s":     "does not begin when a request is scheduled",
		"p99 ttft<2s, p99 ttft<3s":       "character 14: there is a limit for p99 ttft already",
		"mlperf:deepseek-r1,p99 ttft<3s": "there is a limit for p99 ttft already",
		"é, p99 ttft":                    "character 2: \"é\" has no limit",
	} {
		if _, err := parseSLO(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
}

func TestParseShare(t *testing.T) {
	for text, want := range map[string]float64{"5%": 0.05, " 2.5 % ": 0.025, "0%": 0, "100%": 1} {
		if got, err := parseShare(text); err != nil || got != want {
			t.Errorf("%q: %v (%v), want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "5", "0.05", "%", "-1%", "101%", "NaN%", "five%"} {
		if got, err := parseShare(text); err == nil {
			t.Errorf("%q: %v without a complaint", text, got)
		}
	}
}

// What is understood is said again the same way, and every promise has a limit that can be kept.
func FuzzParseSLO(f *testing.F) {
	for _, seed := range []string{"p99 ttft<2s, p99 tpot<80ms, p90 e2e<30s", "mlperf:deepseek-r1", "p95 e2e from scheduled ≤ 5s", "mean itl<1ns", "p1e1 ttft<1s", ",<", "≤"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		made, err := parseSLO(text)
		if err != nil {
			return
		}
		var again []string
		for _, p := range made {
			if p.Limit <= 0 || p.Percentile < 0 || p.Percentile > 100 {
				t.Fatalf("%+v", p)
			}
			again = append(again, p.String())
		}
		back, err := parseSLO(strings.Join(again, ","))
		if err != nil {
			t.Fatalf("%q was read as %q, which is not: %v", text, again, err)
		}
		if d := cmp.Diff(made, back); d != "" {
			t.Fatalf("%q:\n%s", text, d)
		}
	})
}
