package reports

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/viva-eval/viva/reports/plot"
)

//go:embed page/page.html
var pageTemplate string

//go:embed page/style.css
var pageStyle string

var _ Format = HTML

// HTML writes the report as one page that needs nothing else: no request leaves it, its charts are drawn in it, it follows the reader's
// light or dark screen and fits a phone. All texts of the run are escaped, and no control character of theirs is in it.
func HTML(w io.Writer, r Report) error {
	t, err := template.New("page").Funcs(template.FuncMap{
		"pct":     Figure.percent,
		"rate":    Rate.interval,
		"bar":     barOf,
		"score":   Score.interval,
		"brief":   Rate.brief,
		"tie":     tie,
		"p":       Figure.pValue,
		"dropped": func(p Pair) int { return p.DroppedUnscored + p.DroppedFailed },
	}).Parse(pageTemplate)
	if err != nil {
		return fmt.Errorf("parse page: %w", err)
	}
	p, err := pageOf(r)
	if err != nil {
		return err
	}
	var b strings.Builder
	if err := t.Execute(&b, p); err != nil {
		return err
	}
	_, err = io.WriteString(w, Legible(b.String()))
	return err
}

// page is what the template shows.
type page struct {
	Style                                               template.CSS
	Target, Suite, Headline, HeadArm                    string
	Tiles                                               []tile
	Notes                                               []Note
	Arms                                                []pageArm
	SliceArms                                           []Arm
	AllRates                                            []pageRates
	Losses                                              []pageLoss
	LossTable, Abstention, Edited, Families, Found      pageGrid
	Tools                                               pageGrid
	SweepCharts                                         []pageChart
	LossCharts                                          bool
	Bounded, Truncated, Filtered                        bool
	VerdictCharts, LiftCharts, SliceCharts, SpeedCharts []pageChart
	Pairs                                               []Pair
	Sides                                               []string
	Slices                                              []pageSlices
	Causes, Latency, Throughput                         pageGrid
	Retrieval                                           *Retrieval
	Speed                                               Speed
	Wrong                                               []pageWrong
	Facts                                               []fact
}

type (
	// tile is one large figure of the head of the page.
	tile struct{ Name, Figure, Unit, Doubt, Tone string }
	// pageArm is an arm with a word on what it shows.
	pageArm struct {
		Arm
		About string
	}
	// pageRates is one rate over all arms.
	pageRates struct {
		Name  string
		Cells []string
	}
	pageChart struct {
		Title, Note string
		SVG         template.HTML
	}
	// pageSlices is one dimension: a row a value, a cell an arm.
	pageSlices struct {
		Dimension string
		Rows      []pageSlice
	}
	pageSlice struct {
		Name  string
		Cells []Slice
	}
	pageGrid struct {
		Title, Foot string
		Head        []string
		Rows        [][]string
	}
	// pageLoss is a waterfall with its questions; Chart is nil where there are too many to draw.
	pageLoss struct {
		Arm   string
		Chart *pageChart
		Bars  []pageLossBar
	}
	pageLossBar struct {
		Name        string
		N, False    int
		Unshown     int // without the evidence; 0 where that goes without saying
		Items       []LostItem
		More        int // items that are not listed
		Explanation string
	}
	pageWrong struct {
		Arm        string
		Shown, All int
		Answers    []Wrong
	}
	// pageBar is a rate drawn on a scale of 0 to 100.
	pageBar struct {
		Figure, Doubt, Tone string
		Low, Width, Mark    float64
		Drawn, Marked       bool // bounds have no mark
	}
)

