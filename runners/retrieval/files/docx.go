package files

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// readDOCX reads the body of a word processor's document: headings by the outline level of their styles, paragraphs, list items, tables, and footnotes
// where they are referred to. Deleted and hidden text is left out.
func readDOCX(_ context.Context, r source) (document, error) {
	archive, err := zip.NewReader(bytes.NewReader(r.data), int64(len(r.data)))
	if err != nil {
		return document{}, fmt.Errorf("broken DOCX: %w", err)
	}
	part := func(name string) ([]byte, error) {
		f, err := archive.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
		if err == nil && len(data) > maxFile {
			err = fmt.Errorf("unpacks to more than %d MiB", maxFile>>20)
		}
		return data, err
	}
	body, err := part("word/document.xml")
	if err != nil {
		return document{}, fmt.Errorf("broken DOCX: %w", err)
	}
	w := word{levels: map[string]int{}, notes: map[string]string{}}
	if styles, err := part("word/styles.xml"); err == nil { // one without styles has no headings
		w.readStyles(styles)
	}
	if notes, err := part("word/footnotes.xml"); err == nil {
		if err := w.readNotes(notes); err != nil {
			return document{}, fmt.Errorf("broken DOCX: footnotes: %w", err)
		}
	}
	root, err := parseXML(body)
	if err != nil {
		return document{}, fmt.Errorf("broken DOCX: %w", err)
	}
	d := document{blocks: w.blocks(root)}
	if core, err := part("docProps/core.xml"); err == nil {
		if props, err := parseXML(core); err == nil {
			d.title = strings.TrimSpace(props.find("title").content())
		}
	}
	return d, nil
}

// element is a node of an XML part, with names without their spaces.
type element struct {
	name     string
	val      string // the attribute "val", or "id" where there is none
	style    string // the attribute "styleId"
	text     string
	children []*element
}

// deepest is how far elements may be nested: far more than any program writes.
const deepest = 256

func parseXML(data []byte) (*element, error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	root := &element{}
	stack := []*element{root}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return root, nil
		}
		if err != nil {
			return nil, err
		}
		top := stack[len(stack)-1]
		switch t := token.(type) {
		case xml.StartElement:
			if len(stack) > deepest {
				return nil, errors.New("nested too deeply")
			}
			e := &element{name: t.Name.Local}
			for _, a := range t.Attr {
				switch a.Name.Local {
				case "val":
					e.val = a.Value
				case "id":
					if e.val == "" {
						e.val = a.Value
					}
				case "styleId":
					e.style = a.Value
				}
			}
			top.children = append(top.children, e)
			stack = append(stack, e)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			top.text += string(t)
		}
	}
}

// find is the first element of that name below e, or an empty one.
func (e *element) find(name string) *element {
	if found := e.search(name); found != nil {
		return found
	}
	return &element{}
}

func (e *element) search(name string) *element {
	for _, c := range e.children {
		if c.name == name {
			return c
		}
		if found := c.search(name); found != nil {
			return found
		}
	}
	return nil
}

// child is a direct child of that name, or nil.
func (e *element) child(name string) *element {
	for _, c := range e.children {
		if c.name == name {
			return c
		}
	}
	return nil
}

// content is all character data below e.
func (e *element) content() string {
	s := e.text
	for _, c := range e.children {
		s += c.content()
	}
	return s
}

// word reads the parts of a document.
type word struct {
	levels map[string]int // heading level by style
	notes  map[string]string
}

// readStyles learns the heading level of each style: from its outline level, from its name, or from the style it is based on.
func (w *word) readStyles(data []byte) {
	root, err := parseXML(data)
	if err != nil {
		return
	}
	based := map[string]string{}
	for _, s := range root.find("styles").children {
		if s.name != "style" || s.style == "" {
			continue
		}
		if outline := s.find("outlineLvl").val; outline != "" {
			if n, err := strconv.Atoi(outline); err == nil && n >= 0 && n < 9 {
				w.levels[s.style] = n + 1
			}
		}
		name := strings.ToLower(s.find("name").val)
		if n, err := strconv.Atoi(strings.TrimPrefix(name, "heading ")); err == nil && n > 0 && n < 10 {
			w.levels[s.style] = n
		}
		if name == "title" {
			w.levels[s.style] = 1
		}
		based[s.style] = s.find("basedOn").val
	}
	for style := range based {
		for parent, steps := based[style], 0; w.levels[style] == 0 && parent != "" && steps < 20; parent, steps = based[parent], steps+1 {
			w.levels[style] = w.levels[parent]
		}
	}
}

