package telemetry

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/viva-eval/viva/runners"
)

// Verdict is what a check makes of a stage.
type Verdict string

const (
	Unknown  Verdict = "" // there was nothing to hold against each other
	OK       Verdict = "ok"
	Doubtful Verdict = "doubtful" // the figures are what was measured, and a reader should know this
	Invalid  Verdict = "invalid"  // the figures are not those of the target under this load
)

// Finding is the outcome of one check.
type Finding struct {
	Check   string // one of the constants
	Verdict Verdict
	Value   string  // what was found, with its unit; empty: nothing
	Limit   string  // from where on it is doubtful or worse; empty: there is none
	Measure float64 // Value as a number, for machines; meaningless when Unknown
	Reason  string  // one sentence, where the verdict is not OK
}

// Checks, each of which fires for one kind of fault.
const (
	ServerTTFT  = "TTFT against the server's"
	Foreign     = "foreign traffic"
	Usage       = "usage against the server's counters"
	Restart     = "server restarts"
	Preempted   = "preemptions"
	Throttling  = "throttling"
	Reporting   = "accelerators that report"
	Healthy     = "health of accelerators"
	Uninterrupt = "telemetry without gaps"
	Clocks      = "clocks of exporters"
)

// Client is what the client saw of a stage: its side of what is compared.
type Client struct {
	From, To         time.Time       // first request due, last reply ended
	Completed        int             // whole replies, truncated ones included
	Broken           int             // requests that were sent and brought no whole reply: the server may have counted some
	PromptTokens     int             // as the server's usage says, of completed requests
	CompletionTokens int             // likewise
	Stated           bool            // usage was there for every completed request
	TTFT             []time.Duration // from sent to first token, of completed requests
}

// Check holds the client's account of a window against those of the servers and the machines.
func (r Record) Check(c Client, declared runners.Accelerators, only []string) []Finding {
	foreign, usage := r.traffic(c)
	return []Finding{r.ttft(c, foreign.Verdict), foreign, usage, r.restart(c), r.preempted(c), r.throttled(c, only), r.reporting(declared, only), r.healthy(c, only), r.gaps(c), r.clocks(c)}
}

func unknown(check, reason string) Finding {
	return Finding{Check: check, Reason: reason}
}

// Limits, each with its reason in docs/TELEMETRY.md.
const (
	foreignShare  = 0.02 // of tokens or requests beyond ours; counters are exact, and usage is theirs
	ttftDoubtful  = 10 * time.Millisecond
	ttftInvalid   = 50 * time.Millisecond
	ttftShare     = 0.10 // of the server's mean, for a doubt
	ttftShareHard = 0.50 // likewise, for more
	thermalShare  = 0.01 // of the time of a device
)

// ttft holds the mean from sent to first token against the mean of the server's own histogram. Theirs begins when the request has arrived
// and ends when the token leaves the engine, so that ours is longer by the way there and back.
func (r Record) ttft(c Client, foreign Verdict) Finding {
	h, ok := r.HistogramBetween(TTFT, c.From, c.To)
	theirs, some := h.Mean()
	switch {
	case !ok:
		return unknown(ServerTTFT, "no server keeps a histogram of it, or its states around the stage are missing")
	case !some || len(c.TTFT) == 0:
		return unknown(ServerTTFT, "nothing was observed")
	case !h.Sound():
		return Finding{Check: ServerTTFT, Verdict: Doubtful, Value: fmt.Sprintf("%.1f ms", 1e3*theirs), Measure: theirs,
			Reason: fmt.Sprintf("%s contradicts itself: its sum cannot be that of what its buckets hold", h.Metric)}
	case foreign == Invalid:
		return unknown(ServerTTFT, "the server's histogram holds the requests of others too")
	}
	sum := time.Duration(0)
	for _, d := range c.TTFT {
		sum += d
	}
	ours := (sum / time.Duration(len(c.TTFT))).Seconds()
	excess := ours - theirs
	doubt := math.Max(ttftDoubtful.Seconds(), ttftShare*theirs)
	f := Finding{Check: ServerTTFT, Verdict: OK, Value: fmt.Sprintf("%+.1f ms", 1e3*excess), Limit: fmt.Sprintf("±%.1f ms", 1e3*doubt), Measure: excess}
	means := fmt.Sprintf("the client's mean is %.1f ms, that of %s %.1f ms", 1e3*ours, h.Metric, 1e3*theirs)
	if at := quantiles(c.TTFT, h); at != "" {
		means += " (" + at + ")"
	}
	switch {
	case excess > math.Max(ttftInvalid.Seconds(), ttftShareHard*theirs):
		f.Verdict = Invalid
		f.Reason = means + ": the client, or the way to the server, takes a good part of what is reported"
	case excess > doubt:
		f.Verdict = Doubtful
		f.Reason = means + ": part of what is reported is the way to the server, or the client"
	case excess < -doubt:
		f.Verdict = Doubtful
		f.Reason = means + ": no client can see a token before it was made, so the histogram measures something else"
	}
	return f
}

