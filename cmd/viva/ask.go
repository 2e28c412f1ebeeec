package main

import (
	"context"
	"errors"
	"time"

	"github.com/viva-eval/viva/internal/fan"
	"github.com/viva-eval/viva/internal/prompt"
	"github.com/viva-eval/viva/reports/store"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/suites"
)

// errorBudget is the share of trials that may fail for reasons of infrastructure. Above it a run is not finished: it exits with 4,
// and the same command asks the failed ones again.
const errorBudget = .05

// ask is the first of the three passes: it puts the suite to one target and keeps each trial as it ends. A run that was left
// unfinished under the same plan is taken up again.
//
// Under a gate that may stop early the items come in random order, and the watch says when the rest need not be asked.
func (a *app) ask(ctx context.Context, f *store.File, p *plan, s *suites.Suite, arms []runners.Arm, t planTarget, g *gateOfRun) (runners.Run, *watch, error) {
	target, info, serve, err := a.connect(p, t)
	if err != nil {
		return runners.Run{}, nil, err
	}
	defer target.Client.Close()
	watch := &keyWatch{Target: target}
	runner := runners.Runner{Target: watch, Suite: s, Arms: arms, Limit: p.Limit, Repeats: p.Repeats,
		Concurrency: p.Concurrency, Timeout: time.Duration(p.Timeout), Attempts: p.Attempts, Seed: p.Seed}
	w, err := g.watch(a, &runner, p.Seed)
	if err != nil {
		return runners.Run{}, nil, err
	}
	run, err := a.open(ctx, f, p, s, &runner, info)
	if err != nil {
		return run, nil, err
	}
	if tools := offered(arms); tools != nil {
		if err := f.PutTools(ctx, run.ID, tools); err != nil {
			return run, nil, err
		}
	}
	unlock, err := lock(f.Path() + "." + run.ID + ".lock")
	if err != nil {
		return run, nil, usage("run %s is being asked by another process", run.ID).withHint("wait for it, or write to another results file with --db FILE")
	}
	defer unlock()
	if w != nil {
		w.run = run
		if err := w.catchUp(ctx, f); err != nil {
			return run, nil, err
		}
	}

	failed, started := 0, a.now()
	work := func(ctx context.Context) error {
		var err error
		failed, err = a.record(ctx, f, run, &runner, w)
		return err
	}
	if serve == nil {
		err = work(ctx)
	} else {
		done := errors.New("asked everything") // ends the server when the work is done
		err = fan.Group(ctx, serve, func(ctx context.Context) error {
			if err := work(ctx); err != nil {
				return err
			}
			return done
		})
		if errors.Is(err, done) {
			err = nil
		}
	}
	if watch.refused.Load() {
		a.say("hint: the target wants a key it accepts: export %s, name another variable with --api-key-env, or write api_key in the plan", keyVariable)
	}
	if watch.toolless.Load() {
		a.say("hint: the target does not call tools as it is served; its other arms stand. viva doctor --base-url … says why")
	}
	ended := a.now()
	if err == nil && !over(failed, run.Planned) && !w.decided() {
		run.Finished = ended // else it is left unfinished, so that the same command asks the rest
	}
	run.Elapsed += ended.Sub(started)
	return run, w, errors.Join(err, f.FinishRun(context.WithoutCancel(ctx), run.ID, run.Finished, ended.Sub(started)))
}

// over reports whether so many failures exceed the error budget.
func over(failed, planned int) bool { return float64(failed) > errorBudget*float64(planned) }

// open finds the unfinished run of the same plan and target, or starts a new one.
func (a *app) open(ctx context.Context, f *store.File, p *plan, s *suites.Suite, runner *runners.Runner, info runners.TargetInfo) (runners.Run, error) {
	digest := p.digest(s)
	run, found, err := f.Unfinished(ctx, digest, info)
	if err != nil {
		return run, err
	}
	if found {
		if runner.Skip, err = f.Finished(ctx, run.ID); err != nil {
			return run, err
		}
		a.say("resuming run %s: %d of %d trials are there already", run.ID, len(runner.Skip), run.Planned)
		return run, nil
	}
	run = runners.Run{PlanDigest: digest, Tool: version(), Target: info,
		SuiteName: s.Name, SuiteTitle: s.Title, SuiteVersion: s.Version, SuiteDigest: s.Digest(), PromptDigest: prompt.Digest(),
		Arms: p.Arms, Repeats: p.Repeats, Planned: runner.Planned(), K: p.K, Seed: p.Seed, Temperature: p.Temperature,
		MaxTokens: p.MaxTokens, Timeout: time.Duration(p.Timeout), Concurrency: p.Concurrency, Limit: p.Limit, Started: a.now()}
	return f.StartRun(ctx, run, s)
}

// record asks what is left and stores it. It returns how many trials failed for reasons of infrastructure. When ctx ends, what
// has ended is on disk, and the error is ctx's.
func (a *app) record(ctx context.Context, f *store.File, run runners.Run, runner *runners.Runner, watch *watch) (failed int, err error) {
	bar := a.progress(run.Target.Name, run.Planned, len(runner.Skip))
	defer bar.close()
	w := f.Writer(context.WithoutCancel(ctx), run.ID, bar.add)
	var first string
	if watch.decided() {
		return 0, w.Close()
	}
	for t := range runner.Trials(ctx) {
		if t.Status.Infrastructure() {
			if failed++; first == "" {
				first = t.Err
			}
		}
		if err := w.Put(t); err != nil {
			return failed, errors.Join(infrastructure("keep trial: %w", err), w.Close())
		}
		stop, err := watch.see(ctx, t)
		if err != nil {
			return failed, errors.Join(err, w.Close())
		}
		if stop {
			break
		}
	}
	if err := w.Close(); err != nil {
		return failed, infrastructure("keep trials: %w", err)
	}
	bar.close()
	if ctx.Err() != nil {
		a.say("interrupted: what is finished is kept in run %s; the same command goes on from there", run.ID)
		return failed, ctx.Err()
	}
	if failed > 0 {
		a.say("%d of %d trials failed; the first: %s", failed, run.Planned, first)
	}
	return failed, nil
}
