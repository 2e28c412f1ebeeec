package gate

import (
	"fmt"
	"math"

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
func decide(e estimate, p Promise, alpha float64) Decision {
	iv := e.interval(1-2*alpha, 1)
	if !iv.Defined() || math.IsNaN(e.value) {
		return Inconclusive
	}
	return held(e, p, iv, alpha)
}

func held(e estimate, p Promise, iv stats.Interval, alpha float64) Decision {
	const slack = 1e-9
	switch p.Kind {
	case NonInferior:
		switch {
		case iv.Low > -p.Value:
			return Pass
		case iv.High < 0 && e.value < -p.Value-slack && (e.worse == nil || e.worse() <= alpha):
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

// tooMany is where counting on stops: a difference that lies on the limit is decided by no number of items.
const tooMany = 200_000

// needs returns how many items more would decide the promise with the stated power were the further ones like those seen; 0 when none
// are needed, -1 when even a great many would not do.
func needs(e estimate, p Promise, alpha float64) int {
	if decide(e, p, alpha) != Inconclusive || e.items == 0 {
		return 0
	}
	// A bound at z_α + z_β instead of z_α leaves room for the luck of the draw.
	z := distuv.UnitNormal.Quantile(1-alpha) + distuv.UnitNormal.Quantile(Power)
	confidence := 2*distuv.UnitNormal.CDF(z) - 1
	decided := func(sized float64) bool {
		larger := e
		larger.worse = nil
		return held(larger, p, e.interval(confidence, sized), alpha) != Inconclusive
	}
	high := 2.0
	for !decided(high) {
		if high *= 2; float64(e.items)*high > tooMany {
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
	return max(1, int(math.Ceil(float64(e.items)*(high-1)-1e-6)))
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
		return fmt.Sprintf("even %d items like these would not decide it: the truth may lie on the limit", tooMany)
	case more == 0:
		return ""
	}
	return fmt.Sprintf("about %d more items like these would decide it (power %.0f %%)", more, Power*100)
}
