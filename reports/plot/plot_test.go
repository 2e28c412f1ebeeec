package plot

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	gfont "gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

func press(t testing.TB) *Press {
	t.Helper()
	p, err := NewPress()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func charts() []Chart {
	nan := math.NaN()
	return []Chart{
		Verdicts([]Shares{
			{"closed-book", .21, .02, .55, .22, 0, 92}, {"oracle", .81, .05, .08, .06, 0, 92},
			{"retrieved", .68, .04, .17, .09, .02, 91}, {"noisy", nan, nan, nan, nan, nan, 0},
		}),
		Hallucination([]Point{{"closed-book", .22, .148, .315, 0, false}, {"oracle", .06, .026, .132, 0, false}, {"retrieved", .09, .047, .165, 0, false}, {"noisy", nan, nan, nan, 0, false}, {"stale", .10, .05, .31, .12, false}}),
		Lift([]Lifted{
			{"oracle", Point{Value: .62}, Point{Value: .01}, Point{Value: .61, Low: .497, High: .702}},
			{"retrieved", Point{Value: .50}, Point{Value: .03}, Point{Value: .47, Low: .354, High: .571}},
			{"distractors", Point{Value: .01, Debt: .04}, Point{Value: .12, Debt: .06}, Point{Value: -.16, Low: -.22, High: -.04, Debt: .1}},
		}),
		Accuracy("language", []string{"closed-book", "oracle", "retrieved"}, []Group{
			{"English", []Point{{"", .25, .17, .35, 0, false}, {"", .86, .77, .92, 0, false}, {"", .74, .64, .82, 0, false}}},
			{"中文", []Point{{"", .10, .02, .40, 0, false}, {"", .80, .49, .94, 0, false}, {"", .60, .31, .83, 0, false}}},
			{"हिन्दी", []Point{{"", 0, 0, .28, 0, false}, {"", .70, .40, .89, 0, false}, {"", nan, nan, nan, 0, false}}},
		}),
		Latency([]Percentiles{{"closed-book, first token", 180, 420, 900}, {"closed-book, answer", 1250, 2900, 5200}, {"retrieved, answer", 1950, 4100, 7300}}),
		Waterfall("retrieved:k=5", "retrieved:k=5", 74, []Step{
			{"missed by the retriever", 3, .04, 0}, {"ignored though shown", 6, .08, .05}, {"misled by noise", 0, 0, 0}, {"refused though shown", 14, .19, 0},
		}, Step{N: 51, Share: .69}),
		Sweep("k-retrieved", "More passages", "passages (k)", true, []Tick{{1, "1"}, {5, "5"}, {6, "6"}, {50, "50"}},
			[]Point{{"", .5, .4, .6, 0, false}, {"", nan, nan, nan, 0, false}, {"", .7, .6, .8, .1, false}, {"", .6, .5, .7, 0, false}},
			[]Point{{"", .1, .05, .2, 0, false}, {"", .12, .07, .2, 0, false}, {"", .1, .05, .2, 0, false}, {"", .3, .2, .4, 0, true}}),
		LatencyOverLoad("ttft", "Time to the first token", "requests in flight", []Curve{rising("median", 80), rising("p99", 200)}),
		Knee("output tokens/s", []Curve{rising("median", 900)}),
		Frontier("tokens/s for a user", "tokens/s per card", []Curve{rising("box-a", 10), rising("盒子", 14)}),
		Distribution("cdf", "Time to the first token", []Curve{{"concurrency-1", []Mark{{X: 12, Y: .1}, {X: 40, Y: .5}, {X: 900, Y: 1}}}}),
		TruthOverLoad("requests in flight", []Mark{{1, .1, .05, .2, "", false}, {16, .14, .1, .2, "", true}}, []Mark{{1, .2, .15, .3, "", false}, {16, .14, .1, .2, "", false}}),
		Timeline("timeline", "Requests over time", []Flight{{0, .5, 3, false}, {1, nan, nan, true}, {2, nan, 4, false}}, 5, 1, 4,
			[]Moment{{0, 900}, {2, 1200}, {5, 1100}}, []Moment{{0, .2}, {2, .8}, {5, .7}}),
	}
}

// rising is a curve over loads of 1 to 64.
func rising(label string, from float64) Curve {
	c := Curve{Label: label}
	for x := 1.0; x <= 64; x *= 4 {
		c.Points = append(c.Points, Mark{X: x, Y: from * (1 + x/8), Label: brief(x), Hollow: x == 64})
	}
	return c
}

// Chinese and Hindi labels are drawn with real glyphs: none is the missing-glyph box, each word leaves ink, and Hindi is
// shaped, which makes conjuncts of fewer glyphs than runes.
func TestScriptsAreSet(t *testing.T) {
	p := press(t)
	for label, word := range map[string]string{"English": "English", "Chinese": "中文", "traditional": "繁體字", "Hindi": "हिन्दी", "mixed": "retrieved 检索 खोज"} {
		l := p.type_.line(word)
		if len(l.glyphs) == 0 || len(l.path) == 0 {
			t.Fatalf("%s: no outline", label)
		}
		for _, g := range l.glyphs {
			if g.id == 0 {
				t.Errorf("%s: %q has a rune without a glyph", label, word)
			}
		}
		if ink := inked(t, p, word); ink < 60 {
			t.Errorf("%s: %q left %d dark pixels", label, word, ink)
		}
	}
	// The conjunct: unshaped, ह ि न ् द ी would be six glyphs in logical order.
	hindi := p.type_.line("हिन्दी")
	if len(hindi.glyphs) >= len([]rune("हिन्दी")) {
		t.Errorf("Hindi came out as %d glyphs: not shaped", len(hindi.glyphs))
	}
	if l := p.type_.line("\U000F0000"); l.glyphs[0].id != 0 {
		t.Error("a private-use rune has a glyph: the test above proves nothing")
	}
}

func inked(t *testing.T, p *Press, word string) int {
	canvas := vgimg.NewWith(vgimg.UseWH(200, 40), vgimg.UseDPI(96))
	p.type_.Draw(canvas, word, text.Style{Color: color.Black, Font: gfont.Font{Size: 20}}, vg.Point{X: 5, Y: 8})
	return dark(canvas.Image())
}

func dark(img image.Image) int {
	n := 0
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y++ {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x++ {
			if r, _, _, _ := img.At(x, y).RGBA(); r < 0x8000 {
				n++
			}
		}
	}
	return n
}

func TestTextBox(t *testing.T) {
	p := press(t)
	w1, h, d := p.type_.Box("hallucination", gfont.Font{Size: 10})
	w2, _, _ := p.type_.Box("hallucination", gfont.Font{Size: 20})
	if w1 < 50 || w1 > 80 || math.Abs(float64(w2-2*w1)) > 1e-6 || h <= 0 || d <= 0 {
		t.Errorf("box = %v, %v, %v at 10 points, %v wide at 20", w1, h, d, w2)
	}
}

// Axes are round, hold their values, and are linear where a logarithm cannot be.
func TestAxes(t *testing.T) {
	for _, row := range []struct {
		values []float64
		log    bool
	}{{[]float64{1, 64}, true}, {[]float64{0, 64}, false}, {[]float64{10, 12}, false}, {[]float64{-3, 5}, false}, {nil, false}, {[]float64{.02, 9e9}, true}, {[]float64{7, math.Inf(1), 70}, true}} {
		x := over("", row.values, true, brief)
		if x.log != row.log || len(x.ticks) < 3 || len(x.ticks) > 16 || !(x.max > x.min) {
			t.Errorf("%v: %+v", row.values, x)
		}
		last := math.Inf(-1)
		for _, tick := range x.ticks {
			at := x.place(tick.Value)
			if !(at > last) || at < 0 || at > 1 {
				t.Errorf("%v: tick %q at %v after %v", row.values, tick.Label, at, last)
			}
			last = at
		}
		for _, v := range row.values {
			if finite(v) && v > 0 && (v < x.min*.999 || v > x.max*1.001) {
				t.Errorf("%v lies outside %v to %v", v, x.min, x.max)
			}
		}
	}
	if x := over("", []float64{1, 100}, true, brief); math.Abs(x.place(10)-.5) > 1e-9 || x.place(1000) != 1 || !math.IsNaN(x.place(math.NaN())) {
		t.Error("a logarithmic axis does not place by the logarithm")
	}
}

// Each chart prints in all three ways, without a font or an outside reference, and leaves ink of its own on the paper.
func TestChartsPrint(t *testing.T) {
	p := press(t)
	dir := os.Getenv("VIVA_PLOTS")
	for _, c := range charts() {
		var raster, vector bytes.Buffer
		if err := p.PNG(&raster, c); err != nil {
			t.Fatal(err)
		}
		if err := p.SVG(&vector, c); err != nil {
			t.Fatal(err)
		}
		if dir != "" {
			if err := os.WriteFile(filepath.Join(dir, c.Name+".png"), raster.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		img, err := png.Decode(&raster)
		if err != nil {
			t.Fatal(err)
		}
		if n := dark(img); n < 2000 {
			t.Errorf("%s: %d dark pixels", c.Name, n)
		}
		inline, err := p.Inline(c, false)
		if err != nil {
			t.Fatal(err)
		}
		phone, err := p.Inline(c, true)
		if err != nil {
			t.Fatal(err)
		}
		for what, svg := range map[string]string{"svg": vector.String(), "inline": inline, "phone": phone} {
			if strings.Contains(svg, "<text") || strings.Contains(svg, "NaN") || strings.Contains(svg, "href=") {
				t.Errorf("%s %s: holds text, NaN or a reference", c.Name, what)
			}
		}
		if !strings.HasPrefix(inline, "<svg class=") || !strings.Contains(inline, "var(--ink,") || !strings.HasSuffix(strings.TrimSpace(inline), "</svg>") {
			t.Errorf("%s: inline form is not a themed svg element", c.Name)
		}
		if bare := regexp.MustCompile(`(fill|stroke):#[0-9A-F]{6}`).FindString(inline); bare != "" {
			t.Errorf("%s: colour %s is not themed", c.Name, bare)
		}
		if !strings.Contains(phone, `class="chart narrow" viewBox="0 0 340 `) {
			t.Errorf("%s: the narrow form is not narrow", c.Name)
		}
		t.Logf("%s: %d bytes of SVG, %d inline", c.Name, vector.Len(), len(inline))
	}
}

func TestEmptyCharts(t *testing.T) {
	p, nan, inf := press(t), math.NaN(), math.Inf(1)
	none := Point{"", nan, nan, nan, nan, false}
	for _, c := range []Chart{
		{}, Verdicts(nil), Hallucination(nil), Lift(nil), Accuracy("skill", nil, nil), Latency(nil),
		Verdicts([]Shares{{"all failed", nan, nan, nan, nan, nan, 0}, {"none asked", 0, 0, 0, 0, 0, 0}}),
		Hallucination([]Point{none, {"", inf, 0, 1, 0, false}}), Lift([]Lifted{{"x", Point{Value: .5}, Point{Value: .5}, none}}),
		Accuracy("skill", []string{"x"}, []Group{{"a", []Point{none}}, {"b", nil}, {"c", []Point{none, {Value: .5}}}}),
		Latency([]Percentiles{{"x", nan, 1, 2}, {"y", inf, inf, inf}}),
		Waterfall("x", "x", 0, []Step{{"missed", 0, nan, nan}}, Step{Share: nan}), Sweep("", "", "", true, nil, nil, nil),
		Sweep("", "", "", false, []Tick{{1, "1"}, {2, "2"}}, []Point{{Value: .5}, none}, []Point{{Value: .5}, none}),
	} {
		if !c.Empty() {
			t.Errorf("%q is not empty", c.Name)
		}
		if err := p.SVG(&bytes.Buffer{}, c); err != nil {
			t.Error(err)
		}
	}
}

// Whatever single figure is no number, too large or the wrong way round, every chart prints in all its forms, soon, and writes none of it.
func TestOddFigures(t *testing.T) {
	p := press(t)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for _, odd := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), -1e300, -.5, 7} {
			for at := range 12 {
				v := [12]float64{.3, .1, .2, .4, .3, .5, .1, .2, .3, .4, .2, .1}
				v[at] = odd
				a, b, c := Point{"a", v[0], v[1], v[2], v[3], false}, Point{"b", v[4], v[5], v[6], v[7], false}, Point{"c", v[8], v[9], v[10], v[11], false}
				for _, chart := range []Chart{
					Verdicts([]Shares{{"a", v[0], v[1], v[2], v[3], v[4], 9}}), Hallucination([]Point{a, b, c}), Lift([]Lifted{{"a", a, b, c}}),
					Accuracy("skill", []string{"x", "y", "z"}, []Group{{"one", []Point{a, b}}, {"two", []Point{c}}}),
					Waterfall("a", "a", 9, []Step{{"x", 3, v[0], v[1]}, {"y", 0, v[2], v[3]}}, Step{N: 1, Share: v[4]}),
					Sweep("a", "a", "k", true, []Tick{{1, "1"}, {v[0], "x"}, {50, "50"}}, []Point{a, b, c}, []Point{b, c, a}),
					Latency([]Percentiles{{"a", v[0] * 1000, v[1] * 1000, v[2] * 1000}, {"b", v[3], v[4], v[5]}}),
					LatencyOverLoad("a", "a", "load", []Curve{{"a", []Mark{{v[0], v[1], v[2], v[3], "a", false}, {v[4], v[5], v[6], v[7], "b", true}, {3, 9, 1, 4, "c", false}}}}),
					Frontier("a", "b", []Curve{{"a", []Mark{{v[0], v[1], v[2], v[3], "a", false}, {v[4], v[5], v[6], v[7], "b", true}}}}),
					Distribution("a", "a", []Curve{{"a", []Mark{{X: v[0], Y: v[1]}, {X: v[2], Y: v[3]}, {X: v[4], Y: v[5]}}}}),
					TruthOverLoad("a", []Mark{{v[0], v[1], v[2], v[3], "", false}}, []Mark{{v[4], v[5], v[6], v[7], "", false}}),
					Timeline("a", "a", []Flight{{v[0], v[1], v[2], false}, {v[3], v[4], v[5], true}}, v[6], v[7], v[8], []Moment{{v[9], v[10]}, {1, 2}}, []Moment{{v[10], v[11]}, {1, .2}}),
				} {
					var vector bytes.Buffer
					if err := p.SVG(&vector, chart); err != nil {
						t.Error(err)
					}
					if at < 5 && !(math.Abs(odd) < 1e3) { // the rasteriser is what may not come back; a coarse one is quicker
						canvas := vgimg.NewWith(vgimg.UseWH(wide, p.height(chart, wide, true)), vgimg.UseDPI(24))
						p.print(draw.New(canvas), chart, true)
					}
					if svg := vector.String(); len(svg) > 1<<20 || strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") || strings.Contains(svg, "e+") {
						t.Errorf("%s with %g at %d: %d bytes, or a figure that is none", chart.Name, odd, at, vector.Len())
					}
				}
			}
		}
	}()
	select {
	case <-done:
	case <-time.After(5 * time.Minute): // seconds, but for a machine under the race detector and much else
		t.Fatal("still drawing after five minutes")
	}
}

