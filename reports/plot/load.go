package plot

import "gonum.org/v1/plot/vg/draw"

// invalidKey explains hollow marks.
const invalidKey = "INVALID, not to be ranked"

// LatencyOverLoad draws percentiles of a time, in milliseconds, over the load, in axis. Both axes are logarithmic where that can be.
func LatencyOverLoad(name, title, axis string, percentiles []Curve) Chart {
	xs, ys := values(percentiles)
	p := plotted{curves: percentiles, x: over(axis, xs, true, brief), y: over("", ys, true, span), hollow: invalidKey}
	return p.chart(Chart{Name: name, Title: title, Alt: "Percentiles of the time, over " + axis + "."})
}

// Knee draws a time, in milliseconds, over the throughput at which it was had: a target at its limit takes longer and brings no more. Points are in
// the order of rising load.
func Knee(throughput string, curves []Curve) Chart {
	xs, ys := values(curves)
	p := plotted{curves: curves, x: over(throughput, xs, false, brief), y: over("", ys, true, span), hollow: invalidKey}
	return p.chart(Chart{Name: "knee", Title: "Time for a whole answer over throughput", Alt: "Time for a whole answer over " + throughput + ", from load to load."})
}

// Frontier draws what the box brings over what each user gets: up and to the right is better. Each curve is a run.
func Frontier(perUser, perUnit string, runs []Curve) Chart {
	xs, ys := values(runs)
	p := plotted{curves: runs, x: over(perUser, xs, false, brief), y: over(perUnit, ys, false, brief), hollow: invalidKey}
	return p.chart(Chart{Name: "frontier", Title: "Throughput against speed for a user", Alt: perUnit + " over " + perUser + ", from load to load."})
}

// Distribution draws the share of values, in milliseconds, up to each of them: one curve a load.
func Distribution(name, title string, loads []Curve) Chart {
	xs, _ := values(loads)
	y := linear("share of requests", 1, wholePercent)
	p := plotted{curves: loads, x: over("time, by its logarithm", xs, true, span), y: y, bare: true}
	if !p.x.log {
		p.x.title = "time"
	}
	return p.chart(Chart{Name: name, Title: title, Alt: "Share of requests over the time within which they came, by load."})
}

// TruthOverLoad draws the shares of false answers and of abstentions, with intervals, over the load.
func TruthOverLoad(axis string, hallucination, abstention []Mark) Chart {
	curves := []Curve{{"hallucination", hallucination}, {"abstention", abstention}}
	xs, ys := values(curves)
	top := 0.0
	for _, v := range ys {
		top = max(top, v)
	}
	y := linear("share of scored answers", min(top, 1), wholePercent)
	p := plotted{curves: curves, looks: []look{{incorrect, draw.BoxGlyph{}}, {abstained, draw.CircleGlyph{}}}, x: over(axis, xs, true, brief), y: y, hollow: invalidKey}
	return p.chart(Chart{Name: "truth", Title: "False answers and abstentions under load, with 95 % intervals", Alt: "Shares of false answers and of abstentions over " + axis + "."})
}
