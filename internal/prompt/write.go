package prompt

import "strings"

// fence opens and closes a passage, at the start of a line. A line of a passage's text that begins with it, after any number of
// backslashes, is written with one backslash more, so that [Parse] reads every text back exactly.
const fence = "==="

// Messages writes the paper: a system message with the instructions and a user message with the passages, the date and the
// question. All papers of a language are alike but for the passages section, which a closed-book paper does not have, and for
// the instructions of a paper with tools.
func (p Paper) Messages() []Message {
	t := templateFor(p.Language)
	size := len(p.Question) + 64
	for _, page := range p.Passages {
		size += len(page.ID) + len(page.Title) + len(page.Text) + 64
	}
	var b strings.Builder
	b.Grow(size)
	if len(p.Passages) > 0 {
		b.WriteString(t.passages)
		b.WriteString("\n\n")
		for _, page := range p.Passages {
			t.writePassage(&b, page)
			b.WriteByte('\n')
		}
	}
	if p.AsOf != "" {
		b.WriteString(t.asOf)
		writeEscaped(&b, p.AsOf, "", "")
		b.WriteByte('\n')
	}
	b.WriteString(t.question)
	b.WriteString(p.Question)
	system := t.system
	if p.Tools {
		system = t.tools
	}
	return []Message{{Role: "system", Content: system}, {Role: "user", Content: b.String()}}
}

// WritePassages writes passages as a paper does, in English and without a heading. It is how a tool returns them.
func WritePassages(pages []Passage) string {
	var b strings.Builder
	for i, page := range pages {
		if i > 0 {
			b.WriteByte('\n')
		}
		english.writePassage(&b, page)
	}
	return b.String()
}

// writePassage writes "=== [ID] Title (edition of DATE)", the text and a closing fence.
func (t *template) writePassage(b *strings.Builder, page Passage) {
	b.WriteString(fence)
	b.WriteString(" [")
	writeEscaped(b, page.ID, "]", "")
	b.WriteByte(']')
	if page.Title != "" {
		b.WriteByte(' ')
		writeEscaped(b, page.Title, "", "("+t.edition)
	}
	if page.Date != "" {
		b.WriteString(" (")
		b.WriteString(t.edition)
		writeEscaped(b, page.Date, ")", "("+t.edition)
		b.WriteByte(')')
	}
	b.WriteByte('\n')
	for line := range strings.SplitSeq(page.Text, "\n") {
		if fenced(line) {
			b.WriteByte('\\')
		}
		b.WriteString(line)
		b.WriteByte('\n')
	}
	b.WriteString(fence)
	b.WriteByte('\n')
}

// fenced reports whether a line begins with the fence after any number of backslashes.
func fenced(line string) bool {
	return strings.HasPrefix(strings.TrimLeft(line, `\`), fence)
}

// writeEscaped writes s on one line: a backslash goes before every backslash, before every byte of marks and before every
// occurrence of phrase; a line end is written as \n.
func writeEscaped(b *strings.Builder, s, marks, phrase string) {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\n':
			b.WriteString(`\n`)
			continue
		case c == '\\', strings.IndexByte(marks, c) >= 0, phrase != "" && strings.HasPrefix(s[i:], phrase):
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
}
