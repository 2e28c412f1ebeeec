// Package plot draws the charts of a report with gonum/plot, as SVG and as PNG. Labels are set in embedded fonts and shaped, so
// that English, Chinese and Hindi come out right and the files need no font where they are read.
//
// A chart is plain data until a [Press] prints it. Shares are fractions (0.25 is drawn as 25 %), times are milliseconds; what is not a
// finite number is left out, with a dash in its place. A chart without any is empty.
package plot

import (
	"bytes"
	"fmt"
	"html"
	"image/color"
	"io"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Chart is one drawing. The zero Chart is empty.
type Chart struct {
	Name  string // stem of its file name
	Title string
	Alt   string // what it shows, for those who cannot see it
	Note  string // what to know when reading it; empty: nothing. A page writes it as text, a file has it drawn below the data.
	key   []keyEntry
	head  string     // heads the column of figures; only with a key, beside which it stands
	right bool       // a column of figures stands to the right of the rows
	rows  int        // rows of data, which set the height
	paint func(area) // draws the data
}

// Empty reports whether the chart has nothing to draw.
func (c Chart) Empty() bool { return c.rows == 0 || c.paint == nil }

// keyEntry is one entry of the legend.
type keyEntry struct {
	label string
	color color.Color
	mark  draw.GlyphDrawer // nil: a swatch
}

// Press prints charts. It serves one goroutine at a time. Make it with [NewPress].
type Press struct{ type_ *typesetter }

// NewPress reads the embedded fonts.
func NewPress() (*Press, error) {
	t, err := newTypesetter()
	if err != nil {
		return nil, err
	}
	return &Press{t}, nil
}

// Sizes, in points.
const (
	wide      = vg.Length(480)
	narrow    = vg.Length(340)
	rowHeight = vg.Length(30)
	margin    = vg.Length(8)
	titleSize = vg.Length(14)
	labelSize = vg.Length(12)
	smallSize = vg.Length(11)
)

// height is what the chart needs at a width, with or without its title.
func (p *Press) height(c Chart, width vg.Length, titled bool) vg.Length {
	h := 2*margin + vg.Length(c.rows)*rowHeight + 30 // the axis
	if titled {
		h += titleSize * 2
		if c.Note != "" {
			h += noteHeight * (.5 + vg.Length(len(p.wrap(c.Note, width-2*margin))))
		}
	}
	return h + vg.Length(len(p.keyLines(c, width-2*margin)))*smallSize*2
}

// noteHeight is that of a line of a note.
const noteHeight = smallSize * 1.4

// wrap breaks a text into lines of a width.
func (p *Press) wrap(s string, width vg.Length) []string {
	var lines []string
	for _, word := range strings.Fields(s) {
		if last := len(lines) - 1; last >= 0 && vg.Length(p.type_.line(lines[last]+" "+word).advance)*smallSize <= width {
			lines[last] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return lines
}

// SVG writes the chart with its title on white.
func (p *Press) SVG(w io.Writer, c Chart) error {
	canvas := vgsvg.New(wide, p.height(c, wide, true))
	p.print(draw.New(canvas), c, true)
	_, err := canvas.WriteTo(w)
	return err
}

// PNG writes the chart with its title on white, at 192 dots an inch.
func (p *Press) PNG(w io.Writer, c Chart) error {
	canvas := vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(wide, p.height(c, wide, true)), vgimg.UseDPI(192), vgimg.UseBackgroundColor(paper))}
	p.print(draw.New(canvas), c, true)
	_, err := canvas.WriteTo(w)
	return err
}

// Inline returns the chart as an <svg> element for a page: no title, no background, and its colours as CSS variables (--ink, --faint,
// --rule and those of the palette, each with the printed colour as fallback), so that a page can recolour it for a dark screen. The
// element has the class chart, and wide or narrow: the narrow one keeps its labels legible on a phone.
func (p *Press) Inline(c Chart, phone bool) (string, error) {
	width, class := wide, "wide"
	if phone {
		width, class = narrow, "narrow"
	}
	height := p.height(c, width, false)
	canvas := vgsvg.New(width, height)
	p.print(draw.New(canvas), c, false)
	var buf bytes.Buffer
	if _, err := canvas.WriteTo(&buf); err != nil {
		return "", err
	}
	svg := buf.String()
	start := strings.Index(svg, "<g ")
	if start < 0 {
		return "", fmt.Errorf("print chart %s: no drawing", c.Name)
	}
	svg = svg[start:]
	for _, ink := range palette {
		svg = strings.ReplaceAll(svg, hex(ink.color), "var(--"+ink.name+","+strings.ToLower(hex(ink.color))+")")
	}
	return fmt.Sprintf(`<svg class="chart %s" viewBox="0 0 %.5g %.5g" role="img" aria-label="%s">`, class, width.Points(), height.Points(),
		html.EscapeString(c.Title+". "+c.Alt)) + svg, nil
}

// print lays out background, title, key and data.
func (p *Press) print(canvas draw.Canvas, c Chart, titled bool) {
	if titled {
		canvas.SetColor(paper)
		canvas.Fill(canvas.Rectangle.Path())
	}
	canvas = draw.Crop(canvas, margin, -margin, margin, -margin)
	if titled {
		p.write(canvas, c.Title, vg.Point{X: canvas.Min.X, Y: canvas.Max.Y}, titleSize, ink, alignLeft, alignTop)
		canvas = draw.Crop(canvas, 0, 0, 0, -titleSize*2)
		if c.Note != "" {
			lines := p.wrap(c.Note, canvas.Max.X-canvas.Min.X)
			for i, line := range lines {
				p.write(canvas, line, vg.Point{X: canvas.Min.X, Y: canvas.Min.Y + noteHeight*vg.Length(len(lines)-i)}, smallSize, faint, alignLeft, alignTop)
			}
			canvas = draw.Crop(canvas, 0, 0, noteHeight*(.5+vg.Length(len(lines))), 0)
		}
	}
	lines := p.keyLines(c, canvas.Max.X-canvas.Min.X)
	for i, line := range lines {
		p.key(canvas, line)
		if i == len(lines)-1 {
			p.write(canvas, c.head, vg.Point{X: canvas.Max.X, Y: canvas.Max.Y - smallSize*0.75}, smallSize, faint, alignRight, alignMiddle)
		}
		canvas = draw.Crop(canvas, 0, 0, 0, -smallSize*2)
	}
	if !c.Empty() {
		c.paint(area{press: p, canvas: canvas, right: c.right})
	}
}

// keyLines breaks the legend into lines that fit a width, beside the head of the figures.
func (p *Press) keyLines(c Chart, width vg.Length) [][]keyEntry {
	if c.head != "" {
		width -= vg.Length(p.type_.line(c.head).advance)*smallSize + keyGap
	}
	var lines [][]keyEntry
	x := width
	for _, e := range c.key {
		e.label = p.clip(e.label, width*0.6, smallSize)
		if w := p.keyWidth(e); x+w > width+keyGap {
			lines, x = append(lines, nil), 0
		}
		lines[len(lines)-1] = append(lines[len(lines)-1], e)
		x += p.keyWidth(e)
	}
	return lines
}

// keyGap stands between two entries of the legend.
const keyGap = vg.Length(16)

func (p *Press) keyWidth(e keyEntry) vg.Length {
	return 15 + vg.Length(p.type_.line(e.label).advance)*smallSize + keyGap
}

// key draws one line of the legend.
func (p *Press) key(canvas draw.Canvas, entries []keyEntry) {
	x, y := canvas.Min.X, canvas.Max.Y-smallSize*0.75
	for _, e := range entries {
		at := vg.Point{X: x + 5, Y: y}
		if e.mark != nil {
			canvas.DrawGlyph(draw.GlyphStyle{Color: e.color, Radius: 4, Shape: e.mark}, at)
		} else {
			canvas.SetColor(e.color)
			canvas.Fill(vg.Rectangle{Min: vg.Point{X: x, Y: y - 5}, Max: vg.Point{X: x + 10, Y: y + 5}}.Path())
		}
		p.write(canvas, e.label, vg.Point{X: x + 15, Y: y}, smallSize, faint, alignLeft, alignMiddle)
		x += p.keyWidth(e)
	}
}
