package bench

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"testing"
)

// Every chart is drawn; VIVA_PLOTS names a folder in which to leave them for the eye.
func TestPlots(t *testing.T) {
	dir := t.TempDir()
	if keep := os.Getenv("VIVA_PLOTS"); keep != "" {
		dir = keep
	}
	if err := Plots(t.Context(), dir, ladder(t, "box-a", 1)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"ttft", "tpot", "e2e", "truth", "knee", "frontier", "cdf-ttft", "cdf-e2e", "timeline-concurrency-1", "timeline-concurrency-64"} {
		svg, err := os.ReadFile(filepath.Join(dir, name+".svg"))
		if err != nil {
			t.Fatal(err)
		}
		if err := xml.Unmarshal(svg, new(struct{})); err != nil || len(svg) < 4000 {
			t.Errorf("%s.svg: %d bytes, %v", name, len(svg), err)
		}
		if info, err := os.Stat(filepath.Join(dir, name+".png")); err != nil || info.Size() < 10_000 {
			t.Errorf("%s.png: %v", name, err)
		}
	}
}
