package boxes

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/viva-eval/viva/internal/stats"
	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/reports/bench"
	"github.com/viva-eval/viva/scorers"
)

// sampled is a stage cut into blocks of neighbouring requests. Requests that are in flight together share the target's state and are not
// independent; blocks that hold a whole round of them nearly are.
type sampled struct {
	blocks [][]*bench.Request
	n      int // requests
}

// leastBlocks is the number of blocks below which there is no interval.
const leastBlocks = 5

// newSampled cuts the completed requests of the stage's main window, in the order of sending, into blocks of max(√n, requests in flight), but no
// longer than a fifth of them.
func newSampled(s *bench.Stage) *sampled {
	w := s.Main()
	var list []*bench.Request
	for i := range s.Requests {
		r := &s.Requests[i]
		at := s.Started.Add(r.Due)
		if r.Completed() && (w == &s.Whole || !at.Before(w.From) && at.Before(w.To)) {
			list = append(list, r)
		}
	}
	x := &sampled{n: len(list)}
	if len(list) < 2*leastBlocks {
		return x
	}
	size := max(math.Sqrt(float64(len(list))), float64(w.InFlight))
	blocks := max(leastBlocks, int(float64(len(list))/size))
	for i := range blocks {
		x.blocks = append(x.blocks, list[i*len(list)/blocks:(i+1)*len(list)/blocks])
	}
	return x
}

// spent is the time that the picked requests took together, in seconds, and what they brought by f.
func (x *sampled) spent(picks []int, f func(*bench.Request) float64) float64 {
	sum, time := 0.0, 0.0
	for _, i := range picks {
		for _, r := range x.blocks[i] {
			if v := r.Value(bench.E2E, false); !math.IsNaN(v) {
				sum, time = sum+f(r), time+v/1000
			}
		}
	}
	return sum / time
}

// pace is output tokens for each second of a request: throughput is that times the requests in flight.
func (x *sampled) pace(picks []int) float64 {
	return x.spent(picks, func(r *bench.Request) float64 { return float64(r.Tokens.Completion) })
}

// turnover is requests for each second of a request.
func (x *sampled) turnover(picks []int) float64 {
	return x.spent(picks, func(*bench.Request) float64 { return 1 })
}

// correct is right answers for each second of a request.
func (x *sampled) correct(picks []int) float64 {
	return x.spent(picks, func(r *bench.Request) float64 {
		if r.Verdict == scorers.Correct {
			return 1
		}
		return 0
	})
}

func (x *sampled) quantile(picks []int, m bench.Metric, scheduled bool, p float64) float64 {
	var values []float64
	for _, i := range picks {
		for _, r := range x.blocks[i] {
			if v := r.Value(m, scheduled); !math.IsNaN(v) {
				values = append(values, v)
			}
		}
	}
	slices.Sort(values)
	return stats.Quantile(values, p)
}

// degrees are those of Student's t for the difference of two figures with these errors, after Welch and Satterthwaite.
func degrees(sa, sb float64, a, b *sampled) float64 {
	va, vb := sa*sa, sb*sb
	return (va + vb) * (va + vb) / (va*va/float64(len(a.blocks)-1) + vb*vb/float64(len(b.blocks)-1))
}

// se is the standard error of the logarithm of a statistic, NaN where there are too few blocks.
func (x *sampled) se(statistic func(*sampled, []int) float64) float64 {
	if len(x.blocks) < leastBlocks {
		return math.NaN()
	}
	draws := min(max(4_000_000/x.n, 60), 200)
	r := stats.Bootstrap(len(x.blocks), func(picks []int) float64 { return math.Log(statistic(x, picks)) }, reports.Confidence, draws, rand.New(rand.NewPCG(1, uint64(x.n))))
	n := float64(len(x.blocks))
	return r.SE * math.Sqrt(n/(n-1)) // resamples vary by the sample's variance, which is too small by that
}

// rank compares two figures by their ratio. Its interval is that of the logarithm, from the bootstrap errors of both sides; a figure without a statistic
// has none, and is ranked by nobody.
func (m *Measure) rank(barred bool, a, b *sampled, statistic func(*sampled, []int) float64) {
	m.Change, m.Low, m.High, m.Better = reports.Undefined(), reports.Undefined(), reports.Undefined(), Unknown
	if barred {
		m.Better = Barred
		return
	}
	if !m.A.Defined() || !m.B.Defined() || m.A <= 0 || m.B <= 0 {
		return
	}
	m.Change = m.B / m.A
	if statistic == nil {
		return
	}
	sa, sb := a.se(statistic), b.se(statistic)
	iv := stats.Student(math.Log(float64(m.Change)), math.Sqrt(sa*sa+sb*sb), degrees(sa, sb, a, b), reports.Confidence)
	low, high := math.Exp(iv.Low), math.Exp(iv.High)
	if math.IsNaN(low) || math.IsNaN(high) {
		return
	}
	m.Low, m.High = reports.Figure(low), reports.Figure(high)
	m.Better = m.by(low, high, 1)
}
