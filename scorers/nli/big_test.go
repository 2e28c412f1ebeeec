package nli

import (
	"strings"
	"testing"
	"time"
)

func TestChunksOfLongPages(t *testing.T) {
	for _, s := range []string{strings.Repeat("x", 1<<20), strings.Repeat("天", 1<<18), strings.Repeat("a ", 1<<19), strings.Repeat("1.", 1<<19), strings.Repeat("।", 1<<18), strings.Repeat("\xff", 1<<19)} {
		start := time.Now()
		n := len(Chunks(s, 500))
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%d chunks of %.4q… took %v", n, s, took)
		}
	}
}
