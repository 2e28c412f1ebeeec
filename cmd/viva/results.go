package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/reports/bench"
	"github.com/viva-eval/viva/reports/store"
	"github.com/viva-eval/viva/runners"
)

// The verbs over a results file: score, report, export, runs.

func (a *app) scoreCommand() *cobra.Command {
	var db string
	var judge judgeFlags
	cmd := &cobra.Command{
		Use:   "score RUN [PLAN.yaml]",
		Short: "Score a run again, without asking again",
		Long: `Score judges the stored answers of a run; judges and a verifier may stand in a plan file.
RUN is an id, the beginning of one, or "latest". What a judge has said before is read from the results file.`,
		Example: `  viva score latest --scorer facts,grounded,cites
  viva score latest --scorer cascade --judge-base-url http://box:8001/v1 --judge-model qwen3-235b`,
		Args: takes(1, 2, "one run and, if you like, a plan file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			p := defaultPlan()
			if len(args) == 2 {
				var err error
				if p, err = readPlan(args[1], a.getenv); err != nil {
					return err
				}
			}
			if err := judge.over(a, cmd, &p); err != nil {
				return err
			}
			if err := p.check(); err != nil {
				return err
			}
			return a.withRun(cmd.Context(), db, args[0], store.Open, func(ctx context.Context, f *store.File, run runners.Run) error {
				if run.SuiteName == syntheticSuite {
					return usage("run %s asked synthetic prompts, of which nobody knows what is true", run.ID)
				}
				by, err := a.score(ctx, f, &p, run)
				if err != nil {
					return err
				}
				r, err := a.summarize(ctx, f, run, by)
				if err != nil {
					return err
				}
				a.say("scored run %s with %s", run.ID, by)
				if err := reports.Table(a.stdout, r); err != nil {
					return err
				}
				return orNil(judgeReport(r))
			})
		},
	}
	dbFlag(cmd, &db)
	judge.register(cmd)
	return cmd
}

func (a *app) reportCommand() *cobra.Command {
	var db, out, by, slo string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "report RUN",
		Short: "Print a run's tables and write its pages and plots",
		Long:  `Report tells what is in the results file. RUN is an id, the beginning of one, or "latest".`,
		Args:  takes(1, 1, "one run"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withRun(cmd.Context(), db, args[0], store.OpenReadOnly, func(ctx context.Context, f *store.File, run runners.Run) error {
				name, err := a.scorerOf(ctx, f, run, by)
				if err != nil {
					return err
				}
				promises, err := promisesOf(slo)
				if err != nil {
					return err
				}
				if m, ok, err := underLoad(ctx, f, run, name, bench.Options{Promises: promises}); err != nil {
					return err
				} else if ok {
					return errors.Join(a.tellMeasured(ctx, m, out, asJSON), orNil(judgeMeasured(m)))
				}
				r, err := a.summarize(ctx, f, run, name)
				if err != nil {
					return err
				}
				if err := a.tell(ctx, r, out, asJSON); err != nil {
					return err
				}
				if asJSON {
					if err := a.printJSON(r); err != nil {
						return err
					}
				}
				return orNil(judgeReport(r))
			})
		},
	}
	dbFlag(cmd, &db)
	scorerFlag(cmd, &by)
	sloFlag(cmd, &slo)
	cmd.Flags().StringVar(&out, "out", defaultPlan().Out, `folder for the report and its plots ("": none)`)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object instead of tables")
	return cmd
}

