// Package fan runs a bounded number of calls side by side over a sequence. It holds nearly all `go` statements of the program, so
// that cancellation, panics and the end of goroutines are settled in one place.
package fan

import (
	"context"
	"fmt"
	"iter"
	"runtime/debug"

	"golang.org/x/sync/errgroup"
)

// Map calls f on the elements of seq, at most limit at a time (at least one), and yields the results as they are finished, in no
// particular order.
//
//  1. When ctx ends, no further element is started; f sees the ended context, and the results of calls under way are still yielded.
//  2. When the consumer stops, the context given to f is cancelled and Map returns after the calls under way have returned.
//  3. A panic in f or in seq stops the others and is raised again on the consumer's goroutine, with the stack of its origin.
//  4. No goroutine is left when the iteration has ended, however it ended.
func Map[A, B any](ctx context.Context, limit int, seq iter.Seq[A], f func(context.Context, A) B) iter.Seq[B] {
	return func(yield func(B) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		in := make(chan A)
		out := make(chan B)
		g, gctx := errgroup.WithContext(ctx)

		g.Go(func() (err error) {
			defer close(in)
			defer catch(&err)
			for a := range seq {
				select {
				case in <- a:
				case <-gctx.Done():
					return nil
				}
			}
			return nil
		})
		for range max(limit, 1) {
			g.Go(func() (err error) {
				defer catch(&err)
				for a := range in {
					if gctx.Err() != nil {
						return nil
					}
					out <- f(gctx, a)
				}
				return nil
			})
		}
		var failure error
		go func() {
			failure = g.Wait()
			close(out)
		}()

		leave := func() { // the consumer has left, or panicked: let no call block on out
			cancel()
			for range out {
			}
		}
		defer leave()
		for b := range out {
			if !yield(b) {
				leave()
				break
			}
		}
		if failure != nil {
			panic(failure)
		}
	}
}

// Group runs a few long-lived tasks side by side: the first error cancels the context of the others, and Wait returns it.
func Group(ctx context.Context, tasks ...func(context.Context) error) error {
	g, gctx := errgroup.WithContext(ctx)
	for _, task := range tasks {
		g.Go(func() (err error) {
			defer catch(&err)
			return task(gctx)
		})
	}
	err := g.Wait()
	if p, ok := err.(*Panic); ok {
		panic(p)
	}
	return err
}

// Panic carries a panic from the goroutine where it happened to the one that waits.
type Panic struct {
	Value any
	Stack []byte
}

func (p *Panic) Error() string { return fmt.Sprintf("panic: %v\n\n%s", p.Value, p.Stack) }

func catch(err *error) {
	if v := recover(); v != nil {
		*err = &Panic{Value: v, Stack: debug.Stack()}
	}
}
