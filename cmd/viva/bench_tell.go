package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/viva-eval/viva/reports/bench"
	"github.com/viva-eval/viva/reports/bench/boxes"
	"github.com/viva-eval/viva/reports/bench/export"
	"github.com/viva-eval/viva/reports/store"
	"github.com/viva-eval/viva/runners"
)

// underLoad sums a measured run up; false: the run has no load stages.
func underLoad(ctx context.Context, f *store.File, run runners.Run, scorer string, o bench.Options) (r bench.Report, ok bool, err error) {
	stages, err := f.Stages(ctx, run.ID)
	if err != nil || len(stages) == 0 {
		return r, false, err
	}
	if o.Telemetry, err = readTelemetry(ctx, f, run.ID); err != nil {
		return r, false, err
	}
	r, err = bench.Summarize(run, stages, f.Graded(ctx, run.ID, scorer), o)
	return r, err == nil, err
}

// tellMeasured prints a measured run and writes its page, its tables and its plots.
func (a *app) tellMeasured(ctx context.Context, r bench.Report, out string, asJSON bool) error {
	print := bench.Table
	if asJSON {
		print = bench.JSON
	}
	if err := print(a.stdout, r); err != nil {
		return fmt.Errorf("print report: %w", err)
	}
	if out == "" {
		return nil
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return infrastructure("write report: %w", err)
	}
	for _, form := range []struct {
		name  string
		write bench.Format
	}{{"index.html", bench.HTML}, {"stages.csv", export.CSV}} {
		if err := writeFile(filepath.Join(out, form.name), func(w *os.File) error { return form.write(w, r) }); err != nil {
			return err
		}
	}
	if err := bench.Plots(ctx, out, r); err != nil {
		return infrastructure("write report: %w", err)
	}
	a.say("report: %s", filepath.Join(out, "index.html"))
	return nil
}

// judgeMeasured is the exit code of a measured run: a stage that is INVALID, or answers that none of the requests brought, is no success.
func judgeMeasured(r bench.Report) *exit {
	for i := range r.Stages {
		if s := &r.Stages[i]; s.Invalid() {
			return infrastructure("%d of %d stages are INVALID: %s: %s", len(r.InvalidStages()), len(r.Stages), s.Name, reasons(s)[0]).
				withHint("their figures are kept and ranked nowhere; docs/BENCH.md says what each check wants")
		}
	}
	return nil
}

// tell prints a finished measured run, so far as it got.
func (b *benchmark) tell(ctx context.Context) error {
	scorer := ""
	if !b.untrue {
		var err error
		if scorer, err = b.scorerOf(ctx, b.file, b.run, ""); err != nil {
			return err
		}
	}
	r, ok, err := underLoad(ctx, b.file, b.run, scorer, bench.Options{Promises: b.limits.promises})
	if err != nil || !ok {
		return err
	}
	if b.found != nil {
		r.Capacity = &bench.Capacity{Holds: b.found.Holds, Breaks: b.found.Breaks, Stages: b.found.Stages, Cut: !b.ended, Unit: r.Stages[0].Unit}
	}
	return b.tellMeasured(ctx, r, b.plan.Out, b.json)
}

// exportForms are the forms of other tools in which a measured run can be written.
var exportForms = []struct {
	name, about string
	write       func(name string, r bench.Report, detailed bool) error
}{
	{"vllm", "a folder with a JSON file for each stage, as vllm bench serve --save-result writes them", writeVLLM},
	{"inferencex", "InferenceX's aggregate, one JSON file", func(name string, r bench.Report, _ bool) error {
		return writeFile(name, func(w *os.File) error { return export.InferenceX(w, r) })
	}},
	{"stages", "two lines of CSV for each stage", func(name string, r bench.Report, _ bool) error {
		return writeFile(name, func(w *os.File) error { return export.CSV(w, r) })
	}},
}

