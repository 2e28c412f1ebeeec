package stats

// binomial holds the probabilities of the outcomes from, from+1, … of a binomial variable; what it leaves out weighs under 1e-13.
type binomial struct {
	from int
	prob []float64
}

// newBinomial works outwards from the mode by the ratio of neighbours, so that no factorial is taken, and scales the sum to 1.
func newBinomial(n int, p float64) binomial {
	p = clamp(p, 0, 1)
	switch {
	case n <= 0 || p == 0:
		return binomial{0, []float64{1}}
	case p == 1:
		return binomial{n, []float64{1}}
	}
	const negligible = 1e-18
	odds := p / (1 - p)
	mode := min(int(float64(n+1)*p), n)
	low, high := mode, mode
	for w := 1.0; low > 0; low-- {
		w *= float64(low) / float64(n-low+1) / odds
		if w < negligible {
			break
		}
	}
	for w := 1.0; high < n; high++ {
		w *= float64(n-high) / float64(high+1) * odds
		if w < negligible {
			break
		}
	}
	prob := make([]float64, high-low+1)
	prob[mode-low] = 1
	for k := mode; k > low; k-- {
		prob[k-1-low] = prob[k-low] * float64(k) / float64(n-k+1) / odds
	}
	for k := mode; k < high; k++ {
		prob[k+1-low] = prob[k-low] * float64(n-k) / float64(k+1) * odds
	}
	sum := 0.0
	for _, w := range prob {
		sum += w
	}
	for i := range prob {
		prob[i] /= sum
	}
	return binomial{low, prob}
}

// Expect returns the mean of f over the outcomes.
func (d binomial) Expect(f func(k int) float64) float64 {
	sum := 0.0
	for i, w := range d.prob {
		sum += w * f(d.from+i)
	}
	return sum
}

// atLeast returns the probability of k and more.
func (d binomial) atLeast(k int) float64 {
	sum := 0.0
	for i := max(k-d.from, 0); i < len(d.prob); i++ {
		sum += d.prob[i]
	}
	return sum
}
