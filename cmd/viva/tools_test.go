package main

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/viva-eval/viva/internal/fakeai"
	"github.com/viva-eval/viva/internal/prompt"
	"github.com/viva-eval/viva/reports/store"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/runners/retrieval"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
	"github.com/viva-eval/viva/suites/curated"
)

// agent is an examinee that does with its tools what its question's place in the suite says.
type agent struct {
	place map[string]int
	key   map[string]fakeai.Truth
}

const (
	usesWell    = iota // searches, and gives the answer
	fromMemory         // calls nothing, and gives the answer
	wrongTool          // calls a tool that there is not, and says that it does not know
	misreads           // searches, and gives another value
	callsTwo           // searches twice at once, once with arguments that are broken, and gives the answer
	agentHabits        // their number
)

func (a agent) habit(question string) int { return a.place[question] % agentHabits }

func (a agent) reply(q fakeai.Request) fakeai.Reply {
	if len(q.Messages) < 2 {
		return fakeai.Reply{Status: 400, Text: "no paper"}
	}
	paper, err := prompt.Parse(q.Messages[:2])
	if err != nil || !paper.Tools || len(q.Tools) == 0 {
		return fakeai.Reply{Status: 400, Text: "want a paper and tools"}
	}
	habit, truth := a.habit(paper.Question), a.key[paper.Question]
	search := fakeai.Call{ID: "a", Name: "search", Arguments: fmt.Sprintf(`{"query":%q}`, paper.Question)}
	if len(q.Results) == 0 {
		switch habit {
		case usesWell, misreads:
			return fakeai.Reply{Calls: []fakeai.Call{search}}
		case wrongTool:
			return fakeai.Reply{Calls: []fakeai.Call{{ID: "a", Name: "google", Arguments: "{}"}}}
		case callsTwo:
			return fakeai.Reply{Calls: []fakeai.Call{search, {ID: "b", Name: "search", Arguments: `{"query": "`}}}
		}
	}
	switch {
	case habit == wrongTool || !truth.Answerable:
		return fakeai.Reply{Text: prompt.NotKnown(paper.Language)}
	case habit == misreads:
		return fakeai.Reply{Text: truth.Wrong}
	}
	return fakeai.Reply{Text: truth.Right}
}

