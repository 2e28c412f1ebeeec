package gate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"time"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/viva-eval/viva/internal/stats"
	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/runners"
)

// draws is how often the bootstrap of a ratio of times resamples; seed makes it the same each time.
const (
	draws = 1000
	seed  = 1
)

// timesOf returns the times of each item that was asked, in milliseconds. A request that ran into its deadline took at least that long and counts
// with it: left out, the slowest would make a run look quick. Other trials without a whole answer have no time.
func timesOf(b *baseline.Baseline, r Rule) map[string][]float64 {
	times := map[string][]float64{}
	for i := range b.Records {
		rec := &b.Records[i]
		if rec.Arm != r.Arm || !r.Slice.holds(rec) || r.Load != "" && rec.Load != r.Load {
			continue
		}
		ms := 0.0
		switch {
		case rec.Status == runners.TimedOut:
			ms = float64(b.Run.Timeout) / float64(time.Millisecond)
		case !rec.Status.Answered():
		case r.Measure == FirstTokenP95:
			ms = rec.FirstTokenMS
		default:
			ms = rec.AnswerMS
		}
		list := times[rec.Item]
		if ms > 0 {
			list = append(list, ms)
		}
		times[rec.Item] = list
	}
	return times
}

// ratio estimates the ratio of the 95th percentiles, run over baseline. The items both runs answered are resampled with both of
// their sides, and source by source where that says more doubt: what slows a long document slows all of its items. due is the number of items that
// were asked.
func ratio(head, base *baseline.Baseline, r Rule) (e estimate, before, after float64, due int, err error) {
	for _, side := range []struct {
		what string
		b    *baseline.Baseline
	}{{"the run", head}, {"the baseline", base}} {
		if !side.b.Measured() {
			return e, 0, 0, 0, missing("%s has no load stages: the times of a quality run are indicative and no gate may rest on them", side.what)
		}
	}
	if a, b := head.Loads(), base.Loads(); r.Load == "" && !slices.Equal(a, b) {
		return e, 0, 0, 0, missing("the load stages differ, %v and %v: name one with load", a, b)
	} else if r.Load != "" && (!slices.Contains(a, r.Load) || !slices.Contains(b, r.Load)) {
		return e, 0, 0, 0, missing("no load stage %q in both runs, which have %v and %v", r.Load, a, b)
	}
	now, then := timesOf(head, r), timesOf(base, r)
	var nows, thens [][]float64
	var items []string
	for item := range now {
		if len(now[item]) > 0 && len(then[item]) > 0 {
			items = append(items, item)
		}
	}
	sort.Strings(items)
	sources := map[string]string{}
	for i := range base.Records {
		sources[base.Records[i].Item] = base.Records[i].Cluster()
	}
	for _, item := range items {
		nows, thens = append(nows, now[item]), append(thens, then[item])
	}
	if len(items) == 0 {
		return e, 0, 0, 0, missing("no item has a time in both runs")
	}
	all := make([]int, len(items))
	for i := range all {
		all[i] = i
	}
	var room []float64
	p95 := func(of [][]float64, picks []int) float64 {
		room = room[:0]
		for _, i := range picks {
			room = append(room, of[i]...)
		}
		slices.Sort(room)
		return stats.Quantile(room, 0.95)
	}
	after, before = p95(nows, all), p95(thens, all)
	bySource, at := [][]int{}, map[string]int{}
	for i, item := range items {
		c := sources[item]
		if _, known := at[c]; !known {
			at[c] = len(bySource)
			bySource = append(bySource, nil)
		}
		bySource[at[c]] = append(bySource[at[c]], i)
	}
	logs := func(units [][]int) stats.Resampled {
		var whole []int
		return stats.Bootstrap(len(units), func(picks []int) float64 {
			whole = whole[:0]
			for _, i := range picks {
				whole = append(whole, units[i]...)
			}
			return math.Log(p95(nows, whole) / p95(thens, whole))
		}, 0, draws, rand.New(rand.NewPCG(seed, 0)))
	}
	single := make([][]int, len(items))
	for i := range single {
		single[i] = []int{i}
	}
	// As for other measures, sources that happen to be balanced earn no credit.
	se, effective := logs(single).SE, float64(len(items))
	if together := logs(bySource).SE; together > se {
		se, effective = together, effective*se*se/(together*together)
	}
	e = estimate{value: after / before, items: len(items), effective: effective, spread: math.NaN()}
	e.interval = func(confidence, sized float64) stats.Interval {
		half := distuv.UnitNormal.Quantile(0.5+confidence/2) * se / math.Sqrt(sized)
		// A percentile at the edge of few items has been seen too little: no interval rests on fewer than twenty.
		if len(items) < leastTimed || len(bySource) < leastSources || !(se >= 0) {
			return stats.Interval{Low: math.NaN(), High: math.NaN()}
		}
		return stats.Interval{Low: e.value * math.Exp(-half), High: e.value * math.Exp(half)}
	}
	return e, before, after, max(len(now), len(then)), nil
}

// leastTimed is the fewest items from which a 95th percentile is judged: of twenty, one lies above it.
const leastTimed = 20

// leastSources is the fewest sources that are resampled.
const leastSources = 10

// missing makes a [*MissingError].
func missing(format string, args ...any) error {
	return &MissingError{Problem: fmt.Sprintf(format, args...)}
}