// quantiles sets the client's beside the server's, as far as buckets allow.
func quantiles(ours []time.Duration, h Histogram) string {
	sorted := slices.Sorted(slices.Values(ours))
	var out []string
	for _, q := range []float64{0.5, 0.9} {
		theirs, short, ok := h.Quantile(q)
		if !ok {
			return ""
		}
		at := q * float64(len(sorted)-1)
		lo := int(at)
		hi := min(lo+1, len(sorted)-1)
		mine := sorted[lo].Seconds() + (at-float64(lo))*(sorted[hi]-sorted[lo]).Seconds()
		than := "about"
		if short {
			than = "above"
		}
		out = append(out, fmt.Sprintf("p%.0f %.1f and %s %.1f ms", 100*q, 1e3*mine, than, 1e3*theirs))
	}
	return strings.Join(out, ", ")
}

// growth is by how much the server's counters of a quantity grew around the window, all series together; false: not known.
func (r Record) growth(q Quantity, from, to time.Time) (float64, bool) {
	sum, found := 0.0, false
	for _, s := range r.Of(q) {
		_, part, _ := lookup(s.Metric)
		if part == "_bucket" || part == "_count" {
			continue // of a histogram that counts by its sum
		}
		step, ok := r.step(s, from, to)
		if !ok {
			return 0, false
		}
		sum, found = sum+step, true
	}
	return sum, found
}

// traffic holds the server's counters of tokens and requests against ours. What the server did beyond was done for others; what it did
// not do cannot have been used.
func (r Record) traffic(c Client) (foreign, usage Finding) {
	type row struct {
		what    string
		q       Quantity
		ours    int
		compare bool
	}
	rows := []row{{"output tokens", GenerationTokens, c.CompletionTokens, c.Stated}, {"prompt tokens", PromptTokens, c.PromptTokens, c.Stated}, {"requests", RequestsDone, c.Completed, true}}
	foreign, usage = unknown(Foreign, "no server counts its tokens or requests where it can be read"), unknown(Usage, "no server counts its tokens where it can be read")
	for _, x := range rows {
		theirs, ok := r.growth(x.q, c.From, c.To)
		if x.q == RequestsDone && !ok {
			if h, known := r.HistogramBetween(TTFT, c.From, c.To); known { // SGLang's older versions count requests there alone
				theirs, ok = h.Count, true
			}
		}
		if !ok || !x.compare {
			continue
		}
		ours := float64(x.ours)
		more := (theirs - ours) / math.Max(ours, 1)
		value := fmt.Sprintf("%+.1f %% %s", 100*more, x.what)
		told := fmt.Sprintf("the server counted %.0f %s, and ours are %.0f", theirs, x.what, ours)
		beyond := more > foreignShare && theirs-ours > 1
		switch {
		case beyond && c.Broken > 0 && theirs-ours <= allowance(x.q, c):
			foreign = worse(foreign, Finding{Check: Foreign, Verdict: Doubtful, Value: value, Limit: "2 %", Measure: more,
				Reason: fmt.Sprintf("%s: the rest may be of the %d requests that brought no whole reply", told, c.Broken)})
		case beyond:
			foreign = worse(foreign, Finding{Check: Foreign, Verdict: Invalid, Value: value, Limit: "2 %", Measure: more, Reason: told + ": others used the server too"})
		default:
			foreign = worse(foreign, Finding{Check: Foreign, Verdict: OK, Value: value, Limit: "2 %", Measure: more})
		}
		if x.q != GenerationTokens { // prompts found in a cache are not counted by every server
			continue
		}
		if short := -more; short > foreignShare && ours-theirs > 1 {
			usage = worse(usage, Finding{Check: Usage, Verdict: Invalid, Value: value, Limit: "−2 %", Measure: more, Reason: told + ": usage states more than the server did, or not all of its engines are read"})
		} else {
			usage = worse(usage, Finding{Check: Usage, Verdict: OK, Value: value, Limit: "−2 %", Measure: more})
		}
	}
	return foreign, usage
}

// allowance is what requests without a whole reply may have cost: twice the mean of those with one, each.
func allowance(q Quantity, c Client) float64 {
	mean := 1.0
	switch q {
	case GenerationTokens:
		mean = float64(c.CompletionTokens) / float64(max(c.Completed, 1))
	case PromptTokens:
		mean = float64(c.PromptTokens) / float64(max(c.Completed, 1))
	}
	return 2 * mean * float64(c.Broken)
}

// worse keeps the finding with the graver verdict, the first of equals.
func worse(a, b Finding) Finding {
	order := []Verdict{Unknown, OK, Doubtful, Invalid}
	if slices.Index(order, b.Verdict) > slices.Index(order, a.Verdict) {
		return b
	}
	return a
}

