package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/reports/gate"
	"github.com/viva-eval/viva/reports/store"
	"github.com/viva-eval/viva/runners"
)

// defaultRules is the rules file that gate init writes.
const defaultRules = "gate.yaml"

// gateFlags say what a gate looks at and where its decision goes.
type gateFlags struct {
	db, baseline, scorer, labels string
	gateOutputs
	json bool
}

func (a *app) gateCommand() *cobra.Command {
	var f gateFlags
	cmd := &cobra.Command{
		Use:   "gate RULES.yaml RUN",
		Short: "Decide whether a run may pass: PASS, FAIL or INCONCLUSIVE",
		Long: `Gate holds a run to the rules of a file, beside a baseline: a run of the results file or
a baseline file. It exits 0 when the promises are kept, 1 when one is broken, 3 when there
are too few items to tell, 2 when the rules do not fit the runs and 4 when a run is no
evidence. In GitHub Actions it adds a job summary and annotations by itself.

RUN is an id, the beginning of one, "latest", or a baseline file. "viva gate init" writes
rules to start from; docs/GATES.md leads through the whole.`,
		Example: `  viva gate init --baseline latest -o gate.yaml
  viva gate gate.yaml latest --baseline viva-baseline.jsonl --junit gate.xml`,
		Args: takes(2, 2, "a rules file and a run"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := filled(cmd, "baseline", "labels"); err != nil {
				return err
			}
			return a.gate(cmd.Context(), f, args[0], args[1])
		},
	}
	dbFlag(cmd, &f.db)
	baselineFlag(cmd, &f.baseline)
	scorerFlag(cmd, &f.scorer)
	cmd.Flags().StringVar(&f.labels, "labels", "", "labels of a person (viva label), without which a judge's verdicts are not relied on")
	f.gateOutputs.register(cmd)
	cmd.Flags().BoolVar(&f.json, "json", false, "print one JSON object instead of a table")
	cmd.AddCommand(a.gateInitCommand())
	return cmd
}

func baselineFlag(cmd *cobra.Command, name *string) {
	cmd.Flags().StringVar(name, "baseline", "", "run of the results file, or baseline file (default "+baseline.DefaultFile+", if it is there)")
}

func (a *app) gate(ctx context.Context, f gateFlags, file, ref string) error {
	if err := f.check(); err != nil {
		return err
	}
	rules, err := readRules(file)
	if err != nil {
		return err
	}
	return a.withStoreIfThere(ctx, f.db, func(ctx context.Context, db *store.File) error {
		run, err := a.findBaseline(ctx, db, ref, f.scorer)
		if err != nil {
			return err
		}
		if run == nil {
			return usage("no run is named").withHint("viva gate %s latest", file)
		}
		head := *run
		base, err := a.findBaseline(ctx, db, f.baseline, head.Scorer)
		if err != nil {
			return err
		}
		if f.labels != "" && head.Scorer == headline {
			return usage("--labels vouch for a judge, and the run is judged by %s", headline).withHint("leave it out, or name the judge with --scorer")
		}
		if head.Scorer != headline {
			if err := relyOn(rules, head, f.labels); err != nil {
				return err
			}
		}
		result, err := gate.Check(rules, base, head)
		if err != nil {
			return gateError(err)
		}
		return a.tellGate(ctx, db, f.gateOutputs, f.json, file, result, head)
	})
}

// readRules reads a rules file; what is wrong with it is a slip of the user's.
func readRules(file string) (gate.Rules, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return gate.Rules{}, usage("read rules: %w", err).withHint("viva gate init --baseline RUN writes rules to start from")
	}
	rules, err := gate.Parse(file, raw)
	if err != nil {
		return gate.Rules{}, usage("%w", err).withHint("viva schema gate prints the schema of a rules file")
	}
	return rules, nil
}

// gateError gives what keeps a gate from deciding its exit code.
func gateError(err error) error {
	var missing *gate.MissingError
	var broken *gate.BrokenError
	switch {
	case errors.As(err, &missing):
		return usage("%w", err).withHint("viva runs lists the runs; a rule on what a run does not have is never passed over")
	case errors.As(err, &broken):
		return infrastructure("%w", err).withHint("run the same command again, without --stop-early: only what failed or is missing is asked")
	}
	return err
}

// relyOn demands labels that show the scorer to tell right from wrong in every arm that a rule is about. Facts needs none: its rules are
// open and its agreement with people is measured (viva audit); a model as a judge is known by its labels alone.
func relyOn(rules gate.Rules, head baseline.Baseline, file string) error {
	var labels []gate.Label
	if file != "" {
		var err error
		if labels, err = readLabels(file); err != nil {
			return err
		}
	}
	if err := gate.Rely(rules, head, labels); err != nil {
		return (&exit{code: exitInconclusive, err: fmt.Errorf("the verdicts of %s are not relied on: %w", head.Scorer, err)}).
			withHint("label a sample: viva label %s --scorer %s --gate RULES.yaml -o labels.csv, then add --labels labels.csv", head.Run.ID, head.Scorer)
	}
	return nil
}

