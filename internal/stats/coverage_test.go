package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

// within fails unless the share lies in [low, high].
func within(t *testing.T, what string, share, low, high float64) {
	t.Helper()
	if !(share >= low && share <= high) {
		t.Errorf("%s = %.4f, want %.3f to %.3f", what, share, low, high)
	}
}

// TestTangoCovers goes through every outcome, also at rates where the normal interval fails.
func TestTangoCovers(t *testing.T) {
	for _, r := range []struct {
		n                       int
		discordance, difference float64
	}{{30, .06, .02}, {50, .06, .02}, {100, .06, .02}, {250, .1, -.05}, {250, .02, 0}, {60, .3, .1}} {
		for name, f := range map[string]func(b, c float64) Interval{
			"Tango":    func(b, c float64) Interval { return Tango(b, c, float64(r.n), .95) },
			"Newcombe": func(b, c float64) Interval { return Newcombe(.8*(float64(r.n)-b-c), b, c, .2*(float64(r.n)-b-c), .95) },
		} {
			got := PairedPower(r.n, r.discordance, r.difference, func(b, c int) bool {
				iv := f(float64(b), float64(c))
				return iv.Low <= r.difference && r.difference <= iv.High
			})
			within(t, name+" coverage", got, .935, 1)
		}
	}
}

// The sizes of the tests, exactly: how often each rejects when its hypothesis just holds.
func TestSizes(t *testing.T) {
	for _, n := range []int{50, 100, 250, 1000} {
		for _, discordance := range []float64{.05, .1, .3} {
			within(t, "size of McNemar", McNemarPower(n, discordance, 0, .05), 0, .05)
			mid := PairedPower(n, discordance, 0, func(b, c int) bool { _, p := McNemar(b, c); return p <= .05 })
			within(t, "size of mid-p", mid, 0, .056)
			if margin := .04; margin < discordance {
				within(t, "size of non-inferiority", NonInferiorityPower(n, discordance, -margin, margin, .05), .02, .058)
			}
		}
	}
}

// The formulas for sample sizes promise 80 %; the exact tests give a little less, and somewhat more items all of it.
func TestPowerAgrees(t *testing.T) {
	for _, r := range []struct{ discordance, margin float64 }{{.05, .02}, {.1, .02}, {.1, .05}} {
		n := int(NonInferiorityItems(r.discordance, 0, r.margin, .05, .8))
		power := func(n int) float64 { return NonInferiorityPower(n, r.discordance, 0, r.margin, .05) }
		within(t, "power at the formula's n", power(n), .76, .82)
		enough := EnoughItems(1, 10*n, .8, power)
		within(t, "exact n over the formula's", float64(enough)/float64(n), 1, 1.12)
		within(t, "power at the exact n", power(enough), .8, .82)
	}
	n := int(McNemarItems(.1, .05, .05, .8))
	within(t, "power of McNemar", McNemarPower(n, .1, .05, .05), .74, .82)
	least := McNemarDetectable(250, .1, .05, .8)
	near(t, "power at the least detectable difference", McNemarPower(250, .1, least, .05), .8, 1e-6)
	if !math.IsNaN(McNemarDetectable(5, 1, .05, .8)) {
		t.Error("five pairs cannot show anything at 5 %")
	}
	if EnoughItems(10, 200, .9, func(int) float64 { return .5 }) != 0 {
		t.Error("items were found for a power that never comes")
	}
	saw := func(n int) float64 { return []float64{.7, .9}[min(1, n/100)] - .15*indicator(n == 110) }
	if got := EnoughItems(1, 1000, .8, saw); got != 111 {
		t.Errorf("the power falls once more at 110, and %d items are said to be enough", got)
	}
	// Looking for the edge of a decision gives what going through all of it gives.
	for _, n := range []int{1, 20, 137} {
		for _, d := range []struct{ discordance, difference float64 }{{0, 0}, {.02, 0}, {.1, -.05}, {1, .3}} {
			passes := func(b, c int) bool { return PairedScore(float64(b), float64(c), float64(n), -.06) > 1.645 }
			near(t, "monotone power", MonotonePower(n, d.discordance, d.difference, passes), PairedPower(n, d.discordance, d.difference, passes), 1e-12)
		}
	}
	// More items, more difference, a wider margin: never less power beyond the saw-tooth of a discrete test.
	for n := 50; n <= 800; n *= 2 {
		if McNemarPower(2*n, .1, .05, .05) < McNemarPower(n, .1, .05, .05) || NonInferiorityPower(n, .1, 0, .05, .05) < NonInferiorityPower(n, .1, 0, .03, .05) {
			t.Errorf("power fell about n = %d", n)
		}
	}
}

