package audit

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/viva-eval/viva/internal/stats"
)

// sample is what one scorer said of the rows of one slice, arranged so that a resample of the groups costs one pass: counts are
// summed by group, and rows are sorted by rank once.
type sample struct {
	counts []tally // by group
	order  []ranked
	within []ranked // sorted by cell first
}

// tally counts rows by what person and scorer say.
type tally struct {
	rows    float64
	decided stats.Confusion
	all     stats.Confusion // with the fallback
	overlap float64         // summed over spanned rows
	spanned float64
}

// count adds a row to a table. Positive is bad in truth, and flagged by the scorer.
func count(c *stats.Confusion, bad, flag bool) {
	switch {
	case bad && flag:
		c.TruePositive++
	case bad:
		c.FalseNegative++
	case flag:
		c.FalsePositive++
	default:
		c.TrueNegative++
	}
}

// add adds a table w times.
func add(c, d *stats.Confusion, w float64) {
	c.TruePositive += w * d.TruePositive
	c.FalseNegative += w * d.FalseNegative
	c.FalsePositive += w * d.FalsePositive
	c.TrueNegative += w * d.TrueNegative
}

// ranked is a row in the order of its rank.
type ranked struct {
	group    int32
	bad      bool
	newTie   bool // it ranks above the row before
	newGroup bool // it is the first of its cell
}

// newSample arranges marks, and where they are given overlaps, of entries. group numbers the entries' groups, of which there are n.
func newSample(entries []*entry, marks []mark, overlap []float64, group []int32, n int) *sample {
	s := &sample{counts: make([]tally, n)}
	var rows []int
	cells := map[cell]int{}
	for i, e := range entries {
		c, m := &s.counts[group[i]], marks[i]
		c.rows++
		flag := m.flag
		if m.decided {
			count(&c.decided, e.bad, m.flag)
		} else {
			flag = e.fallback
		}
		count(&c.all, e.bad, flag)
		if overlap != nil && !math.IsNaN(overlap[i]) {
			c.overlap += overlap[i]
			c.spanned++
		}
		if !math.IsNaN(m.rank) {
			rows = append(rows, i)
		}
		if _, ok := cells[e.cell()]; !ok {
			cells[e.cell()] = len(cells)
		}
	}
	slices.SortStableFunc(rows, func(a, b int) int { return cmp.Compare(marks[a].rank, marks[b].rank) })
	arrange := func(newCell func(a, b int) bool) []ranked {
		out := make([]ranked, len(rows))
		for k, i := range rows {
			first := k > 0 && newCell(rows[k-1], i)
			out[k] = ranked{group[i], entries[i].bad, k > 0 && (first || marks[i].rank > marks[rows[k-1]].rank), first}
		}
		return out
	}
	s.order = arrange(func(int, int) bool { return false })
	slices.SortStableFunc(rows, func(a, b int) int { return cmp.Compare(cells[entries[a].cell()], cells[entries[b].cell()]) })
	s.within = arrange(func(a, b int) bool { return entries[a].cell() != entries[b].cell() })
	return s
}

// figures computes the measures with each group taken weight times; a nil weight is once.
func (s *sample) figures(weight []float64) (out [measures]float64) {
	var t tally
	for g := range s.counts {
		w := 1.0
		if weight != nil {
			if w = weight[g]; w == 0 {
				continue
			}
		}
		c := &s.counts[g]
		t.rows += w * c.rows
		add(&t.decided, &c.decided, w)
		add(&t.all, &c.all, w)
		t.overlap += w * c.overlap
		t.spanned += w * c.spanned
	}
	d := t.decided
	right := d.TruePositive + d.TrueNegative
	passed, flagged := d.TrueNegative+d.FalseNegative, d.TruePositive+d.FalsePositive
	agreement := d.Agree()
	out[Coverage] = (passed + flagged) / t.rows
	out[Passed] = passed / t.rows
	out[PrecisionPass] = d.TrueNegative / passed
	out[PrecisionFail] = d.Precision()
	out[Accuracy] = right / (passed + flagged)
	out[Balanced] = d.BalancedAccuracy()
	out[F1] = d.F1()
	out[Kappa] = agreement.Kappa
	out[KappaAll] = t.all.Agree().Kappa
	out[AC1] = agreement.AC1
	out[MCC] = d.MCC()
	out[AUROC] = area(s.order, weight)
	out[AUROCWithin] = area(s.within, weight)
	out[Overlap] = t.overlap / t.spanned
	return out
}

// area is [stats.AUROC], or [stats.AUROCWithin], of rows that are sorted already and taken weight times: a thousand resamples then cost
// a thousand passes and no sorting.
func area(rows []ranked, weight []float64) float64 {
	var won, pairs float64
	var below, bad, pos, neg float64 // good rows below this tie, bad rows of the cell, and the tie's own
	tie := func() {
		won += pos * (below + neg/2)
		below += neg
		bad += pos
		pos, neg = 0, 0
	}
	for i := range rows {
		r := &rows[i]
		if r.newTie {
			tie()
		}
		if r.newGroup {
			pairs += bad * below
			bad, below = 0, 0
		}
		w := 1.0
		if weight != nil {
			w = weight[r.group]
		}
		if r.bad {
			pos += w
		} else {
			neg += w
		}
	}
	tie()
	pairs += bad * below
	return won / pairs
}

// seed makes intervals the same every time.
const seed = 20240229

// resamples draws n groups from n with replacement, draws times, and gives how often each group was drawn.
func resamples(n, draws int) [][]float64 {
	random := rand.New(rand.NewPCG(seed, uint64(n)))
	out := make([][]float64, draws)
	for d := range out {
		out[d] = make([]float64, n)
		for range n {
			out[d][random.IntN(n)]++
		}
	}
	return out
}

// measure gives the figures with percentile intervals over the resamples. A measure that is undefined in more than a tenth of them has
// no interval, and nothing has one where there is a single group.
func (s *sample) measure(weights [][]float64) (out [measures]Figure) {
	value := s.figures(nil)
	drawn := make([][]float64, measures)
	if len(s.counts) > 1 {
		for _, w := range weights {
			f := s.figures(w)
			for m, x := range f {
				if !math.IsNaN(x) {
					drawn[m] = append(drawn[m], x)
				}
			}
		}
	}
	for m := range out {
		out[m] = Figure{value[m], math.NaN(), math.NaN()}
		if xs := drawn[m]; !math.IsNaN(value[m]) && len(xs) > 0 && len(xs)*10 >= len(weights)*9 {
			slices.Sort(xs)
			out[m].Low, out[m].High = stats.Quantile(xs, 0.025), stats.Quantile(xs, 0.975)
		}
	}
	return out
}
