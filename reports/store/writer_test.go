package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

func TestManyPutAtOnce(t *testing.T) {
	f, s := openNew(t), sample(50)
	run := start(t, f, s)
	var committed, commits atomic.Int64
	w := f.Writer(t.Context(), run.ID, func(n int) { committed.Add(int64(n)); commits.Add(1) })
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := worker; i < 2000; i += 8 {
				if err := w.Put(sampleTrial(s, i, "oracle", i%20)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Error("closing twice:", err)
	}
	if err := w.Put(sampleTrial(s, 0, "oracle", 0)); !errors.Is(err, ErrClosed) {
		t.Error("putting after closing:", err)
	}
	if committed.Load() != 2000 || commits.Load() > 300 {
		t.Errorf("%d trials in %d commits", committed.Load(), commits.Load())
	}
	for _, q := range collect(t, f.Questions(t.Context(), run.ID)) {
		i := q.Trial.Repeat*50 + int(q.Item.ID[2]-'0')*10 + int(q.Item.ID[3]-'0')
		if len(q.Trial.Shown.Passages) != i%20 {
			t.Fatalf("trial %d has %d passages", i, len(q.Trial.Shown.Passages))
		}
		for j, p := range q.Trial.Shown.Passages {
			if p.ID != s.Passages[(i*3+j)%100].ID {
				t.Fatalf("trial %d shows %s at %d", i, p.ID, j)
			}
		}
	}
}

// A finished trial is committed within 50 ms, also when no other follows, and also after the run was interrupted.
func TestCommitsSoon(t *testing.T) {
	f, s := openNew(t), sample(2)
	run := start(t, f, s)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan int, 10)
	w := f.Writer(ctx, run.ID, func(n int) { done <- n })
	cancel()
	best := time.Hour // the machine may be busy: one try must be fast
	for i := 0; i < 50 && best > 50*time.Millisecond; i++ {
		began := time.Now()
		if err := w.Put(sampleTrial(s, i, "oracle", 1)); err != nil {
			t.Fatal(err)
		}
		select {
		case <-done:
			best = min(best, time.Since(began))
		case <-time.After(5 * time.Second):
			t.Fatal("no commit")
		}
	}
	if best > 50*time.Millisecond {
		t.Error("the fastest commit came after", best)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
}

func TestWriterErrorsStick(t *testing.T) {
	f, s := openNew(t), sample(2)
	run := start(t, f, s)
	for name, c := range map[string]struct {
		run   string
		trial func() runners.Trial
		want  string
	}{
		"no such run":  {"nobody", func() runners.Trial { return sampleTrial(s, 0, "oracle", 1) }, "find run"},
		"no such item": {run.ID, func() runners.Trial { tr := sampleTrial(s, 0, "oracle", 1); tr.ItemID = "q999"; return tr }, "no such item"},
		"no status":    {run.ID, func() runners.Trial { tr := sampleTrial(s, 0, "oracle", 1); tr.Status = ""; return tr }, "status"},
	} {
		t.Run(name, func(t *testing.T) {
			w := f.Writer(t.Context(), c.run, func(n int) { t.Error("a commit of", n) })
			var err error
			for i := 0; err == nil && i < 100_000; i++ { // more than the queue holds: Put must not block for ever
				err = w.Put(c.trial())
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("put: %v, want %q", err, c.want)
			}
			if again := w.Close(); again == nil || again.Error() != err.Error() {
				t.Errorf("close: %v, want %v", again, err)
			}
		})
	}
	if q := collect(t, f.Questions(t.Context(), run.ID)); len(q) != 0 {
		t.Error("a failed group left trials:", len(q))
	}
}

func TestIteratorsStop(t *testing.T) {
	f, s := openNew(t), sample(50)
	run := start(t, f, s)
	var trials []runners.Trial
	for i := range 200 {
		trials = append(trials, sampleTrial(s, i, "oracle", 3))
	}
	put(t, f, run.ID, trials...)
	for i := range 30 { // more often than there could be connections left open
		n := 0
		for _, err := range f.Questions(t.Context(), run.ID) {
			if err != nil {
				t.Fatal(err)
			}
			if n++; n > i {
				break
			}
		}
	}
	if open := f.read.Stats().InUse; open != 0 {
		t.Errorf("%d connections are still in use after leaving early", open)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n, last := 0, error(nil)
	for _, err := range f.Graded(ctx, run.ID, "facts") {
		if last = err; err != nil {
			continue // it must end by itself
		}
		if n++; n == 5 {
			cancel()
		}
	}
	if !errors.Is(last, context.Canceled) || n >= 200 {
		t.Errorf("after cancelling: %d trials, %v", n, last)
	}
	var re *RunError
	for _, err := range f.Questions(t.Context(), "nobody") {
		if !errors.As(err, &re) {
			t.Error("questions of nobody:", err)
		}
	}
	if re == nil {
		t.Error("questions of nobody end without an error")
	}
}

// Scoring reads a run while it writes to it: the reader sees the run as it was, the writer is not held up.
func TestScoringStreamsWhileReading(t *testing.T) {
	f, s := openNew(t), sample(20)
	run := start(t, f, s)
	var trials []runners.Trial
	for i := range 20 {
		trials = append(trials, sampleTrial(s, i, "oracle", 3))
	}
	put(t, f, run.ID, trials...)
	n := 0
	err := f.PutScores(t.Context(), run.ID, func(yield func(scorers.Graded, error) bool) {
		for q, err := range f.Questions(t.Context(), run.ID) {
			if n++; n == 1 {
				put(t, f, run.ID, sampleTrial(s, 0, "closed-book", 0))
			}
			if !yield(scorers.Graded{Question: q, Score: scorers.Score{Scorer: "facts", Verdict: scorers.Correct}}, err) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if n != 20 {
		t.Errorf("the reader saw %d trials, want the 20 there were when it began", n)
	}
	if all := collect(t, f.Graded(t.Context(), run.ID, "facts")); len(all) != 21 || all[0].Score.Verdict != scorers.Unscored {
		t.Errorf("%d trials, the first with %v", len(all), all[0].Score)
	}
}

// Reading a run sorts nothing: the rows stream out of the index.
func TestReadingSortsNothing(t *testing.T) {
	f := openNew(t)
	for _, query := range []string{gradedQuery, shownQuery} {
		rows, err := f.read.Query("EXPLAIN QUERY PLAN "+query, "run", "facts")
		if err != nil && strings.Contains(query, "?2") {
			t.Fatal(err)
		}
		if err != nil {
			rows, err = f.read.Query("EXPLAIN QUERY PLAN "+query, "run")
		}
		if err != nil {
			t.Fatal(err)
		}
		var plan []string
		for rows.Next() {
			var a, b, c int
			var detail string
			if err := rows.Scan(&a, &b, &c, &detail); err != nil {
				t.Fatal(err)
			}
			plan = append(plan, detail)
		}
		rows.Close()
		if text := fmt.Sprint(plan); strings.Contains(text, "B-TREE") || strings.Contains(text, "SCAN") {
			t.Errorf("%s\nis planned as %v", query, plan)
		}
	}
}
