package main

import (
	"context"
	"fmt"
	"math"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/viva-eval/viva/internal/stats"
	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/reports/gate"
	"github.com/viva-eval/viva/reports/store"
	"github.com/viva-eval/viva/runners"
)

type powerFlags struct {
	db, baseline, scorer, arm, margin, discordance string
	alpha, power, price                            float64
	items                                          int
	json                                           bool
}

func (a *app) powerCommand() *cobra.Command {
	var f powerFlags
	cmd := &cobra.Command{
		Use:   "power [RUN]",
		Short: "Say how many items a gate needs, and what so many can find",
		Long: `Power plans a gate before anything is asked: how many items it takes for equal runs to pass
within a margin, how many to find a loss of that size, and the exact chances of each
decision. With a RUN it takes the discordance from the run's repeats, or from a pair with
--baseline, and adds the trials, minutes and tokens that asking would take.`,
		Example: `  viva power --margin 2pp --discordance 0.06
  viva power --margin 5pp --discordance 0.10 --items 250
  viva power latest --baseline viva-baseline.jsonl --margin 3pp`,
		Args: takes(0, 1, "at most one run"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				if f.baseline != "" || f.arm != "" {
					return usage("--baseline and --arm go with a run").withHint("viva power RUN --baseline …")
				}
				return a.plan(f, nil)
			}
			return a.withRun(cmd.Context(), f.db, args[0], store.OpenReadOnly, func(ctx context.Context, db *store.File, run runners.Run) error {
				head, err := a.remember(ctx, db, run, f.scorer)
				if err != nil {
					return err
				}
				var base *baseline.Baseline
				if f.baseline != "" {
					if base, err = a.findBaseline(ctx, db, f.baseline, head.Scorer); err != nil {
						return err
					}
				}
				return a.powerOf(f, head, base)
			})
		},
	}
	dbFlag(cmd, &f.db)
	scorerFlag(cmd, &f.scorer)
	fs := cmd.Flags()
	fs.StringVar(&f.margin, "margin", "5pp", "loss that is still acceptable: 2pp, 0.02")
	fs.StringVar(&f.discordance, "discordance", "", "share of items on which two runs of equal worth differ (default: from the run, else 0.10)")
	fs.StringVar(&f.baseline, "baseline", "", "second run or baseline file, to see how much two runs differ")
	fs.StringVar(&f.arm, "arm", "", "arm to plan for (default: retrieved, oracle or the first)")
	fs.Float64Var(&f.alpha, "alpha", gate.DefaultAlpha, "chance that a rule errs, each way")
	fs.Float64Var(&f.power, "power", gate.Power, "chance that a decision is reached")
	fs.IntVar(&f.items, "items", 0, "say what so many items can find (default: as many as needed)")
	fs.Float64Var(&f.price, "price", 0, "money per million output tokens")
	fs.BoolVar(&f.json, "json", false, "print one JSON object")
	return cmd
}

// powerOf plans from what a run shows.
func (a *app) powerOf(f powerFlags, head baseline.Baseline, base *baseline.Baseline) error {
	arm := f.arm
	if arm == "" {
		arm = gate.MainArm(head)
	}
	s := gate.SpreadOf(head, base, arm, 1)
	if s.Items == 0 {
		return usage("run %s has nothing scored in the arm %q", head.Run.ID, arm)
	}
	if f.discordance == "" {
		f.discordance = strconv.FormatFloat(math.Min(s.Discordance, 1), 'g', 4, 64)
		a.say("%s: discordance %s, %s", arm, f.discordance, s.Source)
	} else if d, err := gate.ParseShare(f.discordance); err == nil {
		s = gate.Spread{Discordance: d, Items: s.Items, Effective: s.Effective}
	}
	if f.items == 0 {
		f.items = max(1, int(math.Round(s.Effective)))
	}
	margin, err := gate.ParseShare(f.margin)
	if err != nil {
		return usage("%w", err)
	}
	if !(margin > 0 && margin < 1) {
		return usage("margin is %g, must be between 0 and 1", margin)
	}
	return a.plan(f, gate.Budgets(head, s, margin, f.alpha, f.power))
}

// powerPlan is what viva power says.
type powerPlan struct {
	Margin      float64       `json:"margin"`
	Discordance float64       `json:"discordance"`
	Alpha       float64       `json:"alpha"`
	Power       float64       `json:"power"`
	ToPass      int           `json:"items_for_equal_runs_to_pass"`
	ToFind      int           `json:"items_to_find_a_loss_of_the_margin"` // McNemar, two-sided; 0: the discordance is less than the margin
	Items       int           `json:"items"`
	Smallest    float64       `json:"smallest_margin"` // that equal runs clear with so many items
	Odds        []powerOdds   `json:"odds"`            // of the rule with so many items
	Budgets     []gate.Budget `json:"budgets,omitempty"`
}

