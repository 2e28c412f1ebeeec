package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/reports/gate"
	"github.com/viva-eval/viva/reports/store"
	"github.com/viva-eval/viva/runners"
)

// gateOutputs are where a gate's decision goes, besides the terminal.
type gateOutputs struct {
	junit, results, summary string
	flips                   int
}

// register adds the flags that viva gate and viva run --gate share.
func (o *gateOutputs) register(cmd *cobra.Command) {
	fs := cmd.Flags()
	fs.StringVar(&o.junit, "junit", "", "write JUnit XML of the gate: a case for each rule and each flipped item, with question, truth and answers")
	fs.StringVar(&o.results, "results", "", "write results.jsonl of the gate: {problem_idx, reward, repeat} for each scored trial of the run")
	fs.StringVar(&o.summary, "summary", "", "write the gate's summary as Markdown (GITHUB_STEP_SUMMARY is added to by itself)")
	fs.IntVar(&o.flips, "flips", gate.ShownFlips, "answers that got worse to show, the worst first")
}

// check refuses what cannot be shown or written, before anything is asked.
func (o *gateOutputs) check() error {
	if o.flips < 0 {
		return usage("flips is %d, must not be negative", o.flips)
	}
	for _, name := range []string{o.junit, o.results, o.summary} {
		if name == "" {
			continue
		}
		if err := writable(name); err != nil {
			return err
		}
	}
	return nil
}

// given reports whether a file is wanted.
func (o *gateOutputs) given() bool { return o.junit != "" || o.results != "" || o.summary != "" }

// of is where the decision on one of several targets goes: gate.xml becomes gate-NAME.xml.
func (o gateOutputs) of(target string) gateOutputs {
	for _, name := range []*string{&o.junit, &o.results, &o.summary} {
		if *name != "" {
			end := filepath.Ext(*name)
			*name = strings.TrimSuffix(*name, end) + "-" + folderName(target) + end
		}
	}
	return o
}

// tellGate writes a result everywhere it is wanted and returns its exit code. db, where the run and perhaps its baseline are, may be nil.
func (a *app) tellGate(ctx context.Context, db *store.File, o gateOutputs, asJSON bool, rules string, r gate.Result, head baseline.Baseline) error {
	if err := recite(ctx, db, &r); err != nil {
		return err
	}
	if asJSON {
		if err := a.printJSON(r); err != nil {
			return err
		}
	} else if err := gate.Text(a.stdout, r, o.flips); err != nil {
		return fmt.Errorf("print gate: %w", err)
	}
	for _, out := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{o.junit, func(w io.Writer) error { return gate.JUnit(w, r) }},
		{o.results, func(w io.Writer) error { return gate.Rewards(w, head, 1) }},
		{o.summary, func(w io.Writer) error { return gate.Markdown(w, r) }},
	} {
		if out.name == "" {
			continue
		}
		if err := writeFile(out.name, func(w *os.File) error { return out.write(w) }); err != nil {
			return err
		}
	}
	if name := a.getenv("GITHUB_STEP_SUMMARY"); name != "" {
		if err := appendFile(name, func(w io.Writer) error { return gate.Markdown(w, r) }); err != nil {
			a.say("the job summary is missing: %v", err) // it is no reason to change the decision
		}
	}
	if a.getenv("GITHUB_ACTIONS") == "true" { // on stderr, since stdout may hold JSON: the service reads both
		if err := gate.Annotations(a.stderr, rules, r); err != nil {
			return err
		}
	}
	switch r.Decision {
	case gate.Pass:
		return nil
	case gate.Fail:
		return &exit{code: exitFailed, err: errors.New("gate failed")}
	default:
		return (&exit{code: exitInconclusive, err: errors.New("gate inconclusive: a critical rule could not be decided")}).withHint("ask more items or repeats; viva power says how many")
	}
}

// recite puts question, truth and answers beside the flips, as far as the results file holds the run and its baseline.
func recite(ctx context.Context, db *store.File, r *gate.Result) error {
	if db == nil || len(r.Flips)+len(r.Standing) == 0 {
		return nil
	}
	wanted := map[runners.Key]bool{}
	for _, f := range slices.Concat(r.Flips, r.Standing) {
		wanted[f.Key()] = true
	}
	known := map[string]map[runners.Key]gate.Exchange{}
	ids := []string{r.Head.ID}
	if r.Base != nil {
		ids = append(ids, r.Base.ID)
	}
	for _, id := range ids {
		found, err := exchanges(ctx, db, id, wanted)
		if err != nil {
			return err
		}
		known[id] = found
	}
	r.Recite(func(run string, key runners.Key) gate.Exchange { return known[run][key] })
	return nil
}

// textKept is how many bytes of a text are kept for a person to read; a report shortens further.
const textKept = 4000

// exchanges reads what was asked and answered in some trials of a run; empty when the results file does not hold the run.
func exchanges(ctx context.Context, db *store.File, id string, wanted map[runners.Key]bool) (map[runners.Key]gate.Exchange, error) {
	run, err := db.Run(ctx, id) // takes the beginning of an id for the whole
	var none *store.RunError
	if errors.As(err, &none) || err == nil && run.ID != id {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	found := map[runners.Key]gate.Exchange{}
	for q, err := range db.Questions(ctx, id) {
		if err != nil {
			return nil, err
		}
		if wanted[q.Trial.Key] {
			found[q.Trial.Key] = gate.Exchange{Question: q.Item.Question, Truth: reports.Truth(q.Item), Reply: reports.Shorten(q.Trial.Response.Text, textKept)}
		}
	}
	return found, nil
}

// appendFile adds to a file that others write to as well.
func appendFile(name string, write func(io.Writer) error) error {
	w, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err == nil {
		err = write(w)
		if e := w.Close(); err == nil {
			err = e
		}
	}
	if err != nil {
		return infrastructure("write %s: %w", name, err)
	}
	return nil
}