func pageOf(r Report) (page, error) {
	s := r.Summary
	p := page{
		Style: template.CSS(pageStyle), Target: targetName(r), Suite: suiteName(r), Headline: r.Headline(), Notes: s.Notes,
		Pairs: openPairs(s.Pairs), Sides: []string{"correct", "neither", "incorrect"}, Retrieval: s.Retrieval, Speed: s.Speed, Facts: factList(r),
		Truncated: s.Counts.Truncated > 0, Filtered: s.Counts.Filtered > 0,
		LossTable: pageGridOf(lossGrid(r)), Abstention: pageGridOf(abstentionGrid(r)), Edited: pageGridOf(editedGrid(r)), Families: pageGridOf(familyGrid(r)),
		Found: pageGridOf(retrievalGrid(r)), Tools: pageGridOf(toolGrid(r)), SliceArms: r.plainArms(),
		Causes: pageGridOf(causeGrid(r)), Latency: pageGridOf(latencyGrid(r)), Throughput: pageGridOf(speedGrid(r)),
	}
	if a, ok := r.HeadArm(); ok {
		p.HeadArm, p.Tiles = a.Name, tiles(r, a)
	}
	var open []Arm
	for _, a := range s.Arms {
		if a.Context {
			continue
		}
		open = append(open, a)
		p.Arms = append(p.Arms, pageArm{a, aboutArm(a.Name)})
		p.Bounded = p.Bounded || a.Accuracy.Bounded || a.Hallucination.Bounded
	}
	p.AllRates = allRates(open)
	p.Slices = pageSlicesOf(r)
	for _, a := range s.Arms {
		w := pageWrong{Arm: a.Name, All: a.Counts.Incorrect}
		for _, answer := range r.Wrong {
			if answer.Arm == a.Name {
				w.Answers = append(w.Answers, answer)
			}
		}
		if w.Shown = len(w.Answers); w.Shown > 0 {
			p.Wrong = append(p.Wrong, w)
		}
	}
	return p, p.draw(r)
}

// draw prints the charts into their sections.
func (p *page) draw(r Report) error {
	press, err := plot.NewPress()
	if err != nil {
		return fmt.Errorf("draw page: %w", err)
	}
	drawn := drawnLosses(r)
	for _, w := range r.Summary.Waterfalls {
		loss, err := pageLossOf(press, w, slices.Contains(drawn, w.Arm))
		if err != nil {
			return err
		}
		p.Losses = append(p.Losses, loss)
		p.LossCharts = p.LossCharts || loss.Chart != nil
	}
	for _, c := range charts(r) {
		if strings.HasPrefix(c.Name, "waterfall-") {
			continue // drawn with its questions
		}
		drawn, err := inline(press, c)
		if err != nil {
			return err
		}
		switch {
		case c.Name == "verdicts" || c.Name == "hallucination":
			p.VerdictCharts = append(p.VerdictCharts, drawn)
		case c.Name == "lift":
			p.LiftCharts = append(p.LiftCharts, drawn)
		case strings.HasPrefix(c.Name, "sweep-"):
			p.SweepCharts = append(p.SweepCharts, drawn)
		case c.Name == "latency":
			p.SpeedCharts = append(p.SpeedCharts, drawn)
		default:
			p.SliceCharts = append(p.SliceCharts, drawn)
		}
	}
	return nil
}

// inline sets a chart for a page, in its wide and its narrow form.
func inline(press *plot.Press, c plot.Chart) (pageChart, error) {
	svg, err := press.Inline(c, false)
	if err != nil {
		return pageChart{}, fmt.Errorf("draw page: %w", err)
	}
	phone, err := press.Inline(c, true)
	if err != nil {
		return pageChart{}, fmt.Errorf("draw page: %w", err)
	}
	// The drawing is our own: paths and numbers, its label escaped where it is made.
	return pageChart{c.Title, c.Note, template.HTML(svg + phone)}, nil
}

// tiles are the large figures of an arm.
func tiles(r Report, a Arm) []tile {
	if _, truth := speaksOf(r.Summary.Scorer); !truth {
		return []tile{rateTile("correct by "+r.Summary.Scorer, a.Accuracy, "correct"), rateTile("incorrect by "+r.Summary.Scorer, a.Hallucination, "incorrect")}
	}
	list := []tile{
		rateTile("answered right", a.Accuracy, "correct"),
		rateTile("hallucinated", a.Hallucination, "incorrect"),
		rateTile("said “not known”", a.Abstention, ""),
	}
	for _, p := range r.Summary.Pairs {
		switch {
		case p.Arm != a.Name:
		case p.Lift.Bounded:
			list = append(list, tile{"lift by the pages", signed(p.Lift.Least) + "…" + signed(p.Lift.Most), "points",
				fmt.Sprintf("bounds: %d of %d pairs unscored", p.Lift.Unscored, p.N+p.Lift.Unscored), "correct"})
		case p.Lift.Value.Defined():
			list = append(list, tile{"lift by the pages", signed(p.Lift.Value), "points",
				signed(p.Lift.Low) + " to " + signed(p.Lift.High) + ", " + strconv.Itoa(p.N) + " pairs", "correct"})
		}
	}
	return list
}

