package reports

import (
	"slices"
	"strings"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/scorers/tooluse"
)

// aside are the scorers whose verdicts do not say whether an answer is true, by the beginning of their names, with the arms that they speak
// of; without any, all arms.
var aside = map[string][]string{
	scorers.Injection{}.Name(): {runners.Injected},
	tooluse.Scorer{}.Name():    {runners.Tools},
	scorers.Abstain{}.Name():   nil,
	"grounded":                 nil,
	"cites":                    nil,
	"claims":                   nil,
	"nli":                      nil,
	"consistency":              nil,
	"selfcheck":                nil,
}

// speaksOf gives the arms that a scorer speaks of, none for all, and whether its verdicts say what is true.
func speaksOf(scorer string) (arms []string, truth bool) {
	for name, arms := range aside {
		if strings.HasPrefix(scorer, name) {
			return arms, false
		}
	}
	return nil, true
}

// keep drops the arms that the scorer does not speak of, lest their answers look like a debt. If it speaks of none, all stay.
func (b *builder) keep(arms []string) {
	spoken := func(t *tally) bool { return slices.Contains(arms, runners.BaseArm(t.arm)) && len(t.cells) > 0 }
	if len(arms) == 0 || !slices.ContainsFunc(b.arms, spoken) {
		return
	}
	b.arms = slices.DeleteFunc(b.arms, func(t *tally) bool {
		if spoken(t) {
			return false
		}
		b.run.Planned -= t.trials()
		delete(b.tallies, t.arm)
		return true
	})
}
