package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Half a unit of the last printed place, and a little for rounding.
const (
	places2 = 5.1e-3
	places3 = 5.1e-4
	places4 = 5.1e-5
	places5 = 5.1e-6
	places6 = 5.1e-7
	places8 = 5.1e-9
)

// row is one published or independently computed value.
type row struct {
	what      string
	got, want float64
	tolerance float64
}

func check(t *testing.T, rows []row) {
	t.Helper()
	for _, r := range rows {
		near(t, r.what, r.got, r.want, r.tolerance)
	}
}

// ends is two rows for the ends of an interval.
func ends(what string, got Interval, low, high, tolerance float64) []row {
	return []row{{what + " low", got.Low, low, tolerance}, {what + " high", got.High, high, tolerance}}
}

func join(rows ...[]row) []row {
	var all []row
	for _, r := range rows {
		all = append(all, r...)
	}
	return all
}

func bools(ones string) []bool {
	b := make([]bool, len(ones))
	for i, r := range ones {
		b[i] = r == '1'
	}
	return b
}

func floats(digits string) []float64 {
	x := make([]float64, len(digits))
	for i, r := range digits {
		x[i] = float64(r - '0')
	}
	return x
}

func TestCredibleOracle(t *testing.T) {
	for _, r := range []struct{ k, n, low, high, jeffreysLow, jeffreysHigh float64 }{
		{0, 10, .002299, .284914, 4.8e-5, .217196},
		{1, 10, .022831, .41278, .011012, .381315},
		{10, 10, .715086, .997701, .782804, .999952},
		{8, 10, .482244, .939782, .497226, .955941},
		{45, 50, .785855, .95558, .794645, .960806},
		{50, 50, .930223, .999504, .951242, .99999},
		{95, 100, .888245, .977889, .8939, .980668},
		{14, 72, .119813, .300789, .116046, .296828},
		{7, 150, .023148, .09318, .021113, .089429},
		{900, 1000, .879831, .917064, .880252, .917437},
	} {
		check(t, ends("uniform", Credible(r.k, r.n, .95), r.low, r.high, places6))
		check(t, ends("Jeffreys", Jeffreys(r.k, r.n, .95), r.jeffreysLow, r.jeffreysHigh, places6))
	}
}

// wald is the interval this package does not offer, so that the tables that condemn it can be checked.
func wald(k, n, confidence float64) Interval {
	p := k / n
	return normal(p, math.Sqrt(p*(1-p)/n), confidence)
}

func TestWaldOracle(t *testing.T) {
	for _, r := range []struct{ k, n, low, high float64 }{
		{0, 10, 0, 0}, {1, 10, -.085939, .285939}, {10, 10, 1, 1}, {8, 10, .552082, 1.047918}, {45, 50, .816846, .983154}, {50, 50, 1, 1},
		{95, 100, .907284, .992716}, {14, 72, .103027, .285862}, {7, 150, .012912, .080421}, {900, 1000, .881406, .918594},
	} {
		check(t, ends("Wald", wald(r.k, r.n, .95), r.low, r.high, places6))
	}
}

// coverage is how often an interval holds the truth, by going through every outcome.
func coverage(n int, p float64, interval func(successes, n, confidence float64) Interval) float64 {
	return newBinomial(n, p).Expect(func(k int) float64 {
		iv := interval(float64(k), float64(n), .95)
		return indicator(iv.Low <= p && p <= iv.High)
	})
}

