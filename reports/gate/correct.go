package gate

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/viva-eval/viva/internal/stats"
	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/scorers"
)

// Correction is a figure of one arm as the judge has it and as labels correct it.
type Correction struct {
	Arm     string         `json:"arm"`
	Measure Measure        `json:"measure"`
	Paired  bool           `json:"paired"` // the difference of the run from its baseline
	Judged  reports.Figure `json:"judged"`
	Value   reports.Figure `json:"corrected"`
	Low     reports.Figure `json:"low"` // of the two-sided interval at 95 %
	High    reports.Figure `json:"high"`
	Labels  int            `json:"labels"`
	Units   int            `json:"units"`
	Judge   Judge          `json:"judge"` // over the labels of this arm
}

// Judge says how well a judge tells right from wrong, against labels, each weighed by how many units it stands for.
type Judge struct {
	Labels      int            `json:"labels"`
	Sensitivity reports.Figure `json:"sensitivity"` // of those that are so, the share that the judge calls so
	Specificity reports.Figure `json:"specificity"` // of those that are not, the share that the judge calls not so
	// Pooled says that the arm's labels are all of one kind, so that the other figure is that of all arms together.
	Pooled bool `json:"pooled"`
	tally  [4]float64
}

// rates computes both figures from weighed counts: so, called so, not so, called not so.
func rates(t [4]float64) (sensitivity, specificity reports.Figure) {
	return reports.Figure(t[1] / t[0]), reports.Figure(t[3] / t[2])
}

// LeastYouden is the least sensitivity + specificity − 1 at which a judge is relied on.
const LeastYouden = 0.3

// Reliable says why a judge is not to be relied on, nil if it is: it takes 50 labels, of both kinds, and a judge that tells them apart.
func (j Judge) Reliable() error {
	switch {
	case j.Labels < stats.LeastLabels:
		return fmt.Errorf("%d labels, and it takes %d to know a judge", j.Labels, stats.LeastLabels)
	case !j.Sensitivity.Defined() || !j.Specificity.Defined():
		return fmt.Errorf("all labels are of one kind: they do not show whether the judge tells the two apart")
	case j.Sensitivity+j.Specificity-1 < LeastYouden:
		return fmt.Errorf("sensitivity + specificity − 1 is %.2f, under %g: the judge hardly tells right from wrong", float64(j.Sensitivity+j.Specificity-1), LeastYouden)
	}
	return nil
}

// Rely says why the scorer of a run is not to be relied on by rules, nil if it is: in every arm that a rule is about, labels must show it to be
// [Judge.Reliable].
func Rely(rules Rules, head baseline.Baseline, labels []Label) error {
	known := map[string]Judge{}
	for _, c := range Correct(head, nil, labels) {
		if c.Measure == Accuracy {
			known[c.Arm] = c.Judge
		}
	}
	for _, arm := range rules.Judged() {
		if err := known[arm].Reliable(); err != nil {
			return fmt.Errorf("arm %s: %w", arm, err)
		}
	}
	return nil
}

// Judged lists the arms whose verdicts the rules rest on, in the order of the rules.
func (r Rules) Judged() []string {
	arms := []string{}
	for _, rule := range r.Rules {
		d, _ := rule.Measure.look()
		if d.seconds || rule.Measure == Failed {
			continue // asks for no verdict
		}
		if !slices.Contains(arms, rule.Arm) {
			arms = append(arms, rule.Arm)
		}
		if d.twoArms && !slices.Contains(arms, closedBook) {
			arms = append(arms, closedBook)
		}
	}
	return arms
}

// Correct corrects accuracy, hallucination and the penalised score of each arm by a person's labels, and with a baseline their paired
// differences, by prediction-powered inference with power tuning (PPI++; see [stats.PPI]) within the two strata from which [Choose] drew, weighed by
// their sizes. Labels for other runs or items are passed over. A stratum in which no label departs from the judge is given the spread of
// one that does.
func Correct(head baseline.Baseline, base *baseline.Baseline, labels []Label) []Correction {
	given := map[string]scorers.Verdict{}
	for _, l := range labels {
		if l.Label != scorers.Unscored {
			given[l.ID] = l.Label
		}
	}
	var list []Correction
	all := units(head, base)
	var arms []string
	for _, u := range all {
		if len(arms) == 0 || arms[len(arms)-1] != u.arm {
			arms = append(arms, u.arm)
		}
	}
	for _, arm := range arms {
		for _, m := range []Measure{Accuracy, Hallucination, Penalised} {
			if c, ok := correct(all, given, head.Run.ID, baseID(base), arm, m); ok {
				list = append(list, c)
			}
		}
	}
	for _, m := range []Measure{Accuracy, Hallucination, Penalised} {
		var all [4]float64
		for _, c := range list {
			if c.Measure == m {
				for i, x := range c.Judge.tally {
					all[i] += x
				}
			}
		}
		sensitivity, specificity := rates(all)
		for i := range list {
			j := &list[i].Judge
			if list[i].Measure != m || j.Sensitivity.Defined() && j.Specificity.Defined() {
				continue
			}
			j.Pooled = true
			if !j.Sensitivity.Defined() {
				j.Sensitivity = sensitivity
			}
			if !j.Specificity.Defined() {
				j.Specificity = specificity
			}
		}
	}
	return list
}

