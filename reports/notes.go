package reports

import (
	"fmt"
	"strings"

	"github.com/viva-eval/viva/runners"
)

// fewScored is the number of scored trials below which an arm's figures say little.
const fewScored = 30

// notes lists what a reader must know before believing the figures, the gravest first.
func notes(r Report) []Note {
	var list []Note
	say := func(level, format string, args ...any) {
		list = append(list, Note{level, fmt.Sprintf(format, args...)})
	}
	s, c := &r.Summary, r.Summary.Counts

	if c.Asked == 0 {
		say(Bad, "No trial was asked: there is nothing to report.")
	} else if c.Scored == 0 {
		say(Bad, "No answer was scored: every rate is undefined.")
	}
	if s.InfraBroken {
		say(Bad, "%d of %d trials (%.1f %%) failed for reasons that are not the model's: mend the target or the network and resume the run before comparing figures.",
			c.Failed, c.Asked, 100*float64(c.Failed)/float64(c.Asked))
	}
	if c.Planned > c.Asked {
		say(Warn, "Unfinished: %d of %d planned trials were asked.", c.Asked, c.Planned)
	}
	if cut := c.Truncated - limited(s); c.Asked > 0 && float64(cut)/float64(c.Asked) > 0.02 {
		say(Warn, "%d of %d answers were cut off at the token limit and are not scored: raise --max-tokens.", cut, c.Asked)
	}
	_, truth := speaksOf(s.Scorer)
	if !truth {
		say(Warn, "Here “correct” and “hallucination” are what the scorer %s calls correct and incorrect: whether an answer is true is not looked at.", s.Scorer)
	}
	toolNotes(s, say)
	if c.Filtered > 0 {
		say(Warn, "%d answers were withheld by the server's content filter and are not scored.", c.Filtered)
	}
	var bounded, few []string
	for _, a := range s.Arms {
		if a.Bounded {
			bounded = append(bounded, a.Name)
		}
		if a.Counts.Scored > 0 && a.Counts.Scored < fewScored {
			few = append(few, a.Name)
		}
	}
	if len(bounded) > 0 {
		say(Warn, "More than 2 %% of the answers are unscored in %s: the rates there are given as bounds, had all of those been wrong or right.", join(bounded))
	}
	if len(few) > 0 {
		say(Warn, "Fewer than %d scored answers in %s: read the intervals, not the figures.", fewScored, join(few))
	}
	if r.Run.Target.BuiltIn {
		say(Info, "The examinee is the built-in reader, a model-free baseline that copies from its pages and knows nothing else. To examine a model: viva run --base-url http://HOST:PORT/v1 --model NAME")
	}
	if truth && len(s.Pairs) == 0 && c.Asked > 0 && len(s.Arms) > 1 {
		say(Info, "No lift: it is measured against the %s arm, which was not run.", runners.ClosedBook)
	}
	switch s.Speed.TokenSource {
	case runners.Estimated:
		say(Info, "The server reports no token usage: token counts are estimates from the text.")
	case mixed:
		say(Info, "Some answers came without token usage: their token counts are estimates from the text.")
	}
	if s.Speed.Indicative && s.Speed.BusyS > 0 {
		say(Info, "Times are indicative: a quality run may adapt its load. Only a measured run supports a promise about speed.")
	}
	return list
}

// join lists names: "a", "a and b", "a, b and c".
func join(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
