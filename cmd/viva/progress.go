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
)

// progress shows how far a run is: a bar on a terminal, else a plain line every tenth of the way or every half minute. It counts
// trials that are safely on disk.
type progress struct {
	mu      sync.Mutex
	out     io.Writer
	now     func() time.Time
	name    string
	done    int
	planned int
	lines   *mpb.Progress
	bar     *mpb.Bar
	said    time.Time
	tenths  int
}

func (a *app) progress(name string, planned, done int) *progress {
	p := &progress{out: a.stderr, now: a.now, name: name, done: done, planned: planned, said: a.now()}
	p.tenths = p.tenth()
	if f, ok := a.stderr.(*os.File); ok && isatty.IsTerminal(f.Fd()) {
		p.lines = mpb.New(mpb.WithOutput(f), mpb.WithWidth(48))
		p.bar = p.lines.AddBar(int64(planned),
			mpb.PrependDecorators(decor.Name(name, decor.WCSyncSpaceR)),
			mpb.AppendDecorators(decor.CountersNoUnit("%d / %d "), decor.AverageETA(decor.ET_STYLE_GO)))
		p.bar.SetCurrent(int64(done))
	}
	return p
}

func (p *progress) tenth() int {
	if p.planned == 0 {
		return 10
	}
	return p.done * 10 / p.planned
}

// add counts n more trials.
func (p *progress) add(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done += n
	if p.bar != nil {
		p.bar.IncrBy(n)
		return
	}
	if tenth, now := p.tenth(), p.now(); tenth > p.tenths && now.Sub(p.said) > 2*time.Second || now.Sub(p.said) > 30*time.Second || p.done == p.planned && p.tenths < 10 {
		fmt.Fprintf(p.out, "%s: %d of %d trials\n", p.name, p.done, p.planned)
		p.tenths, p.said = tenth, now
	}
}

// close leaves the last state standing. It may be called twice.
func (p *progress) close() {
	p.mu.Lock()
	bar, lines := p.bar, p.lines
	p.bar, p.lines = nil, nil
	p.mu.Unlock()
	if bar != nil {
		if !bar.Completed() {
			bar.Abort(false)
		}
		lines.Wait()
	}
}
