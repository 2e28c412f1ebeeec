package bench

import (
	"math"
	"time"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

// Request is what the figures need of one trial. Moments are offsets from the start of the stage; never is one that did not come.
type Request struct {
	Item, Arm           string
	Due, Sent           time.Duration
	First, Answer, Last time.Duration
	Gaps                []float32 // milliseconds
	Coalesced           int
	Status              runners.Status
	Tokens              runners.Tokens
	Counted             int // output tokens by our own estimate of the text; 0: there is no text
	Verdict             scorers.Verdict
	Text                string // of the reply; only where it was asked for
	Err                 string
}

// never is the offset of a moment that did not come.
const never = time.Duration(math.MinInt64)

// Completed reports whether the reply ended by itself, be it at the limit of its tokens.
func (r *Request) Completed() bool { return !r.Status.Infrastructure() && r.Status != "" }

// requestOf reads a trial. Of a trial with tools it takes the first token of the first turn and the last of the last: its gaps hold the tools' time.
func requestOf(g *scorers.Graded, began time.Time, texts bool) Request {
	t := &g.Trial
	clock, tokens := t.Response.Timing, &t.Response.Tokens
	since := func(at time.Time) time.Duration {
		if at.IsZero() {
			return never
		}
		return at.Sub(began)
	}
	r := Request{
		Item: t.ItemID, Arm: t.Arm, Due: since(clock.Scheduled), Sent: since(clock.Sent), First: since(clock.FirstToken), Answer: since(clock.FirstAnswerToken), Last: since(clock.Last),
		Coalesced: clock.Coalesced, Status: t.Status, Tokens: *tokens, Verdict: g.Score.Verdict, Counted: counted(t.Response.Text) + counted(t.Response.Reasoning), Err: t.Err,
	}
	if len(t.Response.Calls) > 0 || len(t.Turns) > 0 {
		r.Counted = 0 // calls are tokens too, and what they were written as is not known
	}
	if r.Due == never {
		r.Due = max(r.Sent, 0)
	}
	if len(clock.Gaps) > 0 {
		r.Gaps = make([]float32, len(clock.Gaps))
		for i, gap := range clock.Gaps {
			r.Gaps[i] = float32(ms(gap))
		}
	}
	if texts {
		r.Text = t.Response.Text
	}
	return r
}

// counted estimates the tokens of a text: four characters of ASCII, two of other alphabets or one of Chinese, Japanese and Korean are one.
func counted(s string) int {
	quarters := 0
	for _, c := range s {
		switch {
		case c < 0x80:
			quarters++
		case c >= 0x2E80 && c < 0xA4D0 || c >= 0xAC00 && c < 0xD7B0 || c >= 0x20000:
			quarters += 4
		default:
			quarters += 2
		}
	}
	return (quarters + 3) / 4
}

// ended reports whether the reply ended in a span. One without any token counts where it was due.
func (r *Request) ended(in span) bool {
	if r.Last == never {
		return in.holds(r.Due)
	}
	return in.holds(r.Last)
}

// Value is a latency of the request in milliseconds, NaN where it has none. from is the moment that it is counted from, for those that
// are counted from one.
func (r *Request) Value(m Metric, scheduled bool) float64 {
	from, to := r.Sent, never
	if scheduled {
		from = r.Due
	}
	switch m {
	case TTFT:
		to = r.First
	case TTFAT:
		to = r.Answer
	case E2E:
		to = r.Last
	case TPOT:
		if r.Tokens.Source == runners.NoTokens || r.Tokens.Completion < 2 || r.First == never || r.Last <= r.First {
			return math.NaN()
		}
		return ms(r.Last-r.First) / float64(r.Tokens.Completion-1)
	case ITL:
		if len(r.Gaps) == 0 {
			return math.NaN()
		}
		sum := 0.0
		for _, gap := range r.Gaps {
			sum += float64(gap)
		}
		return sum / float64(len(r.Gaps))
	}
	if from == never || to == never || to < from {
		return math.NaN()
	}
	return ms(to - from)
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
