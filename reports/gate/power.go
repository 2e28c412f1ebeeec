package gate

import (
	"math"
	"math/rand/v2"
	"sort"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/viva-eval/viva/internal/stats"
)

// Odds are the chances of each decision.
type Odds struct {
	Pass         float64 `json:"pass"`
	Fail         float64 `json:"fail"`
	Inconclusive float64 `json:"inconclusive"`
}

// OddsOf returns the exact chances that a rule of non-inferiority on a yes-or-no measure decides one way or the other over n independent
// items, when the runs differ on the share discordance of them and the run is truly worse by loss (negative: better). All are NaN
// where |loss| > discordance.
func OddsOf(n int, discordance, loss, margin, alpha float64) Odds {
	if math.Abs(loss) > discordance {
		return Odds{math.NaN(), math.NaN(), math.NaN()}
	}
	return yesOrNo(discordance, loss).odds(n, Promise{Kind: NonInferior, Value: margin}, both(alpha))
}

// Changes are the shares of items on which the penalised scores of two runs of equal worth differ, by the two points between which they do; in each
// as many rise as fall.
type Changes struct {
	RightSilent float64 `json:"right_silent"` // between correct and neither
	RightFalse  float64 `json:"right_false"`  // between correct and incorrect
	SilentFalse float64 `json:"silent_false"` // between neither and incorrect
}

// Share is the share of items that change.
func (c Changes) Share() float64 { return c.RightSilent + c.RightFalse + c.SilentFalse }

// Squares is the mean squared change of an item's score.
func (c Changes) Squares(k float64) float64 {
	return c.RightSilent + (1+k)*(1+k)*c.RightFalse + k*k*c.SilentFalse
}

// times scales the shares.
func (c Changes) times(x float64) Changes {
	return Changes{x * c.RightSilent, x * c.RightFalse, x * c.SilentFalse}
}

// between is what the table of a pair says of two runs of equal worth: how much changed, whichever way.
func between(table stats.Outcomes) Changes {
	n := 0.0
	for _, row := range table {
		for _, count := range row {
			n += count
		}
	}
	return Changes{(table[up][level] + table[level][up]) / n, (table[up][down] + table[down][up]) / n, (table[level][down] + table[down][level]) / n}
}

// world is what pairs are drawn from: the shares of items by how run and baseline fare. score says that the points are worth 1, 0 and −k; else up
// is 1 and the others are 0.
type world struct {
	shares stats.Outcomes
	score  bool
	k      float64
}

// yesOrNo is the world of a yes-or-no measure on which the runs differ on the share discordance of the items, the run being worse by loss.
func yesOrNo(discordance, loss float64) world {
	var w world
	w.shares[up][level], w.shares[level][up], w.shares[level][level] = (discordance-loss)/2, (discordance+loss)/2, 1-discordance
	return w
}

// equal is the world of two runs of equal worth.
func equal(c Changes, k float64) world {
	w := world{score: true, k: k}
	w.shares[up][level], w.shares[level][up] = c.RightSilent/2, c.RightSilent/2
	w.shares[up][down], w.shares[down][up] = c.RightFalse/2, c.RightFalse/2
	w.shares[level][down], w.shares[down][level] = c.SilentFalse/2, c.SilentFalse/2
	w.shares[level][level] = 1 - c.Share()
	return w
}

// moves are the pairs of points between which an item may move.
var moves = [3][2]int{{up, level}, {up, down}, {level, down}}

// odds returns the chances of each decision over n independent pairs: of the very decision that [Check] takes, summed over all outcomes where items
// move between two points only beside a baseline, and otherwise over a seeded sample of them, to a percent or so.
func (w world) odds(n int, p Promise, l levels) Odds {
	var o Odds
	if from, to, summed := w.summed(); summed && p.Kind == NonInferior {
		rise, fall := w.shares[from][to], w.shares[to][from]
		passed, failed := w.decisions(n, from, to, p, l)
		o.Pass = stats.MonotonePower(n, rise+fall, rise-fall, passed)
		o.Fail = stats.MonotonePower(n, rise+fall, fall-rise, func(c, b int) bool { return failed(b, c) })
	} else {
		rng := rand.New(rand.NewPCG(seed, uint64(n)))
		for range samples {
			switch decide(w.estimate(w.draw(n, rng)), p, l) {
			case Pass:
				o.Pass += 1. / samples
			case Fail:
				o.Fail += 1. / samples
			}
		}
	}
	o.Inconclusive = math.Max(0, 1-o.Pass-o.Fail)
	return o
}

// summed reports whether items move between two points only, and which.
func (w world) summed() (from, to int, is bool) {
	kinds := 0
	from, to = up, level
	for _, m := range moves {
		if w.shares[m[0]][m[1]]+w.shares[m[1]][m[0]] > 0 {
			from, to = m[0], m[1]
			kinds++
		}
	}
	return from, to, kinds < 2
}

