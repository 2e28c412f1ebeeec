package files

import (
	"context"
	"regexp"
	"strings"
)

func readMarkdown(_ context.Context, r source) (document, error) {
	s, err := decode(r.data)
	if err != nil {
		return document{}, err
	}
	return document{blocks: markdown(s)}, nil
}

// tableRule is the line under a Markdown table's head.
var tableRule = regexp.MustCompile(`^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$`)

// fence opens or closes a block of code.
var fence = regexp.MustCompile("^ {0,3}(```+|~~~+)")

// markdown takes a Markdown text apart: headings of both kinds, tables, code as it stands, and paragraphs, whose lines stay lines. A head of YAML
// before the text is left out.
func markdown(s string) []block {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	lines = lines[frontMatter(lines):]
	var blocks []block
	var open []string
	flush := func() {
		if t := strings.TrimSpace(strings.Join(open, "\n")); t != "" {
			blocks = append(blocks, block{text: t})
		}
		open = nil
	}
	code := ""
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		trimmed := strings.TrimSpace(line)
		if mark := fence.FindStringSubmatch(line); mark != nil && (code == "" || strings.HasPrefix(mark[1], code)) {
			if code == "" {
				code = mark[1]
			} else {
				code = ""
			}
			open = append(open, line)
			continue
		}
		switch level := headingLevel(trimmed); {
		case code != "":
			open = append(open, line)
		case trimmed == "":
			flush()
		case level > 0:
			flush()
			blocks = append(blocks, block{level: level, text: strings.TrimSpace(strings.TrimRight(trimmed[level:], "#"))})
		case len(open) == 1 && (strings.Trim(trimmed, "=") == "" || strings.Trim(trimmed, "-") == "") && !strings.Contains(open[0], "|"):
			level = 1
			if trimmed[0] == '-' {
				level = 2
			}
			blocks = append(blocks, block{level: level, text: strings.TrimSpace(open[0])})
			open = nil
		case strings.Contains(trimmed, "|") && i+1 < len(lines) && strings.Contains(lines[i+1], "-") && tableRule.MatchString(lines[i+1]):
			flush()
			rows := [][]string{tableCells(trimmed)}
			for i += 2; i < len(lines) && strings.Contains(lines[i], "|"); i++ {
				rows = append(rows, tableCells(lines[i]))
			}
			i--
			if rows = squared(rows); len(rows) > 0 {
				blocks = append(blocks, block{rows: rows})
			}
		default:
			open = append(open, line)
		}
	}
	flush()
	return blocks
}

// frontMatter is the number of lines of a head of YAML.
func frontMatter(lines []string) int {
	if len(lines) == 0 || strings.TrimSpace(lines[0]) != "---" {
		return 0
	}
	for i := 1; i < len(lines) && i < 200; i++ {
		if strings.TrimSpace(lines[i]) == "---" {
			return i + 1
		}
	}
	return 0
}

// headingLevel is that of a line such as "## Leave"; 0: it is no heading.
func headingLevel(line string) int {
	n := len(line) - len(strings.TrimLeft(line, "#"))
	if n == 0 || n > 6 || len(line) > n && line[n] != ' ' && line[n] != '\t' {
		return 0
	}
	return n
}

// tableCells takes a row of a table apart; a bar behind a backslash is text.
func tableCells(line string) []string {
	line = strings.TrimSpace(line)
	line = strings.TrimPrefix(line, "|")
	var cells []string
	var cell strings.Builder
	escaped := false
	for _, r := range line {
		switch {
		case escaped && r != '|':
			cell.WriteRune('\\')
			cell.WriteRune(r)
			escaped = false
		case escaped:
			cell.WriteRune(r)
			escaped = false
		case r == '\\':
			escaped = true
		case r == '|':
			cells = append(cells, strings.TrimSpace(cell.String()))
			cell.Reset()
		default:
			cell.WriteRune(r)
		}
	}
	if escaped {
		cell.WriteRune('\\')
	}
	if rest := strings.TrimSpace(cell.String()); rest != "" {
		cells = append(cells, rest)
	}
	return cells
}
