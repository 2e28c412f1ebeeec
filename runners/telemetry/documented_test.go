package telemetry

import (
	"os"
	"strings"
	"testing"
)

// TestAllowListIsDocumented wants each family in the manual, under the source that it makes.
func TestAllowListIsDocumented(t *testing.T) {
	manual, err := os.ReadFile("../../docs/TELEMETRY.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]string{}
	source := ""
	for line := range strings.Lines(string(manual)) {
		cells := strings.Split(line, "|")
		if len(cells) < 4 {
			source = ""
			continue
		}
		if name := strings.Trim(cells[1], " `"); name != "" {
			source = name
		}
		for i, name := range strings.Split(cells[2], "`") {
			if i%2 == 1 {
				documented[name] = source
			}
		}
	}
	for name, f := range families {
		if documented[name] != f.kind {
			t.Errorf("%s is documented under %q, want %q", name, documented[name], f.kind)
		}
		if f.scale <= 0 {
			t.Errorf("%s has the scale %g", name, f.scale)
		}
	}
}