// decisions says of counts of pairs what [decide] makes of them. For a yes-or-no measure it asks Tango's score at the limit instead of looking for the
// ends of his interval, which comes to the same.
func (w world) decisions(n, from, to int, p Promise, l levels) (passed, failed func(b, c int) bool) {
	is := func(d Decision) func(b, c int) bool {
		return func(b, c int) bool {
			var table stats.Outcomes
			table[from][to], table[to][from], table[level][level] = float64(b), float64(c), float64(n-b-c)
			return decide(w.estimate(table), p, l) == d
		}
	}
	if w.score {
		return is(Pass), is(Fail)
	}
	size, enough, worse := float64(n), distuv.UnitNormal.Quantile(1-l.pass), -distuv.UnitNormal.Quantile(1-l.fail)
	return func(b, c int) bool { return stats.PairedScore(float64(b), float64(c), size, -p.Value) > enough },
		func(b, c int) bool {
			return float64(b-c)/size < -p.Value-1e-9 && stats.PairedScore(float64(b), float64(c), size, 0) < worse && signTest(float64(b), float64(c)) <= l.fail
		}
}

// samples is how many outcomes are drawn where they cannot all be gone through: the chances then err by about a percent.
const samples = 1500

// estimate is what a rule would make of a table of pairs.
func (w world) estimate(table stats.Outcomes) estimate {
	e := paired(table, w.score, w.k)
	if w.score {
		e.worse = nil // it says again what the interval says
	}
	return e
}

// draw is the table of n pairs.
func (w world) draw(n int, rng *rand.Rand) stats.Outcomes {
	var table stats.Outcomes
	left, share := float64(n), 1.0
	for _, m := range moves {
		for _, cell := range [2][2]int{m, {m[1], m[0]}} {
			p := w.shares[cell[0]][cell[1]]
			if !(p > 0) || left == 0 {
				continue
			}
			count := distuv.Binomial{N: left, P: math.Min(p/share, 1), Src: rng}.Rand()
			table[cell[0]][cell[1]] = count
			left, share = left-count, share-p
		}
	}
	table[level][level] = left
	return table
}

// mostItems is the largest number of items that is planned for.
const mostItems = 200_000

// exactly is the number of items up to which chances are summed or drawn: beyond it the formulas of [stats.NonInferiorityItems] and its kin agree
// with them to a percent.
const exactly = 6_000

// Enough returns from how many independent items on two runs of equal worth pass a rule of non-inferiority on a yes-or-no measure with the stated
// power, by the exact chances of the rule itself. It is more than the normal formula says, most of all where few items change: an interval
// does not believe that nothing can change because nothing did. 0 where mostItems are not enough.
func Enough(discordance, margin, alpha, power float64) int {
	return yesOrNo(discordance, 0).enough(discordance, margin, both(alpha), power)
}

// EnoughScored is [Enough] for the penalised score.
func EnoughScored(c Changes, k, margin, alpha, power float64) int {
	return equal(c, k).enough(c.Squares(k), margin, both(alpha), power)
}

func (w world) enough(squares, margin float64, l levels, power float64) int {
	p := Promise{Kind: NonInferior, Value: margin}
	rough := math.Pow((distuv.UnitNormal.Quantile(1-l.pass)+distuv.UnitNormal.Quantile(power))/margin, 2) * squares
	if rough > exactly {
		if rough > mostItems {
			return 0
		}
		return int(math.Ceil(rough))
	}
	passes := func(n int) float64 { return w.odds(n, p, l).Pass }
	if _, _, summed := w.summed(); summed {
		return stats.EnoughItems(max(int(rough/2), 1), 2*exactly, power, passes)
	}
	most := int(4*rough) + 1000 // the chances are drawn: no saw-tooth shows in them
	return int(rough/2) + 1 + sort.Search(most, func(i int) bool { return passes(int(rough/2)+1+i) >= power })
}

// SmallestMargin returns the smallest margin that two runs of equal worth over n independent items clear with the stated power, on a yes-or-no
// measure; NaN where none under 1 is cleared so often.
func SmallestMargin(n int, discordance, alpha, power float64) float64 {
	return yesOrNo(discordance, 0).margin(n, both(alpha), power)
}

// SmallestScoredMargin is [SmallestMargin] for the penalised score.
func SmallestScoredMargin(n int, c Changes, k, alpha, power float64) float64 {
	return equal(c, k).margin(n, both(alpha), power)
}

func (w world) margin(n int, l levels, power float64) float64 {
	if n > exactly {
		squares := w.estimate(w.shares).spread
		return (distuv.UnitNormal.Quantile(1-l.pass) + distuv.UnitNormal.Quantile(power)) * math.Sqrt(squares/float64(n))
	}
	passes := func(m float64) bool { return w.odds(n, Promise{Kind: NonInferior, Value: m}, l).Pass >= power }
	low, high := 0.0, 0.999
	if n < 1 || !passes(high) {
		return math.NaN()
	}
	for high-low > 1e-5 {
		if mid := (low + high) / 2; passes(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return high
}
