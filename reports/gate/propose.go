package gate

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/runners"
)

// Proposal is a set of rules, each with the reason for it.
type Proposal struct {
	Rules   Rules
	Reasons []string // of the rules, in their order
}

// The discordance taken for granted where nothing says how often two runs disagree, and the least that is believed of what was seen.
const (
	assumedDiscordance = 0.10
	leastDiscordance   = 0.02
)

// Spread is how much two runs of equal worth differ in the penalised score.
type Spread struct {
	Changes   Changes
	Effective float64 // independent items
	Items     int
	Source    string // where Changes come from, for people
	// Once are the changes of items asked once, known where a run has repeats.
	Once Changes
}

// SpreadOf measures the spread in one arm: from a pair of runs where another is at hand, from the repeats of the run where it has some,
// else by assumption. Only a pair shows whether items of one source change together; without one, items count in full.
func SpreadOf(b baseline.Baseline, other *baseline.Baseline, arm string, k float64) Spread {
	r := Rule{Measure: Penalised, Arm: arm, K: k}
	s := take(&b, r, asScored)
	spread := Spread{Items: len(s.cells), Effective: float64(len(s.cells))}
	if other != nil {
		if p := pair(take(other, r, asScored), s); len(p.head) > 0 {
			table, effective := p.table(k)
			spread.Changes, spread.Effective, spread.Items = between(credible(table)), effective, len(p.head)
			spread.Source = fmt.Sprintf("as the two runs differ on %s of the items", percent(spread.Changes.Share()))
			return spread
		}
	}
	items := 0
	var once Changes
	for _, c := range s.cells {
		if c.repeats < 2 {
			continue
		}
		// Two repeats of an item, drawn without putting one back, stand on x and y with chance 2xy n/(n − 1).
		unlike := 2 * float64(c.repeats) / float64(c.repeats-1)
		once.RightSilent += unlike * c.at[up] * c.at[level]
		once.RightFalse += unlike * c.at[up] * c.at[down]
		once.SilentFalse += unlike * c.at[level] * c.at[down]
		items++
	}
	if items > 0 {
		spread.Once = once.times(1 / float64(items))
		if missing := leastDiscordance - spread.Once.Share(); missing > 0 {
			spread.Once.RightSilent += missing
		}
		spread.Changes, spread.Effective = spread.repeated(s.cells[0].repeats)
		spread.Source = fmt.Sprintf("as two repeats of an item differ on %s of them", percent(spread.Once.Share()))
		return spread
	}
	spread.Changes = Changes{RightSilent: assumedDiscordance}
	spread.Source = fmt.Sprintf("taking for granted that %s of the items change by one point between runs of equal worth", percent(assumedDiscordance))
	return spread
}

// Supposing is the spread with changes of the same kinds on another share of the items.
func (s Spread) Supposing(discordance float64) Spread {
	s.Changes, s.Once, s.Source = s.Changes.times(discordance/s.Changes.Share()), Changes{}, ""
	return s
}

// repeated is what the spread of items asked once comes to when they are asked so often: how many independent pairs they are worth, and how much
// these change. It takes items that waver to do so evenly: the mean of K repeats then differs by E|X − K|/K, with X ~ Binomial(2K, ½), where one
// differs by ½, while its variance falls by K.
func (s Spread) repeated(repeats int) (Changes, float64) {
	k := float64(repeats)
	worth := 2 * k // 2 E|X − K| = 2K C(2K, K)/4ᴷ
	for i := 1.0; i <= k; i++ {
		worth *= (2*i - 1) / (2 * i)
	}
	return s.Once.times(worth / k), float64(s.Items) * worth
}

// MarginFor is the margin that a gate over so many items can decide: the smallest, in tenths of a point, that equal runs clear with the stated power by the
// rule's own chances; at least one point and at most twenty.
func MarginFor(s Spread, k, alpha float64) float64 {
	m := SmallestScoredMargin(int(s.Effective), s.Changes, k, alpha, Power)
	if math.IsNaN(m) {
		return 0.20
	}
	return min(max(math.Ceil(m*1000-1e-6)/10/100, 0.01), 0.20)
}

