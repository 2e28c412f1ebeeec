package reports

import (
	"slices"

	"github.com/viva-eval/viva/internal/stats"
	"github.com/viva-eval/viva/scorers"
)

// Pair sets an arm against the closed book, trial by trial: the same item, stage and repeat.
type Pair struct {
	Arm  string `json:"arm"`
	Base string `json:"base"`
	// Table counts the pairs of answerable items: rows are the base, columns the arm, each Correct, neither, Incorrect. TableAll
	// counts those of all items.
	Table    [3][3]int `json:"table"`
	TableAll [3][3]int `json:"table_all"`
	// Partials among the "neither" of Table, on either side.
	BasePartial int `json:"base_partial"`
	ArmPartial  int `json:"arm_partial"`
	// Dropped pairs, of all items: a side was unscored, or brought no whole answer, or was not asked. Unscored sides are a debt: they widen
	// the bounds of lift and of the rates below.
	DroppedUnscored int `json:"dropped_unscored"`
	DroppedFailed   int `json:"dropped_failed"`

	N    int   `json:"n"`    // pairs in Table
	Lift Score `json:"lift"` // rescue − harm, with Tango's interval
	// The bounds of the two are over all pairs but the failed, as those of lift are, and need not hold the value.
	Rescue  Rate   `json:"rescue"` // of all pairs: wrong or silent with the book closed, right with the pages
	Harm    Rate   `json:"harm"`   // of all pairs: right with the book closed, not with the pages
	McNemar Figure `json:"mcnemar_p"`
	// The rates below are conditional. RescueRate: of what the closed book missed. HarmRate: of what it had right, now false.
	RescueRate Rate `json:"rescue_rate"`
	HarmRate   Rate `json:"harm_rate"`
	// Induced hallucination, over all items: of what the closed book did not get wrong, now false.
	Induced Rate `json:"induced_hallucination"`
	// OverAbstention: of what the closed book had right, now withheld or partial.
	OverAbstention Rate `json:"over_abstention"`
	// Suppressed pairs of answerable items: false with the book closed, no longer false.
	Suppressed int `json:"suppressed"`
}

// side places a verdict in a 3×3 table. Partial stands with the abstentions.
func side(v scorers.Verdict) int {
	switch v {
	case scorers.Correct:
		return 0
	case scorers.Incorrect:
		return 2
	default:
		return 1
	}
}

// pairUp compares an arm with the base.
func pairUp(base, arm *tally) Pair {
	p := Pair{Arm: arm.arm, Base: base.arm}
	var lift, rescue, harm, rescueRate, harmRate, induced, over sample
	var least, most swing
	for _, c := range arm.cells {
		other := base.byItem[c.item.id]
		if other == nil {
			p.DroppedFailed += len(c.slots)
			continue
		}
		var table [3][3]int
		var debts [4][4]int // pairs with an unscored side, in the order of Table with unknown behind
		for i := range c.slots {
			s := &c.slots[i]
			b := other.find(s)
			switch {
			case b == nil || !b.status.Answered() || !s.status.Answered():
				p.DroppedFailed++
				continue
			case b.verdict == scorers.Unscored || s.verdict == scorers.Unscored:
				p.DroppedUnscored++
				debts[known(b.verdict)][known(s.verdict)]++
				if c.item.answerable {
					least.add(known(b.verdict), known(s.verdict), 0, 1)
					most.add(known(b.verdict), known(s.verdict), 1, 0)
				}
				continue
			}
			table[side(b.verdict)][side(s.verdict)]++
			if c.item.answerable {
				p.BasePartial += one(b.verdict == scorers.Partial)
				p.ArmPartial += one(s.verdict == scorers.Partial)
			}
		}
		add(&p.TableAll, table)
		source := c.item.source
		induced.add(source, table[0][2]+table[1][2], 0, row(table, 0)+row(table, 1), owed(debts, []int{0, 1}, []int{2}))
		if !c.item.answerable {
			continue
		}
		add(&p.Table, table)
		n := row(table, 0) + row(table, 1) + row(table, 2)
		rescued, harmed := table[1][0]+table[2][0], table[0][1]+table[0][2]
		every, right, missed := []int{0, 1, 2}, []int{0}, []int{1, 2}
		unknowns := owed(debts, every, every)
		lift.add(source, rescued, harmed, n, unknowns)
		rescue.idle += unknowns - owed(debts, missed, right)
		harm.idle += unknowns - owed(debts, right, missed)
		rescue.add(source, rescued, 0, n, owed(debts, missed, right))
		harm.add(source, harmed, 0, n, owed(debts, right, missed))
		rescueRate.add(source, rescued, 0, row(table, 1)+row(table, 2), owed(debts, missed, right))
		harmRate.add(source, table[0][2], 0, row(table, 0), owed(debts, right, []int{2}))
		over.add(source, table[0][1], 0, row(table, 0), owed(debts, right, []int{1}))
		p.Suppressed += table[2][0] + table[2][1]
	}
	p.N = lift.n
	p.Lift = lift.score(least, most)
	p.Rescue, p.Harm = rescue.rate(), harm.rate()
	p.RescueRate, p.HarmRate = rescueRate.rate(), harmRate.rate()
	p.Induced, p.OverAbstention = induced.rate(), over.rate()
	p.McNemar = Undefined()
	if p.N > 0 {
		exact, _ := stats.McNemar(p.Lift.Plus, p.Lift.Minus)
		p.McNemar = Figure(exact)
	}
	return p
}

// owed counts the pairs with an unscored side that could lie in the given rows and columns.
func owed(debts [4][4]int, rows, columns []int) int {
	n := 0
	for i := range debts {
		for j := range debts[i] {
			if (i == unknown || slices.Contains(rows, i)) && (j == unknown || slices.Contains(columns, j)) {
				n += debts[i][j]
			}
		}
	}
	return n
}

// unknown is the side of an unscored verdict.
const unknown = 3

// known is the side of a verdict, unknown for an unscored one.
func known(v scorers.Verdict) int {
	if v == scorers.Unscored {
		return unknown
	}
	return side(v)
}

// add enters a pair, reading an unknown arm as right if armRight is 1 and an unknown base as right if baseRight is 1.
func (s *swing) add(base, arm, armRight, baseRight int) {
	right := func(side, guess int) int {
		if side == unknown {
			return guess
		}
		return one(side == 0)
	}
	switch right(arm, armRight) - right(base, baseRight) {
	case 1:
		s.plus++
	case -1:
		s.minus++
	}
}

// find returns the slot of the same stage and repeat, nil when there is none.
func (c *cell) find(like *slot) *slot {
	for i := range c.slots {
		if s := &c.slots[i]; s.repeat == like.repeat && s.load == like.load {
			return s
		}
	}
	return nil
}

func row(t [3][3]int, i int) int { return t[i][0] + t[i][1] + t[i][2] }

func add(sum *[3][3]int, t [3][3]int) {
	for i := range t {
		for j := range t[i] {
			sum[i][j] += t[i][j]
		}
	}
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
