package judged

import (
	"math"
	"strings"
	"testing"

	"github.com/viva-eval/viva/internal/fakeai"
	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

// The tests of this file hold defects that were found in the graders of well-known evaluations, each named by what went wrong there.

// A grader searched the judge's reply for the first of the letters A, B, C, and took a reply without one for "not attempted".
func TestFirstLetterIsNotTheGrade(t *testing.T) {
	for reply, want := range map[string]scorers.Verdict{
		"Answer: B":                 scorers.Partial,   // the A of Answer
		"CORRECT":                   scorers.Correct,   // its C
		"INCORRECT":                 scorers.Incorrect, // the same C, or CORRECT in it
		"Grade: C":                  scorers.Incorrect,
		"Because of the date: D":    scorers.Unscored, // the B of Because; and no lead that is known
		"":                          scorers.Unscored, // not "not attempted"
		"I am unable to grade this": scorers.Unscored,
	} {
		if r := Read(reply); r.Verdict != want || (r.Fault == Readable) != (want != scorers.Unscored) {
			t.Errorf("%q: %+v, want %v", reply, r, want)
		}
	}
}

// A scheme counted abstentions as hallucinations, a partial answer as −1, and left ungradable replies out of its denominator.
func TestAbstainedIsNotIncorrect(t *testing.T) {
	grades := "DBxC"
	j, _ := judge(t, func(r fakeai.Request) fakeai.Reply { return fakeai.Reply{Text: grades[r.N : r.N+1]} })
	var got []scorers.Score
	for i := range grades {
		got = append(got, score(t, j, lease(strings.Repeat("x", i+1))))
	}
	for i, want := range []scorers.Score{{Verdict: scorers.Abstained, Value: 0}, {Verdict: scorers.Partial, Value: 0.5}, {Verdict: scorers.Unscored, Value: 0}, {Verdict: scorers.Incorrect, Value: 0}} {
		if got[i].Verdict != want.Verdict || got[i].Value != want.Value {
			t.Errorf("%c: %+v, want %+v", grades[i], got[i], want)
		}
	}
	if tally := j.Tally(); tally.Questions != 4 || tally.Scored != 3 || tally.Unreadable() != 1 {
		t.Errorf("%+v: what could not be graded is not counted", tally)
	}
}

// A loop meant for several golds ran over the characters of one.
func TestGoldIsWhole(t *testing.T) {
	var paper string
	j, _ := judge(t, func(r fakeai.Request) fakeai.Reply {
		paper = r.Messages[1].Content
		return fakeai.Reply{Text: "A"}
	})
	q := lease("x")
	q.Item.Answer = suites.Answer{Kind: value.Text, Text: "Lena Brandt", Aliases: []string{"L. Brandt", "Frau Brandt"}}
	score(t, j, q)
	if !strings.Contains(paper, "| Lena Brandt\n| Also right: L. Brandt; Frau Brandt\n") {
		t.Errorf("the gold is not there as a whole:\n%s", paper)
	}
}

// Where both words occurred, the later one won: "False, that is not true" counted as supported.
func TestTheLaterWordDoesNotWin(t *testing.T) {
	for _, reply := range []string{"False, that is not true.", "INCORRECT: it is not CORRECT", "The reply is INCORRECT, not CORRECT.", "C: not A"} {
		if r := Read(reply); r.Verdict != scorers.Unscored {
			t.Errorf("%q: %+v", reply, r)
		}
	}
}

// Only sentences that end with a full stop were judged: Hindi, Chinese, questions and bullets fell away.
func TestEverySentenceIsShown(t *testing.T) {
	for _, reply := range []string{"वह 2027 में समाप्त होता है। हाँ।", "它于2027年到期。是的！", "Is it 2027? Yes", "- 2027\n- September\n- 30", "2027"} {
		m := gradePaper(Case{Language: "en", Question: "q", Reference: "r", Reply: reply}).messages(Object)
		for part := range strings.Lines(reply) {
			if !strings.Contains(m[1].Content, mark+strings.TrimSpace(part)+"\n") {
				t.Errorf("%q is not shown whole", reply)
			}
		}
	}
}

// Nothing compared with nothing scored 1, and a refusal became NaN.
func TestNothingIsNeitherOneNorNaN(t *testing.T) {
	j, _ := judge(t, fakeai.Say("D"))
	for _, q := range []scorers.Question{nobody(""), nobody("I cannot say."), lease("I cannot say.")} {
		if s := score(t, j, q); s.Value != 0 || math.IsNaN(s.Value) || s.Verdict == scorers.Correct {
			t.Errorf("%+v", s)
		}
	}
}
