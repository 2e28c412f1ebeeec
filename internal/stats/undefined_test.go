package stats

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Whatever the arguments, nothing panics, an interval is whole or wholly undefined, and a probability stays in [0, 1].
func TestGarbage(t *testing.T) {
	odd := []float64{math.NaN(), math.Inf(1), math.Inf(-1), -1, -1e-9, 0, 1e-300, .02, .5, .95, 1, 1 + 1e-9, 2, 3, 10, 1e6, 1e300}
	rng := rand.New(rand.NewPCG(31, 32))
	pick := func() float64 { return odd[rng.IntN(len(odd))] }
	small := func() int { return rng.IntN(14) - 2 }
	intervals := map[string]func() Interval{
		"Wilson": func() Interval { return Wilson(pick(), pick(), pick()) }, "ClopperPearson": func() Interval { return ClopperPearson(pick(), pick(), pick()) },
		"Credible": func() Interval { return Credible(pick(), pick(), pick()) }, "Jeffreys": func() Interval { return Jeffreys(pick(), pick(), pick()) },
		"Tango": func() Interval { return Tango(pick(), pick(), pick(), pick()) }, "Newcombe": func() Interval { return Newcombe(pick(), pick(), pick(), pick(), pick()) },
		"NewcombeUnpaired":    func() Interval { return NewcombeUnpaired(pick(), pick(), pick(), pick(), pick()) },
		"RoganGladenInterval": func() Interval { return RoganGladenInterval(pick(), pick(), pick(), pick(), pick(), pick(), pick()) },
		"PenalisedDifference": func() Interval {
			_, iv := PenalisedDifference(Outcomes{{pick(), pick(), 1}, {0, pick(), 0}, {2, 0, 3}}, min(pick(), 1), pick())
			return Interval{iv.Low / 2, iv.High / 2}
		},
	}
	shares := map[string]func() float64{
		"NonInferior": func() float64 { return NonInferior(pick(), pick(), pick(), pick(), pick()).P }, "NonInferiorWald": func() float64 { return NonInferiorWald(pick(), pick(), pick(), pick(), pick()).P },
		"Equivalent": func() float64 { return Equivalent(pick(), pick(), pick(), pick()) }, "EquivalentWald": func() float64 { return EquivalentWald(pick(), pick(), pick(), pick()) },
		"PosteriorAbove": func() float64 { return PosteriorAbove(pick(), pick(), pick(), pick()) }, "RoganGladen": func() float64 { return RoganGladen(pick(), pick(), pick()) },
		"McNemar": func() float64 { p, _ := McNemar(small(), small()); return p }, "McNemarGreater": func() float64 { p, _ := McNemarGreater(small(), small()); return p },
		"McNemarPower":        func() float64 { return McNemarPower(small(), pick(), pick(), pick()) },
		"McNemarDetectable":   func() float64 { return McNemarDetectable(small(), pick(), pick(), pick()) },
		"NonInferiorityPower": func() float64 { return NonInferiorityPower(small(), pick(), pick(), pick(), pick()) },
		"SignFlip":            func() float64 { p, _ := SignFlip([]float64{pick(), pick(), pick()}, small(), nil); return p },
		"Brier":               func() float64 { return Brier([]float64{pick(), pick()}, []bool{true, false}) },
		"ECE":                 func() float64 { return ECE([]float64{pick(), pick()}, []bool{true, false}, small()) },
		"ECEMass":             func() float64 { return ECEMass([]float64{pick(), pick()}, []bool{true, false}, small()) },
		"AUROC":               func() float64 { return AUROC([]float64{pick(), pick()}, []bool{true, false}) },
		"AURC":                func() float64 { return AURC([]float64{pick(), pick()}, []bool{true, false}) },
		"CoverageAtRisk":      func() float64 { return CoverageAtRisk([]float64{pick(), pick()}, []bool{true, false}, pick()) },
		"Holm":                func() float64 { return math.Min(1, Holm([]float64{math.Abs(pick()), .3})[1]) },
	}
	positives := map[string]func() float64{
		"MeanItems": func() float64 { return MeanItems(math.Abs(pick()), pick(), pick(), pick()) }, "MeanDetectable": func() float64 { return MeanDetectable(math.Abs(pick()), pick(), pick(), .9) },
		"McNemarItems": func() float64 { return McNemarItems(pick(), pick(), pick(), pick()) }, "NonInferiorityItems": func() float64 { return NonInferiorityItems(pick(), pick(), pick(), pick(), pick()) },
		"SignE": func() float64 { return SignE(small(), small()) }, "SignEGreater": func() float64 { return SignEGreater(small(), small()) },
		"DifferenceE": func() float64 { return DifferenceE(small(), small(), small(), pick()) },
		"Bet": func() float64 {
			b := NewBet(pick(), pick())
			b.Add(pick())
			return b.E()
		},
		"Asymptotic": func() float64 { return AsymptoticHalfWidth(pick(), pick(), pick(), pick()) }, "Hoeffding": func() float64 { return Hoeffding(pick(), pick()) },
		"PairedVariance": func() float64 { return PairedVariance(pick(), pick(), pick(), pick(), pick()) }, "RepeatGain": func() float64 { return RepeatGain(pick(), pick(), pick()) },
		"PPI": func() float64 {
			return PPI([]float64{pick(), pick()}, []float64{pick(), pick()}, []float64{pick()}, pick()).SE
		},
		"Bootstrap": func() float64 { return BootstrapMean([]float64{pick(), pick(), pick()}, nil, pick(), 0, nil).SE },
	}
	for range 3000 {
		for _, name := range slices.Sorted(maps.Keys(intervals)) {
			if iv := intervals[name](); math.IsNaN(iv.Low) != math.IsNaN(iv.High) || iv.Low < -1 || iv.High > 1 || iv.Low > iv.High {
				t.Fatalf("%s = %v", name, iv)
			}
		}
		for _, name := range slices.Sorted(maps.Keys(shares)) {
			if p := shares[name](); p < 0 || p > 1 {
				t.Fatalf("%s = %v", name, p)
			}
		}
		for _, name := range slices.Sorted(maps.Keys(positives)) {
			if x := positives[name](); x < 0 {
				t.Fatalf("%s = %v", name, x)
			}
		}
	}
}

