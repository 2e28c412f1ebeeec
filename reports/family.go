package reports

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

// Family says how steady an examinee is over arms that differ in the number of their passages (k) and in their order (order, at) alone. The
// three rates are those of Cao et al. 2025, with a correct answer as 1 and any other as 0, over answerable items.
type Family struct {
	Name string   `json:"name"` // the arm without k, order and at
	Arms []string `json:"arms"`
	// NoDegradation: of the pairs of a trial with the closed book's, over all arms, those in which the pages took no right answer away.
	NoDegradation Rate `json:"no_degradation_rate"`
	// SizeRobustness: of the trials with more passages, those that are no worse than every one of their question with fewer. Undefined with one k.
	SizeRobustness Rate `json:"retrieval_size_robustness"`
	// OrderRobustness is the mean of 1 − 2σ, σ over the orders of one question's passages: 1 where all orders end alike. Undefined with one
	// order.
	OrderRobustness Mean `json:"retrieval_order_robustness"`
}

// variant is an arm of a family.
type variant struct {
	t     *tally
	k     int    // 0: not stated
	order string // which order its passages stand in
}

// families gathers the arms with pages that were not edited. Without a closed book, and without several sizes or orders, there are none.
func (b *builder) families(base *tally) []Family {
	var names []string
	members := map[string][]variant{}
	for _, t := range b.arms {
		spec, err := runners.ParseArm(t.arm)
		if err != nil || len(t.cells) == 0 || spec.Name == runners.ClosedBook || edits(t.arm) || mustAbstain(t.arm) {
			continue
		}
		order := spec.Get("order")
		if order == "" && spec.Name == runners.Noisy {
			order = "1"
		}
		name := without(spec, "k", "order", "at").String()
		if members[name] == nil {
			names = append(names, name)
		}
		members[name] = append(members[name], variant{t, depthOf(&b.run, spec), order + "/" + spec.Get("at")})
	}
	var list []Family
	for _, name := range names {
		f := Family{Name: name, NoDegradation: noDegradation(base, members[name]), SizeRobustness: sizeRobustness(members[name]), OrderRobustness: orderRobustness(members[name])}
		if f.NoDegradation.N+f.NoDegradation.Unscored == 0 && f.SizeRobustness.N == 0 && f.OrderRobustness.N == 0 {
			continue
		}
		for _, v := range members[name] {
			f.Arms = append(f.Arms, v.t.arm)
		}
		list = append(list, f)
	}
	return list
}

// mustAbstain reports whether an arm's pages lack the answer on purpose.
func mustAbstain(arm string) bool {
	base := runners.BaseArm(arm)
	return base == runners.Distractors || base == runners.Incomplete || base == runners.Stale
}

// without is the arm without some of its parameters.
func without(spec runners.ArmSpec, keys ...string) runners.ArmSpec {
	spec.Params = slices.DeleteFunc(slices.Clone(spec.Params), func(p runners.Param) bool { return slices.Contains(keys, p.Key) })
	return spec
}

// depthOf is the number of passages an arm shows as far as its spelling or the plan says, else 0.
func depthOf(run *runners.Run, spec runners.ArmSpec) int {
	if k, err := strconv.Atoi(spec.Get("k")); err == nil {
		return max(k, 0)
	}
	if spec.Name == runners.Retrieved || spec.Name == runners.Noisy {
		return run.K
	}
	return 0
}

// noDegradation counts the pairs with the closed book that did not lose a right answer.
func noDegradation(base *tally, arms []variant) Rate {
	var s sample
	if base == nil {
		return s.rate()
	}
	for _, it := range itemsOf(arms) {
		kept, n, owing := 0, 0, 0
		for _, v := range arms {
			c, closed := v.t.byItem[it.id], base.byItem[it.id]
			if c == nil || closed == nil {
				continue
			}
			for i := range c.slots {
				slot := &c.slots[i]
				before := closed.find(slot)
				switch {
				case before == nil || !before.status.Answered() || !slot.status.Answered():
				case before.verdict == scorers.Unscored || slot.verdict == scorers.Unscored:
					owing++
				default:
					n++
					kept += one(before.verdict != scorers.Correct || slot.verdict == scorers.Correct)
				}
			}
		}
		s.add(it.source, kept, 0, n, owing)
	}
	return s.rate()
}

