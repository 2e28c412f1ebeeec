package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/scorers/audit"
)

// truths are what the human labels may be asked for.
var truths = []struct {
	name  string
	truth audit.Truth
}{
	{"wrong", audit.Wrong},
	{"refusal", audit.Refusal},
}

func auditableNames() []string {
	var names []string
	for _, c := range auditable {
		names = append(names, c.Scorer.Name())
	}
	return names
}

// auditFlags are the command line of viva audit.
type auditFlags struct {
	scorers  []string
	truth    string
	by       string
	verdicts string
	json     bool
}

func (a *app) auditCommand() *cobra.Command {
	f := auditFlags{scorers: []string{scorers.Facts{}.Name()}, truth: "wrong"}
	cmd := &cobra.Command{
		Use:   "audit FILE.jsonl…",
		Short: "Say how far a scorer agrees with people, beside simple baselines",
		Long: `Audit puts answers that people have judged before a scorer. Each line of a file is an object with id, question, answer and
label (1 wrong or not borne out, 0 right, null neither), and where there are any context (a text or a list), gold (a text
or a list, untyped), spans (start and end, in characters of the answer), task, model, lang, group and meta.

A row is flagged when the scorer says incorrect or partial, or abstained where there is a gold answer. Intervals are at 95 %
and clustered by group. "kappa, all rows" lets contains-gold decide what the scorer leaves unscored.`,
		Example: "  viva audit --scorer facts labelled.jsonl\n  viva audit --scorer facts --json --verdicts out.jsonl labelled.jsonl",
		Args:    takes(1, 1000, "at least one file of labelled answers"),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.audit(cmd.Context(), f, args) },
	}
	cmd.Flags().StringSliceVar(&f.scorers, "scorer", f.scorers, "scorers to examine: "+strings.Join(auditableNames(), ", "))
	cmd.Flags().StringVar(&f.truth, "truth", f.truth, "what the people were asked: wrong, or refusal (meta.refusal, else a null label)")
	cmd.Flags().StringVar(&f.by, "by", "", "tell the rows apart by a field: task, model, lang, group, meta.NAME, or gold (figure, words, none)")
	cmd.Flags().StringVar(&f.verdicts, "verdicts", "", "write each row's verdict to this file, one JSON object a line")
	cmd.Flags().BoolVar(&f.json, "json", false, "print one JSON array instead of tables")
	return cmd
}

func (a *app) audit(ctx context.Context, f auditFlags, files []string) error {
	plan, err := auditPlan(f)
	if err != nil {
		return err
	}
	var results []audit.Result
	for _, name := range files {
		res, err := auditFile(ctx, name, plan)
		if err != nil {
			return err
		}
		results = append(results, res)
	}
	if f.verdicts != "" {
		if err := writeFile(f.verdicts, func(w *os.File) error { return writeVerdicts(w, results) }); err != nil {
			return err
		}
		a.say("wrote %s", f.verdicts)
	}
	lines, decided := []audit.Line{}, 0
	for _, res := range results {
		for _, sheet := range res.Sheets {
			if !f.json {
				if err := audit.Table(a.stdout, sheet); err != nil {
					return err
				}
				fmt.Fprintln(a.stdout)
			} else if sheet.Outside > 0 {
				a.say("%s: %d rows without a label stay outside", sheet.File, sheet.Outside)
			}
			for _, l := range sheet.Lines {
				lines = append(lines, l)
				if !l.Baseline {
					decided += l.Decided
				}
			}
		}
	}
	if f.json {
		if err := printLines(a.stdout, lines); err != nil {
			return err
		}
	}
	if decided == 0 {
		return infrastructure("audit: no row was decided").withHint("facts needs gold answers, grounded needs a context; rows with a null label count with --truth refusal only")
	}
	return nil
}

// auditPlan turns names into things.
func auditPlan(f auditFlags) (audit.Plan, error) {
	plan := audit.Plan{By: f.by, Workers: runtime.GOMAXPROCS(0)}
	for _, name := range f.scorers {
		i := slices.Index(auditableNames(), name)
		if i < 0 {
			return plan, usage("unknown scorer %q", name).withHint("choose from: %s", strings.Join(auditableNames(), ", "))
		}
		plan.Candidates = append(plan.Candidates, auditable[i])
	}
	if len(plan.Candidates) == 0 {
		return plan, usage("no scorer is named").withHint("choose from: %s", strings.Join(auditableNames(), ", "))
	}
	if f.verdicts != "" && len(plan.Candidates) > 1 {
		return plan, usage("--verdicts takes the verdicts of one scorer").withHint("name one with --scorer")
	}
	if f.by != "" && !audit.KnownField(f.by) {
		return plan, usage("--by: no field %q", f.by).withHint("choose from: task, model, lang, group, gold, meta.NAME")
	}
	for _, t := range truths {
		if t.name == f.truth {
			plan.Truth = t.truth
			return plan, nil
		}
	}
	return plan, usage("unknown truth %q", f.truth).withHint("choose from: wrong, refusal")
}

func auditFile(ctx context.Context, name string, plan audit.Plan) (audit.Result, error) {
	file, err := os.Open(name)
	if err != nil {
		return audit.Result{}, usage("audit: %w", err)
	}
	defer file.Close()
	res, err := audit.Run(ctx, name, file, plan)
	var row *audit.RowError
	if errors.As(err, &row) {
		return res, usage("%w", err).withHint("each line is an object with id, question, answer and label; see viva audit --help")
	}
	if err != nil {
		return res, fmt.Errorf("audit %s: %w", name, err)
	}
	return res, nil
}

// writeVerdicts writes the one scorer's verdicts in the order of the rows.
func writeVerdicts(w io.Writer, results []audit.Result) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for _, res := range results {
		for _, v := range res.Verdicts[0] {
			if err := e.Encode(v); err != nil {
				return err
			}
		}
	}
	return nil
}

// printLines prints an array with one object a line.
func printLines(w io.Writer, lines []audit.Line) error {
	open := "[\n"
	for _, l := range lines {
		b, err := json.Marshal(l)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%s  %s", open, b); err != nil {
			return err
		}
		open = ",\n"
	}
	if len(lines) == 0 {
		fmt.Fprint(w, "[")
	}
	_, err := fmt.Fprintln(w, "\n]")
	return err
}
