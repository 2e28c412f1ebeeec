package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/viva-eval/viva/runners/load"
)

// stageLine shows a stage while it is held: a line with a bar on a terminal, else a plain line every few seconds.
type stageLine struct {
	live  *load.Live
	stage load.Stage
	out   io.Writer
	now   func() time.Time
	began time.Time

	stop    chan struct{}
	stopped sync.WaitGroup
	lines   *mpb.Progress
	bar     *mpb.Bar
}

const (
	plainEvery = 10 * time.Second       // lines without a terminal
	drawEvery  = 250 * time.Millisecond // redrawing on one
)

// live starts the line of a stage.
func (a *app) live(s load.Stage) *stageLine {
	l := &stageLine{live: new(load.Live), stage: s, out: a.stderr, now: a.now, began: a.now(), stop: make(chan struct{})}
	every := plainEvery
	if f, ok := a.stderr.(*os.File); ok && isatty.IsTerminal(f.Fd()) {
		every = drawEvery
		l.lines = mpb.New(mpb.WithOutput(f), mpb.WithWidth(24))
		l.bar = l.lines.AddBar(l.whole(), mpb.PrependDecorators(decor.Any(func(decor.Statistics) string { return l.text() }, decor.WC{W: 1})))
	}
	// Not through internal/fan: the line lives beside the stage until close, which waits for it.
	l.stopped.Go(func() { l.follow(every) })
	return l
}

// whole is the length of the bar: requests, or milliseconds where a duration decides.
func (l *stageLine) whole() int64 {
	if l.stage.Requests > 0 {
		return int64(l.stage.Requests)
	}
	return max(1, (l.stage.Ramp + l.stage.Duration).Milliseconds())
}

// follow draws until the line is closed.
func (l *stageLine) follow(every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-l.stop:
			return
		case <-ticker.C:
		}
		state := l.live.Snapshot()
		if state.Warming {
			l.began = l.now()
		}
		if l.bar == nil {
			fmt.Fprintln(l.out, l.text())
			continue
		}
		at := l.now().Sub(l.began).Milliseconds()
		if l.stage.Requests > 0 {
			at = int64(state.Done)
		}
		l.bar.SetCurrent(min(at, l.whole()-1)) // it is full when the stage is over
	}
}

// text is the state of the stage on one line.
func (l *stageLine) text() string {
	s := l.live.Snapshot()
	if s.Warming {
		return l.stage.Name + ": warming up "
	}
	seconds := l.now().Sub(l.began).Seconds()
	if seconds <= 0 {
		return l.stage.Name + " "
	}
	return fmt.Sprintf("%s: %d in flight, %d done, %d failed, %.1f req/s, %.0f tok/s, TTFT p50 %s ", l.stage.Name, s.InFlight, s.Done, s.Failed,
		float64(s.Done-s.Failed)/seconds, float64(s.Tokens)/seconds, brief(s.TTFT))
}

// brief writes a duration with about three digits.
func brief(d time.Duration) string {
	switch {
	case d <= 0:
		return "–"
	case d < time.Second:
		return fmt.Sprintf("%.3g ms", float64(d)/float64(time.Millisecond))
	}
	return fmt.Sprintf("%.3g s", d.Seconds())
}

// close takes the line away.
func (l *stageLine) close() {
	close(l.stop)
	l.stopped.Wait()
	if l.bar != nil {
		l.bar.Abort(true)
		l.lines.Wait()
	}
}