func baseID(base *baseline.Baseline) string {
	if base == nil {
		return ""
	}
	return base.Run.ID
}

// scoreOf is what a verdict is worth to a measure.
func scoreOf(m Measure, v scorers.Verdict) float64 {
	switch {
	case v == scorers.Correct && m != Hallucination, v == scorers.Incorrect && m == Hallucination:
		return 1
	case v == scorers.Incorrect && m == Penalised:
		return -1
	}
	return 0
}

// stratum collects one stratum of one arm.
type stratum struct {
	labels, judged, unlabelled []float64
	size                       int
	sum                        float64 // of all judged scores
}

func correct(all []unit, given map[string]scorers.Verdict, run, before, arm string, m Measure) (Correction, bool) {
	nan := reports.Undefined()
	c := Correction{Arm: arm, Measure: m, Paired: before != "", Judged: nan, Value: nan, Low: nan, High: nan, Judge: Judge{Sensitivity: nan, Specificity: nan}}
	var strata [2]stratum
	type seen struct {
		truly, judged bool
		sure          bool
	}
	var told []seen
	for _, u := range all {
		if u.arm != arm || m == Accuracy && !u.answerable {
			continue
		}
		s := &strata[one(u.sure())]
		y, labelled := given[LabelID(run, arm, u.item)]
		judged, truth := scoreOf(m, u.head), scoreOf(m, y)
		if u.paired {
			z, also := given[LabelID(before, arm, u.item)]
			labelled = labelled && also
			judged -= scoreOf(m, u.base)
			truth -= scoreOf(m, z)
			if labelled {
				told = append(told, seen{kind(m, z), kind(m, u.base), u.sure()})
			}
		}
		s.size++
		s.sum += judged
		if !labelled {
			s.unlabelled = append(s.unlabelled, judged)
			continue
		}
		s.labels, s.judged = append(s.labels, truth), append(s.judged, judged)
		told = append(told, seen{kind(m, y), kind(m, u.head), u.sure()})
		c.Labels++
	}
	c.Units = strata[0].size + strata[1].size
	if c.Units == 0 || c.Labels == 0 {
		return c, false
	}
	// How well the judge tells: labels weigh as many units as they stand for.
	c.Judge.Labels = len(told)
	for _, t := range told {
		s := strata[one(t.sure)]
		w := float64(s.size) / float64(len(s.labels))
		if t.truly {
			c.Judge.tally[0] += w
			c.Judge.tally[1] += w * float64(one(t.judged))
		} else {
			c.Judge.tally[2] += w
			c.Judge.tally[3] += w * float64(one(!t.judged))
		}
	}
	c.Judge.Sensitivity, c.Judge.Specificity = rates(c.Judge.tally)
	c.Judged = reports.Figure((strata[0].sum + strata[1].sum) / float64(c.Units))

	// A stratum with hardly a label says nothing of the rest of it: then there is one.
	for i, s := range strata {
		if len(s.unlabelled) > 0 && len(s.labels) < 2 {
			strata[1-i].join(s)
			strata[i] = stratum{}
		}
	}
	value, variance := 0.0, 0.0
	for _, s := range strata {
		if s.size == 0 {
			continue
		}
		v, se := s.estimate()
		w := float64(s.size) / float64(c.Units)
		value += w * v
		variance += w * w * se * se
	}
	if math.IsNaN(value) {
		return c, true
	}
	c.Value = reports.Figure(value)
	if c.Labels >= stats.LeastLabels {
		half := distuv.UnitNormal.Quantile(0.5+reports.Confidence/2) * math.Sqrt(variance)
		least := 0.0
		if c.Paired || m == Penalised {
			least = -1
		}
		if c.Paired && m == Penalised {
			least = -2
		}
		c.Low, c.High = reports.Figure(math.Max(value-half, least)), reports.Figure(math.Min(value+half, math.Max(1, -least)))
	}
	return c, true
}

// kind is what sensitivity and specificity are about: right answers, or false ones.
func kind(m Measure, v scorers.Verdict) bool {
	if m == Hallucination {
		return v == scorers.Incorrect
	}
	return v == scorers.Correct
}

func (s *stratum) join(o stratum) {
	s.labels, s.judged = append(s.labels, o.labels...), append(s.judged, o.judged...)
	s.unlabelled = append(s.unlabelled, o.unlabelled...)
	s.size += o.size
	s.sum += o.sum
}

// estimate is the corrected mean of a stratum and its standard error; NaN where it holds unlabelled units and fewer than two labels.
func (s stratum) estimate() (value, se float64) {
	n := float64(len(s.labels))
	if len(s.unlabelled) == 0 { // every unit is labelled: nothing is left to infer
		sum := 0.0
		for _, y := range s.labels {
			sum += y
		}
		se := stats.StandardError(s.labels)
		if math.IsNaN(se) {
			se = 0
		}
		return sum / n, math.Max(se, floor(n))
	}
	if n < 2 {
		return math.NaN(), math.NaN()
	}
	p := stats.PPI(s.labels, s.judged, s.unlabelled, math.NaN())
	return p.Value, math.Max(p.SE, floor(n))
}

// floor is the standard error of a mean of n labels of which one more departs.
func floor(n float64) float64 { return math.Sqrt((1 / (n + 2)) * (1 - 1/(n+2)) / n) }

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
