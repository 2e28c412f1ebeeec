package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"

	"github.com/viva-eval/viva/internal/prompt"
	"github.com/viva-eval/viva/internal/value"
	"github.com/viva-eval/viva/runners"
	"github.com/viva-eval/viva/scorers"
	"github.com/viva-eval/viva/suites"
)

func TestMain(m *testing.M) {
	if role := os.Getenv("VIVA_STORE_TEST_ROLE"); role != "" {
		os.Exit(subprocess(role))
	}
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("database/sql.(*DB).connectionOpener"))
}

func openNew(t testing.TB) *File {
	t.Helper()
	f, err := Open(t.Context(), filepath.Join(t.TempDir(), "viva.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// sample is a suite of n items in three languages over 2n passages, odd items not answerable.
func sample(n int) *suites.Suite {
	s := &suites.Suite{Name: "sample", Title: "Sample", Version: "1", License: "CC0-1.0", Languages: []string{"en", "zh", "hi"},
		AsOf: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)}
	for i := range n {
		lang := s.Languages[i%3]
		it := suites.Item{ID: fmt.Sprintf("q%03d", i), Language: lang, Domain: "hr", Skill: "single-hop", Source: fmt.Sprintf("handbook-%d", i/2),
			Question: map[string]string{"en": "How many days of leave are granted?", "zh": "年假有多少天？", "hi": "छुट्टी के कितने दिन मिलते हैं?"}[lang],
			Evidence: []string{fmt.Sprintf("p%03d", i)}}
		if i%2 == 0 {
			it.Answer = suites.Answer{Kind: value.Number, Text: "28 days", Aliases: []string{"28"}, Unit: "day"}
			it.Traps = []suites.Trap{{Answer: suites.Answer{Kind: value.Number, Text: "25 days", Unit: "day"}, Cause: suites.Stale}}
		}
		s.Items = append(s.Items, it)
	}
	for i := range 2 * n {
		s.Passages = append(s.Passages, suites.Passage{ID: fmt.Sprintf("p%03d", i), Title: "Leave " + fmt.Sprint(i), Language: "en", Origin: "hr",
			Text:      fmt.Sprintf("Section %d. Full-time staff are granted 28 days of leave. %s", i, strings.Repeat("It is taken within the year. ", 40)),
			ValidFrom: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
	}
	return s
}

func sampleRun() runners.Run {
	return runners.Run{PlanDigest: "plan", Tool: "test", SuiteName: "sample", SuiteDigest: "digest-of-sample", Arms: []string{"closed-book", "oracle"},
		Target: runners.TargetInfo{Name: "box", BaseURL: "http://box:8000/v1", Model: "m"}, Repeats: 1, Planned: 6, Temperature: 0.3,
		Started: time.Date(2026, 11, 23, 22, 45, 0, 0, time.UTC)}
}

// sampleTrial is a whole answer with k passages shown.
func sampleTrial(s *suites.Suite, i int, arm string, k int) runners.Trial {
	it := s.Items[i%len(s.Items)]
	t := runners.Trial{Key: runners.Key{ItemID: it.ID, Arm: arm, Repeat: i / len(s.Items)}, Status: runners.OK, Attempts: 1}
	var page strings.Builder
	for j := range k {
		p := s.Passages[(i*3+j)%len(s.Passages)]
		t.Shown.Passages = append(t.Shown.Passages, p)
		fmt.Fprintf(&page, "[%s] %s\n%s\n\n", p.ID, p.Title, p.Text)
	}
	t.Shown.Expect = runners.ExpectAnswer
	t.Prompt.Messages = []prompt.Message{
		{Role: "system", Content: strings.Repeat("Answer from the passages; say when it is not known. ", 10)},
		{Role: "user", Content: "Passages:\n" + page.String() + "Question: " + it.Question}}
	sent := time.Date(2026, 11, 23, 22, 45, i/1000, i%1000*1e6, time.UTC)
	t.Response = runners.Response{Text: "28 days of leave are granted [p000].", Model: "m-1", Finish: "stop",
		Tokens: runners.Tokens{Prompt: 900, Completion: 11, Source: runners.FromUsage},
		Timing: runners.Timing{Scheduled: sent, Sent: sent, FirstByte: sent.Add(90 * time.Millisecond), FirstToken: sent.Add(100 * time.Millisecond),
			FirstAnswerToken: sent.Add(120 * time.Millisecond), Last: sent.Add(time.Duration(200+i) * time.Millisecond)}}
	for j := range 10 {
		t.Response.Timing.Gaps = append(t.Response.Timing.Gaps, time.Duration(10_000+j)*time.Microsecond)
	}
	return t
}

func start(t testing.TB, f *File, s *suites.Suite) runners.Run {
	t.Helper()
	run, err := f.StartRun(t.Context(), sampleRun(), s)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

func put(t testing.TB, f *File, runID string, trials ...runners.Trial) {
	t.Helper()
	w := f.Writer(t.Context(), runID, nil)
	for _, tr := range trials {
		if err := w.Put(tr); err != nil {
			t.Error(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func collect[T any](t testing.TB, seq iter.Seq2[T, error]) []T {
	t.Helper()
	var all []T
	for v, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, v)
	}
	return all
}

// fill sets every field below v to something that is not zero and differs from its neighbours, so that a field a later version
// adds cannot be forgotten here unnoticed.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Date(2026, 3, 1, 1, 2, 3, *n*1000+*n, time.UTC)))
		return
	case time.Duration:
		v.SetInt(int64(*n) * 1000)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fill(v.Index(i), n)
		}
	case reflect.String:
		v.SetString(fmt.Sprintf("text %d <&> 年假 छुट्टी \"quoted\" 'single' \n", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Uint8:
		v.SetUint(2)
	case reflect.Float64:
		v.SetFloat(float64(*n) / 7)
	default:
		panic("fill: " + v.Type().String())
	}
}

func filled[T any](seed int) T {
	var x T
	fill(reflect.ValueOf(&x).Elem(), &seed)
	return x
}

var same = cmp.Options{cmpopts.EquateEmpty(), cmpopts.IgnoreFields(runners.Prompt{}, "Exactly", "Schema", "Tools", "Turns", "Withhold"),
	cmpopts.IgnoreFields(runners.Response{}, "Calls", "Written"), cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })}

// Every field of every contract type must come back as it went in.
func TestEverythingComesBack(t *testing.T) {
	f := openNew(t)
	suite := filled[suites.Suite](1)
	run := filled[runners.Run](500)
	run.Target.BaseURL = "https://box.example:8443/v1"
	got, err := f.StartRun(t.Context(), run, &suite)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(run, got, same); d != "" {
		t.Error("run as returned:", d)
	}
	if got, err = f.Run(t.Context(), run.ID); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(run, got, same); d != "" {
		t.Error("run as read:", d)
	}

	full := filled[runners.Trial](1000)
	full.ItemID, full.Status = suite.Items[0].ID, runners.OK
	full.Prompt.Messages[1].Content = "before " + full.Shown.Passages[0].Text + full.Shown.Passages[1].Text + " after"
	bare := runners.Trial{Key: runners.Key{ItemID: suite.Items[0].ID, Arm: "z"}, Status: runners.Failed, Err: "dial: refused"}
	odd := runners.Trial{Key: runners.Key{ItemID: suite.Items[1].ID, Arm: "a"}, Status: runners.OK}
	odd.Response.Text = "nul \x00 inside, bytes that are no text \xff\xfe, \U0001f600"
	odd.Response.Timing.Scheduled = time.Unix(1_800_000_000, 5).UTC() // due, and never sent
	odd.Shown.Passages = suite.Passages[:1]
	put(t, f, run.ID, odd, bare, full)

	score := filled[scorers.Score](2000)
	err = f.PutScores(t.Context(), run.ID, func(yield func(scorers.Graded, error) bool) {
		yield(scorers.Graded{Question: scorers.Question{Trial: full}, Score: score}, nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []scorers.Graded{
		{Question: scorers.Question{Item: suite.Items[0], Trial: full}, Score: score},
		{Question: scorers.Question{Item: suite.Items[0], Trial: bare}},
		{Question: scorers.Question{Item: suite.Items[1], Trial: odd}},
	}
	if d := cmp.Diff(want, collect(t, f.Graded(t.Context(), run.ID, score.Scorer)), same); d != "" {
		t.Error("graded:", d)
	}
	for i, q := range collect(t, f.Questions(t.Context(), run.ID)) {
		if d := cmp.Diff(want[i].Question, q, same); d != "" {
			t.Error("question:", d)
		}
	}
	if other := collect(t, f.Graded(t.Context(), run.ID, "another scorer")); len(other) != 3 || other[0].Score != (scorers.Score{}) {
		t.Error("another scorer's view holds scores:", other[0].Score)
	}
}

// A file from before there were tools opens with its runs.
func TestFileWithoutTurns(t *testing.T) {
	path, s := filepath.Join(t.TempDir(), "old.db"), sample(2)
	old, err := open(t.Context(), path, schema[:1])
	if err != nil {
		t.Fatal(err)
	}
	run := start(t, old, s)
	if _, err := old.write.Exec(`INSERT INTO trials SELECT NULL, run_id, (SELECT min(item_no) FROM items), 'oracle', '', 0, 'ok', '', 1, 0, '', '[]', 0, '[]', 0, '28', '', '', '', '[]',
		'', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]', 0 FROM runs`); err != nil {
		t.Fatal(err)
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	put(t, f, run.ID, runners.Trial{Key: runners.Key{ItemID: s.Items[1].ID, Arm: "tools"}, Status: runners.OK, Turns: []runners.Turn{{Text: "28"}}})
	got := collect(t, f.Questions(t.Context(), run.ID))
	if len(got) != 2 || got[0].Trial.Response.Text != "28" || len(got[0].Trial.Turns) != 0 || len(got[1].Trial.Turns) != 1 {
		t.Errorf("%+v", got)
	}
}

// A trial that is asked again takes its turns along, and the tools of a run are replaced as a whole.
func TestTurnsAreReplacedWithTheirTrial(t *testing.T) {
	f, s := openNew(t), sample(3)
	run := start(t, f, s)
	with := func(i int, status runners.Status, turns int) runners.Trial {
		tr := sampleTrial(s, i, "tools", 1)
		tr.Status = status
		for range turns {
			tr.Turns = append(tr.Turns, runners.Turn{Text: "hm", Calls: []runners.ToolCall{{ID: "a", Name: "search", Arguments: "{}"}, {ID: "b", Name: "search", Problem: "no"}}})
		}
		return tr
	}
	put(t, f, run.ID, with(0, runners.Failed, 3), with(1, runners.OK, 2), sampleTrial(s, 1, "oracle", 1))
	put(t, f, run.ID, with(0, runners.OK, 1), with(1, runners.Failed, 4))
	got := map[string]int{}
	for _, q := range collect(t, f.Questions(t.Context(), run.ID)) {
		for _, turn := range q.Trial.Turns {
			got[q.Item.ID+" "+q.Trial.Arm] += len(turn.Calls)
		}
	}
	if d := cmp.Diff(map[string]int{s.Items[0].ID + " tools": 2, s.Items[1].ID + " tools": 4}, got); d != "" {
		t.Error("calls:", d)
	}
	var left, turns, calls, valid int
	if err := f.read.QueryRow(`SELECT (SELECT count(*) FROM calls), max(turns), max(calls), max(valid_calls) FROM v_tool_use`).Scan(&left, &turns, &calls, &valid); err != nil || left != 6 || turns != 2 || calls != 4 || valid != 2 {
		t.Error(err, left, turns, calls, valid)
	}
	for _, offered := range [][]runners.ToolSpec{{{Name: "a", Parameters: []byte("{}")}, {Name: "b", Description: "B", Parameters: []byte(`{"x":1}`)}}, {{Name: "c", Parameters: []byte("{}")}}} {
		if err := f.PutTools(t.Context(), run.ID, offered); err != nil {
			t.Fatal(err)
		}
		if got, err := f.Tools(t.Context(), run.ID); err != nil || cmp.Diff(offered, got) != "" {
			t.Error(err, cmp.Diff(offered, got))
		}
	}
}

func TestPassageTextIsStoredOnceAndEditionsApart(t *testing.T) {
	f, s := openNew(t), sample(4)
	run := start(t, f, s)
	edited := sampleTrial(s, 2, "stale", 1)
	edited.Shown.Passages = []suites.Passage{s.Passages[0], s.Passages[0]}
	edited.Shown.Passages[1].Text = "Full-time staff are granted 25 days of leave."
	edited.Shown.Edits = []runners.Edit{{PassageID: "p000", Kind: "value", From: "28", To: "25"}}
	put(t, f, run.ID, sampleTrial(s, 0, "oracle", 5), sampleTrial(s, 1, "oracle", 5), edited)
	var stored, corpus int
	if err := f.read.QueryRow(`SELECT (SELECT count(*) FROM passages), (SELECT count(*) FROM corpora)`).Scan(&stored, &corpus); err != nil {
		t.Fatal(err)
	}
	if stored != 9 || corpus != 8 {
		t.Errorf("%d passages and a corpus of %d, want the suite's 8 and the edited one", stored, corpus)
	}
	var long int
	if err := f.read.QueryRow(`SELECT max(length(prompt)) FROM trials WHERE arm = 'oracle'`).Scan(&long); err != nil || long > 1000 {
		t.Errorf("the longest prompt column has %d characters, so it repeats passages (%v)", long, err)
	}
	// the view puts the pages back
	for i, q := range collect(t, f.Questions(t.Context(), run.ID)) {
		var content string
		err := f.read.QueryRow(`SELECT content FROM v_prompts WHERE item_id = ? AND arm = ? AND message_no = 1`, q.Item.ID, q.Trial.Arm).Scan(&content)
		if err != nil || content != q.Trial.Prompt.Messages[1].Content {
			t.Errorf("v_prompts of question %d: %v, %.60q", i, err, content)
		}
	}
	// a second run of the same suite adds no items and no passages
	again := start(t, f, s)
	if again.ID == run.ID {
		t.Error("two runs share an id")
	}
	var items int
	if err := f.read.QueryRow(`SELECT count(*) FROM items`).Scan(&items); err != nil || items != 4 {
		t.Errorf("%d items after two runs of one suite (%v)", items, err)
	}
}

func TestAskedAgain(t *testing.T) {
	trial := func(s *suites.Suite, status runners.Status, attempts int, text string) runners.Trial {
		tr := sampleTrial(s, 0, "oracle", 2)
		tr.Status, tr.Attempts, tr.Response.Text = status, attempts, text
		return tr
	}
	for _, c := range []struct {
		name          string
		first, second runners.Status
		text          string // of the trial that stands in the end
		why           string
	}{
		{"failure then answer", runners.Failed, runners.OK, "second", "a resumed run asks failures again"},
		{"failure then failure", runners.TimedOut, runners.Failed, "second", "the newest reason is the interesting one"},
		{"answer then failure", runners.OK, runners.Failed, "first", "an answer is dear and is never lost to a failure"},
		{"truncated then failure", runners.Truncated, runners.Failed, "first", "a truncated answer is the model's doing"},
		{"answer then answer", runners.OK, runners.OK, "second", "the last put wins"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, s := openNew(t), sample(2)
			run := start(t, f, s)
			put(t, f, run.ID, trial(s, c.first, 3, "first"))
			err := f.PutScores(t.Context(), run.ID, func(yield func(scorers.Graded, error) bool) {
				yield(scorers.Graded{Question: scorers.Question{Trial: trial(s, c.first, 3, "")}, Score: scorers.Score{Scorer: "facts", Verdict: scorers.Correct}}, nil)
			})
			if err != nil {
				t.Fatal(err)
			}
			put(t, f, run.ID, trial(s, c.second, 2, "second"))
			got := collect(t, f.Graded(t.Context(), run.ID, "facts"))
			if len(got) != 1 {
				t.Fatalf("%d trials of one key", len(got))
			}
			g := got[0]
			if g.Trial.Response.Text != c.text || g.Trial.Attempts != 5 || len(g.Trial.Shown.Passages) != 2 {
				t.Errorf("%q after %d attempts with %d shown, want %q after 5 with 2: %s", g.Trial.Response.Text, g.Trial.Attempts, len(g.Trial.Shown.Passages), c.text, c.why)
			}
			if kept := g.Score.Verdict == scorers.Correct; kept != (c.text == "first" && c.first == runners.OK) {
				t.Errorf("score %v stands beside the %s answer", g.Score, c.text)
			}
			done, err := f.Finished(t.Context(), run.ID)
			if err != nil || done[g.Trial.Key] == g.Trial.Status.Infrastructure() {
				t.Errorf("finished %v with status %s (%v)", done, g.Trial.Status, err)
			}
		})
	}
}

func TestRunsAreFound(t *testing.T) {
	f, s := openNew(t), sample(1)
	var re *RunError
	if _, err := f.Run(t.Context(), Latest); !errors.As(err, &re) || !strings.Contains(err.Error(), "holds no runs") {
		t.Error("latest of an empty file:", err)
	}
	for i, id := range []string{"20261101-100000-aaaa", "20261101-100000-aabb", "20261102-090000-cccc", ""} {
		run := sampleRun()
		run.ID, run.Started = id, time.Date(2026, 11, 1+i, 10, 0, 0, 0, time.UTC)
		run.PlanDigest = fmt.Sprint("plan", i%2)
		if _, err := f.StartRun(t.Context(), run, s); err != nil {
			t.Fatal(err)
		}
	}
	latest, err := f.Run(t.Context(), Latest)
	if err != nil || !strings.HasPrefix(latest.ID, "20261104-100000-") || len(latest.ID) != len("20261104-100000-xxxx") {
		t.Errorf("latest is %q (%v)", latest.ID, err)
	}
	for ref, want := range map[string]string{"20261102": "20261102-090000-cccc", "20261101-100000-aaa": "20261101-100000-aaaa", "20261101-100000-aabb": "20261101-100000-aabb"} {
		if got, err := f.Run(t.Context(), ref); err != nil || got.ID != want {
			t.Errorf("run %q is %q (%v), want %q", ref, got.ID, err, want)
		}
	}
	if _, err := f.Run(t.Context(), "20261101"); !errors.As(err, &re) || len(re.Matches) != 2 {
		t.Error("an ambiguous prefix:", err)
	}
	if _, err := f.Run(t.Context(), "20261102-090000-ccdd"); !errors.As(err, &re) || len(re.Nearest) != 3 || re.Nearest[0] != "20261102-090000-cccc" {
		t.Error("a slip of the pen:", err)
	}
	if _, err := f.Run(t.Context(), ""); !errors.As(err, &re) {
		t.Error("an empty reference:", err)
	}
	run := sampleRun()
	run.ID = "20261101-100000-aaaa"
	if _, err := f.StartRun(t.Context(), run, s); err == nil || !strings.Contains(err.Error(), "already") {
		t.Error("an id taken twice:", err)
	}

	// resuming
	u, found, err := f.Unfinished(t.Context(), "plan1", run.Target)
	if err != nil || !found || u.ID != latest.ID {
		t.Fatalf("unfinished: %q %v %v", u.ID, found, err)
	}
	end := time.Date(2026, 11, 5, 0, 0, 0, 7, time.UTC)
	if err := f.FinishRun(t.Context(), u.ID, time.Time{}, time.Minute); err != nil {
		t.Fatal(err)
	}
	if u, found, _ = f.Unfinished(t.Context(), "plan1", run.Target); !found || u.Elapsed != time.Minute {
		t.Error("an interrupted run is not to be resumed:", u)
	}
	if err := f.FinishRun(t.Context(), u.ID, end, time.Second); err != nil {
		t.Fatal(err)
	}
	if u, err = f.Run(t.Context(), u.ID); err != nil || !u.Finished.Equal(end) || u.Elapsed != time.Minute+time.Second {
		t.Errorf("finished at %v after %v (%v)", u.Finished, u.Elapsed, err)
	}
	if u, found, err = f.Unfinished(t.Context(), "plan1", run.Target); err != nil || !found || u.ID != "20261101-100000-aabb" {
		t.Errorf("the next unfinished one is %q %v %v", u.ID, found, err)
	}
	if _, found, err = f.Unfinished(t.Context(), "no such plan", run.Target); err != nil || found {
		t.Error("a plan that never ran:", found, err)
	}
	if _, found, err = f.Unfinished(t.Context(), "plan1", runners.TargetInfo{Name: "box", BaseURL: run.Target.BaseURL, Model: "another"}); err != nil || found {
		t.Error("the same plan on another model:", found, err)
	}
	if err := f.FinishRun(t.Context(), "nobody", end, 0); !errors.As(err, &re) {
		t.Error("finishing no run:", err)
	}
}

func TestSecretsInURLsStayOut(t *testing.T) {
	f := openNew(t)
	run := sampleRun()
	run.Target.BaseURL = "https://user:hunter2@box:8000/v1?api_key=hunter2#hunter2"
	got, err := f.StartRun(t.Context(), run, sample(1))
	if err != nil || got.Target.BaseURL != "https://box:8000/v1" {
		t.Fatalf("%q %v", got.Target.BaseURL, err)
	}
	path := f.Path()
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if raw, err := os.ReadFile(path); err != nil || strings.Contains(string(raw), "hunter2") {
		t.Error("the file holds the secret", err)
	}
}

func TestOverviewCounts(t *testing.T) {
	f, s := openNew(t), sample(6)
	run := start(t, f, s)
	var trials []runners.Trial
	for i, status := range []runners.Status{runners.OK, runners.OK, runners.OK, runners.Failed, runners.Truncated, runners.TimedOut} {
		tr := sampleTrial(s, i, "oracle", 1)
		tr.Status = status
		trials = append(trials, tr)
	}
	put(t, f, run.ID, trials...)
	score := func(scorer string, vs ...scorers.Verdict) {
		err := f.PutScores(t.Context(), run.ID, func(yield func(scorers.Graded, error) bool) {
			for i, v := range vs {
				if !yield(scorers.Graded{Question: scorers.Question{Trial: trials[i]}, Score: scorers.Score{Scorer: scorer, Verdict: v}}, nil) {
					return
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	score("facts", scorers.Incorrect, scorers.Incorrect, scorers.Incorrect)
	score("judge", scorers.Correct)
	score("facts", scorers.Correct, scorers.Unscored, scorers.Abstained, scorers.Correct) // replaces; the fourth trial failed and is never scored
	all, err := f.Overview(t.Context())
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	want := RunOverview{Run: all[0].Run, Trials: 6, Answered: 3, Failed: 2, Scores: []ScorerCounts{
		{"facts", [5]int{scorers.Unscored: 1, scorers.Correct: 1, scorers.Abstained: 1}}, {"judge", [5]int{scorers.Correct: 1}}}}
	if d := cmp.Diff(want, all[0], same); d != "" {
		t.Error(d)
	}
	if all[0].Finished() != 4 || all[0].Scores[0].Scored() != 2 {
		t.Error("derived counts:", all[0].Finished(), all[0].Scores[0].Scored())
	}
}

func TestPutScoresIsAllOrNothing(t *testing.T) {
	f, s := openNew(t), sample(2)
	run := start(t, f, s)
	tr := sampleTrial(s, 0, "oracle", 1)
	put(t, f, run.ID, tr)
	good := scorers.Graded{Question: scorers.Question{Trial: tr}, Score: scorers.Score{Scorer: "facts", Verdict: scorers.Correct}}
	rows := func(last scorers.Graded, err error) iter.Seq2[scorers.Graded, error] {
		return func(yield func(scorers.Graded, error) bool) {
			if yield(good, nil) {
				yield(last, err)
			}
		}
	}
	if err := f.PutScores(t.Context(), run.ID, func(yield func(scorers.Graded, error) bool) { yield(good, nil) }); err != nil {
		t.Fatal(err)
	}
	stranger, nan, odd := good, good, good
	stranger.Trial.ItemID = "nobody"
	nan.Score.Value = math.NaN()
	odd.Score.Verdict = 77
	cause := errors.New("judge fell over")
	for name, seq := range map[string]iter.Seq2[scorers.Graded, error]{
		"an error in the sequence": rows(good, cause), "a trial of nobody": rows(stranger, nil), "not a number": rows(nan, nil),
		"no such verdict": rows(odd, nil), "the same trial twice": rows(good, nil),
	} {
		err := f.PutScores(t.Context(), run.ID, seq)
		if err == nil {
			t.Errorf("%s: no error", name)
		}
		if name == "an error in the sequence" && !errors.Is(err, cause) {
			t.Errorf("%s: %v does not wrap its cause", name, err)
		}
		if got := collect(t, f.Graded(t.Context(), run.ID, "facts")); got[0].Score.Verdict != scorers.Correct {
			t.Errorf("%s: the old score is gone", name)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := f.PutScores(ended, run.ID, rows(good, nil)); !errors.Is(err, context.Canceled) {
		t.Error("after cancelling:", err)
	}
}
