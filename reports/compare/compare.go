// Package compare sets one run against another, trial by trial, and says which differences are real. It pairs by item, arm, load stage
// and repeat; what has no partner, or an unscored or failed side, leaves the table and is counted.
//
// A difference is always head − base. Every item weighs the same: its repeats are averaged first. Intervals are score intervals at the
// effective number of pairs, tests are exact or by permutation of whole sources; no normal interval is used at any size. Equations stand
// in docs/METHOD.md.
package compare

import (
	"cmp"
	"slices"

	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
)

// Options say how to compare. The zero value compares every arm that both runs have with itself.
type Options struct {
	// BaseArm and HeadArm compare one arm with another, of one run or of two. Empty: each arm with its namesake; one of them alone
	// stands for both.
	BaseArm, HeadArm string
	// BaseLoad and HeadLoad compare one load stage with another. Both empty: each stage with its namesake.
	BaseLoad, HeadLoad string
	// Intersect allows runs of different suites: the items that bear the same id in both are compared. Whether they ask the same is then
	// the caller's promise.
	Intersect  bool
	Penalty    float64 // k of the penalised score correct − k·incorrect; 0: 1
	Confidence float64 // of intervals, two-sided; 0: [reports.Confidence]
	// Gating names slices that decide: their p-values are adjusted by Holm's method among themselves, those of all others by Benjamini and
	// Hochberg's.
	Gating []SliceName
	Seed   uint64 // of permutations and resamples
	// Texts gives the reply to a trial of a run, Question an item's question and its right answer. Nil: not known.
	Texts    func(runID string, key runners.Key) string
	Question func(item string) (question, truth string)
}

// SliceName names the items that share a language, skill or domain.
type SliceName struct {
	Dimension string `json:"dimension" yaml:"dimension"`
	Value     string `json:"value" yaml:"value"`
}

// Side is one of the two runs compared.
type Side struct {
	Run      runners.Run `json:"run"`
	Flags    []string    `json:"flags"`    // doubts about its times
	Measured bool        `json:"measured"` // its times describe a fixed load
}

// Comparison says what changed from Base to Head.
type Comparison struct {
	Base         Side             `json:"base"`
	Head         Side             `json:"head"`
	Scorer       string           `json:"scorer"`
	Confidence   float64          `json:"confidence"`
	Penalty      float64          `json:"penalty"`
	Intersection bool             `json:"intersection"` // of different suites
	Seed         uint64           `json:"seed"`
	Changes      []reports.Change `json:"changes"` // of the conditions
	Arms         []Arm            `json:"arms"`
	Slices       []Slice          `json:"slices"`
	Flips        []Flip           `json:"flips"` // the worst first
	Speed        []Speed          `json:"speed"`
	Throughput   []Ratio          `json:"throughput"` // of the whole system; points, as a run is one observation
	Indicative   bool             `json:"indicative"` // times are not those of a fixed load on both sides
	Notes        []reports.Note   `json:"notes"`
}

// Arm is what changed in one arm, or from one arm to another.
type Arm struct {
	Base string `json:"base"`
	Head string `json:"head"`
	// Pairs are the trials both sides have. Unpaired ones, by the side that has them.
	Pairs    int `json:"pairs"`
	Items    int `json:"items"`
	OnlyBase int `json:"only_base"`
	OnlyHead int `json:"only_head"`
	// DroppedFailed pairs have a side without a whole answer, DroppedUnscored ones a side that could not be judged.
	DroppedFailed   int       `json:"dropped_failed"`
	DroppedUnscored int       `json:"dropped_unscored"`
	Verdicts        [4][4]int `json:"verdicts"` // scored pairs: rows base, columns head, each as [Verdicts]
	Measures        []Measure `json:"measures"`
}

// Verdicts is the order of rows and columns in [Arm].Verdicts.
var Verdicts = [4]scorers.Verdict{scorers.Correct, scorers.Partial, scorers.Abstained, scorers.Incorrect}

// Name is the arm's, or both arms' where they differ.
func (a Arm) Name() string { return armName(a.Base, a.Head) }

func armName(base, head string) string {
	if base == head {
		return base
	}
	return base + " → " + head
}

// Slice is what changed among the items of one slice in one arm.
type Slice struct {
	SliceName
	Arm      string    `json:"arm"` // as [Arm.Name]
	Gating   bool      `json:"gating"`
	Items    int       `json:"items"`
	Measures []Measure `json:"measures"`
}

// Find returns a measure of an arm, named as [Arm.Name] names it, or of one of its slices; the zero SliceName is the whole arm.
func (c Comparison) Find(arm string, slice SliceName, measure Name) (Measure, bool) {
	find := func(list []Measure) (Measure, bool) {
		i := slices.IndexFunc(list, func(m Measure) bool { return m.Name == measure })
		if i < 0 {
			return Measure{}, false
		}
		return list[i], true
	}
	if slice == (SliceName{}) {
		for _, a := range c.Arms {
			if a.Name() == arm {
				return find(a.Measures)
			}
		}
		return Measure{}, false
	}
	for _, s := range c.Slices {
		if s.SliceName == slice && s.Arm == arm {
			return find(s.Measures)
		}
	}
	return Measure{}, false
}

// Compare compares head with base. It is a [*MismatchError] when they do not belong together and a [*PairingError] when nothing can be
// paired. The same input gives the same output. Swapped sides negate every difference and invert every ratio.
func Compare(base, head baseline.Baseline, o Options) (Comparison, error) {
	o = o.filled()
	if err := belong(base, head, o); err != nil {
		return Comparison{}, err
	}
	c := Comparison{
		Base: sideOf(base), Head: sideOf(head), Scorer: head.Scorer, Confidence: o.Confidence, Penalty: o.Penalty, Seed: o.Seed,
		Intersection: base.Run.SuiteDigest != head.Run.SuiteDigest, Changes: reports.Changes(base.Run, head.Run),
	}
	c.Indicative = !c.Base.Measured || !c.Head.Measured
	matched := match(base, head, o)
	total := 0
	for _, m := range matched {
		total += len(m.pairs)
	}
	if total == 0 {
		return Comparison{}, &PairingError{BaseArms: base.Arms(), HeadArms: head.Arms(), BaseLoads: base.Loads(), HeadLoads: head.Loads(), Options: o}
	}
	for _, m := range matched {
		if len(m.pairs) == 0 {
			continue
		}
		c.Arms = append(c.Arms, m.arm(o))
		c.Slices = append(c.Slices, m.slices(o)...)
		c.Flips = append(c.Flips, m.flips()...)
		c.Speed = append(c.Speed, m.speed(o))
	}
	adjust(c.Slices)
	sortFlips(c.Flips)
	c.tell(o)
	c.Throughput = throughput(base, head, o)
	c.Notes = notes(&c, matched, base, head)
	return c, nil
}

func (o Options) filled() Options {
	o.BaseArm, o.HeadArm = cmp.Or(o.BaseArm, o.HeadArm), cmp.Or(o.HeadArm, o.BaseArm)
	o.BaseLoad, o.HeadLoad = cmp.Or(o.BaseLoad, o.HeadLoad), cmp.Or(o.HeadLoad, o.BaseLoad)
	o.Penalty = cmp.Or(o.Penalty, 1)
	o.Confidence = cmp.Or(o.Confidence, reports.Confidence)
	return o
}

func sideOf(b baseline.Baseline) Side {
	return Side{Run: b.Run, Flags: append([]string{}, b.Flags...), Measured: b.Measured()}
}
