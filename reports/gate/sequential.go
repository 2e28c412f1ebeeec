package gate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/viva-eval/viva/internal/stats"
	"github.com/viva-eval/viva/reports/baseline"
)

// Step says what to do after an item.
type Step uint8

const (
	Continue   Step = iota
	StopPass        // every critical rule is kept, for certain enough
	StopFail        // a rule that blocks is broken
	StopFutile      // neither will be shown by the items that are left
)

func (s Step) String() string {
	return [...]string{"continue", "stop: PASS", "stop: FAIL", "stop: futile"}[s]
}

// Sequential watches a run as its items come in, in random order, and says when the gate's decision is known. It may be asked after every
// item: its early decisions are e-values (see [stats.Bet]), whose chance of ever erring is bounded at once for all looks. Half of α is
// spent on looking early, each way; when all items have come in, [Check] decides the rules of [Sequential.Rest] with the other half. Over both a
// rule errs with chance α at most. Giving up as futile is only ever undecided, and costs nothing of either.
//
// The unit of evidence is a source with all of its items, since items of one source may stand and fall together: ask them one after the other,
// as [Order] does. Rules about times and about every slice of a dimension are not followed; they wait for the end, and a critical
// one of them keeps the rest from passing early.
type Sequential struct {
	alpha  float64
	rules  Rules
	watch  []*watched
	base   map[string][]baseline.Record // by item
	left   map[string]int               // items to come, by cluster
	sizes  map[string]int
	held   map[string][]baseline.Record // of the clusters that are under way
	most   int
	seen   int // clusters
	total  int
	closed bool // a critical rule is not followed: no early pass
}

// watched is one rule under way.
type watched struct {
	rule     Rule
	def      definition
	kept     *stats.Bet // against the promise being broken
	broken   *stats.Bet // against its being kept
	sum      float64    // of gains over the limit or margin, as scored
	squares  float64    // over clusters
	weight   float64    // items
	weights  float64    // squares of items over clusters
	cross    float64
	decision Decision
}

// NewSequential prepares to watch a run of the baseline's items under the rules. It is an error when the baseline proves nothing or when
// no rule can be followed.
func NewSequential(rules Rules, base baseline.Baseline) (*Sequential, error) {
	if err := sound(base); err != nil {
		return nil, err
	}
	s := &Sequential{alpha: rules.Alpha, rules: rules, base: map[string][]baseline.Record{}, left: map[string]int{}, sizes: map[string]int{},
		held: map[string][]baseline.Record{}, most: 1}
	for _, r := range base.Records {
		if len(s.base[r.Item]) == 0 {
			s.left[r.Cluster()]++
			s.sizes[r.Cluster()]++
			s.most = max(s.most, s.sizes[r.Cluster()])
		}
		s.base[r.Item] = append(s.base[r.Item], r)
	}
	s.total = len(s.left)
	for _, r := range rules.Rules {
		d, _ := r.Measure.look()
		switch {
		case r.Tier == Advisory:
			continue
		case d.seconds || r.Promise.Kind == NotWorse || r.Promise.Kind == RatioAtMost:
			s.closed = s.closed || r.Tier == Critical
			continue
		}
		if r.Promise.Kind.paired() {
			if err := has(&base, r, d); err != nil {
				return nil, fmt.Errorf("rule %q: %w", r.Name, err)
			}
		}
		s.watch = append(s.watch, watching(r, d))
	}
	if len(s.watch) == 0 {
		return nil, missing("no rule can be followed while the answers come in")
	}
	return s, nil
}

// watching sets up the two bets of a rule. What is bet on is, per item, how far its gain lies above −margin, or its value on the right side of the
// limit; an item can fall short by no more than the range of the measure.
func watching(r Rule, d definition) *watched {
	w := &watched{rule: r, def: d}
	k := kOf(r, d)
	low, high := 0.0, 1.0 // of an item's value
	if d.score {
		low = -k
	}
	switch p := r.Promise; p.Kind {
	case NonInferior:
		w.kept, w.broken = stats.NewBet(low-high+p.Value, 0), stats.NewBet(low-high, 0)
	case AtMost:
		w.kept, w.broken = stats.NewBet(p.Value-high-tiny, 0), stats.NewBet(low-p.Value-tiny, 0)
	case AtLeast:
		w.kept, w.broken = stats.NewBet(low-p.Value-tiny, 0), stats.NewBet(p.Value-high-tiny, 0)
	}
	return w
}

// tiny keeps a bet on a limit at the edge of the range from being void.
const tiny = 1e-9

// Order is the items of a baseline in random order, those of one source together.
func Order(b baseline.Baseline, rng *rand.Rand) []string {
	var clusters []string
	items := map[string][]string{}
	seen := map[string]bool{}
	for i := range b.Records {
		r := &b.Records[i]
		if seen[r.Item] {
			continue
		}
		seen[r.Item] = true
		c := r.Cluster()
		if items[c] == nil {
			clusters = append(clusters, c)
		}
		items[c] = append(items[c], r.Item)
	}
	slices.Sort(clusters)
	rng.Shuffle(len(clusters), func(i, j int) { clusters[i], clusters[j] = clusters[j], clusters[i] })
	var order []string
	for _, c := range clusters {
		slices.Sort(items[c])
		order = append(order, items[c]...)
	}
	return order
}

// Observe takes the records of one item, of all its arms and repeats, each item once, and says what to do. Items that the baseline does not
// have are passed over. After a stop it keeps saying the same.
func (s *Sequential) Observe(records ...baseline.Record) Step {
	if len(records) > 0 {
		if before := s.base[records[0].Item]; len(before) > 0 {
			c := before[0].Cluster()
			s.held[c] = append(s.held[c], records...)
			if s.left[c]--; s.left[c] == 0 {
				s.enter(c)
			}
		}
	}
	return s.step()
}