// The exact enumeration against drawn pairs.
func TestPairedPowerAgreesWithDraws(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	const runs = 4000
	hits := 0
	for range runs {
		b, c := 0, 0
		for range 250 {
			switch u := rng.Float64(); {
			case u < .025:
				b++
			case u < .1:
				c++
			}
		}
		if exact, _ := McNemar(b, c); exact <= .05 {
			hits++
		}
	}
	near(t, "power", float64(hits)/runs, McNemarPower(250, .1, -.05, .05), .025)
}

func TestPenalisedCovers(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	for name, shares := range map[string]Outcomes{
		"identical":               {{.8, 0, 0}, {0, 0, 0}, {0, 0, .2}},
		"rare and one way":        {{.8, 0, 0}, {0, 0, 0}, {.02, 0, .18}},
		"rare, by abstention":     {{.7, 0, 0}, {.02, .1, .01}, {0, 0, .17}},
		"all kinds":               {{.6, .03, .04}, {.03, .1, .03}, {.04, .03, .1}},
		"often and much improved": {{.2, .1, .2}, {.05, .1, .1}, {.1, .05, .1}},
	} {
		for _, n := range []int{30, 250} {
			for _, k := range []float64{1, 3} {
				value := [3]float64{1, 0, -k}
				truth := 0.0
				for i := range shares {
					for j := range shares[i] {
						truth += shares[i][j] * (value[i] - value[j])
					}
				}
				const runs = 700
				below, above := 0.0, 0.0
				for range runs {
					var o Outcomes
					for range n {
						u, cell := rng.Float64(), 0
						for cell < 8 && u >= shares[cell/3][cell%3] {
							u -= shares[cell/3][cell%3]
							cell++
						}
						o[cell/3][cell%3]++
					}
					_, iv := PenalisedDifference(o, k, .95)
					if iv.High < truth-1e-9 {
						below++
					}
					if iv.Low > truth+1e-9 {
						above++
					}
				}
				within(t, name+": missed below", below/runs, 0, .045)
				within(t, name+": missed above", above/runs, 0, .045)
			}
		}
	}
}

// Whenever one looks, over 300 values: the anytime-valid tests keep their promise and the peeked-at interval does not.
func TestAnytimeValid(t *testing.T) {
	rng := rand.New(rand.NewPCG(15, 16))
	const runs, items = 900, 300
	var sign, greater, bet, bernstein, asymptotic, fixed, sequence float64
	rho := AsymptoticRho(.05, 100)
	for range runs {
		wins := 0
		var signed, greaters, betted, missed, asymptotics, peeked, strayed bool
		better, worse := 0, 0
		b, s := NewBet(-1, -.05), NewEmpiricalBernstein(.05)
		sum, squares := 0.0, 0.0
		for n := 1; n <= items; n++ {
			u := rng.Float64()
			wins += int(indicator(u < .5))
			signed = signed || SignE(wins, n) >= 20
			greaters = greaters || SignEGreater(wins, n) >= 20
			// A true difference of −.05 at a tenth discordant, the edge of the promise.
			d := 0.0
			switch v := rng.Float64(); {
			case v < .025:
				d = 1
				better++
			case v < .1:
				d = -1
				worse++
			}
			b.Add(d)
			strayed = strayed || n%50 == 0 && (DifferenceE(better, worse, n, -.05) >= 40 || DifferenceE(worse, better, n, .05) >= 40)
			betted = betted || n%3 == 0 && b.E() >= 20
			x := indicator(u < .8)
			s.Add(x)
			if iv := s.Interval(); iv.Low > .8 || iv.High < .8 {
				missed = true
			}
			sum += x
			squares += x * x
			mean := sum / float64(n)
			sd := math.Sqrt(math.Max(squares/float64(n)-mean*mean, 0))
			asymptotics = asymptotics || math.Abs(mean-.8) > AsymptoticHalfWidth(float64(n), sd, .05, rho)
			peeked = peeked || n >= 30 && math.Abs(mean-.8) > 1.96*sd/math.Sqrt(float64(n))
		}
		sign += indicator(signed)
		greater += indicator(greaters)
		bet += indicator(betted)
		sequence += indicator(strayed)
		bernstein += indicator(missed)
		asymptotic += indicator(asymptotics)
		fixed += indicator(peeked)
	}
	within(t, "sign test ever rejects", sign/runs, 0, .05)
	within(t, "one-sided sign test ever rejects", greater/runs, 0, .05)
	within(t, "bet ever wins", bet/runs, 0, .05)
	within(t, "sequence of differences ever misses", sequence/runs, 0, .05)
	within(t, "empirical Bernstein ever misses", bernstein/runs, 0, .05)
	within(t, "asymptotic sequence ever misses", asymptotic/runs, 0, .05)
	within(t, "a fixed interval looked at again and again misses", fixed/runs, .15, 1)
}

