package reports

import (
	"fmt"
	"math"
	"strconv"

	"github.com/viva-eval/viva/internal/stats"
)

// Confidence is that of every interval in a report, two-sided.
const Confidence = 0.95

// Figure is a number that may be undefined, as a ratio 0/0 is: NaN, which is null in JSON and – in print, never 0.
type Figure float64

// Undefined is the Figure of nothing.
func Undefined() Figure { return Figure(math.NaN()) }

// Defined reports whether the figure is a finite number.
func (f Figure) Defined() bool { return !math.IsNaN(float64(f)) && !math.IsInf(float64(f), 0) }

// MarshalJSON writes nine significant digits, or null.
func (f Figure) MarshalJSON() ([]byte, error) {
	if !f.Defined() {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, float64(f), 'g', 9, 64), nil
}

// UnmarshalJSON reads a number, or null as undefined.
func (f *Figure) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*f = Undefined()
		return nil
	}
	v, err := strconv.ParseFloat(string(b), 64)
	if err != nil {
		return fmt.Errorf("read figure: %w", err)
	}
	*f = Figure(v)
	return nil
}

// percent writes a fraction in percent with one decimal and no sign of unit: "12.5", "−3.0", "–".
func (f Figure) percent() string { return f.fixed(100, 1) }

// fixed writes the figure times scale with so many decimals, with a true minus sign.
func (f Figure) fixed(scale float64, decimals int) string {
	if !f.Defined() {
		return "–"
	}
	v := float64(f) * scale
	s := strconv.FormatFloat(math.Abs(v), 'f', decimals, 64)
	if zero := strconv.FormatFloat(0, 'f', decimals, 64); v < 0 && s != zero {
		return "−" + s
	}
	return s
}

// Rate is a share of trials with all that is needed to doubt it. Shares are fractions. The zero Rate is not used: an empty one has
// N 0 and undefined figures.
type Rate struct {
	Successes int `json:"successes"`
	N         int `json:"n"`
	// NEff is the effective number of independent trials that the interval rests on: N over the design effect.
	NEff  Figure `json:"n_effective"`
	Value Figure `json:"value"` // Successes / N
	Low   Figure `json:"low"`   // Wilson's interval at NEff
	High  Figure `json:"high"`
	// Unscored trials would belong to N had the scorer decided them. Least and Most are the value if none of them, or all that could be, were
	// successes; BoundLow and BoundHigh the outer ends of the intervals of those two.
	Unscored  int    `json:"unscored"`
	Least     Figure `json:"least"`
	Most      Figure `json:"most"`
	BoundLow  Figure `json:"bound_low"`
	BoundHigh Figure `json:"bound_high"`
	// Bounded: more than 2 % are unscored, so that Least and Most must stand in for Value.
	Bounded bool `json:"bounded"`
}

// unscoredLimit is the share of unscored trials above which bounds replace a value.
const unscoredLimit = 0.02

// Score is the mean of a score that is +1, 0 or −1 a trial, or a pair, with Tango's interval at NEff.
type Score struct {
	Plus  int    `json:"plus"`
	Minus int    `json:"minus"`
	N     int    `json:"n"`
	NEff  Figure `json:"n_effective"`
	Value Figure `json:"value"` // (Plus − Minus) / N
	Low   Figure `json:"low"`
	High  Figure `json:"high"`
	// As in Rate: the values had everything unscored gone against the examinee, or for it, the outer ends of their intervals, and whether
	// they must stand in for Value.
	Unscored  int    `json:"unscored"`
	Least     Figure `json:"least"`
	Most      Figure `json:"most"`
	BoundLow  Figure `json:"bound_low"`
	BoundHigh Figure `json:"bound_high"`
	Bounded   bool   `json:"bounded"`
}

// swing counts what is unscored as +1 and as −1, under one reading of it.
type swing struct{ plus, minus int }

// sample gathers the trials of one measure, item by item.
type sample struct {
	means    []float64 // of items with a trial in the denominator
	clusters []string
	sum      float64 // of trial scores
	squares  float64
	n        int
	debt     int // unscored, and could be a success
	idle     int // unscored, and could be none
	plus     int
	minus    int
}

