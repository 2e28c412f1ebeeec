package bench

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/reports/plot"
)

//go:embed page/page.html
var pageTemplate string

//go:embed page/style.css
var pageStyle string

var _ Format = HTML

// HTML writes the report as one page that needs nothing else, in the look of a run's page: no request leaves it, its charts are drawn in it, it
// follows the reader's light or dark screen and fits a phone. All texts of the run are escaped.
func HTML(w io.Writer, r Report) error {
	p, err := pageOf(&r)
	if err != nil {
		return err
	}
	return Page(w, p)
}

// PageData is what a page of measured runs shows: this report, or several side by side.
type PageData struct {
	Style, Own            template.CSS
	Kind, Title, Headline string
	Tiles                 []Tile
	Notes                 []reports.Note
	Sections              []Section
	Facts                 [][]string
	Words                 [][2]string // explained at the end
	TilesOf               string      // the stage that the tiles are of
}

// Tile is one large figure of the head of the page.
type Tile struct{ Name, Figure, Unit, Doubt, Tone string }

// Section is a part of a page: charts, then tables.
type Section struct {
	ID, Title, Lead string
	Charts          []Drawing
	Tables          []PageTable
	More            string // heads a fold that holds MoreCharts and MoreTables; empty: there is none
	MoreCharts      []Drawing
	MoreTables      []PageTable
}

// Drawing is a chart as it stands in a page.
type Drawing struct {
	Title, Note string
	SVG         template.HTML
}

// PageTable is a table as it stands in a page.
type PageTable struct {
	Title string
	Head  []string
	Left  int // columns of texts, from the first
	Rows  []Row
	Foot  []string
}

// Row is a row of a table; Tag stands beside its name.
type Row struct {
	Name, Tag string
	Cells     []Cell
}

// Cell is a cell; Tag stands beside its text.
type Cell struct {
	Head, Text, Tag string
	Left            bool // a text, not a figure
}

// Page writes a page.
func Page(w io.Writer, p PageData) error {
	p.Style, p.Own = reports.PageStyle(), template.CSS(pageStyle)
	t, err := template.New("page").Funcs(template.FuncMap{"tie": reports.Tie}).Parse(pageTemplate)
	if err != nil {
		return fmt.Errorf("parse page: %w", err)
	}
	return t.Execute(w, p)
}

// timelinesShown is how many stages' requests a page shows at once.
const timelinesShown = 6

func pageOf(r *Report) (PageData, error) {
	p := PageData{Kind: "measured load", Title: r.title(), Headline: r.Headline(), Notes: r.Notes, Facts: r.facts(), Words: words}
	if best := r.best(); best != nil {
		if r.Capacity != nil {
			best = r.at(r.Capacity.Holds, best)
		}
		p.TilesOf, p.Tiles = best.Name, tiles(best)
	}
	charts := map[string][]Drawing{}
	press, err := plot.NewPress()
	if err != nil {
		return p, fmt.Errorf("draw page: %w", err)
	}
	for _, c := range Charts(*r) {
		d, err := Draw(press, c)
		if err != nil {
			return p, err
		}
		kind, _, _ := strings.Cut(c.Name, "-")
		charts[kind] = append(charts[kind], d)
	}
	some := func(kinds ...string) (list []Drawing) {
		for _, kind := range kinds {
			list = append(list, charts[kind]...)
		}
		return list
	}
	times := some("timeline")
	for _, s := range []Section{
		{ID: "throughput", Title: "Throughput", Lead: "Requests, replies and tokens a second under each load.", Charts: some("frontier", "knee"), Tables: tablesOf(r.throughputGrid()),
			More: "Steady part and whole stage", MoreTables: tablesOf(r.windowGrid())},
		{ID: "latency", Title: "How long users wait", Lead: "From the moment at which a request was sent, unless it says otherwise.", Charts: some("ttft", "tpot", "e2e"), Tables: tablesOf(r.latencyGrid(), r.scheduledGrid()),
			More: "Distributions", MoreCharts: some("cdf")},
		{ID: "truth", Title: "Truth under load", Lead: "The same requests are graded: are the answers still true when the target is busy?", Charts: some("truth"), Tables: tablesOf(r.truthGrid())},
		{ID: "promises", Title: "Promises", Tables: tablesOf(r.promiseGrid())},
		{ID: "cost", Title: "Power and money", Tables: tablesOf(r.costGrid())},
		{ID: "timeline", Title: "Requests over time", Charts: times[:min(len(times), timelinesShown)], More: "The other stages", MoreCharts: times[min(len(times), timelinesShown):]},
		{ID: "checks", Title: "Self-checks", Lead: "Does the run measure the target, and nothing else?", Tables: tablesOf(r.checkGrid())},
	} {
		for i := range s.Tables {
			if s.Tables[i].Title == s.Title {
				s.Tables[i].Title = "" // said already
			}
		}
		if len(s.MoreTables)+len(s.MoreCharts) == 0 {
			s.More = ""
		}
		if len(s.Charts)+len(s.Tables) > 0 {
			p.Sections = append(p.Sections, s)
		}
	}
	return p, nil
}

