package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/reports/store"
	"github.com/viva-eval/viva/runners"
)

// runFlags are the flags of run and ask: a plan, spelled on the command line.
type runFlags struct {
	plan        plan
	target      planTarget
	noStream    bool
	keyVariable string
	judge       judgeFlags
	gate        gateOfRun
	noScore     bool
	json        bool
}

func (f *runFlags) register(cmd *cobra.Command) {
	f.plan = defaultPlan()
	f.registerQuestions(cmd)
	fs := cmd.Flags()
	fs.IntVar(&f.plan.Repeats, "repeats", f.plan.Repeats, "times each question is asked under each arm")
	fs.IntVarP(&f.plan.Concurrency, "concurrency", "j", f.plan.Concurrency, "requests in flight")
}

// registerQuestions adds the flags that say who is asked and what, as every run has them.
func (f *runFlags) registerQuestions(cmd *cobra.Command) {
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.StringVar(&f.target.BaseURL, "base-url", "", "address of the target, such as http://box:8000/v1 (default: the built-in reader)")
	fs.StringVar(&f.target.Model, "model", "", "model to ask for")
	fs.StringVar(&f.keyVariable, "api-key-env", "", "environment variable that holds the key (default "+keyVariable+", if set)")
	fs.BoolVar(&f.noStream, "no-stream", false, "ask for whole replies instead of streams")
	fs.StringVar(&f.plan.Suite, "suite", f.plan.Suite, "built-in suite or suite folder")
	fs.StringSliceVar(&f.plan.Arms, "arm", f.plan.Arms, "arms: "+strings.Join(armNames(), ", "))
	fs.IntVar(&f.plan.K, "k", f.plan.K, "passages the retriever may show")
	fs.IntVar(&f.plan.Limit, "limit", 0, "ask only the first N items (0: all)")
	fs.Int64Var(&f.plan.Seed, "seed", f.plan.Seed, "seed of everything random")
	fs.Float64Var(&f.plan.Temperature, "temperature", 0, "sampling temperature")
	fs.IntVar(&f.plan.MaxTokens, "max-tokens", f.plan.MaxTokens, "longest reply, reasoning included (0: the server's limit)")
	fs.DurationVar((*time.Duration)(&f.plan.Timeout), "timeout", time.Duration(f.plan.Timeout), "deadline of each request (0: none)")
	fs.StringVar(&f.plan.DB, "db", f.plan.DB, "results file")
}

// merge lays the flags that were given over the plan file, if there is one.
func (f *runFlags) merge(a *app, cmd *cobra.Command, args []string) (*plan, error) {
	if err := filled(cmd, "base-url", "model", "gate", "baseline"); err != nil {
		return nil, err
	}
	p := f.plan
	if len(args) == 1 {
		file, err := readPlan(args[0], a.getenv)
		if err != nil {
			return nil, err
		}
		p = file
		for name, set := range map[string]func(){
			"suite": func() { p.Suite = f.plan.Suite }, "arm": func() { p.Arms = f.plan.Arms }, "k": func() { p.K = f.plan.K },
			"repeats": func() { p.Repeats = f.plan.Repeats }, "limit": func() { p.Limit = f.plan.Limit }, "seed": func() { p.Seed = f.plan.Seed },
			"temperature": func() { p.Temperature = f.plan.Temperature }, "max-tokens": func() { p.MaxTokens = f.plan.MaxTokens },
			"timeout": func() { p.Timeout = f.plan.Timeout }, "concurrency": func() { p.Concurrency = f.plan.Concurrency },
			"db": func() { p.DB = f.plan.DB }, "out": func() { p.Out = f.plan.Out },
		} {
			if cmd.Flags().Changed(name) {
				set()
			}
		}
	}
	if f.target.BaseURL != "" || f.target.Model != "" {
		t := f.target
		if f.noStream {
			stream := false
			t.Stream = &stream
		}
		if f.keyVariable != "" {
			if t.APIKey = a.getenv(f.keyVariable); t.APIKey == "" {
				return nil, usage("no key in the environment variable %s", f.keyVariable).withHint("export %s=…, or leave --api-key-env out if the server wants no key", f.keyVariable)
			}
		}
		p.Targets = []planTarget{t}
	} else if f.keyVariable != "" || f.noStream {
		return nil, usage("--api-key-env and --no-stream go with --base-url").withHint("in a plan file, write api_key and stream beside the target's base_url")
	}
	if err := f.judge.over(a, cmd, &p); err != nil {
		return nil, err
	}
	return &p, p.check()
}

