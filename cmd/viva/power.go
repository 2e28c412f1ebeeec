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
decision. They are the chances of the gate's own rule, interval and all, which takes more
items than the usual formula where few of them change. With a RUN it takes the discordance
from the run's repeats, or from a pair with --baseline, and adds the trials, minutes and
tokens that asking would take.`,
		Example: `  viva power --margin 2pp --discordance 0.06
  viva power --margin 5pp --discordance 0.10 --items 250
  viva power latest --baseline viva-baseline.jsonl --margin 3pp`,
		Args: takes(0, 1, "at most one run"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				if f.baseline != "" || f.arm != "" || f.price != 0 {
					return usage("--baseline, --arm and --price go with a run").withHint("viva power RUN --baseline …")
				}
				return a.plan(f, nil, nil)
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
	s := gate.SpreadOf(head, base, arm, costOfFalse)
	if s.Items == 0 {
		return usage("run %s has nothing scored in the arm %q", head.Run.ID, arm)
	}
	if f.discordance == "" {
		f.discordance = strconv.FormatFloat(s.Changes.Share(), 'g', 4, 64)
		a.say("%s: discordance %s, %s", arm, f.discordance, s.Source)
	} else if d, err := gate.ParseShare(f.discordance); err == nil && d > 0 && d <= 1 {
		s = s.Supposing(d)
	}
	if f.items == 0 {
		f.items = max(1, int(math.Round(s.Effective)))
	}
	return a.plan(f, &s, func(margin float64) []gate.Budget {
		return gate.Budgets(head, s, costOfFalse, margin, f.alpha, f.power)
	})
}

// costOfFalse is what a false answer costs in the penalised score that is planned for.
const costOfFalse = 1

// powerPlan is what viva power says.
type powerPlan struct {
	Margin      float64      `json:"margin"`
	Discordance float64      `json:"discordance"`
	Alpha       float64      `json:"alpha"`
	Power       float64      `json:"power"`
	ToPass      int          `json:"items_for_equal_runs_to_pass"` // of a yes-or-no measure; 0, here and below: more than can be planned for
	Scored      []scoredPlan `json:"penalised_score"`
	ToFind      int          `json:"items_to_find_a_loss_of_the_margin"` // McNemar, two-sided; 0: the discordance is less than the margin
	Items       int          `json:"items"`                              // 0: as many as equal runs need to pass, which is more than can be planned for
	// Smallest is the margin that equal runs clear with so many items, of a yes-or-no measure; null for none under 1.
	Smallest reports.Figure `json:"smallest_margin"`
	Odds     []powerOdds    `json:"odds"` // of the rule with so many items; empty where there are none or too many to sum over
	Budgets  []gate.Budget  `json:"budgets,omitempty"`
}

// scoredPlan plans for the penalised score, whose items change by one point or by two.
type scoredPlan struct {
	Changes  gate.Changes   `json:"changes"` // shares of items
	Words    string         `json:"words"`
	ToPass   int            `json:"items_for_equal_runs_to_pass"`
	Smallest reports.Figure `json:"smallest_margin"`
}

type powerOdds struct {
	Loss    float64        `json:"loss"`
	McNemar reports.Figure `json:"mcnemar"` // power of the exact two-sided test
	gate.Odds
}

// plan computes what was asked for and tells it. s is what a run shows, nil without one.
func (a *app) plan(f powerFlags, s *gate.Spread, budgets func(margin float64) []gate.Budget) error {
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
	if !(f.price >= 0) || math.IsInf(f.price, 0) {
		return usage("price is %g, must not be negative", f.price).withHint("--price 2.50: money per million output tokens")
	}
	if f.items < 0 || f.items > 100_000 {
		return usage("items is %d, must be between 1 and 100000", f.items)
	}
	p := powerPlan{Odds: []powerOdds{}, Margin: margin, Discordance: discordance, Alpha: f.alpha, Power: f.power, Items: f.items}
	p.ToPass = gate.Enough(discordance, margin, f.alpha, f.power)
	if n := stats.McNemarItems(discordance, margin, f.alpha, f.power); !math.IsNaN(n) {
		p.ToFind = int(n)
	}
	if p.Items == 0 {
		p.Items = p.ToPass
	}
	p.Smallest = reports.Figure(gate.SmallestMargin(p.Items, discordance, f.alpha, f.power))
	worlds := []scoredPlan{{Changes: gate.Changes{RightSilent: discordance}, Words: "if items change between right and silent"},
		{Changes: gate.Changes{RightFalse: discordance}, Words: "if they change between right and false"}}
	if s != nil {
		worlds = []scoredPlan{{Changes: s.Changes, Words: "with changes like those of the run"}}
	}
	for _, w := range worlds {
		w.ToPass = gate.EnoughScored(w.Changes, costOfFalse, margin, f.alpha, f.power)
		w.Smallest = reports.Figure(gate.SmallestScoredMargin(p.Items, w.Changes, costOfFalse, f.alpha, f.power))
		p.Scored = append(p.Scored, w)
	}
	if budgets != nil {
		p.Budgets = budgets(margin)
	}
	for _, part := range []float64{0, 0.5, 1, 1.5, 2, 3} {
		loss := part * margin
		if loss <= discordance && p.Items > 0 && p.Items <= 20_000 {
			p.Odds = append(p.Odds, powerOdds{loss, reports.Figure(stats.McNemarPower(p.Items, discordance, loss, f.alpha)), gate.OddsOf(p.Items, discordance, loss, margin, f.alpha)})
		}
	}
	if f.json {
		return a.printJSON(p)
	}
	return a.tellPower(p, f.price)
}

// itemsOf writes a number of items that may be beyond planning.
func itemsOf(n int) string {
	if n == 0 {
		return "more items than can be planned for"
	}
	return fmt.Sprintf("%d items", n)
}

func (a *app) tellPower(p powerPlan, price float64) error {
	percent := func(x float64) string { return strconv.FormatFloat(100*x, 'f', 1, 64) }
	fmt.Fprintf(a.stdout, "margin %s points, discordance %s %%, alpha %g, power %s %%\n", percent(p.Margin), percent(p.Discordance), p.Alpha, percent(p.Power))
	fmt.Fprintln(a.stdout, "for equal runs to pass:")
	fmt.Fprintf(a.stdout, "  a yes-or-no measure: %s\n", itemsOf(p.ToPass))
	for _, w := range p.Scored {
		fmt.Fprintf(a.stdout, "  the penalised score: %s %s\n", itemsOf(w.ToPass), w.Words)
	}
	if p.ToFind > 0 {
		fmt.Fprintf(a.stdout, "for McNemar's two-sided test to find a loss of %s points: %d items\n", percent(p.Margin), p.ToFind)
	}
	if p.Items > 0 {
		fmt.Fprintf(a.stdout, "smallest margin that %d items suffice for: %s points", p.Items, p.Smallest.Percent())
		for i, w := range p.Scored {
			if i > 0 {
				fmt.Fprintf(a.stdout, " or %s", w.Smallest.Percent())
			} else {
				fmt.Fprintf(a.stdout, "; of the penalised score %s", w.Smallest.Percent())
			}
		}
		fmt.Fprintln(a.stdout)
	}
	if len(p.Odds) > 0 {
		g := reports.Grid{Title: fmt.Sprintf("Chances of the rule of a yes-or-no measure with %d independent items, %%", p.Items), Head: []string{"true loss, points", "PASS", "FAIL", "INCONCLUSIVE", "McNemar finds it"}}
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
