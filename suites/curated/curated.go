// Package curated holds the suites that ship inside the program, one folder each.
package curated

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"

	"github.com/viva-eval/viva/suites"
)

// FS holds the suite folders; a folder's name is its suite's name.
//
//go:embed */suite.yaml */items.jsonl */passages/*.md
var FS embed.FS

// Default is the suite that is asked when none is named.
const Default = "meridian"

// Names lists the shipped suites in alphabetical order.
func Names() []string {
	files, err := fs.Glob(FS, "*/suite.yaml")
	if err != nil {
		return nil // the pattern is constant and well formed
	}
	names := make([]string, len(files))
	for i, file := range files {
		names[i] = strings.TrimSuffix(file, "/suite.yaml")
	}
	return names
}

// Load reads a shipped suite. An unknown name is an error that lists the names there are.
func Load(name string) (*suites.Suite, error) {
	for _, known := range Names() {
		if name == known {
			return suites.Load(FS, name)
		}
	}
	return nil, fmt.Errorf("load suite: no shipped suite is called %q: choose %s, or give the path of a folder", name, strings.Join(Names(), ", "))
}
