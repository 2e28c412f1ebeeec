package reader

import (
	"math/bits"
	"strings"

	"github.com/viva-eval/viva/internal/prompt"
	"github.com/viva-eval/viva/internal/text"
)

// unit is a piece of a passage that may hold the answer: a sentence, or a table row with the labels of its columns. The masks say
// which terms of the question stand where.
type unit struct {
	page   int
	text   string
	cells  []string // of a table row; nil for a sentence
	labels []string // of its columns, where the table has a header
	own    uint64   // in the unit
	column uint64   // in the labels of its columns
	head   uint64   // in the passage's title and the headings above the unit
	before uint64   // in the sentence before
	named  bool     // a row whose first cell the question gives in full
}

// page is a passage as laid on the desk.
type page struct {
	prompt.Passage
	title uint64 // terms of the question in its title, ID and date
	all   uint64 // and in the whole of it
}

// desk is a paper's passages, cut into units and compared with the question.
type desk struct {
	q     *question
	asOf  string
	pages []page
	units []unit
	df    [maxTerms]int // in how many units each term of the question stands
	buf   []string
}

// lay cuts the passages into units and notes where each term of the question stands. It looks at each word once.
func lay(p prompt.Paper, q *question, a *text.Analyzer) *desk {
	d := &desk{q: q, asOf: p.AsOf, pages: make([]page, len(p.Passages))}
	for i, passage := range p.Passages {
		title := d.mask(passage.Title, a) | d.mask(strings.ReplaceAll(passage.ID, "_", " "), a) | d.mask(passage.Date, a)
		d.pages[i] = page{Passage: passage, title: title, all: title}
		d.cut(i, a)
	}
	for i := range d.units {
		u := &d.units[i]
		for id := range len(q.terms) {
			if (u.own|u.column)>>id&1 == 1 {
				d.df[id]++
			}
		}
	}
	return d
}

func (d *desk) mask(s string, a *text.Analyzer) uint64 {
	d.buf = a.Append(d.buf[:0], s)
	return d.q.mask(d.buf)
}

// cut appends the units of one page.
func (d *desk) cut(at int, a *text.Analyzer) {
	p := &d.pages[at]
	s := p.Text
	var head, before uint64
	var table tableState
	spans := text.Sentences(s)
	for i := 0; i < len(spans); i++ {
		piece := spans[i].Of(s)
		if strings.HasPrefix(piece, "|") {
			row, ok := table.read(piece)
			if !ok { // a header or a rule
				if table.header != nil {
					table.mask = d.mask(strings.Join(table.header, "\n"), a)
					p.all |= table.mask
				}
				continue
			}
			first := d.mask(row[0], a)
			named := first != 0 && bits.OnesCount64(first) == len(d.buf)
			own := d.mask(piece, a)
			p.all |= own
			d.units = append(d.units, unit{page: at, text: piece, cells: row, labels: table.header, own: own, column: table.mask, head: head, named: named})
			before = 0
			continue
		}
		table = tableState{}
		if heading, ok := strings.CutPrefix(piece, "#"); ok {
			head = d.mask(heading, a)
			p.all |= head
			before = 0
			continue
		}
		// Text taken from a page layout has a row's label and its figures on lines of their own.
		if end := stacked(s, spans, i); end > i {
			piece = s[spans[i].Start:spans[end].End]
			i = end
		}
		own := d.mask(piece, a)
		p.all |= own
		d.units = append(d.units, unit{page: at, text: piece, own: own, head: head, before: before})
		before = own
	}
}
