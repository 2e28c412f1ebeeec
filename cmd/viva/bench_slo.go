package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/viva-eval/viva/reports/bench"
)

// presets are promises known by name. MLPerf's are the limits of its Server scenario, on the 99th percentiles, as its LoadGen's mlperf.conf has them.
var presets = []struct {
	name       string
	ttft, tpot time.Duration
}{
	{"mlperf:deepseek-r1", 2 * time.Second, 80 * time.Millisecond},
	{"mlperf:deepseek-r1-interactive", 1500 * time.Millisecond, 15 * time.Millisecond},
	{"mlperf:llama2-70b", 2 * time.Second, 200 * time.Millisecond},
	{"mlperf:llama2-70b-interactive", 450 * time.Millisecond, 40 * time.Millisecond},
	{"mlperf:llama3.1-405b", 6 * time.Second, 175 * time.Millisecond},
	{"mlperf:llama3.1-405b-interactive", 4500 * time.Millisecond, 80 * time.Millisecond},
	{"mlperf:llama3.1-8b", 2 * time.Second, 100 * time.Millisecond},
	{"mlperf:llama3.1-8b-interactive", 500 * time.Millisecond, 30 * time.Millisecond},
	{"mlperf:mixtral-8x7b", 2 * time.Second, 200 * time.Millisecond},
}

func presetNames() string {
	var names []string
	for _, p := range presets {
		names = append(names, p.name)
	}
	return strings.Join(names, ", ")
}

// latencies are the words for a latency, the first of each the one that reports use.
var latencies = []struct {
	metric bench.Metric
	words  []string
}{
	{bench.TTFT, []string{"ttft"}},
	{bench.TTFAT, []string{"ttfat", "ttfot", "ttfo"}},
	{bench.TPOT, []string{"tpot"}},
	{bench.ITL, []string{"itl"}},
	{bench.E2E, []string{"e2e", "e2el", "latency"}},
}

// slowestPromise is the largest limit that makes sense.
const slowestPromise = 24 * time.Hour

// parseSLO reads promises separated by commas: presets by name, and clauses of the form
//
//	p99 ttft < 2s        a percentile (p50, p99.9, median) or mean, a latency, < or <=, a duration
//	p99 e2e from scheduled < 30s
//
// Latencies are ttft, ttfat (to the first token of the answer), tpot, itl and e2e. Errors name the place, counted in characters from 1.
func parseSLO(text string) ([]bench.Promise, error) {
	var all []bench.Promise
	at := 0 // bytes before the clause
	for clause := range strings.SplitSeq(text, ",") {
		start := at + len(clause) - len(strings.TrimLeft(clause, " \t\n"))
		at += len(clause) + 1
		made, where, err := parseClause(strings.TrimSpace(clause))
		if err != nil {
			return nil, fmt.Errorf("parse slo: character %d: %w", utf8.RuneCountInString(text[:start])+where+1, err)
		}
		for _, p := range made {
			same := func(o bench.Promise) bool {
				return o.Metric == p.Metric && o.Percentile == p.Percentile && o.Scheduled == p.Scheduled
			}
			if slices.ContainsFunc(all, same) {
				return nil, fmt.Errorf("parse slo: character %d: there is a limit for %s already", utf8.RuneCountInString(text[:start])+1, strings.TrimSpace(strings.SplitN(p.String(), "<", 2)[0]))
			}
		}
		all = append(all, made...)
	}
	return all, nil
}

