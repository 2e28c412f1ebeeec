package gate

import (
	"fmt"
	"math"

	"github.com/viva-eval/viva/reports"
	"github.com/viva-eval/viva/reports/baseline"
)

// Stopped is the result of a run that was stopped early: what has been decided of each rule, by its name, as a watch says it, beside the values
// seen up to then. A rule that is not among them was not decided. The values are points without bounds: an interval of a fixed size would claim
// too much of a run that was looked at on the way. head holds what was asked.
func Stopped(rules Rules, decided map[string]Decision, overall Decision, base, head baseline.Baseline) Result {
	ref := refOf(base)
	result := Result{Decision: overall, Alpha: rules.Alpha, Head: refOf(head), Base: &ref, Notes: append([]string{}, conditions(base.Run, head.Run)...)}
	asked := map[string]bool{}
	for i := range head.Records {
		asked[head.Records[i].Item] = true
	}
	nan := reports.Undefined()
	for _, r := range rules.Rules {
		d, _ := r.Measure.look()
		f := Finding{Name: r.Name, Measure: r.Measure, Arm: r.Arm, Slice: r.Slice, Load: r.Load, Promise: r.Promised(), Kind: r.Promise.Kind, Limit: r.Promise.Value,
			Tier: r.Tier, Decision: decided[r.Name], Base: nan, Head: nan, Value: nan, Low: nan, High: nan, Effective: nan, Detectable: nan}
		k := kOf(r, d)
		switch now := take(&head, r, asScored); {
		case d.seconds:
		case r.Promise.Kind == NotWorse:
			f.Items = len(pair(now, take(&base, r, asScored)).head)
		case r.Promise.Kind == NonInferior:
			if p := pair(now, take(&base, r, asScored)); len(p.head) > 0 {
				f.Items, f.Base, f.Head = len(p.head), reports.Figure(mean(p.base, k)), reports.Figure(mean(p.head, k))
				f.Value = reports.Figure(d.direction) * (f.Head - f.Base)
			}
		case len(now.cells) > 0:
			f.Items, f.Head = len(now.cells), reports.Figure(mean(now.cells, k))
			f.Value = f.Head
		}
		f.Reason = "not decided when asking stopped"
		if f.Decision != Inconclusive {
			f.Reason = map[Decision]string{Pass: "kept", Fail: "broken"}[f.Decision] + fmt.Sprintf(", shown over %d items", f.Items)
			if f.Kind == NonInferior && !math.IsNaN(float64(f.Value)) {
				f.Reason += fmt.Sprintf(": it changed by %s, with a margin of %s", signed(float64(f.Value)), points(f.Limit))
			}
		}
		result.Rules = append(result.Rules, f)
	}
	result.Flips = flips(&base, &head, result.Rules)
	result.Standing = standing(&base, &head, result.Rules, result.Flips)
	result.Notes = append(result.Notes, fmt.Sprintf("asking stopped after %d items; without --stop-early the same command asks the rest", len(asked)))
	return result
}
