package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %.9g, want %.9g", what, got, want)
	}
}

func nearInterval(t *testing.T, what string, got Interval, low, high, tolerance float64) {
	t.Helper()
	near(t, what+" low", got.Low, low, tolerance)
	near(t, what+" high", got.High, high, tolerance)
}

// The values are those that statsmodels and scipy print for the same counts.
func TestOneProportion(t *testing.T) {
	for _, row := range []struct {
		k, n                float64
		wilsonLow, wilsonHi float64
		exactLow, exactHi   float64
	}{
		{0, 10, 0, .277533, 0, .308497},
		{1, 10, .017876, .40415, .002529, .445016},
		{8, 10, .490162, .943318, .443905, .974789},
		{10, 10, .722467, 1, .691503, 1},
		{45, 50, .786398, .956524, .781865, .966725},
		{50, 50, .928652, 1, .928878, 1},
		{95, 100, .888250, .978456, .887165, .983568},
		{14, 72, .119515, .300328, .110584, .304669},
		{7, 150, .022787, .093186, .018966, .093786},
		{900, 1000, .879848, .917091, .879712, .917895},
		{30, 350, .060699, .119725, math.NaN(), math.NaN()},
	} {
		nearInterval(t, "Wilson", Wilson(row.k, row.n, .95), row.wilsonLow, row.wilsonHi, 6e-7)
		if !math.IsNaN(row.exactLow) {
			nearInterval(t, "ClopperPearson", ClopperPearson(row.k, row.n, .95), row.exactLow, row.exactHi, 6e-7)
		}
	}
}

// Published by Newcombe (1998), to four places.
func TestWilsonPublished(t *testing.T) {
	for _, row := range []struct{ k, n, low, high float64 }{
		{81, 263, .2553, .3662}, {15, 148, .0624, .1605}, {0, 20, 0, .1611}, {1, 29, .0061, .1718},
	} {
		nearInterval(t, "Wilson", Wilson(row.k, row.n, .95), row.low, row.high, 6e-5)
	}
}

// The upper end of a one-sided 95 % exact interval with no success is 1 − .05^(1/n).
func TestClopperPearsonOneSided(t *testing.T) {
	for n, want := range map[float64]float64{20: .139108, 50: .058155, 100: .029513, 300: .009936} {
		near(t, "upper", ClopperPearson(0, n, .90).High, want, 6e-7)
	}
}

func TestPairedDifference(t *testing.T) {
	for _, row := range []struct {
		both, b, c, neither float64
		tangoLow, tangoHi   float64
		newLow, newHi       float64
	}{
		{36, 12, 2, 0, .061112, .344709, .056930, .340428},
		{80, 5, 12, 3, -.157416, .011863, -.156663, .014083},
		{430, 20, 30, 20, -.048958, .007981, -.048814, .008233},
		{90, 0, 0, 10, -.036993, .036993, -.035296, .035296},
		{54, 0, 1, 1, -.094456, .047483, -.099553, .054251},
	} {
		n := row.both + row.b + row.c + row.neither
		nearInterval(t, "Tango", Tango(row.b, row.c, n, .95), row.tangoLow, row.tangoHi, 6e-7)
		nearInterval(t, "Newcombe", Newcombe(row.both, row.b, row.c, row.neither, .95), row.newLow, row.newHi, 1e-6)
	}
	nearInterval(t, "Tango 330:50", Tango(330, 50, 1000, .95), .24595, .314091, 6e-7)
	nearInterval(t, "Tango 90 %", Tango(30, 25, 1000, .90), -.00736, .017554, 6e-7)
	nearInterval(t, "Tango 90 %", Tango(6, 5, 200, .90), -.024631, .035419, 6e-7)
	nearInterval(t, "Tango 90 %", Tango(15, 45, 1000, .90), -.043392, -.017689, 6e-7)
}

func TestMcNemar(t *testing.T) {
	for _, row := range []struct {
		b, c       int
		exact, mid float64
	}{
		{5, 15, .04138947, .0266037}, {15, 5, .04138947, .0266037}, {0, 5, .0625, .03125}, {0, 6, .03125, .015625},
		{3, 12, .03515625, .02127075}, {10, 10, 1, .91190147}, {1, 1, 1, .75}, {0, 0, 1, 1},
	} {
		exact, mid := McNemar(row.b, row.c)
		near(t, "exact", exact, row.exact, 6e-9)
		near(t, "mid", mid, row.mid, 6e-9)
	}
	exact, _ := McNemar(59, 6)
	near(t, "59:6", exact/4.96465e-12, 1, 1e-5)
	exact, _ = McNemar(330, 50)
	near(t, "330:50", exact/1.05e-51, 1, 5e-3)
}

