package lab

import (
	"strconv"
	"strings"

	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/suites"
)

// clockChanges gives other hours for a time of day, in the same form and half of the day.
func clockChanges(a suites.Answer, w want, language string, dice dicer) []change {
	var all []change
	for _, d := range dice.Perm(7) {
		shift := 60 * (d - 3)
		minute := w.clock.Minute + shift
		if shift == 0 || minute < 0 || minute >= 24*60 || minute/720 != w.clock.Minute/720 && !w.clock.Loose {
			continue
		}
		to := *w.clock
		to.Minute = minute
		answer, ok := reclock(a.Text, language, *w.clock, to)
		if !ok {
			continue
		}
		c := change{kind: "time", answer: answer, is: want{clock: &to}}
		c.at = func(s, language string, h hit) (string, bool) {
			return reclock(s[h.Start:h.End], language, *w.clock, to)
		}
		all = append(all, c)
	}
	return all
}

// reclock writes a time of day again with another hour. It fails where the outcome would not read as that time.
func reclock(s, language string, old, to value.Clock) (string, bool) {
	for _, run := range digitRuns(s) {
		n, err := strconv.Atoi(run.Of(s))
		if err != nil {
			continue
		}
		hour := n + (to.Minute-old.Minute)/60
		digits := strconv.Itoa(hour)
		if len(digits) < 2 && strings.HasPrefix(run.Of(s), "0") {
			digits = "0" + digits
		}
		out := s[:run.Start] + digits + s[run.End:]
		cs := value.Clocks(out, language)
		if len(cs) != 1 {
			continue
		}
		if same, known := cs[0].Same(to); same && (known || old.Loose) {
			return out, true
		}
	}
	return "", false
}
