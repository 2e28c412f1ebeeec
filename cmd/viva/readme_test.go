package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestReadme runs the console blocks of the README one after the other in an empty folder and compares what they print. In an
// expected line … stands for anything; a line that is only … stands for any number of lines. Times and speeds differ from run to
// run: below a heading of Latency or Throughput any figure matches any other.
func TestReadme(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	dir, commands := t.TempDir(), 0
	for _, block := range regexp.MustCompile("(?ms)^```console\n(.*?)^```$").FindAllStringSubmatch(string(raw), -1) {
		var command string
		var expected []string
		check := func() {
			if command == "" {
				return
			}
			commands++
			line := strings.ReplaceAll(command, "go run ./cmd/viva", "viva")
			cmd := exec.Command("bash", "-c", line)
			cmd.Dir = dir
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Errorf("$ %s\n%v\n%s", command, err, out)
			} else if !matches(expected, strings.Split(strings.TrimRight(string(out), "\n"), "\n")) {
				t.Errorf("$ %s\nREADME says:\n%s\nit prints:\n%s", command, strings.Join(expected, "\n"), out)
			}
		}
		for line := range strings.Lines(block[1]) {
			line = strings.TrimRight(line, "\n")
			if next, ok := strings.CutPrefix(line, "$ "); ok {
				check()
				command, expected = next, nil
				continue
			}
			expected = append(expected, line)
		}
		check()
	}
	if commands == 0 {
		t.Error("the README has no console block")
	}
}

var (
	timed  = regexp.MustCompile(`^(Latency|Throughput) `)
	figure = regexp.MustCompile(`[\d.,/–─ ]+`)
)

// matches compares line by line; … is a wildcard.
func matches(want, got []string) bool {
	if i, j := slices.IndexFunc(want, timed.MatchString), slices.IndexFunc(got, timed.MatchString); i >= 0 && j >= 0 {
		return matches(want[:i], got[:j]) && matches(unfigured(want[i:]), unfigured(got[j:])) // from here on figures are not looked at
	}
	switch {
	case len(want) == 0:
		return len(got) == 0 || len(got) == 1 && got[0] == ""
	case strings.TrimSpace(want[0]) == "…":
		for i := 0; i <= len(got); i++ {
			if matches(want[1:], got[i:]) {
				return true
			}
		}
		return false
	case len(got) == 0:
		return false
	}
	parts := strings.Split(strings.TrimRight(want[0], " "), "…")
	for i := range parts {
		parts[i] = regexp.QuoteMeta(parts[i])
	}
	ok, err := regexp.MatchString("^"+strings.Join(parts, ".*")+"$", strings.TrimRight(got[0], " "))
	return err == nil && ok && matches(want[1:], got[1:])
}

func unfigured(lines []string) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = figure.ReplaceAllString(strings.TrimRight(line, " "), "#")
	}
	if len(out) > 0 {
		out[0] = "#" + out[0] // no heading any more
	}
	return out
}

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		want, got string
		ok        bool
	}{
		{"a\nb", "a\nb", true},
		{"a", "a\nb", false},
		{"a…c", "abc", true},
		{"a…c", "abd", false},
		{"a\n…\nd", "a\nb\nc\nd", true},
		{"…", "", true},
		{"n 12\nLatency (ms)\na  1.5 / 2", "n 12\nLatency (ms)\na 10.25 / 22", true},
		{"n 12\nLatency (ms)\na  1.5 / 2", "n 13\nLatency (ms)\na  1.5 / 2", false},
		{"Latency (ms)\na  1.5", "Latency (ms)\nb  1.5", false},
		{"…\nn 12\nLatency (ms)\na  1.5", "1 of 2\n2 of 2\nn 12\nLatency (ms)\na 1.5", true},
		{"Latency (ms)\na  –", "Latency (ms)\na 0.9 / 1.7 / 1.8", true},
	} {
		if got := matches(strings.Split(c.want, "\n"), strings.Split(c.got, "\n")); got != c.ok {
			t.Errorf("matches(%q, %q) = %v", c.want, c.got, got)
		}
	}
}
