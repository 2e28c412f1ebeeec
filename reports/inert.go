package reports

import "strings"

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
