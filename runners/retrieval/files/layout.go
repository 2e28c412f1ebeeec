package files

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/klippa-app/go-pdfium/responses"
)

// piece is a word or a cell where it stands on the page, in points from the lower left.
type piece struct {
	text                     string
	left, right, top, bottom float64
	edge                     float64 // where it ends with the spaces that follow it
	spaced                   bool    // a space stands before it
}

// line is a row of words from left to right.
type line []piece

// pageBlocks arranges the characters of a page into lines, and those into paragraphs and tables. The page's own order is kept, so that columns of text
// are not mixed.
func pageBlocks(chars []*responses.GetPageTextStructuredChar, place string) []block {
	lines := linesOf(words(chars))
	var blocks []block
	var open []string
	flush := func() {
		if len(open) > 0 {
			blocks = append(blocks, block{text: strings.Join(open, "\n"), place: place})
		}
		open = nil
	}
	for i := 0; i < len(lines); {
		if rows := tableAt(lines[i:]); len(rows) > 0 {
			flush()
			blocks = append(blocks, block{rows: squared(rows), place: place})
			i += len(rows)
			continue
		}
		if len(open) > 0 && lines[i-1].bottom()-lines[i].top() > 0.8*lines[i].height() { // a gap parts paragraphs
			flush()
		}
		open = append(open, lines[i].String())
		i++
	}
	flush()
	return blocks
}

// words reads the characters of a page. A space of the document has a width; one that PDFium puts in has none, and is taken for one only where there is a
// gap. Marks that stand on another character often have no place of their own: they follow it.
func words(chars []*responses.GetPageTextStructuredChar) []piece {
	var all []piece
	broken, space := true, false
	for _, c := range chars {
		t := strings.Map(func(r rune) rune {
			if r == 0 || r == '\ufffe' || r == '\uffff' { // U+FFFE is PDFium's mark of a hyphen at a line's end
				return -1
			}
			return r
		}, c.Text)
		at := c.PointPosition
		p := piece{t, at.Left, at.Right, max(at.Top, at.Bottom), min(at.Top, at.Bottom), at.Right, false}
		if strings.TrimSpace(t) == "" {
			broken = broken || strings.ContainsAny(t, "\r\n")
			space = true
			if !broken && p.right > p.left {
				all[len(all)-1].edge = p.right
			}
			continue
		}
		if broken {
			p.spaced = true
			all = append(all, p)
		} else {
			last := &all[len(all)-1]
			gap, height := p.left-last.edge, max(last.top-last.bottom, p.top-p.bottom)
			placeless := p.right <= p.left || p.top <= p.bottom
			apart := space && (last.edge > last.right || gap > 0.1*height) || gap > cellGap*height || gap < -height || p.top < last.bottom-height/2 || p.bottom > last.top+height/2
			if apart && !placeless && !mark(t) {
				p.spaced = space
				all = append(all, p)
			} else {
				last.text += t
				if !placeless {
					last.right, last.edge, last.top, last.bottom = max(last.right, p.right), max(last.right, p.right), max(last.top, p.top), min(last.bottom, p.bottom)
				}
			}
		}
		broken, space = false, false
	}
	return all
}

// mark reports whether the text begins with a combining mark, which no word does.
func mark(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsMark(r)
}

// linesOf puts neighbouring words that stand on one line together.
func linesOf(words []piece) []line {
	var lines []line
	for _, w := range words {
		if n := len(lines); n > 0 {
			end := lines[n-1][len(lines[n-1])-1]
			overlap := min(end.top, w.top) - max(end.bottom, w.bottom)
			if overlap > 0.3*min(end.top-end.bottom, w.top-w.bottom) && w.left >= end.left {
				lines[n-1] = append(lines[n-1], w)
				continue
			}
		}
		lines = append(lines, line{w})
	}
	return lines
}

// String is the line as prose.
func (l line) String() string {
	var b strings.Builder
	for i, w := range l {
		if i > 0 && w.spaced {
			b.WriteByte(' ')
		}
		b.WriteString(w.text)
	}
	return b.String()
}

func (l line) texts() []string {
	var t []string
	for _, p := range l {
		t = append(t, p.text)
	}
	return t
}

func (l line) top() float64 {
	top := l[0].top
	for _, w := range l {
		top = max(top, w.top)
	}
	return top
}

func (l line) bottom() float64 {
	bottom := l[0].bottom
	for _, w := range l {
		bottom = min(bottom, w.bottom)
	}
	return bottom
}

func (l line) height() float64 { return l.top() - l.bottom() }

// gaps are the spaces before each word but the first, beyond what the document's own spaces fill.
func (l line) gaps() []float64 {
	var gaps []float64
	for i, w := range l[1:] {
		gaps = append(gaps, w.left-l[i].edge)
	}
	return gaps
}

// cellGap is the gap, in heights of a line, beyond which a cell may begin. Spaces of prose stay below it, or do not stand in columns.
const cellGap = 0.6

// cells joins the words of a line that no gap wider than the limit parts.
func (l line) cells(limit float64) line {
	cells := line{l[0]}
	for i, gap := range l.gaps() {
		w := l[i+1]
		if gap > limit {
			cells = append(cells, w)
			continue
		}
		last := &cells[len(cells)-1]
		if w.spaced {
			last.text += " "
		}
		last.text += w.text
		last.right, last.edge, last.top, last.bottom = max(last.right, w.right), w.edge, max(last.top, w.top), min(last.bottom, w.bottom)
	}
	return cells
}

// listMark is what stands before an item of a list.
var listMark = regexp.MustCompile(`^(?:[•◦▪‣·●○■□–*-]|\(?[0-9a-z]{1,2}[.)])$`)

// list reports whether the cells are an item of a list rather than a row.
func (l line) list() bool { return len(l) == 2 && listMark.MatchString(l[0].text) }

// tableAt reads the table that begins with the first line, if one does: at least two lines of the same two or more cells, each below that of the line
// above. The head is often set more closely than the rows; its widest gaps then have to be those between the columns.
func tableAt(lines []line) [][]string {
	first := 0
	cells := lines[0].cells(cellGap * lines[0].height())
	if len(lines) > 1 {
		if below := lines[1].cells(cellGap * lines[1].height()); len(cells) < len(below) {
			if head := lines[0].parted(len(below)); head.above(below) && lines[0].bottom()-lines[1].top() < 1.5*lines[0].height() {
				cells, first = head, 1
			}
		}
	}
	if len(cells) < 2 || cells.list() {
		return nil
	}
	rows := [][]string{cells.texts()}
	for _, l := range lines[1:] {
		next := l.cells(cellGap * l.height())
		if next.list() || !cells.above(next) {
			break
		}
		rows = append(rows, next.texts())
		cells = next
	}
	if len(rows) < 2+first { // a head needs two rows, lest two lines of prose make a table
		return nil
	}
	return rows
}

// parted splits a line into n cells at its widest gaps, if those stand out from the others; else it gives nothing.
func (l line) parted(n int) line {
	if len(l) < n {
		return nil
	}
	sorted := l.gaps()
	slices.Sort(sorted)
	limit := sorted[len(sorted)-n+1]
	if len(sorted) >= n && sorted[len(sorted)-n] > limit/1.2 {
		return nil
	}
	return l.cells(limit * 0.999)
}

// above reports whether both have the same cells, each over the other's.
func (l line) above(below line) bool {
	if len(l) < 2 || len(l) != len(below) {
		return false
	}
	for i := range l {
		if min(l[i].right, below[i].right) <= max(l[i].left, below[i].left) {
			return false
		}
	}
	return true
}