// restart looks for counters of a server that fell.
func (r Record) restart(c Client) Finding {
	seen := false
	for _, q := range []Quantity{GenerationTokens, PromptTokens, RequestsDone} {
		for _, s := range r.Of(q) {
			if _, part, _ := lookup(s.Metric); part == "_bucket" {
				continue
			}
			seen = true
			if _, resets := grown(s.Between(c.From, c.To)); resets > 0 {
				return Finding{Check: Restart, Verdict: Invalid, Value: fmt.Sprintf("%d", resets), Limit: "0", Measure: float64(resets),
					Reason: fmt.Sprintf("%s of %s fell during the stage: the server was started anew", s.Metric, s.Source)}
			}
		}
	}
	if !seen {
		return unknown(Restart, "no server's counters are read")
	}
	return Finding{Check: Restart, Verdict: OK, Value: "0", Limit: "0"}
}

// preempted counts requests that the server put off for want of cache.
func (r Record) preempted(c Client) Finding {
	n, ok := r.growth(Preemptions, c.From, c.To)
	if !ok {
		return unknown(Preempted, "no server counts them where it can be read")
	}
	f := Finding{Check: Preempted, Verdict: OK, Value: fmt.Sprintf("%.0f", n), Limit: "0", Measure: n}
	if n > 0 {
		f.Verdict = Doubtful
		f.Reason = fmt.Sprintf("the server put off %.0f requests and computed them again, for want of memory for keys and values", n)
		if most, ok := r.kvMost(c); ok {
			f.Reason += fmt.Sprintf("; its cache was %.0f %% full at most", most)
		}
	}
	return f
}

func (r Record) kvMost(c Client) (most float64, ok bool) {
	for _, s := range r.Of(KVUsage) {
		if v, some := s.Max(c.From, c.To); some {
			most, ok = math.Max(most, v), true
		}
	}
	return most, ok
}

// gaps looks for times in which an endpoint that was read gave nothing new.
func (r Record) gaps(c Client) Finding {
	worst, where, sources := time.Duration(0), "", 0
	times := map[string][]Point{}
	for _, s := range r.series {
		kind, host := Source(s.Source)
		_, accelerators := devices[kind]
		if _, _, one := deviceOf(kind, host, s.Labels); kind == "scrape" || kind == planned || accelerators && !one {
			continue // a machine may count its devices without reading them
		}
		times[s.Source] = append(times[s.Source], s.Points...)
	}
	for source, points := range times {
		if r.age(source, c).Abs() > MostGap {
			continue // for its clock: see clocks
		}
		slices.SortFunc(points, func(a, b Point) int { return a.Time.Compare(b.Time) })
		sources++
		within := Series{Points: points}.Between(c.From, c.To)
		gap := longest(within)
		if !brackets(within, c.From, c.To) && len(points) > 0 { // it stopped, or started late
			gap = max(gap, points[0].Time.Sub(c.From), c.To.Sub(points[len(points)-1].Time))
		}
		if gap > worst || gap == worst && source < where {
			worst, where = gap, source
		}
	}
	if sources == 0 {
		return unknown(Uninterrupt, "nothing was read whose times are known")
	}
	f := Finding{Check: Uninterrupt, Verdict: OK, Value: fmt.Sprintf("%.1f s", worst.Seconds()), Limit: fmt.Sprintf("%.0f s", MostGap.Seconds()), Measure: worst.Seconds()}
	if worst > MostGap {
		f.Verdict = Doubtful
		f.Reason = fmt.Sprintf("%s gave nothing new for %.1f s", where, worst.Seconds())
	}
	return f
}

// age is how old the newest reading of a source was when it was read, at the least; 0 for one that gives no times of its own. Less than
// nothing is the future.
func (r Record) age(source string, c Client) (least time.Duration) {
	_, host := Source(source)
	found := false
	for _, s := range r.series {
		if _, at := Source(s.Source); s.Metric != "scrape_age_seconds" || !strings.HasPrefix(at, host+"/") {
			continue
		}
		for _, p := range s.Between(c.From, c.To) {
			if age := time.Duration(p.Value * float64(time.Second)); !found || age < least {
				least, found = age, true
			}
		}
	}
	return least
}

// clocks asks whether exporters that give times live in ours: else no reading of theirs belongs to the window that it seems to.
func (r Record) clocks(c Client) Finding {
	worst, where, seen := time.Duration(0), "", false
	for _, s := range r.series {
		if s.Metric != "scrape_age_seconds" {
			continue
		}
		seen = true
		_, host := Source(s.Source)
		host, _, _ = strings.Cut(host, "/")
		if age := r.age("any@"+host, c); age.Abs() > worst.Abs() {
			worst, where = age, host
		}
	}
	if !seen {
		return unknown(Clocks, "no exporter gives times of its own")
	}
	f := Finding{Check: Clocks, Verdict: OK, Value: fmt.Sprintf("%.1f s", worst.Seconds()), Limit: fmt.Sprintf("%.0f s", MostGap.Seconds()), Measure: worst.Seconds()}
	if worst.Abs() > MostGap {
		f.Verdict = Doubtful
		f.Reason = fmt.Sprintf("the newest readings of %s are %.1f s old by our clock, at the least: its clock differs from ours, or it reads its devices seldom", where, worst.Seconds())
	}
	return f
}