// parseClause reads one clause. where is the place of an error, in characters from the clause's beginning.
func parseClause(s string) (made []bench.Promise, where int, err error) {
	if s == "" {
		return nil, 0, fmt.Errorf("an empty clause; write for instance p99 ttft<2s")
	}
	cut := strings.IndexAny(s, "<≤>=")
	if cut < 0 {
		for _, p := range presets {
			if s == p.name {
				return []bench.Promise{{Metric: bench.TTFT, Percentile: 99, Limit: p.ttft}, {Metric: bench.TPOT, Percentile: 99, Limit: p.tpot}}, 0, nil
			}
		}
		if strings.Contains(s, ":") {
			return nil, 0, fmt.Errorf("unknown preset %.60q; choose from: %s", s, presetNames())
		}
		return nil, utf8.RuneCountInString(s), fmt.Errorf("%.60q has no limit; write for instance p99 ttft<2s", s)
	}
	left, right := s[:cut], s[cut:]
	operator := ""
	for _, o := range []string{"<=", "≤", "<"} {
		if strings.HasPrefix(right, o) {
			operator = o
			break
		}
	}
	if operator == "" {
		return nil, utf8.RuneCountInString(left), fmt.Errorf("a latency can only be promised to stay below: < or <=")
	}
	p, err := parseMeasure(strings.Fields(strings.ToLower(left)))
	if err != nil {
		return nil, 0, err
	}
	limit := strings.ReplaceAll(strings.TrimSpace(right[len(operator):]), " ", "")
	where = utf8.RuneCountInString(left + operator)
	p.Limit, err = time.ParseDuration(limit)
	switch {
	case err != nil:
		return nil, where, fmt.Errorf("%.40q is not a duration; write it as 80ms, 2s or 1m30s", limit)
	case p.Limit <= 0 || p.Limit > slowestPromise:
		return nil, where, fmt.Errorf("the limit is %v, must be above 0 and at most %v", p.Limit, slowestPromise)
	}
	return []bench.Promise{p}, 0, nil
}

// parseMeasure reads what stands before the limit: p99 ttft, mean e2e from scheduled.
func parseMeasure(words []string) (p bench.Promise, err error) {
	if n := len(words); n == 4 && words[2] == "from" && (words[3] == "scheduled" || words[3] == "sent") {
		p.Scheduled = words[3] == "scheduled"
		words = words[:2]
	}
	if len(words) == 1 {
		if _, ok := metricOf(words[0]); ok {
			return p, fmt.Errorf("which %s? write a percentile before it: p99 %s", words[0], words[0])
		}
	}
	if len(words) != 2 {
		return p, fmt.Errorf("%.60q is not a percentile and a latency; write for instance p99 ttft<2s", strings.Join(words, " "))
	}
	switch number, isP := strings.CutPrefix(words[0], "p"); {
	case words[0] == "mean" || words[0] == "avg":
	case words[0] == "median":
		p.Percentile = 50
	case isP:
		p.Percentile, err = strconv.ParseFloat(number, 64)
		if err != nil || !(p.Percentile > 0 && p.Percentile <= 100) {
			return p, fmt.Errorf("%.40q is not a percentile; write it as p50, p99 or p99.9", words[0])
		}
	default:
		return p, fmt.Errorf("%.40q is neither a percentile nor mean; write for instance p99 %.40s", words[0], words[1])
	}
	metric, ok := metricOf(words[1])
	if !ok {
		var names []string
		for _, l := range latencies {
			names = append(names, l.words[0])
		}
		return p, fmt.Errorf("unknown latency %.40q; choose from: %s", words[1], strings.Join(names, ", "))
	}
	p.Metric = metric
	if p.Scheduled && (metric == bench.TPOT || metric == bench.ITL) {
		return p, fmt.Errorf("%s is a time between tokens and does not begin when a request is scheduled", metric)
	}
	return p, nil
}

func metricOf(word string) (bench.Metric, bool) {
	for _, l := range latencies {
		if slices.Contains(l.words, word) {
			return l.metric, true
		}
	}
	return "", false
}

// parseShare reads a percentage such as "5%" as a fraction.
func parseShare(text string) (float64, error) {
	number, ok := strings.CutSuffix(strings.TrimSpace(text), "%")
	v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if !ok || err != nil || !(v >= 0 && v <= 100) {
		return 0, fmt.Errorf("%.40q is not a percentage between 0%% and 100%%", text)
	}
	return v / 100, nil
}
