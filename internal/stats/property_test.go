package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// about reports near equality on the scale of the numbers.
func about(x, y float64) bool { return math.Abs(x-y) <= 1e-8*(1+math.Abs(x)+math.Abs(y)) }

func TestProportionProperties(t *testing.T) {
	for name, f := range map[string]func(successes, n, confidence float64) Interval{
		"Wilson": Wilson, "ClopperPearson": ClopperPearson, "Credible": Credible, "Jeffreys": Jeffreys,
	} {
		rapid.Check(t, func(t *rapid.T) {
			n := float64(rapid.IntRange(1, 2000).Draw(t, "n"))
			k := float64(rapid.IntRange(0, int(n)).Draw(t, "k"))
			confidence := rapid.Float64Range(.5, .99).Draw(t, "confidence")
			iv, mirror := f(k, n, confidence), f(n-k, n, confidence)
			if iv.Low < 0 || iv.High > 1 || !(iv.Low < iv.High) {
				t.Fatalf("%s = %v is no part of [0, 1]", name, iv)
			}
			if !about(1-mirror.High, iv.Low) || !about(1-mirror.Low, iv.High) {
				t.Fatalf("%s = %v is not the mirror of %v", name, iv, mirror)
			}
			if wider := f(k, n, confidence+.009); wider.Low > iv.Low+1e-9 || wider.High < iv.High-1e-9 {
				t.Fatalf("%s: more confidence narrowed %v to %v", name, iv, wider)
			}
			if k < n {
				if next := f(k+1, n, confidence); next.Low < iv.Low-1e-9 || next.High < iv.High-1e-9 {
					t.Fatalf("%s: one more success lowered %v to %v", name, iv, next)
				}
			}
		})
	}
}

func TestPairedProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 1500).Draw(t, "n")
		b := rapid.IntRange(0, n).Draw(t, "b")
		c := rapid.IntRange(0, n-b).Draw(t, "c")
		margin := rapid.Float64Range(.001, .5).Draw(t, "margin")
		fb, fc, fn := float64(b), float64(c), float64(n)
		if z, back := PairedScore(fb, fc, fn, margin), PairedScore(fc, fb, fn, -margin); !about(z, -back) {
			t.Fatalf("score %v against %v from the other side", z, back)
		}
		ni := NonInferior(fb, fc, fn, margin, .05)
		if looser := NonInferior(fb, fc, fn, margin+.1, .05); looser.P > ni.P+1e-12 {
			t.Fatalf("a looser margin raised p from %v to %v", ni.P, looser.P)
		}
		if math.Abs(ni.P-.05) > 1e-6 && (ni.P < .05) != (ni.Bound > -margin) {
			t.Fatalf("p = %v but bound = %v at margin %v", ni.P, ni.Bound, margin)
		}
		if equivalent := Equivalent(fb, fc, fn, margin); equivalent < ni.P-1e-12 {
			t.Fatalf("equivalence p = %v is easier than one of its halves, %v", equivalent, ni.P)
		}
		exact, mid := McNemar(b, c)
		greater, _ := McNemarGreater(b, c)
		less, _ := McNemarGreater(c, b)
		if !about(exact, math.Min(1, 2*math.Min(greater, less))) || mid > exact {
			t.Fatalf("McNemar %v, %v from %v and %v", exact, mid, greater, less)
		}
		first, second := NewcombeUnpaired(fb, fn, fc, fn, .95), NewcombeUnpaired(fc, fn, fb, fn, .95)
		if !about(first.Low, -second.High) || !about(first.High, -second.Low) || first.Low < -1 || first.High > 1 {
			t.Fatalf("%v is not the mirror of %v", first, second)
		}
		p, q := PosteriorAbove(fb, fc, fn, margin), PosteriorAbove(fc, fb, fn, -margin)
		if math.Abs(p+q-1) > 1e-4 || p > PosteriorAbove(fb, fc, fn, 0)+1e-4 {
			t.Fatalf("P(Δ > m) = %v, P(−Δ > −m) = %v", p, q)
		}
	})
}

func TestPenalisedProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var o, mirror Outcomes
		for i := range o {
			for j := range o[i] {
				o[i][j] = float64(rapid.IntRange(0, 60).Draw(t, "count"))
				mirror[j][i] = o[i][j]
			}
		}
		o[0][0]++
		mirror[0][0]++
		k := rapid.Float64Range(0, 9).Draw(t, "k")
		d, iv := PenalisedDifference(o, k, .95)
		back, other := PenalisedDifference(mirror, k, .95)
		if !about(d, -back) || !about(iv.Low, -other.High) || !about(iv.High, -other.Low) {
			t.Fatalf("%v %v is not the mirror of %v %v", d, iv, back, other)
		}
		if iv.Low < -1-k || iv.High > 1+k || iv.Low > d+1e-9 || iv.High < d-1e-9 || !(iv.Width() > 0) {
			t.Fatalf("%v does not hold %v", iv, d)
		}
		_, plain := PenalisedDifference(o, 0, .95)
		n, b, c := o.margins(0)
		if tango := Tango(b, c, n, .95); !about(plain.Low, tango.Low) || !about(plain.High, tango.High) {
			t.Fatalf("without a penalty %v, want Tango's %v", plain, tango)
		}
	})
	// Identical verdicts leave a width, and it shrinks with evidence.
	last := math.Inf(1)
	for _, n := range []float64{1, 10, 100, 1000} {
		d, iv := PenalisedDifference(Outcomes{{.8 * n, 0, 0}, {0, 0, 0}, {0, 0, .2 * n}}, 1, .95)
		if d != 0 || !(iv.Width() > 0 && iv.Width() < last) {
			t.Errorf("%v identical pairs: %v %v", n, d, iv)
		}
		last = iv.Width()
	}
}

func TestMultipleProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOfN(rapid.Float64Range(0, 1), 1, 30).Draw(t, "p")
		holm, bh, by := Holm(p), BenjaminiHochberg(p), BenjaminiYekutieli(p)
		for i := range p {
			if !(p[i] <= bh[i]+1e-15 && bh[i] <= holm[i]+1e-15 && bh[i] <= by[i]+1e-15 && holm[i] <= 1 && by[i] <= 1) {
				t.Fatalf("p %v, BH %v, Holm %v, BY %v", p[i], bh[i], holm[i], by[i])
			}
			for j := range p {
				if p[i] < p[j] && (holm[i] > holm[j] || bh[i] > bh[j]) {
					t.Fatal("adjustment turned the order")
				}
			}
		}
		gap := BenjaminiHochberg(append([]float64{math.NaN()}, p...))
		if !math.IsNaN(gap[0]) || !slices.Equal(gap[1:], bh) {
			t.Fatal("a missing test counted as one")
		}
	})
}

func TestSequentialProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 400).Draw(t, "n")
		x := rapid.IntRange(0, n).Draw(t, "x")
		if !about(math.Log(SignE(x, n)), math.Log(SignE(n-x, n))) {
			t.Fatal("the two-sided e-value takes sides")
		}
		// The two-sided mixture is the mean of the two one-sided ones.
		if both := (SignEGreater(x, n) + SignEGreater(n-x, n)) / 2; !about(SignE(x, n)/both, 1) {
			t.Fatalf("e = %v, halves give %v", SignE(x, n), both)
		}
		if x < n && SignEGreater(x, n) > SignEGreater(x+1, n) {
			t.Fatal("a win lowered the one-sided e-value")
		}
		// E-values average to 1 under the hypothesis.
		few := min(n, 50)
		if e := newBinomial(few, .5).Expect(func(k int) float64 { return SignE(k, few) }); math.Abs(e-1) > 1e-9 {
			t.Fatalf("E(e) = %v", e)
		}
		margin := rapid.Float64Range(.01, .3).Draw(t, "margin")
		b, c := rapid.IntRange(0, x).Draw(t, "b"), 0
		if b < x {
			c = rapid.IntRange(0, x-b).Draw(t, "c")
		}
		e := DifferenceE(b, c, n, -margin)
		if looser := DifferenceE(b, c, n, -margin-.05); looser < e*(1-1e-9) {
			t.Fatalf("a looser margin lowered e from %v to %v", e, looser)
		}
		iv, mirror := DifferenceSequence(b, c, n, .05), DifferenceSequence(c, b, n, .05)
		if !about(iv.Low, -mirror.High) || !about(iv.High, -mirror.Low) || iv.Low < -1 || iv.High > 1 || iv.Low > iv.High {
			t.Fatalf("%v is not the mirror of %v", iv, mirror)
		}
		if fixed := Tango(float64(b), float64(c), float64(n), .95); n > 0 && (iv.Low > fixed.Low+1e-9 || iv.High < fixed.High-1e-9) {
			t.Fatalf("leave to look made %v narrower than %v", iv, fixed)
		}
		if more := DifferenceE(b+1, c, n+1, -margin); more < e {
			t.Fatalf("a pair in favour lowered e from %v to %v", e, more)
		}
	})
}

