package bench

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Metric names a latency.
type Metric string

const (
	TTFT  Metric = "ttft"  // to the first token of any channel
	TTFAT Metric = "ttfat" // to the first token of the answer, after any reasoning
	TPOT  Metric = "tpot"  // per output token behind the first
	ITL   Metric = "itl"   // between neighbouring events with tokens, pooled over requests; of one request: their mean
	E2E   Metric = "e2e"   // to the last token
)

// Promise is a limit on a percentile of a latency: "p99 ttft < 2 s".
type Promise struct {
	Metric     Metric        `json:"metric"`
	Percentile float64       `json:"percentile"` // 99; 0: the mean
	Limit      time.Duration `json:"limit_ns"`
	Scheduled  bool          `json:"from_scheduled"` // counted from the moment at which the request was due
}

// String writes the promise as it is asked for.
func (p Promise) String() string {
	of := "mean"
	if p.Percentile > 0 {
		of = "p" + strconv.FormatFloat(p.Percentile, 'g', -1, 64)
	}
	from := ""
	if p.Scheduled {
		from = " from scheduled"
	}
	return fmt.Sprintf("%s %s%s < %v", of, p.Metric, from, p.Limit)
}

// Value is what a window kept of the promise, in milliseconds; undefined where no request has that latency.
func (p Promise) Value(w *Window) Figure {
	s := w.Latency(p.Metric, p.Scheduled)
	if p.Percentile == 0 {
		return s.Mean
	}
	return s.At(p.Percentile / 100)
}

// kept reports whether one request stays within the limit. A reply of one token has no time per token and stays within every limit of it;
// any other latency that a request lacks is not kept.
func (p Promise) kept(r *Request) bool {
	v := r.Value(p.Metric, p.Scheduled)
	if math.IsNaN(v) {
		return p.Metric == TPOT && r.Tokens.Completion == 1 || p.Metric == ITL && r.First != never
	}
	return v <= ms(p.Limit)
}

// promised writes the limits for a person.
func promised(list []Promise) string {
	var parts []string
	for _, p := range list {
		parts = append(parts, fmt.Sprintf("%s ≤ %v", p.Metric, p.Limit))
	}
	return strings.Join(parts, ", ")
}
