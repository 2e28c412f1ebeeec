// Package telemetry reads what the machines under a load say of themselves: power, energy, utilisation, memory, temperature and throttling
// of accelerators, and the servers' own counters and histograms. From these readings it computes energy and money over a window of time,
// and holds the server's account against the client's. What an endpoint did not say is absent and never zero.
package telemetry

import (
	"sort"
	"strings"
	"time"
)

// Sample is one reading of one series.
type Sample struct {
	Source string // who said it: the kind of exporter and its host, as in "dcgm@10.0.0.3:9400"; or "nvml"
	// Metric is the name that the exporter gives it; the parts of a histogram end in _bucket, _sum and _count. The readings that we make
	// ourselves of a scrape are "up", "scrape_duration_seconds" and "scrape_age_seconds".
	Metric string
	Labels string // canonical: {a="b",c="d"} with names in order and values quoted as in the exposition format; empty: none
	Unit   string // W, J, %, bytes, degC, Hz, tokens, seconds, requests, …; the value has been converted to it
	Time   time.Time
	Value  float64
}

// Labels writes a series' labels in their canonical form.
func Labels(pairs map[string]string) string {
	if len(pairs) == 0 {
		return ""
	}
	names := make([]string, 0, len(pairs))
	for name := range pairs {
		names = append(names, name)
	}
	sort.Strings(names)
	var b strings.Builder
	for i, name := range names {
		b.WriteByte("{,"[min(i, 1)])
		b.WriteString(name)
		b.WriteString(`="`)
		_, _ = escape.WriteString(&b, pairs[name])
		b.WriteByte('"')
	}
	b.WriteByte('}')
	return b.String()
}

var escape = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// Label returns the value of a label in the canonical form, and whether it is there.
func Label(labels, name string) (string, bool) {
	for rest := strings.TrimPrefix(labels, "{"); rest != "" && rest != "}"; {
		key, after, ok := strings.Cut(rest, `="`)
		if !ok {
			return "", false
		}
		value, end := unquote(after)
		if key == name {
			return value, end >= 0
		}
		if end < 0 {
			return "", false
		}
		rest = strings.TrimPrefix(after[end+1:], ",")
	}
	return "", false
}

// unquote reads up to the closing quote and returns its place, or -1 when there is none.
func unquote(s string) (string, int) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			return b.String(), i
		case '\\':
			if i++; i == len(s) {
				return b.String(), -1
			}
			if s[i] == 'n' {
				b.WriteByte('\n')
				continue
			}
			b.WriteByte(s[i])
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), -1
}