// Propose writes sensible rules for a baseline: the penalised score of each arm not worse within a margin that its size can decide; a cap on
// induced hallucination; no language, domain or skill with enough items worse; and for measured baselines the 95th percentile of the time to the first token. other
// may be a second run of the same target, which shows how much runs differ by themselves.
func Propose(b baseline.Baseline, other *baseline.Baseline) (Proposal, error) {
	if err := sound(b); err != nil {
		return Proposal{}, err
	}
	if other != nil {
		if err := comparable(b, *other); err != nil {
			return Proposal{}, err
		}
	}
	p := Proposal{Rules: Rules{Alpha: DefaultAlpha}}
	add := func(r Rule, reason string, args ...any) {
		p.Rules.Rules = append(p.Rules.Rules, r)
		p.Reasons = append(p.Reasons, fmt.Sprintf(reason, args...))
	}
	arms := b.Arms()
	main := mainArm(arms)
	slices.SortStableFunc(arms, func(x, y string) int { // the arm that counts first
		switch {
		case x == main && y != main:
			return -1
		case y == main && x != main:
			return 1
		}
		return 0
	})
	for _, arm := range arms {
		r := Rule{Name: "score, " + arm, Measure: Penalised, Arm: arm, K: 1, Tier: Critical}
		if len(take(&b, r, asScored).cells) == 0 {
			continue
		}
		s := SpreadOf(b, other, arm, 1)
		r.Promise = Promise{Kind: NonInferior, Value: MarginFor(s, r.K, p.Rules.Alpha)}
		if arm != main {
			r.Tier = Supporting
		}
		add(r, "%s: the smallest that runs of equal worth clear with power %.0f %% over %d items%s, %s", points(r.Promise.Value), Power*100, s.Items, worth(s), s.Source)
	}
	if main != closedBook && slices.Contains(arms, closedBook) {
		r := Rule{Name: "induced hallucination, " + main, Measure: Induced, Arm: main, K: 1, Tier: Critical}
		d, _ := r.Measure.look()
		if s := take(&b, r, asHigh); len(s.cells) > 0 { // unscored trials count against it, as they will in the gate
			e := own(s.cells, d, 1)
			z := distuv.UnitNormal.Quantile(1-p.Rules.Alpha) + distuv.UnitNormal.Quantile(Power)
			limit := math.Ceil(e.interval(2*distuv.UnitNormal.CDF(z)-1, 1).High*100-1e-9) / 100
			if r.Promise = (Promise{Kind: AtMost, Value: limit}); limit < 1 {
				add(r, "the baseline has %s over %d items; a run that is as good stays under %s with power %.0f %%", percent(e.value), e.items, percent(limit), Power*100)
			}
		}
	}
	if by, large := gatingDimensions(b, main); len(by) > 0 {
		add(Rule{Name: "no " + either(by) + " worse, " + main, Measure: Penalised, Arm: main, K: 1, Tier: Supporting, Promise: Promise{Kind: NotWorse, By: by}},
			"an average can hide a %s that got worse: %d slices have %d items and more; Holm's adjustment keeps the chance of a false alarm over all of them at %g",
			either(by), large, leastGating, p.Rules.Alpha)
	}
	if b.Measured() {
		for _, arm := range arms {
			if arm == main {
				add(Rule{Name: "time to first token, " + arm, Measure: FirstTokenP95, Arm: arm, K: 1, Tier: Supporting, Promise: Promise{Kind: RatioAtMost, Value: 1.10}},
					"measured under a fixed load; ten per cent is about what a user does not notice")
			}
		}
	}
	return p, nil
}

// worth says for how many independent items those of a spread count, where it is not their number.
func worth(s Spread) string {
	if effective := math.Round(s.Effective); int(effective) != s.Items {
		return fmt.Sprintf(" (worth %.0f independent ones)", effective)
	}
	return ""
}

