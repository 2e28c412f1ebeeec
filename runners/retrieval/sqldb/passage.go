package sqldb

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/viva-eval/viva/suites"
)

// template is a text with columns in it: literal, column, literal, column, ..., literal.
type template struct {
	literals []string
	columns  []string
}

var braces = regexp.MustCompile(`\{([^{}]+)\}`)

// parseTemplate reads a column's name, or a text with names of columns in braces.
func parseTemplate(s string) template {
	if !braces.MatchString(s) {
		return template{[]string{"", ""}, []string{s}}
	}
	var t template
	at := 0
	for _, m := range braces.FindAllStringSubmatchIndex(s, -1) {
		t.literals = append(t.literals, s[at:m[0]])
		t.columns = append(t.columns, s[m[2]:m[3]])
		at = m[1]
	}
	t.literals = append(t.literals, s[at:])
	return t
}

// render fills in a row; NULL is empty.
func (t template) render(columns []string, cells []cell) string {
	var b strings.Builder
	for i, name := range t.columns {
		b.WriteString(t.literals[i])
		b.WriteString(cells[slices.Index(columns, name)].text)
	}
	b.WriteString(t.literals[len(t.columns)])
	return b.String()
}

// mapping makes passages of rows.
type mapping struct {
	id, title, text, date *template // nil: not named
	origin                string
}

func newMapping(c Columns, origin string) mapping {
	if c.ID == "" {
		c.ID = "id"
	}
	of := func(s string) *template {
		if s == "" {
			return nil
		}
		t := parseTemplate(s)
		return &t
	}
	return mapping{of(c.ID), of(c.Title), of(c.Text), of(c.Date), origin}
}

// check refuses a mapping that names columns the query does not have.
func (m mapping) check(columns []string) error {
	for _, part := range []struct {
		name string
		t    *template
	}{{"id", m.id}, {"title", m.title}, {"text", m.text}, {"date", m.date}} {
		if part.t == nil {
			continue
		}
		for _, c := range part.t.columns {
			if !slices.Contains(columns, c) {
				return fmt.Errorf("columns.%s: the query has no column %q; it has: %s", part.name, c, strings.Join(columns, ", "))
			}
		}
	}
	return nil
}

// passage makes a passage of a row. An empty ID is an error, and so is a date that cannot be read.
func (m mapping) passage(columns []string, cells []cell) (suites.Passage, error) {
	if err := m.check(columns); err != nil {
		return suites.Passage{}, err
	}
	p := suites.Passage{ID: strings.TrimSpace(m.id.render(columns, cells)), Origin: m.origin}
	if p.ID == "" {
		return p, fmt.Errorf("columns.id: empty in a row that was found")
	}
	if m.title != nil {
		p.Title = strings.Join(strings.Fields(m.title.render(columns, cells)), " ")
	}
	if m.text != nil {
		p.Text = strings.TrimSpace(m.text.render(columns, cells))
	} else {
		p.Text = lines(columns, cells)
	}
	if m.date != nil {
		text := strings.TrimSpace(m.date.render(columns, cells))
		day, ok := parseDate(text)
		if !ok {
			return p, fmt.Errorf("columns.date: %q in row %s is not written as 2026-03-31", text, p.ID)
		}
		p.ValidFrom = day
	}
	return p, nil
}

// lines shows all columns that hold something.
func lines(columns []string, cells []cell) string {
	var b strings.Builder
	for i, name := range columns {
		if text := strings.TrimSpace(cells[i].text); text != "" {
			fmt.Fprintf(&b, "%s: %s\n", name, text)
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

var dateLayouts = []string{time.DateOnly, time.DateTime, "2006-01-02 15:04:05.999999999Z07", "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04", time.RFC3339Nano, "2006-01-02T15:04:05.999999999"}

// parseDate reads a date as databases write them. Nothing is the zero time.
func parseDate(s string) (time.Time, bool) {
	if s == "" {
		return time.Time{}, true
	}
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}
