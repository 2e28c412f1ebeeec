package compare

import (
	"math"
	"math/rand/v2"
	"slices"
	"sort"

	"github.com/viva-eval/viva/internal/stats"
	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

// Speed is what became of the times of one arm, over the pairs that both sides answered.
type Speed struct {
	Arm    string  `json:"arm"` // as [Arm.Name]
	Pairs  int     `json:"pairs"`
	Ratios []Ratio `json:"ratios"`
}

// Ratio is head / base of a time or a rate, with a bootstrap interval over whole sources. Its ends are undefined where there is too
// little to resample.
type Ratio struct {
	Name string         `json:"name"` // ttft_p50 …, answer_p99, output_tokens_per_s
	Unit string         `json:"unit"`
	N    int            `json:"n"` // pairs
	Base reports.Figure `json:"base"`
	Head reports.Figure `json:"head"`
	// Value is Head / Base.
	Value reports.Figure `json:"ratio"`
	Low   reports.Figure `json:"low"`
	High  reports.Figure `json:"high"`
}

const (
	// resamples is chosen so that the ends of a 95 % interval are mirror images: the 25th of 999 from either end.
	resamples = 999
	// fewSources is the number of sources below which nothing is resampled: the bootstrap says nothing of what was not seen.
	fewSources = 10
)

// percentiles of a time that are compared; each wants enough pairs for at least one to lie beyond it.
var percentiles = [...]struct {
	name  string
	p     float64
	least int
}{{"p50", .5, 1}, {"p95", .95, 20}, {"p99", .99, 100}}

// speed compares the times of an arm's pairs.
func (m matched) speed(o Options) Speed {
	s := Speed{Arm: armName(m.base, m.head)}
	var answered []pair
	for _, p := range m.pairs {
		if p.whole() {
			answered = append(answered, p)
		}
	}
	s.Pairs = len(answered)
	for _, t := range []struct {
		name string
		of   func(*baseline.Record) float64
	}{
		{"ttft", func(r *baseline.Record) float64 { return r.FirstTokenMS }},
		{"answer", func(r *baseline.Record) float64 { return r.AnswerMS }},
	} {
		timed := timesOf(answered, t.of)
		if len(timed.base) == 0 {
			continue
		}
		for _, q := range percentiles {
			if len(timed.base) < q.least {
				continue
			}
			r := Ratio{Name: t.name + "_" + q.name, Unit: "ms", N: len(timed.base)}
			r.close(timed.units, func(weight []int) (base, head float64) {
				return timed.quantile(weight, timed.base, timed.baseOrder, q.p), timed.quantile(weight, timed.head, timed.headOrder, q.p)
			}, o, false)
			s.Ratios = append(s.Ratios, r)
		}
	}
	if r, ok := writing(answered, o); ok {
		s.Ratios = append(s.Ratios, r)
	}
	return s
}

// timed holds a time of both sides of each pair, with the unit it is resampled by.
type timed struct {
	base, head           []float64
	baseOrder, headOrder []int // rising
	unit                 []int
	units                int
}

func timesOf(pairs []pair, of func(*baseline.Record) float64) timed {
	var t timed
	number := map[string]int{}
	for _, p := range pairs {
		b, h := of(p.base), of(p.head)
		if b <= 0 || h <= 0 {
			continue
		}
		t.base, t.head, t.unit = append(t.base, b), append(t.head, h), append(t.unit, unitOf(number, p))
	}
	t.units = len(number)
	order := func(values []float64) []int {
		o := make([]int, len(values))
		for i := range o {
			o[i] = i
		}
		sort.SliceStable(o, func(i, j int) bool { return values[o[i]] < values[o[j]] })
		return o
	}
	t.baseOrder, t.headOrder = order(t.base), order(t.head)
	return t
}

// unitOf numbers the sources as they come.
func unitOf(number map[string]int, p pair) int {
	n, known := number[p.head.Cluster()]
	if !known {
		n = len(number)
		number[p.head.Cluster()] = n
	}
	return n
}

// quantile is [stats.Quantile] of values that each come as often as their unit's weight says.
func (t *timed) quantile(weight []int, values []float64, order []int, p float64) float64 {
	total := 0
	for _, u := range t.unit {
		total += weight[u]
	}
	if total == 0 {
		return math.NaN()
	}
	at := p * float64(total-1)
	floor := int(math.Floor(at))
	seen, low := 0, math.NaN()
	for _, i := range order {
		seen += weight[t.unit[i]]
		if math.IsNaN(low) && seen > floor {
			low = values[i]
		}
		if seen > floor+1 || seen == total && !math.IsNaN(low) {
			if seen <= floor+1 {
				return low // the last value: nothing to interpolate with
			}
			return low + (at-float64(floor))*(values[i]-low)
		}
	}
	return math.NaN()
}

// close enters a ratio with its interval: percentiles of the resampled logarithms, or BCa for a smooth statistic. (BCa's acceleration comes
// from the jackknife, which fails for quantiles.)
func (r *Ratio) close(units int, of func(weight []int) (base, head float64), o Options, smooth bool) {
	weight := slices.Repeat([]int{1}, units)
	base, head := of(weight)
	r.Base, r.Head, r.Value = reports.Figure(base), reports.Figure(head), reports.Undefined()
	r.Low, r.High = reports.Undefined(), reports.Undefined()
	if base > 0 && head > 0 {
		r.Value = reports.Figure(head / base)
	}
	if units < fewSources {
		return
	}
	sampled := stats.Bootstrap(units, func(picks []int) float64 {
		clear(weight)
		for _, i := range picks {
			weight[i]++
		}
		b, h := of(weight)
		if !(b > 0) || !(h > 0) {
			return math.NaN()
		}
		return math.Log(h) - math.Log(b)
	}, o.Confidence, resamples, rand.New(rand.NewPCG(o.Seed, 0xb007)))
	iv := sampled.Percentile
	if smooth && sampled.BCa.Defined() {
		iv = sampled.BCa
	}
	r.Low, r.High = reports.Figure(math.Exp(iv.Low)), reports.Figure(math.Exp(iv.High))
}

// writing compares the pace at which answers were written: output tokens over the time from request to last token, summed over the answers
// and never averaged over them. It is the pace of one stream, not the throughput of the system.
func writing(pairs []pair, o Options) (Ratio, bool) {
	type sums struct{ baseTokens, baseMS, headTokens, headMS float64 }
	var list []sums
	number := map[string]int{}
	n := 0
	for _, p := range pairs {
		b, h := p.base, p.head
		if b.AnswerMS <= 0 || h.AnswerMS <= 0 || b.OutputTokens == 0 || h.OutputTokens == 0 {
			continue
		}
		u := unitOf(number, p)
		if u == len(list) {
			list = append(list, sums{})
		}
		s := &list[u]
		s.baseTokens, s.baseMS = s.baseTokens+float64(b.OutputTokens), s.baseMS+b.AnswerMS
		s.headTokens, s.headMS = s.headTokens+float64(h.OutputTokens), s.headMS+h.AnswerMS
		n++
	}
	if n == 0 {
		return Ratio{}, false
	}
	r := Ratio{Name: "stream_tokens_per_s", Unit: "tokens/s", N: n}
	r.close(len(list), func(weight []int) (base, head float64) {
		var t sums
		for i, s := range list {
			w := float64(weight[i])
			t.baseTokens, t.baseMS = t.baseTokens+w*s.baseTokens, t.baseMS+w*s.baseMS
			t.headTokens, t.headMS = t.headTokens+w*s.headTokens, t.headMS+w*s.headMS
		}
		return 1000 * t.baseTokens / t.baseMS, 1000 * t.headTokens / t.headMS
	}, o, true)
	return r, true
}

// throughput compares the two systems while they had something to do. It is empty when arms or load stages are compared within the runs,
// whose busy time is not theirs alone. A run is one observation: there is no interval.
func throughput(base, head baseline.Baseline, o Options) []Ratio {
	if o.BaseArm != "" || o.BaseLoad != "" || base.BusyS == 0 || head.BusyS == 0 {
		return nil
	}
	count := func(b baseline.Baseline) (tokens, correct float64) {
		for _, r := range b.Records {
			tokens += float64(r.OutputTokens)
			if r.Status == runners.OK && r.Verdict == scorers.Correct {
				correct++
			}
		}
		return tokens / b.BusyS, correct / b.BusyS
	}
	bt, bc := count(base)
	ht, hc := count(head)
	var list []Ratio
	for _, r := range []struct {
		name, unit string
		b, h       float64
	}{{"output_tokens_per_s", "tokens/s", bt, ht}, {"correct_answers_per_s", "answers/s", bc, hc}} {
		if r.b == 0 && r.h == 0 {
			continue
		}
		ratio := Ratio{Name: r.name, Unit: r.unit, N: 1, Base: reports.Figure(r.b), Head: reports.Figure(r.h), Value: reports.Undefined(),
			Low: reports.Undefined(), High: reports.Undefined()}
		if r.b > 0 && r.h > 0 {
			ratio.Value = reports.Figure(r.h / r.b)
		}
		list = append(list, ratio)
	}
	return list
}
