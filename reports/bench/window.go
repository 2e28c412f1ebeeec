package bench

import (
	"math"
	"slices"
	"time"

	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

// Window holds the figures of a stage over a span of time. A request belongs to the window in which it was due, and its latencies and its
// fate with it; a token belongs to the window in which it came. A rate over no time, and a ratio of nothing, are undefined.
type Window struct {
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Seconds float64   `json:"seconds"`

	// Attempted = Completed + Failed. Completed holds whole replies, and those that ended at the token limit (Truncated) or were withheld.
	Attempted int `json:"attempted"`
	Completed int `json:"completed"`
	Truncated int `json:"truncated"`
	Filtered  int `json:"filtered"`
	Failed    int `json:"failed"`
	TimedOut  int `json:"timed_out"`
	Refused   int `json:"refused"`

	PromptTokens Figure              `json:"prompt_tokens"` // of completed requests, as far as they came in the window
	OutputTokens Figure              `json:"output_tokens"`
	TokenSource  runners.TokenSource `json:"token_source"` // usage, estimate, mixed; empty: no counts

	RequestsPerS Figure `json:"requests_per_s"` // completions
	InputPerS    Figure `json:"input_tokens_per_s"`
	OutputPerS   Figure `json:"output_tokens_per_s"`
	TotalPerS    Figure `json:"total_tokens_per_s"`
	InFlight     Figure `json:"in_flight"` // mean over time
	PerUser      Figure `json:"output_tokens_per_s_per_user"`
	Decode       Figure `json:"decode_tokens_per_s"` // 1 / median time per output token
	CorrectPerS  Figure `json:"correct_answers_per_s"`

	Accelerators          runners.Accelerators `json:"accelerators"`
	RequestsAccelerator   Figure               `json:"requests_per_s_per_accelerator"`
	OutputPerAccelerator  Figure               `json:"output_tokens_per_s_per_accelerator"`
	TotalPerAccelerator   Figure               `json:"total_tokens_per_s_per_accelerator"`
	CorrectPerAccelerator Figure               `json:"correct_answers_per_s_per_accelerator"`

	Sent         Latency `json:"from_sent"`
	Scheduled    Latency `json:"from_scheduled"`
	PerToken     Spread  `json:"tpot_ms"`
	InterToken   Spread  `json:"itl_ms"`
	Good         int     `json:"good"`            // requests that keep every promise
	GoodShare    Figure  `json:"good_share"`      // of Attempted; undefined without promises
	GoodPerS     Figure  `json:"good_per_s"`      // those that ended in the window; undefined without promises
	CorrectInAll float64 `json:"correct_answers"` // right answers that ended in the window

	Hardware          Hardware `json:"hardware"`
	JoulesPerToken    Figure   `json:"joules_per_output_token"`
	JoulesPerCorrect  Figure   `json:"joules_per_correct_answer"`
	TokensPerJoule    Figure   `json:"output_tokens_per_joule"`
	Currency          string   `json:"currency"` // of the costs; empty: none is named
	Cost              Figure   `json:"cost"`     // of the target over the window
	CostPerMillion    Figure   `json:"cost_per_million_output_tokens"`
	CostPerMillionAll Figure   `json:"cost_per_million_tokens"`
	CostPerCorrect    Figure   `json:"cost_per_correct_answer"`
}

// Latency holds the times of completed requests from one of two moments: when the request was sent, or when it was due.
type Latency struct {
	TTFT  Spread `json:"ttft_ms"`
	TTFAT Spread `json:"ttfat_ms"`
	E2E   Spread `json:"e2e_ms"`
}

// Latency is the spread of a latency.
func (w *Window) Latency(m Metric, scheduled bool) Spread {
	from := &w.Sent
	if scheduled {
		from = &w.Scheduled
	}
	switch m {
	case TTFT:
		return from.TTFT
	case TTFAT:
		return from.TTFAT
	case TPOT:
		return w.PerToken
	case ITL:
		return w.InterToken
	default:
		return from.E2E
	}
}

// span is a part of a stage, from its start.
type span struct{ from, to time.Duration }

func (s span) holds(at time.Duration) bool { return at != never && at >= s.from && at < s.to }

// overlap is the part of [from, to] that lies in the span.
func (s span) overlap(from, to time.Duration) time.Duration {
	return max(0, min(to, s.to)-max(from, s.from))
}

// everything is a span that holds every moment that came.
var everything = span{never + 1, math.MaxInt64}

// windowOf makes the figures of a span. in decides what belongs to it: the span itself, or everything.
func windowOf(started time.Time, requests []Request, at, in span, acc runners.Accelerators, o *Options) Window {
	w := Window{From: started.Add(at.from), To: started.Add(at.to), Seconds: (at.to - at.from).Seconds(), Accelerators: acc, Currency: o.Telemetry.currency()}
	w.Hardware = o.Telemetry.over(w.From, w.To, acc)
	var prompt, output float64
	var flight time.Duration
	sources := map[runners.TokenSource]int{}
	var sent, due [3][]float64
	var perToken []float64
	gaps := tally{}
	ended, scored, goodEnded := 0, 0, 0
	for i := range requests {
		r := &requests[i]
		if r.ended(in) && r.good(o.Promises) {
			goodEnded++
		}
		if r.Sent != never && r.Last != never {
			flight += in.overlap(r.Sent, r.Last)
		}
		if r.Completed() {
			p, o := r.tokens(in)
			prompt, output = prompt+p, output+o
			if r.ended(in) {
				ended++
				if r.Verdict == scorers.Correct {
					w.CorrectInAll++
				}
			}
			if r.Verdict != scorers.Unscored {
				scored++
			}
		}
		if !in.holds(r.Due) {
			continue
		}
		w.count(r, o.Promises)
		if !r.Completed() {
			continue
		}
		sources[r.Tokens.Source]++
		for j, m := range [...]Metric{TTFT, TTFAT, E2E} {
			sent[j], due[j] = append(sent[j], r.Value(m, false)), append(due[j], r.Value(m, true))
		}
		perToken = append(perToken, r.Value(TPOT, false))
		for _, gap := range r.Gaps {
			gaps.add(gap)
		}
	}
	w.Sent = Latency{spreadOf(sent[0]), spreadOf(sent[1]), spreadOf(sent[2])}
	w.Scheduled = Latency{spreadOf(due[0]), spreadOf(due[1]), spreadOf(due[2])}
	w.PerToken, w.InterToken = spreadOf(perToken), gaps.spread()
	for source := range sources {
		if w.TokenSource = source; len(sources) > 1 {
			w.TokenSource = mixed
		}
	}
	w.rates(prompt, output, ended, goodEnded, scored > 0, flight, o)
	return w
}

// mixed marks token counts of several sources.
const mixed runners.TokenSource = "mixed"

// count enters what became of a request.
func (w *Window) count(r *Request, promises []Promise) {
	w.Attempted++
	if !r.Completed() {
		w.Failed++
		switch r.Status {
		case runners.TimedOut:
			w.TimedOut++
		case runners.Refused:
			w.Refused++
		}
		return
	}
	w.Completed++
	switch r.Status {
	case runners.Truncated:
		w.Truncated++
	case runners.Filtered:
		w.Filtered++
	}
	if r.good(promises) {
		w.Good++
	}
}

// good reports whether the request brought a whole answer and kept every promise.
func (r *Request) good(promises []Promise) bool {
	return r.Status == runners.OK && !slices.ContainsFunc(promises, func(p Promise) bool { return !p.kept(r) })
}

// tokens are those of the prompt and of the reply that came in a span: the prompt's and the first of the reply with the first token, the others
// evenly from there to the last. A reply that was not streamed came with its end.
func (r *Request) tokens(in span) (prompt, output float64) {
	if r.Tokens.Source == runners.NoTokens {
		return 0, 0
	}
	first := r.First
	if first == never {
		first = r.Last
	}
	n := float64(r.Tokens.Completion)
	lasting := r.Last != never && r.Last > first && n > 1
	if in.holds(first) {
		prompt, output = float64(r.Tokens.Prompt), n
		if lasting {
			output = 1
		}
	}
	if lasting {
		output += (n - 1) * float64(in.overlap(first, r.Last)) / float64(r.Last-first)
	}
	return prompt, output
}

// rates closes the window.
func (w *Window) rates(prompt, output float64, ended, goodEnded int, graded bool, flight time.Duration, o *Options) {
	none := reports.Undefined()
	over := func(n float64) Figure { return ratio(n, w.Seconds) }
	w.RequestsPerS, w.InFlight = over(float64(ended)), over(flight.Seconds())
	w.PromptTokens, w.OutputTokens, w.InputPerS, w.OutputPerS, w.TotalPerS = none, none, none, none, none
	if w.TokenSource != runners.NoTokens {
		w.PromptTokens, w.OutputTokens = Figure(prompt), Figure(output)
		w.InputPerS, w.OutputPerS, w.TotalPerS = over(prompt), over(output), over(prompt+output)
	}
	w.PerUser, w.Decode = quotient(w.OutputPerS, w.InFlight), quotient(1000, w.PerToken.P50)
	w.CorrectPerS = none
	correct := none
	if graded {
		correct = Figure(w.CorrectInAll)
		w.CorrectPerS = over(w.CorrectInAll)
	}
	w.GoodShare, w.GoodPerS = none, none
	if len(o.Promises) > 0 {
		w.GoodShare, w.GoodPerS = ratio(float64(w.Good), float64(w.Attempted)), over(float64(goodEnded))
	}
	count := none
	if w.Accelerators.Count > 0 {
		count = Figure(w.Accelerators.Count)
	}
	w.RequestsAccelerator, w.OutputPerAccelerator = quotient(w.RequestsPerS, count), quotient(w.OutputPerS, count)
	w.TotalPerAccelerator, w.CorrectPerAccelerator = quotient(w.TotalPerS, count), quotient(w.CorrectPerS, count)

	joules := w.Hardware.Joules
	w.JoulesPerToken, w.JoulesPerCorrect, w.TokensPerJoule = quotient(joules, w.OutputTokens), quotient(joules, correct), quotient(w.OutputTokens, joules)
	watts := w.Hardware.Watts
	if !w.Hardware.Valid {
		watts = none // electricity of some of the devices would flatter: the plan's watts, if any, stand in
	}
	w.Cost = o.Telemetry.second(watts) * Figure(w.Seconds)
	cost := w.Cost
	w.CostPerMillion, w.CostPerMillionAll = quotient(cost*1e6, w.OutputTokens), quotient(cost*1e6, w.OutputTokens+w.PromptTokens)
	w.CostPerCorrect = quotient(cost, correct)
}

// quotient is undefined where either side is, and where nothing is divided or divided by: a cost of nothing would flatter.
func quotient(a, b Figure) Figure {
	if !a.Defined() || !b.Defined() || b <= 0 {
		return reports.Undefined()
	}
	return a / b
}

func ratio(a, b float64) Figure { return quotient(Figure(a), Figure(b)) }