func TestExactCoverageOracle(t *testing.T) {
	for _, r := range []struct {
		n                                      int
		p, wald, wilson, exact, uniform, jeffr float64
	}{
		{10, .8, .886, .967, .994, .967, .967},
		{10, .9, .65, .93, .987, .93, .987},
		{10, .95, .4, .914, .988, .914, .988},
		{10, .98, .183, .984, .984, .817, .984},
		{30, .8, .946, .964, .98, .964, .93},
		{30, .9, .809, .974, .992, .974, .932},
		{30, .95, .782, .939, .984, .939, .984},
		{30, .98, .454, .978, .978, .879, .978},
		{100, .8, .933, .941, .967, .941, .955},
		{100, .9, .932, .936, .956, .936, .956},
		{100, .95, .877, .966, .983, .966, .935},
		{100, .98, .866, .949, .985, .949, .985},
		{300, .8, .947, .949, .957, .949, .949},
		{300, .9, .938, .957, .966, .957, .946},
		{300, .95, .926, .955, .967, .955, .937},
		{300, .98, .932, .942, .964, .942, .964},
	} {
		// The starred column of the table closes Jeffreys' interval at the edges, where the plain one stops short of 0 and 1.
		closed := func(k, n, confidence float64) Interval {
			iv := Jeffreys(k, n, confidence)
			if k == 0 {
				iv.Low = 0
			}
			if k == n {
				iv.High = 1
			}
			return iv
		}
		check(t, []row{
			{"Wald", coverage(r.n, r.p, wald), r.wald, places3},
			{"Wilson", coverage(r.n, r.p, Wilson), r.wilson, places3},
			{"Clopper-Pearson", coverage(r.n, r.p, ClopperPearson), r.exact, places3},
			{"uniform", coverage(r.n, r.p, Credible), r.uniform, places3},
			{"Jeffreys", coverage(r.n, r.p, closed), r.jeffr, places3},
		})
		if t.Failed() {
			t.Fatalf("at n = %d, p = %g", r.n, r.p)
		}
	}
}

func TestClusterOracle(t *testing.T) {
	a, b := floats("1101011011"), floats("1111011101")
	clusters := []string{"0", "0", "0", "1", "1", "1", "2", "2", "3", "3"}
	mean, _ := deviations(Differences(b, a))
	va, vb := square(StandardError(a)), square(StandardError(b))
	correlation := (va + vb - square(PairedSE(b, a, nil))) / (2 * math.Sqrt(va*vb))
	check(t, []row{
		{"SE", StandardError(a), .152753, places6},
		{"clustered", ClusteredSE(a, clusters), .087939, places6},
		{"CR0", ClusteredSECR0(a, clusters), .073485, places6},
		{"mean difference", mean, .1, places6},
		{"paired", PairedSE(b, a, nil), .179505, places6},
		{"unpaired", UnpairedSE(b, a), .202759, places6},
		{"paired, clustered", PairedSE(b, a, clusters), .172691, places6},
		{"what pairing saves is the covariance", correlation, .218218, places6},
	})
}

func TestRepeatsOracle(t *testing.T) {
	s := Repeats([][]float64{floats("1110"), floats("0010"), floats("1111"), floats("0000"), floats("1011"), floats("0100")})
	check(t, []row{
		{"mean", s.Mean, .5, places6}, {"within", s.Within, .166667, places6}, {"of means", s.OfMeans, .15, places6},
		{"between", s.Between, .108333, places6}, {"SE", s.SE, .158114, places6},
		{"gain 2", RepeatGain(1./12, 1./6, 2), .666667, places6},
		{"gain 4", RepeatGain(1./12, 1./6, 4), .5, places6},
		{"gain 8", RepeatGain(1./12, 1./6, 8), .416667, places6},
	})
}

func TestPowerOracle(t *testing.T) {
	variance := func(k float64) float64 { return PairedVariance(1./9, 1./6, k, 1./6, k) }
	inf := math.Inf(1)
	var rows []row
	for k, want := range map[float64]float64{1: 3876, 5: 1551, 10: 1260, inf: 969} {
		rows = append(rows, row{"mean items", MeanItems(variance(k), .03, .05, .8), want, 0})
	}
	rows = append(rows, row{"raw", square(levels(.025, .8)) / 9 / square(.03), 968.997, places3})
	for n, want := range map[float64][2]float64{100: {.186772, .123538}, 300: {.107833, .071325}, 1000: {.059063, .039066}} {
		rows = append(rows, row{"MDE, once", MeanDetectable(variance(1), n, .05, .8), want[0], places6},
			row{"MDE, four times", MeanDetectable(variance(4), n, .05, .8), want[1], places6})
	}
	rows = append(rows,
		row{"McNemar", McNemarItems(.06, .02, .05, .8), 1175, 0},
		row{"McNemar", McNemarItems(.1, .03, .05, .8), 870, 0},
		row{"McNemar", McNemarItems(.2, .05, .05, .8), 626, 0},
		row{"non-inferiority", NonInferiorityItems(.05, 0, .02, .05, .8), 773, 0},
		row{"non-inferiority", NonInferiorityItems(.1, 0, .02, .05, .8), 1546, 0},
		row{"non-inferiority", NonInferiorityItems(.1, 0, .05, .05, .8), 248, 0},
		row{"non-inferiority", NonInferiorityItems(.04, 0, .01, .05, .8), 2474, 0},
		row{"five points of 250 at a tenth discordant", McNemarPower(250, .1, -.05, .05), .65, .01},
	)
	check(t, rows)
}