func TestTicks(t *testing.T) {
	for highest, want := range map[float64]int{3: 4, 420: 6, 1800: 5, 7300: 5, .5: 6} {
		s := timeUnit(highest).scale(highest)
		if len(s.ticks) < 3 || len(s.ticks) > 6 || s.max < highest {
			t.Errorf("%g: %d ticks to %g, about %d wanted", highest, len(s.ticks), s.max, want)
		}
	}
	for _, v := range [][2]float64{{-.05, .61}, {-.31, .02}, {0, 0}, {-1, 1}, {0, .07}, {-.004, 0}} {
		s := signedScale(v[0], v[1])
		zero := 0
		for _, tick := range thin(s.ticks) {
			if tick.Label == "0" {
				zero++
			}
		}
		if s.min > v[0] || s.max < v[1] || s.max-s.min > 2.5*(v[1]-v[0])+.05 || zero != 1 || len(s.ticks) > 10 {
			t.Errorf("signed scale of %v = %+v", v, s)
		}
	}
	if percent(-.0001) != "0.0 %" || percent(math.NaN()) != "–" || percent(-.123) != "−12.3 %" || percent(math.Inf(1)) != "–" ||
		signed(.2, 1) != "+20.0" || signed(-.031, 1) != "−3.1" || signed(-.0001, 1) != "0.0" || signed(math.NaN(), 1) != "–" || points(1) != "+100" {
		t.Error("figures are written wrongly")
	}
}

