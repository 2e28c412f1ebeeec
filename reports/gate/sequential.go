package gate

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/viva-eval/viva/reports/baseline"
)

// Step says what to do after an item.
type Step uint8

const (
	Continue   Step = iota
	StopPass        // every critical rule is kept, and no other is likely to break
	StopFail        // a rule that blocks is broken
	StopFutile      // neither will be shown by the items that are left
)

func (s Step) String() string {
	return [...]string{"continue", "stop: PASS", "stop: FAIL", "stop: futile"}[s]
}

// Sequential watches a run as its items come in, in random order, and says when the gate's decision is known. It looks at fixed shares of the
// items and asks the rules what [Check] asks them, at levels so small that over all looks and the end together a rule errs with chance α at most,
// each way ([stats.SpendingLevels]).
//
//  1. Sources come one after the other, each with all of its items, in a random order that is settled beforehand ([Sequential.Order]). A look
//     sees the first of them, whole, so that what is slow to answer is not left out.
//  2. A rule that blocks and is broken at a look stops the run: FAIL.
//  3. PASS before the end wants every critical rule to pass at the same look, and every supporting one to pass or to be unlikely to fail.
//  4. To pass at a look, items count as if they changed source by source until they are seen not to: little has been seen, and should items of a
//     source stand and fall together, a few sources without a change prove less than their items would. At the end the rule is [Check]'s own.
//  5. Nothing of α is spent on passing at looks at which not even a run in which nothing has changed would pass, nor on failing where not even one
//     would in which everything went wrong: see [Sequential.Outlook].
//  6. Rules about every slice of a dimension can break early, and pass at the end only. Rules about times are decided at the end.
//  7. Nothing is decided while more trials have failed than a run may.
//
// Giving up as futile is only ever undecided, and costs nothing of α. Betting on every item, which would hold at any moment and for any distribution,
// was weighed: at the sizes of examinations, with sources as units, it would hardly ever decide before the end (see docs/METHOD.md).
type Sequential struct {
	rules  Rules
	base   baseline.Baseline
	before map[string][]baseline.Record // by item
	groups [][]string                   // the items of each source, in order
	sorted []itemOf                     // all items, by name
	looks  []glance                     // the last is the end
	plans  []rulePlan                   // of the rules, in their order
	came   map[string][]baseline.Record
	whole  int // sources that have come in, in order
	items  int // of these
	next   int // look
	step   Step
	last   map[string]Decision // of the rules, by name, at the look that stopped
}

// itemOf is an item and the place of its source among the groups.
type itemOf struct {
	item  string
	group int
}

// glance is a moment at which the rules are asked.
type glance struct {
	sources, items int
	share          float64 // of all items
}

// NewSequential prepares to watch a run of the baseline's items under the rules, in an order drawn from rng. It is an error when the baseline
// proves nothing or does not have what a rule is about.
func NewSequential(rules Rules, base baseline.Baseline, rng *rand.Rand) (*Sequential, error) {
	if err := sound(base); err != nil {
		return nil, err
	}
	s := &Sequential{rules: rules, base: base, before: map[string][]baseline.Record{}, came: map[string][]baseline.Record{},
		last: map[string]Decision{}}
	bySource := map[string][]string{}
	var sources []string
	for _, r := range base.Records {
		if len(s.before[r.Item]) == 0 {
			c := r.Cluster()
			if bySource[c] == nil {
				sources = append(sources, c)
			}
			bySource[c] = append(bySource[c], r.Item)
		}
		s.before[r.Item] = append(s.before[r.Item], r)
	}
	slices.Sort(sources)
	rng.Shuffle(len(sources), func(i, j int) { sources[i], sources[j] = sources[j], sources[i] })
	for _, c := range sources {
		slices.Sort(bySource[c])
		for _, item := range bySource[c] {
			s.sorted = append(s.sorted, itemOf{item, len(s.groups)})
		}
		s.groups = append(s.groups, bySource[c])
	}
	slices.SortFunc(s.sorted, func(a, b itemOf) int { return strings.Compare(a.item, b.item) })
	s.looks = looksOf(s.groups)
	for _, r := range rules.Rules {
		d, _ := r.Measure.look()
		if r.Promise.Kind.paired() {
			if err := has(&base, r, d); err != nil {
				return nil, fmt.Errorf("rule %q: %w", r.Name, err)
			}
		}
		s.plans = append(s.plans, s.planFor(r))
	}
	return s, nil
}