// sizeRobustness compares each trial with those of fewer passages in the same order. Chains with a gap in them lose the trials beside it.
func sizeRobustness(arms []variant) Rate {
	byOrder := map[string][]variant{}
	for _, v := range arms {
		if v.k > 0 {
			byOrder[v.order] = append(byOrder[v.order], v)
		}
	}
	var s sample
	for _, it := range itemsOf(arms) {
		held, n := 0, 0
		for _, chain := range byOrder {
			slices.SortFunc(chain, func(a, b variant) int { return cmp.Compare(a.k, b.k) })
			for _, like := range slotsOf(chain, it) {
				smaller, best := 0, 0.0
				for i, v := range chain {
					f, ok := v.t.correct(it, like)
					if !ok || i > 0 && v.k == chain[i-1].k {
						continue
					}
					if smaller > 0 {
						n++
						held += one(f >= best)
					}
					smaller, best = smaller+1, max(best, f)
				}
			}
		}
		s.add(it.source, held, 0, n, 0)
	}
	return s.rate()
}

// orderRobustness compares the orders of the same number of passages.
func orderRobustness(arms []variant) Mean {
	bySize := map[int][]variant{}
	for _, v := range arms {
		bySize[v.k] = append(bySize[v.k], v)
	}
	var s sample
	for _, it := range itemsOf(arms) {
		sum, squares, n := 0.0, 0.0, 0
		for _, k := range slices.Sorted(maps.Keys(bySize)) {
			orders := bySize[k]
			for _, like := range slotsOf(orders, it) {
				var ends []float64
				for _, v := range orders {
					if f, ok := v.t.correct(it, like); ok {
						ends = append(ends, f)
					}
				}
				if len(ends) > 1 {
					steady := 1 - 2*spreadOf(ends)
					sum, squares, n = sum+steady, squares+steady*steady, n+1
				}
			}
		}
		if n > 0 {
			s.enter(it.source, sum, squares, n)
		}
	}
	return s.mean()
}

// spreadOf is the population standard deviation.
func spreadOf(values []float64) float64 {
	mean, squares := 0.0, 0.0
	for _, v := range values {
		mean += v / float64(len(values))
	}
	for _, v := range values {
		squares += (v - mean) * (v - mean) / float64(len(values))
	}
	return math.Sqrt(squares)
}

// itemsOf are the answerable items of some arms, by ID.
func itemsOf(arms []variant) []*item {
	seen := map[string]bool{}
	var list []*item
	for _, v := range arms {
		for _, c := range v.t.cells {
			if c.item.answerable && !seen[c.item.id] {
				seen[c.item.id] = true
				list = append(list, c.item)
			}
		}
	}
	slices.SortFunc(list, func(a, b *item) int { return strings.Compare(a.id, b.id) })
	return list
}

// slotsOf names the stages and repeats in which an item was asked in any of the arms.
func slotsOf(arms []variant, it *item) []*slot {
	var list []*slot
	for _, v := range arms {
		c := v.t.byItem[it.id]
		if c == nil {
			continue
		}
		for i := range c.slots {
			s := &c.slots[i]
			if !slices.ContainsFunc(list, func(o *slot) bool { return o.repeat == s.repeat && o.load == s.load }) {
				list = append(list, s)
			}
		}
	}
	return list
}

// correct is 1 for a correct answer to the same trial and 0 for another scored one.
func (t *tally) correct(it *item, like *slot) (float64, bool) {
	c := t.byItem[it.id]
	if c == nil {
		return 0, false
	}
	s := c.find(like)
	if s == nil || !s.status.Answered() || s.verdict == scorers.Unscored {
		return 0, false
	}
	return float64(one(s.verdict == scorers.Correct)), true
}
