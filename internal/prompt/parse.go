package prompt

import (
	"errors"
	"fmt"
	"strings"
)

// ErrNotPaper means that the messages were not written by [Paper.Messages].
var ErrNotPaper = errors.New("not an examination paper")

// Parse reads a paper back from its messages. It is the exact inverse of [Paper.Messages], but that a language without a
// template comes back as "en". Other messages give an error that wraps [ErrNotPaper].
func Parse(msgs []Message) (Paper, error) {
	if len(msgs) != 2 || msgs[0].Role != "system" || msgs[1].Role != "user" {
		return Paper{}, fmt.Errorf("parse paper: %w: want one system and one user message", ErrNotPaper)
	}
	for _, t := range templates() {
		switch msgs[0].Content {
		case t.system:
			return t.parse(msgs[1].Content)
		case t.tools:
			p, err := t.parse(msgs[1].Content)
			p.Tools = err == nil
			return p, err
		}
	}
	return Paper{}, fmt.Errorf("parse paper: %w: unknown instructions", ErrNotPaper)
}

func (t *template) parse(s string) (Paper, error) {
	p := Paper{Language: t.language}
	if rest, ok := strings.CutPrefix(s, t.passages+"\n\n"); ok {
		s = rest
		for strings.HasPrefix(s, fence+" [") {
			page, rest, err := t.parsePassage(s)
			if err != nil {
				return Paper{}, fmt.Errorf("parse paper: %w: passage %d: %v", ErrNotPaper, len(p.Passages)+1, err)
			}
			p.Passages = append(p.Passages, page)
			s = rest
		}
	}
	if rest, ok := strings.CutPrefix(s, t.asOf); ok {
		line, rest, ok := strings.Cut(rest, "\n")
		if !ok {
			return Paper{}, fmt.Errorf("parse paper: %w: no question after the date", ErrNotPaper)
		}
		p.AsOf, _ = readEscaped(line, "", "")
		s = rest
	}
	question, ok := strings.CutPrefix(s, t.question)
	if !ok {
		return Paper{}, fmt.Errorf("parse paper: %w: no question", ErrNotPaper)
	}
	p.Question = question
	return p, nil
}

// ParsePassages reads what [WritePassages] wrote; anything else is an error that wraps [ErrNotPaper].
func ParsePassages(s string) ([]Passage, error) {
	var pages []Passage
	for s += "\n"; strings.HasPrefix(s, fence+" ["); {
		page, rest, err := english.parsePassage(s)
		if err != nil {
			return nil, fmt.Errorf("parse passages: %w: passage %d: %v", ErrNotPaper, len(pages)+1, err)
		}
		pages, s = append(pages, page), rest
	}
	if strings.Trim(s, "\n") != "" || len(pages) == 0 {
		return nil, fmt.Errorf("parse passages: %w", ErrNotPaper)
	}
	return pages, nil
}

// parsePassage reads one passage and returns what follows it.
func (t *template) parsePassage(s string) (Passage, string, error) {
	head, rest, ok := strings.Cut(s, "\n")
	if !ok {
		return Passage{}, "", errors.New("no text")
	}
	var page Passage
	var n int
	head = strings.TrimPrefix(head, fence+" [")
	page.ID, n = readEscaped(head, "]", "")
	if n == len(head) {
		return Passage{}, "", errors.New("no bracket after the id")
	}
	if head = head[n+1:]; head != "" {
		if head[0] != ' ' {
			return Passage{}, "", errors.New("no space after the id")
		}
		open := "(" + t.edition
		page.Title, n = readEscaped(head[1:], "", open)
		if head = head[1+n:]; head != "" {
			page.Title = strings.TrimSuffix(page.Title, " ")
			head = head[len(open):]
			page.Date, n = readEscaped(head, ")", "")
			if n != len(head)-1 {
				return Passage{}, "", errors.New("no bracket after the date")
			}
		}
	}
	// A passage ends at the first line that is a bare fence; lines of text that look like one carry a backslash.
	first := true
	var text strings.Builder
	for {
		line, after, more := strings.Cut(rest, "\n")
		if line == fence {
			if first {
				return Passage{}, "", errors.New("no text")
			}
			after, ok := strings.CutPrefix(after, "\n")
			if !more || !ok {
				return Passage{}, "", errors.New("no empty line after it")
			}
			page.Text = text.String()
			return page, after, nil
		}
		if !more {
			return Passage{}, "", errors.New("no closing fence")
		}
		if !first {
			text.WriteByte('\n')
		}
		first = false
		if fenced(line) {
			if line[0] != '\\' {
				return Passage{}, "", errors.New("a fence inside the text")
			}
			line = line[1:]
		}
		text.WriteString(line)
		rest = after
	}
}

// readEscaped undoes [writeEscaped] up to the first bare byte of marks or bare phrase, or the end, and returns where it stopped.
func readEscaped(s, marks, phrase string) (string, int) {
	if strings.IndexByte(s, '\\') < 0 { // the common case
		end := len(s)
		if marks != "" {
			if i := strings.IndexAny(s, marks); i >= 0 {
				end = i
			}
		}
		if phrase != "" {
			if i := strings.Index(s[:end], phrase); i >= 0 {
				end = i
			}
		}
		return s[:end], end
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '\\' && i+1 < len(s):
			i++
			if c = s[i]; c == 'n' {
				c = '\n'
			}
		case strings.IndexByte(marks, c) >= 0, phrase != "" && strings.HasPrefix(s[i:], phrase):
			return b.String(), i
		}
		b.WriteByte(c)
	}
	return b.String(), len(s)
}