// Order is the items of the baseline as they are to be asked: in random order, those of one source together.
func (s *Sequential) Order() []string { return slices.Concat(s.groups...) }

// Items is how many items have come in and can be looked at.
func (s *Sequential) Items() int { return s.items }

// Observe takes the records of one item, of all its arms and repeats, each item once, and says what to do. Items that the baseline does not
// have are passed over. After a stop it keeps saying the same.
func (s *Sequential) Observe(records ...baseline.Record) Step {
	if len(records) == 0 || s.step != Continue {
		return s.step
	}
	s.came[records[0].Item] = records
	for s.whole < len(s.groups) && !slices.ContainsFunc(s.groups[s.whole], func(item string) bool { return s.came[item] == nil }) {
		s.items += len(s.groups[s.whole])
		s.whole++
		if s.next < len(s.looks)-1 && s.items >= s.looks[s.next].items {
			if s.look(); s.step != Continue {
				break
			}
			s.next++
		}
	}
	return s.step
}

// upTo are the records of so many sources, by item: of the baseline, and what of gives in their place.
func (s *Sequential) upTo(sources int, of func(item string) []baseline.Record) (base, head baseline.Baseline) {
	base, head = s.base, s.base
	base.Records, head.Records = make([]baseline.Record, 0, len(s.base.Records)), make([]baseline.Record, 0, len(s.base.Records))
	for _, it := range s.sorted {
		if it.group < sources {
			base.Records = append(base.Records, s.before[it.item]...)
			head.Records = append(head.Records, of(it.item)...)
		}
	}
	return base, head
}

// look asks the rules.
func (s *Sequential) look() {
	base, head := s.upTo(s.whole, func(item string) []baseline.Record { return s.came[item] })
	if tooManyFailed(head.Records, len(head.Records)) > 0 { // as at the end, where such a run decides nothing
		return
	}
	share := s.looks[s.next].share
	var findings []Finding
	failed, passed, critical := false, true, false
	hopeless, mayFail := false, false
	for i, r := range s.rules.Rules {
		f, pass, fail := s.ask(i, share, &base, &head)
		findings = append(findings, f)
		if r.Tier == Advisory {
			continue
		}
		failed = failed || f.Decision == Fail
		mayFail = mayFail || f.Decision != Pass && fail >= futile
		if r.Tier == Critical {
			critical = true
			passed = passed && f.Decision == Pass
			hopeless = hopeless || f.Decision == Inconclusive && pass < futile
		} else {
			passed = passed && (f.Decision == Pass || fail < futile)
		}
	}
	switch {
	case failed:
		s.step = StopFail
	case critical && passed:
		s.step = StopPass
	case hopeless && !mayFail && share >= leastSeen:
		s.step = StopFutile
	default:
		return
	}
	for i, f := range findings {
		s.last[s.rules.Rules[i].Name] = f.Decision
	}
}

// ask decides a rule at a look and foresees how likely it is to pass and to fail at the end.
func (s *Sequential) ask(i int, share float64, base, head *baseline.Baseline) (f Finding, pass, fail float64) {
	r, p := s.rules.Rules[i], s.plans[i]
	if p.waits {
		return Finding{}, 1, 1
	}
	f, err := check(r, p.at(s.next), base, head)
	var missing *MissingError
	if errors.As(err, &missing) { // nothing it counts has come in yet
		return f, 1, 1
	}
	if r.Promise.Kind == NotWorse && f.Decision == Pass {
		f.Decision = Inconclusive // a screen that has seen half has looked at nothing yet
	}
	pass, fail = foresee(r, p.at(len(s.looks)-1), share, base, head)
	return f, pass, fail
}

// Decisions is what each rule came to at the look that stopped the run, by its name; see [Stopped]. It is empty before.
func (s *Sequential) Decisions() map[string]Decision { return s.last }

// Decision is what the gate has come to so far: PASS and FAIL as [Sequential.Observe] says, else INCONCLUSIVE.
func (s *Sequential) Decision() Decision {
	return map[Step]Decision{StopPass: Pass, StopFail: Fail}[s.step]
}

// Finish decides the rules once all items have come in without a stop, at what is left of α.
func (s *Sequential) Finish(head baseline.Baseline) (Result, error) {
	end := len(s.looks) - 1
	return checkAt(s.rules, func(rule int) levels { return s.plans[rule].at(end) }, &s.base, head)
}
