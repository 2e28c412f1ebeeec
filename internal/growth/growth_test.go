package growth_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/viva-eval/viva/internal/growth"
)

// verdict catches what a test would be told.
type verdict struct {
	testing.TB
	failed bool
}

func (v *verdict) Helper()               {}
func (v *verdict) Errorf(string, ...any) { v.failed = true }

func TestLinear(t *testing.T) {
	for _, c := range []struct {
		name  string
		cost  func(n int) time.Duration
		fails bool
	}{
		{"linear", func(n int) time.Duration { return time.Duration(n) * time.Microsecond }, false},
		{"n log n", func(n int) time.Duration { return time.Duration(n) * 10 * time.Microsecond * time.Duration(bits(n)) }, false},
		{"quadratic", func(n int) time.Duration { return time.Duration(n*n) * time.Microsecond }, true},
		{"too quick to tell", func(int) time.Duration { return 0 }, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			v := &verdict{TB: t}
			growth.Linear(v, c.name, 8000, func(n int, timed func(func())) { timed(func() { time.Sleep(c.cost(n)) }) })
			if v.failed != c.fails {
				t.Errorf("%s: failed is %v", c.name, v.failed)
			}
		})
	}
}

func bits(n int) (b int) {
	for ; n > 0; n >>= 1 {
		b++
	}
	return b
}