// writeVLLM writes the stages into a folder under the names that vLLM gives them. Of stages that began in the same second, later ones get a number.
func writeVLLM(dir string, r bench.Report, detailed bool) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return infrastructure("write %s: %w", dir, err)
	}
	taken := map[string]int{}
	for i := range r.Stages {
		s := &r.Stages[i]
		name := export.FileName(r.Run, s)
		if taken[name]++; taken[name] > 1 {
			name = fmt.Sprintf("%s-%d.json", name[:len(name)-len(".json")], taken[name])
		}
		if err := writeFile(filepath.Join(dir, name), func(w *os.File) error { return export.VLLM(w, r.Run, s, detailed) }); err != nil {
			return err
		}
	}
	return nil
}

// exportMeasured writes a measured run in the form of another tool.
func (a *app) exportMeasured(ctx context.Context, f *store.File, run runners.Run, scorer, form, name string, detailed bool) error {
	for _, x := range exportForms {
		if x.name != form {
			continue
		}
		r, ok, err := underLoad(ctx, f, run, scorer, bench.Options{Texts: detailed})
		if err != nil {
			return err
		}
		if !ok {
			return usage("run %s has no load stages", run.ID).withHint("viva bench makes measured runs")
		}
		return x.write(name, r, detailed)
	}
	return usage("no export is named %q", form).withHint("choose from: %s", exportNames())
}

func exportNames() string {
	text := ""
	for i, x := range exportForms {
		if i > 0 {
			text += ", "
		}
		text += x.name + " (" + x.about + ")"
	}
	return text
}

// measuredFormats write a measured run, and boxFormats two of them side by side, by a file's extension.
var (
	measuredFormats = map[string]bench.Format{".json": bench.JSON, ".md": bench.Markdown, ".html": bench.HTML}
	boxFormats      = map[string]boxes.Format{".json": boxes.JSON, ".md": boxes.Markdown, ".html": boxes.HTML}
)

// compareBoxes sets two measured runs side by side; false: they are not two measured runs, or one arm or load of theirs is asked for.
func (a *app) compareBoxes(ctx context.Context, f compareFlags, first, second string) (bool, error) {
	if len(f.arm)+len(f.load) > 0 || f.intersect {
		return false, nil
	}
	promises, err := promisesOf(f.slo)
	if err != nil {
		return true, err
	}
	one, ok, err := a.box(ctx, f.baseDB, first, f.scorer, promises)
	if err != nil || !ok {
		return false, err
	}
	other, ok, err := a.box(ctx, f.db, second, f.scorer, promises)
	if err != nil || !ok {
		return false, err
	}
	c, err := boxes.Compare(one, other)
	if err != nil {
		return true, infrastructure("%w", err).withHint("--load BASE,HEAD compares the answers of one load with those of another")
	}
	print := boxes.Table
	if f.asJSON {
		print = boxes.JSON
	}
	if err := print(a.stdout, c); err != nil {
		return true, err
	}
	for _, name := range f.files {
		if err := writeFile(name, func(w *os.File) error { return boxFormats[extension(name)](w, c) }); err != nil {
			return true, err
		}
		a.say("wrote %s", name)
	}
	return true, errors.Join(orNil(judgeMeasured(one)), orNil(judgeMeasured(other)))
}

// box reads one measured run; false: it is none, or a baseline file.
func (a *app) box(ctx context.Context, db, ref, by string, promises []bench.Promise) (r bench.Report, ok bool, err error) {
	if info, err := os.Stat(ref); err == nil && info.Mode().IsRegular() {
		return r, false, nil
	}
	err = a.withRun(ctx, db, ref, store.OpenReadOnly, func(ctx context.Context, f *store.File, run runners.Run) error {
		scorer, err := a.scorerOf(ctx, f, run, by)
		if err != nil {
			return err
		}
		r, ok, err = underLoad(ctx, f, run, scorer, bench.Options{Promises: promises})
		return err
	})
	return r, ok, err
}

func sloFlag(cmd *cobra.Command, slo *string) {
	cmd.Flags().StringVar(slo, "slo", "", `of a measured run: promises for its goodput, such as "p99 ttft<2s, p99 tpot<80ms", or a preset`)
}

func promisesOf(slo string) ([]bench.Promise, error) {
	if slo == "" {
		return nil, nil
	}
	list, err := parseSLO(slo)
	if err != nil {
		return nil, usage("%w", err).withHint("presets: %s", presetNames())
	}
	return list, nil
}