// remember makes the compact memory of a stored run as a scorer, named or by its beginning, sees it.
func (a *app) remember(ctx context.Context, f *store.File, run runners.Run, by string) (baseline.Baseline, error) {
	name, err := a.scorerOf(ctx, f, run, by)
	if err != nil {
		return baseline.Baseline{}, err
	}
	return baseline.FromRows(run, name, f.Graded(ctx, run.ID, name))
}

// findBaseline finds what is remembered of a run by name: a baseline file of that name, else a run of the results file. Without a name it
// looks for the usual file and is content with none.
func (a *app) findBaseline(ctx context.Context, f *store.File, name, by string) (*baseline.Baseline, error) {
	named := name != ""
	if !named {
		name = baseline.DefaultFile
	}
	if info, err := os.Stat(name); err == nil && !info.IsDir() {
		b, err := readBaseline(name)
		return &b, err
	} else if !named {
		return nil, nil
	}
	if f == nil {
		return nil, errNoResults
	}
	run, err := f.Run(ctx, name)
	if err != nil {
		return nil, usage("find %s: there is no such baseline file, and %w", name, err).withHint("viva runs lists the runs of %s", f.Path())
	}
	b, err := a.remember(ctx, f, run, by)
	if err != nil {
		return nil, err
	}
	return &b, nil
}

func (a *app) gateInitCommand() *cobra.Command {
	var db, name, against, by, out string
	cmd := &cobra.Command{
		Use:   "init --baseline RUN",
		Short: "Write rules that fit a baseline, with the reason for each",
		Long: `Init writes rules: margins that the size of the baseline can decide, a cap that a run as
good as it stays under. With --against, a second run of the same target, it sees how much
two runs differ by themselves, and chooses the margins by that.`,
		Args: takes(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			var base, other *baseline.Baseline
			find := func(ctx context.Context, f *store.File) (err error) {
				if base, err = a.findBaseline(ctx, f, name, by); err != nil {
					return err
				}
				if base == nil {
					return usage("no baseline is named").withHint("add --baseline RUN, such as --baseline latest")
				}
				if against != "" {
					other, err = a.findBaseline(ctx, f, against, by)
				}
				return err
			}
			if err := a.withStoreIfThere(cmd.Context(), db, find); err != nil {
				return err
			}
			p, err := gate.Propose(*base, other)
			if err != nil {
				return gateError(err)
			}
			return a.writeRules(p, out)
		},
	}
	dbFlag(cmd, &db)
	baselineFlag(cmd, &name)
	scorerFlag(cmd, &by)
	cmd.Flags().StringVar(&against, "against", "", "a second run of the same target: run or baseline file")
	cmd.Flags().StringVarP(&out, "output", "o", defaultRules, `rules file to write ("-": print)`)
	return cmd
}

// writeRules writes a proposal and says why.
func (a *app) writeRules(p gate.Proposal, out string) error {
	for i, r := range p.Rules.Rules {
		a.say("%s: %s\n  %s", r.Name, r.Promised(), p.Reasons[i])
	}
	if out == "-" {
		return p.WriteYAML(a.stdout, schemaFile)
	}
	if _, err := os.Stat(out); err == nil {
		return usage("write rules: %s is there already", out).withHint("name another file with -o")
	}
	schema := filepath.Join(filepath.Dir(out), schemaFile)
	if err := writeFile(schema, func(w *os.File) error { _, err := w.Write(gate.Schema); return err }); err != nil {
		return err
	}
	if err := writeFile(out, func(w *os.File) error { return p.WriteYAML(w, schemaFile) }); err != nil {
		return err
	}
	a.say("wrote %s and its schema %s; next: viva gate %s RUN --baseline …", out, schema, out)
	return nil
}

// withStoreIfThere opens the results file where there is one. Baseline files need none.
func (a *app) withStoreIfThere(ctx context.Context, db string, do func(context.Context, *store.File) error) error {
	if _, err := os.Stat(db); os.IsNotExist(err) {
		err := do(ctx, nil)
		if errors.Is(err, errNoResults) {
			return &store.FileError{Op: "open", Path: db, Problem: store.Missing}
		}
		return err
	}
	return a.withStore(ctx, db, store.OpenReadOnly, do)
}

// errNoResults says that a run was named and there is no results file.
var errNoResults = errors.New("no results file")
