package reports

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

// toolTrial is a graded trial of the arm tools, with its calls one a turn.
func toolTrial(i int, status runners.Status, verdict scorers.Verdict, calls ...runners.ToolCall) scorers.Graded {
	it := suites.Item{ID: fmt.Sprintf("i%02d", i), Language: "en", Question: "How many days?", Answer: suites.Answer{Kind: value.Duration, Text: "28 days"}}
	sent := time.Unix(1_800_000_000+int64(i)*100, 0)
	t := runners.Trial{Key: runners.Key{ItemID: it.ID, Arm: runners.Tools}, Status: status, Attempts: 1, Shown: runners.Shown{Expect: runners.ExpectAnswer}}
	at := func(ms int) time.Time { return sent.Add(time.Duration(ms) * time.Millisecond) }
	for n, c := range calls {
		c.Started = at(n*1000 + 200)
		t.Turns = append(t.Turns, runners.Turn{Calls: []runners.ToolCall{c}, Tokens: runners.Tokens{Completion: 11, Source: runners.FromUsage},
			Timing: runners.Timing{Sent: at(n * 1000), FirstToken: at(n*1000 + 100), Last: at(n*1000 + 200)}})
	}
	n := len(calls)
	last := runners.Timing{Sent: at(n * 1000), FirstToken: at(n*1000 + 100), FirstAnswerToken: at(n*1000 + 100), Last: at(n*1000 + 300)}
	t.Turns = append(t.Turns, runners.Turn{Text: "28 days", Tokens: runners.Tokens{Completion: 21, Source: runners.FromUsage}, Timing: last})
	t.Response = runners.Response{Text: "28 days", Tokens: runners.Tokens{Completion: 11*n + 21, Source: runners.FromUsage},
		Timing: runners.Timing{Sent: sent, FirstToken: at(100), FirstAnswerToken: last.FirstAnswerToken, Last: last.Last}}
	return scorers.Graded{Question: scorers.Question{Item: it, Trial: t}, Score: scorers.Score{Scorer: "facts", Verdict: verdict}}
}

func summarizeTools(t *testing.T, rows ...scorers.Graded) Report {
	t.Helper()
	r, err := Summarize(runners.Run{ID: "r", Arms: []string{runners.Tools}, Planned: len(rows)}, func(yield func(scorers.Graded, error) bool) {
		for _, g := range rows {
			if !yield(g, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestToolUse(t *testing.T) {
	good, off, wrong := runners.ToolCall{Name: "search", Arguments: `{"query":"leave"}`, Result: "There are 28 days."}, runners.ToolCall{Name: "search", Result: "Lunch is at noon."}, runners.ToolCall{Name: "sql", Problem: "no such column"}
	limited := toolTrial(7, runners.Truncated, scorers.Unscored, good, good)
	limited.Trial.Err = "turn limit: it called tools in its last turn, the 3."
	refused := toolTrial(8, runners.Refused, scorers.Unscored)
	refused.Trial.Err = "ask server: no tools (tools refused, HTTP 400)"
	r := summarizeTools(t,
		toolTrial(0, runners.OK, scorers.Correct, good),
		toolTrial(1, runners.OK, scorers.Correct, wrong, good),
		toolTrial(2, runners.OK, scorers.Incorrect, good),
		toolTrial(3, runners.OK, scorers.Abstained, off),
		toolTrial(4, runners.OK, scorers.Incorrect, wrong),
		toolTrial(5, runners.OK, scorers.Incorrect), // no call
		toolTrial(6, runners.OK, scorers.Unscored, good),
		limited, refused)
	if len(r.Summary.Tools) != 1 {
		t.Fatalf("%+v", r.Summary.Tools)
	}
	u := r.Summary.Tools[0]
	for name, row := range map[string]struct{ got, plus, n int }{
		"queried": {u.Queried.N*100 + u.Queried.Successes, 6, 7}, "valid": {u.Valid.N*100 + u.Valid.Successes, 5, 6},
		"found": {u.Found.N*100 + u.Found.Successes, 4, 5}, "used": {u.Used.N*100 + u.Used.Successes, 2, 3},
	} {
		if row.got != row.n*100+row.plus {
			t.Errorf("%s: %d of %d, want %d of %d", name, row.got%100, row.got/100, row.plus, row.n)
		}
	}
	if u.Used.Unscored != 1 || u.Answered != 7 || u.Calls != 7 || u.Problems != 2 || u.Turns != 14 || u.Limited != 1 || u.Refused != 1 {
		t.Errorf("%+v", u)
	}
	// 10 intervals of 10 ms in a turn that calls, 20 of 10 ms in the one that answers: tools' time is in none.
	if tpot := r.Summary.Arms[0].Latency.PerToken; tpot.N != 7 || tpot.P50 < 9.99 || tpot.P50 > 10.01 {
		t.Errorf("time per token %+v", tpot)
	}
	// Each turn that calls is in flight for 200 ms, each that answers for 300 ms.
	if busy := r.Summary.Speed.BusyS; busy < 9*.3+9*.2-.01 || busy > 9*.3+9*.2+.01 {
		t.Errorf("busy for %v s", busy)
	}
	var table, page bytes.Buffer
	if err := Table(&table, r); err != nil {
		t.Fatal(err)
	}
	if err := HTML(&page, r); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Tool use", "no tools (tools refused", "1 of 8 trials ended without an answer", "called on until their turns"} {
		if !strings.Contains(table.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, table.String())
		}
	}
	if strings.Contains(table.String(), "raise --max-tokens") || !strings.Contains(page.String(), `id="tools"`) {
		t.Error("a turn limit is no token limit, and the page shows the tools")
	}
	if r := summarizeTools(t, toolTrial(0, runners.OK, scorers.Incorrect)); len(r.Summary.Notes) == 0 || !strings.Contains(fmt.Sprint(r.Summary.Notes), "passes over the tools") {
		t.Errorf("%+v", r.Summary.Notes)
	}
}

func TestCallsAreExported(t *testing.T) {
	g := toolTrial(0, runners.OK, scorers.Correct, runners.ToolCall{Name: "search", Arguments: `{"query":"leave"}`, Result: "28 days", Took: 5 * time.Millisecond}, runners.ToolCall{Name: "sql", Arguments: "{", Problem: "no JSON"})
	rows := func(yield func(scorers.Graded, error) bool) { yield(g, nil) }
	var lines, table bytes.Buffer
	if err := JSONL(&lines, runners.Run{ID: "r"}, rows); err != nil {
		t.Fatal(err)
	}
	if want := `"turns":3,"tool_calls":[{"turn":0,"tool":"search","arguments":"{\"query\":\"leave\"}","result":"28 days","problem":"","error":"","started_ms":200,"took_ms":5},`; !strings.Contains(lines.String(), want) {
		t.Errorf("%s\nlacks %s", lines.String(), want)
	}
	if err := CSV(&table, runners.Run{ID: "r"}, rows); err != nil {
		t.Fatal(err)
	}
	if want := `search {""query"":""leave""}; sql { → no JSON`; !strings.Contains(table.String(), want) {
		t.Errorf("%s\nlacks %s", table.String(), want)
	}
}
