package compare

import (
	"fmt"
	"slices"
	"strings"

	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/reports/baseline"
)

// fewItems is the number of paired items below which a comparison finds only what is glaring.
const fewItems = 30

// brokenLimit is the share of infrastructure failures above which a run is broken, as in a report.
const brokenLimit = 0.05

// notes lists what a reader must know before believing the differences, the gravest first.
func notes(c *Comparison, all []matched, base, head baseline.Baseline) []reports.Note {
	var list []reports.Note
	say := func(level, format string, args ...any) {
		list = append(list, reports.Note{Level: level, Text: fmt.Sprintf(format, args...)})
	}
	for _, side := range []struct {
		name string
		baseline.Baseline
	}{{"Base", base}, {"Head", head}} {
		asked, broken := len(side.Records), 0
		for _, r := range side.Records {
			if r.Status.Infrastructure() {
				broken++
			}
		}
		if float64(broken) > brokenLimit*float64(asked) {
			say(reports.Bad, "%s is broken: %d of %d trials (%.1f %%) failed for reasons that are not the model's.", side.name, broken, asked, 100*float64(broken)/float64(asked))
		}
		if side.Run.Finished.IsZero() && asked < side.Run.Planned {
			say(reports.Warn, "%s is unfinished: %d of %d planned trials were asked.", side.name, asked, side.Run.Planned)
		}
		for _, f := range side.Flags {
			level := reports.Warn
			if strings.HasPrefix(f, "INVALID") {
				level = reports.Bad
			}
			say(level, "%s: %s", side.name, f)
		}
	}
	if c.Base.Run.ID == c.Head.Run.ID && c.Base.Run.ID != "" && !slices.ContainsFunc(all, func(m matched) bool { return m.base != m.head }) && !staged(all) {
		say(reports.Warn, "Base and head are the same run, so that nothing can differ. viva runs lists the others.")
	}
	if c.Intersection {
		say(reports.Warn, "The suites differ: only the items that bear the same id in both are compared, and nothing shows that they ask the same.")
	}
	if changed(c, reports.PromptChange) {
		say(reports.Warn, "The prompts differ: a difference may be theirs and not the examinee's.")
	}
	var lone, failed, unscored, disputed, asked, few int
	var bounded []string
	for _, m := range all {
		lone, disputed = lone+m.onlyBase+m.onlyHead, disputed+m.disputed
	}
	for _, a := range c.Arms {
		failed, unscored, asked = failed+a.DroppedFailed, unscored+a.DroppedUnscored, asked+a.Pairs
		if slices.ContainsFunc(a.Measures, func(m Measure) bool { return m.Bounded }) {
			bounded = append(bounded, a.Name())
		}
		if a.Items < fewItems {
			few++
		}
	}
	if lone > 0 {
		say(reports.Warn, "%d trials have no partner in the other run and are left out.", lone)
	}
	if disputed > 0 {
		say(reports.Warn, "%d pairs are left out: only one of the suites has an answer to the item.", disputed)
	}
	if failed > 0 {
		level := reports.Info
		if float64(failed) > .02*float64(asked) {
			level = reports.Warn
		}
		say(level, "%d of %d pairs are dropped: a side brought no whole answer.", failed, asked)
	}
	if unscored > 0 {
		say(reports.Info, "%d of %d pairs are dropped: a side could not be judged. They widen the bounds.", unscored, asked)
	}
	if len(bounded) > 0 {
		say(reports.Warn, "More than 2 %% of the pairs are unscored in %s: the differences there are given as bounds, had all of those gone one way, or the other.", strings.Join(bounded, ", "))
	}
	if few > 0 {
		say(reports.Warn, "Fewer than %d paired items: only a glaring difference can be established.", fewItems)
	}
	if missing := absent(c); len(missing) > 0 {
		say(reports.Info, "Not in both runs, and not compared: %s.", strings.Join(missing, ", "))
	}
	if c.Indicative && slices.ContainsFunc(c.Speed, func(s Speed) bool { return len(s.Ratios) > 0 }) {
		say(reports.Info, "Times are indicative: a quality run may adapt its load. Only measured runs support a promise about speed.")
	}
	grave := []string{reports.Bad, reports.Warn, reports.Info}
	slices.SortStableFunc(list, func(a, b reports.Note) int { return slices.Index(grave, a.Level) - slices.Index(grave, b.Level) })
	return list
}

// staged reports whether one load stage is set against another.
func staged(all []matched) bool {
	return slices.ContainsFunc(all, func(m matched) bool {
		return slices.ContainsFunc(m.pairs, func(p pair) bool { return p.base.Load != p.head.Load })
	})
}

func changed(c *Comparison, what string) bool {
	return slices.ContainsFunc(c.Changes, func(x reports.Change) bool { return x.What == what })
}

// absent lists the arms that only one of the runs planned, when arms are compared with their namesakes.
func absent(c *Comparison) []string {
	var list []string
	for _, a := range c.Arms {
		if a.Base != a.Head {
			return nil
		}
	}
	for _, x := range slices.Concat(c.Base.Run.Arms, c.Head.Run.Arms) {
		if !slices.ContainsFunc(c.Arms, func(a Arm) bool { return a.Base == x }) && !slices.Contains(list, x) {
			list = append(list, x)
		}
	}
	return list
}
