package judged

import (
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/viva-eval/viva/internal/fakeai"
	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// judge starts a scripted server and a judge before it.
func judge(t *testing.T, script fakeai.Script, edit ...func(*Endpoint)) (*Judge, *fakeai.Server) {
	t.Helper()
	server := fakeai.Start(t, script)
	e := Endpoint{BaseURL: server.Base(), Model: "scripted"}
	for _, f := range edit {
		f(&e)
	}
	j, err := e.Judge()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(j.Close)
	return j, server
}

func votes(n int) func(*Endpoint) { return func(e *Endpoint) { e.Votes = n } }

// lease is a question with an answer, nobody one without.
func lease(reply string) scorers.Question {
	return scorers.Question{
		Item: suites.Item{ID: "lease", Question: "When does the lease end?", Language: "en",
			Answer: suites.Answer{Kind: value.Text, Text: "the last day of September 2027", Aliases: []string{"30 September 2027"}}},
		Trial: runners.Trial{Key: runners.Key{ItemID: "lease", Arm: runners.Oracle}, Status: runners.OK,
			Shown: runners.Shown{Expect: runners.ExpectAnswer}, Response: runners.Response{Text: reply}},
	}
}

func nobody(reply string) scorers.Question {
	q := lease(reply)
	q.Item.ID, q.Item.Answer = "nobody", suites.Answer{}
	q.Trial.ItemID, q.Trial.Shown.Expect = "nobody", runners.ExpectAbstain
	return q
}

// shown is the quoted reply in a judge's paper.
func shown(r fakeai.Request) string {
	_, after, _ := strings.Cut(r.Messages[1].Content, english.reply+"\n")
	var b strings.Builder
	for l := range strings.Lines(after) {
		text, ok := strings.CutPrefix(l, mark)
		if !ok {
			break
		}
		b.WriteString(text)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// perfect grades the lease by what the reply holds.
func perfect(r fakeai.Request) fakeai.Reply {
	reply, grade := shown(r), "C"
	switch {
	case strings.Contains(reply, "30 September 2027"):
		grade = "A"
	case strings.Contains(reply, "September 2027"):
		grade = "B"
	case strings.Contains(strings.ToLower(reply), "not known"):
		grade = "D"
	}
	return fakeai.Reply{Text: `{"why":"It says so.","grade":"` + grade + `"}`}
}

func score(t *testing.T, s scorers.Scorer, q scorers.Question) scorers.Score {
	t.Helper()
	got, err := s.Score(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

const moment = time.Millisecond
