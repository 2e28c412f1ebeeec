package gate

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"github.com/viva-eval/viva/internal/stats"
	"github.com/viva-eval/viva/reports/baseline"
)

// cell is one item in one run: how often its repeats stood on each point, as shares.
type cell struct {
	item, cluster string
	at            [3]float64 // up, level, down; they add up to 1
	repeats       int        // that counted
	due           bool       // it counts, or would had a whole answer come back
	whole         bool       // it came back whole at least once, judged or not, as far as the measure asks
}

// value is the item's score with false answers at −k.
func (c cell) value(k float64) float64 { return c.at[up] - k*c.at[down] }

// sample is a measure over the items of one run.
type sample struct {
	cells []cell // by item
	here  int    // items with any trial in the arm and slice
	asked int    // those that count, or would had a whole answer come back
	debts int    // trials that would count but have no verdict
	lost  int    // items that would count, of which no whole answer came back
}

// answered is the number of items that are not lost.
func (s sample) answered() int { return s.here - s.lost }

// take measures a run under a reading.
func take(b *baseline.Baseline, r Rule, as reading) sample {
	d, _ := r.Measure.look()
	var s sample
	closed := map[string]*baseline.Record{} // by item, load stage and repeat
	if d.twoArms {
		for i := range b.Records {
			if rec := &b.Records[i]; rec.Arm == closedBook {
				closed[repeatOf(rec)] = rec
			}
		}
	}
	at := make(map[string]int, len(b.Records))
	cells := make([]cell, 0, len(b.Records))
	for i := range b.Records {
		rec := &b.Records[i]
		if rec.Arm != r.Arm || !r.Slice.holds(rec) {
			continue
		}
		place, known := at[rec.Item]
		if !known {
			place = len(cells)
			at[rec.Item] = place
			cells = append(cells, cell{item: rec.Item, cluster: rec.Cluster()})
		}
		c := &cells[place]
		v := view{arm: rec}
		if d.twoArms {
			if v.closed = closed[repeatOf(rec)]; v.closed == nil {
				continue
			}
		}
		c.due = c.due || d.due(v)
		on, debt := d.place(v, as)
		if debt {
			s.debts++
		}
		c.whole = c.whole || debt || on != aside
		if on == aside {
			continue
		}
		c.at[on]++
		c.repeats++
	}
	s.here, s.cells = len(cells), cells[:0] // each is moved to where one that was read stood
	for _, c := range cells {
		s.asked += one(c.due)
		s.lost += one(c.due && !c.whole)
		if c.repeats == 0 {
			continue
		}
		for i := range c.at {
			c.at[i] /= float64(c.repeats)
		}
		s.cells = append(s.cells, c)
	}
	slices.SortFunc(s.cells, func(a, b cell) int { return cmp.Compare(a.item, b.item) })
	return s
}

// repeatOf names the asking that trials of several arms share.
func repeatOf(r *baseline.Record) string {
	return r.Item + "\x00" + r.Load + "\x00" + strconv.Itoa(r.Repeat)
}

// pairing is two runs, item by item.
type pairing struct {
	head, base []cell // of the same items, in the same order
}

func pair(head, base sample) pairing {
	var p pairing
	i, j := 0, 0
	for i < len(head.cells) && j < len(base.cells) {
		switch d := cmp.Compare(head.cells[i].item, base.cells[j].item); {
		case d < 0:
			i++
		case d > 0:
			j++
		default:
			p.head, p.base = append(p.head, head.cells[i]), append(p.base, base.cells[j])
			i, j = i+1, j+1
		}
	}
	return p
}

// couple pairs the shares of an item's two sides so that they disagree as little as their averages allow: with one repeat a side, the pair
// of their points.
func couple(head, base [3]float64) (table [3][3]float64) {
	for i := range head {
		same := min(head[i], base[i])
		table[i][i] = same
		head[i] -= same
		base[i] -= same
	}
	// What is left of a point is on one side only.
	for i := range head {
		for j := range base {
			moved := min(head[i], base[j])
			table[i][j] += moved
			head[i] -= moved
			base[j] -= moved
		}
	}
	return table
}

// table adds up the pairs, scaled to the effective number of items: repeats sharpen an item's average, items of one source say
// the same thing twice.
func (p pairing) table(k float64) (outcomes stats.Outcomes, effective float64) {
	n := float64(len(p.head))
	differences, clusters := p.differences(k)
	mean, squares, coupled, most := 0.0, 0.0, 0.0, 1
	value := [3]float64{1, 0, -k}
	for i := range p.head {
		t := couple(p.head[i].at, p.base[i].at)
		for x := range t {
			for y := range t[x] {
				outcomes[x][y] += t[x][y]
				coupled += t[x][y] * (value[x] - value[y]) * (value[x] - value[y])
			}
		}
		d := differences[i]
		mean += d / n
		squares += d * d
		most = max(most, min(p.head[i].repeats, p.base[i].repeats))
	}
	gain := 1.0
	if spread := squares - n*mean*mean; coupled > n*mean*mean {
		gain = float64(most)
		if spread > 0 {
			gain = min(gain, max(1, (coupled-n*mean*mean)/spread))
		}
	}
	effective = n * gain / stats.DesignEffect(differences, clusters)
	scale(&outcomes, effective/n)
	return outcomes, effective
}

// differences are the pairs' differences, and the sources they hang on.
func (p pairing) differences(k float64) (differences []float64, clusters []string) {
	for i := range p.head {
		differences = append(differences, p.head[i].value(k)-p.base[i].value(k))
		clusters = append(clusters, p.head[i].cluster)
	}
	return differences, clusters
}

// wary is the share of their effective number that items are worth to one who takes it that they may change source by source until they are seen not
// to: as if two sources more, of the size an item finds itself in on average, had changed as one, by a point up and a point down. 1 where no source has
// more than one item.
func (p pairing) wary(k float64) float64 {
	differences, clusters := p.differences(k)
	_, sizes := stats.ClusterSums(differences, clusters)
	items, squares := 0.0, 0.0
	for _, size := range sizes {
		items += size
		squares += size * size
	}
	if items == 0 {
		return 1
	}
	seen := stats.DesignEffect(differences, clusters)
	for i, d := range []float64{1, -1} {
		for range int(math.Round(squares / items)) {
			differences, clusters = append(differences, d), append(clusters, "supposed\x00"+strconv.Itoa(i))
		}
	}
	return math.Min(1, seen/stats.DesignEffect(differences, clusters))
}

// alone sets the cells of one run against nothing, all level.
func alone(cells []cell) pairing {
	base := make([]cell, len(cells))
	for i, c := range cells {
		base[i] = cell{item: c.item, cluster: c.cluster, at: [3]float64{level: 1}, repeats: c.repeats}
	}
	return pairing{cells, base}
}

func scale(o *stats.Outcomes, by float64) {
	for i := range o {
		for j := range o[i] {
			o[i][j] *= by
		}
	}
}

// mean is the average value of cells; NaN without any.
func mean(cells []cell, k float64) float64 {
	sum := 0.0
	for _, c := range cells {
		sum += c.value(k)
	}
	return sum / float64(len(cells))
}
