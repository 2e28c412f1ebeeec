package compare

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/viva-eval/viva/reports"
)

//go:embed page/page.html
var pageTemplate string

//go:embed page/style.css
var pageStyle string

var _ Format = HTML

const (
	flipsShown  = 100 // flips on the page
	slicesDrawn = 12  // slices that the page shows at once, beside those that gate or changed
)

// HTML writes the comparison as one page that needs nothing else, in the look of a report's page: no request leaves it. All texts of the
// runs are escaped.
func HTML(w io.Writer, c Comparison) error {
	t, err := template.New("page").Parse(pageTemplate)
	if err != nil {
		return fmt.Errorf("parse page: %w", err)
	}
	return t.Execute(w, pageOf(c))
}

type (
	// page is what the template shows.
	page struct {
		Style, Own                                template.CSS
		Base, Head, Headline, HeadArm, Confidence string
		Tiles                                     []pageTile
		Notes                                     []reports.Note
		Arms                                      []pageArm
		Tables                                    []reports.Grid
		Flips                                     []Flip
		AllFlips                                  int
		Counts, Speed                             reports.Grid
		Slices, OtherSlices                       []pageSlice
		SliceTests                                int
		Indicative                                bool
		Runs, Changes                             []reports.Change
	}
	pageTile struct{ Name, Figure, Doubt, Values, Tone string }
	pageArm  struct {
		Name         string
		Pairs, Items int
		Dropped      string
		Rows         []pageMeasure
	}
	pageMeasure struct {
		Name, Base, Head, P string
		Bar                 pageBar
		Up, Down, Pairs     int
	}
	pageSlice struct {
		Name, Dimension, Arm, Measure, P, Adjusted string
		Gating                                     bool
		Bar                                        pageBar
		Pairs                                      int
	}
	// pageBar is a difference drawn on a scale with no change in the middle.
	pageBar struct {
		Figure, Doubt, Tone string
		Low, Width, Mark    float64
		Drawn               bool
	}
)

func pageOf(c Comparison) page {
	p := page{
		Style: reports.PageStyle(), Own: template.CSS(pageStyle), Base: sideName(c.Base, c.Head), Head: sideName(c.Head, c.Base), Headline: c.Headline(),
		HeadArm: c.HeadArm().Name(), Confidence: strings.TrimSuffix(c.confidence(), " CI"), Notes: c.Notes, AllFlips: len(c.Flips), Counts: c.flipGrid(), Speed: c.speedGrid(),
		Indicative: c.Indicative, Runs: c.runs(), Flips: c.Flips[:min(len(c.Flips), flipsShown)],
	}
	listed := map[string]bool{}
	for _, r := range p.Runs {
		listed[r.What] = true
	}
	for _, x := range c.Changes {
		if !listed[x.What] {
			p.Changes = append(p.Changes, x)
		}
	}
	for _, m := range c.HeadArm().Measures {
		if m.Name == Accuracy || m.Name == Hallucination || m.Name == Penalised || m.Name == Lift {
			p.Tiles = append(p.Tiles, tileOf(m))
		}
	}
	var all []sliced
	for _, a := range c.Arms {
		for _, m := range a.Measures {
			all = append(all, sliced{Measure: m})
		}
	}
	scale := reach(all)
	for _, a := range c.Arms {
		p.Arms = append(p.Arms, pageArmOf(a, scale))
		p.Tables = append(p.Tables, a.transitions())
	}
	ranked := c.ranked(Accuracy, Hallucination)
	p.SliceTests = len(ranked)
	limit := reach(ranked)
	for i, s := range ranked {
		into := &p.Slices
		if i >= slicesDrawn && !s.slice.Gating && s.Finding == NotFound {
			into = &p.OtherSlices
		}
		*into = append(*into, pageSlice{
			Name: reports.SliceName(s.slice.Dimension, s.slice.Value), Dimension: s.slice.Dimension, Arm: s.slice.Arm, Measure: s.Name.String(),
			P: probability(s.P), Adjusted: probability(s.Adjusted), Gating: s.slice.Gating, Bar: barOf(s.Measure, limit), Pairs: s.Pairs,
		})
	}
	return p
}

func pageArmOf(a Arm, scale float64) pageArm {
	p := pageArm{Name: a.Name(), Pairs: a.Pairs, Items: a.Items}
	var dropped []string
	for _, d := range []struct {
		n    int
		what string
	}{{a.DroppedFailed, "dropped as failed"}, {a.DroppedUnscored, "as unscored"}, {a.OnlyBase + a.OnlyHead, "trials without a partner"}} {
		if d.n > 0 {
			dropped = append(dropped, fmt.Sprintf("%d %s", d.n, d.what))
		}
	}
	p.Dropped = strings.Join(dropped, " · ")
	for _, m := range a.Measures {
		row := pageMeasure{m.Name.String(), m.Base.Percent(), m.Head.Percent(), probability(m.P), barOf(m, scale), m.Up, m.Down, m.Pairs}
		if m.Bounded {
			row.Pairs += m.Unscored
		}
		p.Rows = append(p.Rows, row)
	}
	return p
}

// reach is the half-width of a scale that holds all intervals: the next ten points.
func reach(list []sliced) float64 {
	most := 0.0
	for _, s := range list {
		for _, f := range []reports.Figure{s.Low, s.High} {
			if f.Defined() {
				most = math.Max(most, math.Abs(float64(f)))
			}
		}
		if s.Bounded && s.BoundLow.Defined() {
			most = math.Max(most, math.Max(-float64(s.BoundLow), float64(s.BoundHigh)))
		}
	}
	return math.Max(.1, math.Ceil(most*10)/10)
}

// barOf draws a difference on a scale of ±limit.
func barOf(m Measure, limit float64) pageBar {
	b := pageBar{Figure: m.Difference.Points(), Tone: tone(m)}
	low, high, mark := m.Low, m.High, m.Difference
	if m.Bounded {
		b.Figure = m.Least.Points() + " to " + m.Most.Points()
		low, high, mark = m.BoundLow, m.BoundHigh, (m.Least+m.Most)/2
	}
	if !low.Defined() || !high.Defined() || !mark.Defined() {
		return b
	}
	at := func(f reports.Figure) float64 { return math.Round(10*(50+50*float64(f)/limit)) / 10 }
	b.Drawn, b.Doubt = true, low.Points()+" to "+high.Points()
	b.Low, b.Width = at(low), math.Round(10*(at(high)-at(low)))/10
	b.Mark = min(max(at(mark)-.5, 0), 99)
	return b
}

func tone(m Measure) string {
	if m.Finding == Better || m.Finding == Worse {
		return string(m.Finding)
	}
	return "open"
}

// tileOf is one large figure of the head of the page.
func tileOf(m Measure) pageTile {
	b := barOf(m, 1)
	t := pageTile{Name: m.Name.String(), Figure: b.Figure, Doubt: b.Doubt, Tone: b.Tone, Values: m.Base.Percent() + " → " + m.Head.Percent() + ", " + strconv.Itoa(m.Pairs) + " pairs"}
	if m.Finding == NotFound && m.Difference.Defined() {
		t.Doubt += ", not established"
	}
	return t
}
