package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/reports/gate"
	"github.com/viva-eval/viva/reports/store"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

// gateOfRun is what viva run holds its run to, when it is told to.
type gateOfRun struct {
	file      string // rules; empty: no gate
	baseline  string
	stopEarly bool
	outputs   gateOutputs

	rules gate.Rules
	base  *baseline.Baseline
}

// prepare reads rules and baseline before anything is asked.
func (g *gateOfRun) prepare(ctx context.Context, a *app, f *store.File, p *plan, s *suites.Suite, judge bool) (err error) {
	if g.file == "" {
		if g.stopEarly || g.baseline != "" || g.outputs.given() {
			return usage("--baseline, --stop-early, --junit, --results and --summary go with --gate").withHint("add --gate RULES.yaml; viva gate init --baseline RUN writes one")
		}
		return nil
	}
	if !judge {
		return usage("--gate judges the run, and --no-score does not").withHint("leave one of them out; viva gate %s RUN decides later", g.file)
	}
	if err := g.outputs.check(); err != nil {
		return err
	}
	if g.rules, err = readRules(g.file); err != nil {
		return err
	}
	for _, r := range g.rules.Rules {
		if r.Arm != "" && !slices.Contains(p.Arms, r.Arm) {
			return usage("rule %q is about the arm %s, which this run does not ask", r.Name, r.Arm).withHint("add it with --arm, or take the rule out of %s", g.file)
		}
	}
	if g.base, err = a.findBaseline(ctx, f, g.baseline, ""); err != nil {
		return err
	}
	if g.base != nil {
		by := g.base.Scorer
		if g.stopEarly {
			by = headline
		}
		if err := gate.Serves(*g.base, s, by); err != nil {
			return gateError(fmt.Errorf("gate: %w", err))
		}
	}
	if !g.stopEarly {
		return nil
	}
	switch {
	case g.base == nil:
		return usage("--stop-early needs a baseline").withHint("add --baseline RUN, or a baseline file")
	case len(p.Targets) > 1 || p.Limit > 0:
		return usage("--stop-early takes one target and the whole suite")
	case p.Scorers[0] != headline:
		return usage("--stop-early judges while it asks, which only %s can", headline)
	}
	return nil
}

// watch follows a run while it is asked, one item after the other in random order, and says when the gate's decision is known.
type watch struct {
	run        runners.Run
	items      map[string]suites.Item
	sequential *gate.Sequential
	missing    map[string]int // trials to come, by item
	held       map[string][]scorers.Graded
	step       gate.Step
}

// watch prepares to follow a run, says what may be decided when, and lets the runner ask item by item in the gate's order.
func (g *gateOfRun) watch(a *app, runner *runners.Runner, seed int64) (*watch, error) {
	if !g.stopEarly {
		return nil, nil
	}
	sequential, err := gate.NewSequential(g.rules, *g.base, rand.New(rand.NewPCG(uint64(seed), 0)))
	if err != nil {
		return nil, gateError(err)
	}
	for _, line := range sequential.Outlook() {
		a.say("%s", line)
	}
	w := &watch{items: map[string]suites.Item{}, sequential: sequential, missing: map[string]int{}, held: map[string][]scorers.Graded{}}
	for _, it := range runner.Suite.Items {
		w.items[it.ID] = it
	}
	ordered := *runner.Suite
	ordered.Items = nil
	for _, id := range sequential.Order() {
		if it, ok := w.items[id]; ok {
			ordered.Items = append(ordered.Items, it)
		}
	}
	for _, it := range runner.Suite.Items { // the baseline does not have these: last
		if !slices.ContainsFunc(ordered.Items, func(o suites.Item) bool { return o.ID == it.ID }) {
			ordered.Items = append(ordered.Items, it)
		}
	}
	runner.Suite, runner.ItemByItem = &ordered, true
	for key := range runner.Keys() {
		w.missing[key.ItemID]++
	}
	return w, nil
}

// decided reports whether there is nothing left to ask for the gate's sake.
func (w *watch) decided() bool { return w != nil && w.step != gate.Continue }

// see takes a trial that has ended. It reports whether asking may stop.
func (w *watch) see(ctx context.Context, t runners.Trial) (stop bool, err error) {
	if w == nil || w.decided() {
		return w.decided(), nil
	}
	g := scorers.Graded{Question: scorers.Question{Item: w.items[t.ItemID], Trial: t}}
	if t.Status.Answered() {
		if g.Score, err = (scorers.Facts{}).Score(ctx, g.Question); err != nil {
			return false, err
		}
	}
	id := t.ItemID
	w.held[id] = append(w.held[id], g)
	if w.missing[id]--; w.missing[id] > 0 {
		return false, nil
	}
	b, err := baseline.FromRows(w.run, headline, func(yield func(scorers.Graded, error) bool) {
		for _, g := range w.held[id] {
			if !yield(g, nil) {
				return
			}
		}
	})
	if err != nil {
		return false, err
	}
	delete(w.held, id)
	w.step = w.sequential.Observe(b.Records...)
	return w.step != gate.Continue, nil
}

// catchUp takes the trials of a run that is taken up again.
func (w *watch) catchUp(ctx context.Context, f *store.File) error {
	if w == nil {
		return nil
	}
	for q, err := range f.Questions(ctx, w.run.ID) {
		if err != nil {
			return err
		}
		if q.Trial.Status.Infrastructure() {
			continue // will be asked again
		}
		if _, err := w.see(ctx, q.Trial); err != nil {
			return err
		}
	}
	return nil
}

// decide tells what the gate makes of a run that has been asked and scored.
func (g *gateOfRun) decide(ctx context.Context, a *app, f *store.File, run runners.Run, by string, w *watch) error {
	if g.file == "" {
		return nil
	}
	if w.decided() {
		a.say("gate: stopped after %d of %d items: %s", w.sequential.Items(), len(w.missing), w.sequential.Decision())
		head, err := a.remember(ctx, f, run, by)
		if err != nil {
			return err
		}
		result := gate.Stopped(g.rules, w.sequential.Decisions(), w.sequential.Decision(), *g.base, head)
		return a.tellGate(ctx, f, g.outputs, false, g.file, result, head)
	}
	head, err := a.remember(ctx, f, run, by)
	if err != nil {
		return err
	}
	if head.Scorer != headline {
		if err := relyOn(g.rules, head, ""); err != nil {
			return err
		}
	}
	check := func() (gate.Result, error) { return gate.Check(g.rules, g.base, head) }
	if w != nil {
		check = func() (gate.Result, error) { return w.sequential.Finish(head) }
	}
	result, err := check()
	if err != nil {
		return gateError(fmt.Errorf("gate: %w", err))
	}
	return a.tellGate(ctx, f, g.outputs, false, g.file, result, head)
}
