package gate

import (
	"fmt"
	"math"
	"sort"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/viva-eval/viva/internal/stats"
)

// Decision is what became of a promise. The zero Decision is Inconclusive: what nobody decided is not passed.
type Decision uint8

const (
	Inconclusive Decision = iota
	Pass
	Fail
)

func (d Decision) String() string { return [...]string{"INCONCLUSIVE", "PASS", "FAIL"}[d] }

// MarshalText writes the decision as a report prints it.
func (d Decision) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// Power is the chance with which the numbers of items that a gate states lead to a decision.
const Power = 0.8

// decide holds an estimate against a promise. In every form it passes when the one-sided bound at 1 − α clears the limit. It fails
//
//   - non-inferior: when the run is worse at α, by the interval and, for yes-or-no measures, by the exact sign test too, and the loss
//     exceeds the margin;
//   - at-most, at-least: when the bound on the other side lies beyond the limit;
//   - ratio-at-most: when the run is slower at α and the ratio exceeds the limit.
//
// Anything else is inconclusive.
func decide(e estimate, p Promise, l levels) Decision {
	iv := e.bounds(p, l)
	if !iv.Defined() || math.IsNaN(e.value) {
		return Inconclusive
	}
	return held(e, p, iv, l)
}

// levels are the one-sided rates of error at which a rule may pass and at which it may fail: α both, but in a run that is looked at before its end. At
// 0 it may not. early says that the run is under way.
type levels struct {
	pass, fail float64
	early      bool
}

func both(alpha float64) levels { return levels{pass: alpha, fail: alpha} }

// bounds are the one-sided bounds that a promise is held to: the one that must clear the limit at l.pass, the other at l.fail.
func (e estimate) bounds(p Promise, l levels) stats.Interval {
	low, high := l.pass, l.fail
	if p.Kind == AtMost || p.Kind == RatioAtMost {
		low, high = high, low
	}
	one := func(level float64) stats.Interval {
		if level <= 0 {
			return stats.Interval{Low: math.Inf(-1), High: math.Inf(1)}
		}
		return e.interval(1-2*level, 1)
	}
	iv := one(low)
	if low != high {
		iv.High = one(high).High
	}
	if l.early && l.pass > 0 { // to pass, less is believed
		switch wary := e.interval(1-2*l.pass, e.wary); p.Kind {
		case AtMost, RatioAtMost:
			iv.High = wary.High
		default:
			iv.Low = wary.Low
		}
	}
	return iv
}

func held(e estimate, p Promise, iv stats.Interval, l levels) Decision {
	const slack = 1e-9
	switch p.Kind {
	case NonInferior:
		switch {
		case iv.Low > -p.Value:
			return Pass
		case iv.High < 0 && e.value < -p.Value-slack && (e.worse == nil || e.worse() <= l.fail):
			return Fail
		}
	case AtMost:
		switch {
		case iv.High <= p.Value+slack:
			return Pass
		case iv.Low > p.Value+slack:
			return Fail
		}
	case AtLeast:
		switch {
		case iv.Low >= p.Value-slack:
			return Pass
		case iv.High < p.Value-slack:
			return Fail
		}
	case RatioAtMost:
		switch {
		case iv.High <= p.Value+slack:
			return Pass
		case iv.Low > 1 && e.value > p.Value+slack:
			return Fail
		}
	}
	return Inconclusive
}

// needs returns how many items more would decide the promise with the stated power, were the further ones like those seen; 0 when none
// are needed, -1 when even a great many would not do. Chances are those of the rule itself, as [Enough] has them.
func needs(e estimate, p Promise, l levels) int {
	if decide(e, p, l) != Inconclusive || e.items == 0 {
		return 0
	}
	times := scaled(e, p, l)
	if independent := times * e.effective; e.odds != nil && times > 0 && independent <= exactly {
		least, most := int(e.effective)+1, int(4*independent)+100
		more := sort.Search(most, func(i int) bool { return 1-e.odds(least+i, p, l).Inconclusive >= Power })
		times = float64(least+more) / e.effective
	}
	if times < 0 {
		return -1
	}
	return max(1, int(math.Ceil(float64(e.items)*(times-1)-1e-6)))
}

// scaled is by how much the items must be multiplied for the same interval to decide at z_α + z_β instead of z_α, which leaves room for the luck of
// the draw: what chances come to where items are many. -1 when even a great many would not do.
func scaled(e estimate, p Promise, l levels) float64 {
	raised := func(level float64) float64 {
		return distuv.UnitNormal.Survival(distuv.UnitNormal.Quantile(1-level) + distuv.UnitNormal.Quantile(Power))
	}
	larger := e
	larger.worse = nil
	decided := func(sized float64) bool {
		larger.interval = func(confidence, _ float64) stats.Interval { return e.interval(confidence, sized) }
		return decide(larger, p, levels{pass: raised(l.pass), fail: raised(l.fail)}) != Inconclusive
	}
	high := 2.0
	for !decided(high) {
		if high *= 2; float64(e.items)*high > mostItems {
			return -1
		}
	}
	low := high / 2
	if high == 2 {
		low = 1
	}
	for high-low > 1/float64(e.items) {
		if mid := (low + high) / 2; decided(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return high
}

// tends is what a promise comes to with ever more items like those seen.
func tends(e estimate, p Promise) Decision {
	limit, sign := p.Value, 1.0
	switch p.Kind {
	case NonInferior:
		limit = -p.Value
	case AtMost, RatioAtMost:
		sign = -1
	}
	switch above := sign * (e.value - limit); {
	case above > 0:
		return Pass
	case above < 0:
		return Fail
	}
	return Inconclusive
}

// detectable returns the smallest true loss at which a rule of non-inferiority fails with the stated power: it must be seen to exceed the
// margin and to be worse at α. Normal approximation at the spread seen, but never less than the loss itself brings with it: a loss of δ
// moves at least the share δ of the items.
func detectable(e estimate, margin, alpha float64) float64 {
	if math.IsNaN(e.spread) || !(e.effective > 0) {
		return math.NaN()
	}
	za, zb := distuv.UnitNormal.Quantile(1-alpha), distuv.UnitNormal.Quantile(Power)
	found := func(loss float64) bool {
		se := math.Sqrt(math.Max(e.spread, loss*math.Max(1-loss, 0)) / e.effective)
		return loss >= math.Max(margin+zb*se, (za+zb)*se)
	}
	low, high := 0.0, 2.0
	if !found(high) {
		return math.NaN()
	}
	for range 40 {
		if mid := (low + high) / 2; found(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return high
}

// sentenceOf says how many items are missing.
func sentenceOf(more int) string {
	switch {
	case more < 0:
		return fmt.Sprintf("even %d items like these would not decide it: the truth may lie on the limit", mostItems)
	case more == 0:
		return ""
	}
	return fmt.Sprintf("about %d more items like these would decide it (power %.0f %%)", more, Power*100)
}
