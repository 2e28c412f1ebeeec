package compare

import (
	"math"
	"math/rand/v2"

	"github.com/viva-eval/viva/internal/stats"
	"github.com/viva-eval/viva/reports"
)

// unscoredLimit is the share of unscored pairs above which bounds stand in for a value, as in a report.
const unscoredLimit = 0.02

// permutations is the number of random permutations of a test that is too large to be exact; p is then at least 1 in 5,000.
const permutations = 4999

// unit holds the pairs of one item, as shares of them.
type unit struct {
	cluster    string
	base, head float64
	d, squares float64        // means of head − base and of its square
	outcomes   stats.Outcomes // head, base
}

// sample gathers the pairs of one measure.
type sample struct {
	k        float64 // what an incorrect answer costs
	units    []unit
	pairs    int
	up, down int
	debts    int
	failed   int
}

// collect gathers pairs, which come item by item. A side that is unscored is read as ifBase or ifHead; read as a debt, its pair is
// left out and counted.
func collect(pairs []pair, read reader, k float64, ifBase, ifHead reading) sample {
	s := sample{k: k}
	worth := [...]float64{success: 1, failure: 0, minus: -k}
	item, n := "", 0.0
	seal := func() {
		if n == 0 {
			return
		}
		u := &s.units[len(s.units)-1]
		u.base, u.head, u.d, u.squares = u.base/n, u.head/n, u.d/n, u.squares/n
		for i := range u.outcomes {
			for j := range u.outcomes[i] {
				u.outcomes[i][j] /= n
			}
		}
		n = 0
	}
	for _, p := range pairs {
		b, h := read(p.base), read(p.head)
		switch {
		case !p.whole():
			s.failed++
			continue
		case b == out || h == out:
			continue
		}
		if b == debt {
			b = ifBase
		}
		if h == debt {
			h = ifHead
		}
		if b == debt || h == debt {
			s.debts++
			continue
		}
		if n == 0 || p.head.Item != item {
			seal()
			item = p.head.Item
			s.units = append(s.units, unit{cluster: p.head.Cluster()})
		}
		u := &s.units[len(s.units)-1]
		d := worth[h] - worth[b]
		u.base, u.head, u.d, u.squares = u.base+worth[b], u.head+worth[h], u.d+d, u.squares+d*d
		u.outcomes[h-success][b-success]++
		n++
		s.pairs++
		switch {
		case d > 0:
			s.up++
		case d < 0:
			s.down++
		}
	}
	seal()
	return s
}

// paired closes a measure that each side of a pair has by itself.
func paired(name Name, pairs []pair, read reader, k float64, o Options) Measure {
	known := collect(pairs, read, k, debt, debt)
	m := Measure{Name: name, Items: len(known.units), Pairs: known.pairs, Up: known.up, Down: known.down, DroppedFailed: known.failed, Unscored: known.debts}
	m.Base, m.Head = known.mean(func(u unit) float64 { return u.base }), known.mean(func(u unit) float64 { return u.head })
	m.NEff = reports.Figure(known.effective())
	var iv stats.Interval
	m.Difference, iv = known.difference(o.Confidence)
	m.Low, m.High = reports.Figure(iv.Low), reports.Figure(iv.High)
	m.Test, m.P = known.test(o.Seed)
	m.Adjusted = reports.Undefined()

	worst := failure
	if k > 0 {
		worst = minus
	}
	var low, high stats.Interval
	m.Least, low = collect(pairs, read, k, success, worst).difference(o.Confidence)
	m.Most, high = collect(pairs, read, k, worst, success).difference(o.Confidence)
	m.bounds(low, high)
	m.settle()
	return m
}

// bounds enters the outer ends of the two intervals, never within that of what is known, and says whether they must stand in for the value.
func (m *Measure) bounds(low, high stats.Interval) {
	m.BoundLow, m.BoundHigh = reports.Figure(low.Low), reports.Figure(high.High)
	if m.Low < m.BoundLow {
		m.BoundLow = m.Low
	}
	if m.High > m.BoundHigh {
		m.BoundHigh = m.High
	}
	all := m.Pairs + m.Unscored
	m.Bounded = all > 0 && float64(m.Unscored)/float64(all) > unscoredLimit
}

// mean is that of the items.
func (s sample) mean(of func(unit) float64) reports.Figure {
	if len(s.units) == 0 {
		return reports.Undefined()
	}
	sum := 0.0
	for _, u := range s.units {
		sum += of(u)
	}
	return reports.Figure(sum / float64(len(s.units)))
}

// difference returns head − base with its interval at the effective number of pairs: Tango's where no answer is penalised, else that
// of [stats.PenalisedDifference].
func (s sample) difference(confidence float64) (reports.Figure, stats.Interval) {
	var table stats.Outcomes
	scale := s.effective() / float64(len(s.units))
	for _, u := range s.units {
		for i := range table {
			for j := range table[i] {
				table[i][j] += u.outcomes[i][j] * scale
			}
		}
	}
	_, iv := stats.PenalisedDifference(table, s.k, confidence)
	return s.mean(func(u unit) float64 { return u.d }), iv
}

// effective returns the effective number of pairs, as a report's rates have it: pairs over what repeats of an item share and over what
// items of one source share. Where all pairs differ alike, repeats count once.
func (s sample) effective() float64 {
	values, clusters := s.values()
	mean := func(f func(unit) float64) float64 { return float64(s.mean(f)) }
	if len(s.units) == 0 {
		return 0
	}
	centre := mean(func(u unit) float64 { return u.d })
	single := mean(func(u unit) float64 { return u.squares }) - centre*centre
	return effective(values, clusters, single, s.pairs)
}

// effective is the number of independent observations that n of them amount to, given the items' means, their sources and the variance
// of a single observation.
func effective(means []float64, clusters []string, single float64, n int) float64 {
	items := float64(len(means))
	if single <= 1e-12 {
		return items
	}
	centre, between := 0.0, 0.0
	for _, x := range means {
		centre += x
	}
	centre /= items
	for _, x := range means {
		between += (x - centre) * (x - centre)
	}
	repeats := math.Max(1, (between/items/items)/(single/float64(n)))
	return math.Max(1, float64(n)/repeats/stats.DesignEffect(means, clusters))
}

// values lists the items' differences and sources.
func (s sample) values() (d []float64, clusters []string) {
	d, clusters = make([]float64, len(s.units)), make([]string, len(s.units))
	for i, u := range s.units {
		d[i], clusters[i] = u.d, u.cluster
	}
	return d, clusters
}

// test returns the two-sided p of no difference: McNemar's exact test where every pair is its own, which a score of three values never
// is, else the permutation test that flips the differences of a whole source at once. Undefined without pairs.
func (s sample) test(seed uint64) (Test, reports.Figure) {
	values, clusters := s.values()
	if len(values) == 0 {
		return NoTest, reports.Undefined()
	}
	if s.k == 0 && s.pairs == len(values) && distinct(clusters) {
		p, _ := stats.McNemar(s.up, s.down)
		return McNemar, reports.Figure(p)
	}
	return signFlip(values, clusters, seed)
}

// signFlip flips the signs of whole sources.
func signFlip(values []float64, clusters []string, seed uint64) (Test, reports.Figure) {
	sums, _ := stats.ClusterSums(values, clusters)
	p, _ := stats.SignFlip(sums, permutations, rand.New(rand.NewPCG(seed, 0x5f11b)))
	return SignFlip, reports.Figure(p)
}

func distinct(names []string) bool {
	seen := make(map[string]bool, len(names))
	for _, n := range names {
		if seen[n] {
			return false
		}
		seen[n] = true
	}
	return true
}