func TestNothing(t *testing.T) {
	one, two := McNemarGreater(-1, 0)
	flip, _ := SignFlip(nil, 10, nil)
	q, _ := CochranQ(nil)
	ragged, _ := CochranQ([][]bool{{true, false}, {true}})
	centre, _ := NewEmpiricalBernstein(.05).Latest()
	strayed := NewEmpiricalBernstein(.05)
	strayed.Add(1.5)
	strayed.Add(.5)
	keep, _ := SPRT{}.Bounds()
	win, _ := SPRT{}.Steps()
	large, _ := SignFlip(make([]float64, 0, 1), 0, nil)
	many := make([]float64, 30)
	for i := range many {
		many[i] = 1
	}
	random, _ := SignFlip(many, 100, nil)
	for name, x := range map[string]float64{
		"McNemarGreater": one, "its mid-p": two, "SignFlip": flip, "SignFlip of an empty slice": large, "SignFlip without randomness": random,
		"CochranQ": q, "CochranQ, ragged": ragged, "EmpiricalBernstein": centre, "a stray value": strayed.Interval().Low, "SPRT bounds": keep, "SPRT steps": win,
		"Repeats": Repeats(nil).Mean, "one item": Repeats([][]float64{{1, 0}}).SE, "no repeats": Repeats([][]float64{{1}, {0}}).Between,
		"Bootstrap of nothing": BootstrapMean(nil, nil, .95, 10, nil).Estimate, "Bootstrap without randomness": BootstrapMean(many, nil, .95, 10, nil).Estimate,
		"Fleiss": Fleiss(nil), "one rater": Fleiss([][]int{{1, 0}, {0, 1}}), "one category": Fleiss([][]int{{2, 0}, {2, 0}}), "Krippendorff": Krippendorff(nil, Nominal),
		"all alike": Krippendorff([][]float64{{1, 1}, {1, 1}}, Nominal), "Agree": Agree(nil).Kappa, "empty table": Agree([][]float64{{0, 0}, {0, 0}}).AC1,
		"κ of one category": Agree([][]float64{{9, 0}, {0, 0}}).Kappa, "Brier": Brier(nil, nil), "AUROC of one kind": AUROC([]float64{1, 2}, []bool{true, true}),
		"AURC": AURC(nil, nil), "E-AURC": EAURC(nil, nil), "precision of no flags": Confusion{FalseNegative: 1}.Precision(), "MCC of one kind": Confusion{TruePositive: 1}.MCC(),
		"PPI of one label": PPI([]float64{1}, []float64{1}, []float64{1}, 1).Value, "unequal": PPIDifference([]float64{1}, nil, nil, nil, nil, nil).Value,
		"a judge near a coin": RoganGladen(.5, .55, .55), "Student": Student(0, 1, 0, .95).Low,
		"Wald of few": NonInferiorWald(4, 9, 100, .05, .05).Z, "asymptotic of few": AsymptoticHalfWidth(99, 1, .05, .1),
		"unequal differences": StandardError(Differences([]float64{1}, nil)), "CR0": ClusteredSECR0([]float64{1, 2}, nil),
	} {
		if !math.IsNaN(x) {
			t.Errorf("%s = %v, want NaN", name, x)
		}
	}
	near(t, "AC1 of one category", Agree([][]float64{{9, 0}, {0, 0}}).AC1, 1, 1e-12)
	near(t, "no difference at all", func() float64 { p, _ := SignFlip([]float64{0, 0}, 0, nil); return p }(), 1, 0)
	near(t, "no arm differs", func() float64 { _, p := CochranQ([][]bool{{true, true}, {false, false}}); return p }(), 1, 0)
	near(t, "Student's interval", Student(1, 2, 9, .95).High, 1+2*2.262157, 1e-5)
	near(t, "MCC of flagging all", Confusion{TruePositive: 3, FalsePositive: 5}.MCC(), 0, 0)
}
