package reports

import (
	"encoding/csv"
	"io"
	"strconv"
)

var _ Format = MeasuresCSV

// MeasuresCSV writes one line for each arm (and slice) and measure, in the long form that plotting programs like. Rates are fractions; the
// unit stands in a column of its own. Names are guarded as in [CSV].
func MeasuresCSV(w io.Writer, r Report) error {
	out := csv.NewWriter(w)
	write := func(cells ...string) {
		for i := range cells {
			cells[i] = guard(cells[i])
		}
		_ = out.Write(cells) // the error stays with the writer
	}
	write("run", "target", "suite", "arm", "dimension", "slice", "measure", "unit", "successes", "n", "n_effective", "value", "low", "high", "unscored", "bound_low", "bound_high")
	lead := func(arm, dimension, slice, measure, unit string) []string {
		return []string{r.Run.ID, targetName(r), r.Run.SuiteName, arm, dimension, slice, measure, unit}
	}
	rate := func(arm, dimension, slice, measure string, v Rate) {
		write(append(lead(arm, dimension, slice, measure, "fraction"), strconv.Itoa(v.Successes), strconv.Itoa(v.N), v.NEff.cell(), v.Value.cell(),
			v.Low.cell(), v.High.cell(), strconv.Itoa(v.Unscored), v.BoundLow.cell(), v.BoundHigh.cell())...)
	}
	score := func(arm, measure string, v Score) {
		write(append(lead(arm, "", "", measure, "fraction"), strconv.Itoa(v.Plus-v.Minus), strconv.Itoa(v.N), v.NEff.cell(), v.Value.cell(),
			v.Low.cell(), v.High.cell(), strconv.Itoa(v.Unscored), v.BoundLow.cell(), v.BoundHigh.cell())...)
	}
	single := func(arm, measure, unit string, n int, v Figure) {
		write(append(lead(arm, "", "", measure, unit), "", strconv.Itoa(n), "", v.cell(), "", "", "", "", "")...)
	}
	figure := func(arm, measure string, v Mean) {
		write(append(lead(arm, "", "", measure, "fraction"), "", strconv.Itoa(v.N), v.NEff.cell(), v.Value.cell(), v.Low.cell(), v.High.cell(), "", "", "")...)
	}
	for _, a := range r.Summary.Arms {
		for _, m := range a.rates() {
			rate(a.Name, "", "", m.name, m.rate)
		}
		score(a.Name, "penalised", a.Penalised)
		for _, l := range []struct {
			name string
			p    Percentiles
		}{{"ttft", a.Latency.FirstToken}, {"first_answer_token", a.Latency.FirstAnswerToken}, {"answer", a.Latency.Answer},
			{"tpot", a.Latency.PerToken}, {"retrieval", a.Latency.Retrieval}} {
			single(a.Name, l.name+"_p50", "ms", l.p.N, l.p.P50)
			single(a.Name, l.name+"_p90", "ms", l.p.N, l.p.P90)
			single(a.Name, l.name+"_p99", "ms", l.p.N, l.p.P99)
		}
	}
	for _, p := range r.Summary.Pairs {
		score(p.Arm, "lift", p.Lift)
		rate(p.Arm, "", "", "rescue", p.Rescue)
		rate(p.Arm, "", "", "harm", p.Harm)
		rate(p.Arm, "", "", "induced_hallucination", p.Induced)
		rate(p.Arm, "", "", "rescue_rate", p.RescueRate)
		rate(p.Arm, "", "", "harm_rate", p.HarmRate)
		rate(p.Arm, "", "", "over_abstention", p.OverAbstention)
	}
	for _, w := range r.Summary.Waterfalls {
		for _, b := range w.Losses {
			rate(w.Arm, "", "", "lost_"+string(b.Loss), b.Share)
		}
	}
	for _, t := range r.Summary.Retrievals {
		rate(t.Arm, "", "", "evidence_all_shown", t.EvidenceShown)
		figure(t.Arm, "recall_at_k", t.Recall)
		figure(t.Arm, "ndcg_at_k", t.NDCG)
		figure(t.Arm, "mrr", t.ReciprocalRank)
	}
	for _, e := range r.Summary.Edited {
		rate(e.Arm, "", "", "followed_page", e.Page)
		rate(e.Arm, "", "", "followed_world", e.World)
		rate(e.Arm, "", "", "context_override", e.Override)
	}
	for _, f := range r.Summary.Families {
		rate(f.Name, "", "", "no_degradation_rate", f.NoDegradation)
		rate(f.Name, "", "", "retrieval_size_robustness", f.SizeRobustness)
		figure(f.Name, "retrieval_order_robustness", f.OrderRobustness)
	}
	for _, s := range r.Summary.Slices {
		rate(s.Arm, s.Dimension, s.Value, "accuracy", s.Accuracy)
		rate(s.Arm, s.Dimension, s.Value, "hallucination", s.Hallucination)
		rate(s.Arm, s.Dimension, s.Value, "abstention", s.Abstention)
	}
	out.Flush()
	return out.Error()
}

// namedRate is a rate with the name that columns give it.
type namedRate struct {
	name string
	rate Rate
}

// rates lists an arm's rates.
func (a Arm) rates() []namedRate {
	return []namedRate{
		{"accuracy", a.Accuracy}, {"hallucination", a.Hallucination}, {"abstention", a.Abstention}, {"partial", a.Partial},
		{"correct_given_attempted", a.CorrectGivenAttempted}, {"behaved", a.Behaved}, {"abstention_precision", a.AbstentionPrecision},
		{"abstention_recall", a.AbstentionRecall}, {"omniscience_rate", a.OmniscienceRate},
	}
}