// The exact coverage of the paired Wald interval: the numbers that forbid it, and a check of the enumeration behind every power here.
func TestPairedEnumerationOracle(t *testing.T) {
	for n, want := range map[int]float64{30: .833, 50: .863, 100: .943} {
		got := PairedPower(n, .06, .02, func(b, c int) bool {
			d := float64(b-c) / float64(n)
			iv := normal(d, math.Sqrt(float64(b+c)-float64(b-c)*d)/float64(n), .95)
			return iv.Low <= .02 && .02 <= iv.High
		})
		near(t, "paired Wald coverage", got, want, places3)
	}
}

func TestPairedWaldOracle(t *testing.T) {
	for _, r := range []struct{ both, b, c, neither, difference, low, high float64 }{
		{36, 12, 2, 0, .2, .06421, .33579}, {80, 5, 12, 3, -.07, -.149638, .009638}, {430, 20, 30, 20, -.02, -.047663, .007663},
		{90, 0, 0, 10, 0, 0, 0}, {54, 0, 1, 1, -.017857, -.052543, .016828},
	} {
		n := r.both + r.b + r.c + r.neither
		d := (r.b - r.c) / n
		near(t, "difference", d, r.difference, places6)
		check(t, ends("Wald", normal(d, math.Sqrt(r.b+r.c-(r.b-r.c)*d)/n, .95), r.low, r.high, places6))
	}
}

func TestNonInferiorOracle(t *testing.T) {
	for _, r := range []struct{ b, c, n, difference, se, z, p, bound, tost, low90, high90 float64 }{
		{30, 25, 1000, .005, .007415, 3.371766, .000373, -.007196, .021534, -.00736, .017554},
		{6, 5, 200, .005, .016579, 1.507899, .06579, -.022271, .182802, -.024631, .035419},
		{15, 45, 1000, -.03, .007688, -1.300787, .903334, -.042645, .903334, -.043392, -.017689},
	} {
		got := NonInferiorWald(r.b, r.c, r.n, .02, .05)
		score := NonInferior(r.b, r.c, r.n, .02, .05)
		check(t, []row{
			{"difference", got.Difference, r.difference, places6}, {"se", got.SE, r.se, places6}, {"z", got.Z, r.z, places6},
			{"p", got.P, r.p, places6}, {"bound", got.Bound, r.bound, places6}, {"TOST", EquivalentWald(r.b, r.c, r.n, .02), r.tost, places6},
			{"score bound", score.Bound, r.low90, places6}, {"score difference", score.Difference, r.difference, places6},
		})
		check(t, ends("90 %", Tango(r.b, r.c, r.n, .9), r.low90, r.high90, places6))
		if (score.P < .05) != (score.Bound > -.02) {
			t.Errorf("p = %v and bound = %v disagree about a margin of 0.02", score.P, score.Bound)
		}
	}
}

func TestPosteriorOracle(t *testing.T) {
	// The two shares are Monte Carlo of two million draws; the mean, as the integral of the upper tail, is exact.
	mean := -1.0
	const steps = 400
	for i := range steps {
		mean += PosteriorAbove(6, 5, 200, -1+(float64(i)+.5)*2/steps) * 2 / steps
	}
	check(t, []row{
		{"P(Δ > −.02)", PosteriorAbove(6, 5, 200, -.02), .925, 1.5e-3},
		{"P(Δ > 0)", PosteriorAbove(6, 5, 200, 0), .613, 1.5e-3},
		{"mean, drawn", mean, .00488, 5e-5},
		{"mean", mean, .004902, 2e-6},
	})
}

func TestMcNemarGreaterOracle(t *testing.T) {
	exact, _ := McNemarGreater(15, 5)
	near(t, "15 of 20", exact, .02069473, places8)
	exact, _ = McNemarGreater(330, 50)
	near(t, "330 of 380", exact/(1.05058e-51/2), 1, 1e-6)
	exact, _ = McNemar(330, 50)
	near(t, "330 of 380, two-sided", exact/1.05058e-51, 1, 1e-6)
	exact, _ = McNemar(59, 6)
	near(t, "59 of 65, two-sided", exact/4.96465e-12, 1, 1e-6)
}