// Draw sets a chart for a page, in its wide and its narrow form.
func Draw(press *plot.Press, c plot.Chart) (Drawing, error) {
	svg, err := press.Inline(c, false)
	if err != nil {
		return Drawing{}, fmt.Errorf("draw page: %w", err)
	}
	phone, err := press.Inline(c, true)
	if err != nil {
		return Drawing{}, fmt.Errorf("draw page: %w", err)
	}
	// The drawing is our own: paths and numbers, its label escaped where it is made.
	return Drawing{c.Title, c.Note, template.HTML(svg + phone)}, nil
}

// tiles are the large figures of a stage.
func tiles(s *Stage) []Tile {
	w := s.Main()
	unit := "tokens/s"
	list := []Tile{{"output", w.OutputPerS.PerSecond(), unit, w.PerUser.PerSecond() + " for each user", "correct"}}
	if w.OutputPerAccelerator.Defined() {
		list[0] = Tile{"output per " + unitName(w.Accelerators), w.OutputPerAccelerator.PerSecond(), unit, w.OutputPerS.PerSecond() + " in all, " + w.PerUser.PerSecond() + " for each user", "correct"}
	}
	if ttft := w.Latency(TTFT, s.Mode.Open()); ttft.N > 0 {
		figure, unit, _ := strings.Cut(Time(ttft.P99), " ")
		list = append(list, Tile{"first token, p99", figure, unit, "median " + Time(ttft.P50), ""})
	} else if e2e := w.Latency(E2E, s.Mode.Open()); e2e.N > 0 {
		figure, unit, _ := strings.Cut(Time(e2e.P99), " ")
		list = append(list, Tile{"whole answer, p99", figure, unit, "median " + Time(e2e.P50), ""})
	}
	if a := s.Answers; a.Graded {
		h := a.Hallucination
		t := Tile{"hallucinated", h.Value.Percent(), "%", fmt.Sprintf("%s–%s %%, %d of %d", h.Low.Percent(), h.High.Percent(), h.Successes, h.N), "incorrect"}
		if h.Bounded {
			t.Figure, t.Doubt = h.Least.Percent()+"–"+h.Most.Percent(), fmt.Sprintf("bounds: %d of %d unscored", h.Unscored, h.N+h.Unscored)
		}
		list = append(list, t)
	}
	switch {
	case w.CostPerCorrect.Defined():
		list = append(list, Tile{"1,000 correct answers", Money(w.CostPerCorrect * 1000), w.Currency, Money(w.CostPerMillion) + " for a million output tokens", ""})
	case w.JoulesPerToken.Defined():
		list = append(list, Tile{"energy of an output token", Amount(w.JoulesPerToken), "J", Amount(w.Hardware.Watts) + " W on average", ""})
	case w.GoodShare.Defined():
		list = append(list, Tile{"kept all promises", w.GoodShare.Percent(), "%", fmt.Sprintf("%d of %d attempted", w.Good, w.Attempted), ""})
	}
	return list
}

// tablesOf sets grids for a page, without empty ones.
func tablesOf(grids ...reports.Grid) []PageTable {
	var list []PageTable
	for _, g := range grids {
		if len(g.Rows) > 0 {
			list = append(list, TableOf(g))
		}
	}
	return list
}

// TableOf sets a grid for a page. A row without a name belongs to the one before it and has its name.
func TableOf(g reports.Grid) PageTable {
	t := PageTable{Title: g.Title, Head: g.Head, Left: g.Left}
	if g.Foot != "" {
		t.Foot = strings.Split(g.Foot, "\n")
	}
	name := ""
	for _, row := range g.Rows {
		if row[0] != "" {
			name = row[0]
		}
		var r Row
		r.Name, r.Tag = tagged(name)
		for i, text := range row[1:] {
			c := Cell{Head: g.Head[i+1], Left: i+1 < g.Left}
			c.Text, c.Tag = tagged(text)
			r.Cells = append(r.Cells, c)
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

// tagged splits the mark off a text.
func tagged(s string) (text, tag string) {
	if rest, ok := strings.CutSuffix(s, string(Invalid)); ok && rest != "" {
		return strings.TrimSpace(rest), string(Invalid)
	}
	if rest, ok := strings.CutSuffix(s, " ?"); ok {
		return strings.TrimSpace(rest), string(Doubtful)
	}
	return s, ""
}

// words are explained at the end of a page.
var words = [][2]string{
	{"steady part", "the time in which the load was full: behind the ramp, and before there was nothing left to send. A request belongs to it if it was due in it, a token if it came in it."},
	{"TTFT", "from sending a request to its first token of any channel; TTFAT to the first of the answer, after any reasoning."},
	{"TPOT", "from the first token to the last, over the tokens between; their number is the server’s own count."},
	{"ITL", "the time between neighbouring events with tokens, over all requests together. An event may hold several tokens."},
	{"E2E", "from sending a request to its last token."},
	{"p50, p90, p99", "the time within which half, 90 and 99 of 100 requests came, interpolated linearly."},
	{"per user", "output tokens a second, over the mean number of requests in flight."},
	{"hallucination", "false answers, of all scored answers; with Wilson’s 95 % interval at the effective number of questions."},
	{"INVALID", "a self-check found that the figures describe something else than the target under this load. They are ranked nowhere."},
	{"–", "not defined: it was not measured, or there was nothing to divide by."},
}