// TestReportRecoversPlantedToolUse lets an examinee with planted habits call tools over the wire, and demands them back from the report.
func TestReportRecoversPlantedToolUse(t *testing.T) {
	skipFigures(t)
	s, err := curated.Load(curated.Default)
	if err != nil {
		t.Fatal(err)
	}
	a := agent{map[string]int{}, answerKey(s)}
	retriever := retrieval.NewBM25(s.Passages)
	var want struct{ queried, valid, calls, problems, turns, tellable, found, foundUsed, used int }
	for i, it := range s.Items {
		a.place[it.Question] = i
		pages, err := retriever.Retrieve(t.Context(), it.Question, defaultPlan().K)
		if err != nil {
			t.Fatal(err)
		}
		shown := map[string]bool{}
		for _, p := range pages {
			shown[p.ID] = true
		}
		all := len(it.Evidence) > 0
		for _, id := range it.Evidence {
			all = all && shown[id]
		}
		states := suites.States(it, pages)
		found := it.Answerable() && (all || states == suites.Stated)
		tellable := it.Answerable() && (found || states != suites.Unclear)
		want.turns++
		switch habit := a.habit(it.Question); habit {
		case usesWell, misreads, callsTwo:
			want.queried++
			want.valid++
			want.calls++
			want.turns++
			if habit == callsTwo {
				want.calls++
				want.problems++
			}
			if tellable {
				want.tellable++
			}
			if found {
				want.found++
			}
		case wrongTool:
			want.queried++
			want.calls++
			want.problems++
			want.turns++
		}
	}
	server := fakeai.Start(t, a.reply, fakeai.Options{NoLog: true})
	db := filepath.Join(t.TempDir(), "viva.db")
	var words strings.Builder
	if code := execute(t.Context(), []string{"run", "--base-url", server.Base(), "--model", "agent", "--arm", "tools", "--db", db, "--out", ""}, nil, io.Discard, &words); code != exitOK {
		t.Fatalf("exit code %d\n%s", code, words.String())
	}
	report := reportOf(t, db)
	if len(report.Summary.Tools) != 1 {
		t.Fatalf("%+v", report.Summary.Tools)
	}
	u := report.Summary.Tools[0]
	got := []int{u.Answered, u.Queried.Successes, u.Valid.N, u.Valid.Successes, u.Found.N, u.Found.Successes, u.Calls, u.Problems, u.Turns}
	planted := []int{len(s.Items), want.queried, want.queried, want.valid, want.tellable, want.found, want.calls, want.problems, want.turns}
	if fmt.Sprint(got) != fmt.Sprint(planted) {
		t.Errorf("answered, queried, of them, valid, tellable, found, calls, wrong, turns:\n%v, planted\n%v", got, planted)
	}
	if want.found == 0 || u.Used.N+u.Used.Unscored != want.found {
		t.Errorf("used: %+v of %d found", u.Used, want.found)
	}
	// Who misreads uses nothing, who searches and answers does.
	f, err := store.OpenReadOnly(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for g, err := range f.Graded(t.Context(), report.Run.ID, headline) {
		if err != nil {
			t.Fatal(err)
		}
		habit := a.habit(g.Item.Question)
		if g.Score.Verdict == scorers.Correct && (habit == misreads || habit == wrongTool) {
			t.Errorf("%s: correct though habit %d", g.Item.ID, habit)
		}
		if searched := habit != fromMemory && habit != wrongTool; searched != (len(g.Trial.Shown.Passages) > 0) {
			t.Errorf("%s: %d passages shown under habit %d", g.Item.ID, len(g.Trial.Shown.Passages), habit)
		}
	}
	if tools, err := f.Tools(t.Context(), report.Run.ID); err != nil || len(tools) != 1 || tools[0].Name != "search" {
		t.Errorf("%v: %+v", err, tools)
	}
}

// writeText writes a file and returns its name.
func writeText(t *testing.T, name, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

// ordersSuite writes a suite of two questions that name no evidence, and returns its folder.
func ordersSuite(t *testing.T, dir string) string {
	t.Helper()
	suite := filepath.Join(dir, "suite")
	writeText(t, filepath.Join(suite, "suite.yaml"), "name: crm\ntitle: Orders\nversion: 1.0.0\nlicense: CC0-1.0\nlanguages: [en]\n")
	writeText(t, filepath.Join(suite, "items.jsonl"), `{"id":"worth","question":"What is order A-1 worth?","language":"en","domain":"sales","skill":"table","source":"orders","answer":{"kind":"money","text":"EUR 19,860"}}
{"id":"whose","question":"Whose order is A-2?","language":"en","domain":"sales","skill":"table","source":"orders","answer":{"kind":"text","text":"Boreas"}}
`)
	writeText(t, filepath.Join(suite, "passages.jsonl"), "")
	return suite
}

// The examinee asks a database in SQL: rows answer, a wrong column is told, and nothing is written.
func TestToolsOverDatabase(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "crm.db")
	db, err := sql.Open("sqlite3", file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`CREATE TABLE orders (number TEXT, customer TEXT, total_eur REAL); INSERT INTO orders VALUES ('A-1', 'Meridian', 19860), ('A-2', 'Boreas', 120.5)`); err != nil {
		t.Fatal(err)
	}
	db.Close()
	suite := ordersSuite(t, dir)
	plan := writeText(t, filepath.Join(dir, "plan.yaml"), fmt.Sprintf("suite: %s\narms: [tools]\ndb: %s\nout: ''\ntools:\n  turns: 4\n  search: none\n  sql: {driver: sqlite, dsn: \"${CRM_FILE}\"}\ntargets:\n  - {name: agent, model: agent, base_url: \"${TARGET}\"}\n", suite, filepath.Join(dir, "viva.db")))
	query := func(id, text string) fakeai.Reply {
		return fakeai.Reply{Calls: []fakeai.Call{{ID: id, Name: "sql_query", Arguments: fmt.Sprintf(`{"sql":%q}`, text)}}}
	}
	server := fakeai.Start(t, func(q fakeai.Request) fakeai.Reply {
		if len(q.Tools) != 1 || !strings.Contains(q.Tools[0].Description, "total_eur") {
			return fakeai.Reply{Status: 400, Text: "want the schema"}
		}
		worth := strings.Contains(q.Messages[1].Content, "A-1")
		switch len(q.Results) {
		case 0:
			return query("a", "SELECT total FROM orders")
		case 1:
			return query("b", "DELETE FROM orders")
		case 2:
			return query("c", map[bool]string{true: "SELECT total_eur FROM orders WHERE number = 'A-1'", false: "SELECT customer FROM orders WHERE number = 'A-2'"}[worth])
		}
		return fakeai.Reply{Text: map[bool]string{true: "EUR 19,860", false: "Boreas"}[worth]}
	})
	t.Setenv("CRM_FILE", file)
	t.Setenv("TARGET", server.Base())
	var words strings.Builder
	if code := execute(t.Context(), []string{"run", plan}, nil, io.Discard, &words); code != exitOK {
		t.Fatalf("exit code %d\n%s", code, words.String())
	}
	u := reportOf(t, filepath.Join(dir, "viva.db")).Summary.Tools[0]
	if u.Used.Successes != 2 || u.Found.Successes != 2 || u.Problems != 4 || u.Calls != 6 || u.Turns != 8 {
		t.Errorf("%+v", u)
	}
	raw, err := os.ReadFile(filepath.Join(dir, "viva.db"))
	if err != nil || strings.Contains(string(raw), file) {
		t.Errorf("%v: the results hold what the environment held", err)
	}
	db, err = sql.Open("sqlite3", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var rows int
	if err := db.QueryRow("SELECT count(*) FROM orders").Scan(&rows); err != nil || rows != 2 {
		t.Errorf("%v, %d rows are left", err, rows)
	}
}

// The tools of a Model Context Protocol server are called by their own names; what the server has against a call is told.
func TestToolsOfServer(t *testing.T) {
	program := mcp.NewServer(&mcp.Implementation{Name: "crm", Version: "1"}, nil)
	type order struct {
		Number string `json:"number"`
	}
	mcp.AddTool(program, &mcp.Tool{Name: "find_order", Description: "Finds an order by its number.", Annotations: &mcp.ToolAnnotations{ReadOnlyHint: true}},
		func(_ context.Context, _ *mcp.CallToolRequest, in order) (*mcp.CallToolResult, any, error) {
			text, ok := map[string]string{"A-1": "Order A-1 is worth EUR 19,860.", "A-2": "Order A-2 was placed by Boreas."}[in.Number]
			if !ok {
				return nil, nil, fmt.Errorf("there is no order %q", in.Number)
			}
			return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: text}}}, nil, nil
		})
	crm := httptest.NewServer(mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return program }, nil))
	defer crm.Close()
	server := fakeai.Start(t, func(q fakeai.Request) fakeai.Reply {
		worth := strings.Contains(q.Messages[1].Content, "A-1")
		number := []string{"B-9", map[bool]string{true: "A-1", false: "A-2"}[worth]}
		if n := len(q.Results); n < len(number) {
			return fakeai.Reply{Calls: []fakeai.Call{{ID: fmt.Sprint("c", n), Name: "find_order", Arguments: fmt.Sprintf(`{"number":%q}`, number[n])}}}
		}
		return fakeai.Reply{Text: map[bool]string{true: "EUR 19,860", false: "Boreas"}[worth]}
	})
	dir := t.TempDir()
	plan := writeText(t, filepath.Join(dir, "plan.yaml"), fmt.Sprintf("suite: %s\narms: [tools]\ndb: %s\nout: ''\ntools:\n  search: none\n  mcp:\n    - server: {url: %s, headers: {Authorization: \"Bearer ${CRM_KEY}\"}}\ntargets:\n  - {name: agent, model: agent, base_url: %s}\n",
		ordersSuite(t, dir), filepath.Join(dir, "viva.db"), crm.URL, server.Base()))
	t.Setenv("CRM_KEY", "sesame-open-1234567")
	var words strings.Builder
	if code := execute(t.Context(), []string{"run", plan}, nil, io.Discard, &words); code != exitOK {
		t.Fatalf("exit code %d\n%s", code, words.String())
	}
	if u := reportOf(t, filepath.Join(dir, "viva.db")).Summary.Tools[0]; u.Used.Successes != 2 || u.Problems != 2 || u.Calls != 4 {
		t.Errorf("%+v", u)
	}
	raw, err := os.ReadFile(filepath.Join(dir, "viva.db"))
	if err != nil || strings.Contains(string(raw), "sesame") {
		t.Errorf("%v: the results hold the key", err)
	}
}