// enter lets a whole source count.
func (s *Sequential) enter(cluster string) {
	head := baseline.Baseline{Records: s.held[cluster]}
	delete(s.held, cluster)
	var before baseline.Baseline
	seen := map[string]bool{}
	for i := range head.Records {
		if item := head.Records[i].Item; !seen[item] {
			seen[item] = true
			before.Records = append(before.Records, s.base[item]...)
		}
	}
	s.seen++
	for _, w := range s.watch {
		if w.decision != Inconclusive {
			continue
		}
		w.enter(&head, &before, float64(s.most))
		switch {
		case w.kept.E() >= 2/s.alpha:
			w.decision = Pass
		case w.broken.E() >= 2/s.alpha && (w.rule.Promise.Kind != NonInferior || w.sum/w.weight < 0):
			w.decision = Fail
		}
	}
}

// enter adds a source's items to both bets: unscored trials count against whatever is being shown.
func (w *watched) enter(head, base *baseline.Baseline, most float64) {
	against, forIt := w.total(head, base, false), w.total(head, base, true)
	w.kept.Add(against.above / most)
	scored := (against.above + forIt.above) / 2
	if w.rule.Promise.Kind == NonInferior {
		w.broken.Add(-(forIt.above - forIt.items*w.rule.Promise.Value) / most)
	} else {
		w.broken.Add(-forIt.above / most)
	}
	w.sum += scored
	w.squares += scored * scored
	w.weight += against.items
	w.weights += against.items * against.items
	w.cross += scored * against.items
}

// totalled is how far a source's items lie above the promise, added up.
type totalled struct{ above, items float64 }

func (w *watched) total(head, base *baseline.Baseline, favourable bool) totalled {
	asHead, asBase := asLow, asHigh
	better := w.def.direction
	if w.rule.Promise.Kind == AtMost {
		better = -1
	} else if w.rule.Promise.Kind == AtLeast {
		better = 1
	}
	if (better > 0) == favourable {
		asHead, asBase = asHigh, asLow
	}
	k := kOf(w.rule, w.def)
	now := take(head, w.rule, asHead)
	var t totalled
	if w.rule.Promise.Kind == NonInferior {
		p := pair(now, take(base, w.rule, asBase))
		for i := range p.head {
			t.above += w.def.direction*(p.head[i].value(k)-p.base[i].value(k)) + w.rule.Promise.Value
			t.items++
		}
		return t
	}
	for _, c := range now.cells {
		t.above += better * (c.value(k) - w.rule.Promise.Value)
		t.items++
	}
	return t
}

func (s *Sequential) step() Step {
	passed, hopeless, mayFail := !s.closed, false, false
	for _, w := range s.watch {
		if w.decision == Fail {
			return StopFail
		}
		if w.rule.Tier == Critical {
			passed = passed && w.decision == Pass
		}
		pass, fail := w.chances(s)
		hopeless = hopeless || w.rule.Tier == Critical && w.decision == Inconclusive && pass < futile
		mayFail = mayFail || w.decision == Inconclusive && fail >= futile
	}
	critical := slices.ContainsFunc(s.watch, func(w *watched) bool { return w.rule.Tier == Critical })
	switch {
	case critical && passed:
		return StopPass
	case hopeless && !mayFail && s.seen < s.total:
		return StopFutile
	}
	return Continue
}

// futile is the chance of a decision under which asking on is given up, and leastSeen the share of sources before which nothing is.
const (
	futile    = 0.05
	leastSeen = 0.25
)

// chances predicts, from what was seen, how likely the rule is to be kept and to be broken once all items are in, at half of α. Where too little was
// seen both are 1.
func (w *watched) chances(s *Sequential) (pass, fail float64) {
	n, all := float64(s.seen), float64(s.total)
	if n < leastSeen*all || n < 20 || w.weight == 0 {
		return 1, 1
	}
	mean := w.sum / w.weight
	per := w.weight / n
	// The variance of a ratio of sums over sources.
	v := (w.squares - 2*mean*w.cross + mean*mean*w.weights) / n / (per * per)
	v = math.Max(v, 1/(n+2)) // nothing seen is not nothing there
	z := distuv.UnitNormal.Quantile(1 - s.alpha/2)
	end := z * math.Sqrt(v/all)
	spread := math.Sqrt(math.Max(v/n-v/all, 1e-12))
	pass = distuv.UnitNormal.Survival((end - mean) / spread)
	worst := -end
	if w.rule.Promise.Kind == NonInferior {
		worst = math.Min(0, w.rule.Promise.Value-end)
	}
	return pass, distuv.UnitNormal.CDF((worst - mean) / spread)
}

// Decisions is what each rule that is watched has come to so far, by its name; see [Stopped].
func (s *Sequential) Decisions() map[string]Decision {
	decided := map[string]Decision{}
	for _, w := range s.watch {
		decided[w.rule.Name] = w.decision
	}
	return decided
}

// Decision is what the watched rules have come to so far: PASS and FAIL as [Sequential.Observe] says, else INCONCLUSIVE.
func (s *Sequential) Decision() Decision {
	switch s.step() {
	case StopPass:
		return Pass
	case StopFail:
		return Fail
	}
	return Inconclusive
}

// Rest is the rules with what is left of α, for [Check] once all items have come in without a stop.
func (s *Sequential) Rest() Rules {
	r := s.rules
	r.Alpha /= 2
	return r
}
