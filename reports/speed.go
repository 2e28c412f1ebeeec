package reports

import (
	"cmp"
	"slices"
	"time"

	"github.com/viva-eval/viva/internal/stats"
	"github.com/viva-eval/viva/runners"
)

// Latency holds the times of the answered trials of one arm, from the moment a request was sent. Milliseconds.
type Latency struct {
	FirstToken       Percentiles `json:"ttft_ms"`               // to the first token of any channel
	FirstAnswerToken Percentiles `json:"first_answer_token_ms"` // to the first token of the answer, after any reasoning
	Answer           Percentiles `json:"answer_ms"`             // to the last token
	PerToken         Percentiles `json:"tpot_ms"`               // (last − first token) / (output tokens − 1), summed over turns; streamed alone
	Retrieval        Percentiles `json:"retrieval_ms"`          // finding and preparing the pages, before the request
}

// Percentiles are interpolated linearly between order statistics.
type Percentiles struct {
	N   int    `json:"n"`
	P50 Figure `json:"p50"`
	P90 Figure `json:"p90"`
	P99 Figure `json:"p99"`
}

// Speed is the throughput of the system over the whole run.
type Speed struct {
	// Indicative: the run may have adapted its load, so that its times describe no fixed load and no promise may rest on them.
	Indicative bool `json:"indicative"`
	// BusyS is the time during which at least one request was in flight, in seconds: the union of the spans from sent to last token. A
	// pause between two sittings of a resumed run is not in it.
	BusyS float64 `json:"busy_s"`
	// TooShort: requests were in flight for less than a second. The rates below then say more of start and end than of the system, and
	// are printed as –.
	TooShort         bool                `json:"too_short"`
	PromptTokens     int                 `json:"prompt_tokens"`
	CompletionTokens int                 `json:"completion_tokens"` // reasoning included
	ReasoningTokens  int                 `json:"reasoning_tokens"`
	TokenSource      runners.TokenSource `json:"token_source"` // usage, estimate, or mixed
	OutputPerS       Figure              `json:"output_tokens_per_s"`
	TotalPerS        Figure              `json:"total_tokens_per_s"` // prompt and completion
	CorrectPerS      Figure              `json:"correct_answers_per_s"`
	// Per accelerator, as the target's owner declares them; undefined without a declaration.
	Accelerators             runners.Accelerators `json:"accelerators"`
	OutputPerAccelerator     Figure               `json:"output_tokens_per_s_per_accelerator"`
	TotalPerAccelerator      Figure               `json:"total_tokens_per_s_per_accelerator"`
	CorrectPerAccelerator    Figure               `json:"correct_answers_per_s_per_accelerator"`
	CompletionTokensPerTrial Figure               `json:"completion_tokens_per_answer"`
}

// leastBusy is the shortest time, in seconds, over which a throughput is stated.
const leastBusy = 1.0

// mixed marks token counts of both sources.
const mixed runners.TokenSource = "mixed"

// times gathers the times of an arm, in milliseconds.
type times struct{ first, answer, last, perToken, retrieval []float64 }

// span is the time one request was in flight, in nanoseconds since the epoch.
type span struct{ from, to int64 }

// load gathers what throughput needs, over all arms.
type load struct {
	spans    []span
	tokens   runners.Tokens
	answered int // completion tokens of answered trials
	measured bool
	sources  map[runners.TokenSource]int
}

