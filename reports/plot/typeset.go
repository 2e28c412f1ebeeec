package plot

import (
	"bytes"
	"embed"
	"fmt"
	"math"
	"strings"

	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
	gfont "gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
)

//go:embed fonts/*.ttf
var fontFiles embed.FS

// fontOrder is the order in which the faces are tried for a rune.
var fontOrder = [...]string{"NotoSans-Regular.ttf", "NotoSansDevanagari-Regular.ttf", "DroidSansFallbackFull.ttf"}

// typesetter writes text as filled glyph outlines: it splits a line by script and face, shapes each run with HarfBuzz's algorithm,
// and fills the outlines as paths. gonum's own handlers drop Chinese and Hindi without an error, and do not shape.
//
// Paths need no font on the reader's machine. A typesetter serves one goroutine: faces and shaper keep scratch space.
type typesetter struct {
	faces     fallback
	segmenter shaping.Segmenter
	shaper    shaping.HarfbuzzShaper
	shaped    map[string]line
}

var _ text.Handler = (*typesetter)(nil)

// fallback resolves a rune to the first face that has it, else to the first face, which shows its missing-glyph box.
type fallback []*font.Face

func (f fallback) ResolveFace(r rune) *font.Face {
	for _, face := range f {
		if _, ok := face.NominalGlyph(r); ok {
			return face
		}
	}
	return f[0]
}

// line is one shaped line at a size of one em: its outline in ems, y upwards from the baseline.
type line struct {
	path    vg.Path
	advance float64
	glyphs  []glyph
}

// glyph names a drawn glyph; id 0 is the missing-glyph box.
type glyph struct {
	id     font.GID
	runes  int
	strike bool // has an outline
}

// newTypesetter parses the embedded fonts.
func newTypesetter() (*typesetter, error) {
	t := &typesetter{shaped: map[string]line{}}
	for _, name := range fontOrder {
		data, err := fontFiles.ReadFile("fonts/" + name)
		if err != nil {
			return nil, fmt.Errorf("read font %s: %w", name, err)
		}
		face, err := font.ParseTTF(bytes.NewReader(data))
		if err != nil {
			return nil, fmt.Errorf("parse font %s: %w", name, err)
		}
		t.faces = append(t.faces, face)
	}
	return t, nil
}

// emSize is the size at which lines are shaped; a large one, so that the fixed-point advances lose nothing.
const emSize = 1024

// line shapes s, or returns it from the cache.
func (t *typesetter) line(s string) line {
	if l, ok := t.shaped[s]; ok {
		return l
	}
	runes := []rune(s)
	var l line
	if len(runes) > 0 {
		runs := t.segmenter.Split(shaping.Input{
			Text: runes, RunEnd: len(runes), Direction: di.DirectionLTR, Size: fixed.I(emSize), Language: language.NewLanguage("en"),
		}, t.faces)
		for _, run := range runs {
			l.add(t.shaper.Shape(run))
		}
	}
	t.shaped[s] = l
	return l
}

// add appends a shaped run to the line.
func (l *line) add(run shaping.Output) {
	scale := 1 / float64(run.Face.Upem())
	for _, g := range run.Glyphs {
		x, y := l.advance+ems(g.XOffset), ems(g.YOffset)
		outline, _ := run.Face.GlyphData(g.GlyphID).(font.GlyphOutline)
		at := func(p font.SegmentPoint) vg.Point {
			return vg.Point{X: vg.Length(x + float64(p.X)*scale), Y: vg.Length(y + float64(p.Y)*scale)}
		}
		for i, seg := range outline.Segments {
			switch seg.Op {
			case opentype.SegmentOpMoveTo:
				if i > 0 {
					l.path.Close()
				}
				l.path.Move(at(seg.Args[0]))
			case opentype.SegmentOpLineTo:
				l.path.Line(at(seg.Args[0]))
			case opentype.SegmentOpQuadTo:
				l.path.QuadTo(at(seg.Args[0]), at(seg.Args[1]))
			case opentype.SegmentOpCubeTo:
				l.path.CubeTo(at(seg.Args[0]), at(seg.Args[1]), at(seg.Args[2]))
			}
		}
		if len(outline.Segments) > 0 {
			l.path.Close()
		}
		l.glyphs = append(l.glyphs, glyph{g.GlyphID, g.RunesCount(), len(outline.Segments) > 0})
		l.advance += ems(g.Advance)
	}
}

func ems(v fixed.Int26_6) float64 { return float64(v) / 64 / emSize }

// Line metrics of Noto Sans at display sizes, in ems; the taller line of its tables would push labels off their ticks.
const (
	ascent  = 0.78
	descent = 0.24
	leading = 1.25
)

// Cache is empty: the handler has its own faces.
func (t *typesetter) Cache() *gfont.Cache { return gfont.NewCache(nil) }

// Extents returns the same line metrics for all fonts of one size.
func (t *typesetter) Extents(f gfont.Font) gfont.Extents {
	return gfont.Extents{Ascent: ascent * f.Size, Descent: descent * f.Size, Height: (ascent + descent) * f.Size}
}

// Lines splits at newlines.
func (t *typesetter) Lines(s string) []string { return strings.Split(strings.TrimRight(s, "\n"), "\n") }

// Box measures one line.
func (t *typesetter) Box(s string, f gfont.Font) (width, height, depth vg.Length) {
	return vg.Length(t.line(s).advance) * f.Size, ascent * f.Size, descent * f.Size
}

// Draw fills the outlines of s at pt, aligned and turned as the style says.
func (t *typesetter) Draw(c vg.Canvas, s string, style text.Style, pt vg.Point) {
	lines := t.Lines(s)
	if s == "" {
		return
	}
	size := style.Font.Size
	c.Push()
	defer c.Pop()
	c.SetColor(style.Color)
	c.Translate(pt)
	if style.Rotation != 0 {
		c.Rotate(style.Rotation)
	}
	height := size*(ascent+descent) + size*leading*vg.Length(len(lines)-1)
	top := height * (1 + vg.Length(style.YAlign))
	for i, s := range lines {
		l := t.line(s)
		origin := vg.Point{
			X: vg.Length(style.XAlign) * vg.Length(l.advance) * size,
			Y: top - size*ascent - size*leading*vg.Length(i),
		}
		if len(l.path) > 0 {
			c.Fill(place(l.path, size, origin))
		}
	}
}

// place scales a path in ems to a size and moves it to origin.
func place(p vg.Path, size vg.Length, origin vg.Point) vg.Path {
	move := func(q vg.Point) vg.Point {
		return vg.Point{X: round(q.X*size + origin.X), Y: round(q.Y*size + origin.Y)}
	}
	out := make(vg.Path, len(p))
	for i, comp := range p {
		comp.Pos = move(comp.Pos)
		if len(comp.Control) > 0 {
			control := make([]vg.Point, len(comp.Control))
			for j, q := range comp.Control {
				control[j] = move(q)
			}
			comp.Control = control
		}
		out[i] = comp
	}
	return out
}

// round keeps coordinates to a hundredth of a point, finer than any screen or printer shows.
func round(v vg.Length) vg.Length { return vg.Length(math.Round(float64(v)*100) / 100) }