// filled refuses flags that are given and empty, as a pipeline gives them whose variable is not set: taken for left out, they would examine the
// built-in reader in a model's place, or hold a run to no rules.
func filled(cmd *cobra.Command, names ...string) error {
	for _, name := range names {
		if flag := cmd.Flags().Lookup(name); flag != nil && flag.Changed && flag.Value.String() == "" {
			return usage("--%s is empty", name).withHint("is the variable set that it comes from? leave the flag out for its default")
		}
	}
	return nil
}

func (a *app) runCommand() *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "run [PLAN.yaml]",
		Short: "Ask, score and report: the whole examination",
		Long: `Run puts a suite to a target under each arm, keeps every answer in a results file,
scores the answers and writes a report. With no arguments it examines the built-in
reader on the built-in suite. A run that was interrupted, or in which too many requests
failed, is taken up again by the same command.`,
		Example: `  viva run
  viva run --base-url http://box:8000/v1 --model deepseek-r1 --suite ./my-suite --arm closed-book,retrieved --repeats 3 -j 32
  viva run viva.yaml`,
		Args: takes(0, 1, "at most one plan file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := f.merge(a, cmd, args)
			if err != nil {
				return err
			}
			return a.examine(cmd.Context(), p, &f.gate, !f.noScore, f.json)
		},
	}
	f.register(cmd)
	cmd.Flags().StringVar(&f.plan.Out, "out", f.plan.Out, `folder for the report and its plots ("": none)`)
	f.judge.register(cmd)
	cmd.Flags().StringVar(&f.gate.file, "gate", "", "rules that the run is held to: the exit code is the gate's")
	baselineFlag(cmd, &f.gate.baseline)
	f.gate.outputs.register(cmd)
	cmd.Flags().BoolVar(&f.gate.stopEarly, "stop-early", false, "ask in random order and stop as soon as the gate's decision is certain or futile")
	cmd.Flags().BoolVar(&f.noScore, "no-score", false, "only ask; score later with viva score")
	cmd.Flags().BoolVar(&f.json, "json", false, "print one JSON object instead of tables")
	return cmd
}

func (a *app) askCommand() *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "ask [PLAN.yaml]",
		Short: "Ask only, and keep the answers",
		Args:  takes(0, 1, "at most one plan file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := f.merge(a, cmd, args)
			if err != nil {
				return err
			}
			return a.examine(cmd.Context(), p, &gateOfRun{}, false, f.json)
		},
	}
	f.register(cmd)
	cmd.Flags().BoolVar(&f.json, "json", false, "print one JSON object about the run")
	return cmd
}

// examine carries out a plan: one run for each target.
func (a *app) examine(ctx context.Context, p *plan, g *gateOfRun, judge, asJSON bool) (err error) {
	s, err := findSuite(p.Suite)
	if err != nil {
		return err
	}
	f, err := store.Open(ctx, p.DB)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()

	if err := g.prepare(ctx, a, f, p, s, judge); err != nil {
		return err
	}
	l := newLibrary(s, p, f)
	l.say = a.say
	defer func() { err = errors.Join(err, l.Close()) }()
	arms, err := l.arms(ctx, p.Arms)
	if err != nil {
		return err
	}
	if err := a.tellIdle(runners.Runner{Suite: s, Limit: p.Limit}.Items(), arms); err != nil {
		return err
	}
	var told []reports.Report
	var asked []runners.Run
	var failure *exit
	done, err := kept(ctx, f, p.digest(s), p.Targets)
	if err != nil {
		return err
	}
	for i, t := range p.Targets {
		run := done[i]
		var w *watch
		if run.ID != "" {
			a.say("%s was finished in run %s of this sitting", t.Name, run.ID)
		} else if run, w, err = a.ask(ctx, f, p, s, arms, t, g); err != nil {
			return err
		}
		asked = append(asked, run)
		if !judge {
			overview, err := a.answered(ctx, f, run)
			if err != nil {
				return err
			}
			failure = firstExit(failure, overview)
			continue
		}
		by, err := a.score(ctx, f, p, run)
		if err != nil {
			return err
		}
		report, err := a.summarize(ctx, f, run, by)
		if err != nil {
			return err
		}
		out := p.Out
		if out != "" && len(p.Targets) > 1 {
			out = filepath.Join(out, folderName(t.Name))
		}
		if err := a.tell(ctx, report, out, asJSON); err != nil {
			return err
		}
		told = append(told, report)
		failure = firstExit(failure, judgeReport(report))
		if failure == nil {
			g := *g
			if len(p.Targets) > 1 {
				g.outputs = g.outputs.of(t.Name)
			}
			if err := g.decide(ctx, a.aside(asJSON), f, run, by, w); err != nil {
				failure = exitFor(err)
			}
		}
	}
	if asJSON {
		if err := a.printJSON(struct {
			Runs    []runners.Run    `json:"runs,omitempty"`
			Reports []reports.Report `json:"reports,omitempty"`
		}{runsUnless(judge, asked), told}); err != nil {
			return err
		}
	}
	return orNil(failure)
}

