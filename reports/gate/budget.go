package gate

import (
	"math"

	"github.com/viva-eval/viva/internal/stats"
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

// Budgets says how many items a rule of non-inferiority within margin needs for equal runs to pass with the given power, and what asking
// them takes at the pace and length of the run. With repeats to learn from it does so for one, two and four repeats; without, for one.
func Budgets(b baseline.Baseline, s Spread, margin, alpha, power float64) []Budget {
	shape := 1.0 // items that one independent item takes
	if s.Effective > 0 {
		shape = float64(s.Items) / s.Effective
	}
	tokens, arms := 0.0, map[string]bool{}
	for i := range b.Records {
		tokens += float64(b.Records[i].OutputTokens)
		arms[b.Records[i].Arm] = true
	}
	list := []Budget{{Repeats: 1}}
	discordance := func(int) float64 { return s.Discordance }
	if s.Once > 0 {
		list = append(list, Budget{Repeats: 2}, Budget{Repeats: 4})
		discordance = func(repeats int) float64 { return math.Max(s.Once/float64(repeats), leastDiscordance) }
	}
	for i := range list {
		one := &list[i]
		independent := stats.NonInferiorityItems(math.Min(discordance(one.Repeats), 1), 0, margin, alpha, power)
		one.Items = int(math.Ceil(independent * shape))
		one.Trials = one.Items * one.Repeats * len(arms)
		if n := float64(len(b.Records)); n > 0 {
			one.OutputTokens = tokens / n * float64(one.Trials)
			one.Minutes = b.BusyS / n * float64(one.Trials) / 60
		}
	}
	return list
}