func TestUnpairedOracle(t *testing.T) {
	check(t, ends("56/70 against 48/80", NewcombeUnpaired(56, 70, 48, 80, .95), .0524, .3339, places4))
}

func TestMultipleOracle(t *testing.T) {
	p := []float64{.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528, .7590, 1}
	var rows []row
	bh, by, holm := BenjaminiHochberg(p), BenjaminiYekutieli(p), Holm(p)
	for i, want := range []float64{.0015, .003, .0095, .03562, .0603, .06386, .06386, .0645, .0765, .486, .58118, .71488, .75323, .81321, 1} {
		rows = append(rows, row{"BH", bh[i], want, places5})
	}
	for i, want := range []float64{.00498, .00995, .03152, .11821} {
		rows = append(rows, row{"BY", by[i], want, places5})
	}
	rejected := func(adjusted []float64) (k float64) {
		for _, x := range adjusted {
			if x <= .05 {
				k++
			}
		}
		return k
	}
	bonferroni := make([]float64, len(p))
	for i, x := range p {
		bonferroni[i] = x * float64(len(p))
	}
	rows = append(rows, row{"BH rejects", rejected(bh), 4, 0}, row{"Bonferroni rejects", rejected(bonferroni), 3, 0}, row{"Holm rejects", rejected(holm), 3, 0})
	p = []float64{.01, .04, .03, .005, .5}
	bh, holm = BenjaminiHochberg(p), Holm(p)
	for i, want := range []float64{.025, .05, .05, .025, .5} {
		rows = append(rows, row{"BH, unsorted", bh[i], want, 1e-12})
	}
	for i, want := range []float64{.04, .09, .09, .025, .5} {
		rows = append(rows, row{"Holm, unsorted", holm[i], want, 1e-12})
	}
	check(t, rows)
}

func TestBootstrapOracle(t *testing.T) {
	level := func(r Resampled, p float64) float64 {
		z := r.Bias + quantile(p)
		return upperTail(-(r.Bias + z/(1-r.Acceleration*z)))
	}
	five := BootstrapMean([]float64{.2, .9, .5, .4, 1}, nil, .95, 0, nil)
	six := BootstrapMean([]float64{.13, .92, .55, .41, 1, .27}, nil, .95, 0, nil)
	skewed := BootstrapMean([]float64{0, 0, 0, .1, .2, 1}, nil, .95, 0, nil)
	drawn := BootstrapMean([]float64{0, 0, 1, 1, 1, 1}, nil, .95, 0, nil)
	check(t, join(
		[]row{
			{"five: θ", five.Estimate, .6, places6}, {"five: sd", five.SE, .135647, places6}, {"five: below", upperTail(-five.Bias), .50416, places6},
			{"five: z0", five.Bias, .010428, places6}, {"five: a", five.Acceleration, .009616, places6},
			{"five: α1", level(five, .025), .028505, places6}, {"five: α2", level(five, .975), .97825, places6},
			{"six: θ", six.Estimate, .546667, places6}, {"six: below", upperTail(-six.Bias), (23021 + 1320./2) / 46656, 1e-9},
			{"six: z0", six.Bias, .018966, places6}, {"six: a", six.Acceleration, .017031, places6},
			{"six: α1", level(six, .025), .031448, places6}, {"six: α2", level(six, .975), .980629, places6},
			{"skewed: θ", skewed.Estimate, .216667, places6}, {"skewed: below", upperTail(-skewed.Bias), (23563 + 3780./2) / 46656, 1e-9},
			{"skewed: z0", skewed.Bias, .114416, places6}, {"skewed: a", skewed.Acceleration, .111004, places6},
			{"skewed: α1", level(skewed, .025), .078193, places6}, {"skewed: α2", level(skewed, .975), .997518, places6},
			{"binary: sd", drawn.SE, .19245, places6}, {"binary: sd, by formula", drawn.SE, math.Sqrt(2. / 9 / 6), 1e-12},
		},
		ends("five: percentile", five.Percentile, .34, .86, places6), ends("five: BCa", five.BCa, .34, .86, places6),
		ends("six: percentile", six.Percentile, .293333, .81, places6), ends("six: BCa", six.BCa, .316667, .823333, places6),
		ends("six: BCa drawn by other software", six.BCa, .317, .823, places3),
		ends("skewed: percentile", skewed.Percentile, .016667, .533333, places6), ends("skewed: BCa", skewed.BCa, .033333, .7, places6),
	))
}

