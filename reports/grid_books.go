package reports

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// crossGrid has the 3×3 table of each pair in a row, and the rates that are conditional on it.
func crossGrid(r Report) grid {
	g := grid{title: "From the closed book (left of the arrow) to the arm, pairs of answerable questions", left: 1,
		head: []string{"arm", "C→C", "C→N", "C→I", "N→C", "N→N", "N→I", "I→C", "I→N", "I→I", "partial", "rescue rate %", "harm rate %", "over-abstention %"}}
	for _, p := range r.Summary.Pairs {
		if edits(p.Arm) {
			continue
		}
		row := []string{p.Arm}
		for _, line := range p.Table {
			for _, n := range line {
				row = append(row, strconv.Itoa(n))
			}
		}
		g.rows = append(g.rows, append(row, fmt.Sprintf("%d→%d", p.BasePartial, p.ArmPartial), p.RescueRate.brief(), p.HarmRate.brief(), p.OverAbstention.brief()))
	}
	g.foot = "C correct, I incorrect, N neither: abstained, or partial (their number closed→arm). rescue rate: right, of what\n" +
		"the closed book missed. harm rate: false, of what it had right. over-abstention: neither, of what it had right."
	return g
}

// lossGrid has a row for each waterfall.
func lossGrid(r Report) grid {
	g := grid{title: "Where answers were lost, % of the answerable questions", left: 1, head: []string{"arm", "n", "right"}}
	for _, l := range Losses() {
		g.head = append(g.head, string(l))
	}
	known := true
	for _, w := range r.Summary.Waterfalls {
		row := []string{w.Arm, strconv.Itoa(w.N), w.Right.brief()}
		for _, b := range w.Losses {
			row = append(row, b.Share.brief())
			known = known && (w.OracleKnown || b.Loss != LossIgnored || b.False == 0 || w.Arm == "oracle")
		}
		g.rows = append(g.rows, row)
	}
	g.foot = "missed: the evidence was not shown. ignored: it was, and another value or a part was given. misled: by noise,\n" +
		"or the value of another page or row. stale: a superseded value. invented: the evidence was not shown, and a value\n" +
		"was given. refused: “not known” beside the evidence."
	if !known {
		g.foot += "\nWithout the arm oracle, what only noise explains stands under ignored."
	}
	return g
}

// abstentionGrid has a row for each arm in which "not known" was due, or said where it matters.
func abstentionGrid(r Report) grid {
	g := grid{title: "Knowing when not to answer", left: 1, head: []string{"arm", "due", "said when due % [95 % CI]", "said", "due when said % [95 % CI]", "right from memory"}}
	if _, truth := speaksOf(r.Summary.Scorer); !truth {
		return g
	}
	for _, a := range r.Summary.Arms {
		recall, precision := a.AbstentionRecall, a.AbstentionPrecision
		if a.Context || recall.N+recall.Unscored+precision.N == 0 {
			continue
		}
		g.rows = append(g.rows, []string{a.Name, recall.of(), recall.interval(), strconv.Itoa(precision.N), precision.interval(), strconv.Itoa(a.Counts.FromMemory)})
	}
	g.foot = "due: nobody could know the answer, or the pages shown do not hold it. from memory: right all the same; counted as correct."
	return g
}

// retrievalGrid has a row for each arm that searches.
func retrievalGrid(r Report) grid {
	g := grid{title: "The retriever, by the evidence", left: 1, head: []string{"arm", "k", "n", "recall@k % [95 % CI]", "nDCG@k %", "MRR %", "all shown % [95 % CI]", "false: shown", "part", "missed", "ms: p50 / p90 / p99"}}
	byText := false
	for _, t := range r.Summary.Retrievals {
		byText = byText || t.ByText
		k := strconv.Itoa(t.K)
		if t.K == 0 {
			k = "–"
		}
		g.rows = append(g.rows, []string{t.Arm, k, strconv.Itoa(t.EvidenceShown.N), t.Recall.interval(), t.NDCG.Value.percent(), t.ReciprocalRank.Value.percent(), t.EvidenceShown.interval(),
			strconv.Itoa(t.WrongShown), strconv.Itoa(t.WrongPart), strconv.Itoa(t.WrongMissed), t.Took.String()})
	}
	g.foot = "recall: share of a question's evidence among the first k passages. false: false answers by how much of the evidence was shown."
	if byText {
		g.foot += "\nWithout recall: pages of another corpus than the evidence; shown is that they state the answer."
	}
	return g
}

// editedGrid has a row for each arm whose pages were edited.
func editedGrid(r Report) grid {
	g := grid{title: "Edited pages: followed the page, or the world?", left: 1,
		head: []string{"arm", "n", "page % [95 % CI]", "world % [95 % CI]", "abstained %", "partial %", "other false %", "override % [95 % CI]", "behaved %", "unscored", "failed"}}
	for _, e := range r.Summary.Edited {
		c := r.arm(e.Arm).Counts
		g.rows = append(g.rows, []string{e.Arm, strconv.Itoa(e.N), e.Page.interval(), e.World.interval(), e.Silent.brief(), e.Partial.brief(), e.OtherFalse.brief(),
			e.Override.interval(), e.Behaved.brief(), strconv.Itoa(c.Unscored), strconv.Itoa(c.Failed)})
	}
	g.foot = "page: the edited value was given. world: the true one. override: the edited value, of what the closed book had right.\n" +
		"The pages are false on purpose: these arms are in no other table of rates."
	return g
}

// familyGrid has a row for each family of several arms.
func familyGrid(r Report) grid {
	g := grid{title: "Steadiness over the number and order of passages", left: 1,
		head: []string{"arms", "of", "no degradation % [95 % CI]", "size % [95 % CI]", "order % [95 % CI]"}}
	for _, f := range r.Summary.Families {
		if len(f.Arms) > 1 {
			g.rows = append(g.rows, []string{f.Name, strconv.Itoa(len(f.Arms)), f.NoDegradation.interval(), f.SizeRobustness.interval(), f.OrderRobustness.interval()})
		}
	}
	g.foot = "no degradation: the pages took no right answer of the closed book away. size: more passages were no worse than fewer.\n" +
		"order: 100 where all orders of the same passages end alike. Answers count as right or not right."
	return g
}

// arm returns an arm by its name, the zero arm when there is none.
func (r Report) arm(name string) Arm {
	for _, a := range r.Summary.Arms {
		if a.Name == name {
			return a
		}
	}
	return Arm{}
}

// plainArms are the arms that tables with a column an arm, and charts with a mark an arm, have room for: those of headline rates, at most six.
// Where there are more, those without parameters go before the others, and those that must abstain behind all.
func (r Report) plainArms() []Arm {
	var list []Arm
	for _, a := range r.Summary.Arms {
		if !a.Context {
			list = append(list, a)
		}
	}
	weight := func(a Arm) int { return one(strings.Contains(a.Name, ":")) + 2*one(mustAbstain(a.Name)) }
	if len(list) > mostArms {
		slices.SortStableFunc(list, func(a, b Arm) int {
			return weight(a) - weight(b)
		})
		list = list[:mostArms]
	}
	return list
}

// mostArms is how many arms stand side by side.
const mostArms = 6