// add enters the trials of one item: its plus and minus counts, all its scored ones and its unscored ones.
func (s *sample) add(cluster string, plus, minus, n, debt int) {
	s.debt += debt
	if n == 0 {
		return
	}
	s.enter(cluster, float64(plus-minus), float64(plus+minus), n)
	s.plus += plus
	s.minus += minus
}

// enter enters the figures of n trials of one item by their sum and the sum of their squares.
func (s *sample) enter(cluster string, sum, squares float64, n int) {
	s.means = append(s.means, sum/float64(n))
	s.clusters = append(s.clusters, cluster)
	s.sum += sum
	s.squares += squares
	s.n += n
}

// effective returns the effective number of trials, n over the design effect. The design effect is the product of two factors, each at
// least 1: what repeats of an item share (the variance of item means against that of as many single trials) and what items of one
// source share ([stats.DesignEffect] of the item means). Where all trials agree no variance tells how alike they are, and repeats
// count once.
func (s *sample) effective() float64 {
	n, items := float64(s.n), float64(len(s.means))
	if s.n == 0 {
		return 0
	}
	mean := s.sum / n
	single := s.squares/n - mean*mean
	if single <= 1e-12 {
		return items
	}
	centre := 0.0
	for _, m := range s.means {
		centre += m
	}
	centre /= items
	between := 0.0
	for _, m := range s.means {
		between += (m - centre) * (m - centre)
	}
	repeats := math.Max(1, (between/items/items)/(single/n))
	return math.Max(1, n/repeats/stats.DesignEffect(s.means, s.clusters))
}

// rate closes the sample as a share of its plus trials.
func (s *sample) rate() Rate {
	r := Rate{Successes: s.plus, N: s.n, Unscored: s.debt + s.idle}
	n, eff := float64(s.n), s.effective()
	r.Value, r.NEff = ratio(float64(s.plus), n), Figure(eff)
	interval := stats.Wilson(eff*float64(s.plus)/n, eff, Confidence)
	r.Low, r.High = Figure(interval.Low), Figure(interval.High)
	owing := s.debt + s.idle
	all := float64(s.n + owing)
	allEff := all
	if s.n > 0 {
		allEff = all * eff / n
	}
	r.Least, r.Most = ratio(float64(s.plus), all), ratio(float64(s.plus+s.debt), all)
	r.BoundLow = Figure(stats.Wilson(allEff*float64(r.Least), allEff, Confidence).Low)
	r.BoundHigh = Figure(stats.Wilson(allEff*float64(r.Most), allEff, Confidence).High)
	r.Bounded = all > 0 && float64(owing)/all > unscoredLimit
	return r
}

// score closes the sample as the mean of its scores; least and most read its unscored trials in the two ways.
func (s *sample) score(least, most swing) Score {
	eff, all := s.effective(), float64(s.n+s.debt)
	allEff := all
	if s.n > 0 {
		allEff = all * eff / float64(s.n)
	}
	mean := func(plus, minus int, n, eff float64) (Figure, stats.Interval) {
		return ratio(float64(plus-minus), n), stats.Tango(eff*float64(plus)/n, eff*float64(minus)/n, eff, Confidence)
	}
	r := Score{Plus: s.plus, Minus: s.minus, N: s.n, NEff: Figure(eff), Unscored: s.debt, Bounded: all > 0 && float64(s.debt)/all > unscoredLimit}
	var known, low, high stats.Interval
	r.Value, known = mean(s.plus, s.minus, float64(s.n), eff)
	r.Least, low = mean(s.plus+least.plus, s.minus+least.minus, all, allEff)
	r.Most, high = mean(s.plus+most.plus, s.minus+most.minus, all, allEff)
	r.Low, r.High, r.BoundLow, r.BoundHigh = Figure(known.Low), Figure(known.High), Figure(low.Low), Figure(high.High)
	return r
}

func ratio(a, b float64) Figure {
	if b == 0 {
		return Undefined()
	}
	return Figure(a / b)
}