func (a *app) exportCommand() *cobra.Command {
	var db, by, form string
	var detailed bool
	var files []string
	cmd := &cobra.Command{
		Use:   "export RUN -o FILE",
		Short: "Write a run to a file; its extension chooses the format",
		Long: `Export writes the graded trials row by row (.csv .jsonl) or the report (.json .md .html). A
measured run can also be written as other tools do: --as vllm, inferencex or stages.`,
		Example: `  viva export latest -o answers.csv -o report.md
  viva export latest --as vllm -o results --detailed`,
		Args: takes(1, 1, "one run"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(files) == 0 {
				return usage("no output file is named").withHint("add -o FILE with one of the extensions %s", formatNames())
			}
			if form != "" {
				return a.withRun(cmd.Context(), db, args[0], store.OpenReadOnly, func(ctx context.Context, f *store.File, run runners.Run) error {
					scorer, err := a.scorerOf(ctx, f, run, by)
					if err != nil {
						return err
					}
					for _, name := range files {
						if err := a.exportMeasured(ctx, f, run, scorer, form, name, detailed); err != nil {
							return err
						}
						a.say("wrote %s", name)
					}
					return nil
				})
			}
			if detailed {
				return usage("--detailed goes with --as vllm")
			}
			for _, name := range files { // all of them before the first is written
				if !slices.Contains(strings.Fields(formatNames()), extension(name)) {
					return unknownFormat(name)
				}
			}
			return a.withRun(cmd.Context(), db, args[0], store.OpenReadOnly, func(ctx context.Context, f *store.File, run runners.Run) error {
				scorer, err := a.scorerOf(ctx, f, run, by)
				if err != nil {
					return err
				}
				for _, name := range files {
					if err := a.export(ctx, f, run, scorer, name); err != nil {
						return err
					}
					a.say("wrote %s", name)
				}
				return nil
			})
		},
	}
	dbFlag(cmd, &db)
	scorerFlag(cmd, &by)
	cmd.Flags().StringVar(&form, "as", "", "write a measured run as another tool does: "+exportNames())
	cmd.Flags().BoolVar(&detailed, "detailed", false, "with --as vllm: the times and the text of each request too")
	cmd.Flags().StringArrayVarP(&files, "output", "o", nil, "file to write, may be given several times: "+formatNames())
	return cmd
}

// export writes one file in the format that its extension names.
func (a *app) export(ctx context.Context, f *store.File, run runners.Run, scorer, name string) error {
	for _, format := range rowFormats {
		if format.extension == extension(name) {
			return writeFile(name, func(w *os.File) error { return format.write(w, run, f.Graded(ctx, run.ID, scorer)) })
		}
	}
	for _, format := range reportFormats {
		if format.extension == extension(name) {
			if m, ok, err := underLoad(ctx, f, run, scorer, bench.Options{}); err != nil {
				return err
			} else if ok {
				return writeFile(name, func(w *os.File) error { return measuredFormats[extension(name)](w, m) })
			}
			r, err := a.summarize(ctx, f, run, scorer)
			if err != nil {
				return err
			}
			return writeFile(name, func(w *os.File) error { return format.write(w, r) })
		}
	}
	return unknownFormat(name)
}

func (a *app) runsCommand() *cobra.Command {
	var db string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "runs",
		Short: "List the runs in a results file",
		Args:  takes(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withStore(cmd.Context(), db, store.OpenReadOnly, func(ctx context.Context, f *store.File) error {
				runs, err := f.Overview(ctx)
				if err != nil {
					return err
				}
				rows := make([]runRow, len(runs))
				for i, r := range runs {
					rows[i] = rowOf(r)
				}
				if asJSON {
					return a.printJSON(struct {
						Runs []runRow `json:"runs"`
					}{rows})
				}
				return a.printRuns(rows)
			})
		},
	}
	dbFlag(cmd, &db)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

// trialsOf tells how many trials a run has, and of how many: a load has no number of its own.
func trialsOf(r runRow) string {
	if r.Run.Planned == 0 {
		return strconv.Itoa(r.Trials)
	}
	return fmt.Sprintf("%d of %d", r.Trials, r.Run.Planned)
}

// runRow is a run with the counts of its trials and of the headline scorer's verdicts.
type runRow struct {
	Run    runners.Run `json:"run"`
	State  string      `json:"state"` // finished or unfinished
	Trials int         `json:"trials"`
	Failed int         `json:"failed"`
	Scored int         `json:"scored"`
}

