package store

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

const (
	// linger is how long the first trial of a group waits for company. It leaves more than half of the promised 50 ms to writing.
	linger = 20 * time.Millisecond
	// groupSize commits a group at once when it is full. The queue holds as many again, and then Put blocks.
	groupSize = 256
)

// ErrClosed is returned by [Writer.Put] after [Writer.Close].
var ErrClosed = errors.New("put trial: the writer is closed")

// Writer stores the trials of one run in groups: a trial is committed within 50 ms of Put, faster when many arrive. It is safe
// for concurrent use. The first error ends it; later trials are refused with that error.
type Writer struct {
	file     *File
	runID    string
	ctx      context.Context
	onCommit func(n int)

	queue  chan pending
	failed atomic.Pointer[error]
	loop   errgroup.Group

	mu     sync.RWMutex // held for reading while putting, for writing while closing
	closed bool
}

// pending is a trial ready to be stored.
type pending struct {
	key      runners.Key
	status   runners.Status
	attempts int
	values   []any // of trialColumns
	passages []suites.Passage
	turns    []runners.Turn
}

// Writer returns a writer of the run's trials. After each commit it calls onCommit, which may be nil, with the number of trials in
// it, from its own goroutine; onCommit must not call Put or Close.
//
// The end of ctx does not end the writer: what was asked before an interruption is dear and still gets stored. Close does.
func (f *File) Writer(ctx context.Context, runID string, onCommit func(n int)) *Writer {
	w := &Writer{file: f, runID: runID, ctx: context.WithoutCancel(ctx), onCommit: onCommit, queue: make(chan pending, groupSize)}
	if onCommit == nil {
		w.onCommit = func(int) {}
	}
	// Not through internal/fan: this goroutine outlives the call and serves until Close, which waits for it.
	w.loop.Go(func() error {
		err := w.serve()
		if err != nil {
			w.failed.CompareAndSwap(nil, &err)
		}
		for range w.queue { // after an error: let no Put block
		}
		return err
	})
	return w
}

// Put hands a trial over, and blocks while the queue is full. A trial whose key the run holds already replaces it, with its
// scores; its attempts add up. But a failure of the infrastructure never replaces an answer.
func (w *Writer) Put(t runners.Trial) error {
	if err := w.failed.Load(); err != nil {
		return *err
	}
	p := pending{key: t.Key, status: t.Status, attempts: t.Attempts, values: trialValues(t), passages: t.Shown.Passages, turns: t.Turns}
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.closed {
		return ErrClosed
	}
	w.queue <- p
	return nil
}

// Close stores what is still queued and returns the first error of the writer's life. Calling it again is harmless.
func (w *Writer) Close() error {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		close(w.queue)
	}
	w.mu.Unlock()
	return w.loop.Wait()
}

// serve gathers groups and commits them until the queue is closed.
func (w *Writer) serve() error {
	s, err := w.begin()
	if err != nil {
		return err
	}
	defer s.close()
	group := make([]pending, 0, groupSize)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for first := range w.queue {
		group = append(group[:0], first)
		timer.Reset(linger)
	gather:
		for len(group) < groupSize {
			select {
			case p, open := <-w.queue:
				if !open {
					break gather
				}
				group = append(group, p)
			case <-timer.C:
				break gather
			}
		}
		if err := s.commit(group); err != nil {
			return err
		}
		w.onCommit(len(group))
		clear(group)
	}
	return nil
}
