package nli

import (
	"strings"
	"testing"

	"github.com/viva-eval/viva/internal/growth"
)

func TestChunksOfLongPages(t *testing.T) {
	for _, unit := range []string{"x", "天", "a ", "1.", "।", "\xff"} {
		growth.Linear(t, unit, 1<<18, func(n int, timed func(func())) {
			page := strings.Repeat(unit, n/len(unit))
			timed(func() { Chunks(page, 500) })
		})
	}
}