func rateTile(name string, r Rate, tone string) tile {
	if r.Bounded {
		return tile{name, between(r.Least, r.Most, Figure.percent), "%", fmt.Sprintf("bounds: %d of %d unscored", r.Unscored, r.N+r.Unscored), tone}
	}
	doubt := fmt.Sprintf("%d of %d", r.Successes, r.N)
	if r.Low.Defined() {
		doubt = between(r.Low, r.High, Figure.percent) + " %, " + doubt
	}
	return tile{name, r.Value.percent(), "%", doubt, tone}
}

// between writes a range.
func between(low, high Figure, write func(Figure) string) string {
	if !low.Defined() || !high.Defined() {
		return ""
	}
	return write(low) + "–" + write(high)
}

// barOf draws a rate with its interval, or its bounds.
func barOf(r Rate, tone string) pageBar {
	b := pageBar{Figure: r.Value.percent(), Tone: tone}
	low, high, mark := r.Low, r.High, r.Value
	if r.Bounded {
		b.Figure = between(r.Least, r.Most, Figure.percent)
		low, high, mark = r.BoundLow, r.BoundHigh, (r.Least+r.Most)/2
	}
	if !low.Defined() || !high.Defined() || !mark.Defined() {
		return b
	}
	b.Drawn, b.Doubt = true, between(low, high, Figure.percent)+" of "+r.of()
	tenth := func(f Figure) float64 { return math.Round(float64(f)*1000) / 10 }
	b.Low, b.Width = tenth(low), math.Round((tenth(high)-tenth(low))*10)/10
	b.Mark, b.Marked = min(max(tenth(mark)-.5, 0), 99), !r.Bounded
	return b
}

// allRates lists every rate, arms side by side.
func allRates(arms []Arm) []pageRates {
	if len(arms) == 0 {
		return nil
	}
	var list []pageRates
	for i, named := range arms[0].rates() {
		row := pageRates{Name: rateNames[named.name]}
		for _, a := range arms {
			r := a.rates()[i].rate
			cell := r.interval()
			if r.N > 0 {
				cell += " of " + r.of()
			}
			row.Cells = append(row.Cells, cell)
		}
		list = append(list, row)
	}
	score := pageRates{Name: "penalised score, points"}
	for _, a := range arms {
		score.Cells = append(score.Cells, a.Penalised.interval())
	}
	return append(list, score)
}

// rateNames write the rates for a person.
var rateNames = map[string]string{
	"accuracy": "correct, of answerable", "hallucination": "hallucination", "abstention": "abstention", "partial": "partial",
	"correct_given_attempted": "correct, of those attempted", "behaved": "did what the arm asks",
	"abstention_precision": "abstention precision", "abstention_recall": "abstention recall", "omniscience_rate": "omniscience rate",
}

func pageSlicesOf(r Report) []pageSlices {
	var list []pageSlices
	for _, d := range dimensions {
		values := sliceValues(r, d.name)
		if len(values) < 2 {
			continue
		}
		group := pageSlices{Dimension: d.name}
		for _, v := range values {
			row := pageSlice{Name: sliceName(Slice{Dimension: d.name, Value: v})}
			for _, a := range r.plainArms() {
				s, _ := findSlice(r, d.name, v, a.Name) // the empty slice prints as dashes
				row.Cells = append(row.Cells, s)
			}
			group.Rows = append(group.Rows, row)
		}
		list = append(list, group)
	}
	return list
}

func pageGridOf(g grid) pageGrid { return pageGrid{g.title, g.foot, g.head, g.rows} }
