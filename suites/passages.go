package suites

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"go.yaml.in/yaml/v3"
)

const fence = "---"

// parsePassage reads a Markdown file with front matter. The text loses the blank lines around it. With problems added, the
// passage holds what could be read.
func parsePassage(data []byte, file, id string, ps *problems) Passage {
	var p Passage
	text, badLine, err := decodeText(data)
	if err != nil {
		ps.add(file, badLine, 0, "%s", err)
		return p
	}
	front, body, bodyLine, err := splitFront(text)
	if err != nil {
		ps.add(file, 1, 0, "%s", err)
		return p
	}
	day := func(t *time.Time) func([]string) error {
		return func(v []string) (err error) {
			*t, err = parseDay(v[0])
			return err
		}
	}
	readYAML(front, file, 2, []yamlField{
		{name: "id", required: true, set: one(&p.ID, func(s string) error {
			if err := checkID(s); err != nil {
				return err
			}
			if s != id {
				return fmt.Errorf("%q differs from the file's name: write id: %s or rename the file to %s.md", s, id, s)
			}
			return nil
		})},
		{name: "title", required: true, set: one(&p.Title, checkText)},
		{name: "language", required: true, set: one(&p.Language, checkLanguage)},
		{name: "origin", set: one(&p.Origin, checkText)},
		{name: "valid_from", set: day(&p.ValidFrom)},
		{name: "valid_to", set: day(&p.ValidTo)},
		{name: "supersedes", set: one(&p.Supersedes, checkID)},
	}, ps)
	p.Text = trimBody(body)
	if p.Text == "" {
		ps.add(file, bodyLine, 0, "the passage has no text: write it after the second %s", fence)
	} else if i := strings.IndexByte(p.Text, 0); i >= 0 {
		ps.add(file, bodyLine, 0, "the text holds a NUL character: remove it")
	}
	return p
}

// trimBody removes the blank lines before and after a passage's text and the space at its end.
func trimBody(s string) string {
	s = strings.TrimRight(s, " \t\n")
	for {
		line, rest, found := strings.Cut(s, "\n")
		if !found || strings.Trim(line, " \t") != "" {
			return s
		}
		s = rest
	}
}

// splitFront cuts a text into its front matter and body; bodyLine is the line on which the body begins.
func splitFront(text string) (front, body string, bodyLine int, err error) {
	first, rest, _ := strings.Cut(text, "\n")
	if strings.TrimRight(first, " \t") != fence {
		return "", "", 0, fmt.Errorf("front matter is missing: begin the file with a line %s, the fields id, title and language, and a line %s", fence, fence)
	}
	line := 1
	for after := rest; ; {
		var l string
		more := false
		l, after, more = strings.Cut(after, "\n")
		line++
		if strings.TrimRight(l, " \t") == fence {
			return rest[:len(rest)-len(after)-len(l)-btoi(more)], after, line + 1, nil
		}
		if !more {
			return "", "", 0, fmt.Errorf("front matter is not closed: end it with a line %s", fence)
		}
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// The front matter that [WriteFolder] writes; parsePassage reads it back.
type frontYAML struct {
	ID         words `yaml:"id"`
	Title      words `yaml:"title"`
	Language   words `yaml:"language"`
	Origin     words `yaml:"origin,omitempty"`
	ValidFrom  day   `yaml:"valid_from,omitempty"`
	ValidTo    day   `yaml:"valid_to,omitempty"`
	Supersedes words `yaml:"supersedes,omitempty"`
}

// words is a string that stays on one line: the library's block style does not survive tabs.
type words string

func (w words) MarshalYAML() (any, error) {
	if strings.IndexFunc(string(w), unicode.IsControl) < 0 {
		return string(w), nil
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.DoubleQuotedStyle, Value: string(w)}, nil
}

// day is written as a plain ISO date.
type day struct{ time.Time }

func (d day) MarshalYAML() (any, error) {
	return &yaml.Node{Kind: yaml.ScalarNode, Value: d.Format(isoDay)}, nil
}

// encodePassage gives the passage as a Markdown file with front matter.
func encodePassage(p Passage) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(fence + "\n")
	front := frontYAML{words(p.ID), words(p.Title), words(p.Language), words(p.Origin),
		day{p.ValidFrom}, day{p.ValidTo}, words(p.Supersedes)}
	if err := writeYAML(&b, front); err != nil {
		return nil, fmt.Errorf("write passage %s: %w", p.ID, err)
	}
	b.WriteString(fence + "\n" + p.Text + "\n")
	return b.Bytes(), nil
}

func writeYAML(w io.Writer, v any) error {
	enc := yaml.NewEncoder(w)
	enc.SetIndent(2)
	return errors.Join(enc.Encode(v), enc.Close())
}
