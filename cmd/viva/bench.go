package main

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/viva-eval/viva/internal/fan"
	"github.com/viva-eval/viva/internal/prompt"
	"github.com/viva-eval/viva/reports/bench"
	"github.com/viva-eval/viva/reports/store"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/load"
	"github.com/viva-eval/viva/suites"
)

func (a *app) benchCommand() *cobra.Command {
	var f runFlags
	given := defaultBench()
	var machines machineFlags
	cmd := &cobra.Command{
		Use:   "bench [PLAN.yaml]",
		Short: "Measure speed and truth under load",
		Long: `Bench holds loads against a target, one stage after the other, and measures how fast it
answers, how much it can bear, and whether its answers stay true meanwhile. Stages hold a
number of requests in flight (--concurrency), send at a rate (--rate), send everything at
once (--burst), replay a trace (--trace) or play users in conversation (--sessions).`,
		Example: `  viva bench --base-url http://box:8000/v1 --model deepseek-r1 --concurrency 1,4,16,64
  viva bench --base-url http://box:8000/v1 --model deepseek-r1 --rate 2,5,10 --duration 2m --ramp 20s
  viva bench --base-url http://box:8000/v1 --model deepseek-r1 --concurrency 64 --input-tokens 1000 --output-tokens 1000`,
		Args: takes(0, 1, "at most one plan file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := f.merge(a, cmd, args)
			if err != nil {
				return err
			}
			if err := p.Bench.over(cmd); err != nil {
				return usage("%w", err)
			}
			if err := machines.over(p); err != nil {
				return err
			}
			if err := p.Bench.check(p); err != nil {
				return err
			}
			if f.json && len(p.Targets) > 1 {
				return usage("--json is about one target, and the plan has %d", len(p.Targets)).withHint("leave --json out: every report is a folder of its own; viva report RUN --json prints one")
			}
			return a.bench(cmd.Context(), p, f.json)
		},
	}
	f.plan = defaultPlan()
	f.plan.Arms = []string{runners.Retrieved}
	f.registerQuestions(cmd)
	given.register(cmd.Flags())
	machines.register(cmd.Flags())
	f.judge.register(cmd)
	cmd.Flags().StringVar(&f.plan.Out, "out", f.plan.Out, `folder for the report and its plots ("": none)`)
	cmd.Flags().BoolVar(&f.json, "json", false, "print one JSON object instead of tables")
	return cmd
}

// bench carries out a measured plan: one run for each target, which is not taken up again when it is broken off, since a load cannot be.
func (a *app) bench(ctx context.Context, p *plan, asJSON bool) (err error) {
	s, err := findSuite(p.Suite)
	if err != nil {
		return err
	}
	f, err := store.Open(ctx, p.DB)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	l := newLibrary(s, p, f)
	l.say = a.say
	defer func() { err = errors.Join(err, l.Close()) }()
	var failure *exit
	for _, t := range p.Targets {
		if err := a.benchTarget(ctx, f, p, l, s, t, asJSON); err != nil {
			if ctx.Err() != nil {
				return err
			}
			e := exitFor(err)
			if len(p.Targets) > 1 {
				a.say("%s: %v", t.Name, e)
			}
			failure = firstExit(failure, e)
		}
	}
	return orNil(failure)
}