// At the hypothesis' edge the bet's e-value averages to 1 over every outcome.
func TestBetIsFair(t *testing.T) {
	const n = 12
	for _, delta := range []float64{-.3, -.05, 0, .2} {
		first := (.4 + delta) / 2
		mean := newBinomial(n, .4).Expect(func(m int) float64 {
			return newBinomial(m, first/.4).Expect(func(b int) float64 { return DifferenceE(b, m-b, n, delta) })
		})
		near(t, "E(e)", mean, 1, 1e-9)
	}
}

func TestBetTakesAnyOrder(t *testing.T) {
	values := []float64{1, -2, 0, 0, .5, -1, 2, 2}
	one, two := NewBet(-2, -.1), NewBet(-2, -.1)
	for i := range values {
		one.Add(values[i])
		two.Add(values[len(values)-1-i])
	}
	near(t, "E", one.E(), two.E(), 1e-12)
	near(t, "nothing staked", NewBet(-1, 0).E(), 1, 1e-12)
	one.Add(-3)
	if !math.IsNaN(one.E()) {
		t.Error("a value below the bound went unnoticed")
	}
}

func TestResamplingProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-5, 5), 2, 7).Draw(t, "x")
		r := BootstrapMean(x, nil, .9, 0, nil)
		mean, squares := deviations(x)
		if !about(r.Estimate, mean) || math.Abs(r.SE-math.Sqrt(squares)/float64(len(x))) > 1e-7 {
			t.Fatalf("%v, want mean %v and error %v", r, mean, math.Sqrt(squares)/float64(len(x)))
		}
		for _, iv := range []Interval{r.Percentile, r.BCa} {
			if iv.Defined() && (iv.Low < slices.Min(x)-1e-9 || iv.High > slices.Max(x)+1e-9 || iv.Low > iv.High) {
				t.Fatalf("%v leaves the values", iv)
			}
		}
		shuffled := slices.Clone(x)
		slices.Reverse(shuffled)
		if s := BootstrapMean(shuffled, nil, .9, 0, nil); !about(s.BCa.Low, r.BCa.Low) && r.BCa.Defined() {
			t.Fatalf("order changed %v to %v", r.BCa, s.BCa)
		}
		two, greater := SignFlip(x, 0, nil)
		negated := Differences(make([]float64, len(x)), x)
		twoBack, less := SignFlip(negated, 0, nil)
		if !about(two, twoBack) || greater+less < 1-1e-9 || two <= 0 || two > 1 {
			t.Fatalf("two-sided %v and %v, one-sided %v and %v", two, twoBack, greater, less)
		}
	})
}

func TestSignFlipIsMcNemarOnVerdicts(t *testing.T) {
	d := []float64{1, 1, 1, 1, 1, 1, -1, 0, 0, 0}
	exact, _ := McNemar(6, 1)
	one, _ := McNemarGreater(6, 1)
	two, greater := SignFlip(d, 0, nil)
	near(t, "two-sided", two, exact, 1e-12)
	near(t, "one-sided", greater, one, 1e-12)

	long := append(slices.Repeat([]float64{1}, 30), slices.Repeat([]float64{-1}, 14)...)
	exact, _ = McNemar(30, 14)
	two, _ = SignFlip(long, 40000, rand.New(rand.NewPCG(5, 6)))
	near(t, "two-sided, drawn", two, exact, .002)
}

func TestAgreementProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(2, 4).Draw(t, "k")
		table, turned := make([][]float64, k), make([][]float64, k)
		var units [][]float64
		for i := range k {
			turned[i] = make([]float64, k)
		}
		for i := range k {
			table[i] = make([]float64, k)
			for j := range k {
				count := rapid.IntRange(0, 12).Draw(t, "count")
				if i == j {
					count++
				}
				table[i][j], turned[j][i] = float64(count), float64(count)
				for range count {
					units = append(units, []float64{float64(i), float64(j)})
				}
			}
		}
		a, b := Agree(table), Agree(turned)
		if !about(a.Kappa, b.Kappa) || !about(a.AC1, b.AC1) || !about(a.Scott, b.Scott) {
			t.Fatalf("%v and %v from the raters changed round", a, b)
		}
		for _, x := range []float64{a.Kappa, a.AC1, a.Scott} {
			if x < -1-1e-9 || x > 1+1e-9 {
				t.Fatalf("%v leaves [−1, 1]", a)
			}
		}
		// For two raters without gaps alpha is Scott's pi with the correction for a small sample, and pi is Fleiss' kappa.
		n := float64(len(units))
		if alpha := Krippendorff(units, Nominal); !about(alpha, 1-(1-a.Scott)*(2*n-1)/(2*n)) {
			t.Fatalf("α = %v for π = %v", alpha, a.Scott)
		}
		counts := make([][]int, len(units))
		for i, u := range units {
			counts[i] = make([]int, k)
			counts[i][int(u[0])]++
			counts[i][int(u[1])]++
		}
		if fleiss := Fleiss(counts); !about(fleiss, a.Scott) {
			t.Fatalf("Fleiss %v, Scott %v", fleiss, a.Scott)
		}
		stretched := make([][]float64, len(units))
		for i, u := range units {
			stretched[i] = []float64{math.Exp(u[0]), math.Exp(u[1])}
		}
		if x, y := Krippendorff(units, Ordinal), Krippendorff(stretched, Ordinal); !about(x, y) {
			t.Fatalf("a stretched scale moved ordinal α from %v to %v", x, y)
		}
	})
}

func TestCalibrationProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 60).Draw(t, "n")
		confidence := make([]float64, n)
		correct, wrong := make([]bool, n), make([]bool, n)
		groups, one := make([]string, n), make([]string, n)
		for i := range n {
			// Tenths, so that there are ties.
			confidence[i] = float64(rapid.IntRange(0, 10).Draw(t, "confidence")) / 10
			correct[i] = rapid.Bool().Draw(t, "correct")
			wrong[i] = !correct[i]
			groups[i] = rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "group")
		}
		for name, x := range map[string]float64{
			"Brier": Brier(confidence, correct), "ECE": ECE(confidence, correct, 7), "ECE by mass": ECEMass(confidence, correct, 7),
			"AURC": AURC(confidence, correct), "coverage": CoverageAtRisk(confidence, correct, .3),
		} {
			if !(x >= 0 && x <= 1) {
				t.Fatalf("%s = %v", name, x)
			}
		}
		if EAURC(confidence, correct) < -1e-12 {
			t.Fatalf("better than the best: %v", EAURC(confidence, correct))
		}
		area, other := AUROC(confidence, correct), AUROC(confidence, wrong)
		if !math.IsNaN(area) && (!about(area, 1-other) || area < 0 || area > 1) {
			t.Fatalf("AUROC %v and %v of the opposite", area, other)
		}
		shifted, shuffled := slices.Clone(confidence), rand.New(rand.NewPCG(1, 2)).Perm(n)
		for i := range shifted {
			shifted[i] = math.Exp(confidence[i]) + 10*float64(groups[i][0])
		}
		if x, y := AUROCWithin(confidence, correct, groups), AUROCWithin(shifted, correct, groups); !math.IsNaN(x) && !about(x, y) {
			t.Fatalf("the level of a group moved %v to %v", x, y)
		}
		if x := AUROCWithin(confidence, correct, one); !math.IsNaN(x) && !about(x, area) {
			t.Fatalf("one group gave %v, want %v", x, area)
		}
		c2, r2 := make([]float64, n), make([]bool, n)
		for i, j := range shuffled {
			c2[i], r2[i] = confidence[j], correct[j]
		}
		if !about(AURC(c2, r2), AURC(confidence, correct)) || !about(ECEMass(c2, r2, 5), ECEMass(confidence, correct, 5)) {
			t.Fatal("the order of answers changed a figure")
		}
	})
}

func TestConfusionProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) float64 { return float64(rapid.IntRange(0, 200).Draw(t, name)) }
		c := Confusion{draw("tp") + 1, draw("fp"), draw("fn"), draw("tn") + 1}
		if f1 := 2 * c.Precision() * c.Recall() / (c.Precision() + c.Recall()); !about(f1, c.F1()) {
			t.Fatalf("F1 = %v, want %v", c.F1(), f1)
		}
		// MCC is the geometric mean of the two informednesses.
		npv := c.TrueNegative / (c.TrueNegative + c.FalseNegative)
		want := math.Copysign(math.Sqrt(math.Abs(c.Youden()*(c.Precision()+npv-1))), c.Youden())
		if !about(c.MCC(), want) || !about(c.BalancedAccuracy(), (1+c.Youden())/2) {
			t.Fatalf("MCC = %v, want %v", c.MCC(), want)
		}
		flipped := Confusion{c.FalseNegative, c.TrueNegative, c.TruePositive, c.FalsePositive}
		if !about(flipped.MCC(), -c.MCC()) {
			t.Fatalf("MCC = %v and %v for the opposite flags", c.MCC(), flipped.MCC())
		}
	})
}

func TestJudgeProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q0, q1 := rapid.Float64Range(0, 1).Draw(t, "q0"), rapid.Float64Range(0, 1).Draw(t, "q1")
		theta := rapid.Float64Range(0, 1).Draw(t, "theta")
		seen := theta*q1 + (1-theta)*(1-q0)
		got := RoganGladen(seen, q0, q1)
		if q0+q1 < 1.0999 != math.IsNaN(got) && math.Abs(q0+q1-1.1) > 1e-3 {
			t.Fatalf("q0 + q1 = %v gave %v", q0+q1, got)
		}
		if !math.IsNaN(got) {
			if !about(got, theta) {
				t.Fatalf("θ = %v came back as %v", theta, got)
			}
			few := RoganGladenInterval(seen, 500, q0, 60, q1, 60, .95)
			if few.Defined() && (few.Low < 0 || few.High > 1 || few.Low > few.High) {
				t.Fatalf("interval = %v", few)
			}
		}
	})
	nan := math.NaN()
	y := floats("1101011011")
	perfect := PPI(y, y, slices.Repeat(y, 100), nan)
	near(t, "a perfect judge is trusted", perfect.Lambda, 1/1.01, 1e-9)
	blind := PPI(y, slices.Repeat([]float64{1}, 10), slices.Repeat([]float64{1}, 100), nan)
	near(t, "a blind judge is not", blind.Lambda, 0, 0)
	near(t, "and costs nothing", blind.SE, .144914, places6)
	if iv := perfect.Interval(.95); iv.Defined() {
		t.Errorf("ten labels were given the interval %v", iv)
	}
	flawless := PPI(slices.Repeat(y, 6), slices.Repeat(y, 6), slices.Repeat(y, 1000), 1)
	if iv := flawless.Interval(.95); !(iv.Width() > 2*1.9/60) {
		t.Errorf("sixty labels without a fault gave %v, which claims that there is none", iv)
	}
}

// The sequence leaves out exactly those differences that a bet has refuted.
func TestDifferenceSequenceInvertsTheBet(t *testing.T) {
	iv := DifferenceSequence(40, 12, 500, .05)
	near(t, "e at the low end", DifferenceE(40, 12, 500, iv.Low), 40, 1e-6)
	near(t, "e at the high end", DifferenceE(12, 40, 500, -iv.High), 40, 1e-6)
	if none := DifferenceSequence(0, 0, 0, .05); none != (Interval{-1, 1}) {
		t.Errorf("before the first pair %v", none)
	}
	// Where the variance is small the bet is narrower than the empirical Bernstein sequence.
	s := NewEmpiricalBernstein(.05)
	for i := range 500 {
		s.Add(.5 + indicator(i%50 == 0)/2 - indicator(i%50 == 25)/2)
	}
	bernstein, bet := 2*s.Interval().Width(), DifferenceSequence(10, 10, 500, .05).Width()
	if bet >= bernstein {
		t.Errorf("bet %v, empirical Bernstein %v", bet, bernstein)
	}
}
