package compare

import (
	"cmp"
	"slices"

	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

// pair is a trial of head with its partner in base, and the closed-book trials of the same item and repeat on either side, where
// there are any.
type pair struct {
	base, head             *baseline.Record
	baseClosed, headClosed *baseline.Record
}

// whole reports whether both sides brought a whole answer.
func (p pair) whole() bool { return p.base.Status.Answered() && p.head.Status.Answered() }

// scored reports whether both sides were judged.
func (p pair) scored() bool {
	return p.whole() && p.base.Verdict != scorers.Unscored && p.head.Verdict != scorers.Unscored
}

// matched holds the pairs of one arm, those of an item in a row.
type matched struct {
	base, head         string // arms
	pairs              []pair
	onlyBase, onlyHead int
	disputed           int // pairs of items that only one of the suites can answer; left out
}

// match pairs the two runs, arm by arm in head's order.
func match(base, head baseline.Baseline, o Options) []matched {
	names := func() [][2]string {
		if o.BaseArm != "" {
			return [][2]string{{o.BaseArm, o.HeadArm}}
		}
		var both [][2]string
		have := base.Arms()
		for _, a := range head.Arms() {
			if slices.Contains(have, a) {
				both = append(both, [2]string{a, a})
			}
		}
		return both
	}()
	bases, heads := index(base), index(head)
	var list []matched
	for _, arm := range names {
		m := matched{base: arm[0], head: arm[1]}
		partners := 0
		for i := range head.Records {
			h := &head.Records[i]
			if h.Arm != m.head || o.HeadLoad != "" && h.Load != o.HeadLoad {
				continue
			}
			key := h.Key()
			key.Arm = m.base
			if o.BaseLoad != "" {
				key.Load = o.BaseLoad
			}
			b := bases[key]
			switch {
			case b == nil:
				m.onlyHead++
				continue
			case b.Answerable != h.Answerable:
				m.disputed++
			default:
				p := pair{base: b, head: h}
				p.baseClosed, p.headClosed = closed(bases, b), closed(heads, h)
				m.pairs = append(m.pairs, p)
			}
			partners++
		}
		for i := range base.Records {
			if b := &base.Records[i]; b.Arm == m.base && (o.BaseLoad == "" || b.Load == o.BaseLoad) {
				m.onlyBase++
			}
		}
		m.onlyBase -= partners
		slices.SortStableFunc(m.pairs, func(x, y pair) int {
			return cmp.Or(cmp.Compare(x.head.Item, y.head.Item), cmp.Compare(x.head.Load, y.head.Load), cmp.Compare(x.head.Repeat, y.head.Repeat))
		})
		list = append(list, m)
	}
	return list
}

func index(b baseline.Baseline) map[runners.Key]*baseline.Record {
	m := make(map[runners.Key]*baseline.Record, len(b.Records))
	for i := range b.Records {
		m[b.Records[i].Key()] = &b.Records[i]
	}
	return m
}

// closed finds the closed-book trial beside a trial with pages.
func closed(in map[runners.Key]*baseline.Record, r *baseline.Record) *baseline.Record {
	if r.Arm == runners.ClosedBook {
		return nil
	}
	key := r.Key()
	key.Arm = runners.ClosedBook
	return in[key]
}

// arm closes the pairs of a whole arm.
func (m matched) arm(o Options) Arm {
	a := Arm{Base: m.base, Head: m.head, Pairs: len(m.pairs), OnlyBase: m.onlyBase, OnlyHead: m.onlyHead}
	last := ""
	for i, p := range m.pairs {
		if i == 0 || p.head.Item != last {
			a.Items++
		}
		last = p.head.Item
		switch {
		case !p.whole():
			a.DroppedFailed++
		case !p.scored():
			a.DroppedUnscored++
		default:
			a.Verdicts[slices.Index(Verdicts[:], p.base.Verdict)][slices.Index(Verdicts[:], p.head.Verdict)]++
		}
	}
	a.Measures = measuresOf(m.pairs, o)
	for _, f := range []func([]pair, Options) (Measure, bool){lift, induced} {
		if x, ok := f(m.pairs, o); ok {
			a.Measures = append(a.Measures, x)
		}
	}
	return a
}

// dimensions are the ways in which a comparison slices its items, as a report does.
var dimensions = [...]struct {
	name string
	of   func(*baseline.Record) string
}{
	{"language", func(r *baseline.Record) string { return r.Language }},
	{"skill", func(r *baseline.Record) string { return r.Skill }},
	{"domain", func(r *baseline.Record) string { return r.Domain }},
}

// slices closes the pairs of each slice of an arm; a dimension with one value has none, unless it gates.
func (m matched) slices(o Options) []Slice {
	var list []Slice
	for _, d := range dimensions {
		groups := map[string][]pair{}
		items := map[string]map[string]bool{}
		for _, p := range m.pairs {
			v := d.of(p.head)
			if v == "" {
				continue
			}
			if items[v] == nil {
				items[v] = map[string]bool{}
			}
			groups[v] = append(groups[v], p)
			items[v][p.head.Item] = true
		}
		var values []string
		for v := range groups {
			values = append(values, v)
		}
		slices.Sort(values)
		for _, v := range values {
			s := Slice{SliceName: SliceName{d.name, v}, Arm: armName(m.base, m.head), Items: len(items[v])}
			s.Gating = slices.Contains(o.Gating, s.SliceName)
			if len(values) < 2 && !s.Gating {
				continue
			}
			s.Measures = measuresOf(groups[v], o)
			list = append(list, s)
		}
	}
	return list
}
