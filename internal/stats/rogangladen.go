package stats

import "math"

// leastInformed is the sum of specificity and sensitivity at or under which a judge is too near to a coin for its rate to be corrected.
const leastInformed = 1.1

// RoganGladen returns the true rate of right answers behind the share p that a judge calls right, when the judge knows a wrong answer
// with probability specificity and a right one with probability sensitivity (Rogan and Gladen 1978), kept within [0, 1]:
//
//	θ = (p + q0 − 1)/(q0 + q1 − 1)
//
// NaN for arguments outside [0, 1] and for q0 + q1 ≤ 1.1, a judge that tells too little.
func RoganGladen(p, specificity, sensitivity float64) float64 {
	if !(p >= 0 && p <= 1) || !informed(specificity, sensitivity) {
		return math.NaN()
	}
	return clamp((p+specificity-1)/(specificity+sensitivity-1), 0, 1)
}

// RoganGladenInterval returns the interval of Lang and Reiczigel (2014) for [RoganGladen]'s rate, which carries the uncertainty of
// all three estimates: p over n judged answers, specificity over wrong labelled answers, sensitivity over right labelled ones.
//
//	p̃ = (np + z²/2)/(n + z²)      q̃ = (mq + 1)/(m + 2)
//	Δ = 2z²(−(1 − θ)q̃0(1 − q̃0)/m̃0 + θ q̃1(1 − q̃1)/m̃1)
//	se = √(p̃(1 − p̃)/ñ + (1 − θ)² q̃0(1 − q̃0)/m̃0 + θ² q̃1(1 − q̃1)/m̃1)/(q̃0 + q̃1 − 1)
//
// with θ the rate from the adjusted shares, and θ + Δ ± z·se kept within [0, 1]. Undefined where [RoganGladen] is, also at the adjusted
// shares, for no judged or no labelled answers of either kind, or confidence outside (0, 1).
func RoganGladenInterval(p, n, specificity, wrong, sensitivity, right, confidence float64) Interval {
	z := critical(confidence)
	if math.IsNaN(RoganGladen(p, specificity, sensitivity)) || math.IsNaN(z) || !(n > 0 && wrong > 0 && right > 0) {
		return undefined()
	}
	zz := z * z
	ptilde := (n*p + zz/2) / (n + zz)
	q0, q1 := (wrong*specificity+1)/(wrong+2), (right*sensitivity+1)/(right+2)
	if !informed(q0, q1) {
		return undefined()
	}
	youden := q0 + q1 - 1
	theta := (ptilde + q0 - 1) / youden
	v0, v1 := q0*(1-q0)/(wrong+2), q1*(1-q1)/(right+2)
	shift := 2 * zz * (theta*v1 - (1-theta)*v0)
	se := math.Sqrt(ptilde*(1-ptilde)/(n+zz)+square(1-theta)*v0+square(theta)*v1) / youden
	return Interval{clamp(theta+shift-z*se, 0, 1), clamp(theta+shift+z*se, 0, 1)}
}

// JudgeCrossover returns the true rate at which a judge's uncorrected rate is right by chance, its two kinds of error cancelling:
// (1 − q0)/(2 − q0 − q1). Below it the judge flatters, above it it condemns. NaN for a perfect judge or arguments outside [0, 1].
func JudgeCrossover(specificity, sensitivity float64) float64 {
	if !(specificity >= 0 && specificity <= 1 && sensitivity >= 0 && sensitivity <= 1) {
		return math.NaN()
	}
	return (1 - specificity) / (2 - specificity - sensitivity)
}

func informed(specificity, sensitivity float64) bool {
	return specificity >= 0 && specificity <= 1 && sensitivity >= 0 && sensitivity <= 1 &&
		specificity+sensitivity > leastInformed+1e-12
}
