package gate

import (
	"fmt"

	"github.com/viva-eval/viva/reports/baseline"
)

// BrokenError says that a run is no evidence: empty, unfinished, with too many failures, or measured by a client that was too slow.
type BrokenError struct{ Run, Problem string }

func (e *BrokenError) Error() string { return fmt.Sprintf("run %s: %s", e.Run, e.Problem) }

// errorBudget is the share of trials that may fail before a run proves nothing.
const errorBudget = 0.05

// sound refuses runs that prove nothing.
func sound(b baseline.Baseline) error {
	failed, scored := 0, 0
	for i := range b.Records {
		if b.Records[i].Status.Infrastructure() {
			failed++
		}
		if b.Records[i].Verdict != 0 {
			scored++
		}
	}
	planned := max(b.Run.Planned, len(b.Records))
	switch {
	case len(b.Records) == 0:
		return &BrokenError{b.Run.ID, "it has no trials"}
	case scored == 0:
		return &BrokenError{b.Run.ID, "nothing was scored"}
	case float64(failed) > errorBudget*float64(planned):
		return &BrokenError{b.Run.ID, fmt.Sprintf("%d of %d trials failed", failed, planned)}
	case b.Run.Finished.IsZero():
		return &BrokenError{b.Run.ID, fmt.Sprintf("it is unfinished: %d of %d trials", len(b.Records), planned)}
	}
	for _, flag := range b.Flags {
		if len(flag) >= 7 && flag[:7] == "INVALID" {
			return &BrokenError{b.Run.ID, flag}
		}
	}
	return nil
}

// comparable refuses pairs of runs of different questions or different scorers.
func comparable(base, head baseline.Baseline) error {
	switch {
	case base.Run.ID == head.Run.ID && base.Run.ID != "":
		return missing("the baseline is the run itself, %s", head.Run.ID)
	case base.Run.SuiteDigest != head.Run.SuiteDigest:
		return missing("the baseline was asked %s %s (%.12s), the run %s %s (%.12s): their items are not the same", base.Run.SuiteName,
			base.Run.SuiteVersion, base.Run.SuiteDigest, head.Run.SuiteName, head.Run.SuiteVersion, head.Run.SuiteDigest)
	case base.Scorer != head.Scorer:
		return missing("the baseline was scored by %s, the run by %s", base.Scorer, head.Scorer)
	}
	return nil
}