func TestSPRTErrors(t *testing.T) {
	rng := rand.New(rand.NewPCG(17, 18))
	test := SPRT{P0: .5, P1: .7, Alpha: .05, Beta: .2}
	const runs = 3000
	for _, r := range []struct{ truth, low, high float64 }{{.5, 0, .055}, {.7, .78, 1}} {
		rejected := 0.0
		for range runs {
			wins, losses := 0, 0
			for test.Decide(wins, losses) == Continue {
				if rng.Float64() < r.truth {
					wins++
				} else {
					losses++
				}
			}
			if test.Decide(wins, losses) == RejectNull {
				rejected++
			}
		}
		within(t, "SPRT rejects", rejected/runs, r.low, r.high)
	}
}

// What the bet saves: with equal sides and a margin of five points it has decided, on average, well before a thousand pairs.
func TestBetDecidesEarly(t *testing.T) {
	rng := rand.New(rand.NewPCG(19, 20))
	const runs, items = 300, 1000
	decided, taken := 0.0, 0.0
	for range runs {
		b := NewBet(-1, -.05)
		n := 0
		for n < items && (n%4 != 0 || b.E() < 20) {
			n++
			switch v := rng.Float64(); {
			case v < .05:
				b.Add(1)
			case v < .1:
				b.Add(-1)
			default:
				b.Add(0)
			}
		}
		decided += indicator(b.E() >= 20)
		taken += float64(n) / runs
	}
	within(t, "decided", decided/runs, .95, 1)
	// A test of fixed size needs more pairs to be as sure of deciding.
	fixed := EnoughItems(100, 5000, decided/runs, func(n int) float64 { return NonInferiorityPower(n, .1, 0, .05, .05) })
	within(t, "pairs taken over those of a fixed size", taken/float64(fixed), .2, .7)
	t.Logf("non-inferior by five points at a tenth discordant: decided %.3f after %.0f pairs on average, fixed size %d", decided/runs, taken, fixed)
}

func TestBootstrapCovers(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	const runs = 400
	covered, percentile := 0.0, 0.0
	truth := math.Exp(.5 * .6 * .6)
	for range runs {
		x := make([]float64, 40)
		for i := range x {
			x[i] = math.Exp(.6 * rng.NormFloat64())
		}
		r := BootstrapMean(x, nil, .95, 600, rng)
		covered += indicator(r.BCa.Low <= truth && truth <= r.BCa.High)
		percentile += indicator(r.Percentile.Low <= truth && truth <= r.Percentile.High)
	}
	within(t, "BCa coverage", covered/runs, .90, .98)
	within(t, "percentile coverage", percentile/runs, .88, .98)
}

