package bench

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/reports/plot"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/telemetry"
)

// Charts are the charts of a report that have something to show. A run of several modes has a chart over each unit of load.
func Charts(r Report) []plot.Chart {
	var list []plot.Chart
	for _, family := range families(r) {
		list = append(list, latencyCharts(family)...)
		list = append(list, truthChart(family))
	}
	list = append(list, kneeChart(r), Frontier([]Report{r}))
	for _, d := range [...]struct {
		name, title string
		metric      Metric
	}{{"cdf-ttft", "Time to the first token: share of requests", TTFT}, {"cdf-e2e", "Time for a whole answer: share of requests", E2E}} {
		list = append(list, plot.Distribution(d.name, d.title, distributions(r, d.metric)))
	}
	for i := range r.Stages {
		list = append(list, timeline(&r.Stages[i]))
	}
	kept := list[:0]
	for _, c := range list {
		if !c.Empty() {
			kept = append(kept, c)
		}
	}
	return kept
}

// Plots writes every chart of the report that has data into an existing folder, as NAME.svg and NAME.png.
func Plots(ctx context.Context, dir string, r Report) error {
	return reports.WriteCharts(ctx, dir, Charts(r))
}

// family holds the stages whose loads have one unit.
type family struct {
	unit, suffix string
	stages       []*Stage
}

func families(r Report) []family {
	var list []family
	for i := range r.Stages {
		s := &r.Stages[i]
		at := -1
		for j := range list {
			if list[j].unit == s.Unit {
				at = j
			}
		}
		if at < 0 {
			suffix := ""
			if len(list) > 0 {
				suffix = "-" + strings.NewReplacer("/", "-per-", " ", "-").Replace(s.Unit)
			}
			list, at = append(list, family{unit: s.Unit, suffix: suffix}), len(list)
		}
		list[at].stages = append(list[at].stages, s)
	}
	for _, f := range list {
		slices.SortStableFunc(f.stages, func(a, b *Stage) int { return cmp.Compare(a.Size, b.Size) })
	}
	return list
}

// bySize are the stages of a report, unit by unit, in the order of rising load.
func bySize(r Report) (all []*Stage) {
	for _, f := range families(r) {
		all = append(all, f.stages...)
	}
	return all
}

// axis names the load of the family.
func (f family) axis() string {
	if f.unit == "requests/s" {
		return "requests a second, as asked"
	}
	if f.unit == "users" {
		return "users"
	}
	return "requests in flight, as asked"
}

// latencyCharts draw the percentiles of the times over the load.
func latencyCharts(f family) []plot.Chart {
	var list []plot.Chart
	scheduled := f.unit == "requests/s"
	from := ""
	if scheduled {
		from = ", from when it was due"
	}
	for _, m := range [...]struct {
		metric      Metric
		name, title string
	}{
		{TTFT, "ttft", "Time to the first token" + from}, {TPOT, "tpot", "Time per output token"}, {E2E, "e2e", "Time for a whole answer" + from},
	} {
		curves := []plot.Curve{{Label: "median"}, {Label: "p90"}, {Label: "p99"}}
		for _, s := range f.stages {
			spread := s.Main().Latency(m.metric, scheduled)
			for i, v := range []Figure{spread.P50, spread.P90, spread.P99} {
				curves[i].Points = append(curves[i].Points, plot.Mark{X: s.Size, Y: float64(v), Hollow: s.Invalid()})
			}
		}
		list = append(list, plot.LatencyOverLoad(m.name+f.suffix, m.title, f.axis(), curves))
	}
	return list
}

// truthChart draws what the answers were worth over the load.
func truthChart(f family) plot.Chart {
	var wrong, silent []plot.Mark
	graded := false
	for _, s := range f.stages {
		graded = graded || s.Answers.Graded
		wrong, silent = append(wrong, rateMark(s, s.Answers.Hallucination)), append(silent, rateMark(s, s.Answers.Abstention))
	}
	if !graded {
		return plot.Chart{}
	}
	c := plot.TruthOverLoad(f.axis(), wrong, silent)
	c.Name += f.suffix
	return c
}

// rateMark is a rate as a point, in the middle of its bounds where they stand in for it.
func rateMark(s *Stage, r reports.Rate) plot.Mark {
	m := plot.Mark{X: s.Size, Y: float64(r.Value), Low: float64(r.Low), High: float64(r.High), Hollow: s.Invalid()}
	if r.Bounded {
		m.Y, m.Low, m.High = float64(r.Least+r.Most)/2, float64(r.BoundLow), float64(r.BoundHigh)
	}
	return m
}