// MainArm is the arm of a run that is nearest to what users meet: retrieved, else oracle, else the first with pages.
func MainArm(b baseline.Baseline) string { return mainArm(b.Arms()) }

// mainArm is the arm that is nearest to what users meet.
func mainArm(arms []string) string {
	for _, nearest := range []string{runners.Retrieved, runners.Oracle} {
		if i := slices.IndexFunc(arms, func(a string) bool { return runners.BaseArm(a) == nearest }); i >= 0 {
			return arms[i]
		}
	}
	for _, a := range arms {
		if a != closedBook {
			return a
		}
	}
	return closedBook
}

// leastGating is the fewest items of a slice for whose sake a dimension is proposed: among ten slices of so many, a loss of about 30 points is
// found with a power of 80 %, if two runs differ on a tenth of the items.
const leastGating = 30

// gatingDimensions lists the dimensions by which the items of an arm fall into at least two slices that are large enough, and counts these.
func gatingDimensions(b baseline.Baseline, arm string) (by []string, large int) {
	for _, d := range dimensions {
		items := map[string]map[string]bool{}
		for i := range b.Records {
			if r := &b.Records[i]; r.Arm == arm {
				v := dimensionOf(r, d)
				if items[v] == nil {
					items[v] = map[string]bool{}
				}
				items[v][r.Item] = true
			}
		}
		n := 0
		for v, in := range items {
			if v != "" && len(in) >= leastGating {
				n++
			}
		}
		if n >= 2 {
			by = append(by, d)
			large += n
		}
	}
	return by, large
}

// WriteYAML writes the rules as a file to be committed, with the reasons as comments. schema is where an editor finds the schema; empty
// for nowhere.
func (p Proposal) WriteYAML(w io.Writer, schema string) error {
	var b strings.Builder
	if schema != "" {
		fmt.Fprintf(&b, "# yaml-language-server: $schema=%s\n", schema)
	}
	b.WriteString("# Rules of viva gate. critical must pass, supporting must not fail, advisory is only told.\n")
	fmt.Fprintf(&b, "alpha: %g\nrules:\n", p.Rules.Alpha)
	for i, r := range p.Rules.Rules {
		if i < len(p.Reasons) && p.Reasons[i] != "" {
			fmt.Fprintf(&b, "  # %s\n", clean(p.Reasons[i]))
		}
		fmt.Fprintf(&b, "  - name: %s\n    measure: %s\n    arm: %s\n", quoted(r.Name), r.Measure, quoted(r.Arm))
		if r.Measure == Penalised {
			fmt.Fprintf(&b, "    k: %g\n", r.K)
		}
		if r.Slice != (Slice{}) {
			var parts []string
			for _, d := range []struct{ name, value string }{{"language", r.Slice.Language}, {"domain", r.Slice.Domain}, {"skill", r.Slice.Skill}} {
				if d.value != "" {
					parts = append(parts, d.name+": "+quoted(d.value))
				}
			}
			fmt.Fprintf(&b, "    slice: {%s}\n", strings.Join(parts, ", "))
		}
		if r.Load != "" {
			fmt.Fprintf(&b, "    load: %s\n", quoted(r.Load))
		}
		value := strings.ReplaceAll(trim(r.Promise.Value*100), "−", "-") + "pp"
		switch r.Promise.Kind {
		case NotWorse:
			if value = r.Promise.By[0]; len(r.Promise.By) > 1 {
				value = "[" + strings.Join(r.Promise.By, ", ") + "]"
			}
		case RatioAtMost:
			value = fmt.Sprintf("%g", r.Promise.Value)
		case AtMost, AtLeast:
			value = strings.TrimSuffix(value, "pp") + "%"
		}
		fmt.Fprintf(&b, "    promise: {%s: %s}\n    tier: %s\n", r.Promise.Kind, value, r.Tier)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// quoted writes a string as YAML, in double quotes.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range clean(s) {
		if r == '"' || r == '\\' {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	b.WriteByte('"')
	return b.String()
}