// What stands under tools: changes the digest of a plan that has the arm, and of no other; what a variable holds changes none.
func TestToolsInTheDigest(t *testing.T) {
	s, err := curated.Load(curated.Default)
	if err != nil {
		t.Fatal(err)
	}
	digest := func(text, dsn string) string {
		p, err := readPlan(writeText(t, filepath.Join(t.TempDir(), "plan.yaml"), text), func(string) string { return dsn })
		if err != nil {
			t.Fatal(err)
		}
		return p.digest(s)
	}
	with := "arms: [tools]\ntools: {turns: 4, sql: {driver: sqlite, dsn: \"${CRM}\"}}\n"
	base := digest(with, "a.db")
	if digest(with, "b.db") != base {
		t.Error("the digest holds what a variable holds")
	}
	if digest(strings.Replace(with, "4", "5", 1), "a.db") == base {
		t.Error("other turns, the same digest")
	}
	without := strings.Replace(with, "arms: [tools]", "arms: [oracle]", 1)
	if digest(without, "a.db") != digest("arms: [oracle]\n", "") {
		t.Error("tools that no arm has change the digest")
	}
}

// A target that cannot do with tools fails that arm, with a note; the others stand.
func TestToolsRefused(t *testing.T) {
	for name, script := range map[string]fakeai.Script{
		"refused": func(q fakeai.Request) fakeai.Reply {
			if len(q.Tools) > 0 {
				return fakeai.Reply{Status: 400, Text: `"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set`}
			}
			return fakeai.Reply{Text: "Not known."}
		},
		"as text": func(q fakeai.Request) fakeai.Reply {
			if len(q.Tools) > 0 {
				return fakeai.Reply{Calls: []fakeai.Call{{Name: "search", Arguments: `{"query":"x"}`}}, Fault: fakeai.CallText}
			}
			return fakeai.Reply{Text: "Not known."}
		},
	} {
		server := fakeai.Start(t, script)
		db := filepath.Join(t.TempDir(), "viva.db")
		var words, table strings.Builder
		code := execute(t.Context(), []string{"run", "--base-url", server.Base(), "--model", name, "--arm", "closed-book,tools", "--limit", "5", "--db", db, "--out", ""}, nil, &table, &words)
		if code != exitInfrastructure || !strings.Contains(words.String(), "hint: the target does not call tools") || !strings.Contains(table.String(), "5 trials were refused by the server") {
			t.Errorf("%s: exit code %d\n%s\n%s", name, code, words.String(), table.String())
		}
		for _, arm := range reportOf(t, db).Summary.Arms {
			if want := map[string]int{runners.ClosedBook: 5, runners.Tools: 0}[arm.Name]; arm.Counts.Answered != want || arm.Counts.Refused != 5-want {
				t.Errorf("%s: %+v", name, arm.Counts)
			}
		}
	}
}
