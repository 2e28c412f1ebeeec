package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/reports/store"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

func (a *app) baselineCommand() *cobra.Command {
	return group("baseline", "Keep a run as a small file to be committed, and look into one", a.baselineSaveCommand(), a.baselineShowCommand())
}

func (a *app) baselineSaveCommand() *cobra.Command {
	var db, out, by string
	cmd := &cobra.Command{
		Use:   "save RUN",
		Short: "Write a run's verdicts to a baseline file",
		Long: `Save writes what later runs are compared with: the verdict of every trial, one line each,
sorted, without questions, pages or answers, and for a measured run its times. Commit the
file; a new baseline differs in the lines that changed. The file is sealed: one that was
edited by hand is refused.

RUN is an id, the beginning of one, or "latest".`,
		Example: "  viva baseline save latest\n  viva compare " + baseline.DefaultFile + " latest",
		Args:    takes(1, 1, "one run"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withRun(cmd.Context(), db, args[0], store.OpenReadOnly, func(ctx context.Context, f *store.File, run runners.Run) error {
				b, err := a.remember(ctx, f, run, by)
				if err != nil {
					return err
				}
				return a.saveBaseline(b, out)
			})
		},
	}
	dbFlag(cmd, &db)
	scorerFlag(cmd, &by)
	cmd.Flags().StringVarP(&out, "output", "o", baseline.DefaultFile, `file to write, over one that is there ("-": print)`)
	return cmd
}

// saveBaseline writes a baseline. One in which nothing is scored would let every later run pass, and is not written.
func (a *app) saveBaseline(b baseline.Baseline, out string) error {
	scored := 0
	for _, arm := range countArms(b) {
		scored += arm.Scored
	}
	switch {
	case scored == 0:
		return infrastructure("save baseline: nothing is scored in run %s", b.Run.ID).withHint("viva score %s judges its stored answers", b.Run.ID)
	case b.Run.Finished.IsZero():
		a.say("run %s is unfinished: the baseline holds the trials there are", b.Run.ID)
	}
	b = b.Lasting()
	if out == "-" {
		return b.Write(a.stdout)
	}
	if err := writeFile(out, func(w *os.File) error { return b.Write(w) }); err != nil {
		return err
	}
	a.say("wrote %s: run %s, %d trials", out, b.Run.ID, len(b.Records))
	return nil
}

func (a *app) baselineShowCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "show FILE",
		Short: "Check a baseline file and print what it holds",
		Args:  takes(1, 1, "one baseline file"),
		RunE: func(_ *cobra.Command, args []string) error {
			b, err := readBaseline(args[0])
			if err != nil {
				return err
			}
			return a.showBaseline(b, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

// readBaseline reads a baseline file; what is wrong with it is a slip of the user's.
func readBaseline(name string) (baseline.Baseline, error) {
	f, err := os.Open(name)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return baseline.Baseline{}, usage("read baseline: %s: no such file", name).withHint("viva baseline save RUN -o %s writes one", name)
		}
		return baseline.Baseline{}, infrastructure("read baseline: %w", err)
	}
	defer f.Close()
	b, err := baseline.Read(f)
	if err != nil {
		return baseline.Baseline{}, usage("%s: %w", name, err).withHint("viva baseline save RUN -o %s writes it anew", name)
	}
	return b, nil
}

// armCounts says what a baseline holds of one arm.
type armCounts struct {
	Arm       string         `json:"arm"`
	Items     int            `json:"items"`
	Trials    int            `json:"trials"`
	Scored    int            `json:"scored"`
	Correct   int            `json:"correct"`
	Partial   int            `json:"partial"`
	Abstained int            `json:"abstained"`
	Incorrect int            `json:"incorrect"`
	Unscored  int            `json:"unscored"`
	Failed    int            `json:"no_whole_answer"`
	Score     reports.Figure `json:"penalised"` // (correct − incorrect) / scored
}

// countArms counts a baseline's records, arm by arm in the order of the plan.
func countArms(b baseline.Baseline) []armCounts {
	var list []armCounts
	at := map[string]int{}
	items := map[[2]string]bool{}
	arm := func(name string) *armCounts {
		i, known := at[name]
		if !known {
			i = len(list)
			at[name] = i
			list = append(list, armCounts{Arm: name, Score: reports.Undefined()})
		}
		return &list[i]
	}
	for _, name := range b.Run.Arms {
		arm(name)
	}
	for _, r := range b.Records {
		c := arm(r.Arm)
		c.Trials++
		if k := [2]string{r.Arm, r.Item}; !items[k] {
			items[k] = true
			c.Items++
		}
		switch {
		case !r.Status.Answered():
			c.Failed++
			continue
		case r.Verdict == scorers.Unscored:
			c.Unscored++
			continue
		case r.Verdict == scorers.Correct:
			c.Correct++
		case r.Verdict == scorers.Partial:
			c.Partial++
		case r.Verdict == scorers.Abstained:
			c.Abstained++
		case r.Verdict == scorers.Incorrect:
			c.Incorrect++
		}
		c.Scored++
		c.Score = reports.Figure(float64(c.Correct-c.Incorrect) / float64(c.Scored))
	}
	return list
}

func (a *app) showBaseline(b baseline.Baseline, asJSON bool) error {
	arms := countArms(b)
	if asJSON {
		return a.printJSON(struct {
			Schema   string      `json:"schema"`
			Run      runners.Run `json:"run"`
			Scorer   string      `json:"scorer"`
			Measured bool        `json:"measured"`
			Flags    []string    `json:"flags"`
			Arms     []armCounts `json:"arms"`
		}{baseline.Schema, b.Run, b.Scorer, b.Measured(), append([]string{}, b.Flags...), append([]armCounts{}, arms...)})
	}
	g := reports.Grid{
		Title: reports.Sentence(reports.TargetName(b.Run)+" on "+reports.SuiteName(b.Run)+", run "+b.Run.ID+", judged by "+b.Scorer, ""), Left: 1,
		Head: []string{"arm", "items", "trials", "scored", "correct", "partial", "abstained", "incorrect", "unscored", "no whole answer", "penalised score"},
	}
	for _, c := range arms {
		row := []string{c.Arm}
		for _, n := range []int{c.Items, c.Trials, c.Scored, c.Correct, c.Partial, c.Abstained, c.Incorrect, c.Unscored, c.Failed} {
			row = append(row, strconv.Itoa(n))
		}
		g.Rows = append(g.Rows, append(row, c.Score.Points()))
	}
	if b.Measured() {
		g.Foot = "It holds the times of a fixed load."
	}
	if err := g.Terminal(a.stdout); err != nil {
		return err
	}
	for _, flag := range b.Flags {
		a.say("%s", reports.Note{Level: reports.Warn, Text: flag}.Line())
	}
	return nil
}