func TestPermutationOracle(t *testing.T) {
	two, one := SignFlip([]float64{.1, .3, -.05, .2, 0, .15}, 0, nil)
	q, p := CochranQ([][]bool{bools("110"), bools("111"), bools("010"), bools("111"), bools("000"), bools("011"), bools("110"), bools("010")})
	check(t, []row{{"two-sided", two, .125, 0}, {"one-sided", one, .0625, 0}, {"Q", q, 5.2, 1e-12}, {"p", p, .074274, places6}})
}

func TestSequentialOracle(t *testing.T) {
	test := SPRT{P0: .5, P1: .7, Alpha: .05, Beta: .2}
	keep, reject := test.Bounds()
	win, loss := test.Steps()
	rho := AsymptoticRho(.05, 100)
	s := NewEmpiricalBernstein(.05)
	for i := range 100 {
		s.Add(indicator(i%10 != 9))
	}
	centre, half := s.Latest()
	least := func(e func(x, n int) float64) float64 {
		n := 1
		for e(n, n) < 20 {
			n++
		}
		return float64(n)
	}
	check(t, join([]row{
		{"SPRT reject", reject, 2.772589, places6}, {"SPRT keep", keep, -1.558145, places6},
		{"SPRT win", win, .336472, places6}, {"SPRT loss", loss, -.510826, places6},
		{"e(15, 20)", SignE(15, 20), 3.220601, places6}, {"e(18, 20)", SignE(18, 20), 262.801003, places6},
		{"e(5, 5)", SignE(5, 5), 5.333333, places6}, {"e(10, 20)", SignE(10, 20), .27026, places6}, {"e(60, 80)", SignE(60, 80), 4221.690372, places6},
		{"one-sided e(15, 20)", SignEGreater(15, 20), 6.355521, places6}, {"one-sided e(18, 20)", SignEGreater(18, 20), 525.54386, places6},
		{"one-sided e(5, 20)", SignEGreater(5, 20), .08568, places6},
		{"all wins, two-sided", least(SignE), 8, 0}, {"all wins, one-sided", least(SignEGreater), 7, 0},
		{"ρ", rho, .281712, places6}, {"half at 100", AsymptoticHalfWidth(100, .5, .05, rho), .15176, places6},
		{"half at 1000", AsymptoticHalfWidth(1000, .5, .05, rho), .051256, places6},
		{"fixed n", normal(0, .5/10, .95).High, .097998, places6}, {"Hoeffding", Hoeffding(100, .05), .13581, places6},
		{"PrPl-EB centre", centre, .900152, places6}, {"PrPl-EB half", half, .11114, places6},
	}, ends("PrPl-EB running", s.Interval(), .798474, 1, places6)))
}

func TestJudgeOracle(t *testing.T) {
	y, judged := floats("1101011011"), floats("1111010011")
	var unlabelled []float64
	for i := range 100 {
		unlabelled = append(unlabelled, indicator(i < 70))
	}
	full, none, best := PPI(y, judged, unlabelled, 1), PPI(y, judged, unlabelled, 0), PPI(y, judged, unlabelled, math.NaN())
	// Ten labels are too few for Interval, so its formula is checked on its own.
	interval := func(c Corrected) Interval { return normal(c.Value, c.SE, .95) }
	check(t, join(
		[]row{
			{"Rogan-Gladen", RoganGladen(.8, .85, .9), .866667, places6}, {"perfect sensitivity", RoganGladen(.773, .75, 1), .697333, places6},
			{"clipped", RoganGladen(.05, .9, .8), 0, 0}, {"crossover", JudgeCrossover(.85, .9), .6, places6},
			{"λ = 1", full.Value, .7, places6}, {"λ = 1 SE", full.SE, .148661, places6},
			{"λ = 0", none.Value, .7, places6}, {"λ = 0 SE", none.SE, .144914, places6},
			{"λ*", best.Lambda, .47619, places5}, {"λ* value", best.Value, .7, places6}, {"λ* SE", best.SE, .125546, places6},
			{"effective labels", PPIEffective(100, 1000, .7), 180.3, 5e-2},
		},
		ends("Lang-Reiczigel 100:100", RoganGladenInterval(.8, 1000, .85, 100, .9, 100, .95), .798201, .958136, places6),
		ends("Lang-Reiczigel 30:70", RoganGladenInterval(.8, 1000, .85, 30, .9, 70, .95), .781591, .977114, places6),
		ends("λ = 1", interval(full), .40863, .99137, places6),
		ends("λ = 0", interval(none), .415974, .984026, places6),
		ends("λ*", interval(best), .453934, .946066, places6),
	))
}

