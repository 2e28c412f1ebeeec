//go:build unix

package files

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A pipe in the folder is named and not waited for.
func TestPipesAreSkipped(t *testing.T) {
	dir := folder(t, map[string]string{"good.txt": "inside"})
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe.txt"), 0o600); err != nil {
		t.Skipf("make pipe: %v", err)
	}
	corpus, err := Read(t.Context(), Config{Folder: dir})
	if err != nil {
		t.Fatal(err)
	}
	if len(corpus.Passages) != 1 || len(corpus.Skipped) != 1 || !strings.Contains(corpus.Skipped[0].Err.Error(), "not a regular file") {
		t.Errorf("%d passages, skipped %v", len(corpus.Passages), corpus.Skipped)
	}
}
