// Package growth tests how the time of a computation grows with its input. A test in seconds fails on a busy machine and passes on a
// fast one; the ratio of two times taken one after the other says the same on both.
package growth

import (
	"testing"
	"time"
)

// factor is how much larger the large input is. As many small ones as make it up take about as long where time is linear, and one in factor of
// that where it is quadratic.
const factor = 16

// most lies between the two, with room for caches and collections on the linear side.
const most = 6

// A ratio is formed of the shortest of fewest times, and where it is too large of up to rounds, since nothing but noise makes a computation
// slower and noise does not last.
const fewest, rounds = 3, 16

// Linear fails the test when f takes far longer for n than for sixteen times a sixteenth of it. The small inputs are run on end until they make up
// the large one, so that whatever else the machine does falls on both alike. f makes its input before it calls timed, which runs what is measured.
func Linear(tb testing.TB, name string, n int, f func(n int, timed func(func()))) {
	tb.Helper()
	measure := func(n, times int) (sum time.Duration) {
		for range times {
			f(n, func(run func()) {
				start := time.Now()
				run()
				sum += time.Since(start)
			})
		}
		return max(sum, 100*time.Microsecond) // near the clock's grain a ratio means nothing
	}
	small, large := time.Duration(1<<62), time.Duration(1<<62)
	for i := range rounds {
		small, large = min(small, measure(n/factor, factor)), min(large, measure(n, 1))
		if i+1 >= fewest && large <= most*small {
			return
		}
	}
	tb.Errorf("%s: %v for %d, %v for %d times %d, which is as much: %.1f times as long", name, large, n, small, factor, n/factor, float64(large)/float64(small))
}