// kneeChart draws the whole answer's time over the throughput.
func kneeChart(r Report) plot.Chart {
	curves := []plot.Curve{{Label: "median"}, {Label: "p99"}}
	for _, s := range bySize(r) {
		w := s.Main()
		for j, v := range []Figure{w.Sent.E2E.P50, w.Sent.E2E.P99} {
			m := plot.Mark{X: float64(w.OutputPerS), Y: float64(v), Hollow: s.Invalid()}
			if j == 1 {
				m.Label = brief(s)
			}
			curves[j].Points = append(curves[j].Points, m)
		}
	}
	return plot.Knee("output tokens/s", curves)
}

// Frontier draws throughput against the speed that a user gets, one curve a run. Throughput is per accelerator where all runs declare theirs.
func Frontier(runs []Report) plot.Chart {
	declared, unit := true, ""
	for _, r := range runs {
		acc := r.Run.Target.Accelerators
		declared = declared && acc.Count > 0
		if unit == "" {
			unit = acc.Unit
		} else if unit != acc.Unit {
			unit = "accelerator"
		}
	}
	axis := "output tokens/s"
	if declared {
		axis += " per " + unitName(runners.Accelerators{Unit: unit})
	}
	var curves []plot.Curve
	for _, r := range runs {
		c := plot.Curve{Label: reports.TargetName(r.Run)}
		if len(runs) == 1 {
			c.Label = ""
		}
		for _, s := range bySize(r) {
			w := s.Main()
			y := w.OutputPerS
			if declared {
				y = w.OutputPerAccelerator
			}
			c.Points = append(c.Points, plot.Mark{X: float64(w.PerUser), Y: float64(y), Label: brief(s), Hollow: s.Invalid()})
		}
		curves = append(curves, c)
	}
	return plot.Frontier("output tokens/s for a user", axis, curves)
}

// unitName is what the accelerators are counted in.
func unitName(acc runners.Accelerators) string {
	if acc.Unit == "" {
		return "accelerator"
	}
	return acc.Unit
}

// brief names a stage beside a point.
func brief(s *Stage) string {
	if s.Mode == "trace" {
		return "trace"
	}
	size := Figure(s.Size).Fixed(1, 1)
	size = strings.TrimSuffix(size, ".0")
	if s.Unit == "requests/s" {
		return size + "/s"
	}
	return size
}

// distributions are the curves of a time, one a stage.
func distributions(r Report, m Metric) []plot.Curve {
	var curves []plot.Curve
	for i := range r.Stages {
		s := &r.Stages[i]
		values, shares := s.Main().Latency(m, s.Mode.Open()).Curve(300)
		c := plot.Curve{Label: s.Name}
		for j := range values {
			c.Points = append(c.Points, plot.Mark{X: values[j], Y: shares[j]})
		}
		curves = append(curves, c)
	}
	return curves
}

// timeline draws the requests of a stage and what the devices took.
func timeline(s *Stage) plot.Chart {
	var flights []plot.Flight
	seconds := func(at time.Duration) float64 {
		if at == never {
			return math.NaN()
		}
		return at.Seconds()
	}
	for i := range s.Requests {
		r := &s.Requests[i]
		flights = append(flights, plot.Flight{Sent: seconds(r.order()), First: seconds(r.First), Last: seconds(r.Last), Failed: !r.Completed()})
	}
	from, to := 0.0, 0.0
	if s.Steady.Seconds > 0 {
		from, to = s.Steady.From.Sub(s.Started).Seconds(), s.Steady.To.Sub(s.Started).Seconds()
	}
	return plot.Timeline("timeline-"+s.Name, "Requests over time: "+s.Name, flights, s.Whole.Seconds, from, to, moments(s, s.Power), moments(s, s.Use))
}

func moments(s *Stage, readings []telemetry.Point) []plot.Moment {
	var list []plot.Moment
	for _, r := range readings {
		list = append(list, plot.Moment{At: r.Time.Sub(s.Started).Seconds(), Value: r.Value})
	}
	return list
}

// Overlays draw the same figures of several runs in one chart each: the 99th percentile of the time to the first token and of a whole answer, over
// the load, for each unit of load that all of them have.
func Overlays(runs []Report) []plot.Chart {
	var list []plot.Chart
	if len(runs) == 0 {
		return nil
	}
	for _, f := range families(runs[0]) {
		scheduled := f.unit == "requests/s"
		for _, m := range [...]struct {
			metric      Metric
			name, title string
		}{{TTFT, "ttft", "Time to the first token, p99"}, {E2E, "e2e", "Time for a whole answer, p99"}} {
			var curves []plot.Curve
			for _, r := range runs {
				c := plot.Curve{Label: reports.TargetName(r.Run)}
				for _, s := range bySize(r) {
					if s.Unit == f.unit {
						c.Points = append(c.Points, plot.Mark{X: s.Size, Y: float64(s.Main().Latency(m.metric, scheduled).P99), Hollow: s.Invalid()})
					}
				}
				curves = append(curves, c)
			}
			list = append(list, plot.LatencyOverLoad(m.name+f.suffix, m.title, f.axis(), curves))
		}
	}
	return list
}
