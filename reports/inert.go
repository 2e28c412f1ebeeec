package reports

import (
	"strings"
	"unicode"
)

// Inert keeps GitHub's runner, which reads what a command prints, from taking words of a model for orders: it looks for "::" at the start of a
// line and for "##[" anywhere. A backslash is put before the first and into the second.
func Inert(s string) string {
	if !strings.Contains(s, "::") && !strings.Contains(s, "##[") {
		return s
	}
	lines := strings.Split(strings.ReplaceAll(s, "##[", `##\[`), "\n")
	for i, line := range lines {
		if text := strings.TrimLeft(line, " \t"); strings.HasPrefix(text, "::") {
			lines[i] = line[:len(line)-len(text)] + `\` + text
		}
	}
	return strings.Join(lines, "\n")
}

// Legible blanks the control characters of a text but for line breaks and tabs, and drops those that turn the direction of all that follows.
func Legible(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case unicode.IsControl(c) && c != '\n' && c != '\t':
			return ' '
		case c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069:
			return -1
		}
		return c
	}, s)
}
