package files

import (
	"fmt"
	"path"
	"strings"
	"unicode"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/suites"
)

// cut makes passages of a document.
//
//  1. A heading and a new place begin a new passage; so does a block that would make one longer than the given number of words.
//  2. A paragraph that is longer by itself is cut between sentences, a table between rows, and its head is repeated.
//  3. The title is the document's with the headings above the passage: "Handbook › Leave › Annual leave".
//  4. The ID is the file's name with the place: "handbook.pdf#page=3", "prices.xlsx#Stock", "leave.md#4"; pieces of one place are numbered.
func cut(name string, d document, words int) []suites.Passage {
	c := cutter{name: name, document: d, words: words, numbers: map[string]int{}, used: map[string]bool{}}
	c.title = d.title
	if c.title == "" {
		c.title = strings.TrimSuffix(path.Base(name), path.Ext(name))
	}
	for _, b := range d.blocks {
		if b.place != c.place {
			c.flush()
			c.place = b.place
		}
		switch {
		case b.level > 0:
			c.flush()
			c.head(b)
		case b.rows != nil:
			c.table(b.rows)
		default:
			c.paragraph(b.text)
		}
	}
	c.flush()
	return c.passages
}

type cutter struct {
	name     string
	title    string
	document document
	words    int
	place    string
	headings []block // those above the next passage, outermost first
	text     []string
	length   int
	numbers  map[string]int // passages made, by place
	used     map[string]bool
	passages []suites.Passage
}

// head takes up a heading, which ends all headings of its level and below.
func (c *cutter) head(b block) {
	for len(c.headings) > 0 && c.headings[len(c.headings)-1].level >= b.level {
		c.headings = c.headings[:len(c.headings)-1]
	}
	b.text = strings.Join(strings.Fields(b.text), " ")
	if len(c.headings) == 0 && b.text == c.title { // the document's title as its first heading
		return
	}
	c.headings = append(c.headings, b)
}

func (c *cutter) paragraph(s string) {
	s = strings.TrimSpace(s)
	if s == "" {
		return
	}
	if n := length(s); n <= c.words {
		c.add(s, n)
		return
	}
	var piece []string
	n := 0
	for _, span := range text.Sentences(s) {
		sentence := span.Of(s)
		for _, part := range windows(sentence, c.words) {
			m := length(part)
			if n > 0 && n+m > c.words {
				c.add(strings.Join(piece, " "), n)
				piece, n = nil, 0
			}
			piece, n = append(piece, part), n+m
		}
	}
	if n > 0 {
		c.add(strings.Join(piece, " "), n)
	}
}

func (c *cutter) table(rows [][]string) {
	if len(rows) == 0 {
		return
	}
	head := length(strings.Join(rows[0], " "))
	from, n := 1, head
	for i := 1; i < len(rows); i++ {
		m := length(strings.Join(rows[i], " "))
		if i > from && n+m > c.words {
			c.add(markdownTable(append([][]string{rows[0]}, rows[from:i]...)), n)
			from, n = i, head
		}
		n += m
	}
	c.add(markdownTable(append([][]string{rows[0]}, rows[from:]...)), n)
}

// add puts a piece of n words into the passage under way, or into the next one where it is full.
func (c *cutter) add(piece string, n int) {
	if c.length > 0 && c.length+n > c.words {
		c.flush()
	}
	c.text, c.length = append(c.text, piece), c.length+n
}

// flush ends the passage under way.
func (c *cutter) flush() {
	if len(c.text) == 0 {
		return
	}
	id := c.id()
	for c.used[id] { // two sheets may be called Stock and Stock.2
		id = c.id()
	}
	c.used[id] = true
	title := []string{c.title}
	for _, h := range c.headings {
		title = append(title, h.text)
	}
	c.passages = append(c.passages, suites.Passage{ID: id, Title: strings.Join(title, " › "), Text: strings.Join(c.text, "\n\n"),
		Language: c.document.language, Origin: "files:" + id})
	c.text, c.length = nil, 0
}

// id numbers the next piece of the place.
func (c *cutter) id() string {
	c.numbers[c.place]++
	switch number := c.numbers[c.place]; {
	case c.place == "":
		return fmt.Sprintf("%s#%d", c.name, number)
	case number == 1:
		return c.name + "#" + c.place
	default:
		return fmt.Sprintf("%s#%s.%d", c.name, c.place, number)
	}
}

// length counts words, two Han characters as one, without looking closely.
func length(s string) int {
	words, han, inside := 0, 0, false
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Han, r):
			han++
			inside = false
		case unicode.IsSpace(r):
			inside = false
		case !inside:
			inside = true
			words++
		}
	}
	return words + (han+1)/2
}

// windows cuts a text without sentences where it is far too long, at spaces if it has any.
func windows(s string, words int) []string {
	if length(s) <= 2*words {
		return []string{s}
	}
	var parts []string
	start, space, n, han, inside := 0, 0, 0, 0, false
	for i, r := range s {
		switch {
		case unicode.IsSpace(r):
			space, inside = i, false
		case unicode.Is(unicode.Han, r):
			han++
			inside = false
			if han%2 == 1 {
				n++
			}
		case !inside:
			inside = true
			n++
		}
		if n > words {
			end := i
			if space > start {
				end = space
			}
			parts = append(parts, strings.TrimSpace(s[start:end]))
			start, n, han = end, length(s[end:i]), 0
		}
	}
	return append(parts, strings.TrimSpace(s[start:]))
}