func TestClusters(t *testing.T) {
	a := []float64{1, 1, 0, 1, 0, 1, 1, 0, 1, 1}
	b := []float64{1, 1, 1, 1, 0, 1, 1, 1, 0, 1}
	clusters := []string{"0", "0", "0", "1", "1", "1", "2", "2", "3", "3"}
	near(t, "SE", StandardError(a), .152753, 6e-7)
	near(t, "clustered SE", ClusteredSE(a, clusters), .087939, 6e-7)
	d := make([]float64, len(a))
	for i := range a {
		d[i] = b[i] - a[i]
	}
	near(t, "paired SE", StandardError(d), .179505, 6e-7)
	near(t, "paired clustered SE", ClusteredSE(d, clusters), .172691, 6e-7)

	near(t, "balanced clusters earn no credit", DesignEffect(a, clusters), 1, 0)
	twins := []float64{1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0}
	near(t, "twins", DesignEffect(twins, []string{"a", "a", "b", "b", "c", "c", "d", "d", "e", "e", "f", "f"}), 1+11.0/12, 1e-12)
	near(t, "singletons", DesignEffect(a, []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}), 1, 1e-12)
	near(t, "no variance", DesignEffect([]float64{1, 1, 1}, []string{"a", "a", "b"}), 1, 0)
}

func TestQuantile(t *testing.T) {
	x := []float64{1, 2, 4, 8}
	for p, want := range map[float64]float64{0: 1, .25: 1.75, .5: 3, .9: 6.8, .99: 7.88, 1: 8} {
		near(t, "quantile", Quantile(x, p), want, 1e-12)
	}
	near(t, "single", Quantile([]float64{7}, .9), 7, 0)
}

func TestUndefined(t *testing.T) {
	nan := math.NaN()
	for name, iv := range map[string]Interval{
		"Wilson of nothing": Wilson(0, 0, .95), "Wilson of NaN": Wilson(nan, 3, .95), "Wilson 4 of 3": Wilson(4, 3, .95),
		"confidence 1": Wilson(1, 3, 1), "exact of nothing": ClopperPearson(0, 0, .95), "Tango of nothing": Tango(0, 0, 0, .95),
		"Tango beyond n": Tango(3, 3, 4, .95), "Newcombe of nothing": Newcombe(0, 0, 0, 0, .95), "negative": Newcombe(-1, 2, 2, 2, .95),
	} {
		if iv.Defined() || !math.IsNaN(iv.Width()) {
			t.Errorf("%s = %v, want undefined", name, iv)
		}
	}
	exact, mid := McNemar(-1, 2)
	for name, x := range map[string]float64{"quantile of nothing": Quantile(nil, .5), "p > 1": Quantile([]float64{1}, 1.1),
		"SE of one": StandardError([]float64{1}), "unequal lengths": ClusteredSE([]float64{1, 2}, []string{"a"}), "exact": exact, "mid": mid} {
		if !math.IsNaN(x) {
			t.Errorf("%s = %v, want NaN", name, x)
		}
	}
}

// Whatever the counts, an interval holds its estimate, stays in range, mirrors when the sides change places and narrows with n.
func TestIntervalProperties(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		n := 1 + math.Floor(rng.Float64()*400)
		k := math.Floor(rng.Float64() * (n + 1))
		for _, f := range []func(_, _, _ float64) Interval{Wilson, ClopperPearson} {
			iv, mirror := f(k, n, .95), f(n-k, n, .95)
			if iv.Low > k/n+1e-12 || iv.High < k/n-1e-12 || iv.Low < 0 || iv.High > 1 {
				t.Fatalf("%v of %v: %v does not hold its estimate", k, n, iv)
			}
			nearInterval(t, "mirror", Interval{1 - mirror.High, 1 - mirror.Low}, iv.Low, iv.High, 1e-9)
			if wider := f(k/4, n/4, .95); wider.Width() < iv.Width() {
				t.Fatalf("%v of %v: a quarter of the evidence gave a narrower interval", k, n)
			}
		}
		c := math.Floor(rng.Float64() * (n - k + 1))
		iv, mirror := Tango(k, c, n, .95), Tango(c, k, n, .95)
		if d := (k - c) / n; iv.Low > d+1e-12 || iv.High < d-1e-12 || iv.Low < -1 || iv.High > 1 {
			t.Fatalf("%v, %v of %v: %v does not hold its estimate", k, c, n, iv)
		}
		nearInterval(t, "Tango mirror", Interval{-mirror.High, -mirror.Low}, iv.Low, iv.High, 1e-9)
	}
}

// Wilson's interval at the effective n covers the truth near its confidence when items share a document, and at the plain n it
// does not.
func TestDesignEffectCoverage(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	const runs, documents, each = 1500, 40, 5
	names := make([]string, documents*each)
	for i := range names {
		names[i] = string(rune('A' + i/each))
	}
	plain, effective := 0, 0
	for range runs {
		values, k := make([]float64, len(names)), 0.0
		for d := range documents {
			p := .4
			if rng.Float64() < .5 {
				p = .95
			}
			for j := range each {
				if rng.Float64() < p {
					values[d*each+j] = 1
					k++
				}
			}
		}
		n, truth := float64(len(values)), .675
		if iv := Wilson(k, n, .95); iv.Low <= truth && truth <= iv.High {
			plain++
		}
		deff := DesignEffect(values, names)
		if iv := Wilson(k/deff, n/deff, .95); iv.Low <= truth && truth <= iv.High {
			effective++
		}
	}
	if p := float64(plain) / runs; p > .90 {
		t.Errorf("plain coverage = %.3f: the simulation has no clusters to find", p)
	}
	if p := float64(effective) / runs; p < .925 || p > .985 {
		t.Errorf("effective coverage = %.3f, want about .95", p)
	}
}
