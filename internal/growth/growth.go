// Package growth tests how the time of a computation grows with its input. A test in seconds fails on a busy machine and passes on a
// fast one; the ratio of two times taken one after the other says the same on both.
package growth

import (
	"testing"
	"time"
)

// factor is how much larger the large input is. What is linear takes about as many times as long, what is quadratic the square of it.
const factor = 16

// most lies between the two, with room for caches and collections on the linear side.
const most = 6 * factor

// Linear fails the test when f takes far more than in proportion longer for n than for a sixteenth of it. Each is timed several times and the shortest
// counts, since nothing but noise makes a computation slower. f makes its input before it calls timed, which runs what is measured.
func Linear(tb testing.TB, name string, n int, f func(n int, timed func(func()))) {
	tb.Helper()
	measure := func(n int) time.Duration {
		best := time.Duration(1 << 62)
		for range 3 {
			f(n, func(run func()) {
				start := time.Now()
				run()
				best = min(best, time.Since(start))
			})
		}
		return max(best, 20*time.Microsecond) // below the clock's grain a ratio means nothing
	}
	small, large := measure(n/factor), measure(n)
	if ratio := float64(large) / float64(small); ratio > most {
		tb.Errorf("%s: %v for %d, %v for %d: %.0f times as long for %d times as much", name, small, n/factor, large, n, ratio, factor)
	}
}
