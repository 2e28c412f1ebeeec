package reports

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"

	"github.com/viva-eval/viva/reports/plot"
)

// mostGroups is how many slices a chart shows; a suite of more skills than that has a table.
const mostGroups = 14

// charts are the charts of a report that have something to show.
func charts(r Report) []plot.Chart {
	var shares []plot.Shares
	var points []plot.Point
	var times []plot.Percentiles
	for _, a := range r.Summary.Arms {
		if a.Context {
			continue
		}
		c := a.Counts
		of := func(n int) float64 { return float64(ratio(float64(n), float64(c.Answered))) }
		shares = append(shares, plot.Shares{
			Label: a.Name, Correct: of(c.Correct), Partial: of(c.Partial), Abstained: of(c.Abstained), Incorrect: of(c.Incorrect),
			Unscored: of(c.Unscored), N: c.Answered,
		})
		points = append(points, point(a.Name, a.Hallucination))
		first, answer := a.Latency.FirstToken, a.Latency.Answer
		if answer.N > 0 && len(r.Summary.Arms) <= mostArms {
			times = append(times, spread(a.Name+", first token", first))
		}
		if answer.N > 0 {
			times = append(times, spread(a.Name+", answer", answer))
		}
	}
	var lifts []plot.Lifted
	for _, p := range r.Summary.Pairs {
		if edits(p.Arm) {
			continue
		}
		lift := plot.Point{Value: float64(p.Lift.Value), Low: float64(p.Lift.Low), High: float64(p.Lift.High)}
		if p.Lift.Bounded {
			lift = plot.Point{Value: float64(p.Lift.Least), Low: float64(p.Lift.BoundLow), High: float64(p.Lift.BoundHigh), Debt: float64(p.Lift.Most - p.Lift.Least), Blind: p.N == 0}
		}
		lifts = append(lifts, plot.Lifted{Label: p.Arm, Rescue: point("", p.Rescue), Harm: point("", p.Harm), Lift: lift})
	}
	all := []plot.Chart{plot.Verdicts(shares), plot.Hallucination(points), plot.Lift(lifts)}
	for _, w := range r.Summary.Waterfalls {
		all = append(all, waterfallChart(w))
	}
	for _, s := range r.Summary.Sweeps {
		all = append(all, sweepChart(s))
	}
	for _, d := range dimensions {
		if values := sliceValues(r, d.name); len(values) > 1 && len(values) <= mostGroups {
			all = append(all, bySlice(r, d.name, values))
		}
	}
	all = append(all, plot.Latency(times))
	kept := all[:0]
	for _, c := range all {
		if !c.Empty() {
			kept = append(kept, c)
		}
	}
	return kept
}

// bySlice sets the accuracy of the arms side by side.
func bySlice(r Report, dimension string, values []string) plot.Chart {
	var series []string
	for _, a := range r.plainArms() {
		series = append(series, a.Name)
	}
	var groups []plot.Group
	for _, v := range values {
		g, defined := plot.Group{Label: sliceName(Slice{Dimension: dimension, Value: v})}, false
		for _, a := range r.plainArms() {
			p := plot.Point{Value: math.NaN()}
			if s, ok := findSlice(r, dimension, v, a.Name); ok && s.Accuracy.N+s.Accuracy.Unscored > 0 {
				p, defined = point(a.Name, s.Accuracy), true
			}
			g.Points = append(g.Points, p)
		}
		if defined { // a slice of unanswerable items has no accuracy
			groups = append(groups, g)
		}
	}
	return plot.Accuracy(dimension, series, groups)
}

// waterfallChart draws the losses of an arm.
func waterfallChart(w Waterfall) plot.Chart {
	var steps []plot.Step
	for _, b := range w.Losses {
		steps = append(steps, plot.Step{Label: b.Loss.label(), N: b.Share.Successes, Share: float64(b.Share.Value), False: float64(ratio(float64(b.False), float64(w.N)))})
	}
	c := plot.Waterfall(w.Arm, w.Arm, w.N, steps, plot.Step{N: w.Right.Successes, Share: float64(w.Right.Value)})
	if w.Right.Unscored > 0 {
		c.Note = fmt.Sprintf("%d unscored answers are left out.", w.Right.Unscored)
	}
	return c
}

// sweepChart draws the answers over a setting.
func sweepChart(s Sweep) plot.Chart {
	title, axis := sweepTitle(s)
	var ticks []plot.Tick
	var right, wrong []plot.Point
	for _, p := range s.Points {
		label := strconv.FormatFloat(p.Value, 'g', -1, 64)
		if s.Param == "rate" {
			label = strconv.FormatFloat(100*p.Value, 'g', 4, 64) + " %"
		}
		ticks = append(ticks, plot.Tick{Value: p.Value, Label: label})
		right, wrong = append(right, point("", p.Accuracy)), append(wrong, point("", p.Hallucination))
	}
	return plot.Sweep(s.Param+"-"+s.Name, title, axis, s.Param == "k", ticks, right, wrong)
}

// sweepTitle says what a sweep follows, and names its axis.
func sweepTitle(s Sweep) (title, axis string) {
	switch s.Param {
	case "k":
		return "More passages: " + s.Name, "passages (k), by their logarithm"
	case "at":
		return "Where the evidence stands: " + s.Name, "place of the evidence, 1 is first"
	case "rate":
		return "More noise: " + s.Name, "distractors, as a share of k"
	}
	return s.Param + ": " + s.Name, s.Param
}

// point turns a rate into a point; where bounds stand in for its value, from the least with the rest as debt.
func point(label string, r Rate) plot.Point {
	if r.Bounded {
		return plot.Point{Label: label, Value: float64(r.Least), Low: float64(r.BoundLow), High: float64(r.BoundHigh), Debt: float64(r.Most - r.Least), Blind: r.N == 0}
	}
	return plot.Point{Label: label, Value: float64(r.Value), Low: float64(r.Low), High: float64(r.High)}
}

func spread(label string, p Percentiles) plot.Percentiles {
	return plot.Percentiles{Label: label, P50: float64(p.P50), P90: float64(p.P90), P99: float64(p.P99)}
}

// Plots writes every chart of the report that has data into an existing folder, as NAME.svg and NAME.png. Each file is written whole or, on
// an error, left as it was. It ends with the cause of ctx, between two files, when that is done.
func Plots(ctx context.Context, dir string, r Report) error { return WriteCharts(ctx, dir, charts(r)) }

// WriteCharts writes charts as [Plots] does.
func WriteCharts(ctx context.Context, dir string, charts []plot.Chart) error {
	press, err := plot.NewPress()
	if err != nil {
		return fmt.Errorf("write plots: %w", err)
	}
	for _, c := range charts {
		for _, form := range []struct {
			extension string
			print     func(io.Writer, plot.Chart) error
		}{{".svg", press.SVG}, {".png", press.PNG}} {
			if ctx.Err() != nil {
				return fmt.Errorf("write plots: %w", context.Cause(ctx))
			}
			var b bytes.Buffer
			if err := form.print(&b, c); err != nil {
				return fmt.Errorf("draw %s: %w", c.Name, err)
			}
			if err := replace(filepath.Join(dir, c.Name+form.extension), b.Bytes()); err != nil {
				return fmt.Errorf("write plots: %w", err)
			}
		}
	}
	return nil
}

// replace writes a file beside its name and moves it there.
func replace(name string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if e := f.Chmod(0o644); err == nil {
		err = e
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
