package stats

import "math"

// Outcomes counts the pairs of a comparison by how both sides fared, Outcomes[first][second], each in the order correct, neither,
// incorrect. The counts may be fractional, as they are at an effective n.
type Outcomes [3][3]float64

// margins returns the number of pairs and the counts of pairs for which an outcome (0 correct, 2 incorrect) befell the first side
// only and the second side only.
func (o Outcomes) margins(outcome int) (n, b, c float64) {
	for i, row := range o {
		for j, count := range row {
			n += count
			switch {
			case i == outcome && j != outcome:
				b += count
			case i != outcome && j == outcome:
				c += count
			}
		}
	}
	return n, b, c
}

// PenalisedDifference returns the paired difference, first − second, of the penalised score (correct − k·incorrect)/n and an interval
// for it. A side's value on an item is 1, 0 or −k. With θ₁ the difference in correct and θ₂ that in incorrect, each with its interval
// by [Tango], the two are recovered into one for θ₁ − kθ₂ by the method of variance estimates recovery for correlated estimates (MOVER;
// Zou 2007, Zou and Donner 2008), of which Newcombe's square-and-add is the case ρ = 0:
//
//	low  = θ₁ − kθ₂ − √((θ₁−l₁)² + k²(u₂−θ₂)² − 2ρk(θ₁−l₁)(u₂−θ₂))
//	high = θ₁ − kθ₂ + √((u₁−θ₁)² + k²(θ₂−l₂)² − 2ρk(u₁−θ₁)(θ₂−l₂))
//
// ρ is the correlation, over pairs, of the two differences, computed as if one pair more had moved from incorrect to correct and one
// back. So with nothing observed ρ is −1, the cautious end at which the half-widths add up, and it fades as pairs arrive. The
// interval therefore has a width even when no pair differs. Undefined for no pairs, a negative count, k < 0 or confidence outside
// (0, 1).
func PenalisedDifference(o Outcomes, k, confidence float64) (difference float64, iv Interval) {
	n, rightGain, rightLoss := o.margins(0)
	_, wrongGain, wrongLoss := o.margins(2)
	for _, row := range o {
		for _, count := range row {
			if !(count >= 0) {
				return math.NaN(), undefined()
			}
		}
	}
	if !(n > 0 && n <= most) || !(k >= 0) || math.IsInf(k, 0) {
		return math.NaN(), undefined()
	}
	right, wrong := (rightGain-rightLoss)/n, (wrongGain-wrongLoss)/n
	difference = right - k*wrong
	r, w := Tango(rightGain, rightLoss, n, confidence), Tango(wrongGain, wrongLoss, n, confidence)
	if !r.Defined() || !w.Defined() {
		return difference, undefined()
	}
	// Only the moves between correct and incorrect change both at once, and in opposite directions.
	moved := o[0][2] + o[2][0] + 2
	pairs := n + 2
	covariance := -moved/pairs - (right*n/pairs)*(wrong*n/pairs)
	rightVariance := (rightGain+rightLoss+2)/pairs - square(right*n/pairs)
	wrongVariance := (wrongGain+wrongLoss+2)/pairs - square(wrong*n/pairs)
	rho := clamp(covariance/math.Sqrt(rightVariance*wrongVariance), -1, 1)
	recover := func(x, y float64) float64 {
		return math.Sqrt(math.Max(x*x+y*y-2*rho*x*y, 0))
	}
	iv = Interval{
		Low:  difference - recover(right-r.Low, k*(w.High-wrong)),
		High: difference + recover(r.High-right, k*(wrong-w.Low)),
	}
	return difference, Interval{math.Max(iv.Low, -1-k), math.Min(iv.High, 1+k)}
}