func runsUnless(judged bool, runs []runners.Run) []runners.Run {
	if judged {
		return nil
	}
	return runs
}

// firstExit keeps the first failure: a plan with several targets says it once.
func firstExit(a, b *exit) *exit {
	if a != nil {
		return a
	}
	return b
}

// aside is the app whose tables go beside the data, when stdout holds one JSON object and nothing else.
func (a *app) aside(asJSON bool) *app {
	if !asJSON {
		return a
	}
	beside := *a
	beside.stdout = a.stderr
	return &beside
}

// tell shows a report: the table on stdout unless JSON was asked for, the pages and plots in a folder.
func (a *app) tell(ctx context.Context, r reports.Report, out string, asJSON bool) error {
	if !asJSON {
		if err := reports.Table(a.stdout, r); err != nil {
			return fmt.Errorf("print table: %w", err)
		}
	}
	if out != "" {
		if err := writeReport(ctx, out, r); err != nil {
			return infrastructure("write report: %w", err)
		}
		a.say("report: %s", filepath.Join(out, "index.html"))
	}
	return nil
}

// writeReport writes index.html and the plots, each file whole or not at all.
func writeReport(ctx context.Context, dir string, r reports.Report) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := writeFile(filepath.Join(dir, "index.html"), func(w *os.File) error { return reports.HTML(w, r) }); err != nil {
		return err
	}
	return reports.Plots(ctx, dir, r)
}

// judgeReport is the exit code of a report: nothing scored, or too many failures, is never a success.
func judgeReport(r reports.Report) *exit {
	switch {
	case r.Summary.Scored() == 0 && r.Summary.Counts.Answered > 0:
		return infrastructure("nothing could be scored").withHint("viva score %s scores the answers; if it has, the replies hold nothing to score: viva export %s -o rows.jsonl shows them", r.Run.ID, r.Run.ID)
	case r.Summary.Scored() == 0:
		return infrastructure("nothing could be scored: no trial brought a whole answer").withHint("viva doctor --base-url … says what the target supports")
	case r.Summary.InfraBroken:
		return infrastructure("more than %.0f %% of the trials failed", errorBudget*100).withHint("run the same command again: only the failed ones are asked")
	}
	return nil
}

// answered is the exit code of asking alone, which promises answers only.
func (a *app) answered(ctx context.Context, f *store.File, run runners.Run) (*exit, error) {
	answered, failed := 0, 0
	for q, err := range f.Questions(ctx, run.ID) {
		if err != nil {
			return nil, err
		}
		if q.Trial.Status.Answered() {
			answered++
		} else if q.Trial.Status.Infrastructure() {
			failed++
		}
	}
	a.say("run %s: %d of %d trials answered; score them with: viva score %s", run.ID, answered, run.Planned, run.ID)
	if answered == 0 || over(failed, run.Planned) {
		return infrastructure("%d of %d trials failed", failed, run.Planned).withHint("run the same command again: only the failed ones are asked"), nil
	}
	return nil, nil
}

// summarize is the third pass: from a scorer's verdicts to figures.
func (a *app) summarize(ctx context.Context, f *store.File, run runners.Run, scorer string) (reports.Report, error) {
	r, err := reports.Summarize(run, f.Graded(ctx, run.ID, scorer))
	if err != nil {
		return r, fmt.Errorf("summarise run %s: %w", run.ID, err)
	}
	return r, nil
}

func (a *app) printJSON(v any) error {
	e := json.NewEncoder(a.stdout)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// folderName makes a target's name fit for a folder: no separators, and never the folder itself or the one above.
func folderName(name string) string {
	if strings.Trim(name, ".") == "" {
		return strings.Repeat("-", len(name))
	}
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '.' || r == '_' {
			return r
		}
		return '-'
	}, name)
}
