// Package gate decides whether a run may pass: rules are promises about a run, alone or beside a baseline, and each is kept, broken or not
// yet decided. Decisions rest on intervals, never on point estimates alone.
package gate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/viva-eval/viva/reports/baseline"
)

// Rules are what a gate promises.
type Rules struct {
	Alpha float64 // the chance that a rule errs, each way; 0.05 unless the file says otherwise
	Rules []Rule
}

// Rule is one promise.
type Rule struct {
	Name    string
	Measure Measure
	Arm     string
	Slice   Slice
	Load    string  // the load stage of a measure of time; empty: all stages together
	K       float64 // what a false answer costs in the penalised score; 1 unless the file says otherwise
	Promise Promise
	Tier    Tier
}

// Slice narrows a rule to the items that have all of the values named; the zero Slice is every item.
type Slice struct {
	Language string `json:"language,omitempty"`
	Domain   string `json:"domain,omitempty"`
	Skill    string `json:"skill,omitempty"`
}

func (s Slice) holds(r *baseline.Record) bool {
	return (s.Language == "" || s.Language == r.Language) && (s.Domain == "" || s.Domain == r.Domain) && (s.Skill == "" || s.Skill == r.Skill)
}

// String writes the slice as "language zh, skill table"; empty for every item.
func (s Slice) String() string {
	var parts []string
	for _, d := range []struct{ name, value string }{{"language", s.Language}, {"domain", s.Domain}, {"skill", s.Skill}} {
		if d.value != "" {
			parts = append(parts, d.name+" "+d.value)
		}
	}
	return strings.Join(parts, ", ")
}

// with returns the slice narrowed by a dimension.
func (s Slice) with(dimension, value string) Slice {
	switch dimension {
	case "language":
		s.Language = value
	case "domain":
		s.Domain = value
	case "skill":
		s.Skill = value
	}
	return s
}

// dimensions are what items can be sliced by.
var dimensions = []string{"language", "domain", "skill"}

func dimensionOf(r *baseline.Record, dimension string) string {
	switch dimension {
	case "language":
		return r.Language
	case "domain":
		return r.Domain
	default:
		return r.Skill
	}
}

// Tier says what a rule's decision does to the gate's.
type Tier string

const (
	Critical   Tier = "critical"   // must pass: broken it fails the gate, undecided it leaves the gate undecided
	Supporting Tier = "supporting" // must not fail: broken it fails the gate, undecided it is only told
	Advisory   Tier = "advisory"   // only told
)

// Tiers lists the tiers, the strictest first.
func Tiers() []Tier { return []Tier{Critical, Supporting, Advisory} }

// Kind is the form of a promise.
type Kind string

const (
	NonInferior Kind = "non-inferior"  // not worse than the baseline by the margin
	AtMost      Kind = "at-most"       // the run's own value, whatever the baseline
	AtLeast     Kind = "at-least"      // the same from below
	RatioAtMost Kind = "ratio-at-most" // run over baseline; for times
	NotWorse    Kind = "not-worse"     // in no slice of its dimensions worse than the baseline, after Holm's adjustment over all of them
)

// Kinds lists the forms a promise may have.
func Kinds() []Kind { return []Kind{NonInferior, AtMost, AtLeast, RatioAtMost, NotWorse} }

// paired reports whether the promise speaks of a baseline.
func (k Kind) paired() bool { return k == NonInferior || k == RatioAtMost || k == NotWorse }

// Promise is what a rule holds a measure to.
type Promise struct {
	Kind  Kind
	Value float64  // the margin, the limit or the ratio; shares as fractions
	By    []string // the dimensions of not-worse, whose slices are adjusted together
}

// Promised writes the promise as a person would: "not worse by 5 points", "at most 10 %".
func (r Rule) Promised() string {
	switch p := r.Promise; p.Kind {
	case NonInferior:
		return "not worse by " + points(p.Value)
	case AtMost:
		return "at most " + r.Measure.written(p.Value)
	case AtLeast:
		return "at least " + r.Measure.written(p.Value)
	case RatioAtMost:
		return fmt.Sprintf("at most %.4g × the baseline", p.Value)
	default:
		return "no " + either(p.By) + " worse"
	}
}