func rowOf(o store.RunOverview) runRow {
	row := runRow{Run: o.Run, State: "finished", Trials: o.Trials, Failed: o.Failed}
	if o.Run.Finished.IsZero() {
		row.State = "unfinished"
	}
	for _, s := range o.Scores {
		if s.Scorer == headline {
			row.Scored = s.Scored()
		}
	}
	return row
}

func (a *app) printRuns(rows []runRow) error {
	g := reports.Grid{Head: []string{"run", "started (UTC)", "state", "suite", "target", "trials", "failed", "scored"}, Left: 5}
	for _, r := range rows {
		g.Rows = append(g.Rows, []string{r.Run.ID, r.Run.Started.UTC().Format(time.DateTime), r.State, r.Run.SuiteName + " " + r.Run.SuiteVersion,
			r.Run.Target.Name, trialsOf(r), strconv.Itoa(r.Failed), strconv.Itoa(r.Scored)})
	}
	return g.Terminal(a.stdout)
}

func scorerFlag(cmd *cobra.Command, by *string) {
	cmd.Flags().StringVar(by, "scorer", "", "whose verdicts to show, by name or its beginning (default "+headline+")")
}

// scorerOf finds the scorer of a run by its name or the beginning of it. Without a name it is the headline scorer, or the only one.
func (a *app) scorerOf(ctx context.Context, f *store.File, run runners.Run, name string) (string, error) {
	runs, err := f.Overview(ctx)
	if err != nil {
		return "", err
	}
	var all, found []string
	for _, o := range runs {
		if o.Run.ID != run.ID {
			continue
		}
		for _, s := range o.Scores {
			all = append(all, s.Scorer)
			if s.Scorer == name {
				return name, nil
			}
			if strings.HasPrefix(s.Scorer, name) {
				found = append(found, s.Scorer)
			}
		}
	}
	switch {
	case name == "" && (len(all) != 1 || slices.Contains(all, headline)):
		return headline, nil
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return "", usage("%q could be several scorers of run %s", name, run.ID).withHint("choose from: %s", strings.Join(found, ", "))
	}
	return "", usage("run %s has not been scored by %q", run.ID, name).withHint("it has been by: %s; viva score %s --scorer NAME scores it again", strings.Join(all, ", "), run.ID)
}

func dbFlag(cmd *cobra.Command, db *string) {
	cmd.Flags().StringVar(db, "db", defaultPlan().DB, "results file")
}

type opener func(ctx context.Context, path string) (*store.File, error)

func (a *app) withStore(ctx context.Context, db string, open opener, do func(context.Context, *store.File) error) (err error) {
	if _, err := os.Stat(db); os.IsNotExist(err) { // a verb over results never makes an empty file
		return &store.FileError{Op: "open", Path: db, Problem: store.Missing}
	}
	f, err := open(ctx, db)
	if err != nil {
		return err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	return do(ctx, f)
}

func (a *app) withRun(ctx context.Context, db, ref string, open opener, do func(context.Context, *store.File, runners.Run) error) error {
	return a.withStore(ctx, db, open, func(ctx context.Context, f *store.File) error {
		run, err := f.Run(ctx, ref)
		if err != nil {
			return usage("%w", err).withHint("viva runs lists the runs of %s", db)
		}
		return do(ctx, f, run)
	})
}

// orNil keeps a nil *exit from becoming a non-nil error.
func orNil(e *exit) error {
	if e == nil {
		return nil
	}
	return e
}

// writable refuses names that no file can have: in a folder that is not there, or of a folder.
func writable(name string) error {
	dir := filepath.Dir(name)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return usage("write %s: there is no folder %s", name, dir)
	}
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return usage("write %s: it is a folder", name)
	}
	return nil
}

// writeFile writes a file whole or not at all.
func writeFile(name string, write func(*os.File) error) error {
	if err := writable(name); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return infrastructure("write %s: %w", name, err)
	}
	defer os.Remove(tmp.Name())
	err = write(tmp)
	if e := tmp.Chmod(0o644); err == nil {
		err = e
	}
	if e := tmp.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(tmp.Name(), name)
	}
	if err != nil {
		return infrastructure("write %s: %w", name, err)
	}
	return nil
}
