package stats

import "math"

// SpendingLevels plans a test that is looked at several times, at the shares of its information times, rising and in (0, 1]: it returns
// for each look the one-sided level at which the ordinary test of that moment may reject, so that the chance of ever rejecting what is
// true is spent(t) by the look at t (Lan and DeMets 1983). spent must rise from 0 or more to the level of the whole, below ½.
//
// The statistics of the looks are taken for those of a Brownian motion, as normal scores of growing samples are; the chance of crossing
// is integrated from look to look over a grid (Armitage, McPherson and Rowe 1969). A look at which nothing is spent has level 0. Nil for
// times that do not rise within (0, 1], or for spending that falls or leaves [0, ½).
func SpendingLevels(times []float64, spent func(t float64) float64) []float64 {
	levels := make([]float64, len(times))
	var motion grid // of the paths that have not crossed yet
	last, used := 0.0, 0.0
	for i, t := range times {
		total := spent(t)
		if !(t > last && t <= 1) || !(total >= used && total < 0.5) {
			return nil
		}
		if i == 0 {
			motion = start(math.Sqrt(t))
		} else {
			motion = motion.after(math.Sqrt(t - last))
		}
		if share := total - used; share > 0 {
			bound := motion.upper(share)
			levels[i] = upperTail(bound / math.Sqrt(t))
			motion = motion.cut(bound)
		}
		last, used = t, total
	}
	return levels
}

// PowerSpending is spending in proportion to a power of the information, α tʳ (Kim and DeMets 1987): with r = 1 early and evenly, with r = 3
// late, much as O'Brien and Fleming's bounds do.
func PowerSpending(alpha, r float64) func(t float64) float64 {
	return func(t float64) float64 { return alpha * math.Pow(t, r) }
}

// grid is a density at evenly spaced points.
type grid struct {
	low, step float64
	density   []float64
}

// gridSteps is into how many parts a density is cut, and gridReach how many standard deviations it spans each way.
const (
	gridSteps = 200
	gridReach = 6
)

// start is a centred normal density.
func start(sd float64) grid {
	g := grid{low: -gridReach * sd, step: 2 * gridReach * sd / gridSteps, density: make([]float64, gridSteps+1)}
	for i := range g.density {
		g.density[i] = normalDensity(g.at(i), sd)
	}
	return g
}

func (g grid) at(i int) float64 { return g.low + float64(i)*g.step }

// weight is Simpson's.
func (g grid) weight(i int) float64 {
	switch {
	case i == 0 || i == len(g.density)-1:
		return g.step / 3
	case i%2 == 1:
		return 4 * g.step / 3
	}
	return 2 * g.step / 3
}

// after is the density one independent normal step later.
func (g grid) after(sd float64) grid {
	low, high := math.Max(g.low-gridReach*sd, -gridReach), g.at(len(g.density)-1)+gridReach*sd // no time is beyond 1
	next := grid{low: low, step: (high - low) / gridSteps, density: make([]float64, gridSteps+1)}
	for j := range next.density {
		next.density[j] = g.arrives(next.at(j), sd)
	}
	return next
}

func (g grid) arrives(x, sd float64) float64 {
	// What lies farther away than gridReach adds nothing.
	from := max(0, int((x-gridReach*sd-g.low)/g.step))
	to := min(len(g.density)-1, int((x+gridReach*sd-g.low)/g.step)+1)
	sum := 0.0
	for i := from; i <= to; i++ {
		sum += g.weight(i) * g.density[i] * normalDensity(x-g.at(i), sd)
	}
	return sum
}

// upper is the point above which the share lies.
func (g grid) upper(share float64) float64 {
	// Trapezoids from above, and a straight line within the last.
	sum := 0.0
	for i := len(g.density) - 1; i > 0; i-- {
		part := (g.density[i] + g.density[i-1]) / 2 * g.step
		if sum+part >= share {
			return g.at(i) - g.step*(share-sum)/part
		}
		sum += part
	}
	return g.low
}

// cut is what lies under the bound, on as many points.
func (g grid) cut(bound float64) grid {
	c := grid{low: g.low, step: (bound - g.low) / gridSteps, density: make([]float64, gridSteps+1)}
	for i := range c.density {
		place := (c.at(i) - g.low) / g.step
		j := min(int(place), len(g.density)-2)
		f := place - float64(j)
		c.density[i] = (1-f)*g.density[j] + f*g.density[j+1]
	}
	return c
}

func normalDensity(x, sd float64) float64 {
	return math.Exp(-x*x/(2*sd*sd)) / (sd * math.Sqrt(2*math.Pi))
}