func (w *word) readNotes(data []byte) error {
	root, err := parseXML(data)
	if err != nil {
		return err
	}
	for _, n := range root.find("footnotes").children {
		var text []string
		for _, p := range n.children {
			if t := strings.TrimSpace(w.runs(p)); t != "" {
				text = append(text, t)
			}
		}
		w.notes[n.val] = strings.Join(text, " ")
	}
	return nil
}

// blocks walks through a body in order. Content controls and other wrappers are looked through.
func (w *word) blocks(e *element) []block {
	var blocks []block
	list := false // the last block is a list that goes on
	for _, c := range e.children {
		switch c.name {
		case "p":
			b, item := w.paragraph(c)
			if b.text == "" {
				continue
			}
			if item && list {
				blocks[len(blocks)-1].text += "\n" + b.text
				continue
			}
			list = item
			blocks = append(blocks, b)
		case "tbl":
			if rows := squared(w.rows(c)); len(rows) > 0 {
				blocks = append(blocks, block{rows: rows})
			}
			list = false
		case "Fallback", "del", "sectPr":
		default:
			blocks = append(blocks, w.blocks(c)...)
			list = false
		}
	}
	return blocks
}

// paragraph reads one, and says whether it is an item of a list.
func (w *word) paragraph(p *element) (block, bool) {
	b := block{text: strings.TrimSpace(w.runs(p))}
	props := p.child("pPr")
	if props == nil {
		return b, false
	}
	if style := props.child("pStyle"); style != nil {
		b.level = w.levels[style.val]
	}
	if outline := props.child("outlineLvl"); outline != nil {
		if n, err := strconv.Atoi(outline.val); err == nil && n >= 0 && n < 9 {
			b.level = n + 1
		}
	}
	number := props.child("numPr")
	item := b.level == 0 && number != nil && number.find("numId").val != "0"
	if item && b.text != "" {
		b.text = "- " + b.text
	}
	return b, item
}

// rows reads a table; what a cell holds is on one line.
func (w *word) rows(t *element) [][]string {
	var rows [][]string
	for _, tr := range t.children {
		if tr.name != "tr" {
			continue
		}
		var row []string
		for _, tc := range tr.children {
			if tc.name != "tc" {
				continue
			}
			var cell []string
			for _, b := range w.blocks(tc) {
				if b.rows != nil {
					for _, inner := range b.rows {
						cell = append(cell, strings.Join(inner, " "))
					}
				} else {
					cell = append(cell, b.text)
				}
			}
			row = append(row, strings.Join(cell, " "))
			if span, err := strconv.Atoi(tc.find("gridSpan").val); err == nil {
				for i := 1; i < min(span, 64); i++ {
					row = append(row, "")
				}
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// runs is the text of what stands in a paragraph.
func (w *word) runs(e *element) string {
	var b strings.Builder
	for _, c := range e.children {
		switch c.name {
		case "t":
			b.WriteString(c.text)
		case "tab":
			b.WriteString("\t")
		case "br", "cr":
			b.WriteString("\n")
		case "noBreakHyphen":
			b.WriteString("-")
		case "footnoteReference":
			if note := w.notes[c.val]; note != "" {
				b.WriteString(" (" + note + ")")
			}
		case "pPr", "rPr", "del", "Fallback":
		case "r":
			if props := c.child("rPr"); props != nil {
				if v := props.child("vanish"); v != nil && v.val != "0" && v.val != "false" {
					continue
				}
			}
			b.WriteString(w.runs(c))
		default:
			b.WriteString(w.runs(c))
		}
	}
	return b.String()
}
