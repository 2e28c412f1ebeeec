package main

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/viva-eval/viva/internal/stats"
	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/reports/gate"
	"github.com/viva-eval/viva/reports/store"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

type labelFlags struct {
	db, baseline, scorer, rules, out, read string
	n                                      int
	seed                                   uint64
	json                                   bool
}

func (a *app) labelCommand() *cobra.Command {
	var f labelFlags
	cmd := &cobra.Command{
		Use:   "label RUN",
		Short: "Choose replies for a person to label, and correct the verdicts by the labels",
		Long: `Label writes a CSV of the replies whose labels would shrink the intervals most: those that
the scorer is unsure of, and where two runs differ, more than their share. The file names
neither run nor arm nor verdict, so that whoever labels is not swayed. Fill in the column
"label" with correct, partial, incorrect or abstained, and read the file back: rates, and
with --baseline differences, are corrected by prediction-powered inference, so that the
scorer need not be right, and need not err alike in both runs. It exits 3 when the
labels are fewer than 50 or the scorer hardly tells right from wrong.

Where a question was asked several times, its first reply is labelled.`,
		Example: `  viva label latest -o labels.csv
  viva label latest --read labels.csv
  viva label latest --gate gate.yaml --scorer judge -o labels.csv
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
	fs.StringVar(&f.rules, "gate", "", "rules: choose from the arms alone whose verdicts they rest on")
	fs.IntVarP(&f.n, "labels", "n", 0, "replies (or pairs) to choose, over all arms (default: as many as a gate needs to rely on the scorer, 50 answerable ones an arm and a few more)")
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
		if other.ID == run.ID {
			return usage("the baseline is the run itself, %s", run.ID).withHint("viva runs lists the runs of %s", f.db)
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
	if f.n < 0 {
		return usage("labels is %d, must be at least 1", f.n)
	}
	var arms []string
	if f.rules != "" {
		rules, err := readRules(f.rules)
		if err != nil {
			return err
		}
		if arms = rules.Judged(); len(arms) == 0 {
			return usage("no rule of %s rests on a verdict", f.rules)
		}
	}
	labels := gate.Choose(head, base, arms, f.n, rand.New(rand.NewPCG(f.seed, 0)))
	if len(labels) == 0 {
		return infrastructure("label run %s: no reply is there to be labelled", run.ID)
	}
	for _, r := range runs {
		if err := quote(ctx, db, r, labels); err != nil {
			return err
		}
	}
	if err := writeFile(f.out, func(w *os.File) error { return gate.WriteLabels(w, labels) }); err != nil {
		return err
	}
	back := "viva label " + run.ID
	if f.scorer != "" {
		back += " --scorer " + f.scorer
	}
	if f.baseline != "" {
		back += " --baseline " + f.baseline
	}
	a.say("wrote %s: %d replies to label; fill in the column label with correct, partial, incorrect or abstained, then: %s --read %s", f.out, len(labels), back, f.out)
	a.foretell(labels, len(runs), run)
	return nil
}

// foretell says, arm by arm, what the labels will allow once they are given.
func (a *app) foretell(labels []gate.Label, runs int, run runners.Run) {
	all, answerable := map[string]int{}, map[string]int{}
	for _, l := range labels {
		all[l.Arm]++
		if l.Answerable {
			answerable[l.Arm]++
		}
	}
	what := "replies"
	if runs > 1 {
		what = "pairs of replies"
	}
	for _, arm := range slices.Sorted(maps.Keys(all)) {
		n, of := all[arm]/runs, answerable[arm]/runs
		allows := "enough for intervals, and for a gate to rely on the scorer"
		if of < stats.LeastLabels {
			allows = fmt.Sprintf("too few for an interval of accuracy, and for a gate to rely on the scorer, which take %d", stats.LeastLabels)
		}
		a.say("  %s: %d %s, %d of them to answerable questions: %s", arm, n, what, of, allows)
	}
	if run.Repeats > 1 {
		a.say("  of each question's %d replies the first is labelled, and the first is what is corrected", run.Repeats)
	}
}

// quote puts question, truth and reply beside the labels of a run.
func quote(ctx context.Context, db *store.File, run runners.Run, labels []gate.Label) error {
	at := map[[2]string]int{}
	for i, l := range labels {
		if l.Run == run.ID {
			at[[2]string{l.Item, l.Arm}] = i
		}
	}
	for q, err := range db.Questions(ctx, run.ID) {
		if err != nil {
			return err
		}
		i, wanted := at[[2]string{q.Item.ID, q.Trial.Arm}]
		if !wanted || q.Trial.Repeat != 0 || labels[i].Exchange != (gate.Exchange{}) {
			continue
		}
		labels[i].Exchange = gate.Exchange{Question: q.Item.Question, Truth: reports.Truth(q.Item), Reply: q.Trial.Response.Text}
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
	percent := reports.Figure.Percent
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
	g.Foot = fmt.Sprintf("An interval takes %d labels in the arm. Differences are run − baseline, in points.", stats.LeastLabels)
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