// benchTarget measures one target, behind its server when it is the built-in reader.
func (a *app) benchTarget(ctx context.Context, f *store.File, p *plan, l *library, s *suites.Suite, t planTarget, asJSON bool) error {
	target, info, serve, err := a.connect(p, t)
	if err != nil {
		return err
	}
	defer target.Client.Close()
	if len(p.Targets) > 1 && p.Out != "" {
		own := *p
		own.Out = filepath.Join(p.Out, folderName(t.Name))
		p = &own
	}
	watch := &keyWatch{Target: target}
	b := &benchmark{app: a, file: f, plan: p, library: l, suite: s, target: watch, info: info, json: asJSON,
		open: func(ctx context.Context, n int) (connect, tls []time.Duration, err error) {
			opened, err := target.Client.Open(ctx, n)
			for _, o := range opened {
				connect, tls = append(connect, o.Connect), append(tls, o.TLS)
			}
			return connect, tls, err
		}}
	if serve == nil {
		err = b.do(ctx)
	} else {
		done := errors.New("measured everything") // ends the server when the work is done
		err = fan.Group(ctx, serve, func(ctx context.Context) error {
			if err := b.do(ctx); err != nil {
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
	return err
}

// benchmark is the measuring of one target.
type benchmark struct {
	*app
	file    *store.File
	plan    *plan
	library *library
	suite   *suites.Suite // what is asked; synthetic prompts make one of their own
	target  runners.Target
	info    runners.TargetInfo
	open    func(ctx context.Context, n int) (connect, tls []time.Duration, err error)
	json    bool

	engine  *load.Engine
	made    bool         // the prompts are synthetic
	untrue  bool         // nothing is scored: the prompts are synthetic, or replies are made to have a length
	lengths *lengthWatch // nil: no lengths were asked for

	mark   func() // reads machines and servers at once, for the bounds of a stage
	run    runners.Run
	notes  []string // about the prompts, for each stage's record
	limits limits
	ended  bool // every stage was held, whatever came of it

	found *capacity // nil: nothing was searched
	tried []outcome
}

// do measures and tells.
func (b *benchmark) do(ctx context.Context) (err error) {
	if b.limits, err = b.plan.Bench.limits(); err != nil {
		return err
	}
	if err := b.prepare(ctx); err != nil {
		return err
	}
	if err := b.start(ctx); err != nil {
		return err
	}
	unlock, err := lock(b.file.Path() + "." + b.run.ID + ".lock")
	if err != nil {
		return infrastructure("lock run %s: %w", b.run.ID, err)
	}
	defer unlock()
	meter, err := b.newMeter(ctx, b.plan, b.file, b.run.ID)
	if err != nil {
		return err
	}
	defer meter.Close()
	began := b.now()
	err = meter.during(ctx, b.say, func(ctx context.Context, mark func()) error {
		b.mark = mark
		return b.measure(ctx)
	})
	ended := b.now()
	if b.ended {
		b.run.Finished = ended
	}
	b.run.Elapsed = ended.Sub(began)
	err = errors.Join(err, b.file.FinishRun(context.WithoutCancel(ctx), b.run.ID, b.run.Finished, b.run.Elapsed))
	if ctx.Err() != nil {
		return err
	}
	return errors.Join(err, b.tell(ctx))
}

// prepare makes the prompts: what retrievers find is found now, and no stage waits for it.
func (b *benchmark) prepare(ctx context.Context) error {
	var trace []load.Arrival
	synthetic := b.plan.Bench.InputTokens > 0
	if b.plan.Bench.Trace != "" {
		var measured bool
		var err error
		if trace, measured, err = b.readTrace(); err != nil {
			return err
		}
		if measured {
			synthetic = true
		}
		if !measured && synthetic {
			for i := range trace {
				trace[i].Input, trace[i].Item = b.plan.Bench.InputTokens, ""
			}
		}
	}
	if synthetic {
		if err := b.synthetic(ctx, trace); err != nil {
			return err
		}
		b.engine.Trace = trace
		return nil
	}
	arms, err := b.library.arms(ctx, b.plan.Arms)
	if err != nil {
		return err
	}
	items := runners.Runner{Suite: b.suite, Limit: b.plan.Limit}.Items()
	b.say("%s: preparing %d questions under %s", b.info.Name, len(items), strings.Join(b.plan.Arms, ", "))
	questions, err := load.Prepare(ctx, b.suite, items, arms, b.plan.Concurrency)
	if err != nil {
		return err
	}
	if len(questions) == 0 {
		return usage("no arm applies to any item of suite %s", b.suite.Name)
	}
	for i := range questions {
		questions[i].Exactly = b.plan.Bench.OutputTokens
	}
	b.ready(questions)
	b.engine.Warmup = load.Warmup(questions, b.plan.Seed)
	b.engine.Trace = trace
	if b.plan.Bench.OutputTokens > 0 || slices.ContainsFunc(trace, func(a load.Arrival) bool { return a.Output > 0 }) {
		b.lengths, b.untrue = &lengthWatch{}, true
		b.notes = append(b.notes, "replies are made to have a length, so that what they say is not scored")
	}
	return b.aim(trace, questions)
}

// ready makes the engine.
func (b *benchmark) ready(questions []load.Question) {
	b.engine = &load.Engine{Target: b.target, Questions: questions, Timeout: time.Duration(b.plan.Timeout), Seed: b.plan.Seed, Open: b.open, Now: b.now}
}

// start records the run.
func (b *benchmark) start(ctx context.Context) (err error) {
	p, s := b.plan, b.suite
	most := 0
	if !p.Bench.searches() {
		stages, err := p.Bench.stages(p)
		if err != nil {
			return err
		}
		for _, st := range stages {
			most = max(most, st.Concurrency)
		}
	}
	b.run, err = b.file.StartRun(ctx, runners.Run{PlanDigest: p.Bench.digest(p, s), Tool: version(), Target: b.info,
		SuiteName: s.Name, SuiteTitle: s.Title, SuiteVersion: s.Version, SuiteDigest: s.Digest(), PromptDigest: prompt.Digest(),
		Arms: p.Arms, Repeats: 1, K: p.K, Seed: p.Seed, Temperature: p.Temperature, MaxTokens: p.MaxTokens, Timeout: time.Duration(p.Timeout),
		Concurrency: most, Limit: p.Limit, Started: b.now()}, s)
	return err
}

// measure holds the plan's stages, or searches.
func (b *benchmark) measure(ctx context.Context) error {
	if b.plan.Bench.searches() {
		return b.find(ctx)
	}
	stages, err := b.plan.Bench.stages(b.plan)
	if err != nil {
		return err
	}
	invalid, why := 0, ""
	for _, s := range stages {
		stage, err := b.hold(ctx, s)
		if err != nil {
			return err
		}
		if stage.Invalid() {
			if invalid++; why == "" {
				why = stage.Name + ": " + reasons(stage)[0]
			}
		}
	}
	b.ended = true
	if invalid > 0 {
		return infrastructure("%d of %d stages are INVALID: %s", invalid, len(stages), why).withHint("their figures are kept and ranked nowhere; docs/BENCH.md says what each check wants")
	}
	return nil
}

// hold holds one stage, keeps it with its trials, scores them and returns its figures. It is an error when the stage was broken off, which is
// kept all the same.
func (b *benchmark) hold(ctx context.Context, s load.Stage) (*bench.Stage, error) {
	w := b.file.Writer(context.WithoutCancel(ctx), b.run.ID, nil)
	line := b.live(s)
	b.engine.Keep = func(t runners.Trial) error {
		b.lengths.see(&t)
		if b.made {
			t = stripped(t)
		}
		return w.Put(t)
	}
	b.engine.Ready = func(context.Context) { b.mark() }
	record, err := b.engine.Run(ctx, s, line.live)
	b.mark()
	line.close()
	record.Notes = slices.Concat(record.Notes, b.notes, b.lengths.notes())
	if err != nil && ctx.Err() == nil && !errors.As(err, new(*store.FileError)) {
		err = infrastructure("stage %s: %w", s.Name, err)
	}
	if failed := w.Close(); err == nil {
		err = failed // else it has been told
	}
	if !record.Started.IsZero() {
		if failed := b.file.PutStage(context.WithoutCancel(ctx), b.run.ID, record); err == nil {
			err = failed
		}
	}
	if ctx.Err() != nil {
		b.say("interrupted: what is finished is kept in run %s", b.run.ID)
		return nil, errors.Join(ctx.Err(), err)
	}
	if full := (*store.FileError)(nil); errors.As(err, &full) && full.Problem == store.Full {
		return nil, infrastructure("stage %s: %w", s.Name, err).withHint("what was stored before is kept in run %s; free some space, and measure again: a load cannot be gone on with", b.run.ID)
	}
	if err != nil {
		return nil, err
	}
	stage, err := b.figures(ctx, record)
	if err != nil {
		return nil, err
	}
	b.say("%s", summary(stage))
	for _, reason := range reasons(stage) {
		b.say("  INVALID: %s", reason)
	}
	for _, note := range record.Notes {
		b.say("  note: %s", note)
	}
	if record.Stopped != "" {
		return stage, infrastructure("stage %s: %s", s.Name, record.Stopped).withHint("what was answered is kept in run %s; viva doctor --base-url … says what the target supports", b.run.ID)
	}
	if w := &stage.Whole; w.Attempted > 0 && w.Completed == 0 {
		return stage, infrastructure("stage %s: none of %d requests was answered", s.Name, w.Attempted).withHint("viva doctor --base-url … says what the target supports")
	}
	return stage, nil
}