type powerOdds struct {
	Loss    float64        `json:"loss"`
	McNemar reports.Figure `json:"mcnemar"` // power of the exact two-sided test
	gate.Odds
}

func (a *app) plan(f powerFlags, budgets []gate.Budget) error {
	margin, err := gate.ParseShare(f.margin)
	if err != nil {
		return usage("%w", err)
	}
	discordance := 0.10
	if f.discordance != "" {
		if discordance, err = gate.ParseShare(f.discordance); err != nil {
			return usage("%w", err)
		}
	}
	for _, c := range []struct {
		name       string
		value      float64
		high       float64
		inclusive  bool
		whatToType string
	}{{"margin", margin, 1, false, "--margin 2pp"}, {"discordance", discordance, 1, true, "--discordance 0.06"}, {"alpha", f.alpha, 0.5, false, "--alpha 0.05"}, {"power", f.power, 1, false, "--power 0.8"}} {
		if !(c.value > 0 && (c.value < c.high || c.inclusive && c.value == c.high)) {
			return usage("%s is %g, must be between 0 and %g", c.name, c.value, c.high).withHint("write it as %s", c.whatToType)
		}
	}
	if f.items < 0 || f.items > 100_000 {
		return usage("items is %d, must be between 1 and 100000", f.items)
	}
	p := powerPlan{Margin: margin, Discordance: discordance, Alpha: f.alpha, Power: f.power, Items: f.items, Budgets: budgets}
	p.ToPass = int(stats.NonInferiorityItems(discordance, 0, margin, f.alpha, f.power))
	if n := stats.McNemarItems(discordance, margin, f.alpha, f.power); !math.IsNaN(n) {
		p.ToFind = int(n)
	}
	if p.Items == 0 {
		p.Items = p.ToPass
	}
	p.Smallest = stats.NonInferiorityMargin(discordance, float64(p.Items), f.alpha, f.power)
	for _, part := range []float64{0, 0.5, 1, 1.5, 2, 3} {
		loss := part * margin
		if loss <= discordance && p.Items <= 20_000 {
			p.Odds = append(p.Odds, powerOdds{loss, reports.Figure(stats.McNemarPower(p.Items, discordance, loss, f.alpha)), gate.OddsOf(p.Items, discordance, loss, margin, f.alpha)})
		}
	}
	if f.json {
		return a.printJSON(p)
	}
	return a.tellPower(p, f.price)
}

func (a *app) tellPower(p powerPlan, price float64) error {
	percent := func(x float64) string { return strconv.FormatFloat(100*x, 'f', 1, 64) }
	fmt.Fprintf(a.stdout, "margin %s points, discordance %s %%, alpha %g, power %s %%\n", percent(p.Margin), percent(p.Discordance), p.Alpha, percent(p.Power))
	fmt.Fprintf(a.stdout, "for equal runs to pass:            %d items\n", p.ToPass)
	if p.ToFind > 0 {
		fmt.Fprintf(a.stdout, "for McNemar's two-sided test to find a loss of %s points: %d items\n", percent(p.Margin), p.ToFind)
	}
	fmt.Fprintf(a.stdout, "smallest margin that %d items suffice for: %s points\n", p.Items, percent(p.Smallest))
	if len(p.Odds) > 0 {
		g := reports.Grid{Title: fmt.Sprintf("Chances with %d independent items, %%", p.Items), Head: []string{"true loss, points", "PASS", "FAIL", "INCONCLUSIVE", "McNemar finds it"}}
		for _, o := range p.Odds {
			g.Rows = append(g.Rows, []string{percent(o.Loss), percent(o.Pass), percent(o.Fail), percent(o.Inconclusive), percent(float64(o.McNemar))})
		}
		if err := g.Terminal(a.stdout); err != nil {
			return err
		}
	}
	if len(p.Budgets) == 0 {
		return nil
	}
	g := reports.Grid{Title: "What it would take", Head: []string{"repeats", "items", "trials", "minutes", "output tokens"}, Foot: "At the pace and length of this run, over all of its arms."}
	if price > 0 {
		g.Head = append(g.Head, "money")
	}
	for _, b := range p.Budgets {
		row := []string{strconv.Itoa(b.Repeats), strconv.Itoa(b.Items), strconv.Itoa(b.Trials), strconv.FormatFloat(b.Minutes, 'f', 1, 64), strconv.FormatFloat(b.OutputTokens, 'f', 0, 64)}
		if price > 0 {
			row = append(row, strconv.FormatFloat(b.OutputTokens/1e6*price, 'f', 2, 64))
		}
		g.Rows = append(g.Rows, row)
	}
	return g.Terminal(a.stdout)
}
