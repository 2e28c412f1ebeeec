package fan_test

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/viva-eval/viva/internal/fan"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func count(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

func TestMapYieldsEveryResult(t *testing.T) {
	got := slices.Sorted(fan.Map(t.Context(), 4, count(100), func(_ context.Context, i int) int { return i * 2 }))
	if len(got) != 100 || got[0] != 0 || got[99] != 198 {
		t.Fatalf("got %d results from %d to %d", len(got), got[0], got[len(got)-1])
	}
}

func TestMapHoldsTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int64
		for range fan.Map(t.Context(), 3, count(30), func(context.Context, int) int {
			n := now.Add(1)
			for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
			}
			time.Sleep(time.Second)
			now.Add(-1)
			return 0
		}) {
		}
		if most.Load() != 3 {
			t.Fatalf("%d calls at a time, want exactly 3", most.Load())
		}
	})
}

func TestMapStopsWithItsConsumer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var started atomic.Int64
		start := time.Now()
		for range fan.Map(t.Context(), 2, count(1000), func(ctx context.Context, i int) int {
			started.Add(1)
			select {
			case <-ctx.Done():
			case <-time.After(time.Duration(i+1) * time.Second):
			}
			return i
		}) {
			break
		}
		if n := started.Load(); n > 4 {
			t.Errorf("%d calls were started after the consumer left", n)
		}
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("returned after %v: the calls under way were not cancelled", took)
		}
	})
}

func TestMapDeliversCallsUnderWayWhenTheContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		defer cancel()
		var got []int
		for b := range fan.Map(ctx, 2, count(1000), func(_ context.Context, i int) int {
			time.Sleep(time.Second) // deaf to the context, as a commit would be
			return i
		}) {
			got = append(got, b)
		}
		slices.Sort(got)
		if !slices.Equal(got, []int{0, 1, 2, 3}) {
			t.Fatalf("got %v, want the two finished and the two under way", got)
		}
	})
}

func TestMapRaisesPanicsOnTheConsumer(t *testing.T) {
	defer func() {
		p, ok := recover().(*fan.Panic)
		if !ok || p.Value != "boom" || len(p.Stack) == 0 {
			t.Fatalf("recovered %v, want the panic of the call with its stack", p)
		}
	}()
	for range fan.Map(t.Context(), 4, count(100), func(_ context.Context, i int) int {
		if i == 7 {
			panic("boom")
		}
		return i
	}) {
	}
	t.Fatal("the panic was swallowed")
}

func TestGroupCancelsTheOthers(t *testing.T) {
	want := errors.New("first")
	err := fan.Group(t.Context(),
		func(context.Context) error { return want },
		func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
	if !errors.Is(err, want) {
		t.Fatalf("got %v, want the first error", err)
	}
}
