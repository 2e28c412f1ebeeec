package main

import (
	"context"
	"errors"
	"iter"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/reports/compare"
	"github.com/viva-eval/viva/reports/store"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

// compareFlags say what to compare and where to tell it.
type compareFlags struct {
	db, baseDB string
	arm, load  []string
	intersect  bool
	scorer     string
	asJSON     bool
	slo        string
	files      []string
}

func (a *app) compareCommand() *cobra.Command {
	var f compareFlags
	cmd := &cobra.Command{
		Use:   "compare BASE HEAD",
		Short: "Say what changed from one run to another, and whether it is real",
		Long: `Compare pairs two runs by item, arm, load stage and repeat and prints what changed: every
measure with its interval and test, the slices with p-values adjusted for their number,
the items whose verdict flipped, the worst first with both answers, and the speed.

Two measured runs (viva bench) are set side by side, load by load, as a tender needs it:
throughput, latency, truth, energy and cost, with ratios and their intervals. With --arm or
--load their answers are compared as those of other runs.

BASE and HEAD are each an id, the beginning of one, "latest", or a baseline file (see
viva baseline). It exits 2 when the runs do not belong together or lack an arm that is
named, and 4 when nothing can be paired. It decides nothing: that is for viva gate.`,
		Example: `  viva compare 20261102 latest
  viva compare viva-baseline.jsonl latest -o comparison.html -o comparison.md
  viva compare latest latest --arm oracle,retrieved`,
		Args: takes(2, 2, "two runs or baseline files"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.compare(cmd.Context(), f, args[0], args[1]) },
	}
	dbFlag(cmd, &f.db)
	scorerFlag(cmd, &f.scorer)
	cmd.Flags().StringVar(&f.baseDB, "base-db", "", "results file that holds BASE, where it is another")
	cmd.Flags().StringSliceVar(&f.arm, "arm", nil, "compare this arm alone, or one of BASE with another of HEAD: BASE,HEAD")
	cmd.Flags().StringSliceVar(&f.load, "load", nil, "compare this load stage alone, or one of BASE with another of HEAD: BASE,HEAD")
	sloFlag(cmd, &f.slo)
	cmd.Flags().BoolVar(&f.intersect, "intersect", false, "compare runs of different suites by the item ids they share")
	cmd.Flags().BoolVar(&f.asJSON, "json", false, "print one JSON object instead of tables")
	cmd.Flags().StringArrayVarP(&f.files, "output", "o", nil, "file to write, may be given several times: "+comparisonFormatNames())
	return cmd
}

func (a *app) compare(ctx context.Context, f compareFlags, baseRef, headRef string) error {
	o := compare.Options{Intersect: f.intersect}
	var err error
	if o.BaseArm, o.HeadArm, err = two("--arm", f.arm); err != nil {
		return err
	}
	if o.BaseLoad, o.HeadLoad, err = two("--load", f.load); err != nil {
		return err
	}
	for _, name := range f.files {
		if comparisonFormat(name) == nil {
			return usage("write %s: no format for the extension %q", name, extension(name)).withHint("choose from: %s", comparisonFormatNames())
		}
	}
	if f.baseDB == "" {
		f.baseDB = f.db
	}
	if done, err := a.compareBoxes(ctx, f, baseRef, headRef); done || err != nil {
		return err
	}
	base, err := a.recall(ctx, f.baseDB, baseRef, f.scorer)
	if err != nil {
		return err
	}
	head, err := a.recall(ctx, f.db, headRef, f.scorer)
	if err != nil {
		return err
	}
	o.Texts, o.Question = replies(base, head), questions(base, head)
	c, err := compare.Compare(base.Baseline, head.Baseline, o)
	if err != nil {
		return compareError(err)
	}
	if f.asJSON {
		err = a.printJSON(c)
	} else {
		err = compare.Table(a.stdout, c)
	}
	if err != nil {
		return err
	}
	for _, name := range f.files {
		write := comparisonFormat(name)
		if err := writeFile(name, func(w *os.File) error { return write(w, c) }); err != nil {
			return err
		}
		a.say("wrote %s", name)
	}
	for _, arm := range c.Arms {
		for _, m := range arm.Measures {
			if m.Pairs > 0 {
				return nil
			}
		}
	}
	return infrastructure("nothing could be compared: no pair was scored on both sides").withHint("viva score RUN judges the stored answers of a run")
}

// two reads a flag that takes one name, or one for each side.
func two(flag string, names []string) (base, head string, err error) {
	switch len(names) {
	case 0:
		return "", "", nil
	case 1:
		return names[0], names[0], nil
	case 2:
		return names[0], names[1], nil
	}
	return "", "", usage("%s names %d, takes one or two: BASE,HEAD", flag, len(names))
}

// compareError gives what keeps two runs from being compared its exit code.
func compareError(err error) error {
	var mismatch *compare.MismatchError
	var nothing *compare.PairingError
	switch {
	case errors.As(err, &mismatch) && mismatch.Intersectable:
		return usage("%w", err).withHint("--intersect compares the items that bear the same id in both")
	case errors.As(err, &mismatch):
		return usage("%w", err)
	case errors.As(err, &nothing) && nothing.Unknown() != "":
		return usage("compare runs: %s", nothing.Unknown()).withHint("--arm BASE,HEAD names one of base and one of head; --load does so for load stages")
	case errors.As(err, &nothing) && nothing.Options.Intersect:
		return infrastructure("%w", err).withHint("the two suites share no item id that was asked in both")
	case errors.As(err, &nothing):
		return infrastructure("%w", err).withHint("--arm BASE,HEAD compares one arm with another; --load does so for load stages")
	}
	return err
}

// recalled is one side of a comparison. A baseline file remembers neither replies nor questions: they come from the results file, where that
// still holds the run.
type recalled struct {
	baseline.Baseline
	replies   map[runners.Key]string
	questions map[string][2]string // item: question, truth
}

// recall finds one side by name: a baseline file of that name, else a run of the results file.
func (a *app) recall(ctx context.Context, db, ref, by string) (recalled, error) {
	if info, err := os.Stat(ref); err == nil && info.Mode().IsRegular() {
		b, err := readBaseline(ref)
		if err != nil {
			return recalled{}, err
		}
		side := recalled{Baseline: b, replies: map[runners.Key]string{}, questions: map[string][2]string{}}
		return side, a.withStoreIfThere(ctx, db, func(ctx context.Context, f *store.File) error { return side.find(ctx, f) })
	}
	side := recalled{replies: map[runners.Key]string{}, questions: map[string][2]string{}}
	err := a.withRun(ctx, db, ref, store.OpenReadOnly, func(ctx context.Context, f *store.File, run runners.Run) (err error) {
		name, err := a.scorerOf(ctx, f, run, by)
		if err != nil {
			return err
		}
		side.Baseline, err = baseline.FromRows(run, name, side.note(f.Graded(ctx, run.ID, name)))
		return err
	})
	return side, err
}

// find looks for the texts of a baseline file's run.
func (r *recalled) find(ctx context.Context, f *store.File) error {
	if f == nil {
		return nil
	}
	wanted := map[runners.Key]bool{}
	for _, rec := range r.Records {
		wanted[rec.Key()] = true
	}
	found, err := exchanges(ctx, f, r.Run.ID, wanted)
	for key, e := range found {
		r.replies[key], r.questions[key.ItemID] = e.Reply, [2]string{e.Question, e.Truth}
	}
	return err
}

// note keeps texts of the rows that go by.
func (r *recalled) note(rows iter.Seq2[scorers.Graded, error]) iter.Seq2[scorers.Graded, error] {
	return func(yield func(scorers.Graded, error) bool) {
		for g, err := range rows {
			if err == nil {
				r.replies[g.Trial.Key] = reports.Shorten(g.Trial.Response.Text, textKept)
				if _, known := r.questions[g.Item.ID]; !known {
					r.questions[g.Item.ID] = [2]string{g.Item.Question, reports.Truth(g.Item)}
				}
			}
			if !yield(g, err) {
				return
			}
		}
	}
}

// replies gives the replies of both sides.
func replies(base, head recalled) func(string, runners.Key) string {
	return func(run string, key runners.Key) string {
		if reply := head.replies[key]; run == head.Run.ID && reply != "" {
			return reply
		}
		if run == base.Run.ID {
			return base.replies[key]
		}
		return ""
	}
}

// questions gives the questions as head asked them, else as base did.
func questions(base, head recalled) func(string) (question, truth string) {
	return func(item string) (string, string) {
		q, known := head.questions[item]
		if !known {
			q = base.questions[item]
		}
		return q[0], q[1]
	}
}

// comparisonFormat returns the format that a file's extension names, nil when there is none.
func comparisonFormat(name string) compare.Format {
	for _, f := range comparisonFormats {
		if f.extension == extension(name) {
			return f.write
		}
	}
	return nil
}

func comparisonFormatNames() string {
	var names []string
	for _, f := range comparisonFormats {
		names = append(names, f.extension)
	}
	return strings.Join(names, " ")
}
