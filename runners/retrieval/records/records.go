// Package records turns the JSON records that a company's systems answer a search with into passages.
package records

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/viva-eval/viva/internal/text"
	"github.com/viva-eval/viva/suites"
)

// Mapping says where in a reply the records are, and which of their fields make a passage. All are paths as [Get] follows them. The zero Mapping
// takes the document's only list, or the document itself, as the records, and shows all fields of each.
type Mapping struct {
	Results string `yaml:"results"` // the list of records
	ID      string `yaml:"id"`      // empty, or not there: made of what the passage says
	Title   Paths  `yaml:"title"`   // several are joined by spaces
	Text    Paths  `yaml:"text"`    // one: its text alone; several: a line each, as "field: value"; none: all fields but those above
	Date    string `yaml:"date"`    // the edition's date: ISO 8601, or seconds or milliseconds since 1970
	HTML    bool   `yaml:"html"`    // texts are HTML: tags are taken away
}

// Paths is one path or a list of them.
type Paths []string

// UnmarshalYAML reads a text or a list of texts.
func (p *Paths) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*p = Paths{n.Value}
		return nil
	}
	var list []string
	if err := n.Decode(&list); err != nil {
		return err
	}
	*p = list
	return nil
}

// Records finds the list of records in a reply.
func (m Mapping) Records(reply Node) ([]Node, error) {
	if m.Results != "" {
		switch found := Get(reply, m.Results).(type) {
		case []Node:
			return found, nil
		case Object:
			return []Node{found}, nil
		case nil:
			return nil, fmt.Errorf("the reply has no %q: it has %s", m.Results, names(reply))
		default:
			return nil, fmt.Errorf("%q of the reply is no list", m.Results)
		}
	}
	switch n := reply.(type) {
	case []Node:
		return n, nil
	case Object:
		var lists [][]Node
		for _, field := range n {
			if list, ok := field.Value.([]Node); ok {
				lists = append(lists, list)
			}
		}
		if len(lists) == 1 {
			return lists[0], nil
		}
		if len(lists) > 1 {
			return nil, fmt.Errorf("the reply has several lists: it has %s; name one with results", names(reply))
		}
		return []Node{n}, nil
	}
	return nil, fmt.Errorf("the reply holds no records")
}

func names(n Node) string {
	o, ok := n.(Object)
	if !ok || len(o) == 0 {
		return "no fields"
	}
	var all []string
	for i, m := range o {
		if i == 20 {
			all = append(all, "…")
			break
		}
		all = append(all, strconv.Quote(m.Name))
	}
	return strings.Join(all, ", ")
}

// Passages makes passages of the records in their order, at most k. A record without text is left out; one that has the ID of an earlier one too. The
// origin is written before each ID: "rest:crm" and "0061" give "rest:crm#0061".
func (m Mapping) Passages(found []Node, k int, origin string) ([]suites.Passage, error) {
	var passages []suites.Passage
	seen := map[string]bool{}
	for i, r := range found {
		if len(passages) >= k {
			break
		}
		p, err := m.passage(r, origin)
		if err != nil {
			return nil, fmt.Errorf("record %d: %w", i+1, err)
		}
		if p.Text != "" && !seen[p.ID] {
			seen[p.ID] = true
			passages = append(passages, p)
		}
	}
	return passages, nil
}

func (m Mapping) passage(r Node, origin string) (suites.Passage, error) {
	p := suites.Passage{ID: strings.TrimSpace(Text(Get(r, orNothing(m.ID)))), Text: m.text(r)}
	if m.ID == "" {
		p.ID = ""
	}
	var title []string
	for _, path := range m.Title {
		if t := m.plain(Text(Get(r, path))); t != "" {
			title = append(title, t)
		}
	}
	p.Title = strings.Join(title, " ")
	if p.ID == "" {
		sum := sha256.Sum256([]byte(p.Title + "\x00" + p.Text))
		p.ID = hex.EncodeToString(sum[:6])
	}
	p.Origin = origin + "#" + p.ID
	p.Language = text.Detect(p.Title + " " + p.Text)
	if m.Date != "" {
		var err error
		if p.ValidFrom, err = date(Get(r, m.Date)); err != nil {
			return p, fmt.Errorf("field %s: %w", m.Date, err)
		}
	}
	return p, nil
}

// orNothing keeps an empty path from meaning the whole record.
func orNothing(path string) string {
	if path == "" {
		return "\x00"
	}
	return path
}

// text is what the passage says.
func (m Mapping) text(r Node) string {
	if len(m.Text) == 1 {
		return m.plain(Text(Get(r, m.Text[0])))
	}
	var lines []string
	line := func(name string, v Node) {
		if t := m.plain(Text(v)); t != "" {
			lines = append(lines, name+": "+t)
		}
	}
	if len(m.Text) > 1 {
		for _, path := range m.Text {
			line(path, Get(r, path))
		}
		return strings.Join(lines, "\n")
	}
	o, ok := r.(Object)
	if !ok {
		return m.plain(Text(r))
	}
	for _, field := range o {
		shown := field.Name == m.ID || field.Name == m.Date || slices.Contains(m.Title, field.Name)
		if !shown && !strings.HasPrefix(field.Name, "@") { // OData and JSON-LD write what is about the record under such names
			line(field.Name, field.Value)
		}
	}
	return strings.Join(lines, "\n")
}

var (
	breaks = regexp.MustCompile(`(?i)<\s*(?:br|/p|/div|/li|/tr|/h[1-6])\b[^>]*>`)
	tags   = regexp.MustCompile(`(?s)<!--.*?-->|<(?:script|style)\b.*?</(?:script|style)\s*>|</?[a-zA-Z][^<>]*>`)
)

// plain takes tags away where texts are HTML.
func (m Mapping) plain(s string) string {
	if !m.HTML || !strings.ContainsAny(s, "<&") {
		return strings.TrimSpace(s)
	}
	s = tags.ReplaceAllString(breaks.ReplaceAllString(s, "\n"), "")
	var lines []string
	for l := range strings.SplitSeq(html.UnescapeString(s), "\n") {
		if l = strings.Join(strings.Fields(l), " "); l != "" {
			lines = append(lines, l)
		}
	}
	return strings.Join(lines, "\n")
}

// dates are the spellings of a moment that systems send.
var dates = []string{time.RFC3339Nano, "2006-01-02T15:04:05.000-0700", "2006-01-02T15:04:05", "2006-01-02 15:04:05", time.DateOnly}

// date reads the day of a moment. What is not there is no date.
func date(n Node) (time.Time, error) {
	s := strings.TrimSpace(Text(n))
	if s == "" {
		return time.Time{}, nil
	}
	if in, ok := strings.CutPrefix(s, "/Date("); ok { // OData v2
		s, _, _ = strings.Cut(strings.TrimSuffix(in, ")/"), "+")
	}
	for _, layout := range dates {
		if t, err := time.Parse(layout, s); err == nil {
			return day(t), nil
		}
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil && math.Abs(f) < 1e14 {
		if math.Abs(f) > 1e11 {
			f /= 1000
		}
		return day(time.Unix(int64(f), 0).UTC()), nil
	}
	return time.Time{}, fmt.Errorf("%q is no date", s)
}

func day(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}
