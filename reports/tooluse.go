package reports

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/scorers/tooluse"
	"github.com/viva-eval/viva/suites"
)

// ToolUse says what the examinee made of the tools of an arm, over the answered trials. Each rate is of those that took the step before.
type ToolUse struct {
	Arm      string `json:"arm"`
	Answered int    `json:"answered"`
	Turns    int    `json:"turns"` // requests, the answering ones among them
	Calls    int    `json:"calls"`
	Problems int    `json:"wrong_calls"` // no such tool, arguments that do not fit, a query that fails
	Queried  Rate   `json:"queried"`     // of the answered trials: it called a tool
	Valid    Rate   `json:"valid"`       // of those: a tool carried out a call
	Found    Rate   `json:"found"`       // of those with an answer, where it can be told: a result holds it
	Used     Rate   `json:"used"`        // of those: the reply is correct
	Unclear  int    `json:"unclear"`     // valid calls for a question with an answer, and nobody can tell whether a result holds it
	// Limited trials called on until their turns, tokens or context were spent, and brought no answer. They are among the truncated.
	Limited int `json:"limited"`
	// Refusal is the first reason why a trial was refused by the server; empty: none was.
	Refusal string `json:"refusal"`
	Refused int    `json:"refused"`
}

// toolMarks is what a tally keeps of tools beside its slots.
type toolMarks struct {
	seen    bool
	limited int
	refusal string
}

// useOf reads the turns of a trial; nil when it has none.
func useOf(g *scorers.Graded) *tooluse.Use {
	if len(g.Trial.Turns) == 0 {
		return nil
	}
	u := tooluse.Look(g.Question)
	return &u
}

// noteTools enters what becomes of a trial with tools.
func (t *tally) noteTools(trial *runners.Trial) {
	if len(trial.Turns) == 0 {
		return
	}
	m := &t.tools
	m.seen = true
	switch {
	case trial.Status == runners.Truncated && trial.Err != "":
		m.limited++
	case trial.Status == runners.Refused && m.refusal == "":
		m.refusal = trial.Err
	}
}

// toolUse closes the arms with tools.
func (b *builder) toolUse() []ToolUse {
	var list []ToolUse
	for _, t := range b.arms {
		if t.tools.seen {
			list = append(list, t.toolUse())
		}
	}
	return list
}

func (t *tally) toolUse() ToolUse {
	u := ToolUse{Arm: t.arm, Limited: t.tools.limited, Refusal: t.tools.refusal}
	step := func(taken func(*item, *slot) outcome) Rate {
		return gather(t.cells, func(it *item, s *slot) outcome {
			if s.use == nil || !s.status.Answered() {
				return out
			}
			return taken(it, s)
		}).rate()
	}
	is := func(yes bool) outcome {
		if yes {
			return hit
		}
		return miss
	}
	u.Queried = step(func(_ *item, s *slot) outcome {
		u.Answered++
		u.Turns += s.use.Turns
		u.Calls += s.use.Calls
		u.Problems += s.use.Problems
		return is(s.use.Calls > 0)
	})
	u.Valid = step(func(_ *item, s *slot) outcome {
		if s.use.Calls == 0 {
			return out
		}
		return is(s.use.Valid > 0)
	})
	u.Found = step(func(it *item, s *slot) outcome {
		switch {
		case s.use.Valid == 0 || !it.answerable:
			return out
		case s.use.Found == suites.Unclear:
			u.Unclear++
			return out
		}
		return is(s.use.Found == suites.Stated)
	})
	u.Used = step(func(_ *item, s *slot) outcome {
		switch {
		case s.use.Valid == 0 || s.use.Found != suites.Stated:
			return out
		case s.verdict == scorers.Unscored:
			return debt
		}
		return is(s.verdict == scorers.Correct)
	})
	for _, c := range t.cells {
		for i := range c.slots {
			u.Refused += one(c.slots[i].status == runners.Refused)
		}
	}
	return u
}

// toolGrid has a row for each arm with tools.
func toolGrid(r Report) grid {
	g := grid{title: "Tool use, each step of those that took the one before", left: 1,
		head: []string{"arm", "n", "queried % [95 % CI]", "valid %", "of", "found the answer % [95 % CI]", "of", "and gave it % [95 % CI]", "of", "calls", "wrong", "turns"}}
	unclear, most := 0, limited(&r.Summary)
	for _, u := range r.Summary.Tools {
		if u.Answered == 0 {
			continue
		}
		g.rows = append(g.rows, []string{u.Arm, strconv.Itoa(u.Answered), u.Queried.interval(), u.Valid.brief(), u.Valid.of(), u.Found.interval(), u.Found.of(),
			u.Used.interval(), u.Used.of(), strconv.Itoa(u.Calls), strconv.Itoa(u.Problems), Figure(float64(u.Turns)/float64(u.Answered)).fixed(1, 1)})
		unclear += u.Unclear
	}
	g.foot = "n: whole answers. valid: a tool carried out a call. found: a result holds the answer. wrong: calls answered with what was wrong\n" +
		"with them. turns: requests an answer took."
	if unclear > 0 {
		g.foot += fmt.Sprintf("\nFor %d answers nobody can tell whether a result holds what was asked for.", unclear)
	}
	if most > 0 {
		g.foot += fmt.Sprintf("\n%d trials called on until their turns, tokens or context were spent, and brought no answer.", most)
	}
	return g
}

// limited is the number of trials that ended at the limits of the tools.
func limited(s *Summary) int {
	n := 0
	for _, u := range s.Tools {
		n += u.Limited
	}
	return n
}

// toolNotes says what a reader must know of arms with tools.
func toolNotes(s *Summary, say func(level, format string, args ...any)) {
	for _, u := range s.Tools {
		switch {
		case u.Refused > 0:
			say(Bad, "In the arm %s %d trials were refused by the server, the first with: %s. Where it cannot do with tools, viva doctor says how to start it; the other arms stand.",
				u.Arm, u.Refused, shorten(strings.TrimSuffix(u.Refusal, "."), 300))
		case u.Answered > 0 && u.Calls == 0:
			say(Warn, "No tool was called in any of %d answers of the arm %s: the server or the model passes over the tools. viva doctor says which.", u.Answered, u.Arm)
		}
		if all := u.Answered + u.Limited; u.Limited > 0 && float64(u.Limited)/float64(all) > 0.02 {
			say(Warn, "In the arm %s %d of %d trials ended without an answer when their turns, tokens or context were spent: raise turns or max_tokens under tools: in the plan, if the examinee was getting anywhere; against a full context, lower k.",
				u.Arm, u.Limited, all)
		}
	}
}
