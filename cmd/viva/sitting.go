package main

import (
	"context"
	"time"

	"github.com/viva-eval/viva/reports/store"
	"github.com/viva-eval/viva/runners"
)

// turn is the time within which one target follows the other in a sitting.
const turn = time.Minute

// kept finds the targets of a plan that need not be asked again. A plan with several targets is one sitting: when it was interrupted in
// the middle, the same command goes on there, and the runs of that sitting which are finished stay as they are. The result has an
// entry for each target; a run without an ID is to be asked.
//
// The sitting is found from its first unfinished run: before it, runs that ended within a minute of the next one's start belong to it;
// after it, runs that started later. Without an unfinished run there is no sitting to go on with.
func kept(ctx context.Context, f *store.File, digest string, targets []planTarget) ([]runners.Run, error) {
	keep := make([]runners.Run, len(targets))
	if len(targets) < 2 {
		return keep, nil
	}
	runs, err := f.Runs(ctx) // the newest first
	if err != nil {
		return nil, err
	}
	latest := make([]runners.Run, len(targets))
	first := -1
	for i, t := range targets {
		for _, run := range runs {
			if run.PlanDigest == digest && run.Target.Name == t.Name {
				latest[i] = run
				break
			}
		}
		if first < 0 && latest[i].ID != "" && latest[i].Finished.IsZero() {
			first = i
		}
	}
	if first < 0 {
		return keep, nil
	}
	for i := first - 1; i >= 0; i-- {
		pause := latest[i+1].Started.Sub(latest[i].Finished)
		if latest[i].ID == "" || pause < 0 || pause > turn {
			break
		}
		keep[i] = latest[i]
	}
	for i := first + 1; i < len(targets); i++ {
		if latest[i].ID != "" && !latest[i].Finished.IsZero() && latest[i].Started.After(latest[first].Started) {
			keep[i] = latest[i]
		}
	}
	return keep, nil
}