// either writes names as "language", "language or domain", "language, domain or skill".
func either(names []string) string {
	if last := len(names) - 1; last > 0 {
		return strings.Join(names[:last], ", ") + " or " + names[last]
	}
	return strings.Join(names, "")
}

// about says what a rule is about: "penalised score, arm oracle, language zh".
func (r Rule) about() string {
	s := string(r.Measure) + ", arm " + r.Arm
	if slice := r.Slice.String(); slice != "" {
		s += ", " + slice
	}
	if r.Load != "" {
		s += ", load " + r.Load
	}
	return s
}

// check refuses a rule that could not be decided, whatever the runs. field names what is wrong with it.
func (r Rule) check() (field, problem string) {
	m, known := r.Measure.look()
	switch {
	case r.Measure == "":
		return "measure", "a rule names no measure"
	case !known:
		return "measure", fmt.Sprintf("unknown measure %q; choose from: %s", r.Measure, strings.Join(names(Measures()), ", "))
	case r.Arm == "":
		return "arm", "a rule names no arm"
	case r.Promise.Kind == "":
		return "promise", "a rule promises nothing; write promise: {non-inferior: 5pp}"
	case m.seconds != (r.Promise.Kind == RatioAtMost):
		if m.seconds {
			return "promise", fmt.Sprintf("%s is a time: promise it as ratio-at-most", r.Measure)
		}
		return "promise", fmt.Sprintf("ratio-at-most is for times, %s is none; write non-inferior, at-most or at-least", r.Measure)
	case r.Promise.Kind.paired() && m.direction == 0:
		return "promise", fmt.Sprintf("neither more nor less %s is better by itself: promise it as at-most or at-least", r.Measure)
	case m.twoArms && r.Arm == closedBook:
		return "arm", fmt.Sprintf("%s sets an arm against the closed book; name another arm than %s", r.Measure, closedBook)
	case r.Load != "" && !m.seconds:
		return "load", fmt.Sprintf("only measures of time have a load stage, %s has none", r.Measure)
	case r.Promise.Kind == NonInferior && !(r.Promise.Value > 0 && r.Promise.Value < 1):
		return "promise", fmt.Sprintf("a margin of %g is not between 0 and 1; write 0.05 or 5pp for five points", r.Promise.Value)
	case r.Promise.Kind == RatioAtMost && !(r.Promise.Value >= 1 && r.Promise.Value <= 100):
		return "promise", fmt.Sprintf("a ratio of %g is not between 1 and 100; write 1.10 for ten per cent slower", r.Promise.Value)
	case (r.Promise.Kind == AtMost || r.Promise.Kind == AtLeast) && !(r.Promise.Value >= m.least(r.K) && r.Promise.Value <= 1):
		return "promise", fmt.Sprintf("%s lies between %g and 1, not at %g", r.Measure, m.least(r.K), r.Promise.Value)
	case r.Promise.Kind == AtMost && r.Promise.Value == 1:
		return "promise", fmt.Sprintf("%s is never over 1: no run could break this", r.Measure)
	case r.Promise.Kind == AtLeast && r.Promise.Value == m.least(r.K):
		return "promise", fmt.Sprintf("%s is never under %g: no run could break this", r.Measure, r.Promise.Value)
	case r.Promise.Kind == NotWorse && len(r.Promise.By) == 0:
		return "promise", "not-worse names no dimension; choose from: " + strings.Join(dimensions, ", ")
	case !(r.K >= 0 && r.K <= 100):
		return "k", fmt.Sprintf("k is %g, must be between 0 and 100", r.K)
	case !slices.Contains(Tiers(), r.Tier):
		return "tier", fmt.Sprintf("unknown tier %q; choose from: %s", r.Tier, strings.Join(names(Tiers()), ", "))
	}
	for i, d := range r.Promise.By {
		switch {
		case !slices.Contains(dimensions, d):
			return "promise", fmt.Sprintf("unknown dimension %q; choose from: %s", d, strings.Join(dimensions, ", "))
		case slices.Contains(r.Promise.By[:i], d):
			return "promise", fmt.Sprintf("the dimension %s stands twice", d)
		}
	}
	return "", ""
}

func names[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}
