package gate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/viva-eval/viva/reports/baseline"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

// BrokenError says that a run is no evidence: empty, unfinished, with too many failures, or measured by a client that was too slow.
type BrokenError struct{ Run, Problem string }

func (e *BrokenError) Error() string { return fmt.Sprintf("run %s: %s", e.Run, e.Problem) }

// errorBudget is the share of trials that may fail before a run proves nothing.
const errorBudget = 0.05

// tooManyFailed is how many trials failed for reasons of the infrastructure, where they are more than may fail of so many; else 0.
func tooManyFailed(records []baseline.Record, planned int) int {
	failed := 0
	for i := range records {
		failed += one(records[i].Status.Infrastructure())
	}
	if float64(failed) <= errorBudget*float64(planned) {
		return 0
	}
	return failed
}

// sound refuses runs that prove nothing.
func sound(b baseline.Baseline) error {
	planned := max(b.Run.Planned, len(b.Records))
	scored := slices.ContainsFunc(b.Records, func(r baseline.Record) bool { return r.Verdict != scorers.Unscored })
	switch failed := tooManyFailed(b.Records, planned); {
	case len(b.Records) == 0:
		return &BrokenError{b.Run.ID, "it has no trials"}
	case !scored:
		return &BrokenError{b.Run.ID, "nothing was scored"}
	case failed > 0:
		return &BrokenError{b.Run.ID, fmt.Sprintf("%d of %d trials failed", failed, planned)}
	case b.Run.Finished.IsZero():
		return &BrokenError{b.Run.ID, fmt.Sprintf("it is unfinished: %d of %d trials", len(b.Records), planned)}
	}
	for _, flag := range b.Flags {
		if strings.HasPrefix(flag, "INVALID") {
			return &BrokenError{b.Run.ID, flag}
		}
	}
	return nil
}

// Serves says why a baseline cannot serve a gate over a run that is yet to be asked, of a suite and judged by a scorer; nil if it can. It says before
// anything is asked what [Check] would say in the end.
func Serves(base baseline.Baseline, suite *suites.Suite, scorer string) error {
	if err := sound(base); err != nil {
		return err
	}
	return comparable(base, baseline.Baseline{Run: runners.Run{SuiteName: suite.Name, SuiteVersion: suite.Version, SuiteDigest: suite.Digest()}, Scorer: scorer})
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
