package compare

import (
	"fmt"
	"slices"
	"strings"

	"github.com/viva-eval/viva/reports/baseline"
)

// MismatchError says that two runs do not belong together.
type MismatchError struct {
	What       string // suite, scorer or options
	Base, Head string
	// Intersectable: [Options].Intersect would compare what the two have in common.
	Intersectable bool
}

func (e *MismatchError) Error() string {
	if e.What == "options" {
		return "compare runs: " + e.Base
	}
	return fmt.Sprintf("compare runs: base has the %s %s, head has %s", e.What, e.Base, e.Head)
}

// PairingError says that no trial of one run has a partner in the other.
type PairingError struct {
	BaseArms, HeadArms   []string
	BaseLoads, HeadLoads []string // load stages; none in a quality run
	Options              Options
}

// Unknown says which arm or load stage of the options a run does not have, and which it has; empty when they are there.
func (e *PairingError) Unknown() string {
	for _, x := range []struct {
		side, what, wanted string
		have               []string
	}{
		{"base", "arm", e.Options.BaseArm, e.BaseArms}, {"head", "arm", e.Options.HeadArm, e.HeadArms},
		{"base", "load stage", e.Options.BaseLoad, e.BaseLoads}, {"head", "load stage", e.Options.HeadLoad, e.HeadLoads},
	} {
		switch {
		case x.wanted == "" || slices.Contains(x.have, x.wanted):
		case len(x.have) == 0:
			return fmt.Sprintf("%s has no %s %q, and no other", x.side, x.what, x.wanted)
		default:
			return fmt.Sprintf("%s has no %s %q; choose from: %s", x.side, x.what, x.wanted, names(x.have))
		}
	}
	return ""
}

func (e *PairingError) Error() string {
	return fmt.Sprintf("pair trials: no trial of head has a partner in base by item, arm and repeat (arms of base: %s; of head: %s)",
		names(e.BaseArms), names(e.HeadArms))
}

func names(list []string) string {
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}

// belong refuses what must not be compared.
func belong(base, head baseline.Baseline, o Options) error {
	switch {
	case !(o.Confidence > 0 && o.Confidence < 1):
		return &MismatchError{What: "options", Base: fmt.Sprintf("confidence %v is not between 0 and 1", o.Confidence)}
	case !(o.Penalty >= 0):
		return &MismatchError{What: "options", Base: fmt.Sprintf("penalty %v is below 0", o.Penalty)}
	case base.Scorer != head.Scorer:
		return &MismatchError{What: "scorer", Base: base.Scorer, Head: head.Scorer}
	case base.Run.SuiteDigest != head.Run.SuiteDigest && !o.Intersect:
		return &MismatchError{What: "suite", Base: suiteOf(base), Head: suiteOf(head), Intersectable: true}
	}
	return nil
}

// suiteOf names a suite so that two editions of one version can be told apart.
func suiteOf(b baseline.Baseline) string {
	digest := b.Run.SuiteDigest
	if len(digest) > 12 {
		digest = digest[:12]
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s (digest %s)", b.Run.SuiteName, b.Run.SuiteVersion, digest))
}
