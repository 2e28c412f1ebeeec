package suites

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

const manual = "../docs/CURATING.md"

func readManual(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestManualSuite builds the manual's example from its code blocks and holds it to what the manual says of it.
func TestManualSuite(t *testing.T) {
	fsys := fstest.MapFS{}
	blocks := regexp.MustCompile("(?s)\n`([a-z0-9/.-]+)`\n\n```[a-z]+\n(.*?)```").FindAllStringSubmatch(readManual(t), -1)
	for _, b := range blocks {
		fsys[b[1]] = &fstest.MapFile{Data: []byte(b[2])}
	}
	s, err := Load(fsys, ".")
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Items) != 6 || len(s.Passages) != 2 {
		t.Errorf("%d items and %d passages", len(s.Items), len(s.Passages))
	}
	for _, f := range Lint(s) {
		t.Error(f)
	}
}

// TestManualTables compares the manual's tables with the closed sets they describe.
func TestManualTables(t *testing.T) {
	text := readManual(t)
	row := func(cell string) bool { return strings.Contains(text, "\n| `"+cell+"` |") }
	for _, r := range Rules() {
		if !strings.Contains(text, "| `"+string(r.Rule)+"` | "+r.Says+" |") {
			t.Errorf("the manual's rule table lacks or misstates: | `%s` | %s |", r.Rule, r.Says)
		}
	}
	for _, skill := range Skills() {
		if !row(skill) {
			t.Errorf("no row for skill %s", skill)
		}
	}
	for _, kind := range Kinds() {
		if !row(string(kind)) {
			t.Errorf("no row for kind %s", kind)
		}
	}
	for _, cause := range Causes() {
		if !row(string(cause)) {
			t.Errorf("no row for cause %s", cause)
		}
	}
}