// add enters the times of one trial.
func (t *times) add(trial *runners.Trial) {
	if trial.Shown.Took > 0 {
		t.retrieval = append(t.retrieval, ms(trial.Shown.Took))
	}
	clock := &trial.Response.Timing
	if !trial.Status.Answered() || clock.Sent.IsZero() {
		return
	}
	since := func(list *[]float64, at time.Time) {
		if !at.IsZero() && !at.Before(clock.Sent) {
			*list = append(*list, ms(at.Sub(clock.Sent)))
		}
	}
	since(&t.first, clock.FirstToken)
	since(&t.answer, clock.FirstAnswerToken)
	since(&t.last, clock.Last)
	// Between the turns of a trial with tools, tools run: only the time within each turn is that of its tokens.
	spent, intervals := 0.0, 0
	for clock, tokens := range trial.Requests() {
		if tokens.Source != runners.NoTokens && tokens.Completion > 1 && !clock.FirstToken.IsZero() && clock.Last.After(clock.FirstToken) {
			spent += ms(clock.Last.Sub(clock.FirstToken))
			intervals += tokens.Completion - 1
		}
	}
	if intervals > 0 {
		t.perToken = append(t.perToken, spent/float64(intervals))
	}
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func (t *times) latency() Latency {
	return Latency{percentiles(t.first), percentiles(t.answer), percentiles(t.last), percentiles(t.perToken), percentiles(t.retrieval)}
}

func percentiles(values []float64) Percentiles {
	slices.Sort(values)
	at := func(p float64) Figure { return Figure(stats.Quantile(values, p)) }
	return Percentiles{len(values), at(.5), at(.9), at(.99)}
}

// add enters one trial.
func (l *load) add(trial *runners.Trial) {
	l.measured = l.measured || trial.Load != ""
	for clock := range trial.Requests() {
		if !clock.Sent.IsZero() && clock.Last.After(clock.Sent) {
			l.spans = append(l.spans, span{clock.Sent.UnixNano(), clock.Last.UnixNano()})
		}
	}
	tokens := &trial.Response.Tokens
	if tokens.Source != runners.NoTokens {
		if l.sources == nil {
			l.sources = map[runners.TokenSource]int{}
		}
		l.sources[tokens.Source]++
		l.tokens.Prompt += tokens.Prompt
		l.tokens.Completion += tokens.Completion
		l.tokens.Reasoning += tokens.Reasoning
		if trial.Status.Answered() {
			l.answered += tokens.Completion
		}
	}
}

// busy is the length of the union of spans.
func busy(spans []span) time.Duration {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	var total, end int64
	for _, s := range spans {
		from := max(s.from, end)
		if s.to > from {
			total += s.to - from
			end = s.to
		}
	}
	return time.Duration(total)
}

// speed closes the load.
func (l *load) speed(counts Counts, acc runners.Accelerators) Speed {
	seconds := busy(l.spans).Seconds()
	s := Speed{
		Indicative: !l.measured, BusyS: seconds, TooShort: seconds < leastBusy, Accelerators: acc,
		PromptTokens: l.tokens.Prompt, CompletionTokens: l.tokens.Completion, ReasoningTokens: l.tokens.Reasoning,
		OutputPerS: Undefined(), TotalPerS: Undefined(), CorrectPerS: ratio(float64(counts.Correct), seconds),
		OutputPerAccelerator: Undefined(), TotalPerAccelerator: Undefined(), CorrectPerAccelerator: Undefined(),
		CompletionTokensPerTrial: Undefined(),
	}
	for source := range l.sources {
		if s.TokenSource = source; len(l.sources) > 1 {
			s.TokenSource = mixed
		}
	}
	if s.TokenSource != runners.NoTokens {
		s.OutputPerS = ratio(float64(l.tokens.Completion), seconds)
		s.TotalPerS = ratio(float64(l.tokens.Completion+l.tokens.Prompt), seconds)
		s.CompletionTokensPerTrial = ratio(float64(l.answered), float64(counts.Answered))
	}
	if counts.Scored == 0 {
		s.CorrectPerS = Undefined()
	}
	if acc.Count > 0 {
		n := Figure(acc.Count)
		s.OutputPerAccelerator, s.TotalPerAccelerator, s.CorrectPerAccelerator = s.OutputPerS/n, s.TotalPerS/n, s.CorrectPerS/n
	}
	return s
}
