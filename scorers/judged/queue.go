package judged

import (
	"context"
	"sync"
)

// queue lets one caller at a time have a key, so that two trials with one reply cost one request: the second finds the first one's vote
// in the cache.
type queue struct {
	mu   sync.Mutex
	busy map[string]chan struct{} // closed when the key is free again
}

// enter waits for the key. The error is that of ctx; without one, leave must be called.
func (q *queue) enter(ctx context.Context, key string) (leave func(), err error) {
	for {
		q.mu.Lock()
		taken, ok := q.busy[key]
		if !ok {
			if q.busy == nil {
				q.busy = map[string]chan struct{}{}
			}
			free := make(chan struct{})
			q.busy[key] = free
			q.mu.Unlock()
			return func() {
				q.mu.Lock()
				delete(q.busy, key)
				q.mu.Unlock()
				close(free)
			}, nil
		}
		q.mu.Unlock()
		select {
		case <-taken:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
