package main

import (
	"os/exec"
	"strings"
	"testing"
)

// floors are the storeys of the house. Imports only descend; on one floor they stay within one folder.
var floors = map[string]int{"cmd": 6, "reports": 5, "scorers": 4, "runners": 3, "suites": 2, "internal": 1}

func TestFloors(t *testing.T) {
	const module = "github.com/viva-eval/viva/"
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, module+"...").CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	packages := 0
	for line := range strings.Lines(string(out)) {
		names := strings.Fields(line)
		from, ok := strings.CutPrefix(names[0], module)
		if !ok {
			t.Errorf("%s lies outside the module", names[0])
			continue
		}
		packages++
		top, _, _ := strings.Cut(from, "/")
		floor, ok := floors[top]
		if !ok {
			t.Errorf("%s stands on no floor: nest it under one of the folders of ARCHITECTURE.md", from)
		}
		for _, name := range names[1:] {
			to, ours := strings.CutPrefix(name, module)
			if !ours {
				continue
			}
			if below, _, _ := strings.Cut(to, "/"); below != top && floors[below] >= floor {
				t.Errorf("%s imports %s: imports only descend", from, to)
			}
		}
	}
	if packages < 10 {
		t.Errorf("saw %d packages only", packages)
	}
}
