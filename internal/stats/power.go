package stats

import "math"

// PairedVariance returns the variance of one item's paired difference of means, ω² + σ₁²/K₁ + σ₂²/K₂ (Miller 2024): between is the
// variance ω² of the items' true differences, within1 and within2 that of one reply of either side, k1 and k2 how often each is
// asked, +Inf for the limit. NaN for a negative variance or k < 1.
func PairedVariance(between, within1, k1, within2, k2 float64) float64 {
	if !(between >= 0 && within1 >= 0 && within2 >= 0 && k1 >= 1 && k2 >= 1) {
		return math.NaN()
	}
	return between + within1/k1 + within2/k2
}

// MeanItems returns how many items a two-sided test at alpha needs to find a mean difference of delta with the given power, when
// one item's difference has this variance: (z_{α/2} + z_β)² v/δ², rounded up. NaN for delta 0 or a level outside (0, 1).
func MeanItems(variance, delta, alpha, power float64) float64 {
	return itemsUp(square(levels(alpha/2, power)) * variance / (delta * delta))
}

// MeanDetectable returns the smallest mean difference that n items show with the given power, (z_{α/2} + z_β)√(v/n).
func MeanDetectable(variance, n, alpha, power float64) float64 {
	if !(n > 0) {
		return math.NaN()
	}
	return levels(alpha/2, power) * math.Sqrt(variance/n)
}

// McNemarItems returns how many pairs McNemar's two-sided test at alpha needs to find a difference delta with the given power when
// the sides disagree on the share discordance of them (Connor 1987), rounded up:
//
//	n = (z_{α/2} √ψ + z_β √(ψ − δ²))²/δ²
//
// It is an approximation on the low side for the exact test; [McNemarPower] says what n pairs truly give. NaN for delta 0,
// |delta| > discordance, discordance over 1 or a level outside (0, 1).
func McNemarItems(discordance, delta, alpha, power float64) float64 {
	if !(math.Abs(delta) <= discordance && discordance <= 1) {
		return math.NaN()
	}
	root := quantile(1-alpha/2)*math.Sqrt(discordance) + quantile(power)*math.Sqrt(discordance-delta*delta)
	return itemsUp(root * root / (delta * delta))
}

// NonInferiorityItems returns how many pairs the one-sided test at alpha needs to show with the given power that a side whose true
// difference is difference (0 for equal sides) is not worse by margin, rounded up:
//
//	n = (z_α + z_β)² (ψ − δ²)/(m + δ)²
//
// NaN for difference ≤ −margin, |difference| > discordance, discordance over 1 or a level outside (0, 1).
func NonInferiorityItems(discordance, difference, margin, alpha, power float64) float64 {
	if !(margin > 0 && margin+difference > 0 && math.Abs(difference) <= discordance && discordance <= 1) {
		return math.NaN()
	}
	return itemsUp(square(levels(alpha, power)) * (discordance - difference*difference) / square(margin+difference))
}

// levels is z_{1−tail} + z_{power}.
func levels(tail, power float64) float64 {
	if !probability(tail) || !probability(power) {
		return math.NaN()
	}
	return quantile(1-tail) + quantile(power)
}

// itemsUp rounds a number of items up, forgiving what rounding added to a whole number.
func itemsUp(n float64) float64 {
	if math.IsInf(n, 0) {
		return math.NaN()
	}
	return math.Ceil(n - 1e-9*math.Abs(n))
}

func square(x float64) float64 { return x * x }
