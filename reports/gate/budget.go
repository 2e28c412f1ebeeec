package gate

import (
	"math"

	"github.com/viva-eval/viva/reports/baseline"
)

// Budget is what a gate would take at some number of repeats.
type Budget struct {
	Repeats      int     `json:"repeats"`
	Items        int     `json:"items"`
	Trials       int     `json:"trials"`        // over all arms of the run
	OutputTokens float64 `json:"output_tokens"` // 0: not known
	Minutes      float64 `json:"minutes"`       // at the pace of the run; 0: not known
}

// Budgets says how many items a rule of non-inferiority of the penalised score within margin needs for equal runs to pass with the given power, and what
// asking them takes at the pace and length of the run. With repeats to learn from it does so for one, two and four repeats; without, for one. Items is 0
// where more than can be planned for would be needed.
func Budgets(b baseline.Baseline, s Spread, k, margin, alpha, power float64) []Budget {
	tokens, arms := 0.0, map[string]bool{}
	for i := range b.Records {
		tokens += float64(b.Records[i].OutputTokens)
		arms[b.Records[i].Arm] = true
	}
	list := []Budget{{Repeats: max(b.Run.Repeats, 1)}}
	if s.Once.Share() > 0 {
		list = []Budget{{Repeats: 1}, {Repeats: 2}, {Repeats: 4}}
	}
	for i := range list {
		one := &list[i]
		changes, effective := s.Changes, s.Effective
		if s.Once.Share() > 0 {
			changes, effective = s.repeated(one.Repeats)
		}
		shape := 1.0 // items that one independent item takes
		if effective > 0 {
			shape = float64(s.Items) / effective
		}
		one.Items = int(math.Ceil(float64(EnoughScored(changes, k, margin, alpha, power)) * shape))
		one.Trials = one.Items * one.Repeats * len(arms)
		if n := float64(len(b.Records)); n > 0 {
			one.OutputTokens = tokens / n * float64(one.Trials)
			one.Minutes = b.BusyS / n * float64(one.Trials) / 60
		}
	}
	return list
}