func BenchmarkInline(b *testing.B) {
	p := press(b)
	b.ReportAllocs()
	for b.Loop() {
		for _, c := range charts() {
			if _, err := p.Inline(c, false); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func TestFileNames(t *testing.T) {
	for name, want := range map[string]string{
		"retrieved": "retrieved", "oracle:at=5:k=10": "oracle,at=5,k=10", "../../etc/x y": ".._.._etc_x_y", "a\x00\\b": "a__b", "页": "_", strings.Repeat("a", 300): strings.Repeat("a", 80),
	} {
		if got := fileName(name); got != want {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
	}
}

// A long name is cut, in any script, and leaves the data most of the width.
func TestLongNames(t *testing.T) {
	p := press(t)
	for _, name := range []string{strings.Repeat("a-very-long-arm-name-", 9), strings.Repeat("很长的名字", 40), strings.Repeat("बहुत लंबा नाम ", 20)} {
		c := Verdicts([]Shares{{Label: name, Correct: 1, N: 3}})
		c.key = append(c.key, keyEntry{label: name, color: ink})
		var data draw.Canvas
		c.paint = func(a area) { data, _ = a.rows([]row{{name, "n 3"}}, percentScale(1)) }
		if _, err := p.Inline(c, true); err != nil {
			t.Fatal(err)
		}
		if w := data.Max.X - data.Min.X; w < 90 {
			t.Errorf("%.12s…: %v left for the data", name, w)
		}
		if got := p.clip(name, 100, 12); !strings.HasSuffix(got, "…") || float64(p.type_.line(got).advance)*12 > 100 || len([]rune(got)) < 5 {
			t.Errorf("clipped to %q", got)
		}
	}
	if got := p.clip("oracle", 100, 12); got != "oracle" {
		t.Errorf("a short name became %q", got)
	}
}