// Whole clusters must be resampled, and flipped, together.
func TestClusteredResampling(t *testing.T) {
	rng := rand.New(rand.NewPCG(23, 24))
	const runs, documents, each = 300, 30, 5
	names := make([]string, documents*each)
	for i := range names {
		names[i] = string(rune('A' + i/each))
	}
	var whole, loose, flipped, flippedLoose float64
	for range runs {
		d := make([]float64, len(names))
		for i := range d {
			if i%each == 0 {
				d[i] = rng.NormFloat64()
			} else {
				d[i] = d[i-1]
			}
		}
		inside := func(iv Interval) float64 { return indicator(iv.Low <= 0 && 0 <= iv.High) }
		whole += inside(BootstrapMean(d, names, .95, 300, rng).Percentile)
		loose += inside(BootstrapMean(d, nil, .95, 300, rng).Percentile)
		sums, _ := ClusterSums(d, names)
		p, _ := SignFlip(sums, 300, rng)
		flipped += indicator(p <= .05)
		p, _ = SignFlip(d, 300, rng)
		flippedLoose += indicator(p <= .05)
	}
	within(t, "coverage by clusters", whole/runs, .90, .98)
	within(t, "coverage by items", loose/runs, 0, .75)
	within(t, "size by clusters", flipped/runs, .01, .09)
	within(t, "size by items", flippedLoose/runs, .25, 1)
}

func TestJudgeCorrectionCovers(t *testing.T) {
	rng := rand.New(rand.NewPCG(25, 26))
	const runs, items, labels = 1500, 1000, 150
	var corrected, rates, differences, naive, width, labelOnly float64
	for range runs {
		// The judge passes a right answer with .9 and a wrong one with .2 for the first side, .4 for the second.
		y1, y2, j1, j2 := make([]float64, items), make([]float64, items), make([]float64, items), make([]float64, items)
		for i := range items {
			u := rng.Float64()
			y1[i], y2[i] = indicator(u < .75), indicator(u < .65 || u > .95)
			judge := func(y, lenient float64) float64 {
				if y == 1 {
					return indicator(rng.Float64() < .9)
				}
				return indicator(rng.Float64() < lenient)
			}
			j1[i], j2[i] = judge(y1[i], .2), judge(y2[i], .4)
		}
		inside := func(iv Interval, truth float64) float64 { return indicator(iv.Low <= truth && truth <= iv.High) }
		one := PPI(y1[:labels], j1[:labels], j1[labels:], math.NaN()).Interval(.95)
		corrected += inside(one, .75)
		width += one.Width()
		labelOnly += PPI(y1[:labels], j1[:labels], j1[labels:], 0).Interval(.95).Width()
		mean, _ := deviations(j1)
		naive += inside(Wilson(mean*items, items, .95), .75)
		two := PPIDifference(y1[:labels], j1[:labels], j1[labels:], y2[:labels], j2[:labels], j2[labels:])
		differences += inside(two.Interval(.95), .05)

		var right, wrong, passed, failed float64
		for i := range 2 * labels {
			right += y1[i]
			wrong += 1 - y1[i]
			passed += y1[i] * j1[i]
			failed += (1 - y1[i]) * (1 - j1[i])
		}
		rest, _ := deviations(j1[2*labels:])
		rates += inside(RoganGladenInterval(rest, items-2*labels, failed/wrong, wrong, passed/right, right, .95), .75)
	}
	within(t, "PPI coverage", corrected/runs, .93, .97)
	within(t, "PPI coverage of a difference, judge unfair", differences/runs, .93, .97)
	within(t, "Rogan-Gladen coverage", rates/runs, .93, .985)
	within(t, "uncorrected coverage", naive/runs, 0, .75)
	within(t, "width over that of labels alone", width/labelOnly, .5, .9)
}

// Rating at random, agreement beyond chance is none.
func TestAgreementOfChance(t *testing.T) {
	rng := rand.New(rand.NewPCG(27, 28))
	table := [][]float64{{0, 0, 0}, {0, 0, 0}, {0, 0, 0}}
	var units [][]float64
	for range 4000 {
		i, j := min(rng.IntN(4), 2), min(rng.IntN(4), 2)
		table[i][j]++
		units = append(units, []float64{float64(i), float64(j), float64(min(rng.IntN(4), 2)), math.NaN()})
	}
	near(t, "κ", Agree(table).Kappa, 0, .04)
	for _, level := range []Level{Nominal, Ordinal, Measured} {
		near(t, "α", Krippendorff(units, level), 0, .04)
	}
}