func TestAgreementOracle(t *testing.T) {
	for _, r := range []struct {
		table                             [][]float64
		observed, expected, kappa, ac1, p float64
	}{
		{[][]float64{{20, 5}, {10, 15}}, .7, .5, .4, .405941, .393939},
		{[][]float64{{118, 5}, {2, 0}}, .944, .94528, -.023392, .940776, -.028807},
		{[][]float64{{45, 5, 0}, {3, 30, 2}, {1, 4, 10}}, .85, .3995, .750208, .785737, .749937},
	} {
		a := Agree(r.table)
		check(t, []row{
			{"observed", a.Observed, r.observed, places6}, {"expected", a.Expected, r.expected, places6}, {"κ", a.Kappa, r.kappa, places6},
			{"AC1", a.AC1, r.ac1, places6}, {"π", a.Scott, r.p, places6},
		})
	}
	// Krippendorff's four observers and twelve units; 0 stands for no rating.
	observers := []string{"123321412000", "123322412503", "033323422510", "123324412510"}
	units := make([][]float64, 12)
	for _, observer := range observers {
		for i, x := range floats(observer) {
			if x == 0 {
				x = math.NaN()
			}
			units[i] = append(units[i], x)
		}
	}
	// The usual example of Fleiss' kappa: ten subjects, five categories, fourteen raters.
	subjects := [][]int{
		{0, 0, 0, 0, 14}, {0, 2, 6, 4, 2}, {0, 0, 3, 5, 6}, {0, 3, 9, 2, 0}, {2, 2, 8, 1, 1},
		{7, 7, 0, 0, 0}, {3, 2, 6, 3, 0}, {2, 5, 3, 2, 2}, {6, 5, 2, 1, 0}, {0, 2, 2, 3, 7},
	}
	check(t, []row{
		{"nominal", Krippendorff(units, Nominal), .7434, places4}, {"ordinal", Krippendorff(units, Ordinal), .8154, places4},
		{"measured", Krippendorff(units, Measured), .8491, places4}, {"Fleiss", Fleiss(subjects), .209931, places6},
	})
}

func TestCalibrationOracle(t *testing.T) {
	confidence := []float64{.95, .9, .85, .8, .75, .6, .55, .4, .3, .1}
	correct := bools("1101101000")
	rows := []row{
		{"Brier", Brier(confidence, correct), .166, places6}, {"log-loss", LogLoss(confidence, correct), .505159, places6},
		{"ECE", ECE(confidence, correct, 5), .13, 1e-9}, {"ECE by mass", ECEMass(confidence, correct, 5), .16, 1e-9},
		{"AUROC", AUROC(confidence, correct), .84, 1e-9}, {"AUROC, ties", AUROC([]float64{.5, .5, .5, .9}, bools("1001")), .75, 1e-9},
		{"AURC", AURC(confidence, correct), .272183, places6}, {"optimal", AURC(confidence, correct) - EAURC(confidence, correct), .177183, places6},
		{"E-AURC", EAURC(confidence, correct), .095, places6}, {"coverage at .2", CoverageAtRisk(confidence, correct, .2), .5, 0},
	}
	risks := Risks(confidence, correct)
	for i, want := range []float64{0, 0, .333333, .25, .2, .333333, .285714, .375, .444444, .5} {
		rows = append(rows, row{"risk", risks[i], want, places6})
	}
	check(t, rows)
}

