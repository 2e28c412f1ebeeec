package main

import (
	"context"
	"math/rand/v2"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/reports/gate"
	"github.com/viva-eval/viva/reports/store"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

type labelFlags struct {
	db, baseline, scorer, out, read string
	n                               int
	seed                            uint64
	json                            bool
}

func (a *app) labelCommand() *cobra.Command {
	var f labelFlags
	cmd := &cobra.Command{
		Use:   "label RUN",
		Short: "Choose replies for a person to label, and correct the verdicts by the labels",
		Long: `Label writes a CSV of the replies whose labels would shrink the intervals most: those that
the scorer is unsure of, and where two runs differ, more than their share. Fill in the
column "label" with correct, partial, incorrect or abstained, and read the file back: rates,
and with --baseline differences, are corrected by prediction-powered inference, so that
the scorer need not be right, and need not err alike in both runs. It exits 3 when the
labels are fewer than 50 or the scorer hardly tells right from wrong.`,
		Example: `  viva label latest -o labels.csv
  viva label latest --read labels.csv
  viva label latest --baseline 20261102 -n 200 -o labels.csv`,
		Args: takes(1, 1, "one run"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if (f.out == "") == (f.read == "") {
				return usage("label takes -o FILE to choose replies or --read FILE to use their labels").withHint("viva label %s -o labels.csv", args[0])
			}
			return a.withRun(cmd.Context(), f.db, args[0], store.OpenReadOnly, func(ctx context.Context, db *store.File, run runners.Run) error {
				return a.label(ctx, f, db, run)
			})
		},
	}
	dbFlag(cmd, &f.db)
	scorerFlag(cmd, &f.scorer)
	fs := cmd.Flags()
	fs.StringVarP(&f.out, "output", "o", "", "CSV file to write")
	fs.StringVar(&f.read, "read", "", "CSV file with labels to read")
	fs.StringVar(&f.baseline, "baseline", "", "second run of the results file: label pairs of replies, correct differences")
	fs.IntVarP(&f.n, "labels", "n", 100, "replies (or pairs) to choose, over all arms")
	fs.Uint64Var(&f.seed, "seed", 1, "seed of the choice")
	fs.BoolVar(&f.json, "json", false, "print one JSON object instead of a table")
	return cmd
}

func (a *app) label(ctx context.Context, f labelFlags, db *store.File, run runners.Run) error {
	head, err := a.remember(ctx, db, run, f.scorer)
	if err != nil {
		return err
	}
	runs := []runners.Run{run}
	var base *baseline.Baseline
	if f.baseline != "" {
		other, err := db.Run(ctx, f.baseline)
		if err != nil {
			return usage("%w", err).withHint("replies are kept in the results file, a baseline file has none; viva runs lists the runs of %s", f.db)
		}
		b, err := a.remember(ctx, db, other, head.Scorer)
		if err != nil {
			return err
		}
		base, runs = &b, append(runs, other)
	}
	if f.read != "" {
		return a.correct(f, head, base)
	}
	if f.n < 1 {
		return usage("labels is %d, must be at least 1", f.n)
	}
	labels := gate.Choose(head, base, f.n, rand.New(rand.NewPCG(f.seed, 0)))
	if len(labels) == 0 {
		return infrastructure("label run %s: no reply is there to be labelled", run.ID)
	}
	for _, r := range runs {
		if err := a.reciteLabels(ctx, db, r, head.Scorer, labels); err != nil {
			return err
		}
	}
	if err := writeFile(f.out, func(w *os.File) error { return gate.WriteLabels(w, labels) }); err != nil {
		return err
	}
	a.say("wrote %s: %d replies to label; fill in the column label with correct, partial, incorrect or abstained, then: viva label %s --read %s", f.out, len(labels), run.ID, f.out)
	return nil
}

// recite puts question, truth and reply beside the labels of a run.
func (a *app) reciteLabels(ctx context.Context, db *store.File, run runners.Run, by string, labels []gate.Label) error {
	type key struct{ item, arm string }
	at := map[key]int{}
	for i, l := range labels {
		if l.Run == run.ID {
			at[key{l.Item, l.Arm}] = i
		}
	}
	for g, err := range db.Graded(ctx, run.ID, by) {
		if err != nil {
			return err
		}
		i, wanted := at[key{g.Item.ID, g.Trial.Arm}]
		if !wanted || g.Trial.Repeat != 0 || labels[i].Exchange != (gate.Exchange{}) {
			continue
		}
		labels[i].Exchange = gate.Exchange{Question: g.Item.Question, Truth: truth(g.Item.Answer), Reply: g.Trial.Response.Text}
	}
	return nil
}

// correct prints what the labels make of the verdicts.
func (a *app) correct(f labelFlags, head baseline.Baseline, base *baseline.Baseline) error {
	labels, err := readLabels(f.read)
	if err != nil {
		return err
	}
	given := 0
	for _, l := range labels {
		if l.Label != scorers.Unscored {
			given++
		}
	}
	corrections := gate.Correct(head, base, labels)
	if len(corrections) == 0 {
		return usage("none of the %d labels of %s is for run %s", given, f.read, head.Run.ID).withHint("fill in the column label; with --baseline both replies of a pair want one")
	}
	if f.json {
		if err := a.printJSON(struct {
			Run         string            `json:"run"`
			Labels      int               `json:"labels"`
			Corrections []gate.Correction `json:"corrections"`
		}{head.Run.ID, given, corrections}); err != nil {
			return err
		}
	} else if err := a.printCorrections(corrections); err != nil {
		return err
	}
	for _, c := range corrections {
		if c.Measure != gate.Accuracy {
			continue
		}
		if err := c.Judge.Reliable(); err != nil {
			return &exit{code: exitInconclusive, err: err, hint: "label more replies of arm " + c.Arm + ", or improve the scorer"}
		}
	}
	return nil
}

func (a *app) printCorrections(list []gate.Correction) error {
	g := reports.Grid{Left: 2, Head: []string{"arm", "measure", "as judged %", "corrected %", "95 % interval", "labels", "sensitivity", "specificity"}}
	percent := func(x reports.Figure) string {
		if !x.Defined() {
			return "–"
		}
		return strconv.FormatFloat(100*float64(x), 'f', 1, 64)
	}
	for _, c := range list {
		measure := string(c.Measure)
		if c.Paired {
			measure += ", difference"
		}
		interval := "–"
		if c.Low.Defined() {
			interval = "[" + percent(c.Low) + ", " + percent(c.High) + "]"
		}
		g.Rows = append(g.Rows, []string{c.Arm, measure, percent(c.Judged), percent(c.Value), interval, strconv.Itoa(c.Labels), percent(c.Judge.Sensitivity), percent(c.Judge.Specificity)})
	}
	g.Foot = "An interval takes 50 labels in the arm. Differences are run − baseline, in points."
	return g.Terminal(a.stdout)
}

// readLabels reads a file of labels; what is wrong with it is a slip of the user's.
func readLabels(name string) ([]gate.Label, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, usage("read labels: %w", err).withHint("viva label RUN -o %s writes the file", name)
	}
	defer file.Close()
	labels, err := gate.ReadLabels(file)
	if err != nil {
		return nil, usage("%s: %w", name, err)
	}
	return labels, nil
}