// A published comparison of detectors on 2,700 responses, 943 of them hallucinated, rebuilt from precision and recall as printed.
func TestConfusionOracle(t *testing.T) {
	for _, r := range []struct {
		name                              string
		precision, recall                 float64
		f1, spec, balanced, kappa, mcc, j float64
	}{
		{"GPT-3.5 prompt", .371, .923, .529, .16, .542, .062, .117, .083},
		{"GPT-4-turbo prompt", .469, .979, .634, .405, .692, .307, .412, .384},
		{"SelfCheckGPT", .497, .719, .588, .609, .664, .298, .313, .328},
		{"LMvLM", .362, .778, .494, .264, .521, .033, .046, .042},
		{"ChainPoll", .548, .406, .466, .82, .613, .241, .246, .226},
		{"RAGAS", .620, .448, .52, .853, .65, .321, .33, .301},
		{"TruLens", .465, .858, .603, .47, .664, .274, .327, .328},
		{"Luna", .527, .861, .654, .585, .723, .389, .43, .446},
		{"FT Llama-2-13B", .769, .807, .788, .87, .838, .669, .67, .677},
		{"RAG-HAT", .873, .808, .839, .937, .872, .758, .759, .745},
		{"LettuceDetect-large", .804, .781, .792, .898, .839, .683, .684, .679},
		{"always", 943. / 2700, 1, .518, 0, .5, 0, .001, 0},
	} {
		tp := r.recall * 943
		fp := tp * (1 - r.precision) / r.precision
		c := Confusion{TruePositive: tp, FalsePositive: fp, FalseNegative: 943 - tp, TrueNegative: 2700 - 943 - fp}
		check(t, []row{
			{r.name + " F1", c.F1(), r.f1, places3}, {r.name + " specificity", c.Specificity(), r.spec, 1e-3},
			{r.name + " balanced", c.BalancedAccuracy(), r.balanced, 1e-3}, {r.name + " κ", c.Agree().Kappa, r.kappa, 1e-3},
			{r.name + " MCC", c.MCC(), r.mcc, 1e-3}, {r.name + " J", c.Youden(), r.j, 1e-3},
		})
	}
	all := Confusion{TruePositive: 943, FalsePositive: 1757}
	near(t, "trivial F1", all.TrivialF1(), all.F1(), 1e-12)
	near(t, "trivial F1", all.TrivialF1(), .518, places3)
}

// The paired table of one item set with and without pages, columns correct, abstained, incorrect.
func TestLiftOracle(t *testing.T) {
	table := Outcomes{{300, 150, 180}, {20, 80, 60}, {30, 40, 140}} // first with pages, second without
	n, rescued, harmed := table.margins(0)
	_, worse, better := table.margins(2)
	difference, iv := PenalisedDifference(table, 1, .95)
	check(t, join([]row{
		{"lift", (rescued - harmed) / n, .28, 1e-12}, {"rescue", rescued / n, .33, 1e-12}, {"harm", harmed / n, .05, 1e-12},
		{"incorrect", (worse - better) / n, -.17, 1e-12}, {"penalised difference", difference, .45, 1e-12},
	}, ends("lift", Tango(rescued, harmed, n, .95), .24595, .314091, places6), ends("harm rate", Wilson(30, 350, .95), .060699, .119725, places6)))
	// At a thousand pairs the interval is close to the normal one of the values −2 to 2.
	squares := 0.0
	for i, cells := range table {
		for j, count := range cells {
			squares += count * square(float64(j-i)-.45)
		}
	}
	check(t, ends("penalised", iv, normal(.45, math.Sqrt(squares)/n, .95).Low, normal(.45, math.Sqrt(squares)/n, .95).High, .006))
}

func TestBootstrapDrawnAgreesWithExhaustive(t *testing.T) {
	x := []float64{.13, .92, .55, .41, 1, .27, .4, .61}
	twice := append(append([]float64{}, x...), x...)
	clusters := []string{"a", "b", "c", "d", "e", "f", "g", "h", "a", "b", "c", "d", "e", "f", "g", "h"}
	whole := BootstrapMean(x, nil, .95, 0, nil)
	paired := BootstrapMean(twice, clusters, .95, 0, nil)
	if !whole.Exhaustive || !paired.Exhaustive {
		t.Fatal("eight units were not taken in every way")
	}
	check(t, ends("twins in one cluster weigh once", paired.BCa, whole.BCa.Low, whole.BCa.High, 1e-12))
	loose := BootstrapMean(twice, nil, .95, 20000, rand.New(rand.NewPCG(1, 2)))
	near(t, "twins taken for strangers shrink the error by √2", loose.SE, whole.SE/math.Sqrt2, .003)
	again := BootstrapMean(twice, nil, .95, 20000, rand.New(rand.NewPCG(1, 2)))
	if loose != again {
		t.Error("one seed gave two results")
	}
}
